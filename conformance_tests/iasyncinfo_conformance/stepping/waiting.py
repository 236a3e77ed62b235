"""Waits of a subject, its own ``get``, ``wait`` and ``await``: each on a thread of its own, while others take steps.

The thread of an ``await`` runs an event loop that nobody but the subject wakes: who ends the work from another thread
and does not wake the loop leaves the task asleep.
"""

import asyncio
import inspect
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb
from types import CodeType
from typing import Any, Final

from iasyncinfo_conformance.stepping.adapter import hook
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Ended, Trouble

_SLICE: Final = 0.0002
"""Seconds between two looks at a thread."""
_STILL: Final = 2
"""Looks in a row that find a thread where it was: it waits."""
_TURNS: Final = 4
"""Turns of a loop that stays, after the last step that was taken meanwhile."""
GIVEN_UP: Final = 20.0
"""Seconds after which a wait is taken never to end, where no other process has lost its patience before."""
_LOOKS: Final = 200
"""Looks after which a thread that is never still, as one that polls, has done so for long enough."""


def waits_of(operation: Any) -> frozenset[str]:
    """Return the steps with which one can wait for an operation: those of the members that it has."""
    able = {
        "get": _takes(operation, "get"),
        "wait_for": _takes(operation, "wait", 0.0),
        "await": getattr(type(operation), "__await__", None) is not None,
    }
    return frozenset(step for step, there in able.items() if there)


def _takes(operation: Any, name: str, *arguments: object) -> bool:
    """Return whether an object has a member that can be called so; another member of the name is none."""
    try:
        member = getattr(operation, name, None)
    except Exception:
        return False
    if not callable(member):
        return False
    try:
        inspect.signature(member).bind(*arguments)
    except TypeError:
        return False
    except ValueError:  # it tells nothing of itself, as members of compiled classes
        return True
    return True


def pulls_on_loop(subject: Subject) -> bool:
    """Return whether a lever can be pulled on a thread whose event loop runs: one that runs its own loop cannot."""
    able: list[bool] = []

    async def pull() -> None:
        with warnings.catch_warnings(), suppress(Exception):
            warnings.simplefilter("ignore")  # what it does not come to run is dropped
            able.append(_is_pulled(subject))

    def run() -> None:
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(pull())
        finally:
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join()
    return able != [False]


def _is_pulled(subject: Subject) -> bool:
    try:
        if subject.complete is not None:
            subject.complete(0)
    except RuntimeError:  # asyncio has no class of its own for a loop within a loop
        return False
    return True


def sleeps(thread: threading.Thread) -> bool:
    """Return whether the system has a thread asleep; true where it does not tell, but for one that is only begun."""
    if thread.native_id is None:
        return False
    try:
        stat = Path(f"/proc/self/task/{thread.native_id}/stat").read_bytes()
    except OSError:
        return True
    return stat.rpartition(b")")[2].split()[0] in (b"S", b"D")


def callers_of_handlers(start: Callable[[], Subject]) -> frozenset[CodeType]:
    """Return what calls the handler of a fresh subject when its work completes."""
    subject, found = start(), set[CodeType]()
    with suppress(Exception):  # judged elsewhere
        subject.operation.completed = lambda _sender, _status: found.add(sys._getframe(1).f_code)
        if subject.complete is not None:
            subject.complete(0)
        if subject.settle is not None:
            subject.settle()
    if subject.dispose is not None:
        hook("dispose", subject.dispose)
    return frozenset(found)


class Waiter:
    """One wait, on a thread of its own."""

    def __init__(self, wait: Callable[[], Any]) -> None:
        self._wait = wait
        self._begun = threading.Event()
        self._ended = threading.Event()
        self.seconds: float = 0.0
        """For how long it has waited."""
        self._value: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def begin(self) -> None:
        """Begin to wait; return once the thread has come to rest, or has done."""
        self._thread.start()
        self._begun.wait()
        self.rest()

    def rest(self) -> None:
        """Return once the thread goes on no more by itself."""
        seen, times = None, 0
        for _ in range(_LOOKS):
            if self.is_over:
                return
            frame = sys._current_frames().get(self._thread.ident or 0)
            here = None if frame is None else (id(frame), frame.f_lasti)
            del frame
            times = times + 1 if here == seen and sleeps(self._thread) else 0
            if here is None or times == _STILL:
                return
            seen = here
            self._ended.wait(_SLICE)

    def require_end(self) -> None:
        """Wait for the end of the wait; raises Trouble where it does not come."""
        if not self._ended.wait(GIVEN_UP):
            raise Trouble(Ended.HANG, f"no answer within {GIVEN_UP:g} s")
        self._thread.join(GIVEN_UP)

    def came(self) -> Any:
        """Return the value of a wait that has ended, or raise what it raised."""
        error, self._error = self._error, None
        if error is not None:
            try:
                raise error
            finally:
                del error  # its traceback holds this frame
        return self._value

    @property
    def strays(self) -> bool:
        """Whether what waited went on on another thread than where it had begun."""
        return False

    @property
    def is_over(self) -> bool:
        """Whether the wait is over."""
        return self._ended.is_set()

    @property
    def reported(self) -> list[str]:
        """The exceptions that came out of callbacks on its loop, by name."""
        return []

    def _run(self) -> None:
        started = time.monotonic()
        try:
            self._value = self._waited()
        except BaseException as error:
            self._error = error
        finally:
            self.seconds = time.monotonic() - started
            self._begun.set()
            self._ended.set()
            self._let_go()

    def _waited(self) -> Any:
        self._begun.set()
        return self._wait()

    def _let_go(self) -> None:
        """Let go of what the wait was made on."""


class _Loop(asyncio.SelectorEventLoop):
    """An event loop that remembers whom it has told that it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals: list[RuntimeError] = []

    def _check_closed(self) -> None:
        if self.is_closed():
            self.refusals.append(RuntimeError("Event loop is closed"))
            raise self.refusals[-1]


class Awaiter(Waiter):
    """One ``await``, in a task of a loop that runs on a thread of its own.

    The loop is closed as soon as the task has ended, as by ``asyncio.run``; one that ``stays`` runs on until
    :meth:`require_end`, as a program's that has other tasks.
    """

    def __init__(self, operation: Any, *, stays: bool = False) -> None:
        super().__init__(lambda: operation)
        self._loop = _Loop()
        self._loop.set_exception_handler(self._report)
        self._task: asyncio.Task[Any] | None = None
        self._resumed = 0
        self._stays = stays
        self._left = False
        self._reported: list[str] = []

    def give_up(self) -> None:
        """Cancel the task, and return once the thread of its loop has come to rest."""
        if self._task is not None:
            self.on_loop(self._task.cancel)
            self.on_loop(_nothing)
            self.rest()

    def on_loop(self, do: Callable[[], object]) -> None:
        """Have something done on the thread of the loop and return when it is done; nothing once the loop is closed."""
        done = threading.Event()

        def doing() -> None:
            try:
                do()
            finally:
                done.set()

        try:
            self._loop.call_soon_threadsafe(doing)
        except RuntimeError:  # the loop is closed
            return
        while not done.wait(_SLICE) and not self._loop.is_closed():
            pass

    def require_end(self) -> None:
        """Wait for the end of the wait, and of its loop."""
        try:
            for _ in range(_TURNS if self._stays else 0):
                self.on_loop(_nothing)
        finally:
            if self._stays:  # nobody but the subject wakes a loop that does not
                with suppress(RuntimeError):  # it is closed
                    self._loop.call_soon_threadsafe(self._leave)
        super().require_end()

    @property
    def reported(self) -> list[str]:
        """The exceptions that came out of callbacks on its loop, by name."""
        return list(self._reported)

    @property
    def strays(self) -> bool:
        """Whether the task went on on another thread than that of its loop."""
        return self._resumed not in (0, self._thread.ident)

    def is_let_out(self, callers: Callable[[], frozenset[CodeType]]) -> bool:
        """Return whether a handler has let out that the loop is closed: to what calls the handlers of the subject."""
        went = [walk_tb(error.__traceback__) for error in self._loop.refusals]
        return bool(went) and not callers().isdisjoint(frame.f_code for way in went for frame, _ in way)

    def _report(self, _loop: object, context: dict[str, Any]) -> None:
        """Take down what came out of a callback; that a failure is reported here is no fault."""
        error = context.get("exception")
        if error is not None and "handle" in context:
            self._reported.append(type(error).__name__)

    def _waited(self) -> Any:
        try:
            self._task = self._loop.create_task(self._awaiting())
            return self._loop.run_until_complete(self._task)
        finally:
            self._task = None
            if not self._stays:
                self._loop.close()

    def _let_go(self) -> None:
        if self._stays:
            if not self._left:
                self._loop.run_forever()
            self._loop.close()

    def _leave(self) -> None:
        """Let the loop end with its task, or now."""
        self._left = True
        if self._task is None:
            self._loop.stop()

    async def _awaiting(self) -> Any:
        self._begun.set()
        try:
            return await self._wait()
        finally:
            self._resumed = threading.get_ident()


def _nothing() -> None:
    """Take a turn of a loop."""
