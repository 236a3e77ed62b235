"""What a consumer's runs answer to the points in which consumers may differ."""

from collections.abc import Iterator
from typing import Final

from iasyncinfo_conformance.consumers.law.outcomes import known
from iasyncinfo_conformance.consumers.scene.seen import End, Seen
from iasyncinfo_spec.abi import AsyncStatus


def answers(seen: Seen) -> Iterator[tuple[str, str]]:
    """Yield the points that a run shows the answer to, and the answers."""
    yield from _of_cancels(seen)
    yield from _of_giving_up(seen)
    yield from _of_closing(seen)
    yield from _of_failures(seen)
    yield from _of_looking(seen)


def _of_cancels(seen: Seen) -> Iterator[tuple[str, str]]:
    outcome, state = seen.outcome, known(seen)
    if outcome.end is not End.RAISED or state.asked or state.claim_refused or seen.interfered:
        return
    if state.told_canceled or (state.ended and seen.truth.status == AsyncStatus.CANCELED):
        refused = state.from_results.intersection(outcome.codes)
        shown = "refusal" if refused and outcome.cancel in ("", "said") else outcome.cancel
        if shown:
            yield "CONSUME-FOREIGN-CANCEL", shown
    if state.read_canceled and not state.told and not state.ended and outcome.cancel:
        yield "CONSUME-PENDING", "canceled"
    elif state.ended and seen.situation[1] == ("cancel",) and not state.told_canceled:
        yield "CONSUME-PENDING", "waits"


def _of_giving_up(seen: Seen) -> Iterator[tuple[str, str]]:
    outcome, truth = seen.outcome, seen.truth
    if not seen.give_ups or len(seen.give_ups) > 1 or outcome.at < seen.give_ups[0]:
        return
    if outcome.end is End.WAITS:
        yield "CONSUME-GIVE-UP", "waits"
        return
    if truth.status and truth.at > seen.give_ups[0]:
        yield "CONSUME-GIVE-UP", "goes" if outcome.at < truth.at else "waits"
        if truth.status == AsyncStatus.COMPLETED and outcome.at > truth.at:
            yield "CONSUME-SWALLOWS", "result" if outcome.end is End.RETURNED else "canceled"


def _of_closing(seen: Seen) -> Iterator[tuple[str, str]]:
    closed = seen.made("close")
    if closed:
        yield "CONSUME-CLOSE", "ended" if closed[0].knows or not closed[0].running else "pending"
    elif seen.outcome.end is not End.WAITS:
        yield "CONSUME-CLOSE", "never"


def _of_looking(seen: Seen) -> Iterator[tuple[str, str]]:
    if seen.outcome.end is not End.WAITS and seen.situation[1:] == _AFTER_A_WHILE:
        yield "CONSUME-LOOKS", "spins" if seen.spins else "told" if seen.made("put_completed") else "looks"


_AFTER_A_WHILE: Final = (("wait",), ("pause",), ("complete", 5))
"""The situation that shows how a consumer learns of an end that is not there yet."""


def _of_failures(seen: Seen) -> Iterator[tuple[str, str]]:
    outcome, truth = seen.outcome, seen.truth
    if truth.status != AsyncStatus.ERROR or outcome.end is not End.RAISED or seen.has("results_fail"):
        return
    other = known(seen).from_results - {truth.code}
    if truth.code in outcome.codes:
        yield "CONSUME-FAILURE", "error_code"
    elif other.intersection(outcome.codes) and not seen.interfered:
        yield "CONSUME-FAILURE", "get_results"
