"""Theorems about what the families can do: each holds on every path, whatever its length."""

from collections import deque
from collections.abc import Iterator
from functools import cache
from time import perf_counter
from typing import Any, Final

import pytest

from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.exploration import Edge, System, explore
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import E_FAIL, E_UNEXPECTED, S_OK
from iasyncinfo_spec.product import Configuration, Product
from iasyncinfo_spec.tables import CALLED, CLOSED, CLOSED_RUNNING, HELD, RUNNING_STATES, STARTED
from iasyncinfo_spec.words import PRODUCER, parse_word

FAMILY_AND_KIND: Final = [(name, kind) for name in FAMILIES for kind in Kind]
every_system = pytest.mark.parametrize(("name", "kind"), FAMILY_AND_KIND)

SIZES: Final = {
    "reference": (29, 87, 29, 87),
    "wrl": (29, 87, 29, 87),
    "wrl-from-canceled": (35, 105, 35, 105),
    "wrl-multiple-results": (29, 87, 29, 87),
    "wrl-propagate": (29, 87, 29, 87),
    "cppwinrt": (24, 72, 27, 72),
    "ppl": (23, 69, 23, 69),
    "kotlin": (30, 90, 30, 90),
    "inbox-speech": (29, 87, 32, 96),
    "threadpool": (21, 63, 21, 63),
    "cswinrt": (30, 78, 30, 78),
    "dotnet-uwp": (30, 78, 30, 78),
    "windows-rs": (10, 10, 10, 10),
    "windows-rs-master": (7, 7, 7, 7),
    "windows-rs-ready": (18, 18, 18, 18),
    "wine": (23, 23, 23, 23),
    "wine-8.0": (23, 69, 26, 78),
}
"""How many configurations each family reaches, per kind in the order of :class:`Kind`."""


@cache
def system_of(name: str, kind: Kind) -> System:
    return explore(name, kind)


def edges(name: str, kind: Kind) -> Iterator[Edge]:
    for found in system_of(name, kind).edges.values():
        yield from found.values()


def told(edge: Edge) -> int:
    return sum("status" in event for event in edge.prediction.get("events", ()))


def status(system: System, configuration: Configuration) -> Any:
    return system.edges[configuration]["status",].prediction.get("ok", "closed")


@pytest.mark.theorem("FIRES-ONCE", over="every family and kind, every path", how="exhausted")
@every_system
def test_a_completed_handler_is_called_at_most_once_along_every_path(name: str, kind: Kind) -> None:
    """No word, however long, calls two handlers, or one twice."""
    system, start = system_of(name, kind), (Configuration(), 0)
    seen, queue = {start}, deque([start])
    while queue:
        here, calls = queue.popleft()
        for edge in system.edges[here].values():
            there = (edge.dest, calls + told(edge))
            assert there[1] <= 1
            if there not in seen:
                seen.add(there)
                queue.append(there)


@pytest.mark.theorem("ENDED-CALLED", over="every family and kind, every reachable state", how="exhausted")
@every_system
def test_once_the_worker_has_ended_a_handler_that_was_set_has_been_called(name: str, kind: Kind) -> None:
    """No configuration in which the worker has ended holds a handler that still waits."""
    for configuration in system_of(name, kind).configurations:
        assert configuration.life in RUNNING_STATES or configuration.completed != HELD


@pytest.mark.theorem("CALLED-BY", over="every family and kind, every reachable step", how="exhausted")
@every_system
def test_a_handler_is_called_only_by_the_end_or_by_its_own_put(name: str, kind: Kind) -> None:
    """What calls a Completed handler is a step of the worker, or the put of that very handler."""
    for edge in edges(name, kind):
        for event in edge.prediction.get("events", ()):
            if "status" in event:
                assert edge.step[0] in PRODUCER or edge.step == ("put_completed", event["handler"])


@every_system
def test_a_slot_that_was_used_is_never_free_again(name: str, kind: Kind) -> None:
    """The Completed slot moves forward only."""
    order = ("empty", "null", "held", "running", "called")
    for edge in edges(name, kind):
        assert order.index(edge.source.completed) <= order.index(edge.dest.completed)
        assert edge.source.completed != CALLED or edge.dest.completed == CALLED


@every_system
def test_a_closed_operation_stays_closed(name: str, kind: Kind) -> None:
    """Nothing leads out of closed, and out of closed-while-running only the worker's end leads on."""
    for edge in edges(name, kind):
        if edge.source.life == CLOSED:
            assert edge.dest.life == CLOSED
        if edge.source.life == CLOSED_RUNNING:
            assert edge.dest.life == (
                CLOSED if edge.step[0] in ("complete", "fail", "acknowledge_cancel") else CLOSED_RUNNING
            )


@pytest.mark.theorem("CLOSE-TWICE", over="every family and kind, every reachable step", how="exhausted")
@every_system
def test_a_second_close_changes_nothing(name: str, kind: Kind) -> None:
    """Close of a closed operation succeeds and leads nowhere."""
    for edge in edges(name, kind):
        if edge.step == ("close",) and edge.source.life in (CLOSED, CLOSED_RUNNING):
            assert edge.prediction["ok"] is None
            assert edge.dest == edge.source


@pytest.mark.theorem("CANCEL-ACCEPTED", over="every family and kind, every reachable step", how="exhausted")
@every_system
def test_cancel_never_refuses_while_the_operation_is_open(name: str, kind: Kind) -> None:
    """In every configuration that is not closed Cancel succeeds and calls nobody by itself."""
    for edge in edges(name, kind):
        if edge.step == ("cancel",) and edge.source.life not in (CLOSED, CLOSED_RUNNING):
            assert edge.prediction["ok"] is None
            assert not told(edge)


@pytest.mark.theorem("STATUS-FORWARD", over="every family and kind, every reachable step", how="exhausted")
@every_system
def test_status_never_goes_back(name: str, kind: Kind) -> None:
    """Started gives way to any other, Canceled to Completed or Error only by the worker's end; nothing else turns."""
    system = system_of(name, kind)
    turns = {
        (status(system, edge.source), status(system, edge.dest), edge.source.life in RUNNING_STATES)
        for edge in edges(name, kind)
    }
    for before, after, running in turns:
        assert after in (before, "closed") or (
            running
            and (before, after) != (AsyncStatus.CANCELED, AsyncStatus.STARTED)
            and before in (AsyncStatus.STARTED, AsyncStatus.CANCELED)
        )


@pytest.mark.theorem("CAN-END", over="every family and kind, every reachable state", how="exhausted")
@every_system
def test_a_running_operation_can_always_end(name: str, kind: Kind) -> None:
    """Wherever the worker still runs, its success and its failure can be driven, and end it."""
    for configuration, found in system_of(name, kind).edges.items():
        for step in (("complete", 5), ("fail", E_FAIL)):
            assert (step in found) == (configuration.life in RUNNING_STATES)
            assert step not in found or found[step].dest.life not in RUNNING_STATES


@pytest.mark.theorem("FAILURE-READ", over="every family and kind, every reachable state", how="exhausted",
    premise="ERR-RESULT is code")  # fmt: skip
@every_system
def test_get_results_of_a_failed_operation_fails_with_its_error_code(name: str, kind: Kind) -> None:
    """Wherever ErrorCode reads a worker's code, GetResults fails with the same; elsewhere with ERR-RESULT's."""
    wanted = {"code": E_FAIL, "E_UNEXPECTED": E_UNEXPECTED}[FAMILIES[name].answer("ERR-RESULT")]
    for found in system_of(name, kind).edges.values():
        if found["status",].prediction.get("ok") == AsyncStatus.ERROR:
            assert found["get_results",].prediction["hr"] == wanted
            assert found["error_code",].prediction["ok"] == E_FAIL


@pytest.mark.theorem("PUBLISHED-FIRST", over="every family, operations, four words", how="enumerated")
@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(
    ("word", "status", "results", "code"),
    [
        ("put_completed(h1{status get_results error_code}) complete(5)", AsyncStatus.COMPLETED, ("ok", 5), S_OK),
        ("complete(5) put_completed(h1{status get_results error_code})", AsyncStatus.COMPLETED, ("ok", 5), S_OK),
        (
            "put_completed(h1{status get_results error_code}) fail(0x80004005)",
            AsyncStatus.ERROR,
            ("hr", E_FAIL),
            E_FAIL,
        ),
        (
            "fail(0x80004005) put_completed(h1{status get_results error_code})",
            AsyncStatus.ERROR,
            ("hr", E_FAIL),
            E_FAIL,
        ),
    ],
)
def test_the_end_is_published_before_the_handler_runs(
    name: str, word: str, status: AsyncStatus, results: tuple[str, int], code: int
) -> None:
    """Inside the handler Status, GetResults and ErrorCode give their final answers, and Status is the argument."""
    (event,) = Product(FAMILIES[name], Kind.OPERATION).predict(parse_word(word))[-1]["events"]
    inner = event["results"]
    assert (event["status"], inner[0]["ok"], inner[2]["ok"]) == (status, status, code)
    other = status == AsyncStatus.ERROR and FAMILIES[name].answer("ERR-RESULT") == "E_UNEXPECTED"
    assert dict(inner[1])[results[0]] == (E_UNEXPECTED if other else results[1])


@every_system
def test_every_configuration_has_a_shortest_word_that_leads_there(name: str, kind: Kind) -> None:
    """The access words of an exploration are words of the product, and lead where they say."""
    system = system_of(name, kind)
    for configuration, word in system.access.items():
        here = Configuration()
        for step in word:
            here = system.edges[here][step].dest
        assert here == configuration


@pytest.mark.parametrize("name", FAMILIES)
def test_an_exploration_reaches_as_much_as_was_recorded(name: str) -> None:
    """The sizes are on record, so that no change to the tables goes unnoticed; the time is only printed."""
    begun = perf_counter()
    sizes = tuple(len(explore(name, kind).configurations) for kind in Kind)
    print(f"{name}: {sizes} configurations in {1000 * (perf_counter() - begun):.0f} ms")
    assert sizes == SIZES[name]


@pytest.mark.theorem("HOT-FOR-EVER", over="every family and kind, every reachable state", how="exhausted")
def test_no_family_leads_a_caller_back_to_created() -> None:
    """Every exploration begins in started: created is over before anybody holds the object."""
    lives = {configuration.life for name, kind in FAMILY_AND_KIND for configuration in system_of(name, kind).access}
    assert STARTED in lives
    assert "created" not in lives


@pytest.mark.parametrize(
    ("name", "word", "alive"),
    [
        ("reference", "put_completed(h1) alive(h1)", True),
        ("reference", "put_completed(h1) complete(5) alive(h1)", False),
        ("cswinrt", "put_completed(h1) complete(5) alive(h1)", True),
        ("cswinrt", "put_completed(h1) put_completed(h2) alive(h2)", False),
        ("cswinrt", "put_completed(null) alive(h1)", False),
    ],
)
def test_an_operation_refers_to_the_handler_that_it_holds_and_to_no_other(name: str, word: str, alive: bool) -> None:
    """A refused handler is never kept; one that was called is kept where the family says so."""
    assert Product(FAMILIES[name], Kind.ACTION).predict(parse_word(word))[-1]["ok"] is alive
