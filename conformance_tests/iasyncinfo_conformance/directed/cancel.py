"""Cancel."""

from iasyncinfo_conformance.directed.ends import FAILURE, SUCCESS
from iasyncinfo_conformance.directed.expectations import Called, Expect, anything, case, code, hr, ok
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import E_FAIL
from iasyncinfo_spec.rules import ALL_KINDS

_X = AsyncStatus.CANCELED
_OPERATIONS = tuple(kind for kind in ALL_KINDS if kind.has_result)
_ACTIONS = tuple(kind for kind in ALL_KINDS if not kind.has_result)
_nobody = anything().calling()
_at_most_once = Expect("returns at most 1", lambda result: result.get("ok") in (0, 1))
_never = Expect("returns 0", lambda result: result.get("ok") == 0)

CASES = (
    case("CANCEL-REQ", "cancel acknowledge_cancel status", {3: ok(_X)}),
    case("CANCEL-REQ", "put_completed(h1) cancel acknowledge_cancel", {3: anything().calling(Called("h1", _X))}),
    case("CANCEL-REQ", "cancel status", {2: ok(_X)}, CANCEL__SYNC="yes"),
    case("CANCEL-VISIBLE", "cancel status", {2: ok(_X)}),
    case("CANCEL-VISIBLE", "put_completed(h1) cancel status", {3: ok(_X)}),
    case("CANCEL-VISIBLE", "cancel cancel status", {3: ok(_X)}),
    case("CANCEL-VISIBLE", "put_completed(null) cancel status", {3: ok(_X)}),
    case("CANCEL-OK", "cancel cancel cancel", {1: ok(), 2: ok(), 3: ok()}),
    case("CANCEL-OK", f"{SUCCESS} cancel cancel", {2: ok(), 3: ok()}),
    case("CANCEL-OK", f"{FAILURE} cancel", {2: ok()}),
    case("CANCEL-OK", "cancel acknowledge_cancel cancel", {3: ok()}),
    case("CANCEL-OK", f"put_completed(h1{{cancel}}) {SUCCESS}", {2: anything().calling(Called("h1", meets=(ok(),)))}),
    case("CANCEL-ONCE", "cancel cancel cancel_notifications", {3: _at_most_once}),
    case("CANCEL-ONCE", "cancel cancel cancel cancel cancel_notifications", {5: _at_most_once}),
    case("CANCEL-ONCE", "cancel acknowledge_cancel cancel cancel_notifications", {4: _at_most_once}),
    case("CANCEL-ONCE", "cancel close cancel cancel_notifications", {4: _at_most_once}),
    case("CANCEL-ONCE", f"{SUCCESS} close cancel cancel_notifications", {4: _never}),
    case("CANCEL-ONCE", f"{SUCCESS} cancel cancel_notifications", {3: _never}),
    case("CANCEL-ONCE", f"{FAILURE} cancel cancel_notifications", {3: _never}),
    case("CANCEL-NOFIRE", "put_completed(h1) cancel cancel", {2: _nobody, 3: _nobody}, CANCEL__SYNC="no"),
    case("CANCEL-NOFIRE", "put_completed(h1) cancel close", {3: _nobody}, CANCEL__SYNC="no"),
    case("CANCEL-NOFIRE", "put_completed(h1) cancel status get_results", {3: _nobody, 4: _nobody}, CANCEL__SYNC="no"),
    case("CANCEL-NOFIRE", "put_completed(h1)", {1: _nobody}),
    case("CANCEL-NOFIRE", "put_completed(h1) status get_results", {1: _nobody, 2: _nobody, 3: _nobody}),
    case("CANCEL-NOFIRE", "put_completed(h1) close", {2: _nobody}, CLOSE_S=("reject", "noop")),
    case("CANCEL-NOFIRE", "put_completed(h1) close", {2: _nobody}, CLOSE_S="cancel", CANCEL__SYNC="no"),
    case(
        "CANCEL-NOFIRE",
        f"cancel put_completed(h1) {SUCCESS}",
        {2: _nobody, 3: anything().calling(Called("h1"))},
        LATE_R="wait",
        CANCEL__SYNC="no",
    ),
    case("TERMINAL-CANCEL", f"{SUCCESS} cancel status", {3: ok(AsyncStatus.COMPLETED)}),
    case("TERMINAL-CANCEL", f"{SUCCESS} cancel error_code", {3: code(0)}),
    case("TERMINAL-CANCEL", f"{SUCCESS} cancel get_results", {3: ok(5)}, kinds=_OPERATIONS),
    case("TERMINAL-CANCEL", f"{SUCCESS} cancel get_results", {3: ok(None)}, kinds=_ACTIONS),
    case("TERMINAL-CANCEL", f"{FAILURE} cancel status", {3: ok(AsyncStatus.ERROR)}),
    case("TERMINAL-CANCEL", f"{FAILURE} cancel error_code get_results", {3: code(E_FAIL), 4: hr(E_FAIL)}),
    case("TERMINAL-CANCEL", f"put_completed(h1) {SUCCESS} cancel", {3: _nobody}),
    case(
        "TERMINAL-CANCEL",
        f"{SUCCESS} cancel put_completed(h1)",
        {3: anything().calling(Called("h1", AsyncStatus.COMPLETED))},
    ),
    case(
        "TERMINAL-CANCEL",
        f"put_completed(h1{{cancel status}}) {SUCCESS}",
        {2: anything().calling(Called("h1", meets=(None, ok(AsyncStatus.COMPLETED))))},
    ),
)
