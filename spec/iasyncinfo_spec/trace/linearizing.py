"""Whether a row explains the history of an object: a search for a linearization, and for what the log does not show.

Between any two events that were noticed, calls may take their effect, handlers may begin, and, where the worker
is hidden, the worker may end or report. A *place* is what may be true at one moment: the state of the machine
and the calls on their way. The search keeps every place that explains the events so far; where none is left,
the event is impossible.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from math import inf
from typing import Final, NamedTuple, TypeAlias

from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import E_FAIL
from iasyncinfo_spec.predictions import Configuration
from iasyncinfo_spec.trace.assumptions import Assumption, Known, OpenPoints, is_within
from iasyncinfo_spec.trace.atoms import ELSEWHERE, WORKER, Ongoing, Way, ways
from iasyncinfo_spec.trace.logs import Called, Entered, Event, History, Left, Returned, codes_of, values_of
from iasyncinfo_spec.trace.machine import RowMachine, State
from iasyncinfo_spec.trace.matching import Result, answers_fit, same
from iasyncinfo_spec.trace.wording import described, placed
from iasyncinfo_spec.words import WAITER, Step

MOST_PLACES: Final = 20_000
"""Places at one moment."""
MOST_VISITED: Final = 200_000
"""Places at all moments together: some ten seconds' work."""
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
    """What may be true at one moment: where the object stands, the calls on their way, and what that assumes."""

    at: Configuration
    ongoing: frozenset[Ongoing]
    assumed: Assumption

    def becoming(self, before: Ongoing, after: Ongoing | None) -> "Place":
        """Return the place after one call has gone on, or is over."""
        others = self.ongoing - {before}
        return self._replace(ongoing=others if after is None else others | {after})


_Standing: TypeAlias = tuple[Configuration, frozenset[Ongoing]]
"""A place, whatever it assumes."""


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
        self._points = OpenPoints(self._machine)
        self._steps = tuple(_hidden_ends(history)) if hidden else ()
        self._hidden = hidden
        self._born = row.born if row else ()
        self._result_of = {event.of: event.result for event in history.events if isinstance(event, Returned)}
        self._twins = dict(_twins(history, self._result_of))
        self._ways: dict[tuple[Configuration, Ongoing, str], list[Way]] = {}
        self._known: dict[tuple[frozenset[Place], str], frozenset[Place]] = {}
        self._left = MOST_VISITED

    def first_impossible(self) -> Impossible | None:
        """Return the first event that no place explains, or None; raises TooMany.

        A call that never came back may have had no effect. Explanations without most such calls are looked for
        first: there are far fewer of them, and one is enough.
        """
        calls = [event for event in self._history.events if isinstance(event, Called)]
        unanswered = [call for call in calls if call.number not in self._result_of]
        idle = {call.number for call in unanswered if call.step[0] in _CHANGES_NOTHING}
        acting = [call.number for call in unanswered if call.number not in idle]
        self._left = MOST_VISITED // 2
        for kept in range(min(len(acting), MOST_KEPT)):
            for ignored in combinations(acting, len(acting) - kept):
                with suppress(TooMany):
                    if self._first_impossible(idle.union(ignored)) is None:
                        return None
        self._left = MOST_VISITED
        return self._first_impossible(idle)

    def _first_impossible(self, ignored: Set[int]) -> Impossible | None:
        places = self._first_places()
        for events in _moments(event for event in self._history.events if event.number not in ignored):
            after = self._at_once(places, events)
            if not after:
                return self._impossible_among(places, events)
            places = after
        return None

    def _first_places(self) -> frozenset[Place]:
        """Return where the object stands before the first event: ended, if its row hands it out so."""
        started = frozenset({Place(self._machine.start.at, frozenset(), self._points.anything)})
        if not (self._born and self._hidden):
            return started
        ended = (place for place in self._closure(started, ()) if not place.ongoing)
        return frozenset(place for place in ended if place.at.life in self._born)

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
        found: dict[_Standing, list[Assumption]] = {}
        for place in before:
            for after in self._after(place, event):
                found.setdefault(after[:2], []).append(after.assumed)
        return frozenset(
            Place(*standing, assumed) for standing, each in found.items() for assumed in self._points.joined(each)
        )

    def _impossible_among(self, places: frozenset[Place], events: tuple[Event, ...]) -> Impossible:
        for event in events[:-1]:
            places = self._noticed(places, event)
        return self._impossible(events[-1], self._closure(places, self._reported(events[-1])))

    # -- what was noticed -------------------------------------------------------------------------

    def _after(self, place: Place, event: Event) -> Iterator[Place]:
        match event:
            case Called(number=number, step=step):
                yield place._replace(ongoing=place.ongoing | {Ongoing(number, step)})
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
            if ongoing.number == event.of:
                if ongoing.answer:
                    yield place.becoming(ongoing, None)
                elif ongoing.taken and "ok" in event.result and self._may_run_elsewhere(ongoing):
                    # Its effect is there, and the handler that it calls runs elsewhere.
                    yield place.becoming(ongoing, ongoing._replace(number=ELSEWHERE))

    def _may_run_elsewhere(self, ongoing: Ongoing) -> bool:
        ctx, late = self._machine.manner(frozenset()).ctx, ongoing.step[0] == "put_completed"
        return ongoing.step[0] in _READS_NOTHING and (ctx in (None, "elsewhere") or (ctx == "mixed" and not late))

    # -- what was not ---------------------------------------------------------------------------------

    def _closure(self, places: Iterable[Place], reports: tuple[Step, ...]) -> list[Place]:
        """Return the places, and all that may come of them without an event."""
        found: defaultdict[_Standing, Known] = defaultdict(Known)
        untried: list[Place] = []

        def add(new: Iterable[Place]) -> None:
            untried.extend(place for place in map(self._settled, new) if found[place[:2]].add(place.assumed))
            if len(found) + len(untried) > MOST_PLACES:
                raise TooMany(f"more than {MOST_PLACES:,} places")

        add(places)
        while untried:
            add(self._silently(untried.pop(), reports))
            self._left -= 1
            if self._left < 0:
                raise TooMany(f"more than {MOST_VISITED:,} places in all")
        return [Place(*standing, assumed) for standing, each in found.items() for assumed in each.kept]

    def _silently(self, place: Place, reports: tuple[Step, ...]) -> Iterator[Place]:
        first = self._first_of_twins(place)
        for ongoing in place.ongoing:
            if ongoing.can_go_on:
                yield from self._go_on(place, ongoing, first)
        if self._hidden and all(_lets_worker_go_on(ongoing) for ongoing in place.ongoing):
            for step in (*self._steps, *reports):
                yield from self._go_on(place, Ongoing(WORKER, step), first)

    def _first_of_twins(self, place: Place) -> Set[int]:
        """Return the numbers of the calls that go first: of those that are alike, the one that came back first.

        Which of them it was makes no difference as long as none of them has had an effect.
        """
        first: dict[str, tuple[float, int]] = {}
        for ongoing in place.ongoing:
            if ongoing.number in self._twins and not ongoing.taken and not ongoing.answer:
                alike, back = self._twins[ongoing.number]
                first[alike] = min(first.get(alike, (inf, ongoing.number)), (back, ongoing.number))
        return {number for _, number in first.values()} | {WORKER}

    def _settled(self, place: Place) -> Place:
        """Return the place after all calls that answer there as they did and can have no effect later.

        Nothing is lost by taking them now, and without that many readers would make very many places.
        """
        for ongoing in place.ongoing:
            if ongoing.can_go_on and (answered := self._idle(place, ongoing)):
                place = place.becoming(ongoing, answered if ongoing.number in self._result_of else None)
        return place

    def _idle(self, place: Place, ongoing: Ongoing) -> Ongoing | None:
        """Return a call that is over where it can have no effect any more; None where it may have one."""
        refused = "ok" not in self._result_of.get(ongoing.number, {"ok": None})
        if ongoing.step[0] not in _EFFECT_ONCE and not refused:
            return None
        for way in self._ways_of(place.at, ongoing):
            if is_within(place.assumed, way.assumed):
                done = way.call.answer and way.at == place.at and self._is_right(way)
                return way.call if done else None
        return None

    def _go_on(self, place: Place, ongoing: Ongoing, first: Set[int]) -> Iterator[Place]:
        for way in self._ways_of(place.at, ongoing):
            assumed = self._points.both(place.assumed, way.assumed) if self._is_right(way) else None
            if assumed is None:
                continue
            there = Place(way.at, place.ongoing, assumed)
            call = (self._idle(there, way.call) if way.call.can_go_on else None) or way.call
            over = call.answer and call.number not in self._result_of
            unseen = call.inside and call.inside[0] == WAITER
            if not call.answer or ongoing.taken or ongoing.number in first:
                yield there.becoming(ongoing, None if over else call.left(None) if unseen else call)

    def _ways_of(self, at: Configuration, ongoing: Ongoing) -> list[Way]:
        key = at, ongoing, repr(ongoing.step)  # for 1 equals True
        if key not in self._ways:
            self._ways[key] = ways(self._machine, self._points, at, ongoing)
        return self._ways[key]

    def _is_right(self, way: Way) -> bool:
        """Return whether a call has no answer yet, or the one that the log has of it."""
        call = way.call
        if not call.answer or call.number not in self._result_of:
            return True
        return answers_fit(call.predicted(), self._result_of[call.number], self._machine.manner(way.shown))

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
        return Impossible(event.number, words, tuple(possible), tuple(placed(State(place.at) for place in before)))

    def _possible(self, place: Place, event: Event) -> Iterator[str]:
        for ongoing in place.ongoing:
            if isinstance(event, Returned) and ongoing.number == event.of and ongoing.can_go_on:
                ways_on = (way for way in self._ways_of(place.at, ongoing) if way.call.answer)
                fitting = (way for way in ways_on if self._points.both(place.assumed, way.assumed) is not None)
                yield from (described(way.call.step[0], way.call.predicted()) for way in fitting)
            if isinstance(event, Entered) and ongoing.inside and ongoing.noticed is None:
                yield f"{ongoing.inside[0]} begins to run, told {ongoing.inside[1]!r}"


def _hidden_ends(history: History) -> Iterator[Step]:
    """Yield every way in which a worker that nobody saw may have ended."""
    values = list(values_of(history)) or [None]
    yield from (("complete", value) for value in values)
    yield from (("fail", code) for code in sorted(codes_of(history) | {E_FAIL}))
    yield ("acknowledge_cancel",)


def _twins(history: History, result_of: Mapping[int, Result]) -> Iterator[tuple[int, tuple[str, float]]]:
    """Yield for each call by its number what it has in common with its like, and its rank among what came back."""
    back = {event.of: rank for rank, event in enumerate(history.events) if isinstance(event, Returned)}
    for number, step in history.step_of.items():
        yield number, (f"{step}{result_of.get(number)}", back.get(number, inf))


def _lets_worker_go_on(ongoing: Ongoing) -> bool:
    """Return whether a worker may do something beside this: it is not the worker's, or a handler runs meanwhile."""
    return ongoing.number != WORKER or ongoing.noticed is not None


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
