"""The suite against a plain Hypothesis state machine: first-order faults that each finds in the same time.

Run ``python conformance_tests/benchmarks/against_plain_walk.py``. The plain machine is what one would write first:
a rule for each member, drawn freely, against an oracle that is always right. Both get the time that the complete
suite takes on the reference implementation, and both are tried on the same wrong machines.
"""

import logging
import time
from collections.abc import Iterable

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.hsi import suite
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.selftest.mutants.machine_mutants import LEFT_BEHIND, Breeder
from iasyncinfo_conformance.selftest.mutants.walking import Lifted
from iasyncinfo_conformance.targets.loading import load_target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.product import Configuration
from iasyncinfo_spec.words import Step, Word


def main() -> None:
    """Print the seconds and the kills of each."""
    logging.disable(logging.CRITICAL)
    target = load_target("reference")
    print(f"{'':<42}{'seconds':>10}{'words':>10}{'faults killed':>24}")
    for kind in (Kind.ACTION, Kind.OPERATION_WITH_PROGRESS):
        model = Model(target, kind, FAMILIES["reference"])
        expected = Expected(model)
        for extra in (0, 1):
            started = time.perf_counter()
            words = suite(expected.machine, extra)
            for _ in target.run_many(kind, words):
                pass
            seconds = time.perf_counter() - started
            _print(f"{kind}, complete, k={extra}", seconds, expected, words)
            _print("  a plain state machine", seconds, expected, plain_words(model, seconds))


def _print(who: str, seconds: float, expected: Expected, words: list[Word]) -> None:
    lifted = Lifted(expected.system, expected.machine)
    lifted.add(words)
    mutants = [mutant for mutant in Breeder(expected.machine).first_order() if mutant.what != LEFT_BEHIND]
    killed = sum(map(lifted.kills, mutants))
    print(f"{who:<42}{seconds:>10.2f}{len(words):>10,}{killed:>12,} of {len(mutants):>6,}{killed / len(mutants):>8.1%}")


def plain_words(model: Model, seconds: float) -> list[Word]:
    """Return the words that a plain state machine runs on the reference in so many seconds."""
    found: list[Word] = []
    target = load_target("reference")
    until = time.perf_counter() + seconds

    class Plain(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.word: list[Step] = []
            self.here = Configuration()

        @rule(step=st.sampled_from(model.plain))
        def take(self, step: Step) -> None:
            there = model.follow((step,), self.here)
            if there is not None:
                self.word.append(step)
                self.here = there

        def teardown(self) -> None:
            if self.word and time.perf_counter() < until:
                target.run(model.kind, self.word)
                found.append(tuple(self.word))

    while time.perf_counter() < until:
        run_state_machine_as_test(Plain, settings=_settings())
    return _first_seen(found)


def _settings() -> settings:
    return settings(
        max_examples=50,
        stateful_step_count=50,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def _first_seen(words: Iterable[Word]) -> list[Word]:
    return list(dict.fromkeys(words))


if __name__ == "__main__":
    main()
