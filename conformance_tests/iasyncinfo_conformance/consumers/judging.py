"""A consumer judged: smoke, the points, the situations, drawn ones, and those stretched around its own calls.

It always comes back with a record, as a check does.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final, Protocol

from iasyncinfo_conformance.consumers.application import NO_CALL
from iasyncinfo_conformance.consumers.drawn import draw
from iasyncinfo_conformance.consumers.excused import excuse
from iasyncinfo_conformance.consumers.hosted import Lost
from iasyncinfo_conformance.consumers.judged import Judged
from iasyncinfo_conformance.consumers.law.applicability import why_not
from iasyncinfo_conformance.consumers.law.situations import tier_of_steps
from iasyncinfo_conformance.consumers.messages import Asked, Ready, Switched, Switches
from iasyncinfo_conformance.consumers.plan import (
    POINT,
    PREEMPTIONS,
    SWITCHED,
    Run,
    of_application,
    points_first,
    situations,
    stretched,
    switched,
    switched_of_application,
)
from iasyncinfo_conformance.consumers.scene.seen import End, Seen
from iasyncinfo_conformance.errors import HarnessFault, Stopped, UsageFault, Whose, require_extra, why_it_broke
from iasyncinfo_conformance.record.consumed import Consumed
from iasyncinfo_conformance.record.findings import Fault, NotRun, Outcome, RuleVerdict
from iasyncinfo_conformance.record.known import Deviation
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Asked as AskedFor
from iasyncinfo_conformance.record.record import EngineRun, Named, Record
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.consumer_rules import CONSUMER_POINTS, JUDGED
from iasyncinfo_spec.situations import begun_as, family_of, parse_situation
from iasyncinfo_spec.static_rules import EVERY_RULE

Progress = Callable[[str, str], None]
MOST_CALLS: Final = 6
"""Calls of a consumer around which situations are stretched."""
MOST_SCHEDULES: Final = 5000
"""Schedules after which no more situations are explored."""
_BATCH: Final = 40
_SMOKE: Final = ("reference: wait complete(5)", "reference: complete(5) wait", "reference: wait fail(0x80070005)")


def matching(glob: str) -> tuple[str, ...]:
    """Return the rules that a consumer is judged by and that a pattern names."""
    return tuple(rule for rule in JUDGED if fnmatchcase(rule, glob.upper()))


@dataclass
class _UnderWay:
    """What is known so far."""

    text: str
    options: Options
    judged: Judged
    about: Ready | None = None
    faults: list[Fault] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    halted: bool = False
    stopped: str = ""
    started: float = field(default_factory=time.perf_counter)


class Host(Protocol):
    """Where a consumer is run: processes of its own, or this one."""

    def ready(self) -> Ready:
        """Return what there is to say of the consumer."""

    def meet(self, asked: Sequence[Asked]) -> list[Seen | Lost]:
        """Return what was seen in each situation."""

    def switch(self, asked: Sequence[Switches]) -> list[Switched]:
        """Return what was seen in each situation under its schedules, or why none could be chosen."""


def judge_consumer(text: str, options: Options, hosted: Host, progress: Progress) -> Record:
    """Judge the consumer that a text names and return the record of it; raises UsageFault where the text is wrong."""
    under_way = _UnderWay(text, options, Judged(matching(options.rule), options.profile))
    try:
        require_extra()
        _run(under_way, hosted, progress)
    except UsageFault:
        raise
    except HarnessFault as fault:
        _break_off(under_way, fault.whose, str(fault))
    except KeyboardInterrupt:
        under_way.stopped, under_way.halted = "SIGINT", True
    except Stopped as stop:
        under_way.stopped, under_way.halted = stop.signal, True
    except Exception as error:
        _break_off(under_way, Whose.SUITE, why_it_broke(error))
    return _record(under_way)


def _break_off(under_way: _UnderWay, whose: Whose, why: str) -> None:
    under_way.halted = True
    under_way.faults.append(Fault("", why, whose, final=True))


def _run(under_way: _UnderWay, hosted: Host, progress: Progress) -> None:
    progress("smoke", under_way.text)
    about = under_way.about = hosted.ready()
    options = under_way.options
    if about.application:
        made = _calls_of(under_way.text, about, hosted)
        plan = list(of_application(about, made, options.profile, quick=options.quick))
        _meet(under_way, hosted, plan, "situations", progress)
        if not options.quick:
            _switch(under_way, hosted, list(switched_of_application(about, made, options.profile)), progress)
        return
    _smoke(under_way.text, about, hosted)
    plan = list(points_first(about))
    plan += situations(about, options.profile, quick=options.quick)
    _meet(under_way, hosted, plan, "situations", progress)
    _meet(under_way, hosted, list(_known(under_way, plan)), "known", progress)
    if options.quick:
        return
    calls = _calls(about, hosted)
    _meet(under_way, hosted, list(stretched(about, options.profile, calls)), "stretched", progress)
    started = time.perf_counter()
    draw(about, hosted, under_way.judged, options)
    under_way.seconds["drawn"] = time.perf_counter() - started
    _switch(under_way, hosted, list(switched(about, options.profile)), progress)


def _switch(under_way: _UnderWay, hosted: Host, plan: Sequence[Run], progress: Progress) -> None:
    """Judge what comes of every schedule; what fails without an unlucky switch has been told already."""
    started, judged = time.perf_counter(), under_way.judged
    known = judged.journal.failed_rules()
    for number, run in enumerate(plan):
        if judged.switching.schedules > MOST_SCHEDULES:
            judged.switched(Switched(why=f"{MOST_SCHEDULES:,} are the most that are tried of one consumer"))
            break
        progress(SWITCHED, f"{number} of {len(plan)}")
        (came,) = hosted.switch([Switches(run.asked.situation, run.asked.kind, PREEMPTIONS)])
        judged.switched(came)
        if not came.schedules:
            break
        for under in came.found:
            if judged.would_fail(run, under.seen, known):
                (again,) = hosted.switch([Switches(run.asked.situation, run.asked.kind, schedule=under.schedule)])
                judged.take(run, under.seen, SWITCHED, again.found[0] if again.found else under)
            elif under is came.found[0]:
                judged.take(run, under.seen, SWITCHED)
    under_way.seconds[SWITCHED] = time.perf_counter() - started


def _known(under_way: _UnderWay, met: Sequence[Run]) -> Iterator[Run]:
    """Yield runs of the situations that the known-file names and that nobody has met."""
    known = {(run.asked.situation, run.asked.kind) for run in met}
    for entry in under_way.options.known.deviations:
        if (entry.word, entry.kind) not in known and entry.id in under_way.judged.expected and _is_situation(entry):
            known.add((entry.word, entry.kind))
            yield Run(POINT, Asked(entry.word, entry.kind), tier_of_steps(entry.word[1:], family_of(entry.word)))


def _is_situation(entry: Deviation) -> bool:
    return str(entry.word[0][0]).endswith(":")


def _meet(under_way: _UnderWay, hosted: Host, plan: Sequence[Run], engine: str, progress: Progress) -> None:
    started = time.perf_counter()
    for first in range(0, len(plan), _BATCH):
        batch = plan[first : first + _BATCH]
        progress(engine, f"{first} of {len(plan)}")
        for run, seen in zip(batch, hosted.meet([run.asked for run in batch]), strict=True):
            under_way.judged.take(run, seen, engine)
    under_way.seconds[engine] = time.perf_counter() - started


def _smoke(text: str, about: Ready, hosted: Host) -> None:
    """Refuse what does not look at the operation that it is given: that is no consumer, or not called as one."""
    kind = about.kinds[0]
    seen = hosted.meet([Asked(parse_situation(word), kind) for word in _SMOKE])
    untouched = [each for each in seen if isinstance(each, Seen) and not each.calls and each.outcome.end is End.RAISED]
    if len(untouched) == len(seen):
        raise HarnessFault(
            f"{text}: it {untouched[0].outcome.end} {untouched[0].outcome.shown} before it touched the operation, "
            "whatever that does. A consumer is a function wait(operation); Consumer(wait, progress=True) takes "
            "wait(operation, report), Consumer(application=run) takes run(begin)."
        )


def _calls_of(text: str, about: Ready, hosted: Host) -> tuple[tuple[str, Kind], ...]:
    """Return the calls that an application makes where all complete; raises HarnessFault where it makes none."""
    asked = Asked(begun_as(parse_situation(_SMOKE[0]), NO_CALL), about.kinds[0])
    (seen,) = hosted.meet([asked])
    if isinstance(seen, Lost) or not seen.made_calls:
        what = seen.why if isinstance(seen, Lost) else f"{seen.outcome.end} {seen.outcome.shown}"
        raise HarnessFault(
            f"{text}: it calls nothing where every operation completes: it {what}. An application is run(begin), where "
            "begin(name, kind) stands for a call of the API and returns an operation."
        )
    return seen.made_calls


def _calls(about: Ready, hosted: Host) -> int:
    """Return how many calls a consumer makes of a plain operation, as far as situations are stretched around them."""
    (seen,) = hosted.meet([Asked(parse_situation(_SMOKE[0]), about.kinds[0])])
    return 0 if isinstance(seen, Lost) else min(MOST_CALLS, len(seen.calls))


# -- the record ----------------------------------------------------------------------------------------


def _record(under_way: _UnderWay) -> Record:
    judged, options, about = under_way.judged, under_way.options, under_way.about
    journal = judged.journal
    judged.settle()
    known = [entry for entry in options.known.deviations if entry.id in judged.expected]
    noted = {entry.point for entry in options.known.answers}
    used, stale = excuse(journal, known)
    for rule in judged.expected:
        if rule not in journal.verdicts:
            journal.verdicts[rule] = _verdict(under_way, rule)
    return Record(
        subject=Named(under_way.text, "", about.kinds if about else ()),
        asked=AskedFor(options.profile, options.rule, options.seed, options.quick, extra_states=0, race_bound=0),
        verdicts=tuple(journal.verdicts[rule] for rule in judged.expected),
        failures=tuple(journal.told()),
        hazards=(*(each for each in judged.hazards_of_answers() if each.point not in noted), *journal.hazards),
        faults=tuple(under_way.faults),
        notes=tuple(journal.notes),
        engines=tuple(_engines(judged)),
        used=tuple(used),
        noted=() if under_way.halted or options.rule != "*" else options.known.answers,
        stale=() if under_way.halted else tuple(stale),
        seconds={engine: round(seconds, 3) for engine, seconds in under_way.seconds.items()},
        wall=round(time.perf_counter() - under_way.started, 3),
        stopped=under_way.stopped,
        consumed=Consumed(
            manner=_manner(about),
            answers={point: judged.answer_of(point) for point in CONSUMER_POINTS},
            on_threads=judged.on_threads,
            unscheduled=judged.unscheduled,
            switching=judged.switching,
            situations=tuple(judged.met.values()),
        ),
    )


def _manner(about: Ready | None) -> str:
    if about is None:
        return "unknown"
    kept = "asynchronous" if about.is_async else "synchronous"
    return f"{kept} application" if about.application else kept


def _engines(judged: Judged) -> list[EngineRun]:
    journal, found = judged.journal, []
    for (engine, kind), words in journal.words.items():
        failed = dict.fromkeys(each.rule for each in journal.failures if (each.engine, each.kind) == (engine, kind))
        found.append(EngineRun(engine, kind, words, journal.steps[engine, kind], tuple(failed)))
    return found


def _verdict(under_way: _UnderWay, rule: str) -> RuleVerdict:
    """Return the verdict on a rule that nothing has broken."""
    about = under_way.about
    if under_way.halted or about is None:
        return RuleVerdict(rule, Outcome.UNTESTABLE, NotRun.HALTED)
    why = why_not(about, rule)
    if why:
        return RuleVerdict(rule, Outcome.NOT_APPLICABLE, why)
    unkept = [hazard for hazard in under_way.judged.journal.hazards if hazard.point == rule]
    if unkept and (EVERY_RULE[rule].level == "SHOULD"):
        return RuleVerdict(rule, Outcome.DEVIATING, "a SHOULD, and so a hazard: see there")
    return RuleVerdict(rule, Outcome.PASSED)
