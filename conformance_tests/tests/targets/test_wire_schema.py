"""Every message that travels is one that the shipped schema allows."""

import io
import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from iasyncinfo_conformance.counterexamples.plain import start as start_plain
from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.report.json_report import schema
from iasyncinfo_conformance.target import needs_of
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.pipe.process import Process
from iasyncinfo_conformance.targets.pipe.wire import WireTarget
from iasyncinfo_conformance.targets.pipe.wire_shape import are_results
from iasyncinfo_conformance.targets.reference import start as start_reference
from iasyncinfo_conformance.targets.wire_host import serve
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.words import WAITS, Word, parse_word, to_json

REFERENCE = InProcess(start_reference, "reference")


@cache
def validator(part: str = "") -> Draft202012Validator:
    """The validator of the wire's schema, or of one of its definitions."""
    whole = schema("wire")
    Draft202012Validator.check_schema(whole)
    if part:
        whole = {**{key: whole[key] for key in ("$schema", "$id", "$defs")}, "$ref": f"#/$defs/{part}"}
    return Draft202012Validator(whole)


def words(kind: Kind) -> list[Word]:
    """Every directed word that can be run here, and each step after each way to end."""
    directed = [case.word for case in CASES if kind in case.kinds]
    ends = ((), *map(parse_word, ("complete(5)", "fail(0x80004005)", "cancel", "cancel acknowledge_cancel")))
    model = Model(REFERENCE, kind, FAMILIES["reference"])
    inputs = (*model.plain, *model.looks, *model.calling_puts())
    steps = [(*end, step, ("status",)) for end in ends for step in inputs]
    can = REFERENCE.supports(kind) - set(WAITS)  # what ends a wait elsewhere need not end it here
    waits = parse_word("complete(5) get wait_for(1) await{status}")
    return [word for word in dict.fromkeys((*directed, *steps, waits)) if needs_of(word) <= can or word == waits]


def served(messages: Iterable[dict[str, Any]], target: InProcess = REFERENCE) -> list[dict[str, Any]]:
    """What the bundled host answers to messages that all are allowed."""
    sent = list(messages)
    for message in sent:
        validator().validate(message)
    lines, answers = io.StringIO("".join(json.dumps(message) + "\n" for message in sent)), io.StringIO()
    serve(target, lines, answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_the_host_says_ready_as_the_schema_has_it() -> None:
    """The bundled host declares each kind's own capabilities."""
    (ready,) = served([{"cmd": "start", "version": 1}, {"cmd": "stop"}])
    validator("ready").validate(ready)
    assert ready["kinds"] == [kind.value for kind in Kind]
    assert "report_progress" not in ready["supports"]["operation"]


@pytest.mark.parametrize("kind", Kind)
def test_runs_and_their_answers_are_as_the_schema_has_them(kind: Kind) -> None:
    """Events, what handlers met, refusals and codes all have the one shape that the reader accepts."""
    runs = [
        {"cmd": "run", "seq": seq, "kind": kind.value, "steps": to_json(word)} for seq, word in enumerate(words(kind))
    ]
    answer = validator("answer")
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
    validator("answer").validate(found)
    assert are_results(found["results"])
    assert [len(thread) for thread in found["results"][1]["threads"]] == [1, 2, 1]


def test_what_is_sent_is_as_the_schema_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite's own side, over a pipe, from start to stop."""
    sent: list[dict[str, Any]] = []
    send = Process._send

    def spy(process: Any, message: dict[str, Any], seconds: float) -> int:
        sent.append(message)
        return int(send(process, message, seconds))

    monkeypatch.setattr(Process, "_send", spy)
    target = WireTarget(["sh", "-c", f"read line; echo '{json.dumps(READY)}'; read line; read line"], "sh", 0.2)
    list(zip(range(1), target.run_many(Kind.ACTION, [parse_word("put_completed(h1{status}) cancel")]), strict=False))
    target.close()
    assert [message["cmd"] for message in sent] == ["start", "run", "start", "stop"]
    for message in sent:
        validator(message["cmd"]).validate(message)


READY = {"ready": True, "kinds": ["action"], "supports": ["reentrancy"]}


def test_a_late_event_is_as_the_schema_has_it() -> None:
    """A handler that ran after the call had returned is marked."""
    from iasyncinfo_conformance.counterexamples.correct.elsewhere import start_next_turn

    late = InProcess(start_next_turn, "late")
    steps = [["put_completed", "h1"], ["complete", 5]]
    (answer,) = served([{"cmd": "run", "seq": 1, "kind": "action", "steps": steps}], late)
    validator("answer").validate(answer)
    assert answer["results"][1]["events"] == [{"handler": "h1", "sender": True, "status": 1, "late": True}]


def test_a_broken_adapter_is_answered_as_errored() -> None:
    """The host goes on, and says why there are no results."""
    calls = iter(range(99))

    def fails_later(kind: Kind) -> Any:
        if next(calls) > 13:
            raise ZeroDivisionError("no more")
        return start_plain(kind)

    run = {"cmd": "run", "seq": 1, "kind": "action", "steps": [["status"]]}
    (answer,) = served([run], InProcess(fails_later, "tired"))
    validator("errored").validate(answer)
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
    validator().validate(message)


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
        validator().validate(message)


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
    validator("result").validate(result)
    assert are_results([result])


@pytest.mark.parametrize("result", WRONG, ids=json.dumps)
def test_a_wrong_result_is_refused(result: object) -> None:
    """Reader and schema agree."""
    assert not validator("result").is_valid(result)
    assert not are_results([result])


@pytest.mark.parametrize("results", [None, {}, "[]", 1])
def test_results_are_a_list(results: object) -> None:
    """Anything else is no answer."""
    assert not are_results(results)


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
    validator("explored").validate(explored)
    validator("replayed").validate(replayed)
    assert explored["schedules"] >= len(explored["outcomes"]) == 2
    assert {moment["thread"] for moment in replayed["trace"]} == {0, 1}
