"""What ``iasyncinfo init`` writes passes at once, and is nowhere written over anything."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from iasyncinfo_conformance.drivers.javascript import NoNode, node
from iasyncinfo_conformance.starting.writing import STARTS

Cli = Callable[..., tuple[int, str, str]]


def target_in(folder: Path, language: str) -> list[str]:
    """The words of a command line that name the target, from the folder in which it was written."""
    if language == "node":
        try:
            node()
        except NoNode as lack:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(lack))
        return ["--exec", f"node {shlex.quote(str(folder / 'driver.mjs'))}"]
    return [STARTS[language].target]


@pytest.mark.parametrize("language", STARTS)
def test_what_is_written_passes_smoke_and_conforms(
    language: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is to be replaced is marked."""
    code, out, err = cli("init", language, str(tmp_path))
    assert (code, err) == (0, "")
    assert f"iasyncinfo smoke {STARTS[language].target}" in out
    monkeypatch.chdir(tmp_path)
    target = target_in(tmp_path, language)
    assert cli("smoke", *target)[0] == 0
    code, out, _ = cli("check", *target, "--quick")
    assert (code, out.splitlines()[-1]) == (0, "conforms"), out
    assert (tmp_path / STARTS[language].marked).read_text(encoding="utf-8").count("REPLACE") >= 4


def test_what_is_written_in_python_survives_every_schedule(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the races of one kind, in the whole check; the other kinds are replaced as the mark says."""
    assert cli("init", "python", str(tmp_path))[0] == 0
    adapter = tmp_path / "adapter.py"
    source = adapter.read_text(encoding="utf-8")
    one_kind = "    if kind is not Kind.ACTION:\n        raise NotImplementedError\n    is_action"
    adapter.write_text(source.replace("    is_action", one_kind), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code, out, _ = cli("check", "adapter:start", "--extra-states", "0", "--race-bound", "1")
    assert (code, out.splitlines()[-1]) == (0, "conforms"), out
    assert "races    exhaustive" in out


def test_a_folder_that_looks_like_an_option_is_entered_all_the_same(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command that is shown does so when it is pasted."""
    monkeypatch.chdir(tmp_path)
    _, out, _ = cli("init", "node", "--", "-x y")
    assert "first    cd './-x y' && " in out


@pytest.mark.parametrize("language", STARTS)
def test_nothing_is_overwritten(language: str, cli: Cli, tmp_path: Path) -> None:
    """A file of one of the names is refused, whatever it is, and no other is written beside it."""
    last = [*STARTS[language].files][-1]
    (tmp_path / last).write_text("mine", encoding="utf-8")
    code, _, err = cli("init", language, str(tmp_path))
    assert (code, last in err) == (2, True)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [(last, "mine")]


def test_a_language_without_a_beginning_is_pointed_elsewhere(cli: Cli, tmp_path: Path) -> None:
    """The help of the command names the drivers in C++ and Rust, and the page about the wire."""
    code, _, err = cli("init", "cobol", str(tmp_path / "out"))
    assert (code, "python" in err, "node" in err) == (2, True, True)
    _, out, _ = cli("init", "--help")
    assert "C++ and Rust" in " ".join(out.split())
    assert "docs/wire.md" in out


def test_without_node_the_target_says_what_to_install(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the machine that lacks something: exit code 3."""
    monkeypatch.setenv("PATH", "")
    code, _, err = cli("smoke", "javascript")
    assert (code, "apt install nodejs" in err) == (3, True)
