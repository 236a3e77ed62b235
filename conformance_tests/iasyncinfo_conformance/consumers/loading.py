"""From the text of a target to the consumer that it names."""

from typing import Final

from iasyncinfo_conformance.consumer import Consumer, consumer_of
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.targets.entry import Wanted, entry_of, object_of, takes_one

REFERENCE: Final = "reference"
_REFERENCES: Final = "iasyncinfo_conformance.targets.reference"
CONSUMER: Final = (
    "./mine.py:wait or package.module:wait (a function wait(operation), or a Consumer), or reference:NAME, where NAME "
    "is await, get, wait, as_task or as_future"
)
"""What the text of a consumer may be, for people."""
_WAIT: Final = Wanted(
    f"A consumer is {CONSUMER}.",
    "a function wait(operation), or a Consumer,",
    "wait",
    lambda value: isinstance(value, Consumer) or takes_one(value),
)


def require_consumer(text: str) -> None:
    """Raise a UsageFault where a text has not the form of a consumer's; what it names is not looked for."""
    entry_of(_written_out(text), _WAIT)


def load_consumer(text: str) -> Consumer:
    """Import and return the consumer that a text names; raises HarnessFault where it cannot be had."""
    found = object_of(_written_out(text), _WAIT)
    try:
        return consumer_of(found)
    except TypeError as error:
        raise HarnessFault(f"{text}: {error}. {_WAIT.syntax}") from error


def module_and_name(text: str) -> str:
    """Return ``module:name`` of what a text names, whatever file that is in."""
    entry = entry_of(_written_out(text), _WAIT)
    return f"{entry.module}:{entry.name}"


def _written_out(text: str) -> str:
    module, _, name = text.partition(":")
    if module != REFERENCE:
        return text
    return f"{_REFERENCES}:{name}_" if name == "await" else f"{_REFERENCES}:{name}"
