"""The variation points are asked first: short words whose answers tell families apart."""

from collections.abc import Container, Hashable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Final, TypeAlias

from iasyncinfo_conformance.engines.fatal import find_fatal
from iasyncinfo_conformance.judging.following import allowed_by
from iasyncinfo_conformance.judging.judge import Judge
from iasyncinfo_conformance.record.answers import NO_FAMILY, NOT_SHOWN, NOVEL, Answers, Evidence, Nearest
from iasyncinfo_conformance.session.hanging import met
from iasyncinfo_conformance.target import Ended, Result, Target, Trouble, needs_of, values_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import E_NOTIMPL
from iasyncinfo_spec.variations import DERIVED, VARIATIONS, ShownBy, Variation, shown_by
from iasyncinfo_spec.words import PRODUCER, Word, format_word, parse_word, step_names

_ASKED: Final = frozenset({ShownBy.WORDS, ShownBy.IDS, ShownBy.EVENTS})
"""What shows the answers of the points that are asked."""
Hanging: TypeAlias = dict[Hashable, tuple[Kind, Word, Trouble]]
(_CONTEXT,) = (VARIATIONS[point] for point in shown_by(ShownBy.EVENTS))
_INSTANCES: Final = 4
"""Fresh objects whose ids are compared."""


def ask(target: Target) -> Answers:
    """Ask a target every point that words can show; a word that hangs or dies shows nothing, nor do those like it."""
    answers = Answers()
    find_fatal(target, answers)
    for variation in VARIATIONS.values():
        if variation.shown_by in _ASKED and variation.name not in answers.options:
            _ask_one(target, answers, variation)
    for variation in VARIATIONS.values():
        if variation.name not in answers.ended_by:
            _read(target, answers, variation, {})
    _add_derived(target, answers)
    _read_once_more(target, answers)
    return answers


def _read_once_more(target: Target, answers: Answers) -> None:
    """Read the points of which several options fit: what the other answers are may decide what this one is."""
    known = {point: next(iter(options)) for point, options in answers.options.items() if len(options) == 1}
    for point in {seen.point for seen in answers.evidence} - known.keys():
        _read(target, answers, VARIATIONS[point], known)


def nearest_family(target: Target, answers: Answers) -> Nearest:
    """Return the family whose row contradicts the fewest points; of one that stands back only if no other fits."""
    asked = len({seen.point for seen in answers.evidence})
    if not asked:
        return Nearest(NO_FAMILY, exact=False)
    fitting = [family for family in FAMILIES.values() if not any(_contradictions(target, family, answers))]
    fitting = [family for family in fitting if not family.stands_back] or fitting
    if fitting:
        return Nearest(fitting[0].name, exact=True, also=tuple(family.name for family in fitting[1:]))
    counted = {
        family.name: dict(_contradictions(target, family, answers))
        for family in FAMILIES.values()
        if not family.stands_back
    }
    best = min(counted, key=lambda name: len(counted[name]))
    point, word = next(iter(counted[best].items()))
    return Nearest(NO_FAMILY if 2 * len(counted[best]) > asked else best, exact=False, point=point, word=word)


def _contradictions(target: Target, family: Family, answers: Answers) -> Iterator[tuple[str, str]]:
    """Yield the points of which something was seen that the family would not show, each with its first word."""
    found = set[str]()
    for seen in answers.evidence:
        if seen.point not in found and not _fits(target, family, answers, seen):
            found.add(seen.point)
            yield seen.point, format_word(seen.word)


def _fits(target: Target, family: Family, answers: Answers, seen: Evidence) -> bool:
    shown_by = VARIATIONS[seen.point].shown_by
    if shown_by is ShownBy.EVENTS or (shown_by is ShownBy.IDS and "ok" in seen.results[-1]):
        options = answers.options.get(seen.point, frozenset())
        return family.answers.get(seen.point) in (None, *options)
    fixed = {**family.answers, **declared(target, seen.kind)}
    return allowed_by(seen.kind, fixed, family.breaks, seen.word, seen.results) is None


def explained_by(target: Target, answers: Answers, family: Family | None) -> Answers:
    """Return the answers as they are read by whoever demands a family's row.

    Where handlers run is what explains the rest, if the row leaves it open. A call that came before its step returned
    need not have been made there: levers may wait for another thread. What the points show that this one colours
    tells then, and that needs the row's answers to them.
    """
    at_once, point = _CONTEXT.names[0], _CONTEXT.name
    if family is None or point in family.answers or answers.answer(point) != at_once:
        return answers

    def contradicted(context: str) -> int:
        row = family.answering(family.name, {point: context})
        return len({other for other, _ in _contradictions(target, row, answers)} - {point})

    context = min(_CONTEXT.names, key=contradicted)
    if context == at_once:
        return answers
    found = replace(answers, options={**answers.options, point: frozenset({context})})
    for coloured in _CONTEXT.colours:
        _read(target, found, VARIATIONS[coloured], {})
    _read_once_more(target, found)
    return found


def ask_ids(target: Target, kind: Kind) -> frozenset[str] | None:
    """Return which numbers the ids of a few fresh objects are, as options of the point ID."""
    word = as_born((("id",),), target.born.get(kind, ()))
    return _id_options([results[-1] for results in _results(target, kind, word, _INSTANCES, {})])


# -- asking ---------------------------------------------------------------------------------------


def _ask_one(target: Target, answers: Answers, variation: Variation) -> None:
    """Ask one point; where its words may end the process, that they do is an answer."""
    ended = dict(answers.hanging)
    answers.evidence += _asked(target, variation, ended, answers.unable)
    fresh = [trouble for step, (_, _, trouble) in ended.items() if step not in answers.hanging]
    if variation.deadly and any(trouble.what is Ended.DEATH for trouble in fresh):
        answers.options[variation.name] = frozenset({variation.deadly})
    else:
        answers.hanging.update(ended)


def _asked(target: Target, variation: Variation, hanging: Hanging, unable: frozenset[str]) -> Iterator[Evidence]:
    for kind, word in askable(target, variation):
        if not unable.isdisjoint(needs_of(word)):
            continue
        times = _INSTANCES if variation.shown_by is ShownBy.IDS else 1
        for results in _results(target, kind, word, times, hanging):
            yield Evidence(variation.name, kind, word, results)


def _read(target: Target, answers: Answers, variation: Variation, known: Mapping[str, str]) -> None:
    """Find the options of one point that fit what was seen."""
    evidence = [seen for seen in answers.evidence if seen.point == variation.name]
    match variation.shown_by:
        case ShownBy.IDS:
            found = _id_options([seen.results[-1] for seen in evidence])
        case ShownBy.EVENTS:
            found = _context_options(evidence)
        case _:
            found = _options(target, variation, evidence, known)
    if found is not None:
        answers.options[variation.name] = found


def askable(target: Target, variation: Variation) -> Iterator[tuple[Kind, Word]]:
    """Yield the words of a point that the target can run, each with the kind to run it on."""
    for kind in target.kinds:
        for text in variation.words:
            word = as_born(parse_word(text), target.born.get(kind, ()))
            if kind in variation.kinds and _can_run(target, kind, word):
                yield kind, word


def as_born(word: Word, before: Word) -> Word:
    """Return a word for an object that had ended: it begins with how that one did, where it ends it no otherwise."""
    rest = list(word)
    for ending in before:
        same = next((step for step in rest if step[0] == ending[0]), None)
        if same is not None:
            rest.remove(same)
    return word if any(name in PRODUCER for name in step_names(rest)) else (*before, *rest)


def _can_run(target: Target, kind: Kind, word: Word) -> bool:
    uses_progress = any("progress" in name for name in step_names(word))
    carried = values_of(word)
    return (
        needs_of(word) <= target.supports(kind)
        and word[: len(target.born.get(kind, ()))] == target.born.get(kind, ())
        and (kind.has_progress or not uses_progress)
        and carried <= set(target.values)
        and (kind.has_result or not carried)
        and _undecided(kind, frozenset(declared(target, kind).items())).drivable(word)
    )


@cache
def _undecided(kind: Kind, answers: frozenset[tuple[str, str]]) -> Judge:
    """Return the judge of a subject of which only what is declared is known."""
    return Judge(kind, Family("", "", dict(answers)), {})


def _results(target: Target, kind: Kind, word: Word, times: int, hanging: Hanging) -> Iterator[list[Result]]:
    """Yield what came of a word each time; one that hangs or dies goes to ``hanging`` with where it was."""
    product = _undecided(kind, frozenset(declared(target, kind).items())).product
    for outcome in target.run_many(kind, [] if not hanging.keys().isdisjoint(met(product, word)) else [word] * times):
        if not isinstance(outcome, Trouble):
            yield outcome
        elif outcome.deed:
            hanging.update((step, (kind, word, outcome)) for step in list(met(product, word))[-1:])
            return


def _options(
    target: Target, variation: Variation, evidence: list[Evidence], known: Mapping[str, str]
) -> frozenset[str] | None:
    """Return the options that fit everything that was seen, or None where a broken rule hides the answer."""
    fitting: frozenset[str] | None = None
    for seen in evidence:
        fixed = {**known, **declared(target, seen.kind)}
        findings = {
            name: allowed_by(seen.kind, {**fixed, variation.name: name}, (), seen.word, seen.results)
            for name in variation.names
        }
        fit = frozenset(name for name, finding in findings.items() if finding is None)
        if not fit and _hides(seen, fixed, {variation.name, *VARIATIONS.keys() - known.keys()}):
            continue
        fitting = fit if fitting is None else fitting & fit
    return fitting


def _hides(seen: Evidence, fixed: Mapping[str, str], asked: Container[str]) -> bool:
    """Return whether what was seen breaks a rule, or gives another answer to a point than what is asked about."""
    finding = allowed_by(seen.kind, fixed, (), seen.word, seen.results)
    return finding is not None and finding.cites not in asked


def declared(target: Target, kind: Kind) -> Mapping[str, str]:
    """Return the answers that no word shows, because the adapter declares them or nothing does."""
    supports = target.supports(kind)
    return {
        name: ("yes" if variation.declares in supports else "no") if variation.declares else variation.names[0]
        for name, variation in VARIATIONS.items()
        if variation.shown_by in (ShownBy.DECLARED, ShownBy.NOTHING)
    }


def _id_options(results: list[Result]) -> frozenset[str] | None:
    """Return what the ids of a few objects are; None where they are refused with a code that no option has."""
    refusals = {result.get("hr", 0) % 2**32 for result in results if isinstance(result.get("hr", 0), int)}
    if refusals == {E_NOTIMPL}:
        return frozenset({"E_NOTIMPL"})
    numbers = [result["ok"] for result in results if isinstance(result.get("ok"), int)]
    if len(numbers) < 2:
        return None
    if set(numbers) == {1}:
        return frozenset({"1"})
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    if all(0 < step < 1000 for step in steps):
        return frozenset({"counter"})
    return frozenset({"random"}) if len(set(numbers)) > 1 else frozenset()


def _context_options(evidence: list[Evidence]) -> frozenset[str] | None:
    late: dict[str, bool] = {}  # whether any call was late, by the step that caused it
    for seen in evidence:
        for step, result in zip(seen.word, seen.results, strict=True):
            for event in result.get("events", ()):
                late[step[0]] = late.get(step[0], False) or bool(event.get("late"))
    if late.get("complete") and not late.get("put_completed", True):
        return frozenset({"mixed"})
    return frozenset({"elsewhere" if any(late.values()) else "inline"}) if late else None


def _add_derived(target: Target, answers: Answers) -> None:
    told = declared(target, target.kinds[0])
    answers.options |= {point: frozenset({told[point]}) for point in shown_by(ShownBy.DECLARED)}
    for point, derivation in DERIVED.items():
        parts = {part: answers.answer(part) for part in derivation.parts}
        if not set(parts.values()) & {NOVEL, NOT_SHOWN}:
            answers.options[point] = frozenset({derivation.answer(parts)})
