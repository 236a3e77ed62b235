"""What was seen of one consumer in one situation: values, which can cross a pipe."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, format_word


class End(StrEnum):
    """How a consumer ended."""

    RETURNED = "returned"
    RAISED = "raised"
    WAITS = "still waits"


@dataclass(frozen=True, slots=True)
class Call:
    """One call that the consumer made of a member, and what it was answered.

    ``running`` says whether the work had not ended then, ``knows`` whether the consumer had been told of an end or
    had read one; ``asked`` counts how often it had been told to give up.
    """

    at: int
    member: str
    code: int | None = None
    shown: str = ""
    running: bool = True
    knows: bool = False
    asked: int = 0
    null: bool = False
    inner: bool = False
    raised: str = ""

    @property
    def text(self) -> str:
        """The call and its answer."""
        if self.raised:
            return f"{self.member} raised {self.raised}"
        return (
            f"{self.member} failed with 0x{self.code:08X}" if self.code is not None else f"{self.member}: {self.shown}"
        )


@dataclass(frozen=True, slots=True)
class Told:
    """One call of a handler that the consumer had set; ``within`` says that it came within the put."""

    at: int
    status: int
    within: bool
    raised: str = ""
    rude: bool = False


@dataclass(frozen=True, slots=True)
class ConsumerOutcome:
    """What the consumer came to, and when: ``at`` is a number of the log.

    ``right`` says of a value whether it is the very one; ``cancel`` how an exception shows a cancel.
    """

    end: End
    at: int
    shown: str = ""
    right: bool = False
    codes: tuple[int, ...] = ()
    cancel: str = ""
    seconds: float = 0.0
    """Of the suite's clock, from the beginning."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What became of the operation: a status of 0 where the work never ended, and the code of a failure."""

    status: int
    at: int = 0
    code: int = 0
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was seen of one consumer in one situation."""

    kind: Kind
    situation: Word
    outcome: ConsumerOutcome
    truth: Truth
    calls: tuple[Call, ...] = ()
    told: tuple[Told, ...] = ()
    give_ups: tuple[int, ...] = ()
    """When the consumer was told to give up."""
    left: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    codes_reported: tuple[int, ...] = ()
    progress_told: tuple[str, ...] = ()
    progress_forwarded: tuple[str, ...] = ()
    progress_reports: int = 0
    blocks_loop: bool = False
    is_async: bool = True
    on_threads: bool = False
    """Whether real time had to be waited for."""
    unscheduled: str = ""
    """Why it was not played under a scheduler, where it blocks its thread."""
    spins: bool = False
    """Whether it called members again and again, without a pause, while the work ran."""
    raced: bool = False
    """Whether what happened came at any moment, also before the consumer's first call."""
    time_limit: float | None = None
    forwards: bool = False
    handlers_raised: tuple[str, ...] = ()
    unplayed: tuple[str, ...] = ()
    log: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """The lines of a log that ``iasyncinfo trace`` judges."""
    held_back: bool = False
    """Whether it waited, at the end, in a group of tasks that holds every cancel but the first back."""
    call: str = ""
    """The call of an application that meets the situation; nothing for a consumer that waits."""
    made_calls: tuple[tuple[str, Kind], ...] = ()
    """The calls that an application made."""
    is_met: bool = True
    """Whether the call was made."""
    otherwise: ConsumerOutcome | None = None
    """What an application comes to whose call succeeds, and whose operation fails with the code of the refusal."""

    @property
    def text(self) -> str:
        """The situation as text."""
        return format_word(self.situation)

    def has(self, *steps: str) -> bool:
        """Return whether the situation has one of these steps."""
        return any(step[0] in steps for step in self.situation)

    def made(self, *members: str) -> list[Call]:
        """Return the calls of these members, in order."""
        return [call for call in self.calls if call.member in members]

    @property
    def interfered(self) -> bool:
        """Whether somebody else used what is the consumer's: the slot, the result, Close; or the server is gone."""
        return self.has("close", "put_completed", "get_results", "gone")
