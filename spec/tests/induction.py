"""The rows of the tables as a transition relation for z3, and what is proved of it by induction.

Nothing here runs a machine. A row becomes an *atom*: what nobody can come between. The rows that a
variation point decides are guarded by its answer, those of a kind by the kind, those of a breach by the
rule that is broken, and all of these are unknowns: what is proved holds of every row of answers, drawn or
listed, open points included. However many clients there are, and however deep handlers nest, what they do
is some sequence of atoms; so a sentence that one atom cannot make false is true of all of them.

Between the atom that decides a call (a row that tells a status) and the call itself others may come in:
``claims`` counts the calls that are on their way, ``calls`` those that have begun. The Progress slot's own
rows (``end``, ``late``, ``close``) may come at any time here, which allows more than the theory does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

import z3

from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import E_FAIL, ERROR_CANCELLED
from iasyncinfo_spec.machines import sources
from iasyncinfo_spec.rules import ALL_KINDS
from iasyncinfo_spec.tables import (
    CANCEL_PENDING,
    CANCELED,
    NOT_DRIVABLE,
    OK,
    SLOT,
    STARTED,
    Refuses,
    Returns,
    Row,
)
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Step, Word

Expr: TypeAlias = Any
Tables: TypeAlias = Mapping[str, Sequence[Row]]

TABLES: Final[Tables] = {
    "life": tables.LIFECYCLE,
    "completed": tables.COMPLETED_SLOT,
    "progress": tables.PROGRESS_SLOT,
}
_STATES: Final = {
    "life": tables.LIFECYCLE_STATES,
    "completed": tables.COMPLETED_STATES,
    "progress": tables.PROGRESS_STATES,
}
_ENDS: Final = ("end", "late", "close")


def _enumeration(name: str, values: Sequence[str]) -> tuple[Expr, dict[str, Expr]]:
    sort, members = z3.EnumSort(name, [f"{name}:{value}" for value in values])
    return sort, dict(zip(values, members, strict=True))


_SORTS: Final = {name: _enumeration(name, states) for name, states in _STATES.items()}
_POINTS: Final = {name: _enumeration(name, point.names) for name, point in VARIATIONS.items()}
_KINDS: Final = _enumeration("kind", [kind.value for kind in Kind])
KIND: Final = z3.Const("of_kind", _KINDS[0])


def at(machine: str, state: str) -> Expr:
    """Return the value that stands for a state of one of the three machines."""
    return _SORTS[machine][1][state]


def among(machine: str, here: Expr, states: Sequence[str]) -> Expr:
    """Return that ``here`` is one of ``states``."""
    return z3.Or([here == at(machine, state) for state in states])


def answered(point: str, answer: str) -> Expr:
    """Return that the row of answers has this answer."""
    sort, options = _POINTS[point]
    return z3.Const(f"answer to {point}", sort) == options[answer]


def broken(rule: str) -> Expr:
    """Return that the row breaks this rule."""
    return z3.Bool(f"breaks {rule}")


class State(NamedTuple):
    """Where the three machines stand, the calls on their way and those that have begun."""

    life: Expr
    completed: Expr
    progress: Expr
    claims: Expr
    calls: Expr


class Move(NamedTuple):
    """Which atom was taken, the status that it decided to tell (-1: none), and whether it was a refusal."""

    which: Expr
    told: Expr
    refused: Expr


def state(number: int) -> State:
    """Return the unknowns of the state with this number."""
    life, completed, progress = (z3.Const(f"{name}{number}", sort) for name, (sort, _) in _SORTS.items())
    return State(life, completed, progress, z3.Int(f"claims{number}"), z3.Int(f"calls{number}"))


def move(number: int) -> Move:
    """Return the unknowns of the move out of the state with this number."""
    return Move(z3.Int(f"which{number}"), z3.Int(f"told{number}"), z3.Bool(f"refused{number}"))


WELL_FORMED: Final = z3.Implies(answered("AFTER_CLOSE", "works"), z3.Not(answered("CLOSE_R", "ok")))
"""What any row of answers obeys: where Close changes nothing, it does not close a pending cancel."""

START: Final = State(at("life", STARTED), at("completed", "empty"), at("progress", "empty"), z3.IntVal(0), z3.IntVal(0))
"""Where every caller meets an operation."""


@dataclass(frozen=True)
class Atom:
    """What happens at once: from which states to which, under which answers, and what it decides."""

    step: Step
    guard: Expr
    source: Mapping[str, str]
    dest: Mapping[str, str] = field(default_factory=dict)
    claims: int = 0
    calls: int = 0
    told: int = -1
    refused: bool = False

    def leads(self, here: State, there: State) -> Expr:
        """Return that this atom leads from one state to the other."""
        machines = [
            (name, getattr(here, name), getattr(there, name), self.source.get(name), self.dest.get(name))
            for name in _STATES
        ]
        return z3.And(
            self.guard,
            *(before == at(name, source) for name, before, _, source, _ in machines if source),
            *(after == (at(name, dest) if dest else before) for name, before, after, _, dest in machines),
            here.claims + min(self.claims, 0) >= 0,
            there.claims == here.claims + self.claims,
            there.calls == here.calls + self.calls,
        )


class System:
    """The transition relation of some tables."""

    def __init__(self, rows: Tables = TABLES) -> None:
        self.rows = rows
        every = [row for table in rows.values() for row in table]
        self._breaches = {place: row["rule"] for row in every if row.get("breach") for place in _places(row)}
        self._ahead = {row["trigger"]: answered(row["point"], row["answer"]) for row in every if row.get("ahead")}
        self.atoms = [*self._calls(), *self._called(), *_canceled_failures()]
        here, by, there = state(0), move(0), state(1)
        taken = [
            z3.And(by.which == number, by.told == atom.told, by.refused == atom.refused, atom.leads(here, there))
            for number, atom in enumerate(self.atoms)
        ]
        self._moves = z3.And(WELL_FORMED, z3.Or(taken))

    def moves(self, number: int) -> Expr:
        """Return that some atom leads from the state with this number to the next."""
        first, now = (*state(0), *move(0), *state(1)), (*state(number), *move(number), *state(number + 1))
        return z3.substitute(self._moves, *zip(first, now, strict=True))

    def reads(self, here: State, status: Expr) -> Expr:
        """Return that Status, read here, gives ``status``, or that it cannot be read."""
        readings = []
        for row in self.rows["life"]:
            if row["trigger"] == "status" and isinstance(row["outcome"], Returns):
                fits = row["outcome"].value == status
                readings += [
                    z3.Implies(z3.And(here.life == at("life", source), self._guard(row, source)), fits)
                    for source in sources(row)
                ]
        return z3.And(readings)

    def _guard(self, row: Row, source: str) -> Expr:
        """Return for which kinds, answers and breaches a row holds in a state, given the rows that go before it."""
        kinds = row.get("kinds", ALL_KINDS)
        of_kind = [z3.Or([_KINDS[1][kind] == KIND for kind in kinds])] if len(kinds) < len(ALL_KINDS) else []
        given = [answered(row["point"], row["answer"])] if "point" in row else []
        if row.get("ahead"):
            return z3.And(*of_kind, *given)
        passed = [z3.Not(self._ahead[row["trigger"]])] if row["trigger"] in self._ahead else []
        places = [place for place in _places(row) if place[1] == source]
        rules = {self._breaches[place] for place in places if place in self._breaches}
        breach = [broken(rule) if row.get("breach") else z3.Not(broken(rule)) for rule in sorted(rules)]
        return z3.And(*of_kind, *given, *passed, *breach)

    def _calls(self) -> Iterator[Atom]:
        """Yield what callers and the worker do: a row of the life cycle, with the slot's where that answers."""
        for row in self.rows["life"]:
            if row["outcome"] is NOT_DRIVABLE:
                continue
            for source in sources(row):
                life = ({"life": source}, {"life": row["dest"]} if row["dest"] else {})
                if row["outcome"] is SLOT:
                    yield from self._slot_answers(row, *life)
                else:
                    yield _atom(
                        _STEPS.get(row["trigger"], (row["trigger"],)), self._guard(row, source), row, row, *life
                    )

    def _slot_answers(self, row: Row, source: Mapping[str, str], dest: Mapping[str, str]) -> Iterator[Atom]:
        verb, machine = row["trigger"].split("_")
        for own in self.rows[machine]:
            if own["trigger"] not in (verb, f"{verb}_null"):
                continue
            step = _STEPS.get(f"{own['trigger']}_{machine}", (row["trigger"],))
            for state in sources(own):
                guard = z3.And(self._guard(row, source["life"]), self._guard(own, state))
                moved = {machine: own["dest"]} if own["dest"] else {}
                yield _atom(step, guard, row, own, {**source, machine: state}, {**dest, **moved})

    def _called(self) -> Iterator[Atom]:
        """Yield what follows a call that was decided, and what the Progress slot does about an end."""
        for row in self.rows["completed"]:
            if row["trigger"] in ("call", "return") and row["outcome"] is not NOT_DRIVABLE:
                claim, begins = (-1, row["outcome"] is OK) if row["trigger"] == "call" else (0, False)
                for source in sources(row):
                    moved = {"completed": row["dest"]} if row["dest"] else {}
                    yield Atom(
                        (row["trigger"],), self._guard(row, source), {"completed": source}, moved, claim, int(begins)
                    )
        for row in self.rows["progress"]:
            if row["trigger"] in _ENDS and row["dest"]:
                for source in sources(row):
                    yield Atom(
                        (row["trigger"],), self._guard(row, source), {"progress": source}, {"progress": row["dest"]}
                    )


def of_row(family: Family, kind: Kind | None = None) -> Expr:
    """Return that the unknowns are a family's: what it leaves open stays unknown."""
    given = [answered(point, family.answers[point]) for point in VARIATIONS if point in family.answers]
    breaches = {row["rule"] for table in TABLES.values() for row in table if row.get("breach")}
    breaks = [broken(rule) == (rule in family.breaks) for rule in sorted(breaches)]
    return z3.And(*given, *breaks, *([_KINDS[1][kind] == KIND] if kind else []))


def word_of(path: Sequence[Atom]) -> Word:
    """Return the word of a path: what comes between a call and its return is the handler's own program."""
    outer: list[Step] = []
    inner: list[Step] = []
    holder, depth, puts = 0, 0, 0
    for atom in path:
        if atom.step in (("call",), ("return",)):
            depth += atom.calls if atom.step == ("call",) else -1
        elif atom.step[0] not in _ENDS or atom.source.get("life"):
            steps, step = (inner if depth else outer), atom.step
            if step[:1] == ("put_completed",) and step[1] is not None:
                puts += 1
                step = ("put_completed", f"h{puts}")
                holder = len(outer) if atom.dest.get("completed") and not depth else holder
            steps.append(step)
    if inner:
        outer[holder] = (*outer[holder], tuple(inner))
    return tuple(outer)


_STEPS: Final[dict[str, Step]] = {
    "complete": ("complete", 5),
    "fail": ("fail", E_FAIL),
    "put_completed": ("put_completed", "h"),
    "put_null_completed": ("put_completed", None),
    "put_progress": ("put_progress", "p1"),
    "put_null_progress": ("put_progress", None),
    "report_progress": ("report_progress", 1),
}


def _atom(
    step: Step, guard: Expr, row: Row, answering: Row, source: Mapping[str, str], dest: Mapping[str, str]
) -> Atom:
    told, outcome = row.get("tells"), answering["outcome"]
    tells = outcome is OK and isinstance(told, int)
    return Atom(
        step,
        guard,
        source,
        dest,
        claims=int(tells),
        told=int(told) if tells and isinstance(told, int) else -1,
        refused=isinstance(outcome, Refuses),
    )


def _canceled_failures() -> Iterator[Atom]:
    """Yield the one value of one step that no row holds: a worker that fails with ERROR_CANCELLED."""
    for source in (STARTED, CANCEL_PENDING):
        guard = answered("FAIL-CANCELED", "canceled")
        step = ("fail", ERROR_CANCELLED)
        yield Atom(step, guard, {"life": source}, {"life": CANCELED}, claims=1, told=AsyncStatus.CANCELED)


def _places(row: Row) -> list[tuple[str, str, Kind]]:
    return [(row["trigger"], source, kind) for source in sources(row) for kind in row.get("kinds", ALL_KINDS)]
