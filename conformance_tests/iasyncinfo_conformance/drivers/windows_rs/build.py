"""Builds the windows-rs driver on first use and keeps it in the user's cache.

windows-rs is a set of crates on the crate registry. That of its asynchronous objects, windows-future, needs nothing
of Windows but some functions, which the driver defines. The crates are not ours to ship: cargo fetches those that a
lock file names, by exact version and hash.
"""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from iasyncinfo_conformance.children.tool import Done, run_tool
from iasyncinfo_conformance.drivers.recipe import MachineLacks, Recipe, tail
from iasyncinfo_conformance.errors import UsageFault

_SOURCES = Path(__file__).parent
_LOCKS = _SOURCES / "locks"
_WRAPPER = _SOURCES / "rustc.py"
VERSIONS = ("0.3.2", "0.2.1")
NEWEST = VERSIONS[0]
KNOWN = _SOURCES / "known.toml"
"""The known-file of these drivers: what they break at `standard`, and what of the crate nobody can verify, and why."""

_OLDEST = (1, 82)
"""Of cargo and rustc; what windows-future 0.3.2 says that it needs."""
_PROBE_SECONDS = 30.0
_TOOL_SECONDS = 600.0
"""How long cargo may take to fetch, and to build."""
_OVERRIDES = ("RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET")
"""Variables of cargo's that would have it build something else, or elsewhere."""


def command(version: str, ready: bool = False) -> list[str]:
    """Return the command line of the driver, which is built first where need be.

    With ``ready`` its objects have ended when they are handed out; without, a worker waits for its order.
    """
    return [str(driver(version)), *(["--ready"] if ready else [])]


def driver(version: str) -> Path:
    """Return the driver's executable for a version of windows-future, built into the user's cache if it is not there.

    Raises UsageFault for another version, MachineLacks where cargo or the crate registry is missing, and HarnessFault
    where cargo refuses.
    """
    if version not in VERSIONS:
        raise UsageFault(f"There is no windows-rs driver {version!r}; there are {', '.join(VERSIONS)}.")
    files = [_SOURCES / "Cargo.toml", _WRAPPER, _lock(version), *_SOURCES.glob("src/*.rs")]
    recipe = Recipe("windows-rs", version, "windows-rs", "cargo", files)
    return recipe.built(lambda executable, log: _build(recipe, executable, log))


def _lock(version: str) -> Path:
    return _LOCKS / f"{version}.lock"


def _build(recipe: Recipe, executable: Path, log: Path) -> None:
    cargo = _cargo()
    recipe.announce(30)
    folder = executable.parents[1] / "package"
    _write_package(recipe.version, folder)
    environment = _environment(folder)
    _fetch(cargo, recipe.version, folder, environment)
    recipe.compile(
        [*cargo, "build", "--locked", "--offline", "--quiet"],
        cargo,
        log,
        _TOOL_SECONDS,
        remedy="Install what it lacks (a linker comes with gcc), or name another cargo in CARGO",
        environment=environment,
        folder=folder,
    )
    shutil.copy2(folder / "target" / "debug" / "driver", executable)


def _cargo() -> list[str]:
    cargo = shlex.split(os.environ.get("CARGO", "")) or ["cargo"]
    oldest = ".".join(map(str, _OLDEST))
    remedy = f"Install Rust {oldest} or newer (https://rustup.rs; a distribution's is often older)"
    if shutil.which(cargo[0]) is None:
        raise MachineLacks(
            f"The windows-rs driver is built with cargo, and there is no {cargo[0]}. {remedy}, or name one in CARGO."
        )
    said = run_tool([*cargo, "--version"], cargo[0], seconds=_PROBE_SECONDS)
    version = re.match(r"cargo (\d+)\.(\d+)", said.output)
    if version is None or said.code != 0:
        raise MachineLacks(f"{shlex.join(cargo)} does not say its version, but: {_said(said)}. {remedy}.")
    if tuple(map(int, version.groups())) < _OLDEST:
        raise MachineLacks(
            f"The windows-rs driver needs cargo {oldest} or newer, and {shlex.join(cargo)} is version "
            f"{'.'.join(version.groups())}. {remedy}, and name it in CARGO where it is not the first in PATH."
        )
    return cargo


def _said(done: Done) -> str:
    return tail(f"{done.output}\n{done.errors}") or "nothing"


def _write_package(version: str, folder: Path) -> None:
    """Put the sources, the manifest and the lock file where cargo looks for them, and the wrapper beside them."""
    shutil.copytree(_SOURCES / "src", folder / "src")
    shutil.copy(_SOURCES / "Cargo.toml", folder)
    shutil.copy(_lock(version), folder / "Cargo.lock")
    wrapper = folder / "rustc"
    wrapper.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, "-I", "-S", str(_WRAPPER)])} "$@"\n')
    wrapper.chmod(0o700)


def _environment(folder: Path) -> Mapping[str, str]:
    own = {"RUSTC_WRAPPER": str(folder / "rustc"), "CARGO_TARGET_DIR": str(folder / "target")}
    return {**{name: value for name, value in os.environ.items() if name not in _OVERRIDES}, **own}


def _fetch(cargo: list[str], version: str, folder: Path, environment: Mapping[str, str]) -> None:
    fetched = run_tool(
        [*cargo, "fetch", "--locked", "--quiet"],
        f"{cargo[0]} to fetch the crates of windows-rs",
        seconds=_TOOL_SECONDS,
        environment=environment,
        folder=folder,
    )
    if fetched.code != 0:
        raise MachineLacks(
            f"The crates of windows-future {version} could not be fetched from the crate registry. Connect to it, or "
            "point cargo at a mirror (source replacement in its config.toml), and run this again. cargo said: "
            + tail(fetched.errors)
        )
