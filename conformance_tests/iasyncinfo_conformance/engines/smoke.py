"""Is the adapter sane? A broken adapter gets one clear complaint instead of a hundred failed rules."""

from collections.abc import Iterator
from typing import Any, Final

from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.target import Result, Target, Trouble
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


def smoke(target: Target) -> list[str]:
    """Return remarks about the adapter; raises HarnessFault where it is broken."""
    return [remark for kind in target.kinds for remark in _smoke_kind(target, kind)]


def _smoke_kind(target: Target, kind: Kind) -> Iterator[str]:
    born = _newborn(target, kind)
    words = _WORDS if "fail" in target.supports(kind) else _WORDS[:-1]
    for text in words:
        word = parse_word(text)
        first, second = _run(target, kind, word), _run(target, kind, word)
        _require_lever(target, kind, word, first)
        _require_alike(target, kind, word, first, second)
    _require_fresh(target, kind, born, _newborn(target, kind))
    if born[0].get("ok") != AsyncStatus.STARTED:
        return  # not an operation at work: that is for the rules to say, not the adapter's fault
    if _hangs(target, kind, parse_word(f"put_completed(h1) {_AT_WORK}")):
        return  # neither is one that does not answer while it is at work
    _require_count(target, kind)
    _require_effect(target, kind, "complete(5)")
    if "fail" in target.supports(kind):
        _require_effect(target, kind, "fail(0x80004005)")
    if _hangs(target, kind, parse_word(f"put_completed(h1) cancel {_AT_WORK}")):
        return
    _require_cancel_ends_work(target, kind)
    if "acknowledge_cancel" in target.supports(kind) and not _has_effect(target, kind, "cancel", "acknowledge_cancel"):
        yield (
            f"acknowledge_cancel of {kind} changes nothing that can be seen: "
            "if the worker never ends there, the lever is not connected"
        )


def _run(target: Target, kind: Kind, word: Word) -> list[Result]:
    try:
        return target.run(kind, word)
    except Trouble as trouble:
        raise HarnessFault(
            f"{target.name} cannot run the simplest words: {kind} {format_word(word)!r}: {trouble.why.rstrip('.')}. "
            "Nothing can be said of the subject before it does."
        ) from trouble


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


def _require_lever(target: Target, kind: Kind, word: Word, results: list[Result]) -> None:
    for step, result in zip(word, results, strict=True):
        if step[0] == "complete" and "ok" not in result:
            raise HarnessFault(
                f"complete(5) of {target.name}, {kind}, {describe(step, result).split(';')[0]}. The lever ends the "
                "worker with a result and returns; what it cannot take it should turn into a result that it can."
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
        raise HarnessFault(
            f"the lever {lever.split('(')[0]} of {target.name}, {kind}, does nothing: status, error code, results and "
            "Completed are the same without it. Connect it to the worker of the operation."
        )


def _has_effect(target: Target, kind: Kind, before: str, lever: str) -> bool:
    start = parse_word(f"put_completed(h1) {before}".strip())
    look, act = parse_word(_AT_WORK), parse_word(lever)
    without = _run(target, kind, (*start, *look))
    with_it = _run(target, kind, (*start, *act, *look))
    moved = bool(with_it[len(start)].get("events"))
    return moved or _seen(without[len(start) :]) != _seen(with_it[len(start) + 1 :])


def _seen(results: Any) -> Any:
    """Return results without what may differ between equal runs."""
    if isinstance(results, list):
        return [_seen(result) for result in results]
    if isinstance(results, dict):
        return {key: _seen(value) for key, value in results.items() if key != "late"}
    return results


def _shown(word: Word, results: list[Result]) -> str:
    return "[" + ", ".join(describe(step, result) for step, result in zip(word, results, strict=True)) + "]"
