"""The interfaces of Windows.Foundation as Protocols, with PyWinRT's spelling of their members.

One spelling fits this project's own classes, PyWinRT's, and plain ones:

* The status is a type parameter, because each projection has an enumeration of its own:
  ``IAsyncOperation[str]`` has this project's, ``IAsyncOperation[str, int]`` is either.
* A handler is set precisely and read loosely. A precise getter would make the property invariant, and no
  foreign class would fit. The setter's parameter has no name, since a name would have to be the same. That it may
  also be a function that never returns is no other type, and lets pyright take a lambda.
* ``isinstance`` looks at the class alone: it runs no property, which a closed operation would refuse.

The docstring of a member gives its name in Windows' metadata, its type, the rules and variation points by
which it is refused, what these come to, in the same order, and the page of the documentation that describes it. Where nothing else is said a
member is refused after Close, if at all: AFTER_CLOSE.
"""

from collections.abc import Callable, Generator
from typing import Any, Generic, Never

from typing_extensions import Protocol, TypeAliasType, TypeVar, runtime_checkable

from iasyncinfo_spec.abi import AsyncStatus

TResult = TypeVar("TResult")
TProgress = TypeVar("TProgress")
TStatus = TypeVar("TStatus", bound=int, default=AsyncStatus)
TResult_co = TypeVar("TResult_co", covariant=True)
TProgress_co = TypeVar("TProgress_co", covariant=True)
TStatus_co = TypeVar("TStatus_co", bound=int, default=AsyncStatus, covariant=True)
TResult_contra = TypeVar("TResult_contra", contravariant=True)
TProgress_contra = TypeVar("TProgress_contra", contravariant=True)


@runtime_checkable
class SupportsValue(Protocol):
    """An HRESULT as a structure, as PyWinRT 3 has it."""

    @property
    def value(self) -> int:
        """``HResult.Value``, the code as a signed number. Source: windows.foundation/hresult.md."""
        ...


@runtime_checkable
class IClosable(Protocol):
    """``Windows.Foundation.IClosable``: what is done with. The four interfaces have a Close of their own."""

    def close(self) -> None:
        """``IClosable.Close``. Never refused. Source: windows.foundation/iclosable_close_811482585.md."""
        ...


@runtime_checkable
class IAsyncInfo(Protocol[TStatus_co]):
    """``Windows.Foundation.IAsyncInfo``: what all four interfaces include."""

    @property
    def id(self) -> int:
        """``IAsyncInfo.Id``, a UInt32: the number of the operation (ID-NONZERO, ID-STABLE).

        Refused: AFTER_CLOSE, CREATED, ID.
        That is after Close; before somebody has started it; always, by those who have no ids.
        Source: windows.foundation/iasyncinfo_id.md.
        """
        ...

    @property
    def status(self) -> TStatus_co:
        """``IAsyncInfo.Status``, an AsyncStatus: Started, Completed, Canceled or Error (STATUS, STATUS-VALUES).

        Refused: AFTER_CLOSE, CREATED.
        That is after Close; before somebody has started it.
        Source: windows.foundation/iasyncinfo_status.md.
        """
        ...

    @property
    def error_code(self) -> int | SupportsValue:
        """``IAsyncInfo.ErrorCode``, an HResult: the code of a failure, S_OK where there is none (ERR, ERR-ZERO).

        Refused: AFTER_CLOSE, CREATED.
        That is after Close; before somebody has started it.
        Source: windows.foundation/iasyncinfo_errorcode.md.
        """
        ...

    def cancel(self) -> None:
        """``IAsyncInfo.Cancel``: request that the work stop (CANCEL-REQ, CANCEL-VISIBLE).

        Refused: CANCEL-Z.
        That is after Close, by some.
        Source: windows.foundation/iasyncinfo_cancel_1985564044.md.
        """
        ...

    def close(self) -> None:
        """``IAsyncInfo.Close``: say that the caller has finished with the operation (CLOSE-TERMINAL, CLOSE-IDEMP).

        Refused: CLOSE_S, CLOSE_R, CREATED.
        That is while it runs; while a cancel is pending, by some; before somebody has started it.
        Source: windows.foundation/iasyncinfo_close_811482585.md.
        """
        ...


@runtime_checkable
class IAsyncAction(IAsyncInfo[TStatus_co], Protocol, Generic[TStatus_co]):
    """``Windows.Foundation.IAsyncAction``: work without a result."""

    @property
    def completed(self) -> Callable[[Any, Any], object] | None:
        """``IAsyncAction.Completed``, an AsyncActionCompletedHandler or null, called once (FIRE-ONCE).

        Set once (SET-ONCE). Refused: AFTER_CLOSE, SECOND, NULLSLOT, NULL-AGAIN.
        That is after Close; a second time; with None, by some; with None, where it was set before.
        Source: windows.foundation/iasyncaction_completed.md.
        """
        ...

    @completed.setter
    def completed(
        self,
        handler: "AsyncActionCompletedHandler[TStatus_co] | Callable[[IAsyncAction[TStatus_co], TStatus_co], Never]",
        /,
    ) -> None: ...

    def get_results(self) -> None:
        """``IAsyncAction.GetResults``: return nothing, or fail as the work did (RESULTS).

        Refused: AFTER_CLOSE, CREATED, EARLY-RESULT, ERR-RESULT, PARTIAL, XRES.
        That is after Close; before somebody has started it; while it runs; where the work failed; while it runs, unless the results so far are handed out; once a cancel was requested.
        Source: windows.foundation/iasyncaction_getresults_732303200.md.
        """
        ...


@runtime_checkable
class IAsyncActionWithProgress(IAsyncInfo[TStatus_co], Protocol, Generic[TProgress_co, TStatus_co]):
    """``Windows.Foundation.IAsyncActionWithProgress<TProgress>``: work without a result that reports progress."""

    @property
    def completed(self) -> Callable[[Any, Any], object] | None:
        """``IAsyncActionWithProgress.Completed``, an AsyncActionWithProgressCompletedHandler or null (FIRE-ONCE).

        Set once (SET-ONCE). Refused: AFTER_CLOSE, SECOND, NULLSLOT, NULL-AGAIN.
        That is after Close; a second time; with None, by some; with None, where it was set before.
        Source: windows.foundation/iasyncactionwithprogress_1_completed.md.
        """
        ...

    @completed.setter
    def completed(
        self,
        handler: "AsyncActionWithProgressCompletedHandler[TProgress_co, TStatus_co] | Callable[[IAsyncActionWithProgress[TProgress_co, TStatus_co], TStatus_co], Never]",
        /,
    ) -> None: ...

    @property
    def progress(self) -> Callable[[Any, Any], object] | None:
        """``IAsyncActionWithProgress.Progress``, an AsyncActionProgressHandler or null (PROG-ONCE, PROG-REPLACE).

        Refused: AFTER_CLOSE, PSLOT.
        That is after Close; always, by those who report nothing.
        Source: windows.foundation/iasyncactionwithprogress_1_progress.md.
        """
        ...

    @progress.setter
    def progress(
        self,
        handler: "AsyncActionProgressHandler[TProgress_co, TStatus_co] | Callable[[IAsyncActionWithProgress[TProgress_co, TStatus_co], TProgress_co], Never]",
        /,
    ) -> None: ...

    def get_results(self) -> None:
        """``IAsyncActionWithProgress.GetResults``: return nothing, or fail as the work did (RESULTS).

        Refused: AFTER_CLOSE, CREATED, EARLY-RESULT, ERR-RESULT, PARTIAL, XRES.
        That is after Close; before somebody has started it; while it runs; where the work failed; while it runs, unless the results so far are handed out; once a cancel was requested.
        Source: windows.foundation/iasyncactionwithprogress_1_getresults_732303200.md.
        """
        ...


@runtime_checkable
class IAsyncOperation(IAsyncInfo[TStatus_co], Protocol, Generic[TResult_co, TStatus_co]):
    """``Windows.Foundation.IAsyncOperation<TResult>``: work with a result."""

    @property
    def completed(self) -> Callable[[Any, Any], object] | None:
        """``IAsyncOperation.Completed``, an AsyncOperationCompletedHandler or null, called once (FIRE-ONCE).

        Set once (SET-ONCE). Refused: AFTER_CLOSE, SECOND, NULLSLOT, NULL-AGAIN.
        That is after Close; a second time; with None, by some; with None, where it was set before.
        Source: windows.foundation/iasyncoperation_1_completed.md.
        """
        ...

    @completed.setter
    def completed(
        self,
        handler: "AsyncOperationCompletedHandler[TResult_co, TStatus_co] | Callable[[IAsyncOperation[TResult_co, TStatus_co], TStatus_co], Never]",
        /,
    ) -> None: ...

    def get_results(self) -> TResult_co:
        """``IAsyncOperation.GetResults``, a TResult: return the result, or fail as the work did (RESULTS).

        Refused: AFTER_CLOSE, CREATED, EARLY-RESULT, ERR-RESULT, PARTIAL, XRES.
        That is after Close; before somebody has started it; while it runs; where the work failed; while it runs, unless the results so far are handed out; once a cancel was requested.
        Source: windows.foundation/iasyncoperation_1_getresults_732303200.md.
        """
        ...


@runtime_checkable
class IAsyncOperationWithProgress(IAsyncInfo[TStatus_co], Protocol, Generic[TResult_co, TProgress_co, TStatus_co]):
    """``Windows.Foundation.IAsyncOperationWithProgress<TResult,TProgress>``: work with a result, and progress."""

    @property
    def completed(self) -> Callable[[Any, Any], object] | None:
        """``IAsyncOperationWithProgress.Completed``, an AsyncOperationWithProgressCompletedHandler or null (FIRE-ONCE).

        Set once (SET-ONCE). Refused: AFTER_CLOSE, SECOND, NULLSLOT, NULL-AGAIN.
        That is after Close; a second time; with None, by some; with None, where it was set before.
        Source: windows.foundation/iasyncoperationwithprogress_2_completed.md.
        """
        ...

    @completed.setter
    def completed(
        self,
        handler: "AsyncOperationWithProgressCompletedHandler[TResult_co, TProgress_co, TStatus_co] | Callable[[IAsyncOperationWithProgress[TResult_co, TProgress_co, TStatus_co], TStatus_co], Never]",
        /,
    ) -> None: ...

    @property
    def progress(self) -> Callable[[Any, Any], object] | None:
        """``IAsyncOperationWithProgress.Progress``, an AsyncOperationProgressHandler or null (PROG-ONCE, PROG-REPLACE).

        Refused: AFTER_CLOSE, PSLOT.
        That is after Close; always, by those who report nothing.
        Source: windows.foundation/iasyncoperationwithprogress_2_progress.md.
        """
        ...

    @progress.setter
    def progress(
        self,
        handler: "AsyncOperationProgressHandler[TResult_co, TProgress_co, TStatus_co] | Callable[[IAsyncOperationWithProgress[TResult_co, TProgress_co, TStatus_co], TProgress_co], Never]",
        /,
    ) -> None: ...

    def get_results(self) -> TResult_co:
        """``IAsyncOperationWithProgress.GetResults``, a TResult: the result, or a failure as the work's (RESULTS).

        Refused: AFTER_CLOSE, CREATED, EARLY-RESULT, ERR-RESULT, PARTIAL, XRES.
        That is after Close; before somebody has started it; while it runs; where the work failed; while it runs, unless the results so far are handed out; once a cancel was requested.
        Source: windows.foundation/iasyncoperationwithprogress_2_getresults_732303200.md.
        """
        ...


# -- handlers -------------------------------------------------------------------------------------

AsyncActionCompletedHandler = TypeAliasType(
    "AsyncActionCompletedHandler", Callable[[IAsyncAction[TStatus], TStatus], None], type_params=(TStatus,)
)
"""``Windows.Foundation.AsyncActionCompletedHandler``: told the action's status."""

AsyncActionWithProgressCompletedHandler = TypeAliasType(
    "AsyncActionWithProgressCompletedHandler",
    Callable[[IAsyncActionWithProgress[TProgress, TStatus], TStatus], None],
    type_params=(TProgress, TStatus),
)
"""``Windows.Foundation.AsyncActionWithProgressCompletedHandler<TProgress>``: told the action's status."""

AsyncActionProgressHandler = TypeAliasType(
    "AsyncActionProgressHandler",
    Callable[[IAsyncActionWithProgress[TProgress, TStatus], TProgress], None],
    type_params=(TProgress, TStatus),
)
"""``Windows.Foundation.AsyncActionProgressHandler<TProgress>``: told what the action reports."""

AsyncOperationCompletedHandler = TypeAliasType(
    "AsyncOperationCompletedHandler",
    Callable[[IAsyncOperation[TResult, TStatus], TStatus], None],
    type_params=(TResult, TStatus),
)
"""``Windows.Foundation.AsyncOperationCompletedHandler<TResult>``: told the operation's status."""

AsyncOperationWithProgressCompletedHandler = TypeAliasType(
    "AsyncOperationWithProgressCompletedHandler",
    Callable[[IAsyncOperationWithProgress[TResult, TProgress, TStatus], TStatus], None],
    type_params=(TResult, TProgress, TStatus),
)
"""``Windows.Foundation.AsyncOperationWithProgressCompletedHandler<TResult,TProgress>``: told the operation's status."""

AsyncOperationProgressHandler = TypeAliasType(
    "AsyncOperationProgressHandler",
    Callable[[IAsyncOperationWithProgress[TResult, TProgress, TStatus], TProgress], None],
    type_params=(TResult, TProgress, TStatus),
)
"""``Windows.Foundation.AsyncOperationProgressHandler<TResult,TProgress>``: told what the operation reports."""


# -- beyond the interfaces ------------------------------------------------------------------------


@runtime_checkable
class Waitable(Protocol[TResult_co, TStatus_co]):
    """What PyWinRT and this project add to the four interfaces: three ways to wait for the end of the work."""

    def get(self) -> TResult_co:
        """Block until the work has ended; return its result or raise how it failed (PyWinRT; C++/WinRT's ``get``)."""
        ...

    def wait(self, seconds: float, /) -> TStatus_co:
        """Block for so many seconds at most and return the status (PyWinRT; C++/WinRT's ``wait_for``)."""
        ...

    def __await__(self) -> Generator[Any, Any, TResult_co]:
        """Wait in asyncio for the end of the work; the value of ``await`` is its result (PyWinRT)."""
        ...


@runtime_checkable
class AwaitableAction(IAsyncAction[TStatus_co], Waitable[None, TStatus_co], Protocol, Generic[TStatus_co]):
    """An IAsyncAction that can be awaited, as PyWinRT's and this project's can."""


@runtime_checkable
class AwaitableActionWithProgress(
    IAsyncActionWithProgress[TProgress_co, TStatus_co],
    Waitable[None, TStatus_co],
    Protocol,
    Generic[TProgress_co, TStatus_co],
):
    """An IAsyncActionWithProgress that can be awaited."""


@runtime_checkable
class AwaitableOperation(
    IAsyncOperation[TResult_co, TStatus_co],
    Waitable[TResult_co, TStatus_co],
    Protocol,
    Generic[TResult_co, TStatus_co],
):
    """An IAsyncOperation that can be awaited: the value of ``await`` is its result."""


@runtime_checkable
class AwaitableOperationWithProgress(
    IAsyncOperationWithProgress[TResult_co, TProgress_co, TStatus_co],
    Waitable[TResult_co, TStatus_co],
    Protocol,
    Generic[TResult_co, TProgress_co, TStatus_co],
):
    """An IAsyncOperationWithProgress that can be awaited: the value of ``await`` is its result."""


@runtime_checkable
class Producer(Protocol):
    """What the worker of every operation holds, and no projection spells: the other side of the object."""

    def fail(self, hresult: int, /) -> object:
        """End the work with an error: an HRESULT that says failure, signed or not."""
        ...

    def acknowledge_cancel(self) -> object:
        """End the work as canceled, which was asked for."""
        ...

    def on_cancel(self, callback: Callable[[], object] | None, /) -> None:
        """Set what is called when a cancel is requested."""
        ...

    @property
    def cancel_requested(self) -> bool:
        """Whether the work is to stop."""
        ...


@runtime_checkable
class ActionProducer(Producer, Protocol):
    """The producer of work without a result."""

    def complete(self) -> object:
        """End the work with success."""
        ...


@runtime_checkable
class OperationProducer(Producer, Protocol[TResult_contra]):
    """The producer of work with a result."""

    def complete(self, result: TResult_contra, /) -> object:
        """End the work with a result."""
        ...


@runtime_checkable
class ProgressProducer(Protocol[TProgress_contra]):
    """What the producers of work that reports progress have beside."""

    def report_progress(self, value: TProgress_contra, /) -> None:
        """Call the Progress handler of the moment with a value."""
        ...
