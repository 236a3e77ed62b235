"""Consumers in one's own pytest run: an item for each rule, and the fixtures of families and situations."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from iasyncinfo_conformance.consumer import Consumer, consumer_of
from iasyncinfo_conformance.consumers.application import ApplicationMeeting
from iasyncinfo_conformance.consumers.here import Here
from iasyncinfo_conformance.consumers.judged import Judged
from iasyncinfo_conformance.consumers.judging import judge_consumer
from iasyncinfo_conformance.consumers.law.situations import SITUATIONS, Situation, Tier, tier_of
from iasyncinfo_conformance.consumers.messages import Asked
from iasyncinfo_conformance.consumers.plan import Run
from iasyncinfo_conformance.consumers.scene.clock import Clock, suites_time
from iasyncinfo_conformance.consumers.scene.reports import collecting
from iasyncinfo_conformance.consumers.scene.seen import ConsumerOutcome, End, Seen
from iasyncinfo_conformance.families import create
from iasyncinfo_conformance.files.known_file import load_known
from iasyncinfo_conformance.record.findings import Outcome
from iasyncinfo_conformance.record.known import Known
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.failing import cards, fail
from iasyncinfo_conformance.targets.entry import text_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.consumer_rules import JUDGED
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.situations import begun_as, with_family

_TEST: Final = "test"


def consumer_conformance(wait: Any, known: str | Path | None = None, *, quick: bool = False) -> type:
    """Return a test class for a consumer, to be bound to a name that begins with ``Test``: one item a rule.

    ``wait`` is a function ``wait(operation)`` or a Consumer, which is run in this process; ``known`` is its known-file.
    """

    class TestConsumer(ConsumerConformance):
        consumer = consumer_of(wait)
        name = text_of(wait) if hasattr(wait, "__qualname__") else "the consumer"
        options = Options(quick=quick, known=load_known(Path(known)) if known else Known())

    return TestConsumer


class ConsumerConformance:
    """The items; the consumer is run once, for all of them."""

    consumer: Consumer
    name: str
    options: Options
    _record: Record | None = None

    def record(self) -> Record:
        """Return the record, which is made for the first item."""
        cls = type(self)
        if cls._record is None:
            here = Here(self.consumer, self.name)
            cls._record = judge_consumer(self.name, self.options, here, lambda _engine, _at: None)
        if cls._record.broken is not None:
            fail(cls._record.broken.what)
        return cls._record

    @pytest.mark.parametrize("rule", JUDGED)
    def test_rule(self, rule: str) -> None:
        """The consumer keeps the rule."""
        record = self.record()
        verdict = record.by_rule[rule]
        if verdict.outcome is Outcome.NOT_APPLICABLE:
            pytest.skip(verdict.why)
        if verdict.outcome is Outcome.FAILED:
            fail(cards(record, [rule]) or verdict.why)

    def test_known_file_is_not_stale(self) -> None:
        """Every known deviation still deviates."""
        stale = [f"{entry.id} {entry.reason}" for entry in self.record().stale]
        if stale:
            fail(f"these entries of the known-file excuse nothing any more: {'; '.join(stale)}")


class FamilyFixture:
    """One family: ``create(kind)`` returns a running operation of its manners, and the producer that ends it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def create(self, kind: Kind = Kind.OPERATION) -> tuple[Any, Any]:
        """Return a running operation and its producer."""
        return create(self.name, kind)

    __call__ = create


class SituationFixture:
    """One situation: ``begin(name, kind)`` returns the operation that meets it; once, and plain ones afterwards."""

    def __init__(self, situation: Situation) -> None:
        self.name: str = situation.name
        self.text: str = situation.text
        self._situation = situation
        self._family = _family_of(situation)
        self._clock = Clock()
        self._meeting: _InTest | None = None
        self._stack = ExitStack()
        self._stack.enter_context(suites_time(self._clock, _Later(lambda: self._meeting)))

    def begin(self, name: str = "", kind: Kind = Kind.OPERATION, *arguments: Any, **named: Any) -> Any:
        """Return a running operation, as a call of an API does; ``result`` is what it completes with."""
        if self._meeting is None:
            word = begun_as(with_family(self._family, self._situation.steps), _TEST)
            self._meeting = _InTest(word, Kind(kind), self._clock)
            self._stack.enter_context(_watched(self._meeting))
            return self._meeting.answer(_TEST, Kind(kind), **named)
        return self._meeting.answer(name or "another", Kind(kind), *arguments, **named)

    __call__ = begin

    def broken(self) -> list[str]:
        """End the situation; return the rules that were broken by what was done to it, and how."""
        self._stack.close()
        if self._meeting is None:
            return []
        seen = self._meeting.seen()
        run = Run(self.name, Asked(self._meeting.word, seen.kind), tier_of(self._situation, self._family))
        judged = Judged(JUDGED)
        judged.take(run, seen, _TEST)
        return [f"{each.rule}: {each.allowed}; came: {each.actual}" for each in judged.journal.failures]


class _Later:
    """The script of a meeting that may not have begun: until then nothing happens, and time passes."""

    def __init__(self, meeting: "Callable[[], _InTest | None]") -> None:
        self._meeting = meeting

    def idle(self, loop: asyncio.AbstractEventLoop | None) -> bool:
        meeting = self._meeting()
        return meeting is not None and meeting.idle(loop)

    def look(self) -> bool:
        meeting = self._meeting()
        return meeting is not None and meeting.look()

    def sleeps(self) -> None:
        """Leave it to the test how it waits."""

    def passed(self, seconds: float) -> None:
        meeting = self._meeting()
        if meeting is not None:
            meeting.passed(seconds)

    def gives_in(self) -> None:
        """Do nothing: the test itself says how it ends."""

    def within(self) -> Any:
        meeting = self._meeting()
        return nullcontext() if meeting is None else meeting.within()


class _InTest(ApplicationMeeting):
    """A meeting whose consumer is a test, on its own thread."""

    def __init__(self, word: Any, kind: Kind, clock: Clock) -> None:
        super().__init__(Consumer(application=lambda _begin: None), word, kind, is_async=False)
        self.word, self.clock = word, clock
        self.script.begin()

    def answer(self, name: str, kind: Kind, *arguments: Any, **named: Any) -> Any:
        """Answer a call."""
        return self._begin(name, kind, *arguments, **named)

    def watch(self) -> None:
        """Have the script go on where the test's thread is blocked."""
        self._watch(threading.main_thread())

    def end(self) -> None:
        """Say that the test has ended."""
        self._outcome = ConsumerOutcome(End.RETURNED, self.notice.journal.tick(), "", right=True)
        self._over.set()
        self._finish_sync()

    def seen(self) -> Seen:
        """Return what was seen."""
        return replace(self._seen(), call=_TEST, is_met=True)


@contextmanager
def _watched(meeting: _InTest) -> Iterator[None]:
    watcher = threading.Thread(target=meeting.watch, daemon=True)
    meeting.count_as_ours(watcher)
    with collecting(meeting.reports):
        watcher.start()
        try:
            yield
        finally:
            meeting.end()


def _family_of(situation: Situation) -> str:
    """Return a family in front of which a situation is legal, the first that answers its points in an own way."""
    legal = [name for name in FAMILIES if tier_of(situation, name) is Tier.LEGAL]
    return legal[0] if legal else "reference"


def situations_of_tests() -> list[Situation]:
    """Return the situations that a test may meet: those in which nobody is told to give up, that come to an end."""
    ends = ("complete", "fail", "acknowledge_cancel")
    return [
        each
        for each in SITUATIONS
        if each.tier is Tier.LEGAL
        and Kind.OPERATION in each.kinds
        and ("give_up",) not in each.steps
        and any(step[0] in ends for step in each.steps)
        and (("acknowledge_cancel",) not in each.steps or ("cancel",) in each.steps)
    ]
