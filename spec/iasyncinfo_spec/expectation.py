"""What a family is expected to come out as at the profile ``standard``, computed from its row."""

from dataclasses import dataclass
from typing import NamedTuple

from iasyncinfo_spec.families import Family
from iasyncinfo_spec.rules import RULES, Level, Observed, Party, Rule
from iasyncinfo_spec.variations import VARIATIONS

CONFORMS = "conforms"
DOES_NOT_CONFORM = "does-not-conform"


class ExpectedHazard(NamedTuple):
    """A dangerous answer to a point, or a broken rule that is no more than a SHOULD."""

    name: str
    answer: str
    why: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """The rules that a family fails at ``standard``, and the hazards that it shows there."""

    fails: tuple[str, ...]
    hazards: tuple[ExpectedHazard, ...]

    @property
    def verdict(self) -> str:
        """The verdict that the failing rules make."""
        return DOES_NOT_CONFORM if self.fails else CONFORMS

    def __str__(self) -> str:
        """Return the verdict and the rules that it rests on."""
        return ": ".join([self.verdict.replace("-", " "), *([", ".join(self.fails)] if self.fails else [])])


def at_standard(family: Family) -> Expectation:
    """Return what the profile ``standard`` is expected to say of a family whose four kinds are all shown.

    The answers that the family leaves open count for nothing; INCOHERENT is derived from the others.
    """
    broken = [RULES[rule] for rule in RULES if rule in family.breaks and _can_fail(RULES[rule])]
    hazards = [
        ExpectedHazard(point, answer, VARIATIONS[point].option(answer).hazard)
        for point in VARIATIONS
        for answer in [family.answer(point)]
        if (point in family.answers or point == "INCOHERENT") and VARIATIONS[point].option(answer).hazard
    ]
    return Expectation(
        tuple(rule.id for rule in broken if rule.level is Level.MUST),
        (
            *(ExpectedHazard(rule.id, "", family.breaks[rule.id]) for rule in broken if rule.level is Level.SHOULD),
            *hazards,
        ),
    )


def _can_fail(rule: Rule) -> bool:
    return rule.obliges is Party.IMPLEMENTATION and rule.observed is not Observed.NEVER
