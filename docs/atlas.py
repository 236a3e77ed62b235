"""The atlas: one page a family, with all that is known of it and what whoever awaits its objects must know."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from drawing import arrows
from findings import anchor
from findings import of_family as findings_in
from iasyncinfo_conformance import Kind, load_target
from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.directed.expectations import Case
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_spec.evidence import Known, evidence, summary
from iasyncinfo_spec.expectation import at_standard
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.families.family import RaceFinding
from iasyncinfo_spec.rendering.markdown import records
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import format_word

_AWAITING: Final = (
    "CAC",
    "FAC",
    "FAIL-CANCELED",
    "SPONT-CANCEL",
    "CANCEL-EFFECT",
    "LATE_R",
    "CTX",
    "HEXC",
    "XRES",
    "ERR-RESULT",
    "REPEAT",
    "CLOSE_S",
    "CLOSE_R",
    "Z-FIRE",
)
"""The points whose answers an awaiter meets: how an operation ends, who is told, and what reading it then gives."""

_DRAWN: Final = """The state with the second border is the one in which an object is handed out; where the family
leaves a point open, the point's first answer is drawn. The same in words:"""

_TRY: Final = """What comes of it in front of code that awaits, in every situation that the family can make:
`iasyncinfo consume mine:wait --profile {name}` ([how to read that](../../consumers.md))."""

_NO_WORD: Final = "none: its worker cannot do what the rule's words ask of it"


def families() -> str:
    """Return the table of all families, each with its page."""
    head = ("family", "what it is", "at `standard`", "hazards", *(known.value for known in Known))
    return records(head, (_summary(family) for family in FAMILIES.values()))


def of_family(family: Family) -> str:
    """Return the body of one family's page."""
    return "\n".join(
        [
            *("## Its life cycle", "", f"![The life cycle of {family.name}]({family.name}.svg)", "", _DRAWN, ""),
            records(("from", "step", "to"), ([a, label, b] for a, b, _, label in arrows(family.name, "lifecycle"))),
            *("## What an awaiter must know", "", *_awaiting(family)),
            *("## What it breaks", "", *_breaches(family)),
            *("## Its answers", "", records(("point", "answer", "which means", "known", "where"), _answers(family))),
            *_races(family),
            *_findings(family),
        ]
    )


def _summary(family: Family) -> list[str]:
    expected, counted = at_standard(family), summary(family)
    hazards = ", ".join(hazard.name for hazard in expected.hazards)
    return [
        f"[{family.name}](atlas/{family.name}.md)",
        family.about,
        str(expected),
        hazards,
        *(str(counted[k]) for k in Known),
    ]


def _awaiting(family: Family) -> Iterator[str]:
    hazards = at_standard(family).hazards
    yield from (f"At `standard`, its objects are expected to come out so: {at_standard(family)}.", "")
    for hazard in hazards:
        words = VARIATIONS[hazard.name].words if hazard.name in VARIATIONS else ()
        shown = f" Shown by {', '.join(f'`{word}`' for word in words)}." if words else ""
        yield f"- **{hazard.name}**, a hazard: {hazard.why}.{shown}"
    yield from (["- No answer of its is known to be a hazard."] if not hazards else [])
    yield from ("", records(("question", "what it does"), (_answered(family, point) for point in _AWAITING)))
    yield from (_TRY.format(name=family.name), "")


def _answered(family: Family, point: str) -> list[str]:
    said = _meaning(family, point) or f"open: {evidence(family, point).where}"
    return [f"{VARIATIONS[point].question} ({_link(point)})", said]


def _meaning(family: Family, point: str) -> str:
    if evidence(family, point).known is Known.OPEN:
        return ""
    return VARIATIONS[point].option(family.answer(point)).meaning


def _breaches(family: Family) -> Iterator[str]:
    if not family.breaks:
        yield from ("No rule, as far as it is known.", "")
        return
    yield records(
        ("rule", "how", "shown by", "allowed", "came", "known", "where"),
        (_breach(family, rule, how) for rule, how in family.breaks.items()),
    )


def _breach(family: Family, rule: str, how: str) -> list[str]:
    found = evidence(family, rule)
    known = [found.known.value, found.where]
    return [f"[{rule}](../rules.md#{rule.lower()})", how, *shown_by(family, rule), *known]


def shown_by(family: Family, rule: str) -> tuple[str, str, str]:
    """Return the shortest word of a rule that its breach fails, what was allowed and what came."""
    cases = (case for case in CASES if case.rule == rule and _speaks(family, case))
    for case in sorted(cases, key=lambda case: len(case.word)):
        kind = case.kinds[0]
        with suppress(HarnessFault):  # a lever that the family's worker has not
            complaint = _complaint(family, kind, case)
            if complaint is not None:
                return f"`{format_word(case.word)}`, step {complaint[0]} ({kind})", complaint[1], complaint[2]
    return _NO_WORD, "", ""


def _speaks(family: Family, case: Case) -> bool:
    return all(family.answer(point) in wanted for point, wanted in case.where.items())


def _complaint(family: Family, kind: Kind, case: Case) -> tuple[int, str, str] | None:
    logging.disable()  # a handler that fails, as its word wants it to, is logged
    try:
        return case.complaint(load_target(f"family:{family.name}").run(kind, case.word))
    finally:
        logging.disable(logging.NOTSET)


def _answers(family: Family) -> Iterator[list[str]]:
    for point in VARIATIONS:
        found = evidence(family, point)
        answer = "-" if found.known is Known.OPEN else family.answer(point)
        yield [_link(point), answer, _meaning(family, point), found.known.value, found.where]


def _findings(family: Family) -> Iterator[str]:
    found = findings_in(family.name)
    if found:
        yield from ("## What it means for a user, and how to live with it", "")
        yield from (f"- [{each['title']}](../findings.md#{anchor(each)})" for each in found)


def _races(family: Family) -> Iterator[str]:
    if family.findings:
        yield from ("## What its races were seen to come to", "")
        rows = ([" and ".join(found.members), found.what, _seen(found)] for found in family.findings)
        yield records(("race of", "what no interleaving explains", "seen"), rows)


def _seen(found: RaceFinding) -> str:
    return f"{found.seen:,} of {found.of:,} runs" if found.of else f"{found.seen:,} recorded traces"


def _link(point: str) -> str:
    return f"[{point}](../variation-points.md#{point.lower()})"
