"""Who honours a rule, who takes which answer, and which cells cite a name."""

from collections.abc import Mapping

from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.machines import sources
from iasyncinfo_spec.rendering.views import cites, views
from iasyncinfo_spec.rules import ALL_KINDS, Rule
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.static_rules import EVERY_POINT
from iasyncinfo_spec.variations import VARIATIONS


def takers(point: str) -> dict[str, list[str]]:
    """Return the families that take each option of a point; those that leave it open are nowhere."""
    return {
        option: [family.name for family in FAMILIES.values() if _taken(family.name, point) == option]
        for option in EVERY_POINT[point].names
    }


def undecided(point: str) -> list[str]:
    """Return the families that leave a point open; of a consumer's point no family is asked."""
    if point not in VARIATIONS:
        return []
    return [family.name for family in FAMILIES.values() if not _taken(family.name, point)]


def breakers(rule: str) -> Mapping[str, str]:
    """Return the families that break a rule, and how."""
    return {family.name: family.breaks[rule] for family in FAMILIES.values() if rule in family.breaks}


def cells_of(name: str) -> list[str]:
    """Return the cells that a rule or point decides, as ``cancel in started, cancel_pending``."""
    found: dict[tuple[str, str], list[str]] = {}
    for view in views(STANDARD):
        for row in view.rows:
            if cites(row) == name:
                states = found.setdefault((view.title, row["trigger"]), [])
                states += [source for source in sources(row) if source not in states]
    return [f"{title}: {trigger} in {', '.join(states)}" for (title, trigger), states in found.items()]


def kinds_of(rule: Rule) -> str:
    """Return the kinds that a rule speaks of, in words."""
    return "all four" if rule.kinds == ALL_KINDS else ", ".join(kind.interface for kind in rule.kinds)


def _taken(family: str, point: str) -> str:
    row = FAMILIES[family]
    return row.answer(point) if point in row.answers or point == "INCOHERENT" else ""
