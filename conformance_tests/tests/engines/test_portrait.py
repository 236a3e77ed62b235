"""The portrait: where each step leads, and where a wrong one leads instead."""

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.record.moves import WrongMove
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_ILLEGAL_STATE_CHANGE
from iasyncinfo_spec.tables import RUNNING_STATES


def started(cls: type[plain.Plain]) -> Start:
    """An adapter of actions of a class."""

    def start(kind: Kind) -> Subject:
        if kind is not Kind.ACTION:
            raise NotImplementedError
        return plain.subject(cls, kind)

    return start


def portrayed(cls: type[plain.Plain]) -> Record:
    """The record of a quick check of actions of a class."""
    return check(InProcess(started(cls), "subject"), Options(quick=True))


def wrong(cls: type[plain.Plain]) -> list[WrongMove]:
    """The wrong steps of actions of a class."""
    return list(portrayed(cls).extents[Kind.ACTION].wrong)


class Overturns(plain.Plain):
    """Cancel takes a success back."""

    def cancel(self) -> None:
        super().cancel()
        self._status = AsyncStatus.CANCELED if self._status == AsyncStatus.COMPLETED else self._status


class Ignores(plain.Plain):
    """Cancel does nothing."""

    def cancel(self) -> None:
        """Do nothing."""


class ForgetsItsCode(plain.Plain):
    """ErrorCode is lost when it is read, and nothing else is."""

    @property
    def error_code(self) -> int:
        return 0 if self._status == AsyncStatus.ERROR else super().error_code


class TellsTwiceAndOverturns(plain.Plain):
    """A late handler of a failure is called twice, and Cancel takes the failure back."""

    def cancel(self) -> None:
        super().cancel()
        self._status = AsyncStatus.CANCELED if self._status == AsyncStatus.ERROR else self._status

    def _put_completed(self, handler: plain.Handler | None) -> None:
        super()._put_completed(handler)
        if self.error_code and handler is not None:
            handler(self, self.status)


class BeginsAgain(plain.Plain):
    """Close leads back to the start, and nobody is known to answer AFTER_CLOSE so."""

    def close(self) -> None:
        if self._working:
            raise self._refusal(E_ILLEGAL_STATE_CHANGE)
        self._status = AsyncStatus.STARTED


def test_a_right_subject_moves_as_the_tables_say() -> None:
    """Every step that a plain action can take is there, and none is wrong."""
    extent = portrayed(plain.Plain).extents[Kind.ACTION]
    moved = {(move.state, move.step): move.there for move in extent.moves}
    assert extent.wrong == ()
    assert moved["started", "cancel"] == "cancel_pending"
    assert moved["cancel_pending", "acknowledge_cancel"] == "canceled"
    assert moved["completed", "close"] == "closed"
    assert moved["completed", "cancel"] == "completed"
    assert all(move.times > 0 and move.answers for move in extent.moves)
    workers = {state for state, step in moved if step == "complete"}
    assert workers <= set(RUNNING_STATES)


@pytest.mark.parametrize(
    ("cls", "at", "expected", "there"),
    [
        (Overturns, ("completed", "cancel"), "completed", ("canceled",)),
        (Ignores, ("started", "cancel"), "cancel_pending", ("started",)),
        (BeginsAgain, ("completed", "close"), "closed", ("started",)),
    ],
)
def test_an_arrow_that_leads_elsewhere_is_followed(
    cls: type[plain.Plain], at: tuple[str, str], expected: str, there: tuple[str, ...]
) -> None:
    """To the state that Status tells; the word is the shortest way there and a look."""
    first = wrong(cls)[0]
    assert ((first.state, first.step), first.expected, first.there) == (at, expected, there)
    assert first.leads_elsewhere
    assert first.text.endswith(f"{at[1]} status")
    assert first.allowed != first.actual


def test_an_arrow_is_followed_though_another_fault_comes_first_in_every_word() -> None:
    """Both are told: that the handler is called twice, and that Cancel leads from error to canceled."""
    told = {(move.state, move.step, move.there) for move in wrong(TellsTwiceAndOverturns)}
    assert {("error", "put_completed", ("error",)), ("error", "cancel", ("canceled",))} <= told


def test_what_lies_behind_a_wrong_arrow_is_not_told_beside_it() -> None:
    """Where no object stands nothing can be wrong."""
    behind = {(move.state, move.step) for move in wrong(Ignores)}
    assert not any(state in ("cancel_pending", "closed_running") for state, _ in behind)


def test_a_step_that_answers_wrongly_leads_where_it_has_to() -> None:
    """The state is right; what came is not."""
    (move,) = [move for move in wrong(ForgetsItsCode) if move.step == "error_code"]
    assert (move.state, move.expected, move.there) == ("error", "error", ("error",))
    assert not move.leads_elsewhere
    assert (move.allowed, move.actual) == ("returns 0x80004005 E_FAIL", "returns S_OK")
