"""Stands between cargo and rustc, so that the crates of windows-rs are compiled as they were published.

They are empty but on Windows, which is a thing that the compiler tells them. Two exceptions: windows-link is not told,
since its macro would then name libraries that only a Windows linker finds; and windows-strings is built without its
feature `std`, three conversions from and to paths, which call for std::os::windows.

Run as a program, and by its path, since cargo runs it for every crate.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

_ON_WINDOWS: Final = ("--cfg", "windows", "-A", "explicit_builtin_cfgs_in_flags")
_TOLD: Final = ("windows_core", "windows_future", "windows_result", "windows_strings", "windows_threading")
_WITHOUT_STD: Final = "windows_strings"
_STD: Final = ("--cfg", 'feature="std"')


def arguments(given: Sequence[str]) -> list[str]:
    """Return the arguments with which rustc compiles what cargo asked for with ``given``."""
    crate = next((name for option, name in pairwise(given) if option == "--crate-name"), "")
    if crate not in _TOLD:
        return list(given)
    kept = _without(given, _STD) if crate == _WITHOUT_STD else given
    return [*kept, *_ON_WINDOWS]


def _without(given: Sequence[str], pair: tuple[str, str]) -> Iterator[str]:
    rest = iter(given)
    for argument in rest:
        if argument == pair[0]:
            following = next(rest, "")
            if following != pair[1]:
                yield from (argument, following)
        else:
            yield argument


def main() -> None:
    """Become the compiler that cargo names, with the arguments changed."""
    compiler, *asked = sys.argv[1:]
    os.execvp(compiler, [compiler, *arguments(asked)])


if __name__ == "__main__":
    main()
