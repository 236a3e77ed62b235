"""The rows of windows-rs: the published crate, the unpublished branch, and objects that are born ended."""

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
_BREAKS: Final = {
    "CANCEL-VISIBLE": "Cancel has no effect at all",
    "CANCEL-REQ": "the worker never hears of a cancel and cannot honour it",
    "PROG-REPLACE": "a Progress handler is accepted and forgotten",
    "PROG-ONCE": "no Progress handler is ever called",
}

ROWS: Final = (
    Family(
        "windows-rs",
        "the published windows-future crate's spawn (0.2.1, 0.3.2)",
        _SPAWN,
        _BREAKS,
        recordings=("windows-rs-0.3.2",),
    ),
    Family(
        "windows-rs-master",
        "the windows-future crate's spawn as the repository has it, unpublished",
        {**_SPAWN, "NULLSLOT": "epointer"},
        _BREAKS,
    ),
)
