"""Which steps a subject is given, and what they are to answer."""

from typing import Any

import pytest

from iasyncinfo_conformance.judging.judge import Judge
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.minimal import visible
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.target import needs_of
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.reference import start
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.product import Configuration
from iasyncinfo_spec.words import parse_word, program_of

REFERENCE = InProcess(start, "reference")


def model(kind: Kind, *novel: str) -> Model:
    return Model(REFERENCE, kind, FAMILIES["reference"], novel)


@pytest.mark.parametrize("kind", Kind)
def test_ids_such_as_no_family_has_are_read_all_the_same(kind: Kind) -> None:
    """The machine knows of no number, so that whatever depends on it is nothing."""
    assert model(kind, "ID").plain == model(kind).plain
    assert ("id",) in model(kind, "ID").plain


def test_what_is_visible_leaves_the_citation_out() -> None:
    """An observer sees answers and events, not which rule decides; true is not 1."""
    judge = Judge(Kind.OPERATION, FAMILIES["reference"], {})

    def seen(text: str) -> Any:
        return visible(judge.product.predict(parse_word(text))[-1])

    assert seen("complete(1) get_results") == seen("complete(1) status get_results")
    assert seen("complete(1) get_results") != seen("complete(true) get_results")
    assert seen("put_completed(h1) complete(1)") != seen("put_completed(h2) complete(1)")
    assert seen("put_completed(h1{status}) complete(1)") != seen("put_completed(h1) complete(1)")
    hash(seen("put_completed(h1{status get_results}) complete(1)"))


@pytest.mark.parametrize("kind", Kind)
def test_only_supported_steps_are_inputs(kind: Kind) -> None:
    """A kind without progress has no steps of it; every lever that is there is used."""
    here = model(kind)
    names = {step[0] for step in (*here.plain, *here.looks)}
    assert {"complete", "fail", "acknowledge_cancel", "cancel_notifications", "put_completed", "close"} <= names
    assert ("report_progress" in names) == ("put_progress" in names) == kind.has_progress
    assert all(needs_of((step,)) <= REFERENCE.supports(kind) for step in (*here.plain, *here.calling_puts()))


def test_every_call_is_made_by_a_handler_alone() -> None:
    """Each plain call stands alone in the handler of either slot; one handler fails, one makes many calls."""
    programs = [(put[0], program_of(put)) for put in model(Kind.OPERATION_WITH_PROGRESS).calling_puts()]
    for slot in ("put_completed", "put_progress"):
        single = {program[0][0] for name, program in programs if name == slot and len(program) == 1}
        assert {"status", "cancel", "close", "put_completed", "get_results", "put_progress", "raise"} <= single
        assert any(len(program) > 1 for name, program in programs if name == slot)


def test_cells_of_a_novel_answer_are_cut_off() -> None:
    """What follows from an answer that nobody gives is unknown."""
    whole, cut = model(Kind.ACTION), model(Kind.ACTION, "CLOSE_S")
    assert whole.follow(parse_word("close status")) is not None
    assert cut.follow(parse_word("close status")) is None
    assert cut.follow(parse_word("complete(5) close")) is not None
    assert len(cut.plain_system.edges[Configuration()]) < len(whole.plain_system.edges[Configuration()])


@pytest.mark.parametrize(
    "text",
    [
        "id status id complete(5) get_results id",
        "put_completed(h1) put_completed(h2) cancel complete(5) close id",
        "put_progress(p1) report_progress(1) put_completed(h1) fail(0x80004005) error_code get_results",
    ],
)
def test_a_sheet_expects_what_the_reference_answers(text: str) -> None:
    """Whole runs are compared at once; an id is any number but zero, and the same throughout."""
    kind = Kind.OPERATION_WITH_PROGRESS
    expected = Expected(model(kind))
    word = expected.with_looks(parse_word(text))
    results = REFERENCE.run_word(kind, word)
    assert expected.agrees(word, results)
    for index, result in enumerate(results):
        wrong = {"ok": 12345} if "hr" in result else {"hr": 0x80004005}
        assert not expected.agrees(word, [*results[:index], wrong, *results[index + 1 :]])


def test_an_id_that_changes_is_not_expected() -> None:
    """Nor is zero."""
    expected = Expected(model(Kind.ACTION))
    word = expected.with_looks(parse_word("id id"))
    assert expected.agrees(word, [{"ok": 7}, {"ok": 7}, {"ok": 0}])
    assert not expected.agrees(word, [{"ok": 7}, {"ok": 8}, {"ok": 0}])
    assert not expected.agrees(word, [{"ok": 0}, {"ok": 0}, {"ok": 0}])
    assert not expected.agrees(word, [{"ok": 7}, {"hr": 0x8000000E}, {"ok": 0}])


def test_arrows_that_were_met_are_counted_once() -> None:
    """Configurations that nobody can tell apart are one; a expected begins with nothing met."""
    expected = Expected(model(Kind.ACTION))
    assert expected.covered == 0 < expected.cells
    for _ in range(2):
        assert expected.agrees(expected.with_looks(parse_word("cancel status")), [{"ok": None}, {"ok": 2}, {"ok": 1}])
    assert expected.covered == 2
