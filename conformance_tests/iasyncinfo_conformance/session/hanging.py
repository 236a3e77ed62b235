"""A word that never comes back: which of its steps waits, in which situation, and whose rule that breaks."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_spec.pairs import shares
from iasyncinfo_spec.product import NotDrivable, Prediction, Product
from iasyncinfo_spec.words import OTHERS, PROPERTIES, WAITS, Step, Word, bare, object_of, program_of

THREAD: Final = "thread"


class Waiting(NamedTuple):
    """A step that never answers, and where: what decides it there, and what the handler is told that takes it.

    It is taken by another thread, while a handler waits for it, where ``inside`` says so.
    Words that take such a step there are alike: one of them has shown what all would show.
    """

    step: str
    cell: str
    cites: str
    calls: str
    inside: str


def met(product: Product, word: Word) -> Iterator[Waiting]:
    """Yield each step of a word, those of its handlers after the step that calls them, with where it is taken."""
    predictions: dict[int, Prediction] = {}
    try:
        for share in shares(word):
            predictions |= zip(share.numbers, product.predict(share.word), strict=True)
    except NotDrivable:
        return
    yield from _met([predictions[number] for number in sorted(predictions)], "")


def _met(predictions: Sequence[Prediction], inside: str) -> Iterator[Waiting]:
    for prediction in predictions:
        yield Waiting(bare(prediction["step"][0]), prediction["cell"], prediction["cites"], prediction["calls"], inside)
        for event in prediction.get("events", ()):
            yield from _met(event.get("results", ()), "status" if "status" in event else "value")
        yield from _met(prediction.get("results", ()), THREAD)


def beginnings(word: Word) -> Iterator[Word]:
    """Yield the beginnings of a word, the shortest first: with a step more, or with one more inside its handlers."""
    for length in range(1, len(word) + 1):
        most = max(len(program_of(step)) for step in word[:length])
        for calls in range(most + 1):
            yield tuple(_shortened(step, calls) for step in word[:length])


def _shortened(step: Step, calls: int) -> Step:
    program = program_of(step)
    if not program:
        return step
    return (*step[:2], program[:calls]) if calls else step[:2]


def one_after_the_other(word: Word) -> Word:
    """Return a word and the same of a second object; nothing where it has more than one object by itself."""
    if any(object_of(step[0]) for step in word):
        return ()
    return (*word, *((OTHERS[0] + step[0], *step[1:]) for step in word))


def without_looks(word: Word) -> Word:
    """Return a word without the steps that only read, but for its last one and the last one of each handler."""
    return tuple(_without_looks(step) for step in _but_looks(word))


def _without_looks(step: Step) -> Step:
    program = program_of(step)
    return (*step[:2], _but_looks(program)) if program and step[0].startswith("put") else step


def _but_looks(steps: Word) -> Word:
    return (*(step for step in steps[:-1] if step[0] not in PROPERTIES), *steps[-1:])


def asking(word: Word, inner: Step) -> Word:
    """Return a word whose handlers do one thing alone."""
    return tuple((*step[:2], (inner,)) if program_of(step) else step for step in word)


def waits_for_the_end(waiting: Waiting) -> bool:
    """Return whether a step inside a handler may wait for the handler itself, and not for a lock."""
    return waiting.inside == "status" and waiting.step in ("get_results", "error_code")


def rule_of(waiting: Waiting, *, locked: bool) -> str:
    """Return the rule that a step breaks which never answers; ``locked`` says that no other does there."""
    if waiting.step == "close":
        return blamed(Situation.CLOSE_HANGS)
    if waiting.inside:
        return blamed(Situation.HANDLER_HANGS if locked else Situation.HANDLER_WAITS)
    return blamed(_NO_ANSWER.get(waiting.step, Situation.WORKER_STUCK), waiting.cites)


_NO_ANSWER: Final[dict[str, Any]] = {
    "id": Situation.ID_STUCK,
    "status": Situation.STATUS_STUCK,
    "error_code": Situation.ERROR_STUCK,
    "get_results": Situation.RESULTS_STUCK,
    "get_completed": Situation.COMPLETED_STUCK,
    "put_completed": Situation.COMPLETED_STUCK,
    "get_progress": Situation.PROGRESS_STUCK,
    "put_progress": Situation.PROGRESS_STUCK,
    "report_progress": Situation.REPORT_STUCK,
    "cancel": Situation.CANCEL_STUCK,
    "close": Situation.CLOSE_HANGS,
    **dict.fromkeys(WAITS, Situation.WAIT_STUCK),
}
"""What is seen where a member does not answer; with any other step it is the worker that does not end.

Blamed is what decides the cell, or what the member promises at the least.
"""
