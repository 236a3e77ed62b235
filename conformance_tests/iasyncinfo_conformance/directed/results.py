"""GetResults and ErrorCode."""

from collections.abc import Sequence

from iasyncinfo_conformance.directed.ends import ACKNOWLEDGED, FAILURE, SUCCESS, steps_in
from iasyncinfo_conformance.directed.expectations import Called, Relation, anything, case, code, hr, ok, refused
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import (
    E_ACCESSDENIED,
    E_FAIL,
    E_ILLEGAL_METHOD_CALL,
    E_INVALIDARG,
    E_UNEXPECTED,
    RO_E_CLOSED,
)
from iasyncinfo_spec.rules import ALL_KINDS

_OPERATIONS = tuple(kind for kind in ALL_KINDS if kind.has_result)
_ACTIONS = tuple(kind for kind in ALL_KINDS if not kind.has_result)
_CODES = (E_FAIL, E_UNEXPECTED, E_ACCESSDENIED, E_INVALIDARG)
_ODD_CODES = (0xFFFFFFFF, 0x80000000, E_ILLEGAL_METHOD_CALL, RO_E_CLOSED, 0xD0000022, 0xA0000001)
"""All bits, none but the first, what the object itself refuses with, one of NT's, and one of a customer's own."""
_early = hr(E_ILLEGAL_METHOD_CALL)


def _again(*numbers: int) -> tuple[str, Relation]:
    """Expect the steps with these numbers, counted from 1, to answer the same."""

    def alike(results: Sequence[Result]) -> bool:
        first, *rest = ([results[number - 1].get(key) for key in ("ok", "hr", "raised")] for number in numbers)
        return all(other == first for other in rest)

    return "what was read after the end reads the same again", alike


CASES = (
    *(case("RESULTS", f"complete({value}) get_results", {2: ok(value)}, kinds=_OPERATIONS) for value in (5, 0, -1)),
    case("RESULTS", "put_completed(h1) complete(7) get_results", {3: ok(7)}, kinds=_OPERATIONS),
    case("RESULTS", "complete(5) put_completed(h1) get_results", {3: ok(5)}, kinds=_OPERATIONS),
    case("RESULTS", 'complete("text") get_results', {2: ok("text")}, kinds=_OPERATIONS),
    case(
        "RESULTS",
        "put_progress(p1) report_progress(1) complete(5) get_results",
        {4: ok(5)},
        kinds=(Kind.OPERATION_WITH_PROGRESS,),
    ),
    case(
        "RESULTS", "report_progress(1) complete(null) get_results", {3: ok(None)}, kinds=(Kind.OPERATION_WITH_PROGRESS,)
    ),
    case("RESULTS", "report_progress(1) complete(5) get_results", {3: ok(5)}, kinds=(Kind.OPERATION_WITH_PROGRESS,)),
    case(
        "RESULTS",
        "put_completed(h1{get_results}) complete(5)",
        {2: anything().calling(Called("h1", meets=(ok(5),)))},
        kinds=_OPERATIONS,
    ),
    case("RESULTS", "complete(5) get_results get_results", {2: ok(None), 3: ok(None)}, kinds=_ACTIONS),
    case("RESULTS", "put_completed(h1) complete(5) get_results", {3: ok(None)}, kinds=_ACTIONS),
    case("EARLY-RESULT", "get_results", {1: _early}),
    case("EARLY-RESULT", "put_completed(h1) get_results get_results", {2: _early, 3: _early}),
    case("CANCELED-RESULT", "cancel acknowledge_cancel get_results", {3: refused()}),
    case("CANCELED-RESULT", "cancel get_results", {2: refused()}),
    case("CANCELED-RESULT", "put_completed(h1) cancel acknowledge_cancel get_results", {4: refused()}),
    case("CANCELED-RESULT", "cancel complete(5) status get_results", {4: refused()}, CAC="keep"),
    case("CANCELED-RESULT", "cancel fail(0x80004005) status get_results", {4: refused()}, FAC="keep"),
    *(case("ERR", f"fail({value:#x}) error_code error_code", {2: code(value), 3: code(value)}) for value in _CODES),
    *(
        case(
            "ERR",
            f"put_completed(h1) fail({value:#x}) error_code status",
            {3: code(value), 4: ok(AsyncStatus.ERROR)},
        )
        for value in _ODD_CODES
    ),
    case("ERR", f"put_completed(h1) {FAILURE} error_code", {3: code(E_FAIL)}),
    case("ERR", f"{FAILURE} get_results error_code", {3: code(E_FAIL)}),
    *(
        case(
            "END-STABLE",
            f"{ACKNOWLEDGED} error_code {between}error_code",
            {},
            relation=_again(3, 4 + steps_in(between)),
        )
        for between in ("", "get_results ", "put_completed(h1) ", "cancel status ")
    ),
    case("END-STABLE", f"{ACKNOWLEDGED} get_results error_code get_results", {}, relation=_again(3, 5)),
    case("END-STABLE", f"{SUCCESS} status cancel status", {}, relation=_again(2, 4)),
    case("ERR-ZERO", "error_code", {1: code(0)}),
    case("ERR-ZERO", "put_completed(h1) error_code", {2: code(0)}),
    case("ERR-ZERO", "get_results error_code", {2: code(0)}),
    case("ERR-ZERO", f"{SUCCESS} error_code get_results error_code", {2: code(0), 4: code(0)}),
    case("ERR-ZERO", f"put_completed(h1) {SUCCESS} error_code", {3: code(0)}),
    case("ERR-ZERO", f"{SUCCESS} cancel error_code", {3: code(0)}),
)
