"""How a shipped driver comes to be: what it is made of, and what is said meanwhile, or where it cannot be made."""

import contextlib
import hashlib
import platform
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.children.tool import run_tool
from iasyncinfo_conformance.drivers.cache import cache
from iasyncinfo_conformance.errors import HarnessFault

_TAIL: Final = 15
"""Lines of a tool's output that are shown."""


class MachineLacks(HarnessFault):
    """A driver cannot be built here: a tool is missing, or the package index is out of reach."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One driver: the library that it puts on the wire, the tool that compiles it, and all that goes into it."""

    library: str
    version: str
    slug: str
    """The library's name in the cache."""
    tool: str
    files: Sequence[Path]
    settings: Sequence[str] = ()

    def built(self, build: Callable[[Path, Path], None]) -> Path:
        """Return the executable in the user's cache; where it is not there whole, ``build`` makes it.

        ``build`` is given the executable's path, in a folder of its own, and that of a log. Raises MachineLacks where
        the machine lacks something, and HarnessFault where the tool refuses.
        """
        self._check_platform()
        home = cache() / f"{self.slug}-{self.version}-{self._fingerprint()}"
        from iasyncinfo_conformance.drivers.kept import kept  # locks are Unix's

        try:
            return kept(home, lambda executable: build(executable, home.with_name(f"{home.name}.log")))
        except OSError as error:
            raise MachineLacks(
                f"The {self.library} driver cannot be kept in {home.parent}: {error.strerror}. "
                "Set XDG_CACHE_HOME to a folder that can be written."
            ) from error

    def announce(self, seconds: int) -> None:
        """Say in one line on standard error what takes about so many seconds."""
        with contextlib.suppress(OSError, AttributeError):  # nobody reads standard error, or it is closed
            sys.stderr.write(f"building the {self.library} {self.version} driver (first use; about {seconds} s) ...\n")
            sys.stderr.flush()

    def compile(
        self,
        command: Sequence[str],
        tool: Sequence[str],
        log: Path,
        seconds: float,
        *,
        remedy: str,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Run the tool; where it refuses, keep all that it says and raise HarnessFault with the end of it."""
        what = f"{tool[0]} to build the {self.library} driver"
        done = run_tool(command, what, seconds=seconds, environment=environment, folder=folder, merged=True)
        if done.code != 0:
            log.write_text(done.output, encoding="utf-8")
            raise HarnessFault(
                f"{shlex.join(tool)} could not compile the {self.library} driver; its whole output is in {log}. "
                f"{remedy}, or report this with that file. The last lines: {tail(done.output)}"
            )

    def _check_platform(self) -> None:
        if sys.platform != "linux":
            raise MachineLacks(
                f"The {self.library} driver is built with {self.tool} on 64-bit Linux; on {sys.platform} this has not "
                "been tried. Run the check on Linux (on Windows: in WSL), or hand your own build over the wire with "
                "exec:COMMAND."
            )

    def _fingerprint(self) -> str:
        """A short hash of all that the executable is made of, apart from the library, whose version is in the name."""
        digest = hashlib.sha256(" ".join([*self.settings, platform.machine()]).encode())
        for path in sorted(self.files):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()[:12]


def tail(output: str) -> str:
    """Return the last lines of what a tool said, as one line."""
    return " | ".join([line for line in output.splitlines() if line.strip()][-_TAIL:])
