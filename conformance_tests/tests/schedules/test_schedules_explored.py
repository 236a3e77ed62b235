"""Every schedule of a race that can tell something new is run; each outcome is told with the first that led to it."""

import gc
from contextlib import suppress
from itertools import product

import pytest
from packaging.version import parse as parse_version

from iasyncinfo_conformance.counterexamples import races
from iasyncinfo_conformance.errors import NotSchedulable
from iasyncinfo_conformance.judging.comparison import Ids, deciding
from iasyncinfo_conformance.schedules.exploring import Schedules
from iasyncinfo_conformance.schedules.sources import met_beside
from iasyncinfo_conformance.target import RaceOutcome, Result
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_conformance.targets.reference import start as start_reference
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.interleaving import interleavings
from iasyncinfo_spec.product import Configuration, Prediction, Product, Run
from iasyncinfo_spec.words import Word, parse_word, threads_of

BOUND = 2
PLAIN_RACES = [
    "[complete(5) | put_completed(h1)] status",
    "[cancel | complete(5)] status",
    "[status | status]",
    "put_completed(h1) [complete(5) | cancel] status",
    "put_completed(h1{status get_results}) [complete(5) | close] status",
    "complete(5) [close | get_results] close",
    "complete(5) [put_completed(h1) | put_completed(h2)] get_completed",
    "cancel [put_completed(h1) | acknowledge_cancel] status",
    "cancel [close | complete(5)] status",
    "[complete(5) status | cancel close] status",
    "put_completed(h1) [cancel | close | complete(5)] status",
    "[complete(5) | put_completed(h1) | cancel] status",
]
PROGRESS_RACES = [
    "put_progress(p1) [report_progress(1) | complete(5)]",
    "put_progress(p1) [report_progress(1) | put_progress(null)]",
    "put_progress(p1) cancel [report_progress(1) | put_completed(h1)]",
]


def allowed(kind: Kind, word: Word, results: list[Result]) -> bool:
    """Whether some interleaving of the reference family's atoms gives these results."""
    product = Product(FAMILIES["reference"], kind)
    (at,) = (number for number, step in enumerate(word) if threads_of(step))
    ids, configuration = Ids(), Configuration()
    if not follow(product, configuration, word[:at], results[:at], ids):
        return False
    run = Run(product, configuration)
    for step in word[:at]:
        run.take(step)
    for found in interleavings(product, run.at, threads_of(word[at])):
        pairs = zip(found.results, results[at]["threads"], strict=True)
        if all(alike(predictions, came, ids) for predictions, came in pairs) and follow(
            product, found.dest, word[at + 1 :], results[at + 1 :], ids
        ):
            return True
    return False


def follow(product: Product, start: Configuration, word: Word, results: list[Result], ids: Ids) -> bool:
    """Whether the machine answers so, from here on."""
    return alike(product.predict(word, start), results, ids)


def alike(predictions: list[Prediction], results: list[Result], ids: Ids) -> bool:
    """Whether nothing differs."""
    pairs = zip(predictions, results, strict=True)
    return not any(deciding(prediction, result, ids, running=False) for prediction, result in pairs)


def explored(start: Start, text: str, kind: Kind = Kind.OPERATION, bound: int = BOUND) -> list[RaceOutcome]:
    """The outcomes of a race."""
    return Schedules(start).explore(kind, parse_word(text), bound).outcomes


def refused_to(outcomes: list[RaceOutcome], text: str, kind: Kind = Kind.OPERATION) -> list[RaceOutcome]:
    """The outcomes that no interleaving gives."""
    return [outcome for outcome in outcomes if outcome.trouble or not allowed(kind, parse_word(text), outcome.results)]


@pytest.fixture(scope="module")
def reference() -> Schedules:
    """The reference implementation, loaded once."""
    return Schedules(start_reference)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("text", PLAIN_RACES)
def test_the_reference_implementation_is_linearizable(reference: Schedules, kind: Kind, text: str) -> None:
    """Every outcome is that of an interleaving."""
    assert not refused_to(reference.explore(kind, parse_word(text), BOUND).outcomes, text, kind)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.has_progress])
@pytest.mark.parametrize("text", PROGRESS_RACES)
def test_the_reference_implementation_is_linearizable_with_progress(
    reference: Schedules, kind: Kind, text: str
) -> None:
    """Every outcome is that of an interleaving."""
    assert not refused_to(reference.explore(kind, parse_word(text), BOUND).outcomes, text, kind)


@pytest.mark.parametrize("text", PLAIN_RACES)
def test_the_right_implementation_with_a_lock_is_linearizable(text: str) -> None:
    """The one from which the broken ones differ."""
    assert not refused_to(explored(races.locked, text), text)


@pytest.mark.parametrize(
    ("start", "text"),
    [
        (races.handler_lost_at_the_end, "[complete(5) | put_completed(h1)]"),
        (races.cancel_overwrites_the_end, "put_completed(h1) [cancel | complete(5)] status"),
        (races.results_gone_at_close, "complete(5) [close | get_results]"),
    ],
)
def test_a_window_between_check_and_act_is_found(start: Start, text: str) -> None:
    """With one preemption, in a schedule that replays."""
    wrong = refused_to(explored(start, text, bound=1), text)
    assert wrong
    assert not refused_to(explored(start, text, bound=0), text)
    for outcome in wrong:
        replayed = Schedules(start).replay(Kind.OPERATION, parse_word(text), outcome.schedule)
        assert replayed.results == outcome.results


def test_threads_that_share_nothing_are_run_once(reference: Schedules) -> None:
    """One schedule stands for all."""
    assert reference.explore(Kind.OPERATION, parse_word("[status | status]"), BOUND).schedules == 1


def test_the_same_race_gives_the_same_exploration() -> None:
    """Schedules, outcomes and their order; ids differ from run to run and make no outcomes of their own."""
    word = parse_word("put_completed(h1) [cancel id | close | complete(5) id] id")
    first, second = (Schedules(start_reference).explore(Kind.OPERATION, word, BOUND) for _ in range(2))
    assert first.schedules == second.schedules
    assert [outcome.schedule for outcome in first.outcomes] == [outcome.schedule for outcome in second.outcomes]


def test_a_target_that_names_its_sources_supports_schedules() -> None:
    """Of each kind."""
    target = InProcess(start_reference, "reference")
    assert all("schedules" in target.supports(kind) for kind in target.kinds)
    assert not target.notes


def test_results_of_a_replay_are_those_of_the_exploration(reference: Schedules) -> None:
    """For every outcome."""
    word = parse_word("put_completed(h1) [complete(5) | cancel | close] status")
    for outcome in reference.explore(Kind.OPERATION, word, BOUND).outcomes:
        assert reference.replay(Kind.OPERATION, word, outcome.schedule).results == outcome.results


def test_a_trace_shows_the_lines_of_the_sources() -> None:
    """Who did what, where; handlers too."""
    word = parse_word("[complete(5) | put_completed(h1)]")
    replayed = Schedules(races.locked).replay(Kind.OPERATION, word, "AB")
    told = [(moment.thread, moment.what, moment.source) for moment in replayed.trace]
    assert (0, "acquire", "with self._lock:") in told
    assert (0, "write _status", "self._status, self._result, self._code = status, result, code") in told
    assert (1, "call h1", "handler(self, self._status)") in told
    assert {moment.file for moment in replayed.trace} <= {races.__file__, ""}


@pytest.mark.parametrize("start", [races.locked, races.handler_lost_at_the_end, races.results_gone_at_close])
@pytest.mark.parametrize(
    "text",
    [
        "[complete(5) | put_completed(h1)] status",
        "cancel [close | put_completed(h1)]",
        "complete(5) [close | get_results]",
    ],
)
def test_what_is_left_out_tells_nothing_new(start: Start, text: str) -> None:
    """Preempting anywhere, once and twice, comes to the same outcomes."""
    schedules, word = Schedules(start), parse_word(text)
    reduced = {repr(outcome.results) for outcome in schedules.explore(Kind.OPERATION, word, BOUND).outcomes}
    points = sum(moment.what != "blocked" for moment in schedules.replay(Kind.OPERATION, word, "AB").trace)
    everywhere: set[str] = set()
    for first, second in ("AB", "BA"):
        for passed, then in product(range(1, points), repeat=2):
            with suppress(NotSchedulable):  # a thread has ended before, and another schedule says the same
                replayed = schedules.replay(Kind.OPERATION, word, f"{first}{passed}{second}{then}{first}")
                everywhere.add(repr(replayed.results))
    assert everywhere <= reduced


def test_what_the_collector_runs_in_between_is_not_met_beside() -> None:
    """A callback of somebody else's, called whenever garbage is collected, is no code of the subject's."""

    def note(_phase: str, _told: dict[str, int]) -> None:
        parse_version("1")

    threshold = gc.get_threshold()
    gc.callbacks.append(note)
    gc.set_threshold(1)
    try:
        assert met_beside((__file__,), lambda: [[] for _ in range(100)]) == ()
    finally:
        gc.set_threshold(*threshold)
        gc.callbacks.remove(note)
