"""Words run for an engine: a hang or a death becomes a failure with its word, and the rest goes on."""

from collections.abc import Iterable, Iterator
from typing import Final

from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.judge import Finding, Judge
from iasyncinfo_conformance.record.findings import Failure, Fault, Findings, Hazard
from iasyncinfo_conformance.target import Result, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.words import Word, format_word, program_of, step_names

MOST_TROUBLES: Final = 3
"""Hangs and deaths after which the engines stop."""


class TooMuchTrouble(Exception):
    """The subject hung or died too often to go on."""


class Runner:
    """Runs words on a target and writes down what goes wrong on the way."""

    def __init__(self, target: Target, findings: Findings) -> None:
        self.target = target
        self.findings = findings
        self.judges: dict[Kind, Judge] = {}
        self.demanded: frozenset[str] = frozenset()
        self._troubles = 0

    def run_many(
        self, engine: str, kind: Kind, words: Iterable[Word], rules: Iterable[str] | None = None
    ) -> Iterator[tuple[Word, list[Result] | None]]:
        """Yield each word with its results, or with None where there are none.

        ``rules`` names the rule behind each word, which is then blamed for a hang or a death. Raises
        TooMuchTrouble after the third.
        """
        listed = list(words)
        behind = list(rules) if rules is not None else [""] * len(listed)
        outcomes = self.target.run_many(kind, listed)
        for word, rule, outcome in zip(listed, behind, outcomes, strict=True):
            self.findings.ran(engine, word)
            if not isinstance(outcome, Trouble):
                yield word, outcome
                continue
            if outcome.deed:
                self._record(engine, kind, word, rule, outcome)
            else:
                self.findings.faults.append(Fault(f"{kind} {format_word(word)}", str(outcome), "driver"))
            yield word, None

    def run(self, engine: str, kind: Kind, word: Word) -> list[Result] | None:
        """Return the results of one word, or None where there are none."""
        ((_, results),) = self.run_many(engine, kind, [word])
        return results

    def record(
        self, kind: Kind, word: Word, finding: Finding | None, engine: str, *, cell: str = "", words: int = 1
    ) -> None:
        """Write a finding down: a broken rule is a failure, an odd answer to a point a hazard."""
        if finding is None:
            return
        upto, found = word[: finding.length], finding.difference
        if finding.breaks_rule or (finding.cites in self.demanded and not finding.mixed):
            failure = Failure(finding.cites, kind, upto, finding.step, found.allowed, found.actual, engine, cell, words)
            self.findings.failed(failure)
        else:
            about = (
                "answers this point otherwise here"
                if finding.mixed
                else "answers this point as no family does otherwise"
            )
            why = f"{about}: {found.actual}; its other answers lead to: {found.allowed}"
            self.findings.remark(Hazard(finding.cites, f"{kind} {format_word(upto)}", why))

    def _record(self, engine: str, kind: Kind, word: Word, rule: str, trouble: Trouble) -> None:
        """Blame the subject where the word does it again by itself; otherwise note a fault of nobody's."""
        culprit = self._shortest_prefix(kind, word)
        if culprit is None:
            self.findings.faults.append(
                Fault(f"{kind} {format_word(word)}", f"{trouble}; not again on the word alone", "unknown")
            )
        else:
            broken = self._rule_of(kind, culprit, rule, hung=trouble.what == "hang")
            self.findings.failed(Failure(broken, kind, culprit, len(culprit), "an answer", trouble.deed, engine))
            self.findings.faults.append(Fault(f"{kind} {format_word(culprit)}", str(trouble), "subject"))
        self.trouble()

    def trouble(self) -> None:
        """Count a hang or a death; raises TooMuchTrouble at the third."""
        self._troubles += 1
        if self._troubles >= MOST_TROUBLES:
            raise TooMuchTrouble

    def _shortest_prefix(self, kind: Kind, word: Word) -> Word | None:
        """Return the shortest beginning of ``word`` that hangs or dies by itself, or None."""
        for length in range(1, len(word) + 1):
            (outcome,) = self.target.run_many(kind, [word[:length]])
            if isinstance(outcome, Trouble) and outcome.deed:
                return word[:length]
        return None

    def _rule_of(self, kind: Kind, word: Word, rule: str, *, hung: bool) -> str:
        """Return the rule that a step breaks which never answers: the cell's own, or the one whose word it is."""
        calls_inside = any(map(program_of, word))
        if hung and (word[-1][0] == "close" or (calls_inside and "close" in step_names(word))):
            return blamed(Situation.CLOSE_HANGS)
        if hung and calls_inside:
            return blamed(Situation.HANDLER_HANGS)
        judge = self.judges.get(kind)
        cites = judge.product.predict(word)[-1]["cites"] if judge is not None and judge.drivable(word) else ""
        return blamed(Situation.NO_ANSWER, cites if cites in RULES else rule)
