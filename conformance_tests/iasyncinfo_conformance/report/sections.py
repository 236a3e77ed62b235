"""The parts of a report that list entries under a title."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from iasyncinfo_conformance.errors import Whose
from iasyncinfo_conformance.record.findings import Failure, Fault, Hazard, NotRun, Outcome, Source
from iasyncinfo_conformance.record.known import Deviation, Noted
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.layout import hanging
from iasyncinfo_spec.words import format_word

T = TypeVar("T")


def sections(record: Record) -> Iterator[str]:
    """Yield the lines of every section that has an entry."""
    yield from section("Also failed, on words that break another rule first", record.wakes, _wake)
    yield from section(
        "Stale entries of the known-file: they excuse nothing any more, take them out", record.stale, _stale
    )
    given, stated = OF_POINTS[record.consumed is not None]
    yield from section(f"Entries that take note of answers that {given}: take them out", record.unneeded, _noted)
    strange = [fault for fault in record.faults if fault.whose is not Whose.SUBJECT]
    yield from section("Faults that cannot be laid to the subject", strange, _fault)
    untestable = _reasons(record, Outcome.UNTESTABLE)
    yield from section("Not run", [entry for entry in untestable if entry[0] in set(NotRun)], _reason)
    yield from section("Untestable", [entry for entry in untestable if entry[0] not in set(NotRun)], _reason)
    yield from section("Deviations that are known, or allowed", _reasons(record, Outcome.DEVIATING), _reason)
    unneeded = set(record.unneeded)
    noted = [entry for entry in record.noted if entry not in unneeded]
    yield from section(f"Answers that {stated}, and of which note is taken", noted, _noted)
    yield from section("Not applicable", _reasons(record, Outcome.NOT_APPLICABLE), _reason)
    yield from section("Hazards (allowed, and dangerous; iasyncinfo explain NAME tells more)", record.hazards, _hazard)


OF_POINTS: Final = {
    False: ("some family gives", "no family gives"),
    True: ("are without danger", "are dangerous"),
}
"""What entries of a known-file need not take note of, and what they do, of an implementation and of a consumer."""


def section(title: str, entries: Iterable[T], told: Callable[[T], str]) -> Iterator[str]:
    """Yield a title and its entries after an empty line; nothing where there is no entry."""
    lines = list(map(told, entries))
    if lines:
        yield from ("", title, *lines)


def _reasons(record: Record, outcome: Outcome) -> list[tuple[str, list[str]]]:
    """Return the reasons for an outcome, each with the rules that it decides."""
    found: dict[str, list[str]] = {}
    for verdict in record.verdicts:
        if verdict.outcome is outcome:
            found.setdefault(verdict.why, []).append(verdict.id)
    return list(found.items())


def _wake(failure: Failure) -> str:
    return hanging(failure.rule, f"after {failure.wake_of}: {failure.kind} {failure.text}: {failure.actual}")


def _reason(entry: tuple[str, list[str]]) -> str:
    why, rules = entry
    return hanging(rules[0], why) if len(rules) == 1 else hanging(f"{len(rules)} rules", f"{why}: {', '.join(rules)}")


def _hazard(hazard: Hazard) -> str:
    why = f"{hazard.why[:1].upper()}{hazard.why[1:]}"
    return hanging(hazard.point, f"{why}.{_RELIES[hazard.source]} Seen with: {hazard.word}")


_RELIES: Final = {
    Source.ANSWER: "",
    Source.NOVEL: " Code was written for those that are known.",
    Source.MIXED: " Who has learned one answer meets another.",
    Source.UNKEPT: " Callers were told that they may rely on it.",
    Source.CALLER: "",
}
"""Who relies on the contrary, where the hazard itself does not say."""


def _fault(fault: Fault) -> str:
    return hanging(fault.whose, f"{fault.what}: {fault.word}" if fault.word else fault.what)


def _noted(entry: Noted) -> str:
    return hanging(entry.point, entry.reason)


def _stale(deviation: Deviation) -> str:
    return hanging(deviation.id, f"{deviation.kind} {format_word(deviation.word)} ({deviation.reason})")
