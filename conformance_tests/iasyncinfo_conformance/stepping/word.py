"""One word on one subject of this process, step by step."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.stepping.adapter import hook
from iasyncinfo_conformance.stepping.readings import equal, failure, number, plain
from iasyncinfo_conformance.stepping.threads import REAL_THREADS, Threads
from iasyncinfo_conformance.subject import Subject, born
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.hresults import signed, unsigned
from iasyncinfo_spec.words import RACE, Step, Word, format_word, program_of, threads_of


class HandlerFailure(OSError):
    """What a handler raises at ``raise(hresult)``: an OSError with that code, as PyWinRT's."""

    def __init__(self, hresult: int) -> None:
        super().__init__(0, "the handler was told to fail")
        self.hresult: int = signed(hresult)
        self.winerror: int = signed(hresult)


def run_word(
    start: Callable[[], Subject], word: Iterable[Step], *, projects: bool, threads: Threads = REAL_THREADS
) -> list[Result]:
    """Run a word on a fresh subject, and clean up after it."""
    subject = start()
    before, steps = born(subject.ended), tuple(word)
    run = Stepping(subject, projects=projects, threads=threads)
    del subject  # what a step releases has to be free
    try:
        if not before:
            return run.take(steps)
        if steps[: len(before)] != before[: len(steps)]:
            raise HarnessFault(f"an object that had ended is asked for what came before: {format_word(steps)!r}")
        return [*({"ok": None} for _ in steps[: len(before)]), *run.take(steps[len(before) :])]
    finally:
        run.over()


class _Handler:
    """The handler that a step puts: it records its call, then runs its program."""

    __slots__ = ("__weakref__", "_run", "_step", "told")

    def __init__(self, run: "Stepping", told: str, step: Step) -> None:
        self._run = run
        self._step = step
        self.told = told

    @property
    def label(self) -> str:
        """The name by which words know it."""
        label: str = self._step[1]
        return label

    def __call__(self, *arguments: Any) -> None:
        """Take whatever the subject passes, so that wrong arguments are recorded rather than raised."""
        self._run.called(self.told, self.label, program_of(self._step), arguments)


class Stepping:
    """One word on one subject. A suite takes millions of steps: what each of them costs is worth a look."""

    __slots__ = (
        "_elsewhere", "_events", "_handlers", "_inner", "_operation", "_over", "_projects", "_released", "_returned",
        "_settle", "_subject", "_threads",
    )  # fmt: skip

    def __init__(self, subject: Subject, *, projects: bool, threads: Threads = REAL_THREADS) -> None:
        self._subject = subject
        self._operation = subject.operation
        self._released: Callable[[], object | None] = _nothing
        self._projects = projects
        self._settle = subject.settle
        self._handlers: list[_Handler] = []
        self._threads = threads
        self._events: list[Result] = []
        threads.sink = self._events
        self._returned = False
        self._inner = False
        self._over = False
        self._elsewhere: list[threading.Event] = []

    # -- steps --------------------------------------------------------------------------------------

    def take(self, word: Iterable[Step]) -> list[Result]:
        """Take steps one after the other, wait after each until everything due has run, and return their results."""
        results = []
        for step in word:
            self._returned = self._inner = False
            result = self._attempt(step)
            self._returned = True
            if self._settle is not None:
                self._await_settled(self._settle)
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
        hook("settle", settle)
        self._threads.sink = self._events

    def over(self) -> None:
        """End the word and clean up; handlers that are called from now on do and record nothing."""
        self._over = True
        self._threads.sink = None
        if self._subject.dispose is not None:
            hook("dispose", self._subject.dispose)
        # A handler that the operation keeps refers to this run: what is left of it refers to nothing.
        self._operation, self._subject, self._handlers = None, _NOBODY, []

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
        return {"ok": unsigned(code) if isinstance(code, int) else code}

    def _cancel(self, _step: Step) -> Result:
        self._operation.cancel()
        return {"ok": None}

    def _close(self, _step: Step) -> Result:
        self._operation.close()
        return {"ok": None}

    def _get_results(self, _step: Step) -> Result:
        return {"ok": plain(self._operation.get_results())}

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

    def _handler(self, told: str, step: Step) -> _Handler | None:
        if step[1] is None:
            return None
        handler = _Handler(self, told, step)
        self._handlers.append(handler)
        return handler

    def _label(self, told: str, value: object) -> str | None:
        if value is None:
            return None
        for handler in self._handlers:
            if value is handler or equal(value, handler):
                return handler.label
        # A projection hands out another callable each time: then only "not null" can be told.
        put = [handler.label for handler in self._handlers if handler.told == told]
        return put[-1] if self._projects and put and callable(value) else "?"

    # -- the worker's -------------------------------------------------------------------------------

    def _complete(self, step: Step) -> Result:
        self._lever("complete")(step[1])
        return {"ok": None}

    def _fail(self, step: Step) -> Result:
        self._lever("fail")(step[1])
        return {"ok": None}

    def _acknowledge_cancel(self, _step: Step) -> Result:
        self._lever("acknowledge_cancel")()
        return {"ok": None}

    def _report_progress(self, step: Step) -> Result:
        self._lever("report_progress")(step[1])
        return {"ok": None}

    def _cancel_notifications(self, _step: Step) -> Result:
        return {"ok": plain(self._lever("cancel_notifications")())}

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
        watched = [weakref.ref(handler) for handler in self._handlers if handler.label == step[1]]
        self._handlers = [handler for handler in self._handlers if handler.label != step[1]]
        gc.collect()
        survivors = [handler for reference in watched if (handler := reference()) is not None]
        self._handlers += survivors
        return {"ok": bool(survivors)}

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
            sink = self._events
            if self._returned or self._inner:  # it may be due to a call that a handler made
                event["late"] = True
        value = arguments[1] if len(arguments) == 2 else None
        event[told] = plain(value) if told == "value" else number(value)
        sink.append(event)
        if program and elsewhere:
            self._run_elsewhere(program, event)
        elif program:
            self._run_program(program, event)

    def _run_elsewhere(self, program: Word, event: Result) -> None:
        """Run a program outside every step; the step that is being taken waits until it has ended."""
        finished = threading.Event()
        self._elsewhere.append(finished)
        try:
            self._run_program(program, event)
        finally:
            finished.set()

    def _run_program(self, program: Word, event: Result) -> None:
        results: list[Result] = []
        event["results"] = results
        for step in program:
            if step[0] == "raise":
                raise HandlerFailure(step[1])
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
    RACE: Stepping._race,
}


_NOBODY: Final = Subject(None)
"""The subject of a run that is over."""


def _nothing() -> None:
    """Refer to nothing: the operation has not been released."""


def _reference(operation: object) -> Callable[[], object | None]:
    try:
        return weakref.ref(operation)
    except TypeError:  # no weak references: keep the object itself
        return lambda: operation
