"""Whose manners the subject has, where it first differs, and what it answers to each point."""

from typing import Final

from iasyncinfo_conformance.record.answers import NO_FAMILY
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Shown
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.variations import VARIATIONS

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
  <div class="scroll" tabindex="0" role="region" aria-label="Points and answers">
  <table class="facts points">
    <thead><tr><th scope="col">point</th><th scope="col">answer</th>
      <th scope="col">question, and what the answer means</th></tr></thead>
    <tbody>
      {% for id, point, answer, question, meaning in rows %}
      <tr id="{{ id }}"><th scope="row">{{ point }}</th><td>{{ answer }}</td><td>{{ question }}
        {% if meaning %}<span class="small">{{ meaning }}</span>{% endif %}</td></tr>
      {% endfor %}
    </tbody>
  </table>
  </div>
  {{ p.more(points, "points") }}
</details>
"""


def _view(shown: Shown) -> View | None:
    nearest, points = shown.record.nearest, shown.few(shown.record.points.items())
    asked = shown.record.asked.rule == "*" and nearest is not None
    if not (asked or points.items) or not shown.record.words:
        return None
    rows = []
    for number, (point, answer) in enumerate(points.items, 1):
        variation = VARIATIONS.get(point)
        options = {option.name: option.meaning for option in variation.options} if variation else {}
        rows.append(
            (f"point-{number}", point, answer, variation.question if variation else "", options.get(answer, ""))
        )
    return {
        "nearest": nearest if asked else None,
        "likeness": FAMILIES[nearest.name].likeness if nearest and nearest.name in FAMILIES else "",
        "fit": "Of those known:" if nearest and nearest.name == NO_FAMILY else "Nearest:",
        "points": points,
        "rows": rows,
    }


SECTION: Final[Section[Shown]] = Section("family", "Family", _TEMPLATE, _view)
