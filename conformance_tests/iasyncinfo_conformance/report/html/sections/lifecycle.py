"""The life cycle as the subject has it: drawn, and below it what is wrong with it."""

from typing import Any, Final

from iasyncinfo_conformance.record.moves import DEAD_ENDS, WrongMove
from iasyncinfo_conformance.report.html.picture.drawing import (
    EXPECTED,
    FATAL,
    SORTS,
    WRONG,
    arrows_of,
    drawings,
    states_of,
)
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Anchored, Astray, Shown

_TEMPLATE: Final = """
<figure class="life">
{% for drawing in drawings %}
<svg class="{{ drawing.name }}" viewBox="0 0 {{ drawing.width }} {{ drawing.height }}" role="img"
  aria-labelledby="life.{{ drawing.name }}.title" aria-describedby="life.words">
<title id="life.{{ drawing.name }}.title">The life cycle as the subject has it{{ ", with " ~ wrong|length ~
  (" wrong step" if wrong|length == 1 else " wrong steps") if wrong }}</title>
<defs>{% for sort in sorts %}<marker id="head.{{ drawing.name }}.{{ sort }}" class="{{ sort }}" viewBox="0 0 10 10"
  refX="8.5" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path
  d="M0 0.8 9.5 5 0 9.2 2.4 5z"/></marker>{% endfor %}</defs>
<g class="arrows">{% for arrow, route in drawing.arrows %}<path class="{{ arrow.sort }}" d="{{ route.path }}"
  marker-end="url(#head.{{ drawing.name }}.{{ arrow.sort }})"/>{% endfor %}</g>
<g class="states">{% for state, at in drawing.states %}<g class="state{{ "" if state.reached else " ghost" }}{{
  " dead-end" if state.is_dead_end }}"><rect x="{{ at.x - drawing.box[0] / 2 }}" y="{{ at.y - drawing.box[1] / 2
  }}" width="{{ drawing.box[0] }}" height="{{ drawing.box[1] }}" rx="{{ 0 if state.is_dead_end else 12 }}"/><text
  x="{{ at.x }}" y="{{ at.y - 3 if state.status else at.y + 5 }}" class="name">{{ "✗ " if state.is_dead_end }}{{
  state.name|replace("_", " ") }}</text>{% if state.status %}<text x="{{ at.x }}" y="{{ at.y + 15
  }}" class="status">{{ state.status if state.reached else "never reached" }}</text>{% endif %}</g>{% endfor %}</g>
<g class="labels">{% for arrow, route in drawing.arrows %}<text class="{{ arrow.sort }}">{% for line in arrow.lines
  %}<tspan x="{{ "%.1f"|format(route.label.x) }}" y="{{ "%.1f"|format(route.label.y + 4 + 15 * (loop.index0 -
  (loop.length - 1) / 2)) }}">{{ line }}</tspan>{% endfor %}</text>{% endfor %}</g>
<g class="badges">{% for state, at in drawing.states %}{% for number in state.wrong %}<g class="badge"
  transform="translate({{ at.x + drawing.box[0] / 2 - 14 - 34 * loop.index0 }} {{ at.y - drawing.box[1] / 2
  }})"><rect x="-16" y="-10" width="32" height="20" rx="10"/><text y="4.5">✗{{ number }}</text></g>{% endfor %}
{% endfor %}</g>
</svg>
{% endfor %}
<figcaption>
  <ul class="legend">
    <li><span class="key right" aria-hidden="true"></span>as it answers, and as it has to</li>
    {% if wrong %}<li><span class="key wrong" aria-hidden="true">✗</span>wrong: where it really leads</li>
    {% endif %}{% if fatal %}<li><span class="key fatal" aria-hidden="true">✗</span>did not come back: the subject
    died or hung</li>
    {% endif %}{% if expected %}<li><span class="key expected" aria-hidden="true"></span>expected, and not so</li>
    {% endif %}
  </ul>
  <details id="life.words"><summary>The same in words</summary><ul>
    {% for arrow in arrows %}<li>{{ arrow.source|replace("_", " ") }} → {{ arrow.dest|replace("_", " ") }}:
    {{ arrow.lines|join(", ") }}{{ wrongly.get(arrow.sort, "") }}</li>{% endfor %}
  </ul></details>
</figcaption>
</figure>
{% if wrong %}
<h3>Wrong steps</h3>
<ol class="astray">
  {% for entry in wrong %}
  <li id="{{ entry.id }}">
    <p class="name"><span class="badge">✗{{ loop.index }}</span>
      <b><code>{{ entry.step }}</code> in {{ entry.state }}{{ ", by a handler" if entry.inside }}</b>
      {{ p.rule(shown, entry.rule) }} {{ p.kinds(entry.kinds) }} {{ p.here(entry.id, "this step") }}</p>
    <dl>
      <div class="good"><dt><span class="glyph" aria-hidden="true">✓</span> expected</dt>
        <dd>{{ entry.expected }}{{ "; " if entry.expected }}{{ entry.allowed }}</dd></div>
      <div class="bad"><dt><span class="glyph" aria-hidden="true">✗</span> came</dt>
        <dd>{{ entry.there }}{{ "; " if entry.there }}{{ entry.actual }}</dd></div>
      <div><dt>word</dt><dd>{{ p.word(entry.word) }}
        {% if entry.card %}<a class="small" href="#{{ entry.card }}">the failure</a>{% endif %}</dd></div>
    </dl>
  </li>
  {% endfor %}
</ol>
{% endif %}
{% if elsewhere %}<p class="small">What failed and is no step of the life cycle, as seen here, is among the
<a href="#failures">failures</a>.</p>{% endif %}
"""

_WRONGLY: Final = {WRONG: " (wrong)", FATAL: " (did not come back)"}


def _view(shown: Shown) -> View | None:
    record, wrong = shown.record, shown.wrong
    if not any(extent.moves for extent in record.extents.values()):
        return None
    arrows = arrows_of(record, wrong)
    rules = {each.it.move.rule for each in wrong}
    return {
        "drawings": drawings(states_of(record, arrows, wrong), arrows),
        "arrows": arrows,
        "expected": any(arrow.sort == EXPECTED for arrow in arrows),
        "fatal": any(arrow.sort == FATAL for arrow in arrows),
        "wrongly": _WRONGLY,
        "sorts": SORTS,
        "wrong": [_entry(shown, each) for each in wrong],
        "elsewhere": any(failure.rule not in rules for failure in record.failures),
    }


def _entry(shown: Shown, anchored: Anchored[Astray]) -> dict[str, Any]:
    anchor, (move, kinds) = anchored
    state, expected = _told(move.state), _told(move.expected)
    return {
        "id": anchor,
        "step": move.step,
        "state": state,
        "inside": move.inside,
        "rule": move.rule,
        "kinds": [kind.value for kind in kinds],
        "expected": ("stays" if move.expected == move.state else f"leads to {expected}") * move.leads_elsewhere,
        "there": _there(move) * move.leads_elsewhere,
        "allowed": move.allowed,
        "actual": move.actual,
        "word": move.text,
        "card": shown.card_of(move.rule),
    }


def _there(move: WrongMove) -> str:
    if not move.there:
        return "leads where no state is"
    names = " or ".join(map(_told, move.there))
    return f"the subject {names}" if move.there[0] in DEAD_ENDS else f"leads to {names}"


def _told(state: str) -> str:
    return state.replace("_", " ")


SECTION: Final[Section[Shown]] = Section("life-cycle", "Life cycle", _TEMPLATE, _view)
