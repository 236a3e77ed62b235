"""The members with which Python programs wait: ``get``, ``wait`` and ``await``, before the end and after it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from iasyncinfo_conformance.directed.ends import ACKNOWLEDGED, ENDS, FAILURE, SUCCESS, steps_in
from iasyncinfo_conformance.directed.expectations import Case, Expect, anything, case, code, hr, nothing, ok
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_FAIL, E_ILLEGAL_DELEGATE_ASSIGNMENT, E_INVALIDARG
from iasyncinfo_spec.rules import ALL_KINDS
from iasyncinfo_spec.values import frozen
from iasyncinfo_spec.words import parse_word

_S, _D, _X, _E = AsyncStatus
_OPERATIONS: Final = tuple(kind for kind in ALL_KINDS if kind.has_result)
_ACTIONS: Final = tuple(kind for kind in ALL_KINDS if not kind.has_result)
_READERS: Final = ("get", "await")
_WAITS: Final = (*_READERS, "wait_for(60)")
_RESULTS: Final[tuple[Any, ...]] = (5, "text", None, False, 0, "", [], {"object": 1})
"""What a wait may take for nothing is among them."""
_CANCELED_TASK: Final = "CancelledError"


def _around(wait: str, end: str) -> Iterator[tuple[int, str]]:
    """Yield words in which work ends before a wait, and while it lasts; and before each the number of the wait."""
    yield len(parse_word(end)) + 1, f"{end} {wait}"
    yield 1, f"{wait}{{{end}}}"
    yield 1, f"{wait}{{thread{{{end}}}}}"
    if wait == "await":
        yield 1, f"await{{on_loop{{{end}}}}}"


def _ended(wanted: Expect, word: str) -> Expect:
    """Expect this of a wait, and of one that begins before the work has ended, that it does not end before."""
    return _no_sooner(wanted) if "{" in word else wanted


def _raises() -> Expect:
    return Expect("raises", lambda result: "ok" not in result)


def _again(first: Expect) -> Expect:
    """Expect what somebody else has come to, or the refusal of a second one."""
    second = hr(E_ILLEGAL_DELEGATE_ASSIGNMENT)
    return Expect(f"{first.text}, or {second.text}", lambda result: first.holds(result) or second.holds(result))


def _ends_canceled() -> Expect:
    return Expect(f"raises {_CANCELED_TASK}", lambda result: result.get("raised") == _CANCELED_TASK)


def _at_home() -> Expect:
    return Expect("goes on on the thread of its loop", lambda result: not result.get("elsewhere"))


def _no_sooner(wanted: Expect) -> Expect:
    """Expect an end that comes with the last of the steps that are taken meanwhile."""
    return Expect(
        f"{wanted.text}, once the last of these steps is taken",
        lambda result: wanted.holds(result) and "early" not in result.get("noticed", ()),
    )


def _over() -> Expect:
    """Expect Started of a wait whose seconds are over, and that they are."""
    return Expect("returns Started once its seconds are over", lambda result: _has_waited(result))


def _has_waited(result: Result) -> bool:
    return result.get("ok") == _S and "hasty" not in result.get("noticed", ())


def _over_or_canceled() -> Expect:
    """Expect Started, or Canceled of a wait that took a pending cancel for an end when it came."""

    def holds(result: Result) -> bool:
        return _has_waited(result) or (result.get("ok") == _X and "overdue" not in result.get("noticed", ()))

    return Expect("returns Started once its seconds are over, or Canceled before", holds)


def _quiet() -> Expect:
    """Expect that nothing raises after an await: neither the last step meanwhile, nor a callback on its loop."""

    def holds(result: Result) -> bool:
        return set(result.get("noticed", ())) <= {"early"} and "ok" in result["results"][-1]

    return Expect("what the await leaves behind raises nothing", holds)


def _met(*wanted: Expect) -> Expect:
    """Expect of the steps that are taken while somebody waits that they come to this."""
    text = ", then ".join(expect.text for expect in wanted)
    return Expect(
        f"meanwhile {text}",
        lambda result: all(each.holds(came) for each, came in zip(wanted, result["results"], strict=False)),
    )


def _calls_first() -> Expect:
    """Expect that a handler which was there before the wait is called by the step that ends the work, once."""

    def holds(result: Result) -> bool:
        events = [*result.get("events", ()), *result["results"][-1].get("events", ())]
        return [event.get("handler") for event in events] == ["h1"]

    return Expect("meanwhile h1 is called, once", holds)


def _asks_as_cancel_does(looks: str, meanwhile: str) -> Case:
    """Return a case whose task is canceled, and another object that is: a look says the same of both."""

    def same(found: Sequence[Result]) -> bool:
        seen: Result = found[0].get("results", [{}, {}])[1]
        return bool(seen.get("ok") == found[-1].get("ok"))

    word = f"await{{give_up {looks} {meanwhile}}} b.cancel b.{looks}"
    return case("AWAIT-REQUEST", word, {}, relation=(f"meanwhile {looks} returns what Cancel makes of it", same))


def _results(wait: str) -> Iterator[Case]:
    for value in _RESULTS:
        yield case("WAIT-RESULT", f"complete({json.dumps(value)}) {wait}", {2: ok(frozen(value))}, kinds=_OPERATIONS)
    for kinds, value in ((_OPERATIONS, 5), (_ACTIONS, None)):
        for number, word in _around(wait, SUCCESS):
            yield case("WAIT-RESULT", word, {number: _ended(ok(value), word)}, kinds=kinds)
    yield case("WAIT-RESULT", f"{wait}{{complete(0)}}", {1: ok(0)}, kinds=_OPERATIONS)
    yield case("WAIT-RESULT", f"{wait}{{wait(0.1) {SUCCESS}}}", {1: _no_sooner(ok(5))}, kinds=_OPERATIONS)


def _failures(wait: str) -> Iterator[Case]:
    for number, word in _around(wait, FAILURE):
        yield case("WAIT-ERROR", word, {number: _ended(hr(E_FAIL), word)}, ERR__RESULT="code")
    yield case("WAIT-ERROR", f"{wait}{{fail({E_INVALIDARG:#x})}}", {1: hr(E_INVALIDARG)}, ERR__RESULT="code")
    for number, word in _around(wait, ACKNOWLEDGED):
        yield case("WAIT-CANCELED", word, {number: _raises()})
    yield case("WAIT-CANCELED", f"{wait}{{cancel}}", {1: _raises()}, CANCEL__SYNC="yes")


def _statuses() -> Iterator[Case]:
    for end, final in ENDS.items():
        for number, word in _around("wait_for(60)", end):
            yield case("WAIT-STATUS", word, {number: ok(final)})


def _timeouts() -> Iterator[Case]:
    for seconds in ("0", "0.01"):
        wait = f"wait_for({seconds})"
        yield case("WAIT-TIMEOUT", f"{wait} status", {1: _over(), 2: ok(_S)})
        yield case("WAIT-TIMEOUT", f"{wait} cancel_notifications", {1: _over(), 2: ok(0)})
        yield case("WAIT-TIMEOUT", f"{wait} {SUCCESS} get_results", {1: _over(), 3: ok(5)}, kinds=_OPERATIONS)
        yield case("WAIT-TIMEOUT", f"{wait} {FAILURE} error_code", {1: _over(), 3: code(E_FAIL)})
    yield case("WAIT-TIMEOUT", "wait_for(0.02)", {1: _over()})
    pending = {"CANCEL-SYNC": ("no",)}
    yield replace(case("WAIT-TIMEOUT", "wait_for(0.05){cancel}", {1: _over_or_canceled()}), where=pending)
    for where in ({"LATE_R": ("wait",)}, {"CAC": ("complete",)}, {"FAC": ("error",)}):
        yield replace(case("WAIT-TIMEOUT", "wait_for(0.05){cancel}", {1: _over()}), where={**pending, **where})
    late = {**pending, "LATE_R": ("wait",)}
    yield replace(case("WAIT-TIMEOUT", "cancel wait_for(0)", {2: ok(_S)}), where=late)
    yield replace(case("WAIT-TIMEOUT", "cancel wait_for(0.05)", {2: _over()}), where=late)


def _pending() -> Iterator[Case]:
    """Yield words in which a cancel is pending when a wait begins, and when it lasts."""
    ends: tuple[tuple[str, AsyncStatus, Expect, tuple[Kind, ...], dict[str, tuple[str, ...]]], ...] = (
        (SUCCESS, _D, ok(5), _OPERATIONS, {"CAC": ("complete",)}),
        (SUCCESS, _D, ok(None), _ACTIONS, {"CAC": ("complete",)}),
        (FAILURE, _E, hr(E_FAIL), ALL_KINDS, {"FAC": ("error",), "ERR-RESULT": ("code",)}),
        ("acknowledge_cancel", _X, _raises(), ALL_KINDS, {}),
    )
    for end, final, wanted, kinds, where in ends:
        late = {"CANCEL-SYNC": ("no",), "LATE_R": ("wait",), **where}
        for wait, come_to in (*((reader, wanted) for reader in _READERS), ("wait_for(60)", ok(final))):
            for number, word in ((2, f"cancel {wait}{{{end}}}"), (1, f"{wait}{{cancel {end}}}")):
                yield replace(case("WAIT-PENDING", word, {number: _no_sooner(come_to)}, kinds=kinds), where=late)
    for end, final, point, answer in ((SUCCESS, _D, "CAC", "complete"), (FAILURE, _E, "FAC", "error")):
        found = case("WAIT-STATUS", f"wait_for(60){{cancel {end}}}", {1: ok(final)})
        yield replace(found, where={"CANCEL-SYNC": ("no",), point: (answer,)})


def _endings() -> Iterator[Case]:
    yield case("WAIT-ENDS", "wait_for(0)", {1: anything()})
    for wait in _WAITS:
        for _, word in _around(wait, SUCCESS):
            yield case("WAIT-ENDS", word, {1: anything()})
        yield case("WAIT-ENDS", f"{SUCCESS} close {wait}", {3: anything()})
        yield case("WAIT-ENDS", f"put_completed(h1) {wait}{{{SUCCESS}}}", {2: anything()})
        yield case("WAIT-ENDS", f"{SUCCESS} put_completed(h1) {wait}", {3: anything()})


def _seconds() -> Iterator[Case]:
    """Yield words in which two wait, one after the other or at the same time."""
    ends: tuple[tuple[str, Expect, tuple[Kind, ...], dict[str, Any]], ...] = (
        (SUCCESS, ok(5), _OPERATIONS, {"REPEAT": "copy"}),
        (SUCCESS, ok(None), _ACTIONS, {}),
        (FAILURE, hr(E_FAIL), ALL_KINDS, {"ERR__RESULT": "code"}),
        (ACKNOWLEDGED, _raises(), ALL_KINDS, {}),
    )
    for first in _READERS:
        for second in _READERS:
            for text, wanted, kinds, where in ends:
                last = steps_in(text) + 2
                yield case(
                    "WAIT-AGAIN", f"{text} {first} {second}", {last - 1: wanted, last: _again(wanted)},
                    kinds=kinds, **where,
                )  # fmt: skip
                yield case(
                    "WAIT-AGAIN", f"{first}{{{text}}} {second}", {1: wanted, 2: _again(wanted)}, kinds=kinds, **where
                )
            yield case("WAIT-AGAIN", f"{first}{{{second}{{{SUCCESS}}}}}", {1: ok(5)}, kinds=_OPERATIONS)
            yield case("WAIT-AGAIN", f"{first}{{{second}{{{ACKNOWLEDGED}}}}}", {1: _raises()})
    for end, final in ENDS.items():
        last = steps_in(end) + 2
        yield case("WAIT-AGAIN", f"{end} wait_for(60) wait_for(60)", {last: _again(ok(final))})
        yield case("WAIT-AGAIN", f"wait_for(0) {end} wait_for(60)", {last: _again(ok(final))})
        yield case("WAIT-AGAIN", f"wait_for(0) wait_for(60){{{end}}}", {2: _again(ok(final))})
    for wait in _READERS:
        for text, wanted, kinds, where in ends:
            word = f"wait_for(0) {wait}{{{text}}}"
            yield case("WAIT-AGAIN", word, {2: _again(wanted)}, kinds=kinds, **where)
    for wait in (*_WAITS, "wait_for(0)"):
        yield case("WAIT-AGAIN", f"put_completed(h1) {wait}{{{SUCCESS}}}", {2: _calls_first()})


def _leaves() -> Iterator[Case]:
    """Yield words in which a wait lasts, or is over, and what it waits for is looked at."""
    for wait in _WAITS:
        word = f"{wait}{{status cancel_notifications {SUCCESS}}}"
        yield case("WAIT-LEAVES", word, {1: _met(ok(_S), ok(0))})
        for end, final in ENDS.items():
            yield case("WAIT-LEAVES", f"{wait}{{{end}}} status", {2: ok(final)})
            yield case("WAIT-LEAVES", f"{end} {wait} status", {steps_in(end) + 2: ok(final)})


def _loops() -> Iterator[Case]:
    for end in ENDS:
        yield case("AWAIT-LOOP", f"await{{{end}}}", {1: _at_home()})
    yield case("AWAIT-LOOP", f"await{{on_loop{{{SUCCESS}}}}}", {1: _at_home()})


def _beside() -> Iterator[Case]:
    """Yield words with two objects that are waited for, on two loops where it is in tasks."""
    for wait in _READERS:
        word = f'complete(5) b.complete("text") {wait} b.{wait}'
        yield case("WAIT-RESULT", word, {3: ok(5), 4: ok("text")}, kinds=_OPERATIONS)
        word = f'{wait}{{complete(5)}} b.{wait}{{complete("text")}}'
        yield case("WAIT-RESULT", word, {1: ok(5), 2: ok("text")}, kinds=_OPERATIONS)
    for wait in _WAITS:
        yield case("WAIT-ENDS", f"{wait}{{{SUCCESS}}} b.{wait}{{{SUCCESS}}}", {2: anything()})


def _left_behind() -> Iterator[Case]:
    """Yield words in which a task is canceled, and the work ends later: on its loop if that runs on."""
    for end in (SUCCESS, FAILURE, "cancel acknowledge_cancel"):  # also where giving up asks for no cancel
        yield case("AWAIT-QUIET", f"await{{give_up {end}}}", {1: _quiet()})
        yield case("AWAIT-QUIET", f"await{{give_up on_loop{{{end}}}}}", {1: _quiet()})
        yield case("AWAIT-QUIET", f"await{{give_up thread{{{end}}} on_loop{{status}}}}", {1: _quiet()})
    yield case("AWAIT-QUIET", f"await{{give_up await{{{SUCCESS}}}}}", {1: anything()})


def _canceled() -> Iterator[Case]:
    for end in ENDS:  # one that is acknowledged is asked for again: it has to end where nobody has
        yield case("AWAIT-CANCEL", f"await{{give_up {end}}}", {1: _ends_canceled()})
        yield case("AWAIT-CANCEL", f"await{{give_up give_up {end}}}", {1: _ends_canceled()})
        yield case("AWAIT-CANCEL", f"await{{give_up on_loop{{{end}}}}}", {1: _ends_canceled()})
        yield _asks_as_cancel_does("status", end)
        yield _asks_as_cancel_does("cancel_notifications", end)
    yield case("AWAIT-CANCEL", "await{give_up}", {1: _ends_canceled()}, CANCEL__SYNC="yes")
    yield replace(_asks_as_cancel_does("status", ""), where={"CANCEL-SYNC": ("yes",)})


CASES = (
    *(found for wait in _READERS for found in (*_results(wait), *_failures(wait))),
    *_statuses(),
    *_timeouts(),
    *_beside(),
    *_endings(),
    *_pending(),
    *_seconds(),
    *_leaves(),
    *_loops(),
    *_left_behind(),
    *_canceled(),
    case(  # none of these waits lasts: one that polls takes its time
        "RELEASED", 'wait_for(0) complete({"object": 1}) get await remains', {5: nothing()}, kinds=(Kind.OPERATION,)
    ),
)
