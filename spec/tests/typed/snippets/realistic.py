"""What people write, as small pieces: each begins with a sentence; a line that has to be refused says so."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Any, Generic, TypeVar, assert_type

import iasyncinfo
from iasyncinfo import (
    AsyncAction,
    AsyncActionWithProgress,
    AsyncInfoError,
    AsyncOperation,
    AsyncOperationWithProgress,
    OperationCanceled,
    OperationProducer,
    as_async_operation,
    as_future,
    as_task,
    hresult_of,
    when_all,
    when_any,
)
from iasyncinfo_spec import (
    AsyncOperationCompletedHandler,
    AsyncStatus,
    AwaitableAction,
    AwaitableOperation,
    AwaitableOperationWithProgress,
    IAsyncAction,
    IAsyncInfo,
    IAsyncOperation,
    IAsyncOperationWithProgress,
    IClosable,
    Waitable,
)

R = TypeVar("R")
P = TypeVar("P")


class TheirStatus(IntEnum):
    STARTED = 0
    COMPLETED = 1


class Theirs(Generic[R]):
    """An operation of another projection."""

    @property
    def id(self) -> int:
        return 1

    @property
    def status(self) -> TheirStatus:
        return TheirStatus.STARTED

    @property
    def error_code(self) -> int:
        return 0

    def cancel(self) -> None: ...

    def close(self) -> None: ...

    @property
    def completed(self) -> "Callable[[Theirs[R], TheirStatus], None] | None":
        return None

    @completed.setter
    def completed(self, handler: "Callable[[Theirs[R], TheirStatus], None]") -> None: ...

    def get_results(self) -> R:
        raise NotImplementedError

    def __await__(self) -> Any:
        yield


class TheirsLoud(Theirs[R], Generic[R, P]):
    """One that reports progress."""

    @property
    def completed(self) -> "Callable[[Any, TheirStatus], None] | None":
        return None

    @completed.setter
    def completed(self, handler: "Callable[[TheirsLoud[R, P], TheirStatus], None]") -> None: ...

    @property
    def progress(self) -> "Callable[[TheirsLoud[R, P], P], None] | None":
        return None

    @progress.setter
    def progress(self, handler: "Callable[[TheirsLoud[R, P], P], None]") -> None: ...


# A def as the Completed handler of an interface.
def s01(op: IAsyncOperation[str]) -> None:
    def told(sender: IAsyncOperation[str], status: AsyncStatus) -> None:
        print(sender.get_results().upper(), status.name)

    op.completed = told


# A lambda as the Completed handler of an interface, which uses what it is told.
def s02(op: IAsyncOperation[str]) -> None:
    op.completed = lambda sender, status: print(sender.get_results().upper(), status.name)


# A lambda as the Progress handler of an interface.
def s03(op: IAsyncOperationWithProgress[str, str]) -> None:
    op.progress = lambda sender, value: print(value.upper())


# A lambda on a class of this project, which uses only the status.
def s04(op: AsyncOperation[str]) -> None:
    op.completed = lambda sender, status: print(status.name)


# A lambda on a class of this project, which uses its sender's result.
def s05(op: AsyncOperation[str]) -> None:
    op.completed = lambda sender, status: print(sender.get_results().upper())


# A lambda that has a value of its own, on a class of this project.
def s06(op: AsyncOperation[str], loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    op.completed = lambda sender, status: loop.call_soon_threadsafe(event.set)


# A def that returns something is no handler of an interface.
def s07(op: IAsyncOperation[str]) -> None:
    def told(sender: object, status: int) -> int:
        return status

    op.completed = told  # refused


# An async def is no handler of an interface.
def s08(op: IAsyncOperation[str]) -> None:
    async def told(sender: object, status: int) -> None: ...

    op.completed = told  # refused


# A member that is not there, in a lambda.
def s09(op: IAsyncOperation[str]) -> None:
    op.completed = lambda sender, status: print(sender.get_result())  # refused


# A handler of another result.
def s10(op: IAsyncOperation[str]) -> None:
    def told(sender: IAsyncOperation[int], status: AsyncStatus) -> None: ...

    op.completed = told  # refused


# A handler that is told a text.
def s11(op: AsyncOperation[str]) -> None:
    def told(sender: AsyncOperation[str], status: str) -> None: ...

    op.completed = told  # refused


# A method as the handler.
class S12:
    def __init__(self, op: IAsyncOperation[bytes]) -> None:
        op.completed = self.told

    def told(self, sender: IAsyncOperation[bytes], status: AsyncStatus) -> None: ...


# A handler kept under the name that Windows gives its type.
def s13(op: IAsyncOperation[str]) -> None:
    handler: AsyncOperationCompletedHandler[str] = lambda sender, status: None
    op.completed = handler


# await of an interface that can be awaited.
async def s14(op: AwaitableOperation[str], action: AwaitableAction) -> None:
    assert_type(await op, str)
    assert_type(await action, None)


# await of a class of this project.
async def s15(op: AsyncOperation[str], action: AsyncAction) -> None:
    assert_type(await op, str)
    assert_type(await action, None)


# await of an interface that promises no await.
async def s16(op: IAsyncOperation[str]) -> None:
    await op  # refused


# A class of this project where one that can be awaited is asked for.
def s17(op: AsyncOperation[str], loud: AsyncOperationWithProgress[str, int]) -> None:
    one: AwaitableOperation[str] = op
    two: AwaitableOperationWithProgress[str, int] = loud
    print(one.get().upper(), two.get().upper())


# Another projection's operation where either enumeration will do.
def s18(op: Theirs[str]) -> None:
    def either(one: IAsyncOperation[str, int]) -> None:
        assert_type(one.status, int)

    either(op)


# Another projection's operation where its own enumeration is asked for.
def s19(op: Theirs[str]) -> None:
    own: IAsyncOperation[str, TheirStatus] = op
    assert_type(own.status, TheirStatus)


# Another projection's operation is not one with this project's enumeration.
def s20(op: Theirs[str]) -> None:
    wrong: IAsyncOperation[str] = op  # refused
    print(wrong)


# Two enumerations compared.
def s21(op: IAsyncOperation[str, int]) -> bool:
    return op.status == AsyncStatus.COMPLETED


# A result narrowed by the status.
def s22(op: IAsyncOperation[str | None]) -> str:
    if op.status == AsyncStatus.COMPLETED and (result := op.get_results()) is not None:
        return result
    return ""


# A match on the status has every case.
def s23(status: AsyncStatus) -> str:
    match status:
        case AsyncStatus.STARTED:
            return "runs"
        case AsyncStatus.COMPLETED | AsyncStatus.CANCELED | AsyncStatus.ERROR:
            return "ended"


# The code of a failure, whichever projection it comes from.
def s24(op: IAsyncInfo[int]) -> None:
    assert_type(hresult_of(op), int)


# A code that may be a structure is no number yet.
def s25(op: IAsyncInfo) -> int:
    return op.error_code  # refused


# What a wait raises.
async def s26(op: AsyncOperation[str]) -> int:
    try:
        await op
    except OperationCanceled:
        return 0
    except AsyncInfoError as error:
        return error.winerror
    return 1


# Progress is inferred of a class of this project.
def s27(op: AsyncOperationWithProgress[str, int]) -> None:
    def both(one: IAsyncOperationWithProgress[R, P]) -> tuple[R, P]:
        raise NotImplementedError

    assert_type(both(op), tuple[str, int])


# Progress is inferred of an interface.
def s28(op: IAsyncOperationWithProgress[str, int]) -> None:
    def both(one: IAsyncOperationWithProgress[R, P]) -> tuple[R, P]:
        raise NotImplementedError

    assert_type(both(op), tuple[str, int])


# Progress of int where progress of float is asked for.
def s29(own: AsyncOperationWithProgress[str, int], op: IAsyncOperationWithProgress[str, int]) -> None:
    one: IAsyncOperationWithProgress[str, float] = own
    two: IAsyncOperationWithProgress[str, float] = op
    print(one, two)


# One that reports progress where none is asked for.
def s30(own: AsyncOperationWithProgress[str, int], op: IAsyncOperationWithProgress[str, int]) -> None:
    one: IAsyncInfo = own
    two: IClosable = op
    print(one, two)


# A result of a subclass where the base is asked for, and not the other way round.
def s31(op: IAsyncOperation[bool], other: IAsyncOperation[object]) -> None:
    one: IAsyncOperation[int] = op
    two: IAsyncOperation[int] = other  # refused
    print(one, two)


# when_any of two results.
def s32(one: AsyncOperation[int], two: AsyncOperation[str]) -> None:
    assert_type(when_any(one, two), AsyncOperation[int | str])
    assert_type(when_any(one), AsyncOperation[int])


# when_any of interfaces, and of those that report progress.
def s33(
    one: IAsyncOperation[int],
    two: IAsyncOperation[str],
    loud: AsyncOperationWithProgress[int, str],
    louder: AsyncOperationWithProgress[bytes, str],
) -> None:
    assert_type(when_any(one, two), AsyncOperation[int | str])
    assert_type(when_any(loud, louder), AsyncOperationWithProgress[int | bytes, str])


# when_all of anything.
async def s34(one: AsyncOperation[int], two: IAsyncOperation[str], three: Theirs[bytes]) -> None:
    assert_type(await when_all(one, two, three), None)


# A finished operation from its result.
def s35(content: bytes) -> None:
    assert_type(AsyncOperation.from_result(content), AsyncOperation[bytes])


# A finished operation whose result is a literal, where a type is asked for.
def s36() -> None:
    op: AsyncOperation[bytes] = AsyncOperation.from_result(b"")
    other: IAsyncOperation[object] = AsyncOperation.from_result(5)
    print(op, other)


# create gives the producer of the same result.
def s37() -> None:
    op, producer = AsyncOperation[str].create()
    assert_type(op, AsyncOperation[str])
    assert_type(producer, OperationProducer[str])
    producer.complete(5)  # refused


# The thread that completes.
def s38() -> None:
    _, producer = AsyncOperation[str].create()
    threading.Thread(target=producer.complete, args=("done",)).start()
    threading.Timer(1, producer.fail, [0x80004005]).start()


# A future of asyncio, and one of threads, with progress.
def s39(op: AsyncOperationWithProgress[str, bytes], action: AsyncActionWithProgress[int]) -> None:
    assert_type(as_task(op, lambda value: print(value.hex())), asyncio.Future[str])
    as_future(action, lambda value: print(value.bit_length()))
    as_task(action, lambda value: print(value.upper()))  # refused


# A coroutine as an operation.
def s40(work: Awaitable[int]) -> None:
    assert_type(as_async_operation(work), AsyncOperation[int])


# A decorated async def begins an operation.
@iasyncinfo.async_operation
async def s41(name: str) -> bytes:
    return name.encode()


# What such a function returns, and takes.
def s42() -> None:
    assert_type(s41("a").get(), bytes)
    s41(5)  # refused


# A fake of one's own where the interface is asked for, from a function that begins it.
def s43(begin: Callable[[], IAsyncAction]) -> None: ...


def s43_called() -> None:
    s43(AsyncAction.finished)
    s43(lambda: AsyncAction.create()[0])
    s43(lambda: 5)  # refused


# isinstance narrows.
def s44(thing: object) -> None:
    if isinstance(thing, Waitable):
        thing.wait(1)
    if isinstance(thing, AsyncInfoError):
        assert_type(thing.winerror, int)


# Progress is inferred of another projection's class.
def s45(op: TheirsLoud[str, int]) -> None:
    def progress(one: IAsyncOperationWithProgress[Any, P, TheirStatus]) -> P:
        raise NotImplementedError

    assert_type(progress(op), int)


# A result is inferred of a finished operation that is made in the call.
def s46(content: str, share: int) -> None:
    def result(one: IAsyncOperation[R]) -> R:
        return one.get_results()

    def both(one: IAsyncOperationWithProgress[R, P]) -> tuple[R, P]:
        raise NotImplementedError

    def made(value: R, progress: P) -> AsyncOperationWithProgress[R, P]:
        raise NotImplementedError

    assert_type(result(AsyncOperation.from_result(content)), str)
    assert_type(result(AsyncOperation[str].from_result(content)), str)
    assert_type(both(made(content, share)), tuple[str, int])
