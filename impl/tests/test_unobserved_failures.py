"""A failure that nobody looked at is reported when its operation is dropped: once, and only then."""

import asyncio
import gc
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from iasyncinfo import (
    AsyncAction,
    AsyncOperation,
    AsyncStatus,
    OperationFailed,
    Promise,
    ThreadPool,
    as_future,
    as_task,
    async_action,
    when_all,
    when_any,
)
from iasyncinfo_spec.hresults import E_ACCESSDENIED


@pytest.fixture(autouse=True)
def what_others_dropped() -> None:
    """Let what the tests before this one left behind be reported before it."""
    gc.collect()


def reports(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what was reported until now, with every dropped object finalized."""
    gc.collect()
    return caplog.records


def of_a_coroutine() -> None:
    """Let a coroutine fail that was made into an action."""

    @async_action
    async def work() -> None:
        await asyncio.sleep(0)
        raise ValueError("unseen")

    async def main() -> None:
        work()
        for _ in range(5):
            await asyncio.sleep(0)

    asyncio.run(main())


def of_a_work_item() -> None:
    """Let a work item of a pool fail."""

    def work(_action: object) -> None:
        raise ValueError("unseen")

    with ThreadPool(1) as pool:
        pool.run_async(work)


def of_a_producer() -> None:
    """Let a producer fail the work."""
    AsyncOperation[int].create()[1].fail(ValueError("unseen"))


def at_birth() -> None:
    """Make one that has failed."""
    AsyncAction.from_error(ValueError("unseen"))


def of_a_combination() -> None:
    """Let one fail that others end like."""
    operation, producer = AsyncOperation[int].create()
    when_all(when_any(operation))
    producer.fail(ValueError("unseen"))


def of_a_promise() -> None:
    """Let a chain fail whose last promise nobody listens to."""
    operation, producer = AsyncOperation[int].create()
    Promise(operation).then(lambda value: value).then()
    producer.fail(ValueError("unseen"))


def of_a_handler() -> None:
    """Let a handler of a promise fail, in a chain that goes on."""
    Promise(AsyncOperation.from_result(1)).then(lambda _: [][1]).then()


@pytest.mark.parametrize(
    "fails",
    [of_a_coroutine, of_a_work_item, of_a_producer, at_birth, of_a_combination, of_a_promise, of_a_handler],
)
def test_it_is_reported_once(fails: Callable[[], None], caplog: pytest.LogCaptureFixture) -> None:
    """With the exception, however many operations ended like one another."""
    fails()
    (report,) = reports(caplog)
    assert "nobody looked" in report.getMessage()
    assert report.levelno == logging.ERROR
    error: Any = report.exc_info[1] if report.exc_info else None
    causes = {type(error), type(error.__cause__)}
    assert causes & {ValueError, IndexError}


def test_a_bare_code_is_reported_as_operation_failed(caplog: pytest.LogCaptureFixture) -> None:
    """There is no exception but the one that would have been raised."""
    AsyncAction.create()[1].fail(E_ACCESSDENIED)
    (report,) = reports(caplog)
    assert "E_ACCESSDENIED" in report.getMessage()
    assert report.exc_info is not None
    assert isinstance(report.exc_info[1], OperationFailed)


def test_on_a_loop_its_exception_handler_is_told() -> None:
    """As of a task whose exception was never retrieved."""
    told: list[dict[str, Any]] = []

    @async_action
    async def work() -> None:
        await asyncio.sleep(0)
        raise ValueError("unseen")

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
        work()
        for _ in range(5):
            await asyncio.sleep(0)

    asyncio.run(main())
    assert [str(context["exception"]) for context in told] == ["unseen"]


def fetch(operation: AsyncOperation[int]) -> None:
    """Ask for the results."""
    with pytest.raises(OperationFailed):
        operation.get_results()


def wait(operation: AsyncOperation[int]) -> None:
    """Wait for the end."""
    assert operation.wait(0) is AsyncStatus.ERROR


def await_it(operation: AsyncOperation[int]) -> None:
    """Await the operation."""

    async def main() -> None:
        with pytest.raises(OperationFailed):
            await operation

    asyncio.run(main())


def make_a_task(operation: AsyncOperation[int]) -> None:
    """Look at a future of asyncio."""

    async def main() -> None:
        assert as_task(operation).exception() is not None

    asyncio.run(main())


def put_a_handler(operation: AsyncOperation[int]) -> None:
    """Be told late."""
    operation.completed = lambda _sender, _status: None


def finish_a_promise(operation: AsyncOperation[int]) -> None:
    """Handle the error."""
    Promise(operation).done(error=lambda _error: None)


@pytest.mark.parametrize(
    "look",
    [
        fetch,
        wait,
        await_it,
        make_a_task,
        put_a_handler,
        finish_a_promise,
        lambda operation: operation.status,
        lambda operation: operation.error_code,
        lambda operation: as_future(operation).exception(),
    ],
)
def test_whoever_looks_takes_note(
    look: Callable[[AsyncOperation[int]], object], caplog: pytest.LogCaptureFixture
) -> None:
    """The status, the code, the results, a handler, a wait."""
    operation, producer = AsyncOperation[int].create()
    producer.fail(ValueError("seen"))
    look(operation)
    del operation, producer
    assert reports(caplog) == []


def test_a_handler_that_is_told_has_looked(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever it makes of it."""
    operation, producer = AsyncAction.create()
    operation.completed = lambda _sender, _status: None
    producer.fail(ValueError("seen"))
    del operation, producer
    assert reports(caplog) == []


def test_nothing_is_reported_while_somebody_may_look(caplog: pytest.LogCaptureFixture) -> None:
    """A repr is no look, a close is the end of looking."""
    operation, producer = AsyncAction.create()
    producer.fail(ValueError("unseen"))
    assert "error" in repr(operation)
    assert reports(caplog) == []
    operation.close()
    assert len(reports(caplog)) == 1


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_work_that_was_given_up_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever disconnects knows, and of a dropped producer a warning tells."""
    action, producer = AsyncAction.create()
    producer.disconnect()
    dropped, other = AsyncAction.create()
    ended = threading.Event()
    dropped.completed = lambda _sender, _status: ended.set()
    del other
    assert ended.wait(30)
    del action, dropped
    assert reports(caplog) == []


def test_a_canceled_one_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    """Of an operation or of a promise."""
    operation, producer = AsyncOperation[int].create()
    Promise(operation).then(lambda value: value)
    operation.cancel()
    producer.acknowledge_cancel()
    assert reports(caplog) == []


def test_a_coroutines_own_base_exception_is_the_operations_alone(caplog: pytest.LogCaptureFixture) -> None:
    """The task that runs it has nothing to report besides."""

    class Unheard(BaseException):
        pass

    @async_action
    async def work() -> None:
        await asyncio.sleep(0)
        raise Unheard

    async def main() -> None:
        with pytest.raises(OperationFailed):
            await work()

    asyncio.run(main())
    assert reports(caplog) == []


@pytest.mark.parametrize(
    "give_up", [lambda operation: as_future(operation).cancel(), lambda operation: Promise(operation).cancel()]
)
def test_an_error_that_comes_after_a_cancel_is_reported(
    give_up: Callable[[AsyncOperation[int]], object], caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever gave up waiting cannot be told."""
    operation, producer = AsyncOperation[int].create()
    give_up(operation)
    producer.fail(ValueError("late"), from_canceled=True)
    (report,) = reports(caplog)
    assert "failed" in report.getMessage()
