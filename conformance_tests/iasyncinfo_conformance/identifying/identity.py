"""Whose manners has a subject? Few words tell: each next word depends on what came of those before.

The words are those of the variation points, which tell every two families apart, whatever levers a subject
lacks. What the shallowest tree of them leads to is a guess until the check at the family's own profile has
confirmed it.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.checking.one_kind import Progress, silent
from iasyncinfo_conformance.engines.points import ask, ask_ids, declared, nearest_family
from iasyncinfo_conformance.engines.smoke.smoke import smoke
from iasyncinfo_conformance.errors import HarnessFault, Stopped
from iasyncinfo_conformance.identifying.question_tree import IDS, OF_IDS, Names, Question, Tree, ids_of, questions
from iasyncinfo_conformance.judging.following import allowed_by
from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.record.answers import NO_FAMILY, Nearest
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record, Verdict
from iasyncinfo_conformance.report.command_lines import quoted
from iasyncinfo_conformance.report.layout import numbered
from iasyncinfo_conformance.target import Result, Target, Trouble
from iasyncinfo_spec.families import ESTABLISHED, FAMILIES, Family
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Word


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, what came, and the families that are left."""

    question: Question
    came: str
    left: tuple[str, ...]


@dataclass
class Identity:
    """What identification came to: the families that fit, or where the nearest first differs."""

    target: Target
    asked: list[Asked] = field(default_factory=list)
    families: tuple[str, ...] = ()
    nearest: str = NO_FAMILY
    first_difference: str = ""
    confirmation: Record | None = None

    @property
    def exit_code(self) -> int:
        """0 where a family is identified, 1 where it is none of those known."""
        return 0 if self.families else 1

    def __str__(self) -> str:
        """Return the words that were asked with what came, and the answer in the last line."""
        return "\n".join(_lines(self))


def identify(target: Target, options: Options | None = None, progress: Progress = silent) -> Identity:
    """Name the family whose manners a target has; ``options`` are those of the confirming check.

    Raises HarnessFault where the adapter is broken.
    """
    smoke(target)
    found = Identity(target)
    candidates = _ask_down_the_tree(found, progress) or _fitting_sketches(found)
    for name in (name for name in FAMILIES if name in candidates):
        _confirm(found, name, replace(options or Options(), profile=name), progress)
    sketch = "" if found.families else _fitting_elsewhere(found, candidates)
    if sketch:
        _confirm(found, sketch, replace(options or Options(), profile=sketch), progress)
    if not found.families and found.confirmation is None:
        _look_for_the_nearest(found)
    return found


# -- asking ---------------------------------------------------------------------------------------


def _ask_down_the_tree(found: Identity, progress: Progress) -> Names:
    """Ask until nothing tells the candidates apart, and return them."""
    unasked, candidates = questions(found.target), frozenset(ESTABLISHED)
    while (question := Tree(unasked).question(candidates)) is not None:
        progress("identify", str(question))
        asked = _ask(found.target, question, candidates)
        answered = question.answers if asked is not None else None
        unasked = [other for other in unasked if other is not question and other.answers != answered]
        if asked is not None:
            found.asked.append(asked)
            candidates = frozenset(asked.left)
    return candidates


def _ask(target: Target, question: Question, candidates: Names) -> Asked | None:
    """Ask a question; None where the driver declines the word."""
    kind, word = question.kind, question.word
    if word == IDS:
        return _ask_ids(target, question, candidates)
    (outcome,) = target.run_many(kind, [word])
    if not isinstance(outcome, Trouble):
        fitting = {name for name in candidates if _fits(target, FAMILIES[name], question, outcome)}
        return Asked(question, _shown(word, outcome), _ordered(fitting))
    return Asked(question, f"no answer: {outcome.why}", ()) if outcome.deed else None


def _ask_ids(target: Target, question: Question, candidates: Names) -> Asked | None:
    """Ask several objects for their ids; None where they have no numbers."""
    options = ask_ids(target, question.kind)
    if options is None:
        return None
    fitting = {name for name in candidates if not options.isdisjoint(ids_of(FAMILIES[name]))}
    came = ", ".join(VARIATIONS[OF_IDS].option(name).meaning for name in options)
    return Asked(question, came or "numbers as no family has them", _ordered(fitting))


def _fitting_sketches(found: Identity) -> Names:
    """Return the rows of which little is established, or which are told as others, and which fit what was asked.

    They fit so much that no word tells them from the others, so that they are looked at only where no other row fits.
    """
    names = frozenset(FAMILIES).difference(ESTABLISHED)
    for asked in found.asked:
        again = _ask(found.target, asked.question, names)
        names = frozenset(again.left) if again else names
    return names


def _fitting_elsewhere(found: Identity, candidates: Names) -> str:
    """Return the row that gives all answers to points where the checks confirmed none of the candidates, or nothing."""
    nearest = found.confirmation.nearest if found.confirmation is not None else None
    return nearest.name if nearest is not None and nearest.exact and nearest.name not in candidates else ""


def _fits(target: Target, family: Family, question: Question, results: list[Result]) -> bool:
    fixed = {**family.answers, **declared(target, question.kind)}
    return allowed_by(question.kind, fixed, family.breaks, question.word, results) is None


# -- confirming -----------------------------------------------------------------------------------


def _confirm(found: Identity, name: str, options: Options, progress: Progress) -> None:
    """Check the target at the family's profile; where it leaves that, note where the nearest family is left."""
    done = found.confirmation = check(found.target, options, progress)
    if done.stopped:
        raise Stopped(done.stopped)
    if done.verdict is Verdict.HARNESS_FAULT:
        again = f"See what iasyncinfo check {quoted(found.target.name)} --profile {name} says."
        why = done.broken.what if done.broken is not None else again
        raise HarnessFault(f"the check that was to confirm {name} did not get through: {why}")
    if done.verdict is not Verdict.DOES_NOT_CONFORM:
        found.families += (name,)
    elif done.nearest is not None and not done.nearest.exact:
        _differs(found, done.nearest)
    else:
        failure = min(done.own, key=lambda failure: len(failure.text))
        found.nearest, found.first_difference = name, f"{failure.kind} {failure.text} ({failure.rule})"


def _look_for_the_nearest(found: Identity) -> None:
    """Name the family that contradicts the fewest points, where the tree has left none."""
    found.first_difference = str(found.asked[-1].question)
    with suppress(Trouble):
        _differs(found, nearest_family(found.target, ask(found.target)))


def _differs(found: Identity, nearest: Nearest) -> None:
    found.nearest = nearest.name
    if nearest.word:  # no word that is asked of points differs where the family is left by a hang alone
        found.first_difference = f"{nearest.word} ({nearest.point})"


# -- telling --------------------------------------------------------------------------------------


def _lines(found: Identity) -> Iterator[str]:
    about = getattr(found.target, "about", "")
    yield f"{found.target.name}{f' ({about})' if about else ''}: {', '.join(found.target.kinds)}"
    for asked in found.asked:
        yield ""
        yield numbered("asked", str(asked.question))
        yield numbered("came", asked.came)
        yield numbered("leaves", ", ".join(asked.left) or "no family")
    yield ""
    yield f"{_counted(len(found.asked), 'word')} asked" + _confirmed(found)
    yield _answer(found)


def _confirmed(found: Identity) -> str:
    done = found.confirmation
    if done is None:
        return ""
    ran = _counted(done.words, "word")
    return f"; {ran} run under the profile {done.asked.profile}: {done.verdict}"


def _answer(found: Identity) -> str:
    if len(found.families) == 1:
        return f"{found.families[0]}, {FAMILIES[found.families[0]].likeness}"
    if found.families:
        return f"{' or '.join(found.families)}: nothing that can be asked tells them apart"
    nearest = f"nearest {found.nearest}" if found.nearest != NO_FAMILY else "and none is near"
    return f"none of these: {nearest}, first difference at {found.first_difference}"


def _shown(word: Word, results: list[Result]) -> str:
    return ", ".join(describe(step, result) for step, result in zip(word, results, strict=True))


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in FAMILIES if name in set(names))
