"""A file of Python source that a user names, and the module that it holds."""

import keyword
import os
import sys
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.errors import UsageFault

SOURCES_FOLDER: Final = "src"
"""What the Packaging User Guide calls the folder of a project that holds its packages and is none itself."""


def module_of(path: Path) -> tuple[str, Path]:
    """Return the name of the module that a file holds, and the folder below which it is found.

    That is the folder above its packages: the nearest one that holds what is installed, stands in PYTHONPATH or is
    called ``src``, and else the first above those that have an ``__init__``.

    Raises UsageFault for a name that no program could import.
    """
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while is_package(folder):
        parts.insert(0, folder.name)
        folder = folder.parent
    known = {*listed(), *filter(holds_installed, of_python())}
    for above in (folder, *folder.parents):
        inside = folder.relative_to(above).parts
        is_root = above in known or above.name == SOURCES_FOLDER
        if is_root and all(part.isidentifier() for part in inside):
            parts, folder = [*inside, *parts], above
            break
    odd = [part for part in parts if not part.isidentifier() or keyword.iskeyword(part)]
    if odd:
        raise UsageFault(f"{str(path)!r} cannot be imported: {odd[0]!r} is no name in Python. Rename it.")
    return ".".join(parts), folder


def is_package(folder: Path) -> bool:
    """Return whether a folder is a package by its ``__init__``."""
    return any((folder / name).is_file() for name in ("__init__.py", "__init__.pyi"))


def holds_installed(root: Path) -> bool:
    """Return whether a folder holds what was installed."""
    return root.name in ("site-packages", "dist-packages")


def listed() -> list[Path]:
    """Return the folders of PYTHONPATH."""
    listed = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [Path(each).resolve() for each in listed if each]


def of_python() -> list[Path]:
    """Return the folders in which this Python looks, but for the one where the program lies or was started."""
    return [Path(each).resolve() for each in sys.path if each and Path(each).is_dir()]
