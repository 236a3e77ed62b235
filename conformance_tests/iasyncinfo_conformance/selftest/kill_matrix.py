"""The kill matrix: which rules' directed words kill which mutants."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from iasyncinfo_conformance.engines.held_to import expected_rules
from iasyncinfo_conformance.selftest.examples import Caught
from iasyncinfo_conformance.selftest.mutants.bench import HUNG, KILLED, Trial
from iasyncinfo_conformance.selftest.mutants.source_mutants import SourceMutant


@dataclass
class Matrix:
    """For each mutant the rules whose directed words kill it; machine mutants are no objects and not among them."""

    kills: dict[str, frozenset[str]] = field(default_factory=dict)

    def of_counterexample(self, found: Caught) -> None:
        """Enter a wrong implementation."""
        self.kills[found.name] = frozenset(found.rules)

    def of_source(self, mutant: SourceMutant, trial: Trial) -> None:
        """Enter a mutant of the source that something kills."""
        if trial.outcome in (KILLED, HUNG):
            self.kills[mutant.name] = frozenset(trial.rules)

    @property
    def idle(self) -> list[str]:
        """The rules whose directed words kill nothing."""
        return [rule for rule in expected_rules() if rule not in self._rules(self.kills.values())]

    @property
    def never_alone(self) -> list[str]:
        """The rules that kill something, and nothing that no other rule kills too."""
        alone = self._rules(rules for rules in self.kills.values() if len(rules) == 1)
        return [rule for rule in expected_rules() if rule not in alone and rule not in self.idle]

    @property
    def missed(self) -> list[str]:
        """The mutants that no rule's directed words kill; something else does."""
        return sorted(name for name, rules in self.kills.items() if not rules)

    def as_json(self) -> dict[str, Any]:
        """Return the table: the mutants that each rule kills."""
        table = {rule: sorted(name for name, rules in self.kills.items() if rule in rules) for rule in expected_rules()}
        return {"kills": table, "kill_nothing": self.idle, "never_alone": self.never_alone, "missed": self.missed}

    def _rules(self, sets: Iterable[frozenset[str]]) -> frozenset[str]:
        return frozenset().union(*sets)
