"""Rules and points by implementations, those first that differ."""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Final

from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.beside import Beside, Row
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Compared, Few, anchored
from iasyncinfo_conformance.report.text import conclusion

_TEMPLATE: Final = """
{% for title, names, rows in groups %}{% if rows.items %}
<h3>{{ title }} <span class="count">{{ rows.items|length }}</span></h3>
<div class="scroll" tabindex="0" role="region" aria-label="{{ title }}">
<table class="matrix">
  <thead><tr><td></td>{% for name in names.items %}<th scope="col">{{ name|breakable }}</th>{% endfor %}</tr></thead>
  <tbody>
    {% for id, row in rows.items %}
    <tr id="{{ id }}"><th scope="row" title="{{ row.sentence }}">{% if row.sentence %}<details>
      <summary>{{ row.name }}</summary><p>{{ row.sentence }}</p></details>{% else %}{{ row.name }}{% endif %}</th>
      {% for entry in row.entries[:names.items|length] %}
      <td class="{{ entry.said|slug }}" title="{{ entry.why or row.sentence }}">{% if entry.said in glyphs %}
        {{ p.mark(entry.said) }}{% else %}{{ entry.said }}{% endif %}</td>
      {% endfor %}</tr>
    {% endfor %}
  </tbody>
</table>
</div>
{{ p.more(rows, "rows") }}
{{ p.more(names, "records") }}
{% endif %}{% endfor %}
"""
_VERDICTS: Final = """
<ul class="entries">
  {% for name, record, besides in entries %}
  <li><p class="name">{{ p.mark(record.verdict.value) }}</p><div><p><b>{{ name|breakable }}</b></p>
    {% if besides %}<p>{{ besides }}</p>{% endif %}
    <p class="small">{{ record.subject.about }}{{ " · " if record.subject.about }}profile {{ record.asked.profile }} ·
    {{ record.ran_in_all }} · iasyncinfo {{ record.suite }} · seed {{ record.asked.seed }}</p></div></li>
  {% endfor %}
</ul>
"""


def _groups(compared: Compared, prefix: str, rows_of: Callable[[Beside], Sequence[Row]]) -> View:
    """Return the rows of the implementations and those of the consumers, each by those that differ and the others."""
    halves = compared.beside.halves
    groups = []
    for half in halves:
        shown, names = compared.few(rows_of(half)), compared.few(half.names)
        half_of = prefix if half is halves[0] else f"{half.noun}-{prefix}"
        whole = list(anchored(half_of, shown.items, [row.name for row in shown.items]))
        different = Few([each for each in whole if each.it.differs], 0)
        same = Few([each for each in whole if not each.it.differs], shown.more)
        those = f"Where {half.noun}s" if len(halves) > 1 else "They"
        groups += [(f"{those} differ", names, different), (f"{those} do not differ", names, same)]
    return {"groups": groups}


def _situations(compared: Compared) -> View | None:
    return _groups(compared, "situation", attrgetter("situations")) if compared.beside.situations else None


def _verdicts(beside: Beside) -> Iterator[tuple[str, Record, str]]:
    """Yield each record with its name, and what has to be known besides its verdict."""
    for name, record in zip(beside.names, beside.records, strict=True):
        yield name, record, conclusion(record).partition(": ")[2]


VERDICTS: Final[Section[Compared]] = Section(
    "verdicts",
    "Verdicts",
    _VERDICTS,
    lambda compared: {"entries": compared.few(_verdicts(compared.beside)).items},
)
RULES: Final[Section[Compared]] = Section(
    "rules", "Rules", _TEMPLATE, lambda compared: _groups(compared, "rule", attrgetter("rules"))
)
SITUATIONS: Final[Section[Compared]] = Section("situations", "Situations", _TEMPLATE, _situations)
POINTS: Final[Section[Compared]] = Section(
    "points", "Points", _TEMPLATE, lambda compared: _groups(compared, "point", attrgetter("points"))
)
