"""Handlers of every nature, and whatever they raise: an operation treats them alike."""

from collections.abc import Iterator
from typing import Final

from iasyncinfo_conformance.directed.ends import ENDS, SUCCESS, steps_in
from iasyncinfo_conformance.directed.expectations import Called, Case, anything, case, code, hr, ok
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import E_ILLEGAL_DELEGATE_ASSIGNMENT
from iasyncinfo_spec.rules import ALL_KINDS, WITH_PROGRESS
from iasyncinfo_spec.words import EXCEPTIONS, NATURES

_S, _D, _X, _E = AsyncStatus
_RESULT_KINDS = tuple(kind for kind in ALL_KINDS if kind.has_result)
_nobody = anything().calling()
_SECOND: Final = hr(E_ILLEGAL_DELEGATE_ASSIGNMENT)


def _completed(nature: str) -> Iterator[Case]:
    first, second = f"h1:{nature}", f"h2:{nature}"
    yield case("SET-ONCE", f"put_completed({first})", {1: ok()})
    for end, final in ENDS.items():
        last = steps_in(end) + 1
        called = anything().calling(Called(first, final))
        yield case("FIRE-ONCE", f"put_completed({first}) {end} status", {last: called, last + 1: _nobody})
        yield case("LATE-SET", f"{end} put_completed({first}) status", {last: called, last + 1: _nobody})
    yield case("SECOND", f"put_completed({first}) put_completed({second})", {2: _SECOND})
    yield case("SECOND", f"{SUCCESS} put_completed({first}) put_completed({second})", {3: _SECOND})
    yield case(
        "SET-ONCE",
        f"put_completed({first}) put_completed({second}) {SUCCESS}",
        {3: anything().calling(Called(first))},
    )
    yield case("SET-ONCE", f"put_completed({first}) get_completed", {2: ok(first)}, GETH=("null", "retained"))
    if nature == "unheld":
        yield case("KEEPALIVE", f"put_completed({first}) release {SUCCESS}", {3: anything().calling(Called(first, _D))})


def _progress(nature: str) -> Iterator[Case]:
    first, second = f"p1:{nature}", f"p2:{nature}"
    reports = {number: anything().calling(Called(first, number - 1)) for number in (2, 3)}
    yield case("PROG-REPLACE", f"put_progress({first})", {1: ok()})
    yield case("PROG-ONCE", f"put_progress({first}) report_progress(1) report_progress(2)", reports)
    yield case("PROG-REPLACE", f"put_progress({first}) get_progress", {2: ok(first)})
    yield case(
        "PROG-REPLACE",
        f"put_progress({first}) put_progress({second}) report_progress(1)",
        {3: anything().calling(Called(second, 1))},
    )
    yield case("PROG-REPLACE", f"put_progress({first}) put_progress(null) report_progress(1)", {3: _nobody})


def _failing(exception: str) -> Iterator[Case]:
    fails = f'h1{{raise("{exception}")}}'
    for end, final in ENDS.items():
        last = steps_in(end) + 1
        after = {last + later: ok(final).calling() for later in (1, 2)}
        called = anything().calling(Called("h1", final))
        yield case("THROW", f"put_completed({fails}) {end} status status", {last: called, **after})
        yield case(
            "THROW", f"{end} put_completed({fails}) status put_completed(h2)",
            {last: called, last + 1: ok(final).calling(), last + 2: _SECOND.calling()},
        )  # fmt: skip
    yield case("THROW", f"put_completed({fails}) {SUCCESS} error_code", {3: code(0).calling()})
    yield case("THROW", f"put_completed({fails}) {SUCCESS} get_results", {3: ok(5)}, kinds=_RESULT_KINDS)


def _listener_failing(exception: str) -> Iterator[Case]:
    """Yield what a report into a handler that fails leaves alone, wherever its failure goes (PEXC)."""
    fails = f'put_progress(p1{{raise("{exception}")}})'
    once = anything().calling(Called("p1", 1))
    yield case("STATUS", f"{fails} report_progress(1) status", {3: ok(_S)}, kinds=WITH_PROGRESS)
    yield case("ERR-ZERO", f"{fails} report_progress(1) error_code", {3: code(0)}, kinds=WITH_PROGRESS)
    yield case("PROG-ONCE", f"{fails} report_progress(1)", {2: once})
    yield case(
        "PROG-ONCE", f"{fails} report_progress(1) put_progress(p2) report_progress(2)",
        {2: once, 4: anything().calling(Called("p2", 2))},
    )  # fmt: skip
    yield case(
        "FIRE-ONCE", f"put_completed(h1) {fails} report_progress(1) {SUCCESS} status",
        {3: once, 4: anything().calling(Called("h1", _D)), 5: ok(_D).calling()}, kinds=WITH_PROGRESS,
    )  # fmt: skip
    yield case(
        "RESULTS", f"{fails} report_progress(1) {SUCCESS} get_results", {4: ok(5)},
        kinds=tuple(kind for kind in WITH_PROGRESS if kind.has_result),
    )  # fmt: skip


CASES = (
    *(case for nature in NATURES for case in (*_completed(nature), *_progress(nature))),
    *(case for exception in EXCEPTIONS for case in (*_failing(exception), *_listener_failing(exception))),
)
