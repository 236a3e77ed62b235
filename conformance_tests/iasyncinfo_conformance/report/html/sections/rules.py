"""The rules, and the points that a profile demands: those first that need somebody's eyes."""

from typing import Final

from iasyncinfo_conformance.report.card import sentence
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Shown
from iasyncinfo_conformance.report.outcomes import NOT_RUN, SO_FAR, told
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE

_FIRST: Final = ("failed", "untestable", NOT_RUN, "deviating", "passed", SO_FAR, "not applicable")
_TEMPLATE: Final = """
{% for name, rows in groups %}
<h3>{{ p.mark(name) }} <span class="count">{{ rows|length }}</span></h3>
<ul class="rules">
  {% for row in rows %}
  <li id="{{ row.id }}">
    <p class="name"><span class="id">{{ row.rule }}</span> {{ p.here(row.id, row.rule) }}
      {% if row.level != "MUST" %}<span class="level">{{ row.level }}</span>{% endif %}</p>
    <div>
      <p>{{ row.sentence }}</p>
      {% if row.why %}<p class="why">{{ row.why }}</p>{% endif %}
      {% if row.card %}<p><a href="#{{ row.card }}">See the failure</a></p>{% endif %}
    </div>
  </li>
  {% endfor %}
</ul>
{% endfor %}
{{ p.more(rules, "rules") }}
"""


def _view(shown: Shown) -> View | None:
    if not shown.record.verdicts:
        return None
    groups = [(name, list(_rows(shown, name))) for name in _FIRST]
    return {"groups": [(name, rows) for name, rows in groups if rows], "rules": shown.rules}


def _rows(shown: Shown, name: str) -> list[dict[str, str]]:
    return [
        {
            "id": anchor,
            "rule": verdict.id,
            "level": _level(verdict.id),
            "sentence": about(verdict.id, shown.record.asked.profile),
            "why": verdict.why,
            "card": shown.card_of(verdict.id),
        }
        for anchor, verdict in shown.rules.items
        if told(shown.record, verdict) == name
    ]


def _level(name: str) -> str:
    return EVERY_RULE[name].level.value if name in EVERY_RULE else "demanded"


def about(name: str, profile: str) -> str:
    """Return the sentence of a rule or the question of a point; nothing where there is none of that name."""
    return sentence(name, profile) if name in EVERY_RULE or name in EVERY_POINT else ""


SECTION: Final[Section[Shown]] = Section("rules", "Rules", _TEMPLATE, _view)
