"""The short codes with which cells are printed, and their legend."""

from collections.abc import Iterator
from typing import Final

from iasyncinfo_spec.hresults import (
    E_ASYNC_OPERATION_NOT_STARTED,
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    E_ILLEGAL_STATE_CHANGE,
    E_NOTIMPL,
    E_POINTER,
    E_UNEXPECTED,
    ERROR_CANCELLED,
    RO_E_CLOSED,
    hresult_name,
)
from iasyncinfo_spec.rendering.views import View
from iasyncinfo_spec.rules import WITH_PROGRESS, WITHOUT_PROGRESS
from iasyncinfo_spec.tables import IGNORED, NOT_DRIVABLE, OK, SLOT, VALUE, CellOutcome, Held, Refuses, Returns, Row

_REFUSALS: Final = {
    E_ASYNC_OPERATION_NOT_STARTED: "!START",
    E_ILLEGAL_METHOD_CALL: "!CALL",
    E_ILLEGAL_STATE_CHANGE: "!CHANGE",
    E_ILLEGAL_DELEGATE_ASSIGNMENT: "!SECOND",
    ERROR_CANCELLED: "!CANCELED",
    RO_E_CLOSED: "!CLOSED",
    E_POINTER: "!POINTER",
    E_NOTIMPL: "!NOTIMPL",
    E_UNEXPECTED: "!UNEXP",
}
_HELD: Final = {Held.PARTIAL: "partial", Held.CODE: "code"}
_QUIET: Final = {OK: "ok", IGNORED: "-", SLOT: "slot", NOT_DRIVABLE: "."}

LEGEND: Final = (
    ">state      and the machine moves there",
    "*1 *2 *3 *4 a Completed handler that waits is called and told this status; *v: a Progress handler, the value",
    "slot        the slot's own machine answers",
    "-           succeeds and changes nothing",
    ".           nobody can make this happen here",
    "id, result, code, partial, handler: the value that this run holds; partial is a result so far",
    *(f"{code:<11} refused with {hresult_name(hresult)}" for hresult, code in _REFUSALS.items()),
    "!code, !any refused with the operation's own error code; refused with any code",
    "P: no P:    only with progress; only without",
)


def code_of(row: Row) -> str:
    """Return a row as a short code, such as ``>completed*1``."""
    dest = row["dest"]
    answer = _answer(row["outcome"])
    moved = f">{dest}" if dest else ""
    if moved and answer in ("ok", "-"):
        answer = ""
    return f"{answer}{moved}{_told(row)}"


def codes(view: View, state: str, trigger: str) -> list[str]:
    """Return the different codes of a cell; where kinds differ each says for which it holds."""
    rows = view.cell(state, trigger)
    differing = len({row.get("kinds") for row in rows}) > 1
    return list(dict.fromkeys((_kinds(row) if differing else "") + code_of(row) for row in rows))


def legend(used: str) -> Iterator[str]:
    """Yield the lines of the legend that explain something in ``used``."""
    for line in LEGEND:
        code = line.split()[0].rstrip(",:")
        if not code.startswith("!") or code in used or (code == "!code" and "!any" in used):
            yield line


def _answer(outcome: CellOutcome) -> str:
    match outcome:
        case Refuses(None):
            return "!any"
        case Refuses(Held() as held):
            return f"!{held.value.split()[-1]}"
        case Refuses(int() as hresult):
            return _REFUSALS[hresult]
        case Returns(int() as number) if number == ERROR_CANCELLED:
            return "CANCELED"
        case Returns(Held() as held):
            return _HELD.get(held, held.value)
        case Returns():
            return str(outcome).removeprefix("0x00000000 ")
        case quiet:
            return _QUIET[quiet]  # type: ignore[index]


def _told(row: Row) -> str:
    match row.get("tells"):
        case None:
            return ""
        case told if told is VALUE:
            return "*v"
        case status:
            return f"*{int(status)}"


def _kinds(row: Row) -> str:
    return {WITH_PROGRESS: "P: ", WITHOUT_PROGRESS: "no P: "}.get(row.get("kinds", ()), "")
