"""Every rule's sentence, read as a predicate, on everything that every family can reach.

An observer walks a family's labelled transition system. It sees steps and answers only, never the tables'
states; what it remembers is the :class:`History`. The predicates below were written from the sentences.
"""

from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.exploration import Edge, System, explore, plain_inputs
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import (
    E_ACCESSDENIED,
    E_ASYNC_OPERATION_NOT_STARTED,
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    ERROR_CANCELLED,
    RPC_E_DISCONNECTED,
    S_OK,
)
from iasyncinfo_spec.product import Configuration, Event, Prediction
from iasyncinfo_spec.rules import RULES, Party
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import CALLS, Step, Word, format_word

READER: Final = "h2"
FAILING: Final = "h3"
DISCONNECTED: Final = "h4"
HANDLERS: Final[dict[str, Word]] = {
    READER: (("status",), ("get_results",), ("error_code",)),
    FAILING: (("raise", E_ACCESSDENIED),),
    DISCONNECTED: (("raise", RPC_E_DISCONNECTED),),
}
"""The Completed handlers beside ``h1``, which does nothing."""

OUTCOME: Final = ("status", "error_code", "get_results")


def inputs(kind: Kind) -> tuple[Step, ...]:
    """Return the plain inputs with handlers that read, fail and lose their client, and the notifications."""
    plain = (step for step in plain_inputs(kind) if step != ("put_completed", "h2"))
    return (
        *plain,
        *(("put_completed", *handler) for handler in HANDLERS.items()),
        ("fail", ERROR_CANCELLED),
        ("cancel_notifications",),
    )


# -- what an observer sees and remembers ------------------------------------------------------


class History(NamedTuple):
    """What the observer of one object remembers."""

    requested: bool = False
    ended: Step = ()
    final: object = None
    handler: str = ""
    calls: int = 0
    closed: bool = False
    listener: str | None = None
    taken: bool = False


class Sight(NamedTuple):
    """One step, with what was known before it and after it; ``told`` are the calls of Completed handlers."""

    before: History
    edge: Edge
    after: History
    system: System
    name: str
    answer: Prediction
    told: list[Event]

    @property
    def reported(self) -> list[Event]:
        """The calls of Progress handlers."""
        return [event for event in self.answer.get("events", ()) if "value" in event]

    @property
    def ends(self) -> bool:
        """Whether the worker ended in this step."""
        return bool(self.after.ended and not self.before.ended)

    @property
    def put(self) -> bool:
        """Whether this step set a Completed handler with success."""
        return self.after.handler != self.before.handler

    def earlier(self, member: str) -> Prediction:
        """Return what a member would have answered just before the step."""
        return self.system.edges[self.edge.source][member,].prediction

    def later(self, member: str) -> Prediction:
        """Return what a member answers just after the step."""
        return self.system.edges[self.edge.dest][member,].prediction


def remember(history: History, edge: Edge, system: System) -> History:
    """Return what is known after a step."""
    name, answer = edge.step[0], edge.prediction
    status = system.edges[edge.dest]["status",].prediction
    ended = history.ended
    if not ended and _worker_ended(history, edge, status, system):
        ended = edge.step
        history = history._replace(final=status.get("ok"))
    told = [event for event in answer.get("events", ()) if "status" in event]
    handler = history.handler
    if name == "put_completed" and edge.step[1] and not handler and not history.closed and ("ok" in answer or told):
        handler = edge.step[1]
    return history._replace(
        requested=history.requested or (name == "cancel" and not history.ended and not history.closed),
        ended=ended,
        handler=handler,
        calls=min(history.calls + len(told), 2),
        closed=history.closed or (name == "close" and "ok" in answer and "hr" in status),
        listener=_listener(history, edge, system),
        taken=history.taken or name == "get_results" or any(event.get("results") for event in told),
    )


def _worker_ended(history: History, edge: Edge, status: Prediction, system: System) -> bool:
    match edge.step[0]:
        case "complete" | "fail":
            return True
        case "acknowledge_cancel":
            return status.get("ok") != AsyncStatus.STARTED
        case "cancel":
            return system.product.answer("CANCEL-SYNC") == "yes" and not history.requested
    return False


def _listener(history: History, edge: Edge, system: System) -> str | None:
    name = edge.step[0]
    if name == "put_progress" and not history.closed:
        return str(edge.step[1]) if edge.step[1] else None
    if name == "close" and "ok" in edge.prediction and "hr" in system.edges[edge.dest]["status",].prediction:
        return history.listener if system.product.answer("Z-PROG") == "kept" or history.closed else None
    if name in ("complete", "fail", "acknowledge_cancel", "put_completed", "cancel"):
        progress = system.edges[edge.dest].get(("get_progress",))
        return None if progress and progress.prediction.get("ok", "") is None else history.listener
    return history.listener


# -- the rules as predicates: True where the step keeps the rule ------------------------------


def iface(sight: Sight) -> bool:
    if sight.name != "status":  # once for each configuration
        return True
    members = (step for step in sight.system.inputs if step[0] in CALLS)
    return all(step in sight.system.edges[sight.edge.source] for step in members)


def hot(sight: Sight) -> bool:
    return sight.answer.get("hr") != E_ASYNC_OPERATION_NOT_STARTED


def status(sight: Sight) -> bool:
    if sight.ends and not sight.after.closed:
        return _fits(sight.after)
    if sight.name != "status" or "ok" not in sight.answer:
        return True
    if sight.before.ended:
        return bool(sight.answer["ok"] == sight.before.final)
    return sight.before.requested or bool(sight.answer["ok"] == AsyncStatus.STARTED)


def _fits(history: History) -> bool:
    """Return whether the final status says how the worker ended; an acknowledgement is its word for a cancel."""
    canceled = history.requested or history.ended in (("acknowledge_cancel",), ("fail", ERROR_CANCELLED))
    match history.final:
        case AsyncStatus.COMPLETED:
            return bool(history.ended[0] == "complete")
        case AsyncStatus.ERROR:
            return bool(history.ended[0] == "fail")
        case _:
            return canceled and history.final == AsyncStatus.CANCELED


def status_values(sight: Sight) -> bool:
    read = [sight.answer["ok"]] if sight.name == "status" and "ok" in sight.answer else []
    return all(value in tuple(AsyncStatus) for value in [*read, *(event["status"] for event in sight.told)])


def cancel_req(sight: Sight) -> bool:
    honours = sight.before.requested and not sight.before.ended and sight.name == "acknowledge_cancel"
    return not honours or "hr" in sight.later("status") or sight.later("status")["ok"] == AsyncStatus.CANCELED


def cancel_visible(sight: Sight) -> bool:
    first = sight.name == "cancel" and not (sight.before.requested or sight.before.ended or sight.before.closed)
    return not first or sight.later("status").get("ok") == AsyncStatus.CANCELED


def cancel_ok(sight: Sight) -> bool:
    return sight.name != "cancel" or sight.before.closed or "ok" in sight.answer


def cancel_once(sight: Sight) -> bool:
    count: int = sight.later("cancel_notifications")["ok"]
    return count <= 1 and (not sight.before.ended or count == sight.earlier("cancel_notifications")["ok"])


def cancel_nofire(sight: Sight) -> bool:
    pending = sight.name == "put_completed" and sight.before.requested
    return not sight.told or bool(sight.after.ended) or pending


def terminal_cancel(sight: Sight) -> bool:
    late = sight.name == "cancel" and sight.before.ended and not sight.before.closed
    return not late or all(_alike(sight.earlier(member), sight.later(member)) for member in OUTCOME)


def set_once(sight: Sight) -> bool:
    again = sight.name == "put_completed" and sight.before.handler and sight.edge.step[1]
    others = {event["handler"] for event in sight.told} - {sight.after.handler}
    return not others and not (again and "ok" in sight.answer)


def second(sight: Sight) -> bool:
    again = sight.name == "put_completed" and sight.before.handler and not sight.before.closed
    return not again or sight.answer.get("hr") == E_ILLEGAL_DELEGATE_ASSIGNMENT


def late_set(sight: Sight) -> bool:
    late = sight.put and sight.before.ended
    return not late or [event["status"] for event in sight.told] == [sight.before.final]


def get_empty(sight: Sight) -> bool:
    unset = sight.name == "get_completed" and not sight.before.handler and not sight.before.closed
    return not unset or sight.answer.get("ok", "") is None


def fire_once(sight: Sight) -> bool:
    return sight.after.calls <= 1 and not (sight.after.ended and sight.after.handler and not sight.after.calls)


def fire_args(sight: Sight) -> bool:
    published = sight.later("status").get("ok")
    return all(event["sender"] and published in (None, event["status"]) for event in sight.told)


def fire_order(sight: Sight) -> bool:
    for event in sight.told:
        for inner in event.get("results", ()):
            member = inner["step"][0]
            if member == "get_results" and "ok" in sight.later(member):
                if "ok" not in inner:
                    return False
            elif member != "get_results" and not _alike(inner, sight.later(member)):
                return False
    return True


def throw(sight: Sight) -> bool:
    if not any(event["handler"] in (FAILING, DISCONNECTED) for event in sight.told):
        return True
    return all(_alike(sight.later(member), _with_plain_handler(sight, member)) for member in OUTCOME)


def _with_plain_handler(sight: Sight, member: str) -> Prediction:
    """Return what a member answers where the handler that failed had been one that does nothing."""
    source, step = sight.edge.source, sight.edge.step
    if source.handler:
        source = source._replace(handler=source.handler._replace(label="h1", program=()))
    plain = ("put_completed", "h1") if sight.name == "put_completed" else step
    dest = sight.system.edges[source][plain].dest
    return sight.system.edges[dest][member,].prediction


def disconnect(sight: Sight) -> bool:
    return "ok" in sight.answer or not any(event["handler"] == DISCONNECTED for event in sight.told)


def results(sight: Sight) -> bool:
    done = sight.before.final == AsyncStatus.COMPLETED and not sight.before.closed
    if sight.name != "get_results" or not done or sight.before.taken:
        return True
    worth = sight.before.ended[1] if sight.system.product.kind.has_result else None
    return bool(sight.answer.get("ok", "") == worth)


def early_result(sight: Sight) -> bool:
    early = sight.name == "get_results" and not (sight.before.ended or sight.before.requested)
    return not early or sight.answer.get("hr") == E_ILLEGAL_METHOD_CALL


def canceled_result(sight: Sight) -> bool:
    return sight.name != "get_results" or sight.before.final != AsyncStatus.CANCELED or "hr" in sight.answer


def err(sight: Sight) -> bool:
    failed = sight.name == "error_code" and sight.before.final == AsyncStatus.ERROR and not sight.before.closed
    return not failed or bool(sight.answer.get("ok") == sight.before.ended[1])


def err_result(sight: Sight) -> bool:
    failed = sight.name == "get_results" and sight.before.final == AsyncStatus.ERROR and not sight.before.closed
    return not failed or sight.answer.get("hr", "") == sight.earlier("error_code").get("ok")


def err_zero(sight: Sight) -> bool:
    fine = sight.earlier("status").get("ok") in (AsyncStatus.STARTED, AsyncStatus.COMPLETED)
    return sight.name != "error_code" or not fine or sight.answer.get("ok") == S_OK


def prog_replace(sight: Sight) -> bool:
    if sight.name != "put_progress" or sight.before.closed:
        return True
    return "ok" in sight.answer and sight.later("get_progress").get("ok", "") == sight.edge.step[1]


def prog_once(sight: Sight) -> bool:
    if sight.name != "report_progress" or sight.before.ended or sight.before.listener is None:
        return True
    due = {"handler": sight.before.listener, "sender": True, "value": sight.edge.step[1]}
    return sight.reported == [due]


def prog_null(sight: Sight) -> bool:
    silent = sight.name == "report_progress" and sight.before.listener is None
    return not silent or ("ok" in sight.answer and not sight.reported)


def close_terminal(sight: Sight) -> bool:
    return sight.name != "close" or not sight.before.ended or "ok" in sight.answer


def close_idemp(sight: Sight) -> bool:
    again = sight.name == "close" and sight.before.closed
    return not again or ("ok" in sight.answer and sight.edge.dest == sight.edge.source)


def closed_alike(sight: Sight) -> bool:
    if sight.name != "close" or "ok" not in sight.answer:
        return True
    members = [step[0] for step in sight.system.inputs if step[0] in CALLS and len(step) == 1]
    properties = {"hr" in sight.later(name) for name in members if name not in ("cancel", "close", "get_results")}
    return properties == {False} or (properties == {True} and "hr" in sight.later("get_results"))


def closed_first(sight: Sight) -> bool:
    late = sight.name == "put_completed" and sight.before.closed
    return not late or sight.answer.get("hr") == sight.earlier("status")["hr"]


def _alike(one: Prediction, other: Prediction) -> bool:
    return all(one.get(key, "") == other.get(key, "") for key in ("ok", "hr"))


Predicate = Callable[[Sight], bool]

PREDICATES: Final[dict[str, Predicate]] = {
    "IFACE": iface,
    "HOT": hot,
    "STATUS": status,
    "STATUS-VALUES": status_values,
    "CANCEL-REQ": cancel_req,
    "CANCEL-VISIBLE": cancel_visible,
    "CANCEL-OK": cancel_ok,
    "CANCEL-ONCE": cancel_once,
    "CANCEL-NOFIRE": cancel_nofire,
    "TERMINAL-CANCEL": terminal_cancel,
    "SET-ONCE": set_once,
    "SECOND": second,
    "LATE-SET": late_set,
    "GET-EMPTY": get_empty,
    "FIRE-ONCE": fire_once,
    "FIRE-ARGS": fire_args,
    "FIRE-ORDER": fire_order,
    "THROW": throw,
    "DISCONNECT": disconnect,
    "RESULTS": results,
    "EARLY-RESULT": early_result,
    "CANCELED-RESULT": canceled_result,
    "ERR": err,
    "ERR-RESULT": err_result,
    "ERR-ZERO": err_zero,
    "PROG-REPLACE": prog_replace,
    "PROG-ONCE": prog_once,
    "PROG-NULL": prog_null,
    "CLOSE-TERMINAL": close_terminal,
    "CLOSE-IDEMP": close_idemp,
    "CLOSED-ALIKE": closed_alike,
    "CLOSED-FIRST": closed_first,
}

NOT_EXPRESSIBLE: Final = {
    "ID-NONZERO": "the number is the run's: predictions hold a wild card for it",
    "ID-STABLE": "the number is the run's: predictions hold a wild card for it",
    "FIRE-NOLOCK": "a machine has neither locks nor threads",
    "KEEPALIVE": "a machine has no references that could be dropped",
    "CLOSE-NOBLOCK": "a machine has no time in which a call could wait",
    "CLOSE-FREE": "a permission cannot be broken",
}

OPTIONS_THAT_BREAK: Final = {("Z-FIRE", "4"): "STATUS-VALUES", ("Z-FIRE", "dropped"): "FIRE-ONCE"}
"""The answers to variation points that no object can give without breaking a rule."""


# -- the walk -----------------------------------------------------------------------------------


def sights(system: System) -> Iterator[Sight]:
    """Yield every step of every configuration, under every history that leads there."""
    start = (Configuration(), History())
    seen, queue = {start}, deque([start])
    while queue:
        here, before = queue.popleft()
        for edge in system.edges[here].values():
            after = remember(before, edge, system)
            told = [event for event in edge.prediction.get("events", ()) if "status" in event]
            yield Sight(before, edge, after, system, edge.step[0], edge.prediction, told)
            there = (edge.dest, after)
            if there not in seen:
                seen.add(there)
                queue.append(there)


def broken_rules(family: Family, kind: Kind) -> dict[str, str]:
    """Return the rules that a family breaks, each with a word that shows it."""
    system = explore(family, kind, inputs(kind))
    predicates = {rule: kept for rule, kept in PREDICATES.items() if kind in RULES[rule].kinds}
    broken: dict[str, str] = {}
    for sight in sights(system):
        for rule, kept in predicates.items():
            if rule not in broken and not kept(sight):
                broken[rule] = format_word((*system.access[sight.edge.source], sight.edge.step))
    return broken


COOPERATIVE: Final = [
    family.answering(f"{family.name}, cooperative", {"CANCEL-SYNC": "yes"})
    for family in FAMILIES.values()
    if "CANCEL-SYNC" not in family.answers
]
"""The families whose workers may end inside Cancel, with one that does."""

ROWS: Final = {family.name: family for family in [*FAMILIES.values(), *COOPERATIVE]}


@cache
def broken_by(name: str, kind: Kind) -> MappingProxyType[str, str]:
    return MappingProxyType(broken_rules(ROWS[name], kind))


def test_every_rule_of_the_implementation_has_a_predicate_or_a_reason() -> None:
    """No rule is left out without a word."""
    obliging = {rule.id for rule in RULES.values() if rule.obliges is Party.IMPLEMENTATION}
    assert PREDICATES.keys() | NOT_EXPRESSIBLE.keys() == obliging
    assert not PREDICATES.keys() & NOT_EXPRESSIBLE.keys()


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", ROWS)
def test_every_rule_holds_of_every_family_that_does_not_list_a_breach(name: str, kind: Kind) -> None:
    """In each reachable configuration, under each history, every step keeps every rule not listed."""
    unlisted = {rule: word for rule, word in broken_by(name, kind).items() if rule not in ROWS[name].breaks}
    assert unlisted == {}


@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name in ROWS for rule in ROWS[name].breaks])
def test_every_listed_breach_is_a_breach(name: str, rule: str) -> None:
    """Each kind that a broken rule speaks of has a word that shows the breach."""
    assert all(rule in broken_by(name, kind) for kind in RULES[rule].kinds)


@st.composite
def rows_of_answers(draw: st.DrawFn) -> dict[str, str]:
    return {name: draw(st.sampled_from(point.names), label=name) for name, point in VARIATIONS.items()}


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(answers=rows_of_answers(), kind=st.sampled_from([Kind.ACTION, Kind.OPERATION]))
def test_no_combination_of_answers_breaks_a_rule_but_those_named(answers: dict[str, str], kind: Kind) -> None:
    """Rules and points are independent: whatever the points answer, the rules hold."""
    row = Family("drawn", "", answers)
    excused: set[Any] = {OPTIONS_THAT_BREAK.get((point, row.answer(point))) for point in VARIATIONS}
    assert {rule: word for rule, word in broken_rules(row, kind).items() if rule not in excused} == {}


def test_the_answers_that_break_a_rule_are_listed_as_breaches() -> None:
    """A family whose row holds such an answer says so in its breaks, and no other family does."""
    for family in FAMILIES.values():
        for (point, answer), rule in OPTIONS_THAT_BREAK.items():
            assert (rule in family.breaks) == (family.answers.get(point) == answer), family.name
