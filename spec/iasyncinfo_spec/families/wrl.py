"""The reference implementation, and the rows of Microsoft::WRL::AsyncBase, whose manners it took as its model."""

from typing import Final

from iasyncinfo_spec.families.family import Family, RaceFinding

_MANNERS: Final = {
    "CREATED": "refuses",
    "LATE_R": "now",
    "CAC": "keep",
    "FAC": "keep",
    "CANCEL-EFFECT": "notified",
    "CANCEL-SYNC": "no",
    "FAIL-CANCELED": "error",
    "NULLSLOT": "counts",
    "NULL-AGAIN": "refused",
    "GETH": "null",
    "GETH-IN": "handler",
    "GETP-IN": "kept",
    "REL-AFTER": "released",
    "CTX": "inline",
    "HEXC": "swallow",
    "PEXC": "swallow",
    "XRES": "IMC",
    "XERR": "ok",
    "ERR-RESULT": "code",
    "PARTIAL": "no",
    "PSLOT": "kept",
    "GETP": "null",
    "PTERM": "delivered",
    "CLOSE_S": "reject",
    "CLOSE_R": "ok",
    "AFTER_CLOSE": "reject",
    "CANCEL-Z": "ok",
    "CLOSED-OUT": "written",
    "Z-FIRE": "4",
    "Z-PROG": "kept",
}
_HEADER: Final = "wrl/async.h of Windows SDK 10.0.10240, AsyncBase::"
_READ: Final = {
    point: _HEADER + place
    for point, place in {
        "CREATED": "get_Id, get_Status, get_ErrorCode and Cancel in the state Created",
        "LATE_R": "put_Completed, which calls FireCompletion in any terminal state, Canceled among them",
        "CAC": "TryTransitionToCompleted",
        "FAC": "TryTransitionToError",
        "CANCEL-EFFECT": "Cancel, which calls OnCancel after the compare-exchange that it won",
        "FAIL-CANCELED": "TryTransitionToError, which stores any code that fails",
        "NULLSLOT": "put_Completed, which counts before it looks at the handler",
        "NULL-AGAIN": "put_Completed, which counts before it looks at the handler",
        "GETH": "FireCompletion, which empties completeDelegate_ after the call",
        "GETH-IN": "FireCompletion, which empties completeDelegate_ after the call",
        "GETP-IN": "FireCompletion (line 518), which resets the Progress delegate after the call",
        "REL-AFTER": "FireCompletion, which empties completeDelegate_ after the call",
        "CTX": "FireCompletion and put_Completed, which call the delegate themselves",
        "HEXC": "FireCompletion and put_Completed under IgnoreDelegateError",
        "PEXC": "FireProgress under IgnoreDelegateError",
        "XRES": "CheckValidStateForResultsCall",
        "XERR": "get_ErrorCode",
        "ERR-RESULT": "CheckValidStateForResultsCall",
        "PARTIAL": "CheckValidStateForResultsCall",
        "PSLOT": "put_Progress, get_Progress",
        "GETP": "FireCompletion, which put_Completed calls with a null, too",
        "PTERM": "FireProgress, which looks at no state",
        "CLOSE_S": "Close",
        "CLOSE_R": "Close, for which Canceled is a terminal state",
        "AFTER_CLOSE": "CheckValidStateForDelegateCall and -ResultsCall, get_Id, get_Status, get_ErrorCode",
        "CANCEL-Z": "Cancel",
        "CLOSED-OUT": "get_Id, get_Status and get_ErrorCode, which write before they refuse",
        "Z-FIRE": "FireCompletion, which reads the status when it calls",
        "Z-PROG": "Close, which leaves the Progress delegate alone",
        "STATUS-VALUES": "FireCompletion, which reads the status when it calls",
    }.items()
}  # fmt: skip
_UNDECIDED: Final = {
    "ID": "the implementer's: put_Id before the start takes any number but 0",
    "REPEAT": "the implementer's: GetResults may copy the result or move it out",
    "SPONT-CANCEL": "no worker was seen to acknowledge a cancel that nobody asked for",
    "CEXC": "the implementer's OnCancel was not seen to fail",
}
_TELLS_FOUR: Final = {
    "STATUS-VALUES": "a handler whose operation is closed when it is called is told 4, the internal Closed"
}

_OVERWRITING: Final = {"CAC": "complete", "FAC": "error"}
_RACES: Final = (
    RaceFinding(("close", "error_code"), "the error code of a failed operation reads S_OK", 142, 100_000),
    RaceFinding(("close", "get_results"), "GetResults of a failed operation succeeds", 226, 100_000),
)
_RACES_FROM_CANCELED: Final = (
    RaceFinding(("close", "end"), "Close of an operation that has ended is refused", 8, 30_000),
)

ROWS: Final = (
    Family(
        "reference",
        "this project's own implementation: WRL's manners but for its leaks, in CEXC, CLOSED-OUT, CREATED, GETP-IN, "
        "ID, PTERM, SPONT-CANCEL and Z-FIRE",
        {
            **_MANNERS,
            "ID": "counter",
            "CREATED": "hidden",
            "SPONT-CANCEL": "ignored",
            "CEXC": "swallow",
            "GETP-IN": "emptied",
            "REPEAT": "copy",
            "PTERM": "dropped",
            "Z-FIRE": "canceled",
            "CLOSED-OUT": "untouched",
        },
        read={
            "ID": "impl/iasyncinfo/operations/operation.py, _identify",
            "CREATED": "impl/iasyncinfo/operations/lifecycle.py: there is no such state",
            "CEXC": "impl/iasyncinfo/reporting.py: what a callback raises is logged",
            "REL-AFTER": "impl/iasyncinfo/operations/lifecycle.py: the slot is emptied after the call",
            "CLOSED-OUT": "Python's calls have no out-parameters",
        },
        recordings=("reference",),
    ),
    Family(
        "wrl",
        "Microsoft::WRL::AsyncBase of the Windows SDK, with its default policies",
        _MANNERS,
        _TELLS_FOUR,
        _READ,
        recordings=("wrl", "wrl-more"),
        undecided=_UNDECIDED,
        findings=_RACES,
    ),
    Family(
        "wrl-from-canceled",
        "WRL whose producer passes TransitionFromCanceled, as Windows.Gaming.Input does",
        {**{point: answer for point, answer in _MANNERS.items() if point != "CANCEL-SYNC"}, **_OVERWRITING},
        _TELLS_FOUR,
        {
            **_READ,
            "CAC": _HEADER + "TransitionCanceledToCompleted",
            "FAC": _HEADER + "TransitionCanceledToError",
        },
        undecided={**_UNDECIDED, "CANCEL-SYNC": "the implementer's: OnCancel may end the work"},
        findings=(*_RACES, *_RACES_FROM_CANCELED),
    ),
    Family(
        "wrl-multiple-results",
        "WRL with the policy MultipleResults: results can be had before the end",
        {**{point: answer for point, answer in _MANNERS.items() if point != "XRES"}, "PARTIAL": "WithProgress"},
        {
            **_TELLS_FOUR,
            "EARLY-RESULT": "GetResults of a started operation returns what there is so far",
            "CANCELED-RESULT": "GetResults succeeds while a cancel is pending and of a canceled operation",
        },
        _READ,
        recordings=("wrl-multiple-results",),
        undecided={**_UNDECIDED, "XRES": "never asked: the breach of CANCELED-RESULT stands in its place"},
        findings=_RACES,
    ),
    Family(
        "wrl-propagate",
        "WRL with the policy PropagateDelegateError: the failures of handlers reach the worker",
        {**_MANNERS, "HEXC": "worker", "PEXC": "propagate-connected"},
        _TELLS_FOUR,
        _READ,
        recordings=("wrl-propagate",),
        undecided=_UNDECIDED,
        findings=_RACES,
    ),
)
