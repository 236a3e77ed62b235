"""A word under way on one subject: its handlers, what they are told, and the results of its steps."""

import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from iasyncinfo_conformance.errors import HarnessFault, is_a_stop
from iasyncinfo_conformance.stepping.adapter import hook
from iasyncinfo_conformance.stepping.handlers import Handlers, failing
from iasyncinfo_conformance.stepping.readings import equal, failure, number
from iasyncinfo_conformance.stepping.things import Things
from iasyncinfo_conformance.stepping.threads import REAL_THREADS, Threads
from iasyncinfo_conformance.subject import Subject, born
from iasyncinfo_conformance.target import Result, Trouble
from iasyncinfo_spec.words import OTHERS, Step, Word, format_word

if TYPE_CHECKING:
    from iasyncinfo_conformance.stepping.waiting import Awaiter

Sleep: TypeAlias = Callable[[float], object]
"""What passes the seconds for which objects are left alone."""
Hear: TypeAlias = Callable[[Step, BaseException], object]
"""What is told of each exception that comes out of a step."""


class Running:
    """One word on one subject. A suite takes millions of steps: what each of them costs is worth a look."""

    __slots__ = (
        "_awaiters", "_before", "_elsewhere", "_events", "_failed", "_first", "_handed_out_last", "_handlers", "_hear",
        "_inner", "_operation", "_others", "_over", "_projects", "_released", "_returned", "_settle", "_sleep",
        "_start", "_subject", "_things", "_threads", "_word",
    )  # fmt: skip

    _steps: ClassVar[Mapping[str, Callable[[Any, Step], Result]]]
    """What takes each step, by its name."""

    def __init__(
        self,
        start: Callable[[], Subject],
        *,
        projects: bool,
        threads: Threads = REAL_THREADS,
        sleep: Sleep = time.sleep,
        first: "Running | None" = None,
        hear: Hear | None = None,
    ) -> None:
        self._start = start
        self._hear = hear
        self._sleep = sleep
        self._first = first or self
        self._failed: BaseException | None = None
        self._others: dict[str, Running] = {}
        self._subject = subject = start()
        self._before = born(subject.ended)
        self._operation = subject.operation
        self._released: Callable[[], object | None] = _nothing
        self._projects = projects
        self._settle = subject.settle
        self._handlers = Handlers()
        self._things = Things()
        self._handed_out_last: Any = None
        self._word: Word = ()
        self._threads = threads
        self._events: list[Result] = []
        if first is None:
            threads.sink = self._events
        self._returned = False
        self._inner = False
        self._over = False
        self._elsewhere: list[threading.Event] = []
        self._awaiters: list[Awaiter] = []

    # -- steps --------------------------------------------------------------------------------------

    def take(self, word: Iterable[Step]) -> list[Result]:
        """Take steps one after the other, wait after each until everything due has run, and return their results."""
        results = []
        self._word = word = tuple(word)
        for step in word:
            self._returned = self._inner = False
            result = self._attempt(step)
            self._returned = True
            if self._settle is not None:
                self._await_settled(self._settle)
            if self._others:
                self._await_others()
            if self._elsewhere:
                for finished in self._elsewhere:
                    finished.wait()
            if self._events:
                result["events"] = self._events
                self._events = self._threads.sink = []
            results.append(result)
        return results

    def _await_others(self) -> None:
        for other in self._others.values():
            if other._settle is not None:
                self._await_settled(other._settle)

    def _await_settled(self, settle: Callable[[], object]) -> None:
        self._threads.sink = None  # what is called now, on this thread too, is called late
        while True:
            try:
                hook("settle", settle)
                break
            except BaseException as error:
                failed, self._first._failed = self._first._failed, None
                if failed is None or failed not in (error, error.__cause__):
                    raise
                # the failure of a handler that runs elsewhere: it came out where nobody asked for it
        self._threads.sink = self._events

    def over(self) -> None:
        """End the word and clean up; handlers that are called from now on do and record nothing."""
        self._over = True
        for other in self._others.values():
            other.over()
        self._threads.sink = None
        if self._subject.dispose is not None:
            hook("dispose", self._subject.dispose)
        # A handler that the operation keeps refers to this run: what is left of it refers to nothing.
        self._operation, self._subject, self._handlers = None, _NOBODY, Handlers()
        self._things, self._handed_out_last, self._others = Things(), None, {}

    def leave(self) -> dict[str, list[weakref.ref[Any]]]:
        """End the run and let go of everything; return what tells what of it is still there."""
        left: dict[str, list[weakref.ref[Any]]] = {"the handler": list(self._handlers.watched())}
        with suppress(TypeError):  # no weak references: what became of it cannot be told
            left["the operation"] = [weakref.ref(self._operation)]
        left["the result"] = [weakref.ref(thing) for thing in self._things.known.values()]
        self.over()
        return left

    def _inside(self, step: Step) -> Result:
        """Take one step of a handler's program; its own events go to its own result."""
        self._inner = True
        threads = self._threads
        outer = threads.sink
        events: list[Result] = []
        threads.sink = events
        result = self._attempt(step)
        threads.sink = outer
        if events:
            result["events"] = events
        return result

    def _attempt(self, step: Step) -> Result:
        if self._before and not step[0].startswith(OTHERS):
            return self._untaken(step)
        try:
            return self._steps[step[0]](self, step)
        except BaseException as error:
            if is_a_stop(error) or isinstance(error, Trouble):
                raise
            if self._hear is not None:
                self._hear(step, error)
            return failure(error, self._subject.hresult_of)

    def _untaken(self, step: Step) -> Result:
        """Answer a step that had been taken when the object was handed out: nobody takes it."""
        if step != self._before[0]:
            raise HarnessFault(f"an object that had ended is asked for what came before: {format_word((step,))!r}")
        self._before = self._before[1:]
        return {"ok": None}

    # -- handlers -----------------------------------------------------------------------------------

    def called(self, told: str, label: str, program: Word, arguments: tuple[Any, ...]) -> None:
        """Record the call of a handler, run its program, and fail where the program says so."""
        if self._over:
            return
        sink = self._threads.sink
        elsewhere = sink is None
        event: Result = {"handler": label, "sender": self._is_sender(arguments)}
        if self._threads.calling(label):
            event["locked"] = True
        if sink is None:
            sink = self._first._events
            if self._first._returned or self._inner:  # it may be due to a call that a handler made
                event["late"] = True
        value = arguments[1] if len(arguments) == 2 else None
        event[told] = self._things.read(value) if told == "value" else number(value)
        sink.append(event)
        if program and elsewhere:
            self._run_elsewhere(program, event)
        elif program:
            self._run_program(program, event)

    def _run_elsewhere(self, program: Word, event: Result) -> None:
        """Run a program outside every step; the step that is being taken waits until it has ended."""
        finished = threading.Event()
        self._first._elsewhere.append(finished)
        try:
            self._run_program(program, event)
        finally:
            finished.set()

    def _run_program(self, program: Word, event: Result) -> None:
        results: list[Result] = []
        event["results"] = results
        for step in program:
            if step[0] == "raise":
                self._first._failed = failing(step[1])
                raise self._first._failed
            results.append(self._inside(step))

    def _is_sender(self, arguments: tuple[Any, ...]) -> bool:
        if len(arguments) != 2:
            return False
        sender, operation = arguments[0], self._operation
        if operation is None:
            operation = self._released()
        if self._projects:
            return sender is not None
        return operation is not None and (sender is operation or equal(sender, operation))


_NOBODY: Final = Subject(None)
"""The subject of a run that is over."""


def _nothing() -> None:
    """Refer to nothing: the operation has not been released."""
