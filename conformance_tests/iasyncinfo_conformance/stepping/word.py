"""One word on one subject of this process, step by step."""

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, Final

from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.stepping.readings import code_of, failure, number, plain
from iasyncinfo_conformance.stepping.running import Hear, Running, Sleep
from iasyncinfo_conformance.stepping.threads import REAL_THREADS, Threads
from iasyncinfo_conformance.stepping.waiting import Awaiter, Waiter, callers_of_handlers
from iasyncinfo_conformance.stepping.watching.garbage import what_was_there_aside
from iasyncinfo_conformance.stepping.watching.remains import growing
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.words import OTHERS, RACE, Step, Word, meanwhile, object_of, of_one, threads_of

_COLLECTING: Final = frozenset({"release", "alive"})
"""The steps that collect garbage."""


def run_word(
    start: Callable[[], Subject],
    word: Iterable[Step],
    *,
    projects: bool,
    threads: Threads = REAL_THREADS,
    sleep: Sleep = time.sleep,
    hear: Hear | None = None,
) -> list[Result]:
    """Run a word on a fresh subject, and clean up after it."""
    steps = tuple(word)
    collects = any(step[0] in _COLLECTING for step in steps)
    with what_was_there_aside() if collects else nullcontext():
        run = Stepping(start, projects=projects, threads=threads, sleep=sleep, hear=hear)
        try:
            return run.take(steps)
        finally:
            run.over()


class Stepping(Running):
    """The steps of words, taken."""

    __slots__ = ()

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

    # -- waits --------------------------------------------------------------------------------------

    def _get(self, step: Step) -> Result:
        return self._while(Waiter(self._operation.get), step, self._things.read)

    def _wait_for(self, step: Step) -> Result:
        waiter = Waiter(partial(self._operation.wait, step[1]))
        result = self._while(waiter, step, number)
        if result.get("ok") == AsyncStatus.STARTED:
            return _marked(result, *["hasty"] * (waiter.seconds < step[1] / 2))
        return _marked(result, *["overdue"] * (0 < step[1] <= waiter.seconds))

    def _await(self, step: Step) -> Result:
        awaiter = Awaiter(self._operation, stays=any(inner[0] == "on_loop" for inner in meanwhile(step)))
        self._awaiters.append(awaiter)
        try:
            result = self._while(awaiter, step, self._things.read)
        finally:
            self._awaiters.pop()
        is_let_out = awaiter.is_let_out(partial(callers_of_handlers, self._start))
        return _marked(result, *["closed"] * is_let_out)

    def _while(self, waiter: Waiter, step: Step, reading: Callable[[Any], Any]) -> Result:
        """Take the steps that are taken while somebody waits, and return what the wait came to."""
        waiter.begin()
        *before, last = meanwhile(step) or (None,)
        results = [self._meanwhile(inner) for inner in before]
        if before:
            waiter.rest()
        is_early = last is not None and waiter.is_over
        if last is not None:
            results.append(self._meanwhile(last))
        waiter.require_end()
        try:
            result: Result = {"ok": reading(waiter.came())}
        except BaseException as error:
            result = failure(error, self._subject.hresult_of)
        if waiter.strays:
            result["elsewhere"] = True
        result = _marked(result, *["early"] * is_early, *waiter.reported)
        return {**result, "results": results} if results else result

    def _meanwhile(self, step: Step) -> Result:
        """Take a step and wait until everything due has run, so that a waiter hears of it."""
        result = self._inside(step)
        if self._settle is not None:
            self._await_settled(self._settle)
        return result

    def _give_up(self, _step: Step) -> Result:
        self._awaiters[-1].give_up()
        return {"ok": None}

    def _on_loop(self, step: Step) -> Result:
        results: list[Result] = []
        self._awaiters[-1].on_loop(lambda: results.extend(map(self._inside, step[1])))
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

    def _of_another(self, step: Step) -> Result:
        """Take a step of another object, which starts with its first step."""
        return self._other(object_of(step[0]))._attempt(of_one(step))

    def _other(self, prefix: str) -> Running:
        if prefix not in self._others:
            self._others[prefix] = Stepping(self._start, projects=self._projects, threads=self._threads, first=self)
        return self._others[prefix]

    def subject_of(self, prefix: str) -> Subject:
        """Return the subject whose steps begin with ``prefix``; another than the first starts here if it has not."""
        return (self._other(prefix) if prefix else self)._subject


Stepping._steps = {
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
    "get": Stepping._get,
    "wait_for": Stepping._wait_for,
    "await": Stepping._await,
    "give_up": Stepping._give_up,
    "on_loop": Stepping._on_loop,
    RACE: Stepping._race,
}
Stepping._steps = {
    **Stepping._steps,
    **{prefix + name: Stepping._of_another for name in Stepping._steps for prefix in OTHERS},
}


def _marked(result: Result, *names: str) -> Result:
    """Return a result with what else was noticed of a wait; see :data:`iasyncinfo_conformance.target.NOTICED`."""
    return {**result, "noticed": [*result.get("noticed", ()), *names]} if names else result


def _reference(operation: object) -> Callable[[], object | None]:
    try:
        return weakref.ref(operation)
    except TypeError:  # no weak references: keep the object itself
        return lambda: operation
