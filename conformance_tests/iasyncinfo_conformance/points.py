"""The variation points are asked first: short words whose answers tell families apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from iasyncinfo_conformance.judge import Judge, allowed_by
from iasyncinfo_conformance.target import Result, Target, Trouble, needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.variations import VARIATIONS, Variation, incoherent
from iasyncinfo_spec.words import Word, format_word, parse_word, step_names

NOVEL = "novel"
NOT_SHOWN = "not shown"
NONE = "none"
_INSTANCES = 4
"""Fresh objects whose ids are compared."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One asked word and what came."""

    point: str
    kind: Kind
    word: Word
    results: list[Result]


@dataclass
class Answers:
    """What the asking showed: for each point the options that fit, and the words that showed it."""

    options: dict[str, frozenset[str]] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)

    def answer(self, point: str) -> str:
        """Return the one option that fits, ``novel`` where none does, ``not shown`` where several do."""
        options = self.options.get(point)
        if options is None or len(options) > 1:
            return NOT_SHOWN
        return next(iter(options), NOVEL)

    @property
    def novel(self) -> frozenset[str]:
        """The points that were answered as no family answers them."""
        return frozenset(point for point in self.options if self.answer(point) == NOVEL)

    def row(self) -> Family:
        """Return the subject's own row; where a point was not shown, the first option that fits stands in."""
        chosen = {
            point: next(name for name in VARIATIONS[point].names if name in options)
            for point, options in self.options.items()
            if options
        }
        return Family("subject", "the subject's own answers", MappingProxyType(chosen))

    def word_for(self, point: str) -> str:
        """Return a word that shows the answer to a point, or nothing where none was asked."""
        return next((format_word(seen.word) for seen in self.evidence if seen.point == point), "")


@dataclass(frozen=True, slots=True)
class Nearest:
    """The family that fits best; ``exact`` where nothing that was asked speaks against it.

    ``name`` is ``none`` where even the best contradicts more than half of what was asked.
    """

    name: str
    exact: bool
    point: str = ""
    word: str = ""
    also: tuple[str, ...] = ()

    @property
    def first_difference(self) -> str:
        """Where the subject first differs, or nothing."""
        return f"{self.point} at {self.word}" if self.point else ""


def ask(target: Target) -> Answers:
    """Ask a target every point that words can show; raises Trouble where a word hangs or dies."""
    answers = Answers()
    for variation in VARIATIONS.values():
        if not variation.why_not_asked:
            answers.evidence += _ask_one(target, variation)
    for variation in VARIATIONS.values():
        _read(target, answers, variation, {})
    _add_derived(target, answers)
    known = {point: next(iter(options)) for point, options in answers.options.items() if len(options) == 1}
    for point, options in list(answers.options.items()):
        if len(options) > 1:  # what the other answers are may decide what this one is
            _read(target, answers, VARIATIONS[point], known)
    return answers


def nearest_family(target: Target, answers: Answers) -> Nearest:
    """Return the family whose row contradicts the fewest points; of one that stands back only if no other fits."""
    counted = [(len(found), family, found) for family, found in _contradictions(target, answers)]
    fits = any(not count and not family.stands_back for count, family, _ in counted)
    ranked = sorted(
        (
            (count, index, family, found)
            for index, (count, family, found) in enumerate(counted)
            if not family.stands_back or not (fits or count)
        ),
        key=lambda entry: entry[:2],
    )
    best, _, family, found = ranked[0]
    also = tuple(other.name for count, _, other, _ in ranked[1:] if count == best == 0)
    point, word = next(iter(found.items()), ("", ""))
    asked = len({seen.point for seen in answers.evidence})
    if not asked:
        return Nearest(NONE, exact=False)
    return Nearest(NONE if 2 * best > asked else family.name, not found, point, word, also)


def _contradictions(target: Target, answers: Answers) -> Iterator[tuple[Family, dict[str, str]]]:
    for family in FAMILIES.values():
        found: dict[str, str] = {}
        for seen in answers.evidence:
            if seen.point not in found and not _fits(target, family, answers, seen):
                found[seen.point] = format_word(seen.word)
        yield family, found


def _fits(target: Target, family: Family, answers: Answers, seen: Evidence) -> bool:
    if seen.point == "CTX" or (seen.point == "ID" and "ok" in seen.results[0]):
        options = answers.options.get(seen.point, frozenset())
        return family.answers.get(seen.point) in (None, *options)
    fixed = {**family.answers, **declared(target, seen.kind)}
    return allowed_by(seen.kind, fixed, family.breaks, seen.word, seen.results) is None


def ask_ids(target: Target, kind: Kind) -> frozenset[str] | None:
    """Return which numbers the ids of a few fresh objects are, as options of the point ID."""
    return _id_options([results[0].get("ok") for results in _results(target, kind, (("id",),), _INSTANCES)])


# -- asking ---------------------------------------------------------------------------------------


def _ask_one(target: Target, variation: Variation) -> Iterator[Evidence]:
    for kind, word in askable(target, variation):
        for results in _results(target, kind, word, _INSTANCES if variation.name == "ID" else 1):
            yield Evidence(variation.name, kind, word, results)


def _read(target: Target, answers: Answers, variation: Variation, known: Mapping[str, str]) -> None:
    """Find the options of one point that fit what was seen."""
    evidence = [seen for seen in answers.evidence if seen.point == variation.name]
    if variation.name == "ID":
        found = _id_options([seen.results[0].get("ok") for seen in evidence])
    elif variation.name == "CTX":
        found = _context_options(evidence)
    else:
        found = _options(target, variation, evidence, known)
    if found is not None:
        answers.options[variation.name] = found


def askable(target: Target, variation: Variation) -> Iterator[tuple[Kind, Word]]:
    """Yield the words of a point that the target can run, each with the kind to run it on."""
    for kind in target.kinds:
        for text in variation.words:
            word = parse_word(text)
            if kind in variation.kinds and _can_run(target, kind, word):
                yield kind, word


def _can_run(target: Target, kind: Kind, word: Word) -> bool:
    uses_progress = any("progress" in name for name in step_names(word))
    uses_strings = any(step[0] == "complete" and isinstance(step[1], str) for step in word)
    return (
        needs_of(word) <= target.supports(kind)
        and (kind.has_progress or not uses_progress)
        and (not uses_strings or (kind.has_result and "string" in target.values))
        and _undecided(kind, declared(target, kind)["CANCEL-SYNC"]).drivable(word)
    )


@cache
def _undecided(kind: Kind, cancel_sync: str) -> Judge:
    """Return the judge of a subject of which only what is declared is known."""
    return Judge(kind, Family("", "", _declared(cancel_sync)), {})


def _results(target: Target, kind: Kind, word: Word, times: int) -> Iterator[list[Result]]:
    for outcome in target.run_many(kind, [word] * times):
        if not isinstance(outcome, Trouble):
            yield outcome
        elif outcome.what in ("hang", "death"):
            raise Trouble(outcome.what, f"{outcome.why} over {format_word(word)}")


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
        if not fit and any(finding and finding.cites in RULES for finding in findings.values()):
            continue
        fitting = fit if fitting is None else fitting & fit
    return fitting


def declared(target: Target, kind: Kind) -> Mapping[str, str]:
    """Return the answers that no word shows, because the adapter declares them."""
    return _declared("yes" if "cancel_ends_work" in target.supports(kind) else "no")


def _declared(cancel_sync: str) -> Mapping[str, str]:
    return {"CREATED": "hidden", "CANCEL-SYNC": cancel_sync}


def _id_options(ids: list[object]) -> frozenset[str] | None:
    numbers = [number for number in ids if isinstance(number, int)]
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
    answers.options["CANCEL-SYNC"] = frozenset({declared(target, target.kinds[0])["CANCEL-SYNC"]})
    parts = {point: answers.answer(point) for point in ("LATE_R", "CAC", "FAC")}
    if not set(parts.values()) & {NOVEL, NOT_SHOWN}:
        answers.options["INCOHERENT"] = frozenset({incoherent(parts)})
