"""The table of states and steps: what the complete suites took where, and what failed."""

from collections import Counter
from typing import Final, NamedTuple

from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Shown
from iasyncinfo_spec.rendering.views import views
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.tables import LIFECYCLE_STATES, NOT_DRIVABLE

_TEMPLATE: Final = """
<p class="lead">How often the complete suites took each step in each state, all kinds together, and what failed.</p>
<ul class="legend">
  <li><span class="cell covered" aria-hidden="true">✓</span>taken, and right</li>
  <li><span class="cell failed" aria-hidden="true">✗</span>wrong</li>
  <li><span class="cell open" aria-hidden="true">○</span>not taken</li>
  <li><span class="cell never" aria-hidden="true">–</span>nobody can</li>
</ul>
<div class="scroll" tabindex="0" role="region" aria-label="States and steps">
<table class="cells">
  <thead><tr><td></td>
    {% for state in states %}<th scope="col">{{ state|replace("_", " ") }}</th>{% endfor %}</tr></thead>
  <tbody>
    {% for step, cells in rows %}
    <tr><th scope="row"><code>{{ step }}</code></th>{% for cell in cells %}<td class="{{ cell.sort }}{{
      " much" if cell.times >= much }}">{% if cell.link %}<a href="#{{ cell.link }}">✗{{ cell.number }}<span
      class="hidden"> wrong</span></a>{% else %}<span aria-hidden="true">{{ signs[cell.sort] }}</span><span
      class="hidden">{{ said[cell.sort] }}</span>{% endif %}{% if cell.times %}<span class="times">{{ cell.times|number
      }}<span class="hidden"> times</span></span>{% endif %}</td>{% endfor %}</tr>
    {% endfor %}
  </tbody>
</table>
</div>
"""
_SIGNS: Final = {"covered": "✓", "failed": "✗", "open": "○", "never": "–"}
_SAID: Final = {"covered": "right", "failed": "wrong", "open": "not taken", "never": "nobody can"}


class Cell(NamedTuple):
    """A step in a state: how it came out, how often it was taken, and, where it is wrong, the entry that says how."""

    sort: str
    times: int
    link: str = ""
    number: int = 0


def _view(shown: Shown) -> View | None:
    moves = [move for extent in shown.record.extents.values() for move in extent.moves]
    if not moves:
        return None
    times: Counter[tuple[str, str]] = Counter()
    for move in moves:
        times[move.state, move.step] += move.times
    wrong = {(each.it.move.state, each.it.move.step): (each.id, number) for number, each in enumerate(shown.wrong, 1)}
    met = {move.state for move in moves} | {state for state, _ in wrong}
    states = [state for state in LIFECYCLE_STATES if state in met]
    steps = dict.fromkeys([move.step for move in moves] + [step for _, step in wrong])
    few = shown.few(steps)
    rows = [(step, [_cell(state, step, times, wrong) for state in states]) for step in few.items]
    much = sorted(times.values())[len(times) // 2]
    return {"states": states, "rows": rows, "signs": _SIGNS, "said": _SAID, "much": much}


def _cell(
    state: str, step: str, times: Counter[tuple[str, str]], wrong: dict[tuple[str, str], tuple[str, int]]
) -> Cell:
    taken = times[state, step]
    if (state, step) in wrong:
        return Cell("failed", taken, *wrong[state, step])
    return Cell("covered" if taken else "never" if _nobody_can(state, step) else "open", taken)


def _nobody_can(state: str, step: str) -> bool:
    """Return whether the tables say that the step cannot be taken in the state, whatever the answers are."""
    rows = views(STANDARD)[0].cell(state, step.removesuffix("(null)"))
    return all(row["outcome"] is NOT_DRIVABLE for row in rows)


SECTION: Final[Section[Shown]] = Section("cells", "States and steps", _TEMPLATE, _view)
