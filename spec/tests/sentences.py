"""The sentences that are proved by induction: each speaks of one atom, or of the state that it leads to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import z3

from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.tables import COMPLETED_STATES

from .induction import Expr, Move, State, System, among, answered, at

ENDED: Final = ("completed", "canceled", "error")
BEGUN: Final = ("running", "called")


class Seen(NamedTuple):
    """One atom: the state before it, what it decided, the state after it."""

    here: State
    by: Move
    there: State
    system: System


@dataclass(frozen=True)
class Sentence:
    """What holds of every atom; ``unless`` are the answers that, all together, are against it."""

    holds: Callable[[Seen], Expr]
    unless: Mapping[str, str] = field(default_factory=dict)

    @property
    def premise(self) -> Expr:
        """That a row does not give all these answers."""
        given = [answered(point, answer) for point, answer in self.unless.items()]
        return z3.Not(z3.And(given)) if given else z3.BoolVal(True)


def _one_call(seen: Seen) -> Expr:
    return seen.there.calls == z3.If(among("completed", seen.there.completed, BEGUN), 1, 0)


def _nobody_forgotten(seen: Seen) -> Expr:
    over = among("life", seen.there.life, (*ENDED, "closed"))
    waits = seen.there.completed == at("completed", "held")
    return z3.Implies(z3.And(over, waits), seen.there.claims > 0)


def _call_has_a_cause(seen: Seen) -> Expr:
    due = z3.Or(seen.there.claims > 0, among("completed", seen.there.completed, BEGUN))
    return z3.And(
        seen.there.claims >= 0, z3.Implies(due, z3.Not(among("life", seen.there.life, ("created", "started"))))
    )


def _closed_stays(seen: Seen) -> Expr:
    before, after = seen.here.life, seen.there.life
    shut = {"closed": ("closed",), "closed_running": ("closed", "closed_running")}
    return z3.And(
        [z3.Implies(before == at("life", life), among("life", after, allowed)) for life, allowed in shut.items()]
    )


def _end_stays(seen: Seen) -> Expr:
    before, after = seen.here.life, seen.there.life
    return z3.Implies(among("life", before, ENDED), z3.Or(after == before, after == at("life", "closed")))


def _refusal_is_empty(seen: Seen) -> Expr:
    alike = [before == after for before, after in zip(seen.here, seen.there, strict=True)]
    return z3.Implies(seen.by.refused, z3.And(alike))


def _slot_forward(seen: Seen) -> Expr:
    before, after = seen.here.completed, seen.there.completed
    return z3.And(
        [
            z3.Implies(before == at("completed", slot), among("completed", after, COMPLETED_STATES[number:]))
            for number, slot in enumerate(COMPLETED_STATES)
        ]
    )


def _told_was_published(seen: Seen) -> Expr:
    return z3.Implies(seen.by.told >= 0, seen.system.reads(seen.there, seen.by.told))


def _told_is_a_status(seen: Seen) -> Expr:
    return seen.by.told <= max(AsyncStatus)


def _shut_early_where_it_may(seen: Seen) -> Expr:
    return z3.Implies(seen.there.life == at("life", "closed_running"), answered("CLOSE_R", "ok"))


def _lever_ends(seen: Seen) -> Expr:
    levers = [number for number, atom in enumerate(seen.system.atoms) if atom.step[0] in ("complete", "fail")]
    driven = z3.Or([seen.by.which == number for number in levers])
    return z3.Implies(driven, among("life", seen.there.life, (*ENDED, "closed")))


SENTENCES: Final[Mapping[str, Sentence]] = {
    "ONE-CALL": Sentence(_one_call),
    "NOBODY-FORGOTTEN": Sentence(_nobody_forgotten, {"CLOSE_R": "ok", "Z-FIRE": "dropped"}),
    "CALL-HAS-A-CAUSE": Sentence(_call_has_a_cause),
    "SHUT-EARLY": Sentence(_shut_early_where_it_may),
    "CLOSED-STAYS": Sentence(_closed_stays),
    "END-STAYS": Sentence(_end_stays),
    "REFUSAL-EMPTY": Sentence(_refusal_is_empty, {"NULLSLOT": "epointer-counts"}),
    "SLOT-FORWARD": Sentence(_slot_forward),
    "LEVER-ENDS": Sentence(_lever_ends),
    "TOLD-PUBLISHED": Sentence(_told_was_published),
    "TOLD-A-STATUS": Sentence(_told_is_a_status, {"CLOSE_R": "ok", "Z-FIRE": "4"}),
}

INVARIANT: Final = tuple(SENTENCES)[:4]
"""The sentences that speak of the state alone. Together they carry the induction."""
