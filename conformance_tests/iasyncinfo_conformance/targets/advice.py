"""What to do about the commonest mistakes of adapters: the last sentence of a complaint."""

import inspect
import re
from collections.abc import Callable
from dataclasses import fields
from typing import Final

from iasyncinfo_conformance.escaping import class_name, escaped, told_by
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.meant import did_you_mean

FROM_OUTSIDE: Final = (
    "No event loop runs where start and the levers are called, and they are plain functions: run a loop in a thread, "
    "hand it the work with loop.call_soon_threadsafe, and give a settle that waits until the loop has done it."
)
_BUILD: Final = "Build one: Subject(operation, complete, ...) from iasyncinfo_conformance."
_OF_START: Final = (
    "start(kind) returns a fresh, started Subject, or raises NotImplementedError for a kind that it does not have."
)
_KINDS: Final = ", ".join(f"Kind.{kind.name}" for kind in Kind)
_NO_LOOP: Final = re.compile(r"no (?:running|current) event loop")
_NO_FIELD: Final = re.compile(r"^Subject\.__init__\(\) got an unexpected keyword argument '(\w+)'")


def named(value: object) -> str:
    """Return what a value is: the class of that name, or an object of one."""
    return f"the class {escaped(value.__name__)[:100]}" if isinstance(value, type) else class_name(value)


def lacks_loop(told: str) -> bool:
    """Return whether an exception's text is that of asyncio where no event loop runs."""
    return _NO_LOOP.search(told) is not None


def of_failure(error: BaseException) -> str:
    """Return what to do about a ``start`` that failed."""
    told = told_by(error)
    field = _NO_FIELD.match(told) if isinstance(error, TypeError) else None
    if told.startswith("Subject.__init__()"):
        known = [each.name for each in fields(Subject)]
        meant = did_you_mean(field[1], known) if field is not None else ""
        return f"{meant} A Subject takes {', '.join(known)}.".lstrip()
    if isinstance(error, TypeError) and error.__traceback__ is not None and error.__traceback__.tb_next is None:
        return f"It is called with the kind alone. {_OF_START}"
    if lacks_loop(told):
        return FROM_OUTSIDE
    of_kind = isinstance(error, AttributeError) and getattr(error, "obj", None) is Kind
    if of_kind or (isinstance(error, ValueError) and told.endswith("is not a valid Kind")):
        return f"The kinds are {_KINDS}."
    return _OF_START


def of_returned(returned: object) -> str:
    """Return the likeliest reason why no Subject came, and what to return instead."""
    if inspect.iscoroutine(returned):
        returned.close()  # nobody awaits it
    return next((advice for is_it, advice in _RETURNED if is_it(returned)), _BUILD)


def _is_operation(returned: object) -> bool:
    made = returned if isinstance(returned, type) else type(returned)
    return hasattr(made, "get_results") or hasattr(made, "completed")


_RETURNED: Final[tuple[tuple[Callable[[object], bool], str], ...]] = (
    (
        lambda it: hasattr(it, "add_done_callback") and not _is_operation(it),
        f"Nobody waits for it: let start begin the work and return at once. {_BUILD}",
    ),
    (
        lambda it: inspect.isawaitable(it) and not _is_operation(it),
        "It is an async function, and nobody awaits it: let it be a plain one that starts the work and returns.",
    ),
    (
        lambda it: inspect.isgenerator(it) or inspect.isasyncgen(it),
        "It yields: let it return the Subject, and clean up in dispose.",
    ),
    (
        lambda it: it is NotImplementedError or isinstance(it, (NotImplementedError, type(NotImplemented))),
        "For a kind that it does not have it raises NotImplementedError.",
    ),
    (lambda it: it is None, f"Is there a return in it? {_BUILD}"),
    (lambda it: it is Subject, f"Make an object of it. {_BUILD}"),
    (lambda it: isinstance(it, (tuple, list)), f"Put what is in it into one: Subject(*those). {_BUILD}"),
    (lambda it: isinstance(it, dict), f"Put what is in it into one: Subject(**that). {_BUILD}"),
    (_is_operation, f"That is the operation alone, without the levers of its worker. {_BUILD}"),
    (
        lambda it: hasattr(type(it), "__enter__") or hasattr(type(it), "__aenter__"),
        "It is a context manager, and nobody enters it: let it return the Subject, and clean up in dispose.",
    ),
    (inspect.isroutine, f"Return what that function makes: call it. {_BUILD}"),
)
"""What a start may return that is no Subject, the likeliest mistake first, and what is said of it."""
