"""Every message that travels, and every report, is one that the shipped schemas allow."""

import io
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from iasyncinfo_conformance.counterexamples.plain import start as start_plain
from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.judging.judge import Judge
from iasyncinfo_conformance.model.model import Ground
from iasyncinfo_conformance.report.json_report import schema
from iasyncinfo_conformance.target import needs_of
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.process import Process
from iasyncinfo_conformance.targets.reference import start as start_reference
from iasyncinfo_conformance.targets.wire import WireTarget
from iasyncinfo_conformance.targets.wire_host import serve
from iasyncinfo_conformance.targets.wire_shape import are_results
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.words import Word, parse_word, to_json

Cli = Callable[..., tuple[int, str, str]]
Source = Callable[..., str]

REFERENCE = InProcess(start_reference, "reference")


@cache
def validator(name: str, part: str = "") -> Draft202012Validator:
    """The validator of a shipped schema, or of one of its definitions."""
    whole = schema(name)
    Draft202012Validator.check_schema(whole)
    if part:
        whole = {**{key: whole[key] for key in ("$schema", "$id", "$defs")}, "$ref": f"#/$defs/{part}"}
    return Draft202012Validator(whole)


def words(kind: Kind) -> list[Word]:
    """Every directed word that can be run here, and each step after each way to end."""
    directed = [case.word for case in CASES if kind in case.kinds]
    ends = ((), *map(parse_word, ("complete(5)", "fail(0x80004005)", "cancel", "cancel acknowledge_cancel")))
    ground = Ground(REFERENCE, Judge(kind, FAMILIES["reference"], {}), ())
    inputs = (*ground.plain, *ground.looks, *ground.calling_puts())
    steps = [(*end, step, ("status",)) for end in ends for step in inputs]
    return [word for word in dict.fromkeys((*directed, *steps)) if needs_of(word) <= REFERENCE.supports(kind)]


def served(messages: Iterable[dict[str, Any]], target: InProcess = REFERENCE) -> list[dict[str, Any]]:
    """What the bundled host answers to messages that all are allowed."""
    sent = list(messages)
    for message in sent:
        validator("wire").validate(message)
    lines, answers = io.StringIO("".join(json.dumps(message) + "\n" for message in sent)), io.StringIO()
    serve(target, lines, answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


# ---- the wire


def test_the_host_says_ready_as_the_schema_has_it() -> None:
    """The bundled host declares each kind's own capabilities."""
    (ready,) = served([{"cmd": "start", "version": 1}, {"cmd": "stop"}])
    validator("wire", "ready").validate(ready)
    assert ready["kinds"] == [kind.value for kind in Kind]
    assert "report_progress" not in ready["supports"]["operation"]


@pytest.mark.parametrize("kind", Kind)
def test_runs_and_their_answers_are_as_the_schema_has_them(kind: Kind) -> None:
    """Events, what handlers met, refusals and codes all have the one shape that the reader accepts."""
    runs = [
        {"cmd": "run", "seq": seq, "kind": kind.value, "steps": to_json(word)} for seq, word in enumerate(words(kind))
    ]
    answer = validator("wire", "answer")
    answers = served(runs)
    assert [found["seq"] for found in answers] == [message["seq"] for message in runs]
    for found in answers:
        answer.validate(found)
        assert are_results(found["results"])
    text = json.dumps(answers)
    assert all(f'"{key}": ' in text for key in ("ok", "hr", "events", "handler", "sender", "status", "results"))


def test_a_race_and_its_answer_are_as_the_schema_has_them() -> None:
    """One list of results for each thread; who was first does not matter here."""
    word = parse_word("put_completed(h1{status}) [complete(5) | cancel status | id] status")
    (found,) = served([{"cmd": "run", "seq": 1, "kind": "operation", "steps": to_json(word)}])
    validator("wire", "answer").validate(found)
    assert are_results(found["results"])
    assert [len(thread) for thread in found["results"][1]["threads"]] == [1, 2, 1]


def test_what_is_sent_is_as_the_schema_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite's own side, over a pipe, from start to stop."""
    sent: list[dict[str, Any]] = []
    send = Process._send

    def spy(process: Any, message: dict[str, Any]) -> int:
        sent.append(message)
        return int(send(process, message))

    monkeypatch.setattr(Process, "_send", spy)
    target = WireTarget(["sh", "-c", f"read line; echo '{json.dumps(READY)}'; read line; read line"], "sh", 0.2)
    list(zip(range(1), target.run_many(Kind.ACTION, [parse_word("put_completed(h1{status}) cancel")]), strict=False))
    target.close()
    assert [message["cmd"] for message in sent] == ["start", "run", "start", "stop"]
    for message in sent:
        validator("wire", message["cmd"]).validate(message)


READY = {"ready": True, "kinds": ["action"], "supports": ["reentrancy"]}


def test_a_late_event_is_as_the_schema_has_it() -> None:
    """A handler that ran after the call had returned is marked."""
    from iasyncinfo_conformance.counterexamples.correct.elsewhere import start_next_turn

    late = InProcess(start_next_turn, "late")
    steps = [["put_completed", "h1"], ["complete", 5]]
    (answer,) = served([{"cmd": "run", "seq": 1, "kind": "action", "steps": steps}], late)
    validator("wire", "answer").validate(answer)
    assert answer["results"][1]["events"] == [{"handler": "h1", "sender": True, "status": 1, "late": True}]


def test_a_broken_adapter_is_answered_as_errored() -> None:
    """The host goes on, and says why there are no results."""
    calls = iter(range(99))

    def fails_later(kind: Kind) -> Any:
        if next(calls) > 8:
            raise ZeroDivisionError("no more")
        return start_plain(kind)

    run = {"cmd": "run", "seq": 1, "kind": "action", "steps": [["status"]]}
    (answer,) = served([run], InProcess(fails_later, "tired"))
    validator("wire", "errored").validate(answer)
    assert "tired failed to start action: ZeroDivisionError: no more" in answer["errored"]


@pytest.mark.parametrize(
    "message",
    [
        {"seq": 1, "skipped": "no room"},
        {"seq": 1, "errored": "no room"},
        {"seq": 1, "results": []},
        {"seq": 1, "results": [{"ok": None, "events": [{"handler": "p1", "sender": False, "value": 0.5}]}]},
        {"ready": True, "kinds": ["action"], "supports": ["fail"], "values": ["int"]},
        {"ready": True, "kinds": ["action"], "supports": ["threads"]},
        {"cmd": "run", "seq": 1, "kind": "action", "steps": [["race", [["complete", 5]], [["cancel"]]], ["status"]]},
        {"cmd": "run", "seq": 1, "kind": "action", "steps": [["race", [["cancel"]], [["id"], ["id"]], [["close"]]]]},
        {"seq": 1, "results": [{"ok": None, "threads": [[{"ok": None}], [{"hr": 1}, {"ok": 2}]]}, {"ok": 1}]},
        {"cmd": "stop"},
    ],
    ids=json.dumps,
)
def test_messages_of_the_wire_are_allowed(message: dict[str, Any]) -> None:
    """Each is one that a driver or the suite may send."""
    validator("wire").validate(message)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"cmd": "go"},
        {"cmd": "start"},
        {"cmd": "start", "version": 2},
        {"cmd": "run", "seq": 1, "kind": "task", "steps": []},
        {"cmd": "run", "seq": 1, "kind": "action", "steps": [["jump"]]},
        {"cmd": "run", "seq": 1, "kind": "action", "steps": [[]]},
        {"cmd": "run", "seq": 1, "kind": "action", "steps": [["race"]]},
        {"cmd": "run", "seq": 1, "kind": "action", "steps": [["race", [["cancel"]]]]},
        {"cmd": "run", "seq": 1, "kind": "action", "steps": [["race", [["cancel"]], []]]},
        {"cmd": "run", "seq": 1, "kind": "action", "steps": [["race", [["cancel"]], [["jump"]]]]},
        {"cmd": "run", "seq": 1, "kind": "action", "steps": [["race", [["cancel"]], ["cancel"]]]},
        {"cmd": "run", "seq": 1, "kind": "action", "steps": [["race", [["id"]], [["race", [["id"]], [["id"]]]]]]},
        {"ready": False, "kinds": ["action"]},
        {"ready": True, "kinds": []},
        {"ready": True, "kinds": ["action"], "supports": ["fial"]},
        {"results": []},
        {"seq": 1, "results": [], "skipped": "why"},
    ],
    ids=json.dumps,
)
def test_other_messages_are_not_allowed(message: dict[str, Any]) -> None:
    """The schema refuses what no side may send."""
    with pytest.raises(ValidationError):
        validator("wire").validate(message)


# ---- the reader is as strict as the schema

EVENT = {"handler": "h1", "sender": True, "status": 1}
RIGHT: list[Any] = [
    {"ok": None},
    {"ok": [1, {"a": 2}]},
    {"hr": -2147483634},
    {"hr": 2147483662, "events": []},
    {"raised": "KeyError"},
    {"ok": 1, "events": [EVENT, {**EVENT, "late": True}, {"handler": "p1", "sender": False, "value": None}]},
    {"ok": 1, "events": [{**EVENT, "results": [{"ok": 1, "events": [EVENT]}, {"raised": "E"}]}]},
    {"ok": None, "results": [{"ok": 1}]},
    {"ok": None, "threads": [[{"ok": 1}], [{"hr": 1}, {"raised": "E"}]]},
    {"ok": None, "threads": [[{"ok": 1, "events": [{**EVENT, "results": [{"ok": 1}]}]}], [{"ok": None}]]},
    {"ok": None, "threads": [[{"ok": 1}], [{"ok": 1}], [{"ok": 1}]], "events": [EVENT]},
]
WRONG: list[Any] = [
    {},
    {"ok": None, "hr": 1},
    {"hr": 1, "raised": "Error"},
    {"hr": "0x8000000E"},
    {"hr": None},
    {"hr": 1.5},
    {"hr": True},
    {"raised": None},
    {"raised": 1},
    {"ok": None, "event": []},
    {"ok": None, "events": None},
    {"ok": None, "events": {}},
    {"ok": None, "events": [1]},
    {"ok": None, "events": [{}]},
    {"ok": None, "events": [{"handler": "h1", "sender": True}]},
    {"ok": None, "events": [{**EVENT, "sender": 1}]},
    {"ok": None, "events": [{**EVENT, "handler": None}]},
    {"ok": None, "events": [{**EVENT, "value": 1}]},
    {"ok": None, "events": [{**EVENT, "late": 1}]},
    {"ok": None, "events": [{**EVENT, "when": 1}]},
    {"ok": None, "events": [{**EVENT, "results": [{}]}]},
    {"ok": None, "results": [{}]},
    {"ok": None, "results": None},
    {"threads": [[{"ok": 1}], [{"ok": 1}]]},
    {"ok": 1, "threads": [[{"ok": 1}], [{"ok": 1}]]},
    {"hr": 1, "threads": [[{"ok": 1}], [{"ok": 1}]]},
    {"ok": None, "threads": None},
    {"ok": None, "threads": {}},
    {"ok": None, "threads": []},
    {"ok": None, "threads": [[{"ok": 1}]]},
    {"ok": None, "threads": [[{"ok": 1}], []]},
    {"ok": None, "threads": [[{"ok": 1}], {"ok": 1}]},
    {"ok": None, "threads": [[{"ok": 1}], [{"ok": 1, "hr": 1}]]},
    {"ok": None, "threads": [[{"ok": 1}], [{"ok": 1, "events": [{**EVENT, "sender": 1}]}]]},
    {"ok": None, "threads": [[{"ok": 1}], [{"ok": 1, "events": [{**EVENT, "results": [{}]}]}]]},
    {"ok": None, "threads": [[{"ok": 1}], [{"ok": 1}]], "results": []},
    {"ok": None, "threads": [[{"ok": 1}], [{"ok": 1}]], "events": [1]},
    {"ok": None, "threads": [[{"ok": 1}], [{"ok": None, "threads": [[{"ok": 1}], [{"ok": 1}]]}]]},
    {"ok": 1, "events": [{**EVENT, "results": [{"ok": None, "threads": [[{"ok": 1}], [{"ok": 1}]]}]}]},
    [],
    None,
]


@pytest.mark.parametrize("result", RIGHT, ids=json.dumps)
def test_a_right_result_is_read(result: object) -> None:
    """Reader and schema agree."""
    validator("wire", "result").validate(result)
    assert are_results([result])


@pytest.mark.parametrize("result", WRONG, ids=json.dumps)
def test_a_wrong_result_is_refused(result: object) -> None:
    """Reader and schema agree."""
    assert not validator("wire", "result").is_valid(result)
    assert not are_results([result])


@pytest.mark.parametrize("results", [None, {}, "[]", 1])
def test_results_are_a_list(results: object) -> None:
    """Anything else is no answer."""
    assert not are_results(results)


# ---- the report


def checked(cli: Cli, folder: Path, target: str, *options: str) -> tuple[int, dict[str, Any]]:
    """Check a target; return the exit code and its report, which the schema allows."""
    path = folder / "report.json"
    code, _, _ = cli("check", target, "--quick", "--json", str(path), *options)
    report: dict[str, Any] = json.loads(path.read_text())
    validator("report").validate(report)
    return code, report


def test_a_passing_report_is_as_the_schema_has_it(cli: Cli, folder: Path, module: Source) -> None:
    """A subject with one kind, to which some rules do not apply."""
    code, report = checked(cli, folder, f"{module()}:start")
    assert (code, report["verdict"]) == (0, "conforms")
    assert report["subject"]["kinds"] == ["action"]
    assert report["failures"] == []
    assert report["counts"]["expected"] == sum(report["counts"].values()) - report["counts"]["expected"]
    assert len(report["rules"]) == report["counts"]["expected"]
    assert report["counts"]["not_applicable"] > 0


LATE = """
class Late(plain.Plain):
    def close(self):
        if self._working:
            raise self._refusal(0x8000000D)
        super().close()

    def cancel(self):
        if self._status == AsyncStatus.CANCELED:
            raise self._refusal(0x8000000E)
        super().cancel()


def start_late(kind):
    only(kind, Kind.ACTION)
    return plain.subject(Late, kind)
"""


def test_a_failing_report_is_as_the_schema_has_it(cli: Cli, folder: Path, module: Source) -> None:
    """A profile's points and the rules' failures have the same shape."""
    code, report = checked(cli, folder, f"{module(LATE)}:start_late", "--profile", "wrl")
    assert (code, report["verdict"]) == (1, "does-not-conform")
    assert "CANCEL-OK" in {failure["rule"] for failure in report["failures"]}
    assert {"variation", "unanimous", "documented"} == {rule["basis"] for rule in report["rules"]}


def test_a_report_of_deviations_is_as_the_schema_has_it(cli: Cli, folder: Path, module: Source) -> None:
    """Used and stale entries are told apart."""
    (folder / "known.toml").write_text(
        """
[[deviation]]
rule = "CANCEL-OK"
kind = "action"
word = "cancel cancel"
reason = "not yet mended"
link = "https://example.org/7"

[[deviation]]
rule = "SECOND"
kind = "action"
word = "put_completed(h1) put_completed(h2)"
reason = "was mended"
"""
    )
    code, report = checked(cli, folder, f"{module(LATE)}:start_late", "--known", "known.toml")
    assert code == 1
    assert [entry["link"] for entry in report["deviations"]["used"]] == ["https://example.org/7"]
    assert [entry["id"] for entry in report["deviations"]["stale"]] == ["SECOND"]


def test_a_report_of_a_fault_is_as_the_schema_has_it(cli: Cli, driver: Source, tmp_path: Path) -> None:
    """A driver that declines a word after smoke."""
    body = """
def on_run(message):
    say({"seq": message["seq"], "errored": "no room"}) if ["id"] in message["steps"] else answer(message)


serve(on_run)
"""
    path = tmp_path / "report.json"
    code, _, _ = cli("check", "--exec", driver(body), "--quick", "--json", path)
    report = json.loads(path.read_text())
    validator("report").validate(report)
    assert (code, report["verdict"]) == (3, "harness-fault")
    assert {fault["whose"] for fault in report["faults"]} == {"driver"}


def test_an_unknown_schema_is_no_file() -> None:
    """There are two."""
    with pytest.raises(FileNotFoundError):
        schema("word")


def test_the_reference_is_refused_a_word_that_its_adapter_cannot_run() -> None:
    """In process the same fault is raised."""
    with pytest.raises(HarnessFault, match="no report_progress"):
        REFERENCE.run(Kind.ACTION, [["report_progress", 1]])


def test_explorations_and_replays_are_as_the_schema_has_them() -> None:
    """Of a race every schedule is explored, or one is run again."""
    asked = {
        "cmd": "explore",
        "seq": 1,
        "kind": "operation",
        "steps": to_json(parse_word("[complete(5) | cancel] status")),
    }
    explored, replayed = served([{**asked, "bound": 2}, {**asked, "schedule": "A1BA"}])
    validator("wire", "explored").validate(explored)
    validator("wire", "replayed").validate(replayed)
    assert explored["schedules"] >= len(explored["outcomes"]) == 2
    assert {moment["thread"] for moment in replayed["trace"]} == {0, 1}
