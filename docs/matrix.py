"""Implementations beside each other, those that ran here and those that were recorded; differences first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from findings import anchor_of
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.beside import NOT_ASKED, Beside
from iasyncinfo_conformance.report.markdown.spans import MARKS
from iasyncinfo_spec.evidence import Known, evidence
from iasyncinfo_spec.expectation import at_standard
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rendering.markdown import records
from implementations import CONSUMERS, SUBJECTS, taken
from recorded import FAILED, heard

_UNSAID: Final = frozenset({NOT_ASKED, "not shown"})
_NOT_RECORDED: Final = "not recorded"
_PAGES: Final = {"Rules": "rules.md", "Points": "variation-points.md"}


class Column(NamedTuple):
    """One implementation: its name, how it is known, its verdict, and what is said of each thing, by part."""

    name: str
    how: str
    verdict: str
    parts: Mapping[str, Mapping[str, str]]
    unsaid: str = NOT_ASKED


def runs_here(family: Family) -> bool:
    """Return whether an object of a family runs here."""
    return family.name in {target.partition("@")[0] for target in SUBJECTS}


def implementations() -> str:
    """Return the matrix of what runs here and of what was recorded."""
    listed = [family for family in FAMILIES.values() if family.recordings and not runs_here(family)]
    return _matrix([*map(_ran, SUBJECTS), *map(_recorded, listed)])


def consumers() -> str:
    """Return the matrix of the consumers."""
    return _matrix([*map(_ran, CONSUMERS)])


def recordings() -> str:
    """Return what was recorded of each family of which no object runs here, and how."""
    head = ("family", "recording", "what it is", "version", "traces", "how it was made")
    return records(head, (line for family in FAMILIES.values() if not runs_here(family) for line in _headers(family)))


def only_read() -> str:
    """Return what the sources of the other families say, which nobody saw happen."""
    head = ("family", "what it is", "rules that its source breaks", "answers read", "open", "hazards of what was read")
    return records(head, (_read(family) for family in FAMILIES.values() if not family.recordings))


def _ran(target: str) -> Column:
    record = taken(target).record
    return Column(target.rpartition(":")[2] if target in CONSUMERS[1:] else target, "", record.verdict, _said(record))


def _said(record: Record) -> dict[str, dict[str, str]]:
    beside = Beside([record])
    parts = {"Rules": beside.rules, "Points": beside.points, "Situations": beside.situations}
    return {part: {row.name: row.entries[0].said for row in rows} for part, rows in parts.items()}


def _recorded(family: Family) -> Column:
    found = heard(family.name)
    verdict = "does-not-conform" if FAILED in found.rules.values() else "nothing broken was recorded"
    parts = {"Rules": found.rules, "Points": found.points}
    return Column(family.name, "from recordings", verdict, parts, _NOT_RECORDED)


def _headers(family: Family) -> Iterator[list[str]]:
    for each in heard(family.name).recordings if family.recordings else ():
        about = (each[key] for key in ("name", "subject", "version", "traces", "provenance"))
        yield [f"[{family.name}](atlas/{family.name}.md)", *about]


def _read(family: Family) -> list[str]:
    ways = [evidence(family, point).known for point in FAMILIES[family.name].answers]
    hazards = [hazard.name for hazard in at_standard(family).hazards]
    broken = ", ".join(f"[{rule}](rules.md#{rule.lower()})" for rule in family.breaks)
    numbers = [str(ways.count(Known.READ)), str(len(family.open_points))]
    return [f"[{family.name}](atlas/{family.name}.md)", family.about, broken or "none", *numbers, ", ".join(hazards)]


def _matrix(columns: Sequence[Column]) -> str:
    verdicts = ["verdict", *(_marked(each.verdict) for each in columns)]
    parts = (line for part in ("Rules", "Points", "Situations") for line in _part(part, columns))
    return "\n".join([_table("", columns, [verdicts]), *parts])


def _part(part: str, columns: Sequence[Column]) -> Iterator[str]:
    names = dict.fromkeys(name for column in columns for name in column.parts.get(part, {}))
    differing = [name for name in names if _differs(part, name, columns)]
    same = [name for name in names if name not in differing]
    if not names:
        return
    yield f"### {part}: {len(differing)} differ, {len(same)} do not\n"
    yield _table(part.lower(), columns, [_row(part, name, columns) for name in differing])
    yield f"<details><summary>{len(same)} that do not differ</summary>\n"
    yield _table(part.lower(), columns, [_row(part, name, columns) for name in same])
    yield "</details>\n"


def _differs(part: str, name: str, columns: Sequence[Column]) -> bool:
    said = {column.parts.get(part, {}).get(name, NOT_ASKED) for column in columns}
    return len(said - _UNSAID) > 1


def _row(part: str, name: str, columns: Sequence[Column]) -> list[str]:
    shown = f"[{name}]({_PAGES[part]}#{name.lower()})" if part in _PAGES else name
    return [shown, *(_cell(part, name, column) for column in columns)]


def _cell(part: str, name: str, column: Column) -> str:
    said = column.parts.get(part, {}).get(name, column.unsaid)
    anchor = "" if said in _UNSAID else anchor_of(column.name, name)
    return f"[{_marked(said)}](findings.md#{anchor})" if anchor else _marked(said)


def _marked(said: str) -> str:
    return f"{MARKS[said]} {said}" if said in MARKS else said


def _table(corner: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> str:
    heads = [f"`{each.name}`{f' *{each.how}*' if each.how else ''}" for each in columns]
    return records([corner, *heads], rows)
