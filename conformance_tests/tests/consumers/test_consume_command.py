"""``iasyncinfo consume`` as a command: its record, its reports, its exit codes, and processes that hang or die."""

import json
from collections.abc import Callable
from pathlib import Path

from jsonschema import Draft202012Validator

from iasyncinfo_conformance.report.json_report import as_json, schema
from iasyncinfo_conformance.report.reading import from_json
from iasyncinfo_conformance.report.text import report

Cli = Callable[..., tuple[int, str, str]]
RIGHT = "iasyncinfo_conformance.counterexamples.consumers.right:future"
WRONG = "iasyncinfo_conformance.counterexamples.consumers.wrong_outcomes:asserts_a_result"


def test_a_right_consumer_conforms(cli: Cli) -> None:
    """The last line is the verdict."""
    code, out, _ = cli("consume", RIGHT, "--quick")
    assert code == 0
    assert out.splitlines()[-1] == "conforms"


def test_the_record_of_a_wrong_one_is_read_back(cli: Cli, tmp_path: Path) -> None:
    """The document is as the schema has it, and the report and the page made of it are those of the command."""
    path, junit, now, later = (tmp_path / name for name in ("r.json", "r.xml", "now.html", "later.html"))
    code, out, _ = cli("consume", WRONG, "--quick", "--json", path, "--junit", junit, "--html", now)
    document = json.loads(path.read_text())
    Draft202012Validator(schema("report")).validate(document)
    record = from_json(document)
    assert code == 1
    assert "family" not in document
    assert "CONSUME-VALUE" in [failure["rule"] for failure in document["failures"]]
    assert report(record).rstrip() == out.rstrip()
    assert json.loads(json.dumps(as_json(record))) == document
    assert "<failure" in junit.read_text()
    assert cli("report", path)[:2] == (code, out)
    cli("report", path, "--html", later)
    assert now.read_text() == later.read_text()
    assert "completes with null" in now.read_text()


def test_a_replay_shows_what_was_called(cli: Cli) -> None:
    """And says which rule is not kept."""
    code, out, _ = cli("replay", WRONG, "reference: wait complete(0)", "--kind", "operation")
    assert code == 1
    assert "FAILED  CONSUME-VALUE" in out
    assert "put_completed(h1)" in out


def test_a_known_file_excuses(cli: Cli, tmp_path: Path) -> None:
    """One entry excuses every failure of its rule that comes to the same."""
    known = tmp_path / "known.toml"
    known.write_text(
        '[[deviation]]\nrule = "CONSUME-VALUE"\nkind = "operation"\n'
        'word = "reference: wait complete(0)"\nreason = "it asserts"\n'
    )
    code, out, _ = cli("consume", WRONG, "--quick", "--rule", "CONSUME-VALUE", "--known", str(known))
    assert code == 0, out
    assert "conforms-with-deviations" in out


HOSTILE = """
import os, re

async def dies(operation):
    if operation.status == 3:
        os._exit(3)
    return await operation

async def holds_the_lock(operation):
    if operation.status == 3:
        re.match(r"(a+)+b", "a" * 60)
    return await operation
"""


def test_a_consumer_that_ends_its_process_is_judged_on_that(cli: Cli, folder: Path) -> None:
    """The process is replaced, and all else is judged."""
    (folder / "hostile.py").write_text(HOSTILE)
    code, out, _ = cli("consume", "hostile:dies", "--quick", "--rule", "CONSUME-ENDS")
    assert code == 1
    assert "ended its process (exit code 3)" in out


def test_what_is_no_consumer_is_a_harness_fault(cli: Cli, folder: Path) -> None:
    """One paragraph says what is wrong."""
    (folder / "odd.py").write_text("NUMBER = 5\ndef two(a, b): ...\n")
    for target in ("odd:NUMBER", "odd:two", "odd:none", "nowhere:x"):
        code, _, err = cli("consume", target, "--quick")
        assert code == 3, target
        assert err.startswith("iasyncinfo: ")
    assert cli("consume", "nothing", "--quick")[0] == 2
    assert cli("consume", RIGHT, "--rule", "NOTHING")[0] == 2


def test_an_application_is_judged_by_its_calls(cli: Cli, folder: Path) -> None:
    """A card names the call."""
    (folder / "app.py").write_text(
        """
import asyncio
from iasyncinfo_conformance import Consumer, Kind

async def run(begin):
    await begin("open_async", Kind.ACTION)
    operation, over = begin("read_async", Kind.OPERATION), asyncio.Event()
    loop = asyncio.get_running_loop()
    operation.completed = lambda _, status: status == 1 and loop.call_soon_threadsafe(over.set)
    await over.wait()

application = Consumer(application=run)
"""
    )
    code, out, _ = cli("consume", "app:application", "--quick")
    assert code == 1
    assert "begin(read_async)" in out
    assert "begin(open_async)" not in out.partition("Deviations")[0]
