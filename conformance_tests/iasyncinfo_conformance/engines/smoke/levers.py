"""Levers that do not do what they are for: each of the commonest mistakes has a paragraph of its own."""

from itertools import combinations
from typing import Any, Final

from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.target import Audible, Heard, Result, Target, Trouble
from iasyncinfo_conformance.targets.advice import FROM_OUTSIDE
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.words import Step, Word, parse_word

_MOMENT: Final[Step] = ("wait", 0.1)
"""What a word waits to see whether something comes late."""
_ENDS: Final = {
    "complete": ("complete(5)", AsyncStatus.COMPLETED),
    "fail": ("fail(0x80004005)", AsyncStatus.ERROR),
    "acknowledge_cancel": ("acknowledge_cancel", AsyncStatus.CANCELED),
}
"""The levers that end the work: a step that pulls each, and the status that it is to lead to."""
_WITHOUT_CANCEL: Final = {"acknowledge_cancel": AsyncStatus.STARTED}
"""What a lever may leave as it was that ends only what has been canceled."""
_NEVER_AWAITED: Final = "was never awaited"
"""What CPython warns of where a coroutine is dropped."""
_SETTLE: Final = (
    "Give the Subject a settle: a function that waits until the work has ended and its handlers have run, and returns "
    "at once where nothing is due. The suite calls it after every step."
)


def require_effect_in_time(target: Target, kind: Kind, start: Word, lever: Step, look: Word) -> None:
    """Raise a HarnessFault for a lever after which nothing that can be seen is otherwise."""
    name = f"the lever {lever[0]} of {target.name}, {kind},"
    if _comes_late(target, kind, start, lever, look):
        raise HarnessFault(f"{name} returns too early: a moment later it has ended the work. {_SETTLE}")
    heard = heard_of(target, kind, (*start, lever))
    if heard is not None and heard.died:
        raise HarnessFault(f"{name} does nothing, and a thread has died: {heard.died[0]}. Mend what it died of.")
    if heard is not None and heard.raised:
        raise HarnessFault(f"{name} does nothing but fail: {heard.raised[-1]}. Mend that.")
    if heard is not None and any(_NEVER_AWAITED in line for line in heard.output):
        raise HarnessFault(f"{name} does nothing: it returns a coroutine, and nobody awaits it. {FROM_OUTSIDE}")
    raise HarnessFault(
        f"{name} does nothing: status, error code, results and Completed are the same without it. Connect it to the "
        "worker of the operation."
    )


def _comes_late(target: Target, kind: Kind, start: Word, lever: Step, look: Word) -> bool:
    if "wait" not in target.supports(kind):
        return False
    without = _ran(target, kind, (*start, _MOMENT, *look))
    with_it = _ran(target, kind, (*start, lever, _MOMENT, *look))
    return without[-len(look) :] != with_it[-len(look) :] or any(map(_has_events, with_it[len(start) :]))


def require_handlers_in_time(target: Target, kind: Kind) -> None:
    """Raise a HarnessFault where the handler runs after complete has returned, and no settle waits for it."""
    if "wait" not in target.supports(kind):
        return
    word = parse_word("put_completed(h1) complete(5) status")
    results = _ran(target, kind, word)
    if not results or results[-1].get("ok") != AsyncStatus.COMPLETED or any(map(_has_events, results)):
        return
    if any(map(_has_events, _ran(target, kind, (*word, _MOMENT))[-1:])):
        raise HarnessFault(
            f"{target.name}, {kind}, calls the handler of Completed a moment after complete has returned, elsewhere. "
            f"{_SETTLE}"
        )


def require_unswapped(target: Target, kind: Kind) -> None:
    """Raise a HarnessFault where of two levers each ends the work as the other is to end it."""
    ends = {lever: end for lever, end in _ENDS.items() if lever == "complete" or lever in target.supports(kind)}
    came = {lever: _status_after(target, kind, step) for lever, (step, _) in ends.items()}
    for one, other in combinations(ends, 2):
        if came[other] == ends[one][1] and came[one] in (ends[other][1], _WITHOUT_CANCEL.get(other)):
            raise HarnessFault(
                f"{one} and {other} of {target.name}, {kind}, are swapped: after {one} Status reads "
                f"{_read(came[one])}, after {other} {_read(came[other])}. The arguments of Subject stand in the order "
                "of operation, complete, fail, acknowledge_cancel."
            )


def _read(status: Any) -> str:
    return AsyncStatus(status).name.capitalize()


def heard_of(target: Target, kind: Kind, word: Word) -> Heard | None:
    """Return what is said while a word runs once more, if that can be heard."""
    try:
        return target.aloud(kind, word) if isinstance(target, Audible) else None
    except Trouble:
        return None


def _status_after(target: Target, kind: Kind, lever: str) -> object:
    results = _ran(target, kind, parse_word(f"{lever} status"))
    return results[-1].get("ok") if results else None


def _ran(target: Target, kind: Kind, word: Word) -> list[Result]:
    (outcome,) = target.run_many(kind, [word])
    return [] if isinstance(outcome, Trouble) else outcome


def _has_events(result: Result) -> bool:
    return bool(result.get("events"))
