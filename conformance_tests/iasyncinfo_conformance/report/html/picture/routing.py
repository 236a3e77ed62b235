"""How an arrow finds its way from one state to another: round the states that it does not concern, and other arrows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Final

from iasyncinfo_conformance.report.html.picture.layout import Layout, Point

_BENDS: Final = (0, 34, -34, 70, -70, 95, -95, 120, -120, 150, -150, 180, -180, 240, -240)
"""How far from the straight line the middle of an arrow may be, the plainest first."""
_SAMPLES: Final = 24
_LETTER, _LINE = 6.7, 15
"""The width of a letter and the height of a line of a label."""
_ALONG: Final = (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73)
"""Where along its arrow a label may stand."""
_LOOP: Final = 44


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: that of a state, or of a label."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, middle: Point, width: float, height: float) -> "Box":
        """Return the rectangle of this size around a point."""
        return cls(middle.x - width / 2, middle.y - height / 2, middle.x + width / 2, middle.y + height / 2)

    def holds(self, point: Point, margin: float = 0) -> bool:
        """Return whether a point is within, or not further away than a margin."""
        return self.left - margin < point.x < self.right + margin and self.top - margin < point.y < self.bottom + margin

    def overlap(self, other: "Box") -> float:
        """Return the area that two rectangles have in common."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, wide) * max(0.0, high)


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an arrow as points, from the edge of one state to that of another, and the place of its label."""

    points: tuple[Point, ...]
    label: Point

    @property
    def path(self) -> str:
        """The way as SVG draws it."""
        first, *others = (f"{point.x:.1f} {point.y:.1f}" for point in self.points)
        return f"M{first}" + "".join(f"L{other}" for other in others)


class Router:
    """Finds the ways of arrows one after the other; each keeps clear of what is there already, as well as it can."""

    def __init__(self, layout: Layout, states: Iterable[str]) -> None:
        self._at = layout.at
        self._box = layout.box
        self._width = layout.width
        self._states = {state: Box.around(layout.at[state], *layout.box) for state in states}
        self._ways: list[Sequence[Point]] = []
        self._labels: list[Box] = []

    def route(self, source: str, dest: str, lines: Sequence[str]) -> Route:
        """Return the way of an arrow whose label has these lines."""
        ways = self._loops(source) if source == dest else self._curves(source, dest)
        points = min(ways, key=lambda way: self._cost(way, {source, dest}))
        size = max(map(len, lines), default=0) * _LETTER + 8, len(lines) * _LINE + 2
        label = min(self._places(points, size), key=self._label_cost)
        middle = Point((label.left + label.right) / 2, (label.top + label.bottom) / 2)
        self._ways.append(points)
        self._labels.append(label)
        return Route(tuple(points), middle)

    def _curves(self, source: str, dest: str) -> Iterator[Sequence[Point]]:
        start, end = self._at[source], self._at[dest]
        long = hypot(end.x - start.x, end.y - start.y)
        across = Point(-(end.y - start.y) / long, (end.x - start.x) / long)
        for bend in _BENDS:
            control = Point((start.x + end.x) / 2 + 2 * bend * across.x, (start.y + end.y) / 2 + 2 * bend * across.y)
            whole = [_on_curve(start, control, end, step / _SAMPLES) for step in range(_SAMPLES + 1)]
            yield self._cut(whole, source, dest)

    def _loops(self, state: str) -> Iterator[Sequence[Point]]:
        """Yield ways that leave a state and come back, above it, below it and beside it."""
        middle, (wide, high) = self._at[state], self._box
        for side, down in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
            start = Point(middle.x + side * wide * 0.12, middle.y + down * high / 2)
            end = Point(middle.x + side * wide * 0.42, middle.y + down * high / 2)
            top = down * _LOOP * 1.35
            yield [
                _on_cubic(start, Point(start.x, start.y + top), Point(end.x + side * 14, end.y + top), end, step / 16)
                for step in range(17)
            ]

    def _cut(self, way: Sequence[Point], source: str, dest: str) -> Sequence[Point]:
        """Return the part of a way that is outside of both its states, to their very edges."""
        first, last = self._states[source], self._states[dest]
        out = next(index for index, point in enumerate(way) if not first.holds(point))
        into = next(index for index in range(out, len(way)) if last.holds(way[index], 3) or index == len(way) - 1)
        return [_edge(first, way[out - 1], way[out]), *way[out:into], _edge(last, way[into], way[into - 1], 4)]

    def _cost(self, way: Sequence[Point], own: set[str]) -> float:
        """Return how much a way is in the way: through states, out of the picture, along or across other arrows."""
        strangers = [box for state, box in self._states.items() if state not in own]
        hits = sum(box.holds(point) + 0.1 * box.holds(point, 9) for point in way for box in strangers)
        outside = sum(not (6 < point.x < self._width - 6 and point.y > 6) for point in way)
        near = sum(_is_near(point, other) for other in self._ways for point in way[2:-2])
        longer = sum(hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(way))
        return hits * 500 + outside * 300 + near * 60 + longer

    def _places(self, way: Sequence[Point], size: tuple[float, float]) -> Iterator[Box]:
        for along in _ALONG:
            yield Box.around(way[round(along * (len(way) - 1))], *size)

    def _label_cost(self, label: Box) -> float:
        over = sum(label.overlap(box) for box in (*self._states.values(), *self._labels))
        outside = max(0.0, 4 - label.left) + max(0.0, label.right - self._width + 4)
        crossed = sum(label.holds(point) for way in self._ways for point in way)
        return over * 4 + outside * 100 + crossed * 25


def _on_curve(start: Point, control: Point, end: Point, part: float) -> Point:
    left = 1 - part
    return Point(
        left * left * start.x + 2 * left * part * control.x + part * part * end.x,
        left * left * start.y + 2 * left * part * control.y + part * part * end.y,
    )


def _on_cubic(start: Point, first: Point, second: Point, end: Point, part: float) -> Point:
    return _on_line(_on_curve(start, first, second, part), _on_curve(first, second, end, part), part)


def _on_line(start: Point, end: Point, part: float) -> Point:
    return Point(start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part)


def _edge(box: Box, within: Point, without: Point, margin: float = 0) -> Point:
    """Return where the line from a point within a rectangle to one outside of it leaves it."""
    parts = [part / 32 for part in range(33)]
    return next((point for part in parts if not box.holds(point := _on_line(within, without, part), margin)), without)


def _is_near(point: Point, way: Sequence[Point]) -> bool:
    return any(hypot(point.x - other.x, point.y - other.y) < 13 for other in way)
