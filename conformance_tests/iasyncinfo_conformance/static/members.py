"""From what a type checker says to verdicts: which members are not as their interface has them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from iasyncinfo_conformance.record.static.mistyped import Mistyped
from iasyncinfo_conformance.static.probes import HANDLERS, MEMBERS, METHODS, Remarked
from iasyncinfo_conformance.static.reading.sources import Sources
from iasyncinfo_conformance.static.subjects import Subject
from iasyncinfo_spec.abi import Kind

RULE_OF: Final = {
    "id": "TYPE-ID", "status": "TYPE-STATUS", "error_code": "TYPE-ERROR-CODE", "cancel": "TYPE-CANCEL",
    "close": "TYPE-CLOSE", "completed": "TYPE-COMPLETED", "progress": "TYPE-PROGRESS",
    "get_results": "TYPE-RESULTS", "get": "TYPE-GET", "wait": "TYPE-WAIT", "__await__": "TYPE-AWAIT",
}  # fmt: skip
REQUIRED: Final = ("id", "status", "error_code", "cancel", "close", "completed", "get_results")
NO_MEMBER: Final = "no such member"
_DECLARED: Final = "declared by a Protocol that the class derives from, and not defined"
MOST_MISSING: Final = 3
"""A class that lacks more of the required members is no IAsyncInfo at all."""
_EXPECTED: Final = {
    "id": "a property: int",
    "status": "a property: int, an IntEnum of the four values",
    "error_code": "a property: int, or a structure with value: int",
    "cancel": "a method: () -> None",
    "close": "a method: () -> None",
    "completed": "a property: a callable of an operation and its status, or None",
    "progress": "a property: a callable of an operation and a value, or None",
    "get_results": "a method: () -> the result",
    "get": "a method: () -> what get_results returns",
    "wait": "a method: (float) -> the type of status",
    "__await__": "a method: () -> Generator[Any, Any, what get_results returns]",
}
_MISSING: Final = re.compile(r"has no attribute|Cannot access attribute|is unknown")
_READ_ONLY: Final = re.compile(r'is read-only|has no defined setter|is not assignable to "property"')
_UNTOLD: Final = ("Any", "Unknown")
"""What checkers call a type that nothing tells: it fits everywhere and says nothing."""
_COROUTINE: Final = re.compile(r"(?:Coroutine|CoroutineType|Awaitable)\[")
_SETTABLE: Final = "one that can be set to a function of the operation and {what}"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of one subject: which interface it has, what is wrong, and which members have no types."""

    subject: str
    kind: Kind
    mistyped: tuple[Mistyped, ...]
    untyped: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    is_stranger: bool = False
    """Whether it is no IAsyncInfo at all, which is one finding by itself."""
    claims: bool = False
    """Whether it derives from a Protocol for the interface, and leaves members of it undefined."""
    unsaid: bool = False
    """Whether most members come from a base without types, which fits everywhere."""

    @property
    def is_operation(self) -> bool:
        """Whether it is an operation, or nearly one: more than a base class with the members of IAsyncInfo alone."""
        lacking = {mistyped.member for mistyped in self.mistyped if mistyped.found == NO_MEMBER}
        is_one = not self.is_stranger and not self.unsaid and not lacking >= {"completed", "get_results"}
        return is_one or self.claims

    @property
    def rules(self) -> set[str]:
        """The rules that speak of members which the subject has or has to have."""
        return {"TYPE-IFACE"} | {rule for member, rule in RULE_OF.items() if member not in self.absent}


def looked(subject: Subject, answers: Remarked, sources: Sources) -> Looked:
    """Return what the answers to a subject's probe come to."""
    return _Look(subject, answers, sources).result()


class _Look:
    """One subject and the answers to its probe."""

    def __init__(self, subject: Subject, answers: Remarked, sources: Sources) -> None:
        self._subject, self._definition = subject, subject.definition
        self._types, self._errors = answers.types, answers.errors
        self._sources = sources
        self._hollow = {member for member in MEMBERS if sources.is_hollow(subject.definition, member)}
        self._unsaid = {member for member in MEMBERS if self._is_unsaid(member)}
        self._missing = [member for member in MEMBERS if self._is_missing(member)]
        results = self._read("get_results")
        self._result = _awaited(returned(results) or results)
        self._kind = self._kind_of()
        self._name = subject.name

    def result(self) -> Looked:
        absent = tuple(member for member in self._missing if member not in REQUIRED)
        lacking = [member for member in REQUIRED if member in self._missing]
        if len(lacking) > MOST_MISSING:
            stranger = self._stranger(lacking)
            return Looked(self._name, self._kind, (stranger,), (), MEMBERS, True, bool(self._hollow))
        every = [mistyped for member in MEMBERS if member not in absent for mistyped in self._member(member)]
        found = list({(each.member, each.line): each for each in reversed(every)}.values())[::-1]  # one for each place
        whole = self._errors.get(("whole", self._kind.value))
        if whole is not None and not found:
            found.append(self._mistyped("TYPE-IFACE", "", f"an {self._kind.interface}", whole))
        untyped = tuple(member for member in MEMBERS if member not in self._missing and self._is_untyped(member))
        is_unsaid = len(self._unsaid.intersection(REQUIRED)) > MOST_MISSING
        return Looked(
            self._name, self._kind, tuple(found), untyped, absent, claims=bool(self._hollow), unsaid=is_unsaid
        )

    def _kind_of(self) -> Kind:
        has_result = self._result not in ("None", "")
        if "progress" in self._missing:
            return Kind.OPERATION if has_result else Kind.ACTION
        return Kind.OPERATION_WITH_PROGRESS if has_result else Kind.ACTION_WITH_PROGRESS

    def _stranger(self, lacking: Sequence[str]) -> Mistyped:
        """Say of a type that is no IAsyncInfo what it is, and what it lacks."""
        has = [member for member in REQUIRED if member not in lacking]
        what = self._types.get(("object",), self._definition.name)
        only = f"of the members only {', '.join(has)}" if has else "none of the members"
        found = f"{what}, which has {only}; it lacks {', '.join(lacking)}"
        if self._hollow:
            found += ". The Protocol that it derives from declares members, and defines none"
        if re.search(r"\b(Task|Future|Coroutine|Awaitable)\b", what):
            found += ". iasyncinfo.as_async_operation makes an operation of it"
        return self._mistyped("TYPE-IFACE", "", "the members of one of the four interfaces", found)

    def _is_missing(self, member: str) -> bool:
        is_lacked = _MISSING.search(self._errors.get(("read", member), "")) is not None
        return is_lacked or member in self._hollow or (member in self._unsaid and member not in REQUIRED)

    def _is_unsaid(self, member: str) -> bool:
        """Whether a member reads as Any because nothing is known of a base: no class that is seen has it."""
        is_seen = self._definition.is_class and self._definition.node is not None
        return is_seen and self._read(member) in _UNTOLD and self._sources.owner(self._definition, member) is None

    # -- one member ---------------------------------------------------------------------------------

    def _member(self, member: str) -> Iterator[Mistyped]:
        if member in self._missing:
            found = _DECLARED if member in self._hollow else NO_MEMBER
            yield self._mistyped(RULE_OF[member], member, _EXPECTED[member], found)
            return
        wrong = self._unfit(member)
        if wrong:
            yield self._mistyped(RULE_OF[member], member, self._expected(member), wrong)
        if member in HANDLERS and not (wrong and self._is_method(member)):
            wrong = self._unsettable(member)
            if wrong:
                what = "its status" if member == "completed" else "a value"
                yield self._mistyped(RULE_OF[member], member, _SETTABLE.format(what=what), wrong, setter=True)

    def _expected(self, member: str) -> str:
        if member in ("get_results", "get") and self._kind in (Kind.ACTION, Kind.ACTION_WITH_PROGRESS):
            return "a method: () -> None"
        return _EXPECTED[member].replace("what get_results returns", self._result or "the result")

    def _unfit(self, member: str) -> str:
        """Return what is found of a member that does not fit where its interface has it; empty where it does."""
        text = self._read(member)
        if member in METHODS:
            return _method(text) if self._is_wrong_method(member, text) else ""
        if ("fits", member) in self._errors:
            return _method(text) if self._is_method(member) else text
        return ""

    def _is_wrong_method(self, member: str, text: str) -> bool:
        if text in _UNTOLD:
            return False
        if ("fits", member) in self._errors or _COROUTINE.match(returned(text)):
            return True
        if member not in ("get", "wait", "__await__"):
            return False
        if member == "wait":
            return returned(text) not in (self._read("status"), "int", *_UNTOLD) and self._has_status
        if self._has_results:
            return ("same", member) in self._errors
        return "Any" not in (self._result, value := _value(member, text)) and value != self._result

    def _unsettable(self, member: str) -> str:
        """Return what can be set where handlers that the interface allows cannot be; empty where they can."""
        error = self._errors.get(("set", member, "any"))
        if error is not None and _READ_ONLY.search(error):
            return "read-only"
        if error is None and member == "completed" and self._has_status:
            error = self._errors.get(("set", member, "status"))
        if error is None and ("set", member, "self") in self._errors:
            error = self._errors.get(("set", member, self._kind.value))
        return "" if error is None else self._sources.settable(self._definition, member) or error

    @property
    def _has_status(self) -> bool:
        return self._is_right("status") and self._read("status") not in _UNTOLD

    @property
    def _has_results(self) -> bool:
        return self._is_right("get_results") and not _COROUTINE.match(returned(self._read("get_results")))

    def _is_right(self, member: str) -> bool:
        return not {("fits", member), ("read", member)} & self._errors.keys()

    def _read(self, member: str) -> str:
        text = self._types.get(("read", member), "")
        return re.sub(r"^def ", "", text)

    def _is_method(self, member: str) -> bool:
        """Whether a member is called: its type is a function without parameters, which no handler is."""
        return re.match(r"(def )?\(\)", self._types.get(("read", member), "")) is not None

    def _is_untyped(self, member: str) -> bool:
        """Whether a member has no annotation, or Any, which fits everywhere and says nothing."""
        text = self._read(member)
        if text in _UNTOLD:
            return True
        if member in ("get_results", "get", "__await__", *HANDLERS) and self._is_generic():
            return False
        return member in METHODS and returned(text) in _UNTOLD

    def _is_generic(self) -> bool:
        """Whether the subject has type parameters, which stand for Any where it is named without arguments."""
        made = self._types.get(("made",), "")
        own = made.removeprefix("type[") if made.startswith("type[") else made.rpartition("-> ")[2]
        return made.startswith("def [") or "[" in own or not self._subject.is_class

    def _mistyped(self, rule: str, member: str, expected: str, found: str, *, setter: bool = False) -> Mistyped:
        file, line = self._definition.file, self._definition.line
        if member:
            file, line = self._sources.member(self._definition, member, setter=setter)
        return Mistyped(rule, self._kind, self._name, member, expected, found, file, line)


def returned(signature: str) -> str:
    """Return what a function returns, of its type as checkers write it; empty where it is no function's."""
    depth = 0
    for index, letter in enumerate(signature):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(letter, 0)
        if depth == 0 and signature.startswith("-> ", index):
            return signature[index + 3 :]
    return "None" if signature.startswith("(") and signature.endswith(")") else ""


def _method(text: str) -> str:
    """Return in words what a member is that is called, or should be."""
    if not text.startswith("("):
        return f"no method, but {text}"
    what = "an async method" if _COROUTINE.match(returned(text)) else "a method"
    return f"{what}: {text}{'' if '-> ' in text else ' -> None'}"


def _value(member: str, text: str) -> str:
    """Return what a way to wait comes to: what it returns, of ``__await__`` the last argument of the generator."""
    value = returned(text)
    return value.removesuffix("]").split(", ", 2)[-1] if member == "__await__" else value


def _awaited(text: str) -> str:
    """Return what a coroutine comes to, and any other type as it is."""
    return re.sub(r"^(?:Coroutine|CoroutineType)\[Any, Any, (.*)\]$", r"\1", text)
