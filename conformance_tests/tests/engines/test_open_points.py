"""What a demanded row leaves open is read as what explains the rest."""

import pytest

from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.engines.points import ask, explained_by
from iasyncinfo_conformance.record.answers import Answers
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family


def start(kind: Kind) -> Subject:
    """No call comes late and no failure out: so it looks, too, where levers wait for the handlers' own thread."""
    if kind is not Kind.ACTION_WITH_PROGRESS:
        raise NotImplementedError
    return plain.start(kind)


@pytest.fixture(scope="module")
def asked() -> tuple[InProcess, Answers]:
    """A target, and what it answered."""
    target = InProcess(start, "subject")
    return target, ask(target)


def like(answers: Answers, **other: str) -> Family:
    """The row of these answers but for some, with CTX open."""
    own = {point: answer for point, answer in answers.row().answers.items() if point != "CTX"}
    return Family("demanded", "", {**own, **other})


@pytest.mark.parametrize(
    ("pexc", "ctx"),
    [
        ("swallow", "inline"),  # nothing speaks against it
        ("propagate", "elsewhere"),  # what was reported elsewhere reaches no worker
    ],
)
def test_an_open_context_is_the_one_that_explains_where_failures_went(
    asked: tuple[InProcess, Answers], pexc: str, ctx: str
) -> None:
    """A report whose failure comes out nowhere is one that was made elsewhere, if the row lets failures out."""
    target, answers = asked
    found = explained_by(target, answers, like(answers, PEXC=pexc))
    assert pexc in found.options["PEXC"]
    assert found.answer("CTX") == ctx


@pytest.mark.parametrize("row", [{"CTX": "inline", "PEXC": "propagate"}, {"LATE_R": "wait"}])
def test_no_context_explains_another_answer(asked: tuple[InProcess, Answers], row: dict[str, str]) -> None:
    """Where the row says what CTX is, or another point is answered otherwise, nothing is read anew."""
    target, answers = asked
    assert explained_by(target, answers, like(answers, **row)) is answers
