"""The page of one record: its sections one below the other, in the order in which people ask."""

import re
from collections.abc import Iterator
from functools import partial
from importlib.resources import files
from pathlib import PurePath
from typing import Any, Final

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.html.pieces import GLYPHS, PIECES
from iasyncinfo_conformance.report.html.section import Section
from iasyncinfo_conformance.report.html.sections import (
    about,
    cells,
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
from iasyncinfo_conformance.report.html.shown import Limits, Shown

SECTIONS: Final[tuple[Section, ...]] = (
    verdict.SECTION,
    lifecycle.SECTION,
    failures.SECTION,
    troubles.SECTION,
    hazards.SECTION,
    rules.SECTION,
    known.SECTION,
    cells.SECTION,
    family.SECTION,
    types.SECTION,
    races.SECTION,
    about.SECTION,
)
"""The sections in their order; one that a record has nothing for is left out."""
LARGEST: Final = 1_000_000
"""Bytes that a page stays below."""
LIMITS: Final = (Limits(2000, 500), Limits(500, 150), Limits(200, 50), Limits(60, 10))
"""What is shown of long texts and lists: as much as the page has room for."""
_DOTS: Final = re.compile(r"(?<=[.:/_])")
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
    return fitting(partial(_page, record))


def fitting(write: "partial[str]") -> str:
    """Return the text that ``write`` makes with the widest limits that keep it small enough."""
    texts = (write(limits, "" if limits == LIMITS[0] else _cut(limits)) for limits in LIMITS)
    text = next(texts)
    for shorter in texts:
        if len(text.encode()) < LARGEST:
            break
        text = shorter
    return text


def _cut(limits: Limits) -> str:
    return (
        f"This page is shortened, to stay below a megabyte: texts to {limits.text:,} characters, lists to "
        f"{limits.entries:,} entries. The record has all of it."
    )


def _page(record: Record, limits: Limits, cut: str) -> str:
    shown = Shown(record, limits)
    env = environment(limits)
    subject = record.subject
    return env.get_template("page").render(
        title=f"{record.verdict.value}: {subject.target}",
        overline="Conformance of an IAsyncInfo object",
        heading=subject.target,
        subtitle=" · ".join(filter(None, (subject.about, f"profile {record.asked.profile}"))),
        kinds=[kind.value for kind in subject.kinds],
        sections=list(_sections(env, shown)),
        cut=cut,
        version=record.suite,
    )


def _sections(env: Environment, shown: Shown) -> Iterator[tuple[Section, Markup]]:
    for section in SECTIONS:
        view = section.view(shown)
        if view is not None:
            yield section, Markup(env.get_template(section.id).render(shown=shown, **view))


def environment(limits: Limits) -> Environment:
    """Return what renders templates: every value in them is escaped, and cut where it is longer than the limit."""
    templates = {"page": PAGE, "pieces": PIECES, "lanes": races.LANES} | {each.id: each.template for each in SECTIONS}
    env = Environment(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=partial(_shortened, limits.text),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "slug": _slug,
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


def _slug(name: str) -> str:
    return _SLUG.sub("-", name.lower())
