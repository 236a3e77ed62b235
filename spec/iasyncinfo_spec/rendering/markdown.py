"""The lists as Markdown, for the reference pages and for pasting elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from iasyncinfo_spec.expectation import at_standard
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rendering.relations import breakers, cells_of, kinds_of, takers, undecided
from iasyncinfo_spec.rules import Rule
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE
from iasyncinfo_spec.variations import VARIATIONS, Variation

_NOWHERE: Final[Mapping[str, Sequence[str]]] = {}


def rules(blamed: Mapping[str, Sequence[str]] = _NOWHERE) -> str:
    """Return every rule as a section, after a table of them all.

    ``blamed`` are, by rule, situations in which a suite lays a failure to it though something else decides the cell.
    """
    summary = records(
        ("rule", "level", "basis", "obliges", "sentence"),
        ([_link(rule.id), rule.level, rule.basis, rule.obliges, rule.sentence] for rule in EVERY_RULE.values()),
    )
    sections = (_rule(rule, blamed.get(rule.id, ())) for rule in EVERY_RULE.values())
    return "\n".join([summary, *chain.from_iterable(sections)])


def points() -> str:
    """Return every variation point as a section, after a table of them all."""
    summary = records(
        ("point", "question", "options"),
        ([_link(point.name), point.question, ", ".join(point.names)] for point in EVERY_POINT.values()),
    )
    return "\n".join([summary, *(line for point in EVERY_POINT.values() for line in _point(point))])


def families() -> str:
    """Return the families: what is expected of each at ``standard``, what each breaks, and all answers."""
    expected = records(
        ("family", "what it is", "at `standard`", "hazards"),
        ([f"`{family.name}`", family.about, *_expected(family)] for family in FAMILIES.values()),
    )
    broken = records(
        ("family", "rule", "how"),
        ([f"`{family.name}`", rule, how] for family in FAMILIES.values() for rule, how in family.breaks.items()),
    )
    answers = records(
        ("point", *(f"`{name}`" for name in FAMILIES)),
        ([point, *(_answer(family, point) for family in FAMILIES.values())] for point in VARIATIONS),
    )
    hazards = records(
        ("family", "point", "answer", "hazard"),
        ([f"`{family.name}`", *hazard] for family in FAMILIES.values() for hazard in at_standard(family).hazards),
    )
    return "\n".join(
        [
            *("## What is expected of each at `standard`", "", expected),
            *("## Broken rules", "", broken),
            *("## Hazards", "", hazards),
            *("## Answers", "", "A dash marks a point that the family leaves open.", "", answers),
        ]
    )


def records(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join([*("| " + " | ".join(_escaped(cell) for cell in line) + " |" for line in lines), ""])


def _rule(rule: Rule, blamed: Sequence[str]) -> Iterator[str]:
    yield from (f"## {rule.id}", "", f"**{rule.sentence}**", "", rule.intent, "")
    yield f"- {rule.level}, {rule.basis}; obliges the {rule.obliges}"
    yield f"- kinds: {kinds_of(rule)}"
    yield f"- observed: {rule.observed}" + (f", because {rule.why_never}" if rule.why_never else "")
    yield f"- source: {rule.source}"
    for family, how in breakers(rule.id).items():
        yield f"- broken by `{family}`: {how}"
    for cell in cells_of(rule.id):
        yield f"- decides {cell}"
    for situation in blamed:
        yield f"- also blamed for {situation}"
    yield ""


def _point(point: Variation) -> Iterator[str]:
    taken = takers(point.name)
    yield from (f"## {point.name}", "", f"**{point.question}**", "")
    yield records(
        ("answer", "meaning", "taken by", "hazard"),
        ([option.name, option.meaning, ", ".join(taken[option.name]), option.hazard] for option in point.options),
    )
    if undecided(point.name):
        yield f"- left open by {', '.join(undecided(point.name))}"
    yield f"- documents: {point.documents}"
    if point.why_not_asked:
        yield f"- not asked: {point.why_not_asked}"
    for word in point.words:
        yield f"- asked by `{word}`"
    for cell in cells_of(point.name):
        yield f"- decides {cell}"
    yield ""


def _expected(family: Family) -> tuple[str, str]:
    expectation = at_standard(family)
    return str(expectation), ", ".join(hazard.name for hazard in expectation.hazards)


def _answer(family: Family, point: str) -> str:
    return family.answer(point) if point in family.answers or point == "INCOHERENT" else "-"


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")
