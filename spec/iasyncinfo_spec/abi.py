"""The two enumerations that everyone shares: the status of an operation and the four kinds."""

from enum import IntEnum, StrEnum


class AsyncStatus(IntEnum):
    """The status of an asynchronous operation.

    Source: Windows.Foundation.AsyncStatus (``asyncstatus.md``); the numbers are those of the ABI.
    """

    STARTED = 0
    COMPLETED = 1
    CANCELED = 2
    ERROR = 3


class Kind(StrEnum):
    """Which of the four interfaces an object implements; the value is the word used on the wire."""

    ACTION = "action"
    ACTION_WITH_PROGRESS = "action_with_progress"
    OPERATION = "operation"
    OPERATION_WITH_PROGRESS = "operation_with_progress"

    @property
    def has_progress(self) -> bool:
        """Whether the interface has a Progress property."""
        return self.value.endswith("_with_progress")

    @property
    def has_result(self) -> bool:
        """Whether GetResults returns a value; an action's returns nothing."""
        return self.value.startswith("operation")

    @property
    def interface(self) -> str:
        """The name of the interface in Windows.Foundation."""
        return "IAsync" + "".join(word.capitalize() for word in self.value.split("_"))
