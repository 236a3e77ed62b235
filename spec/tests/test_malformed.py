"""A file that is no recording and no log is refused with the line and the reason, whatever it holds."""

import gzip
import json
from pathlib import Path
from typing import Any, Final

import pytest

from iasyncinfo_spec.trace import trace_files

RECORDING: Final = {"recording": 1, "subject": "somebody"}
LOG: Final = {"log": 1, "worker": "hidden"}
OBJECT: Final = {"object": 1, "kind": "operation"}
CALL: Final = {"n": 1, "thread": "T", "object": 1, "call": ["status"]}
GOOD: Final = {"kind": "operation", "steps": [["complete", 5]], "results": [{"ok": None}]}


def trace(steps: Any, results: Any, kind: Any = "operation") -> dict[str, Any]:
    return {"kind": kind, "steps": steps, "results": results}


def called(event: Any) -> dict[str, Any]:
    """Return a trace in which a step came with this as its handlers' calls."""
    return trace([["put_completed", "h1"], ["complete", 5]], [{"ok": None}, {"ok": None, "events": event}])


def told(folder: Path, *lines: Any) -> tuple[str, int]:
    """Return what is said of a file of these lines, and the exit code; a text stands for itself."""
    path = folder / "file.jsonl"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return trace_files([path])


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        "5",
        {},
        OBJECT,
        trace([["id"]], [{"ok": 1}], kind="future"),
        trace([["id"]], [{"ok": 1}], kind=["operation"]),
        trace("id", [{"ok": 1}]),
        trace({"id": 1}, [{"ok": 1}]),
        trace(["id"], [{"ok": 1}]),
        trace([[]], [{"ok": 1}]),
        trace([[["id"]]], [{"ok": 1}]),
        trace([["jump"]], [{"ok": 1}]),
        trace([["id", 1]], [{"ok": 1}]),
        trace([["complete"]], [{"ok": 1}]),
        trace([["fail", "E_FAIL"]], [{"ok": 1}]),
        trace([["put_completed"]], [{"ok": 1}]),
        trace([["put_completed", ["h1"]]], [{"ok": 1}]),
        trace([["put_completed", "h1", "status"]], [{"ok": 1}]),
        trace([["put_completed", "h1", [["jump"]]]], [{"ok": 1}]),
        trace([["race", [["cancel"]]]], [{"ok": None, "threads": [[]]}]),
        trace([["race", "cancel", "close"]], [{"ok": None, "threads": [[], []]}]),
        trace([["race", [["cancel"]], [["close"]]]], [{"ok": None, "threads": 2}]),
        trace([["race", [["cancel"]], [["close"]]]], [{"ok": None, "threads": [2, 2]}]),
        trace([["id"]], 1),
        trace([["id"]], [1]),
        trace([["id"]], [{}]),
        trace([["id"]], [{"ok": 1}, {"ok": 1}]),
        trace([["close"]], [{"hr": "E_FAIL"}]),
        trace([["close"]], [{"raised": 5}]),
        called(5),
        called([5]),
        called([{"status": 1}]),
        called([{"handler": "h1"}]),
        called([{"handler": "h1", "status": 1, "results": 5}]),
        called([{"handler": "h1", "status": 1, "results": [{}]}]),
    ],
)
def test_a_line_that_is_no_trace_is_named(line: Any, tmp_path: Path) -> None:
    """Exit 2, wherever in the file it is and whatever the traces before it were."""
    text, code = told(tmp_path, RECORDING, GOOD, line)
    assert code == 2
    assert "line 3: it is" in text
    assert "Error(" not in text


@pytest.mark.parametrize(
    "line",
    [
        GOOD,
        {"object": 1, "kind": "action"},
        {"object": 2, "kind": "future"},
        {"thread": "T", "object": 1, "call": ["status"]},
        {**CALL, "n": 1.5},
        CALL,
        {**CALL, "n": 2, "object": 9},
        {**CALL, "n": 2, "call": []},
        {**CALL, "n": 2, "call": "status"},
        {**CALL, "n": 2, "call": ["put_completed"]},
        {**CALL, "n": 2, "call": ["race", [["cancel"]], [["close"]]]},
        {"n": 2, "of": 1},
        {"n": 2, "of": 1, "hr": "E_FAIL"},
        {"n": 2, "of": 7, "ok": 0},
        {"n": 2, "leave": 1},
        {"n": 2, "thread": "T", "object": 1, "enter": "h1"},
        {"n": 2, "thread": "T", "object": 1},
    ],
)
def test_a_line_that_is_no_event_is_named(line: Any, tmp_path: Path) -> None:
    """Exit 2; what comes back twice, or was never called, is no event either."""
    text, code = told(tmp_path, LOG, OBJECT, CALL, line)
    assert code == 2
    assert "line 4: it is no event" in text
    assert "Error(" not in text


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"log": 1, "worker": "asleep"}, '"worker" is "seen" or "hidden"'),
        ({"recording": 2}, "the first line has neither"),
        ({**RECORDING, "profile": "nobody"}, "there is no profile 'nobody'"),
        ({**LOG, "profile": "nobody"}, "there is no profile 'nobody'"),
    ],
)
def test_a_header_that_cannot_be_used_is_no_standard_one(header: dict[str, Any], said: str, tmp_path: Path) -> None:
    """A file that claims what nobody knows is not judged by less than it claims."""
    text, code = told(tmp_path, header, GOOD if "recording" in header else OBJECT)
    assert code == 2
    assert said in text


def test_a_mark_of_the_byte_order_is_no_matter(tmp_path: Path) -> None:
    """Editors of Windows write one."""
    assert told(tmp_path, "\ufeff" + json.dumps(RECORDING), GOOD)[1] == 0


@pytest.mark.parametrize("cut", [1, 8, 20])
def test_a_compressed_file_that_was_cut_off_is_judged_as_far_as_it_goes(cut: int, tmp_path: Path) -> None:
    """And says so."""
    path = tmp_path / "some.jsonl.gz"
    lines = [json.dumps(RECORDING), *[json.dumps(GOOD)] * 500]
    path.write_bytes(gzip.compress("\n".join(lines).encode())[:-cut])
    text, code = trace_files([path])
    assert code == 0
    assert "cut off" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf\r\n", "it is empty"),
        (gzip.compress(b"", mtime=0), "it is empty"),
        (b'{"log": 1, "wor', "it is cut off in its first line"),
        (b'{"log": 1}\n{"object": 1, "kind": "action"}\n', "it holds no event of an object"),
        (b'{"recording": 1}\n', "it holds no trace"),
    ],
)
def test_a_file_that_holds_nothing_is_no_success_and_says_so(content: bytes, said: str, tmp_path: Path) -> None:
    """Exit 3; nothing is called possible."""
    path = tmp_path / "some.jsonl"
    path.write_bytes(content)
    text, code = trace_files([path])
    assert code == 3
    assert said in text
    assert "profile standard: possible" not in text


def test_a_line_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    """That line, and not the first of a block."""
    path = tmp_path / "some.jsonl"
    lines = [json.dumps(LOG), json.dumps(OBJECT), json.dumps({**CALL, "thread": "\xe9"}, ensure_ascii=False)]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    text, code = trace_files([path])
    assert code == 2
    assert "line 3: it cannot be read" in text
