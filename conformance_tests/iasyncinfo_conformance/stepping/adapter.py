"""What an adapter hands over, called: what it raises is the adapter's fault."""

from collections.abc import Callable
from typing import Any

from iasyncinfo_conformance.errors import HarnessFault, is_a_stop
from iasyncinfo_conformance.stepping.watching.places import said_where


def hook(name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call what is the adapter's own, and no part of the subject: what it raises is the adapter's fault."""
    try:
        return function(*arguments)
    except BaseException as error:
        if is_a_stop(error):
            raise
        raise HarnessFault(f"{name} of the adapter's Subject failed: {said_where(error)}. Mend the adapter.") from error
