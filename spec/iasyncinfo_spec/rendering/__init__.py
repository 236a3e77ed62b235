"""The specification as text: what ``iasyncinfo show``, ``list`` and ``explain`` print.

Each output format is one file; :func:`show`, :func:`listing` and :func:`explain` are what others call, with
:func:`canonical` for a name however it is spelled.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from iasyncinfo_spec.expectation import at_standard
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.rendering import dot, explanation, jsonformat, markdown, mermaid, table
from iasyncinfo_spec.rendering.evidence import evidence_page as evidence_page
from iasyncinfo_spec.rendering.explanation import canonical as canonical
from iasyncinfo_spec.rendering.views import PROFILES, View, views
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.words import CALLS, IN_HANDLERS, MEANINGS, PRODUCER

SHOW_FORMATS: Final[Mapping[str, Callable[[str, Sequence[View], int], str]]] = {
    "table": table.table,
    "json": lambda profile, machines, _: jsonformat.machines(profile, machines),
    "mermaid": lambda profile, machines, _: mermaid.mermaid(profile, machines),
    "dot": lambda profile, machines, _: dot.dot(profile, machines),
}
LIST_FORMATS: Final = ("text", "json", "markdown")
LISTS: Final = ("rules", "points", "families", "profiles", "steps")


def show(profile: str, format: str, width: int | None = None) -> str:
    """Return the three machines of a profile in one of :data:`SHOW_FORMATS`.

    A table fits ``width`` columns, 120 unless given. A KeyError for an unknown profile or format.
    """
    return SHOW_FORMATS[format](profile, views(profile), width or table.WIDTH)


def listing(what: str, format: str, width: int | None = None) -> str:
    """Return one of :data:`LISTS` in one of :data:`LIST_FORMATS`; as text it fits ``width`` columns, 120 unless given.

    A KeyError for any other name.
    """
    return _TEXTS[what](width or table.WIDTH) if format == "text" else _LISTINGS[what, format]()


def explain(name: str, tests: Sequence[str] = (), blamed: Sequence[str] = (), width: int | None = None) -> str:
    """Return one rule or variation point in full, with the words in ``tests`` as what tests it.

    Its lines fit ``width`` columns, 100 unless given. ``blamed`` are situations in which a suite lays a failure
    to it though something else decides the cell.
    Case does not count, nor whether words are joined by ``-`` or ``_``. A KeyError whose message names
    near matches where there is no such rule or point.
    """
    return explanation.explanation(name, tests, blamed, width or explanation.WIDTH)


def _family_records() -> list[tuple[str, ...]]:
    return [(family.name, str(at_standard(family)), family.about) for family in FAMILIES.values()]


def _profile_records() -> list[tuple[str, ...]]:
    about = "every rule, with the variation points left open"
    return [(STANDARD, about), *((family.name, family.about) for family in FAMILIES.values())]


def _step_records() -> list[tuple[str, ...]]:
    return [(name, _who(name), meaning) for name, meaning in MEANINGS.items()]


def _who(step: str) -> str:
    who = {"caller": CALLS, "worker": PRODUCER, "handler": IN_HANDLERS}
    return next((party for party, steps in who.items() if step in steps), "observer")


_FAMILY_HEAD: Final = ("family", "at standard", "about")
_PROFILE_HEAD: Final = ("profile", "about")
_STEP_HEAD: Final = ("step", "who", "meaning")


def _objects(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return jsonformat.records(dict(zip(head, row, strict=True)) for row in rows)


_TEXTS: Final[Mapping[str, Callable[[int], str]]] = {
    "rules": table.rules,
    "points": table.points,
    "families": lambda width: table.records(_FAMILY_HEAD, _family_records(), width),
    "profiles": lambda width: table.records(_PROFILE_HEAD, _profile_records(), width),
    "steps": lambda width: table.records(_STEP_HEAD, _step_records(), width),
}
_LISTINGS: Final[Mapping[tuple[str, str], Callable[[], str]]] = {
    ("rules", "json"): jsonformat.rules,
    ("rules", "markdown"): markdown.rules,
    ("points", "json"): jsonformat.points,
    ("points", "markdown"): markdown.points,
    ("families", "json"): jsonformat.families,
    ("families", "markdown"): markdown.families,
    ("profiles", "json"): lambda: _objects(_PROFILE_HEAD, _profile_records()),
    ("profiles", "markdown"): lambda: markdown.records(_PROFILE_HEAD, _profile_records()),
    ("steps", "json"): lambda: _objects(_STEP_HEAD, _step_records()),
    ("steps", "markdown"): lambda: markdown.records(_STEP_HEAD, _step_records()),
}

__all__ = ["LISTS", "LIST_FORMATS", "PROFILES", "SHOW_FORMATS", "evidence_page", "explain", "listing", "show"]
