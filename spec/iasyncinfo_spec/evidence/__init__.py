"""How each answer of each row is known: observed in a recording, read in a source, or open.

*Observed* is computed (:mod:`iasyncinfo_spec.evidence.observing`) and kept in ``observed.json`` with the traces
that show it. *Read* is cited in the row. An answer that is neither is no answer: the point is *open*, and
whoever follows several states at once tries it in every way.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

from iasyncinfo_spec import variations
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.variations import VARIATIONS

Observations: TypeAlias = dict[str, dict[str, dict[str, tuple[str, int]]]]
DERIVED: Final[dict[str, tuple[str, ...]]] = {
    **{point: derivation.parts for point, derivation in variations.DERIVED.items()},
    "CLOSE_R": ("AFTER_CLOSE",),
}
"""What follows from other answers where a row does not answer it itself: it is known as the least of them is."""


class Known(StrEnum):
    """How an answer, or a breach, is known."""

    OBSERVED = "observed"
    READ = "read"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one cell of a row is known, and where: a trace that shows it, a place in a source, or why it is open."""

    known: Known
    where: str


@cache
def observations() -> Observations:
    """Return the witnesses of everything observed: by row, by point or rule, by the option that each excludes."""
    text = files(__package__).joinpath("observed.json").read_text(encoding="utf-8")
    return {
        row: {what: {option: (name, line) for option, (name, line) in by.items()} for what, by in sure.items()}
        for row, sure in json.loads(text).items()
    }


def evidence(row: Family, what: str) -> Evidence:
    """Return how a row's answer to a point, or its breach of a rule, is known."""
    if what in DERIVED and what not in row.answers and what not in row.open_points:
        return _derived(row, DERIVED[what])
    if (witnesses := observations().get(row.name, {}).get(what)) is not None:
        seen = sorted(set(witnesses.values()))
        return Evidence(Known.OBSERVED, ", ".join(f"{name}:{line}" for name, line in seen))
    if what in row.settled or what in row.breaks:
        return _implied(row, what) or Evidence(Known.READ, row.read.get(what, ""))
    return Evidence(Known.OPEN, row.undecided.get(what, "nobody has established it"))


def summary(row: Family) -> dict[Known, int]:
    """Return how many points of a row are known in which way."""
    found = [evidence(row, point).known for point in VARIATIONS]
    return {known: found.count(known) for known in Known}


def _derived(row: Family, points: tuple[str, ...]) -> Evidence:
    ways = [evidence(row, point).known for point in points]
    least = max(ways, key=list(Known).index)
    return Evidence(least, f"follows from {', '.join(points)}")


def _implied(row: Family, rule: str) -> Evidence | None:
    """Return the evidence of a breach that is an answer's, and so known as the answer is."""
    for point, answer in row.settled.items():
        if VARIATIONS[point].option(answer).breaks == rule:
            return evidence(row, point)
    return None


__all__ = ["DERIVED", "Evidence", "Known", "evidence", "observations", "summary"]
