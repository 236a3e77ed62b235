"""The check: smoke, points, directed tests, complete suites, walk and races, in this order.

It always comes back with a record. A fault of the adapter, the driver or the suite, a signal, the death of a
worker: each is in the record, beside everything that was found before.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from iasyncinfo_conformance.checking.afresh import look_afresh
from iasyncinfo_conformance.checking.excuses import run_known
from iasyncinfo_conformance.checking.one_kind import Progress, go_deep, silent, timed
from iasyncinfo_conformance.checking.pool import NotDone, Pool, Task
from iasyncinfo_conformance.checking.under_way import UnderWay
from iasyncinfo_conformance.engines.demanded import demanded
from iasyncinfo_conformance.engines.directed import directed
from iasyncinfo_conformance.engines.firstborn import first_ids, judge_first_ids
from iasyncinfo_conformance.engines.linger import Lingering, judge_fatal
from iasyncinfo_conformance.engines.points import ask, explained_by, nearest_family
from iasyncinfo_conformance.engines.smoke.smoke import smoke
from iasyncinfo_conformance.errors import HarnessFault, Stopped, UsageFault, Whose, require_extra, why_it_broke
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Named, Record
from iasyncinfo_conformance.session.session import MOST_TROUBLES, Session, TooMuchTrouble, sessions_of
from iasyncinfo_conformance.target import Result, Target
from iasyncinfo_conformance.targets.recorded import recorded
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.variations import VARIATIONS

_LOG: Final = logging.getLogger(__name__)


def check(
    target: Target, options: Options | None = None, progress: Progress = silent, pool: Pool | None = None
) -> Record:
    """Check a target and return the record of it.

    ``pool`` has processes of their own for the engines that go deep.
    """
    return check_named(target.name, lambda: target, options, progress, pool)


def check_named(
    name: str,
    load: Callable[[], Target],
    options: Options | None = None,
    progress: Progress = silent,
    pool: Pool | None = None,
) -> Record:
    """Load a target and check it; that it does not load is in the record, too. A UsageFault is raised."""
    under_way = UnderWay(Named(name), options or Options())
    try:
        require_extra()
        target = load()
        _run(under_way, recorded(target, under_way.options.recording), pool, progress)
        if target.isolated and not (under_way.halted or under_way.only_one):
            look_afresh(under_way.sessions, under_way.journal, lambda: _another(load, target))
    except UsageFault:
        raise
    except HarnessFault as fault:
        under_way.break_off(fault.whose, str(fault))
    except KeyboardInterrupt:
        under_way.stopped, under_way.halted = "SIGINT", True
    except Stopped as stop:
        under_way.stopped, under_way.halted = stop.signal, True
    except (Exception, SystemExit) as error:
        _LOG.debug("the suite failed", exc_info=True)
        under_way.break_off(Whose.SUITE, why_it_broke(error))
    return under_way.record()


def _another(load: Callable[[], Target], first: Target) -> Target:
    """Load a target once more; raises HarnessFault where that gives no other process than the first."""
    again = load()
    if again is first:
        raise HarnessFault(f"{first.name} has one process alone.")
    return again


def _run(under_way: UnderWay, target: Target, pool: Pool | None, progress: Progress) -> None:
    options, journal = under_way.options, under_way.journal
    under_way.subject = Named(target.name, getattr(target, "about", ""), target.kinds)
    if pool is not None:
        pool.start(len(target.kinds))
    born = first_ids(target)
    with timed(under_way.seconds, "smoke", progress):
        journal.notes += [*target.notes, *smoke(target)]
    try:
        if under_way.expected:
            _run_engines(under_way, target, born, pool, progress)
    except TooMuchTrouble:
        under_way.halted = True
        journal.notes.append(f"stopped after {MOST_TROUBLES} hangs or deaths; the rest was not run")
    if options.types:
        from iasyncinfo_conformance.static.classes import types_of

        with timed(under_way.seconds, "types", progress):
            under_way.look_at(types_of(target, options.types))
    if not (journal.words or under_way.types):
        raise HarnessFault(f"nothing was executed on {target.name}: no rule applies to the kinds it declares.")


def _run_engines(
    under_way: UnderWay, target: Target, born: Mapping[Kind, list[Result]], pool: Pool | None, progress: Progress
) -> None:
    options, family = under_way.options, FAMILIES.get(under_way.options.profile)
    with timed(under_way.seconds, "points", progress):
        asked = ask(target)
        nearest = under_way.nearest = nearest_family(target, asked)
        answers = under_way.answers = explained_by(target, asked, family)
    points = tuple(rule for rule in under_way.expected if rule in VARIATIONS)
    like = nearest.name if nearest.exact else ""
    sessions = under_way.sessions = sessions_of(target, answers, under_way.journal, options, points, like)
    judge_first_ids(sessions, born)
    judge_fatal(sessions, answers)
    for kind, word, trouble in answers.hanging.values():
        sessions[kind].blame("points", word, "", trouble)
    _record_breaches(sessions.values())
    rules = tuple(rule for rule in under_way.expected if rule not in VARIATIONS)
    if pool is not None and pool.ahead and _goes_well(under_way):
        pool.begin(_tasks(under_way))
    with timed(under_way.seconds, "directed", _attending(pool, progress)) as tick:
        for session in sessions.values():
            directed(session, rules, tick)
        under_way.journal.settle()
        if family is not None:
            demanded(sessions, {point: family.answers[point] for point in points})
    _go_deep(under_way, Lingering(target, sessions, options.alone), pool, progress)
    if under_way.deviations:
        with timed(under_way.seconds, "known", progress):
            run_known(sessions, under_way.deviations)


def _record_breaches(sessions: Iterable[Session]) -> None:
    """Write down the rules that were broken while the points were asked."""
    for session in sessions:
        for seen in session.answers.evidence:
            if seen.kind is session.kind:
                finding = session.judge.judge(seen.word, seen.results)
                if finding is not None and finding.breaks_rule:
                    session.record(seen.word, finding, "points")


def _attending(pool: Pool | None, progress: Progress) -> Progress:
    """Return what shows progress and sees to the other processes meanwhile."""

    def show(engine: str, at: str) -> None:
        progress(engine, at)
        if pool is not None:
            pool.attend()

    return show


def _goes_well(under_way: UnderWay) -> bool:
    """Return whether what goes deep can be begun before the directed tests: it is thrown away where they fail."""
    journal, options = under_way.journal, under_way.options
    return not (journal.failures or journal.hanging or options.recording)


def _tasks(under_way: UnderWay) -> list[Task]:
    """Return what is left to do on each kind, as things stand."""
    failures = tuple(under_way.journal.failures)
    hanging = frozenset(under_way.journal.hanging)
    wanted = under_way.options.deep
    kinds = [kind for kind in under_way.sessions if wanted is None or any(kind == of for _, of in wanted)]
    return [Task(under_way.sessions[kind].plan, failures, hanging) for kind in kinds]


def _go_deep(under_way: UnderWay, lingering: Lingering, pool: Pool | None, progress: Progress) -> None:
    """Run what goes deep on each kind: in processes of their own where there are any, else here.

    Objects are left alone in the process of the target meanwhile, or before where one process is to be at work.
    """
    tasks = _tasks(under_way)
    if pool is not None and not pool.ahead:
        under_way.lingered = lingering.done
    done = pool.run(tasks, progress) if pool is not None else ((task, NotDone()) for task in tasks)
    for task, deep in done:
        if isinstance(deep, NotDone):  # there is no other process, or it did not come back: word by word, to know which
            if deep.why:
                under_way.only_one = True
                under_way.journal.notes.append(f"{task.plan.kind} was checked in the host itself: {deep.why}")
            under_way.lingered = lingering.done  # one thing at a time
            extent = go_deep(under_way.sessions[task.plan.kind], progress)
        else:
            extent = deep.extent
            under_way.journal.add(deep.journal)
        under_way.extents[task.plan.kind] = extent
    if under_way.options.deep is None:
        under_way.lingered = lingering.done
