"""The rows of Wine."""

from typing import Final

from iasyncinfo_spec.families.family import Family

_MANNERS: Final = {
    "CREATED": "hidden",
    "LATE_R": "now",
    "CAC": "complete",
    "CANCEL-EFFECT": "none",
    "CANCEL-SYNC": "no",
    "NULLSLOT": "counts",
    "NULL-AGAIN": "refused",
    "GETH": "null",
    "GETH-IN": "null",
    "REL-AFTER": "released",
    "CTX": "inline",
    "HEXC": "swallow",
    "XRES": "IMC",
    "XERR": "ok",
    "CLOSE_S": "reject",
    "CLOSE_R": "ok",
    "AFTER_CLOSE": "reject",
    "CANCEL-Z": "IMC",
    "CLOSED-OUT": "written",
    "Z-FIRE": "4",
}
_BREAKS: Final = {
    "STATUS-VALUES": "a handler whose operation is closed when it is called is told 4, the internal Closed",
    "CANCEL-REQ": "the worker never hears of a cancel and cannot end as canceled: its end overwrites Canceled",
}

ROWS: Final = (
    Family(
        "wine",
        "Wine's shared async.c (windows.media.speech, windows.storage, windows.gaming.input, cryptowinrt)",
        {
            **_MANNERS,
            "ID": "1",
            "FAC": "error",
            "FAIL-CANCELED": "error",
            "ERR-RESULT": "code",
            "REPEAT": "copy",
            "PARTIAL": "no",
            "PSLOT": "E_NOTIMPL",
        },
        _BREAKS,
        recordings=("wine-master",),
    ),
    Family(
        "wine-8.0",
        "Wine 8.0's windows.media.speech, before async.c was shared",
        {**_MANNERS, "ID": "E_NOTIMPL", "REPEAT": "E_UNEXPECTED"},
        _BREAKS,
        recordings=("wine-8.0-speech",),
    ),
)
