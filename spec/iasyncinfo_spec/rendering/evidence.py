"""How each answer is known, as Markdown: a table of all families, then each family cell by cell."""

from collections.abc import Iterator

from iasyncinfo_spec.evidence import Known, evidence, summary
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rendering.markdown import records
from iasyncinfo_spec.variations import VARIATIONS


def evidence_page() -> str:
    """Return the page's body."""
    return "\n".join([_summary(), *(line for row in FAMILIES.values() for line in _family(row))])


def _summary() -> str:
    head = ("family", *(known.value for known in Known), "recordings")
    rows = []
    for row in FAMILIES.values():
        counted = summary(row)
        rows.append([f"`{row.name}`", *(str(counted[known]) for known in Known), ", ".join(row.recordings) or "none"])
    return records(head, rows)


def _family(row: Family) -> Iterator[str]:
    yield from (f"## {row.name}", "", f"{row.about[0].upper()}{row.about[1:]}.", "")
    yield records(("point", "answer", "known", "where, or why not"), (_cell(row, point) for point in VARIATIONS))
    if row.breaks:
        yield records(("broken rule", "how", "known", "where"), (_breach(row, rule) for rule in row.breaks))
    if row.findings:
        yield records(("race of", "what it was seen to come to", "seen"), (_finding(row)))


def _cell(row: Family, point: str) -> list[str]:
    found = evidence(row, point)
    answer = "-" if found.known is Known.OPEN else row.answer(point)
    return [point, answer, found.known.value, found.where]


def _breach(row: Family, rule: str) -> list[str]:
    found = evidence(row, rule)
    return [rule, row.breaks[rule], found.known.value, found.where]


def _finding(row: Family) -> Iterator[list[str]]:
    for finding in row.findings:
        yield [" and ".join(finding.members), finding.what, f"{finding.seen:,} of {finding.of:,} runs"]
