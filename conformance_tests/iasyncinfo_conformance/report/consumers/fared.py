"""How a consumer fared: situations by families, and how bad each situation was."""

from collections.abc import Mapping
from typing import NamedTuple

from iasyncinfo_conformance.record.consumed import Consumed, Fared, Met


class Situation(NamedTuple):
    """One situation, and what came of it in front of each family that can do so."""

    name: str
    met: Mapping[str, Met]

    @property
    def worst(self) -> Fared:
        """How it went where it went worst."""
        return max((met.fared for met in self.met.values()), key=list(Fared).index)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that were not kept, in front of whomever."""
        return tuple(dict.fromkeys(rule for met in self.met.values() for rule in met.rules))

    @property
    def unkept(self) -> tuple[str, ...]:
        """The families in front of which a rule was not kept."""
        return tuple(family for family, met in self.met.items() if met.fared is not Fared.KEPT)


def families(consumed: Consumed) -> tuple[str, ...]:
    """Return the families that the consumer met, in the order in which it met them."""
    return tuple(dict.fromkeys(met.family for met in consumed.situations))


def situations(consumed: Consumed) -> tuple[Situation, ...]:
    """Return the situations that the consumer met, in the order in which it met them."""
    names = dict.fromkeys(met.name for met in consumed.situations)
    return tuple(
        Situation(name, {met.family: met for met in consumed.situations if met.name == name}) for name in names
    )
