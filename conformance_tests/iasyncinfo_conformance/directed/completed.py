"""Completed: setting it, and when and how the handler is called."""

from iasyncinfo_conformance.directed.ends import ENDS, FAILURE, SUCCESS, steps_in
from iasyncinfo_conformance.directed.expectations import Called, anything, case, code, hr, ok
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import DISCONNECTED, E_FAIL, E_ILLEGAL_DELEGATE_ASSIGNMENT
from iasyncinfo_spec.rules import ALL_KINDS

_S, _D, _X, _E = AsyncStatus
_RESULT_KINDS = tuple(kind for kind in ALL_KINDS if kind.has_result)
_SECOND = hr(E_ILLEGAL_DELEGATE_ASSIGNMENT)
_nobody = anything().calling()
_BAD = "0x80070005"


def _given(status: AsyncStatus) -> Called:
    return Called("h1", status, by_operation=True)


_SETTING = (
    case("SET-ONCE", "put_completed(h1) put_completed(h2) complete(5)", {3: anything().calling(Called("h1"))}),
    case("SET-ONCE", "put_completed(h1) put_completed(null) complete(5)", {3: anything().calling(Called("h1"))}),
    case("SET-ONCE", "put_completed(h1) put_completed(h2) fail(0x80004005)", {3: anything().calling(Called("h1"))}),
    case("SET-ONCE", "put_completed(h1)", {1: ok()}),
    *(case("SET-ONCE", f"{end} put_completed(h1) put_completed(h2)", {steps_in(end) + 2: _nobody}) for end in ENDS),
    case("SET-ONCE", "put_completed(h1) complete(5) put_completed(h2)", {3: _nobody}),
    case(
        "SET-ONCE",
        "put_completed(h1) put_completed(h2) cancel acknowledge_cancel",
        {4: anything().calling(Called("h1"))},
    ),
    case(
        "SET-ONCE",
        "put_completed(h1) put_completed(h2) get_completed",
        {3: ok("h1")},
        GETH=("null", "retained"),
    ),
    case("SECOND", "put_completed(h1) put_completed(h2)", {2: _SECOND}),
    case("SECOND", "put_completed(h1) put_completed(h1)", {2: _SECOND}),
    case("SECOND", "put_completed(h1) cancel put_completed(h2)", {3: _SECOND}),
    case("SECOND", "put_completed(null) put_completed(h1)", {2: _SECOND}, NULLSLOT=("counts", "epointer-counts")),
    *(case("SECOND", f"put_completed(h1) {end} put_completed(h2)", {steps_in(end) + 2: _SECOND}) for end in ENDS),
    *(case("SECOND", f"{end} put_completed(h1) put_completed(h2)", {steps_in(end) + 2: _SECOND}) for end in ENDS),
    case(
        "SECOND",
        "put_completed(h1{put_completed(h2)}) complete(5)",
        {2: anything().calling(Called("h1", meets=(_SECOND,)))},
    ),
    case(
        "SECOND",
        "complete(5) put_completed(h1{put_completed(h2)})",
        {2: anything().calling(Called("h1", meets=(_SECOND,)))},
    ),
    *(
        case(
            "LATE-SET",
            f"{end} put_completed(h1)",
            {steps_in(end) + 1: ok().calling(Called("h1", final))},
        )
        for end, final in ENDS.items()
    ),
    case("LATE-SET", "cancel put_completed(h1)", {2: ok().calling(Called("h1", _X))}, CANCEL__SYNC="yes"),
    case("LATE-SET", "complete(5) get_results put_completed(h1)", {3: ok().calling(Called("h1", _D))}),
    case("LATE-SET", "complete(5) cancel put_completed(h1)", {3: ok().calling(Called("h1", _D))}),
    case("GET-EMPTY", "get_completed", {1: ok(None)}),
    case("GET-EMPTY", "cancel get_completed", {2: ok(None)}),
    case("GET-EMPTY", "complete(5) get_completed", {2: ok(None)}),
    case("GET-EMPTY", "fail(0x80004005) get_completed", {2: ok(None)}),
    case("GET-EMPTY", "put_completed(null) get_completed", {2: ok(None)}),
)

_CALLING = (
    *(
        case(
            "FIRE-ONCE",
            f"put_completed(h1) {end} status get_completed cancel",
            {
                steps_in(end) + 1: anything().calling(Called("h1")),
                **{steps_in(end) + 1 + later: _nobody for later in (1, 2, 3)},
            },
        )
        for end in ENDS
    ),
    *(
        case(
            "FIRE-ONCE",
            f"{end} put_completed(h1) status cancel",
            {
                steps_in(end) + 1: anything().calling(Called("h1")),
                steps_in(end) + 2: _nobody,
                steps_in(end) + 3: _nobody,
            },
        )
        for end in ENDS
    ),
    case("FIRE-ONCE", "put_completed(h1) cancel", {2: anything().calling(Called("h1"))}, CANCEL__SYNC="yes"),
    case("FIRE-ONCE", "put_completed(h1) cancel complete(5) status", {3: anything().calling(Called("h1")), 4: _nobody}),
    case(
        "FIRE-ONCE",
        "put_completed(h1) cancel fail(0x80004005) status",
        {3: anything().calling(Called("h1")), 4: _nobody},
    ),
    case("FIRE-ONCE", "put_completed(h1) cancel cancel complete(5)", {4: anything().calling(Called("h1"))}),
    case(
        "FIRE-ONCE", "cancel put_completed(h1) complete(5)", {2: ok().calling(Called("h1")), 3: _nobody}, LATE_R="now"
    ),
    case("FIRE-ONCE", "cancel put_completed(h1) fail(0x80004005)", {3: _nobody}, LATE_R="now"),
    case("FIRE-ONCE", "cancel put_completed(h1) acknowledge_cancel", {3: _nobody}, LATE_R="now"),
    case(
        "FIRE-ONCE",
        "cancel put_completed(h1) complete(5) status",
        {3: anything().calling(Called("h1")), 4: _nobody},
        LATE_R="wait",
    ),
    case("FIRE-ONCE", "put_completed(h1) complete(5) close close", {3: _nobody, 4: _nobody}),
    case("FIRE-ONCE", "complete(5) put_completed(h1) get_results close", {3: _nobody, 4: _nobody}),
    case(
        "FIRE-ONCE",
        "put_completed(h1{get_results cancel close}) complete(5) status",
        {2: anything().calling(Called("h1")), 3: _nobody},
    ),
    *(
        case(
            "FIRE-ARGS",
            f"put_completed(h1) {end}",
            {steps_in(end) + 1: anything().calling(_given(final))},
        )
        for end, final in ENDS.items()
    ),
    *(
        case(
            "FIRE-ARGS",
            f"{end} put_completed(h1)",
            {steps_in(end) + 1: anything().calling(_given(final))},
        )
        for end, final in ENDS.items()
    ),
    case(
        "FIRE-ARGS",
        "cancel put_completed(h1)",
        {2: anything().calling(_given(_X))},
        LATE_R="now",
    ),
    *(
        case(
            "FIRE-ARGS",
            f"put_completed(h1{{status}}) cancel {end} status",
            {},
            relation=(
                "the status told is the one that Status reads inside the handler and afterwards",
                lambda found: all(
                    event.get("status") == event["results"][0].get("ok") == found[3].get("ok")
                    for event in found[2].get("events", ())
                ),
            ),
        )
        for end in (SUCCESS, FAILURE)
    ),
    *(
        case(
            "FIRE-ORDER",
            word,
            {number: anything().calling(Called("h1", meets=(ok(_D), *results, code(0))))},
            kinds=kinds,
        )
        for kinds, results in ((_RESULT_KINDS, (ok(5),)), (ALL_KINDS, (ok(),)))
        for word, number in (
            ("put_completed(h1{status get_results error_code}) complete(5)", 2),
            ("complete(5) put_completed(h1{status get_results error_code})", 2),
        )
    ),
    *(
        case(
            "FIRE-ORDER",
            word,
            {2: anything().calling(Called("h1", meets=(ok(_E), hr(E_FAIL), code(E_FAIL))))},
        )
        for word in (
            "put_completed(h1{status get_results error_code}) fail(0x80004005)",
            "fail(0x80004005) put_completed(h1{status get_results error_code})",
        )
    ),
    case(
        "FIRE-ORDER",
        "put_completed(h1{status get_results}) cancel acknowledge_cancel",
        {3: anything().calling(Called("h1", meets=(ok(_X), None)))},
    ),
)

_INSIDE = (
    case(
        "FIRE-NOLOCK",
        "put_completed(h1{id status error_code get_completed cancel get_results}) complete(5) status",
        {2: anything().calling(Called("h1", meets=(ok(), ok(), ok(), ok(), ok(), ok()))), 3: ok(_D)},
    ),
    case(
        "FIRE-NOLOCK",
        "complete(5) put_completed(h1{id status error_code get_completed cancel get_results}) status",
        {2: anything().calling(Called("h1", meets=(ok(), ok(), ok(), ok(), ok(), ok()))), 3: ok(_D)},
    ),
    case(
        "FIRE-NOLOCK",
        "put_completed(h1{close}) complete(5)",
        {2: anything().calling(Called("h1", meets=(ok(),)))},
    ),
    case(
        "FIRE-NOLOCK",
        "put_progress(p1{status put_progress(p2) cancel status}) report_progress(1)",
        {2: anything().calling(Called("p1", 1, (ok(_S), ok(), ok(), None)))},
        kinds=tuple(kind for kind in ALL_KINDS if kind.has_progress),
    ),
    case(
        "FIRE-NOLOCK",
        "put_completed(h1{thread{status get_results cancel}}) complete(5)",
        {2: anything().calling(Called("h1", meets=(ok(),)))},
    ),
    case(
        "FIRE-NOLOCK",
        "complete(5) put_completed(h1{thread{status get_results cancel}})",
        {2: anything().calling(Called("h1", meets=(ok(),)))},
    ),
    *(
        case("FIRE-NOLOCK", word, {2: anything().calling(Called("h1", meets=(ok(),)))})
        for word in (
            "put_completed(h1{thread{get_results close}}) complete(5)",
            "complete(5) put_completed(h1{thread{get_results close}})",
        )
    ),
    case(
        "FIRE-NOLOCK",
        "put_progress(p1{thread{status cancel}}) report_progress(1)",
        {2: anything().calling(Called("p1", 1, (ok(),)))},
        kinds=tuple(kind for kind in ALL_KINDS if kind.has_progress),
    ),
    *(
        case(
            "THROW",
            f"put_completed(h1{{raise({_BAD})}}) {end} status status",
            {
                steps_in(end) + 1: anything().calling(Called("h1", final)),
                steps_in(end) + 2: ok(final).calling(),
                steps_in(end) + 3: ok(final).calling(),
            },
        )
        for end, final in ENDS.items()
    ),
    case(
        "THROW",
        f"complete(5) put_completed(h1{{raise({_BAD})}}) status error_code",
        {2: anything().calling(Called("h1", _D)), 3: ok(_D).calling(), 4: code(0).calling()},
    ),
    case("THROW", f"put_completed(h1{{raise({_BAD})}}) complete(5) get_results", {3: ok(5)}, kinds=_RESULT_KINDS),
    case("THROW", f"put_completed(h1{{raise({_BAD})}}) complete(5) put_completed(h2)", {3: _SECOND.calling()}),
    *(
        case("DISCONNECT", word, {2: ok().calling(Called("h1", _D)), 3: ok(_D)})
        for lost in DISCONNECTED
        for word in (
            f"put_completed(h1{{raise({lost:#x})}}) complete(5) status",
            f"complete(5) put_completed(h1{{raise({lost:#x})}}) status",
        )
    ),
    *(
        case("KEEPALIVE", f"put_completed(h1) release {end}", {3: anything().calling(Called("h1", final))})
        for end, final in ((SUCCESS, _D), (FAILURE, _E))
    ),
)

CASES = (*_SETTING, *_CALLING, *_INSIDE)
