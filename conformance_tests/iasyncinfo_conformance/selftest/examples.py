"""The wrong implementations, each of which has to fail its rule, and the right ones, which may fail none."""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.counterexamples import CORRECT, COUNTEREXAMPLES
from iasyncinfo_conformance.counterexamples.entry import Counterexample
from iasyncinfo_conformance.engines.complete import complete
from iasyncinfo_conformance.engines.directed import directed as run_directed
from iasyncinfo_conformance.engines.held_to import expected_rules
from iasyncinfo_conformance.engines.linger import Lingering
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.engines.races import race
from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.hsi import suite
from iasyncinfo_conformance.record.answers import Answers
from iasyncinfo_conformance.record.findings import Outcome
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import QUICK_LINGER, Options
from iasyncinfo_conformance.session.session import Session, TooMuchTrouble, sessions_of
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.loading import load_isolated, load_target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.rules import RULES, Level

_HANG_SECONDS = 0.4
PLAIN = "iasyncinfo_conformance.counterexamples.plain:start"


@dataclass(frozen=True, slots=True)
class Caught:
    """What came of one wrong implementation: whether its rule failed, and which rules' directed words did."""

    name: str
    caught: bool
    rules: tuple[str, ...]
    seconds: float = 0.0


@contextmanager
def quiet() -> Iterator[None]:
    """Keep from the log what implementations say of handlers that are told to fail."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def directed(target: Target, rules: Iterable[str], answers: Answers | None = None) -> Journal:
    """Run the points, unless their answers are given, and the directed tests of some rules."""
    journal, listed = Journal(), tuple(rules)
    answers = ask(target) if answers is None else answers
    with suppress(TooMuchTrouble):
        for session in sessions_of(target, answers, journal).values():
            run_directed(session, listed, silent)
        journal.settle()
    return journal


def silent(_at: str) -> None:
    """Show no progress."""


def caught(name: str) -> Caught:
    """Return what comes of a wrong implementation."""
    started = time.perf_counter()
    return replace(_caught(name), seconds=time.perf_counter() - started)


def _caught(name: str) -> Caught:
    entry = next(entry for entry in COUNTEREXAMPLES if entry.name == name)
    if entry.hangs:
        return _caught_hanging(entry)
    with quiet():
        target = _only(load_target(entry.start), entry.kind)
        journal = directed(target, expected_rules())
        rules = tuple(sorted(journal.failed_rules()))
        if entry.raced:
            return Caught(name, entry.breaks in _raced(target) and not rules, rules)
        if entry.hidden:
            return Caught(name, entry.breaks in _traced(target) - set(rules), rules)
        if entry.late:
            return Caught(name, entry.breaks in left_alone(_session(target)) - set(rules), rules)
        if RULES[entry.breaks].level is Level.SHOULD:
            return Caught(name, journal.verdicts[entry.breaks].outcome is Outcome.DEVIATING and not rules, rules)
    return Caught(name, entry.breaks in rules, rules)


def _caught_hanging(entry: Counterexample) -> Caught:
    """Run the words of one rule on an implementation that has to be killed."""
    answers = ask(load_target(PLAIN))
    with closing(_only(load_isolated(entry.start, _HANG_SECONDS), entry.kind)) as target:
        failures = directed(target, (entry.breaks,), answers).failures
    found = any(failure.rule == entry.breaks and "never answers" in failure.actual for failure in failures)
    return Caught(entry.name, found, (entry.breaks,) if found else ())


def _traced(target: Target) -> frozenset[str]:
    """Return the rules that the complete suites with one extra state find broken, and no directed words."""
    session = _session(target)
    complete(session, silent)
    return session.journal.failed_rules()


def _raced(target: Target) -> frozenset[str]:
    """Return the rules that the race matrix finds broken."""
    session = _session(target)
    race(session, silent)
    return session.journal.failed_rules()


def left_alone(session: Session) -> frozenset[str]:
    """Return the rules that objects break which are left alone."""
    lingered = Lingering(session.target, {session.kind: session}, QUICK_LINGER).done
    assert lingered.objects
    return session.journal.failed_rules()


def _session(target: Target) -> Session:
    """Return the session of a target of one kind."""
    (session,) = sessions_of(target, ask(target), Journal()).values()
    return session


def _only(target: Target, kind: Kind) -> Target:
    target.kinds = (kind,)
    return target


def right_targets(families: Iterable[str]) -> list[str]:
    """Return the targets of the right implementations, and of some families, each of which has a profile."""
    return [*(entry.start for entry in CORRECT), *(f"family:{name}" for name in families)]


def false_alarms(text: str, *, thorough: bool) -> list[str]:
    """Return what the suite says against a right implementation.

    The directed words and the complete suite without extra states of its largest kind, or, if ``thorough``,
    a quick check of all kinds.
    """
    family = FAMILIES.get(text.removeprefix("family:")) if text.startswith("family:") else None
    with quiet():
        target = load_target(text)
        if thorough or family is not None:
            target = target if thorough else _only(target, target.kinds[-1])
            options = Options(quick=True) if family is None else Options(profile=family.name, quick=True)
            return [f"{failure.rule}: {failure.text}" for failure in check(target, options).failures]
        target = _only(target, target.kinds[-1])
        failures = directed(target, expected_rules()).failures
        return [
            *(f"{failure.rule}: {failure.text}" for failure in failures),
            *(f"{finding.cites}, complete suite" for finding in _findings(target)),
        ]


def _findings(target: Target) -> Iterator[Finding]:
    """Yield where runs of the complete suite leave the machine of the target's own answers."""
    session = _session(target)
    expected = Expected(session.model)
    words = [expected.with_looks(word) for word in suite(expected.machine, 0)]
    for word, results in zip(words, target.run_many(session.kind, words), strict=True):
        if isinstance(results, list) and not expected.agrees(word, results):
            finding = session.judge.judge(word, results)
            if finding is not None:
                yield finding
