"""What an adapter hands over, looked at once a kind: can it be called, and does what is to come back do so?"""

import inspect
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from iasyncinfo_conformance.errors import HarnessFault, is_a_stop
from iasyncinfo_conformance.stepping.adapter import hook
from iasyncinfo_conformance.stepping.readings import plain
from iasyncinfo_conformance.stepping.watching.places import said_where
from iasyncinfo_conformance.subject import Subject, born
from iasyncinfo_conformance.targets.advice import FROM_OUTSIDE, named, of_returned
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.meant import did_you_mean
from iasyncinfo_spec.values import SORTS

SETTLE_SECONDS: Final = 3.0
"""Seconds in which a settle has to come back."""
TAKES: Final[Mapping[str, tuple[str, tuple[Any, ...]]]] = {
    "complete": ("the result, for actions too, which ignore it", (5,)),
    "fail": ("the HRESULT", (0x80004005,)),
    "acknowledge_cancel": ("", ()),
    "report_progress": ("the value", (0.5,)),
    "cancel_notifications": ("", ()),
    "cancel_callback_fails": ("the HRESULT", (0x80004005,)),
    "settle": ("", ()),
    "dispose": ("", ()),
    "hresult_of": ("the exception", (OSError(),)),
}
"""What each function of a Subject is called with, in words and for a try."""
_AS_IT_IS: Final = (
    "The first argument of Subject is the operation; hand over each function as it is, without calling it."
)
_NOT_CALLED: Final = "Hand over the lever that ends the work; Subject(operation, ended=...) is for what needs none."
_SWAPPED: Final = "Its functions stand in the order of complete, fail, acknowledge_cancel, report_progress"


def require_callable(name: str, kind: Kind, subject: Subject) -> None:
    """Raise a HarnessFault where a function does not take what it will be called with; its own words are shown."""
    for hooked, (what, arguments) in TAKES.items():
        function = getattr(subject, hooked)
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise HarnessFault(
                f"{hooked} of {name}, {kind}, yields, and nobody runs what it makes. Let it be a plain function."
            )
        if inspect.iscoroutinefunction(function):
            raise HarnessFault(
                f"{hooked} of {name}, {kind}, is an async function, and nobody awaits it. {FROM_OUTSIDE}"
            )
        why = _refusal(function, arguments) if function is not None else ""
        if why:
            wanted = f"one argument, {what}" if arguments else "no argument"
            raise HarnessFault(
                f"{hooked} of {name}, {kind}, cannot be called as it has to be: {why}. It takes {wanted}. {_SWAPPED}."
            )


def _refusal(function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    """Return what a call says that the signature forbids; nothing where it is allowed, or nobody can tell."""
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        pass
    except Exception:
        return ""
    else:
        return ""
    try:
        function(*arguments)
    except TypeError as error:
        return said_where(error)
    except BaseException as error:
        if is_a_stop(error):
            raise
    return ""  # it was called


def require_settling(name: str, kind: Kind, subject: Subject) -> None:
    """Raise a HarnessFault where a settle does not come back: while the work goes on, or after its end."""
    _settle(name, kind, subject, "while the work goes on and nothing is due")
    if subject.complete is not None and subject.ended is None:
        try:
            subject.complete(0)
        except BaseException as error:
            if is_a_stop(error):
                raise
            return  # smoke says what is wrong with such a lever
        _settle(name, kind, subject, "after complete")


def _settle(name: str, kind: Kind, subject: Subject, when: str) -> None:
    assert subject.settle is not None
    errors: list[BaseException] = []
    settle = subject.settle

    def run() -> None:
        try:
            hook("settle", settle)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(SETTLE_SECONDS)
    if thread.is_alive():
        raise HarnessFault(
            f"settle of {name}, {kind}, does not come back within {SETTLE_SECONDS:g} s {when}. It returns once every "
            "callback that is due has run, and at once where none is: it does not wait for an end that is not due."
        )
    if errors:
        raise errors[0]


def require_subject(name: str, kind: Kind, subject: object) -> None:
    """Raise a HarnessFault, with the likeliest reason, where ``start`` did not return a Subject as it has to be."""
    if not isinstance(subject, Subject):
        raise HarnessFault(f"{name} returned {named(subject)} for {kind}, not a Subject. {of_returned(subject)}")
    if subject.operation is None:
        raise HarnessFault(
            f"{name} returned a Subject without an operation for {kind}. Put the object under test there."
        )
    if isinstance(subject.operation, type):
        raise HarnessFault(
            f"{name} returned a Subject whose operation is {named(subject.operation)} for {kind}. Make an object of it."
        )
    try:
        born(subject.ended)
    except ValueError as error:
        raise HarnessFault(f"{name} returned a Subject that is not understood for {kind}: {error}.") from None
    for lever, value in ((lever, getattr(subject, lever)) for lever in TAKES):
        if not callable(value) and (value is not None or (lever == "complete" and subject.ended is None)):
            raise HarnessFault(
                f"{name} returned a Subject whose {lever} is {plain(value)!r} for {kind}. It has to be a function. "
                f"{_NOT_CALLED if value is None else _AS_IT_IS}"
            )
    if not isinstance(subject.cancel_ends_work, bool):
        raise HarnessFault(
            f"{name} returned a Subject whose cancel_ends_work is {plain(subject.cancel_ends_work)!r} for {kind}. It "
            "is True or False."
        )


def require_sorts(name: str, declared: object) -> tuple[str, ...]:
    """Return the sorts of values that a ``start`` declares; raises HarnessFault where they are none."""
    if not isinstance(declared, (tuple, list)):
        raise HarnessFault(f"values of {name} is {plain(declared)!r}. It is a tuple of {', '.join(SORTS)}.")
    for sort in declared:
        if sort not in SORTS:
            meant = did_you_mean(sort, SORTS) if isinstance(sort, str) else ""
            raise HarnessFault(f"values of {name} names {plain(sort)!r}.{meant} The sorts are {', '.join(SORTS)}.")
    return tuple(declared)
