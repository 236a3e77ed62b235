"""What changed between two records of one subject."""

from typing import Final

from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Compared

_TEMPLATE: Final = """
{% if changes.items %}
<div class="scroll" tabindex="0" role="region" aria-label="What changed">
<table class="facts">
  <thead><tr><th scope="col">what</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
  <tbody>{% for each in changes.items %}<tr><th scope="row">{{ each.about }}</th>
    <td>{{ each.before or "–" }}</td><td>{{ each.after or "–" }}</td></tr>{% endfor %}</tbody>
</table>
</div>
{{ p.more(changes, "changes") }}
{% else %}<p>Nothing: both records say the same.</p>{% endif %}
"""


def _view(compared: Compared) -> View | None:
    changes = compared.beside.changes
    return None if changes is None else {"changes": compared.few(changes)}


SECTION: Final[Section[Compared]] = Section("changes", "What changed", _TEMPLATE, _view)
