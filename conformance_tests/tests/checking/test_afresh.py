"""Failing words once more in a fresh process: whether the fault is the word's or that of what came before it."""

import pytest

from iasyncinfo_conformance.checking.afresh import remark_on_history
from iasyncinfo_conformance.counterexamples.broken.object import id_zero
from iasyncinfo_conformance.counterexamples.plain import start
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.session.session import sessions_of
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word


def target(begin: Start) -> Target:
    """A target of this process, with one kind."""
    found = InProcess(begin, "subject", explores=False)
    found.kinds = (Kind.ACTION,)
    return found


def remark(afresh: Start, word: str = "id") -> str:
    """What is said of a failure of ID-NONZERO on a word, where the fresh process has this subject."""
    wrong = target(id_zero)
    failure = Failure("ID-NONZERO", Kind.ACTION, parse_word(word), 1, "an id", "returns 0", "complete")
    return remark_on_history(sessions_of(wrong, ask(wrong), Journal()), [failure], lambda: target(afresh))


def test_what_fails_again_needs_no_remark() -> None:
    """The replay line shows it."""
    assert remark(id_zero) == ""


def test_what_passes_afresh_depends_on_what_was_before() -> None:
    """The word and its rule are named."""
    assert remark(start).startswith("in a process of its own action id does not break ID-NONZERO: ")


@pytest.mark.parametrize("word", ["[id | id]", "id wait(0.05)"])
def test_races_and_waits_are_not_run_again(word: str) -> None:
    """They may pass once and fail all the same."""
    assert remark(start, word) == ""


def test_without_a_second_process_nothing_is_known() -> None:
    """Where the first holds what it would need."""

    def refuses(_kind: Kind) -> None:
        raise OSError("address in use")

    with pytest.raises(HarnessFault):
        target(refuses)  # type: ignore[arg-type]
    assert remark(refuses) == ""  # type: ignore[arg-type]
