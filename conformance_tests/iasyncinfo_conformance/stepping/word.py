"""One word on one subject of this process, step by step."""

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, TypeAlias

from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.stepping.adapter import hook
from iasyncinfo_conformance.stepping.handlers import Handlers, failing
from iasyncinfo_conformance.stepping.readings import code_of, equal, failure, number, plain
from iasyncinfo_conformance.stepping.remains import growing
from iasyncinfo_conformance.stepping.things import Things
from iasyncinfo_conformance.stepping.threads import REAL_THREADS, Threads
from iasyncinfo_conformance.subject import Subject, born
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.words import RACE, SECOND, Step, Word, format_word, of_one, threads_of

Sleep: TypeAlias = Callable[[float], object]
"""What passes the seconds for which objects are left alone."""


def run_word(
    start: Callable[[], Subject],
    word: Iterable[Step],
    *,
    projects: bool,
    threads: Threads = REAL_THREADS,
    sleep: Sleep = time.sleep,
) -> list[Result]:
    """Run a word on a fresh subject, and clean up after it."""
    run, steps = Stepping(start, projects=projects, threads=threads, sleep=sleep), tuple(word)
    before = born(run.ended)
    try:
        if not before:
            return run.take(steps)
        if steps[: len(before)] != before[: len(steps)]:
            raise HarnessFault(f"an object that had ended is asked for what came before: {format_word(steps)!r}")
        return [*({"ok": None} for _ in steps[: len(before)]), *run.take(steps[len(before) :])]
    finally:
        run.over()


class Stepping:
    """One word on one subject. A suite takes millions of steps: what each of them costs is worth a look."""

    __slots__ = (
        "_elsewhere", "_events", "_failed", "_first", "_handed_out_last", "_handlers", "_inner", "_operation", "_over",
        "_projects", "_released", "_returned", "_second", "_settle", "_sleep", "_start", "_subject", "_things",
        "_threads", "_word",
    )  # fmt: skip

    def __init__(
        self,
        start: Callable[[], Subject],
        *,
        projects: bool,
        threads: Threads = REAL_THREADS,
        sleep: Sleep = time.sleep,
        first: "Stepping | None" = None,
    ) -> None:
        self._start = start
        self._sleep = sleep
        self._first = first or self
        self._failed: BaseException | None = None
        self._second: Stepping | None = None
        self._subject = subject = start()
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

    @property
    def ended(self) -> "tuple[str, Any] | str | None":
        """How the object had ended when it was handed out, if it had."""
        return self._subject.ended

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
            if self._second is not None and self._second._settle is not None:
                self._await_settled(self._second._settle)
            if self._elsewhere:
                for finished in self._elsewhere:
                    finished.wait()
            if self._events:
                result["events"] = self._events
                self._events = self._threads.sink = []
            results.append(result)
        return results

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
        if self._second is not None:
            self._second.over()
        self._threads.sink = None
        if self._subject.dispose is not None:
            hook("dispose", self._subject.dispose)
        # A handler that the operation keeps refers to this run: what is left of it refers to nothing.
        self._operation, self._subject, self._handlers = None, _NOBODY, Handlers()
        self._things, self._handed_out_last, self._second = Things(), None, None

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
        try:
            return _STEPS[step[0]](self, step)
        except Exception as error:
            return failure(error, self._subject.hresult_of)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            return failure(error, self._subject.hresult_of)

    def _race(self, step: Step) -> Result:
        """Take the steps of several threads at the same time; each step's events go to its own result."""
        words = threads_of(step)
        results: list[list[Result]] = [[] for _ in words]

        def job(word: Word, into: list[Result]) -> Callable[[], None]:
            return lambda: into.extend(map(self._inside, word))

        self._threads.race([job(word, into) for word, into in zip(words, results, strict=True)])
        return {"ok": None, "threads": results}

    def _on_thread(self, step: Step) -> Result:
        results: list[Result] = []
        thread = threading.Thread(target=lambda: results.extend(map(self._inside, step[1])), daemon=True)
        thread.start()
        thread.join()
        return {"ok": None, "results": results}

    # -- the caller's -------------------------------------------------------------------------------

    def _id(self, _step: Step) -> Result:
        return {"ok": plain(self._operation.id)}

    def _status(self, _step: Step) -> Result:
        return {"ok": number(self._operation.status)}

    def _error_code(self, _step: Step) -> Result:
        code = number(self._operation.error_code)
        return {"ok": code_of(code) if isinstance(code, int) else code}

    def _cancel(self, _step: Step) -> Result:
        self._operation.cancel()
        return {"ok": None}

    def _close(self, _step: Step) -> Result:
        self._operation.close()
        return {"ok": None}

    def _get_results(self, _step: Step) -> Result:
        value = self._handed_out_last = self._operation.get_results()
        return {"ok": self._things.read(value)}

    def _put_completed(self, step: Step) -> Result:
        self._operation.completed = self._handler("status", step)
        return {"ok": None}

    def _put_progress(self, step: Step) -> Result:
        self._operation.progress = self._handler("value", step)
        return {"ok": None}

    def _get_completed(self, _step: Step) -> Result:
        return {"ok": self._label("status", self._operation.completed)}

    def _get_progress(self, _step: Step) -> Result:
        return {"ok": self._label("value", self._operation.progress)}

    def _handler(self, told: str, step: Step) -> Callable[..., None] | None:
        if step[1] is None:
            return None
        return self._handlers.made(self, told, step)

    def _label(self, told: str, value: object) -> str | None:
        if value is None:
            return None
        # A projection hands out another callable each time: then only "not null" can be told.
        put = self._handlers.last(told) if self._projects and callable(value) else None
        return self._handlers.label_of(value) or put or "?"

    # -- the worker's -------------------------------------------------------------------------------

    def _complete(self, step: Step) -> Result:
        self._lever("complete")(self._things.given(step[1]))
        return {"ok": None}

    def _fail(self, step: Step) -> Result:
        self._lever("fail")(step[1])
        return {"ok": None}

    def _acknowledge_cancel(self, _step: Step) -> Result:
        self._lever("acknowledge_cancel")()
        return {"ok": None}

    def _report_progress(self, step: Step) -> Result:
        self._lever("report_progress")(self._things.given(step[1]))
        return {"ok": None}

    def _cancel_notifications(self, _step: Step) -> Result:
        return {"ok": plain(self._lever("cancel_notifications")())}

    def _cancel_callback_fails(self, step: Step) -> Result:
        self._lever("cancel_callback_fails")(step[1])
        return {"ok": None}

    def _lever(self, name: str) -> Callable[..., Any]:
        lever: Callable[..., Any] | None = getattr(self._subject, name)
        if lever is None:
            raise HarnessFault(f"the adapter's Subject has no {name}, which this word needs")
        return lever

    # -- observers ----------------------------------------------------------------------------------

    def _release(self, _step: Step) -> Result:
        """Let go of the operation: the subject is used from here on without it."""
        self._released = _reference(self._operation)
        self._operation = None
        self._subject = replace(self._subject, operation=None)
        gc.collect()
        return {"ok": None}

    def _alive(self, step: Step) -> Result:
        watched = self._handlers.watched(step[1])
        gc.collect()
        survivors = [handler for reference in watched if (handler := reference()) is not None]
        self._handlers.hold(survivors)
        return {"ok": bool(survivors)}

    def _handed_out(self, _step: Step) -> Result:
        return {"ok": self._things.read(self._handed_out_last)}

    def _wait(self, step: Step) -> Result:
        self._threads.sink = None  # whatever is called now is called by nobody's step
        self._returned = True
        self._sleep(step[1])
        self._threads.sink = self._events
        return {"ok": None}

    def _remains(self, _step: Step) -> Result:
        """Take the steps before this one on many other objects."""
        word = self._word[:-1]

        def run() -> Stepping:
            other = Stepping(self._start, projects=self._projects, threads=self._threads)
            other.take(word)
            return other

        grown = growing(run)
        self._threads.sink = self._events
        return {"ok": grown}

    def _of_second(self, step: Step) -> Result:
        """Take a step of the second object, which starts with its first step."""
        if self._second is None:
            self._second = Stepping(self._start, projects=self._projects, threads=self._threads, first=self)
        return self._second._attempt(of_one(step))

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


_STEPS: Final[dict[str, Callable[[Stepping, Step], Result]]] = {
    "id": Stepping._id,
    "status": Stepping._status,
    "error_code": Stepping._error_code,
    "cancel": Stepping._cancel,
    "close": Stepping._close,
    "put_completed": Stepping._put_completed,
    "get_completed": Stepping._get_completed,
    "put_progress": Stepping._put_progress,
    "get_progress": Stepping._get_progress,
    "get_results": Stepping._get_results,
    "complete": Stepping._complete,
    "fail": Stepping._fail,
    "acknowledge_cancel": Stepping._acknowledge_cancel,
    "report_progress": Stepping._report_progress,
    "cancel_notifications": Stepping._cancel_notifications,
    "release": Stepping._release,
    "alive": Stepping._alive,
    "thread": Stepping._on_thread,
    "handed_out": Stepping._handed_out,
    "wait": Stepping._wait,
    "remains": Stepping._remains,
    "cancel_callback_fails": Stepping._cancel_callback_fails,
    RACE: Stepping._race,
}
_STEPS.update({SECOND + name: Stepping._of_second for name in _STEPS})


_NOBODY: Final = Subject(None)
"""The subject of a run that is over."""


def _nothing() -> None:
    """Refer to nothing: the operation has not been released."""


def _reference(operation: object) -> Callable[[], object | None]:
    try:
        return weakref.ref(operation)
    except TypeError:  # no weak references: keep the object itself
        return lambda: operation
