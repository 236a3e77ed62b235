"""What is printed fits the terminal, and colours say nothing that the words do not."""

import io
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from iasyncinfo_conformance.console.terminal import shown

Cli = Callable[..., tuple[int, str, str]]

_SGR = re.compile("\033\\[[0-9;]*m")
REPORT = """mine:start, profile standard: action, action_with_progress, operation, operation_with_progress

FAILED  CANCEL-OK  action
    rule     Cancel of an operation that is not closed never reports failure of its own; what becomes of it is CEXC.
    replay   iasyncinfo replay ./path/to/mine.py:start 'put_completed(h1) cancel cancel' --kind action --profile wrl

Hazards (allowed, and dangerous)
    CAC      Status turns
does-not-conform"""


class Terminal(io.StringIO):
    """A stream that is one."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize(
    "command", ["check family:ppl --quick --rule IFACE", "list rules", "list families", "explain CAC", "show"]
)
def test_every_line_fits_the_columns(cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: int, command: str) -> None:
    """From 60 up."""
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = cli(*shlex.split(command))
    assert [line for line in out.splitlines() if len(line) > columns] == []


def test_a_command_that_is_folded_is_still_one_for_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """It breaks between its words, never in quotes."""
    monkeypatch.setenv("COLUMNS", "60")
    text = shown(REPORT, io.StringIO())
    command = text.partition("    replay   ")[2].partition("\n\n")[0]
    whole = REPORT.partition("    replay   ")[2].partition("\n\n")[0]
    assert " \\\n" in command
    assert shlex.split(command.replace("\\\n", "")) == shlex.split(whole)


def test_a_terminal_gets_colours_and_a_pipe_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its colours the text of a terminal is that of a pipe of its width."""
    monkeypatch.setenv("TERM", "xterm")
    assert shown(REPORT, io.StringIO()) == REPORT
    monkeypatch.setenv("COLUMNS", "120")
    coloured = shown(REPORT, Terminal())
    assert "\033[1;31mFAILED\033[0m" in coloured
    assert "\033[1;31mdoes-not-conform\033[0m" in coloured
    assert _SGR.sub("", coloured) == shown(REPORT, io.StringIO())


@pytest.mark.parametrize(
    ("variable", "value", "stream", "coloured"),
    [
        ("NO_COLOR", "1", Terminal, False),
        ("FORCE_COLOR", "1", io.StringIO, True),
        ("TERM", "dumb", Terminal, False),
        ("TERM", "xterm", Terminal, True),
    ],
)
def test_the_environment_decides_on_colours(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, stream: type[io.StringIO], coloured: bool
) -> None:
    """As everywhere."""
    monkeypatch.setenv(variable, value)
    assert ("\033[" in shown(REPORT, stream())) is coloured


# ---- failures kept in a file


def test_failures_are_kept_and_run_again(cli: Cli, folder: Path) -> None:
    """The words of a check, on its own target or on another."""
    wrong = "iasyncinfo_conformance.counterexamples.broken.cancel:second_cancel_refused"
    assert cli("check", wrong, "--quick", "--rule", "CANCEL-OK", "--keep", "kept.jsonl")[0] == 1
    code, out, _ = cli("replay", "--again", "kept.jsonl")
    assert code == 1
    assert "CANCEL-OK: allowed" in out
    assert cli("replay", "reference", "--again", "kept.jsonl")[0] == 0
    assert len((folder / "kept.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "keeps no failure"),
        ("{}", "line 1, is no kept failure: it needs target, kind, word"),
        ('{"target": "reference", "kind": "actoin", "word": "id"}', "'actoin' is not a valid Kind"),
        ("[1]", "line 1, is no kept failure"),
    ],
)
def test_a_file_that_keeps_nothing_is_refused(
    refusal: Callable[..., tuple[int, str]], folder: Path, text: str, says: str
) -> None:
    """With its line."""
    (folder / "kept.jsonl").write_text(text)
    code, complaint = refusal("replay", "--again", "kept.jsonl")
    assert (code, says in complaint) == (2, True), complaint


def test_a_schedule_is_kept_with_its_race(cli: Cli, folder: Path) -> None:
    """And chosen again."""
    start = "iasyncinfo_conformance.counterexamples.races:handler_lost_at_the_end"
    word = '{"target": "%s", "kind": "action", "word": "[complete(5) | put_completed(h1)]", "schedule": "%s"}\n'
    _, out, _ = cli("replay", start, "[complete(5) | put_completed(h1)]", "--kind", "action")
    schedules = re.findall(r"\[schedule\s+(\w+)\]", out)
    (folder / "kept.jsonl").write_text("".join(word % (start, each) for each in schedules))
    code, again, _ = cli("replay", "--again", "kept.jsonl")
    assert code == 1
    assert again.count("not allowed") >= 1
