"""The findings: what was found in implementations that are not ours, and how to live with it; from findings.toml."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from iasyncinfo_conformance import Kind, load_target
from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_spec.evidence import evidence
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.rendering.markdown import records
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE
from iasyncinfo_spec.words import format_word, parse_word
from implementations import CONSUMERS, taken

Found = dict[str, Any]


@cache
def findings() -> tuple[Found, ...]:
    """Return all findings, in the order of their file."""
    text = Path(__file__).with_name("findings.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["finding"])


def anchor(found: Found) -> str:
    """Return the anchor that the heading of a finding has, as every view of Markdown makes it."""
    return re.sub(r"[^\w\- ]", "", found["title"]).lower().replace(" ", "-")


def anchor_of(column: str, about: str) -> str:
    """Return the anchor of the finding that a cell of the matrix is, or nothing."""
    named = (each for each in findings() if about in each["about"])
    return next((anchor(each) for each in named if column in {of.rpartition(":")[2] for of in each["of"]}), "")


def of_family(name: str) -> list[Found]:
    """Return the findings in what a family describes."""
    return [each for each in findings() if name in map(_family, each["of"])]


def listed() -> str:
    """Return the table of all findings, and a section for each."""
    rows = ([f"[{each['title']}](#{anchor(each)})", _whose(each), _links(each["about"])] for each in findings())
    head = ("finding", "in", "rule or point")
    groups = dict.fromkeys(each["group"] for each in findings())
    return "\n".join([records(head, rows), *(line for group in groups for line in _group(group))])


def _group(name: str) -> Iterator[str]:
    yield from (f"## {name}", "")
    for each in findings():
        if each["group"] == name:
            yield from (f"### {each['title']}", "", *_section(each), "")


def _section(found: Found) -> Iterator[str]:
    yield from (found["means"].replace("\n", " "), "")
    yield f"**How to live with it.** {found['live']}".replace("\n", " ")
    yield from ("", *_shown(found), "")
    yield f"- in {_whose(found)}"
    yield from (f"- {line}" for name in found["about"] for line in _about(name))
    yield from (f"- known: {line}" for line in _known(found))


def _about(name: str) -> Iterator[str]:
    said = EVERY_RULE[name].sentence if name in EVERY_RULE else EVERY_POINT[name].question
    yield f"{_links([name])}: {said}"


def _links(names: Sequence[str]) -> str:
    return ", ".join(f"[{name}]({_page(name)}#{name.lower()})" for name in names)


def _page(name: str) -> str:
    return "rules.md" if name in EVERY_RULE else "variation-points.md"


def _whose(found: Found) -> str:
    return ", ".join(f"`{of.rpartition(':')[2]}`" for of in found["of"])


def _family(of: str) -> str:
    return of.partition("@")[0]


# -- what is shown, and how it is known ------------------------------------------------------------


def _shown(found: Found) -> Iterator[str]:
    """Yield what comes of the finding's word, and the command that shows it."""
    if found["of"][0] in CONSUMERS:
        yield from _met(found)
        return
    kind = found.get("kind", "operation")
    if "word" in found:
        steps = ([f"`{step}`", said] for step, said in came(found))
        yield from (records(("step", "what comes"), steps), "")
    word = found.get("word") or found["replay"]
    target = found["of"][0] if found["of"][0] not in FAMILIES else f"family:{found['of'][0]}"
    if "counted" not in found:
        yield f"    iasyncinfo replay {target} '{word}' --kind {kind}"


def came(found: Found) -> list[tuple[str, str]]:
    """Return each step of a finding's word, and what the stand-in of its family answers."""
    word = parse_word(found["word"])
    target = load_target(f"family:{_family(found['of'][0])}")
    results = target.run(Kind(found.get("kind", "operation")), word)
    return [(format_word((step,)), describe(step, result)) for step, result in zip(word, results, strict=True)]


def _met(found: Found) -> Iterator[str]:
    """Yield the situations in which a consumer's record has the finding, the first of each record."""
    rows, replayed = [], ""
    for of in found["of"]:
        for rule in found["about"]:
            for word, said in met(taken(of).record, rule):
                rows.append([f"`{of.rpartition(':')[2]}`", f"`{word}`", said])
                replayed = replayed or f"    iasyncinfo replay {of} '{word}'"
    yield from (records(("consumer", "situation", "what came of it"), rows), "", replayed)


def met(record: Record, rule: str) -> list[tuple[str, str]]:
    """Return the word and what came of each failure of a rule in a record; where there is none, of its hazard."""
    failed = [(failure.text, failure.actual) for failure in record.failures if failure.rule == rule]
    return failed or [(hazard.word, hazard.why) for hazard in record.hazards if hazard.point == rule][:1]


def _known(found: Found) -> Iterator[str]:
    for of in found["of"]:
        if of in FAMILIES:
            yield from _seen(of, found)
        else:
            yield f"`{of.rpartition(':')[2]}` ran here, {taken(of).day}: [its record](implementations.md)"
    if "races" in found:
        yield f"seen {found['races']}"
    if "known" in found:
        yield found["known"].replace("\n", " ")


def _seen(family: str, found: Found) -> Iterator[str]:
    if "counted" in found:
        for each in FAMILIES[family].findings:
            yield f"`{family}`, {' beside '.join(each.members)}: {each.what}; {each.seen:,} of {each.of:,} runs"
        return
    for name in found["about"]:
        known = evidence(FAMILIES[family], name)
        yield f"`{family}`, {name}: {known.known}, {known.where}"
