"""What JSON cannot carry: it is judged where it is, or it is said what cannot cross; a driver's is refused."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from iasyncinfo_conformance.targets.wire_host import serve

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]
Source = Callable[..., str]

LIBRARY = """
import math
class Device: pass
class Text(str):
    def __repr__(self): return "\\x1b[2J"
class Mean(Exception):
    def __str__(self): raise RuntimeError
    @property
    def winerror(self): raise RuntimeError
def itself():
    found = []
    found.append(found)
    return found
class Odd(plain.Plain):
    def get_results(self):
        super().get_results()
        return {make}
def odd(kind):
    only(kind, Kind.OPERATION)
    return plain.subject(Odd, kind)
"""

MADE = {
    "[Device()]": "['<Device>']",
    "{'raw': b'x'}": "{'raw': '<bytes>'}",
    "{(1, 2): 3}": "{'<tuple>': 3}",
    "itself()": "'<list>'",
    "math.nan": "'<nan>'",
    "10 ** 5000": "'<int of 16,610 bits>'",
    "chr(0xD800)": "'\\ud800'",
    "[Text('x')]": "['x']",
    "(_ for _ in ()).throw(Mean())": "raises Mean, which carries no HRESULT",
}


@pytest.mark.parametrize("make", MADE)
@pytest.mark.parametrize("verb", ["check", "replay"])
def test_a_result_that_json_cannot_carry_is_judged_where_it_is(cli: Cli, module: Source, verb: str, make: str) -> None:
    """It is not the result that the worker ended with, and the report shows of what type it was."""
    target = f"{module(LIBRARY.replace('{make}', make))}:odd"
    given = ("--quick", "--rule", "RESULTS") if verb == "check" else ("complete(5) get_results",)
    code, out, err = cli(verb, target, *given)
    assert (code, err) == (1, "")
    assert MADE[make] in out


def test_what_a_host_cannot_send_is_named() -> None:
    """The word, the step and the type; the host goes on."""
    asked = [
        {"cmd": "run", "seq": 1, "kind": "operation", "steps": [["complete", 5], ["get_results"]]},
        {"cmd": "stop"},
    ]
    found: list[Any] = [{"ok": None}, {"ok": object()}]
    answers = io.StringIO()
    target: Any = SimpleNamespace(run=lambda _kind, _steps: found)
    serve(target, io.StringIO("".join(f"{json.dumps(each)}\n" for each in asked)), answers)
    assert json.loads(answers.getvalue()) == {
        "seq": 1,
        "errored": "step 2, get_results, which answered object, of 'complete(5) get_results' cannot cross a pipe as "
        "JSON: TypeError: Object of type object is not JSON serializable. Let the adapter hand over what JSON can "
        "carry.",
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 5),
        ("name", {"a": 1}),
        ("name", ["fake"]),
        ("version", 1.0),
        ("version", None),
        ("unexplored", True),
        ("notes", "no list"),
        ("notes", [5]),
        ("values", [None]),
    ],
)
@pytest.mark.parametrize("verb", ["smoke", "check"])
def test_a_ready_line_whose_texts_are_none_is_the_drivers_fault(
    refusal: Refusal, driver: Source, tmp_path: Path, verb: str, key: str, value: object
) -> None:
    """The complaint shows what came, and the report says whose it is."""
    reports = ("--json", tmp_path / "r.json") if verb == "check" else ()
    code, complaint = refusal(verb, "--exec", driver(f"READY[{key!r}] = {value!r}\nserve()\n"), *reports)
    assert code == 3
    assert f'"{key}" is a ' in complaint
    assert json.dumps(value) in complaint
    if reports:
        assert [fault["whose"] for fault in json.loads((tmp_path / "r.json").read_text())["faults"]] == ["driver"]


@pytest.mark.parametrize("answer", ["NaN", "[-Infinity]", "9" * 5000])
def test_an_answer_that_is_no_json_is_the_drivers_fault(refusal: Refusal, driver: Source, answer: str) -> None:
    """Python's own reader would take the first two."""
    body = """
def odd(message):
    print('{"seq":%d,"results":[{"ok":%s}]}' % (message["seq"], ANSWER), flush=True)
"""
    code, complaint = refusal("smoke", "--exec", driver(f"ANSWER = {answer!r}\n{body}serve(odd)\n"))
    assert code == 3
    assert "a line that is not JSON" in complaint


@pytest.mark.parametrize(
    "deep", ['"[" * 900 + "]" * 900', '"[" * 90_000 + "]" * 90_000', '\'{"a":\' * 900 + "1" + "}" * 900']
)
@pytest.mark.parametrize("verb", ["smoke", "check", "identify", "replay"])
def test_an_answer_that_is_too_deep_is_the_drivers_fault(
    refusal: Refusal, driver: Source, verb: str, deep: str
) -> None:
    """JSON would take it, and nothing could compare it."""
    body = """
def odd(message):
    results = ",".join('{"ok":%s}' % DEEP for _ in message["steps"])
    print('{"seq":%d,"results":[%s]}' % (message["seq"], results), flush=True)
serve(odd)
"""
    word = ("complete(5) status",) if verb == "replay" else ()
    code, complaint = refusal(verb, "--exec", driver(f"DEEP = {deep}\n{body}"), *word)
    assert code == 3
    assert "the driver sent a line that is nested more than 100 deep" in complaint
