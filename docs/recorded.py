"""What recordings of real objects say of each rule and point, where no such object runs here.

A rule is kept where its own words were recorded and came to what its sentence wants, and where the row, which explains
every trace, lists no breach; it is broken where the row lists one and a trace shows it. Of a rule whose words nobody
recorded nothing is said.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.directed.expectations import Case
from iasyncinfo_spec.evidence import Known, evidence
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import to_json

RECORDINGS: Final = Path(__file__).parents[1] / "spec" / "recordings"
PASSED, FAILED = "passed", "failed"
"""As in a record, so that what ran and what was recorded stand beside each other."""


class Heard(NamedTuple):
    """What the recordings of one family say: rules with their outcome, points with their answer, and how much it is."""

    rules: Mapping[str, str]
    points: Mapping[str, str]
    traces: int
    recordings: tuple[Mapping[str, str], ...]


@cache
def heard(name: str) -> Heard:
    """Return what the recordings of a family say."""
    family, kept, traces, headers = FAMILIES[name], set[str](), 0, []
    for recording in family.recordings:
        header, *lines = gzip.decompress((RECORDINGS / f"{recording}.jsonl.gz").read_bytes()).splitlines()
        headers.append({**json.loads(header), "name": recording, "traces": f"{len(lines):,}"})
        traces += len(lines)
        kept |= {rule for line in lines for rule in _kept(family, line)}
    shown = {rule: FAILED if rule in family.breaks else PASSED for rule in RULES if _is_shown(family, rule, kept)}
    return Heard(shown, dict(_observed(family)), traces, tuple(headers))


def _is_shown(family: Family, rule: str, kept: set[str]) -> bool:
    return evidence(family, rule).known is Known.OBSERVED if rule in family.breaks else rule in kept


def _observed(family: Family) -> Iterator[tuple[str, str]]:
    for point in VARIATIONS:
        if evidence(family, point).known is Known.OBSERVED:
            yield point, family.answer(point)


@cache
def _cases() -> Mapping[bytes, list[Case]]:
    """Return the rules' own words by the text of their steps."""
    found = defaultdict(list)
    for case in CASES:
        found[_squeezed(json.dumps(to_json(case.word)).encode())].append(case)
    return found


def _squeezed(text: bytes) -> bytes:
    return text.translate(None, b" ")


def _kept(family: Family, line: bytes) -> Iterator[str]:
    """Yield the rules that a trace shows to be kept: its word is one of theirs, and came to what it has to."""
    _, _, after = line.partition(b'"steps":')
    steps, _, _ = after.partition(b',"results"' if b',"results"' in after else b', "results"')
    listed = _cases().get(_squeezed(steps), ())  # seen in the text: most lines are nobody's word, and are not parsed
    trace = json.loads(line) if listed else {}
    for case in listed:
        speaks = all(family.answer(point) in wanted for point, wanted in case.where.items())
        if speaks and trace["kind"] in case.kinds and _came_to(case, trace):
            yield case.rule


def _came_to(case: Case, trace: dict[str, Any]) -> bool:
    is_this = trace["steps"] == to_json(case.word) and len(trace["results"]) == len(case.word)
    return is_this and case.complaint(trace["results"]) is None
