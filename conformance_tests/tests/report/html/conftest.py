"""Records of subjects that pass and that fail, and pages taken apart."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.record.consumed import Consumed, Fared, Met
from iasyncinfo_conformance.record.findings import Failure, Outcome, RuleVerdict
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import EngineRun, Named, Record
from iasyncinfo_conformance.targets.loading import load_target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import parse_situation

BROKEN = "iasyncinfo_conformance.counterexamples.broken"
VOID = frozenset({"meta", "wbr", "br", "link", "input"})


@dataclass
class Page(HTMLParser):
    """A page taken apart: its elements in order, and what it says."""

    source: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take it apart."""
        super().__init__()
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element without contents, of a drawing."""
        self.handle_starttag(tag, attrs)
        self.unclosed.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close the last element, which has to be the one."""
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note what is said."""
        if self.unclosed and self.unclosed[-1] != "style":
            self.said.append(data)

    @property
    def text(self) -> str:
        """All that is said, in one line."""
        return " ".join(" ".join(self.said).split())

    def values(self, attribute: str) -> list[str]:
        """Every value of an attribute."""
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]

    def having(self, tag: str, name: str) -> list[dict[str, str]]:
        """The elements of a class."""
        return [
            attributes
            for each, attributes in self.elements
            if each == tag and name in attributes.get("class", "").split()
        ]


@cache
def _checked(text: str, kind: Kind) -> Record:
    target = load_target(text)
    target.kinds = (kind,)
    return check(target, Options(quick=True))


@pytest.fixture(scope="session")
def passing() -> Record:
    """The record of a subject that passes."""
    return _checked("iasyncinfo_conformance.counterexamples.plain:start", Kind.ACTION)


@pytest.fixture(scope="session")
def failing() -> Record:
    """The record of a subject whose Cancel takes it from its end to another."""
    return _checked(f"{BROKEN}.cancel:cancel_overturns_success", Kind.OPERATION)


@pytest.fixture(scope="session")
def ignoring() -> Record:
    """The record of a subject whose Cancel does nothing."""
    return _checked(f"{BROKEN}.cancel:cancel_does_nothing", Kind.OPERATION)


@pytest.fixture(scope="session")
def consuming() -> Record:
    """The record of a consumer that takes null for no result, and is not ready for Started."""
    word = parse_situation("reference: wait complete(null)")
    failure = Failure("CONSUME-VALUE", Kind.OPERATION, word, 3, "returns null", "raised ValueError", "situations")
    value, started = ("CONSUME-VALUE",), ("CONSUME-STARTED",)
    return Record(
        Named("mine:wait", kinds=(Kind.OPERATION,)),
        verdicts=(RuleVerdict("CONSUME-ENDS", Outcome.PASSED), RuleVerdict("CONSUME-VALUE", Outcome.FAILED)),
        failures=(failure,),
        engines=(EngineRun("situations", Kind.OPERATION, 40, 120, value),),
        consumed=Consumed(
            "asynchronous",
            {"CONSUME-GIVE-UP": "waits, goes", "CONSUME-CLOSE": "never"},
            situations=(
                Met("completes", "wrl", "legal", Fared.KEPT),
                Met("completes", "wine", "legal", Fared.KEPT),
                Met("completes with null", "wrl", "legal", Fared.BROKEN, value),
                Met("completes with null", "wine", "breach", Fared.HAZARD, value),
                Met("told Started first", "wrl", "rude", Fared.HAZARD, started),
            ),
        ),
    )


@pytest.fixture
def apart() -> Callable[[str], Page]:
    """Take a page apart."""
    return Page
