"""How the driver for windows-rs is built, and what is said where it cannot be."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from iasyncinfo_conformance.drivers import windows_rs
from iasyncinfo_conformance.drivers.windows_rs import build
from iasyncinfo_conformance.drivers.windows_rs.rustc import arguments
from iasyncinfo_conformance.errors import HarnessFault, UsageFault

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="the driver is built on Linux only")

OBLIGING = """\
case "$1" in
--version) echo 'cargo 1.82.0 (8f40fc59f 2024-08-21)';;
build) mkdir -p "$CARGO_TARGET_DIR/debug" && echo built > "$CARGO_TARGET_DIR/debug/driver";;
esac"""
"""A cargo that is new enough, fetches, and builds."""


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def use(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> None:
    """Have a shell script for cargo."""
    path = folder / "cargo"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    monkeypatch.setenv("CARGO", str(path))


def test_another_version_is_a_usage_fault() -> None:
    """The message names those that there are."""
    with pytest.raises(UsageFault, match=r"'0\.100\.0'; there are 0\.3\.2, 0\.2\.1"):
        windows_rs.driver("0.100.0")


def test_another_platform_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried there."""
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(windows_rs.MachineLacks, match=r"windows-rs driver is built with cargo .* on darwin"):
        windows_rs.driver("0.3.2")


@needs_linux
@pytest.mark.usefixtures("fresh")
def test_without_cargo_the_fault_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """And names the one that was looked for."""
    monkeypatch.setenv("CARGO", "no-such-cargo")
    with pytest.raises(windows_rs.MachineLacks, match=r"there is no no-such-cargo\. Install Rust 1\.82 or newer"):
        windows_rs.driver("0.3.2")


@needs_linux
@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("echo 'cargo 1.81.0'", r"needs cargo 1\.82 or newer, and .* is version 1\.81\. Install"),
        ("echo 'error: no default toolchain' >&2; exit 1", r"but: error: no default toolchain\. Install"),
        ("exit 0", r"but: nothing\. Install"),
    ],
)
def test_an_unfit_cargo_is_refused(fresh: Path, monkeypatch: pytest.MonkeyPatch, says: str, why: str) -> None:
    """Before anything is fetched."""
    use(monkeypatch, fresh, says)
    with pytest.raises(windows_rs.MachineLacks, match=why):
        windows_rs.driver("0.3.2")


@needs_linux
def test_without_the_registry_the_fault_says_so(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With cargo's own last lines."""
    use(monkeypatch, fresh, 'case "$1" in --version) echo cargo 1.95.0;; *) echo no route >&2; exit 101;; esac')
    with pytest.raises(windows_rs.MachineLacks, match=r"windows-future 0\.2\.1 could not be fetched.*said: no route$"):
        windows_rs.driver("0.2.1")


@needs_linux
def test_what_cargo_says_is_kept(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault shows the end of it and names the file that has it all."""
    body = 'case "$1" in --version) echo cargo 1.95.0;; build) seq 1 99; exit 101;; esac'
    use(monkeypatch, fresh, body)
    with pytest.raises(HarnessFault, match=r"could not compile the windows-rs.* \| 98 \| 99$") as caught:
        windows_rs.driver("0.3.2")
    assert not isinstance(caught.value, windows_rs.MachineLacks)
    (log,) = (fresh / "cache" / "iasyncinfo").iterdir()
    assert log.read_text().startswith("1\n2\n")
    assert str(log) in str(caught.value)


@needs_linux
def test_it_is_built_once(fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One line of progress on stderr the first time, nothing afterwards, and nothing else left in the cache."""
    use(monkeypatch, fresh, OBLIGING)
    executable = windows_rs.driver("0.3.2")
    assert "building the windows-rs 0.3.2 driver" in capsys.readouterr().err
    monkeypatch.setenv("CARGO", "no-such-cargo")
    assert windows_rs.command("0.3.2") == [str(executable)]
    assert windows_rs.command("0.3.2", ready=True) == [str(executable), "--ready"]
    assert capsys.readouterr().err == ""
    files = set((fresh / "cache" / "iasyncinfo").rglob("*"))
    assert files == {executable.parent, executable, executable.with_name("sha256")}


@needs_linux
@pytest.mark.parametrize("spoil", ["unlink", "truncate", "forget"])
def test_half_a_build_is_built_again(fresh: Path, monkeypatch: pytest.MonkeyPatch, spoil: str) -> None:
    """Whichever half is missing."""
    use(monkeypatch, fresh, OBLIGING)
    executable = windows_rs.driver("0.3.2")
    match spoil:
        case "unlink":
            executable.unlink()
        case "truncate":
            executable.write_bytes(b"")
        case "forget":
            executable.with_name("sha256").unlink()
    assert windows_rs.driver("0.3.2").read_text() == "built\n"


@needs_linux
def test_what_others_could_have_written_is_not_run(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault names it, and how to mend it."""
    use(monkeypatch, fresh, OBLIGING)
    executable = windows_rs.driver("0.3.2")
    executable.chmod(0o777)
    with pytest.raises(HarnessFault, match=rf"{executable} can be written by others.*chmod"):
        windows_rs.driver("0.3.2")


@needs_linux
def test_a_cargo_that_does_not_end_is_given_up(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Building has a limit of its own."""
    use(monkeypatch, fresh, 'case "$1" in --version) echo cargo 1.95.0;; build) sleep 600;; esac')
    monkeypatch.setattr(build, "_TOOL_SECONDS", 1.0)
    with pytest.raises(HarnessFault, match="cargo to build the windows-rs driver does not end: it was given 1 s"):
        windows_rs.driver("0.3.2")


@needs_linux
def test_what_would_build_something_else_is_not_handed_on(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of cargo's variables those remain that say where the registry is."""
    for name in build._OVERRIDES:
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("CARGO_TARGET_DIR", "/nowhere")
    monkeypatch.setenv("CARGO_HTTP_PROXY", "proxy:3128")
    use(monkeypatch, fresh, f'{OBLIGING}\n[ "$1" = build ] && env > {fresh / "seen"}; exit 0')
    windows_rs.driver("0.3.2")
    seen = dict(line.split("=", 1) for line in (fresh / "seen").read_text().splitlines() if "=" in line)
    assert "elsewhere" not in {seen.get(name) for name in build._OVERRIDES}
    assert Path(seen["RUSTC_WRAPPER"]).name == "rustc"
    assert seen["CARGO_TARGET_DIR"] != "/nowhere"
    assert seen["CARGO_HTTP_PROXY"] == "proxy:3128"


@pytest.mark.parametrize("version", windows_rs.VERSIONS)
def test_a_lock_file_pins_the_version_that_it_is_named_for(version: str) -> None:
    """And every crate by its hash, from the crate registry."""
    packages = tomllib.loads(build._lock(version).read_text())["package"]
    assert [each["version"] for each in packages if each["name"] == "windows-future"] == [version]
    others = [each for each in packages if each["name"] != "driver"]
    assert all(each["source"] == "registry+https://github.com/rust-lang/crates.io-index" for each in others)
    assert all(re.fullmatch("[0-9a-f]{64}", each["checksum"]) for each in others)


def test_the_crates_are_told_that_they_are_on_windows() -> None:
    """With all their features but for one of windows-strings; windows-link and all others are left as they are."""
    asked = ["--crate-name", "windows_core", "--cfg", 'feature="default"', "--cfg", 'feature="std"']
    told = ["--cfg", "windows", "-A", "explicit_builtin_cfgs_in_flags"]
    assert arguments(asked) == [*asked, *told]
    assert arguments(["--crate-name", "windows_strings", *asked[2:]]) == [
        *("--crate-name", "windows_strings", "--cfg", 'feature="default"'),
        *told,
    ]
    for name in ("windows_link", "syn", "driver", "___"):
        assert arguments(["--crate-name", name, *asked[2:]]) == ["--crate-name", name, *asked[2:]]
    assert arguments(["-vV"]) == ["-vV"]
