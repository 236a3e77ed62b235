"""What every output format draws from: the three machines of a profile, row by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iasyncinfo_spec import tables
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.machines import choose, sources, with_breaches
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.tables import Row

PROFILES = (STANDARD, *FAMILIES)


@dataclass(frozen=True, slots=True)
class View:
    """One machine of a profile; for ``standard`` a cell has a row for each option of its point."""

    name: str
    title: str
    states: tuple[str, ...]
    initial: str
    rows: tuple[Row, ...]

    @property
    def triggers(self) -> tuple[str, ...]:
        """The triggers in the order of the table."""
        return tuple(dict.fromkeys(row["trigger"] for row in self.rows))

    def cell(self, state: str, trigger: str) -> list[Row]:
        """Return the rows that hold in a state for a trigger: several where kinds or options differ.

        A row whose point is asked ahead is among them only where it stands in place of the cell.
        """
        rows = [row for row in self.rows if row["trigger"] == trigger and state in sources(row)]
        return [row for row in rows if not row.get("ahead")] or rows

    def ahead(self, trigger: str) -> list[Row]:
        """Return the rows that would stand in place of a trigger's cells if their points were answered so."""
        rows = [row for row in self.rows if row["trigger"] == trigger]
        return [row for row in rows if row.get("ahead") and len(rows) > 1]

    def moves(self) -> Iterator[tuple[str, str, Row]]:
        """Yield source, destination and row of everything that leads to another state."""
        for row in self.rows:
            for source in sources(row):
                if row["dest"] not in (None, source):
                    yield source, str(row["dest"]), row


def views(profile: str) -> tuple[View, View, View]:
    """Return the life cycle, the Completed slot and the Progress slot; a KeyError for an unknown profile."""
    return (
        View(
            "lifecycle",
            "The life cycle",
            tables.LIFECYCLE_STATES,
            tables.STARTED,
            _rows(profile, tables.LIFECYCLE),
        ),
        View(
            "completed_slot",
            "The Completed slot",
            tables.COMPLETED_STATES,
            tables.EMPTY,
            _rows(profile, tables.COMPLETED_SLOT),
        ),
        View(
            "progress_slot",
            "The Progress slot",
            tables.PROGRESS_STATES,
            tables.EMPTY,
            _rows(profile, tables.PROGRESS_SLOT),
        ),
    )


def cites(row: Row) -> str:
    """Return the one rule or point that decides a row."""
    return row.get("rule") or row["point"]


def open_points(rows: Sequence[Row]) -> list[str]:
    """Return the points that leave a cell open: those for which it has more than one answer."""
    asked = [row["point"] for row in rows if "point" in row]
    return sorted({point for point in asked if asked.count(point) > 1})


def _rows(profile: str, table: Sequence[Row]) -> tuple[Row, ...]:
    if profile == STANDARD:
        return tuple(with_breaches(table, ()))
    return tuple(choose(table, FAMILIES[profile]))
