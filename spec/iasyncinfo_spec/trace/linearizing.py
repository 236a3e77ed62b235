"""Whether a row explains the history of an object: a search for a linearization, and for what the log does not show.

Between any two events that were noticed, calls may take their effect, handlers may begin, and, where the worker
is hidden, the worker may end or report. A *place* is what may be true at one moment: the state of the machine
and the calls on their way. The search keeps every place that explains the events so far; where none is left,
the event is impossible.
"""

from collections.abc import Iterable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from typing import Final, NamedTuple

from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import E_FAIL
from iasyncinfo_spec.trace.atoms import ELSEWHERE, WORKER, Ongoing, advance
from iasyncinfo_spec.trace.logs import Called, Entered, Event, History, Left, Returned, codes_of, values_of
from iasyncinfo_spec.trace.machine import RowMachine, State
from iasyncinfo_spec.trace.matching import answers_fit, same
from iasyncinfo_spec.trace.wording import described, placed
from iasyncinfo_spec.words import WAITER, Step

MOST_PLACES: Final = 20_000
MOST_KNOWN: Final = 5_000
"""Moments of which it is kept where they lead."""
MOST_KEPT: Final = 2
"""How many calls that never came back an explanation may need that is looked for before all others, and one more."""
_CHANGES_NOTHING: Final = ("id", "status", "error_code", "get_completed", "get_progress")
_EFFECT_ONCE: Final = (*_CHANGES_NOTHING, "cancel")
"""Once such a call would change nothing it never will: what is left of it is its answer."""
_READS_NOTHING: Final = ("cancel", "close", "put_completed", "put_progress", "complete", "fail", "report_progress")


class TooMany(Exception):
    """A history has more explanations than can be kept."""


class Place(NamedTuple):
    """What may be true at one moment."""

    state: State
    ongoing: frozenset[Ongoing] = frozenset()

    def becoming(self, before: Ongoing, after: Ongoing | None, state: State | None = None) -> "Place":
        """Return the place after one call has gone on, or is over."""
        others = self.ongoing - {before}
        return Place(state or self.state, others if after is None else others | {after})


@dataclass(frozen=True, slots=True)
class Impossible:
    """The first event that nothing explains, what was possible there, and the states before it."""

    number: int
    event: str
    possible: tuple[str, ...]
    states: tuple[str, ...]


class Search:
    """Looks for explanations of one history by one row, or by ``standard`` where there is none."""

    def __init__(self, history: History, row: Family | None, *, hidden: bool) -> None:
        self._history = history
        self._machine = RowMachine(history.kind, row)
        self._steps = tuple(_hidden_ends(history)) if hidden else ()
        self._hidden = hidden
        self._result_of = {event.of: event.result for event in history.events if isinstance(event, Returned)}
        self._advanced: dict[tuple[State, Ongoing], list[tuple[Ongoing, State]]] = {}
        self._known: dict[tuple[frozenset[Place], str], frozenset[Place]] = {}

    def first_impossible(self) -> Impossible | None:
        """Return the first event that no place explains, or None; raises TooMany.

        A call that never came back may have had no effect. Explanations without most such calls are looked for
        first: there are far fewer of them, and one is enough.
        """
        calls = [event for event in self._history.events if isinstance(event, Called)]
        unanswered = [call for call in calls if call.number not in self._result_of]
        idle = {call.number for call in unanswered if call.step[0] in _CHANGES_NOTHING}
        acting = [call.number for call in unanswered if call.number not in idle]
        for kept in range(min(len(acting), MOST_KEPT)):
            for ignored in combinations(acting, len(acting) - kept):
                with suppress(TooMany):
                    if self._first_impossible(idle.union(ignored)) is None:
                        return None
        return self._first_impossible(idle)

    def _first_impossible(self, ignored: Set[int]) -> Impossible | None:
        places = frozenset({Place(self._machine.start)})
        for events in _moments(event for event in self._history.events if event.number not in ignored):
            after = self._at_once(places, events)
            if not after:
                return self._impossible_among(places, events)
            places = after
        return None

    def _at_once(self, places: frozenset[Place], events: tuple[Event, ...]) -> frozenset[Place]:
        """Return the places after a moment. A program that polls meets the same moment again: it is looked up."""
        if len(events) == 1:
            return self._noticed(places, *events)
        key = places, f"{self._history.step_of[events[0].number]}{self._result_of[events[0].number]}"
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            after = self._noticed(self._noticed(places, events[0]), events[1])
            self._known[key] = places if after == places else after
        return self._known[key]

    def _noticed(self, places: frozenset[Place], event: Event) -> frozenset[Place]:
        # What may happen unseen before a call begins, or a handler ends, may as well happen after that.
        waits = isinstance(event, Called | Left)
        before = places if waits else self._closure(places, self._reported(event))
        return frozenset(after for place in before for after in self._after(place, event))

    def _impossible_among(self, places: frozenset[Place], events: tuple[Event, ...]) -> Impossible:
        for event in events[:-1]:
            places = self._noticed(places, event)
        return self._impossible(events[-1], self._closure(places, self._reported(events[-1])))

    # -- what was noticed -------------------------------------------------------------------------

    def _after(self, place: Place, event: Event) -> Iterator[Place]:
        match event:
            case Called(number=number, step=step):
                yield Place(place.state, place.ongoing | {Ongoing(number, step)})
            case Returned():
                yield from self._returned(place, event)
            case Entered():
                entering = [ongoing for ongoing in place.ongoing if _is_entering(ongoing, event)]
                yield from (place.becoming(each, each._replace(noticed=event.number)) for each in entering)
            case Left(of=of, failed=failed):
                leaving = [ongoing for ongoing in place.ongoing if ongoing.noticed == of]
                yield from (place.becoming(each, each.left(failed)) for each in leaving)

    def _returned(self, place: Place, event: Returned) -> Iterator[Place]:
        for ongoing in place.ongoing:
            if ongoing.number != event.of:
                continue
            manner = self._machine.manner(place.state.answers)
            if ongoing.answer and answers_fit(ongoing.predicted(), event.result, manner):
                yield place.becoming(ongoing, None)
            elif ongoing.taken and not ongoing.answer and "ok" in event.result:
                # Its effect is there, and the handler that it calls runs elsewhere.
                yield from self._elsewhere(place, ongoing, manner.ctx)

    def _elsewhere(self, place: Place, ongoing: Ongoing, ctx: str | None) -> Iterator[Place]:
        late = ongoing.step[0] == "put_completed"
        if ongoing.step[0] in _READS_NOTHING and (ctx in (None, "elsewhere") or (ctx == "mixed" and not late)):
            yield place.becoming(ongoing, ongoing._replace(number=ELSEWHERE))

    # -- what was not ---------------------------------------------------------------------------------

    def _closure(self, places: Iterable[Place], reports: tuple[Step, ...]) -> set[Place]:
        """Return the places, and all that may come of them without an event."""
        found = {self._settled(place) for place in places}
        untried = list(found)
        while untried:
            place = untried.pop()
            for after in map(self._settled, self._silently(place, reports)):
                if after not in found:
                    found.add(after)
                    untried.append(after)
            if len(found) > MOST_PLACES:
                raise TooMany(f"more than {MOST_PLACES:,} places")
        return found

    def _silently(self, place: Place, reports: tuple[Step, ...]) -> Iterator[Place]:
        for ongoing in place.ongoing:
            if ongoing.can_go_on:
                yield from self._go_on(place, ongoing)
        if self._hidden and not any(ongoing.number == WORKER for ongoing in place.ongoing):
            for step in (*self._steps, *reports):
                yield from self._go_on(place, Ongoing(WORKER, step))

    def _settled(self, place: Place) -> Place:
        """Return the place after all calls that answer there as they did and can have no effect later.

        Nothing is lost by taking them now, and without that many readers would make very many places.
        """
        for ongoing in place.ongoing:
            if ongoing.can_go_on and self._is_idle(place.state, ongoing):
                answered = self._ways(place.state, ongoing)[0][0] if ongoing.number in self._result_of else None
                place = place.becoming(ongoing, answered)
        return place

    def _is_idle(self, state: State, ongoing: Ongoing) -> bool:
        refused = "ok" not in self._result_of.get(ongoing.number, {"ok": None})
        if ongoing.step[0] not in _EFFECT_ONCE and not refused:
            return False
        ways = self._ways(state, ongoing)
        return len(ways) == 1 and bool(ways[0][0].answer) and ways[0][1] == state and self._is_right(*ways[0])

    def _go_on(self, place: Place, ongoing: Ongoing) -> Iterator[Place]:
        for after, state in self._ways(place.state, ongoing):
            if not self._is_right(after, state):
                continue
            over = after.answer and after.number not in self._result_of
            unseen = after.inside and after.inside[0] == WAITER
            yield place.becoming(ongoing, None if over else after.left(None) if unseen else after, state)

    def _ways(self, state: State, ongoing: Ongoing) -> list[tuple[Ongoing, State]]:
        key = state, ongoing
        if key not in self._advanced:
            self._advanced[key] = list(advance(self._machine, state, ongoing))
        return self._advanced[key]

    def _is_right(self, call: Ongoing, state: State) -> bool:
        """Return whether a call has no answer yet, or the one that the log has of it."""
        if not call.answer or call.number not in self._result_of:
            return True
        return answers_fit(call.predicted(), self._result_of[call.number], self._machine.manner(state.answers))

    def _reported(self, event: Event) -> tuple[Step, ...]:
        """Return the report that a hidden worker must have made for a Progress handler to run."""
        if not isinstance(event, Entered) or not self._history.kind.has_progress:
            return ()
        return (("report_progress", event.told),)

    # -- what was wrong -----------------------------------------------------------------------------

    def _impossible(self, event: Event, before: Iterable[Place]) -> Impossible:
        words = self._history.wording(event)
        if isinstance(event, Returned):
            words += f": {described(self._history.step_of[event.of][0], event.result)}"
        if isinstance(event, Entered):
            words += f", told {event.told!r}"
        possible = sorted({text for place in before for text in self._possible(place, event)})
        return Impossible(event.number, words, tuple(possible), tuple(placed(place.state for place in before)))

    def _possible(self, place: Place, event: Event) -> Iterator[str]:
        for ongoing in place.ongoing:
            if isinstance(event, Returned) and ongoing.number == event.of and ongoing.can_go_on:
                answers = (after for after, _ in self._ways(place.state, ongoing) if after.answer)
                yield from (described(after.step[0], after.predicted()) for after in answers)
            if isinstance(event, Entered) and ongoing.inside and ongoing.noticed is None:
                yield f"{ongoing.inside[0]} begins to run, told {ongoing.inside[1]!r}"


def _hidden_ends(history: History) -> Iterator[Step]:
    """Yield every way in which a worker that nobody saw may have ended."""
    values = list(values_of(history)) or [None]
    yield from (("complete", value) for value in values)
    yield from (("fail", code) for code in sorted(codes_of(history) | {E_FAIL}))
    yield ("acknowledge_cancel",)


def _is_entering(ongoing: Ongoing, event: Entered) -> bool:
    if ongoing.inside is None or ongoing.noticed is not None:
        return False
    label, told = ongoing.inside
    return bool(label == event.handler) and same(told, event.told)


def _moments(events: Iterable[Event]) -> Iterator[tuple[Event, ...]]:
    """Yield the events one by one, but a call that came back before anything else was noticed with its return."""
    call: Called | None = None
    for event in events:
        if call is not None:
            if isinstance(event, Returned) and event.of == call.number:
                yield call, event
                call = None
                continue
            yield (call,)
        call = event if isinstance(event, Called) else None
        if call is None:
            yield (event,)
    if call is not None:
        yield (call,)


__all__ = ["Impossible", "Search", "TooMany"]
