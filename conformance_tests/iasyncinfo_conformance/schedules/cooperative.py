"""What stands for ``threading`` and ``_thread`` in private copies: primitives that give way to the scheduler."""

import _thread
import threading
from types import CellType, FunctionType, ModuleType
from typing import Any, ClassVar, Final, NoReturn

from iasyncinfo_conformance.schedules.points import (
    ACQUIRE,
    LETTERS,
    OUTSIDE,
    RELEASE,
)
from iasyncinfo_conformance.schedules.scheduler import Scheduler


class Lock:
    """A lock that a greenlet holds."""

    __slots__ = ("__weakref__", "counts", "holder", "number")

    scheduler: ClassVar[Scheduler]

    def __init__(self) -> None:
        self.holder: int | None = None
        self.counts: bool = True
        """Whether holding it is holding up others: what is only ever tried is a flag, not a lock."""
        self.number: int = self.scheduler.number()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock, as threading's; a time-out is over when nobody else can run."""
        scheduler = self.scheduler
        me = scheduler.me
        if me != OUTSIDE:
            scheduler.point(ACQUIRE, self)
            while self.holder is not None:
                if not (blocking and timeout and scheduler.wait(self, timeout)):
                    scheduler.point(RELEASE, self)  # in the log each acquisition has its end
                    return False
                scheduler.point(ACQUIRE, self)
        elif self.holder is not None:
            if not blocking or timeout != -1:
                return False
            scheduler.would_block(self)
        self.holder, self.counts = me, bool(blocking)
        scheduler.held[me] += self.counts
        return True

    def release(self) -> None:
        """Let the lock go, whoever holds it."""
        if self.holder is None:
            raise RuntimeError("release unlocked lock")
        scheduler = self.scheduler
        try:
            if scheduler.me != OUTSIDE:
                scheduler.point(RELEASE, self)
        finally:  # a thread that is abandoned here lets go, too
            scheduler.held[self.holder] -= self.counts
            self.holder = None
            scheduler.freed(self)

    def locked(self) -> bool:
        """Whether anybody holds it."""
        scheduler = self.scheduler
        if scheduler.me != OUTSIDE:
            scheduler.point(ACQUIRE, self)
            scheduler.point(RELEASE, self)
        return self.holder is not None

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class RLock(Lock):
    """A lock that its holder may take again."""

    __slots__ = ("_depth",)

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock once more, or wait for it."""
        if self.holder != self.scheduler.me and not super().acquire(blocking, timeout):
            return False
        self._depth += 1
        return True

    def release(self) -> None:
        """Undo one acquisition."""
        if self.holder != self.scheduler.me:
            raise RuntimeError("cannot release un-acquired lock")
        self._depth -= 1
        if not self._depth:
            super().release()

    # what threading.Condition asks of a lock

    def _is_owned(self) -> bool:
        return self.holder == self.scheduler.me

    def _release_save(self) -> int:
        depth, self._depth = self._depth, 1
        self.release()
        return depth

    def _acquire_restore(self, depth: int) -> None:
        self.acquire()
        self._depth = depth


class Local:
    """Attributes that each thread of a race has for itself."""

    scheduler: ClassVar[Scheduler]

    def __new__(cls, *_: object, **__: object) -> "Local":
        """Begin without attributes."""
        local = object.__new__(cls)
        object.__setattr__(local, "_own", {})
        return local

    def __getattribute__(self, name: str) -> Any:
        own = _own(self)
        return own[name] if name in own else object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _own(self)[name] = value

    def __delattr__(self, name: str) -> None:
        own = _own(self)
        if name not in own:
            raise AttributeError(name)
        del own[name]


def _own(local: Local) -> dict[str, Any]:
    """Return the attributes of the thread that runs."""
    each: dict[object, dict[str, Any]] = object.__getattribute__(local, "_own")
    return each.setdefault(type(local).scheduler.who(), {})


_BUILT_ON_LOCKS: Final = ("Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier")
_OF_THE_CLASS: Final = frozenset({"__dict__", "__weakref__"})


def stand_ins(scheduler: Scheduler) -> dict[str, ModuleType]:
    """Return the modules that private copies import for ``threading`` and ``_thread``."""
    lock, rlock = (type(kind.__name__, (kind,), {"__slots__": (), "scheduler": scheduler}) for kind in (Lock, RLock))
    local = type("local", (Local,), {"scheduler": scheduler})
    threads = [threading.Thread(name=letter) for letter in LETTERS]

    def refuse(*_: object, **__: object) -> NoReturn:
        scheduler.refuse_thread()

    def current_thread() -> threading.Thread:
        return threading.current_thread() if scheduler.me == OUTSIDE else threads[scheduler.me]

    replaced: dict[str, Any] = {
        **dict.fromkeys(("Lock", "LockType", "allocate_lock", "_allocate_lock"), lock),
        **dict.fromkeys(("RLock", "_RLock", "_PyRLock", "_CRLock"), rlock),
        **dict.fromkeys(("local", "_local"), local),
        **dict.fromkeys(("start_new_thread", "start_new", "_start_new_thread"), refuse),
        **{name: type(name, (getattr(threading, name),), {"start": refuse}) for name in ("Thread", "Timer")},
        "current_thread": current_thread,
        "get_ident": lambda: threading.get_ident() if scheduler.me == OUTSIDE else id(threads[scheduler.me]),
        "_time": lambda: scheduler.clock,
    }
    found = {real.__name__: _stand_in(real, replaced) for real in (threading, _thread)}
    names = vars(found["threading"])
    names.update((name, _moved(getattr(threading, name), names)) for name in _BUILT_ON_LOCKS)
    return found


def _stand_in(real: ModuleType, replaced: dict[str, Any]) -> ModuleType:
    module = ModuleType(real.__name__, real.__doc__)
    module.__dict__.update({name: replaced.get(name, value) for name, value in vars(real).items()})
    return module


def _moved(kind: type, names: dict[str, Any]) -> type:
    """Return a copy of a class of threading whose methods find the cooperative lock."""
    moved = type(kind.__name__, tuple(names.get(base.__name__, base) for base in kind.__bases__), {})
    for name, member in vars(kind).items():
        if name not in _OF_THE_CLASS:
            setattr(moved, name, _member(member, moved, names))
    return moved


def _member(member: Any, moved: type, names: dict[str, Any]) -> Any:
    if isinstance(member, property):
        return property(_member(member.fget, moved, names), doc=member.__doc__)
    if not isinstance(member, FunctionType):
        return member
    code, cells = member.__code__, member.__closure__ or ()
    closure = tuple(
        CellType(moved) if name == "__class__" else cell for name, cell in zip(code.co_freevars, cells, strict=True)
    )
    function = FunctionType(code, names, member.__name__, member.__defaults__, closure)
    function.__kwdefaults__ = member.__kwdefaults__
    return function
