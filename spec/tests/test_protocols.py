"""The Protocols fit this project's own classes, for type checkers and at run time."""

from pathlib import Path
from typing import Final

import pytest
from mypy import api

from iasyncinfo_spec.protocols import (
    IAsyncAction,
    IAsyncActionWithProgress,
    IAsyncInfo,
    IAsyncOperation,
    IAsyncOperationWithProgress,
)

FITS: Final = """
from enum import IntEnum
from typing import assert_type

from iasyncinfo import AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress
from iasyncinfo_spec import (
    AsyncStatus,
    IAsyncAction,
    IAsyncActionWithProgress,
    IAsyncInfo,
    IAsyncOperation,
    IAsyncOperationWithProgress,
)

action: IAsyncAction = AsyncAction.create()[0]
action_with_progress: IAsyncActionWithProgress[float] = AsyncActionWithProgress[float].create()[0]
operation: IAsyncOperation[str] = AsyncOperation[str].create()[0]
operation_with_progress: IAsyncOperationWithProgress[str, float] = AsyncOperationWithProgress[str, float].create()[0]
info: IAsyncInfo = operation
either: IAsyncOperation[str, int] = operation
covariant: IAsyncOperation[object] = operation

assert_type(operation.status, AsyncStatus)
assert_type(operation.get_results(), str)
assert_type(either.status, int)


def told(operation: IAsyncOperation[str], status: AsyncStatus) -> None: ...


def heard(operation: IAsyncOperationWithProgress[str, float], value: float) -> None: ...


operation.completed = told
operation_with_progress.progress = heard


class OtherStatus(IntEnum):
    STARTED = 0


foreign: IAsyncInfo[OtherStatus] = operation  # type: ignore[assignment]
numbers: IAsyncOperation[int] = operation  # type: ignore[assignment]
operation.completed = heard  # type: ignore[assignment]
"""


def test_the_reference_fits_the_protocols_and_wrong_types_do_not(tmp_path: Path) -> None:
    """Strict mypy accepts each class for its interface, and every ignored line has its error."""
    path = tmp_path / "fits.py"
    path.write_text(FITS, encoding="utf-8")
    out, _, exit_code = api.run(["--strict", "--no-error-summary", "--cache-dir", str(tmp_path / "cache"), str(path)])
    assert (out, exit_code) == ("", 0)


@pytest.mark.parametrize(
    ("protocol", "members"),
    [
        (IAsyncInfo, set()),
        (IAsyncAction, {"completed", "get_results"}),
        (IAsyncActionWithProgress, {"completed", "progress", "get_results"}),
        (IAsyncOperation, {"completed", "get_results"}),
        (IAsyncOperationWithProgress, {"completed", "progress", "get_results"}),
    ],
)
def test_a_protocol_has_the_members_of_its_interface(protocol: type, members: set[str]) -> None:
    """All of them include IAsyncInfo's; only two have Progress."""
    found: set[str] = protocol.__protocol_attrs__  # type: ignore[attr-defined]
    assert found == {"id", "status", "error_code", "cancel", "close"} | members


def test_isinstance_runs_no_property() -> None:
    """An object whose members refuse, as a closed one's do, is still an IAsyncInfo."""

    class Refusing:
        @property
        def id(self) -> int:
            raise OSError

        status = error_code = completed = id

        def cancel(self) -> None: ...

        close = get_results = cancel

    assert isinstance(Refusing(), IAsyncInfo)
    assert isinstance(Refusing(), IAsyncAction)
    assert not isinstance(object(), IAsyncInfo)
