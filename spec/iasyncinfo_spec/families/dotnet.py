"""The rows of .NET's two adapters of tasks."""

from typing import Final

from iasyncinfo_spec.families.family import Family, RaceFinding

_ADAPTER: Final = {
    "ID": "random",
    "CREATED": "hidden",
    "LATE_R": "wait",
    "CAC": "complete",
    "FAC": "error",
    "CANCEL-EFFECT": "notified",
    "SPONT-CANCEL": "canceled",
    "CEXC": "propagate",
    "NULLSLOT": "ignored",
    "NULL-AGAIN": "refused",
    "GETH": "retained",
    "GETH-IN": "handler",
    "REL-AFTER": "retained",
    "HEXC": "crash",
    "PEXC": "propagate",
    "XRES": "IMC",
    "XERR": "ok",
    "ERR-RESULT": "code",
    "REPEAT": "copy",
    "PARTIAL": "no",
    "PSLOT": "kept",
    "GETP": "retained",
    "PTERM": "delivered",
    "CLOSE_S": "reject",
    "CLOSE_R": "reject",
    "AFTER_CLOSE": "reject",
    "CANCEL-Z": "ok",
    "CLOSED-OUT": "untouched",
    "Z-PROG": "emptied",
}


def _races(*seen: int) -> tuple[RaceFinding, ...]:
    """Return the findings of an adapter, each with how often it was seen in 4,000 runs of its race."""
    return tuple(RaceFinding(members, what, count, 4_000) for (members, what), count in zip(_RACES, seen, strict=True))


_RACES: Final = (
    (("close", "put_completed"), "a handler is accepted and never called, or a second one is accepted"),
    (("close", "get_results"), "GetResults returns null, or fails with E_POINTER"),
    (("close", "error_code"), "the error code of a failed operation is refused with E_POINTER"),
    (("close", "status"), "the status of a completed operation reads Error"),
    (("close", "close"), "a second Close is refused with 0x8000000D"),
)
"""TransitionToClosed empties the fields after it has set the state; members look at the state first and read later."""

_CSWINRT: Final = "microsoft/CsWinRT @b715d753, TaskToAsyncInfoAdapter.cs"
_COREFX: Final = "dotnet/corefx @119b5624, TaskToAsyncInfoAdapter.cs"
_UNDECIDED: Final = {
    "CANCEL-SYNC": "the worker's: a callback of the token may end the work inside Cancel",
    "FAIL-CANCELED": "the worker's: error with a TaskCompletionSource, canceled with an async method",
}

ROWS: Final = (
    Family(
        "cswinrt",
        "C#/WinRT's TaskToAsyncInfoAdapter, behind AsyncInfo.Run",
        {**_ADAPTER, "CTX": "inline"},
        {"DISCONNECT": "a handler set after the end is called unguarded: its failure comes out of the setter"},
        recordings=("cswinrt", "cswinrt-more", "cswinrt-cancel-throws"),
        read={
            "ID": f"{_CSWINRT}:997 and AsyncInfoIdGenerator.cs",
            "CREATED": f"{_CSWINRT}: the constructor starts",
            "REL-AFTER": f"{_CSWINRT}:415: the field keeps the handler until Close",
            "CLOSED-OUT": f"{_CSWINRT}:997: an exception leaves before anything is written",
        },
        findings=_races(132, 62, 158, 8, 4),
        undecided=_UNDECIDED,
    ),
    Family(
        "dotnet-uwp",
        ".NET UWP's System.Runtime.WindowsRuntime, behind AsyncInfo.Run",
        _ADAPTER,
        {"DISCONNECT": "no code of a Completed handler is spared: out of the setter, or the end of the process"},
        recordings=("dotnet-uwp",),
        told_as="cswinrt",
        read={
            "ID": f"{_COREFX}, Id and AsyncInfoIdGenerator",
            "CREATED": f"{_COREFX}, GetStatus: no object is handed out before it has been constructed",
            "CEXC": f"{_COREFX}, Cancel: the token source is canceled unguarded",
            "REL-AFTER": f"{_COREFX}, TransitionToClosed: the field keeps the handler until Close",
            "CLOSED-OUT": f"{_COREFX}, EnsureNotClosed: an exception leaves before anything is written",
        },
        findings=_races(219, 107, 66, 6, 5),
        undecided={
            **_UNDECIDED,
            "CTX": "the caller's: under a SynchronizationContext that was captured at the start, what the worker "
            "causes is posted there (mixed); without one it runs inline",
        },
    ),
)
