"""Answers that are allowed, and dangerous."""

from typing import Final

from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.sections.rules import about
from iasyncinfo_conformance.report.html.shown import Shown

_TEMPLATE: Final = """
<p class="lead">Allowed, and dangerous: none of these changes the verdict.</p>
<ul class="entries">
  {% for hazard in hazards.items %}
  <li>
    <p class="name"><span class="glyph hazard" aria-hidden="true">▲</span> {{ p.rule(shown, hazard.point) }}</p>
    <div>
      <p>{{ hazard.why }}</p>
      {% if hazard.word %}<p>{{ p.word(hazard.word) }}</p>{% endif %}
      {% if about(hazard.point) %}<p class="small">{{ about(hazard.point) }}</p>{% endif %}
    </div>
  </li>
  {% endfor %}
</ul>
{{ p.more(hazards, "hazards") }}
"""


def _view(shown: Shown) -> View | None:
    record = shown.record
    if not record.hazards:
        return None
    return {"hazards": shown.few(record.hazards), "about": lambda name: about(name, record.asked.profile)}


SECTION: Final[Section[Shown]] = Section("hazards", "Hazards", _TEMPLATE, _view)
