"""A known-file, written: what deviates now, each entry with its word and without its reason."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from iasyncinfo_conformance.record.findings import Failure, NotRun, Outcome, RuleVerdict
from iasyncinfo_conformance.record.known import Deviation, Known, Noted, Unverified
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_spec.static_rules import EVERY_RULE

T = TypeVar("T")
TO_FILL_IN: Final = "to be filled in"
"""The reason of an entry while it is found out whether it excuses enough; none is written."""
_LONGEST: Final = 300
"""Characters of a comment."""


@dataclass(frozen=True)
class Deviating:
    """What a subject deviates in: failures, rules that cannot be tested, points answered as no family does."""

    failures: tuple[Failure, ...] = ()
    untestable: tuple[RuleVerdict, ...] = ()
    points: tuple[str, ...] = ()

    def and_of(self, record: Record) -> "Deviating":
        """Return this and what a record has beside it."""
        known = {(failure.rule, failure.kind, failure.word) for failure in self.failures}
        told = record.failures if record.consumed is not None else record.causes
        new = [each for each in told if (each.rule, each.kind, each.word) not in known]
        return Deviating(
            (*self.failures, *new),
            _added(self.untestable, filter(_can_be_excused, record.verdicts)),
            _added(self.points, record.unnoted),
        )

    @property
    def known(self) -> Known:
        """The entries that excuse it."""
        return Known(
            tuple(Deviation(each.rule, each.kind, each.word, TO_FILL_IN) for each in self.failures),
            tuple(Unverified(each.id, None, TO_FILL_IN) for each in self.untestable),
            tuple(Noted(point, TO_FILL_IN) for point in self.points),
        )

    def __str__(self) -> str:
        """Return how many there are of each."""
        numbers = {
            "deviation": len(self.failures),
            "unverified rule": len(self.untestable),
            "answer": len(self.points),
        }
        return ", ".join(f"{number} {name}{'s' * (number > 1)}" for name, number in numbers.items() if number)


def _can_be_excused(verdict: RuleVerdict) -> bool:
    """Return whether a rule cannot be tested; one that was not run yet may well be."""
    return verdict.outcome is Outcome.UNTESTABLE and verdict.why not in set(NotRun) and verdict.id in EVERY_RULE


def _added(these: tuple[T, ...], others: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*these, *others)))


def as_toml(target: str, found: Deviating) -> str:
    """Return the text of a known-file; its reasons are empty, and as long as they are it is refused."""
    return "\n".join(_lines(target, found)) + "\n"


def _lines(target: str, found: Deviating) -> Iterator[str]:
    yield f"# What {_comment(target)} deviates in. Fill in each reason: a known-file without them is refused."
    for failure in found.failures:
        yield from ("", f"# allowed: {_comment(failure.allowed)}", f"# came:    {_comment(failure.actual)}")
        kind = ("kind", failure.kind.value)
        named = "rule" if failure.rule in EVERY_RULE else "point"
        yield from _table("deviation", [(named, failure.rule), kind, ("word", failure.text), ("reason", "")])
    for verdict in found.untestable:
        yield from ("", f"# {_comment(verdict.why)}")
        yield from _table("unverified", [("rule", verdict.id), ("reason", "")])
    for point in found.points:
        yield from ("", "# no family that is known answers it so")
        yield from _table("answer", [("point", point), ("reason", "")])


def _table(name: str, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield f"[[{name}]]"
    for key, text in entries:
        yield f"{key} = {quoted(text)}"


def quoted(text: str) -> str:
    """Return a text as a basic string of TOML, which escapes as JSON does, and a delete character, too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """Return a text, which a record holds in one line, as a comment may have it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
