"""One row of answers as a machine that a recording is held against: open points are tried in every way.

A point that the row leaves open is answered anew in each trace, and in one way throughout the trace: whoever
wrote the object decided once. So a state is a configuration and the answers given on the way to it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.product import Atoms, Configuration, Event, Handler, NotDrivable, Prediction, Run, Wild
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.trace.decisions import Decisions, every
from iasyncinfo_spec.trace.matching import Manner, Result, fits
from iasyncinfo_spec.variations import VARIATIONS, Answered
from iasyncinfo_spec.words import RACE, Step, Word, program_of, threads_of

MOST_KEPT: Final = 20_000
"""Outcomes of steps that are kept: a row with many open points has hundreds at one step."""

T = TypeVar("T")
R = TypeVar("R", bound=Run)


class State(NamedTuple):
    """A configuration, and how the open points were answered on the way to it."""

    at: Configuration = Configuration()
    answers: Answered = frozenset()


START: Final = State()
MAY_FAIL: Final = State(Configuration(callback_fails=Wild.FAILURE))
"""The start where the worker's own cancel callback may fail (CEXC), which no word of a recording says."""


def exactly(at: Configuration) -> tuple[object, ...]:
    """Return a key of a configuration: its values as text beside it, for True and 1.0 are 1 to Python."""
    programs = [held.program for held in (at.handler, at.listener) if held and held.program]
    result = at.result
    return at, result if isinstance(result, str) else repr(result), repr(programs) if programs else ""


class Transition(NamedTuple):
    """What a step may answer, and where it leads, with the answers that make it so."""

    prediction: Prediction
    dest: State


class Told(Run):
    """A run that says where an exception that carries no code may come out, whatever HEXC and PEXC say of codes."""

    odd: bool = False
    """Whether a handler has failed without a code."""

    def run_handler(self, handler: Handler, told: dict[str, Any], events: list[Event]) -> Atoms[int | Wild | None]:
        failure = yield from super().run_handler(handler, told, events)
        self.odd = self.odd or failure is Wild.FAILURE
        return failure

    def atoms(self, step: Step) -> Atoms[Prediction]:
        prediction = yield from super().atoms(step)
        if self.odd:
            prediction["throws"], self.odd = True, False
        return prediction


class _Unfit(Exception):
    """A race does not go on as it was recorded."""


class RowMachine(StandardProduct):
    """The machine of a row and a kind; of ``standard`` where there is no row."""

    def __init__(self, kind: Kind, row: Family | None, *, callbacks_may_fail: bool | None = None) -> None:
        super().__init__(kind, row.settled if row else {}, row.breaks if row else ())
        may_fail = callbacks_may_fail if callbacks_may_fail is not None else row is not None
        self.start: State = MAY_FAIL if may_fail else START
        self._run: type[Run] = Run
        self._options: dict[str, tuple[str, ...]] = {}
        self._decisions = Decisions()
        self._asked: set[str] = set()
        self._kept: dict[tuple[object, ...], tuple[list[Transition], frozenset[str]]] = {}
        self._outcomes_kept: int = 0

    def _ask(self, point: str) -> str:
        self._asked.add(point)
        if point in self.fixed:
            return self.fixed[point]
        if point not in self._chosen:
            names = self._admitted(point)
            self._chosen[point] = names[self._decisions.choose(len(names))]
        return self._chosen[point]

    def admitted(self, point: str) -> frozenset[str]:
        """Return the answers to an open point that break no rule which the row keeps."""
        return frozenset(self._admitted(point))

    def _admitted(self, point: str) -> tuple[str, ...]:
        if point not in self._options:
            options = VARIATIONS[point].options
            admitted = (option.name for option in options if not option.breaks or option.breaks in self.breaks)
            self._options[point] = tuple(admitted)
        return self._options[point]

    def outcomes(self, at: Configuration, step: Step) -> tuple[list[Transition], frozenset[str]]:
        """Return everything that may happen at a step that is no race, and the points that decide it."""
        key = step, exactly(at), repr(step[1:]) if step[1:] else ""
        if key not in self._kept:
            self._asked = asked = set[str]()
            found = [Transition(*value) for value in self.runs(State(at), lambda run: run.take(step), self._run)]
            self._outcomes_kept += len(found)
            if self._outcomes_kept > MOST_KEPT:
                self._kept.clear()
                self._outcomes_kept = len(found)
            self._kept[key] = found, frozenset(asked)
        return self._kept[key]

    def reachable(self, state: State, step: Step) -> Iterator[Transition]:
        """Yield the outcomes of a step that agree with the answers given on the way to a state."""
        found, _ = self.outcomes(state.at, step)
        return (outcome for outcome in found if _compatible(state.answers, outcome.dest.answers))

    def after(self, states: Iterable[State], step: Step, result: Result) -> tuple[frozenset[State], frozenset[str]]:
        """Return the states after a step that came to this, and the points that were asked."""
        if self._run is Run and _raises_by_name(step):
            self._run = Told
        if step[0] == RACE:
            self._asked = asked = set[str]()
            words, came = threads_of(step), result.get("threads", ())
            return frozenset(dest for state in states for dest in self._after_race(state, words, came)), frozenset(
                asked
            )
        by_place: dict[Configuration, list[Answered]] = {}
        for state in states:
            by_place.setdefault(state.at, []).append(state.answers)
        found: set[State] = set()
        points: frozenset[str] = frozenset()
        for at, given in by_place.items():
            outcomes, asked_here = self.outcomes(at, step)
            points |= asked_here
            new = [dest for made, dest in outcomes if fits(made, result, self.manner(dest.answers))]
            found |= {State(to, one | more) for to, more in new for one in given if _compatible(one, more)}
        return frozenset(found), points

    def manner(self, answers: Answered) -> Manner:
        """Return what no prediction shows; where CTX is open, handlers may run now here and now there."""
        return Manner(self.fixed.get("CTX"), self.fixed.get("ID") or dict(answers).get("ID"))

    def runs(self, state: State, take: Callable[[R], T], start: Callable[..., R]) -> Iterator[tuple[T, State]]:
        """Yield what ``take`` makes of a run that ``start`` makes, and the state after it.

        It is done in every way in which the points may be answered that are open and were not answered before.
        """

        def once(decisions: Decisions) -> tuple[T, State] | None:
            self._decisions, self._chosen = decisions, dict(state.answers)
            run = start(self, state.at)
            try:
                value = take(run)
            except (NotDrivable, _Unfit):
                return None
            return value, State(run.at, frozenset(self._chosen.items()))

        return (found for found in every(once) if found is not None)

    # -- races ----------------------------------------------------------------------------------------

    def _after_race(self, state: State, words: Sequence[Word], came: Sequence[Sequence[Result]]) -> Iterator[State]:
        """Yield the states after the interleavings of a race that give what came."""
        if [len(word) for word in words] == [len(results) for results in came]:
            for _, dest in self.runs(state, lambda run: self._race(run, words, came), self._run):
                yield dest

    def _race(self, run: Run, words: Sequence[Word], came: Sequence[Sequence[Result]]) -> None:
        living = [self._thread(run, word, results) for word, results in zip(words, came, strict=True)]
        while living:
            chosen = living[self._decisions.choose(len(living)) if len(living) > 1 else 0]
            if next(chosen, True):
                living.remove(chosen)

    def _thread(self, run: Run, word: Word, came: Sequence[Result]) -> Atoms[None]:
        """Take a thread's steps atom by atom, and give up as soon as one does not answer what was recorded."""
        for number, (step, result) in enumerate(zip(word, came, strict=True)):
            if number:
                yield
            prediction = yield from run.atoms(step)
            if not fits(prediction, result, Manner(None, self.fixed.get("ID"))):
                raise _Unfit


def _raises_by_name(step: Step) -> bool:
    """Return whether a handler that a step sets, or one within it, raises what carries no code."""
    words = threads_of(step) if step[0] == RACE else [program_of(step)]
    return any(_raises_by_name(inner) for word in words for inner in word) or (
        step[0] == "raise" and isinstance(step[1], str)
    )


def _compatible(given: Answered, new: Answered) -> bool:
    """Return whether no point is answered in two ways."""
    return given >= new or len(given | new) == len({point for point, _ in given | new})
