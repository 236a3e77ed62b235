"""What of a record a page shows, and under which anchors: all of it, unless that is too much for one page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Generic, NamedTuple, TypeVar

from iasyncinfo_conformance.record.findings import Failure, RuleVerdict
from iasyncinfo_conformance.record.moves import WrongMove
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.record.static.mistyped import Mistyped
from iasyncinfo_conformance.report.beside import Beside
from iasyncinfo_spec.abi import Kind

T = TypeVar("T")
_NO_ANCHOR: Final = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_ANCHOR: Final = 80


class Few(NamedTuple, Generic[T]):
    """The beginning of a list, and how many more there are."""

    items: Sequence[T]
    more: int


class Limits(NamedTuple):
    """How many characters of a text and how many entries of a list are shown."""

    text: int
    entries: int

    def few(self, entries: Iterable[T]) -> Few[T]:
        """Return as many entries as are shown."""
        whole = list(entries)
        return Few(whole[: self.entries], max(0, len(whole) - self.entries))


class Anchored(NamedTuple, Generic[T]):
    """Something on the page that has an address of its own."""

    id: str
    it: T


@dataclass(frozen=True)
class Shown:
    """A record, and how much of it is shown."""

    record: Record
    limits: Limits

    def few(self, entries: Iterable[T]) -> Few[T]:
        """Return as many entries as are shown."""
        return self.limits.few(entries)

    @cached_property
    def rules(self) -> Few[Anchored[RuleVerdict]]:
        """The verdicts on rules and points, each with its anchor."""
        few = self.few(self.record.verdicts)
        return Few(list(anchored("rule", few.items, [verdict.id for verdict in few.items])), few.more)

    @cached_property
    def cards(self) -> Few[Anchored[Failure]]:
        """The failures of rules that are broken in their own right, each with the anchor of its card."""
        few = self.few(self.record.own)
        return Few(list(anchored("failure", few.items, [failure.rule for failure in few.items])), few.more)

    @cached_property
    def type_cards(self) -> Few[Anchored[Mistyped]]:
        """The members that are not typed as they have to be, each with the anchor of its card."""
        few = self.few(self.record.mistyped)
        return Few(list(anchored("type", few.items, [each.rule for each in few.items])), few.more)

    @cached_property
    def wrong(self) -> Sequence[Anchored["Astray"]]:
        """The steps that are wrong, those of all kinds together, each with the anchor of its entry."""
        few = self.few(together(self.record)).items
        return list(anchored("arrow", few, [str(number) for number in range(1, len(few) + 1)]))

    @cached_property
    def _addresses(self) -> dict[str, str]:
        typed = {card.it.rule: card.id for card in reversed(self.type_cards.items)}
        return typed | {card.it.rule: card.id for card in reversed(self.cards.items)}

    @cached_property
    def _rule_addresses(self) -> dict[str, str]:
        return {rule.it.id: rule.id for rule in reversed(self.rules.items)}

    def card_of(self, rule: str) -> str:
        """Return the anchor of the card of a rule, or nothing where none is shown."""
        return self._addresses.get(rule, "")

    def rule_of(self, rule: str) -> str:
        """Return the anchor of a rule, or nothing where it is not shown."""
        return self._rule_addresses.get(rule, "")


@dataclass(frozen=True)
class Compared:
    """Several records beside each other, and how much of them is shown."""

    beside: Beside
    limits: Limits

    def few(self, entries: Iterable[T]) -> Few[T]:
        """Return as many entries as are shown."""
        return self.limits.few(entries)


class Astray(NamedTuple):
    """A step that is wrong, and the kinds of objects on which it is."""

    move: WrongMove
    kinds: tuple[Kind, ...]


def together(record: Record) -> list[Astray]:
    """Return the wrong steps of all kinds, those that are alike as one, shown by the shortest of their words."""
    alike: dict[tuple[object, ...], dict[Kind, WrongMove]] = {}
    for kind, extent in record.extents.items():
        for move in extent.wrong:
            alike.setdefault((move.state, move.step, move.expected, move.there), {})[kind] = move
    return [
        Astray(min(moves.values(), key=lambda move: (move.inside, len(move.word), move.text)), tuple(moves))
        for moves in alike.values()
    ]


def anchored(prefix: str, entries: Sequence[T], names: Sequence[str]) -> Iterator[Anchored[T]]:
    """Yield each entry with an anchor made of its name; no two have the same."""
    taken: set[str] = set()
    for number, (entry, name) in enumerate(zip(entries, names, strict=True), 1):
        anchor = f"{prefix}-{_NO_ANCHOR.sub('_', name)[:_LONGEST_ANCHOR]}"
        anchor = anchor if anchor not in taken else f"{anchor}.{number}"
        taken.add(anchor)
        yield Anchored(anchor, entry)
