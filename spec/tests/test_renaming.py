"""Traces that differ in nothing but the names of handlers and values are judged as one."""

from typing import Any, Final

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.trace.formats import Trace
from iasyncinfo_spec.trace.judging import Judge
from iasyncinfo_spec.trace.renaming import renamed

VALUES: Final[list[Any]] = [5, 0, -7, 100, 101, 12_345_678_901, 1e6, 2.5, 1_000.5, "", "text", "v1", "v2", [200, "a"]]


def fetched(value: Any, came: Any, handler: str = "h1") -> Trace:
    """Return a trace in which an operation that ended with one value gave another, and its handler met it, too."""
    word: list[list[Any]] = [
        ["put_completed", handler, [["get_results"]]],
        ["complete", value],
        ["get_results"],
        ["status"],
    ]
    event = {"handler": handler, "sender": True, "status": 1, "results": [{"ok": value}]}
    results: list[dict[str, Any]] = [{"ok": None}, {"ok": None, "events": [event]}, {"ok": came}, {"ok": 1}]
    return Trace(2, Kind.OPERATION, word, results)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_itself_and_no_other_under_any_name(value: Any) -> None:
    """Names are given one by one, so nothing that was wrong becomes right, nor the other way round."""
    judge = Judge(FAMILIES["wrl-propagate"])
    for came in VALUES:
        may_be_empty = not came and type(came) is type(value) and isinstance(value, str)
        assert (judge.judge(fetched(value, came)).wrong is None) == (came == value or may_be_empty or not came), came


def test_a_recording_whose_every_value_is_new_is_learned_once() -> None:
    """So it takes no more time or memory than one that says the same over and over."""
    judge = Judge(FAMILIES["wrl"])
    for number in range(1_000, 2_000):
        assert judge.judge(fetched(number, number, f"h{number}")).wrong is None
        assert judge.judge(fetched(f"text {number}", f"text {number}")).wrong is None
    assert judge._automaton(0, Kind.OPERATION).entries < 30


def test_what_is_wrong_is_told_in_its_own_names() -> None:
    """Whoever reads the report finds the trace."""
    wrong = Judge(FAMILIES["wrl"]).judge(fetched(4_711, 4_712, "mine")).wrong
    assert wrong is not None
    assert wrong.word.startswith("put_completed(mine{get_results}) complete(4711)")
    assert wrong.came == "returns 4712"


def test_ids_statuses_and_codes_keep_their_numbers() -> None:
    """They mean something."""
    word: list[list[Any]] = [["fail", 0x80070057], ["error_code"], ["id"], ["status"]]
    trace = Trace(2, Kind.ACTION, word, [{"ok": None}, {"ok": 0x80070057}, {"ok": {"any": "id"}}, {"ok": 3}])
    assert renamed(trace) == trace
