"""A record as JUnit XML: one test case a rule, and others for what is wrong and no rule's.

A case has a failure or an error wherever the exit code is not 0.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree import ElementTree

from iasyncinfo_conformance.record.findings import Outcome, RuleVerdict
from iasyncinfo_conformance.record.record import Record, Verdict
from iasyncinfo_conformance.report.command_lines import replay_line
from iasyncinfo_conformance.report.sections import OF_POINTS
from iasyncinfo_spec.words import format_word

NOBODY_ANSWERS_SO: Final = (
    "no family that is known answers it so, and no complete suite can be built on it; "
    "take note of it in a known-file, with the reason: [[answer]] point, reason"
)


class _Mark(NamedTuple):
    """What a test case has besides its name: a failure, an error, or why it was skipped."""

    tag: str
    message: str
    text: str = ""


def as_junit(record: Record) -> str:
    """Return the document as text."""
    cases = [*((verdict.id, _of_rule(record, verdict)) for verdict in record.verdicts), *_whole(record)]
    tags = Counter(mark.tag for _, mark in cases if mark is not None)
    suite = ElementTree.Element(
        "testsuite",
        name=f"iasyncinfo {record.subject.target}",
        tests=str(len(cases)),
        failures=str(tags["failure"]),
        errors=str(tags["error"]),
        skipped=str(tags["skipped"]),
        time=f"{record.wall:.3f}",
    )
    for name, mark in cases:
        case = ElementTree.SubElement(suite, "testcase", classname=record.subject.target, name=name)
        if mark is not None:
            element = ElementTree.SubElement(case, mark.tag, message=mark.message)
            element.text = mark.text or None
    document: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)  # as files are written
    return document.decode() + "\n"


def _of_rule(record: Record, verdict: RuleVerdict) -> _Mark | None:
    match verdict.outcome:
        case Outcome.FAILED:
            return _failed(record, verdict)
        case Outcome.UNTESTABLE if record.stopped or record.broken is not None:
            return _Mark("skipped", verdict.why)
        case Outcome.UNTESTABLE:
            return _Mark("error", f"untestable: {verdict.why}")
        case Outcome.NOT_APPLICABLE | Outcome.DEVIATING:
            return _Mark("skipped", f"{verdict.outcome}: {verdict.why}")
    return None


def _failed(record: Record, verdict: RuleVerdict) -> _Mark:
    wrong = [mistyped for mistyped in record.mistyped if mistyped.rule == verdict.id]
    if wrong:
        message = f"{wrong[0].member}: found {wrong[0].found}; expected {wrong[0].expected}"
        places = (f"{each.file}:{each.line} {each.subject} {each.member}: {each.found}" for each in wrong)
        return _Mark("failure", message, "\n".join(places))
    shown = next((failure for failure in record.failures if failure.rule == verdict.id), None)
    if shown is None:
        return _Mark("failure", verdict.why)
    text = f"{shown.kind} {shown.text}\n{replay_line(record, shown)}"
    return _Mark("failure", f"{shown.actual}; allowed: {shown.allowed}", text)


def _whole(record: Record) -> Iterator[tuple[str, _Mark | None]]:
    """Yield the cases of what is wrong and no rule's: in the known-file, and with the check itself."""
    if record.stale:
        stale = "; ".join(f"{entry.id} {entry.kind} {format_word(entry.word)}" for entry in record.stale)
        yield "known-file", _Mark("failure", f"entries excuse nothing any more, take them out: {stale}")
    for entry in record.unneeded:
        given, _ = OF_POINTS[record.consumed is not None]
        why = f"the entry that takes note of {entry.point} does so for nothing: its answers {given}"
        yield "known-file", _Mark("failure", why)
    if record.verdict is Verdict.INCOMPLETE:
        for point in record.unnoted:
            yield point, _Mark("error", NOBODY_ANSWERS_SO)
    if record.stopped:
        yield "check", _Mark("error", f"stopped by {record.stopped}; the rest was not run")
    elif record.verdict is Verdict.HARNESS_FAULT:
        whys = "; ".join(f"{fault.whose}: {fault.what} {fault.word}".strip() for fault in record.faults)
        yield "check", _Mark("error", whys or "nothing was executed")
