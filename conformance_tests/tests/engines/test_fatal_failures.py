"""Handlers whose failure ends the process a moment later: shown as such, and nobody else is blamed."""

from collections.abc import Callable
from contextlib import closing
from typing import Final

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record, Verdict
from iasyncinfo_conformance.targets.loading import load_isolated

Source = Callable[..., str]

RETHROWS: Final = '''
import os
import threading

from iasyncinfo_conformance.counterexamples.plain import Plain, subject
from iasyncinfo_spec.abi import AsyncStatus


class Rethrows(Plain):
    """What a handler raises is raised again on a thread of a pool, which ends the process."""

    putting = False

    def _put_completed(self, handler):
        self.putting = True
        super()._put_completed(handler)
        self.putting = False

    def _call(self, handler, argument):
        try:
            handler(self._sender(), argument)
        except BaseException:
            if {where}:
                threading.Timer(0.002, os._exit, (134,)).start()


def start(kind):
    only(kind, Kind.OPERATION_WITH_PROGRESS)
    return subject(Rethrows, kind)
'''


@pytest.fixture
def checked(module: Source) -> Callable[[str], Record]:
    """Check, quickly and from another process, a subject whose process ends where something is true."""

    def run(where: str) -> Record:
        with closing(load_isolated(f"{module(RETHROWS.replace('{where}', where))}:start")) as target:
            return check(target, Options(quick=True))

    return run


def test_a_failure_that_ends_the_process_at_the_workers_end_is_an_answer(checked: Callable[[str], Record]) -> None:
    """It is dangerous, and allowed; handlers that fail are not run any more, and no other word is blamed."""
    record = checked("isinstance(argument, AsyncStatus) and not self.putting")
    assert record.verdict is Verdict.CONFORMS
    assert record.points["HEXC"] == "crash"
    assert [hazard.word for hazard in record.hazards if hazard.point == "HEXC"] == [
        "put_completed(h1{raise(0x80070005)}) complete(5)"
    ]
    assert record.by_rule["THROW"].why == "a handler that fails ends the process"
    assert record.failures == ()
    assert record.faults == ()


@pytest.mark.parametrize(
    ("where", "word"),
    [
        ("self.putting", "complete(5) put_completed(h1{raise(0x80070005)})"),
        ("not isinstance(argument, AsyncStatus)", "put_progress(p1{raise(0x80070005)}) report_progress(1)"),
    ],
)
def test_one_that_ends_the_process_elsewhere_breaks_a_rule(
    checked: Callable[[str], Record], where: str, word: str
) -> None:
    """No family does so in a put or a report: the word that did is named, and it alone."""
    record = checked(where)
    assert record.failed_rules() == {"THROW"}
    assert [(failure.text, failure.actual) for failure in record.failures] == [(word, "ends its process")]
    assert record.faults == ()
