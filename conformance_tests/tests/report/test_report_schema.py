"""Every report is one that the shipped schema allows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from iasyncinfo_conformance.report.json_report import schema

Cli = Callable[..., tuple[int, str, str]]
Source = Callable[..., str]


def validate(report: dict[str, Any]) -> None:
    """Hold a report against its schema, and that against its own."""
    whole = schema("report")
    Draft202012Validator.check_schema(whole)
    Draft202012Validator(whole).validate(report)


def checked(cli: Cli, folder: Path, target: str, *options: str) -> tuple[int, dict[str, Any]]:
    """Check a target; return the exit code and its report, which the schema allows."""
    path = folder / "report.json"
    code, _, _ = cli("check", target, "--quick", "--json", str(path), *options)
    report: dict[str, Any] = json.loads(path.read_text())
    validate(report)
    return code, report


def test_a_passing_report_is_as_the_schema_has_it(cli: Cli, folder: Path, module: Source) -> None:
    """A subject with one kind, to which some rules do not apply."""
    code, report = checked(cli, folder, f"{module()}:start")
    assert (code, report["verdict"]) == (0, "conforms")
    assert report["subject"]["kinds"] == ["action"]
    assert report["failures"] == []
    assert report["counts"]["expected"] == sum(report["counts"].values()) - report["counts"]["expected"]
    assert len(report["rules"]) == report["counts"]["expected"]
    assert report["counts"]["not_applicable"] > 0


LATE = """
class Late(plain.Plain):
    def close(self):
        if self._working:
            raise self._refusal(0x8000000D)
        super().close()

    def cancel(self):
        if self._status == AsyncStatus.CANCELED:
            raise self._refusal(0x8000000E)
        super().cancel()


def start_late(kind):
    only(kind, Kind.ACTION)
    return plain.subject(Late, kind)
"""


def test_a_failing_report_is_as_the_schema_has_it(cli: Cli, folder: Path, module: Source) -> None:
    """A profile's points and the rules' failures have the same shape."""
    code, report = checked(cli, folder, f"{module(LATE)}:start_late", "--profile", "wrl")
    assert (code, report["verdict"]) == (1, "does-not-conform")
    assert "CANCEL-OK" in {failure["rule"] for failure in report["failures"]}
    assert {"variation", "unanimous", "documented"} == {rule["basis"] for rule in report["rules"]}


def test_a_report_of_deviations_is_as_the_schema_has_it(cli: Cli, folder: Path, module: Source) -> None:
    """Used and stale entries are told apart."""
    (folder / "known.toml").write_text(
        """
[[deviation]]
rule = "CANCEL-OK"
kind = "action"
word = "cancel cancel"
reason = "not yet mended"
link = "https://example.org/7"

[[deviation]]
rule = "SECOND"
kind = "action"
word = "put_completed(h1) put_completed(h2)"
reason = "was mended"
"""
    )
    code, report = checked(cli, folder, f"{module(LATE)}:start_late", "--known", "known.toml")
    assert code == 1
    assert [entry["link"] for entry in report["deviations"]["used"]] == ["https://example.org/7"]
    assert [entry["id"] for entry in report["deviations"]["stale"]] == ["SECOND"]


def test_a_report_of_a_fault_is_as_the_schema_has_it(cli: Cli, driver: Source, tmp_path: Path) -> None:
    """A driver that declines a word after smoke."""
    body = """
def on_run(message):
    say({"seq": message["seq"], "errored": "no room"}) if ["id"] in message["steps"] else answer(message)


serve(on_run)
"""
    path = tmp_path / "report.json"
    code, _, _ = cli("check", "--exec", driver(body), "--quick", "--json", path)
    report = json.loads(path.read_text())
    validate(report)
    assert (code, report["verdict"]) == (3, "harness-fault")
    assert {fault["whose"] for fault in report["faults"]} == {"driver"}


def test_an_unknown_schema_is_no_file() -> None:
    """There are two."""
    with pytest.raises(FileNotFoundError):
        schema("word")
