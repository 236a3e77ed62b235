"""The members with which Python programs wait: ``get``, ``wait`` and ``await``, before the end and after it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from iasyncinfo_conformance.directed.ends import ACKNOWLEDGED, ENDS, FAILURE, SUCCESS, steps_in
from iasyncinfo_conformance.directed.expectations import Case, Expect, anything, case, code, hr, ok
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


def _asks_as_cancel_does(meanwhile: str) -> Case:
    """Return a case whose task is canceled, and another object that is: Status says the same of both."""

    def same(found: Sequence[Result]) -> bool:
        seen: Result = found[0].get("results", [{}, {}])[1]
        return bool(seen.get("ok") == found[-1].get("ok"))

    word = f"await{{give_up status {meanwhile}}} b.cancel b.status"
    return case("AWAIT-REQUEST", word, {}, relation=("meanwhile Status reads what Cancel makes it", same))


def _results(wait: str) -> Iterator[Case]:
    for value in _RESULTS:
        yield case("WAIT-RESULT", f"complete({json.dumps(value)}) {wait}", {2: ok(frozen(value))}, kinds=_OPERATIONS)
    for kinds, value in ((_OPERATIONS, 5), (_ACTIONS, None)):
        for number, word in _around(wait, SUCCESS):
            yield case("WAIT-RESULT", word, {number: ok(value)}, kinds=kinds)
    yield case("WAIT-RESULT", f"{wait}{{complete(0)}}", {1: ok(0)}, kinds=_OPERATIONS)


def _failures(wait: str) -> Iterator[Case]:
    for number, word in _around(wait, FAILURE):
        yield case("WAIT-ERROR", word, {number: hr(E_FAIL)}, ERR__RESULT="code")
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
        yield case("WAIT-TIMEOUT", f"{wait} status", {1: ok(_S), 2: ok(_S)})
        yield case("WAIT-TIMEOUT", f"{wait} cancel_notifications", {1: ok(_S), 2: ok(0)})
        yield case("WAIT-TIMEOUT", f"{wait} {SUCCESS} get_results", {1: ok(_S), 3: ok(5)}, kinds=_OPERATIONS)
        yield case("WAIT-TIMEOUT", f"{wait} {FAILURE} error_code", {1: ok(_S), 3: code(E_FAIL)})


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
                yield case("WAIT-AGAIN", f"{first}{{{second}{{{text}}}}}", {1: wanted}, kinds=kinds, **where)
    for end, final in ENDS.items():
        last = steps_in(end) + 2
        yield case("WAIT-AGAIN", f"{end} wait_for(60) wait_for(60)", {last: _again(ok(final))})
        yield case("WAIT-AGAIN", f"wait_for(0) {end} wait_for(60)", {last: _again(ok(final))})


def _loops() -> Iterator[Case]:
    for end in ENDS:
        yield case("AWAIT-LOOP", f"await{{{end}}}", {1: _at_home()})
    yield case("AWAIT-LOOP", f"await{{on_loop{{{SUCCESS}}}}}", {1: _at_home()})


def _canceled() -> Iterator[Case]:
    for end in ENDS:  # one that is acknowledged is asked for again: it has to end where nobody has
        yield case("AWAIT-CANCEL", f"await{{give_up {end}}}", {1: _ends_canceled()})
        yield case("AWAIT-CANCEL", f"await{{give_up give_up {end}}}", {1: _ends_canceled()})
        yield case("AWAIT-CANCEL", f"await{{give_up on_loop{{{end}}}}}", {1: _ends_canceled()})
        yield _asks_as_cancel_does(end)
    yield case("AWAIT-CANCEL", "await{give_up}", {1: _ends_canceled()}, CANCEL__SYNC="yes")
    yield replace(_asks_as_cancel_does(""), where={"CANCEL-SYNC": ("yes",)})


CASES = (
    *(found for wait in _READERS for found in (*_results(wait), *_failures(wait))),
    *_statuses(),
    *_timeouts(),
    *_endings(),
    *_seconds(),
    *_loops(),
    *_canceled(),
)
