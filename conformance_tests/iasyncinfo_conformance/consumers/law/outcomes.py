"""The caller's rules about what a consumer comes to: when it ends, and with what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from iasyncinfo_conformance.consumers.scene.seen import End, Seen
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import E_NOTIMPL, hresult_name

ENDS: Final = "CONSUME-ENDS"
WITHIN: Final = "REENTRANT-SET"
"""The rules that a consumer breaks that waits for ever: always, or where it is called within its put."""
_KNOWN_FOR_A_CANCEL: Final = "a CancelledError, or what Consumer(is_canceled=...) takes"
_AT_THE_LIMIT: Final = "for its own time is over: what it returns is taken for the result"
Found: TypeAlias = Iterator[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """What a consumer could know when it ended."""

    ended: bool
    told: tuple[int, ...]
    asked: bool
    read_canceled: bool
    claim_refused: bool
    out_of_time: bool
    at_its_limit: bool
    """Whether its time was over when all that happened may have happened a moment later."""
    refusals: frozenset[int]
    """What its own calls were refused with."""
    from_results: frozenset[int]
    """What GetResults was refused with."""

    @property
    def told_canceled(self) -> bool:
        """Whether it was told of a cancel; a 4 is none of the four, and no success."""
        return any(status not in (AsyncStatus.COMPLETED, AsyncStatus.ERROR) for status in self.told)


def known(seen: Seen) -> Known:
    """Return what a consumer could know when it ended."""
    at, truth = seen.outcome.at, seen.truth
    calls = [call for call in seen.calls if call.at < at]
    return Known(
        ended=bool(truth.status) and truth.at < at,
        told=tuple(told.status for told in seen.told if told.at < at and told.status > 0),
        asked=any(asked < at for asked in seen.give_ups),
        read_canceled=any(call.member == "status" and "CANCELED" in call.shown for call in calls),
        claim_refused=any(call.member == "put_completed" and call.code is not None for call in calls),
        out_of_time=seen.time_limit is not None,
        at_its_limit=seen.raced and _is_over(seen),
        refusals=frozenset(call.code for call in calls if call.code is not None),
        from_results=frozenset(call.code for call in calls if call.member == "get_results" and call.code is not None),
    )


def of_outcome(seen: Seen) -> Found:
    """Yield the rules that a consumer's outcome breaks: the rule, what was allowed, what came."""
    if seen.outcome.end is End.WAITS:
        yield from _waits(seen)
        return
    state = known(seen)
    if seen.call:
        yield from _of_an_application(seen, state)
        return
    if _is_excused(seen, state):
        return
    yield from _at_an_end(seen, state) if state.ended else _before_an_end(seen, state)


def _of_an_application(seen: Seen, state: Known) -> Found:
    """Yield what is wrong of an application: what it makes of a result, or of a failure, is its own affair."""
    outcome, refused = seen.outcome, state.refusals.intersection(seen.outcome.codes)
    if outcome.end is End.RAISED and refused and not (seen.interfered or state.asked or state.claim_refused):
        if not state.ended and not state.told_canceled:
            yield "CONSUME-NOT-EARLY", "it waits for the end of the work", f"{came(seen)}, while the work was running"
        elif state.ended and seen.truth.status == AsyncStatus.COMPLETED:
            yield "CONSUME-VALUE", "it goes on with the result", came(seen)


def came(seen: Seen) -> str:
    """Return a consumer's outcome in words."""
    outcome = seen.outcome
    return str(outcome.end) if outcome.end is End.WAITS else f"{outcome.end} {outcome.shown}"


def _is_excused(seen: Seen, state: Known) -> bool:
    """Return whether an exception is right in whatever state: it gave up, or was refused what others have taken."""
    outcome = seen.outcome
    if outcome.end is not End.RAISED:
        return False
    if outcome.cancel and (state.asked or state.told_canceled or state.read_canceled):
        return True
    if E_NOTIMPL in state.refusals.intersection(outcome.codes):  # some families have no Id, and no Progress slot
        return True
    if state.claim_refused or state.at_its_limit or (state.out_of_time and not state.ended):
        return True
    return seen.interfered and bool(state.refusals.intersection(outcome.codes))


def _before_an_end(seen: Seen, state: Known) -> Found:
    if state.told_canceled:
        if not state.from_results.intersection(seen.outcome.codes):
            yield "CONSUME-CANCELED", "what stands for a cancel, which it was told", came(seen)
    elif state.asked:
        rule = "CONSUME-NOT-EARLY" if seen.outcome.end is End.RETURNED else "CONSUME-CANCELED"
        yield rule, "what stands for a cancel: it was told to give up, and the work was running", came(seen)
    elif any(told.rude and told.status == 0 and told.at < seen.outcome.at for told in seen.told):
        yield "CONSUME-STARTED", "it waits: what it was told is Started", came(seen)
    else:
        pending = " (a cancel was pending)" if state.read_canceled else ""
        allowed = f"an exception, {_AT_THE_LIMIT}" if _is_over(seen) else "it waits for the end of the work"
        yield "CONSUME-NOT-EARLY", allowed, f"{came(seen)}, while the work was running{pending}"


def _at_an_end(seen: Seen, state: Known) -> Found:
    match seen.truth.status:
        case AsyncStatus.COMPLETED:
            if not seen.outcome.right:
                otherwise = f"; or an exception, {_AT_THE_LIMIT}" if state.at_its_limit else ""
                value = seen.truth.shown if seen.kind.has_result else "None"
                yield "CONSUME-VALUE", f"returns {value}{otherwise}", came(seen)
        case AsyncStatus.ERROR:
            if not _carries_the_code(seen, state):
                yield "CONSUME-CODE", f"raises what carries {hresult_name(seen.truth.code)}", came(seen)
        case _:
            if not _shows_a_cancel(seen, state):
                known = (
                    ": a CancelledError, or what Consumer(is_canceled=...) takes"
                    if seen.outcome.end is End.RAISED
                    else ""
                )
                yield "CONSUME-CANCELED", f"raises what stands for a cancel{known}", came(seen)


def _is_over(seen: Seen) -> bool:
    """Return whether the consumer's own time was over when it ended."""
    return seen.time_limit is not None and seen.outcome.seconds >= seen.time_limit


def _carries_the_code(seen: Seen, state: Known) -> bool:
    codes = seen.outcome.codes
    return seen.outcome.end is End.RAISED and (seen.truth.code in codes or bool(state.from_results.intersection(codes)))


def _shows_a_cancel(seen: Seen, state: Known) -> bool:
    outcome = seen.outcome
    return outcome.end is End.RAISED and (bool(outcome.cancel) or bool(state.from_results.intersection(outcome.codes)))


def _waits(seen: Seen) -> Found:
    if seen.time_limit is not None and not seen.truth.status:
        yield "NO-GUARANTEE", f"an end after {seen.time_limit:g} s", "still waits"
        return
    if any(call.member == "put_completed" and call.code is not None for call in seen.calls):
        yield "CONSUME-REFUSED", "an exception, or an end learned in another way", "waits for a call that will not come"
        return
    if not seen.truth.status:
        if seen.is_async and len(seen.give_ups) > 1 and not seen.held_back:
            yield "CONSUME-LETS-GO", "an end, though the work goes on", "told twice to give up, it still waits"
        return
    entered = [line for line in seen.log if line.get("enter") == "h1"]
    if _was_within_the_put(seen) and not seen.raced:  # without any luck that has been seen already
        yield WITHIN, "an end", "was called within its put of Completed, and waits for ever"
    elif entered or not _was_dropped(seen):
        yield ENDS, "an end: the work has ended", "waits for ever"


def _was_within_the_put(seen: Seen) -> bool:
    """Return whether the handler's one call came within the put, also where the put never came back."""
    puts = {line["n"] for line in seen.log if str(line.get("call", ""))[:17] == "['put_completed',"}
    answered = {line["of"] for line in seen.log if "of" in line}
    return bool(puts - answered) or any(told.within and not told.rude for told in seen.told)


def _was_dropped(seen: Seen) -> bool:
    """Return whether somebody's Close took the call away, so that nobody who waits for it can know."""
    return seen.has("close") and bool(seen.made("put_completed"))
