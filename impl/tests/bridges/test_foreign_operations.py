"""Operations of others, with the manners that are met in public code, through every bridge."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, cast

import pytest

from iasyncinfo import OperationCanceled, OperationFailed, Promise, as_future, as_task, when_all, when_any
from iasyncinfo.bridges.observing import is_operation
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import E_ACCESSDENIED, E_FAIL, E_ILLEGAL_METHOD_CALL, E_NOTIMPL, signed

Handler = Callable[[Any, int], object]


class Foreign:
    """An operation that is led by hand: what it says and when it calls are two things."""

    id = 1

    def __init__(self) -> None:
        self.status: int = AsyncStatus.STARTED
        self.error_code: Any = 0
        self.results: Callable[[], object] = lambda: "result"
        self.handler: Handler | None = None
        self.fetched_on: list[int] = []
        self.ends_in_put = False

    @property
    def completed(self) -> Handler | None:
        """The handler that was put."""
        return self.handler

    @completed.setter
    def completed(self, handler: Handler | None) -> None:
        self.handler = handler
        if self.ends_in_put:
            self.end(AsyncStatus.COMPLETED)

    def get_results(self) -> object:
        """Answer as told."""
        self.fetched_on.append(threading.get_ident())
        return self.results()

    def cancel(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""

    def tell(self, status: int) -> None:
        """Call the handler."""
        assert self.handler is not None
        self.handler(self, status)

    def end(self, status: int) -> None:
        """Publish the end and call the handler."""
        self.status = status
        if self.handler is not None:
            self.tell(status)


def raising(error: BaseException) -> Callable[[], object]:
    """Return results that cannot be fetched."""

    def fetch() -> object:
        raise error

    return fetch


def coded(code: int) -> OSError:
    """An error as a projection raises it."""
    error: Any = OSError("foreign")
    error.winerror = signed(code)
    return cast(OSError, error)


def by_task(foreign: Any, lead: Callable[[], None]) -> Any:
    """Wait with as_task."""

    async def main() -> Any:
        future = as_task(foreign)
        lead()
        async with asyncio.timeout(30):
            return await future

    return asyncio.run(main())


def by_promise(foreign: Any, lead: Callable[[], None]) -> Any:
    """Wait with a Promise."""

    async def main() -> Any:
        promise: Promise[Any] = Promise(foreign)
        lead()
        async with asyncio.timeout(30):
            return await promise

    return asyncio.run(main())


def by_future(foreign: Any, lead: Callable[[], None]) -> Any:
    """Wait with as_future."""
    future = as_future(foreign)
    lead()
    try:
        return future.result(30)
    except BaseException as error:
        if type(error).__name__ == "CancelledError":
            raise OperationCanceled("the future was canceled") from error
        raise


def by_any(foreign: Any, lead: Callable[[], None]) -> Any:
    """Wait with when_any."""
    operation = when_any(foreign)
    lead()
    return operation.get()


def by_all(foreign: Any, lead: Callable[[], None]) -> Any:
    """Wait with when_all, which has no result of its own."""
    action = when_all(foreign)
    lead()
    action.get()
    return foreign.results()


WAYS = [by_task, by_future, by_promise, by_any, by_all]

each_way = pytest.mark.parametrize("way", WAYS)
ended_or_not = pytest.mark.parametrize("late", [False, True], ids=["has ended", "ends later"])


def come_to(way: Any, foreign: Foreign, status: int, *, late: bool) -> Any:
    """Return what a way makes of an operation that ends so, before or after it is given it."""
    if not late:
        foreign.end(status)
    return way(foreign, (lambda: foreign.end(status)) if late else lambda: None)


def code_that_comes(way: Any, foreign: Foreign, *, late: bool) -> int:
    """Return the code of what a way raises for an operation that ends in Error."""
    with pytest.raises(OSError) as caught:
        come_to(way, foreign, AsyncStatus.ERROR, late=late)
    code: int = cast(Any, caught.value).winerror
    return code


@each_way
@ended_or_not
@pytest.mark.parametrize("result", ["result", None, 0, False, ""])
def test_a_result_comes_as_it_is(way: Any, late: bool, result: object) -> None:
    """Also one that is false or null."""
    foreign = Foreign()
    foreign.results = lambda: result
    assert come_to(way, foreign, AsyncStatus.COMPLETED, late=late) == result


@each_way
@ended_or_not
def test_error_is_an_error_also_where_results_can_be_fetched(way: Any, late: bool) -> None:
    """With the ErrorCode."""
    foreign = Foreign()
    foreign.error_code = signed(E_ACCESSDENIED)
    assert code_that_comes(way, foreign, late=late) == signed(E_ACCESSDENIED)


@each_way
@ended_or_not
def test_the_error_code_may_be_a_structure(way: Any, late: bool) -> None:
    """As PyWinRT's HResult, here unsigned."""
    foreign = Foreign()
    foreign.error_code = type("HResult", (), {"value": E_ACCESSDENIED})()
    assert code_that_comes(way, foreign, late=late) == signed(E_ACCESSDENIED)


@each_way
@ended_or_not
def test_error_without_a_code_is_an_error(way: Any, late: bool) -> None:
    """E_FAIL where neither ErrorCode nor GetResults has one."""
    assert code_that_comes(way, Foreign(), late=late) == signed(E_FAIL)


@each_way
@ended_or_not
def test_the_error_code_is_kept_where_get_results_fails_otherwise(way: Any, late: bool) -> None:
    """What GetResults raised is the cause."""
    foreign = Foreign()
    foreign.error_code = signed(E_ACCESSDENIED)
    foreign.results = raising(coded(E_ILLEGAL_METHOD_CALL))
    assert code_that_comes(way, foreign, late=late) == signed(E_ACCESSDENIED)


@each_way
@ended_or_not
def test_what_get_results_raises_comes_where_its_code_is_the_error_code(way: Any, late: bool) -> None:
    """Or where there is no ErrorCode to read."""
    foreign = Foreign()
    foreign.error_code = signed(E_NOTIMPL)
    foreign.results = raising(coded(E_NOTIMPL))
    assert code_that_comes(way, foreign, late=late) == signed(E_NOTIMPL)


@each_way
@ended_or_not
def test_an_error_code_does_not_make_a_completed_one_fail(way: Any, late: bool) -> None:
    """Some have a code from birth that says nothing."""
    foreign = Foreign()
    foreign.error_code = signed(E_FAIL)
    assert come_to(way, foreign, AsyncStatus.COMPLETED, late=late) == "result"


@each_way
def test_started_is_no_end(way: Any) -> None:
    """A handler that is told Started goes on waiting for the end."""
    foreign = Foreign()

    def lead() -> None:
        foreign.tell(AsyncStatus.STARTED)
        foreign.tell(AsyncStatus.STARTED)
        foreign.end(AsyncStatus.COMPLETED)

    assert way(foreign, lead) == "result"


@each_way
def test_started_told_of_one_that_has_ended_is_the_end(way: Any) -> None:
    """Its status knows better, and there may be no second call."""
    foreign = Foreign()

    def lead() -> None:
        foreign.status = AsyncStatus.COMPLETED
        foreign.tell(AsyncStatus.STARTED)

    assert way(foreign, lead) == "result"


@each_way
def test_a_second_call_changes_nothing(way: Any) -> None:
    """The first that tells of an end counts."""
    foreign = Foreign()

    def lead() -> None:
        foreign.end(AsyncStatus.COMPLETED)
        foreign.end(AsyncStatus.CANCELED)

    assert way(foreign, lead) == "result"


@each_way
@ended_or_not
@pytest.mark.parametrize("status", [AsyncStatus.CANCELED, 4])
def test_canceled_and_what_follows_a_close_are_a_cancel(way: Any, late: bool, status: int) -> None:
    """Some families tell 4 after Cancel and Close."""
    with pytest.raises(OperationCanceled):
        come_to(way, Foreign(), status, late=late)


@each_way
@ended_or_not
def test_results_that_are_canceled_are_a_cancel(way: Any, late: bool) -> None:
    """Asyncio's CancelledError is no Exception and ends no one who waits."""
    foreign = Foreign()
    foreign.results = raising(asyncio.CancelledError())
    with pytest.raises(OperationCanceled):
        come_to(way, foreign, AsyncStatus.COMPLETED, late=late)


@each_way
def test_an_end_within_the_put_is_the_end(way: Any) -> None:
    """The work may end between the question and the put, which then calls the handler."""
    foreign = Foreign()
    foreign.ends_in_put = True
    assert way(foreign, lambda: None) == "result"


def test_many_that_end_within_the_put_are_awaited_one_after_the_other() -> None:
    """Not one within the other, for there may be many."""
    foreigners = [Foreign() for _ in range(5_000)]
    for foreign in foreigners:
        foreign.ends_in_put = True
    assert when_all(*cast(Any, foreigners)).status is AsyncStatus.COMPLETED


@pytest.mark.parametrize("way", WAYS[:-1])
def test_results_are_fetched_on_the_thread_that_tells_of_the_end(way: Any) -> None:
    """Once, within that call."""
    foreign = Foreign()
    teller = threading.Thread(target=foreign.end, args=(AsyncStatus.COMPLETED,))

    def lead() -> None:
        teller.start()
        teller.join()
        assert foreign.fetched_on == [teller.ident]

    assert way(foreign, lead) == "result"


def test_the_cause_of_a_kept_code_is_what_get_results_raised() -> None:
    """Nothing is lost."""
    foreign = Foreign()
    foreign.error_code = signed(E_ACCESSDENIED)
    foreign.results = raising(error := coded(E_ILLEGAL_METHOD_CALL))
    with pytest.raises(OperationFailed) as failure:
        come_to(by_future, foreign, AsyncStatus.ERROR, late=True)
    assert failure.value.__cause__ is error


def test_members_may_be_the_objects_own_or_its_classes() -> None:
    """A class is no operation for having them."""
    assert is_operation(Foreign())
    assert not is_operation(Foreign)
    with pytest.raises(TypeError, match="as_future takes an IAsyncInfo object"):
        as_future(cast(Any, Foreign))
