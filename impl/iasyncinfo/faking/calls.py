"""Calls of an asynchronous API: which they are among the methods of a plain class, and what each would come to."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final

from iasyncinfo_spec.abi import Kind

_SUFFIX: Final = "_async"
"""What the names of all asynchronous methods end with in PyWinRT."""


@dataclass(frozen=True, slots=True)
class WinRTCall:
    """One call of an asynchronous method, as ``make`` of :func:`fake_winrt` is given it."""

    name: str
    """The class and the method: ``BluetoothLEDevice.from_id_async``."""
    kind: Kind
    """Which of the four interfaces the call returns."""
    arguments: tuple[Any, ...]
    """What it was called with; the object or class that it was called on is not among it."""
    _body: Callable[[], Any] = field(repr=False)

    def run(self, report: Callable[[Any], object] | None = None) -> Any:
        """Run the method of the plain class and return its result; raises what it raises.

        What it yields is handed to ``report``, where there is one.
        """
        came = self._body()
        return _driven(came, report) if inspect.isgenerator(came) else came


def _driven(steps: Generator[Any, Any, Any], report: Callable[[Any], object] | None) -> Any:
    while True:
        try:
            value = next(steps)
        except StopIteration as stop:
            return stop.value
        if report is not None:
            report(value)


@contextmanager
def answering(plain: type, answer: Callable[[WinRTCall], Any]) -> Iterator[None]:
    """Let the asynchronous methods of a class return what ``answer`` makes of each call; put them back at the end."""
    own = {name: vars(plain).get(name) for name in dir(plain) if name.endswith(_SUFFIX)}
    try:
        for name in own:
            setattr(plain, name, _calling(plain, name, answer))
        yield
    finally:
        for name, method in own.items():
            if method is None:
                delattr(plain, name)
            else:
                setattr(plain, name, method)


def _calling(plain: type, name: str, answer: Callable[[WinRTCall], Any]) -> Any:
    method = inspect.getattr_static(plain, name)
    body = method.__func__ if isinstance(method, staticmethod | classmethod) else method
    kind = _kind_of(body)
    on = 0 if isinstance(method, staticmethod) else 1

    @wraps(body)
    def call(*arguments: Any) -> Any:
        return answer(WinRTCall(f"{plain.__name__}.{name}", kind, arguments[on:], lambda: body(*arguments)))

    return type(method)(call) if isinstance(method, staticmethod | classmethod) else call


def _kind_of(body: Callable[..., Any]) -> Kind:
    """Return the kind of a method: one that yields has progress, one that is annotated to return None no result."""
    text = str(inspect.signature(body).return_annotation)
    if inspect.isgeneratorfunction(body):
        return Kind.ACTION_WITH_PROGRESS if text.endswith("None]") else Kind.OPERATION_WITH_PROGRESS
    return Kind.ACTION if text == "None" else Kind.OPERATION
