"""Races: how they were run; and the schedule of one that failed, a column a thread, its switches marked."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePath
from typing import Any, Final, NamedTuple

from iasyncinfo_conformance.record.extent import REDUCED, RaceMode
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.report.html.section import Section, View
from iasyncinfo_conformance.report.html.shown import Few, Shown
from iasyncinfo_conformance.report.race_drawing import THREADS, threads_in
from iasyncinfo_conformance.target import Moment

LANES: Final = """
<div class="scroll" tabindex="0" role="region" aria-label="The schedule of the race">
<table class="lanes">
  <caption>Schedule <code>{{ card.lanes.schedule }}</code>, from top to bottom</caption>
  <thead><tr>
    {% for name, text in card.lanes.heads %}<th scope="col">{{ name }} <code>{{ text }}</code></th>{% endfor %}
  </tr></thead>
  <tbody>
    {% for turn in card.lanes.turns.items %}
    {% if not loop.first %}<tr class="switch"><td colspan="{{ card.lanes.heads|length }}"><span>⇄ switch to
      {{ turn.name }}</span></td></tr>{% endif %}
    <tr>{% for name, _ in card.lanes.heads %}<td>{% if name == turn.name %}<ol>{% for at, text in turn.deeds.items %}
      <li>{% if at %}<span class="small">{{ at }}</span> {% endif %}<code>{{ text }}</code></li>{% endfor %}</ol>
      {{ p.more(turn.deeds, "steps") }}{% endif %}</td>{% endfor %}</tr>
    {% endfor %}
  </tbody>
</table>
{{ p.more(card.lanes.turns, "turns") }}
</div>
"""
"""The template of one schedule, which the card of a failure includes."""
_TEMPLATE: Final = """
<p>{{ mode }}: {{ about }}</p>
{% for why in whys %}<p>{{ why }}</p>{% endfor %}
<table class="facts">
  <caption>What was run of the race matrix</caption>
  <thead><tr><th scope="col">kind</th><th scope="col">mode</th><th scope="col">races</th>
    <th scope="col">runs</th></tr></thead>
  <tbody>{% for kind, raced in parts %}<tr><th scope="row">{{ kind|replace("_", " ") }}</th>
    <td>{{ raced.mode.value }}</td>
    <td>{{ raced.cells|number }}</td><td>{{ raced.schedules|number }}</td></tr>{% endfor %}</tbody>
</table>
"""


class Turn(NamedTuple):
    """What one thread did until another went on: places and what happened there."""

    name: str
    deeds: Few[tuple[str, str]]


def lanes(shown: Shown, failure: Failure) -> dict[str, Any] | None:
    """Return the columns of a race's schedule; None where none is known."""
    threads = threads_in(failure.word, failure.step)
    if not (failure.trace and threads):
        return None
    heads = list(zip(THREADS, threads, strict=False))
    return {"schedule": failure.schedule, "heads": heads, "turns": shown.few(_turns(shown, failure.trace))}


def _turns(shown: Shown, trace: tuple[Moment, ...]) -> Iterator[Turn]:
    for thread, moments in groupby(trace, key=lambda moment: moment.thread):
        deeds = dict.fromkeys(map(_deed, moments))
        yield Turn(THREADS[thread] if 0 <= thread < len(THREADS) else str(thread), shown.few(deeds))


def _deed(moment: Moment) -> tuple[str, str]:
    place = f"{PurePath(moment.file).name}:{moment.line}" if moment.file else ""
    return place, moment.source or moment.what


_ABOUT: Final = {
    RaceMode.NONE: "no race was run.",
    RaceMode.STOCHASTIC: "on threads let loose; what they did not meet is not excluded.",
    RaceMode.EXHAUSTIVE: "every schedule with at most {bound} preemptions. {reduced}",
}


def _view(shown: Shown) -> View | None:
    record = shown.record
    if not record.extents:
        return None
    about = _ABOUT[record.race_mode].format(bound=record.asked.race_bound, reduced=REDUCED)
    parts = [(kind.value, extent.raced) for kind, extent in record.extents.items()]
    whys = dict.fromkeys(raced.why for _, raced in parts if raced.why)
    return {"mode": record.race_mode.value, "about": about, "parts": parts, "whys": list(whys)}


SECTION: Final[Section[Shown]] = Section("races", "Races", _TEMPLATE, _view)
