"""What an engine sees of a subject: words go in, results come out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, TypeVar, runtime_checkable

from iasyncinfo_conformance.escaping import one_line
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.values import sorts_of
from iasyncinfo_spec.words import (
    OTHERS,
    RACE,
    WAITS,
    Word,
    bare,
    meanwhile,
    nature_of,
    object_of,
    program_of,
    threads_of,
)

T = TypeVar("T")

Result: TypeAlias = dict[str, Any]
"""``{"ok": value}``, ``{"hr": code}`` or ``{"raised": "TypeName"}``, with ``events`` where handlers ran."""

NOTICED: Final = {
    "early": "before the last of these steps",
    "hasty": "before its seconds were over",
    "overdue": "after its seconds were over",
    "closed": "its handler raises at the loop, which is closed",
}
"""What ``noticed`` in the result of a wait may hold, in words; any other item is an exception on the loop, by name."""

LEVERS = ("fail", "acknowledge_cancel", "report_progress", "cancel_notifications")
"""The optional levers of an adapter."""

RARE_LEVERS = ("cancel_callback_fails",)
"""Levers that no rule needs."""

CAPABILITIES = (
    *LEVERS, *RARE_LEVERS, "cancel_ends_work", "reentrancy", "raise", "release", "alive", "thread", "threads",
    "schedules", "objects", "third", "natures", "exceptions", "handed_out", "wait", "remains", *WAITS,
    "on_loop",
)  # fmt: skip
"""Everything that a target may say it supports.

``schedules``: those of a race can be chosen and explored; ``objects``: a word may drive two objects, ``third``: or
three; ``natures``: handlers may be of any nature that a label names; ``exceptions``: they may raise what has no code;
``get``, ``wait_for`` and ``await``: the objects have these members, and words may wait with them; ``on_loop``: levers
can be pulled on a thread whose event loop runs.
"""


class Ended(StrEnum):
    """How a word ended without results."""

    HANG = "hang"
    """The subject never answers."""
    DEATH = "death"
    """The subject ended its process."""
    SKIPPED = "skipped"
    """The driver declined to run the word."""
    ERRORED = "errored"
    """The driver, or the adapter, failed over the word."""


_DEEDS: Final = {Ended.HANG: "never answers", Ended.DEATH: "ends its process"}


class Trouble(Exception):
    """A word ended without results: the subject hung, died, or the driver declined it. ``why`` says it in words.

    ``stacks`` says where the threads of one that hung are, in its own sources.
    """

    def __init__(self, what: Ended, why: str, stacks: tuple[str, ...] = ()) -> None:
        self.what: Ended = what
        self.stacks: tuple[str, ...] = stacks
        self.why: str = one_line(why)
        super().__init__(f"{what}: {self.why}")

    @property
    def deed(self) -> str:
        """What the subject did, as a report says it; empty where the driver declined."""
        did = _DEEDS.get(self.what)
        return f"{did} ({self.why})" if did else ""


def only(outcomes: Iterator[T | Trouble]) -> T:
    """Return the one outcome of the one word that was asked about; raises it where it is Trouble."""
    (outcome,) = outcomes
    if isinstance(outcome, Trouble):
        raise outcome
    return outcome


class RaceOutcome(NamedTuple):
    """What a race came to, and the first schedule that led there.

    A schedule is text like ``A4B7A``: thread A passes four points, B seven, then A goes on for as long as it can.
    """

    schedule: str
    results: list[Result]
    """The results of the word; none where there was trouble."""
    trouble: str = ""
    """A deadlock, or a thread that spins, in words."""


class Explored(NamedTuple):
    """All that the race of one word can come to, each outcome once."""

    schedules: int
    """The schedules that were run."""
    outcomes: list[RaceOutcome]


class Moment(NamedTuple):
    """One thing that a thread of a race did: where in the sources, and what."""

    thread: int
    what: str
    file: str
    line: int
    source: str


class Line(NamedTuple):
    """A line of a subject's sources: the file, its number from 1, and what stands there."""

    file: str
    line: int
    source: str


class Replayed(NamedTuple):
    """One run of a word under one schedule."""

    results: list[Result]
    trouble: str
    trace: list[Moment]


class Heard(NamedTuple):
    """What a word comes to when it is run aloud: its results, and what the subject says meanwhile."""

    results: list[Result]
    raised: tuple[str, ...] = ()
    """What the steps raised, in their order: the step, the exception and its text, and the line of the subject."""
    died: tuple[str, ...] = ()
    """Of what its threads died: the thread, the exception and its text, and the line."""
    output: tuple[str, ...] = ()
    """The first lines of what it printed, logged and warned of."""


@runtime_checkable
class Audible(Protocol):
    """A target that can be heard."""

    def aloud(self, kind: Kind, word: Word) -> Heard:
        """Run one word and return what the subject says besides its results; raises Trouble where it has none."""


@runtime_checkable
class Traced(Protocol):
    """A target whose subjects live in this process, so that it can tell which of their lines a word runs."""

    def lines(self, kind: Kind, word: Word) -> tuple[Line, ...]:
        """Run one word and return each line of the subject that it runs, in the order in which they are first run.

        There are none where that cannot be told.
        """


class Target(Protocol):
    """An implementation that runs words, in this process or behind a pipe."""

    name: str
    kinds: tuple[Kind, ...]
    values: tuple[str, ...]
    notes: tuple[str, ...]
    born: Mapping[Kind, Word]
    """The steps that had been taken when an object was handed out, of kinds that are handed out ended.

    Every word of such a kind begins with them, and nobody takes them.
    """
    isolated: bool
    """Whether it runs in a process of its own, whose end is an answer and not the end of this one."""
    unexplored: str
    """Why the schedules of sources that it names cannot be explored; empty where they can, or none are named."""

    def supports(self, kind: Kind) -> frozenset[str]:
        """Return which of :data:`CAPABILITIES` the target has for this kind."""

    def classes(self) -> tuple[tuple[str, str], ...]:
        """Return the classes of the operations, each as its module and its name; none where they are not Python's."""

    def run(self, kind: Kind, steps: Iterable[Any]) -> list[Result]:
        """Run one word on a fresh object; raises Trouble where it ends without results."""

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Run words one after the other, each on a fresh object, and yield what came of each."""

    def run_together(self, words: Sequence[tuple[Kind, Word]]) -> list[list[Result]] | Trouble:
        """Run words with one wait in each on objects that are alive at the same time, and wait once for all.

        For kinds that support ``wait``. One trouble is that of all.
        """

    def explore(self, kind: Kind, words: Iterable[Word], bound: int) -> Iterator[Explored | Trouble]:
        """Yield what the race in each word can come to, in schedules of at most ``bound`` preemptions.

        For kinds that support ``schedules``.
        """

    def replay(self, kind: Kind, word: Word, schedule: str) -> Replayed:
        """Run one word under one schedule; raises Trouble where it does not come back."""

    def close(self) -> None:
        """Free what the target holds: a process, a pipe."""


def needs_of(word: Word) -> frozenset[str]:
    """Return the capabilities without which a word cannot be run."""
    return frozenset(_needs(word, inside=False))


def _needs(word: Iterable[Any], *, inside: bool) -> Iterator[str]:
    for step in word:
        if object_of(step[0]):
            yield "objects" if step[0].startswith(OTHERS[0]) else "third"
        name = bare(step[0])
        if name == RACE:
            yield "threads"
            for thread in threads_of(step):
                yield from _needs(thread, inside=False)
        elif name in CAPABILITIES:
            yield name
        elif inside:
            yield "reentrancy"
        yield from _needs_of_arguments(name, *step[1:])
        yield from _needs(program_of(step), inside=True)
        yield from _needs(meanwhile(step), inside=False)


def _needs_of_arguments(name: str, *arguments: Any) -> Iterator[str]:
    if name == "raise" and isinstance(arguments[0], str):
        yield "exceptions"
    if name in ("put_completed", "put_progress") and arguments[0] is not None and nature_of(arguments[0]):
        yield "natures"


def values_of(word: Word) -> frozenset[str]:
    """Return the sorts of values that a target has to carry for a word."""
    return frozenset(sort for step in word if len(step) > 1 for sort in _sorts(bare(step[0]), step[1]))


def _sorts(name: str, value: Any) -> frozenset[str]:
    """Return the sorts of a result, or of progress: that is some number, unless it is said to be more."""
    if name == "complete":
        return sorts_of(value) - {"int"}
    if name != "report_progress" or sorts_of(value) <= {"int", "float"}:
        return frozenset()
    return sorts_of(value) | {"progress"}
