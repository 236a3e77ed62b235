"""Pages: of one record, its sections in the order in which people ask, and of several beside each other."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import PurePath
from typing import Any, Final, TypeVar

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.beside import Beside
from iasyncinfo_conformance.report.html.pieces import GLYPHS, PIECES
from iasyncinfo_conformance.report.html.section import Section
from iasyncinfo_conformance.report.html.sections import (
    about,
    cells,
    consumer,
    failures,
    family,
    hazards,
    known,
    lifecycle,
    races,
    rules,
    troubles,
    types,
    verdict,
)
from iasyncinfo_conformance.report.html.several import changes
from iasyncinfo_conformance.report.html.several import matrix as table
from iasyncinfo_conformance.report.html.shown import Compared, Limits, Shown

T = TypeVar("T", Shown, Compared)

SECTIONS: Final[tuple[Section[Shown], ...]] = (
    verdict.SECTION,
    lifecycle.SECTION,
    failures.SECTION,
    consumer.SITUATIONS,
    troubles.SECTION,
    hazards.SECTION,
    consumer.ANSWERS,
    rules.SECTION,
    known.SECTION,
    cells.SECTION,
    family.SECTION,
    types.SECTION,
    races.SECTION,
    about.SECTION,
)
"""The sections of one record in their order; one that a record has nothing for is left out."""
BESIDE: Final[tuple[Section[Compared], ...]] = (
    changes.SECTION,
    table.VERDICTS,
    table.RULES,
    table.SITUATIONS,
    table.POINTS,
)
"""The sections of several records."""
LARGEST: Final = 1_000_000
"""Bytes that a page stays below."""
LIMITS: Final = (Limits(2000, 500), Limits(500, 150), Limits(200, 50), Limits(60, 10))
"""What is shown of long texts and lists: as much as the page has room for."""
_DOTS: Final = re.compile(r"(?<=[.:/_])")
_CUT: Final = (
    "This page is shortened, to stay below a megabyte: texts to {limits.text:,} characters, lists to "
    "{limits.entries:,} entries. The record has all of it."
)
_CONSUMER: Final = "a consumer of IAsyncInfo objects"
_SLUG: Final = re.compile(r"[^a-z]+")

PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>{{ title }}</title>
<style>{{ style }}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<div class="layout">
<header class="top">
  <p class="overline">{{ overline }}</p>
  <h1>{{ heading|breakable }}</h1>
  {% if subtitle %}<p class="subtitle">{{ subtitle }}</p>{% endif %}
  {% if kinds %}<p>{{ p.kinds(kinds) }}</p>{% endif %}
</header>
<nav aria-label="Sections"><ul>
  {% for section, _ in sections %}<li><a href="#{{ section.id }}">{{ section.title }}</a></li>{% endfor %}
</ul></nav>
<main id="main" tabindex="-1">
{% if cut %}<p class="cut" role="note">{{ cut }}</p>{% endif %}
{% for section, body in sections %}
<section id="{{ section.id }}" aria-labelledby="{{ section.id }}.title">
<h2 id="{{ section.id }}.title">{{ section.title }} {{ p.here(section.id, section.title) }}</h2>
{{ body }}
</section>
{% endfor %}
</main>
<footer><p>Made by iasyncinfo {{ version }} from the record alone.</p></footer>
</div>
</body>
</html>
"""


def page(record: Record) -> str:
    """Return the page of a record as text of less than :data:`LARGEST` bytes."""
    subject = record.subject
    head = {
        "title": f"{record.verdict.value}: {subject.target}",
        "overline": f"Conformance of {'an IAsyncInfo object' if record.consumed is None else _CONSUMER}",
        "heading": subject.target,
        "subtitle": " · ".join(filter(None, (subject.about, f"profile {record.asked.profile}"))),
        "kinds": [kind.value for kind in subject.kinds],
        "version": record.suite,
    }
    return fitting(lambda limits: written(SECTIONS, Shown(record, limits), head))


def matrix(records: Sequence[Record]) -> str:
    """Return one page of several records, as text of less than :data:`LARGEST` bytes."""
    beside = Beside(records)
    head = {
        "title": f"{len(records)} records",
        "overline": f"Conformance of {'consumers of ' * (beside.noun == 'consumer')}IAsyncInfo objects",
        "heading": "What changed" if beside.changes is not None else f"{len(records)} {beside.noun}s",
        "subtitle": "",
        "kinds": [],
        "version": version("iasyncinfo"),
    }
    return fitting(lambda limits: written(BESIDE, Compared(beside, limits), head))


def fitting(write: Callable[[Limits], str]) -> str:
    """Return the text that ``write`` makes with the widest limits that keep it small enough."""
    texts = map(write, LIMITS)
    text = next(texts)
    for shorter in texts:
        if len(text.encode()) < LARGEST:
            break
        text = shorter
    return text


def written(sections: tuple[Section[T], ...], given: T, head: Mapping[str, Any]) -> str:
    """Return a page of those sections that have something to show."""
    limits: Limits = given.limits
    env = environment(limits, sections)
    views = [(section, section.view(given)) for section in sections]
    bodies = [
        (section, Markup(env.get_template(section.id).render(shown=given, **view)))
        for section, view in views
        if view is not None
    ]
    cut = "" if limits == LIMITS[0] else _CUT.format(limits=limits)
    return env.get_template("page").render(sections=bodies, cut=cut, **head)


@cache
def environment(limits: Limits, sections: tuple[Section[Any], ...]) -> Environment:
    """Return what renders templates: every value in them is escaped, and cut where it is longer than the limit."""
    templates = {"page": PAGE, "pieces": PIECES, "lanes": races.LANES} | {each.id: each.template for each in sections}
    env = Environment(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=partial(_shortened, limits.text),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "slug": lambda name: _SLUG.sub("-", name.lower()),
        "place": lambda path: PurePath(path).name,
        "number": "{:,}".format,
        "breakable": partial(_breakable, limits.text),
    }
    env.globals |= {"glyphs": GLYPHS, "style": Markup(style())}
    env.globals["p"] = env.get_template("pieces").make_module({"glyphs": GLYPHS})
    return env


def style() -> str:
    """Return the style sheet that every page holds."""
    return (files("iasyncinfo_conformance.report.html") / "style.css").read_text(encoding="utf-8")


def _shortened(longest: int, value: Any) -> Any:
    """Return a text of at most so many characters, and how many more there are; anything else as it is."""
    if not isinstance(value, str) or isinstance(value, Markup) or len(value) <= longest:
        return value
    return f"{value[:longest]}… ({len(value) - longest:,} more characters)"


def _breakable(longest: int, name: str) -> Markup:
    """Return a dotted name that may be broken behind its dots."""
    return Markup("<wbr>").join(map(escape, _DOTS.split(_shortened(longest, name))))
