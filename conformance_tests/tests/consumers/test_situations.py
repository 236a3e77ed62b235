"""The situations are data: each legal one is a behaviour of the specification, and each can be written and read."""

from pathlib import Path

import pytest

from iasyncinfo_conformance.consumers.host import meet, ready
from iasyncinfo_conformance.consumers.law.situations import SITUATIONS, STARTING, Situation, Tier, is_playable, tier_of
from iasyncinfo_conformance.consumers.loading import load_consumer
from iasyncinfo_conformance.consumers.messages import Asked
from iasyncinfo_conformance.consumers.plan import situations
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.situations import SITUATION_STEPS, parse_either, parse_situation, with_family
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.trace.formats import Source
from iasyncinfo_spec.trace.linearizing import Search
from iasyncinfo_spec.trace.logs import histories
from iasyncinfo_spec.words import WordError, format_word

RIGHT = "iasyncinfo_conformance.counterexamples.consumers.right:future"
FAMILIES_TRACED = ("reference", "wrl", "cppwinrt", "cswinrt", "wine")


@pytest.mark.parametrize("situation", [*SITUATIONS, *STARTING], ids=lambda situation: situation.name)
def test_a_situation_can_be_written_and_read(situation: Situation) -> None:
    """What is printed under a failure is what a replay takes."""
    word = with_family("wrl", situation.steps)
    assert parse_situation(format_word(word)) == parse_either(format_word(word)) == word
    assert bool(situation.source) == (situation.tier is Tier.RUDE)


def test_every_step_is_used() -> None:
    """But for that of applications, which the plan puts in place of wait."""
    assert {step[0] for each in (*SITUATIONS, *STARTING) for step in each.steps} | {"begin"} == set(SITUATION_STEPS)


def test_names_are_unique() -> None:
    """A row of the table means one situation."""
    assert len({each.name for each in SITUATIONS}) == len({each.text for each in SITUATIONS}) == len(SITUATIONS)


@pytest.mark.parametrize("text", ["wlr: wait", "wrl: waits", "wrl: complete(5)", "wrl: wait wait", "wrl: wait fail(x)"])
def test_what_is_no_situation_is_refused(text: str) -> None:
    """The message shows where."""
    with pytest.raises(WordError):
        parse_situation(text)


@pytest.mark.parametrize("family", FAMILIES_TRACED)
def test_the_log_of_each_legal_situation_is_possible(family: str, tmp_path: Path) -> None:
    """What the stand-in does in front of a right consumer is a behaviour of its family's row, as ``trace`` has it."""
    consumer, traced = load_consumer(RIGHT), 0
    for situation in SITUATIONS:
        kind = situation.kinds[0]
        if tier_of(situation, family) is Tier.LEGAL and is_playable(situation.steps, family, kind):
            seen = meet(consumer, Asked(with_family(family, situation.steps), kind), is_async=True)
            lines = [(number, "", line) for number, line in enumerate(seen.log[1:])]
            (history,) = histories(Source(tmp_path), lines, plain=True)
            assert Search(history, FAMILIES[family], hidden=False).first_impossible() is None, situation.text
            traced += 1
    assert traced > len(SITUATIONS) / 2


def test_every_family_is_met_in_the_plainest_kind() -> None:
    """One run may stand for several families that answer alike."""
    plan = list(situations(ready(load_consumer(RIGHT)), STANDARD, quick=False))
    met = {family for run in plan if run.asked.kind is Kind.OPERATION for family in run.stands_for}
    assert met == set(FAMILIES)
