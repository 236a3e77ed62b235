"""Tables with one cell made wrong, or one answer that a premise excludes; each with the word that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.machines import sources
from iasyncinfo_spec.tables import OK, Row
from iasyncinfo_spec.variations import VARIATIONS

from .induction import TABLES, Tables

KIND: Final = Kind.OPERATION_WITH_PROGRESS


@dataclass(frozen=True)
class Fault:
    """One cell of the tables made wrong, or one answer that a premise excludes; and the word that shows it."""

    sentence: str
    word: str
    machine: str = ""
    trigger: str = ""
    source: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    def family(self) -> Family:
        """Return the reference's row with the answers of this fault, none of them open."""
        reference = FAMILIES["reference"]
        given = {point: self.answers.get(point) or reference.answer(point) for point in VARIATIONS}
        return reference.answering("faulty", given)

    def rows(self) -> Tables:
        """Return the tables with the cell made wrong."""
        return {
            machine: [made for row in table for made in self._made(machine, row)] for machine, table in TABLES.items()
        }

    def plant(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the wrong cell into the specification's own tables."""
        rows = self.rows()
        monkeypatch.setattr(tables, "LIFECYCLE", rows["life"])
        monkeypatch.setattr(tables, "COMPLETED_SLOT", rows["completed"])

    def _made(self, machine: str, row: Row) -> list[Row]:
        if (machine, self.trigger) != (self.machine, row["trigger"]) or self.source not in sources(row):
            return [row]
        others = [source for source in sources(row) if source != self.source]
        wrong: Any = {**row, "source": self.source, **self.changes}
        if wrong.get("tells", 0) is None:
            del wrong["tells"]
        return [*([{**row, "source": others}] if others else []), wrong]


FAULTS: Final = {
    "an end that tells nobody": Fault(
        "NOBODY-FORGOTTEN", "put_completed(h1) complete(5)", "life", "complete", "started", {"tells": None}
    ),
    "a late put that tells nobody": Fault(
        "NOBODY-FORGOTTEN", "fail(0x80004005) put_completed(h1)", "life", "put_completed", "error", {"tells": None}
    ),
    "a handler dropped by Close": Fault(
        "NOBODY-FORGOTTEN", "put_completed(h1) cancel close complete(5)", answers={"Z-FIRE": "dropped"}
    ),
    "a slot that takes another handler after the call": Fault(
        "ONE-CALL",
        "complete(5) put_completed(h1) put_completed(h2)",
        "completed",
        "put",
        "called",
        {"dest": "held", "outcome": OK},
    ),
    "a slot that takes another handler during the call": Fault(
        "ONE-CALL",
        "complete(5) put_completed(h1{put_completed(h2)})",
        "completed",
        "put",
        "running",
        {"dest": "held", "outcome": OK},
    ),
    "a handler that is called again": Fault(
        "ONE-CALL",
        "cancel put_completed(h1) complete(5)",
        "completed",
        "call",
        "called",
        {"dest": "running", "outcome": OK},
        {"GETH": "retained"},
    ),
    "a put that calls before the end": Fault(
        "CALL-HAS-A-CAUSE", "put_completed(h1)", "life", "put_completed", "started", {"tells": AsyncStatus.STARTED}
    ),
    "a cancel that reopens": Fault(
        "CLOSED-STAYS", "complete(5) close cancel", "life", "cancel", "closed", {"dest": "started"}
    ),
    "a cancel that destroys a result": Fault(
        "END-STAYS", "complete(5) cancel", "life", "cancel", "completed", {"dest": "canceled", "outcome": OK}
    ),
    "a refused close that closes": Fault(
        "REFUSAL-EMPTY", "close", "life", "close", "started", {"dest": "closed_running"}
    ),
    "a null that is refused and counts": Fault(
        "REFUSAL-EMPTY", "put_completed(null)", answers={"NULLSLOT": "epointer-counts"}
    ),
    "a handler that waits again after its call": Fault(
        "NOBODY-FORGOTTEN",
        "complete(5) put_completed(h1)",
        "completed",
        "return",
        "running",
        {"dest": "held"},
        {"GETH": "retained"},
    ),
    "a null that empties the slot": Fault(
        "SLOT-FORWARD",
        "put_completed(h1) put_completed(null)",
        "completed",
        "put_null",
        "held",
        {"dest": "empty", "outcome": OK},
    ),
    "a second cancel that closes": Fault(
        "SHUT-EARLY",
        "cancel cancel",
        "life",
        "cancel",
        "cancel_pending",
        {"dest": "closed_running"},
        {"CLOSE_R": "reject"},
    ),
    "a late success that is not heard": Fault(
        "LEVER-ENDS", "cancel complete(5)", "life", "complete", "cancel_pending", {"dest": None, "tells": None}
    ),
    "an end that tells another status": Fault(
        "TOLD-PUBLISHED",
        "put_completed(h1) fail(0x80004005)",
        "life",
        "fail",
        "started",
        {"tells": AsyncStatus.CANCELED},
    ),
    "a handler told 4": Fault("TOLD-A-STATUS", "put_completed(h1) cancel close complete(5)", answers={"Z-FIRE": "4"}),
}
