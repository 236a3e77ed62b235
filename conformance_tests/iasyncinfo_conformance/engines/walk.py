"""The stateful walk: Hypothesis drives the machines and the subject side by side.

Each example is a drawn access word to a configuration, a free walk over every step that can be taken,
legal or not, with drawn results, codes, progress values and handler programs, and at its end a drawn
word that tells configurations apart. The steps are collected and run as one word, so that the same walk
serves subjects in this process and behind a pipe, and a failure is a word that can be replayed.

A life cycle runs one way: however long a walk is, it soon stands where nothing can happen any more. So each
example surveys a region of the plain machine besides, which its start decides: for every arrow in it the
way there, the arrow, and a word that tells where it led.
"""

from collections.abc import Callable, Iterator
from itertools import cycle, product
from random import Random
from typing import Any, ClassVar, Final

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from iasyncinfo_conformance.errors import HarnessFault, Whose
from iasyncinfo_conformance.judging.judge import Finding, Judge
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.hsi import suite
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.record.findings import Fault
from iasyncinfo_conformance.record.options import SEED
from iasyncinfo_conformance.session.session import Session, TooMuchTrouble
from iasyncinfo_conformance.session.shrinking import shrink
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.hresults import E_ACCESSDENIED, E_FAIL, E_INVALIDARG, E_UNEXPECTED, RPC_E_DISCONNECTED
from iasyncinfo_spec.product import Configuration
from iasyncinfo_spec.words import PRODUCER, Step, Word, format_word

ENGINE: Final = "walk"
STEPS: Final = 20
REGIONS: Final = 5
"""Few, so that the examples, whose starts are not drawn evenly, draw each of them."""
CODES: Final = (E_FAIL, E_UNEXPECTED, E_ACCESSDENIED, E_INVALIDARG)
"""Failure codes that are drawn: none that any family treats in a way of its own."""

Run = Callable[[Word], list[Result] | None]
OnFinding = Callable[[Word, Finding], None]


class NotAllowed(AssertionError):
    """A run that the specification does not allow, on ``word``; the message says what is wrong."""

    def __init__(self, word: Word, why: str) -> None:
        super().__init__(why)
        self.word = word


class Walk(RuleBasedStateMachine):
    """The walk of one kind; :func:`walk_class` fills in the class attributes and adds the rules."""

    model: ClassVar[Model]
    judge: ClassVar[Judge]
    expected: ClassVar[Expected]
    run_word: ClassVar[Run]
    on_finding: ClassVar[OnFinding]
    touched: ClassVar[set[tuple[str, ...]]]
    settled: ClassVar[set[Word]]

    def __init__(self) -> None:
        super().__init__()
        self.word: list[Step] = []
        self.here: Configuration = Configuration()
        self.ending: Word = ()
        self.region: tuple[Word, ...] = ()

    def take_step(self, step: Step) -> None:
        """Take one step if it can be taken here."""
        there = self.model.follow((step,), self.here)
        if there is not None:
            self.touched.add((self.here.life, self.here.completed, self.here.progress, step[0]))
            self.word.append(step)
            self.here = there

    def teardown(self) -> None:
        """Run the whole word, and the words of the region, and compare."""
        for step in self.ending:
            self.take_step(step)
        for word in filter(None, (tuple(self.word), *self.region)):
            self._run(word)

    def _run(self, word: Word) -> None:
        if word in self.settled:
            return
        results = type(self).run_word(word)
        if results is not None and not (word in self.region and self.expected.agrees(word, results)):
            finding = self.judge.judge(word, results)
            if finding is not None:
                type(self).on_finding(word, finding)
        if word in self.region:
            self.settled.add(word)


def walk_class(model: Model, judge: Judge, run_word: Run, on_finding: OnFinding) -> type[Walk]:
    """Return the state machine of one kind over the steps that the subject can take."""
    expected = Expected(model)
    system = expected.system
    endings = sorted({word for words in expected.machine.identifiers for word in words})
    surveyed = dict(zip(system.configurations, cycle(regions(expected)), strict=False))

    # Two rules, not one a step: swarm testing would switch steps off, and the steps name themselves.
    def go_to(self: Walk, start: Configuration, ending: Word) -> None:
        """Start in a drawn configuration, which decides the region too, with a drawn ending in hand."""
        self.ending, self.region = ending, surveyed[start]
        for step in system.access[start]:
            self.take_step(step)

    def take(self: Walk, step: Step) -> None:
        """Take a drawn step."""
        self.take_step(step)

    start = st.sampled_from(system.configurations)
    members: dict[str, Any] = {
        "model": model,
        "judge": judge,
        "expected": expected,
        "run_word": staticmethod(run_word),
        "on_finding": staticmethod(on_finding),
        "touched": set(),
        "settled": set(),
        "go_to": initialize(start=start, ending=st.sampled_from(endings))(go_to),
        "take": rule(step=_steps(model))(take),
    }
    return type(f"{model.kind.value}_walk", (Walk,), members)


def regions(expected: Expected) -> list[tuple[Word, ...]]:
    """Return the words that meet and identify every arrow of the plain machine, dealt into regions."""
    words = [expected.with_looks(word) for word in suite(expected.machine, 0)]
    Random(SEED).shuffle(words)
    return [tuple(words[number::REGIONS]) for number in range(min(REGIONS, len(words)))]


def _steps(model: Model) -> st.SearchStrategy[Step]:
    """Draw any step that the subject supports; the walk passes over those that cannot be taken."""
    names = dict.fromkeys(step[0] for step in (*model.plain, *model.looks))
    plain = [step for name in names for step in _plain(name)]
    if "reentrancy" not in model.supports:
        return st.sampled_from(plain)  # a driver whose handlers run nothing
    return st.one_of(st.sampled_from(plain), st.sampled_from(_handlers(model)))


def _plain(name: str) -> Iterator[Step]:
    """Yield a step with each of its drawn values; values come from short lists, so that drawing is quick."""
    arguments = _ARGUMENTS.get(name, ((),))
    return ((name, *values) for values in arguments)


_ARGUMENTS: Final[dict[str, tuple[Step, ...]]] = {
    "complete": ((0,), (5,), (-1,), (2**31 - 1,)),
    "fail": tuple((code,) for code in CODES),
    "report_progress": ((0,), (1,), (0.5,), (100,)),
    "put_completed": (("h1",), ("h2",), (None,)),
    "put_progress": (("p1",), ("p2",), (None,)),
}


def _handlers(model: Model) -> list[Step]:
    """Return puts of handlers that take one or two steps, fail, or do both; the simplest come first."""
    calls = [step for step in (*model.plain, *model.looks) if step[0] not in PRODUCER]
    puts = [(put, label) for put in model.slots for label in _ARGUMENTS[put][1]]
    codes = (*CODES, RPC_E_DISCONNECTED) if "raise" in model.supports else ()
    fails: list[Word] = [(), *((("raise", code),) for code in codes)]
    programs = [(*body, *fail) for length in range(3) for body in product(calls, repeat=length) for fail in fails]
    handlers = [(*put, program) for program in programs if program for put in puts]
    # Whether a worker hears that its listener is gone is told of no family but by its source.
    return [step for step in handlers if step[0] != "put_progress" or step[2][-1] != ("raise", RPC_E_DISCONNECTED)]


def walk(session: Session, tick: Callable[[str], None]) -> set[tuple[str, ...]]:
    """Walk one kind; write down the first breach of a rule that no other engine has found yet.

    Returns the cells that were touched.
    """
    known = session.journal.failed_rules()
    running = _Running(session, tick)
    odd: dict[str, Word] = {}

    def on_finding(word: Word, finding: Finding) -> None:
        upto = word[: finding.length]
        if not session.is_failure(finding):
            odd.setdefault(finding.cites, upto)
        elif finding.cites not in known:
            raise NotAllowed(upto, format_word(upto))

    machine = walk_class(session.model, session.judge, running, on_finding)
    shrinking = (Phase.generate, Phase.shrink)
    try:
        run_state_machine_as_test(
            seed(session.options.seed)(machine),
            settings=settings(
                max_examples=session.options.examples,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=shrinking,
                suppress_health_check=list(HealthCheck),
                print_blob=False,
                report_multiple_bugs=False,
            ),
        )
    except (NotAllowed, Flaky) as error:
        if running.stop is None:
            _record_shortest(session, error.word if isinstance(error, NotAllowed) else ())
    if running.stop is not None:
        raise running.stop
    for word in odd.values():
        _record(session, shrink(session, word, ENGINE))
    return machine.touched


class _Running:
    """Runs the words of a walk; keeps what ends the check from Hypothesis, which would go on and shrink it."""

    def __init__(self, session: Session, tick: Callable[[str], None]) -> None:
        self._session, self._tick = session, tick
        self._done = 0
        self.stop: HarnessFault | TooMuchTrouble | None = None

    def __call__(self, word: Word) -> list[Result] | None:
        self._done += 1
        if self._done % 10 == 0:
            self._tick(f"{self._session.kind.value} {self._done}")
        if self.stop is None:
            try:
                return self._session.run(ENGINE, word)
            except (HarnessFault, TooMuchTrouble) as error:
                self.stop = error
        return None


def _record_shortest(session: Session, word: Word) -> None:
    """Write down the shortest word, or that the subject answers one word now so and now otherwise."""
    before = len(session.journal.failures)
    if word:
        _record(session, shrink(session, word, ENGINE))
    if len(session.journal.failures) == before:
        what = "not deterministic: a word was not allowed, and when it was run again it was"
        about = format_word(word) or "of the walk"
        session.journal.faults.append(Fault(f"{session.kind} {about}", what, Whose.UNKNOWN))


def _record(session: Session, shortest: tuple[Word, Finding] | None) -> None:
    if shortest is not None:
        session.record(*shortest, ENGINE)
