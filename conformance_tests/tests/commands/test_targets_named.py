"""How a target is named: by a module or by a file, and what is said where it was nearly named."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from iasyncinfo_conformance.cli import main
from iasyncinfo_conformance.commands import COMMANDS
from iasyncinfo_conformance.commands.parser import parser
from iasyncinfo_conformance.targets.loading import load_target
from iasyncinfo_spec.abi import Kind

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]
Source = Callable[..., str]


@pytest.fixture
def laid_out(folder: Path, module: Source) -> Path:
    """A folder with an adapter in it, in a package below ``src``, and under the name of a standard module."""
    text = (folder / f"{module()}.py").read_text()
    package = folder / "src" / "subject_pkg"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for path in (folder / "subject_mine.py", package / "inner.py", folder / "src" / "json.py"):
        path.write_text(text)
    return folder


NEAR = "the target {!r} is not understood. Did you mean {}? A target is"
PATHS = "./subject_mine.py:start or subject_mine:start"


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("smoke", "src/subject_pkg/inner.py"),
        ("smoke", "{here}/src/subject_pkg/inner.py"),
        ("check --quick --rule ID-STABLE", "./subject_mine.py"),
        ("replay --kind action", "./subject_mine.py"),
    ],
)
def test_a_file_is_a_target_of_every_command(cli: Cli, laid_out: Path, command: str, path: str) -> None:
    """A path has a separator in it; in a package the module has the name that the package gives it."""
    verb, *options = shlex.split(command)
    word = ["status"] if verb == "replay" else []
    code, out, err = cli(verb, f"{path.format(here=laid_out)}:start", *word, *options)
    assert err == ""
    assert code == 0, out


@pytest.mark.usefixtures("laid_out")
def test_a_file_is_a_target_in_this_process() -> None:
    """``load_target`` takes what the command line takes."""
    target = load_target("src/subject_pkg/inner.py:start", explores=False)
    assert target.run(Kind.ACTION, [["status"]]) == [{"ok": 0}]


@pytest.mark.usefixtures("laid_out")
@pytest.mark.parametrize(
    ("target", "code", "says"),
    [
        ("subject_mine.py:start", 2, NEAR.format("subject_mine.py:start", PATHS)),
        ("subject_mine.py::start", 2, NEAR.format("subject_mine.py::start", PATHS)),
        ("subject_mine.py", 2, NEAR.format("subject_mine.py", PATHS)),
        ("subject_mine", 2, NEAR.format("subject_mine", PATHS)),
        ("subject_mine.start", 2, NEAR.format("subject_mine.start", "subject_mine:start")),
        ("subject_mine:start()", 2, NEAR.format("subject_mine:start()", PATHS)),
        ("./subject_mine.py", 2, NEAR.format("./subject_mine.py", "./subject_mine.py:start")),
        ("cppwinr", 2, NEAR.format("cppwinr", "cppwinrt")),
        ("subject_mine:strat", 3, "the module has no such name. Did you mean subject_mine:start? Name a function"),
        ("./subject_mine.py:begin", 3, "the module has no such name. Did you mean ./subject_mine.py:start? Name"),
        ("subject_mine:Starting", 3, "the module has no such name. Did you mean subject_mine:start? Name a function"),
        (
            "subject_mine:Mine.start",
            2,
            "is not understood. A target names what the module itself has: write start = Mi",
        ),
        ("./subject_mein.py:start", 3, "there is no file './subject_mein.py'. Did you mean ./subject_mine.py:start?"),
        ("subject_mein:start", 3, "No module named 'subject_mein'. Did you mean subject_mine:start? Run from"),
        ("subject_pkg.inner:start", 3, "Did you mean ./src/subject_pkg/inner.py:start? Run from the folder"),
        ("./src/json.py:start", 3, "json.py would be the module 'json', and another has that name"),
    ],
)
def test_what_is_nearly_a_target_is_guessed(refusal: Refusal, target: str, code: int, says: str) -> None:
    """The paragraph holds what can be typed instead."""
    found, complaint = refusal("smoke", target)
    assert (found, says in complaint) == (code, True), complaint


def test_a_module_that_fails_while_it_is_imported_is_told_the_line(refusal: Refusal, folder: Path) -> None:
    """To run from another folder would not help."""
    (folder / "subject_fails.py").write_text("import sys\n\nvalue = [sys][1]\n")
    _, complaint = refusal("smoke", "./subject_fails.py:start")
    assert "IndexError: list index out of range (subject_fails.py:3 in <module>). Mend what it says there" in complaint
    (folder / "subject_wrong.py").write_text("def start(kind)\n")
    _, complaint = refusal("smoke", "./subject_wrong.py:start")
    assert "SyntaxError: expected ':' (subject_wrong.py:1). Mend" in complaint


def test_a_relative_import_of_a_file_is_told_the_package_that_it_needs(refusal: Refusal, laid_out: Path) -> None:
    """It names what to type, from the folder above."""
    (laid_out / "subject_relative.py").write_text("from .other import start\n")
    _, complaint = refusal("smoke", "./subject_relative.py:start")
    assert f"From the folder above, name it in its package: {laid_out.name}.subject_relative:start." in complaint


def test_smoke_tells_which_levers_are_not_there(cli: Cli, folder: Path) -> None:
    """Before a check finds rules that it cannot test."""
    (folder / "subject_bare.py").write_text(
        "from iasyncinfo_conformance import Subject\n"
        "from iasyncinfo_conformance.counterexamples import plain\n\n\n"
        "def start(kind):\n    subject = plain.start(kind)\n    return Subject(subject.operation, subject.complete)\n"
    )
    _, out, _ = cli("smoke", "./subject_bare.py:start")
    note = "the adapter gives no fail, acknowledge_cancel, report_progress, cancel_notifications: rules that need"
    assert out.startswith(f"note     {note}")


@pytest.mark.parametrize("option", ["--json", "--junit"])
def test_a_report_on_standard_output_is_alone_there(cli: Cli, option: str) -> None:
    """The text for people is on standard error then."""
    code, out, err = cli("check", "reference", "--quick", "--rule", "ID-STABLE", option, "-")
    assert code == 0
    assert err.splitlines()[-1] == "conforms (rules ID-STABLE)"
    if option == "--json":
        assert json.loads(out)["verdict"] == "conforms"
    else:
        assert out.startswith("<?xml")
        assert out.count("\n") == 2


@pytest.mark.parametrize("verb", COMMANDS)
def test_each_command_tells_its_exit_codes_and_two_examples_that_it_understands(
    cli: Cli, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``help VERB`` and ``VERB --help`` are the same; a line fits the terminal."""
    monkeypatch.setenv("COLUMNS", "60")
    code, out, err = cli("help", verb)
    assert (code, out, err) == cli(verb, "--help")
    assert (code, err) == (0, "")
    told = out.partition("exit codes:")[2].partition("examples:")[0]
    assert "  0 " in told
    assert "  2 " in told
    assert all(len(line) <= 60 for line in told.splitlines())
    monkeypatch.setenv("COLUMNS", "120")
    examples = cli("help", verb)[1].partition("examples:")[2].strip().splitlines()
    assert len(examples) == 2
    for example in examples:
        tool, *arguments = shlex.split(example)
        assert tool == "iasyncinfo"
        assert parser(arguments).parse_args(arguments).run


def test_help_of_nothing_is_that_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    """It names every command."""
    with pytest.raises(SystemExit):
        main(["help"])
    told = capsys.readouterr().out
    assert all(f"    {verb} " in told for verb in COMMANDS)
