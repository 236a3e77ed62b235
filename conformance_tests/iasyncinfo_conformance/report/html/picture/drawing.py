"""What is drawn of a record's life cycle: states, right arrows, and wrong ones beside what was expected."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from iasyncinfo_conformance.record.moves import DEAD_ENDS, Move
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.html.picture.layout import NARROW, WIDE, Layout, Point
from iasyncinfo_conformance.report.html.picture.routing import Route, Router
from iasyncinfo_conformance.report.html.shown import Anchored, Astray
from iasyncinfo_spec.tables import LIFECYCLE_STATES, STARTED

RIGHT: Final = "right"
EXPECTED: Final = "expected"
WRONG: Final = "wrong"
FATAL: Final = "fatal"
"""A step that did not come back."""

SORTS: Final = (RIGHT, EXPECTED, WRONG, FATAL)
"""Those that are drawn later find their ways round those before."""


class Arrow(NamedTuple):
    """An arrow between two states: of which sort, with which lines of text, and, where it is wrong, its number."""

    source: str
    dest: str
    sort: str
    lines: tuple[str, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """A state as it is drawn: what Status reads there, whether it is ever reached, and what is wrong in it."""

    name: str
    status: str
    reached: bool
    wrong: tuple[int, ...]

    @property
    def is_dead_end(self) -> bool:
        """Whether it is no state of the life cycle, but where steps lead that did not come back."""
        return self.name in DEAD_ENDS


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of a certain size: its states with their middles, and its arrows with their ways."""

    name: str
    width: int
    height: int
    box: tuple[int, int]
    states: Sequence[tuple[State, Point]]
    arrows: Sequence[tuple[Arrow, Route]]


def drawings(states: Sequence[State], arrows: Sequence[Arrow]) -> list[Drawing]:
    """Return the picture for a wide page, and the one for a narrow page."""
    return [_drawing(layout, states, arrows) for layout in (WIDE, NARROW)]


def _drawing(layout: Layout, states: Sequence[State], arrows: Sequence[Arrow]) -> Drawing:
    names = [state.name for state in states]
    router = Router(layout, names)
    routed = [(arrow, router.route(arrow.source, arrow.dest, arrow.lines)) for arrow in arrows]
    return Drawing(
        layout.name,
        layout.width,
        layout.height(names),
        layout.box,
        [(state, layout.at[state.name]) for state in states],
        routed,
    )


def arrows_of(record: Record, wrong: Sequence[Anchored[Astray]]) -> list[Arrow]:
    """Return the arrows of a record: one for all right steps between two states, one for each that leads astray.

    From a state to which the subject never comes it takes no step, whatever it answered when it should have been there.
    """
    moves = [each.it.move for each in wrong]
    led_astray = {(move.state, move.step) for move in moves if move.leads_elsewhere and not move.inside}
    right: dict[tuple[str, str], dict[str, None]] = {}
    for move in _moves(record):
        if move.state != move.there and (move.state, move.step) not in led_astray:
            right.setdefault((move.state, move.there), {})[move.step] = None
    found = [Arrow(*ends, RIGHT, tuple(steps)) for ends, steps in right.items()]
    for number, (_, astray) in enumerate(wrong, 1):
        found += _astray(number, astray)
    reached = _reached(found)
    taken = (arrow for arrow in found if arrow.sort != RIGHT or arrow.source in reached)
    return sorted(taken, key=lambda arrow: SORTS.index(arrow.sort))


def _astray(number: int, astray: Astray) -> Iterator[Arrow]:
    move = astray.move
    if not move.leads_elsewhere:
        return
    if move.expected != move.state and not move.inside:
        yield Arrow(move.state, move.expected, EXPECTED, (f"{move.step} expected",))
    for state in move.there[:1]:
        where = ("in a handler",) if move.inside else ()
        sort = FATAL if state in DEAD_ENDS else WRONG
        yield Arrow(move.state, state, sort, (f"✗{number} {move.step}", *where), number)


def states_of(record: Record, arrows: Iterable[Arrow], wrong: Sequence[Anchored[Astray]]) -> list[State]:
    """Return the states that a record speaks of, in the order of the tables."""
    arrows = list(arrows)
    reached = _reached(arrows)
    named = {move.state for move in _moves(record)} | {state for arrow in arrows for state in arrow[:2]}
    return [
        State(
            name,
            _status(record, name),
            name in reached,
            tuple(
                number
                for number, (_, astray) in enumerate(wrong, 1)
                if astray.move.state == name and not (astray.move.leads_elsewhere and astray.move.there)
            ),
        )
        for name in (*LIFECYCLE_STATES, *DEAD_ENDS)
        if name in named
    ]


def _reached(arrows: Sequence[Arrow]) -> set[str]:
    """Return the states to which the arrows lead that the subject really has."""
    found, due = {STARTED}, [STARTED]
    while due:
        here = due.pop()
        new = {arrow.dest for arrow in arrows if arrow.source == here and arrow.sort != EXPECTED} - found
        found |= new
        due += new
    return found


def _status(record: Record, state: str) -> str:
    """Return what Status reads in a state, as far as the suites saw it."""
    answers = [
        answer for move in _moves(record) if (move.state, move.step) == (state, "status") for answer in move.answers
    ]
    read = next(iter(answers), "")
    return (
        f"Status {read.removeprefix('returns ')}" if read.startswith("returns ") else "Status refused" if read else ""
    )


def _moves(record: Record) -> Iterator[Move]:
    for extent in record.extents.values():
        yield from extent.moves
