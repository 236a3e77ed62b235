"""How a consumer fared in each situation in front of each family, and what it answers where consumers may differ."""

from typing import Final, NamedTuple

from iasyncinfo_conformance.record.consumed import Fared
from iasyncinfo_conformance.report.consumers.fared import Situation, families, situations
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.sections.family import answered
from iasyncinfo_conformance.report.html.shown import Few, Shown

_SITUATIONS: Final = """
<p class="lead"><b>{{ kept.items|length + kept.more }}</b> of {{ total }} situations{% if partial %} met so far
{%- endif %} were kept in front of every family that can do so.</p>
{% if rows.items %}
<div class="scroll" tabindex="0" role="region" aria-label="Situations that were not kept in front of every family">
<table class="situations">
  <thead><tr><td></td>{% for family in families.items %}
    <th scope="col"><span>{{ family }}</span></th>{% endfor %}</tr></thead>
  <tbody>
    {% for name, rules, cells in rows.items %}
    <tr><th scope="row"><span class="row-head">{{ name }}
      <span class="rules-of">{% for rule in rules %}{{ p.rule(shown, rule) }} {% endfor %}</span></span></th>
      {% for cell in cells %}<td class="{{ cell.sort|slug }}" title="{{ cell.about }}">
      <span aria-hidden="true">{{ glyphs[cell.sort] }}</span><span class="hidden">{{ cell.sort }}</span></td>
      {% endfor %}</tr>
    {% endfor %}
  </tbody>
</table>
</div>
{{ p.more(rows, "situations") }}{{ p.more(families, "families") }}
<ul class="legend situations-legend">
  {% for sort, said in legend %}<li><span class="cell {{ sort|slug }}" aria-hidden="true">{{ glyphs[sort] }}</span>
  {{ said }}</li>{% endfor %}
</ul>
{% endif %}
{% if kept.items %}
<details>
  <summary>Kept in front of every family</summary>
  <ul class="kept">{% for name in kept.items %}<li>{{ name }}</li>{% endfor %}</ul>
  {{ p.more(kept, "situations") }}
</details>
{% endif %}
"""
_ANSWERS: Final = """
<p class="lead">Where consumers may differ: no answer changes the verdict, and a dangerous one is among the hazards.</p>
{{ p.points(rows) }}
{{ p.more(points, "points") }}
"""
_NOT_MET: Final = "not met"
_LEGEND: Final = (
    (Fared.BROKEN.value, "a rule is broken"),
    (Fared.HAZARD.value, "a hazard: the rule is a SHOULD, or the family itself breaks one, or is rude"),
    (Fared.KEPT.value, "kept"),
    (_NOT_MET, "not met: the family cannot do so, or none was drawn"),
)


class Cell(NamedTuple):
    """One situation in front of one family: how it went, and a sentence of it."""

    sort: str
    about: str


def _situations(shown: Shown) -> View | None:
    consumed = shown.record.consumed
    if consumed is None or not consumed.situations:
        return None
    rows, columns = situations(consumed), shown.few(families(consumed))
    unkept = shown.few(row for row in rows if row.unkept)
    return {
        "total": len(rows),
        "partial": shown.record.broken_off,
        "kept": shown.few(row.name for row in rows if not row.unkept),
        "families": columns,
        "rows": Few([(row.name, row.rules, [_cell(row, each) for each in columns.items]) for row in unkept.items],
                    unkept.more),
        "legend": _LEGEND,
    }  # fmt: skip


def _cell(row: Situation, family: str) -> Cell:
    met = row.met.get(family)
    if met is None:
        return Cell(_NOT_MET, f"{family}: {_NOT_MET}")
    rules = f" ({', '.join(met.rules)})" if met.rules else ""
    return Cell(met.fared.value, f"{family}: {met.fared.value}{rules}")


def _answers(shown: Shown) -> View | None:
    consumed = shown.record.consumed
    if consumed is None or not consumed.answers:
        return None
    points = shown.few(consumed.answers.items())
    return {"points": points, "rows": answered(points.items)}


SITUATIONS: Final[Section[Shown]] = Section("situations", "Situations", _SITUATIONS, _situations)
ANSWERS: Final[Section[Shown]] = Section("answers", "Answers", _ANSWERS, _answers)
