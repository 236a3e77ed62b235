"""Failing words once more in a fresh process: whether the fault is the word's or that of what came before it."""

from collections.abc import Iterable, Iterator
from itertools import count

import pytest

from iasyncinfo_conformance.checking.afresh import look_afresh
from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.counterexamples.broken.object import id_zero
from iasyncinfo_conformance.counterexamples.plain import start
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.session.session import sessions_of
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Ended, Result, Target, Trouble
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, parse_word


def target(begin: Start) -> Target:
    """A target of this process, with one kind."""
    found = InProcess(begin, "subject", explores=False)
    found.kinds = (Kind.ACTION,)
    return found


def looked(afresh: Start, *words: str, rule: str = "ID-NONZERO") -> Journal:
    """What is known of failures of a rule on these words, where the fresh process has this subject."""
    wrong, journal = target(id_zero), Journal()
    for word in words or ("id",):
        journal.failed(Failure(rule, Kind.ACTION, parse_word(word), 1, "an id", "returns 0", "complete"))
    look_afresh(sessions_of(wrong, ask(wrong), Journal()), journal, lambda: target(afresh))
    return journal


def test_what_fails_again_needs_no_remark() -> None:
    """The replay line shows it."""
    assert looked(id_zero).notes == []


class _ClosesOnce(InProcess):
    """A subject of whose objects only the first in a process comes back from Close."""

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Answer each word as a process of its own would."""
        for word in words:
            yield Trouble(Ended.HANG, "no answer within 3 s") if ("b.close",) in word else self.run_word(kind, word)


def test_what_hangs_only_after_another_object_is_told_with_two_objects() -> None:
    """Alone the word comes back in a process of its own; the pair does not, and can be replayed."""
    closes = _ClosesOnce(start, "subject", explores=False)
    session = sessions_of(closes, ask(closes), Journal())[Kind.ACTION]
    (hung,) = closes.run_many(Kind.ACTION, [parse_word("b.close")])
    assert isinstance(hung, Trouble)
    assert session.blame("directed", parse_word("complete(5) close"), "CLOSE-TERMINAL", hung)
    (failure,) = session.journal.failures
    assert (failure.rule, failure.text) == ("CLOSE-NOBLOCK", "complete(5) close b.complete(5) b.close")


def test_what_passes_afresh_depends_on_what_was_before() -> None:
    """The word and its rule are named."""
    (note,) = looked(start).notes
    assert note.startswith("in a process of its own action id does not break ID-NONZERO: ")


def test_a_failure_that_comes_again_is_told_before_a_shorter_one_that_does_not() -> None:
    """What is only seen while an object is left alone is not run again, and stands."""
    journal = looked(start, "id", "status id", "id wait(0.05)")
    assert [failure.text for failure in journal.told()] == ["id wait(0.05)"]
    assert journal.notes == []


@pytest.mark.parametrize("word", ["[id | id]", "id wait(0.05)"])
def test_races_and_waits_are_not_run_again(word: str) -> None:
    """They may pass once and fail all the same."""
    assert looked(start, word).notes == []


def test_what_only_several_objects_show_is_not_run_again() -> None:
    """One id alone is as random as it is counted."""
    assert looked(start, rule="ID").notes == []


def test_without_a_second_process_nothing_is_known() -> None:
    """Where the first holds what it would need."""

    def refuses(_kind: Kind) -> None:
        raise OSError("address in use")

    with pytest.raises(HarnessFault):
        target(refuses)  # type: ignore[arg-type]
    assert looked(refuses).notes == []  # type: ignore[arg-type]


def test_a_target_that_is_handed_over_has_no_other_process_to_look_in() -> None:
    """What passes there the second time says nothing of the word, and so nothing is said of it."""
    numbers = count(1)

    def begin(kind: Kind) -> Subject:
        return id_zero(kind) if next(numbers) < 200 else start(kind)

    only = target(begin)
    only.isolated = True
    done = check(only, Options(quick=True))
    assert "ID-NONZERO" in done.failed_rules()
    assert not any("in a process of its own" in note for note in done.notes)
