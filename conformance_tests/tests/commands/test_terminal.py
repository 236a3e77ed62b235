"""What is printed fits the terminal, and colours say nothing that the words do not."""

import io
import re
import shlex
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_conformance.cli import main
from iasyncinfo_conformance.console import progress
from iasyncinfo_conformance.console.terminal import shown
from iasyncinfo_conformance.streams import wiped
from iasyncinfo_spec.rendering import listing

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


BROKEN: Final = "iasyncinfo_conformance.counterexamples.broken.cancel:second_cancel_refused"
CLAIMS: Final = "iasyncinfo_conformance.counterexamples.consumers.wrong_deeds:claims_again"
PRINTED: Final = (
    "report check.json", "report consume.json", "report check.json check.json", "report check.json consume.json",
    "list rules", "list points", "list families",
    "list profiles", "list steps", "explain CAC", "explain CANCEL-VISIBLE", "show", "show --profile wine", "help",
    "help check",
)  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the record of an implementation and of a consumer, both wrong."""
    folder = tmp_path_factory.mktemp("found")
    reports = ["--json", str(folder / "check.json"), "--keep", str(folder / "kept.jsonl")]
    main(["check", BROKEN, "--quick", "--rule", "CANCEL-OK", *reports])
    main(["consume", CLAIMS, "--quick", "--json", str(folder / "consume.json")])
    return folder


@pytest.mark.parametrize(
    ("command", "columns"),
    [("replay family:ppl '[complete(5) | cancel]' --kind operation", 60), *product(PRINTED, (60, 80, 120))],
)
def test_every_line_fits_the_columns(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, found: Path, command: str, columns: int
) -> None:
    """From 60 up, and without a colour on a pipe."""
    monkeypatch.chdir(found)
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = cli(*shlex.split(command))
    assert out
    assert "\033" not in out
    assert [line for line in out.splitlines() if len(line) > columns] == []


def test_a_complaint_is_folded_between_its_words(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal would break it in them."""
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "60")
    assert cli("smoke", "mine.py")[0] == 2
    lines = screen.getvalue().replace(wiped(), "").splitlines()
    assert len(lines) > 1
    assert [line for line in lines if len(line) > 60] == []
    assert " ".join(lines).startswith("iasyncinfo: the target 'mine.py' is not understood.")


@pytest.mark.parametrize("columns", ["0", "1", "2", "-5", "wide"])
def test_columns_that_no_text_fits_break_nothing(cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """A terminal that is being drawn may have none; help is written as wide as it needs."""
    monkeypatch.setenv("COLUMNS", columns)
    assert [cli("help", "check")[0], cli("list", "steps")[0]] == [0, 0]
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with progress.progress_line() as show:
        show("mypy", "")
    assert "Traceback" not in screen.getvalue()


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("what", ["rules", "points", "families", "profiles", "steps"])
def test_a_list_is_not_folded_again(monkeypatch: pytest.MonkeyPatch, columns: int, what: str) -> None:
    """It is made for the columns that there are, so that each line stands where the list puts it."""
    monkeypatch.setenv("COLUMNS", str(columns))
    made = listing(what, "text", columns)
    assert shown(made, io.StringIO()) == made


def test_a_command_that_is_folded_is_still_one_for_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """It breaks between its words, never in quotes."""
    monkeypatch.setenv("COLUMNS", "60")
    text = shown(REPORT, io.StringIO())
    command = text.partition("    replay   ")[2].partition("\n\n")[0]
    whole = REPORT.partition("    replay   ")[2].partition("\n\n")[0]
    assert " \\\n" in command
    assert shlex.split(command.replace("\\\n", "")) == shlex.split(whole)


@pytest.mark.parametrize("word", ["a.long.package.of.modules:start", "cancel get_results close status id id"])
def test_a_word_that_is_longer_than_the_line_is_cut_so_that_a_shell_joins_it(
    monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    """In quotes or without."""
    monkeypatch.setenv("COLUMNS", "60")
    whole = shlex.join(["iasyncinfo", "replay", word * 4, "--kind", "action"])
    lines = shown(f"    replay   {whole}", io.StringIO()).splitlines()
    assert max(map(len, lines)) <= 60
    assert shlex.split("\n".join(lines).replace("\\\n", "")) == ["replay", *shlex.split(whole)]


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


# ---- long work


class _Steps:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


def test_long_work_tells_what_runs_how_much_is_done_and_how_long_the_rest_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pace is that of the engines that have run; one that takes longer than it should is told so."""
    clock, screen = _Steps(), Terminal()
    monkeypatch.setattr(progress, "time", clock)
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    with progress.progress_line({"smoke": 1, "complete": 4, "races": 5}) as show:
        for clock.now, engine, at in (
            (100, "smoke", ""), (102, "complete", "action"), (112, "races", "action"), (113, "races", "x" * 80),
            (130, "races", ""),
        ):  # fmt: skip
            show(engine, at)
    *lines, last = screen.getvalue().split("\r\033[K")[1:]
    assert lines == [
        "smoke · 1 of 3 · 0 s",
        "complete action · 2 of 3 · 2 s",
        "races action · 3 of 3 · 12 s · some 12 s more",
        "races xxxxxxxxxxxxxxxxxxxx · 3 of 3 · 13 s · some 11 s more",
        "races · 3 of 3 · 30 s · 0 s more, or longer",
    ]
    assert (last, max(map(len, lines))) == ("", 59)


def test_a_line_is_written_over_with_blanks_where_a_terminal_knows_no_sequences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Such as that of an editor, which would show them."""
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("TERM", "dumb")
    with progress.progress_line() as show:
        show("mypy", "")
    blank = f"\r{' ' * 19}\r"
    assert screen.getvalue() == f"{blank}mypy · 0 s{blank}"


# ---- failures kept in a file


def test_failures_are_kept_and_run_again(cli: Cli, found: Path) -> None:
    """The words of a check, on its own target or on another."""
    kept = found / "kept.jsonl"
    code, out, _ = cli("replay", "--again", kept)
    assert code == 1
    assert "CANCEL-OK: allowed" in out
    assert cli("replay", "reference", "--again", kept)[0] == 0
    assert len(kept.read_text().splitlines()) == 1


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
