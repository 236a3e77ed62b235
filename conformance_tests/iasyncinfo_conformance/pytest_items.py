"""The suite in one's own pytest run: an item for each rule, and an item a kind for each engine."""

from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from iasyncinfo_conformance.checking.check import Check, check
from iasyncinfo_conformance.engines.directed import matching
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.errors import HarnessFault, UsageFault, require_extra
from iasyncinfo_conformance.judging.judge import Finding, Judge
from iasyncinfo_conformance.model.model import Ground
from iasyncinfo_conformance.record.findings import Failure, Outcome
from iasyncinfo_conformance.record.known_file import Known, load_known
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.report.text import card
from iasyncinfo_conformance.target import Result, Target
from iasyncinfo_conformance.targets.deadline import Guarded
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.words import Word, format_word

if TYPE_CHECKING:
    from iasyncinfo_conformance.engines.walk import Walk

ENGINES = ("complete", "walk")
RULES_TESTED = matching("*", STANDARD)


def conformance(start: Start, known: str | Path | None = None) -> type:
    """Return a test class for the adapter ``start``, to be bound to a name that begins with ``Test``.

    One item a rule, with its id; one item for each kind and engine. The subject runs in this process.
    """

    class TestConformance(Conformance):
        target_factory = staticmethod(lambda: Guarded(InProcess(start, getattr(start, "__qualname__", "start"))))
        known_file = known

    return TestConformance


class Conformance:
    """The items; subclasses say which target they speak of. The check runs once, for all of them."""

    target_factory: Callable[[], Target]
    known_file: str | Path | None = None
    _done: Check | HarnessFault | UsageFault | None = None

    @classmethod
    def checked(cls) -> Check:
        """Return the check; the tests skip where the adapter is broken, which test_smoke reports."""
        if cls._done is None:
            try:
                known = load_known(Path(cls.known_file)) if cls.known_file else Known()
                with closing(cls.target_factory()) as target:
                    cls._done = check(target, Options(known=known))
            except (HarnessFault, UsageFault) as fault:
                cls._done = fault
        if isinstance(cls._done, HarnessFault | UsageFault):
            pytest.skip("the adapter is broken: see test_smoke")
        return cls._done

    def test_smoke(self) -> None:
        """The adapter is sane."""
        with suppress(pytest.skip.Exception):
            self.checked()
        if isinstance(self._done, HarnessFault | UsageFault):
            pytest.fail(str(self._done), pytrace=False)

    @pytest.mark.parametrize("rule", RULES_TESTED)
    def test_rule(self, rule: str) -> None:
        """The subject keeps the rule."""
        done = self.checked()
        verdict = done.findings.verdicts[rule]
        match verdict.outcome:
            case Outcome.NOT_APPLICABLE:
                pytest.skip(verdict.why)
            case Outcome.UNTESTABLE:
                pytest.fail(f"{rule} is untestable: {verdict.why}. If it has to be, list it in a known-file.", False)
            case Outcome.FAILED:
                pytest.fail(_card(done, [failure for failure in done.findings.failures if failure.rule == rule]), False)

    @pytest.mark.parametrize("kind", [kind.value for kind in Kind])
    @pytest.mark.parametrize("engine", ENGINES)
    def test_engine(self, engine: str, kind: str) -> None:
        """Nothing that the engine runs shows a breach."""
        done = self.checked()
        if kind not in done.target.kinds:
            pytest.skip(f"the subject does not declare {kind}")
        failures = [failure for failure in done.findings.failures if (failure.engine, failure.kind) == (engine, kind)]
        if failures:
            pytest.fail(_card(done, failures), False)

    def test_known_file_is_not_stale(self) -> None:
        """Every known deviation still deviates."""
        stale = [f"{entry.id} {entry.kind} {format_word(entry.word)}" for entry in self.checked().stale]
        if stale:
            pytest.fail(f"these entries of the known-file excuse nothing any more: {'; '.join(stale)}", False)


def _card(done: Check, failures: list[Failure]) -> str:
    return card(done, min(failures, key=_length), len(failures))


def _length(failure: Failure) -> int:
    return len(failure.word)


def state_machine(start: Start, kind: Kind) -> "type[Walk]":
    """Return the Hypothesis state machine of one kind; its ``TestCase`` is an ordinary test case.

    The subject's answers to the variation points are asked first, here and now.
    """
    require_extra()
    from iasyncinfo_conformance.engines.walk import NotAllowed, walk_class

    target = InProcess(start, getattr(start, "__qualname__", "start"))
    answers = ask(target)
    ground = Ground(target, Judge(kind, answers.row(), {}), answers.novel)

    def run_word(word: Word) -> list[Result]:
        return target.run_word(kind, word)

    def on_finding(word: Word, finding: Finding) -> None:
        if finding.breaks_rule:
            found = finding.difference
            raise NotAllowed(
                f"{finding.cites}: {kind} {format_word(word[: finding.length])}: step {finding.step}: "
                f"allowed: {found.allowed}; came: {found.actual}"
            )

    return walk_class(f"{kind.value}_walk", ground, run_word, on_finding)
