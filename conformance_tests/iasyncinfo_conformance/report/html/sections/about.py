"""What was asked and run: versions, the seed, the engines, how long it took."""

from typing import Final

from iasyncinfo_conformance.record.consumed import NOT_SWITCHED, Consumed
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.consumers.consumer_text import blocked, switching
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Shown

_TEMPLATE: Final = """
<dl class="wide">
  {% for name, text in facts %}<div><dt>{{ name }}</dt><dd>{{ text }}</dd></div>{% endfor %}
</dl>
{% if engines.items %}
<details>
  <summary>Engines</summary>
  <div class="scroll" tabindex="0" role="region" aria-label="Engines">
  <table class="facts">
    <thead><tr><th scope="col">engine</th><th scope="col">kind</th><th scope="col">{{ unit }}</th>
      <th scope="col">steps</th><th scope="col">saw broken</th></tr></thead>
    <tbody>{% for run in engines.items %}<tr><th scope="row">{{ run.engine }}</th>
      <td>{{ run.kind.value|replace("_", " ") }}</td>
      <td class="number">{{ run.words|number }}</td><td class="number">{{ run.steps|number }}</td>
      <td>{{ run.failed|join(", ") or "–" }}</td></tr>{% endfor %}</tbody>
  </table>
  </div>
  {{ p.more(engines, "engines") }}
</details>
{% endif %}
"""


def _view(shown: Shown) -> View:
    record, asked = shown.record, shown.record.asked
    facts = {
        "suite": f"iasyncinfo {record.suite}",
        "target": record.subject.target,
        "subject": record.subject.about,
        "profile": asked.profile,
        "rules": asked.rule if asked.rule != "*" else "",
        "seed": str(asked.seed),
        "check": "quick" if asked.quick else "whole",
        "ran": f"{record.ran_in_all}, {record.steps:,} steps in {record.wall:.1f} s",
        **(_of_implementation(record) if record.consumed is None else _of_consumer(record, record.consumed)),
        "stopped by": record.stopped,
        "types": asked.types,
    }
    told = [fact for fact in facts.items() if fact[1]]
    return {"facts": told, "engines": shown.few(record.engines), "unit": record.unit}


def _of_implementation(record: Record) -> dict[str, str]:
    left = record.lingered
    return {
        "extra states": str(record.asked.extra_states),
        "left alone": f"{left.objects:,} objects for {left.seconds:g} s" if left.objects else f"none: {left.why}",
    }


def _of_consumer(record: Record, consumed: Consumed) -> dict[str, str]:
    return {
        "consumer": consumed.manner,
        "time": blocked(record, consumed) if consumed.on_threads else "",
        "switches": switching(consumed.switching) if consumed.switching != NOT_SWITCHED else "",
    }


SECTION: Final[Section[Shown]] = Section("about", "About this check", _TEMPLATE, _view)
