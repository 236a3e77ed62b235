"""Public reports of faults in implementations, and what stands for each: the suite's recall, as a table.

Mutants that are made from a model share its blind spots; a corpus that others wrote does not. So every public report
known to the project is listed, found or not: it is modelled by counterexamples, or it is an answer to a variation
point, which is asked and told but fails nobody, or it says why no model stands for it.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple


class Beyond(StrEnum):
    """Why no counterexample can stand for a report."""

    AWAITER = "the fault is in code that waits for an operation, not in an operation"
    MEMORY = "the fault is in native memory or in a vtable; what it shows at this interface is a crash, or nothing"
    TOOLING = "the fault is in generated or helper code that no life cycle is seen through"
    TWO_READS = "two reads on a second thread would show it; the race matrix gives each thread one step"
    HOST = "the fault needs an apartment or a message loop, which a subject of the suite does not have"


class Report(NamedTuple):
    """One report: where it stands, what it says, and what stands for it (``models`` are counterexamples by name)."""

    where: str
    says: str
    models: Sequence[str] = ()
    point: str = ""
    beyond: Beyond | None = None


REPORTS: Final = (
    # ---- one handler, one call
    Report(
        "thebrowsercompany/swift-winrt AsyncOperationInt.cpp",
        "A second Completed handler silently replaces the first.",
        ("second_replaces",),
    ),
    Report("kotlin-winrt b1de5f27", "The same, mended there.", ("second_replaces", "second_replaces_though_refused")),
    Report(
        "tristanlabelle/swift-winrt ManualAsyncOperation.cpp",
        "A second Completed handler is refused with the wrong code.",
        ("second_wrong_code",),
    ),
    Report(
        "microsoft/cppwinrt#225",
        "An awaiter claims the slot of an operation whose handler is set already.",
        beyond=Beyond.AWAITER,
    ),
    Report("microsoft/cppwinrt#671", "An operation is destroyed inside its own handler.", beyond=Beyond.MEMORY),
    Report(
        "microsoft/cppwinrt#600, #602",
        "The server dies, and the handler is let go without a call: whoever waits hangs.",
        ("worker_holds_weakly",),
    ),
    Report("Win2D#585", "A handler is called inside the put, and the caller holds a lock.", beyond=Beyond.AWAITER),
    Report(
        "windows-rs async_ready.rs and async_spawn.rs",
        "Setting null is refused with E_POINTER, and one of the two uses the slot up.",
        point="NULLSLOT",
    ),
    Report("Wine combase async.c, todo_wine", "Completed reads null while the handler runs.", point="GETH-IN"),
    Report(
        "Wine async.c, HANDLER_NOT_SET",
        "A sentinel stands in the slot that could be read.",
        ("sentinel_leaks", "null_reads_sentinel"),
    ),
    Report(
        "chromium base/win/async_operation.h",
        "Handlers that are set late are never called; set again, they replace.",
        ("late_never_called", "second_replaces"),
    ),
    Report(
        "a sample of the WindowsAppSDK, AsyncOperationWithProgress",
        "A handler that waits is told Started once the work begins.",
        ("told_of_the_start",),
    ),
    Report(
        "kotlin-winrt AsyncInfo.kt", "A handler set in a race with the end is told Started.", ("late_told_started",)
    ),
    Report(
        "CsWinRT, DelegateFromTask",
        "A bridge guards against a status that differs from what the handler was told.",
        ("told_completed_after_failure", "told_canceled_of_success"),
    ),
    Report(
        "Windows.Gaming.Input", "A handler set after Cancel and Close is told 4.", ("late_handler_told_four",), "Z-FIRE"
    ),
    Report(
        "WRL async.h",
        "The states Created, -1, and Closed, 4, are values of its Status.",
        ("four_after_handler", "minus_one_without_handler"),
    ),
    Report(
        "microsoft/cppwinrt#1329",
        "A timer or event outlives the work, and calls back after it.",
        ("called_again_later", "reports_after_close"),
    ),
    Report(
        "microsoft/dynwinrt#62",
        "Progress handlers are held by weak references only.",
        ("listener_held_weakly",),
    ),
    Report(
        "CsWinRT ef0bc6b5a, 3c436bfff",
        "Handlers of ended operations are kept for ever.",
        ("operations_registered",),
        "REL-AFTER",
    ),
    Report("kotlin-winrt 72c63e04", "A handler that is refused is never released.", ("refused_handlers_kept",)),
    # ---- status and what is published with it
    Report(
        "kotlin-winrt 4202751d",
        "The handler is called before the outcome that it is told of can be read.",
        ("status_after_handler", "result_after_handler", "code_after_handler"),
    ),
    Report("Wine async_void, old", "An object reads Completed from birth, though its work runs.", ("born_completed",)),
    Report("Wine threadpoolwinrt, stubs", "Every member answers E_NOTIMPL.", ("nothing_implemented",)),
    Report("Wine windows.media.speech async.c, old", "Id answers E_NOTIMPL.", ("id_not_implemented",)),
    Report(
        "WRL put_Id",
        "Setting the Id is refused and changes it all the same.",
        ("id_changes_at_cancel", "id_changes_at_end"),
    ),
    Report(
        "a sample of the WindowsAppSDK, its counter of ids",
        "The first object of a process has the Id 0; two threads may draw the same.",
        ("id_zero", "id_drawn_twice"),
    ),
    Report("windows-rs#3211", "Members answer 0x80000019 of a started operation.", ("cold", "cold_id")),
    Report(
        "microsoft/cppwinrt#717",
        "Status and slot are read without the lock.",
        ("cancel_overwrites_the_end", "marked_after_the_put"),
    ),
    Report("microsoft/CsWinRT#762", "Under load one operation shows the outcome of another.", ("one_result_for_all",)),
    # ---- cancel
    Report(
        "tristanlabelle/swift-winrt ManualAsyncOperation.cpp",
        "Cancel acts only on what is not started.",
        ("cancel_inverted",),
    ),
    Report(
        "thebrowsercompany/swift-winrt", "Cancel calls the handler at once, though the work runs.", ("cancel_fires",)
    ),
    Report("kotlin-winrt 7a218b12", "Close of a canceled operation calls the handler early.", ("close_fires",)),
    Report("windows-rs async_spawn.rs", "Cancel does nothing.", ("cancel_does_nothing",)),
    Report("dart-lang/winrt", "Cancel leaves Status at Started.", ("cancel_seen_at_end",)),
    Report(
        "ppltasks.h _AsyncInfoBase", "A lost exchange leaves a cancel pending for ever.", ("cancel_pending_for_ever",)
    ),
    Report(
        "CsWinRT ef0bc6b5a",
        "Cancel in a race with the end uses what the end has disposed of.",
        ("cancel_meets_the_end",),
    ),
    Report("Wine speech.c, todo_wine", "Cancel after Close is refused.", point="CANCEL-Z"),
    Report(
        "unoplatform/uno#9198, WinRT.NET TaskAction.cs",
        "Cancel after Close raises what is no HRESULT, because Close has disposed of the token's source.",
        point="CANCEL-Z",
    ),
    Report(
        "microsoft/cppwinrt#1280",
        "A handler set after Cancel is told Canceled while the body still runs.",
        point="LATE_R",
    ),
    Report("WRL, Windows.Gaming.Input", "A success after a cancel is kept, or dropped.", point="CAC"),
    Report(
        "windows-rs#3177",
        "Dropping the last reference neither cancels nor keeps alive.",
        ("canceled_by_drop", "worker_holds_weakly"),
    ),
    Report("microsoft/CsWinRT#2399, #2400", "What a cancel callback raises comes out of Cancel.", point="CEXC"),
    Report(
        "microsoft/CsWinRT#1537, #1539",
        "A bridge cancels late, or not at all where the task had ended.",
        beyond=Beyond.AWAITER,
    ),
    Report("microsoft/cppwinrt#643", "An awaiter tells a cancel as GetResults' code.", beyond=Beyond.AWAITER),
    Report("kotlin-winrt a545505f", "The same.", beyond=Beyond.AWAITER),
    Report(
        "microsoft/cppwinrt#721, #1228, #1243, #1246, #1613",
        "Cancels do not reach what is awaited inside.",
        beyond=Beyond.AWAITER,
    ),
    Report("microsoft/cppwinrt#1609", "A cancel runs after its awaiter is gone, in three ways.", beyond=Beyond.AWAITER),
    Report("pywinrt#127", "A future ends before its operation has, or never.", beyond=Beyond.AWAITER),
    # ---- results and codes
    Report("microsoft/cppwinrt#1008", "A second GetResults gets what was moved from.", point="REPEAT"),
    Report("Wine async.c, todo_wine", "A second GetResults is refused.", point="REPEAT"),
    Report(
        "microsoft/cppwinrt#870, microsoft/CsWinRT#1485",
        "GetResults of a started operation with progress.",
        point="PARTIAL",
    ),
    Report("winrt-api issue 794", "GetResults is expected to wait.", ("early_waits",)),
    Report("unoplatform/uno AsyncOperation", "GetResults of a started operation waits for its task.", ("early_waits",)),
    Report(
        "Wine windows.media.speech async.c, old",
        "GetResults in Error is refused with E_UNEXPECTED.",
        point="ERR-RESULT",
    ),
    Report("tristanlabelle/swift-winrt", "ErrorCode of what is started is E_PENDING.", ("code_pending",)),
    Report(
        "ppltasks.h _AsyncInfoBase",
        "ErrorCode is published before the status that it belongs to.",
        beyond=Beyond.TWO_READS,
    ),
    Report("CsWinRT AsTask", "A bridge guards against Error with a code of S_OK.", ("failure_without_code",)),
    Report(
        "chromium base/win/async_operation.h",
        "A null result is taken for none yet.",
        ("null_result_refused",),
    ),
    Report(
        "chromium base/win/async_operation.h",
        "A value's truth is taken for its presence.",
        ("falsy_result_lost", "false_handler_is_null", "empty_listener_is_null"),
    ),
    Report("kotlin-winrt 6e95e508", "An awaiter does not expect GetResults to fail.", beyond=Beyond.AWAITER),
    # ---- progress
    Report("a fork of Wine for UWP", "Progress can be set once.", ("progress_set_once",)),
    Report("windows-rs", "Setting Progress is accepted and does nothing.", ("listener_forgotten",)),
    Report("kotlin-winrt 19adb45f", "Slots of the WithProgress tables are transposed.", ("report_for_result",)),
    Report("WindowsAppSDK#458", "Progress has to be of a value type.", beyond=Beyond.TOOLING),
    # ---- Close
    Report(
        "kotlin-winrt 34e9dea6, 3e42c3fd",
        "Members work after Close where their family refuses them.",
        point="AFTER_CLOSE",
    ),
    Report("ppltasks.h", "Close of an operation that was canceled is refused.", ("close_of_canceled_refused",)),
    Report("WRL async.h", "Close of what has ended is refused in a race.", ("close_meets_close",)),
    Report(
        "unoplatform/uno, DataReaderLoadOperation.Close", "Close of what is started requests the stop.", point="CLOSE_S"
    ),
    Report("Opportunity.Helpers AsyncInfoBase", "Close disposes of what was handed out.", ("result_emptied_by_close",)),
    # ---- what a client's code does to the operation
    Report(
        "microsoft/CsWinRT#1969, xlang#435",
        "The failure of a client that is gone takes the server down.",
        ("disconnection_reaches_worker", "disconnection_reaches_setter", "canceled_by_a_handler"),
    ),
    Report("pywinrt#112", "What a handler raises is seen by nobody.", point="HEXC"),
    Report(
        "microsoft/cppwinrt#459, #662, #856, #1026, #1356",
        "The resumption on another apartment fails unseen.",
        beyond=Beyond.HOST,
    ),
    Report(
        "microsoft/CsWinRT#670, #1126, #1131",
        "The end is posted to a context whose thread waits for it.",
        beyond=Beyond.HOST,
    ),
    Report("python-winsdk#6", "A thread without a message loop never hears of the end.", beyond=Beyond.HOST),
    Report("python-winsdk#21", "Some kinds have no __await__.", beyond=Beyond.AWAITER),
    Report("microsoft/cppwinrt#1040", "Awaiting what has ended uses up the stack.", beyond=Beyond.AWAITER),
    Report(
        "microsoft/cppwinrt#673, #674, #691, #1253, #1272, #1276",
        "A delegate's state is used after it was moved or freed.",
        beyond=Beyond.MEMORY,
    ),
    Report("microsoft/CsWinRT#1720, OpenCV create_task", "A task over an operation never ends.", beyond=Beyond.AWAITER),
    Report("windows-rs#342", "A future polled again forgets its newer waker.", beyond=Beyond.AWAITER),
    Report(
        "windows-rs#3142, #3213, #3221, #3235, #3708",
        "How futures, joins and spawns are put together.",
        beyond=Beyond.TOOLING,
    ),
    Report(
        "microsoft/wil#527, xlang#341",
        "Waiting with a time limit: the code of a time-out, and a second wait.",
        beyond=Beyond.AWAITER,
    ),
    Report(
        "microsoft/cppwinrt#645, xlang#516, #520, #524",
        "when_all and when_any of nothing, and of failures.",
        beyond=Beyond.AWAITER,
    ),
    Report("windows-dev-docs#3839, xlang#105", "An object's own wait and __await__ are wrong.", beyond=Beyond.AWAITER),
    Report(
        "microsoft/cppwinrt#1512, #1616, #1617",
        "A flag of the cancellation token is read by its setter.",
        beyond=Beyond.TOOLING,
    ),
    Report(
        "microsoft/CsWinRT#165, #169, #176, #1580, #1702, #2044, #2111",
        "Adapters cannot be built at all.",
        beyond=Beyond.TOOLING,
    ),
)
"""The reports, by what they are about."""
