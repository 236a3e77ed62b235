"""The surface of a component: its public functions, methods and properties return one of the four interfaces.

What they return is asked of mypy, with a probe; nothing of the component is imported.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.errors import HarnessFault, UsageFault
from iasyncinfo_conformance.files.python_file import module_of
from iasyncinfo_conformance.record.known import Exemption
from iasyncinfo_conformance.record.static.surface import Offender, Surface
from iasyncinfo_conformance.static.checkers import Remark, remarks
from iasyncinfo_conformance.static.members import returned
from iasyncinfo_conformance.static.reading.files import require_parsable
from iasyncinfo_conformance.static.reading.public import Offered, offered
from iasyncinfo_conformance.static.reading.sources import Sources

TYPE, NAME = "SURFACE-TYPE", "SURFACE-NAME"
_SUPPORT: Final = re.compile(
    r"(?<![\w.])(?:Coroutine|Awaitable|AsyncIterator|AsyncIterable|AsyncGenerator|types\.CoroutineType"
    r"|_?asyncio\.(?:\w+\.)*(?:Task|Future)|concurrent\.futures\.(?:\w+\.)?Future"
    r"|twisted\.internet\.defer\.Deferred)(?![\w.])"
)
"""Names of support types, for those that are inside of another type."""
_PRELUDE: Final = """from collections.abc import AsyncIterable as _AsyncIterable
from collections.abc import Awaitable as _Awaitable
from collections.abc import Callable as _Callable
from collections.abc import Iterable as _Iterable
from collections.abc import Iterator as _Iterator
from concurrent.futures import Future as _Future
from typing import Any as _Any
from typing import Protocol as _Protocol
from typing import TypeVar as _TypeVar
from typing import overload as _overload

import iasyncinfo_spec.protocols as _spec

_T = _TypeVar("_T")
_Interface = (
    _spec.IAsyncAction[_Any]
    | _spec.IAsyncActionWithProgress[_Any, _Any]
    | _spec.IAsyncOperation[_Any, _Any]
    | _spec.IAsyncOperationWithProgress[_Any, _Any, _Any]
    | None
)
class _Awaited(_Protocol):
    def __await__(self) -> _Iterator[_Any]: ...  # typing asks for a generator, and await for an iterator


_Support = _Awaited | _AsyncIterable[_Any] | _Future[_Any] | None


class _Nothing(_Protocol):
    def no_class_has_a_method_of_this_name(self) -> None: ...


def _value(read: _T) -> _Callable[..., _T]: raise NotImplementedError
@_overload
def _wrapped(made: _Callable[..., _T]) -> _Callable[..., _T]: ...
@_overload
def _wrapped(made: _T) -> _Callable[..., _T]: ...
def _wrapped(made: _Any) -> _Any: raise NotImplementedError
def _called(made: _Callable[..., _T]) -> _T: raise NotImplementedError
def _awaited(made: _Callable[..., _Awaitable[_T] | None]) -> _T: raise NotImplementedError
def _future(made: _Callable[..., _Future[_T] | None]) -> _T: raise NotImplementedError
def _iterated(made: _Callable[..., _AsyncIterable[_T] | None]) -> _T: raise NotImplementedError
"""


def surface(package: str, exemptions: Sequence[Exemption] = ()) -> Surface:
    """Return what is wrong with the surface of a package, a module, or a folder or file that holds one.

    Raises UsageFault for a name that is not understood, HarnessFault where there is nothing to look at.
    """
    name, sources = _named(package)
    if (file := sources.file(name)) is not None:
        require_parsable(file)
    things = offered(name, sources)
    if not things:
        raise HarnessFault(
            f"{package} has no public function, method or property. Name a package with a public surface."
        )
    text, tags = _probe(things)
    files = {thing.file for thing in things}
    found, checker = remarks("mypy", text, sources.roots.searched(files), files)
    answers = [_Answer(thing) for thing in things]
    for remark in found:
        if remark.line in tags:
            number, what = tags[remark.line]
            answers[number].hear(what, remark)
    listed = {exemption.name: exemption for exemption in exemptions}
    wrong = [offender for answer in answers for offender in answer.offenders()]
    return Surface(
        name,
        checker,
        len(things),
        tuple(offender for offender in wrong if offender.name not in listed),
        tuple(listed[offender.name] for offender in wrong if offender.name in listed),
        tuple(listed[exempt] for exempt in listed if exempt not in {offender.name for offender in wrong}),
        tuple(answer.thing.name for answer in answers if answer.is_untyped and not any(answer.offenders())),
    )


def _named(package: str) -> tuple[str, Sources]:
    path = Path(package)
    if path.is_dir() or package.endswith((".py", ".pyi")):
        inside = path / "__init__.py" if path.is_dir() else path
        if path.is_dir() and not inside.is_file():
            inside = inside.with_suffix(".pyi")
        module, root = module_of(inside.resolve())
        if not inside.is_file() and not (module and path.is_dir()):
            if path.is_dir() and (found := _namespace(path.resolve())):
                return found
            missing = str(inside.with_suffix(".py") if path.is_dir() else inside)
            raise HarnessFault(f"{missing!r} is no file. Name the folder of a package, or a file.")
        return module, Sources(root)
    if not all(part.isidentifier() for part in package.split(".")):
        raise UsageFault(f"{package!r} is no package. Name one, or a module, a folder or a file.")
    sources = Sources()
    if not any((sources.file(package), *sources.roots.folders(package))):
        raise HarnessFault(f"the source of {package!r} is not found. Run from the folder that holds it, or install it.")
    return package, sources


def _namespace(folder: Path) -> tuple[str, Sources] | None:
    """Return a folder without ``__init__`` as the package that it is to who imports it from here, or from ``src``."""
    here = Path.cwd()
    for root in (here / "src", here):
        parts = folder.relative_to(root).parts if folder.is_relative_to(root) else ()
        if parts and all(part.isidentifier() for part in parts) and any(folder.rglob("*.py*")):
            return ".".join(parts), Sources(root)
    return None


def _probe(things: Sequence[Offered]) -> tuple[str, dict[int, tuple[int, str]]]:
    lines = _PRELUDE.splitlines()
    modules = {module: f"_m{number}" for number, module in enumerate(dict.fromkeys(thing.module for thing in things))}
    lines += [f"import {module} as {name}" for module, name in modules.items()]
    tags: dict[int, tuple[int, str]] = {}
    for number, thing in enumerate(things):
        module = modules[thing.module]
        subject = f"s: {module}.{thing.owner}" if thing.owner else ""
        got = f"s.{thing.last}" if thing.owner else f"{module}.{thing.last}"
        made = f"_value({got})" if thing.is_property else f"_wrapped({got})" if thing.is_wrapped else got
        lines += ["", f"def _probe{number}({subject}) -> None:"]
        for what, line in (
            ("type", f"reveal_type(_called({made}))" if thing.is_wrapped else f"reveal_type({got})"),
            ("itself", f"reveal_type({got})"),
            ("interface", f"_i: _Callable[..., _Interface] = {made}"),
            ("interfaces", f"_is: _Callable[..., _Iterable[_Interface]] = {made}"),
            ("support", f"_s: _Callable[..., _Support] = {made}"),
            ("supports", f"_ss: _Callable[..., _Iterable[_Support]] = {made}"),
            ("anything", f"_n: _Callable[..., _Nothing | None] = {made}"),
            ("class", f"_c: type[_Any] = {got}"),
            *((what, f"reveal_type(_{what}({made}))") for what in _RESULTS),
        ):
            lines.append(f"    {line}")
            tags[len(lines)] = number, what
    return "\n".join([*lines, ""]), tags


_RESULTS: Final = ("awaited", "future", "iterated")
"""How the result of a support type is got at."""


class _Answer:
    """What mypy says of one thing."""

    def __init__(self, thing: Offered) -> None:
        self.thing = thing
        self._types: dict[str, str] = {}
        self._errors: set[str] = set()

    def hear(self, what: str, remark: Remark) -> None:
        """Take in a remark on one line of the thing's probe."""
        if remark.is_type:
            self._types[what] = remark.text
        else:
            self._errors.add(what)

    @property
    def _found(self) -> str:
        """What is returned, by each of several signatures, or read."""
        text = self._types.get("type", "")
        is_hidden = self.thing.is_wrapped and text == "Any" and self._types.get("itself", "").startswith("def ")
        if is_hidden:  # of two overloads that an Any fits, mypy says Any
            text = self._types["itself"]
        if is_hidden or (not self.thing.is_property and not self.thing.is_wrapped and text != "Any"):
            text = " or ".join(dict.fromkeys(returned(signature) for signature in _signatures(text)))
        return "bool" if text.startswith(("TypeIs[", "TypeGuard[")) else text

    @property
    def _one_is_support(self) -> bool:
        """Whether one of several signatures returns a support type: an interface that another returns hides it."""
        several = self._found.split(" or ")
        return len(several) > 1 and any(map(_SUPPORT.match, several))

    @property
    def _is_its_own_class(self) -> bool:
        """Whether a method returns an object of its own class, as what returns ``self`` does: nothing begins there."""
        owner = self.thing.owner.rpartition(".")[2]
        return owner != "" and self._found.partition("[")[0].rpartition(".")[2] == owner

    @property
    def is_untyped(self) -> bool:
        """Whether nothing is said of what is returned, or what is said is not found."""
        if self.thing.is_inferred:
            return False
        if self._found == "Any" and not self.thing.says_any:
            return True
        return not self.thing.is_annotated and "Any" in self._found

    def offenders(self) -> Iterator[Offender]:
        """Yield what is wrong with the thing: its type, or else its name."""
        thing, found = self.thing, self._found
        if thing.is_async and self.is_untyped:
            yield self._offender(TYPE, "an async def, of which no annotation tells the result", "IAsyncOperation[Any]")
            return
        if "anything" not in self._errors or "class" not in self._errors or found in ("", "None"):
            return  # nothing; a class; or Any, Never, a type variable: it fits everywhere
        is_interface = "interface" not in self._errors and not self._one_is_support
        if not is_interface and "support" in self._errors and "interfaces" not in self._errors:
            return  # a collection of them
        is_support = not {"support", "supports"} <= self._errors
        if not is_interface and (is_support or _SUPPORT.search(_what_it_holds(found))):
            yield self._offender(TYPE, self._types.get("itself", found) if found == "Any" else found, self._instead())
        elif thing.is_property or thing.is_maker or self._is_its_own_class:
            return
        elif is_interface and not _is_called_async(thing.last):
            yield self._offender(NAME, f"{thing.last}, which returns {found}", f"the name {thing.last}_async")

    def _instead(self) -> str:
        """Return the interface to return in place of a support type."""
        for what in () if self._one_is_support else _RESULTS:
            if what in self._types and what not in self._errors:
                result = self._types[what]
                return f"IAsyncActionWithProgress[{result}]" if what == "iterated" else _interface_of(result)
        return "one of the four interfaces in its place"

    def _offender(self, rule: str, found: str, instead: str) -> Offender:
        return Offender(rule, self.thing.name, found, instead, self.thing.file, self.thing.line)


def _interface_of(result: str) -> str:
    return "IAsyncAction" if result == "None" else f"IAsyncOperation[{result}]"


def _signatures(text: str) -> Iterator[str]:
    """Yield the signatures of a function, of which it has several where it is overloaded."""
    inner = text[len("Overload(") : -1] if text.startswith("Overload(") else text
    depth, begun = 0, 0
    for index, letter in enumerate(inner):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(letter, 0)
        if depth == 0 and inner.startswith(", def ", index):
            yield _without_head(inner[begun:index])
            begun = index + 2
    yield _without_head(inner[begun:])


def _without_head(signature: str) -> str:
    return re.sub(r"^def (\[[^\]]*\] )?", "", signature)


def _is_called_async(name: str) -> bool:
    """Whether a name ends so, but for what PyWinRT adds to it from the overload names of Windows' metadata."""
    return re.search(r"(?:_async|Async)(?:_overload\w*)?$|_overload(?:_\w+)?$", name) is not None


def _what_it_holds(value: str) -> str:
    """Return a type without texts, classes, and functions that a component is handed or hands out.

    A callback that is a coroutine function belongs to whoever wrote it; a class is no object of it.
    """
    kept, depth, cut = "", 0, 0
    value = re.sub(r"'[^']*'|\"[^\"]*\"", "", value)
    value = re.sub(r"\bdef \[(?:[^\[\]]|\[[^\[\]]*\])*\] \(", "def (", value)  # a function of any type
    for part in re.split(r"((?:def |\btype)?[(\[]|[)\],])", value):
        depth -= part in (")", "]")
        if depth + 1 < cut or (part == "," and depth + 1 == cut):
            cut = 0
        if not cut and part in ("def (", "type["):
            cut = depth + 1 if part == "def (" else depth + 2
        depth += part.endswith(("(", "["))
        kept += "" if cut else part
    return kept
