"""From the text of a target to the consumer that it names."""

import importlib
from typing import Final

from iasyncinfo_conformance.consumer import Consumer, consumer_of
from iasyncinfo_conformance.errors import HarnessFault, UsageFault, is_a_stop, said
from iasyncinfo_conformance.targets.loading import find_in_current_folder

REFERENCE: Final = "reference"
_REFERENCES: Final = "iasyncinfo_conformance.targets.reference"
_SYNTAX: Final = (
    "A consumer is package.module:name, a function wait(operation) or a Consumer, or reference:NAME, where NAME is "
    "await, get, wait, as_task or as_future."
)


def require_consumer(text: str) -> tuple[str, str]:
    """Return the module and the name of a target; raises UsageFault where it has not that form."""
    module, colon, name = text.partition(":")
    if not (colon and module and name):
        raise UsageFault(f"the target {text!r} is not understood. {_SYNTAX}")
    return (_REFERENCES, f"{name}_" if name == "await" else name) if module == REFERENCE else (module, name)


def load_consumer(text: str) -> Consumer:
    """Import and return the consumer that a text names; raises HarnessFault where it cannot be had."""
    module_name, attribute = require_consumer(text)
    find_in_current_folder()
    try:
        found = getattr(importlib.import_module(module_name), attribute, None)
    except HarnessFault:
        raise
    except BaseException as error:
        if is_a_stop(error):
            raise
        raise HarnessFault(
            f"the module {module_name!r} of the consumer does not import: {said(error)}. "
            "Run from the folder that holds it, or install it."
        ) from error
    try:
        return consumer_of(found)
    except TypeError as error:
        raise HarnessFault(f"{text}: {error}. {_SYNTAX}") from error
