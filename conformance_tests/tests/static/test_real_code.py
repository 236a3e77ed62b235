"""Code as libraries have it: facades, aliases, conditions, layouts of folders, newer syntax, bases without types."""

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_conformance.children.leash import leashed
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.static import checkers
from iasyncinfo_conformance.static.reading.newer import older_spelling
from iasyncinfo_conformance.static.surface import surface
from iasyncinfo_conformance.static.types import typed
from iasyncinfo_spec.abi import Kind

LOAD: Final = '''
from collections.abc import Callable
from typing import Any
from iasyncinfo_spec import AsyncStatus

class Load:
    """A right operation, spelled out."""
    id: int = 1
    error_code: int = 0
    completed: Callable[[Any, AsyncStatus], object] | None = None
    @property
    def status(self) -> AsyncStatus: ...
    def cancel(self) -> None: ...
    def close(self) -> None: ...
    def get_results(self) -> bytes: ...
'''


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    """Write modules, each by its path."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")


# -- types ----------------------------------------------------------------------------------------


def test_the_class_is_the_one_of_the_branch_that_the_checker_took(here: Path) -> None:
    """By the version of Python, by the platform, and by TYPE_CHECKING: the line is that branch's."""
    write(
        here,
        {
            "mine.py": LOAD
            + """
import sys
from typing import TYPE_CHECKING

class Outer:
    if sys.version_info < (3,) or not TYPE_CHECKING:
        class Save(Load): ...
    elif sys.platform.startswith("beos"):
        class Save(Load):
            def close(self) -> str: ...
    else:
        class Save(Load):
            def close(self) -> int: ...
"""
        },
    )
    (found,) = typed("mine:Outer.Save", "mypy").mistyped
    assert (found.rule, found.found) == ("TYPE-CLOSE", "a method: () -> int")
    lines = (here / "mine.py").read_text().splitlines()
    assert lines[found.line - 1].strip() == "def close(self) -> int: ..."


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_each_alternative_of_a_result_is_looked_at(checker: str, here: Path) -> None:
    """Named as a union, by an alias, by a text, or with None beside it."""
    write(
        here,
        {
            "mine.py": LOAD
            + """
from typing import Optional, TypeAlias, TypeVar, Union
import iasyncinfo
from iasyncinfo import AsyncAction, AsyncOperation
T = TypeVar("T")

class Wrong(Load):
    def cancel(self) -> bool: ...

Either: TypeAlias = "AsyncOperation[str] | AsyncAction"
def either(key: T) -> Optional["Either"]: ...
def one() -> Union[iasyncinfo.AsyncActionWithProgress[int], Wrong, None]: ...
def perhaps(key: T) -> AsyncOperation[T] | None: ...
"""
        },
    )
    either, one, perhaps = (typed(f"mine:{name}", checker) for name in ("either", "one", "perhaps"))
    assert (either.mistyped, either.kinds) == ((), (Kind.ACTION, Kind.OPERATION))
    assert ([each.rule for each in one.mistyped], one.mistyped[0].subject) == (["TYPE-CANCEL"], "mine:one")
    assert (perhaps.mistyped, perhaps.kinds) == ((), (Kind.OPERATION,))


def test_what_has_an_untyped_base_is_no_operation_for_that(here: Path) -> None:
    """Nor is a class that answers to any name; one that says most of it itself is."""
    write(
        here,
        {
            "mine.py": LOAD
            + """
from nowhere import Base  # type: ignore

class Failure(Base):
    code: int
class Proxy:
    def __getattr__(self, name: str) -> Any: ...
class Derived(Base, Load): ...
"""
        },
    )
    found = typed("mine", "mypy")
    assert [each.subject for each in found.looked] == ["mine:Load", "mine:Derived"]
    assert (found.mistyped, found.passed_over) == ((), 2)


def test_what_a_protocol_declares_is_not_defined_by_it(here: Path) -> None:
    """A class that derives from one has to define it; one that is a Protocol itself has not."""
    write(
        here,
        {
            "mine.py": LOAD
            + """
from typing import Protocol, TypeVar
from iasyncinfo_spec import IAsyncAction, IAsyncOperation
T = TypeVar("T", covariant=True)

class Hollow(IAsyncAction): ...
class Half(IAsyncOperation[bytes]):
    def __init__(self) -> None:
        self.id = 1
    @property
    def status(self) -> AsyncStatus: ...
    @property
    def error_code(self) -> int: ...
    @property
    def completed(self) -> Callable[[Any, Any], object] | None: ...
    @completed.setter
    def completed(self, handler: Callable[[Any, Any], object]) -> None: ...
    def close(self) -> None: ...
    def get_results(self) -> bytes: ...
class Whole(Load, IAsyncOperation[bytes]): ...
class Named(IAsyncOperation[T], Protocol[T]): ...
"""
        },
    )
    found = {each.subject: [(one.rule, one.member) for one in each.mistyped] for each in typed("mine", "mypy").looked}
    assert found == {
        "mine:Load": [],
        "mine:Hollow": [("TYPE-IFACE", "")],
        "mine:Half": [("TYPE-CANCEL", "cancel")],
        "mine:Whole": [],
        "mine:Named": [],
    }


def test_an_alias_is_what_it_stands_for(here: Path) -> None:
    """Of a class of another module, by whatever import; of one with its arguments; of a nested one."""
    write(
        here,
        {
            "below/__init__.py": "",
            "below/deep.py": LOAD + "class Holder:\n    class Inner(Load): ...\n",
            "mine.py": """
                import below.deep
                import below.deep as other
                from below import deep
                from typing import TypeAlias
                from iasyncinfo import AsyncOperation

                One = below.deep.Load
                Two: TypeAlias = other.Load
                Three = deep.Holder.Inner
                Four = AsyncOperation[int]
            """,
        },
    )
    for name, subject in {
        "One": "below.deep:Load",
        "Two": "below.deep:Load",
        "Three": "below.deep:Holder.Inner",
        "Four": "iasyncinfo.operations.kinds:AsyncOperation",
    }.items():
        (looked,) = typed(f"mine:{name}", "mypy").looked
        assert (looked.subject, looked.mistyped) == (subject, ())


def test_a_stub_for_a_newer_python_is_read(here: Path) -> None:
    """With type parameters, their defaults and bounds over several lines, the statement ``type``, and decorators."""
    stub = (
        "import warnings\nfrom typing import override\n"
        + LOAD.replace("    def cancel", "    @override\n    def cancel")
        .replace("    def close", '    @warnings.deprecated("")\n    def close')
        .replace("class Load:", "class Load[\n    T: (int, str),\n    *Ts = *tuple[int, ...],\n](object):")
        + "    def wait[S: int = int](self, seconds: float, /) -> str: ...\n"
        + "type Loads[T] = list[Load[T]]\nclass Saves:\n    type Any_ = int\n"
    )
    write(here, {"mine.pyi": stub})
    (looked,) = typed("mine.pyi:Load", "mypy").looked
    (found,) = looked.mistyped
    assert (found.rule, looked.untyped) == ("TYPE-WAIT", ())
    assert "def wait" in stub.splitlines()[found.line - 1]
    assert older_spelling(stub).count("\n") == stub.count("\n")


# -- where modules are ----------------------------------------------------------------------------


@pytest.mark.parametrize("listed", ["src", ""])
def test_packages_below_src_are_found(listed: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a relative PYTHONPATH, and because that is where projects have them; namespace packages, too."""
    monkeypatch.setenv("PYTHONPATH", listed)
    write(
        here,
        {
            "src/mine/__init__.py": "from mine.loads import Load as Load\n",
            "src/mine/loads.py": LOAD,
            "src/spread/one/__init__.py": "from spread.two import Two\nasync def leak() -> Two: ...\n",
            "src/spread/two.py": "class Two: ...\n",
            "flat/inner/one.py": "async def leak() -> int: ...\n",
        },
    )
    assert typed("mine", "mypy").mistyped == ()
    for name in ("spread", "src/spread/one", "src/spread/one/__init__.py", "src/spread"):
        (offender,) = surface(name).offenders
        assert (offender.name, offender.found) == ("spread.one.leak", "Coroutine[Any, Any, spread.two.Two]")
    (offender,) = surface("./flat/inner").offenders
    assert offender.name == "flat.inner.one.leak"


def test_a_module_beside_the_program_hides_none_of_the_standard_library(here: Path) -> None:
    """What is installed is looked at as if nothing lay in the current folder."""
    write(here, {"enum.py": "raise SystemExit\n", "typing.py": "raise SystemExit\n"})
    assert surface("iasyncinfo_spec.hresults").passes


# -- surfaces -------------------------------------------------------------------------------------


def test_a_facade_offers_what_a_private_module_has(here: Path) -> None:
    """One that is beside it, and one that is in the same package; not what is the standard library's or another's."""
    write(
        here,
        {
            "_native.pyi": "async def run() -> int: ...\nclass Api:\n    async def stop(self) -> None: ...\n",
            "lib/_impl.py": "async def below() -> int: ...\n",
            "other.py": "async def theirs() -> int: ...\n",
            "lib/front/__init__.py": """
                from _native import Api, run
                from lib._impl import below
                from asyncio import sleep
                from other import theirs
                __all__ = ["Api", "run", "below", "sleep", "theirs"]
            """,
            "lib/__init__.py": "",
        },
    )
    found = {each.name for each in surface("lib.front").offenders}
    assert found == {"lib.front.Api.stop", "lib.front.run", "lib.front.below"}


def test_a_support_type_is_found_in_what_is_assigned(here: Path) -> None:
    """To a module, to an object by its methods; a lambda is a function, and a call may make one."""
    write(
        here,
        {
            "mine.py": """
                import asyncio, functools
                from collections.abc import Awaitable, Callable, Coroutine
                from typing import Any, TypeAlias, TypeVar

                T = TypeVar("T")
                Later: TypeAlias = "asyncio.Future[int]"
                Work = Coroutine[Any, Any, T]
                Mine = asyncio.Future
                Handler = Callable[[], Awaitable[None]]
                number = 5

                async def _work(seconds: int) -> str: ...
                def _mark(x: T) -> T: ...

                first: "asyncio.Task[int] | None" = None  # found
                second = functools.partial(_work, 5)  # found
                third = lambda: asyncio.sleep(1)  # found
                fourth = _mark(5)
                fifth = _mark(int)

                class Holder:
                    handler: Callable[[], Awaitable[None]] | None = None

                    def __init__(self, task: "asyncio.Task[int]") -> None:
                        if task:
                            self.task = task  # found
                        self.name = task.get_name()
                        self._hidden = task
                        self.on_end: Handler = _mark(handler)
            """
        },
    )
    lines = (here / "mine.py").read_text().splitlines()
    assert sorted(each.line for each in surface("mine").offenders) == [
        number for number, line in enumerate(lines, 1) if line.endswith("# found")
    ]


def test_what_may_be_anything_is_not_accused(here: Path) -> None:
    """Any beside None, a guard, a class itself, names that end in async, bases without types, proxies."""
    write(
        here,
        {
            "mine.py": """
                import asyncio
                from collections.abc import Awaitable, Callable, Coroutine
                from typing import Any, TypeVar
                from typing_extensions import TypeGuard, TypeIs
                from nowhere import Base  # type: ignore

                T = TypeVar("T")
                class Untyped(Base): ...
                class Proxy:
                    def __getattr__(self, name: str) -> Any: ...

                def is_async(f: object) -> bool: ...
                def run_async(f: Callable[[], Awaitable[T]]) -> T: ...
                def first() -> Any | None: ...
                def pick(x: T | None) -> T | None: ...
                def untyped() -> Untyped | None: ...
                def proxies() -> list[Proxy | None]: ...
                def proxy() -> Proxy | None: ...
                def guard(x: object) -> TypeIs[Coroutine[Any, Any, Any]]: ...
                def guards(x: object) -> TypeGuard[Callable[[], Awaitable[int]]]: ...
                def kind_of() -> type[asyncio.Future[int]]: ...
                def decorates(f: Callable[[], T]) -> Callable[[], Awaitable[T]]: ...
            """
        },
    )
    assert surface("mine").offenders == ()


# -- checkers -------------------------------------------------------------------------------------


def test_a_mypy_that_misjudges_setters_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The least version is named, and so is how to get it."""
    write(here, {"mine.py": LOAD})
    monkeypatch.setattr(checkers, "version", lambda _name: "1.15.0")
    with pytest.raises(HarnessFault, match=r"pip install 'mypy>=1\.16'"):
        typed("mine:Load", "mypy")


def test_what_checkers_keep_has_an_end(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One probe takes the place of another, and more than the limit is thrown away."""
    kept = here / "kept"
    monkeypatch.setenv("XDG_CACHE_HOME", str(kept))
    (kept / "iasyncinfo" / "types" / "0123456789abcdef").mkdir(parents=True)
    write(here, {"mine.py": LOAD + "class Other(Load): ...\n"})
    typed("mine:Load", "mypy")
    before = {path.relative_to(kept) for path in kept.rglob("*")}
    monkeypatch.setattr(checkers, "_MOST_KEPT", 10)
    (kept / "iasyncinfo" / "types" / "mypy" / "kept" / "large").write_text("x" * 11)
    typed("mine:Other", "mypy")
    assert {path.relative_to(kept) for path in kept.rglob("*")} == before


def test_two_probes_of_one_size_are_two(here: Path) -> None:
    """Though one follows the other within a second."""
    write(here, {"mine.py": LOAD + "class Good(Load): ...\nclass Evil(Load):\n    def close(self) -> int: ...\n"})
    assert [len(typed(f"mine:{name}", "mypy").mistyped) for name in ("Good", "Evil", "Good")] == [0, 1, 0]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process outlives the one that started it")
def test_a_checker_ends_with_its_command_however_that_ends(tmp_path: Path) -> None:
    """With what it started itself, too: nobody holds the pipe that all of them have inherited."""
    inner = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    (tmp_path / "checker.py").write_text(inner, encoding="utf-8")
    outer = "import subprocess, sys; subprocess.run(sys.argv[1:], start_new_session=True, stdin=subprocess.PIPE)"
    command = [sys.executable, "-c", outer, *leashed("checker")]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"1\n"
        started.kill()
        assert started.stdout.read() == b""


@pytest.fixture(scope="module")
def lowest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lowest mypy that the extra admits, from the package index, in a folder of its own."""
    (least,) = re.findall(r'"mypy>=([\d.]+)"', (Path(__file__).parents[3] / "pyproject.toml").read_text())
    folder = tmp_path_factory.mktemp("lowest")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder), f"mypy=={least}"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode:
        pytest.skip(f"mypy {least} cannot be had from the package index: {done.stderr.strip()[-200:]}")
    return folder


def test_the_lowest_mypy_finds_the_same(lowest: Path, tmp_path: Path) -> None:
    """Ten faults are ten findings, each on its line; the Protocols fit what they have to fit, and nothing else."""
    environment = {**os.environ, "PYTHONPATH": str(lowest), "XDG_CACHE_HOME": str(tmp_path)}
    sample = Path(__file__).parent / "samples" / "mistyped.py"
    report = tmp_path / "report.json"
    ours = [sys.executable, "-m", "iasyncinfo_conformance", "types", f"{sample}:TenFaults", "--json", str(report)]
    assert subprocess.run(ours, env=environment, check=False, capture_output=True).returncode == 1
    found = {(each["rule"], each["line"]) for each in json.loads(report.read_text())["failures"]}
    assert found == {(each.rule, each.line) for each in typed(f"{sample}:TenFaults", "mypy").mistyped}
    files = sorted((Path(__file__).parents[3] / "spec" / "tests" / "typed").glob("*.py"))
    strict = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        "--cache-dir",
        str(tmp_path),
        *map(str, files),
    ]
    done = subprocess.run(strict, env=environment, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.startswith("Success"), done.stdout
