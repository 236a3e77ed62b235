"""What a family is: a row of answers, the rules that it breaks, and how each is known."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from iasyncinfo_spec.variations import VARIATIONS, incoherent

_ENDS: Final = ("complete", "fail", "acknowledge_cancel")


@dataclass(frozen=True, slots=True)
class RaceFinding:
    """What a race of real objects was seen to come to, and no interleaving of the row explains.

    ``members`` are the steps that race, ``what`` came, and ``seen`` says how often in ``of`` runs of the race
    that was counted, or in how many recorded traces where ``of`` is 0.
    """

    members: tuple[str, ...]
    what: str
    seen: int
    of: int = 0

    def covers(self, racing: Iterable[str]) -> bool:
        """Return whether the steps of this finding are among those that race; ``end`` is any end of the worker."""
        names = Counter("end" if name in _ENDS else name for name in racing)
        return not Counter(self.members) - names


@dataclass(frozen=True)
class Family:
    """One row of answers, with the rules that it breaks and why.

    ``read`` says where the answers to points, and the breaches of rules, were read: file, place and commit or
    version. ``recordings`` are the recordings that the row is held against; what they make sure of is
    *observed* (:mod:`iasyncinfo_spec.evidence`). A point without an answer is *open*, and ``undecided`` may say why.
    Where words that begin with a started object hardly tell a row from another, ``told_as`` names the other. ``born``
    are the states in which its objects are handed out, where they have ended before anybody holds them.
    """

    name: str
    about: str
    answers: Mapping[str, str]
    breaks: Mapping[str, str] = field(default_factory=dict)
    read: Mapping[str, str] = field(default_factory=dict)
    recordings: tuple[str, ...] = ()
    undecided: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[RaceFinding, ...] = ()
    told_as: str = ""
    born: tuple[str, ...] = ()

    def answer(self, point: str) -> str:
        """Return the family's answer, or the point's default where the family leaves it open.

        Two answers follow from others: INCOHERENT, and CLOSE_R where Close never changes anything.
        """
        if point == "INCOHERENT":
            return incoherent({name: self.answer(name) for name in ("LATE_R", "CAC", "FAC")})
        return self.settled.get(point) or VARIATIONS[point].names[0]

    @property
    def settled(self) -> dict[str, str]:
        """The answers that the family gives, and those that follow from them; open points are left out."""
        never_closes = self.answers.get("AFTER_CLOSE") == "works" and self.answers.get("CLOSE_R", "ok") == "ok"
        return {**self.answers, **({"CLOSE_R": "noop"} if never_closes else {})}

    @property
    def open_points(self) -> tuple[str, ...]:
        """The points that the family leaves open: INCOHERENT too, where what it follows from is open."""
        followed = ("LATE_R", "CAC", "FAC")
        derived = {"INCOHERENT"} if all(point in self.settled for point in followed) else set()
        return tuple(point for point in VARIATIONS if point not in self.settled and point not in derived)

    @property
    def is_sketch(self) -> bool:
        """Whether little is established: more points are open that nobody has decided than there are answers."""
        return len(set(self.open_points) - self.undecided.keys()) > len(self.answers)

    @property
    def stands_back(self) -> bool:
        """Whether other rows are looked at first: it is told as one of them, or little of it is established."""
        return bool(self.told_as) or self.is_sketch

    @property
    def likeness(self) -> str:
        """How one that gives all of this row's answers is like it, in words."""
        return "as far as it is known" if self.is_sketch else "exactly"

    def answering(self, name: str, answers: Mapping[str, str]) -> "Family":
        """Return a family like this one under another name, with ``answers`` in place of its own."""
        return replace(self, name=name, answers={**self.answers, **answers})
