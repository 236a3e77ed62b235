"""What a subject's owner knows of it, with reasons: deviations, what cannot be verified, answers of its own.

Deviations, rules that cannot be verified and answers that no family gives are a check's; exemptions are those of
a component's surface.
"""

from dataclasses import dataclass

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word


@dataclass(frozen=True, slots=True)
class Deviation:
    """One breach on one word that is known and excused; it is still run, and stale once it is gone."""

    id: str
    kind: Kind
    word: Word
    reason: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Unverified:
    """A rule, or all rules of a kind, that cannot be tested on this subject, as its owner knows."""

    rule: str | None
    kind: Kind | None
    reason: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A point that the subject answers as no family does, which its owner knows; stale once some family does."""

    point: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """Something on a component's surface that is as it is for a reason; stale once it is as it has to be."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a known-file says."""

    deviations: tuple[Deviation, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    answers: tuple[Noted, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
