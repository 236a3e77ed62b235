"""The function that the text of a target names: its module, by its name or by its file, and its name in there."""

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple, get_origin

from iasyncinfo_conformance.drivers.shipped import SHIPPED_TARGETS
from iasyncinfo_conformance.errors import HarnessFault, UsageFault, is_a_stop
from iasyncinfo_conformance.escaping import told_by
from iasyncinfo_conformance.files.python_file import module_of
from iasyncinfo_conformance.stepping.watching.places import said_where
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets.advice import named
from iasyncinfo_spec.meant import nearest, question

TARGET: Final = (
    "./mine.py:start or package.module:start (a function start(kind) -> Subject), reference, family:NAME, "
    f"{SHIPPED_TARGETS}, or exec:COMMAND"
)
"""What a target's text may be, for people."""
_RELATIVE: Final = "attempted relative import with no known parent package"
_WORDS: Final = ("reference", *SHIPPED_TARGETS.split(", "))


def takes_one(value: object) -> bool:
    """Return whether a value is called with one argument, and no class, nor an alias of one."""
    if not callable(value) or isinstance(value, type) or get_origin(value) is not None:
        return False
    try:
        inspect.signature(value).bind(None)
    except TypeError:
        return False
    except ValueError:  # it has no signature that could be read
        return True
    return True


def _may_start(value: Any) -> bool:
    return takes_one(value) and not inspect.iscoroutinefunction(value)


class Wanted(NamedTuple):
    """What a text is to name: what it may be, what stands in a module, how that is called, and what may be it."""

    syntax: str
    object: str
    usual: str
    may_be: Callable[[Any], bool]


START: Final = Wanted(f"A target is {TARGET}.", "a function start(kind) -> Subject", "start", _may_start)


class Entry(NamedTuple):
    """A function of a module; ``file`` is the module's where the target names it, ``folder`` where it is found."""

    module: str
    name: str
    file: Path | None = None
    folder: Path | None = None


def entry_of(text: str, wanted: Wanted = START) -> Entry:
    """Return what a target's text names; raises UsageFault, with a guess, where it is not understood."""
    before, colon, name = text.rpartition(":")
    if not colon or not before or not name.isidentifier():
        raise _misunderstood(text, wanted)
    if not before.endswith(".py"):
        if not _is_dotted(before):
            raise _misunderstood(text, wanted)
        return Entry(before, name)
    if not _is_path(before):
        raise _misunderstood(text, wanted)
    module, folder = module_of(Path(before).absolute())
    return Entry(module, name, Path(before).absolute(), folder)


def folder_of(text: str) -> Path | None:
    """Return the folder below which the module of a target is found, where the target names a file."""
    with suppress(UsageFault):
        return entry_of(text).folder
    return None


def text_of(function: Callable[..., Any]) -> str:
    """Return the text that names a function as a target, from here; only its own name where none does."""
    name = getattr(function, "__qualname__", type(function).__name__)
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    if module is None or getattr(module, name, None) is not function:
        return str(name)
    with suppress(TypeError, ValueError, OSError):  # it has no file, or one that lies elsewhere
        if "." not in module.__name__:
            return f"./{Path(str(module.__file__)).relative_to(Path.cwd())}:{name}"
    return f"{module.__name__}:{name}"


def function_of(text: str) -> Callable[..., Any]:
    """Import the module that a target names, and return the function; raises HarnessFault where there is none."""
    function = object_of(text, START)
    if not callable(function):
        uncalled = " Name the function, not what it returned." if isinstance(function, Subject) else ""
        raise HarnessFault(f"{text} is no function but {named(function)}.{uncalled} It has to name {START.object}.")
    return function  # type: ignore[no-any-return]


def object_of(text: str, wanted: Wanted) -> Any:
    """Import the module that a text names, and return what it names in there; raises HarnessFault where nothing is."""
    entry = entry_of(text, wanted)
    _find_here(entry)
    module = _imported(entry, text)
    found = getattr(module, entry.name, None)
    if found is None:
        where = text.rpartition(":")[0]
        meant = _hint((f"{where}:{each}" for each in _near(module, entry.name, wanted)), text)
        raise HarnessFault(f"{text}: the module has no such name.{meant} Name {wanted.object} in {entry.module}.")
    return found


# ---- modules


def _find_here(entry: Entry) -> None:
    """Have the user's own modules found, but never in place of others."""
    with suppress(OSError):  # it has been deleted
        here = os.getcwd() if entry.folder is None else str(entry.folder)
        if here not in sys.path:
            sys.path.append(here)


def _imported(entry: Entry, text: str) -> ModuleType:
    if entry.file is not None and not entry.file.is_file():
        stems = [Path(name).stem for name in _names(entry.file.parent, "*.py")]
        shown = text.rpartition(":")[0]
        near = nearest(entry.file.stem, stems)
        meant = [f"{shown.removesuffix(entry.file.name)}{stem}.py:{entry.name}" for stem in near]
        raise HarnessFault(f"there is no file {shown!r}.{_hint(meant, text)} Check its path.")
    try:
        module = importlib.import_module(entry.module)
    except BaseException as error:
        if is_a_stop(error):
            raise
        raise HarnessFault(_why_not_imported(entry, text, error)) from error
    _require_the_file(entry, module)
    return module


def _require_the_file(entry: Entry, module: ModuleType) -> None:
    """Refuse a file whose module's name is another's: nothing stands in for a module of the standard library."""
    found = getattr(module, "__file__", None)
    if entry.file is not None and (found is None or Path(found).resolve() != entry.file.resolve()):
        raise HarnessFault(
            f"{entry.file.name} would be the module {entry.module!r}, and another has that name: "
            f"{found or 'one of Python itself'}. Rename the file."
        )


def _why_not_imported(entry: Entry, text: str, error: BaseException) -> str:
    why = f"the module {entry.module!r} of the target does not import: {said_where(error)}."
    if entry.file is not None and "." not in entry.module and _RELATIVE in told_by(error):
        below = f"{entry.file.parent.name}.{entry.module}:{entry.name}"
        return f"{why} A file by itself is in no package. From the folder above, name it in its package: {below}."
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if missing is None or not f"{entry.module}.".startswith(f"{missing}."):
        return f"{why} Mend what it says there, or install what it needs."
    return f"{why}{_hint(_modules(entry), text)} Run from the folder that holds it, or install it."


def _modules(entry: Entry) -> Iterator[str]:
    """Yield what may have been meant by a module that is not found: one that lies below, or has nearly its name."""
    path = f"{entry.module.replace('.', '/')}.py"
    below = [f"./{folder}/{path}:{entry.name}" for folder in _names(Path(), "*/") if (Path(folder) / path).is_file()]
    yield from below
    if below:
        return
    stems = [Path(name).stem for name in _names(Path(), "*.py")]
    for near in nearest(entry.module, stems):
        yield f"{near}:{entry.name}"


def _names(folder: Path, pattern: str) -> list[str]:
    try:
        return sorted(path.name for path in folder.glob(pattern))
    except OSError:
        return []


def _near(module: ModuleType, name: str, wanted: Wanted) -> list[str]:
    """Return what may have been meant by a name that a module does not have."""
    own = [each for each, value in vars(module).items() if wanted.may_be(value) and not each.startswith("_")]
    return nearest(name, own) or [each for each in own if each == wanted.usual]


# ---- guesses


def _misunderstood(text: str, wanted: Wanted) -> UsageFault:
    meant = _hint(_meant(text, wanted), text) or _of_a_class(text, wanted)
    return UsageFault(f"the target {text!r} is not understood.{meant} {wanted.syntax}")


def _of_a_class(text: str, wanted: Wanted) -> str:
    """Return what to do about a name that lies within another."""
    _, colon, name = text.rpartition(":")
    if not colon or "." not in name or not _is_dotted(name):
        return ""
    return f" A target names what the module itself has: write {wanted.usual} = {name} there, and name that."


def _meant(text: str, wanted: Wanted) -> Iterator[str]:
    """Yield what may have been meant by a text that is no target."""
    before, colon, name = text.replace("::", ":").removesuffix("()").rpartition(":")
    name = name if colon else wanted.usual
    before = before if colon else text
    if not name.isidentifier():
        return
    stem = before.removesuffix(".py")
    file = Path(f"{stem}.py")
    if before.endswith(".py") or file.is_file():
        yield f"{stem}.py:{name}" if _is_path(before) else f"./{stem}.py:{name}"
    if _is_dotted(stem) and (file.is_file() or (colon and _is_there(stem))):
        yield f"{stem}:{name}"
    elif not colon:
        yield from _whole_words(text)


def _whole_words(text: str) -> Iterator[str]:
    yield from nearest(text, _WORDS)
    module, dot, name = text.rpartition(".")
    if dot and name.isidentifier() and _is_dotted(module) and _is_there(module):
        yield f"{module}:{name}"


def _is_there(module: str) -> bool:
    """Return whether a module of one part is there to be imported, here or anywhere; nothing is imported."""
    if "." in module:  # to find it its package would be imported
        return Path(f"{module.replace('.', '/')}.py").is_file()
    try:
        return Path(f"{module}.py").is_file() or find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _hint(meant: Iterable[str], text: str) -> str:
    return question(each for each in dict.fromkeys(meant) if each != text)


def _is_path(text: str) -> bool:
    return "/" in text or os.sep in text


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))
