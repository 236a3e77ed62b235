"""What real objects answered, held against their rows."""

import gzip
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.trace import trace_files
from iasyncinfo_spec.trace.formats import Source, Trace, read, traces
from iasyncinfo_spec.trace.judging import Judge
from iasyncinfo_spec.trace.report import Account, recording

FOLDER: Final = Path(__file__).parents[1] / "recordings"
FILES: Final = sorted(path.name.removesuffix(".jsonl.gz") for path in FOLDER.glob("*.jsonl.gz"))

FINDINGS: Final = {"wrl-more": 9, "cswinrt-more": 28, "dotnet-uwp": 40}
"""How many recorded races no interleaving of the row explains."""

OTHER: Final = {
    "cppwinrt-2.0": "wrl",
    "cppwinrt-3.0": "wrl",
    "cswinrt": "wrl",
    "cswinrt-cancel-throws": "reference",
    "cswinrt-more": "kotlin",
    "dotnet-uwp": "wrl",
    "reference": "wrl",
    "windows-rs-0.2.1": "windows-rs-master",
    "windows-rs-0.3.2": "windows-rs-master",
    "windows-rs-ready-0.3.2": "cppwinrt",
    "wine-8.0-speech": "wine",
    "wine-master": "wine-8.0",
    "wrl": "wrl-from-canceled",
    "wrl-more": "wrl-propagate",
    "wrl-multiple-results": "wrl",
    "wrl-propagate": "wrl",
}
"""A row, near where there is one, that each recording contradicts."""


def path_of(name: str) -> Path:
    return FOLDER / f"{name}.jsonl.gz"


@cache
def account_of(name: str) -> Account:
    return recording(Source(path_of(name)))


@pytest.mark.parametrize("name", FILES)
def test_a_recording_is_a_behaviour_of_its_row(name: str) -> None:
    """Everything that was answered in sequence fits; races that do not are listed by the row, and counted here."""
    found = account_of(name)
    assert "\n".join(found.lines()).count("impossible") == 1
    assert found.impossible == 0
    assert found.findings.total() == FINDINGS.get(name, 0)
    assert found.traces > 400


def refuting(name: str, row: Family) -> Trace:
    """Return the first trace of a recording that contradicts a row."""
    source, judge = Source(path_of(name)), Judge(row)
    _, lines = read(source)
    return next(trace for trace in traces(source, lines) if judge.judge(trace).wrong)


@pytest.mark.parametrize("name", FILES)
def test_a_recording_is_no_behaviour_of_another_row(name: str, tmp_path: Path) -> None:
    """Each has a trace that tells its row from one other at least."""
    wrong = refuting(name, FAMILIES[OTHER[name]])
    header, *lines = gzip.decompress(path_of(name).read_bytes()).splitlines(keepends=True)
    (tmp_path / "some.jsonl").write_bytes(header + lines[wrong.line - 2])
    assert trace_files([tmp_path / "some.jsonl"])[1] == 0
    text, code = trace_files([tmp_path / "some.jsonl"], OTHER[name])
    assert code == 1
    assert f"profile {OTHER[name]}:" in text
    assert "states before it" in text


def test_every_recording_belongs_to_the_row_that_its_header_names() -> None:
    """And every row names its own recordings, none of them twice."""
    for name in FILES:
        header, _ = read(Source(path_of(name)))
        assert name in FAMILIES[header.profile].recordings
    named = [name for row in FAMILIES.values() for name in row.recordings]
    assert sorted(named) == FILES


def test_the_recordings_are_small() -> None:
    """Under two megabytes together."""
    assert sum(path_of(name).stat().st_size for name in FILES) < 2_000_000


@pytest.mark.parametrize("name", FAMILIES)
def test_every_finding_of_a_row_with_recordings_was_met_there(name: str) -> None:
    """A race is listed because it was seen; rows without recordings of races take over what their kin showed."""
    row = FAMILIES[name]
    met = {finding for recorded in row.recordings for finding in account_of(recorded).findings}
    if met:
        assert met == set(row.findings)
