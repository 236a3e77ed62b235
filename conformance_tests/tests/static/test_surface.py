"""A component's surface: four offenders are four findings, and this distribution has none."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_conformance.cli import main
from iasyncinfo_conformance.errors import HarnessFault, UsageFault
from iasyncinfo_conformance.files.known_file import load_known
from iasyncinfo_conformance.record.known import Exemption
from iasyncinfo_conformance.record.static.surface import Surface
from iasyncinfo_conformance.static.surface import surface

ROOT: Final = Path(__file__).parents[3]
GEO: Final = Path(__file__).parent / "samples" / "geo"


def test_four_offenders_are_four_findings() -> None:
    """Each with its file, its line, what was found and what to return instead; nothing is imported."""
    found = surface(str(GEO))
    numbered = {
        (path, number): match[1]
        for path in GEO.glob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (match := re.search(r"# \d: (SURFACE-\w+)$", line))
    }
    assert {(each.file, each.line): each.rule for each in found.offenders} == numbered
    assert {each.name.removeprefix("geo."): each.instead for each in found.offenders} == {
        "Locator.locate": "IAsyncOperation[str]",
        "Locator.ready": "IAsyncAction",
        "Locator.refresh_async": "IAsyncOperation[int]",
        "Locator.moving": "the name moving_async",
    }
    assert found.untyped == ("geo.nearby.untyped",)


def test_an_exemption_has_to_be_needed() -> None:
    """One that is, excuses; one that is not, is stale, and the component does not pass."""
    reason = "for Python alone"
    needed = [Exemption(each.name, reason) for each in surface(str(GEO)).offenders]
    assert surface(str(GEO), needed).passes
    found = surface(str(GEO), [*needed, Exemption("geo.Locator.count", reason)])
    assert ([each.name for each in found.stale], found.offenders, found.passes) == (["geo.Locator.count"], (), False)


IMPORTS: Final = """
import asyncio
import builtins
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Generic, NamedTuple, ParamSpec, Self, TypeVar, overload
from iasyncinfo import AsyncAction, AsyncOperation
from iasyncinfo_spec import IAsyncOperation
T = TypeVar("T")
P = ParamSpec("P")
def mark(f: T) -> T: ...
def other() -> int: ...
"""
WRONG: Final = (
    ("def f() -> list['asyncio.Future[int]']: ...", "list[_asyncio.Future[int]]"),
    ("def f() -> 'asyncio.Task[int] | None': ...", "_asyncio.Task[int] | None"),
    ("async def f(): yield 1", "an async def, of which no annotation tells the result"),
    (
        "def keeps(f):\n    async def g(*a): return await f(*a)\n    return g\n@keeps\nasync def f() -> int: ...",
        "an async def, of which no annotation tells the result",
    ),
    (
        "class C:\n    @classmethod\n    def twice(cls, n):\n        def keeps(f): return f\n        return keeps\n"
        "@C.twice(2)\nasync def f() -> int: ...",
        "an async def, of which no annotation tells the result",
    ),
    ("def f() -> AsyncIterator[int]: ...", "AsyncIterator[int]"),
    ("class Own:\n    def __await__(self): yield\ndef f() -> Own: ...", "component.Own"),
    (
        "class Own:\n    def __iter__(self) -> 'Iterator[int]': ...\n    __await__ = __iter__\ndef f() -> Own: ...",
        "component.Own",
    ),
    (
        "class Own(Generic[T]):\n    def __await__(self): yield\n    @mark\n    def f(self) -> 'Own[T]': ...",
        "component.Own[Any]",
    ),
    ("class C:\n    task: 'asyncio.Task[int]'", "_asyncio.Task[int]"),
    ("class C:\n    @staticmethod\n    async def f() -> int: ...", "Coroutine[Any, Any, int]"),
    ("@functools.cache\ndef f() -> 'asyncio.Future[int]': ...", "_asyncio.Future[int]"),
    ("try:\n    pass\nexcept ImportError:\n    async def f() -> int: ...", "Coroutine[Any, Any, int]"),
    ("class Own:\n    def __await__(self): yield\ndef f() -> 'Own | None': ...", "component.Own | None"),
    ("class Own:\n    def __await__(self): yield\ndef f() -> list[Own]: ...", "list[component.Own]"),
    ("class C:\n    @builtins.property\n    def f(self) -> 'asyncio.Future[int]': ...", "_asyncio.Future[int]"),
    ("class C:\n    class D:\n        async def f(self) -> int: ...", "Coroutine[Any, Any, int]"),
    ("class C:\n    if True:\n        async def f(self) -> int: ...", "Coroutine[Any, Any, int]"),
    ("class C(NamedTuple):\n    task: 'asyncio.Task[int]'", "_asyncio.Task[int]"),
    (
        "@overload\ndef f_async(x: int) -> AsyncOperation[int]: ...\n@overload\n"
        "def f_async(x: str) -> 'asyncio.Future[str]': ...\ndef f_async(x: Any) -> Any: ...",
        "iasyncinfo.operations.kinds.AsyncOperation[int] or _asyncio.Future[str]",
    ),
    (
        "def keeps(f: Callable[P, T]) -> Callable[P, T]: ...\n@keeps\nasync def f() -> int: ...",
        "Coroutine[Any, Any, int]",
    ),
    ("if __name__ != '__main__':\n    task: 'asyncio.Task[int] | None' = None", "_asyncio.Task[int] | None"),
)
"""What is found, and as what."""
RIGHT: Final = (
    "def f_async() -> AsyncAction: ...",
    "def LoadAsync() -> IAsyncOperation[int]: ...",
    "def delete_async_overload_default_options() -> IAsyncOperation[int]: ...",
    "def copy_overload() -> AsyncAction: ...",
    "def is_async(name: str) -> bool: ...",
    "class C:\n    @property\n    def current(self) -> AsyncAction: ...",
    "class Own(AsyncAction):\n    @classmethod\n    def begun(cls) -> 'Own': ...",
    "def f(task: 'asyncio.Task[int]', made: Callable[[], 'asyncio.Task[int]']) -> int: ...",
    "def f(value: T) -> T: ...",
    "def f() -> tuple[AsyncAction, int]: ...",
    "class Task: ...\ndef f() -> Task: ...",
    "class Deferred: ...\ndef f() -> Deferred: ...",
    "def f_async() -> AsyncAction | None: ...",
    "def f() -> list[AsyncAction]: ...",
    "def f(made: Callable[[Callable[[], int]], 'asyncio.Task[int]']) -> Callable[[], int]: ...",
    "async def _f() -> int: ...",
    "def runs(f):\n    return lambda: asyncio.run(f())\n@runs\nasync def f() -> int: ...",
    "def runs(f):\n    def g(): return asyncio.run(f())\n    return g\n@runs\nasync def f() -> int: ...",
    "def runs(n):\n    def g(f): return n\n    return g\n@runs(5)\nasync def f() -> int: ...",
    "class Runs:\n    def __init__(self, f): ...\n@Runs\nasync def f() -> int: ...",
    "class C:\n    runs = asyncio.run\n    @missing.runs\n    async def f(self) -> int: ...",
    "if __name__ == '__main__':\n    task: 'asyncio.Task[int] | None' = None",
    "class Own(AsyncAction):\n    def again(self) -> Self: ...",
    "class Own(AsyncOperation[T]):\n    def again(self) -> 'Own[T]': ...",
    "def f(g: Callable[[], Awaitable[T]]) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, T]]: ...",
    "def f_async(x: int) -> AsyncOperation['asyncio.Future[int]']: ...",
    "@overload\ndef f_async(x: int) -> AsyncOperation[int]: ...\n@overload\n"
    "def f_async(x: str) -> AsyncOperation[str]: ...\ndef f_async(x: Any) -> Any: ...",
)
"""What a component may offer."""


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Surface:
    """The surface of a package that has a module of each: one run of the checker."""
    folder = tmp_path_factory.mktemp("of") / "component"
    folder.mkdir()
    sources = {f"wrong{number}": source for number, (source, _) in enumerate(WRONG)}
    sources |= {f"right{number}": source for number, source in enumerate(RIGHT)}
    for name, source in {"__init__": "", **{each: f"{IMPORTS}{source}\n" for each, source in sources.items()}}.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    return surface(str(folder))


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_a_support_type_is_found_wherever_it_hides(number: int, looked_at: Surface) -> None:
    """In containers and unions, as an iterator, of an own class, in a field, by one of several signatures."""
    module = f"component.wrong{number}."
    (offender,) = (each for each in looked_at.offenders if each.name.startswith(module))
    found = WRONG[number][1].replace("component.", module)
    assert (offender.rule, offender.found) == ("SURFACE-TYPE", found)


@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_what_a_component_may_offer_is_not_found(number: int, looked_at: Surface) -> None:
    """Interfaces under their names, parameters, makers, properties, and classes that are only called like others."""
    module = f"component.right{number}."
    assert [each for each in looked_at.offenders if each.name.startswith(module)] == []


def test_what_a_module_makes_when_it_is_asked_for_is_not_passed_over_silently(tmp_path: Path) -> None:
    """A name that is listed, and that only a __getattr__ of the module can have, has no type."""
    path = tmp_path / "component.py"
    path.write_text(
        "__all__ = ['lazy']\nfrom typing import Any\ndef __getattr__(name: str) -> Any: ...\n", encoding="utf-8"
    )
    assert surface(str(path)).untyped == ("component.lazy",)


@pytest.mark.parametrize(
    "init",
    [
        "from ._w import leak",
        "from ._w import leak as leak",
        "from ._w import *",
        "from ._w import *\nfrom ._w import __all__ as _names\n__all__ = ['other', *_names]",
        "from . import _w\nfrom ._w import leak\n__all__ = []\n__all__ += _w.__all__",
        "from ._w import leak\n__all__ = []\n__all__.append('leak')",
    ],
)
def test_what_a_package_passes_on_is_its_own(init: str, tmp_path: Path) -> None:
    """By its imports, or by a list that other lists make up."""
    package = tmp_path / "passing"
    package.mkdir()
    (package / "__init__.py").write_text(f"{init}\ndef other() -> int: ...\n", encoding="utf-8")
    leak = "__all__ = ['leak']\nfrom concurrent.futures import Future\ndef leak() -> 'Future[int]': ...\n"
    (package / "_w.py").write_text(leak, encoding="utf-8")
    assert [each.name for each in surface(str(package)).offenders] == ["passing.leak"]


def test_a_type_that_is_not_found_is_not_passed_over_silently(tmp_path: Path) -> None:
    """mypy takes it for Any."""
    path = tmp_path / "component.py"
    path.write_text("from nowhere_to_be_found import Thing\ndef f() -> Thing: ...\n", encoding="utf-8")
    assert surface(str(path)).untyped == ("component.f",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"def f(:\n", "component.py:1 is not understood by Python"),
        (b"x = '\xe9'\n", "is no text that Python reads"),
        (b"# -*- coding: nonsense -*-\n", "is no text that Python reads"),
        (b"x = 1\0\n", "holds null bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(content: bytes, says: str, tmp_path: Path) -> None:
    """With what is wrong with it."""
    path = tmp_path / "component.py"
    path.write_bytes(content)
    with pytest.raises(HarnessFault, match=says):
        surface(str(path))


def test_a_file_whose_name_is_no_name_is_refused(tmp_path: Path) -> None:
    """No probe could import it."""
    path = tmp_path / "two-words.py"
    path.write_text("def f() -> int: ...\n", encoding="utf-8")
    with pytest.raises(UsageFault, match="'two-words' is no name in Python"):
        surface(str(path))


def test_the_specification_has_no_offenders() -> None:
    """Without any exemption."""
    assert surface("iasyncinfo_spec").passes


def test_the_suite_has_exemptions_with_reasons() -> None:
    """Each is needed: consumers await, and the stand-in runs already."""
    assert surface("iasyncinfo_conformance", load_known(ROOT / "conformance_tests" / "surface.toml").exemptions).passes


def test_the_reference_implementation_has_exemptions_with_reasons() -> None:
    """Each is needed."""
    assert surface("iasyncinfo", load_known(ROOT / "impl" / "surface.toml").exemptions).passes


def test_the_command_reports_and_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As text, and as JSON for programs; 0 where there is nothing to find."""
    path = tmp_path / "surface.json"
    assert main(["surface", str(GEO), "--json", str(path)]) == 1
    printed = capsys.readouterr().out
    assert printed.count("FAILED  SURFACE-") == 4
    assert printed.splitlines()[-1] == "does not pass: 4 found, 0 stale"
    written = json.loads(path.read_text())
    assert (len(written["offenders"]), written["passes"], written["untyped"]) == (4, False, ["geo.nearby.untyped"])
    assert main(["surface", "iasyncinfo", "--known", str(ROOT / "impl" / "surface.toml")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "passes"


def test_an_entry_that_is_not_understood_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the line, as in every known-file."""
    path = tmp_path / "known.toml"
    path.write_text('[[exemption]]\nname = "geo.Locator.locate"\n', encoding="utf-8")
    assert main(["surface", str(GEO), "--known", str(path)]) == 2
    assert "line 1: 'reason'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("package", "fault"),
    [
        ("no.such.package", HarnessFault),
        ("not a name", UsageFault),
        ("missing.py", HarnessFault),
        (str(ROOT), HarnessFault),
    ],
)
def test_a_package_that_is_no_use_is_named(package: str, fault: type[Exception]) -> None:
    """With what to do about it."""
    with pytest.raises(fault, match=re.escape(package)):
        surface(package)
