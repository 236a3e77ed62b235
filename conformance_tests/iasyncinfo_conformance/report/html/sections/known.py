"""What the known-file excuses, what it excuses for nothing, and which answers it takes note of."""

from typing import Final

from iasyncinfo_conformance.record.known import Deviation, Noted
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Shown
from iasyncinfo_conformance.report.sections import OF_POINTS
from iasyncinfo_spec.words import format_word

_TEMPLATE: Final = """
{% for title, entries in groups %}
<h3>{{ title }}</h3>
<ul class="entries">
  {% for entry in entries.items %}
  <li><p class="name">{{ p.rule(shown, entry.id) }}</p>
    <div><p>{{ entry.reason }}</p>
    {% if entry.word %}<p>{{ p.word(entry.word) }} {{ p.kinds([entry.kind]) }}</p>{% endif %}
    {% if entry.link %}<p class="small">{{ entry.link }}</p>{% endif %}</div></li>
  {% endfor %}
</ul>
{{ p.more(entries, "entries") }}
{% endfor %}
"""


def _view(shown: Shown) -> View | None:
    record = shown.record
    unneeded = set(record.unneeded)
    given, stated = OF_POINTS[record.consumed is not None]
    told = {
        "Known deviations": map(_deviation, record.used),
        "Stale entries: they excuse nothing any more, take them out": map(_deviation, record.stale),
        f"Answers that {stated}, and of which note is taken": (
            _noted(entry) for entry in record.noted if entry not in unneeded
        ),
        f"Notes of answers that {given}: take them out": (_noted(entry) for entry in record.noted if entry in unneeded),
    }
    groups = [(title, shown.few(entries)) for title, entries in told.items()]
    groups = [(title, few) for title, few in groups if few.items]
    return {"groups": groups} if groups else None


def _noted(entry: Noted) -> dict[str, str]:
    return {"id": entry.point, "reason": entry.reason, "word": "", "kind": "", "link": ""}


def _deviation(entry: Deviation) -> dict[str, str]:
    return {
        "id": entry.id,
        "reason": entry.reason,
        "word": format_word(entry.word),
        "kind": entry.kind.value,
        "link": entry.link,
    }


SECTION: Final[Section[Shown]] = Section("known", "Known deviations", _TEMPLATE, _view)
