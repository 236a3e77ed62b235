"""One word on one subject of this process, step by step."""

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from operator import index
from typing import Any, Final, Protocol

from iasyncinfo_conformance.errors import HarnessFault, said
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.hresults import signed, unsigned
from iasyncinfo_spec.words import RACE, Step, Word, program_of, threads_of


class HandlerFailure(OSError):
    """What a handler raises at ``raise(hresult)``: an OSError with that code, as PyWinRT's."""

    def __init__(self, hresult: int) -> None:
        super().__init__(0, "the handler was told to fail")
        self.hresult: int = signed(hresult)
        self.winerror: int = signed(hresult)


def hook(name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call what is the adapter's own, and no part of the subject: what it raises is the adapter's fault."""
    try:
        return function(*arguments)
    except Exception as error:
        raise HarnessFault(f"{name} of the adapter's Subject failed: {said(error)}. Mend the adapter.") from error


def equal(left: object, right: object) -> bool:
    """Return whether a subject's objects are equal; those that cannot be compared are not."""
    try:
        return bool(left == right)
    except Exception:
        return False


class Threads(Protocol):
    """What runs the threads of a race."""

    sink: list[Result] | None
    """Where the events of the thread that runs go."""

    def race(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Run the jobs at the same time."""

    def calling(self, label: str) -> bool:
        """Hear that a handler is called; return whether its caller is known to hold a lock."""


class RealThreads(threading.local):
    """Threads of the system, released together, and switched as often as can be."""

    sink: list[Result] | None = None

    def race(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Run the jobs, each on a thread of its own."""
        ready: list[None] = []
        workers = [_idle.pop() if _idle else _Worker() for _ in jobs]
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            for worker, job in zip(workers, jobs, strict=True):
                worker.begin(job, ready, len(jobs))
            errors = [worker.end() for worker in workers]
        finally:
            sys.setswitchinterval(interval)
        _idle.extend(workers)
        for error in filter(None, errors):
            raise error

    def calling(self, _label: str) -> bool:
        """Know of no lock."""
        return False


_SWITCH_SECONDS: Final = 1e-6
_idle: "list[_Worker]" = []
"""Threads without work: one that never comes back from its job is never here again."""


class _Worker:
    """A thread that does one job after the other."""

    def __init__(self) -> None:
        self._due, self._done = threading.Lock(), threading.Lock()
        self._due.acquire()
        self._done.acquire()
        self._error: BaseException | None = None
        threading.Thread(target=self._work, daemon=True).start()

    def begin(self, job: Callable[[], None], ready: list[None], together: int) -> None:
        """Have the job done once so many threads are ready."""
        self._job, self._ready, self._together = job, ready, together
        self._due.release()

    def end(self) -> BaseException | None:
        """Wait until the job is done; return what it raised."""
        self._done.acquire()
        error, self._error = self._error, None
        return error

    def _work(self) -> None:
        while self._due.acquire():
            self._ready.append(None)
            while len(self._ready) < self._together:
                pass  # no lock wakes several threads in the same moment
            try:
                self._job()
            except BaseException as error:
                self._error = error
            del self._job
            self._done.release()


_real_threads: Final = RealThreads()


def run_word(
    start: Callable[[], Subject], word: Iterable[Step], *, projects: bool, threads: Threads = _real_threads
) -> list[Result]:
    """Run a word on a fresh subject, and clean up after it."""
    run = Stepping(start(), projects=projects, threads=threads)
    try:
        return run.take(word)
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
        "_elsewhere", "_events", "_handlers", "_operation", "_over", "_projects", "_released", "_returned", "_settle",
        "_subject", "_threads",
    )  # fmt: skip

    def __init__(self, subject: Subject, *, projects: bool, threads: Threads = _real_threads) -> None:
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
        self._over = False
        self._elsewhere: list[threading.Event] = []

    # -- steps --------------------------------------------------------------------------------------

    def take(self, word: Iterable[Step]) -> list[Result]:
        """Take steps one after the other, wait after each until everything due has run, and return their results."""
        results = []
        for step in word:
            self._returned = False
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
            return self._failure(error)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            return self._failure(error)

    def _failure(self, error: BaseException) -> Result:
        if self._subject.hresult_of is None:
            code = getattr(error, "winerror", None)
            if type(code) is int:
                return {"hr": code & 0xFFFFFFFF}
        return self._told_otherwise(error)

    def _told_otherwise(self, error: BaseException) -> Result:
        """Return the result of a failure that carries no plain ``winerror``."""
        if isinstance(error, HarnessFault):
            raise error
        for code in self._codes(error):
            if isinstance(code, int):
                return {"hr": unsigned(code)}
        return {"raised": type(error).__name__}

    def _codes(self, error: BaseException) -> Iterator[object]:
        """Yield where the HRESULT of an exception may be: what the adapter reads comes first."""
        if self._subject.hresult_of is not None:
            code = hook("hresult_of", self._subject.hresult_of, error)
            if code is not None and not isinstance(code, int):
                raise HarnessFault(f"hresult_of of the adapter's Subject returned {code!r}. It returns an int or None.")
            yield code
        yield getattr(error, "winerror", None)
        yield getattr(error, "hresult", None)

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
        return {"ok": _plain(self._operation.id)}

    def _status(self, _step: Step) -> Result:
        return {"ok": _number(self._operation.status)}

    def _error_code(self, _step: Step) -> Result:
        code = _number(self._operation.error_code)
        return {"ok": unsigned(code) if isinstance(code, int) else code}

    def _cancel(self, _step: Step) -> Result:
        self._operation.cancel()
        return {"ok": None}

    def _close(self, _step: Step) -> Result:
        self._operation.close()
        return {"ok": None}

    def _get_results(self, _step: Step) -> Result:
        return {"ok": _plain(self._operation.get_results())}

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
        self._subject.complete(step[1])
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
        return {"ok": _plain(self._lever("cancel_notifications")())}

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
            if self._returned:
                event["late"] = True
        value = arguments[1] if len(arguments) == 2 else None
        event[told] = _plain(value) if told == "value" else _number(value)
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


_NOBODY: Final = Subject(None, lambda _result: None)
"""The subject of a run that is over."""


def _nothing() -> None:
    """Refer to nothing: the operation has not been released."""


def _reference(operation: object) -> Callable[[], object | None]:
    try:
        return weakref.ref(operation)
    except TypeError:  # no weak references: keep the object itself
        return lambda: operation


def _number(value: Any) -> Any:
    """Return a status or an HResult as a number: an int, or a structure or enumeration with a value."""
    try:
        return index(value)  # of an enumeration's member too
    except TypeError:
        inner = getattr(value, "value", None)
        return int(inner) if isinstance(inner, int) else _type_name(value)


def _plain(value: Any) -> Any:
    """Return a value as JSON would carry it; what JSON cannot carry becomes the name of its type."""
    return value if value is None or isinstance(value, _JSON) else _type_name(value)


_JSON: Final = (str, int, float, list, dict)


def _type_name(value: object) -> str:
    return f"<{type(value).__qualname__}>"  # no repr: an address in it would differ from run to run
