"""The probe of a subject: a file that asks a type checker about each member, on a line of its own.

Each line has a tag. ``read`` asks for the type of a member; ``fits`` gives the member to a place of the type
that its interface has there; ``same`` compares what a way to wait comes to with the result; ``set`` puts
handlers that are told what the class says it tells, and by whom; ``whole`` gives the object to a place for one
of the four interfaces.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from iasyncinfo_conformance.static.checkers import Remark
from iasyncinfo_conformance.static.subjects import Subject
from iasyncinfo_spec.abi import Kind

Tag: TypeAlias = tuple[str, ...]

PROPERTIES: Final = {
    "id": "int",
    "status": "int",
    "error_code": "int | _spec.SupportsValue",
    "completed": "_Callable[[_Any, _Any], object] | None",
    "progress": "_Callable[[_Any, _Any], object] | None",
}
"""The properties, each with what it is read as."""
METHODS: Final = {
    "cancel": "_Callable[[], None]",
    "close": "_Callable[[], None]",
    "get_results": "_Callable[[], object]",
    "get": "_Callable[[], object]",
    "wait": "_Callable[[float], int]",
    "__await__": "_Callable[[], _Generator[_Any, _Any, object]]",
}
"""The methods, each with what it is called as."""
MEMBERS: Final = (*PROPERTIES, *METHODS)
HANDLERS: Final = ("completed", "progress")

_PARAMETERS: Final = {
    Kind.ACTION: "_Any",
    Kind.ACTION_WITH_PROGRESS: "_Any, _Any",
    Kind.OPERATION: "_Any, _Any",
    Kind.OPERATION_WITH_PROGRESS: "_Any, _Any, _Any",
}
_PRELUDE: Final = """from collections.abc import Callable as _Callable
from collections.abc import Generator as _Generator
from typing import Any as _Any
from typing import TypeVar as _TypeVar

import iasyncinfo_spec.protocols as _spec

_T = _TypeVar("_T")
_any: _Any = None


def _returned(factory: _Callable[..., _T]) -> _T: raise NotImplementedError
def _told(status: _T) -> _Callable[[_Any, _T], None]: raise NotImplementedError
def _sent(sender: _T) -> _Callable[[_T, _Any], None]: raise NotImplementedError
def _result(of: _Callable[[], _T]) -> list[_T]: raise NotImplementedError
def _awaited(of: _Callable[[], _Generator[_Any, _Any, _T]]) -> list[_T]: raise NotImplementedError
def _agree(one: list[_T], other: list[_T]) -> None: raise NotImplementedError
"""
_SENDERS: Final = {
    Kind.ACTION: "_spec.IAsyncAction[_Any]",
    Kind.ACTION_WITH_PROGRESS: "_spec.IAsyncActionWithProgress[_Any, _Any]",
    Kind.OPERATION: "_spec.IAsyncOperation[_T, _Any]",
    Kind.OPERATION_WITH_PROGRESS: "_spec.IAsyncOperationWithProgress[_T, _Any, _Any]",
}
"""The interface as a sender, with the result that a class says it has."""


@dataclass(frozen=True)
class Probe:
    """The text of a probe, and what each of its lines asks of which subject."""

    text: str
    tags: dict[int, tuple[int, Tag]]

    def answers(self, remarks: Sequence[Remark]) -> list["Remarked"]:
        """Return what a checker says, subject by subject."""
        found = [Remarked({}, {}) for _ in range(1 + max((subject for subject, _ in self.tags.values()), default=-1))]
        for remark in remarks:
            if remark.line in self.tags:
                subject, tag = self.tags[remark.line]
                into = found[subject].types if remark.is_type else found[subject].errors
                into.setdefault(tag, remark.text)
        return found


@dataclass(frozen=True)
class Remarked:
    """The types that a checker gives, and its complaints, by tag."""

    types: dict[Tag, str]
    errors: dict[Tag, str]


def probe_of(subjects: Sequence[Subject]) -> Probe:
    """Return the probe that asks about classes, and about what functions return."""
    lines = [*_PRELUDE.splitlines(), *map(_by, Kind)]
    tags: dict[int, tuple[int, Tag]] = {}
    for number, subject in enumerate(subjects):
        modules = subject.modules or (subject.definition.module,)
        names = [f"_m{number}_{index}" for index in range(len(modules))]
        lines += ["", *(f"import {module} as {name}" for module, name in zip(modules, names, strict=True)), ""]
        name = subject.type.format(*names) or f"{names[0]}.{subject.definition.name}"
        if subject.type or subject.is_class:
            lines.append(f"def _probe{number}(s: {name}) -> None:")
        else:
            lines += [f"def _probe{number}() -> None:", f"    s = _returned({name})"]
        for tag, line in _lines(name):
            lines.append(f"    {line}")
            tags[len(lines)] = number, tag
    return Probe("\n".join([*lines, ""]), tags)


def _by(kind: Kind) -> str:
    sender = f"_Callable[[{_SENDERS[kind]}, _Any], None]"
    return f"def _by_{kind}(results: _Callable[[], _T]) -> {sender}: raise NotImplementedError"


def _lines(name: str) -> Iterator[tuple[Tag, str]]:
    yield ("made",), f"reveal_type({name})"
    yield ("object",), "reveal_type(s)"
    for member, type_ in (PROPERTIES | METHODS).items():
        yield ("read", member), f"reveal_type(s.{member})"
        yield ("fits", member), f"_{member}: {type_} = s.{member}"
    yield ("aside",), "_results = _result(s.get_results)"
    yield ("same", "get"), "_agree(_results, _result(s.get))"
    yield ("same", "__await__"), "_agree(_results, _awaited(s.__await__))"
    yield ("aside",), "_told_status = _told(s.status)"
    yield ("aside",), "_sent_self = _sent(s)"
    for kind in Kind:
        yield ("aside",), f"_sent_{kind} = _by_{kind}(s.get_results)"
    for member in HANDLERS:
        yield ("aside",), f"_{member}_any: _Callable[[_Any, _Any], None] = _any"
        yield ("set", member, "any"), f"s.{member} = _{member}_any"
        yield ("set", member, "self"), f"s.{member} = _sent_self"
        for kind in Kind:
            yield ("set", member, kind.value), f"s.{member} = _sent_{kind}"
    yield ("set", "completed", "status"), "s.completed = _told_status"
    for kind in Kind:
        yield ("whole", kind.value), f"_whole_{kind}: _spec.{kind.interface}[{_PARAMETERS[kind]}] = s"
