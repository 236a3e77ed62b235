"""Close."""

from collections.abc import Callable, Sequence

from iasyncinfo_conformance.directed.ends import ENDS, SUCCESS, steps_in
from iasyncinfo_conformance.directed.expectations import Called, Relation, answers, anything, case, not_code, ok
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.hresults import E_ILLEGAL_DELEGATE_ASSIGNMENT
from iasyncinfo_spec.rules import WITH_PROGRESS

_MEMBERS = "id status error_code get_completed"
_SHUTS = ("reject", "RO_E_CLOSED")


def _alike_from(first: int) -> tuple[str, Relation]:
    """Expect every result from the step ``first`` on to be a refusal, or none."""

    def alike(results: Sequence[Result]) -> bool:
        return len({"ok" in result for result in results[first - 1 :]}) == 1

    return "after Close either every member refuses, or none does", alike


def _same(number: int) -> Callable[[Sequence[Result]], bool]:
    """Expect the steps ``number`` and two after it to answer the same."""
    return lambda results: results[number - 1] == results[number + 1]


CASES = (
    *(
        case("CLOSE-TERMINAL", f"{before}{end} close", {steps_in(before + end) + 1: ok()})
        for end in ENDS
        for before in ("", "put_completed(h1) ")
    ),
    case("CLOSE-TERMINAL", f"{SUCCESS} get_results close", {3: ok()}),
    case("CLOSE-TERMINAL", "cancel close", {2: ok()}, CANCEL__SYNC="yes"),
    case(
        "CLOSE-TERMINAL",
        f"put_completed(h1{{close}}) {SUCCESS}",
        {2: anything().calling(Called("h1", meets=(ok(),)))},
    ),
    case(
        "CLOSE-TERMINAL",
        f"{SUCCESS} put_completed(h1{{close}})",
        {2: anything().calling(Called("h1", meets=(ok(),)))},
    ),
    case("CLOSE-IDEMP", f"put_completed(h1{{close}}) {SUCCESS} close", {3: ok()}),
    *(
        case("CLOSE-IDEMP", f"{end} close close close", {steps_in(end) + 2: ok(), steps_in(end) + 3: ok()})
        for end in ENDS
    ),
    *(
        case(
            "CLOSE-IDEMP",
            f"{end} close status close status",
            {},
            relation=("Status answers the same before and after the second Close", _same(steps_in(end) + 2)),
        )
        for end in ENDS
    ),
    case("CLOSE-IDEMP", "cancel close close", {3: ok()}, CLOSE_R=("ok", "noop")),
    # A Close that waits never answers: what fails such a subject is the hang itself.
    case("CLOSE-NOBLOCK", "close", {1: answers()}),
    case("CLOSE-NOBLOCK", "cancel close", {2: answers()}),
    case("CLOSE-NOBLOCK", "put_completed(h1) cancel close", {3: answers()}),
    case("CLOSE-NOBLOCK", f"{SUCCESS} close", {2: answers()}),
    case("CLOSE-NOBLOCK", f"put_completed(h1{{close}}) {SUCCESS} status", {2: anything()}),
    case("CLOSE-NOBLOCK", f"{SUCCESS} put_completed(h1{{close}})", {2: anything()}),
    case("CLOSE-NOBLOCK", f"put_completed(h1{{thread{{close}}}}) {SUCCESS}", {2: anything()}),
    case("CLOSE-NOBLOCK", f"{SUCCESS} put_completed(h1{{thread{{close}}}})", {2: anything()}),
    *(
        case(
            "CLOSED-ALIKE",
            f"{end} close {_MEMBERS}{results}",
            {},
            relation=_alike_from(steps_in(end) + 2),
        )
        for end, results in ((SUCCESS, " get_results"), ("fail(0x80004005)", ""), ("cancel acknowledge_cancel", ""))
    ),
    case(
        "CLOSED-ALIKE",
        f"{SUCCESS} close status get_progress put_progress(p1)",
        {},
        kinds=WITH_PROGRESS,
        relation=_alike_from(3),
    ),
    case(
        "CLOSED-ALIKE",
        f"cancel close {_MEMBERS} get_results",
        {},
        CLOSE_R="ok",
        relation=_alike_from(3),
    ),
    *(
        case(
            "CLOSED-FIRST",
            word,
            {4: not_code(E_ILLEGAL_DELEGATE_ASSIGNMENT)},
            AFTER_CLOSE=_SHUTS,
        )
        for word in (
            f"put_completed(h1) {SUCCESS} close put_completed(h2)",
            f"put_completed(h1) {SUCCESS} close put_completed(null)",
            f"put_completed(null) {SUCCESS} close put_completed(h1)",
            "put_completed(h1) fail(0x80004005) close put_completed(h2)",
        )
    ),
)
