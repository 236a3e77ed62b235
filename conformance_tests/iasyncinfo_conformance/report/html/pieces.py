"""What several sections draw with: marks with a word beside them, words, links, and how a cut list ends."""

from typing import Final

PIECES: Final = """
{%- macro mark(name) -%}
<span class="mark {{ name|slug }}">
<span class="glyph" aria-hidden="true">{{ glyphs.get(name, "·") }}</span> {{ name }}</span>
{%- endmacro -%}

{%- macro word(text) -%}<code class="word">{{ text }}</code>{%- endmacro -%}

{%- macro rule(shown, id) -%}
{%- set at = shown.rule_of(id) -%}
{%- if at %}<a class="id" href="#{{ at }}">{{ id }}</a>{% else %}<span class="id">{{ id }}</span>{% endif -%}
{%- endmacro -%}

{%- macro here(anchor, what) -%}
<a class="here" href="#{{ anchor }}" aria-label="Link to {{ what }}">#</a>
{%- endmacro -%}

{%- macro more(few, what) -%}
{%- if few.more %}
<p class="more">{{ few.more|number }} more {{ what }} are in the record, and not on this page.</p>{% endif -%}
{%- endmacro -%}

{%- macro kinds(names) -%}
<span class="kinds">{% for name in names %}<span class="kind">{{ name|replace("_", " ") }}</span>{% endfor %}</span>
{%- endmacro -%}

{%- macro points(rows) -%}
<div class="scroll" tabindex="0" role="region" aria-label="Points and answers">
<table class="facts points">
  <thead><tr><th scope="col">point</th><th scope="col">answer</th>
    <th scope="col">question, and what the answer means</th></tr></thead>
  <tbody>
    {% for id, point, answer, question, meaning in rows %}
    <tr id="{{ id }}"><th scope="row">{{ point }}</th><td>{{ answer }}</td><td>{{ question }}
      {% if meaning %}<span class="small">{{ meaning }}</span>{% endif %}</td></tr>
    {% endfor %}
  </tbody>
</table>
</div>
{%- endmacro -%}
"""
"""Macros that every template knows as ``p``."""
GLYPHS: Final = {
    "passed": "✓",
    "failed": "✗",
    "passed so far": "…",
    "untestable": "?",
    "not run": "?",
    "not applicable": "–",
    "deviating": "≈",
    "conforms": "✓",
    "conforms-with-deviations": "≈",
    "does-not-conform": "✗",
    "incomplete": "?",
    "harness-fault": "!",
    "hazard": "▲",
    "kept": "✓",
    "broken": "✗",
    "not met": "–",
}
"""A sign for each word that has a colour: nothing is said by colour alone."""
