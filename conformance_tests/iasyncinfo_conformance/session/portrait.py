"""The portrait of a subject: where each step leads, as the words of the complete suites saw it.

A step that is wrong leads somewhere, too. Where an object stands is seen by its Status, and by whether its worker has
ended, which is known: the suite moves the levers. Where something failed, each arrow between two states is followed
once, then each wrong cell, and then each step that stays where it is, for a word tells its first fault alone. What is
taken where no object stands any more, since an arrow before it leads astray, is no fault of its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.results import as_result
from iasyncinfo_conformance.record.moves import Move, WrongMove
from iasyncinfo_conformance.session.causes import Cause
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.exploration import START, System
from iasyncinfo_spec.product import Configuration, NotDrivable, Product
from iasyncinfo_spec.tables import LIFECYCLE_STATES, RUNNING_STATES
from iasyncinfo_spec.words import Step, Word, bare

ENGINE: Final = "portrait"
MOST: Final = 24
"""Wrong cells of one kind that are followed."""
_ANSWERS: Final = 4
"""Answers of one step that are kept."""
_STATUS: Final[Step] = ("status",)
_Arrow: TypeAlias = tuple[str, str]
"""A state of the life cycle, and the name of a step that is taken there."""


def moves(expected: Iterable[Expected]) -> tuple[Move, ...]:
    """Return every step that was taken, by the state in which it was; those of the first system tell the answers.

    A step whose handlers take others is left out: where those lead, it does not.
    """
    times: Counter[tuple[str, str, str]] = Counter()
    answers: dict[tuple[str, str, str], dict[str, None]] = {}
    for number, system in enumerate(expected):
        for edge, met in system.taken():
            if any("results" in event for event in edge.prediction.get("events", ())):
                continue
            key = edge.source.life, named(edge.step), edge.dest.life
            times[key] += met
            if not number:
                answers.setdefault(key, {})[_answer(edge.step, dict(edge.prediction))] = None
    met_first = sorted(times, key=lambda key: LIFECYCLE_STATES.index(key[0]))
    return tuple(Move(*key, tuple(answers.get(key, ()))[:_ANSWERS], times[key]) for key in met_first if times[key])


def named(step: Step) -> str:
    """Return the name of a step without its values; that null is put makes another."""
    return f"{bare(step[0])}(null)" if step[1:2] == (None,) and step[0].startswith("put") else bare(step[0])


def wrong_moves(session: Session, causes: Sequence[Cause]) -> tuple[WrongMove, ...]:
    """Return the steps that are wrong, each with where it leads; none are looked for where nothing failed."""
    failed = [cause for cause in causes if session.is_failure(cause.finding)][:MOST]
    found: dict[_Arrow, WrongMove] = {}
    for move in _astray(session, found, stays=False) if failed else ():
        found[move.state, move.step] = move
    for cause in failed:
        if found.keys().isdisjoint(_arrows(cause.expected.system, cause.way[:-1])):
            move = _of_cause(session, cause)
            found.setdefault((move.state, move.step), move)
    for move in _astray(session, found, stays=True) if failed else ():
        found.setdefault((move.state, move.step), move)
    return tuple(found.values())


def _astray(session: Session, found: Mapping[_Arrow, WrongMove], *, stays: bool) -> Iterator[WrongMove]:
    """Yield the arrows between two states, or those that stay, that lead elsewhere; none behind one in ``found``."""
    system = session.model.plain_system
    tried: set[tuple[str, str, str]] = set()
    for edge in (edge for edges in system.edges.values() for edge in edges.values()):
        before = system.access[edge.source]
        arrow = (edge.source.life, named(edge.step), edge.dest.life)
        if (arrow[0] == arrow[2]) is not stays or arrow in tried:
            continue
        if not found.keys().isdisjoint(_arrows(system, before)):
            continue
        tried.add(arrow)
        there, finding = _followed(session, system, (*before, edge.step))
        if finding is None or (stays and not session.is_failure(finding)):
            continue  # an odd answer to a point counts between states: what lies behind such an arrow follows from it
        if edge.dest.life not in there:
            yield _move(system, (*before, edge.step), there, finding, (*before, edge.step, _STATUS))


def _of_cause(session: Session, cause: Cause) -> WrongMove:
    system = cause.expected.system
    there, finding = _followed(session, system, cause.way)
    is_right = _led(system, cause.way) in there  # of the state: what is wrong shows otherwise
    if is_right or finding is None or not session.is_failure(finding):
        return _move(system, cause.way, there, cause.finding, cause.word, cause.words, cause.cell)
    return _move(system, cause.way, there, finding, (*cause.way, _STATUS), cause.words, cause.cell)


def _move(
    system: System, way: Word, there: tuple[str, ...], finding: Finding, word: Word, words: int = 1, cell: str = ""
) -> WrongMove:
    state, step, told = _led(system, way[:-1]), named(way[-1]), finding.difference
    return WrongMove(
        finding.cites, cell or f"{step} in {state}", state, step, _led(system, way), there, told.allowed, told.actual,
        word[: finding.length], words,
    )  # fmt: skip


def _followed(session: Session, system: System, way: Word) -> tuple[tuple[str, ...], Finding | None]:
    """Take a way and read Status; return the states that fit, and what Status shows that the machine has not."""
    word = (*way, _STATUS)
    results = session.run(ENGINE, word)
    if results is None:
        return (), None
    finding = session.judge.judge(word, results)
    there = _states(session.model.product, system, results[-1], _led(system, way))
    return there, finding


def _states(product: Product, system: System, status: Result, expected: str) -> tuple[str, ...]:
    """Return the states with this Status: the expected one alone where it has it, else those whose worker fits."""
    lives = dict.fromkeys(here.life for here in system.configurations)
    at = {here.life: here for here in system.configurations}
    same = [life for life in lives if _answers_so(product, at[life], status)]
    if expected in same:
        return (expected,)
    fitting = [life for life in same if (life in RUNNING_STATES) == (expected in RUNNING_STATES)]
    return tuple(sorted(fitting or same, key=LIFECYCLE_STATES.index))


def _answers_so(product: Product, here: Configuration, status: Result) -> bool:
    try:
        (prediction,) = product.predict((_STATUS,), here)
    except NotDrivable:
        return False
    return as_result(prediction) == status


def _arrows(system: System, word: Word) -> set[_Arrow]:
    """Return the states and steps along a word."""
    here, found = START, set()
    for step in word:
        found.add((here.life, named(step)))
        edge = system.edges[here].get(step)
        here = edge.dest if edge else here
    return found


def _led(system: System, word: Word) -> str:
    """Return the state to which a word leads."""
    here = START
    for step in word:
        edge = system.edges[here].get(step)
        here = edge.dest if edge else here
    return here.life


def _answer(step: Step, prediction: dict[str, object]) -> str:
    """Return what a step itself answers: whom it calls depends on more than the state."""
    return describe(step, {key: prediction[key] for key in ("ok", "hr") if key in prediction}).removesuffix(
        "; calls nobody"
    )
