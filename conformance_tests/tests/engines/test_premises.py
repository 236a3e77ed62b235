"""What the premises of the suites are asked with: values, two objects, first objects, cancel callbacks that fail."""

from dataclasses import replace
from typing import Any

import pytest

from iasyncinfo_conformance.counterexamples.plain import Plain, Refused, subject
from iasyncinfo_conformance.engines.firstborn import first_ids
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Ended, Result, Trouble, values_of
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, parse_word


class WithCallback(Plain):
    """An operation whose worker has a cancel callback that may fail."""

    swallows = True

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.failure: OSError | None = None

    def fail_at_cancel(self, hresult: int) -> None:
        """Fail from now on."""
        self.failure = Refused(hresult)

    def _tell_worker(self) -> None:
        super()._tell_worker()
        if self.failure is not None and not self.swallows:
            raise self.failure


class LetsOut(WithCallback):
    """One that lets the failure out of Cancel."""

    swallows = False


class Dies(InProcess):
    """A target whose process ends over such a failure."""

    def run_many(self, kind: Kind, words: Any) -> Any:
        """Run words, but for those."""
        for word in words:
            fails = word[0][0] == "cancel_callback_fails"
            yield Trouble(Ended.DEATH, "for this test") if fails else self.run_word(kind, word)


def started(implementation: type[WithCallback], kind: Kind) -> Subject:
    """A subject with the rare lever."""
    made = subject(implementation, kind)
    return replace(made, cancel_callback_fails=made.operation.fail_at_cancel)


@pytest.mark.parametrize(
    ("implementation", "target", "answer"),
    [(WithCallback, InProcess, "swallow"), (LetsOut, InProcess, "propagate"), (WithCallback, Dies, "terminate")],
)
def test_where_the_failure_of_a_cancel_callback_goes_is_asked(
    implementation: type[WithCallback], target: type[InProcess], answer: str
) -> None:
    """It is nowhere, out of Cancel, or to the process."""
    found = ask(target(lambda kind: started(implementation, kind), "subject"))
    assert found.answer("CEXC") == answer


def test_a_subject_without_the_lever_does_not_show_the_point() -> None:
    """It is no lever that a rule needs."""
    found = ask(InProcess(lambda kind: subject(Plain, kind), "subject"))
    assert "CEXC" not in found.options


def counting_from_zero() -> InProcess:
    """A target whose first object has Id 0."""
    numbers = iter(range(99))

    class Counted(Plain):
        def __init__(self, kind: Kind) -> None:
            super().__init__(kind)
            self._number = next(numbers)

        @property
        def id(self) -> int:
            return self._number

    return InProcess(lambda kind: subject(Counted, kind), "subject", keeps_first=True)


def test_the_first_object_of_a_process_is_the_first_that_is_asked() -> None:
    """Whatever objects the target has started by then."""
    found: dict[Kind, list[Result]] = first_ids(counting_from_zero())
    assert found[Kind.ACTION] == [{"ok": 0}]


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("complete(5) report_progress(0.5)", set()),
        ("complete(null)", {"null"}),
        ("b.complete([1, [2.5]])", {"list", "float"}),
        ("complete(4294967296)", {"int64"}),
        ("complete(18446744073709551616)", {"bigint"}),
        ('report_progress("half")', {"string", "progress"}),
        ('complete({"object": 1})', {"object"}),
    ],
)
def test_a_word_needs_the_sorts_of_its_values(text: str, sorts: set[str]) -> None:
    """Small numbers need nothing, and numbers as progress need nothing more."""
    assert values_of(parse_word(text)) == sorts


@pytest.mark.parametrize(
    "text",
    [
        'b.complete([1, [2.5, "x", null], true])',
        'put_progress(p1:falsy{raise("ValueError")}) wait(0.25)',
        'complete({"object": 1}) get_results close handed_out remains',
        "b.put_completed(h2{status}) cancel_callback_fails(0x80004005)",
    ],
)
def test_a_word_of_the_new_steps_runs_on_a_right_subject(text: str) -> None:
    """Each step has a result."""
    word: Word = parse_word(text)
    target = InProcess(lambda kind: started(WithCallback, kind), "subject", sleep=lambda _: None)
    short = tuple(step for step in word if "progress" not in step[0])
    assert len(target.run_word(Kind.OPERATION, short)) == len(short)
