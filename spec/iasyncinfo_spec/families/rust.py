"""The rows of windows-rs: the crate up to 0.3.2, the repository's branch, and objects that are born ended."""

from typing import Final

from iasyncinfo_spec.families.family import Family

_SPAWN: Final = {
    "ID": "1",
    "CREATED": "hidden",
    "CANCEL-EFFECT": "none",
    "CANCEL-SYNC": "no",
    "FAIL-CANCELED": "error",
    "NULLSLOT": "epointer-counts",
    "NULL-AGAIN": "refused",
    "GETH": "always_null",
    "GETH-IN": "null",
    "REL-AFTER": "released",
    "CTX": "inline",
    "HEXC": "swallow",
    "ERR-RESULT": "code",
    "REPEAT": "copy",
    "PARTIAL": "no",
    "PSLOT": "kept",
    "CLOSE_S": "noop",
    "AFTER_CLOSE": "works",
}
_ENDED: Final = {
    point: answer
    for point, answer in _SPAWN.items()
    if point not in ("CANCEL-EFFECT", "CANCEL-SYNC", "FAIL-CANCELED", "PARTIAL", "CLOSE_S")
}
_BREAKS: Final = {
    "CANCEL-VISIBLE": "Cancel has no effect at all",
    "CANCEL-REQ": "the worker never hears of a cancel and cannot honour it",
    "PROG-REPLACE": "a Progress handler is accepted and forgotten",
    "PROG-ONCE": "no Progress handler is ever called",
}

_NEVER_MET: Final = {
    **dict.fromkeys(
        ("LATE_R", "CAC", "FAC", "XRES", "XERR", "CEXC", "CANCEL-Z", "CLOSED-OUT", "Z-FIRE"),
        "never met: Cancel and Close change nothing",
    ),
    **dict.fromkeys(("GETP", "GETP-IN", "PEXC", "PTERM", "Z-PROG"), "never met: no Progress handler is kept"),
}
_BORN_ENDED: Final = dict.fromkeys(
    (*_NEVER_MET, "CANCEL-EFFECT", "CANCEL-SYNC", "SPONT-CANCEL", "FAIL-CANCELED", "PARTIAL", "CLOSE_S"),
    "not met by an object that has ended at birth",
)
_PUBLISHED: Final = "windows-future 0.3.2 of the crate registry, src/async_spawn.rs"
_MASTER: Final = "microsoft/windows-rs @00ca1334, crates/libs/future/src/async_spawn.rs"
_READY: Final = "windows-future 0.3.2 of the crate registry, src/async_ready.rs"

ROWS: Final = (
    Family(
        "windows-rs",
        "the published windows-future crate's spawn (0.2.1, 0.3.2)",
        _SPAWN,
        _BREAKS,
        {
            "ID": f"{_PUBLISHED}:119",
            "CREATED": f"{_PUBLISHED}: there is no such state",
            "CANCEL-EFFECT": f"{_PUBLISHED}:128",
            "CANCEL-SYNC": f"{_PUBLISHED}:128",
            "CANCEL-REQ": f"{_PUBLISHED}:128",
            "CLOSE_S": f"{_PUBLISHED}:131",
            "PROG-ONCE": f"{_PUBLISHED}:224",
        },
        recordings=("windows-rs-0.3.2", "windows-rs-0.2.1"),
        undecided=_NEVER_MET,
    ),
    Family(
        "windows-rs-master",
        "the windows-future crate's spawn as the repository has it, and 0.100.0",
        {**_SPAWN, "NULLSLOT": "epointer"},
        _BREAKS,
        {
            point: f"{_MASTER}:{lines}"
            for point, lines in {
                "ID": "144",
                "CREATED": "12",
                "CANCEL-EFFECT": "153",
                "CANCEL-SYNC": "153",
                "FAIL-CANCELED": "15",
                "NULLSLOT": "64-66",
                "NULL-AGAIN": "60",
                "GETH": "219",
                "GETH-IN": "219",
                "REL-AFTER": "88",
                "CTX": "72, 93",
                "HEXC": "72, 93, which ignore what the handler returns",
                "ERR-RESULT": "28",
                "REPEAT": "28",
                "PARTIAL": "29",
                "PSLOT": "249-252",
                "CLOSE_S": "156",
                "AFTER_CLOSE": "156",
                "CANCEL-VISIBLE": "153",
                "CANCEL-REQ": "153",
                "PROG-REPLACE": "249",
                "PROG-ONCE": "249",
            }.items()
        },
        undecided=_NEVER_MET,
    ),
    Family(
        "windows-rs-ready",
        "the published windows-future crate's ready: objects that have ended before anybody holds them",
        _ENDED,
        {rule: _BREAKS[rule] for rule in ("PROG-REPLACE", "PROG-ONCE")},
        {
            point: f"{_READY}:{lines}"
            for point, lines in {
                "ID": "66",
                "CREATED": "17-23",
                "NULLSLOT": "28-29",
                "NULL-AGAIN": "32",
                "GETH": "141",
                "GETH-IN": "141",
                "REL-AFTER": "29",
                "CTX": "29",
                "HEXC": "29",
                "ERR-RESULT": "144",
                "REPEAT": "156",
                "PSLOT": "SetProgress and Progress",
                "AFTER_CLOSE": "78",
                "PROG-REPLACE": "SetProgress",
                "PROG-ONCE": "SetProgress, which keeps nothing",
            }.items()
        },
        recordings=("windows-rs-ready-0.3.2",),
        undecided=_BORN_ENDED,
        told_as="windows-rs",
        born=("completed", "error"),
    ),
)
