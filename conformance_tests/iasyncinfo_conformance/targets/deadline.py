"""A target of this process whose words may not hang the test run: each is given so many seconds."""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from traceback import extract_stack
from typing import Any, TypeVar

from iasyncinfo_conformance.errors import HarnessFault, said
from iasyncinfo_conformance.stepping.watching.places import stacks_of
from iasyncinfo_conformance.target import Ended, Explored, Heard, Line, Replayed, Result, Trouble, only
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_conformance.targets.loading import TIMEOUT
from iasyncinfo_conformance.targets.pipe.process import START_TIMEOUT
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, from_json

T = TypeVar("T")


class Guarded:
    """Runs words on a thread of their own, which is left behind when it does not come back."""

    def __init__(self, target: InProcess, timeout: float = TIMEOUT) -> None:
        """Guard a target that has been made; see :meth:`starting` for one that has not."""
        self.unguarded = target
        self._timeout = timeout
        self.name: str = target.name
        self.kinds: tuple[Kind, ...] = target.kinds
        self.values: tuple[str, ...] = target.values
        self.born: Mapping[Kind, Word] = target.born
        self.notes: tuple[str, ...] = target.notes
        self.unexplored: str = target.unexplored
        self.isolated: bool = target.isolated

    @classmethod
    def starting(cls, start: Start, name: str, seconds: float = START_TIMEOUT, *, explores: bool = True) -> "Guarded":
        """Return the target of an adapter, guarded from its first call on.

        Raises HarnessFault where the adapter's calls do not come back within so many seconds.
        """
        made = _in_time(lambda: InProcess(start, name, explores=explores), name, seconds)
        if made is None:
            raise HarnessFault(
                f"{name} does not come back within {seconds:g} s: start(kind) returns a Subject for each kind, and the "
                "work itself goes on elsewhere."
            )
        return cls(made)

    def classes(self) -> tuple[tuple[str, str], ...]:
        """Return the classes of the operations of the guarded target."""
        return self.unguarded.classes()

    def supports(self, kind: Kind) -> frozenset[str]:
        """Return what the guarded target supports."""
        return self.unguarded.supports(kind)

    def run(self, kind: Kind, steps: Iterable[Any]) -> list[Result]:
        """Run one word; raises Trouble where it does not come back in time."""
        return only(self.run_many(kind, [from_json(steps)]))

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Run words one after the other, a hundred on a thread."""
        return self._watched(lambda word: self.unguarded.run_word(kind, word), words)

    def run_together(self, words: Sequence[tuple[Kind, Word]]) -> list[list[Result]] | Trouble:
        """Run words on objects that are alive at the same time, and wait once for all."""
        (outcome,) = self._watched(lambda _: self.unguarded.run_together(words), [()])
        return outcome

    def explore(self, kind: Kind, words: Iterable[Word], bound: int) -> Iterator[Explored | Trouble]:
        """Explore the race of each word."""
        return self._watched(lambda word: self.unguarded.explore_word(kind, word, bound), words)

    def replay(self, kind: Kind, word: Word, schedule: str) -> Replayed:
        """Run one word under one schedule; raises Trouble where it does not come back in time."""
        return only(self._watched(lambda word: self.unguarded.replay(kind, word, schedule), [word]))

    def aloud(self, kind: Kind, word: Word) -> Heard:
        """Run one word and return what the subject says besides; raises Trouble where it does not come back."""
        return only(self._watched(lambda each: self.unguarded.aloud(kind, each), [word]))

    def lines(self, kind: Kind, word: Word) -> tuple[Line, ...]:
        """Run one word and return each line of the subject that it runs; raises Trouble where it does not come back."""
        return only(self._watched(lambda each: self.unguarded.lines(kind, each), [word]))

    def close(self) -> None:
        """Free what the guarded target holds."""
        self.unguarded.close()

    def _watched(self, ask: Callable[[Word], T], words: Iterable[Word]) -> Iterator[T | Trouble]:
        unasked = list(words)
        while unasked:
            outcomes = self._batch(ask, unasked[:100])
            yield from outcomes
            unasked = unasked[len(outcomes) :]

    def _batch(self, ask: Callable[[Word], T], words: list[Word]) -> list[T | Trouble]:
        """Ask about words until it is done for all or one does not come back; a Trouble is always the last."""
        outcomes: list[T | Trouble] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                outcomes.extend(map(ask, words))
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        done = -1
        while thread.is_alive() and done < len(outcomes):
            done = len(outcomes)
            thread.join(self._timeout)
        _raise_first(errors, self.name)
        if not thread.is_alive():
            return outcomes
        return [*outcomes, Trouble(Ended.HANG, f"no answer within {self._timeout:g} s", _stacks_now())]


def _stacks_now() -> tuple[str, ...]:
    """Return where the other threads of this process are, in the sources of the subject."""
    mine = threading.get_ident()
    return stacks_of(extract_stack(frame) for thread, frame in sys._current_frames().items() if thread != mine)


def _in_time(make: Callable[[], T], name: str, seconds: float) -> T | None:
    """Return what a function makes on a thread of its own, or None where it does not come back in time."""
    made: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            made.append(make())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    _raise_first(errors, name)
    return made[0] if made else None


def _raise_first(errors: Sequence[BaseException], name: str) -> None:
    """Raise what a thread has come to: what would end the program, here, is a fault there, where no Ctrl-C comes."""
    for error in errors:
        if isinstance(error, Exception):
            raise error
        raise HarnessFault(f"{name} raises what ends a program: {said(error)}. Mend it, or the adapter.") from error
