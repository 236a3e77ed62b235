"""Classes against the Protocols: each fault is one card, and what is right has none."""

import json
import re
import sys
from pathlib import Path
from typing import Final

import jsonschema
import pytest

from iasyncinfo_conformance.cli import main
from iasyncinfo_conformance.errors import HarnessFault, UsageFault
from iasyncinfo_conformance.record.findings import Outcome
from iasyncinfo_conformance.report.json_report import schema
from iasyncinfo_conformance.static.checkers import CHECKERS
from iasyncinfo_conformance.static.types import TYPE_RULES, typed
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.static_rules import refusals

SAMPLES: Final = Path(__file__).parent / "samples"
FILE: Final = SAMPLES / "mistyped.py"


def numbered(text: str, class_name: str) -> dict[int, int]:
    """Return the number and the line of each fault that a class of the sample has."""
    lines = enumerate(text.splitlines(), 1)
    inside = ""
    found = {}
    for number, line in lines:
        inside = match[1] if (match := re.match(r"class (\w+)", line)) else inside
        if inside == class_name and (fault := re.search(r"# (\d+)$", line)):
            found[int(fault[1])] = number
    return found


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("Right", []),
        ("Inherits", []),
        (
            "TenFaults",
            ["TYPE-ID", "TYPE-STATUS", "TYPE-ERROR-CODE", "TYPE-CANCEL", "TYPE-CLOSE", "TYPE-COMPLETED",
             "TYPE-PROGRESS", "TYPE-RESULTS", "TYPE-WAIT", "TYPE-AWAIT"],
        ),
        ("HandlerOfAnother", ["TYPE-COMPLETED"]),
        ("HandlerToldAText", ["TYPE-COMPLETED"]),
    ],
)  # fmt: skip
def test_each_fault_is_one_finding_on_its_line(name: str, rules: list[str], checker: str) -> None:
    """Whichever checker is asked, there are as many as the class has, and no more."""
    found = typed(f"{FILE}:{name}", checker).mistyped
    assert sorted(each.rule for each in found) == sorted(rules)
    assert sorted(each.line for each in found) == sorted(numbered(FILE.read_text(), name).values())


def test_a_member_that_is_missing_is_said_to_be() -> None:
    """The finding is on the line of the class."""
    (found,) = typed(f"{FILE}:WithoutResults", "mypy").mistyped
    assert (found.rule, found.found) == ("TYPE-RESULTS", "no such member")
    assert FILE.read_text().splitlines()[found.line - 1] == "class WithoutResults:"


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("concurrent.futures:Future", "as_async_operation makes an operation of it"),
        ("asyncio:Task", "as_async_operation makes an operation of it"),
        (f"{FILE}:begin_both", "tuple[mistyped.Right, int], which has none of the members"),
        (f"{FILE}:begin_later", "Coroutine[Any, Any, mistyped.Right]"),
        (f"{FILE}:Unrelated", "only cancel"),
    ],
)
def test_what_is_no_operation_at_all_is_one_finding(target: str, found: str) -> None:
    """It says what the type is and what it lacks."""
    (mistyped,) = typed(target, "mypy").mistyped
    assert mistyped.rule == "TYPE-IFACE"
    assert found in mistyped.found


@pytest.mark.parametrize(
    ("target", "kinds"),
    [
        ("reference", tuple(Kind)),
        ("iasyncinfo:AsyncOperation", (Kind.OPERATION,)),
        ("iasyncinfo", tuple(Kind)),
        (f"{FILE}:begin", (Kind.OPERATION,)),
    ],
)
def test_what_fits_conforms(target: str, kinds: tuple[Kind, ...]) -> None:
    """A class, what a function returns, and the operations of a module."""
    found = typed(target, "mypy")
    assert (found.mistyped, found.kinds) == ((), kinds)
    assert {verdict.outcome for verdict in found.verdicts()} <= {Outcome.PASSED, Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
@pytest.mark.parametrize(
    ("result", "waited", "yields"),
    [
        ("str | None", "str | None", "Generator[Any, None, str | None]"),
        ("int | str", "str | int", "Generator[Any, Any, int | str]"),
        ("bytes", "bytes", "Generator[tuple[int, int], None, bytes]"),
        ("Callable[[], int]", "Callable[[], int]", "Generator[Any, Any, Callable[[], int]]"),
    ],
)
def test_results_are_compared_as_types(result: str, waited: str, yields: str, checker: str, tmp_path: Path) -> None:
    """And not as they are written."""
    path = tmp_path / "waited.py"
    path.write_text(WAITED.format(result=result, waited=waited, yields=yields), encoding="utf-8")
    assert typed(str(path), checker).mistyped == ()


WAITED: Final = """
from collections.abc import Callable, Generator
from typing import Any
from iasyncinfo_spec.abi import AsyncStatus

class Operation:
    id: int
    error_code: int
    completed: Callable[[Any, AsyncStatus], object] | None
    @property
    def status(self) -> AsyncStatus: ...
    def cancel(self) -> None: ...
    def close(self) -> None: ...
    def get_results(self) -> {result}: ...
    def get(self) -> {waited}: ...
    def __await__(self) -> {yields}: ...
"""


def test_what_is_typed_any_is_untestable(tmp_path: Path) -> None:
    """Whether it is called or read: Any fits everywhere."""
    path = tmp_path / "waited.py"
    source = WAITED.format(result="int", waited="int", yields="Generator[Any, Any, int]")
    path.write_text(source.replace("def cancel(self) -> None: ...", "cancel: Any"), encoding="utf-8")
    outcomes = {verdict.id: verdict.outcome for verdict in typed(str(path), "mypy").verdicts()}
    assert outcomes["TYPE-CANCEL"] is Outcome.UNTESTABLE


def test_a_file_is_looked_at_class_by_class() -> None:
    """What has hardly a member of an operation is passed over and counted."""
    found = typed(str(FILE), "mypy")
    assert {each.subject.partition(":")[2] for each in found.looked} == {
        "Right", "TenFaults", "WithoutCompleted", "HandlerOfAnother", "HandlerToldAText", "WithoutResults", "Untyped",
        "Inherits",
    }  # fmt: skip
    assert found.passed_over == 1


def test_a_member_without_a_type_is_untestable() -> None:
    """It would fit everything, so that it says nothing; and the command exits 4."""
    verdicts = {verdict.id: verdict for verdict in typed(f"{FILE}:Untyped", "mypy").verdicts()}
    assert verdicts["TYPE-RESULTS"].outcome is Outcome.UNTESTABLE
    assert "get_results" in verdicts["TYPE-RESULTS"].why
    assert main(["types", f"{FILE}:Untyped"]) == 4


def test_the_command_reports_cards_and_what_types_leave_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Member, expected, found, file and line; as text, as JSON that fits the schema, and as JUnit."""
    reports = tmp_path / "report.json", tmp_path / "report.xml"
    code = main(["types", f"{FILE}:TenFaults", "--json", str(reports[0]), "--junit", str(reports[1])])
    printed = capsys.readouterr().out
    assert code == 1
    assert printed.count("FAILED  TYPE-") == 10
    flat = " ".join(printed.split())
    assert "member cancel expected a method: () -> None found a method: (reason: str)" in flat
    assert all(name in flat for name in refusals())
    report = json.loads(reports[0].read_text())
    jsonschema.validate(report, schema("report"))
    assert (len(report["failures"]), report["verdict"]) == (10, "does-not-conform")
    assert {failure["file"] for failure in report["failures"]} == {str(FILE)}
    assert reports[1].read_text().count("<failure") == 10


def test_only_some_rules_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """The counts speak of those; a glob that matches none is a mistake."""
    assert main(["types", f"{FILE}:TenFaults", "--rule", "type-c*"]) == 1
    assert "3 failed; 3 expected" in capsys.readouterr().out
    assert main(["types", f"{FILE}:Right", "--rule", "FIRE-*"]) == 2


def test_a_check_has_one_verdict_for_types_and_behaviour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The classes are those of the adapter's operations."""
    (tmp_path / "mine.py").write_text(
        "from iasyncinfo_conformance.counterexamples.plain import Plain, subject\n"
        "class Mine(Plain):\n"
        "    def cancel(self) -> bool:\n        super().cancel()\n        return True\n"
        "def start(kind):\n    return subject(Mine, kind)\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert main(["check", "mine:start", "--quick", "--types"]) == 1
    printed = capsys.readouterr().out
    assert printed.count("FAILED") == 1
    assert "where    mine.py:3" in printed
    assert "no source is found of" in printed  # the classes with progress are made at run time
    assert main(["check", "mine:start", "--quick"]) == 0


def test_types_can_be_checked_alone_and_a_driver_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    """With only rules on types to check, nothing is run; of a driver, then, nothing is told at all."""
    assert main(["check", "reference", "--types", "--rule", "TYPE-*"]) == 0
    assert "12 passed; 12 expected" in capsys.readouterr().out
    driver = f"{sys.executable} -m iasyncinfo_conformance.targets.wire_host reference --no-schedules"
    assert main(["check", "--exec", driver, "--types", "--rule", "TYPE-*"]) == 3
    assert "nothing was executed" in capsys.readouterr().err
    assert main(["check", "--exec", driver, "--types", "--quick", "--rule", "*-ID*"]) == 0
    assert "a driver has no types in Python" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("target", "fault", "says"),
    [
        ("no.such.module:Name", HarnessFault, "'no.such.module' is not found"),
        ("iasyncinfo:Nothing", HarnessFault, "no class or function 'Nothing'"),
        ("missing.py", HarnessFault, "there is no file 'missing.py'"),
        ("iasyncinfo:not a name", UsageFault, "is not understood"),
        ("a b", UsageFault, "is not understood"),
        ("iasyncinfo.errors", HarnessFault, "has no class with the members"),
        ("iasyncinfo.reporting", HarnessFault, "no public class"),
    ],
)
def test_a_target_that_is_no_use_is_named(target: str, fault: type[Exception], says: str) -> None:
    """With what to do about it."""
    with pytest.raises(fault, match=re.escape(says)):
        typed(target, "mypy")


def test_every_rule_on_types_is_given_a_verdict() -> None:
    """None is forgotten."""
    assert [verdict.id for verdict in typed("reference", "mypy").verdicts()] == list(TYPE_RULES)
