"""Status."""

from iasyncinfo_conformance.directed.ends import ACKNOWLEDGED, ENDS, FAILURE, SUCCESS, steps_in
from iasyncinfo_conformance.directed.expectations import Called, anything, case, ok, one_of
from iasyncinfo_spec.abi import AsyncStatus

_S, _D, _X, _E = AsyncStatus

CASES = (
    case("STATUS", "status status", {1: ok(_S), 2: ok(_S)}),
    case("STATUS", "put_completed(h1) status", {2: ok(_S)}),
    case("STATUS", "put_completed(null) status", {2: ok(_S)}),
    case("STATUS", "get_results status", {2: ok(_S)}),
    *(
        case("STATUS", f"{end} status status", {steps_in(end) + 1: ok(final), steps_in(end) + 2: ok(final)})
        for end, final in ENDS.items()
    ),
    *(
        case("STATUS", f"{end} get_results put_completed(h1) status", {steps_in(end) + 3: ok(final)})
        for end, final in ENDS.items()
    ),
    *(
        case(
            "STATUS",
            f"{end} error_code id get_completed status cancel status",
            {steps_in(end) + 4: ok(final), steps_in(end) + 6: ok(final)},
        )
        for end, final in ENDS.items()
    ),
    *(
        case(
            "STATUS",
            f"put_completed(h1{{status}}) {end} status",
            {steps_in(end) + 1: anything().calling(Called("h1", final, (ok(final),))), steps_in(end) + 2: ok(final)},
        )
        for end, final in ENDS.items()
        if end != ACKNOWLEDGED
    ),
    case("STATUS", f"cancel {SUCCESS} status status", {3: one_of(_D, _X), 4: one_of(_D, _X)}),
    case("STATUS", f"cancel {FAILURE} status status", {3: one_of(_X, _E), 4: one_of(_X, _E)}),
    case("STATUS", f"put_completed(h1) cancel {SUCCESS} status", {4: one_of(_D, _X)}),
    case("STATUS", f"put_completed(h1) cancel {FAILURE} status", {4: one_of(_X, _E)}),
    *(
        case(
            "STATUS-VALUES",
            word,
            {number: one_of(*AsyncStatus) for number in numbers},
        )
        for word, numbers in (
            ("status cancel status", (1, 3)),
            ("status complete(5) status", (1, 3)),
            ("fail(0x80004005) status", (2,)),
            ("cancel acknowledge_cancel status", (3,)),
        )
    ),
    *(
        case("STATUS-VALUES", f"put_completed(h1) {end}", {steps_in(end) + 1: anything().calling(Called("h1"))})
        for end in ENDS
    ),
    *(
        case(
            "STATUS-VALUES",
            f"{end} put_completed(h1) status",
            {steps_in(end) + 1: anything().calling(Called("h1")), steps_in(end) + 2: one_of(*AsyncStatus)},
        )
        for end in ENDS
    ),
    *(
        case("STATUS-VALUES", f"put_completed(h1) {end} status", {steps_in(end) + 2: one_of(*AsyncStatus)})
        for end in ENDS
    ),
    # A family may drop the call (Z-FIRE); if it calls, what it tells is a status.
    *(
        case(
            "STATUS-VALUES",
            f"put_completed(h1) cancel close {end}",
            {},
            relation=(
                "whatever a handler is told is an AsyncStatus",
                lambda found: all(
                    event.get("status") in tuple(AsyncStatus) for result in found for event in result.get("events", ())
                ),
            ),
        )
        for end in (SUCCESS, FAILURE, "acknowledge_cancel")
    ),
)
