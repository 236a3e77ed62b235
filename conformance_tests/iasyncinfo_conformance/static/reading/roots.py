"""Where modules are looked for."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.files.python_file import (
    SOURCES_FOLDER,
    holds_installed,
    is_package,
    listed,
    of_python,
)

_SUFFIXES: Final = (".pyi", "/__init__.pyi", ".py", "/__init__.py")
"""Stubs come first, as for a type checker."""


class Roots:
    """The folders below which modules are found: those that are named, and wherever Python looks; here last.

    ``own`` are the folders that a type checker would not find by itself: those that are named, those of PYTHONPATH,
    the one in which the program was started, and the ``src`` in there.
    """

    def __init__(self, *named: Path) -> None:
        self.named = named
        here = Path.cwd()
        sources = here / SOURCES_FOLDER
        is_laid_out = sources.is_dir() and not is_package(sources)
        first, last = (*named, *listed()), (here, *([sources] if is_laid_out else []))
        self.own: tuple[Path, ...] = tuple(dict.fromkeys((*first, *last)))
        self.all: tuple[Path, ...] = tuple(dict.fromkeys((*first, *of_python(), *last)))

    def searched(self, files: Iterable[Path]) -> tuple[Path, ...]:
        """Return the folders that a type checker has to search for some files: the current one only if it has one.

        What else lies there may have the name of a module of the standard library. What lies where Python looks is
        found without being named, and mypy does not take such a folder.
        """
        here, installed = Path.cwd(), set(of_python())
        has_one = any(file.is_relative_to(here) for file in files)
        wanted = (root for root in self.own if has_one or root != here or root in self.named)
        return tuple(root for root in wanted if root not in installed or not holds_installed(root))

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
