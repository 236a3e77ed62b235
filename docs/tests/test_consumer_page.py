"""The page on consumers: its consumer gets the card shown, which its last line replays; its application conforms."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_conformance.consumers.host import meet
from iasyncinfo_conformance.consumers.law.obligations import breaches
from iasyncinfo_conformance.consumers.loading import load_consumer, module_and_name
from iasyncinfo_conformance.consumers.messages import Asked, Switches
from iasyncinfo_conformance.consumers.switching.schedules import Schedules
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import parse_situation

PAGE: Final = (Path(__file__).parents[1] / "consumers.md").read_text(encoding="utf-8")
BLOCKS: Final = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
WAITS, LATE, APPLICATION = (block for block in BLOCKS if "async def" in block)
CARD: Final = re.search(r"```text\n(FAILED.*?)```", PAGE, re.DOTALL)
_MANY: Final = re.compile(r"  \([0-9,]+ words show it; this is the shortest\)")


def iasyncinfo(command: str, folder: Path) -> str:
    """Run a command line of the page in a folder and return what it printed."""
    plain = {name: value for name, value in os.environ.items() if name != "COLUMNS"}  # readline sets it, for pytest
    path = os.pathsep.join((str(Path(sys.executable).parent), plain["PATH"]))
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env={**plain, "PATH": path}, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_the_consumer_gets_the_card_that_the_page_shows(tmp_path: Path) -> None:
    """Word for word, but for the number of words, of which a quick run has fewer; its last line replays it."""
    assert CARD is not None
    shown = CARD[1].rstrip("\n")
    (tmp_path / "mine.py").write_text(WAITS, encoding="utf-8")
    (command,) = re.findall("    (iasyncinfo consume .*)", PAGE)
    assert _MANY.sub("", shown) in _MANY.sub("", iasyncinfo(f"{command} --quick", tmp_path))
    replayed = iasyncinfo(shown.rpartition("replay   ")[2], tmp_path)
    assert "FAILED  CONSUME-VALUE" in replayed
    assert "raised RuntimeError: 'no result'" in replayed


def test_the_asynchronous_consumer_of_the_page_hangs_under_one_schedule_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing comes between two of its lines it is right."""
    (tmp_path / "late.py").write_text(LATE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    consumer, word = load_consumer("./late.py:wait"), parse_situation("reference: wait publish complete(5) call")
    assert breaches(meet(consumer, Asked(word, Kind.OPERATION), is_async=True)) == []
    schedules = Schedules(consumer, module_and_name("./late.py:wait"), is_async=True)
    found = schedules.answer(Switches(word, Kind.OPERATION, 2)).found
    assert [[breach.rule for breach in breaches(under.seen)] for under in found] == [[], ["CONSUME-ENDS"]]


def test_the_application_of_the_page_is_judged(tmp_path: Path) -> None:
    """It awaits as asyncio does, and nothing is wrong with it."""
    (tmp_path / "app.py").write_text(APPLICATION, encoding="utf-8")
    printed = iasyncinfo("iasyncinfo consume ./app.py:application --quick", tmp_path)
    assert printed.splitlines()[-1] == "conforms", printed


def test_the_records_of_the_page_stand_beside_each_other(tmp_path: Path) -> None:
    """The commands run as printed, in short, and leave one page of two consumers."""
    (tmp_path / "mine.py").write_text(WAITS, encoding="utf-8")
    (commands,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    iasyncinfo(re.sub("(iasyncinfo consume .*)", r"\1 --quick", commands), tmp_path)
    assert "<h1>2 consumers</h1>" in (tmp_path / "matrix.html").read_text(encoding="utf-8")
