"""What a person reads: the failures in five facts each, the hazards, the numbers, and last the verdict."""

from collections.abc import Iterator

from iasyncinfo_conformance.record.answers import NO_FAMILY
from iasyncinfo_conformance.record.extent import REDUCED, RaceMode
from iasyncinfo_conformance.record.findings import Outcome
from iasyncinfo_conformance.record.guarantee import guarantee, why_none
from iasyncinfo_conformance.record.record import Record, Verdict
from iasyncinfo_conformance.record.static.mistyped import TypesRun
from iasyncinfo_conformance.report.card import card, type_card
from iasyncinfo_conformance.report.consumers import consumer_text
from iasyncinfo_conformance.report.layout import labelled, numbered
from iasyncinfo_conformance.report.outcomes import counts
from iasyncinfo_conformance.report.sections import sections
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.static_rules import refusals


def report(record: Record, *, output: bool = False) -> str:
    """Return the whole report as text; its last line is the verdict.

    With ``output`` the cards show what the subject printed.
    """
    return "\n".join(_lines(record, output=output))


def _lines(record: Record, *, output: bool) -> Iterator[str]:
    if not record.subject.kinds:  # broken before it said what it is
        yield conclusion(record)
        return
    yield _heading(record)
    yield from (labelled("note", note) for note in record.notes)
    for failure in record.own:
        yield from ("", card(record, failure, output=output))
    for mistyped in record.mistyped:
        yield from ("", type_card(record, mistyped))
    if record.words or record.types:
        yield from sections(record)
        if record.consumed is not None:
            yield from consumer_text.table(record, record.consumed)
        yield ""
        yield from _numbers(record)
    yield conclusion(record)


def _heading(record: Record) -> str:
    subject, kinds = record.subject, ", ".join(record.subject.kinds)
    if record.types and not record.words:
        return f"{subject.target}, {record.types.checker}: {kinds}"
    return f"{subject.target}{f' ({subject.about})' if subject.about else ''}, profile {record.asked.profile}: {kinds}"


def _numbers(record: Record) -> Iterator[str]:
    if record.consumed is not None:
        yield from consumer_text.ran(record, record.consumed)
    elif record.words or not record.types:
        yield from _ran(record)
    if record.types:
        yield from _types(record.types)
    told = ", ".join(f"{number} {name}" for name, number in counts(record).items())
    yield f"rules    {told}; {len(record.verdicts)} expected"


def _types(types: TypesRun) -> Iterator[str]:
    classes = f"{types.classes:,} {'class' if types.classes == 1 else 'classes'}"
    others = f"; passed over {types.passed_over:,} that are no operations" if types.passed_over else ""
    yield numbered("types", f"{types.checker}, {classes}{others}")
    left = f"no type excludes a refusal, which depends on the state of an object: {', '.join(refusals())}"
    yield numbered("left", f"{left}. iasyncinfo check tests them")


def _ran(record: Record) -> Iterator[str]:
    yield from _family(record)
    extents = record.extents.values()
    covered, cells = sum(each.suite.covered for each in extents), sum(each.suite.cells for each in extents)
    yield f"ran      {record.words:,} words, {record.steps:,} steps in {record.wall:.1f} s; seed {record.asked.seed}"
    if cells:
        yield (
            f"cover    {covered:,} of {cells:,} supported cells ({covered / cells:.0%}); "
            f"the walk touched {sum(each.walked for each in extents):,} (states, step) pairs"
        )
    yield numbered("passed", _passed(record))
    yield numbered("time", _time(record))
    yield numbered("races", _races(record))


def _family(record: Record) -> Iterator[str]:
    """Yield whose manners the subject has, where everything was asked."""
    nearest = record.nearest
    if nearest is None or record.asked.rule != "*":
        return
    if not (nearest.exact or nearest.first_difference):
        yield "family   unknown: no point could be asked"
        return
    also = f" (and {', '.join(nearest.also)}: nothing that was asked tells them apart)" if nearest.also else ""
    fit = "of those known" if nearest.name == NO_FAMILY else "nearest"
    if nearest.exact:
        yield f"family   {nearest.name}, {FAMILIES[nearest.name].likeness}{also}"
    else:
        yield f"family   {nearest.name}, {fit}; first difference: {nearest.first_difference}"


def _races(record: Record) -> str:
    parts = [extent.raced for extent in record.extents.values()]
    mode, why = record.race_mode, "; ".join(dict.fromkeys(part.why for part in parts if part.why))
    cells, runs = sum(part.cells for part in parts), sum(part.schedules for part in parts)
    also = f". {why}" if why else ""
    match mode:
        case RaceMode.NONE:
            return f"none: {why or 'not run'}"
        case RaceMode.STOCHASTIC:
            loose = f"stochastic: {cells:,} races, {runs:,} runs on threads let loose"
            return f"{loose}; what they did not meet is not excluded{also}"
        case RaceMode.EXHAUSTIVE:
            bound = record.asked.race_bound
            explored = f"exhaustive: {cells:,} races, {runs:,} schedules with at most {bound} preemptions"
            return f"{explored}. {REDUCED}{also}"


def _time(record: Record) -> str:
    lingered = record.lingered
    if not lingered.objects:
        return f"no object was left alone: {lingered.why}"
    return (
        f"{lingered.objects} objects were left alone for {lingered.seconds:g} s, all at once; "
        "what comes later is not excluded"
    )


def _passed(record: Record) -> str:
    given = guarantee(record)
    if given is None:
        return f"no complete suite: {why_none(record)}"
    return f"complete suites of {given.tests:,} tests and {given.steps:,} steps: {given.sentence}"


def conclusion(record: Record) -> str:
    """Return the verdict, and what a reader has to know besides it."""
    rules = "" if record.asked.rule == "*" else f" (rules {record.asked.rule})"
    why = _why(record, whole=not rules)
    return f"{record.verdict}{rules}{f': {why}' if why else ''}"


def _why(record: Record, *, whole: bool) -> str:
    """Return what a reader has to know besides the verdict."""
    if record.stopped:
        return f"stopped by {record.stopped}; the rest was not run"
    match record.verdict:
        case Verdict.HARNESS_FAULT if record.broken is not None:
            return f"the {record.broken.whose} is broken"
        case Verdict.INCOMPLETE if not record.words:
            return "all that types tell is right; give the members named above a type"
        case Verdict.INCOMPLETE if record.unnoted and not record.count()[Outcome.UNTESTABLE]:
            return (
                f"no family that is known answers {', '.join(record.unnoted)} so, and no complete suite can be built "
                "on it; take note of it in a known-file: [[answer]] point, reason"
            )
        case Verdict.INCOMPLETE:
            return "all that ran passed; list what cannot be tested in a known-file, with its reason, or give the lever"
        case Verdict.DOES_NOT_CONFORM if (record.stale or record.unneeded) and not record.failures:
            return "entries of the known-file are stale"
        case Verdict.CONFORMS if whole and record.extents and why_none(record):
            return "no rule is broken; there is no guarantee, for the reason given under 'passed'"
    return ""
