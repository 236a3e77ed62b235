"""Every rule of the life cycle: one permanent name, one sentence, and why it is so.

A rule is *documented* where a page of the Windows documentation says it, and *unanimous* where
every implementation family that has the member honours it. What families do differently is not a
rule but a variation point (:mod:`iasyncinfo_spec.variations`). Ids never change their meaning.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from iasyncinfo_spec.abi import Kind


class Level(StrEnum):
    """How binding a rule is, in the words of RFC 2119."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Basis(StrEnum):
    """Where a rule comes from."""

    DOCUMENTED = "documented"
    UNANIMOUS = "unanimous"


class Party(StrEnum):
    """Whom a rule obliges. Only the implementation's rules are expected of a subject."""

    IMPLEMENTATION = "implementation"
    CALLER = "caller"
    HOST = "host"
    COMPONENT = "component"


class Observed(StrEnum):
    """Where a breach of a rule can be seen."""

    EVERYWHERE = "everywhere"
    IN_PROCESS = "in process"
    STATICALLY = "by type checkers"
    NEVER = "never"


ALL_KINDS: Final = tuple(Kind)
WITH_PROGRESS: Final = tuple(kind for kind in Kind if kind.has_progress)
WITHOUT_PROGRESS: Final = tuple(kind for kind in Kind if not kind.has_progress)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``why_never`` is filled where, and only where, no test can show a breach."""

    id: str
    sentence: str
    intent: str
    source: str
    level: Level = Level.MUST
    basis: Basis = Basis.UNANIMOUS
    obliges: Party = Party.IMPLEMENTATION
    observed: Observed = Observed.EVERYWHERE
    why_never: str = ""
    kinds: tuple[Kind, ...] = ALL_KINDS


_ALL = (
    # -- the object ---------------------------------------------------------------------------
    Rule(
        "IFACE",
        "An object implements every member of one of the four interfaces, each of which includes IAsyncInfo.",
        "Callers find the members they were promised; IAsyncInfo alone cannot deliver a result.",
        "winrt-api windows.foundation/iasyncinfo.md",
        basis=Basis.DOCUMENTED,
    ),
    Rule(
        "HOT",
        "An object is handed out already started: none of its members answers 0x80000019.",
        "Start is the factory's business; a caller has no member with which to start anything.",
        "WRL async.h Start; C++/WinRT suspend_never; PPL _AsyncTaskGeneratorThunk; windows-rs#3211 shows the breach",
    ),
    Rule(
        "ID-NONZERO",
        "Id is never zero.",
        "Zero marks the absence of an operation in tracing and in WRL's put_Id.",
        "WRL async.h put_Id; all families",
    ),
    Rule(
        "ID-STABLE",
        "Id gives the same number whenever it is read.",
        "The page calls it the handle of the operation: whoever keeps it must be able to find the operation by it.",
        "winrt-api windows.foundation/iasyncinfo_id.md",
        basis=Basis.DOCUMENTED,
    ),
    # -- status -------------------------------------------------------------------------------
    Rule(
        "STATUS",
        "Status reads Started until a cancel is requested or the worker ends, and from the worker's end on "
        "one final value: Completed only after a success, Error only after a failure, "
        "Canceled only after a cancel or a worker that gives up as canceled.",
        "Callers poll Status and branch on it; a final value that changes or lies breaks every waiter.",
        "winrt-api windows.foundation/iasyncinfo_status.md, asyncstatus.md",
        basis=Basis.DOCUMENTED,
    ),
    Rule(
        "STATUS-VALUES",
        "A status, read or told to a handler, is 0 Started, 1 Completed, 2 Canceled or 3 Error.",
        "Projections turn the number into a four-member enumeration and fail on any other.",
        "winrt-api windows.foundation/asyncstatus.md",
        basis=Basis.DOCUMENTED,
    ),
    # -- cancel -------------------------------------------------------------------------------
    Rule(
        "CANCEL-REQ",
        "Cancel is a request: an operation whose worker honours it ends Canceled.",
        "The worker decides when it can stop; the caller learns it from the final status.",
        "winrt-api signoutuseroperation_cancel_1985564044.md; devblogs.microsoft.com/oldnewthing/?p=103916",
        basis=Basis.DOCUMENTED,
    ),
    Rule(
        "CANCEL-VISIBLE",
        "The first Cancel of a started operation makes Status read Canceled before Cancel returns.",
        "Whoever cancels can tell at once that the request was accepted.",
        "WRL async.h Cancel; C++/WinRT promise_base::Cancel; Wine speech.c, force_feedback.c tests",
    ),
    Rule(
        "CANCEL-OK",
        "Cancel of an operation that is not closed never reports failure of its own; "
        "what becomes of the worker's callback that fails is CEXC.",
        "Cancel is called from clean-up paths that can do nothing with an error.",
        "WRL, C++/WinRT (noexcept), PPL, C#/WinRT, windows-rs, Wine",
    ),
    Rule(
        "CANCEL-ONCE",
        "The worker is told of a cancel at most once, and not at all after its end.",
        "Cancel callbacks free resources; a second call frees them twice.",
        "WRL async.h OnCancel after the winning compare-exchange; C++/WinRT m_cancel moved out",
    ),
    Rule(
        "CANCEL-NOFIRE",
        "Completed is called only once the worker has ended, or at a put made while a cancel is pending.",
        "A caller resumes in the handler and frees what the worker still uses.",
        "WRL, C++/WinRT, PPL, C#/WinRT, Wine; broken by the test component of thebrowsercompany/swift-winrt",
    ),
    Rule(
        "TERMINAL-CANCEL",
        "Cancel after the end changes nothing: status, result and error stay.",
        "A cancel that loses the race against the end must not destroy a result.",
        "WRL async.h TransitionToState; Wine force_feedback.c tests",
    ),
    Rule(
        "WORKITEM-CANCEL",
        "Canceling a thread pool work item that has not started keeps it from running.",
        "Work that nobody wants any more does not occupy a thread.",
        "winrt-api windows.system.threading/workitemhandler.md",
        basis=Basis.DOCUMENTED,
        obliges=Party.HOST,
        observed=Observed.NEVER,
        why_never="an adapter shows one operation; the queue in front of it belongs to the thread pool",
    ),
    # -- Completed ----------------------------------------------------------------------------
    Rule(
        "SET-ONCE",
        "A Completed handler can be set once: the first is kept, and none takes its place.",
        "There is one slot; a silent replacement loses the first waiter.",
        "winrt-api windows.foundation/iasyncaction_completed.md and its three siblings",
        basis=Basis.DOCUMENTED,
    ),
    Rule(
        "SECOND",
        "Setting a handler once Completed has been set is refused with 0x80000018.",
        "Awaiting twice is a common mistake; this code is how it is recognised.",
        "WRL async.h put_Completed; devblogs.microsoft.com/oldnewthing/?p=104911",
    ),
    Rule(
        "LATE-SET",
        "A handler set after the operation has ended is called as if the end had come right after it was set.",
        "A caller need not look at Status before it sets a handler.",
        "winrt-api windows.foundation/iasyncaction_completed.md and its three siblings",
        basis=Basis.DOCUMENTED,
    ),
    Rule(
        "GET-EMPTY",
        "Completed reads null until a handler has been set.",
        "Callers look whether the slot is free before they await.",
        "WRL, C++/WinRT, PPL, C#/WinRT, windows-rs, Wine, Kotlin",
    ),
    Rule(
        "FIRE-ONCE",
        "A handler that is set is called exactly once when the worker has ended, and never again; "
        "only a Close before that end may take the call away (Z-FIRE).",
        "Zero calls hang the waiter; two resume it twice.",
        "WRL async.h FireCompletion (cCallbackMade_); all families",
    ),
    Rule(
        "FIRE-ARGS",
        "The handler is given the operation itself and the status that was published when its call was decided.",
        "Waiters read the outcome from the arguments, not from a second look at Status.",
        "winrt-api asyncactioncompletedhandler.md; C++/WinRT pull request 643",
        basis=Basis.DOCUMENTED,
    ),
    Rule(
        "FIRE-ORDER",
        "Inside the handler the end is visible: Status, GetResults and ErrorCode give their final answers.",
        "Handlers fetch the result at once; a result published later is lost.",
        "all families; kotlin-winrt commit 4202751d mends a breach",
    ),
    Rule(
        "FIRE-NOLOCK",
        "Handlers run with no lock held: any member may be called from inside them, and from other threads meanwhile.",
        "A lock held across foreign code is a deadlock waiting for its second thread.",
        "devblogs.microsoft.com/oldnewthing/?p=112465; all families",
    ),
    Rule(
        "THROW",
        "A Completed handler that fails changes nothing else: the outcome stays and the handler is not called again.",
        "One caller's bug must not become the operation's.",
        "WRL RoTransformError; C++/WinRT impl::invoke; PPL; C#/WinRT",
    ),
    Rule(
        "DISCONNECT",
        "A Completed handler that fails with RPC_E_DISCONNECTED, RPC_S_SERVER_UNAVAILABLE or JSCRIPT_E_CANTEXECUTE "
        "is never a failure of the operation or of the caller that set it.",
        "The client is gone; nobody is left to mend anything.",
        "WRL async.h; devblogs.microsoft.com/oldnewthing/?p=102505; CsWinRT#1969 (the worker's path alone); "
        "broken by C#/WinRT, .NET UWP and Kotlin",
    ),
    Rule(
        "KEEPALIVE",
        "The running worker keeps the operation alive: dropping every reference neither cancels nor loses the call.",
        "Set a handler and walk away is the common idiom.",
        "windows-rs test dropped; Win2D keepThisAlive; Wine AddRef at start",
        observed=Observed.IN_PROCESS,
    ),
    # -- results ------------------------------------------------------------------------------
    Rule(
        "RESULTS",
        "GetResults of a completed operation returns the worker's result, and nothing for an action.",
        "It is what the operation was started for.",
        "winrt-api windows.foundation/iasyncoperation_1_getresults_732303200.md and its siblings",
        basis=Basis.DOCUMENTED,
    ),
    Rule(
        "EARLY-RESULT",
        "GetResults of a started operation does not wait; without progress it is refused with 0x8000000E.",
        "A blocking or empty answer hides that the caller came too early.",
        "WRL CheckValidStateForResultsCall; Wine speech.c tests; winrt-api issue 794; broken by WRL's MultipleResults",
        kinds=WITHOUT_PROGRESS,
    ),
    Rule(
        "CANCELED-RESULT",
        "GetResults of a canceled operation is refused.",
        "There is no result; an empty value would pass for one.",
        "WRL, C++/WinRT, C#/WinRT, Wine, Kotlin; broken by WRL's MultipleResults",
    ),
    Rule(
        "ERR",
        "ErrorCode of a failed operation is the code with which its worker failed.",
        "It is the only account of what went wrong.",
        "winrt-api windows.foundation/iasyncinfo_errorcode.md (which speaks of a string that describes the error)",
        basis=Basis.DOCUMENTED,
    ),
    Rule(
        "ERR-ZERO",
        "ErrorCode is S_OK while the operation is started and after it has completed.",
        "Any other value reads as a failure that never happened.",
        "WRL, C++/WinRT, PPL, C#/WinRT, windows-rs, Wine, Kotlin",
    ),
    Rule(
        "END-STABLE",
        "What Status, ErrorCode or a refusal of GetResults said once the worker had ended, it says again, until Close; "
        "and what a property was refused with after Close it is refused with again.",
        "Two readers of one outcome come to the same conclusion.",
        "WRL, C++/WinRT, PPL, C#/WinRT, windows-rs, Wine, Kotlin",
    ),
    # -- progress -----------------------------------------------------------------------------
    Rule(
        "PROG-REPLACE",
        "Progress, where there is such a slot (PSLOT), can be set any number of times; "
        "it reads back what was set, and null clears it.",
        "Unlike Completed it is a subscription, and a view may come and go.",
        "WRL, C++/WinRT, PPL, C#/WinRT, Kotlin",
        kinds=WITH_PROGRESS,
    ),
    Rule(
        "PROG-ONCE",
        "Each report of a running worker reaches the handler set at that moment once, in order, "
        "with the operation and the value.",
        "Progress is never queued, merged or lost while somebody listens.",
        'winrt-api windows.foundation/iasyncactionwithprogress_1.md ("each time"); WRL FireProgress; '
        "C++/WinRT progress_token; C#/WinRT",
        basis=Basis.DOCUMENTED,
        kinds=WITH_PROGRESS,
    ),
    Rule(
        "PROG-NULL",
        "A report that nobody listens to is silent.",
        "Workers report without looking whether anyone cares.",
        "all families",
        kinds=WITH_PROGRESS,
    ),
    # -- close --------------------------------------------------------------------------------
    Rule(
        "CLOSE-TERMINAL",
        "Close after the end succeeds.",
        "It is the moment for which Close was made.",
        "winrt-api windows.foundation/iasyncinfo_close_811482585.md; all families",
    ),
    Rule(
        "CLOSE-IDEMP",
        "A second Close succeeds and changes nothing.",
        "Clean-up code closes what may be closed already.",
        "Wine speech.c tests; all families (documented for IClosable, which IAsyncInfo is not)",
    ),
    Rule(
        "CLOSE-NOBLOCK",
        "Close does not wait: neither for the worker nor for a running handler.",
        "A close inside a handler would otherwise wait for itself.",
        "Wine speech.c tests; all families (documented for IClosable, which IAsyncInfo is not)",
    ),
    Rule(
        "CLOSED-ALIKE",
        "After a Close that succeeded either every property and GetResults is refused, or none is.",
        "A half-closed object is neither safe to use nor seen to be unsafe.",
        "WRL, PPL, C#/WinRT, Wine, Kotlin refuse all; C++/WinRT, windows-rs refuse none",
    ),
    Rule(
        "CLOSED-FIRST",
        "Where Close ends the use of an object, setting Completed after it is refused as closed, not as second.",
        "The later mistake is the one that the caller has to hear about.",
        "WRL CheckValidStateForDelegateCall precedes the count; Wine speech.c tests",
    ),
    Rule(
        "CLOSE-FREE",
        "Close may free the operation's resources.",
        "It says that the caller has finished with the object.",
        "winrt-api windows.foundation/iasyncinfo_close_811482585.md",
        level=Level.MAY,
        basis=Basis.DOCUMENTED,
        observed=Observed.NEVER,
        why_never="a permission cannot be broken",
    ),
    # -- the caller's rules -------------------------------------------------------------------
    Rule(
        "CLOSE-EARLY",
        "Close is not called before the operation has ended.",
        "The answer differs between families: CLOSE_S, CLOSE_R.",
        "winrt-api windows.foundation/iasyncinfo_close_811482585.md",
        basis=Basis.DOCUMENTED,
        obliges=Party.CALLER,
    ),
    Rule(
        "CLOSE-USE",
        "After Close no member is used.",
        "The answer differs between families: AFTER_CLOSE.",
        "winrt-api windows.foundation/iasyncinfo_close_811482585.md",
        basis=Basis.DOCUMENTED,
        obliges=Party.CALLER,
    ),
    Rule(
        "REENTRANT-SET",
        "A caller that sets Completed is ready for its handler to run before the setter returns.",
        "LATE-SET makes it likely, often on the same thread: no lock may be held around the setter.",
        "winrt-api windows.foundation/iasyncaction_completed.md; Win2D#585",
        basis=Basis.DOCUMENTED,
        obliges=Party.CALLER,
    ),
    Rule(
        "NO-GUARANTEE",
        "A caller does not rely on every operation to end.",
        "A server may die, a device may never answer.",
        "devblogs.microsoft.com/oldnewthing/?p=103610",
        basis=Basis.DOCUMENTED,
        obliges=Party.CALLER,
    ),
    Rule(
        "TWO-FAIL",
        "A caller handles failure both from the call that starts an operation and from the operation.",
        "A proxy turns one into the other.",
        "devblogs.microsoft.com/oldnewthing/?p=107727 and 102473",
        basis=Basis.DOCUMENTED,
        obliges=Party.CALLER,
    ),
    Rule(
        "AWAIT-ONCE",
        "A caller awaits an operation once.",
        "Awaiting takes the one Completed slot: SET-ONCE.",
        "devblogs.microsoft.com/oldnewthing/?p=104911",
        basis=Basis.DOCUMENTED,
        obliges=Party.CALLER,
    ),
    # -- numbers, and objects beside one another -----------------------------------------------
    Rule(
        "WIDTH",
        "Id is a UInt32, and every code, read or refused with, is an HRESULT of 32 bits.",
        "Callers in other languages read the low bits, and take another operation or another error for it.",
        "winrt-api windows.foundation/iasyncinfo_id.md and iasyncinfo_errorcode.md; IAsyncInfo in the metadata",
        basis=Basis.DOCUMENTED,
    ),
    Rule(
        "APART",
        "Objects that are alive at the same time have nothing in common: what is done to one changes no answer of "
        "another, calls none of its handlers and tells its worker nothing.",
        "Whoever starts two operations expects the end of each from itself.",
        "CsWinRT#762 shows the breach; all families",
    ),
    Rule(
        "RELEASED",
        "Once an operation has ended and its caller has let go of it, nothing keeps the operation, its result or its "
        "handlers.",
        "Operations are started by the thousand; what keeps each of them fills the memory. A cache of a bounded size "
        "is no breach.",
        "CsWinRT commits ef0bc6b5a and 3c436bfff mend breaches; kotlin-winrt commit 72c63e04",
        level=Level.SHOULD,
        observed=Observed.IN_PROCESS,
    ),
    # -- the members with which Python programs wait ---------------------------------------------
    Rule(
        "WAIT-RESULT",
        "What get, and await, give is the worker's result exactly, and nothing for an action, once the work has ended: "
        "before they began or while they waited, however long, and on whichever thread.",
        "Most programs read a result nowhere else.",
        "PyWinRT 3.2.1 and 4.1.0, winrt/runtime/_internals.py wrap_async and the stubs of Windows.Foundation; "
        "C++/WinRT wait_get",
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "WAIT-ERROR",
        "Where GetResults of a failed operation is refused with its ErrorCode, get, and await, raise an exception that "
        "carries it.",
        "The code is the only account of what went wrong; a wait that loses it leaves nothing to act on.",
        "PyWinRT 3.2.1 and 4.1.0, winrt/runtime/_internals.py wrap_async; C++/WinRT wait_get",
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "WAIT-CANCELED",
        "A get, or await, of an operation that somebody else has canceled raises; what, is left to it.",
        "There is no result, and a null would pass for one.",
        "PyWinRT 3.2.1 and 4.1.0 (GetResults' refusal), C++/WinRT wait_get (0x800704C7); C++/WinRT pull request 643",
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "WAIT-STATUS",
        "What wait returns is the status with which the operation ended, before it or while it lasts; it raises "
        "nothing for a failure or a cancel.",
        "It asks how the work ended, and not for its result.",
        "C++/WinRT wait_for; PyWinRT's stubs of Windows.Foundation, 3.2.1 and 4; microsoft/xlang#341 tells of a breach",
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "WAIT-TIMEOUT",
        "A wait whose seconds are over before the work returns Started, no sooner than they are over, and leaves the "
        "operation as it is; a cancel that is pending then is no end of the work.",
        "To have waited is no reason to cancel: the caller may want to wait on.",
        "C++/WinRT wait_for; PyWinRT's stubs of Windows.Foundation, 3.2.1 and 4",
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "WAIT-ENDS",
        "Once the work has ended every get, wait and await comes back, those of a closed operation and those that "
        "found its Completed slot taken too; and a wait does once its seconds are over.",
        "A wait without end stops the program, and nobody is told.",
        "PyWinRT 3.2.1 and 4.1.0, winrt/runtime/_internals.py wrap_async; C++/WinRT wait_get",
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "WAIT-PENDING",
        "Where a handler that is set while a cancel is pending is called once the work ends (LATE_R), every get, wait "
        "and await goes on until that end, too, and comes to what it is.",
        "A cancel is a request: who goes on at once frees what the work still uses, and never hears how it ended.",
        "microsoft/cppwinrt#1280 tells of a breach; PyWinRT 3.2.1, winrt/runtime/_internals.py wrap_async",
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "WAIT-AGAIN",
        "Whoever waits a second time comes to what the first came to, as far as GetResults gives it twice (REPEAT), or "
        "is refused with 0x80000018; the first, who may be a handler, loses nothing by it.",
        "A second reader is told the truth, or by the code that stands for it (SECOND) that there may be one.",
        "PyWinRT 4.1.0 and C++/WinRT wait_get (the same), PyWinRT 3.2.1 and C++/WinRT wait_for (refused)",
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "WAIT-LEAVES",
        "A get, wait or await leaves the operation as it is, while it lasts and after it: it neither cancels nor "
        "closes it, but where its task is canceled.",
        "To look at how the work ended is no use of the operation that anybody else has to know of.",
        "PyWinRT 3.2.1 and 4.1.0, winrt/runtime/_internals.py wrap_async; C++/WinRT wait_get and wait_for",
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "AWAIT-LOOP",
        "A task that awaits goes on on the thread of its own event loop, whichever thread ended the work, and wakes a "
        "loop that sleeps.",
        "Nothing else of a loop may be touched from another thread.",
        'docs.python.org, "Developing with asyncio", Concurrency and Multithreading; PyWinRT 3.2.1 and 4.1.0, '
        "winrt/runtime/_internals.py wrap_async (call_soon_threadsafe)",
        basis=Basis.DOCUMENTED,
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "AWAIT-QUIET",
        "What an await has left behind when its task has ended raises nothing, neither where the work ends nor on the "
        "task's loop, and keeps no later await from its end, whether that loop is closed or runs on.",
        "Programs go on after a time-out, and some run one loop after the other; the worker is told that it failed, "
        "or somebody else is never woken.",
        'docs.python.org, "Event Loop": call_soon_threadsafe on a closed loop raises RuntimeError; "Futures": '
        "set_result of one that is done raises InvalidStateError",
        basis=Basis.DOCUMENTED,
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "AWAIT-CANCEL",
        "A task that is canceled while it awaits ends canceled, at once or when the work has ended, however that ends.",
        "A cancel that an await swallows keeps time-outs and task groups from their end.",
        'docs.python.org, "Coroutines and Tasks", Task Cancellation; PyWinRT 3.2.1 and 4.1.0, '
        "winrt/runtime/_internals.py wrap_async",
        basis=Basis.DOCUMENTED,
        observed=Observed.IN_PROCESS,
    ),
    Rule(
        "AWAIT-REQUEST",
        "A task that is canceled while it awaits requests a cancel of the operation, once.",
        "Work that nobody waits for any more goes on behind the program's back.",
        "PyWinRT 3.2.1 and 4.1.0, winrt/runtime/_internals.py wrap_async",
        observed=Observed.IN_PROCESS,
    ),
)

RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in _ALL}
"""Every rule by its id, in the order in which the documents list them."""
