"""What a member of a subject answered, read so that it is the same in this process and behind a pipe."""

import json
import math
from collections.abc import Callable
from enum import IntEnum
from types import SimpleNamespace
from typing import Any

import pytest

from iasyncinfo_conformance.counterexamples.plain import start
from iasyncinfo_conformance.stepping.readings import failure, number, plain
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word


class Device:
    """An object of a library's."""


class Shouting(str):
    """A text that shows itself as another."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\x1b[2J"

    def __str__(self) -> str:
        return "other"


class Growing(list[Any]):
    """A list that never ends."""

    def __iter__(self) -> Any:
        while True:
            yield self


class Code(IntEnum):
    """A library's own enumeration."""

    FINE = 5


class Forged(type):
    """A metaclass whose classes have no name."""

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise RuntimeError


class Nameless(metaclass=Forged):
    """An object whose class will not be named."""


def holding_itself() -> list[Any]:
    """Return a list in which it is itself."""
    found: list[Any] = []
    found.append(found)
    return found


def doubled(times: int) -> list[Any]:
    """Return a list that holds itself twice, so many times over."""
    found: list[Any] = []
    for _ in range(times):
        found = [found, found]
    return found


@pytest.mark.parametrize(
    "value", [None, True, 0, -5, 2**64, 0.5, "", "na\u00efve \U0001f642", "\ud800", [1, ["a"]], {"a": None}]
)
def test_what_json_carries_is_read_as_it_is(value: object) -> None:
    """And comes back from a pipe as the same."""
    assert plain(value) == value
    assert json.loads(json.dumps(plain(value))) == value


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (Device(), "<Device>"),
        ([Device()], ["<Device>"]),
        ({"raw": b"\0"}, {"raw": "<bytes>"}),
        ({(1, 2): 3}, {"<tuple>": 3}),
        ({1: 2}, {"<int>": 2}),
        ({4}, "<set>"),
        ((1, 2), "<tuple>"),
        (1j, "<complex>"),
        (math.nan, "<nan>"),
        ([-math.inf], ["<-inf>"]),
        ([10**5000], ["<int of 16,610 bits>"]),
        (Code.FINE, 5),
        (Shouting("a"), "a"),
        ([Shouting("a")], ["a"]),
        (Growing([1]), [1]),
        (list(range(2000)), "<list>"),
        (Nameless(), "<Nameless>"),
    ],
)
def test_what_json_cannot_carry_is_read_as_its_type(value: object, read: object) -> None:
    """Every time as the same, and exactly as what crosses a pipe."""
    assert plain(value) == read
    assert type(plain(value)) is type(read)
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == read


@pytest.mark.parametrize("value", [holding_itself(), doubled(60)])
def test_a_container_that_holds_itself_is_read_to_a_depth(value: object) -> None:
    """Whatever is deeper is the name of its type, also where there is more of it than a memory holds."""
    assert "<list>" in json.dumps(plain(value))


@pytest.mark.parametrize("read", [plain, number, lambda value: number(SimpleNamespace(value=value))])
def test_a_number_of_thousands_of_digits_crosses(read: Callable[[object], object]) -> None:
    """As a text, which is no number, no status and no code."""
    assert json.dumps(read(10**5000)) == '"<int of 16,610 bits>"'


def raising(name: str) -> Callable[[Any], Any]:
    """Return a property whose reading fails."""

    def read(_self: Any) -> Any:
        raise RuntimeError(name)

    return property(read)  # type: ignore[return-value]


@pytest.mark.parametrize("name", ["winerror", "hresult"])
def test_an_exception_whose_code_cannot_be_read_carries_none(name: str) -> None:
    """That reading it fails is no failure of the suite."""
    error = type("Odd\n\x1b", (Exception,), {name: raising(name)})()
    assert failure(error, None) == {"raised": "Odd\\n\\x1b"}


def test_an_object_is_known_again_at_any_depth() -> None:
    """A result that holds it in a list within a list comes back as the word has it."""
    word = parse_word('complete([1, [{"object": 2}, {"object": 1}], null]) get_results')
    target = InProcess(start, "subject", explores=False)
    _, result = target.run_word(Kind.OPERATION, word)
    assert result == {"ok": [1, [{"object": 2}, {"object": 1}], None]}
