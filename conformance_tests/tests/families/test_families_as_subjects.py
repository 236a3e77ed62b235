"""Each family as a live object: it comes out as itself, from any thread, awaited, and with its own failures."""

import asyncio
import gc
import logging
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.families import (
    FamilyOperation,
    OperationCanceled,
    OperationFailed,
    Refusal,
    create,
    starter,
)
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_isolated, load_start, load_target
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.expectation import at_standard
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import (
    E_ACCESSDENIED,
    E_FAIL,
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    E_UNEXPECTED,
    ERROR_CANCELLED,
    RPC_E_DISCONNECTED,
    signed,
)
from iasyncinfo_spec.words import parse_word

ALL = tuple(FAMILIES)
LATE_SET_WAITS = [name for name in ALL if FAMILIES[name].answer("LATE_R") == "wait"]
UNTESTABLE = {"windows-rs": {"CANCEL-REQ"}}
"""The rules that a family breaks and for which its worker has no lever."""


def target_of(name: str) -> InProcess:
    """A family's operations; those of windows-rs, which breaks rules of progress, with progress."""
    start_any = load_start(f"family:{name}")

    def start(kind: Kind) -> Any:
        if kind is not (Kind.OPERATION_WITH_PROGRESS if name == "windows-rs" else Kind.OPERATION):
            raise NotImplementedError
        return start_any(kind)

    return InProcess(start, f"family:{name}")


def shown(done: Record) -> set[str]:
    """The rules that are broken in their own right."""
    return {failure.rule for failure in done.own}


# ---- under the suite


@pytest.mark.parametrize("name", ["wrl", "cppwinrt", "windows-rs", "kotlin"])
def test_a_family_fails_at_standard_what_it_breaks(name: str) -> None:
    """And conforms where it breaks nothing."""
    done = check(target_of(name), Options(quick=True))
    expected = at_standard(FAMILIES[name])
    assert done.verdict == expected.verdict
    assert shown(done) == set(expected.fails) - UNTESTABLE.get(name, set())
    assert done.nearest is not None
    assert (done.nearest.name, done.nearest.exact, done.nearest.also) == (name, True, ())


def test_what_a_family_breaks_is_demanded_by_its_own_profile() -> None:
    """The sentences that presume the opposite speak of nothing there: windows-rs calls no Progress handler."""
    done = check(target_of("windows-rs"), Options(profile="windows-rs", quick=True))
    assert (shown(done), done.verdict.exit_code) == (set(), 0)


def test_every_target_of_families_can_be_loaded() -> None:
    """In this process and in one of its own."""
    word = parse_word('put_completed(h1{get_completed}) complete("text") get_results get_results')
    with_closing = load_isolated("family:cppwinrt")
    try:
        assert load_target("family:cppwinrt").run(Kind.OPERATION, word) == with_closing.run(Kind.OPERATION, word)
    finally:
        with_closing.close()


@pytest.mark.parametrize("load", [load_target, load_isolated, load_start])
def test_a_family_that_is_none_is_refused(load: Callable[[str], object]) -> None:
    """The complaint lists those that there are."""
    with pytest.raises(UsageFault, match=r"there is no family 'wlr'\. Did you mean wrl\? The families are reference, "):
        load("family:wlr")


def test_a_row_that_is_no_family_can_be_tried_too() -> None:
    """Here WRL's, with a worker that ends inside Cancel."""
    row = FAMILIES["wrl"].answering("wrl at once", {"CANCEL-SYNC": "yes"})
    target = InProcess(starter(row), "wrl at once")
    word = parse_word("put_completed(h1{status}) cancel cancel_notifications")
    results = target.run(Kind.ACTION, word)
    assert "cancel_ends_work" in target.supports(Kind.ACTION)
    assert results[1]["events"] == [{"handler": "h1", "sender": True, "status": 2, "results": [{"ok": 2}]}]
    assert results[2] == {"ok": 1}


# ---- threads


@pytest.mark.parametrize("name", ALL)
def test_a_handler_is_called_once_however_set_and_end_race(name: str) -> None:
    """By the thread that sets it, or by the one that ends the work."""
    for _ in range(50):
        operation, producer = create(name, Kind.OPERATION)
        calls: list[tuple[object, int]] = []
        put = partial(setattr, operation, "completed", lambda *told, calls=calls: calls.append(told))
        together(put, partial(producer.complete, 5))
        assert calls == [(operation, AsyncStatus.COMPLETED)]


@pytest.mark.parametrize("name", ALL)
def test_one_of_two_ends_wins(name: str) -> None:
    """The other says that it came too late."""
    for _ in range(50):
        operation, producer = create(name, Kind.OPERATION)
        assert sorted(together(partial(producer.complete, 5), partial(producer.fail, E_FAIL))) == [False, True]
        assert operation.status in (AsyncStatus.COMPLETED, AsyncStatus.ERROR)


def together(*actions: Callable[[], Any]) -> list[Any]:
    """Run actions on threads that start together, and return what they return."""
    gate = threading.Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        gate.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


@pytest.mark.parametrize("name", ALL)
def test_another_thread_is_let_in_while_a_handler_runs(name: str) -> None:
    """Handlers run with no lock held."""
    operation, producer = create(name, Kind.OPERATION)
    seen: list[object] = []

    def handler(sender: FamilyOperation, _status: int) -> None:
        reader = threading.Thread(target=lambda: seen.append(sender.get_results()))
        reader.start()
        reader.join()

    operation.completed = handler
    producer.complete(5)
    assert seen == [5]


# ---- waiting


@pytest.mark.parametrize("name", ALL)
def test_get_waits_for_the_result(name: str) -> None:
    """Which another thread gives."""
    operation, producer = create(name, Kind.OPERATION)
    worker = threading.Thread(target=producer.complete, args=("done",))
    worker.start()
    assert operation.get() == "done"
    worker.join()


@pytest.mark.parametrize("name", ALL)
def test_await_gives_the_result(name: str) -> None:
    """Which another thread gives while the loop waits, or gave before."""

    async def wait(operation: FamilyOperation) -> object:
        return await operation

    operation, producer = create(name, Kind.OPERATION)
    worker = threading.Timer(0.01, producer.complete, ["done"])
    worker.start()
    assert asyncio.run(wait(operation)) == "done"
    worker.join()
    ended, producer = create(name, Kind.OPERATION)
    producer.complete("before")
    assert asyncio.run(wait(ended)) == "before"


@pytest.mark.parametrize("name", [name for name in ALL if "CANCEL-REQ" not in FAMILIES[name].breaks])
def test_a_canceled_task_cancels_the_operation_and_waits_for_its_end(name: str) -> None:
    """The worker acknowledges from its callback, by way of the loop."""

    async def run() -> None:
        operation, producer = create(name, Kind.OPERATION)
        loop = asyncio.get_running_loop()
        producer.on_cancel(lambda: loop.call_soon(producer.acknowledge_cancel))

        async def wait() -> object:
            return await operation

        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert operation.status == AsyncStatus.CANCELED

    asyncio.run(run())


def test_wait_says_started_when_the_time_is_over_and_keeps_its_claim() -> None:
    """A second claim is refused, as PyWinRT does."""
    operation, producer = create("wrl", Kind.ACTION)
    assert operation.wait(0) == AsyncStatus.STARTED
    with pytest.raises(Refusal) as refused:
        operation.wait(0)
    assert refused.value.winerror == signed(E_ILLEGAL_DELEGATE_ASSIGNMENT)
    producer.complete()
    assert operation.wait(0) == AsyncStatus.COMPLETED


@pytest.mark.parametrize("name", ALL)
def test_a_wait_during_a_pending_cancel_ends_when_a_late_handler_is_called(name: str) -> None:
    """At once where LATE_R is now; when the worker ends where it is wait."""
    operation, producer = create(name, Kind.ACTION)
    operation.cancel()
    waits = name in LATE_SET_WAITS or "CANCEL-VISIBLE" in FAMILIES[name].breaks
    assert operation.wait(0) == (AsyncStatus.STARTED if waits else AsyncStatus.CANCELED)
    producer.complete()


def test_get_of_a_canceled_and_of_a_failed_operation_raises() -> None:
    """Each its own class, with the code."""
    operation, producer = create("cppwinrt", Kind.OPERATION)
    operation.cancel()
    producer.acknowledge_cancel()
    with pytest.raises(OperationCanceled) as canceled:
        operation.get()
    assert canceled.value.winerror == signed(ERROR_CANCELLED)
    operation, producer = create("cppwinrt", Kind.OPERATION)
    producer.fail(E_ACCESSDENIED)
    with pytest.raises(OperationFailed) as failed:
        operation.get()
    assert failed.value.hresult == signed(E_ACCESSDENIED)


def test_a_loop_is_not_blocked() -> None:
    """Neither get nor wait is for the thread of a loop."""

    async def block() -> None:
        operation, _ = create("wrl", Kind.ACTION)
        with pytest.raises(RuntimeError, match="use await"):
            operation.get()

    asyncio.run(block())


# ---- what handlers raise


def fails(*_: object) -> None:
    """A handler that fails."""
    raise PermissionError("no way")


def is_disconnected(*_: object) -> None:
    """A handler whose client is gone."""
    error = OSError("gone")
    error.winerror = signed(RPC_E_DISCONNECTED)  # type: ignore[attr-defined,unused-ignore]
    raise error


@pytest.mark.parametrize("name", ALL)
def test_a_handler_that_fails_reaches_the_worker_only_where_the_family_lets_it(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise it is logged; as critical where the family's process would end."""
    operation, producer = create(name, Kind.OPERATION)
    operation.completed = fails
    answer = FAMILIES[name].answer("HEXC")
    if answer in ("propagate", "worker"):
        with pytest.raises(PermissionError, match="no way"):
            producer.complete(5)
    else:
        assert producer.complete(5)
        (record,) = caplog.records
        assert record.levelno == (logging.CRITICAL if answer == "crash" else logging.ERROR)
    assert operation.status == AsyncStatus.COMPLETED


@pytest.mark.parametrize("name", [name for name in ALL if FAMILIES[name].answer("HEXC") in ("propagate", "crash")])
def test_a_late_handler_that_fails_reaches_whoever_set_it(name: str) -> None:
    """Where the family lets it."""
    operation, producer = create(name, Kind.OPERATION)
    producer.complete(5)
    with pytest.raises(PermissionError, match="no way"):
        operation.completed = fails


@pytest.mark.parametrize("name", ALL)
def test_a_client_that_is_gone_is_nobodys_failure(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and that is all."""
    operation, producer = create(name, Kind.OPERATION)
    operation.completed = is_disconnected
    assert producer.complete(5)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_row_that_empties_the_slot_forgets_a_progress_handler_that_fails() -> None:
    """After its exception has come out of the report."""
    row = FAMILIES["reference"].answering("forgetful", {"PEXC": "propagate-and-empty"})
    made = starter(row)(Kind.ACTION_WITH_PROGRESS)
    assert made.report_progress is not None
    made.operation.progress = fails
    with pytest.raises(PermissionError, match="no way"):
        made.report_progress(1)
    assert made.operation.progress is None
    made.report_progress(2)


def test_an_interrupt_comes_out_and_leaves_the_operation_whole() -> None:
    """It is no failure of the handler's."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    operation, producer = create("wrl", Kind.ACTION)
    operation.completed = interrupted
    with pytest.raises(KeyboardInterrupt):
        producer.complete()
    after: FamilyOperation = operation
    assert (after.status, after.completed) == (AsyncStatus.COMPLETED, None)


# ---- the rest of the manners


def test_a_refusal_says_what_was_asked_when_and_why() -> None:
    """And carries its code twice, signed."""
    operation, _ = create("kotlin", Kind.OPERATION)
    operation.cancel()
    with pytest.raises(Refusal, match=r"<kotlin operation \d+: cancel pending> refuses get_results") as refused:
        operation.get_results()
    assert "see iasyncinfo explain XRES [0x8000000E E_ILLEGAL_METHOD_CALL]" in str(refused.value)
    assert refused.value.winerror == refused.value.hresult == signed(E_ILLEGAL_METHOD_CALL)


def test_a_moved_result_leaves_what_cpp_would_leave() -> None:
    """Numbers stay, collections are empty, and of anything else nothing is left."""

    class Thing:
        """A result of a class of its own."""

    for result, left in [(5, 5), ("text", ""), ([1], []), (Thing(), None)]:
        operation, producer = create("cppwinrt", Kind.OPERATION)
        producer.complete(result)
        assert operation.get_results() is result
        assert operation.get_results() == left


@pytest.mark.parametrize("name", ALL)
def test_the_worker_hears_of_a_cancel_once_or_never(name: str) -> None:
    """Also when it asks late; the workers of windows-rs never do."""
    operation, producer = create(name, Kind.ACTION)
    told: list[str] = []
    producer.on_cancel(lambda: told.append("early"))
    operation.cancel()
    operation.cancel()
    producer.on_cancel(lambda: told.append("late"))
    heard = FAMILIES[name].answer("CANCEL-EFFECT") == "notified"
    assert told == (["early", "late"] if heard else [])
    assert producer.cancel_requested == heard
    producer.complete()
    assert not producer.cancel_requested


def test_the_producer_keeps_the_operation_alive() -> None:
    """A handler is set, the caller walks away, and the call comes with its sender."""
    operation, producer = create("wrl", Kind.OPERATION)
    seen: list[object] = []
    operation.completed = lambda sender, _status: seen.append(sender.get_results())
    reference = weakref.ref(operation)
    del operation
    gc.collect()
    producer.complete(5)
    assert seen == [5]
    del producer
    gc.collect()
    assert reference() is None


@pytest.mark.parametrize("name", ALL)
def test_a_worker_that_gives_up_fails_the_operation(name: str) -> None:
    """Once, and not where the work has ended; after a Cancel that is seen it stays Canceled where FAC is keep."""
    row = FAMILIES[name]
    operation, producer = create(name, Kind.OPERATION)
    told: list[int] = []
    operation.completed = lambda _sender, status: told.append(status)
    producer.disconnect()
    producer.disconnect()
    assert (operation.status, operation.error_code, told) == (AsyncStatus.ERROR, signed(RPC_E_DISCONNECTED), [3])
    with pytest.raises(OperationFailed) as failed:
        operation.get_results()
    says_why = row.answer("ERR-RESULT") == "code"
    assert failed.value.winerror == signed(RPC_E_DISCONNECTED if says_why else E_UNEXPECTED)

    canceled, producer = create(name, Kind.OPERATION)
    canceled.cancel()
    producer.disconnect()
    stays = row.answer("FAC") == "keep" and "CANCEL-VISIBLE" not in row.breaks
    assert canceled.status == (AsyncStatus.CANCELED if stays else AsyncStatus.ERROR)
    assert not producer.complete(5)

    completed, producer = create(name, Kind.OPERATION)
    producer.complete(5)
    producer.disconnect()
    assert (completed.status, completed.get_results()) == (AsyncStatus.COMPLETED, 5)


def test_wrl_tells_four_after_cancel_and_close() -> None:
    """A number that is no AsyncStatus."""
    operation, producer = create("wrl", Kind.ACTION)
    told: list[object] = []
    operation.completed = lambda _sender, status: told.append(status)
    operation.cancel()
    operation.close()
    producer.complete()
    assert told == [4]


def test_kinds_without_progress_have_no_progress() -> None:
    """The members are not there."""
    operation, producer = create("wrl", Kind.ACTION)
    assert not hasattr(operation, "progress")
    with pytest.raises(AttributeError, match="has no report_progress: its kind has no progress"):
        producer.report_progress(1)


def test_wrong_arguments_are_refused_before_they_do_harm() -> None:
    """Neither a number as handler nor a success as failure."""
    operation, producer = create("wrl", Kind.ACTION)
    with pytest.raises(TypeError, match="a handler is a callable or None, not 5"):
        operation.completed = 5  # type: ignore[assignment]
    with pytest.raises(ValueError, match="0x5 is not the HRESULT of a failure"):
        producer.fail(5)
    assert operation.status == AsyncStatus.STARTED


def test_ids_are_the_familys() -> None:
    """One for all, the next one, or any."""
    names = ("wrl", "kotlin", "cswinrt")
    ones, counted, drawn = ([create(name, Kind.ACTION)[0].id for _ in range(3)] for name in names)
    assert ones == [1, 1, 1]
    assert counted == list(range(counted[0], counted[0] + 3))
    assert len(set(drawn)) == 3
