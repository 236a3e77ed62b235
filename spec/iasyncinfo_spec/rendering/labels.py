"""The arrows of a diagram and what is written on them."""

from collections.abc import Iterator

from iasyncinfo_spec.rendering.views import View
from iasyncinfo_spec.tables import Row


def labels(view: View) -> Iterator[tuple[str, str, str]]:
    """Yield source, destination and label of every arrow; one arrow for all triggers between two states."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for source, dest, _, label in written(view):
        arrows.setdefault((source, dest), []).append(label)
    for (source, dest), texts in arrows.items():
        yield source, dest, ", ".join(texts)


def written(view: View) -> Iterator[tuple[str, str, str, str]]:
    """Yield source, destination, trigger and label: an arrow for each trigger."""
    arrows: dict[tuple[str, str, str], list[Row]] = {}
    for source, dest, row in view.moves():
        arrows.setdefault((source, dest, row["trigger"]), []).append(row)
    for (source, dest, trigger), rows in arrows.items():
        yield source, dest, trigger, _label(view.cell(source, trigger), rows)


def _label(cell: list[Row], rows: list[Row]) -> str:
    """Return the trigger, and the answers that lead this way where others lead elsewhere."""
    trigger = rows[0]["trigger"]
    if len(rows) == len(cell):
        return trigger
    return f"{trigger} [{rows[0]['point']} is {' or '.join(row['answer'] for row in rows)}]"
