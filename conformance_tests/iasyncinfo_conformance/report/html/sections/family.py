"""Whose manners the subject has, where it first differs, and what it answers to each point."""

from collections.abc import Iterable
from typing import Final

from iasyncinfo_conformance.record.answers import NO_FAMILY
from iasyncinfo_conformance.report.card import meaning
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Shown
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.static_rules import EVERY_POINT

_TEMPLATE: Final = """
{% if nearest %}
<p class="lead">{% if nearest.exact %}<b>{{ nearest.name }}</b>{% if likeness %}, {{ likeness }}{% endif %}
  {% if nearest.also %}
  <span class="small">and {{ nearest.also|join(", ") }}: nothing that was asked tells them apart</span>{% endif %}
{% elif nearest.point %}{{ fit }} <b>{{ nearest.name }}</b>; first difference: <b>{{ nearest.point }}</b>
  at {{ p.word(nearest.word) }}{% else %}Unknown: no point could be asked.{% endif %}</p>
{% endif %}
<details>
  <summary>What it answers to each of {{ points.items|length }} points</summary>
  {{ p.points(rows) }}
  {{ p.more(points, "points") }}
</details>
"""


def _view(shown: Shown) -> View | None:
    nearest, points = shown.record.nearest, shown.few(shown.record.points.items())
    asked = shown.record.asked.rule == "*" and nearest is not None
    if not (asked or points.items) or not shown.record.words:
        return None
    return {
        "nearest": nearest if asked else None,
        "likeness": FAMILIES[nearest.name].likeness if nearest and nearest.name in FAMILIES else "",
        "fit": "Of those known:" if nearest and nearest.name == NO_FAMILY else "Nearest:",
        "points": points,
        "rows": answered(points.items),
    }


def answered(points: Iterable[tuple[str, str]]) -> list[tuple[str, str, str, str, str]]:
    """Return a row for each point: its anchor, its name, the answer, the question, and what the answer means."""
    return [
        (f"point-{number}", point, answer, question(point), meaning(point, answer))
        for number, (point, answer) in enumerate(points, 1)
    ]


def question(point: str) -> str:
    """Return the question of a point; nothing where there is none of that name."""
    return EVERY_POINT[point].question if point in EVERY_POINT else ""


SECTION: Final[Section[Shown]] = Section("family", "Family", _TEMPLATE, _view)
