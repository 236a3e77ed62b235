"""The arrows of a diagram and what is written on them."""

from collections.abc import Iterator

from iasyncinfo_spec.rendering.views import View
from iasyncinfo_spec.tables import Row


def labels(view: View) -> Iterator[tuple[str, str, str]]:
    """Yield source, destination and label of every arrow; one arrow for all triggers between two states."""
    arrows: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for source, dest, row in view.moves():
        arrows.setdefault((source, dest), {}).setdefault(row["trigger"], []).append(row)
    for (source, dest), triggers in arrows.items():
        yield source, dest, ", ".join(_label(view.cell(source, trigger), rows) for trigger, rows in triggers.items())


def _label(cell: list[Row], rows: list[Row]) -> str:
    """Return the trigger, and the answers that lead this way where others lead elsewhere."""
    trigger = rows[0]["trigger"]
    if len(rows) == len(cell):
        return trigger
    return f"{trigger} [{rows[0]['point']} is {' or '.join(row['answer'] for row in rows)}]"
