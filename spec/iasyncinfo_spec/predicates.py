"""The sentence of each rule of the implementation as a predicate: True where a step keeps the rule.

Written from the sentences, not from the tables: that the tables keep the rules is then a theorem, and a test.
"""

from collections.abc import Callable
from typing import Final

from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import (
    E_ACCESSDENIED,
    E_ASYNC_OPERATION_NOT_STARTED,
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    E_NOTIMPL,
    ERROR_CANCELLED,
    RPC_E_DISCONNECTED,
    S_OK,
)
from iasyncinfo_spec.observer import History, Sight
from iasyncinfo_spec.product import Prediction
from iasyncinfo_spec.words import CALLS, Word

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


def _iface(sight: Sight) -> bool:
    if sight.answer.get("hr") == E_NOTIMPL:
        return False
    if sight.name != "status":  # once for each configuration
        return True
    members = (step for step in sight.system.inputs if step[0] in CALLS)
    return all(step in sight.system.edges[sight.edge.source] for step in members)


def _hot(sight: Sight) -> bool:
    return sight.answer.get("hr") != E_ASYNC_OPERATION_NOT_STARTED


def _status(sight: Sight) -> bool:
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


def _status_values(sight: Sight) -> bool:
    read = [sight.answer["ok"]] if sight.name == "status" and "ok" in sight.answer else []
    return all(value in tuple(AsyncStatus) for value in [*read, *(event["status"] for event in sight.told)])


def _cancel_req(sight: Sight) -> bool:
    asked = sight.before.requested and not sight.before.ended
    if asked and ("acknowledge_cancel",) not in sight.system.edges[sight.edge.source]:
        return ("acknowledge_cancel",) not in sight.system.inputs
    honours = asked and sight.name == "acknowledge_cancel"
    return not honours or "hr" in sight.later("status") or sight.later("status")["ok"] == AsyncStatus.CANCELED


def _cancel_visible(sight: Sight) -> bool:
    first = sight.name == "cancel" and not (sight.before.requested or sight.before.ended or sight.before.closed)
    return not first or sight.later("status").get("ok") == AsyncStatus.CANCELED


def _cancel_ok(sight: Sight) -> bool:
    return sight.name != "cancel" or sight.before.closed or "ok" in sight.answer


def _cancel_once(sight: Sight) -> bool:
    count: int = sight.later("cancel_notifications")["ok"]
    return count <= 1 and (not sight.before.ended or count == sight.earlier("cancel_notifications")["ok"])


def _cancel_nofire(sight: Sight) -> bool:
    pending = sight.name == "put_completed" and sight.before.requested
    return not sight.told or bool(sight.after.ended) or pending


def _terminal_cancel(sight: Sight) -> bool:
    late = sight.name == "cancel" and sight.before.ended and not sight.before.closed
    return not late or all(_alike(sight.earlier(member), sight.later(member)) for member in OUTCOME)


def _set_once(sight: Sight) -> bool:
    again = sight.name == "put_completed" and sight.before.handler and sight.edge.step[1]
    others = {event["handler"] for event in sight.told} - {sight.after.handler}
    return not others and not (again and "ok" in sight.answer)


def _second(sight: Sight) -> bool:
    again = sight.name == "put_completed" and sight.edge.step[1] and sight.before.handler
    return not again or sight.before.closed or sight.answer.get("hr") == E_ILLEGAL_DELEGATE_ASSIGNMENT


def _late_set(sight: Sight) -> bool:
    late = sight.put and sight.before.ended
    return not late or [event["status"] for event in sight.told] == [sight.before.final]


def _get_empty(sight: Sight) -> bool:
    unset = sight.name == "get_completed" and not sight.before.handler and not sight.before.closed
    return not unset or sight.answer.get("ok", "") is None


def _fire_once(sight: Sight) -> bool:
    lost = sight.after.ended and sight.after.handler and not sight.after.calls
    return sight.after.calls <= 1 and not (lost and not sight.before.closed)


def _fire_args(sight: Sight) -> bool:
    published = sight.later("status").get("ok")
    return all(event["sender"] and published in (None, event["status"]) for event in sight.told)


def _fire_order(sight: Sight) -> bool:
    for event in sight.told:
        for inner in event.get("results", ()):
            member = inner["step"][0]
            if member == "get_results" and "ok" in sight.later(member):
                if "ok" not in inner:
                    return False
            elif member != "get_results" and not _alike(inner, sight.later(member)):
                return False
    return True


def _throw(sight: Sight) -> bool:
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


def _disconnect(sight: Sight) -> bool:
    return "ok" in sight.answer or not any(event["handler"] == DISCONNECTED for event in sight.told)


def _results(sight: Sight) -> bool:
    done = sight.before.final == AsyncStatus.COMPLETED and not sight.before.closed
    if sight.name != "get_results" or not done or sight.before.taken:
        return True
    worth = sight.before.ended[1] if sight.system.product.kind.has_result else None
    return bool(sight.answer.get("ok", "") == worth)


def _early_result(sight: Sight) -> bool:
    early = sight.name == "get_results" and not (sight.before.ended or sight.before.requested)
    return not early or sight.answer.get("hr") == E_ILLEGAL_METHOD_CALL


def _canceled_result(sight: Sight) -> bool:
    return sight.name != "get_results" or sight.before.final != AsyncStatus.CANCELED or "hr" in sight.answer


def _err(sight: Sight) -> bool:
    failed = sight.name == "error_code" and sight.before.final == AsyncStatus.ERROR and not sight.before.closed
    return not failed or bool(sight.answer.get("ok") == sight.before.ended[1])


def _err_zero(sight: Sight) -> bool:
    fine = sight.earlier("status").get("ok") in (AsyncStatus.STARTED, AsyncStatus.COMPLETED)
    return sight.name != "error_code" or not fine or sight.answer.get("ok") == S_OK


def _end_stable(sight: Sight) -> bool:
    closes = sight.after.closed and not sight.before.closed
    if closes or not (sight.before.ended or sight.before.closed):
        return True
    fetched = sight.before.final == AsyncStatus.COMPLETED and not sight.before.closed
    stay = OUTCOME[:2] if fetched else OUTCOME
    return all(_alike(sight.earlier(member), sight.later(member)) for member in stay)


def _prog_replace(sight: Sight) -> bool:
    if sight.name != "put_progress" or sight.before.closed or _is_missing(sight.answer):
        return True
    return "ok" in sight.answer and sight.later("get_progress").get("ok", "") == sight.edge.step[1]


def _prog_once(sight: Sight) -> bool:
    if sight.name != "report_progress" or sight.before.ended or sight.before.listener is None:
        return True
    due = {"handler": sight.before.listener, "sender": True, "value": sight.edge.step[1]}
    return sight.reported == [due]


def _prog_null(sight: Sight) -> bool:
    silent = sight.name == "report_progress" and sight.before.listener is None
    return not silent or ("ok" in sight.answer and not sight.reported)


def _close_terminal(sight: Sight) -> bool:
    return sight.name != "close" or not sight.before.ended or "ok" in sight.answer


def _close_idemp(sight: Sight) -> bool:
    again = sight.name == "close" and sight.before.closed
    return not again or ("ok" in sight.answer and sight.edge.dest == sight.edge.source)


def _closed_alike(sight: Sight) -> bool:
    if sight.name != "close" or "ok" not in sight.answer:
        return True
    members = [step[0] for step in sight.system.inputs if step[0] in CALLS and len(step) == 1]
    properties = {
        "hr" in sight.later(name)
        for name in members
        if name not in ("cancel", "close", "get_results") and not _is_missing(sight.earlier(name))
    }
    return properties == {False} or (properties == {True} and "hr" in sight.later("get_results"))


def _closed_first(sight: Sight) -> bool:
    late = sight.name == "put_completed" and sight.before.closed
    return not late or sight.answer.get("hr") == sight.earlier("status")["hr"]


def _is_missing(answer: Prediction) -> bool:
    """Return whether a member is not implemented, which ID and PSLOT allow."""
    return answer.get("hr") == E_NOTIMPL


def _alike(one: Prediction, other: Prediction) -> bool:
    return all(one.get(key, "") == other.get(key, "") for key in ("ok", "hr"))


Predicate = Callable[[Sight], bool]

PREDICATES: Final[dict[str, Predicate]] = {
    "IFACE": _iface,
    "HOT": _hot,
    "STATUS": _status,
    "STATUS-VALUES": _status_values,
    "CANCEL-REQ": _cancel_req,
    "CANCEL-VISIBLE": _cancel_visible,
    "CANCEL-OK": _cancel_ok,
    "CANCEL-ONCE": _cancel_once,
    "CANCEL-NOFIRE": _cancel_nofire,
    "TERMINAL-CANCEL": _terminal_cancel,
    "SET-ONCE": _set_once,
    "SECOND": _second,
    "LATE-SET": _late_set,
    "GET-EMPTY": _get_empty,
    "FIRE-ONCE": _fire_once,
    "FIRE-ARGS": _fire_args,
    "FIRE-ORDER": _fire_order,
    "THROW": _throw,
    "DISCONNECT": _disconnect,
    "RESULTS": _results,
    "EARLY-RESULT": _early_result,
    "CANCELED-RESULT": _canceled_result,
    "ERR": _err,
    "ERR-ZERO": _err_zero,
    "END-STABLE": _end_stable,
    "PROG-REPLACE": _prog_replace,
    "PROG-ONCE": _prog_once,
    "PROG-NULL": _prog_null,
    "CLOSE-TERMINAL": _close_terminal,
    "CLOSE-IDEMP": _close_idemp,
    "CLOSED-ALIKE": _closed_alike,
    "CLOSED-FIRST": _closed_first,
}

NOT_EXPRESSIBLE: Final = {
    "ID-NONZERO": "the number is the run's: predictions hold a wild card for it",
    "ID-STABLE": "the number is the run's: predictions hold a wild card for it",
    "FIRE-NOLOCK": "a machine has neither locks nor threads",
    "KEEPALIVE": "a machine has no references that could be dropped",
    "CLOSE-NOBLOCK": "a machine has no time in which a call could wait",
    "CLOSE-FREE": "a permission cannot be broken",
    "WIDTH": "the number is the run's, and a code is the worker's",
    "APART": "a machine is of one object",
    "RELEASED": "a machine has no references that could be kept",
    **dict.fromkeys(
        (
            "WAIT-RESULT",
            "WAIT-ERROR",
            "WAIT-CANCELED",
            "WAIT-STATUS",
            "WAIT-TIMEOUT",
            "WAIT-ENDS",
            "WAIT-PENDING",
            "WAIT-AGAIN",
            "WAIT-LEAVES",
            "AWAIT-LOOP",
            "AWAIT-QUIET",
            "AWAIT-CANCEL",
            "AWAIT-REQUEST",
        ),
        "a machine has no member that waits",
    ),
}
