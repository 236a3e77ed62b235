"""Results and progress of every sort: they come back exactly, and stay what they were when they were handed out."""

import json
from collections.abc import Iterator
from typing import Any, Final

from iasyncinfo_conformance.directed.expectations import Called, Case, anything, case, ok
from iasyncinfo_spec.rules import ALL_KINDS
from iasyncinfo_spec.values import frozen

_OPERATIONS = tuple(kind for kind in ALL_KINDS if kind.has_result)
_LISTS: Final[tuple[Any, ...]] = ([], [[]], [0], [1, [2.5, "x", [None]]], [True, 1, 1.0])
_THING: Final = {"object": 1}
_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0.0, 1.0, 0.5, -1.5, 1e300, 2**31, 2**53 + 1, -(2**63), 2**64, 2**200, "", "0", "x" * 300,
    " x\t", "a\0b", "e\u0301\U0001f642\r\n",
    *_LISTS, _THING, [_THING, _THING],
)  # fmt: skip
"""Empty ones, false ones, those that Python or JavaScript take for one another, those that overflow, and texts that
somebody trims, ends at a zero, composes, or counts in units of sixteen bits."""
_KEPT: Final = (*_LISTS[2:], _THING)
"""Those that Close could spoil."""


def _cases() -> Iterator[Case]:
    for value in _VALUES:
        text, held = json.dumps(value), frozen(value)
        yield case("RESULTS", f"complete({text}) get_results", {2: ok(held)}, kinds=_OPERATIONS)
        yield case(
            "RESULTS",
            f"put_completed(h1{{get_results}}) complete({text})",
            {2: anything().calling(Called("h1", meets=(ok(held),)))},
            kinds=_OPERATIONS,
        )
        yield case("PROG-ONCE", f"put_progress(p1) report_progress({text})", {2: anything().calling(_given(held))})
    for value in _KEPT:
        text, held = json.dumps(value), frozen(value)
        for later in ("close", "cancel", "put_completed(h1)"):
            word = f"complete({text}) get_results {later} handed_out"
            expects = {2: ok(held), 4: ok(held)}
            yield case("RESULTS", word, expects, kinds=_OPERATIONS)


def _given(value: object) -> Called:
    return Called("p1", value, by_operation=True)


CASES = tuple(_cases())
