"""Which consumer meets what, in which order: a value for each run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from iasyncinfo_conformance.consumers.law.situations import (
    SITUATIONS,
    STARTING,
    Situation,
    Tier,
    families_for,
    in_front_of,
    is_playable,
    tier_of,
    tier_of_steps,
)
from iasyncinfo_conformance.consumers.messages import Asked, Ready
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.consumer_rules import CONSUMER_POINTS
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.situations import begun_as, family_of, parse_situation
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.words import Word

POINT: Final = "asked first"
DRAWN: Final = "drawn"
STRETCHED: Final = "stretched"
SWITCHED: Final = "switched"
PREEMPTIONS: Final = 2
"""How often a thread is stopped that could go on, in the schedules of a consumer that blocks its thread."""
_SWITCHED: Final = (
    "publish complete(5) call", "publish complete(5) pause call", "publish fail(0x80070005) call",
    "cancel publish acknowledge_cancel call", "give_up publish acknowledge_cancel call",
    "give_up publish complete(5) call", "report_progress(1) report_progress(2) publish complete(5) call",
    "pause publish complete(5) call",
)  # fmt: skip
"""What the worker does while the consumer waits, in every order of the two."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the situation's name, in front of whom, and all families for which that one stands."""

    name: str
    asked: Asked
    tier: Tier
    source: str = ""
    stands_for: tuple[str, ...] = ()


def families_met(profile: str) -> tuple[str, ...]:
    """Return the families that a profile has a consumer meet."""
    return tuple(FAMILIES) if profile == STANDARD else (profile,)


def points_first(about: Ready) -> Iterator[Run]:
    """Yield the runs that ask the points."""
    for point in CONSUMER_POINTS.values():
        for text in point.words:
            word = parse_situation(text)
            if _is_able(about, word[1:]):
                yield Run(POINT, Asked(word, _plainest(about)), Tier.LEGAL)


def situations(about: Ready, profile: str, *, quick: bool) -> Iterator[Run]:
    """Yield a run of each situation in front of each family that differs in it, in each kind that it is about.

    A quick one has the first situations only, and kinds but the plainest meet one family each.
    """
    families, plainest = families_met(profile), _plainest(about)
    for situation in SITUATIONS:
        if (quick and not situation.first) or not _is_able(about, situation.steps):
            continue
        kinds = [kind for kind in about.kinds if kind in situation.kinds]
        for kind in kinds:
            whole = kind is plainest or (kind is kinds[0] and plainest not in kinds)
            yield from _in_front(situation, kind, families, whole=whole, quick=quick)


def _in_front(situation: Situation, kind: Kind, families: Sequence[str], *, whole: bool, quick: bool) -> Iterator[Run]:
    able = tuple(family for family in families if is_playable(situation.steps, family, kind))
    classes = list(families_for(situation, able))
    if not whole:
        classes = classes[: 1 if quick or not situation.first else 2]
    for family, alike in classes:
        asked = Asked(in_front_of(situation, family), kind)
        yield Run(situation.name, asked, tier_of(situation, family), situation.source, alike)


def of_application(about: Ready, calls: Sequence[tuple[str, Kind]], profile: str, *, quick: bool) -> Iterator[Run]:
    """Yield a run of each situation for each call of an application."""
    for call, kind in calls:
        for situation in (*SITUATIONS, *STARTING):
            if (quick and not situation.first) or kind not in situation.kinds or not _is_able(about, situation.steps):
                continue
            for run in _in_front(situation, kind, families_met(profile), whole=False, quick=quick):
                yield replace(run, asked=replace(run.asked, situation=begun_as(run.asked.situation, call)))


def stretched(about: Ready, profile: str, calls: int) -> Iterator[Run]:
    """Yield runs in which what is shown, and the call, come around each of a consumer's own calls."""
    family = "kotlin" if profile == STANDARD else profile
    ends = (("complete(5)", ""), ("fail(0x80070005)", ""), ("acknowledge_cancel", "cancel "))
    for end, before in ends:
        for text in _stretched(end, before, calls):
            word = parse_situation(f"{family}: {text}")
            if is_playable(word[1:], family, _plainest(about)):
                yield Run(STRETCHED, Asked(word, _plainest(about)), Tier.LEGAL, "", (family_of(word),))


def switched(about: Ready, profile: str) -> Iterator[Run]:
    """Yield the runs whose every schedule is asked for."""
    for text in _SWITCHED:
        reports = "report_progress" in text
        kind = _reporting(about) if reports else _plainest(about)
        if kind is not None:
            yield from _switched(about, profile, text, kind)


def switched_of_application(about: Ready, calls: Sequence[tuple[str, Kind]], profile: str) -> Iterator[Run]:
    """Yield the runs of an application whose every schedule is asked for: each call in turn meets the situation."""
    for text in _SWITCHED:
        for call, kind in calls:
            for run in _switched(about, profile, text, kind):
                yield replace(run, asked=replace(run.asked, situation=begun_as(run.asked.situation, call)))


def _switched(about: Ready, profile: str, text: str, kind: Kind) -> Iterator[Run]:
    family = "reference" if profile == STANDARD else profile
    word = parse_situation(f"{family}: wait {text}")
    is_due = text.startswith("pause") <= (about.time_limit is not None)  # else nothing happens before
    if is_due and _is_able(about, word[1:]) and is_playable(word[1:], family, kind):
        yield Run(SWITCHED, Asked(word, kind), tier_of_steps(word[1:], family), "", (family,))


def _reporting(about: Ready) -> Kind | None:
    return next((kind for kind in about.kinds if kind.has_progress and about.progress), None)


def _stretched(end: str, before: str, calls: int) -> Iterator[str]:
    moments = [f"{moment}({number})" for number in range(1, calls + 1) for moment in ("before", "after")]
    for index, shows in enumerate(moments):
        first = f"{shows} {before}{shows} " if before else f"{shows} "
        yield f"wait {first}{end}"
        for called in moments[index + 1 :: 2]:
            yield f"wait {first}publish {end} {called} call"


def _plainest(about: Ready) -> Kind:
    return Kind.OPERATION if Kind.OPERATION in about.kinds else about.kinds[0]


def _is_able(about: Ready, steps: Word) -> bool:
    return about.can_give_up or ("give_up",) not in steps
