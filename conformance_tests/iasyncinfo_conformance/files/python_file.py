"""A file of Python source that a user names, and the module that it holds."""

import keyword
from pathlib import Path

from iasyncinfo_conformance.errors import UsageFault


def module_of(path: Path) -> tuple[str, Path]:
    """Return the name of the module that a file holds, and the folder below which it is found."""
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while any((folder / name).is_file() for name in ("__init__.py", "__init__.pyi")):
        parts.insert(0, folder.name)
        folder = folder.parent
    odd = [part for part in parts if not part.isidentifier() or keyword.iskeyword(part)]
    if odd:
        raise UsageFault(f"{str(path)!r} cannot be imported: {odd[0]!r} is no name in Python. Rename it.")
    return ".".join(parts), folder
