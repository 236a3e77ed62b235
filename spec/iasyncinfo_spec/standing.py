"""What a run at ``standard`` may not do: the rules that tie one answer to another.

Each step of the nondeterministic machine keeps the rules that speak of one step. Some rules speak of two:
what was read after the end reads the same again (END-STABLE), a second Close changes nothing (CLOSE-IDEMP),
setting Completed after Close is refused as a property is (CLOSED-FIRST), and a Progress slot that is there
does not vanish (PROG-REPLACE). A :class:`Standing` remembers what was read as far as these rules need it, and
:func:`follow` says which branches they forbid, and which take an answer that a rule forbids.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from iasyncinfo_spec.hresults import E_NOTIMPL
from iasyncinfo_spec.product import Configuration, Prediction
from iasyncinfo_spec.standard import Branch, StandardProduct
from iasyncinfo_spec.tables import CANCELED, CLOSED, CLOSED_RUNNING, COMPLETED, ERROR
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Step

Answer: TypeAlias = tuple[str, Any]

_ENDED: Final = (COMPLETED, CANCELED, ERROR)
_SHUT: Final = (CLOSED, CLOSED_RUNNING)
_SLOT: Final = "the Progress slot"
"""What stands for whether there is one: that is so in every state."""
_FORBIDDEN: Final = {
    (point, option.name): option.breaks
    for point, variation in VARIATIONS.items()
    for option in variation.options
    if option.breaks
}
"""The rule that forbids an answer to a point, where one does."""
_PROPERTIES: Final = ("id", "status", "error_code", "get_completed", "get_progress", "get_results")


class Reading(NamedTuple):
    """What a step read: of which member, what, the rule by which it has to stay, and whether it does from now on."""

    of: str
    answer: Answer
    rule: str
    lasts: bool = True


class Standing(NamedTuple):
    """Where a run stands: the configuration, and what was read there that has to stay."""

    at: Configuration = Configuration()
    read: tuple[tuple[str, Answer], ...] = ()


class Taken(NamedTuple):
    """A branch from a standing, where it leads, and the rule that forbids it, if any."""

    branch: Branch
    there: Standing
    breaks: str


def follow(standard: StandardProduct, here: Standing, step: Step) -> Iterator[Taken]:
    """Yield everything that may happen at ``step``, and what may not, with the rule."""
    for branch in standard.branches(here.at, step):
        before, after = here.at.life, branch.dest.life
        outside = list(_readings(before, after, branch.prediction))
        inside = [reading for inner in _within(branch.prediction) for reading in _readings(after, after, inner)]
        kept, rule = _compare(dict(here.read), outside)
        kept = {of: answer for of, answer in kept.items() if before == after or of == _SLOT}
        kept, rule_inside = _compare(kept, inside)
        rules = [rule for rule in (_forbids(branch), rule, rule_inside) if rule]
        broken = next((rule for rule in rules if rule not in standard.breaks), "")
        yield Taken(branch, Standing(branch.dest, tuple(sorted(kept.items()))), broken)


def _forbids(branch: Branch) -> str:
    """Return the rule that one of the answers to open points breaks which a branch takes, or nothing."""
    return next((_FORBIDDEN[answer] for answer in branch.answers.items() if answer in _FORBIDDEN), "")


def _compare(read: dict[str, Answer], readings: list[Reading]) -> tuple[dict[str, Answer], str]:
    """Return what is known after these readings, and the rule that ties one of them to an earlier one it is unlike."""
    rule = ""
    for reading in readings:
        if read.get(reading.of, reading.answer) != reading.answer:
            rule = rule or reading.rule
        elif reading.lasts:
            read[reading.of] = reading.answer
    return read, rule


def _readings(before: str, after: str, prediction: Prediction) -> Iterator[Reading]:
    """Yield what a step reads in a state of the life cycle that has to stay."""
    name, answer = prediction["step"][0], _answer(prediction)
    if name in ("put_progress", "get_progress"):
        yield Reading(_SLOT, ("is there", answer != ("hr", E_NOTIMPL)), "PROG-REPLACE")
    if before in _SHUT and name in _PROPERTIES:
        yield Reading(name, answer, "END-STABLE")
    elif before in _SHUT and name == "put_completed":
        yield Reading("status", answer, "CLOSED-FIRST")
    elif before in _ENDED and name == "close":
        yield Reading("close", ("shuts", after in _SHUT), "CLOSE-IDEMP")
    elif before in _ENDED and name in ("error_code", "get_results"):
        # A result may be fetched before it is refused (REPEAT), and not the other way round.
        yield Reading(name, answer, "END-STABLE", lasts=name == "error_code" or "hr" in prediction)


def _within(prediction: Prediction) -> Iterator[Prediction]:
    """Yield what the handlers that a step called have read themselves."""
    for event in prediction.get("events", ()):
        for inner in event.get("results", ()):
            yield inner
            yield from _within(inner)


def _answer(prediction: Prediction) -> Answer:
    return ("ok", prediction["ok"]) if "ok" in prediction else ("hr", prediction["hr"])
