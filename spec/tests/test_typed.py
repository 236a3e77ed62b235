"""What type checkers make of the Protocols: mypy and pyright, both strict, on own, plain and PyWinRT's classes."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from mypy import api

TYPED: Final = Path(__file__).parent / "typed"
PACKAGES: Final = ("iasyncinfo_spec", "iasyncinfo", "iasyncinfo_conformance")
PYWINRT: Final[Mapping[str, tuple[str, ...]]] = {
    "3": (
        "winrt-Windows.Foundation==3.2.1",
        "winrt-Windows.Foundation.Collections==3.2.1",
        "winrt-runtime==3.2.1",
    ),
    "4": (
        "winrt-Windows.Foundation==4!10.0.28000.2705",
        "winrt-Windows.Foundation.Collections==4!10.0.28000.2705",
        "winrt-runtime==4.1.0",
    ),
}
"""Pinned releases of PyWinRT; their wheels are Windows', their stubs are read anywhere."""

FOREIGN: Final = """
from typing_extensions import assert_type
from winrt.windows.foundation import (
    AsyncStatus,
    IAsyncAction,
    IAsyncActionWithProgress,
    IAsyncOperation,
    IAsyncOperationWithProgress,
    IClosable,
)

import iasyncinfo_spec as spec


def one(operation: spec.IAsyncOperation[str, AsyncStatus]) -> None:
    assert_type(operation.get_results(), str)
    assert_type(operation.status, AsyncStatus)


def either(operation: spec.IAsyncOperation[str, int]) -> None:
    assert_type(operation.status, int)


def loud(operation: spec.IAsyncOperationWithProgress[str, float, AsyncStatus]) -> None:
    assert_type(operation.get_results(), str)


def action(action: spec.IAsyncAction[AsyncStatus]) -> None:
    assert_type(action.status, AsyncStatus)


def loud_action(action: spec.IAsyncActionWithProgress[float, AsyncStatus]) -> None:
    assert_type(action.status, AsyncStatus)


def waits(operation: spec.Waitable[str, AsyncStatus]) -> None:
    assert_type(operation.get(), str)


def closes(closable: spec.IClosable) -> None:
    closable.close()


def theirs(
    an_action: IAsyncAction,
    a_loud_action: IAsyncActionWithProgress[float],
    an_operation: IAsyncOperation[str],
    a_loud_operation: IAsyncOperationWithProgress[str, float],
    closable: IClosable,
) -> None:
    action(an_action)
    loud_action(a_loud_action)
    one(an_operation)
    either(an_operation)
    loud(a_loud_operation)
    waits(an_operation)
    closes(closable)
    wrong: spec.IAsyncOperation[int, AsyncStatus] = an_operation  # type: ignore[assignment]
    other: spec.IAsyncAction[spec.AsyncStatus] = an_action  # type: ignore[assignment]
    print(wrong, other)
"""
"""PyWinRT's classes in places for the Protocols, and two that are not theirs."""


def test_there_are_enough_of_both_kinds() -> None:
    """A type that nobody asserts and a comment that ignores nothing would prove nothing."""
    assert (TYPED / "fitting.py").read_text(encoding="utf-8").count("assert_type(") >= 18
    assert len(re.findall(r"# type: ignore\[[a-z-]+\]", (TYPED / "not_fitting.py").read_text(encoding="utf-8"))) >= 10


def test_mypy_agrees(tmp_path: Path) -> None:
    """Every asserted type comes out, and every ignored line has its error."""
    assert mypy(tmp_path, *map(str, sorted(TYPED.glob("*.py")))) == ""


def test_pyright_agrees(tmp_path: Path) -> None:
    """So it is in its strict mode, which complains of comments that ignore nothing."""
    for path in TYPED.glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert pyright(tmp_path) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_has_a_complete_type(package: str, tmp_path: Path) -> None:
    """As pyright counts them: what a program that uses the package would see."""
    command = [*PYRIGHT, "--verifytypes", package, "--ignoreexternal", "--outputjson"]
    found = json.loads(run(command, tmp_path).stdout)["typeCompleteness"]
    incomplete = [symbol["name"] for symbol in found["symbols"] if symbol["isExported"] and not symbol["isTypeKnown"]]
    assert (found["completenessScore"], incomplete) == (1, [])


@pytest.fixture(scope="module", params=PYWINRT)
def stubs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stubs of one release of PyWinRT, from the package index."""
    wheels, unpacked = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("stubs")
    where = ["--platform", "win_amd64", "--python-version", "3.11", "--only-binary=:all:"]
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *where, "-d", str(wheels)]
    done = subprocess.run([*command, *PYWINRT[request.param]], capture_output=True, check=False, text=True)
    if done.returncode:
        pytest.skip(f"PyWinRT {request.param} cannot be had from the package index: {done.stderr.strip()[-200:]}")
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
    return unpacked


def test_the_classes_of_pywinrt_fit_for_mypy(stubs: Path, tmp_path: Path) -> None:
    """Whichever release; what its own files are complained of is not ours."""
    path = tmp_path / "foreign.py"
    path.write_text(FOREIGN, encoding="utf-8")
    complaints = mypy(tmp_path, "--follow-imports=silent", str(path), stubs=stubs)
    assert [line for line in complaints.splitlines() if "foreign.py" in line] == []


def test_the_classes_of_pywinrt_fit_for_pyright(stubs: Path, tmp_path: Path) -> None:
    """Whichever release."""
    (tmp_path / "foreign.py").write_text(FOREIGN, encoding="utf-8")
    assert pyright(tmp_path, stubs) == []


def mypy(folder: Path, *arguments: str, stubs: Path | None = None) -> str:
    """Return what mypy complains of, strict and without any configuration."""
    before = os.environ.get("MYPYPATH", "")
    os.environ["MYPYPATH"] = str(stubs or "")
    try:
        options = ["--strict", "--config-file=", "--no-error-summary", "--cache-dir", str(folder / "cache")]
        out, errors, _ = api.run([*options, *arguments])
    finally:
        os.environ["MYPYPATH"] = before
    return out + errors


PYRIGHT: Final = (sys.executable, "-m", "pyright")


def pyright(folder: Path, stubs: Path | None = None) -> list[str]:
    """Return what pyright complains of in the files of a folder, in its strict mode."""
    settings = {
        "typeCheckingMode": "strict",
        "reportUnnecessaryTypeIgnoreComment": "error",
        "extraPaths": [str(stubs)] if stubs else [],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    report = json.loads(run([*PYRIGHT, "-p", str(folder), "--outputjson"], folder).stdout)
    return [f"{each['file']}: {each['message']}" for each in report["generalDiagnostics"]]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run pyright where it finds the packages of this interpreter; skip where it cannot be had."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, text=True)
    if not done.stdout.lstrip().startswith("{"):
        pytest.skip(f"pyright cannot be run: {(done.stderr or done.stdout).strip()[-300:]}")
    return done
