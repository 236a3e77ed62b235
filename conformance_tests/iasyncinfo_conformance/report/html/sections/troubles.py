"""Faults, and what else somebody has to know of the check itself."""

from typing import Final

from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Shown

_TEMPLATE: Final = """
{% if faults.items %}
<ul class="entries">
  {% for fault in faults.items %}
  <li><p class="name"><span class="glyph" aria-hidden="true">!</span> {{ fault.whose }}</p>
    <div><p>{{ fault.what }}</p>{% if fault.word %}<p>{{ p.word(fault.word) }}</p>{% endif %}</div></li>
  {% endfor %}
</ul>
{{ p.more(faults, "faults") }}
{% endif %}
{% if notes.items %}
<ul class="notes">{% for note in notes.items %}<li>{{ note }}</li>{% endfor %}</ul>
{{ p.more(notes, "notes") }}
{% endif %}
"""


def _view(shown: Shown) -> View | None:
    record = shown.record
    if not (record.faults or record.notes):
        return None
    return {"faults": shown.few(record.faults), "notes": shown.few(record.notes)}


SECTION: Final[Section[Shown]] = Section("troubles", "Faults and notes", _TEMPLATE, _view)
