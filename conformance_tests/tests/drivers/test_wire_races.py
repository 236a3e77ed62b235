"""Races on Microsoft's C++/WinRT objects: real threads, released together, over the wire."""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from iasyncinfo_conformance.drivers import cppwinrt
from iasyncinfo_conformance.judging.comparison import Ids, deciding
from iasyncinfo_conformance.target import Result, Target, Trouble
from iasyncinfo_conformance.targets.pipe.wire import WireTarget
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.interleaving import interleavings
from iasyncinfo_spec.product import Configuration, Prediction, Product
from iasyncinfo_spec.words import RACE, Step, Word, parse_word, threads_of

TIMES = 200
PATIENCE = 60.0
"""Seconds until a driver that does not answer is killed: it only turns a hang into a failure."""
PENDING = FAMILIES["cppwinrt"]
COOPERATIVE = PENDING.answering("cppwinrt, cooperative", {"CANCEL-SYNC": "yes"})

# get_completed beside fail or acknowledge_cancel is not among them, and neither is cancel_notifications beside
# cancel: there C++/WinRT shows the new status before it takes the handler, or before it tells the worker.
SAMPLE = [
    "[complete(5) | cancel] status error_code get_results",
    "put_completed(h1) [complete(5) | cancel] status get_completed",
    "put_completed(h1{status get_results}) [complete(5) | cancel status] status",
    "put_completed(h1{status get_results}) [complete(5) | get_results] get_results",
    "put_completed(h1{close}) [complete(5) | close | status status] id",
    "[complete(5) | put_completed(h1{get_results status})] get_completed",
    "[fail(0x80004005) | put_completed(h1{status error_code})] status",
    "[fail(0x80004005) | cancel] status error_code",
    "[acknowledge_cancel | cancel | status] status",
    "[put_completed(h1) | put_completed(h2) | complete(5)] get_completed",
    "[put_completed(h1) get_completed | put_completed(h2) get_completed] complete(5)",
    "cancel [fail(0x80004005) | put_completed(h1{status})] status error_code",
    "cancel [complete(5) | put_completed(h1{raise(0x80004005)})] status",
    "[cancel | cancel | cancel] cancel_notifications status",
    "put_completed(h1) [status complete(5) | cancel] [status | close] get_results",
]
WITH_PROGRESS = [
    "put_progress(p1) [report_progress(0.5) | put_progress(p2)] get_progress",
    "put_progress(p1{cancel status}) [report_progress(1) report_progress(2) | complete(5)] status",
    "put_completed(h1) put_progress(p1) [report_progress(1) | complete(5) | cancel] status",
]
EVERY = [(Kind.ACTION, text) for text in SAMPLE]
EVERY += [(Kind.OPERATION, text) for text in SAMPLE]
EVERY += [(Kind.OPERATION_WITH_PROGRESS, text) for text in WITH_PROGRESS]


def loaded(version: str, *, cooperative: bool) -> WireTarget:
    """The driver; skips, though not in CI, where the machine cannot build it."""
    try:
        return WireTarget(cppwinrt.command(version, cooperative), f"cppwinrt@{version}", PATIENCE)
    except cppwinrt.MachineLacks as fault:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(fault))


@pytest.fixture(scope="module", params=list(cppwinrt.VERSIONS))
def target(request: pytest.FixtureRequest) -> Iterator[WireTarget]:
    """A driver whose worker leaves a cancel pending, in both versions."""
    target = loaded(request.param, cooperative=False)
    yield target
    target.close()


@pytest.fixture(scope="module")
def cooperative() -> Iterator[WireTarget]:
    """A driver whose worker ends inside Cancel."""
    target = loaded(cppwinrt.NEWEST, cooperative=True)
    yield target
    target.close()


def ways(product: Product, here: Configuration, word: Word) -> Iterator[list[Any]]:
    """Every way in which a word may go: a prediction for each step, and for a race one list of them a thread."""
    if not word:
        yield []
        return
    for predicted, there in ends(product, here, word[0]):
        for others in ways(product, there, word[1:]):
            yield [predicted, *others]


def ends(product: Product, here: Configuration, step: Step) -> Iterator[tuple[Any, Configuration]]:
    """Every way in which a step may go, and where it leads."""
    if step[0] != RACE:
        yield product.step(here, step)
        return
    for found in interleavings(product, here, threads_of(step)):
        yield found.results, found.dest


def pairs(way: list[Any], results: list[Result]) -> Iterator[tuple[Prediction, Result]]:
    """Each prediction beside its result, those of a race's threads one by one."""
    for predicted, result in zip(way, results, strict=True):
        if "threads" not in result:
            yield predicted, result
            continue
        for thread, answered in zip(predicted, result["threads"], strict=True):
            yield from zip(thread, answered, strict=True)


def fits(way: list[Any], results: list[Result]) -> bool:
    """Whether this is what came."""
    ids = Ids()
    return not any(deciding(one, other, ids, running=True) for one, other in pairs(way, results))


def raced(target: Target, kind: Kind, word: Word) -> list[list[Result]]:
    """What comes of running a word many times: each thing that came, once."""
    came: dict[str, list[Result]] = {}
    for outcome in target.run_many(kind, [word] * TIMES):
        assert not isinstance(outcome, Trouble), outcome
        came[json.dumps(outcome)] = outcome
    return list(came.values())


def unexplained(came: list[list[Result]], family: Family, kind: Kind, word: Word) -> list[list[Result]]:
    """What came and is no interleaving's."""
    allowed = list(ways(Product(family, kind), Configuration(), word))
    return [results for results in came if not any(fits(way, results) for way in allowed)]


@pytest.mark.parametrize(("kind", "text"), EVERY)
def test_a_race_comes_to_what_some_interleaving_allows(target: WireTarget, kind: Kind, text: str) -> None:
    """Every answer of every thread, every handler's call, and what is seen afterwards."""
    word = parse_word(text)
    assert unexplained(raced(target, kind, word), PENDING, kind, word) == []


@pytest.mark.parametrize(
    "text",
    [
        "put_completed(h1{status}) [cancel | status get_completed] status",
        "[cancel status | put_completed(h1{status})] status",
        "put_completed(h1{cancel}) [status error_code | cancel] get_results",
    ],
)
def test_a_cooperative_worker_is_raced_too(cooperative: WireTarget, text: str) -> None:
    """It ends inside Cancel, on the thread that canceled."""
    word = parse_word(text)
    assert unexplained(raced(cooperative, Kind.OPERATION, word), COOPERATIVE, Kind.OPERATION, word) == []


@pytest.mark.parametrize("text", [text for text in SAMPLE if "acknowledge_" not in text and "_notif" not in text])
def test_workers_of_windows_rs_are_raced_too(windows_rs: Callable[[str], Target], text: str) -> None:
    """They end on a thread of the pool, and start with the others."""
    word = parse_word(text)
    came = raced(windows_rs("windows-rs"), Kind.OPERATION, word)
    assert unexplained(came, FAMILIES["windows-rs"], Kind.OPERATION, word) == []


@pytest.mark.parametrize(
    ("ended", "seen", "after"), [(1, 1, 1), (1, 0, 1), (2, 2, 2), (2, 1, 2), (1, 1, 2), (1, 2, 1), (2, 0, 2)]
)
def test_what_no_interleaving_allows_is_found(ended: int, seen: int, after: int) -> None:
    """The end that came first is what the handler, the canceling thread and everybody afterwards are told."""
    word = parse_word("put_completed(h1) [complete(5) | cancel status] status")
    told = {"ok": None, "events": [{"handler": "h1", "sender": True, "status": ended}]}
    came: list[Result] = [{"ok": None}, {"ok": None, "threads": [[told], [{"ok": None}, {"ok": seen}]]}, {"ok": after}]
    found = unexplained([came], PENDING, Kind.OPERATION, word)
    assert found == ([] if ended == seen == after else [came])


def test_both_drivers_declare_threads(target: WireTarget, cooperative: WireTarget) -> None:
    """For every kind."""
    assert all("threads" in each.supports(kind) for each in (target, cooperative) for kind in Kind)


def test_each_thread_has_its_own_results_and_events(target: WireTarget) -> None:
    """The threads answer in the order in which they are written, however many there are."""
    put = [["put_completed", "h1", [["id"]]]]
    race = ["race", [["complete", 5]], [["id"], ["get_progress"]], *[[["get_progress"]]] * 6]
    (_, answer) = target.run(Kind.OPERATION_WITH_PROGRESS, [*put, race])
    assert answer.keys() == {"ok", "threads"}
    assert answer["threads"][0] == [
        {"ok": None, "events": [{"handler": "h1", "sender": True, "status": 1, "results": [{"ok": 1}]}]}
    ]
    assert answer["threads"][1:] == [[{"ok": 1}, {"ok": None}], *[[{"ok": None}]] * 6]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([["race"]], "a race has two to 8 threads, and not 0"),
        ([["race", [["id"]]]], "a race has two to 8 threads, and not 1"),
        ([["race", *[[["id"]]] * 9]], "a race has two to 8 threads, and not 9"),
        ([["race", [["id"]], []]], "a thread of a race is no list of one step or more"),
        ([["race", [["id"]], "id"]], "a thread of a race is no list of one step or more"),
        ([["race", [["id"]], [["sleep"]]]], "unknown step sleep"),
        ([["race", [["id"]], [["raise", 1]]]], "unknown step raise"),
        (
            [["race", [["id"]], [["race", [["id"]], [["id"]]]]]],
            "a race is a step of the word itself, and of no handler or other race",
        ),
        (
            [["put_completed", "h1", [["race", [["id"]], [["id"]]]]]],
            "a race is a step of the word itself, and of no handler or other race",
        ),
        ([["race", [["complete", 1]], [["complete", 2]]]], "the worker has already ended"),
        (
            [["put_progress", "p1", [["report_progress", 1]]], ["race", [["report_progress", 1]], [["id"]]]],
            "handlers nest without end",
        ),
    ],
    ids=str,
)
def test_a_race_that_cannot_be_run_is_errored(target: WireTarget, steps: list[Any], why: str) -> None:
    """The fault is named, on whichever thread it was met, and the driver goes on."""
    with pytest.raises(Trouble) as caught:
        target.run(Kind.OPERATION_WITH_PROGRESS, steps)
    assert (caught.value.what, caught.value.why) == ("errored", why)
    assert target.run(Kind.ACTION, [["race", [["id"]], [["id"]]]]) == [{"ok": None, "threads": [[{"ok": 1}]] * 2}]


def test_progress_on_a_racing_thread_of_a_kind_without_is_skipped(target: WireTarget) -> None:
    """Nothing of the word is run."""
    with pytest.raises(Trouble, match="skipped: action has no progress"):
        target.run(Kind.ACTION, [["race", [["id"]], [["get_progress"]]]])
