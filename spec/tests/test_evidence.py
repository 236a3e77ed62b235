"""Every answer of every row is observed, read or open, and what is observed is computed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_spec.evidence import DERIVED, Known, evidence, observations, summary
from iasyncinfo_spec.evidence.observing import KEPT, excluded, explained, explains, keeping_excluded
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.trace.formats import Source, Trace, traces
from iasyncinfo_spec.variations import VARIATIONS

FOLDER: Final = Path(__file__).parents[1] / "recordings"
RECORDED: Final = [name for name, row in FAMILIES.items() if row.recordings]


_ANEW: Final = "run python -m iasyncinfo_spec.evidence spec/recordings > spec/iasyncinfo_spec/evidence/observed.json"


@cache
def witnesses() -> dict[tuple[str, int], Trace]:
    """Return the traces that are named as witnesses, by recording and line."""
    named: dict[str, set[int]] = {}
    for sure in observations().values():
        for recording, line in (witness for by in sure.values() for witness in by.values()):
            named.setdefault(recording, set()).add(line)
    return {(name, trace.line): trace for name, lines in named.items() for trace in traces_of(name, lines)}


def traces_of(recording: str, wanted: set[int]) -> Iterator[Trace]:
    source = Source(FOLDER / f"{recording}.jsonl.gz")
    return traces(source, ((line, text, json.loads(text)) for line, text in source if line in wanted))


def changed(row: Family, what: str, option: str) -> Family:
    """Return a row with one answer changed, or one rule kept."""
    if option == KEPT:
        return replace(row, breaks={rule: how for rule, how in row.breaks.items() if rule != what})
    return replace(row, answers={**row.answers, what: option})


@pytest.mark.parametrize("name", FAMILIES)
def test_every_answer_and_every_breach_is_observed_or_read(name: str) -> None:
    """Whoever adds one says how it is known; nothing is inferred."""
    row = FAMILIES[name]
    for what in [*row.answers, *row.breaks]:
        found = evidence(row, what)
        said = row.answers.get(what, "a breach")
        assert found.known is not Known.OPEN and found.where, (  # noqa: PT018  # one fact
            f"{name} says {said} of {what}, and nothing shows it: add a recording of {name} that no other answer "
            f"explains and run python -m iasyncinfo_spec.evidence, or cite in `read` where it was read (file, line, "
            f"version); else leave {what} open, with the reason in `undecided`"
        )
    assert row.read.keys() <= row.answers.keys() | row.breaks.keys() | {"XRES"}
    assert set(row.undecided) <= set(row.open_points)


@pytest.mark.parametrize("name", FAMILIES)
def test_an_open_point_says_why(name: str) -> None:
    """No cell is without a word."""
    for point in FAMILIES[name].open_points:
        found = evidence(FAMILIES[name], point)
        assert found.known is Known.OPEN
        assert found.where


def test_an_answer_without_evidence_is_noticed() -> None:
    """The check has teeth: an answer that nobody observed or read has no place that could be named."""
    row = FAMILIES["ppl"].answering("ppl", {"GETH": "null"})
    assert evidence(row, "GETH").where == ""


@pytest.mark.parametrize("name", RECORDED)
def test_a_witness_contradicts_every_other_answer_and_fits_the_row(name: str) -> None:
    """Each trace that is named as a witness is impossible once the answer is changed."""
    row = FAMILIES[name]
    for what, by in observations()[name].items():
        others = {KEPT} if what in row.breaks else set(VARIATIONS[what].names) - {row.answers[what]}
        assert by.keys() == others, what
        for option, (recording, line) in by.items():
            trace = witnesses()[recording, line]
            assert explains(row, trace)
            assert not explains(changed(row, what, option), trace), (
                f"{what} of {name} is no longer observed, for line {line} of {recording} fits {option}, too: {_ANEW}"
            )


@pytest.mark.parametrize("name", RECORDED)
def test_what_is_not_observed_can_be_changed(name: str) -> None:
    """For each other answer some option, and each other breach kept, leaves every twentieth trace possible."""
    row, told = FAMILIES[name], list(explained(FAMILIES[name], FOLDER, every=20))
    for point in row.answers.keys() - observations()[name].keys():
        assert excluded(row, point, told).keys() < set(VARIATIONS[point].names) - {row.answers[point]}, (
            f"{point} of {name} is observed and is not called so: {_ANEW}"
        )
    for rule in row.breaks.keys() - observations()[name].keys():
        assert keeping_excluded(row, rule, told) is None, f"{name} is seen to break {rule}: {_ANEW}"


def test_observations_are_of_rows_with_recordings_only() -> None:
    """And of points and rules that the row has."""
    assert observations().keys() == set(RECORDED)
    for name, sure in observations().items():
        assert sure.keys() <= FAMILIES[name].answers.keys() | FAMILIES[name].breaks.keys()


def test_a_summary_counts_every_point_once() -> None:
    """Observed, read and open are all there is."""
    for row in FAMILIES.values():
        assert sum(summary(row).values()) == len(VARIATIONS)
    assert summary(FAMILIES["ppl"]) == {Known.OBSERVED: 0, Known.READ: 7, Known.OPEN: len(VARIATIONS) - 7}


def test_what_follows_is_known_as_the_least_of_its_reasons() -> None:
    """A row that leaves CAC open leaves INCOHERENT open as well."""
    assert evidence(FAMILIES["wrl"], "INCOHERENT").known is Known.OBSERVED
    assert evidence(FAMILIES["kotlin"], "INCOHERENT").known is Known.READ
    assert evidence(FAMILIES["ppl"], "INCOHERENT").known is Known.OPEN
    assert evidence(FAMILIES["windows-rs"], "CLOSE_R").known is Known.OBSERVED
    assert DERIVED.keys() <= VARIATIONS.keys()
