"""What a type checker looked at; what it found wrong is among the failures."""

from typing import Final

from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Shown
from iasyncinfo_spec.static_rules import refusals

_TEMPLATE: Final = """
<p><b>{{ types.checker }}</b> looked at {{ types.classes|number }}
{{ "class" if types.classes == 1 else "classes" }}{% if types.passed_over %}, and passed over
{{ types.passed_over|number }} that are no operations{% endif %}.
{% if wrong %}<a href="#failures">{{ wrong }} {{ "member is" if wrong == 1 else "members are" }} mistyped.</a>{% else %}
{{ p.mark("passed") }}{% endif %}</p>
<p class="small">No type excludes a refusal, which depends on the state of an object:
{% for id in left %}{{ p.rule(shown, id) }}{{ ", " if not loop.last }}{% endfor %}.</p>
"""


def _view(shown: Shown) -> View | None:
    record = shown.record
    if record.types is None:
        return None
    return {"types": record.types, "wrong": len(record.mistyped), "left": refusals()}


SECTION: Final[Section[Shown]] = Section("types", "Types", _TEMPLATE, _view)
