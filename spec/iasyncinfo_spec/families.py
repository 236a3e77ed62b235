"""Implementation families: rows of answers to the variation points, and the rules that each breaks.

A family *leaves a point open* by not answering it: because its users decide (WRL leaves REPEAT to the
implementer), because it never gets there (windows-rs knows no cancel), or because nobody has
established the answer. Where a machine has to be built all the same, the point's first option stands in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from iasyncinfo_spec.variations import VARIATIONS, incoherent


@dataclass(frozen=True)
class Family:
    """One row of answers, with the rules that it breaks and why."""

    name: str
    about: str
    answers: Mapping[str, str]
    breaks: Mapping[str, str] = field(default_factory=dict)

    def answer(self, point: str) -> str:
        """Return the family's answer, or the point's default where the family leaves it open.

        Two answers follow from others: INCOHERENT, and CLOSE_R where Close never changes anything.
        """
        if point == "INCOHERENT":
            return incoherent({name: self.answer(name) for name in ("LATE_R", "CAC", "FAC")})
        answer = self.answers.get(point) or VARIATIONS[point].names[0]
        if point == "CLOSE_R" and answer == "ok" and self.answers.get("AFTER_CLOSE") == "works":
            return "noop"
        return answer

    def answering(self, name: str, answers: Mapping[str, str]) -> "Family":
        """Return a family like this one under another name, with ``answers`` in place of its own."""
        return Family(name, self.about, MappingProxyType({**self.answers, **answers}), self.breaks)


_WRL = {
    "ID": "1",
    "CREATED": "refuses",
    "LATE_R": "now",
    "CAC": "keep",
    "FAC": "keep",
    "CANCEL-EFFECT": "notified",
    "CANCEL-SYNC": "no",
    "FAIL-CANCELED": "error",
    "NULLSLOT": "counts",
    "NULL-AGAIN": "refused",
    "GETH": "null",
    "GETH-IN": "handler",
    "REL-AFTER": "released",
    "CTX": "inline",
    "HEXC": "swallow",
    "PEXC": "swallow",
    "XRES": "IMC",
    "XERR": "ok",
    "PARTIAL": "no",
    "GETP": "null",
    "PTERM": "delivered",
    "CLOSE_S": "reject",
    "CLOSE_R": "ok",
    "AFTER_CLOSE": "reject",
    "CANCEL-Z": "ok",
    "CLOSED-OUT": "written",
    "Z-FIRE": "4",
    "Z-PROG": "kept",
}
_TELLS_FOUR = {"STATUS-VALUES": "a handler called after Cancel and Close is told 4, the internal Closed"}

_ALL = (
    Family(
        "reference",
        "this project's own implementation: WRL's manners without its leaks",
        {
            **_WRL,
            "ID": "counter",
            "CREATED": "hidden",
            "SPONT-CANCEL": "ignored",
            "REPEAT": "copy",
            "PTERM": "dropped",
            "Z-FIRE": "canceled",
            "CLOSED-OUT": "untouched",
            "CEXC": "swallow",
        },
    ),
    Family(
        "wrl",
        "Microsoft::WRL::AsyncBase of the Windows SDK, with its default policies",
        _WRL,
        _TELLS_FOUR,
    ),
    Family(
        "wrl-from-canceled",
        "WRL whose producer passes TransitionFromCanceled, as Windows.Gaming.Input does",
        {**_WRL, "CAC": "complete", "FAC": "error", "REPEAT": "copy"},
        _TELLS_FOUR,
    ),
    Family(
        "cppwinrt",
        "C++/WinRT coroutines (strings/base_coroutine_foundation.h)",
        {
            "ID": "1",
            "CREATED": "hidden",
            "LATE_R": "now",
            "CAC": "keep",
            "FAC": "error",
            "CANCEL-EFFECT": "notified",
            "SPONT-CANCEL": "canceled",
            "FAIL-CANCELED": "canceled",
            "NULLSLOT": "counts",
            "NULL-AGAIN": "refused",
            "GETH": "null",
            "GETH-IN": "null",
            "REL-AFTER": "released",
            "CTX": "inline",
            "HEXC": "swallow",
            "PEXC": "swallow",
            "CEXC": "terminate",
            "XRES": "CAN",
            "XERR": "CAN",
            "REPEAT": "moved",
            "PARTIAL": "WithProgress",
            "GETP": "retained",
            "PTERM": "delivered",
            "CLOSE_S": "noop",
            "CLOSE_R": "noop",
            "AFTER_CLOSE": "works",
        },
    ),
    Family(
        "ppl",
        "C++/CX create_async (ppltasks.h)",
        {
            "ID": "counter",
            "CREATED": "refuses",
            "LATE_R": "wait",
            "CAC": "complete",
            "FAC": "error",
            "CANCEL-EFFECT": "notified",
            "CANCEL-SYNC": "no",
            "SPONT-CANCEL": "canceled",
            "NULLSLOT": "counts",
            "NULL-AGAIN": "refused",
            "GETH": "null",
            "GETH-IN": "handler",
            "REL-AFTER": "released",
            "CTX": "inline",
            "HEXC": "propagate",
            "PEXC": "propagate-and-empty",
            "XRES": "IMC",
            "XERR": "ok",
            "REPEAT": "copy",
            "PARTIAL": "no",
            "GETP": "retained",
            "PTERM": "delivered",
            "CLOSE_S": "reject",
            "CLOSE_R": "reject",
            "AFTER_CLOSE": "reject",
            "CANCEL-Z": "ok",
            "CLOSED-OUT": "untouched",
            "Z-PROG": "kept",
        },
    ),
    Family(
        "cswinrt",
        "C#/WinRT's TaskToAsyncInfoAdapter, behind AsyncInfo.Run",
        {
            "ID": "random",
            "CREATED": "hidden",
            "LATE_R": "wait",
            "CAC": "complete",
            "FAC": "error",
            "CANCEL-EFFECT": "notified",
            "SPONT-CANCEL": "canceled",
            "NULLSLOT": "ignored",
            "NULL-AGAIN": "refused",
            "GETH": "retained",
            "GETH-IN": "handler",
            "REL-AFTER": "retained",
            "CTX": "inline",
            "HEXC": "crash",
            "PEXC": "propagate",
            "CEXC": "propagate",
            "XRES": "IMC",
            "XERR": "ok",
            "REPEAT": "copy",
            "PARTIAL": "no",
            "GETP": "retained",
            "PTERM": "delivered",
            "CLOSE_S": "reject",
            "CLOSE_R": "reject",
            "AFTER_CLOSE": "reject",
            "CANCEL-Z": "ok",
            "CLOSED-OUT": "untouched",
            "Z-PROG": "emptied",
        },
    ),
    Family(
        "windows-rs",
        "the windows-future crate's spawn",
        {
            "ID": "1",
            "CREATED": "hidden",
            "CANCEL-EFFECT": "none",
            "CANCEL-SYNC": "no",
            "FAIL-CANCELED": "error",
            "NULLSLOT": "epointer",
            "NULL-AGAIN": "refused",
            "GETH": "always_null",
            "GETH-IN": "null",
            "REL-AFTER": "released",
            "CTX": "inline",
            "HEXC": "swallow",
            "REPEAT": "copy",
            "PARTIAL": "no",
            "CLOSE_S": "noop",
            "AFTER_CLOSE": "works",
        },
        {
            "CANCEL-VISIBLE": "Cancel has no effect at all",
            "CANCEL-REQ": "the worker never hears of a cancel and cannot honour it",
            "PROG-REPLACE": "a Progress handler is accepted and forgotten",
            "PROG-ONCE": "no Progress handler is ever called",
        },
    ),
    Family(
        "wine",
        "Wine's shared async.c (combase, windows.media.speech, cryptowinrt)",
        {
            "ID": "1",
            "CREATED": "hidden",
            "LATE_R": "now",
            "CAC": "complete",
            "FAC": "error",
            "CANCEL-SYNC": "no",
            "FAIL-CANCELED": "error",
            "NULLSLOT": "counts",
            "NULL-AGAIN": "refused",
            "GETH": "null",
            "GETH-IN": "null",
            "REL-AFTER": "released",
            "CTX": "inline",
            "HEXC": "swallow",
            "XRES": "IMC",
            "XERR": "ok",
            "REPEAT": "copy",
            "PARTIAL": "no",
            "CLOSE_S": "reject",
            "CLOSE_R": "ok",
            "AFTER_CLOSE": "reject",
            "CANCEL-Z": "IMC",
            "CLOSED-OUT": "written",
            "Z-FIRE": "4",
        },
        _TELLS_FOUR,
    ),
    Family(
        "kotlin",
        "kotlin-winrt's AsyncInfo.kt",
        {
            "ID": "counter",
            "CREATED": "hidden",
            "LATE_R": "wait",
            "CAC": "complete",
            "FAC": "error",
            "CANCEL-SYNC": "no",
            "NULLSLOT": "ignored",
            "NULL-AGAIN": "refused",
            "GETH": "retained",
            "GETH-IN": "handler",
            "REL-AFTER": "retained",
            "CTX": "inline",
            "HEXC": "propagate",
            "PEXC": "propagate",
            "XRES": "IMC-then-CAN",
            "XERR": "ok",
            "REPEAT": "copy",
            "PARTIAL": "no",
            "GETP": "retained",
            "PTERM": "dropped",
            "CLOSE_S": "reject",
            "CLOSE_R": "reject",
            "AFTER_CLOSE": "reject",
            "CANCEL-Z": "ok",
        },
    ),
)

FAMILIES: Final[dict[str, Family]] = {family.name: family for family in _ALL}
"""Every family by its name; each name is also a profile."""
