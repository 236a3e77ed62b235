"""From many failing words to the few cells of the tables that are wrong.

A word fails because of the last step after which a clean run would have passed: the shortest way to where
that step is taken, the step and the rest of the word fail; the shortest way to where it should lead and
the rest pass. All words that take a step of the same cell are counted with it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from iasyncinfo_conformance.errors import Whose
from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.session.causes import Cause, Failing
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.session.shrinking import shrink
from iasyncinfo_spec.product import Configuration, Prediction
from iasyncinfo_spec.words import PROPERTIES, Step, Word

ENGINE: Final = "complete"
MOST: Final = 50
"""Words with one cause that are searched for one that breaks a rule."""


def causes(session: Session, failing: Iterable[Failing]) -> Iterator[Cause]:
    """Yield the causes of failing words, the shortest words first."""
    shortest_first = sorted(failing, key=lambda entry: entry.finding.length)
    remaining = {entry: _cells(entry.expected, entry.upto) for entry in shortest_first}
    while remaining:
        entry = next(iter(remaining))
        index, shorter, finding = _traced(session, entry)
        if finding is None and _counts_once(session, entry.finding):
            finding = session.judge.judge(entry.word, entry.results) or entry.finding
            index, shorter = finding.step - 1, entry.word[: finding.length]
        if finding is None:
            del remaining[entry]
            found = entry.finding
            what = f"not deterministic: {found.cites}: {found.difference.actual}; when it was run again it did not"
            session.fault(entry.upto, what, Whose.UNKNOWN)
            continue
        cells = _cells(entry.expected, shorter)[index]
        way = shorter[: index + 1]
        same = [other for other, read in remaining.items() if any(cells & others for others in read)] or [entry]
        if not finding.breaks_rule:
            shorter, finding = _clearest(session, shorter, same) or (shorter, finding)
        yield Cause(shorter[: finding.length], finding, " or ".join(sorted(cells)), len(same), way, entry.expected)
        for other in same:
            del remaining[other]


def _counts_once(session: Session, finding: Finding) -> bool:
    """Return whether what came is told though it does not come again: it is never right, or an answer to a point."""
    return not session.is_failure(finding) or bool(blamed(Situation.SEEN_ONCE, finding.cites))


def _clearest(session: Session, word: Word, same: list[Failing]) -> tuple[Word, Finding] | None:
    """Return a word with the same cause that breaks a rule, if one is found.

    Tried are the word with a look at every property after each step and one more step at its end, and the
    shortest of the words that fail alike.
    """
    looks = tuple(step for step in session.model.plain if step[0] in PROPERTIES - {"id"})
    watched = tuple(seen for step in word for seen in (step, *looks))
    longer = ((*watched, step, *looks) for step in session.model.plain)
    for candidate in (watched, *longer, *(entry.word for entry in same[:MOST])):
        if session.model.follow(candidate) is None:
            continue
        finding = session.found(ENGINE, candidate)
        if finding is not None and finding.breaks_rule:
            return shrink(session, candidate[: finding.length], ENGINE)
    return None


def _cells(expected: Expected, word: Word) -> list[frozenset[str]]:
    """Return for each step of a word the cells that it reads, those that its handlers read with them."""
    return [_cells_of(expected, here, step) for here, step in expected.arrows(word)]


def _cells_of(expected: Expected, here: Configuration, step: Step) -> frozenset[str]:
    edge = expected.system.edges[here].get(step)
    if edge is None:  # a look at the worker
        return frozenset({f"{step[0]} in {here.life}"})
    return frozenset(_read(edge.prediction, outermost=True))


def _read(prediction: Prediction, *, outermost: bool) -> Iterator[str]:
    inner = [result for event in prediction.get("events", ()) for result in event.get("results", ())]
    for result in inner:
        yield from _read(result, outermost=False)
    if not inner or not outermost:
        step = prediction["step"]
        name = f"{step[0]}(null)" if step[1:] == (None,) else step[0]
        yield f"{name} in {prediction['cell']}"


def _traced(session: Session, entry: Failing) -> tuple[int, Word, Finding | None]:
    """Return the place of the wrong step in the shortest word that fails as the entry does, the word, the finding."""
    word = entry.upto
    arrows = entry.expected.arrows(word)
    for index in reversed(range(len(word))):
        access = entry.expected.system.access[arrows[index][0]]
        shorter = (*access, *word[index:])
        finding = session.found(ENGINE, shorter)
        if finding is not None:
            return len(access), shorter, finding
    return 0, word, None
