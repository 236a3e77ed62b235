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

_STORAGE: Final = "wine-mirror/wine @1faed53c, dlls/windows.storage/async.c"
_SPEECH: Final = "wine-mirror/wine @1438b1b6, dlls/windows.media.speech/async.c"
_DEAF: Final = dict.fromkeys(("CEXC", "SPONT-CANCEL"), "the worker hears of no cancel")
_SILENT: Final = dict.fromkeys(
    ("GETP", "GETP-IN", "PEXC", "PTERM", "Z-PROG"), "never met: no Progress handler is kept, and no worker reports"
)

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
        {**_BREAKS, "IFACE": "setting and reading Progress is not implemented"},
        {
            "ID": f"{_STORAGE}, async_info_get_Id",
            "CREATED": f"{_STORAGE}, async_info_create",
            "CANCEL-EFFECT": f"{_STORAGE}, async_info_Cancel: only the status is written",
            "CANCEL-REQ": f"{_STORAGE}, async_info_complete: the end writes over Canceled",
            "REL-AFTER": f"{_STORAGE}, async_info_complete: the slot is emptied before the call",
            "XRES": f"{_STORAGE}, async_impl_get_Result",
            "CLOSED-OUT": f"{_STORAGE}, async_info_get_Id, async_info_get_Status, async_info_get_ErrorCode",
        },
        recordings=("wine-master",),
        undecided={**_DEAF, **_SILENT},
    ),
    Family(
        "wine-8.0",
        "Wine 8.0's windows.media.speech, before async.c was shared",
        {
            **_MANNERS,
            "ID": "E_NOTIMPL",
            "FAC": "error",
            "FAIL-CANCELED": "error",
            "ERR-RESULT": "E_UNEXPECTED",
            "REPEAT": "E_UNEXPECTED",
        },
        {**_BREAKS, "IFACE": "Id is not implemented"},
        {
            "CREATED": f"{_SPEECH}, async_operation_inspectable_create",
            "FAC": f"{_SPEECH}, async_inspectable_run_cb",
            "FAIL-CANCELED": f"{_SPEECH}, async_inspectable_run_cb",
            "CANCEL-EFFECT": f"{_SPEECH}, async_inspectable_info_Cancel: only the status is written",
            "CANCEL-REQ": f"{_SPEECH}, async_inspectable_run_cb: the end writes over Canceled",
            "ERR-RESULT": f"{_SPEECH}, async_inspectable_GetResults: a failed operation has no result",
            "REL-AFTER": f"{_SPEECH}, async_inspectable_run_cb: the slot is emptied before the call",
            "XRES": f"{_SPEECH}, async_inspectable_GetResults",
            "CLOSED-OUT": f"{_SPEECH}, async_inspectable_info_get_Status, async_inspectable_info_get_ErrorCode",
        },
        recordings=("wine-8.0-speech",),
        undecided={
            **_DEAF,
            **dict.fromkeys(("PARTIAL", "PSLOT", "GETP", "GETP-IN", "PEXC", "PTERM", "Z-PROG"), "it has no such kind"),
        },
    ),
)
