"""What a step raised, as a line that people read."""

import os
from typing import Final

from iasyncinfo_conformance.stepping.readings import has_code
from iasyncinfo_conformance.stepping.watching.places import said_where
from iasyncinfo_spec.words import Step, format_word

CODE_LOST: Final = (
    "; here an OSError has no winerror: Python keeps its fourth argument on Windows alone. "
    "Set error.winerror = code yourself, or give the Subject hresult_of"
)


def told_of(step: Step, error: BaseException) -> str:
    """Return what a step raised, in one line."""
    return f"{format_word((step,))}: {said_where(error)}{CODE_LOST if _lost_its_code(error) else ''}"


def _lost_its_code(error: BaseException) -> bool:
    """Return whether an exception may have been given a code that this system does not keep."""
    return os.name != "nt" and isinstance(error, OSError) and not has_code(error)
