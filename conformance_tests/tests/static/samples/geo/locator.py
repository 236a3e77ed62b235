"""A class with a public surface."""

import asyncio
from concurrent.futures import Future

from iasyncinfo import AsyncAction, AsyncOperation
from iasyncinfo_spec import IAsyncOperation


class Locator:
    def position_async(self) -> IAsyncOperation[str]:
        return AsyncOperation.from_result("here")

    def stop_async(self) -> AsyncAction:
        return AsyncAction.finished()

    def count(self) -> int:
        return 1

    def watch(self, task: "asyncio.Task[str]") -> None: ...

    @classmethod
    def create(cls) -> "Locator":
        return cls()

    def locate(self) -> "asyncio.Task[str]":  # 1: SURFACE-TYPE
        raise NotImplementedError

    @property
    def ready(self) -> Future[None]:  # 2: SURFACE-TYPE
        return Future()

    async def refresh_async(self) -> int:  # 3: SURFACE-TYPE
        return 1

    def moving(self) -> AsyncOperation[bool]:  # 4: SURFACE-NAME
        return AsyncOperation.from_result(True)

    def _private(self) -> "asyncio.Task[str]":
        raise NotImplementedError
