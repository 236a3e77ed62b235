"""The caller's rules as predicates over what was seen. Each yields what it found broken, in words."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from iasyncinfo_conformance.consumers.law.outcomes import of_outcome
from iasyncinfo_conformance.consumers.scene.seen import Call, ConsumerOutcome, End, Seen
from iasyncinfo_spec.hresults import hresult_name


class Breach(NamedTuple):
    """A rule that was broken: what was allowed, and what came."""

    rule: str
    allowed: str
    came: str


def breaches(seen: Seen) -> list[Breach]:
    """Return the rules that a consumer broke, each once."""
    found: dict[str, Breach] = {}
    if not seen.is_met and seen.outcome.end is not End.WAITS:  # the call that meets it was not made in this run
        return []
    for rule, look in _LOOKS:
        for allowed, came in look(seen):
            found.setdefault(rule, Breach(rule, allowed, came))
    for rule, allowed, came in of_outcome(seen):
        found.setdefault(rule, Breach(rule, allowed, came))
    return list(found.values())


Look = Callable[[Seen], Iterator[tuple[str, str]]]


def _told(calls: list[Call]) -> str:
    return ", then ".join(call.text for call in calls[:4])


def _claims_once(seen: Seen) -> Iterator[tuple[str, str]]:
    claims = [call for call in seen.made("put_completed") if not call.null]
    if len(claims) > 1:
        yield "Completed is set once", _told(claims)


def _results_when_allowed(seen: Seen) -> Iterator[tuple[str, str]]:
    early = [call for call in seen.made("get_results") if not call.knows]
    if early:
        yield "GetResults after an end that was told or read", f"before either: {early[0].text}"


def _results_once(seen: Seen) -> Iterator[tuple[str, str]]:
    got = [call for call in seen.made("get_results") if call.code is None and not call.raised]
    if len(got) > 1:
        yield "one call of GetResults that succeeds", _told(got)


def _cancels_when_asked(seen: Seen) -> Iterator[tuple[str, str]]:
    by_itself = [call for call in seen.made("cancel") if call.running and not call.asked and not call.knows]
    if by_itself and seen.time_limit is None and not seen.call:  # an application may have reasons of its own
        yield "no cancel: nobody told it to give up", f"{by_itself[0].text}, while the work was running"


def _cancels_once(seen: Seen) -> Iterator[tuple[str, str]]:
    cancels = [call for call in seen.made("cancel") if call.asked]
    most = max(1, len(seen.give_ups))
    if len(cancels) > most:
        yield f"at most {most}", f"{len(cancels)} cancels"


def _passes_on(seen: Seen) -> Iterator[tuple[str, str]]:
    if not seen.give_ups:
        return
    asked = seen.give_ups[0]
    heard = seen.outcome.at if seen.raced else asked  # under a schedule it may hear of the end first
    ended = seen.truth.status and seen.truth.at < heard
    if not ended and seen.outcome.at > asked and not seen.made("cancel"):
        yield "a cancel of the operation", "told to give up, it did not cancel the operation"


def _closes_what_has_ended(seen: Seen) -> Iterator[tuple[str, str]]:
    for call in seen.made("close"):
        canceled = any(other.at < call.at for other in seen.made("cancel"))
        if call.running and not call.knows and not canceled:
            yield "no Close while the work runs", call.text


def _uses_nothing_closed(seen: Seen) -> Iterator[tuple[str, str]]:
    closed = next((call.at for call in seen.made("close") if call.code is None), None)
    later = [call for call in seen.calls if closed is not None and call.at > closed and call.member != "close"]
    if later:
        yield "no member after its own Close", later[0].text


def _leaves_the_loop_free(seen: Seen) -> Iterator[tuple[str, str]]:
    if seen.blocks_loop:
        yield "a loop that goes on", "it blocked the thread of its event loop while it waited"


def _leaves_nothing(seen: Seen) -> Iterator[tuple[str, str]]:
    if seen.left and seen.outcome.end is not End.WAITS and seen.truth.status:
        yield "nothing left behind", "; ".join(seen.left)


def _handlers_are_quiet(seen: Seen) -> Iterator[tuple[str, str]]:
    if seen.handlers_raised:
        yield "handlers that raise nothing", "; ".join(seen.handlers_raised)


def _reports_failures(seen: Seen) -> Iterator[tuple[str, str]]:
    truth, outcome = seen.truth, seen.outcome
    if truth.status != 3 or not seen.give_ups or truth.at < seen.give_ups[0] or outcome.end is End.WAITS:
        return
    if truth.code not in (*outcome.codes, *seen.codes_reported):
        code = hresult_name(truth.code)
        yield (
            f"{code} raised, logged, or handed to the loop's exception handler",
            f"nobody was told that the operation failed with {code}: it {outcome.end} {outcome.shown or 'nothing'}",
        )


def _handles_both_failures(seen: Seen) -> Iterator[tuple[str, str]]:
    """Hold what comes of a call that fails against what comes of an operation that fails so."""
    if seen.otherwise is not None and seen.outcome.end is not seen.otherwise.end:
        yield f"as where the operation fails with that code: {_shown(seen.otherwise)}", _shown(seen.outcome)


def _shown(outcome: ConsumerOutcome) -> str:
    return f"{outcome.end} {outcome.shown}".rstrip()


def _forwards_progress(seen: Seen) -> Iterator[tuple[str, str]]:
    if not seen.forwards or not seen.kind.has_progress:
        return
    begun = next(index for index, step in enumerate(seen.situation) if step[0] in ("wait", "begin"))
    due = sum(step[0] == "report_progress" for step in seen.situation[begun:])
    told, forwarded = list(seen.progress_told), list(seen.progress_forwarded)
    if due and not told and not seen.give_ups and not seen.raced and not _was_listened_to(seen, due):
        yield f"{due} values heard", "its Progress handler was not there"
    elif forwarded != told and not (seen.give_ups and told[: len(forwarded)] == forwarded):
        yield f"forwarded: {', '.join(told) or 'nothing'}", f"forwarded: {', '.join(forwarded) or 'nothing'}"


def _was_listened_to(seen: Seen, due: int) -> bool:
    """Return whether Progress had been set before the reports began: families tell of none once a cancel is pending."""
    reports = [line["n"] for line in seen.log if str(line.get("call", ""))[:18] == "['report_progress'"]
    return any(reports and call.at < reports[-due] for call in seen.made("put_progress"))


_LOOKS: Final[tuple[tuple[str, Look], ...]] = (
    ("AWAIT-ONCE", _claims_once),
    ("CONSUME-RESULTS-EARLY", _results_when_allowed),
    ("CONSUME-RESULTS-ONCE", _results_once),
    ("CONSUME-CANCEL-ASKED", _cancels_when_asked),
    ("CONSUME-CANCEL-ONCE", _cancels_once),
    ("CONSUME-PASSES-ON", _passes_on),
    ("CLOSE-EARLY", _closes_what_has_ended),
    ("CLOSE-USE", _uses_nothing_closed),
    ("CONSUME-LOOP", _leaves_the_loop_free),
    ("CONSUME-LEAVES-NOTHING", _leaves_nothing),
    ("CONSUME-HANDLERS-QUIET", _handlers_are_quiet),
    ("CONSUME-REPORTED", _reports_failures),
    ("CONSUME-PROGRESS", _forwards_progress),
    ("TWO-FAIL", _handles_both_failures),
)
"""The rules about what a consumer does, each with what looks for a breach of it."""
