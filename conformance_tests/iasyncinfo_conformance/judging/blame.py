"""Whose rule is broken: what was seen, and the cell's own rule or variation point, decide which rule is blamed.

Most breaches are laid to what decides the cell. The others are below: an answer that is wrong whatever the
cell says, a call too many or too few, what is wrong only inside a handler, threads that get stuck. Code sees
a :class:`Situation` and looks the rule up with :func:`blamed`; no engine and no judge names a rule.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.variations import VARIATIONS

ANYTHING: Final = "anything"
ANY_RULE: Final = "any rule"
ANY_POINT: Final = "any variation point"
NOTHING: Final = ""
"""What may decide a cell, beside one rule or point by its name; the narrowest that is listed counts."""
ITS_OWN: Final = "its own"
"""Blamed is what decides the cell."""
NOBODY: Final = ""
"""Nobody is blamed."""


class Situation(StrEnum):
    """What was seen, in words that documents print."""

    ANOTHER_ANSWER = "another answer than the cell's"
    NOT_STARTED = "the answer that the operation has not been started"
    NO_MEMBER = "a member that is not there"
    NO_STATUS = "a status, read or told to a handler, that is no AsyncStatus"
    ZERO_ID = "an id that is zero"
    WIDE = "an id that is no UInt32, or a code of more than 32 bits"
    SECOND_REFUSED = "a put of Completed that is refused as a second one"
    RESULTS_GIVEN = "a GetResults that succeeds where it is to be refused"
    CANCEL_FAILS = "a Cancel that fails"
    CLOSE_FAILS = "a Close that fails"
    FAILURE_COMES_OUT = "a step out of which the failure of a Completed handler comes"
    DISCONNECTION_COMES_OUT = "a step out of which the disconnection of a Completed handler comes"

    CALL_MISSING = "a call of a Completed handler that is missing"
    REPORT_MISSING = "a call of a Progress handler that is missing"
    CALL_UNDUE_RUNNING = "a call of a Completed handler where none is due, before the worker's end"
    CALL_UNDUE_ENDED = "a call of a Completed handler where none is due, after the worker's end or in a race"
    CALLS_TOO_MANY_RUNNING = "several calls of Completed handlers, before the worker's end"
    CALLS_TOO_MANY_ENDED = "several calls of Completed handlers, after the worker's end or in a race"
    REPORT_UNDUE = "a call of a Progress handler where none is due"
    REPORTS_TOO_MANY = "several calls of Progress handlers for one report"
    CALLED_AGAIN = "a second call of a Completed handler"

    ANOTHER_REPORT = "a report to another Progress handler, from another sender or of another value"
    ANOTHER_HANDLER = "a call of another Completed handler than the one that was set"
    OUTCOME_TOLD = "a Completed handler that is told how the worker ended, which is not what was published"
    ANOTHER_ARGUMENT = "a Completed handler that is given another sender or status"
    INSIDE_COMPLETED = "a wrong answer inside a Completed handler"
    NO_ANSWER_INSIDE = "a member that never answers inside a handler"

    REFUSED_ONCE_CLOSED = "a refusal after Close of what is not refused there"
    ANSWERED_ONCE_REFUSED = "a property that answers after one was refused for the same Close"

    LOCK_HELD = "a handler that runs while the thread that calls it holds a lock"
    RACE_STUCK = "a race that never comes to its end"
    RACED_CALL = "a call of a handler that no order of a race makes due"
    RACED_ID = "an id that no order of a race explains"
    RACED_STATUS = "a status that no order of a race explains"
    RACED_ERROR = "an error code that no order of a race explains"
    RACED_RESULTS = "results that no order of a race explains"
    RACED_COMPLETED = "a Completed slot that no order of a race explains"
    RACED_PROGRESS = "a Progress slot that no order of a race explains"
    RACED_REPORT = "a report that no order of a race explains"
    RACED_CANCEL = "a Cancel that no order of a race explains"
    RACED_CLOSE = "a Close that no order of a race explains"
    RACED_WORKER = "an end of the worker that no order of a race explains"

    BESIDE_ANOTHER = "an object that answers otherwise beside another than alone"

    CLOSE_HANGS = "a Close that never comes back, by itself or inside a handler"
    HANDLER_HANGS = "any other member that never comes back inside a handler"
    HANDLER_WAITS = "results or a code that never come inside a Completed handler, where Status does"
    ID_STUCK = "an id that never comes"
    STATUS_STUCK = "a status that never comes"
    ERROR_STUCK = "an error code that never comes"
    RESULTS_STUCK = "a GetResults that never comes back"
    COMPLETED_STUCK = "a put or get of Completed that never comes back"
    PROGRESS_STUCK = "a put or get of Progress that never comes back"
    REPORT_STUCK = "a report that never comes back"
    CANCEL_STUCK = "a Cancel that never comes back"
    WAIT_STUCK = "a get, wait or await that never comes back though the work has ended"
    DIES = "a step that ends the process"
    WORKER_STUCK = "an end of the worker that never comes back"
    DIES_LATER = "the end of the process, of an object that is left alone after its last step"
    SEEN_ONCE = "a breach that does not show again when its word is run again"


BLAME: Final[Mapping[Situation, Mapping[str, str]]] = {
    # -- answers
    Situation.ANOTHER_ANSWER: {ANYTHING: ITS_OWN},
    Situation.NOT_STARTED: {ANYTHING: "HOT"},
    Situation.NO_MEMBER: {ANYTHING: "IFACE"},
    Situation.NO_STATUS: {ANYTHING: "STATUS-VALUES"},
    Situation.ZERO_ID: {ANYTHING: "ID-NONZERO"},
    Situation.WIDE: {ANYTHING: "WIDTH"},
    Situation.SECOND_REFUSED: {"AFTER_CLOSE": "CLOSED-FIRST", ANYTHING: ITS_OWN},
    Situation.RESULTS_GIVEN: {"XRES": "CANCELED-RESULT", ANYTHING: ITS_OWN},
    Situation.CANCEL_FAILS: {"CANCEL-VISIBLE": "CANCEL-OK", "TERMINAL-CANCEL": "CANCEL-OK", ANYTHING: ITS_OWN},
    Situation.CLOSE_FAILS: {"AFTER_CLOSE": "CLOSE-TERMINAL", ANYTHING: ITS_OWN},
    Situation.FAILURE_COMES_OUT: {ANYTHING: "THROW"},
    Situation.DISCONNECTION_COMES_OUT: {ANYTHING: "DISCONNECT"},
    # -- calls of handlers; a point may allow one where none was due, and no more
    Situation.CALL_MISSING: {"LATE-SET": ITS_OWN, "LATE_R": ITS_OWN, "Z-FIRE": ITS_OWN, ANYTHING: "FIRE-ONCE"},
    Situation.REPORT_MISSING: {"PTERM": ITS_OWN, ANYTHING: "PROG-ONCE"},
    Situation.CALL_UNDUE_RUNNING: {"LATE_R": ITS_OWN, ANYTHING: "CANCEL-NOFIRE"},
    Situation.CALL_UNDUE_ENDED: {"LATE_R": ITS_OWN, "Z-FIRE": ITS_OWN, ANYTHING: "FIRE-ONCE"},
    Situation.CALLS_TOO_MANY_RUNNING: {"LATE_R": "FIRE-ONCE", ANYTHING: "CANCEL-NOFIRE"},
    Situation.CALLS_TOO_MANY_ENDED: {ANYTHING: "FIRE-ONCE"},
    Situation.REPORT_UNDUE: {"PTERM": ITS_OWN, ANYTHING: "PROG-ONCE"},
    Situation.REPORTS_TOO_MANY: {ANYTHING: "PROG-ONCE"},
    Situation.CALLED_AGAIN: {"CANCEL-NOFIRE": "FIRE-ONCE", ANY_POINT: "FIRE-ONCE", ANYTHING: ITS_OWN},
    # -- what handlers are given and meet
    Situation.ANOTHER_REPORT: {ANYTHING: "PROG-ONCE"},
    Situation.ANOTHER_HANDLER: {ANYTHING: "SET-ONCE"},
    Situation.OUTCOME_TOLD: {"Z-FIRE": ITS_OWN, ANYTHING: "FIRE-ARGS"},
    Situation.ANOTHER_ARGUMENT: {ANYTHING: "FIRE-ARGS"},
    Situation.INSIDE_COMPLETED: {
        "STATUS": "FIRE-ORDER",
        "RESULTS": "FIRE-ORDER",
        "ERR": "FIRE-ORDER",
        "ERR-RESULT": "FIRE-ORDER",
        "ERR-ZERO": "FIRE-ORDER",
        ANYTHING: ITS_OWN,
    },
    Situation.NO_ANSWER_INSIDE: {ANYTHING: "FIRE-NOLOCK"},
    # -- answers that only those before them make wrong
    Situation.REFUSED_ONCE_CLOSED: {ANY_RULE: "CLOSED-ALIKE", ANYTHING: ITS_OWN},
    Situation.ANSWERED_ONCE_REFUSED: {ANYTHING: "CLOSED-ALIKE"},
    # -- races; where points alone decide a member's answer, it is what the member promises at the least
    Situation.LOCK_HELD: {ANYTHING: "FIRE-NOLOCK"},
    Situation.RACE_STUCK: {ANYTHING: "FIRE-NOLOCK"},
    Situation.RACED_CALL: {ANYTHING: "FIRE-ONCE"},
    Situation.RACED_ID: {ANY_POINT: "ID-STABLE", ANYTHING: ITS_OWN},
    Situation.RACED_STATUS: {ANY_POINT: "STATUS", ANYTHING: ITS_OWN},
    Situation.RACED_ERROR: {ANY_POINT: "ERR", ANYTHING: ITS_OWN},
    Situation.RACED_RESULTS: {ANY_POINT: "RESULTS", ANYTHING: ITS_OWN},
    Situation.RACED_COMPLETED: {ANY_POINT: "SET-ONCE", ANYTHING: ITS_OWN},
    Situation.RACED_PROGRESS: {ANY_POINT: "PROG-REPLACE", ANYTHING: ITS_OWN},
    Situation.RACED_REPORT: {ANY_POINT: "PROG-ONCE", ANYTHING: ITS_OWN},
    Situation.RACED_CANCEL: {ANY_POINT: "CANCEL-OK", ANYTHING: ITS_OWN},
    Situation.RACED_CLOSE: {ANY_POINT: "CLOSE-TERMINAL", ANYTHING: ITS_OWN},
    Situation.RACED_WORKER: {ANY_POINT: "FIRE-ONCE", ANYTHING: ITS_OWN},
    Situation.BESIDE_ANOTHER: {ANYTHING: "APART"},
    # -- words without results, and results that came once; no delay and no other thread makes some values right
    Situation.CLOSE_HANGS: {ANYTHING: "CLOSE-NOBLOCK"},
    Situation.HANDLER_HANGS: {ANYTHING: "FIRE-NOLOCK"},
    Situation.HANDLER_WAITS: {ANYTHING: "FIRE-ORDER"},
    Situation.ID_STUCK: {ANYTHING: "ID-STABLE"},
    Situation.STATUS_STUCK: {"CANCEL-VISIBLE": ITS_OWN, ANYTHING: "STATUS-VALUES"},
    Situation.ERROR_STUCK: {ANY_RULE: ITS_OWN, ANYTHING: "ERR-ZERO"},
    Situation.RESULTS_STUCK: {ANY_RULE: ITS_OWN, ANYTHING: "EARLY-RESULT"},
    Situation.COMPLETED_STUCK: {ANY_RULE: ITS_OWN, ANYTHING: "SET-ONCE"},
    Situation.PROGRESS_STUCK: {ANY_RULE: ITS_OWN, ANYTHING: "PROG-REPLACE"},
    Situation.REPORT_STUCK: {ANYTHING: "PROG-ONCE"},
    Situation.CANCEL_STUCK: {ANYTHING: "CANCEL-OK"},
    Situation.WAIT_STUCK: {ANYTHING: "WAIT-ENDS"},
    Situation.DIES: {NOTHING: "IFACE", ANYTHING: ITS_OWN},
    Situation.WORKER_STUCK: {ANYTHING: "FIRE-ONCE"},
    Situation.DIES_LATER: {NOTHING: "IFACE", ANYTHING: "THROW"},
    Situation.SEEN_ONCE: {
        "ID-NONZERO": ITS_OWN,
        "ID-STABLE": ITS_OWN,
        "WIDTH": ITS_OWN,
        "CANCEL-NOFIRE": ITS_OWN,
        "STATUS-VALUES": ITS_OWN,
        ANYTHING: NOBODY,
    },
}
"""The rule that is blamed, by what was seen and what decides the cell."""


def blamed(situation: Situation, own_rule: str = NOTHING) -> str:
    """Return the rule, or the variation point, to which a situation is laid; ``NOBODY`` where it is nobody's.

    ``own_rule`` is the rule or point that decides the cell, and nothing where no cell was read.
    """
    rows = BLAME[situation]
    found = rows[next((decider for decider in (own_rule, _kind(own_rule)) if decider in rows), ANYTHING)]
    return own_rule if found == ITS_OWN else found


def _kind(own_rule: str) -> str:
    if own_rule in RULES:
        return ANY_RULE
    return ANY_POINT if own_rule in VARIATIONS else NOTHING


def laid_to(rule: str) -> tuple[str, ...]:
    """Return the situations in which a rule is blamed that is not the cell's own, in words."""
    return tuple(_told(situation, decider) for situation, decider, found in _rows() if found == rule)


def _rows() -> Iterator[tuple[Situation, str, str]]:
    for situation, rows in BLAME.items():
        for decider, found in rows.items():
            yield situation, decider, found


def _told(situation: Situation, decider: str) -> str:
    if decider != ANYTHING:
        return f"{situation}, where {decider or 'nothing'} decides"
    others = " or ".join(other for other in BLAME[situation] if other != ANYTHING)
    return f"{situation}, unless {others} decides" if others else situation.value
