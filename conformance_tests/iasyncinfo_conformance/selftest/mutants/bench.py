"""The bench: a process of its own that tries wrong sources, and is replaced when one of them hangs it.

It runs the directed words, the complete suites of the plain steps without extra states, and of the largest
kind those with a handler that makes many calls; on private copies of the modules, which nothing else there
uses. Where all this tells nothing it runs the races of the largest kind, until one does.
"""

import gc
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType
from typing import Any, Final

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.children.crew import Crew, Gone
from iasyncinfo_conformance.directed import waits
from iasyncinfo_conformance.engines.directed import directed
from iasyncinfo_conformance.engines.held_to import expected_rules
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.engines.races import explorations
from iasyncinfo_conformance.engines.smoke.smoke import smoke
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.judging.linearizability import judged
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.hsi import suite
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.model.race_matrix import races as races_of
from iasyncinfo_conformance.model.values import OTHER_VALUES
from iasyncinfo_conformance.record.answers import Answers
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import RACE_BOUND
from iasyncinfo_conformance.selftest.mutants.source_mutants import name_of
from iasyncinfo_conformance.session.session import sessions_of
from iasyncinfo_conformance.target import Trouble
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Step, Word

CRASHED: Final = "crashed"
HUNG: Final = "hung"
KILLED: Final = "killed"
SURVIVED: Final = "survived"
_PACKAGE: Final = "iasyncinfo"
_WAITING: Final = frozenset(case.rule for case in waits.CASES)
"""Rules that are not asked: no source that waits is mutated, and where nothing ends any more their words only hang."""
_ADAPTER: Final = "iasyncinfo_conformance.targets.reference"
_LARGEST: Final = Kind.OPERATION_WITH_PROGRESS
_START_SECONDS: Final = 60.0
_SLOWER: Final = 20
"""How many times as long as the right implementation a mutant may take before it has hung."""
_RACING: Final = 10
"""How many times as long it may take with its races."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one mutant, and the rules whose directed words kill it."""

    outcome: str
    rules: tuple[str, ...] = ()
    why: str = ""


class Bench:
    """Tries one mutant after the other in a process of its own."""

    def __init__(self) -> None:
        self._closed = False
        self._start()

    def _start(self) -> None:
        if self._closed:  # by another thread, which ends all
            raise HarnessFault("the bench is closed.")
        self._crew = Crew()
        self._process = self._crew.start(python_command("iasyncinfo_conformance.selftest.mutants.bench_worker"))
        answer = self._answer(_START_SECONDS)
        if answer is None or isinstance(answer, Gone):
            self.close()
            raise HarnessFault("the process that tries mutants does not start: there may be no room for it.")
        right, seconds = answer
        self._limit = max(1.0, _SLOWER * seconds)
        if right.outcome != SURVIVED:
            raise HarnessFault(f"the reference implementation itself {right.outcome}: {right.why or right.rules}.")

    def tried(self, module: str, source: str, *, races: bool) -> Trial:
        """Return what becomes of a changed source of a module; one that does not come back has hung.

        ``races`` says whether its races are run where its words tell nothing.
        """
        self._process.send((module, source, races))
        answer = self._answer(self._limit * (_RACING if races else 1))
        if isinstance(answer, Trial):
            return answer
        self._crew.close()
        self._start()
        return Trial(HUNG) if answer is None else Trial(CRASHED, why="its process died")

    def _answer(self, seconds: float) -> Any:
        """Return what the process answers, or None where nothing comes in time."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for _, answer in self._crew.come(0.1):
                return answer
        return None

    def close(self) -> None:
        """End the process."""
        self._closed = True
        self._crew.close()


# -- within the process ---------------------------------------------------------------------------


def serve(asked: Iterator[tuple[str, str, bool]], send: Callable[[Any], None]) -> None:
    """Try what is asked, one after the other; first of all, and timed, the right sources."""
    logging.disable(logging.CRITICAL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # what wrong finalizers and threads complain of
    trials = _Trials()
    gc.freeze()  # the words that look for references collect garbage; what is there for good need not be searched
    started = time.perf_counter()
    right = trials.run("", "", races=False)
    send((right, time.perf_counter() - started))
    for module, source, races in asked:
        send(trials.run(module, source, races=races))


class _Trials:
    """What every mutant is asked, worked out once from the right implementation."""

    def __init__(self) -> None:
        target = _target("", "", explores=False)
        self._answers: Answers = ask(target)
        self._suites: list[tuple[Kind, Expected, Sequence[Word]]] = []
        for kind, session in sessions_of(target, self._answers, Journal()).items():
            model = session.model
            puts = [max(puts, key=lambda put: len(put[2])) for puts in _by_slot(model)] if kind is _LARGEST else []
            for each in (Expected(model), *(Expected(model, model.system_of(OTHER_VALUES[0], put)) for put in puts)):
                self._suites.append((kind, each, [each.with_looks(word) for word in suite(each.machine, 0)]))

    def run(self, module: str, source: str, *, races: bool) -> Trial:
        """Return what becomes of a changed source of a module; of the right sources where none is named."""
        try:
            target = _target(module, source, explores=races)
            smoke(target)
        except (Exception, SystemExit) as error:
            return Trial(CRASHED, why=f"{type(error).__name__}: {error}")
        with closing(target):
            try:
                rules = self._failed_rules(target)
                killed = bool(rules) or any(self._differing(target)) or (races and any(self._racing(target)))
            except HarnessFault as fault:
                return Trial(CRASHED, why=str(fault))
        return Trial(KILLED if killed else SURVIVED, rules)

    def _failed_rules(self, target: InProcess) -> tuple[str, ...]:
        journal = Journal()
        for session in sessions_of(target, self._answers, journal).values():
            directed(session, tuple(rule for rule in expected_rules() if rule not in _WAITING), lambda _at: None)
        return tuple(sorted(journal.failed_rules()))

    def _differing(self, target: InProcess) -> Iterator[bool]:
        for kind, expected, words in self._suites:
            for word, results in zip(words, target.run_many(kind, words), strict=True):
                yield isinstance(results, Trouble) or not expected.agrees(word, results)

    def _racing(self, target: InProcess) -> Iterator[bool]:
        model = Model(target, _LARGEST, self._answers.row())
        for raced, explored in explorations(target, _LARGEST, list(races_of(model)), RACE_BOUND):
            yield isinstance(explored, Trouble) or any(judged(raced, outcome) for outcome in explored.outcomes)


def _by_slot(model: Model) -> Iterator[list[Step]]:
    puts = list(model.calling_puts())
    return ([put for put in puts if put[0] == slot] for slot in model.slots)


def _target(module: str, source: str, *, explores: bool) -> InProcess:
    """Return the target of the reference implementation, all its modules loaded anew."""
    for name in list(sys.modules):
        if name in (_ADAPTER, _PACKAGE) or name.startswith(f"{_PACKAGE}."):
            del sys.modules[name]
    finder = _Finder(name_of(module), source)
    sys.meta_path.insert(0, finder)
    try:
        return InProcess(import_module(_ADAPTER).start, "the mutant", explores=explores)
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder, Loader):
    """Finds one module, with the source that it is given."""

    def __init__(self, name: str, source: str) -> None:
        self._name, self._source = name, source
        self._file = f"<mutant of {name}>.py"

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        """Return how to load the module, if it is the one."""
        return spec_from_loader(name, self, origin=self._file) if name == self._name else None

    def get_source(self, _name: str) -> str:
        """Return the source, which may be instrumented."""
        return self._source

    def exec_module(self, module: ModuleType) -> None:
        """Run the source."""
        exec(compile(self._source, self._file, "exec", dont_inherit=True), module.__dict__)
