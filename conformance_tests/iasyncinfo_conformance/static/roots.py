"""Where modules are looked for, and which module a file holds."""

import keyword
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.errors import UsageFault

_SUFFIXES: Final = (".pyi", "/__init__.pyi", ".py", "/__init__.py")
"""Stubs come first, as for a type checker."""
_SOURCES_FOLDER: Final = "src"
"""What the Packaging User Guide calls the folder of a project that holds its packages and is none itself."""


class Roots:
    """The folders below which modules are found: those that are named, and wherever Python looks; here last.

    ``own`` are the folders that a type checker would not find by itself: those that are named, those of PYTHONPATH,
    the one in which the program was started, and the ``src`` in there.
    """

    def __init__(self, *named: Path) -> None:
        self.named = named
        here = Path.cwd()
        sources = here / _SOURCES_FOLDER
        is_laid_out = sources.is_dir() and not _is_package(sources)
        first, last = (*named, *_listed()), (here, *([sources] if is_laid_out else []))
        self.own: tuple[Path, ...] = tuple(dict.fromkeys((*first, *last)))
        self.all: tuple[Path, ...] = tuple(dict.fromkeys((*first, *_of_python(), *last)))

    def searched(self, files: Iterable[Path]) -> tuple[Path, ...]:
        """Return the folders that a type checker has to search for some files: the current one only if it has one.

        What else lies there may have the name of a module of the standard library. What lies where Python looks is
        found without being named, and mypy does not take such a folder.
        """
        here, installed = Path.cwd(), set(_of_python())
        has_one = any(file.is_relative_to(here) for file in files)
        wanted = (root for root in self.own if has_one or root != here or root in self.named)
        return tuple(root for root in wanted if root not in installed or not _holds_installed(root))

    def file(self, module: str) -> Path | None:
        """Return the file of a module, or None where there is no source."""
        first, _, rest = module.partition(".")
        stubs = f"{first}-stubs.{rest}".rstrip(".")
        for root in self.all:
            for name in (stubs, module):
                for suffix in _SUFFIXES:
                    path = root / (name.replace(".", "/") + suffix)
                    if path.is_file():
                        return path
        return None

    def folders(self, package: str) -> Iterator[Path]:
        """Yield the folders of a package: one, or those of a namespace package."""
        file = self.file(package)
        if file is not None:
            yield from [file.parent] if file.stem == "__init__" else []
            return
        for root in self.all:
            folder = root / package.replace(".", "/")
            if folder.is_dir():
                yield folder


def module_of(path: Path) -> tuple[str, Path]:
    """Return the name of the module that a file holds, and the folder below which it is found.

    That is the folder above its packages: the nearest one that holds what is installed, stands in PYTHONPATH or is
    called ``src``, and else the first above those that have an ``__init__``.

    Raises UsageFault for a name that no program could import.
    """
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while _is_package(folder):
        parts.insert(0, folder.name)
        folder = folder.parent
    known = {*_listed(), *filter(_holds_installed, _of_python())}
    for above in (folder, *folder.parents):
        inside = folder.relative_to(above).parts
        is_root = above in known or (above.name == _SOURCES_FOLDER and inside)
        if is_root and all(part.isidentifier() for part in inside):
            parts, folder = [*inside, *parts], above
            break
    odd = [part for part in parts if not part.isidentifier() or keyword.iskeyword(part)]
    if odd:
        raise UsageFault(f"{str(path)!r} cannot be imported: {odd[0]!r} is no name in Python. Rename it.")
    return ".".join(parts), folder


def _is_package(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("__init__.py", "__init__.pyi"))


def _holds_installed(root: Path) -> bool:
    return root.name in ("site-packages", "dist-packages")


def _listed() -> list[Path]:
    """Return the folders of PYTHONPATH."""
    listed = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [Path(each).resolve() for each in listed if each]


def _of_python() -> list[Path]:
    """Return the folders in which this Python looks, but for the one where the program lies or was started."""
    return [Path(each).resolve() for each in sys.path if each and Path(each).is_dir()]
