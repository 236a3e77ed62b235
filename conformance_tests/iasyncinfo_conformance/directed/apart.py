"""Two objects alive at once: nothing that is done to one can be seen at the other."""

from collections.abc import Iterator
from typing import Final

from iasyncinfo_conformance.directed.expectations import Called, Case, Expect, anything, case, code, hr, ok
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import E_FAIL, E_INVALIDARG
from iasyncinfo_spec.rules import ALL_KINDS, WITH_PROGRESS
from iasyncinfo_spec.words import OTHERS, parse_word

_S, _D, _X, _E = AsyncStatus
_SECOND: Final = OTHERS[0]
_OPERATIONS: Final = tuple(kind for kind in ALL_KINDS if kind.has_result)
_nobody = anything().calling()
_ENDS: Final = ("complete(5)", "fail(0x80004005)", "cancel", "cancel acknowledge_cancel", "complete(5) close")
"""What may be done to one; none of it makes anything of the other."""


def _second(text: str) -> str:
    return " ".join(_SECOND + step for step in text.split())


def _untouched() -> Iterator[Case]:
    """Yield words in which one ends, in either order of birth, and the other looks as if it had not."""
    look: list[Expect] = [ok(_S).calling(), code(0).calling(), ok(None).calling()]
    looks = "status error_code get_completed"
    for end in _ENDS:
        for idle, acting in ((looks, _second(end)), (_second(looks), end)):
            done = len(acting.split())
            born = _second("status") if idle.startswith(_SECOND) else "status"
            yield case(
                "APART", f"{born} {acting} {idle}",
                {1: ok(_S), **{done + 2 + number: look[number] for number in range(3)}},
            )  # fmt: skip
    for told in ("cancel b.cancel_notifications", "b.status cancel b.cancel_notifications"):
        yield case("APART", told, {len(parse_word(told)): ok(0)})


CASES = (
    *_untouched(),
    case("APART", "complete(5) b.complete(7) get_results b.get_results", {3: ok(5), 4: ok(7)}, kinds=_OPERATIONS),
    case("APART", "b.complete(7) complete(5) b.get_results get_results", {3: ok(7), 4: ok(5)}, kinds=_OPERATIONS),
    case(
        "APART", "complete(5) b.complete(7) c.complete(9) get_results b.get_results c.get_results",
        {4: ok(5), 5: ok(7), 6: ok(9)}, kinds=_OPERATIONS,
    ),
    case("APART", "complete(5) b.complete(7) b.close get_results", {4: ok(5)}, kinds=_OPERATIONS),
    case(
        "APART", "fail(0x80004005) b.fail(0x80070057) error_code b.error_code get_results b.get_results",
        {3: code(E_FAIL), 4: code(E_INVALIDARG), 5: hr(E_FAIL), 6: hr(E_INVALIDARG)},
    ),
    case("APART", "complete(5) b.fail(0x80070057) status b.status", {3: ok(_D), 4: ok(_E)}),
    case("APART", "cancel acknowledge_cancel b.complete(7) status b.status", {4: ok(_X), 5: ok(_D)}),
    case("APART", "put_completed(h1) b.put_completed(h2)", {2: ok().calling()}),
    case("APART", "put_completed(h1) b.get_completed", {2: ok(None)}),
    case(
        "APART", "put_completed(h1) b.put_completed(h2) complete(5) b.fail(0x80004005)",
        {3: anything().calling(Called("h1", _D, by_operation=True)),
         4: anything().calling(Called("h2", _E, by_operation=True))},
    ),
    case(
        "APART", "put_completed(h1) b.put_completed(h2) b.complete(7) complete(5)",
        {3: anything().calling(Called("h2", _D, by_operation=True)),
         4: anything().calling(Called("h1", _D, by_operation=True))},
    ),
    case(
        "APART", "put_completed(h1) b.put_completed(h2) c.put_completed(h3) complete(5) c.complete(7)",
        {4: anything().calling(Called("h1", _D, by_operation=True)),
         5: anything().calling(Called("h3", _D, by_operation=True))},
    ),
    case("APART", "put_completed(h1) b.complete(7) status", {2: _nobody, 3: ok(_S)}),
    case("APART", "complete(5) b.complete(7) put_completed(h1)", {3: anything().calling(Called("h1", _D))}),
    case("APART", "id b.id id b.id", {}, relation=(
        "each keeps its id",
        lambda found: found[0].get("ok") == found[2].get("ok") and found[1].get("ok") == found[3].get("ok"),
    )),
    *(
        case("APART", word, expects, kinds=WITH_PROGRESS)
        for word, expects in (
            ("put_progress(p1) b.put_progress(p2) report_progress(1) b.report_progress(2)",
             {3: anything().calling(Called("p1", 1)), 4: anything().calling(Called("p2", 2))}),
            ("put_progress(p1) b.put_progress(p2) b.report_progress(2) report_progress(1)",
             {3: anything().calling(Called("p2", 2)), 4: anything().calling(Called("p1", 1))}),
            ("put_progress(p1) b.report_progress(2) b.get_progress", {2: _nobody, 3: ok(None)}),
            ("put_progress(p1) b.put_progress(p2) b.complete(7) report_progress(1)",
             {4: anything().calling(Called("p1", 1))}),
            ("put_progress(p1) b.put_progress(null) report_progress(1)", {3: anything().calling(Called("p1", 1))}),
        )
    ),
)  # fmt: skip
