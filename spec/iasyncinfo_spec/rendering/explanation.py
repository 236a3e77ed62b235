"""One rule or one variation point in full."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from iasyncinfo_spec.consumer_rules import CONSUMER_POINTS, CONSUMER_RULES
from iasyncinfo_spec.meant import did_you_mean
from iasyncinfo_spec.rendering.relations import breakers, cells_of, kinds_of, takers, undecided
from iasyncinfo_spec.rules import Observed, Rule
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE
from iasyncinfo_spec.variations import Variation

WIDTH: Final = 100
"""Columns where nothing says how many there are."""


def explanation(name: str, tests: Sequence[str], blamed: Sequence[str], width: int = WIDTH) -> str:
    """Return the text, the reason, the source, who honours it, what it is also blamed for and what tests it."""
    found = canonical(name)
    fields = _rule(EVERY_RULE[found]) if found in EVERY_RULE else _point(EVERY_POINT[found])
    lines = [line for label, text in fields for line in _field(label, text, width)]
    return "\n".join([*lines, *_fields("blamed for", blamed, width), *_fields("tested by", tests, width), ""])


def canonical(name: str) -> str:
    """Return a rule or point however it was spelled; a KeyError that names near matches otherwise."""
    known = {_plain(known): known for known in (*EVERY_RULE, *EVERY_POINT)}
    plain = _plain(name)
    if plain not in known:
        raise KeyError(f"there is no rule or variation point called {name}.{did_you_mean(name, known, 3)}")
    return known[plain]


def _plain(name: str) -> str:
    return name.strip().upper().replace("_", "-")


def _rule(rule: Rule) -> Iterator[tuple[str, str]]:
    yield rule.id, rule.sentence
    yield "why", rule.intent
    yield "level", f"{rule.level}, {rule.basis}; obliges the {rule.obliges}"
    yield "kinds", kinds_of(rule)
    yield "observed", rule.observed + (f": {rule.why_never}" if rule.why_never else "")
    yield "source", rule.source
    if rule.observed is Observed.STATICALLY or rule.id in CONSUMER_RULES:
        return
    broken = breakers(rule.id)
    yield "honoured by", "every family" + (f" but {', '.join(broken)}" if broken else " that has the member")
    for family, how in broken.items():
        yield "broken by", f"{family}: {how}"
    for index, cell in enumerate(cells_of(rule.id)):
        yield "" if index else "decides", cell


def _point(point: Variation) -> Iterator[tuple[str, str]]:
    yield point.name, point.question
    for option in point.options:
        yield "answer", f"{option.name}: {option.meaning}"
        if point.name not in CONSUMER_POINTS:
            yield "", f"taken by {', '.join(takers(point.name)[option.name]) or 'no family'}"
        if option.hazard:
            yield "", f"hazard: {option.hazard}"
    if undecided(point.name):
        yield "left open by", ", ".join(undecided(point.name))
    yield "documents", point.documents
    if point.why_not_asked:
        yield "not asked", point.why_not_asked
    for index, word in enumerate(point.words):
        yield "" if index else "asked by", word
    for index, cell in enumerate(cells_of(point.name)):
        yield "" if index else "decides", cell


def _fields(label: str, texts: Sequence[str], width: int) -> list[str]:
    return [line for index, text in enumerate(texts) for line in _field("" if index else label, text, width)]


def _field(label: str, text: str, width: int) -> list[str]:
    indent = 15
    return wrap(
        text,
        width,
        initial_indent=f"{label:<{indent - 1}} ",
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
