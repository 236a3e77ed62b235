"""Whose a file is: the subject's, or the suite's and what the suite runs on."""

import sysconfig
from functools import cache
from pathlib import Path
from typing import Final

import iasyncinfo_spec

_HERE: Final = Path(__file__).parents[2]
_SPECIFICATION: Final = Path(iasyncinfo_spec.__file__).parent
"""What it remembers between words runs in one word and not in the next."""
_SUBJECTS: Final = tuple(_HERE / name for name in ("counterexamples", "families"))
"""The folders of this package that hold implementations."""
_STANDARD: Final = tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
_NEEDED: Final = frozenset({"hypothesis", "pytest", "_pytest", "pluggy", "greenlet", "jsonschema"})
"""What the suite itself needs: a hook of the garbage collector's, for one, may run at any time."""
_INSTALLED: Final = tuple(Path(sysconfig.get_path(name)) for name in ("purelib", "platlib"))


@cache
def is_subjects(file: str) -> bool:
    """Return whether a file is neither the suite's, nor of what it needs, nor the standard library's."""
    path = Path(file)
    if not path.is_absolute():
        return not file.startswith("<")
    installed = next((path.relative_to(folder) for folder in _INSTALLED if path.is_relative_to(folder)), None)
    if path.is_relative_to(_HERE):
        return any(path.is_relative_to(folder) for folder in _SUBJECTS)
    if path.is_relative_to(_SPECIFICATION):
        return False
    if installed is not None:
        return installed.parts[0] not in _NEEDED
    return not any(path.is_relative_to(folder) for folder in _STANDARD)
