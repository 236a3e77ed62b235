"""``iasyncinfo surface`` on packages of the registry: what is found, and how long it takes beside the checker alone.

``python conformance_tests/benchmarks/surfaces.py FOLDER [PACKAGE...]`` downloads them into the folder, unpacks them and
prints a table of them, or of some. A finding on a line that begins an ``async def`` cannot be false; the others are
printed, to be looked at. Both times are of a first run, without anything kept.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any, Final

PACKAGES: Final = {
    "bleak": "bleak==3.1.0",
    "winrt.windows.foundation": "winrt-Windows.Foundation==3.2.1",
    "winrt.windows.devices.bluetooth": "winrt-Windows.Devices.Bluetooth==3.2.1",
    "winrt.windows.storage": "winrt-Windows.Storage==3.2.1",
    "twisted.internet": "twisted==26.10.0",
    "anyio": "anyio==4.16.0",
    "httpx": "httpx==0.28.1",
    "websockets": "websockets==17.4",
    "aiosqlite": "aiosqlite==0.22.1",
    "zeroconf": "zeroconf==0.154.0",
    "trio": "trio==0.35.0",
    "pymodbus": "pymodbus==3.16.1",
}
"""What is looked at, and the release that has it."""
_BESIDE: Final = ("winrt-runtime==3.2.1", "winrt-Windows.Foundation.Collections==3.2.1")
"""What the stubs of some of them import."""
_WHERE: Final = ("--platform", "win_amd64", "--python-version", "3.11", "--only-binary=:all:")


def downloaded(folder: Path) -> Path:
    """Return the folder into which the packages are unpacked."""
    wheels, unpacked = folder / "wheels", folder / "unpacked"
    for requirement in (*PACKAGES.values(), *_BESIDE):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(wheels), *_WHERE, requirement]
        subprocess.run(command, check=True)
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
    return unpacked


def timed(command: list[str], unpacked: Path, kept: Path) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Return how many seconds a command takes, and how it ended."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "MYPYPATH": str(unpacked), "XDG_CACHE_HOME": str(kept)}
    began = time.perf_counter()
    done = subprocess.run(command, cwd=unpacked, env=environment, capture_output=True, check=False, text=True)
    return time.perf_counter() - began, done


def row(package: str, folder: Path, unpacked: Path) -> str:
    """Return what comes of a package, as a row of a table; print the findings that have to be looked at."""
    report = folder / f"{package}.json"
    command = [sys.executable, "-m", "iasyncinfo_conformance", "surface", package, "--json", str(report)]
    kept = folder / "kept" / package
    shutil.rmtree(kept, ignore_errors=True)
    ours, done = timed(command, unpacked, kept)
    if done.returncode not in (0, 1):
        return f"| {package} | {done.stderr.strip()} |"
    found: dict[str, Any] = json.loads(report.read_text())
    checker = [sys.executable, "-m", "mypy", "--config-file=", "--cache-dir", str(kept / "alone")]
    theirs, _ = timed([*checker, "--namespace-packages", "-p", package], unpacked, folder)
    offenders = found["offenders"]
    plain = [each for each in offenders if is_async_def(unpacked, each)]
    for each in offenders:
        if each not in plain:
            print(f"    {each['rule']} {each['name']}: {each['found']} ({each['file']}:{each['line']})")
    counts = found["looked_at"], len(plain), len(offenders) - len(plain), len(found["untyped"])
    return f"| {PACKAGES[package]} | {package} | {' | '.join(map(str, counts))} | {ours:.1f} | {theirs:.1f} |"


def is_async_def(unpacked: Path, offender: dict[str, Any]) -> bool:
    """Whether a finding is on a line that begins a coroutine function, which returns a coroutine whatever it says."""
    lines = (unpacked / offender["file"]).read_text(encoding="utf-8").splitlines()
    line: str = lines[offender["line"] - 1]
    return bool(offender["rule"] == "SURFACE-TYPE") and line.lstrip().startswith("async def ")


def main(folder: Path, packages: list[str]) -> None:
    """Print the table."""
    unpacked = downloaded(folder)
    rows = [row(package, folder, unpacked) for package in packages or PACKAGES]
    print("| release | looked at | public | async def | other findings | no type | seconds | mypy alone |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    print("\n".join(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), sys.argv[2:])
