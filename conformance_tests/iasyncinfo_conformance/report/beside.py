"""Records beside each other: rules and points by implementations, and what changed between two of one subject."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, NamedTuple

from iasyncinfo_conformance.record.answers import NOT_SHOWN
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.card import meaning, sentence
from iasyncinfo_conformance.report.consumers.fared import Situation, situations
from iasyncinfo_conformance.report.outcomes import NOT_RUN, settled, told
from iasyncinfo_conformance.report.text import conclusion
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE

NOT_ASKED: Final = "not asked"
"""What stands where a record says nothing of a rule or point."""
_NOT_YET: Final = "nothing so far"
"""What stands where a check that was broken off says nothing."""


class Entry(NamedTuple):
    """What one record says of a rule or a point, and why."""

    said: str
    why: str = ""


class Row(NamedTuple):
    """A rule or a point, its sentence, and what each record says of it."""

    name: str
    sentence: str
    entries: tuple[Entry, ...]

    @property
    def differs(self) -> bool:
        """Whether the records that speak of it say different things."""
        return len({settled(entry.said) for entry in self.entries} - {NOT_ASKED, NOT_SHOWN, NOT_RUN}) > 1


class Change(NamedTuple):
    """What one subject's record says now and did not say before."""

    about: str
    before: str
    after: str


@dataclass(frozen=True)
class Beside:
    """Several records, each with a name of its own."""

    records: Sequence[Record]

    @property
    def names(self) -> tuple[str, ...]:
        """The targets; those of the same text are numbered."""
        targets = [record.subject.target for record in self.records]
        return tuple(
            target if targets.count(target) == 1 else f"{target} ({targets[: at + 1].count(target)})"
            for at, target in enumerate(targets)
        )

    @property
    def halves(self) -> "list[Beside]":
        """The implementations, and the consumers: what is asked of the ones is not asked of the others."""
        of_one = [[each for each in self.records if (each.consumed is None) is kind] for kind in (True, False)]
        return [Beside(records) for records in of_one if records]

    @property
    def rules(self) -> list[Row]:
        """The rules, those first of which the records say different things."""
        said = [
            {verdict.id: Entry(told(each, verdict), verdict.why) for verdict in each.verdicts} for each in self.records
        ]
        return _rows(said)

    @property
    def points(self) -> list[Row]:
        """The points and their answers, those first that are answered differently."""
        return _rows(
            [
                {point: Entry(answer, meaning(point, answer)) for point, answer in each.answers.items()}
                for each in self.records
            ]
        )

    @property
    def situations(self) -> list[Row]:
        """The situations that consumers met, those first in which they fared differently; of implementations none."""
        return _rows([{row.name: Entry(row.worst.value, _where(row)) for row in _met(each)} for each in self.records])

    @property
    def noun(self) -> str:
        """What the records are of."""
        consumers = [each.consumed is not None for each in self.records]
        return "consumer" if all(consumers) else "record" if any(consumers) else "implementation"

    @property
    def changes(self) -> list[Change] | None:
        """What changed from the first to the second of two records of one subject; None where they are not that."""
        if len(self.records) != 2 or len({record.subject.target for record in self.records}) != 1:
            return None
        before, after = self.records
        return [change for change in _changes(before, after) if settled(change.before) != settled(change.after)]


def _rows(said: Sequence[Mapping[str, Entry]]) -> list[Row]:
    names = dict.fromkeys(name for each in said for name in each)
    rows = [Row(name, _sentence(name), tuple(each.get(name, Entry(NOT_ASKED)) for each in said)) for name in names]
    return sorted(rows, key=lambda row: not row.differs)


def _sentence(name: str) -> str:
    return sentence(name, STANDARD) if name in EVERY_RULE or name in EVERY_POINT else ""


def _met(record: Record) -> tuple[Situation, ...]:
    return situations(record.consumed) if record.consumed is not None else ()


def _where(row: Situation) -> str:
    """Return which rules were not kept in a situation, and in front of whom."""
    return f"{', '.join(row.rules)} in front of {', '.join(row.unkept)}" if row.unkept else ""


def _changes(before: Record, after: Record) -> Iterator[Change]:
    yield Change("verdict", _verdict(before), _verdict(after))
    yield Change("suite", before.suite, after.suite)
    for option in fields(before.asked):
        asked = (_asked(getattr(record.asked, option.name)) for record in (before, after))
        yield Change(f"--{option.name.replace('_', '-')}", *asked)
    yield Change("kinds", ", ".join(before.subject.kinds), ", ".join(after.subject.kinds))
    for prefix, said in _COMPARED.items():
        unsaid = [_NOT_YET if record.broken_off else "" for record in (before, after)]
        yield from _each(prefix, said(before), said(after), *unsaid)


def _each(
    prefix: str, before: Mapping[str, str], after: Mapping[str, str], unsaid: str, still_unsaid: str
) -> Iterable[Change]:
    names = dict.fromkeys((*before, *after))
    return (Change(f"{prefix}{name}", before.get(name, unsaid), after.get(name, still_unsaid)) for name in names)


def _asked(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _verdict(record: Record) -> str:
    return conclusion(record) if record.broken_off else record.verdict.value


def _told(record: Record) -> dict[str, str]:
    return {verdict.id: told(record, verdict) for verdict in record.verdicts}


def _fared(record: Record) -> dict[str, str]:
    return {row.name: row.worst.value for row in _met(record)}


def _words(record: Record) -> dict[str, str]:
    return {failure.rule: f"{failure.kind} {failure.text}" for failure in record.failures}


def _hazards(record: Record) -> dict[str, str]:
    return {hazard.point: hazard.word for hazard in record.hazards}


_COMPARED: Final[Mapping[str, Callable[[Record], Mapping[str, str]]]] = {
    "": lambda record: {**_told(record), **record.answers},
    "situation ": _fared,
    "word of ": _words,
    "hazard ": _hazards,
}
"""What is compared of two records, each under what stands before its names."""
