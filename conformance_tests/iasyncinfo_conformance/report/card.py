"""One failure on a card: the rule and its sentence, what was allowed, what came, and how to see it again."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.escaping import one_line
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.record.static.mistyped import Mistyped
from iasyncinfo_conformance.report.command_lines import again, replay_line
from iasyncinfo_conformance.report.layout import labelled, width
from iasyncinfo_conformance.report.race_drawing import columns, threads_in
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE
from iasyncinfo_spec.words import format_word

_CELLS: Final = 4
"""Wrong cells that a card shows."""
_LINES: Final = 4
"""Lines of a subject that a card shows."""
_LONGEST_STEP: Final = 60
"""Characters of a step beside what it answered."""


def card(record: Record, failure: Failure, *, output: bool = False) -> str:
    """Return one failure: the rule and its sentence, the word, what was allowed, what came, how to replay it.

    With ``output`` all that was kept of what the subject prints is shown, without it how much there is.
    """
    more = f"  ({failure.words:,} words show it; this is the shortest)" if failure.words > 1 else ""
    step = _step_text(failure)
    return "\n".join(
        (
            f"FAILED  {failure.rule}  {failure.kind}{more}",
            labelled("rule" if failure.rule in EVERY_RULE else "point", sentence(failure.rule, record.asked.profile)),
            labelled("word", failure.text),
            labelled("allowed", f"step {failure.step}, {step}: {failure.allowed}"),
            labelled("came", f"step {failure.step}, {step}: {failure.actual}"),
            *_said(failure, output=output),
            *_cells(failure.cells),
            *_lines(failure),
            *_drawing(failure),
            f"    replay   {replay_line(record, failure)}",
        )
    )


def type_card(record: Record, mistyped: Mistyped) -> str:
    """Return one member that is not typed as it has to be: where it is, what was expected, and what was found."""
    member = [labelled("member", mistyped.member)] if mistyped.member else []
    return "\n".join(
        (
            f"FAILED  {mistyped.rule}  {mistyped.subject}",
            labelled("rule", sentence(mistyped.rule, record.asked.profile)),
            *member,
            labelled("expected", mistyped.expected),
            labelled("found", mistyped.found),
            f"    where    {shown(mistyped.file)}:{mistyped.line}",
            f"    again    {again(record, mistyped)}",
        )
    )


def shown(path: Path) -> str:
    """Return a path as people read it: from here where it lies below."""
    with suppress(OSError):  # a working folder that is gone
        here = Path.cwd()
        path = path.relative_to(here) if path.is_relative_to(here) else path
    return str(path)


def sentence(name: str, profile: str) -> str:
    """Return the sentence of a rule, or the question of a point, and what the profile makes of it."""
    family = FAMILIES.get(profile)
    if name in EVERY_RULE:
        breach = family.breaks.get(name) if family else None
        return EVERY_RULE[name].sentence + (f" Profile {profile} demands its breach: {breach}." if breach else "")
    answer = family.answers.get(name) if family else None
    demanded = f" Profile {profile} demands {answer}: {meaning(name, answer)}." if answer else ""
    return EVERY_POINT[name].question + demanded


def meaning(name: str, answer: str) -> str:
    """Return what the answer to a point means, or the answers, where commas part several; nothing of an unknown one."""
    options = {option.name: option.meaning for option in EVERY_POINT[name].options} if name in EVERY_POINT else {}
    return options.get(answer) or "; ".join(options[each] for each in answer.split(", ") if each in options)


def _step_text(failure: Failure) -> str:
    text = format_word(failure.word[failure.step - 1 : failure.step])
    return text if len(text) <= _LONGEST_STEP else text[: _LONGEST_STEP - 3] + "..."


def _drawing(failure: Failure) -> Iterator[str]:
    """Yield the schedule of a race in columns, where it is known."""
    if failure.trace:
        yield f"    schedule {failure.schedule}"
        yield from columns(threads_in(failure.word, failure.step), failure.trace, width())


def _said(failure: Failure, *, output: bool) -> Iterator[str]:
    """Yield what the subject says over the word: of its exceptions that of the step that fails."""
    said, step = failure.said, f"{format_word(failure.word[failure.step - 1 : failure.step])}: "
    yield from (labelled("raised", text.removeprefix(step)) for text in said.raised[-1:] if text.startswith(step))
    yield from (labelled("died", text) for text in said.died[:_LINES])
    yield from (labelled("stack", text) for text in said.stacks)
    lines = said.output
    if output:
        yield from (f"    {'' if number else 'output':<9}| {line}" for number, line in enumerate(lines))
    elif lines:
        count = f"{len(lines)} {'line' if len(lines) == 1 else 'lines'}"
        yield f"    output   {count}; --show-output shows {'it' if len(lines) == 1 else 'them'}"


def _lines(failure: Failure) -> Iterator[str]:
    """Yield the lines of the subject that only failing runs execute, from the first that a file has."""
    told = [f"{shown(Path(line.file))}:{line.line}: {line.source}" for line in failure.lines]
    more = [f"and {len(told) - _LINES} more"] if len(told) > _LINES else []
    for number, text in enumerate((*told[:_LINES], *more)):
        yield f"    {'' if number else 'lines':<9}{one_line(text)}"


def _cells(cells: Mapping[str, int]) -> Iterator[str]:
    """Yield the wrong cells of the tables, those that fail most words first."""
    if cells:
        told = [f"{cell} ({words:,} {'word' if words == 1 else 'words'})" for cell, words in cells.items()]
        more = f" and {len(told) - _CELLS} more" if len(told) > _CELLS else ""
        yield labelled("cells", ", ".join(told[:_CELLS]) + more)
