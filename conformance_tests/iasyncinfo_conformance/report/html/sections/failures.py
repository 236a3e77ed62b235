"""The failures, one card each: the rule, the shortest word that shows it, what was allowed, what came, the replay."""

from typing import Any, Final

from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.static.mistyped import Mistyped
from iasyncinfo_conformance.report.card import shown as path_of
from iasyncinfo_conformance.report.command_lines import again, replay_line
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.sections.races import lanes
from iasyncinfo_conformance.report.html.sections.rules import about
from iasyncinfo_conformance.report.html.shown import Shown
from iasyncinfo_spec.words import format_word

_TEMPLATE: Final = """
{% for card in cards %}
<article class="card" id="{{ card.id }}" aria-labelledby="{{ card.id }}.title">
  <header>
    <h3 id="{{ card.id }}.title">{{ p.mark("failed") }} {{ p.rule(shown, card.rule) }}</h3>
    {{ p.kinds([card.kind]) }} {{ p.here(card.id, "this failure") }}
  </header>
  <p class="sentence">{{ card.sentence }}</p>
  <dl>
    {% for name, text in card.facts %}<div><dt>{{ name }}</dt><dd>{{ text }}</dd></div>{% endfor %}
    {% if card.word %}<div><dt>word</dt><dd>{{ p.word(card.word) }}{% if card.words > 1 %}
      <span class="small">the shortest of {{ card.words|number }} that show it</span>{% endif %}</dd></div>
    {% endif %}
    <div class="good"><dt><span class="glyph" aria-hidden="true">✓</span> {{ card.wanted }}</dt>
      <dd>{% if card.step %}<code>{{ card.step }}</code> {% endif %}{{ card.allowed }}</dd></div>
    <div class="bad"><dt><span class="glyph" aria-hidden="true">✗</span> {{ card.got }}</dt>
      <dd>{% if card.step %}<code>{{ card.step }}</code> {% endif %}{{ card.actual }}</dd></div>
    {% if card.cells.items %}<div><dt>cells</dt><dd>
      <ul class="plain">{% for cell, words in card.cells.items %}<li>{{ cell }}
      <span class="small">{{ words|number }} {{ "word" if words == 1 else "words" }}</span></li>{% endfor %}</ul>
      {{ p.more(card.cells, "cells") }}</dd></div>{% endif %}
    {% if card.lines.items %}<div><dt>lines</dt><dd><ul class="plain code">
      {% for line in card.lines.items %}<li><span class="small">{{ line.file|place }}:{{ line.line }}</span>
      <code>{{ line.source }}</code></li>{% endfor %}</ul>{{ p.more(card.lines, "lines") }}</dd></div>{% endif %}
  </dl>
  {% if card.lanes %}{% include "lanes" %}{% endif %}
  <pre class="replay" tabindex="0" aria-label="The command that shows it again"><code>{{ card.replay }}</code></pre>
</article>
{% endfor %}
{{ p.more(own, "failures") }}{{ p.more(typed, "failures") }}
{% if wakes.items %}
<h3>Also failed, on words that break another rule first</h3>
<ul class="entries">
  {% for failure in wakes.items %}
  <li><p class="name">{{ p.rule(shown, failure.rule) }}</p><p>{{ p.word(failure.text) }} {{ failure.actual }}
  <span class="small">after {{ p.rule(shown, failure.wake_of) }}, {{ failure.kind }}</span></p></li>
  {% endfor %}
</ul>
{{ p.more(wakes, "failures") }}
{% endif %}
"""


def _view(shown: Shown) -> View | None:
    record = shown.record
    if not (record.failures or record.mistyped):
        return None
    cards = [_card(shown, anchor, failure) for anchor, failure in shown.cards.items]
    typed = [_type_card(shown, anchor, mistyped) for anchor, mistyped in shown.type_cards.items]
    return {
        "cards": [*cards, *typed],
        "own": shown.cards,
        "typed": shown.type_cards,
        "wakes": shown.few(record.wakes),
    }


def _card(shown: Shown, anchor: str, failure: Failure) -> dict[str, Any]:
    return {
        "id": anchor,
        "rule": failure.rule,
        "kind": failure.kind.value,
        "sentence": about(failure.rule, shown.record.asked.profile),
        "facts": [],
        "word": failure.text,
        "words": failure.words,
        "step": format_word(failure.word[failure.step - 1 : failure.step]),
        "wanted": "allowed",
        "allowed": failure.allowed,
        "got": "came",
        "actual": failure.actual,
        "cells": shown.few(failure.cells.items()),
        "lines": shown.few(failure.lines),
        "lanes": lanes(shown, failure),
        "replay": replay_line(shown.record, failure),
    }


def _type_card(shown: Shown, anchor: str, mistyped: Mistyped) -> dict[str, Any]:
    where = f"{path_of(mistyped.file)}:{mistyped.line}"
    member = [("member", mistyped.member)] if mistyped.member else []
    return {
        "id": anchor,
        "rule": mistyped.rule,
        "kind": mistyped.kind.value,
        "sentence": about(mistyped.rule, shown.record.asked.profile),
        "facts": [("class", mistyped.subject), *member, ("where", where)],
        "word": "",
        "words": 1,
        "step": "",
        "wanted": "expected",
        "allowed": mistyped.expected,
        "got": "found",
        "actual": mistyped.found,
        "cells": shown.few(()),
        "lines": shown.few(()),
        "lanes": None,
        "replay": again(shown.record, mistyped),
    }


SECTION: Final[Section[Shown]] = Section("failures", "Failures", _TEMPLATE, _view)
