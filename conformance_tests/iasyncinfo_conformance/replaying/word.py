"""One word, run and shown step by step beside what is allowed."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.directed.expectations import Case
from iasyncinfo_conformance.engines.directed import elsewhere, failure_of
from iasyncinfo_conformance.engines.points import ask_ids, declared
from iasyncinfo_conformance.engines.smoke.levers import heard_of
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.judging.following import Finding, allowed_by
from iasyncinfo_conformance.judging.judge import beside_another
from iasyncinfo_conformance.judging.wording import Difference, describe, named, programs_of
from iasyncinfo_conformance.record.answers import NOVEL
from iasyncinfo_conformance.record.record import Verdict
from iasyncinfo_conformance.replaying.asked import session_of
from iasyncinfo_conformance.replaying.race import VERDICTS, replay_race
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import Result, Target, Trouble, needs_of
from iasyncinfo_conformance.targets.pipe.wire import WireTarget
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.variations import ShownBy, shown_by
from iasyncinfo_spec.words import OBSERVERS, PRODUCER, RACE, Word, format_word, step_names

_LAST_WORDS_SECONDS: Final = 0.05


def replay(
    target: Target,
    word: Word,
    kind: Kind | None,
    profile: str,
    schedule: str | None = None,
    hear: Callable[[bytes], object] | None = None,
) -> tuple[str, Verdict]:
    """Return what a word does, as text, and what a check says of it: whether all of it is allowed.

    ``schedule`` is that of the word's race, if it has one; ``hear`` is called with what the subject prints meanwhile,
    where it runs in a process of its own. Raises UsageFault where the word cannot be run
    on this target.
    """
    kind = kind or _kind_for(target, word)
    _require_runnable(target, kind, word)
    if any(step[0] == RACE for step in word):
        return replay_race(session_of(target, kind, profile), word, schedule)
    if schedule is not None:
        raise UsageFault(f"--schedule {schedule} is for a word with a race, for example '[complete(5) | cancel]'.")
    try:
        results = _live(target, kind, word, hear)
    except Trouble as trouble:
        stacks = [f"  stack: {stack}" for stack in trouble.stacks]
        told = [f"{kind} {format_word(word)}", f"  {trouble.what}: {trouble.why}", *stacks]
        return "\n".join(told), Verdict.DOES_NOT_CONFORM
    heard = heard_of(target, kind, word)
    raised = list(heard.raised) if heard is not None else []
    remarks = list(_remarks(session_of(target, kind, profile), word, results))
    lines, programs = [f"{kind}"], programs_of(word)
    for number, (step, result) in enumerate(zip(word, results, strict=True), 1):
        lines.append(f"  {number:>2}  {format_word((step,)):<40} {describe(step, named(result, programs))}")
        lines += [f"      {remark}" for remark in remarks if remark.step == number]
        lines += [f"      raised {raised.pop(0).partition(': ')[2]}"] if "ok" not in result and raised else []
    worst = {remark.verdict for remark in remarks}
    verdict = next((verdict for verdict in VERDICTS if verdict in worst), Verdict.CONFORMS)
    return "\n".join([*lines, VERDICTS[verdict]]), verdict


def _live(target: Target, kind: Kind, word: Word, hear: Callable[[bytes], object] | None) -> list[Result]:
    """Run a word while what its process writes to standard error is passed on."""
    if hear is None or not isinstance(target, WireTarget):
        return target.run(kind, word)
    target.overhear(hear)
    try:
        return target.run(kind, word)
    finally:
        time.sleep(_LAST_WORDS_SECONDS)  # they come by another pipe
        target.overhear(lambda _: None)


class _Remark(NamedTuple):
    """What is to be said of one step, and what follows from it."""

    step: int
    cites: str
    text: str
    verdict: Verdict

    def __str__(self) -> str:
        """Return what is printed under the step."""
        return f"{self.cites}: {self.text}"


def _kind_for(target: Target, word: Word) -> Kind:
    """Return the plainest kind that has a result to show and the members that the word uses."""
    needed = any("progress" in name for name in step_names(word))
    fitting = [kind for kind in target.kinds if kind.has_progress or not needed] or list(target.kinds)
    return min(fitting, key=lambda kind: (kind.has_progress, not kind.has_result))


def _require_runnable(target: Target, kind: Kind, word: Word) -> None:
    if kind not in target.kinds:
        raise UsageFault(f"{target.name} does not declare {kind}; it declares {', '.join(target.kinds)}.")
    if _used_after_release(word):
        raise UsageFault("nobody can take this word: after release there is no operation whose members could be used.")
    before = target.born.get(kind, ())
    if word[: len(before)] != before:
        raise UsageFault(
            f"objects of {kind} had ended when they were handed out: every word begins with {format_word(before)}."
        )
    missing = needs_of(word) - target.supports(kind)
    if missing:
        raise UsageFault(f"{target.name} cannot run this word: it has no {' and no '.join(sorted(missing))}.")


def _used_after_release(word: Word) -> bool:
    names = [step[0] for step in word]
    return "release" in names and not set(names[names.index("release") + 1 :]) <= {*PRODUCER, *OBSERVERS}


def _remarks(session: Session, word: Word, results: Sequence[Result]) -> Iterator[_Remark]:
    """Yield what a check would say: by the machine, and by the directed tests of this very word."""
    _require_taken(session, word, results)
    finding = _beside_the_machine(session, word, results) or _found(session, word, results)
    seen: set[str] = set()
    if finding is not None:
        seen.add(finding.cites)
        yield _remark(session, finding)
    for case in CASES:
        if case.word == word and session.kind in case.kinds and case.rule not in seen and _speaks(session, case):
            failure = failure_of(session, case, list(results))
            if failure is not None:
                seen.add(case.rule)
                yield _Remark(failure.step, case.rule, f"allowed: {failure.allowed}", Verdict.DOES_NOT_CONFORM)


def _remark(session: Session, finding: Finding) -> _Remark:
    allowed = finding.difference.allowed
    if session.is_failure(finding) or finding.cites in session.plan.fixed:
        return _Remark(finding.step, finding.cites, f"allowed: {allowed}", Verdict.DOES_NOT_CONFORM)
    if finding.mixed:
        text = f"answers this point otherwise here; its other answers lead to: {allowed}"
        return _Remark(finding.step, finding.cites, text, Verdict.CONFORMS)
    text = f"no family that is known answers this point so; another answer leads to: {allowed}"
    return _Remark(finding.step, finding.cites, text, Verdict.INCOMPLETE)


def _require_taken(session: Session, word: Word, results: Sequence[Result]) -> None:
    family = session.family
    fixed = {**(family.answers if family else {}), **declared(session.target, session.kind)}
    taken = allowed_by(session.kind, fixed, family.breaks if family else (), word, results)
    if taken is not None and not taken.cites:
        raise UsageFault(f"nobody can take this word: step {taken.step} cannot be taken here.")


def _found(session: Session, word: Word, results: Sequence[Result]) -> Finding | None:
    if session.judge.drivable(word):
        found = session.judge.judge(word, results)
    else:
        found = allowed_by(session.kind, session.plan.fixed, session.judge.row.breaks, word, results)
    return None if found is None else beside_another(word, found, partial(_is_wrong, session))


def _is_wrong(session: Session, word: Word) -> bool:
    return _found(session, word, session.target.run(session.kind, word)) is not None


def _speaks(session: Session, case: Case) -> bool:
    return not elsewhere(case, session.answers, session.answers.row())


def _beside_the_machine(session: Session, word: Word, results: Sequence[Result]) -> Finding | None:
    """Judge the points that no machine shows: which numbers ids are, and where handlers run."""
    family = session.family
    if family is None:
        return None
    (of_ids,), (of_events,) = shown_by(ShownBy.IDS), shown_by(ShownBy.EVENTS)
    for number, (step, result) in enumerate(zip(word, results, strict=True), 1):
        if step[0] == "id" and of_ids in family.answers:
            found = ask_ids(session.target, session.kind)
            if found is not None and family.answers[of_ids] not in found:
                actual = f"answer {next(iter(found), NOVEL)!r}"
                demanded = f"answer {family.answers[of_ids]!r}, came: {actual}"
                return Finding(number, Difference(of_ids, demanded, actual))
        late = any(event.get("late") for event in result.get("events", ()))
        if late and family.answers.get(of_events) == "inline":
            came = describe(step, result)
            return Finding(number, Difference(of_events, "calls handlers before it returns", came))
    return None
