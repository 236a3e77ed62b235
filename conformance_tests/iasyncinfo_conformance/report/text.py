"""What a person reads: the verdict, the failures in five facts each, the hazards and the numbers."""

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iasyncinfo_conformance.checking.check import Check, Verdict, again, race_mode, replay_line
from iasyncinfo_conformance.engines.points import NONE as NO_FAMILY
from iasyncinfo_conformance.engines.race_matrix import REDUCED
from iasyncinfo_conformance.engines.races import NONE, STOCHASTIC
from iasyncinfo_conformance.record.findings import Failure, Fault, Hazard, Outcome
from iasyncinfo_conformance.record.guarantee import guarantee, why_none
from iasyncinfo_conformance.record.known_file import Deviation, Exemption
from iasyncinfo_conformance.record.mistyped import Mistyped
from iasyncinfo_conformance.report.race_drawing import columns
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.static_rules import STATIC_RULES, refusals
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import format_word

if TYPE_CHECKING:
    from iasyncinfo_conformance.static.surface import Surface
    from iasyncinfo_conformance.static.types import Typed

WIDTH: Final = 100
_CELLS: Final = 4
"""Wrong cells that a card shows."""


def report(done: Check) -> str:
    """Return the whole report as text; its last line is the verdict."""
    return "\n".join(_lines(done))


def card(done: Check, failure: Failure, alike: int = 1, cells: Mapping[str, int] | None = None) -> str:
    """Return one failure: the rule and its sentence, the word, what was allowed, what came, how to replay it.

    ``cells`` are the cells of the tables that the subject has otherwise, each with a count of words.
    """
    more = f"  ({alike:,} words show it; this is the shortest)" if alike > 1 else ""
    step = _step_text(failure)
    return "\n".join(
        (
            f"FAILED  {failure.rule}  {failure.kind}{more}",
            _wrapped("rule" if failure.rule in RULES else "point", sentence(failure.rule, done.options.profile)),
            _wrapped("word", failure.text),
            _wrapped("allowed", f"step {failure.step}, {step}: {failure.allowed}"),
            _wrapped("came", f"step {failure.step}, {step}: {failure.actual}"),
            *_cells(cells or {}),
            *_drawing(failure),
            f"    replay   {replay_line(done, failure)}",
        )
    )


def type_card(done: Check, mistyped: Mistyped) -> str:
    """Return one member that is not typed as it has to be: where it is, what was expected, and what was found."""
    member = [_wrapped("member", mistyped.member)] if mistyped.member else []
    return "\n".join(
        (
            f"FAILED  {mistyped.rule}  {mistyped.subject}",
            _wrapped("rule", sentence(mistyped.rule, done.options.profile)),
            *member,
            _wrapped("expected", mistyped.expected),
            _wrapped("found", mistyped.found),
            f"    where    {shown(mistyped.file)}:{mistyped.line}",
            f"    again    {again(done, mistyped)}",
        )
    )


def surface_report(found: "Surface") -> str:
    """Return the report on a component's surface as text; its last line says whether it passes."""
    return "\n".join(_surface_lines(found))


def _surface_lines(found: "Surface") -> Iterator[str]:
    yield f"{found.package}, {found.checker}: {found.looked_at:,} public functions, methods and properties"
    for offender in found.offenders:
        yield ""
        yield f"FAILED  {offender.rule}  {offender.name}"
        yield _wrapped("rule", STATIC_RULES[offender.rule].sentence)
        yield _wrapped("found", offender.found)
        yield _wrapped("instead", offender.instead)
        yield f"    where    {shown(offender.file)}:{offender.line}"
    yield from _section("Stale exemptions: nothing is wrong there any more, take them out", found.stale, _exemption)
    yield from _section("Exempt", found.exempt, _exemption)
    untyped = f"no annotation tells what is returned: {', '.join(found.untyped)}"
    yield from _section("Not looked at", [_hanging(f"{len(found.untyped):,}", untyped)] if found.untyped else [], str)
    yield ""
    yield "passes" if found.passes else f"does not pass: {len(found.offenders)} found, {len(found.stale)} stale"


def _exemption(exemption: Exemption) -> str:
    return _hanging(exemption.name, exemption.reason)


def shown(path: Path) -> str:
    """Return a path as people read it: from here where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _drawing(failure: Failure) -> Iterator[str]:
    """Yield the schedule of a race in columns, where it is known."""
    if failure.trace:
        yield f"    schedule {failure.schedule}"
        yield from columns(failure.word[failure.step - 1], failure.trace, WIDTH)


def _cells(cells: Mapping[str, int]) -> Iterator[str]:
    """Yield the wrong cells of the tables, those that fail most words first."""
    if cells:
        shown = [f"{cell} ({words:,} {'word' if words == 1 else 'words'})" for cell, words in cells.items()]
        more = f" and {len(shown) - _CELLS} more" if len(shown) > _CELLS else ""
        yield _wrapped("cells", ", ".join(shown[:_CELLS]) + more)


def sentence(name: str, profile: str) -> str:
    """Return the sentence of a rule, or the question of a point, and what the profile makes of it."""
    family = FAMILIES.get(profile)
    if name in STATIC_RULES:
        return STATIC_RULES[name].sentence
    if name in RULES:
        breach = family.breaks.get(name) if family else None
        return RULES[name].sentence + (f" Profile {profile} demands its breach: {breach}." if breach else "")
    answer = family.answers.get(name) if family else None
    meaning = f" Profile {profile} demands {answer}: {VARIATIONS[name].option(answer).meaning}." if answer else ""
    return VARIATIONS[name].question + meaning


def _step_text(failure: Failure) -> str:
    text = format_word(failure.word[failure.step - 1 : failure.step])
    return text if len(text) <= 60 else text[:57] + "..."


def _wrapped(label: str, text: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=f"    {label:<9}", subsequent_indent=" " * 13, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _lines(done: Check) -> Iterator[str]:
    yield _heading(done)
    for note in done.findings.notes:
        yield _wrapped("note", note)
    for failure, alike in done.findings.cards():
        yield ""
        yield card(done, failure, alike, done.findings.cells(failure.rule))
    for mistyped in done.findings.mistyped:
        yield ""
        yield type_card(done, mistyped)
    yield from _section(
        "Also failed, on words that break another rule first", done.findings.in_the_wake().values(), _wake
    )
    yield from _section(
        "Stale entries of the known-file: they excuse nothing any more, take them out", done.stale, _stale
    )
    yield from _section(
        "Faults that cannot be laid to the subject", [f for f in done.findings.faults if f.whose != "subject"], _fault
    )
    yield from _section("Untestable", _reasons(done, Outcome.UNTESTABLE), _reason)
    yield from _section("Known deviations", _reasons(done, Outcome.DEVIATING), _reason)
    yield from _section("Not applicable", _reasons(done, Outcome.NOT_APPLICABLE), _reason)
    yield from _section("Hazards (allowed, and dangerous)", done.findings.hazards, _hazard)
    yield ""
    yield from _numbers(done)
    yield _conclusion(done)


def _heading(done: Check) -> str:
    about = getattr(done.target, "about", "")
    kinds = ", ".join(done.target.kinds)
    if not done.ran and done.typed:
        return f"{done.target.name}, {done.typed.checker}: {kinds}"
    return f"{done.target.name}{f' ({about})' if about else ''}, profile {done.options.profile}: {kinds}"


def _section(title: str, entries: object, show: object) -> Iterator[str]:
    listed = list(entries)  # type: ignore[call-overload]
    if listed:
        yield ""
        yield title
        for entry in listed:
            yield show(entry)  # type: ignore[operator]


def _reasons(done: Check, outcome: Outcome) -> list[tuple[str, list[str]]]:
    """Return the reasons for an outcome, each with the rules that it decides."""
    found: dict[str, list[str]] = {}
    for verdict in done.conditions:
        if verdict.outcome is outcome:
            found.setdefault(verdict.why, []).append(verdict.id)
    return list(found.items())


def _wake(failure: Failure) -> str:
    return _hanging(failure.rule, f"after {failure.wake_of}: {failure.kind} {failure.text}: {failure.actual}")


def _reason(entry: tuple[str, list[str]]) -> str:
    why, rules = entry
    return _hanging(rules[0], why) if len(rules) == 1 else _hanging(f"{len(rules)} rules", f"{why}: {', '.join(rules)}")


def _hazard(hazard: Hazard) -> str:
    return _hanging(hazard.point, f"{hazard.why}: {hazard.word}")


def _fault(fault: Fault) -> str:
    return _hanging(fault.whose, f"{fault.what}: {fault.word}")


def _stale(deviation: Deviation) -> str:
    return _hanging(deviation.id, f"{deviation.kind} {format_word(deviation.word)} ({deviation.reason})")


def _hanging(head: str, text: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=f"    {head:<16} ", subsequent_indent=" " * 21, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _numbers(done: Check) -> Iterator[str]:
    if done.ran or not done.typed:
        yield from _ran(done)
    if done.typed:
        yield from _types(done.typed)
    yield "rules    " + ", ".join(
        f"{number} {outcome}" for outcome in Outcome if (number := done.findings.count(outcome, done.expected))
    ) + f"; {len(done.expected)} expected"  # fmt: skip


def _types(typed: "Typed") -> Iterator[str]:
    classes = f"{len(typed.looked):,} {'class' if len(typed.looked) == 1 else 'classes'}"
    others = f"; passed over {typed.passed_over:,} that are no operations" if typed.passed_over else ""
    yield _wrapped_number("types", f"{typed.checker}, {classes}{others}")
    left = f"no type excludes a refusal, which depends on the state of an object: {', '.join(refusals())}"
    yield _wrapped_number("left", f"{left}. iasyncinfo check tests them")


def _ran(done: Check) -> Iterator[str]:
    nearest = done.nearest
    if nearest is not None and done.options.rule == "*":
        also = f" (and {', '.join(nearest.also)}: nothing that was asked tells them apart)" if nearest.also else ""
        fit = "of those known" if nearest.name == NO_FAMILY else "nearest"
        exact = f"exactly{also}" if nearest.exact else f"{fit}; first difference: {nearest.first_difference}"
        asked = bool(nearest.exact or nearest.first_difference)
        yield f"family   {nearest.name}, {exact}" if asked else "family   unknown: no point could be asked"
    covered = sum(part.covered for part in done.completed.values())
    cells = sum(part.cells for part in done.completed.values())
    words, steps = sum(done.findings.words.values()), sum(done.findings.steps.values())
    yield f"ran      {words:,} words, {steps:,} steps in {done.wall:.1f} s; seed {done.options.seed}"
    if cells:
        yield (
            f"cover    {covered:,} of {cells:,} supported cells ({covered / cells:.0%}); "
            f"the walk touched {sum(depth.walked for depth in done.depths.values()):,} (states, step) pairs"
        )
    yield from _guarantee(done)
    yield _wrapped_number("races", _races(done))


def _races(done: Check) -> str:
    mode = race_mode(done)
    if mode == NONE:
        return f"none: {'; '.join(dict.fromkeys(part.why for part in done.raced.values() if part.why)) or 'not run'}"
    cells = sum(part.cells for part in done.raced.values())
    runs = sum(part.schedules for part in done.raced.values())
    if mode == STOCHASTIC:
        return (
            f"stochastic: {cells:,} races, {runs:,} runs on threads let loose; what they did not meet is not excluded"
        )
    return (
        f"exhaustive: {cells:,} races, {runs:,} schedules with at most {done.options.race_bound} preemptions. {REDUCED}"
    )


def _wrapped_number(label: str, text: str) -> str:
    return textwrap.fill(f"{label:<9}{text}", WIDTH, subsequent_indent=" " * 9)


def _guarantee(done: Check) -> Iterator[str]:
    given = guarantee(done)
    if given is None:
        yield _wrapped_number("passed", f"no complete suite: {why_none(done)}")
    else:
        about = f"complete suites of {given.tests:,} tests and {given.steps:,} steps"
        yield _wrapped_number("passed", f"{about}: {given.sentence}")


def _conclusion(done: Check) -> str:
    verdict = done.verdict
    rules = "" if done.options.rule == "*" else f" (rules {done.options.rule})"
    why = ""
    if verdict is Verdict.INCOMPLETE and not done.ran:
        why = ": all that types tell is right; give the members named above a type"
    elif verdict is Verdict.INCOMPLETE:
        why = ": all that ran passed; list what cannot be tested in a known-file, with its reason, or give the lever"
    elif done.stale and verdict is Verdict.DOES_NOT_CONFORM and not done.findings.failures:
        why = ": entries of the known-file are stale"
    elif verdict is Verdict.CONFORMS and not rules and done.completed and why_none(done):
        why = ": no rule is broken; there is no guarantee, for the reason given under 'passed'"
    return f"{verdict}{rules}{why}"
