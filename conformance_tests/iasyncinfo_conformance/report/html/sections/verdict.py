"""The verdict, what it guarantees, and how the rules came out, in numbers."""

from typing import Final

from iasyncinfo_conformance.record.guarantee import guarantee, why_none
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Shown
from iasyncinfo_conformance.report.outcomes import counts
from iasyncinfo_conformance.report.text import conclusion

_TEMPLATE: Final = """
<div class="verdict {{ verdict|slug }}">
  <p class="stamp"><span class="glyph" aria-hidden="true">{{ glyphs[verdict] }}</span>
  {{ verdict|replace("-", " ") }}</p>
  {% if besides %}<p class="besides">{{ besides }}</p>{% endif %}
  {% if given %}
  <p class="guarantee"><strong>Guaranteed:</strong> {{ given.sentence }}</p>
  <p class="small">Complete suites of {{ given.tests|number }} tests, {{ given.steps|number }} steps.</p>
  {% elif why_none %}<p class="guarantee"><strong>No guarantee:</strong> {{ why_none }}.</p>{% endif %}
</div>
{% if total %}
<div class="tally">
  <div class="bar" aria-hidden="true">
    {% for name, number in counts %}<span class="{{ name|slug }}" style="flex-grow:{{ number }}"></span>{% endfor %}
  </div>
  <ul>
    {% for name, number in counts %}<li>{{ p.mark(name) }} <b>{{ number }}</b></li>{% endfor %}
    <li class="of"><b>{{ total }}</b> expected</li>
  </ul>
</div>
{% endif %}
"""


def _view(shown: Shown) -> View:
    record = shown.record
    return {
        "verdict": record.verdict.value,
        "besides": conclusion(record).partition(": ")[2],
        "given": guarantee(record),
        "why_none": why_none(record) if record.words and record.consumed is None else "",
        "counts": list(counts(record).items()),
        "total": len(record.verdicts),
    }


SECTION: Final[Section[Shown]] = Section("verdict", "Verdict", _TEMPLATE, _view)
