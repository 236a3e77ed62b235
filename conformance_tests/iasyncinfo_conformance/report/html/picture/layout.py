"""Where the states of the life cycle stand: side by side on a wide page, one below the other on a narrow one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from iasyncinfo_conformance.record.moves import DIED, HUNG
from iasyncinfo_spec import tables


class Point(NamedTuple):
    """A place on the drawing; y grows downwards."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A size, the middle of each state, and the size of the boxes that the states are drawn as."""

    name: str
    width: int
    box: tuple[int, int]
    at: dict[str, Point]

    def height(self, states: Iterable[str]) -> int:
        """Return how high a drawing of these states is."""
        return int(max(self.at[state].y for state in states)) + self.box[1] // 2 + 26


WIDE: Final = Layout(
    "wide",
    980,
    (146, 54),
    {
        tables.CREATED: Point(105, 60),
        tables.STARTED: Point(105, 240),
        tables.COMPLETED: Point(530, 60),
        tables.ERROR: Point(530, 240),
        tables.CANCEL_PENDING: Point(290, 420),
        tables.CANCELED: Point(600, 420),
        tables.CLOSED_RUNNING: Point(600, 560),
        tables.CLOSED: Point(870, 240),
        DIED: Point(870, 560),
        HUNG: Point(870, 60),
    },
)
NARROW: Final = Layout(
    "narrow",
    420,
    (106, 50),
    {
        tables.CREATED: Point(290, 48),
        tables.STARTED: Point(110, 48),
        tables.CANCEL_PENDING: Point(355, 180),
        tables.COMPLETED: Point(60, 360),
        tables.ERROR: Point(175, 360),
        tables.CANCELED: Point(290, 360),
        tables.CLOSED_RUNNING: Point(355, 560),
        tables.CLOSED: Point(120, 560),
        DIED: Point(110, 690),
        HUNG: Point(265, 690),
    },
)
