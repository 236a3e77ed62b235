"""Is the adapter sane? A broken adapter gets one clear complaint instead of a hundred failed rules."""

from collections.abc import Iterator
from typing import Any, Final

from iasyncinfo_conformance.engines.smoke.levers import (
    heard_of,
    require_effect_in_time,
    require_handlers_in_time,
    require_unswapped,
)
from iasyncinfo_conformance.engines.smoke.members import Remark, require_members
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.stepping.watching.raised import CODE_LOST
from iasyncinfo_conformance.target import Result, Target, Trouble
from iasyncinfo_conformance.targets.advice import FROM_OUTSIDE, lacks_loop
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.words import Word, format_word, parse_word

_LOOK: Final = "status error_code get_results"
_AT_WORK: Final = f"{_LOOK} close status"
_NEWBORN: Final = parse_word("status error_code")
_WORDS: Final = (
    f"complete(5) {_LOOK}",
    f"put_completed(h1) complete(5) {_LOOK}",
    f"put_completed(h1) fail(0x80004005) {_LOOK}",
)
"""The last of them needs a lever that a subject may be without."""
_LEVER: Final = (
    "The lever ends the worker with a result and returns; what it cannot take it should turn into a result that it can."
)


def smoke(target: Target) -> list[str]:
    """Return remarks about the adapter; raises HarnessFault where it is broken."""
    kinds: dict[Remark, list[Kind]] = {}
    for kind in target.kinds:
        for remark in _smoke_kind(target, kind):
            kinds.setdefault(remark, []).append(kind)
    return [remark.of(kinds[remark], target.kinds) for remark in kinds]


def _smoke_kind(target: Target, kind: Kind) -> Iterator[Remark]:
    if kind in target.born:
        yield from _smoke_ended(target, kind, target.born[kind])
        return
    born = _newborn(target, kind)
    yield from require_members(target, kind)
    _require_started(target, kind)
    words = _WORDS if "fail" in target.supports(kind) else _WORDS[:-1]
    came = []
    for text in words:
        word = parse_word(text)
        came.append((word, _run(target, kind, word)))
        _require_alike(target, kind, word, came[-1][1], _run(target, kind, word))
    _require_lever(target, kind, came)
    yield from _not_handed_on(target, kind, came[0][1])
    _require_fresh(target, kind, born, _newborn(target, kind))
    if born[0].get("ok") != AsyncStatus.STARTED:
        return  # not an operation at work: that is for the rules to say, not the adapter's fault
    if _hangs(target, kind, parse_word(f"put_completed(h1) {_AT_WORK}")):
        return  # neither is one that does not answer while it is at work
    _require_count(target, kind)
    require_handlers_in_time(target, kind)
    require_unswapped(target, kind)
    yield from _codes_lost(target, kind)
    _require_effect(target, kind, "complete(5)")
    if "fail" in target.supports(kind):
        _require_effect(target, kind, "fail(0x80004005)")
    if _hangs(target, kind, parse_word(f"put_completed(h1) cancel {_AT_WORK}")):
        return
    _require_cancel_ends_work(target, kind)
    if "acknowledge_cancel" in target.supports(kind) and not _has_effect(target, kind, "cancel", "acknowledge_cancel"):
        yield Remark(
            "acknowledge_cancel of ",
            " changes nothing that can be seen: if the worker never ends there, the lever is not connected",
        )


def _codes_lost(target: Target, kind: Kind) -> Iterator[Remark]:
    """Yield a remark where refusals are OSErrors that have lost their code on this system."""
    heard = heard_of(target, kind, parse_word("get_results close"))
    lost = [told for told in heard.raised if CODE_LOST in told] if heard is not None else []
    if lost:
        yield Remark("refusals of ", f": {lost[0]}")


def _run(target: Target, kind: Kind, word: Word) -> list[Result]:
    try:
        return target.run(kind, word)
    except Trouble as trouble:
        raise HarnessFault(
            f"{target.name} cannot run the simplest words: {kind} {format_word(word)!r}: {_why(trouble)}. "
            "Nothing can be said of the subject before it does."
        ) from trouble


def _why(trouble: Trouble) -> str:
    at = f", while it is at {'; '.join(trouble.stacks)}" if trouble.stacks else ""
    return trouble.why.rstrip(".") + at


def _hangs(target: Target, kind: Kind, word: Word) -> bool:
    (outcome,) = target.run_many(kind, [word])
    return isinstance(outcome, Trouble) and bool(outcome.deed)


def _newborn(target: Target, kind: Kind) -> list[Result]:
    """Return the status of a new object and, if it gives one, the error code of another."""
    status, code = _NEWBORN
    born = _run(target, kind, (status,))
    (outcome,) = target.run_many(kind, [(code,)])
    return born if isinstance(outcome, Trouble) else [*born, *outcome]


def _require_fresh(target: Target, kind: Kind, born: list[Result], again: list[Result]) -> None:
    for step, first, second in zip(_NEWBORN, born, again, strict=False):
        if first != second:
            raise HarnessFault(
                f"{target.name} does not start a fresh {kind} at each call: {step[0]} of a new object "
                f"{describe(step, first)} at first and {describe(step, second)} after another object had ended. Let "
                "start(kind) make a new object every time, which shares nothing with others."
            )


def _require_lever(target: Target, kind: Kind, came: list[tuple[Word, list[Result]]]) -> None:
    """Refuse a lever that never works; one that fails in some situations only is the subject's fault."""
    ends = [(step, result) for word, results in came for step, result in zip(word, results, strict=True)]
    ends = [(step, result) for step, result in ends if step[0] == "complete"]
    if not any("ok" in result for _, result in ends):
        step, result = ends[0]
        heard = heard_of(target, kind, (step,))
        told = f": {heard.raised[0].partition(': ')[2]}" if heard is not None and heard.raised else ""
        raise HarnessFault(
            f"complete(5) of {target.name}, {kind}, {describe(step, result).split(';')[0]}{told}. "
            f"{FROM_OUTSIDE if lacks_loop(told) else _LEVER}"
        )


def _require_started(target: Target, kind: Kind) -> None:
    """Refuse an object that had ended when it was handed out, and does not say so."""
    (outcome,) = target.run_many(kind, [parse_word("status put_completed(h1) complete(6) status")])
    if isinstance(outcome, Trouble):
        return
    born, put, _, later = outcome
    ended = (AsyncStatus.COMPLETED, AsyncStatus.CANCELED, AsyncStatus.ERROR)
    if born.get("ok") in ended and put.get("events") and later == born:
        raise HarnessFault(
            f"{target.name}, {kind}, hands out an object that has ended: its status is "
            f"{AsyncStatus(born['ok']).name.capitalize()} at once, a handler is called when it is put, and complete "
            'leaves the status. Say how it ended: Subject(operation, ended=("completed", result)), ("error", code) or '
            '"canceled"; it is then judged from that state on.'
        )


def _smoke_ended(target: Target, kind: Kind, before: Word) -> Iterator[Remark]:
    """Read every member of an object that had ended, twice."""
    word = (*before, *parse_word("status error_code get_results put_completed(h1) get_completed close"))
    first, second = _run(target, kind, word), _run(target, kind, word)
    _require_alike(target, kind, word, first, second)
    yield Remark(
        "objects of ",
        " had ended when they were handed out: they are judged from that state on, and nobody takes the steps "
        f"{format_word(before)} with which their words begin",
    )


def _require_alike(target: Target, kind: Kind, word: Word, first: list[Result], second: list[Result]) -> None:
    if _seen(first) != _seen(second) and not any(map(_calls_again, (first, second))):
        raise HarnessFault(
            f"{target.name} is not deterministic: {kind} {format_word(word)!r} gave {_shown(word, first)} and then, on "
            f"a fresh object, {_shown(word, second)}. Where callbacks run on another thread, give the Subject a "
            "settle that returns once they have run."
        )


def _calls_again(results: list[Result]) -> bool:
    """Return whether a handler was called twice in a word that makes one call due: that is the subject's own."""
    called = [event["handler"] for result in results for event in result.get("events", ())]
    return len(called) > len(set(called))


def _require_count(target: Target, kind: Kind) -> None:
    if "cancel_notifications" not in target.supports(kind):
        return
    word = parse_word("cancel_notifications")
    (result,) = _run(target, kind, word)
    if type(result.get("ok")) is not int:
        raise HarnessFault(
            f"cancel_notifications of {target.name}, {kind}, {describe(word[0], result)}. It returns how often the "
            "worker has been told of a cancel, or is left out."
        )


def _require_cancel_ends_work(target: Target, kind: Kind) -> None:
    """Refuse a declaration that the first Cancel ends the work where the end comes with the worker's own lever."""
    if "cancel_ends_work" not in target.supports(kind):
        return
    (outcome,) = target.run_many(kind, [parse_word("put_completed(h1) cancel complete(5)")])
    if isinstance(outcome, Trouble):
        return  # a driver whose worker has ended declines to complete it
    _, canceled, ended = outcome
    if ended.get("events") and not canceled.get("events"):
        raise HarnessFault(
            f"{target.name}, {kind}, declares cancel_ends_work, but the work goes on after a Cancel: Completed is "
            "called when the worker completes. Leave the declaration out, and give the lever acknowledge_cancel."
        )


def _require_effect(target: Target, kind: Kind, lever: str) -> None:
    if not _has_effect(target, kind, "", lever):
        (step,) = parse_word(lever)
        require_effect_in_time(target, kind, parse_word("put_completed(h1)"), step, parse_word(_AT_WORK))


def _has_effect(target: Target, kind: Kind, before: str, lever: str) -> bool:
    start = parse_word(f"put_completed(h1) {before}".strip())
    look, act = parse_word(_AT_WORK), parse_word(lever)
    without = _run(target, kind, (*start, *look))
    with_it = _run(target, kind, (*start, *act, *look))
    moved = bool(with_it[len(start)].get("events"))
    return moved or _seen(without[len(start) :]) != _seen(with_it[len(start) + 1 :])


def _not_handed_on(target: Target, kind: Kind, results: list[Result]) -> Iterator[Remark]:
    """Yield a remark where the result is another than the one that complete was given."""
    *_, got = results
    if kind.has_result and "int" in target.values and got.get("ok", 5) not in (5, "<coroutine>"):
        yield Remark(
            "complete of ",
            f" may not hand on what it is given: after complete(5) get_results returns {got['ok']!r}. Where the lever "
            "has a result of its own, let it take the one that it is called with",
        )


def _seen(results: Any) -> Any:
    """Return results without what may differ between equal runs."""
    if isinstance(results, list):
        return [_seen(result) for result in results]
    if isinstance(results, dict):
        return {key: _seen(value) for key, value in results.items() if key != "late"}
    return results


def _shown(word: Word, results: list[Result]) -> str:
    return "[" + ", ".join(describe(step, result) for step, result in zip(word, results, strict=True)) + "]"
