"""The interfaces of Windows.Foundation as Protocols, with PyWinRT's spelling of their members.

One spelling fits this project's own classes and PyWinRT's alike:

* The status is a type parameter, because each projection has an enumeration of its own:
  ``IAsyncOperation[str]`` has this project's, ``IAsyncOperation[str, int]`` is either.
* A handler is set precisely and read loosely. A precise getter would make the property invariant, and no
  foreign class would fit.
* ``isinstance`` looks at the class alone: it runs no property, which a closed operation would refuse.
"""

from collections.abc import Callable
from typing import Any, Generic

from typing_extensions import Protocol, TypeVar, runtime_checkable

from iasyncinfo_spec.abi import AsyncStatus

TResult_co = TypeVar("TResult_co", covariant=True)
TProgress_co = TypeVar("TProgress_co", covariant=True)
TStatus_co = TypeVar("TStatus_co", bound=int, default=AsyncStatus, covariant=True)


@runtime_checkable
class SupportsValue(Protocol):
    """An HRESULT as a structure, as some projections have it."""

    @property
    def value(self) -> int:
        """The code."""
        ...


@runtime_checkable
class IAsyncInfo(Protocol[TStatus_co]):
    """What all four interfaces include."""

    @property
    def id(self) -> int:
        """The operation's number: ID-NONZERO, ID-STABLE."""
        ...

    @property
    def status(self) -> TStatus_co:
        """How far the operation is: STATUS."""
        ...

    @property
    def error_code(self) -> int | SupportsValue:
        """The HRESULT of a failed operation: ERR, ERR-ZERO."""
        ...

    def cancel(self) -> None:
        """Request that the work stop: CANCEL-REQ."""
        ...

    def close(self) -> None:
        """Say that the caller has finished with the operation: CLOSE-TERMINAL."""
        ...


@runtime_checkable
class IAsyncAction(IAsyncInfo[TStatus_co], Protocol, Generic[TStatus_co]):
    """An operation without a result."""

    @property
    def completed(self) -> Callable[[Any, Any], object] | None:
        """The handler of the end: SET-ONCE, FIRE-ONCE."""
        ...

    @completed.setter
    def completed(self, handler: "Callable[[IAsyncAction[TStatus_co], TStatus_co], None]") -> None: ...

    def get_results(self) -> None:
        """Return nothing, or fail as the operation did: RESULTS, ERR-RESULT."""
        ...


@runtime_checkable
class IAsyncActionWithProgress(IAsyncInfo[TStatus_co], Protocol, Generic[TProgress_co, TStatus_co]):
    """An operation without a result that reports progress."""

    @property
    def completed(self) -> Callable[[Any, Any], object] | None:
        """The handler of the end: SET-ONCE, FIRE-ONCE."""
        ...

    @completed.setter
    def completed(
        self, handler: "Callable[[IAsyncActionWithProgress[TProgress_co, TStatus_co], TStatus_co], None]"
    ) -> None: ...

    @property
    def progress(self) -> Callable[[Any, Any], object] | None:
        """The handler of the reports: PROG-REPLACE, PROG-ONCE."""
        ...

    @progress.setter
    def progress(
        self, handler: "Callable[[IAsyncActionWithProgress[TProgress_co, TStatus_co], TProgress_co], None]"
    ) -> None: ...

    def get_results(self) -> None:
        """Return nothing, or fail as the operation did: RESULTS, ERR-RESULT."""
        ...


@runtime_checkable
class IAsyncOperation(IAsyncInfo[TStatus_co], Protocol, Generic[TResult_co, TStatus_co]):
    """An operation with a result."""

    @property
    def completed(self) -> Callable[[Any, Any], object] | None:
        """The handler of the end: SET-ONCE, FIRE-ONCE."""
        ...

    @completed.setter
    def completed(self, handler: "Callable[[IAsyncOperation[TResult_co, TStatus_co], TStatus_co], None]") -> None: ...

    def get_results(self) -> TResult_co:
        """Return the result, or fail as the operation did: RESULTS, ERR-RESULT."""
        ...


@runtime_checkable
class IAsyncOperationWithProgress(IAsyncInfo[TStatus_co], Protocol, Generic[TResult_co, TProgress_co, TStatus_co]):
    """An operation with a result that reports progress."""

    @property
    def completed(self) -> Callable[[Any, Any], object] | None:
        """The handler of the end: SET-ONCE, FIRE-ONCE."""
        ...

    @completed.setter
    def completed(
        self,
        handler: "Callable[[IAsyncOperationWithProgress[TResult_co, TProgress_co, TStatus_co], TStatus_co], None]",
    ) -> None: ...

    @property
    def progress(self) -> Callable[[Any, Any], object] | None:
        """The handler of the reports: PROG-REPLACE, PROG-ONCE."""
        ...

    @progress.setter
    def progress(
        self,
        handler: "Callable[[IAsyncOperationWithProgress[TResult_co, TProgress_co, TStatus_co], TProgress_co], None]",
    ) -> None: ...

    def get_results(self) -> TResult_co:
        """Return the result, or fail as the operation did: RESULTS, ERR-RESULT."""
        ...
