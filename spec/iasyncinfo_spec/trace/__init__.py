"""Recordings and logs held against the specification: is each a behaviour of it?

:func:`trace_files` is what ``iasyncinfo trace`` prints. The steps are few: a file is read (``formats``), each
trace is followed through the sets of states that explain it (``automaton``, ``machine``, ``matching``), and
what cannot be explained is put into words (``judging``, ``wording``, ``report``).
"""

from collections.abc import Iterable
from pathlib import Path

from iasyncinfo_spec.trace.formats import Empty, Source
from iasyncinfo_spec.trace.formats import NotReadable as NotReadable
from iasyncinfo_spec.trace.report import NOTHING, USAGE, account_of
from iasyncinfo_spec.trace.report import POSSIBLE as POSSIBLE


def trace_files(paths: Iterable[str | Path], profile: str | None = None) -> tuple[str, int]:
    """Return what is to be printed of recordings and logs, and the exit code.

    Each file is held against ``profile``, or against the row that its own header names, or ``standard``. The
    code is 0 where all is possible, 1 where something is not, 2 where a file or a profile cannot be used, 3
    where a file holds nothing; of several the most serious.
    """
    texts, codes = [], [POSSIBLE]
    for path in paths:
        try:
            found = account_of(Source(Path(path)), profile or "")
        except (NotReadable, KeyError, OSError) as error:
            texts.append(str(error.args[0] if isinstance(error, KeyError) else error))
            codes.append(NOTHING if isinstance(error, Empty) else USAGE)
        else:
            texts.append("\n".join(found.lines()))
            codes.append(found.exit_code)
    return "\n".join(texts), max(codes, key=(0, 1, 3, 2).index)
