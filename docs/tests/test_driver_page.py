"""The page that leads to a driver shows what the tool says to one at each stage."""

import re
import shlex
import sys
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_conformance.cli import main

PAGE: Final = (Path(__file__).parents[1] / "drivers.md").read_text(encoding="utf-8")
BLOCKS: Final = re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", PAGE)
STAGES: Final = ("", "nothing", "ready", "few results", "no levers", "no events", "no levers", "all levers")
"""How far the driver has come at each block: at the first there is none."""
DRIVER: Final = Path(__file__).parent / "staged_driver.py"


@pytest.mark.parametrize("number", range(len(STAGES)))
def test_the_tool_says_what_the_page_shows(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line of a block is the beginning of one that is printed, in the same order."""
    if stage := STAGES[number]:
        driver = tmp_path / "driver"
        driver.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -I {shlex.quote(str(DRIVER))} '{stage}'\n")
        driver.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)  # readline sets it, for pytest
    line, shown = BLOCKS[number]
    program, *arguments = shlex.split(line)
    main(arguments)
    came = capsys.readouterr()
    printed = (came.out + came.err).splitlines()
    places = [
        next((at for at, text in enumerate(printed) if text.startswith(expected)), -1)
        for expected in shown.splitlines()
    ]
    assert program == "iasyncinfo"
    assert -1 not in places, printed
    assert all(one < other for one, other in pairwise(places)), printed


def test_no_stage_is_left_out() -> None:
    """The page has as many blocks as the driver has stages."""
    assert len(BLOCKS) == len(STAGES)
