"""The tests of an operation's life record themselves, and what they recorded has to be a behaviour of the row.

What the tests assert is one thing, what they happen to do beside it another: this looks at all of it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import iasyncinfo
from iasyncinfo import AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress
from iasyncinfo_spec import FAMILIES
from iasyncinfo_spec.recorder import Log
from iasyncinfo_spec.trace.formats import Source, read
from iasyncinfo_spec.trace.linearizing import Search
from iasyncinfo_spec.trace.logs import histories

RECORDED: Final = {
    "test_completed_handler",
    "test_misuse",
    "test_operation_await",
    "test_operation_errors",
    "test_operation_life_cycle",
    "test_operation_waiting",
    "test_producer",
    "test_progress_handler",
    "test_what_handlers_raise",
}
"""The modules whose tests record themselves,"""
UNRECORDED: Final = {
    "test_a_handler_that_raises_is_logged",
    "test_completion_publishes_the_result",
    "test_repr_says_the_state_even_when_closed",
    "test_subclasses_are_created_as_themselves",
}
"""but for tests that look at what an object is, which a recorded one says otherwise."""

_OVERWRITING: Final = FAMILIES["reference"].answering("reference", {"CAC": "complete", "FAC": "error"})
"""The row where a producer ends with ``from_canceled``."""
ROWS: Final = (FAMILIES["reference"], _OVERWRITING)
CLASSES: Final = (AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress)


@pytest.fixture(autouse=True)
def recorded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Record what the test makes of operations, and judge it when the test is over."""
    module, name = request.module.__name__.rpartition(".")[2], request.function.__name__
    if module not in RECORDED or name in UNRECORDED:
        yield
        return
    with Log(tmp_path / "own.jsonl") as log:
        for made in CLASSES:
            monkeypatch.setattr(made, "create", classmethod(_recording(made, log)))
        yield
    assert first_impossible(tmp_path / "own.jsonl") is None


def _recording(made: Any, log: Log) -> Any:
    create = made.create.__func__

    def recording(cls: type) -> tuple[Any, Any]:
        operation, producer = create(cls)
        return iasyncinfo.recording(operation, log), producer

    return recording


def first_impossible(path: Path) -> object:
    """Return the first event of a log that is no behaviour of this implementation, or None."""
    source = Source(path)
    _, lines = read(source)
    for history in histories(source, lines):
        found = [Search(history, row, hidden=True).first_impossible() for row in ROWS]
        if all(found):
            return found[0]
    return None
