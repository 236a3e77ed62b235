"""The situations that every consumer meets, as data: what happens, in front of whom, and where it was seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import START
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.product import NotDrivable, Product, Run
from iasyncinfo_spec.rules import ALL_KINDS, WITH_PROGRESS
from iasyncinfo_spec.situations import OTHERS, WORKERS, parse_situation, with_family
from iasyncinfo_spec.words import Step, Word


class Tier(StrEnum):
    """What failing a situation means."""

    LEGAL = "legal"
    """A row does so without a listed breach: a failure."""
    BREACH = "breach"
    """A family's listed breach: a hazard, and a failure where that family is the profile."""
    RUDE = "rude"
    """Seen in public code: a hazard."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation, before it is known whose manners it has.

    ``points`` are those by which families differ in it: of families that answer them alike one stands for all.
    ``first`` marks those that a quick run has, and that every kind meets.
    """

    name: str
    text: str
    points: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ALL_KINDS
    tier: Tier = Tier.LEGAL
    source: str = ""
    first: bool = False

    @property
    def steps(self) -> Word:
        """The steps, without the family."""
        return parse_situation(f"reference: {self.text}")[1:]


_LATE: Final = ("LATE_R", "CAC", "FAC")
_SHUT: Final = ("Z-FIRE", "CLOSE_S", "CLOSE_R", "AFTER_CLOSE", "LATE_R")
_RESULTS: Final = (Kind.OPERATION, Kind.OPERATION_WITH_PROGRESS)

SITUATIONS: Final = (
    # -- it completes ---------------------------------------------------------------------------------
    Situation("completes", "wait complete(5)", first=True),
    Situation("has completed", "complete(5) wait", first=True),
    Situation("completes before the put", "wait before(put_completed) complete(5)", first=True),
    Situation("completes after the put", "wait after(put_completed) complete(5)"),
    Situation("completes once status was read", "wait after(status) complete(5)", first=True),
    Situation("shows Completed, and calls later", "wait publish complete(5) pause call", first=True),
    Situation("shows Completed before the put", "wait before(put_completed) publish complete(5) pause call"),
    Situation("shows Completed after the put", "wait after(put_completed) publish complete(5) pause call"),
    Situation("completes on the loop", "wait on_loop complete(5)"),
    Situation("completes after a while", "wait pause complete(5)"),
    # -- with any result ------------------------------------------------------------------------------
    Situation("completes with 0", "wait complete(0)", kinds=_RESULTS, first=True),
    Situation("completes with false", "wait complete(false)", kinds=_RESULTS),
    Situation("completes with null", "wait complete(null)", kinds=_RESULTS, first=True),
    Situation("completes with an empty text", 'wait complete("")', kinds=_RESULTS),
    Situation("completes with an empty list", "wait complete([])", kinds=_RESULTS),
    Situation("completes with true", "wait complete(true)", kinds=_RESULTS),
    Situation("completes with a text", 'wait complete("text")', ("REPEAT",), kinds=_RESULTS, first=True),
    Situation("completes with an object", 'wait complete({"object": 1})', kinds=_RESULTS, first=True),
    Situation("has completed with null", "complete(null) wait", kinds=_RESULTS),
    Situation("has completed with 0", "complete(0) wait", kinds=_RESULTS),
    Situation("result taken by another", 'complete("text") get_results wait', ("REPEAT",), kinds=_RESULTS),
    # -- it fails -------------------------------------------------------------------------------------
    Situation("fails", "wait fail(0x80070005)", ("ERR-RESULT",), first=True),
    Situation("has failed", "fail(0x80070005) wait", ("ERR-RESULT",), first=True),
    Situation("fails before the put", "wait before(put_completed) fail(0x80070005)", ("ERR-RESULT",)),
    Situation("shows Error, and calls later", "wait publish fail(0x80070005) pause call", ("ERR-RESULT",)),
    Situation("fails on the loop", "wait on_loop fail(0x80070005)", ("ERR-RESULT",)),
    Situation("fails as a misuse would", "wait fail(0x8000000E)", ("ERR-RESULT",), first=True),
    Situation("fails as an abort would", "wait fail(0x80004004)", ("ERR-RESULT",)),
    Situation("fails with the code of a cancel", "wait fail(0x800704C7)", ("FAIL-CANCELED",)),
    Situation("server gone", "wait fail(0x80010108)", ("ERR-RESULT",)),
    # -- it is canceled -------------------------------------------------------------------------------
    Situation("canceled by another", "wait cancel acknowledge_cancel", ("LATE_R",), first=True),
    Situation("canceled before", "cancel acknowledge_cancel wait", ("XERR",), first=True),
    Situation("cancel pending", "cancel wait acknowledge_cancel", ("LATE_R",), first=True),
    Situation("canceled, and completes", "wait cancel complete(5)", _LATE, first=True),
    Situation("canceled, and fails", "wait cancel fail(0x80070005)", _LATE),
    Situation("cancel pending, and completes", "cancel wait complete(5)", _LATE, first=True),
    Situation("cancel pending, and fails", "cancel wait fail(0x80070005)", _LATE),
    Situation("canceled before the put", "wait before(put_completed) cancel acknowledge_cancel", ("LATE_R",)),
    Situation("canceled before the put, and completes", "wait before(put_completed) cancel pause complete(5)", _LATE),
    Situation("canceled, and never ends", "wait cancel pause", ("LATE_R",)),
    Situation("gives up by itself", "wait acknowledge_cancel", ("SPONT-CANCEL",)),
    Situation("shows Canceled, and calls later", "wait cancel publish acknowledge_cancel pause call"),
    # -- its consumer is told to give up ----------------------------------------------------------------
    Situation("told to give up", "wait give_up acknowledge_cancel", ("CLOSE_R", "Z-FIRE"), first=True),
    Situation("told to give up, and completes", "wait give_up complete(5)", (*_LATE, "CLOSE_R"), first=True),
    Situation("told to give up, and fails", "wait give_up fail(0x80070005)", _LATE, first=True),
    Situation("told to give up, and never ends", "wait give_up pause", first=True),
    Situation("told twice to give up", "wait give_up give_up", first=True),
    Situation("told twice to give up, and completes", "wait give_up give_up complete(5)", _LATE),
    Situation("told twice to give up, and fails", "wait give_up give_up fail(0x80070005)", _LATE),
    Situation("told to give up between Completed and the call", "wait publish complete(5) give_up call"),
    Situation("told to give up, shows Canceled, and calls later", "wait give_up publish acknowledge_cancel pause call"),
    # -- others have what it needs ------------------------------------------------------------------------
    Situation("slot taken", "put_completed(h2) wait complete(5)", first=True),
    Situation("slot taken, and completed", "put_completed(h2) complete(5) wait", first=True),
    Situation("closed before", "complete(5) close wait", ("AFTER_CLOSE",), first=True),
    Situation("failed, and closed before", "fail(0x80070005) close wait", ("AFTER_CLOSE",)),
    Situation("canceled and closed by another", "wait cancel close complete(5)", _SHUT, first=True),
    Situation("closed between Completed and the call", "wait publish complete(5) close call", _SHUT),
    Situation("never ends", "wait pause", first=True),
    # -- progress -----------------------------------------------------------------------------------------
    Situation("reports", "wait report_progress(1) report_progress(2) complete(5)", kinds=WITH_PROGRESS, first=True),
    Situation("reports 0 and null", "wait report_progress(0) report_progress(null) complete(5)", kinds=WITH_PROGRESS),
    Situation("reports fractions", "wait report_progress(0.125) report_progress(0.1259) complete(5)",
              kinds=WITH_PROGRESS),
    Situation("has reported", "report_progress(1) wait complete(5)", kinds=WITH_PROGRESS),
    Situation("reports the same twice", "wait report_progress(1) report_progress(1) complete(5)", kinds=WITH_PROGRESS),
    Situation("reports, and fails", "wait report_progress(1) fail(0x80070005)", kinds=WITH_PROGRESS),
    Situation("reports after a give up", "wait give_up report_progress(1) acknowledge_cancel", kinds=WITH_PROGRESS),
    # -- rude ---------------------------------------------------------------------------------------------
    Situation("told Started first", "wait tell(0) complete(5)", tier=Tier.RUDE, first=True,
              source="Microsoft WindowsAI samples; Uno's status setter"),
    Situation("told Started, and fails later", "wait tell(0) pause fail(0x80070005)", tier=Tier.RUDE,
              source="Microsoft WindowsAI samples; Uno's status setter"),
    Situation("Error whose GetResults succeeds", "results_succeed wait fail(0x80070005)", tier=Tier.RUDE, first=True,
              source="windows-rs#2753; chromium FakeIAsyncOperation::CompleteWithErrorResult"),
    Situation("Error whose GetResults fails otherwise", "results_fail(0x8000FFFF) wait fail(0x80070005)",
              tier=Tier.RUDE, source="Wine 8.0 windows.media.speech"),
    Situation("called twice", "wait complete(5) tell(1)", tier=Tier.RUDE, source="SWIFT-TBC AsyncOperationInt.cpp"),
    Situation("server gone in the middle", "wait gone(0x800706BA) fail(0x80010108)", tier=Tier.RUDE,
              source="cppwinrt#600, #602"),
)  # fmt: skip
"""Every situation, in the order in which they are met."""

STARTING: Final = (
    Situation("the call itself fails", "wait refuse(0x80070005)", first=True),
)  # fmt: skip
"""What an application meets besides: it alone starts operations."""

_SHOWN_BY: Final = {
    "CANCEL-VISIBLE": {"cancel", "give_up"},
    "CANCEL-REQ": {"cancel", "give_up"},
    "CANCELED-RESULT": {"cancel", "give_up", "acknowledge_cancel"},
    "STATUS-VALUES": {"close"},
    "PROG-REPLACE": {"report_progress"},
    "PROG-ONCE": {"report_progress"},
    "EARLY-RESULT": set[str](),
    "DISCONNECT": set[str](),
}
"""The steps by which a situation shows a family's breach of a rule; EARLY-RESULT shows by the consumer's own misuse."""


def tier_of(situation: Situation, family: str) -> Tier:
    """Return what it means to fail a situation in front of a family."""
    if situation.tier is not Tier.LEGAL:
        return situation.tier
    return tier_of_steps(situation.steps, family)


def tier_of_steps(steps: Word, family: str) -> Tier:
    """Return what it means to fail these steps in front of a family."""
    names = {step[0] for step in steps}
    if names & {"tell", "gone", "results_succeed", "results_fail"}:
        return Tier.RUDE
    broken = FAMILIES[family].breaks
    return Tier.BREACH if any(names & _SHOWN_BY.get(rule, set()) for rule in broken) else Tier.LEGAL


def families_for(situation: Situation, among: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the families that differ in a situation, each with all for which it stands."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for name in among:
        row = FAMILIES[name]
        answers = tuple(row.answers.get(point) for point in situation.points)
        alike.setdefault((tier_of(situation, name), *answers), []).append(name)
    for names in alike.values():
        yield names[0], tuple(names)


@cache
def _product(family: str, kind: Kind) -> Product:
    return Product(FAMILIES[family], kind)


def is_playable(steps: Word, family: str, kind: Kind) -> bool:
    """Return whether a family's worker can do what a situation has it do, in front of a consumer that cancels."""
    run = Run(_product(family, kind), START)
    try:
        for step in map(_as_taken, steps):
            if step is not None:
                run.take(step)
    except NotDrivable:
        return False
    return True


def _as_taken(step: Step) -> Step | None:
    match step:
        case ("wait" | "begin", *_):
            return ("put_completed", "h1")
        case ("give_up",):
            return ("cancel",)
        case (name, *_) if name in WORKERS or name in OTHERS:
            return step
    return None


def in_front_of(situation: Situation, family: str) -> Word:
    """Return a situation in front of a family, as a word."""
    return with_family(family, situation.steps)
