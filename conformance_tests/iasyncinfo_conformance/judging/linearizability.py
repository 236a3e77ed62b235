"""Is the outcome of a race that of some interleaving of the specification's atomic steps?"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.comparison import Ids, deciding
from iasyncinfo_conformance.judging.late_calls import with_late
from iasyncinfo_conformance.judging.wording import Difference, calls, describe
from iasyncinfo_conformance.model.race import Race, Way
from iasyncinfo_conformance.model.results import as_result
from iasyncinfo_conformance.target import RaceOutcome, Result
from iasyncinfo_spec.product import Prediction
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.words import format_word, threads_of

GOES_ON: Final = "every thread goes on to its end"
"""What is allowed where threads hang."""
_RACED: Final = {
    "id": Situation.RACED_ID,
    "status": Situation.RACED_STATUS,
    "error_code": Situation.RACED_ERROR,
    "get_results": Situation.RACED_RESULTS,
    "get_completed": Situation.RACED_COMPLETED,
    "put_completed": Situation.RACED_COMPLETED,
    "get_progress": Situation.RACED_PROGRESS,
    "put_progress": Situation.RACED_PROGRESS,
    "report_progress": Situation.RACED_REPORT,
    "cancel": Situation.RACED_CANCEL,
    "close": Situation.RACED_CLOSE,
}
"""What is seen where a member's answer fits no order; with any other step it is the worker's end."""


def judged(race: Race, outcome: RaceOutcome) -> Difference | None:
    """Return what is wrong with the outcome of a schedule, or None: it has no results where its threads got stuck."""
    if outcome.trouble:
        return Difference(blamed(Situation.RACE_STUCK), GOES_ON, outcome.trouble)
    return violation(race, outcome.results)


def violation(race: Race, results: Sequence[Result]) -> Difference | None:
    """Return how the results of a raced word differ from all ways in which it may go, or None.

    What decides is a rule of the way that fits best.
    """
    outcome, after = results[race.at], results[race.at + 1 :]
    for way in race.ways:
        if _looks_like(way, outcome, after):
            return None
    differences = [list(_differences(way, outcome, after)) for way in race.ways]
    if not all(differences):
        return None
    nearest = sorted(differences, key=len)
    allowed = dict.fromkeys(told(race, way.threads, way.after) for way in race.ways)
    return Difference(_blamed(nearest, outcome), "; or: ".join(allowed), came_in(race, results))


def _blamed(nearest: Sequence[Sequence[tuple[str, str]]], outcome: Result) -> str:
    """Return the rule that is blamed: the first that decides a difference from the nearest way that cites one."""
    if _locked(outcome):
        return blamed(Situation.LOCK_HELD)
    own, name = nearest[0][0]
    rules = (cites for cites, _ in chain.from_iterable(nearest) if cites in RULES)
    return blamed(_RACED.get(name, Situation.RACED_WORKER), next(rules, own))


def _looks_like(way: Way, outcome: Result, after: Sequence[Result]) -> bool:
    """Return whether results are, value by value, what a way predicts: a quick look before the long one.

    Calls that the race itself reports belong to none of its steps yet: they take the long one.
    """
    if outcome.get("events"):
        return False
    threads = [list(map(as_result, thread)) for thread in way.threads]
    return threads == outcome.get("threads") and list(map(as_result, way.after)) == after


def _differences(way: Way, outcome: Result, after: Sequence[Result]) -> Iterator[tuple[str, str]]:
    """Yield what decides each step that is not as a way predicts, and the step; handlers may have run late."""
    ids = Ids()
    late: list[Result] = list(outcome.get("events", ()))
    for predictions, results in zip(way.threads, outcome["threads"], strict=True):
        for prediction, result in zip(predictions, results, strict=True):
            yield from _differs(prediction, with_late(prediction, result, late), ids)
    if late:
        yield blamed(Situation.RACED_CALL), ""
    for prediction, result in zip(way.after, after, strict=True):
        yield from _differs(prediction, result, ids)


def _differs(prediction: Prediction, result: Result, ids: Ids) -> Iterator[tuple[str, str]]:
    cites = deciding(prediction, result, ids, running=False)
    if cites is not None:
        yield cites, prediction["step"][0]
    elif _locked(result):
        yield blamed(Situation.LOCK_HELD), ""


def _locked(result: Result) -> bool:
    """Return whether a handler ran while the thread that called it held a lock."""
    inner = [step for thread in result.get("threads", ()) for step in thread]
    return any(event.get("locked") for event in result.get("events", ())) or any(map(_locked, inner))


def came_in(race: Race, results: Sequence[Result]) -> str:
    """Return what came of a race in words."""
    outcome = results[race.at]
    return told(race, outcome["threads"], results[race.at + 1 :], outcome.get("events", ()))


def told(
    race: Race,
    threads: Sequence[Sequence[Result | Prediction]],
    after: Sequence[Result | Prediction],
    aside: Sequence[Result] = (),
) -> str:
    """Return an outcome of a race in words: what each thread got, whom others called, and then what was seen."""
    raced = (
        f"{format_word((step,))} {describe(step, result)}"
        for word, results in zip(threads_of(race.step), threads, strict=True)
        for step, result in zip(word, results, strict=True)
    )
    then = (f"{step[0]} {describe(step, result)}" for step, result in zip(race.word[race.at + 1 :], after, strict=True))
    others = f"; threads of its own call {calls(aside)}" if aside else ""
    return ", ".join(raced) + others + (f"; then {', '.join(then)}" if after else "")
