"""Words run on subjects of this process."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from iasyncinfo_conformance.errors import HarnessFault, is_a_stop
from iasyncinfo_conformance.stepping.adapter import hook
from iasyncinfo_conformance.stepping.live import Live
from iasyncinfo_conformance.stepping.readings import equal, plain
from iasyncinfo_conformance.stepping.things import Opaque
from iasyncinfo_conformance.stepping.together import Waiting, run_together
from iasyncinfo_conformance.stepping.waiting import pulls_on_loop, waits_of
from iasyncinfo_conformance.stepping.watching.aloud import overheard
from iasyncinfo_conformance.stepping.watching.lines import lines_of
from iasyncinfo_conformance.stepping.watching.places import said_where
from iasyncinfo_conformance.stepping.watching.raised import told_of
from iasyncinfo_conformance.stepping.word import Stepping, run_word
from iasyncinfo_conformance.subject import Subject, born
from iasyncinfo_conformance.target import LEVERS, RARE_LEVERS, Explored, Heard, Line, Replayed, Result, Trouble
from iasyncinfo_conformance.targets.advice import of_failure
from iasyncinfo_conformance.targets.hooks import require_callable, require_settling, require_sorts, require_subject
from iasyncinfo_conformance.targets.numbers import whole
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.values import SORTS
from iasyncinfo_spec.words import Word, from_json, parse_word

if TYPE_CHECKING:
    from iasyncinfo_conformance.schedules.exploring import Schedules
    from iasyncinfo_conformance.schedules.sources import Sources

Start = Callable[[Kind], Subject]
MOST_RAISED: Final = 20
"""Exceptions of one word that are told."""
_HERE: Final = frozenset(
    {"reentrancy", "raise", "release", "alive", "thread", "threads", "objects", "natures", "exceptions", "handed_out"}
    | {"wait", "remains", "third"}
)
_SIMPLE_RACE: Final = parse_word("[complete(5) | status]")
_RACE_OF_THE_ENDED: Final = parse_word("[put_completed(h1) | close]")
_A_LIFE: Final = parse_word("put_completed(h1) complete(5) status get_results close")
_ALIKE_NOTE: Final = "senders are projected anew at each call: only null or not null is observed of them"


class InProcess:
    """A target whose subjects live in this process; ``explores`` says whether schedules of races may be asked for.

    With ``keeps_first`` the first word of a kind runs on the first object of that kind in this process.
    """

    values: tuple[str, ...]

    def __init__(
        self,
        start: Start,
        name: str,
        *,
        explores: bool = True,
        keeps_first: bool = False,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.name = name
        self._sleep = sleep
        self._firstborn: dict[Kind, Subject] = {}
        self.notes: tuple[str, ...] = ()
        self.unexplored: str = ""
        self.isolated: bool = False
        self._start = start
        self._supports: dict[Kind, frozenset[str]] = {}
        self._classes: dict[type, None] = {}
        self.born: Mapping[Kind, Word] = {}
        for kind in Kind:
            subject = self._try(kind)
            if subject is not None:
                require_subject(self.name, kind, subject)
                self._supports[kind] = _HERE | _levers(subject) | waits_of(subject.operation)
                self._classes[type(subject.operation)] = None
                if subject.ended is not None:
                    self.born = {**self.born, kind: born(subject.ended)}
                self._require_hooks(kind)
                self._require_fresh(kind, subject)
                self._supports[kind] |= self._waits_on_loop(kind)
                self._firstborn[kind] = subject
        if not keeps_first:
            self._let_go_of_the_first()
        if not self._supports:
            raise HarnessFault(f"{name} declares no kind: start(kind) raised NotImplementedError for all four.")
        self.kinds: tuple[Kind, ...] = tuple(self._supports)
        self._projects = self._projects_anew(self.kinds[0])
        self.values = self._carried()
        self._schedules = self._schedulable() if explores else None

    def start(self, kind: Kind) -> Subject:
        """Return a fresh subject; raises HarnessFault where the adapter does not hand one over.

        The first of each kind is the one that was the first: only of it can an id be seen that nobody expects.
        """
        subject = self._firstborn.pop(kind, None) or self._try(kind)
        if subject is None:
            raise HarnessFault(f"{self.name} started {kind} before and now says that it does not implement it.")
        return subject

    def supports(self, kind: Kind) -> frozenset[str]:
        """Return the capabilities of this kind: what this process can do, and the adapter's levers."""
        return self._supports[kind]

    def classes(self) -> tuple[tuple[str, str], ...]:
        """Return the classes of the operations, each as its module and its name."""
        return tuple((each.__module__, each.__qualname__) for each in self._classes)

    def run(self, kind: Kind, steps: Iterable[Any]) -> list[Result]:
        """Run one word on a fresh subject."""
        return self.run_word(Kind(kind), from_json(steps))

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Run words one after the other."""
        for word in words:
            try:
                yield self.run_word(kind, word)
            except Trouble as trouble:
                yield trouble

    def run_together(self, words: Sequence[tuple[Kind, Word]]) -> list[list[Result]] | Trouble:
        """Run words on objects that are alive at the same time, and wait once for all."""
        waiting = [Waiting(partial(self.start, kind), word) for kind, word in words]
        results = run_together(waiting, projects=self._projects, sleep=self._sleep)
        return results if "float" in self.values else list(whole(results))

    def explore(self, kind: Kind, words: Iterable[Word], bound: int) -> Iterator[Explored | Trouble]:
        """Explore the race of each word, one after the other."""
        for word in words:
            yield self.explore_word(kind, word, bound)

    def explore_word(self, kind: Kind, word: Word, bound: int) -> Explored:
        """Explore the race of one word."""
        return self._own_schedules().explore(kind, word, bound)

    def replay(self, kind: Kind, word: Word, schedule: str) -> Replayed:
        """Run one word under one schedule."""
        return self._own_schedules().replay(kind, word, schedule)

    def _own_schedules(self) -> "Schedules":
        if self._schedules is None:
            raise HarnessFault(f"{self.name} cannot have the schedules of its races chosen: {self.unexplored}.")
        return self._schedules

    def _schedulable(self) -> "Schedules | None":
        """Return what explores the schedules of the subject's races; None where ``unexplored`` says why none can be."""
        try:
            from iasyncinfo_conformance.schedules.exploring import Schedules

            sources = None if hasattr(self._start, "sources") else self._own_sources()
            schedules = Schedules(self._start, target=self.name, sources=sources, projects=self._projects)
            for kind in self.kinds:
                race = (*self.born[kind], *_RACE_OF_THE_ENDED) if kind in self.born else _SIMPLE_RACE
                schedules.explore(kind, race, 0)
                _require_points(schedules, kind, race)
            if sources is not None:
                self._note_the_rest(schedules, sources.left)
        except (HarnessFault, ImportError) as error:
            whose = _sources(self._start) if hasattr(self._start, "sources") else "its own modules"
            self.unexplored = f"The schedules of {whose} are not explored: {error}"
            return None
        self._supports = {kind: supports | {"schedules"} for kind, supports in self._supports.items()}
        return schedules

    def _own_sources(self) -> "Sources":
        from iasyncinfo_conformance.schedules.sources import own

        subjects = list(map(self._another, self.kinds))
        try:
            return own(subject.operation for subject in subjects)
        finally:
            for subject in subjects:
                _dispose(subject)

    def _a_life(self, kind: Kind) -> Word:
        before = self.born.get(kind, ())
        return (*before, *(step for step in _A_LIFE if not before or step[0] != "complete"))

    def _note_the_rest(self, schedules: "Schedules", left: Iterable[str]) -> None:
        """Note which code runs beside what was copied: its switches are not chosen."""
        from iasyncinfo_conformance.schedules.sources import met_beside

        adapter = getattr(sys.modules.get(getattr(self._start, "__module__", "")), "__file__", "") or "<"
        for kind in self.kinds:
            beside = met_beside((*schedules.files, adapter), partial(self.run_word, kind, self._a_life(kind)))
            left = dict.fromkeys((*left, *beside))
        if left:
            self.notes += (f"schedules are chosen in its own modules alone, not in {', '.join(left)}",)

    def close(self) -> None:
        """Free what explores schedules, and the subjects that nobody has asked for."""
        self._let_go_of_the_first()
        if self._schedules is not None:
            self._schedules.close()

    def _let_go_of_the_first(self) -> None:
        while self._firstborn:
            _dispose(self._firstborn.popitem()[1])

    def run_word(self, kind: Kind, word: Word) -> list[Result]:
        """Run one word, given as tuples, on a fresh subject."""
        results = run_word(partial(self.start, kind), word, projects=self._projects, sleep=self._sleep)
        return results if "float" in self.values else whole(results)

    def aloud(self, kind: Kind, word: Word) -> Heard:
        """Run one word and return what the subject says besides its results."""
        raised: list[str] = []
        with overheard() as ear:
            results = run_word(
                partial(self.start, kind), word, projects=self._projects, sleep=self._sleep,
                hear=lambda step, error: raised.append(told_of(step, error)),
            )  # fmt: skip
        results = results if "float" in self.values else list(whole(results))
        return Heard(results, tuple(raised[:MOST_RAISED]), tuple(ear.died[:MOST_RAISED]), ear.lines)

    def lines(self, kind: Kind, word: Word) -> tuple[Line, ...]:
        """Run one word and return each line of the subject that it runs, in order."""
        return lines_of(partial(self.run_word, kind, word))

    def begin(self, kind: Kind) -> Live:
        """Begin a word on a fresh subject whose steps are taken one by one."""
        stepping = Stepping(partial(self.start, kind), projects=self._projects, sleep=self._sleep)
        return Live(stepping, list if "float" in self.values else whole)

    def _try(self, kind: Kind) -> Subject | None:
        try:
            subject = self._start(kind)
        except NotImplementedError:
            return None
        except BaseException as error:
            if is_a_stop(error):
                raise
            raise HarnessFault(
                f"{self.name} failed to start {kind}: {said_where(error)}. {of_failure(error)}"
            ) from error
        if type(subject) is not Subject:
            require_subject(self.name, kind, subject)
        return subject

    def _another(self, kind: Kind) -> Subject:
        """Return a fresh subject that is not the first."""
        first = self._firstborn.pop(kind, None)
        subject = self.start(kind)
        if first is not None:
            self._firstborn[kind] = first
        return subject

    def _require_fresh(self, kind: Kind, first: Subject) -> None:
        second = self._another(kind)
        if second.operation is first.operation:
            raise HarnessFault(
                f"{self.name} returned the same operation twice for {kind}. "
                "Let start(kind) make a new one at every call."
            )
        _dispose(second)

    def _require_hooks(self, kind: Kind) -> None:
        subject = self._another(kind)
        require_callable(self.name, kind, subject)
        _dispose(subject)
        if subject.settle is not None:
            subject = self._another(kind)
            require_settling(self.name, kind, subject)
            _dispose(subject)

    def _waits_on_loop(self, kind: Kind) -> frozenset[str]:
        if "await" not in self._supports[kind] or kind in self.born:
            return frozenset()
        subject = self._another(kind)
        able = pulls_on_loop(subject)
        _dispose(subject)
        return frozenset({"on_loop"} if able else ())

    def _projects_anew(self, kind: Kind) -> bool:
        """Whether handlers are given another object of the operation's own type: a projection's wrapper."""
        subject = self._another(kind)
        senders: list[Any] = []
        try:
            subject.operation.completed = lambda sender, status: senders.append(sender)  # noqa: ARG005
            if subject.complete is not None and subject.ended is None:
                subject.complete(0)
            if subject.settle is not None:
                hook("settle", subject.settle)
            anew = bool(senders) and _is_wrapper(senders[0], subject.operation)
        except BaseException as error:
            if is_a_stop(error):
                raise
            return False  # smoke says what is wrong with such a subject
        finally:
            _dispose(subject)
        if anew:
            self.notes = (_ALIKE_NOTE,)
        return anew

    def _carried(self) -> tuple[str, ...]:
        """Return the sorts of values that the adapter declares, or all; opaque objects where one comes back."""
        declared = require_sorts(self.name, getattr(self._start, "values", SORTS))
        opaque = any(kind.has_result and self._brings_back(kind, Opaque()) for kind in self.kinds)
        return tuple(sort for sort in declared if sort != "object" or opaque)

    def _brings_back(self, kind: Kind, thing: Opaque) -> bool:
        subject = self._another(kind)
        try:
            if subject.complete is None or subject.ended is not None:
                return False
            subject.complete(thing)
            if subject.settle is not None:
                hook("settle", subject.settle)
            return subject.operation.get_results() is thing
        except BaseException as error:
            if is_a_stop(error):
                raise
            return False  # whatever is wrong, it shows with simpler values
        finally:
            _dispose(subject)


def _require_points(schedules: "Schedules", kind: Kind, race: Word) -> None:
    if not schedules.passes_points(kind, race):
        raise HarnessFault(f"nothing that {kind} shares between threads is touched by code that was copied")


def _sources(start: Start) -> str:
    """Return the names of the sources that an adapter names."""
    sources = getattr(start, "sources", ())
    return (
        ", ".join(str(getattr(each, "__name__", plain(each))) for each in sources)
        if isinstance(sources, tuple)
        else "start"
    )


def _dispose(subject: Subject) -> None:
    if subject.dispose is not None:
        hook("dispose", subject.dispose)


def _levers(subject: Subject) -> frozenset[str]:
    if subject.ended is not None:  # nothing is left for levers to do; what they did is told at the start of a word
        return frozenset(step[0] for step in born(subject.ended) if step[0] in LEVERS)
    found = {lever for lever in (*LEVERS, *RARE_LEVERS) if getattr(subject, lever) is not None}
    return frozenset(found | ({"cancel_ends_work"} if subject.cancel_ends_work else set()))


def _is_wrapper(sender: object, operation: object) -> bool:
    return sender is not operation and type(sender) is type(operation) and not equal(sender, operation)
