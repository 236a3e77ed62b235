"""Builds the C++/WinRT driver on first use and keeps it in the user's cache.

C++/WinRT is a set of headers that needs no Windows header, so g++ on Linux compiles its coroutines as
they are. The headers are not ours to ship: they are fetched from two packages of PyWinRT on PyPI, by
exact version and hash, and only those few that the driver includes.
"""

import os
import shlex
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.children.tool import Done, run_tool
from iasyncinfo_conformance.drivers.recipe import MachineLacks, Recipe, tail
from iasyncinfo_conformance.errors import UsageFault


@dataclass(frozen=True, slots=True)
class Release:
    """One published version of C++/WinRT, and the package on PyPI that carries its headers."""

    version: str
    package: str
    package_version: str
    in_wheel: bool
    """Whether its wheel holds the headers, or its source distribution alone."""
    folder: str
    """Where in that archive the folder ``winrt`` lies."""
    sha256: str

    @property
    def requirement(self) -> str:
        """The line of a requirements file that admits this one archive only."""
        return f"{self.package}=={self.package_version} --hash=sha256:{self.sha256}"


VERSIONS: Mapping[str, Release] = MappingProxyType(
    {
        "2.0": Release(
            version="2.0.250303.1",
            package="winrt-sdk",
            package_version="3.2.1",
            in_wheel=True,
            folder="winrt_sdk/cppwinrt",
            sha256="606d477757d5a47426b561337ae1672e0ff4647aaec889a70e8cb86b245ed9bc",
        ),
        "3.0": Release(
            version="3.0.260818.1",
            package="winrt-runtime",
            package_version="4.1.0",
            in_wheel=False,
            folder="winrt_runtime-4.1.0/src/include/cppwinrt",
            sha256="d345452652ce7243ce3d97ebf63067f848717a8328cca8c4e851c2d0a53ef577",
        ),
    }
)
NEWEST = "3.0"

# What winrt/Windows.Foundation.h includes, itself included; base_macros.h exists since 3.0.
_HEADERS = (
    "winrt/base.h",
    "winrt/base_macros.h",
    "winrt/Windows.Foundation.h",
    *(f"winrt/impl/Windows.Foundation.{n}.h" for n in (0, 1, 2)),
    *(f"winrt/impl/Windows.Foundation.Collections.{n}.h" for n in (0, 1, 2)),
)
_FLAGS = ("-std=c++20", "-O1", "-pthread", "-DWINRT_LEAN_AND_MEAN")
_OLDEST_COMPILER = 12
_SOURCES = Path(__file__).parent
_TRANSLATION_UNITS = ("driver.cpp", "stubs.cpp")
_PROBE_SECONDS = 30.0
_TOOL_SECONDS = 300.0
"""How long pip and the compiler may take, each."""


def command(version: str, cooperative: bool = False) -> list[str]:
    """Return the command line of the driver, which is built first where need be.

    With ``cooperative`` its worker ends inside Cancel; without, it leaves a cancel pending.
    """
    return [str(driver(version)), *(["--cooperative"] if cooperative else [])]


def driver(version: str) -> Path:
    """Return the driver's executable for "2.0" or "3.0", built into the user's cache if it is not there yet.

    Raises UsageFault for another version, MachineLacks where a tool or the package index is missing, and
    HarnessFault where the compiler refuses.
    """
    if version not in VERSIONS:
        raise UsageFault(f"There is no C++/WinRT driver {version!r}; there are {', '.join(VERSIONS)}.")
    release = VERSIONS[version]
    recipe = Recipe("C++/WinRT", release.version, "cppwinrt", "g++", _own_files(), _FLAGS)
    return recipe.built(lambda executable, log: _build(recipe, release, executable, log))


def _own_files() -> list[Path]:
    return [*_SOURCES.glob("*.cpp"), *_SOURCES.glob("*.hpp"), *_SOURCES.glob("include/*.h")]


def _build(recipe: Recipe, release: Release, executable: Path, log: Path) -> None:
    compiler = _compiler()
    _check_pip()
    recipe.announce(20)
    folder = executable.parents[1]
    _fetch_headers(release, folder)
    recipe.compile(
        [
            *compiler,
            *_FLAGS,
            *("-isystem", str(folder / "headers")),
            f"-I{_SOURCES / 'include'}",
            *(str(_SOURCES / unit) for unit in _TRANSLATION_UNITS),
            *("-o", str(executable)),
        ],
        compiler,
        log,
        _TOOL_SECONDS,
        remedy="Try another g++ through CXX",
    )


def _compiler() -> list[str]:
    compiler = shlex.split(os.environ.get("CXX", "")) or ["g++"]
    if shutil.which(compiler[0]) is None:
        raise MachineLacks(
            f"The C++/WinRT driver needs a compiler, and there is no {compiler[0]}. "
            f"Install g++ {_OLDEST_COMPILER} or newer (Debian, Ubuntu: apt install g++), or name one in CXX."
        )
    version = _gnu_version(compiler)
    if version < _OLDEST_COMPILER:
        raise MachineLacks(
            f"The C++/WinRT driver needs g++ {_OLDEST_COMPILER} or newer, and {shlex.join(compiler)} "
            f"{f'is version {version}' if version else 'is not g++'}. "
            "Install a newer one and name it in CXX (Debian, Ubuntu: apt install g++-12, then CXX=g++-12)."
        )
    return compiler


def _gnu_version(compiler: Sequence[str]) -> int:
    """The major version of g++; 0 for other compilers, clang among them, which calls itself GNU 4."""
    question = "#if !defined(__clang__)\n__GNUC__\n#endif\n"
    probe = run_tool([*compiler, "-E", "-P", "-x", "c++", "-"], compiler[0], given=question, seconds=_PROBE_SECONDS)
    answer = probe.output.strip()
    return int(answer) if answer.isdigit() else 0


def _pip(*arguments: str) -> Done:
    return run_tool(
        python_command("pip", "--disable-pip-version-check", "--no-input", *arguments), "pip", seconds=_TOOL_SECONDS
    )


def _check_pip() -> None:
    if _pip("--version").code != 0:
        raise MachineLacks(
            f"The C++/WinRT driver fetches Microsoft's headers with pip, which {sys.executable} has not. "
            f"Install it: {sys.executable} -m ensurepip (Debian, Ubuntu: apt install python3-pip)."
        )


def _fetch_headers(release: Release, folder: Path) -> None:
    requirements = folder / "requirements.txt"
    requirements.write_text(release.requirement + "\n")
    download = folder / "download"
    # Named, not ":all:": pip would otherwise also build its own build tools from source.
    form = "--only-binary" if release.in_wheel else "--no-binary"
    fetched = _pip(
        *("download", "--quiet", "--no-deps", form, release.package),
        *("--dest", str(download), "--requirement", str(requirements)),
    )
    if fetched.code != 0:
        raise MachineLacks(
            f"The headers of C++/WinRT {release.version} ({release.package} {release.package_version}) could not be "
            "fetched from the package index. Connect to it, or point pip at a mirror (PIP_INDEX_URL), and run this "
            "again. pip said:\n" + tail(fetched.errors)
        )
    _unpack_headers(next(download.iterdir()), release.folder, folder / "headers")


def _unpack_headers(archive: Path, root: str, into: Path) -> None:
    """Write the wanted headers, and nothing else, to paths that are ours and not the archive's."""
    for name, content in _members(archive, [f"{root}/{header}" for header in _HEADERS]):
        target = into / PurePosixPath(name).relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _members(archive: Path, names: Iterable[str]) -> list[tuple[str, bytes]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            present = set(wheel.namelist())
            return [(name, wheel.read(name)) for name in names if name in present]
    with tarfile.open(archive) as source:
        wanted = set(names)
        files = [(member.name, source.extractfile(member)) for member in source if member.name in wanted]
        return [(name, file.read()) for name, file in files if file is not None]
