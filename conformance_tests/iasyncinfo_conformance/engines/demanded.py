"""The points whose answers a profile demands: one verdict each."""

from collections.abc import Mapping

from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.record.answers import Evidence
from iasyncinfo_conformance.record.findings import Failure, Outcome, RuleVerdict
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_spec.abi import Kind

ENGINE = "points"


def demanded(sessions: Mapping[Kind, Session], demands: Mapping[str, str]) -> None:
    """Write a verdict for each point, by what it was answered when it was asked."""
    session = next(iter(sessions.values()))
    for point, answer in demands.items():
        options = session.answers.options.get(point)
        if options is None:
            verdict = RuleVerdict(point, Outcome.NOT_APPLICABLE, "not shown by this subject")
            session.journal.verdicts[point] = verdict
        elif answer in options:
            session.journal.verdicts[point] = RuleVerdict(point, Outcome.PASSED)
        else:
            session.journal.failed(_failure(sessions, point, answer))


def _failure(sessions: Mapping[Kind, Session], point: str, answer: str) -> Failure:
    """Return the failure of a point on the first of its words that is not as demanded."""
    answers = next(iter(sessions.values())).answers
    asked = [seen for seen in answers.evidence if seen.point == point]
    for seen in asked:
        finding = _judged(sessions[seen.kind], seen)
        if finding is not None:
            found = finding.difference
            return Failure(point, seen.kind, seen.word, finding.step, found.allowed, found.actual, ENGINE)
    seen = asked[0]
    allowed, actual = f"answer {answer!r}", f"answer {answers.answer(point)!r}"
    return Failure(point, seen.kind, seen.word, len(seen.word), allowed, actual, ENGINE)


def _judged(session: Session, seen: Evidence) -> Finding | None:
    return session.judge.judge(seen.word, seen.results)
