"""How a consumer is entered among the counterexamples: where it stands, once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class WrongConsumer:
    """A wrong consumer: the rule by which it is caught, and a situation that shows it.

    ``target`` is what ``iasyncinfo consume`` takes. ``only_hazard`` marks one that breaks a SHOULD and conforms,
    ``switched`` one whose rule is broken under some schedules alone.
    """

    name: str
    rule: str
    situation: str
    about: str
    target: str
    only_hazard: bool = False
    switched: bool = False


@dataclass(frozen=True, slots=True)
class RightConsumer:
    """A right consumer, and how it is built."""

    name: str
    about: str
    target: str


ENTERED: Final[list[WrongConsumer]] = []
RIGHT: Final[list[RightConsumer]] = []


def wrong(
    rule: str, situation: str, *, only_hazard: bool = False, switched: bool = False, target: str = ""
) -> Callable[[_F], _F]:
    """Enter the decorated function as a wrong consumer; its docstring says what is wrong."""

    def enter(function: _F) -> _F:
        name, about, here = _described(function)
        ENTERED.append(WrongConsumer(name, rule, situation, about, target or here, only_hazard, switched))
        return function

    return enter


def right(function: _F) -> _F:
    """Enter the decorated function as a right consumer; its docstring says how it is built."""
    RIGHT.append(RightConsumer(*_described(function)))
    return function


def right_as(target: str, about: str) -> None:
    """Enter what stands under a name that is no function."""
    RIGHT.append(RightConsumer(target.partition(":")[2], about, target))


def _described(function: Callable[..., Any]) -> tuple[str, str, str]:
    name: str = function.__name__
    return name, function.__doc__ or "", f"{function.__module__}:{name}"
