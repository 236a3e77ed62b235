"""A report file that cannot be written is refused before the work is done; a pipe gets one report, whole."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from iasyncinfo_conformance.errors import ToolFault, UsageFault
from iasyncinfo_conformance.report.files import Reports, begin, require_writable, write

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no such files")


@pytest.mark.parametrize(
    ("path", "fault"), [("/dev/full", ToolFault), (".", UsageFault), ("no/such/r.json", UsageFault)]
)
def test_what_cannot_be_written_is_refused_without_a_try(folder: Path, path: str, fault: type[Exception]) -> None:
    """The file is named."""
    with pytest.raises(fault, match=r"the report .* cannot be written"):
        require_writable(Path(path))
    assert list(folder.iterdir()) == []


def test_what_can_be_written_stays_as_it_is(folder: Path) -> None:
    """A file, and none."""
    (folder / "old").write_text("old")
    require_writable(folder / "old", folder / "new", None)
    assert [(each.name, each.read_text()) for each in folder.iterdir()] == [("old", "old")]


@pytest.mark.parametrize("arguments", [("selftest",), ("surface", "json"), ("types", "reference")])
def test_no_command_works_for_a_file_that_it_cannot_write(refusal: Refusal, arguments: tuple[str, ...]) -> None:
    """It ends at once."""
    code, complaint = refusal(*arguments, "--json", "/dev/full")
    assert (code, "No space left on device" in complaint) == (3, True)


def test_a_pipe_that_nobody_reads_is_no_place(folder: Path) -> None:
    """To open it would last for ever."""
    os.mkfifo(folder / "pipe")
    with pytest.raises(UsageFault, match="nobody reads from it"):
        write(folder / "pipe", "text")


def test_a_pipe_gets_what_is_finished_alone(folder: Path) -> None:
    """What is begun would be a second document in front of it; and more than a pipe holds is written."""
    os.mkfifo(folder / "pipe")
    came: list[str] = []
    reader = threading.Thread(target=lambda: came.append((folder / "pipe").read_text()), daemon=True)
    begin("subject", Reports(folder / "pipe"))
    reader.start()
    text = "x" * 300_000
    while reader.is_alive():
        try:
            write(folder / "pipe", text)
            break
        except UsageFault:  # it has not come to read
            continue
    reader.join(30)
    assert came == [text]
