"""Classes for ``iasyncinfo types``: the numbered lines are its faults."""

from collections.abc import Callable, Generator
from typing import Any

from iasyncinfo_spec import AsyncStatus, IAsyncActionWithProgress

Handler = Callable[[Any, Any], object]


class Right:
    id = 1
    status = AsyncStatus.STARTED
    error_code = 0
    completed: Handler | None = None

    def cancel(self) -> None: ...

    def close(self) -> None: ...

    def get_results(self) -> int:
        return 5


class TenFaults:
    @property
    def id(self) -> str:  # 1
        return ""

    def status(self) -> AsyncStatus:  # 2
        return AsyncStatus.STARTED

    @property
    def error_code(self) -> str:  # 3
        return ""

    def cancel(self, reason: str) -> None: ...  # 4

    async def close(self) -> None: ...  # 5

    @property
    def completed(self) -> Handler | None:  # 6
        return None

    @property
    def progress(self) -> Handler | None:
        return None

    @progress.setter
    def progress(self, handler: Callable[[Any], None]) -> None: ...  # 7

    @property
    def get_results(self) -> int:  # 8
        return 5

    def wait(self, seconds: str, /) -> AsyncStatus:  # 9
        return AsyncStatus.STARTED

    def __await__(self) -> Generator[Any, Any, str]:  # 10
        yield
        return ""


class WithoutCompleted:
    id = 1
    status = AsyncStatus.STARTED
    error_code = 0

    def cancel(self) -> None: ...

    def close(self) -> None: ...

    def get_results(self) -> int:
        return 5


class HandlerOfAnother(WithoutCompleted):
    @property
    def completed(self) -> Handler | None:
        return None

    @completed.setter
    def completed(self, handler: Callable[[IAsyncActionWithProgress[int], AsyncStatus], None]) -> None: ...  # 1


class HandlerToldAText(WithoutCompleted):
    @property
    def completed(self) -> Handler | None:
        return None

    @completed.setter
    def completed(self, handler: "Callable[[HandlerToldAText, str], None]") -> None: ...  # 1


class WithoutResults:
    id = 1
    status = AsyncStatus.STARTED
    error_code = 0
    completed: Handler | None = None

    def cancel(self) -> None: ...

    def close(self) -> None: ...


class Untyped(Right):
    def get_results(self):  # type: ignore[no-untyped-def]
        return 5


class Inherits(Right):
    """Nothing of its own."""


class Unrelated:
    def cancel(self) -> None: ...


def begin() -> Right:
    return Right()


def begin_both() -> tuple[Right, int]:
    return Right(), 1


async def begin_later() -> Right:
    return Right()
