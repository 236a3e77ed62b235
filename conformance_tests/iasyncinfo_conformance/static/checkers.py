"""Type checkers, run on a probe: a file of ours that asks about somebody else's names.

They run in a process of their own, without the user's configuration, and say what they make of the probe
alone. What mypy finds out is kept between runs, up to a limit.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from iasyncinfo_conformance.children.leash import leashed
from iasyncinfo_conformance.children.tool import run_tool
from iasyncinfo_conformance.drivers.cache import cache, locked
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.static.reading.since import Version, python_of

CHECKERS: Final = ("mypy", "pyright")
LEAST_MYPY: Final = (1, 16)
"""Earlier ones take the type of a property's getter for its setter's, and judge handlers by that."""
_MOST_KEPT: Final = 512_000_000
"""Bytes that a checker may keep; what is more is thrown away before the next run."""
_PROBE: Final = "iasyncinfo_probe"
"""The module of every probe: each takes the place of the one before in what a checker keeps."""
_MYPY: Final = (
    "--config-file=",
    "--no-error-summary",
    "--no-color-output",
    "--no-pretty",
    "--hide-error-context",
    "--follow-imports=silent",
    "--namespace-packages",
    "--explicit-package-bases",
    "--disable-error-code=func-returns-value",
)


class Remark(NamedTuple):
    """What a checker says of one line of the probe: a type that it was asked for, or what is wrong."""

    line: int
    text: str
    is_type: bool


class _Asked(NamedTuple):
    """Where a checker looks for modules, and for which Python it takes them."""

    roots: Sequence[Path]
    python: Version


def remarks(checker: str, probe: str, roots: Sequence[Path], files: Iterable[Path]) -> tuple[list[Remark], str]:
    """Return what a checker says of a probe about ``files``, of modules below ``roots``, and the checker's name.

    Raises HarnessFault where the checker is not installed or does not understand the probe.
    """
    if importlib.util.find_spec(checker) is None:
        how = f"Install it into this environment, for example with: pip install {checker}."
        raise HarnessFault(f"{checker} is not installed, which this asks for. {how}")
    known = version(checker)
    if checker == "mypy" and tuple(map(int, known.split(".")[:2])) < LEAST_MYPY:
        least = ".".join(map(str, LEAST_MYPY))
        raise HarnessFault(
            f"mypy {known} is installed, which takes the type of a property's getter for its setter's. This asks for "
            f"mypy {least} or later; install it with: pip install 'mypy>={least}'."
        )
    found = list(_ask(checker, probe, _Asked(roots, python_of(files))))
    for remark in found:
        _require_found(remark)
    if not any(remark.is_type for remark in found):
        raise HarnessFault(f"{checker} says nothing of what it was asked: {'; '.join(remark.text for remark in found)}")
    return found, f"{checker} {known}"


def _ask(checker: str, probe: str, asked: _Asked) -> Iterator[Remark]:
    kept = cache() / "types"
    if _is_writable(kept):
        with locked(kept):  # two checkers at once spoil what each keeps
            _throw_away(kept)
            found = list(_ask_in(kept, checker, probe, asked))
        yield from found
    else:  # a home that cannot be written to
        with tempfile.TemporaryDirectory(prefix="iasyncinfo-") as passing:
            yield from _ask_in(Path(passing), checker, probe, asked)


def _throw_away(kept: Path) -> None:
    """Empty the folder where more is kept in it than may be."""
    size = sum(file.lstat().st_size for file in kept.rglob("*") if file.is_file())
    for each in kept.iterdir():
        if each.is_dir() and (size > _MOST_KEPT or each.name not in CHECKERS):
            shutil.rmtree(each, ignore_errors=True)


def _is_writable(folder: Path) -> bool:
    """Return whether files can be made in a folder, and in what is in it already."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return all(os.access(each, os.W_OK | os.X_OK) for each in (folder, *folder.iterdir()))
    except OSError:
        return False


def _ask_in(folder: Path, checker: str, probe: str, asked: _Asked) -> Iterator[Remark]:
    path = folder / checker / "probe" / f"{_PROBE}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(probe, encoding="utf-8")
    seconds = int.from_bytes(hashlib.sha256(probe.encode()).digest()[:4], "big") // 2
    os.utime(path, (seconds, seconds))  # a file of the same size and second is the same one for mypy
    yield from _RUN[checker](path, asked)


def _require_found(remark: Remark) -> None:
    """Raise a HarnessFault where the checker could not look at what it was to look at."""
    if remark.is_type:
        return
    missing = re.search(r'(?:module named|Import) "([\w.]+)"', remark.text)
    if missing is not None and re.search(r"Cannot find|could not be resolved", remark.text):
        raise HarnessFault(
            f"the type checker does not find the module {missing[1]!r}. Run from the folder that holds it, or "
            "install it."
        )
    untyped = re.search(r'Skipping analyzing "([\w.]+)"', remark.text)
    if untyped is not None:
        raise HarnessFault(
            f"{untyped[1]!r} is installed without a py.typed file, so type checkers do not look into it. "
            "Add the empty file py.typed to the package, or run from the folder of its sources."
        )


# -- mypy -----------------------------------------------------------------------------------------


def _mypy(path: Path, asked: _Asked) -> Iterator[Remark]:
    found = [os.environ.get("MYPYPATH", ""), *map(str, asked.roots)]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(dict.fromkeys(filter(None, found)))}
    python = ("--python-executable", sys.executable, "--python-version", ".".join(map(str, asked.python)))
    command = leashed("mypy", *_MYPY, *python, "--cache-dir", str(path.parents[1] / "kept"), path.name)
    done = run_tool(command, "mypy", environment=environment, folder=path.parent)
    if done.code not in (0, 1):
        said = " ".join((done.output + done.errors).split())[-400:]
        kept = path.parents[1] / "kept"
        hint = f" Delete the folder {kept}, which mypy keeps for the next run, and try again." * ("INTERNAL" in said)
        raise HarnessFault(f"mypy cannot check this: {said}{hint}")
    for line in done.output.splitlines():
        match = re.match(rf"{_PROBE}\.py:(\d+): (error|note): (.*?)(?:  \[[a-z-]+\])?$", line)
        if match is None:
            continue
        revealed = re.match(r'Revealed type is "(.*)"$', match[3])
        if revealed is not None:
            yield Remark(int(match[1]), plain(revealed[1]), True)
        elif match[2] == "error":
            yield Remark(int(match[1]), plain(match[3]), False)


def plain(text: str) -> str:
    """Return a type as people write it."""
    text = re.sub(r"\b(?:builtins|typing|collections\.abc|typing_extensions)\.", "", text)
    return re.sub(r"(?<=[\w\]])\*(?=[,\])]|$)|(?<=\w)\?", "", text)


# -- pyright --------------------------------------------------------------------------------------


def _pyright(path: Path, asked: _Asked) -> Iterator[Remark]:
    settings = {
        "extraPaths": list(map(str, asked.roots)),
        "typeCheckingMode": "standard",
        "include": [path.name],
        "pythonVersion": ".".join(map(str, asked.python)),
    }
    (path.parent / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    where = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    done = run_tool(
        leashed("pyright", "-p", str(path.parent), "--outputjson"),
        "pyright",
        environment={**os.environ, "PATH": where, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
    )
    try:
        report: dict[str, Any] = json.loads(done.output)
    except ValueError:
        said = " ".join((done.output + done.errors).split())[-400:]
        raise HarnessFault(f"pyright cannot check this: {said}") from None
    for found in report["generalDiagnostics"]:
        line = found["range"]["start"]["line"] + 1
        revealed = re.match(r'Type of ".*" is "(.*)"$', found["message"], re.DOTALL)
        if revealed is not None:
            yield Remark(line, plain(revealed[1]), True)
        elif found["severity"] == "error":
            yield Remark(line, plain(" ".join(found["message"].split())), False)


_RUN: Final[dict[str, Callable[[Path, _Asked], Iterator[Remark]]]] = {"mypy": _mypy, "pyright": _pyright}
