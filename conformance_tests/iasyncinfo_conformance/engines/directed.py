"""The directed tests, run: what the words of each rule come to on one kind."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.directed.expectations import Case
from iasyncinfo_conformance.engines.points import declared
from iasyncinfo_conformance.families import starter
from iasyncinfo_conformance.judging.judge import lawful
from iasyncinfo_conformance.record.answers import NOT_SHOWN, NOVEL, Answers
from iasyncinfo_conformance.record.findings import Failure, Hazard, Source
from iasyncinfo_conformance.record.tally import Tally
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.stepping.word import run_word
from iasyncinfo_conformance.target import LEVERS, Result, Target, Trouble, needs_of, values_of
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.rules import RULES, Level
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import WAITS, Word, step_names

ENGINE: Final = "directed"
_UNIMPLEMENTED: Final = {"raised": "NotImplementedError"}
_UNTAKEN: Final = {"TypeError", "ValueError", "OverflowError"}
"""How a lever says that a value is none of its type's."""
_TOO_SLOW: Final = "objects start too slowly to tell what is kept for good from what a cache holds"
_HAD_ENDED: Final = "the object had ended when it was handed out"
_FATAL: Final = "a handler that fails ends the process"
_TRANSPORT: Final = {
    "release": "the driver drops no references",
    "alive": "the driver does not see references",
    "thread": "the driver takes no steps on other threads while a handler runs",
    "reentrancy": "the driver does not run steps inside handlers",
    "raise": "the driver's handlers cannot fail",
    "exceptions": "the driver's handlers raise nothing but codes",
    "natures": "the driver's handlers are all of one nature",
    "handed_out": "the driver does not look again at what was handed out",
    "objects": "the driver holds one object at a time",
    "third": "the driver holds two objects at a time",
    "wait": "the driver leaves no object alone",
    "remains": "the driver does not see what remains of an object",
    "get": "no get() that takes nothing can be called here",
    "wait_for": "no wait() that takes seconds can be called here",
    "await": "nothing can be awaited here",
    "on_loop": "the levers cannot be pulled on a thread whose event loop runs: they run one of their own",
}


def directed(session: Session, rules: Sequence[str], tick: Callable[[str], None]) -> None:
    """Run every case of these rules that can be run on one kind, and count in the journal what came of each rule."""
    for rule in rules:
        session.journal.tallies.setdefault(rule, Tally())
    cases = list(_runnable(session, frozenset(rules)))
    runs = session.run_many(ENGINE, [case.word for case in cases], [case.rule for case in cases])
    for case, (_, results) in zip(cases, runs, strict=True):
        tick(session.kind.value)
        _count(session, case, results)


def _runnable(session: Session, rules: frozenset[str]) -> Iterator[Case]:
    """Yield the cases of one kind that can be run; note why the others cannot."""
    target, kind, answers, row = session.target, session.kind, session.answers, session.answers.row()
    pointless = _pointless(session)
    for listed in CASES:
        if listed.rule not in rules or kind not in listed.kinds or _is_spared(session, listed.word):
            continue
        case = _as_born(listed, session.model.born)
        tally = session.journal.tallies[case.rule]
        missing = needs_of(case.word) - session.model.supports
        if session.model.born and (missing & set(LEVERS) or session.model.follow(case.word) is None):
            tally.elsewhere.add(_HAD_ENDED)
            continue
        if missing.isdisjoint(WAITS):  # no lever would show a wait where there is none
            tally.lacking |= missing & set(LEVERS) - pointless
        if missing & answers.unable:
            tally.shut.add(_FATAL)
        told = missing.intersection(WAITS) or missing - answers.unable  # without a wait nothing else matters
        told -= {"on_loop"} if "await" in told else set()  # who awaits nothing has no loop
        told -= {"third"} if "objects" in told else set()  # who holds one holds no three
        tally.shut |= {_TRANSPORT[need] for need in told if need in _TRANSPORT}
        away = elsewhere(case, answers, row)
        tally.elsewhere |= away
        if not missing and not away and session.judge.drivable(case.word) and _speaks(target, case):
            yield case


def _is_spared(session: Session, word: Word) -> bool:
    """Return whether a quick check does not take the time: it waits on one kind, which has a result if any has.

    What remains of objects that were waited for takes hundreds of waits.
    """
    if not session.options.quick or needs_of(word).isdisjoint(WAITS):
        return False
    kinds = session.target.kinds
    waited = next((kind for kind in kinds if kind.has_result), kinds[0])
    return session.kind != waited or "remains" in needs_of(word)


def _as_born(case: Case, before: Word) -> Case:
    """Return a case that begins with how its object had ended, where it does not matter with which value."""
    reads = {"get_results", "error_code", *WAITS}.intersection(step_names(case.word))
    if not before or reads or [step[0] for step in case.word[: len(before)]] != [step[0] for step in before]:
        return case
    return replace(case, word=(*before, *case.word[len(before) :]))


def _count(session: Session, case: Case, results: list[Result] | None) -> None:
    tally = session.journal.tallies[case.rule]
    if results is None:
        tally.hung += 1
        tally.failed |= case.rule in session.journal.failed_rules()
        return
    unimplemented = {step[0] for step, result in zip(case.word, results, strict=True) if result == _UNIMPLEMENTED}
    if unimplemented:
        tally.unimplemented |= unimplemented
        return
    untold = _untold(case, results)
    if untold:
        tally.shut.add(untold)
        return
    tally.ran += 1
    failure = failure_of(session, case, results)
    if failure is not None and RULES[case.rule].level is Level.SHOULD:
        tally.unkept = f"{failure.actual}; it should be: {failure.allowed}"
        word = f"{session.kind} {failure.text}"
        session.journal.remark(Hazard(case.rule, word, tally.unkept, Source.UNKEPT))
    elif failure is not None:
        tally.failed = True
        session.journal.failed(failure)


def _untold(case: Case, results: list[Result]) -> str:
    """Return why a case tells nothing of this subject: a value its lever does not take, or too little time."""
    came = list(zip(case.word, results, strict=True))
    if any(step[0] == "remains" and result == {"ok": None} for step, result in came):
        return _TOO_SLOW
    refused = values_of(tuple(step for step, result in came if result.get("raised") in _UNTAKEN))
    return f"the worker takes no {' and no '.join(sorted(refused))}" if refused else ""


def failure_of(session: Session, case: Case, results: list[Result]) -> Failure | None:
    """Return the failure of a case on what came, or None."""
    breaks = session.family.breaks if session.family is not None else {}
    if case.rule in breaks:
        return _breach_failure(session, case, results)
    complaint = case.complaint(results)
    if complaint is None or _presumes_another_answer(session, case):
        return None
    finding = session.judge.judge(case.word, results)
    if finding is None and breaks:
        return None  # the sentence presumes what this family breaks, by name
    first = finding.cites if finding is not None and finding.breaks_rule and finding.cites != case.rule else ""
    return Failure(case.rule, session.kind, case.word, *complaint, ENGINE, wake_of=first)


def _presumes_another_answer(session: Session, case: Case) -> bool:
    """Return whether a right subject with the answers of this one fails a case, too."""
    if not session.judge.drivable(case.word):
        return False
    row = lawful(session.answers.row())
    start = partial(starter(Family("right", "a right subject with these answers", dict(row.answers))), session.kind)
    without = {lever for lever in LEVERS if getattr(start(), lever) is None}
    if not needs_of(case.word).isdisjoint(without):
        return False
    try:
        return case.complaint(run_word(start, case.word, projects=False)) is not None
    except Trouble:
        return False


def _breach_failure(session: Session, case: Case, results: list[Result]) -> Failure | None:
    """Demand the family's own breach in place of the rule."""
    finding = session.judge.judge(case.word, results)
    if finding is None or finding.mixed:
        return None
    found = finding.difference
    return Failure(case.rule, session.kind, case.word, finding.step, found.allowed, found.actual, ENGINE)


def _pointless(session: Session) -> set[str]:
    """Return the levers that an adapter need not give: there is nothing left for them to do."""
    demanded = session.family.answers if session.family is not None else {}
    answers = {**demanded, **declared(session.target, session.kind)}
    needless = {VARIATIONS[point].option(answer).needless for point, answer in answers.items()}
    return needless if session.kind.has_progress else {*needless, "report_progress"}


def elsewhere(case: Case, answers: Answers, row: Family) -> set[str]:
    """Return why a case does not speak of this subject: it answers a point in another way."""
    return {
        f"{point} is {answers.answer(point)}"
        for point, wanted in case.where.items()
        if row.answer(point) not in wanted
        or answers.answer(point) == NOVEL
        or (answers.answer(point) == NOT_SHOWN and point not in answers.options)
    }


def _speaks(target: Target, case: Case) -> bool:
    """Return whether the target carries the values of a case."""
    return values_of(case.word) <= set(target.values)
