"""What the directed words of one rule came to."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from iasyncinfo_conformance.record.findings import NotRun, Outcome, RuleVerdict


@dataclass
class Tally:
    """How many of a rule's words ran, whether one failed, and why the others did not run.

    ``hung`` counts the words that did not come back, or were passed over; ``lacking`` are levers, ``shut`` what
    the transport cannot show, ``unimplemented`` members, ``elsewhere`` points that are answered otherwise than
    the words presume, and ``unkept`` how a SHOULD is not kept.
    """

    ran: int = 0
    hung: int = 0
    failed: bool = False
    unkept: str = ""
    lacking: set[str] = field(default_factory=set)
    shut: set[str] = field(default_factory=set)
    unimplemented: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)

    def verdict(self, rule: str) -> RuleVerdict:
        """Return the verdict on the rule."""
        if self.failed:
            return RuleVerdict(rule, Outcome.FAILED)
        if self.unkept:
            return RuleVerdict(rule, Outcome.DEVIATING, f"a hazard, no failure: {self.unkept}")
        if self.ran:
            return RuleVerdict(rule, Outcome.PASSED, self._left_out())
        if self.hung:
            return RuleVerdict(rule, Outcome.UNTESTABLE, NotRun.HANGS)
        if self.unimplemented:
            members = ", ".join(sorted(self.unimplemented))
            return RuleVerdict(rule, Outcome.UNTESTABLE, f"{members} raises NotImplementedError")
        if self.lacking:
            return RuleVerdict(rule, Outcome.UNTESTABLE, f"the adapter gives no {_listed(self.lacking)}")
        reasons = sorted(self.shut) or sorted(self.elsewhere) or ["no declared kind has what it speaks of"]
        return RuleVerdict(rule, Outcome.NOT_APPLICABLE, "; ".join(reasons))

    def _left_out(self) -> str:
        lacking = {f"no {lever}" for lever in self.lacking}
        return "in part: " + "; ".join(sorted(lacking | self.shut)) if lacking or self.shut else ""


def _listed(names: Iterable[str]) -> str:
    return " and no ".join(sorted(names))
