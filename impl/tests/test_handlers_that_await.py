"""An ``async def`` as a handler: it is refused where it is set, with the reason."""

import functools
import warnings
from collections.abc import AsyncIterator, Callable
from unittest.mock import AsyncMock, Mock

import pytest

from iasyncinfo import AsyncOperation, AsyncOperationWithProgress, as_future, hresult_of


async def told(_sender: object, _status: object) -> None:
    """A handler that would have to be awaited."""


async def many(_sender: object, _status: object) -> AsyncIterator[int]:
    yield 1


class Object:
    """Its call makes a coroutine, and so does its method."""

    async def __call__(self, _sender: object, _status: object) -> None: ...

    async def told(self, _sender: object, _status: object) -> None: ...


HANDLERS = [told, many, Object(), Object().told, functools.partial(told, 1), AsyncMock()]


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: type(handler).__name__)
def test_a_handler_that_would_have_to_be_awaited_is_refused(handler: Callable[..., object]) -> None:
    """In every slot and bridge, without a warning of a coroutine; the slot is free afterwards."""
    operation, producer = AsyncOperationWithProgress[int, int].create()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(TypeError, match=r"not awaited: .* async def.*asyncio\.run_coroutine_threadsafe"):
            operation.completed = handler
        with pytest.raises(TypeError, match="a Progress handler is called"):
            operation.progress = handler
        with pytest.raises(TypeError, match="a cancel callback is called"):
            producer.on_cancel(handler)
        with pytest.raises(TypeError, match="the progress that as_future takes is called"):
            as_future(operation, handler)
    seen = Mock()
    operation.completed = seen
    producer.complete(5)
    assert seen.call_count == 1


def test_a_code_is_read_whichever_way_a_projection_has_it() -> None:
    """As an int, signed or not, or as a structure with a value; 0 where nothing has failed."""

    class Structure:
        value = 0x80004005

    assert hresult_of(AsyncOperation[int].from_error(0x8000FFFF)) == 0x8000FFFF - 2**32
    assert hresult_of(AsyncOperation.from_result(5)) == 0
    assert hresult_of(Mock(error_code=Structure())) == 0x80004005 - 2**32
    assert hresult_of(Mock(error_code=0x80004005)) == 0x80004005 - 2**32
