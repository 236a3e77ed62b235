"""Files that a user names and that are none: what is made to be deep, endless or odd gets a sentence."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iasyncinfo_conformance.record.record import Named, Record
from iasyncinfo_conformance.report.json_report import as_json
from iasyncinfo_spec.abi import Kind

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]

FAILURE: dict[str, Any] = {
    "rule": "RESULTS", "kind": "operation", "word": "complete(5)", "step": 1, "allowed": "", "actual": "",
    "engine": "directed", "cells": {}, "words": 1, "after": "", "schedule": "", "trace": [], "replay": "",
}  # fmt: skip

MOMENT = {"thread": 7, "what": "", "file": "", "line": 1, "source": ""}


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A pipe to which nobody writes."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("arguments", [("report",), ("check", "reference", "--known"), ("surface", "json", "--known")])
def test_what_is_no_file_is_refused_at_once(
    refusal: Refusal, tmp_path: Path, pipe: Path, arguments: tuple[str]
) -> None:
    """A folder, a pipe without a writer, a device without an end, a file without bounds."""
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(2**33)
    for path, says in [
        (tmp_path, "Is a directory"),
        (pipe, "it is no regular file"),
        (Path("/dev/zero"), "it is no regular file"),
        (huge, "it has more than 67,108,864 bytes"),
    ]:
        code, complaint = refusal(*arguments, path)
        assert (code, says in complaint) == (2, True), complaint


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"a":' * 500 + "1" + "}" * 500, "[" + "9" * 5000 + "]", "NaN", "\x00", "", "{}", "[1]"],
    ids=lambda text: repr(text[:8]),
)
def test_a_document_that_is_no_report_is_refused(refusal: Refusal, tmp_path: Path, text: str) -> None:
    """However deep it is."""
    (tmp_path / "r.json").write_text(text)
    code, complaint = refusal("report", tmp_path / "r.json")
    assert code == 2
    assert "Write" in complaint


@pytest.mark.parametrize(
    "change",
    [
        {"failures": [{**FAILURE, "rule": "NO-SUCH"}]},
        {"failures": [{**FAILURE, "word": "jump"}]},
        {"failures": [{**FAILURE, "word": "complete(NaN)"}]},
        {"failures": [{**FAILURE, "trace": [{"odd": 1}]}]},
        {"stopped": "SIGNOT"},
        {"failures": [{**FAILURE, "step": -7}]},
        {"failures": [{**FAILURE, "schedule": "A4", "trace": [MOMENT]}]},
    ],
)
def test_a_report_that_speaks_of_what_there_is_not_is_refused(
    refusal: Refusal, tmp_path: Path, change: dict[str, Any]
) -> None:
    """Also where it fits the schema."""
    document = {**as_json(Record(Named("mine:start", "", tuple(Kind)))), **change}
    (tmp_path / "r.json").write_text(json.dumps(document))
    code, complaint = refusal("report", tmp_path / "r.json")
    assert code == 2
    assert complaint.startswith("iasyncinfo: the report")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = " + "[" * 100_000, "is nested too deep for a known-file"),
        ("a = " + "{b=" * 100_000, "is nested too deep for a known-file"),
        ("a = " + "9" * 5000, "is not TOML"),
        (".".join("a" * 30) + " = 1", "'a'"),
        (".".join("a" * 50_000) + " = 1", "a key has too many parts"),
        ("a = {" + ".".join("a" * 50_000) + " = 1}", "a key has too many parts"),
        ("[[deviation]]\nrule = " + "[" * 100 + "]" * 100, "line 2: 'rule'"),
        ('[[deviation]]\nrule = "RESULTS"\nkind = "operation"\nreason = "x"\nword = "complete(NaN)"', "line 5: 'word'"),
    ],
    ids=lambda text: repr(text[:8]),
)
def test_a_known_file_made_to_be_deep_is_refused(refusal: Refusal, tmp_path: Path, text: str, says: str) -> None:
    """With its name."""
    (tmp_path / "known.toml").write_text(text)
    code, complaint = refusal("check", "reference", "--known", tmp_path / "known.toml")
    assert code == 2
    assert "the known-file" in complaint
    assert says in complaint
