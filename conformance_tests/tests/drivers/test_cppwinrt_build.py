"""How the driver for Microsoft's C++/WinRT is built, and what is said where it cannot be."""

import os
import sys
from pathlib import Path

import pytest

from iasyncinfo_conformance.drivers import cache, cppwinrt
from iasyncinfo_conformance.drivers.cppwinrt import build
from iasyncinfo_conformance.errors import HarnessFault, UsageFault


def script(path: Path, body: str) -> str:
    """An executable shell script, and its path."""
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; the headers are not fetched."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(build, "_fetch_headers", lambda _release, _folder: None)
    return tmp_path


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="the driver is built on Linux only")

OBLIGING = """\
for last; do :; done
case "$*" in *-E*) echo 12;; *) echo built > "$last";; esac"""
"""A compiler that says it is g++ 12 and writes its last argument, the output."""


def test_another_version_is_a_usage_fault() -> None:
    """The message names those that there are."""
    with pytest.raises(UsageFault, match=r"'4\.0'; there are 2\.0, 3\.0"):
        cppwinrt.driver("4.0")


def test_another_platform_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried there."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(cppwinrt.MachineLacks, match="on win32 this has not been tried"):
        cppwinrt.driver("3.0")


@needs_linux
@pytest.mark.usefixtures("fresh")
def test_without_a_compiler_the_fault_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """And names the one that was looked for."""
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(cppwinrt.MachineLacks, match=r"there is no no-such-compiler\. Install g\+\+ 12"):
        cppwinrt.driver("3.0")


@needs_linux
@pytest.mark.parametrize(("says", "why"), [("echo 11", "is version 11"), ("exit 1", r"is not g\+\+")])
def test_an_unfit_compiler_is_refused(fresh: Path, monkeypatch: pytest.MonkeyPatch, says: str, why: str) -> None:
    """Before anything is fetched."""
    monkeypatch.setenv("CXX", script(fresh / "cxx", says))
    with pytest.raises(cppwinrt.MachineLacks, match=why):
        cppwinrt.driver("3.0")


@needs_linux
def test_without_the_package_index_the_fault_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With pip's own last lines."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("CXX", script(tmp_path / "cxx", OBLIGING))
    for name, value in {"CONFIG_FILE": os.devnull, "NO_INDEX": "1", "FIND_LINKS": str(tmp_path)}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(cppwinrt.MachineLacks, match=r"winrt-runtime 4\.1\.0\) could not be fetched(?s:.*)No matching"):
        cppwinrt.driver("3.0")


@needs_linux
def test_what_the_compiler_says_is_kept(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault shows the end of it and names the file that has it all."""
    monkeypatch.setenv("CXX", script(fresh / "cxx", 'case "$*" in *-E*) echo 12;; *) seq 1 99; exit 1;; esac'))
    with pytest.raises(HarnessFault, match=r"could not compile.* \| 98 \| 99$") as caught:
        cppwinrt.driver("3.0")
    assert not isinstance(caught.value, cppwinrt.MachineLacks)
    (log,) = (fresh / "cache" / "iasyncinfo").iterdir()
    assert log.read_text().startswith("1\n2\n")
    assert str(log) in str(caught.value)


@needs_linux
def test_it_is_built_once(fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One line of progress on stderr the first time, nothing afterwards, and nothing else left in the cache."""
    monkeypatch.setenv("CXX", script(fresh / "cxx", OBLIGING))
    executable = cppwinrt.driver("3.0")
    assert "building the C++/WinRT 3.0.260818.1 driver" in capsys.readouterr().err
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert cppwinrt.command("3.0") == [str(executable)]
    assert cppwinrt.command("3.0", cooperative=True) == [str(executable), "--cooperative"]
    assert capsys.readouterr().err == ""
    files = set((fresh / "cache" / "iasyncinfo").rglob("*"))
    assert files == {executable.parent, executable, executable.with_name("sha256")}


@needs_linux
def test_a_build_waits_until_another_has_ended(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it finds what that one built, and builds nothing."""
    monkeypatch.setenv("CXX", script(fresh / "cxx", OBLIGING))
    home = cppwinrt.driver("3.0").parent
    aside = home.rename(home.with_name("aside"))
    looks = iter((False, True))

    def busy(_descriptor: int) -> bool:
        if free := next(looks):
            aside.rename(home)
        return free

    monkeypatch.setattr(cache, "_lock", busy)
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert cppwinrt.driver("3.0") == home / "driver"


@needs_linux
@pytest.mark.parametrize("spoil", ["unlink", "truncate", "forget", "forbid"])
def test_half_a_build_is_built_again(fresh: Path, monkeypatch: pytest.MonkeyPatch, spoil: str) -> None:
    """Whichever half is missing."""
    monkeypatch.setenv("CXX", script(fresh / "cxx", OBLIGING))
    executable = cppwinrt.driver("3.0")
    match spoil:
        case "unlink":
            executable.unlink()
        case "truncate":
            executable.write_bytes(b"")
        case "forget":
            executable.with_name("sha256").unlink()
        case "forbid":
            executable.chmod(0o600)
    assert cppwinrt.driver("3.0").read_text() == "built\n"
    assert os.access(executable, os.X_OK)


@needs_linux
@pytest.mark.parametrize("where", ["the cache", "its folder", "the driver"])
def test_what_others_could_have_written_is_not_run(fresh: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """The fault names it, and how to mend it."""
    monkeypatch.setenv("CXX", script(fresh / "cxx", OBLIGING))
    executable = cppwinrt.driver("3.0")
    spoilt = {"the cache": executable.parents[1], "its folder": executable.parent, "the driver": executable}[where]
    spoilt.chmod(0o777)
    with pytest.raises(HarnessFault, match=rf"{spoilt} can be written by others.*chmod"):
        cppwinrt.driver("3.0")


@needs_linux
def test_a_cache_of_somebody_else_is_refused(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not this user's to trust."""
    monkeypatch.setenv("CXX", script(fresh / "cxx", OBLIGING))
    monkeypatch.setattr(os, "geteuid", lambda: 123456)
    with pytest.raises(HarnessFault, match="belongs to somebody else"):
        cppwinrt.driver("3.0")


@needs_linux
def test_a_compiler_that_does_not_end_is_given_up(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Building has a limit of its own."""
    monkeypatch.setenv("CXX", script(fresh / "cxx", 'case "$*" in *-E*) echo 12;; *) sleep 600;; esac'))
    monkeypatch.setattr(build, "_TOOL_SECONDS", 1.0)
    monkeypatch.setattr(build, "_check_pip", lambda: None)
    with pytest.raises(HarnessFault, match="does not end: it was given 1 s"):
        cppwinrt.driver("3.0")
