"""What rows once said wrongly, each with a trace of the real object that the earlier row contradicts."""

from dataclasses import replace
from typing import Any, Final, NamedTuple

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.evidence import Known, evidence
from iasyncinfo_spec.evidence.observing import KEPT
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import (
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    E_NOTIMPL,
    E_POINTER,
    E_UNEXPECTED,
    RO_E_CLOSED,
    RPC_E_DISCONNECTED,
)
from iasyncinfo_spec.trace.formats import Trace
from iasyncinfo_spec.trace.judging import Judge
from iasyncinfo_spec.words import parse_word, to_json

OK: Final = {"ok": None}
RAISING: Final = f"h1{{raise({RPC_E_DISCONNECTED})}}"
DENIED: Final = 0x80070005
COR_E: Final = 0x80131500
"""What .NET wraps the failures of a token's callbacks in."""


def ok(value: object) -> dict[str, Any]:
    return {"ok": value}


def hr(code: int) -> dict[str, Any]:
    return {"hr": code}


def told(status: int, *results: Any, answer: Any = None, **more: Any) -> dict[str, Any]:
    """Return what a step came to that called h1; ``answer`` stands for its own, nothing unless given."""
    event = {"handler": "h1", "sender": True, "status": status, "results": list(results), **more}
    return {**(answer or OK), "events": [event]}


class Correction(NamedTuple):
    """What a row said of a point, or that it kept a rule, and a trace in which it shows that this was wrong."""

    row: str
    what: str
    earlier: str
    word: str
    came: tuple[Any, ...]
    kind: Kind = Kind.OPERATION


WITH_PROGRESS: Final = Kind.OPERATION_WITH_PROGRESS
LATE: Final = f"complete(5) put_completed({RAISING})"
CORRECTIONS: Final = (
    *(
        Correction(
            row,
            "GETP-IN",
            "emptied",
            "put_progress(p1) put_completed(h1{get_progress}) complete(5) get_progress",
            (OK, OK, told(1, ok("p1")), ok(None)),
            WITH_PROGRESS,
        )
        for row in ("wrl", "wrl-from-canceled", "wrl-multiple-results", "wrl-propagate")
    ),
    *(
        Correction(row, "ID", "1", "id", (ok(7),))
        for row in ("wrl", "wrl-from-canceled", "wrl-multiple-results", "wrl-propagate")
    ),
    Correction("wrl-from-canceled", "CANCEL-SYNC", "no", "put_completed(h1) cancel", (OK, told(2))),
    Correction("wrl-from-canceled", "REPEAT", "copy", 'complete("a") get_results get_results', (OK, ok("a"), ok(""))),
    Correction("wrl-multiple-results", "EARLY-RESULT", KEPT, "get_results", (ok(0),)),
    Correction("wrl-multiple-results", "CANCELED-RESULT", KEPT, "cancel complete(5) get_results", (OK, OK, ok(5))),
    Correction(
        "wrl-propagate", "HEXC", "propagate", f"complete(5) put_completed(h1{{raise({DENIED})}})", (OK, told(1))
    ),
    Correction(
        "wrl-propagate",
        "PEXC",
        "propagate",
        f"put_progress(p1{{raise({RPC_E_DISCONNECTED})}}) report_progress(0.5)",
        (OK, {**OK, "events": [{"handler": "p1", "sender": True, "value": 0.5}]}),
        WITH_PROGRESS,
    ),
    Correction("cswinrt", "DISCONNECT", KEPT, LATE, (OK, told(1, answer=hr(RPC_E_DISCONNECTED)))),
    Correction("cswinrt", "FAIL-CANCELED", "error", "fail(0x800704C7) status", (OK, ok(2))),
    Correction("cswinrt", "FAIL-CANCELED", "canceled", "fail(0x800704C7) status", (OK, ok(3))),
    Correction("dotnet-uwp", "DISCONNECT", KEPT, LATE, (OK, told(1, answer=hr(RPC_E_DISCONNECTED)))),
    *(
        Correction(row, "CEXC", "swallow", f"cancel_callback_fails({DENIED}) cancel status", (OK, hr(COR_E), ok(2)))
        for row in ("cswinrt", "dotnet-uwp")
    ),
    Correction("dotnet-uwp", "CTX", "inline", "put_completed(h1) complete(5)", (OK, told(1, late=True))),
    Correction("kotlin", "DISCONNECT", KEPT, LATE, (OK, told(1, answer=hr(RPC_E_DISCONNECTED)))),
    Correction("kotlin", "HEXC", "propagate", f"put_completed(h1{{raise({DENIED})}}) complete(5)", (OK, told(1))),
    Correction("kotlin", "SPONT-CANCEL", "ignored", "acknowledge_cancel status", (OK, ok(2))),
    Correction("kotlin", "CANCEL-EFFECT", "none", "cancel cancel_notifications", (OK, ok(1))),
    *(
        Correction(
            row,
            "NULLSLOT",
            "epointer",
            "put_completed(null) put_completed(h1)",
            (hr(E_POINTER), hr(E_ILLEGAL_DELEGATE_ASSIGNMENT)),
        )
        for row in ("windows-rs", "windows-rs-ready")
    ),
    Correction(
        "windows-rs-master", "NULLSLOT", "epointer-counts", "put_completed(null) put_completed(h1)", (hr(E_POINTER), OK)
    ),
    Correction("threadpool", "NULLSLOT", "counts", "put_completed(null)", (hr(E_POINTER),)),
    Correction("wine", "PSLOT", "kept", "put_progress(p1)", (hr(E_NOTIMPL),), WITH_PROGRESS),
    Correction("wine", "CANCEL-EFFECT", "notified", "cancel cancel_notifications", (OK, ok(0))),
    Correction("wine", "FAIL-CANCELED", "canceled", "cancel fail(0x800704C7) status", (OK, OK, ok(3))),
    Correction("wine-8.0", "ID", "1", "id", (hr(E_NOTIMPL),)),
    Correction("wine-8.0", "REPEAT", "copy", "complete(5) get_results get_results", (OK, ok(5), hr(E_UNEXPECTED))),
    Correction("wine-8.0", "ERR-RESULT", "code", f"fail({DENIED}) get_results", (OK, hr(E_UNEXPECTED))),
    Correction("inbox-speech", "REPEAT", "copy", "complete(5) get_results get_results", (OK, ok(5), hr(E_UNEXPECTED))),
)


def possible(row: Family | None, word: str, came: tuple[Any, ...], kind: Kind = Kind.OPERATION) -> bool:
    return Judge(row).judge(Trace(2, kind, to_json(parse_word(word)), list(came))).wrong is None


def as_it_was(correction: Correction) -> Family:
    row = FAMILIES[correction.row]
    if correction.earlier == KEPT:
        return replace(row, breaks={rule: how for rule, how in row.breaks.items() if rule != correction.what})
    return replace(row, answers={**row.answers, correction.what: correction.earlier})


@pytest.mark.parametrize("correction", CORRECTIONS, ids=lambda one: f"{one.row}-{one.what}-{one.earlier}")
def test_what_a_row_once_said_is_contradicted_by_what_the_object_does(correction: Correction) -> None:
    """The row explains the trace, and would not if it said again what it said."""
    assert possible(FAMILIES[correction.row], correction.word, correction.came, correction.kind)
    assert not possible(as_it_was(correction), correction.word, correction.came, correction.kind)


def test_no_worker_of_wines_ends_as_canceled() -> None:
    """Its end writes over Canceled, whatever the row once said of CANCEL-REQ."""
    kept = replace(FAMILIES["wine"], breaks={"STATUS-VALUES": "as before"})
    for row, can in ((kept, True), (FAMILIES["wine"], False)):
        assert possible(row, "cancel acknowledge_cancel status", (OK, OK, ok(2))) is can


def test_of_ppl_nothing_is_said_but_what_was_read() -> None:
    """The others were inferred once."""
    row = FAMILIES["ppl"]
    assert {evidence(row, point).known for point in row.answers} == {Known.READ}
    for point in ("ID", "CAC", "FAC", "SPONT-CANCEL", "GETH", "HEXC", "PEXC", "XRES", "REPEAT", "PTERM", "Z-PROG"):
        assert evidence(row, point).known is Known.OPEN
    for status in (1, 2):
        assert possible(row, "cancel complete(5) status", (OK, OK, ok(status)))


@pytest.mark.parametrize(
    ("word", "came", "is_admitted"),
    [
        ("complete(5) close status put_completed(h1)", (OK, OK, hr(RO_E_CLOSED), hr(E_ILLEGAL_METHOD_CALL)), False),
        ("cancel put_completed(h1) close acknowledge_cancel", (OK, OK, OK, told(4)), False),
        (f"fail({DENIED}) error_code error_code", (OK, ok(DENIED), ok(0)), False),
        (f"fail({DENIED}) get_results", (OK, hr(E_UNEXPECTED)), True),
        ("close cancel_notifications status", (OK, ok(1), ok(2)), True),
        (f"put_completed(h1{{raise({DENIED})}}) complete(5)", (OK, told(1, answer=hr(DENIED))), True),
    ],
)
def test_what_standard_admits(word: str, came: tuple[Any, ...], is_admitted: bool) -> None:
    """Nothing that a rule forbids, and whatever no rule does: ERR-RESULT, CLOSE_S and HEXC are points."""
    assert possible(None, word, came) is is_admitted
