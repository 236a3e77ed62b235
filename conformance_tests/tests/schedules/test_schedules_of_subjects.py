"""Subjects that deadlock, spin, call under a lock or cannot be scheduled; and what their private copies are."""

import functools
import importlib
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from iasyncinfo_conformance.counterexamples import races
from iasyncinfo_conformance.errors import HarnessFault, NotSchedulable
from iasyncinfo_conformance.schedules.exploring import Schedules, entry_of
from iasyncinfo_conformance.target import Explored, RaceOutcome, Target
from iasyncinfo_conformance.targets.deadline import Guarded
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_isolated
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word

Load = Callable[[str], ModuleType]

ADAPTER = """
import sys, threading, weakref
from collections import deque
from concurrent.futures import Future
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.counterexamples.plain import Plain

counter = 0
numbers = []
known = weakref.WeakSet()

class Mine(Plain):
{body}

def start(kind):
    operation = Mine(kind)
    return Subject(operation, complete=operation._complete, fail=operation._fail)

start.sources = (sys.modules[__name__],)
"""


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Import a module whose class of the subject has this body."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def load(body: str) -> ModuleType:
        indented = textwrap.indent(textwrap.dedent(body), "    ")
        (tmp_path / "subject_of_a_test.py").write_text(ADAPTER.format(body=indented))
        importlib.invalidate_caches()
        return importlib.import_module("subject_of_a_test")

    yield load
    sys.modules.pop("subject_of_a_test", None)


def outcomes(module: ModuleType, text: str, bound: int = 2) -> list[RaceOutcome]:
    """What a race on an action comes to."""
    return Schedules(module.start).explore(Kind.ACTION, parse_word(text), bound).outcomes


def answers(module: ModuleType, text: str) -> list[object]:
    """What each thread's first step answers, in each outcome."""
    return [
        tuple(thread[0].get("ok") for thread in outcome.results[0]["threads"]) for outcome in outcomes(module, text)
    ]


def test_a_deadlock_is_told_in_words(load: Load) -> None:
    """With the schedule that leads to it, which replays."""
    module = load("""
        def __init__(self, kind):
            super().__init__(kind)
            self._one, self._two = threading.Lock(), threading.Lock()

        def cancel(self):
            with self._one, self._two:
                pass

        def close(self):
            with self._two, self._one:
                pass
    """)
    (stuck,) = (outcome for outcome in outcomes(module, "[cancel | close]") if outcome.trouble)
    assert stuck.trouble == "deadlock: A waits for a lock that B holds, B waits for a lock that A holds"
    assert not stuck.results
    replayed = Schedules(module.start).replay(Kind.ACTION, parse_word("[cancel | close]"), stuck.schedule)
    assert replayed.trouble == stuck.trouble
    assert replayed.trace[-1].what == "blocked"


def test_a_race_goes_on_being_explored_after_a_deadlock(load: Load) -> None:
    """The threads that were left behind let go of everything."""
    module = load("""
        def __init__(self, kind):
            super().__init__(kind)
            self.lock = threading.Lock()

        def cancel(self):
            self.lock.acquire()

        def close(self):
            with self.lock:
                pass
    """)
    found = {outcome.trouble for outcome in outcomes(module, "[cancel | close]")}
    assert found == {"deadlock: B waits for a lock that A holds", ""}


def test_a_thread_that_spins_is_told(load: Load) -> None:
    """After so many points."""
    module = load("""
        def cancel(self):
            while self._status is not None:
                pass
    """)
    assert {outcome.trouble for outcome in outcomes(module, "[cancel | close]")} == {"spins: 20,000 points, and no end"}


def test_a_handler_that_runs_under_a_lock_is_marked(load: Load) -> None:
    """And no other."""
    module = load("""
        lock = threading.RLock()

        def _call(self, handler, argument):
            with self.lock:
                super()._call(handler, argument)
    """)
    word = "put_completed(h1) [complete(5) | status]"
    assert all(outcome.results[1]["threads"][0][0]["events"][0]["locked"] for outcome in outcomes(module, word))
    assert "locked" not in str(Schedules(races.locked).explore(Kind.ACTION, parse_word(word), 1))


def test_a_lock_that_is_only_tried_is_a_flag(load: Load) -> None:
    """Nobody waits for it, so a handler may run while it is taken."""
    module = load("""
        def _call(self, handler, argument):
            once = threading.Lock()
            if once.acquire(blocking=False):
                super()._call(handler, argument)
    """)
    assert "locked" not in str(outcomes(module, "put_completed(h1) [complete(5) | status]"))


@pytest.mark.parametrize(
    "act",
    [
        "self._n += 1",
        "self._n = self._n + 1",
        "self._all[0] += 1",
        "self._all.append(len(self._all)); self._n = len(self._all) if len(self._all) < 3 and self._all[-1] else 1",
        "global counter; counter += 1; self._n = counter",
        "setattr_free = self; setattr_free.__n = getattr(self, '_Mine__n', 0); self.__n += 1; self._n = self.__n",
        "setattr(self, '_n', getattr(self, '_n') + 1)",
        "object.__setattr__(self, '_n', object.__getattribute__(self, '_n') + 1)",
        "super().__setattr__('_n', super().__getattribute__('_n') + 1)",
        "numbers.append(self); self._n = len(numbers)",
        "self._n = 1 if self in known else 2; known.add(self)",
        "self._n = 1 if self._drawn.done() else 2; self._drawn.done() or self._drawn.set_result(1)",
        "self._n = 1 if self._set.is_set() else 2; self._set.set()",
    ],
)
def test_an_update_that_is_not_atomic_is_seen(load: Load, act: str) -> None:
    """A write may be lost."""
    module = load(f"""
        _all = [0]

        def __init__(self, kind):
            super().__init__(kind)
            self._n = 0
            self._all = [0]
            self._drawn = Future()
            self._set = threading.Event()

        def close(self):
            {act}

        @property
        def id(self):
            self.close()
            return self._n or self._all[0]
    """)
    assert len(outcomes(module, "[id | id]")) > 1


@pytest.mark.parametrize(
    "kind", ["Lock()", "RLock()", "Condition()", "Semaphore(1)", "BoundedSemaphore(1)", "Condition(threading.Lock())"]
)
def test_a_primitive_keeps_threads_apart(load: Load, kind: str) -> None:
    """The same update, atomic."""
    module = load(f"""
        def __init__(self, kind):
            super().__init__(kind)
            self._mine = threading.{kind}
            self._n = 0

        def close(self):
            with self._mine:
                self._n += 1

        def cancel(self):
            self.close()

        @property
        def status(self):
            return self._n
    """)
    results = [outcome.results[-1] for outcome in outcomes(module, "[cancel | close] status")]
    assert results == [{"ok": 2}]


def test_an_event_lets_a_thread_wait(load: Load) -> None:
    """A wait that ends by itself ends when nobody else can run."""
    module = load("""
        def __init__(self, kind):
            super().__init__(kind)
            self._ended = threading.Event()

        def close(self):
            self._ended.set()

        @property
        def status(self):
            return int(self._ended.wait())

        @property
        def error_code(self):
            return int(self._ended.wait(0.5))
    """)
    assert answers(module, "[status | close]") == [(1, None)]
    assert answers(module, "[error_code | close]") == [(1, None)]
    assert answers(module, "[error_code | error_code]") == [(0, 0)]


def test_threads_have_their_own_identity_and_attributes(load: Load) -> None:
    """As real ones."""
    module = load("""
        own = threading.local()

        def cancel(self):
            self.own.who = threading.get_ident(), threading.current_thread()

        @property
        def status(self):
            self.cancel()
            return int(self.own.who == (threading.get_ident(), threading.current_thread()))

        @property
        def error_code(self):
            return int(hasattr(self.own, "who"))
    """)
    assert answers(module, "[status | error_code]") == [(1, 0)]


def test_real_modules_are_left_alone(load: Load) -> None:
    """What is explored is a copy."""
    module = load("pass")
    before = dict(vars(module))
    outcomes(module, "[complete(5) | cancel]")
    assert vars(module) == before
    assert sys.modules["subject_of_a_test"] is module
    assert module.threading is sys.modules["threading"]


def test_a_subject_with_threads_of_its_own_is_not_schedulable(load: Load) -> None:
    """The target says why and goes on without."""
    module = load("""
        def _complete(self, result):
            threading.Thread(target=super()._complete, args=(result,)).start()
    """)
    target = InProcess(module.start, "subject")
    assert "schedules" not in target.supports(Kind.ACTION)
    assert target.unexplored == (
        f"The schedules of {module.__name__} are not explored: "
        "it starts threads of its own; to have its races explored, let start(kind) hand over the state by itself, "
        "with levers that do on the calling thread what the worker's threads do"
    )
    with pytest.raises(HarnessFault, match="starts threads of its own"):
        target.explore_word(Kind.ACTION, parse_word("[cancel | close]"), 1)


def test_a_local_function_is_not_schedulable() -> None:
    """It cannot be loaded by its name."""

    def start(kind: Kind) -> None:
        raise NotImplementedError

    with pytest.raises(NotSchedulable, match="let start be a function of a module"):
        Schedules(start)  # type: ignore[arg-type]


def test_what_a_module_has_made_is_loaded_by_the_name_that_it_gives_it(load: Load) -> None:
    """A start that another function returns, and a partial, are found in the module."""
    module = load("pass")
    made = functools.partial(lambda start, kind: start(kind), module.start)
    vars(module)["made"] = made
    assert entry_of(made) == entry_of(made, "./a.py:made") == (module.__name__, "made")


@pytest.mark.parametrize("sources", [(), "iasyncinfo", ("iasyncinfo",)])
def test_sources_are_modules(load: Load, sources: object) -> None:
    """The message names what was given."""
    module = load("pass")
    module.start.sources = sources
    with pytest.raises(NotSchedulable, match="is a tuple of modules"):
        Schedules(module.start)


@pytest.mark.parametrize("schedule", ["", "4A", "A4D", "a"])
def test_a_schedule_has_a_syntax(schedule: str) -> None:
    """Letters and numbers of points."""
    with pytest.raises(NotSchedulable, match="is no schedule"):
        Schedules(races.locked).replay(Kind.ACTION, parse_word("[cancel | close]"), schedule)


def test_a_schedule_that_does_not_fit_is_told() -> None:
    """A thread that has ended cannot go on."""
    with pytest.raises(NotSchedulable, match="A cannot run in its part 2"):
        Schedules(races.locked).replay(Kind.ACTION, parse_word("[cancel | close]"), "AA")


def targets() -> Iterator[Target]:
    """The same subject in this process, watched, and behind a pipe."""
    name = f"{races.__name__}:handler_lost_at_the_end"
    yield InProcess(races.handler_lost_at_the_end, name)
    yield Guarded(InProcess(races.handler_lost_at_the_end, name))
    yield load_isolated(name)


def test_every_transport_explores_and_replays_alike() -> None:
    """The wire carries outcomes and traces."""
    words = [
        parse_word(text) for text in ("[complete(5) | put_completed(h1)]", "[cancel | close]", "[cancel | cancel]")
    ]
    seen: list[object] = []
    for target in targets():
        with closing(target):
            assert "schedules" in target.supports(Kind.ACTION)
            found = list(target.explore(Kind.ACTION, words, 2))
            assert all(isinstance(each, Explored) for each in found)
            seen.append((found, target.replay(Kind.ACTION, words[0], "B4A")))
    assert seen[0] == seen[1] == seen[2]
