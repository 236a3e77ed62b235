"""The reference implementation, and the rows of Microsoft::WRL::AsyncBase, whose manners it took as its model."""

from typing import Final

from iasyncinfo_spec.families.family import Family, Finding

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
_TELLS_FOUR: Final = {"STATUS-VALUES": "a handler whose operation is closed when it is called is told 4, the internal Closed"}

_RACES: Final = (
    Finding(("close", "error_code"), "the error code of a failed operation reads S_OK", 142, 100_000),
    Finding(("close", "get_results"), "GetResults of a failed operation succeeds", 226, 100_000),
)
_RACES_FROM_CANCELED: Final = (
    Finding(("close", "end"), "Close of an operation that has ended is refused", 8, 30_000),
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
    ),
    Family(
        "wrl",
        "Microsoft::WRL::AsyncBase of the Windows SDK, with its default policies",
        _MANNERS,
        _TELLS_FOUR,
        recordings=("wrl", "wrl-more"),
        findings=_RACES,
    ),
    Family(
        "wrl-from-canceled",
        "WRL whose producer passes TransitionFromCanceled, as Windows.Gaming.Input does",
        {**_MANNERS, "CAC": "complete", "FAC": "error"},
        _TELLS_FOUR,
        findings=(*_RACES, *_RACES_FROM_CANCELED),
    ),
    Family(
        "wrl-multiple-results",
        "WRL with the policy MultipleResults: results can be had before the end",
        {**_MANNERS, "PARTIAL": "WithProgress"},
        {
            **_TELLS_FOUR,
            "EARLY-RESULT": "GetResults of a started operation returns what there is so far",
            "CANCELED-RESULT": "GetResults succeeds while a cancel is pending and of a canceled operation",
        },
        recordings=("wrl-multiple-results",),
        findings=_RACES,
    ),
    Family(
        "wrl-propagate",
        "WRL with the policy PropagateDelegateError: the failures of handlers reach the worker",
        {**_MANNERS, "HEXC": "worker", "PEXC": "propagate-connected"},
        _TELLS_FOUR,
        recordings=("wrl-propagate",),
        findings=_RACES,
    ),
)
