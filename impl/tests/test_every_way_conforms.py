"""Operations made in every way pass the conformance suite, and objects finished at birth answer as ended ones do."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iasyncinfo_conformance import Kind, Subject
from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Verdict
from iasyncinfo_conformance.stepping.word import run_word
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_start
from iasyncinfo_spec import parse_word
from iasyncinfo_spec.hresults import E_FAIL

from .adapters.born import CLASSES

CALLS = (
    "status", "error_code", "get_results", "put_completed(h1)", "put_completed(null)", "get_completed",
    "cancel", "close",
)  # fmt: skip


@pytest.mark.parametrize(
    ("adapter", "declared"),
    [
        ("born:start", Kind.OPERATION),
        ("born:start", Kind.ACTION_WITH_PROGRESS),
        ("coroutines:start", Kind.ACTION),
        ("coroutines:start", Kind.OPERATION_WITH_PROGRESS),
        ("coroutines:start_propagating", Kind.OPERATION),
        ("futures:start_pending", Kind.OPERATION),
        ("futures:start_running", Kind.ACTION),
        ("futures:start_asyncio", Kind.OPERATION),
        ("futures:start_awaitable", Kind.OPERATION),
        ("combining:start_any", Kind.OPERATION),
        ("combining:start_all", Kind.ACTION),
    ],
)
def test_it_conforms(adapter: str, declared: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quick check finds nothing, and leaves nothing untested; one kind each, for the sake of time."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    start = load_start(f"adapters.{adapter}")

    def start_one(kind: Kind) -> Subject:
        if kind is not declared:
            raise NotImplementedError
        subject: Subject = start(kind)
        return subject

    done = check(InProcess(start_one, adapter, explores=False), Options(quick=True))
    assert done.verdict is Verdict.CONFORMS, done.failures


def ended(kind: Kind, how: str) -> Any:
    """Return an operation that was started and has ended."""
    operation, producer = CLASSES[kind].create()
    match how:
        case "complete":
            producer.complete(*[5] * kind.has_result)
        case "fail":
            producer.fail(E_FAIL)
        case _:
            operation.cancel()
            producer.acknowledge_cancel()
    return operation


def born(kind: Kind, how: str) -> Any:
    """Return one that has ended at birth."""
    match how:
        case "complete":
            return CLASSES[kind].from_result(5) if kind.has_result else CLASSES[kind].finished()
        case "fail":
            return CLASSES[kind].from_error(E_FAIL)
        case _:
            return CLASSES[kind].canceled()


@pytest.mark.parametrize("how", ["complete", "fail", "cancel"])
@pytest.mark.parametrize("kind", Kind)
def test_an_object_finished_at_birth_answers_every_word_as_one_that_has_ended(kind: Kind, how: str) -> None:
    """The suite begins with running objects, so these are compared with one that it has passed, call by call."""

    def answers(make: Callable[[Kind, str], Any], word: Any) -> Any:
        return run_word(lambda: Subject(make(kind, how), complete=lambda _: None), word, projects=False)

    for calls in itertools.product(CALLS, repeat=4):
        word = parse_word(" ".join(calls))
        assert answers(born, word) == answers(ended, word), calls
