"""The two ways in which a run ends before it can speak of the subject."""

import importlib.util
from typing import Final

_NEEDS: Final = ("hypothesis", "jsonschema")


class UsageFault(Exception):
    """What was asked for cannot be understood: an unknown word, name or file. Exit code 2.

    The message is one paragraph that names the input and says how to mend it.
    """


class HarnessFault(Exception):
    """The adapter, driver or suite is broken, so nothing true can be said of the subject. Exit code 3.

    The message is one paragraph that names the culprit and says how to mend it.
    """


def said(error: BaseException) -> str:
    """Return an exception of somebody else's code in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def require_extra() -> None:
    """Raise HarnessFault where the packages of the extra ``conformance`` are missing."""
    missing = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise HarnessFault(
            f"{' and '.join(missing)} is not installed, which running the suite needs. "
            "Install it with: pip install 'iasyncinfo[conformance]'."
        )
