"""The steps of a subject that did not come back: in which state they were taken, and whether a handler took them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final

from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.moves import DIED, HUNG, WrongMove
from iasyncinfo_conformance.session.hanging import beginnings, met
from iasyncinfo_conformance.session.portrait import named
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import Ended
from iasyncinfo_spec.exploration import START
from iasyncinfo_spec.pairs import drives_several
from iasyncinfo_spec.product import NotDrivable, Product, Run
from iasyncinfo_spec.words import RACE, Word, step_names

_ENDS: Final[Mapping[Ended | None, str]] = {Ended.DEATH: DIED, Ended.HANG: HUNG}


def dead_ends(session: Session, failures: Iterable[Failure]) -> tuple[WrongMove, ...]:
    """Return the steps of one kind that did not come back, each with the shortest word that shows it.

    That a handler takes one is said where it comes back elsewhere. Races and words that drive several objects are left
    out: no one state leads there.
    """
    found: dict[tuple[str, str, tuple[str, ...]], WrongMove] = {}
    ended = (failure for failure in failures if failure.kind is session.kind and failure.ended in _ENDS)
    moves = _moves(session.judge.product, sorted(ended, key=lambda failure: failure.length))
    for move in sorted(moves, key=lambda move: move.inside):
        found.setdefault((move.state, move.step, move.there), move)
    return tuple(found.values())


def _moves(product: Product, ended: Iterable[Failure]) -> Iterator[WrongMove]:
    for failure in ended:
        if drives_several(failure.word) or RACE in step_names(failure.word):
            continue
        with suppress(NotDrivable):  # a word that was asked before the answers were known
            yield _dead_end(product, failure)


def _dead_end(product: Product, failure: Failure) -> WrongMove:
    """Return where the last step of a word led that its handlers take, or, where they take none, the word."""
    word = failure.word
    last = list(met(product, word))[-1:]
    inside = any(waiting.inside for waiting in last)
    before = [*beginnings(word)][-2] if inside else word[:-1]
    step = last[0].step if inside else named(word[-1])
    state = _led(product, before)
    return WrongMove(
        failure.rule, f"{step} in {state}", state, step, _led(product, word), (_ENDS[failure.ended],),
        failure.allowed, failure.actual, word, failure.words, inside,
    )  # fmt: skip


def _led(product: Product, word: Word) -> str:
    """Return the state of the life cycle to which a word leads."""
    run = Run(product, START)
    for step in word:
        run.take(step)
    return run.at.life
