"""Whatever a driver does wrong, the suite says whose fault it is in one paragraph, and never calls it conforming."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]
Source = Callable[..., str]

QUICK = ("--quick", "--timeout", "0.5")


# ---- before the first word


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("no-such-driver --fast", "'no-such-driver --fast': No such file or directory. Check the path"),
        ("/", "Permission denied. Check the path"),
        ("true", "it ended with exit code 0. A driver answers"),
        ("false", "it ended with exit code 1. A driver answers"),
        ("sh -c 'echo no licence >&2; exit 7'", "exit code 7; its last words: no licence"),
        ("sh -c 'kill -SEGV $$'", "it ended with signal SIGSEGV"),
        ("echo hello", "a line that is not JSON: 'hello'"),
        ("echo '[1]'", "a line that is no JSON object: '[1]'"),
        ("cat", 'the first line has no "ready":true'),
        ("cat /dev/zero", "bytes without an end of line"),
        ("yes", "a line that is not JSON: 'y'"),
        ("yes '{}'", 'the first line has no "ready":true'),
        ("""yes '{"ready":true,"kinds":["action"]}'""", "a fault of the driver"),
        ("""yes '{"ready":true,"kinds":[]}'""", "declares no kind"),
        ("sh -c 'exec >&-; cat'", "no ready line came"),
    ],
)
@pytest.mark.parametrize("verb", ["smoke", "check"])
def test_a_program_that_is_no_driver_is_a_harness_fault(refusal: Refusal, verb: str, command: str, says: str) -> None:
    """The complaint names the command and what came of it."""
    code, complaint = refusal(verb, "--exec", command)
    assert code == 3
    assert says in complaint
    assert command.split()[0] in complaint


@pytest.mark.parametrize("command", ["", "  "])
def test_no_command_is_a_usage_fault(refusal: Refusal, command: str) -> None:
    """The complaint shows how to write one."""
    assert refusal("check", "--exec", command) == (
        2,
        "iasyncinfo: exec: names no command. Write exec:COMMAND, for example 'exec:./driver --fast'.\n",
    )


def test_a_command_with_an_open_quote_is_a_usage_fault(refusal: Refusal) -> None:
    """The complaint names the command and its quotes."""
    code, complaint = refusal("check", "--exec", "driver 'x")
    assert code == 2
    assert "No closing quotation. Mend its quotes." in complaint


def test_a_command_runs_without_a_shell(refusal: Refusal) -> None:
    """A semicolon is an argument like any other."""
    code, complaint = refusal("check", "--exec", "echo one; cat")
    assert code == 3
    assert "'one; cat'" in complaint


def test_a_hang_at_the_start_is_a_harness_fault(refusal: Refusal, driver: Source) -> None:
    """The ready line has its own patience."""
    code, complaint = refusal("check", "--exec", driver("hang()"), "--start-timeout", "0.3")
    assert code == 3
    assert "no answer within 0.3 s" in complaint


@pytest.mark.parametrize(
    ("ready", "says"),
    [
        ({"ready": False, "kinds": ["action"]}, 'the first line has no "ready":true'),
        ({"ready": 1, "kinds": ["action"]}, 'the first line has no "ready":true'),
        ({"ready": True}, "'kinds'"),
        ({"ready": True, "kinds": ["task"]}, "'task' is not a valid Kind"),
        ({"ready": True, "kinds": "action"}, "the ready line is not understood"),
        ({"ready": True, "kinds": 4}, "the ready line is not understood"),
        ({"ready": True, "kinds": []}, "declares no kind"),
        ({"ready": True, "kinds": ["action"], "supports": ["fial"]}, "supports fial, which the wire does not have"),
        ({"ready": True, "kinds": ["action"], "supports": [1]}, "supports 1, which the wire does not have"),
        ({"ready": True, "kinds": ["action"], "supports": 1}, "the ready line is not understood"),
        ({"ready": True, "kinds": ["action"], "supports": [["fail"]]}, "the ready line is not understood"),
        ({"ready": True, "kinds": ["action"], "supports": {"operation": []}}, "the ready line is not understood"),
        (
            {"ready": True, "kinds": ["action"], "supports": {"action": [], "actions": ["fail"]}},
            '"supports" is told for actions, which the wire does not have',
        ),
        ({"ready": True, "kinds": ["action"], "values": 1}, "the ready line is not understood"),
        ({"ready": True, "kinds": ["action"], "values": ["integer"]}, '"values" has integer, which the wire does not'),
        ({"ready": True, "kinds": ["action"], "notes": "one"}, "the ready line is not understood"),
        ({"ready": True, "kinds": {"action": 1}}, '"kinds" is a list of words'),
        ({"ready": True, "kinds": ["action"], "name": [[]]}, '"name" is a text'),
        ({"ready": True, "kinds": ["action"], "born": 5}, '"born" is an object'),
        ({"ready": True, "kinds": ["action"], "born": {"operation": [["cancel"]]}}, '"born" is an object'),
        ({"ready": True, "kinds": ["action"], "born": {"action": 7}}, '"born" has'),
        ({"ready": True, "kinds": ["action"], "born": {"action": [["x"]]}}, '"born" has'),
        ({"ready": True, "kinds": ["action"], "born": {"action": [[5]]}}, '"born" has'),
        ({"ready": True, "kinds": ["action"], "born": {"action": [["fail", 1, 2]]}}, '"born" has'),
        ({"fault": "as the suite's own process has it"}, 'the first line has no "ready":true'),
    ],
    ids=json.dumps,
)
def test_an_ill_shaped_ready_line_is_a_harness_fault(refusal: Refusal, ready: dict[str, object], says: str) -> None:
    """Nothing is guessed about a driver that does not say what it has."""
    code, complaint = refusal("smoke", "--exec", shlex.join(("echo", json.dumps(ready))))
    assert code == 3
    assert says in complaint


# ---- at a word


@pytest.mark.parametrize(
    ("on_run", "says"),
    [
        ("print('oops', flush=True)", "a line that is not JSON: 'oops'"),
        ("print('[' * 100_000, flush=True)", "a line that is nested more than 100 deep: '[[["),
        ("sys.stdout.buffer.write(b'\\xff\\n'); sys.stdout.flush()", "a line that is not JSON"),
        ("print('x' * 5_000_000, end='', flush=True)", "bytes without an end of line"),
        ("say([])", "a line that is no JSON object: '[]'"),
        ("say({'results': results(message)})", "answered seq None where seq 1 was due"),
        ("say({'seq': True, 'results': results(message)})", "answered seq True where seq 1 was due"),
        ("say({'seq': '1', 'results': results(message)})", "answered seq '1' where seq 1 was due"),
        ("say({'seq': message['seq'] + 1, 'results': results(message)})", "answered seq 2 where seq 1 was due"),
        ("answer(message); answer(message)", "answered"),
        ("say({'seq': 1, 'results': results(message)})", "answered seq 1 where seq 2 was due"),
        ("say({'seq': message['seq']})", "gave no result of each of the 1 steps of 'status'"),
        ("say({'seq': message['seq'], 'results': None})", "gave no result of each"),
        ("say({'seq': message['seq'], 'results': []})", "gave no result of each"),
        ("say({'seq': message['seq'], 'results': results(message)[1:]})", "gave no result of each"),
        ("say({'seq': message['seq'], 'results': results(message) + [{'ok': 0}]})", "gave no result of each"),
    ],
)
def test_an_ill_answer_is_a_harness_fault(refusal: Refusal, driver: Source, on_run: str, says: str) -> None:
    """The complaint shows what came and says that the subject is not to blame."""
    command = driver(f"def on_run(message):\n    {on_run}\n\n\nserve(on_run)")
    code, complaint = refusal("smoke", "--exec", command)
    assert code == 3
    assert says in complaint
    assert "a fault of the driver, not of the subject" in complaint


_TOLD = {"handler": "h1", "status": 1}


@pytest.mark.parametrize(
    ("result", "says"),
    [
        ({}, 'it is {"ok": a value}'),
        ({"ok": None, "hr": 1}, 'it is {"ok": a value}'),
        ({"hr": "0x8000000E"}, 'it is {"ok": a value}'),
        ({"ok": None, "events": [_TOLD]}, f'an event of result 1, {json.dumps(_TOLD)}, is none: it is {{"handler":'),
        (
            {
                "ok": None,
                "events": [{**_TOLD, "sender": True, "results": [{"ok": 1, "events": [{**_TOLD, "sender": 1}]}]}],
            },
            f"an event of result 1, {json.dumps({**_TOLD, 'sender': 1})}, is none",
        ),
    ],
    ids=["nothing", "both", "hexadecimal", "event without a sender", "inner event with a number for its sender"],
)
def test_an_ill_shaped_result_is_a_harness_fault(refusal: Refusal, driver: Source, result: object, says: str) -> None:
    """Such an answer says nothing about the subject, and the part of it that is wrong is named."""
    command = driver(
        f"serve(lambda message: say({{'seq': message['seq'], 'results': [{result!r}] * len(message['steps'])}}))"
    )
    code, complaint = refusal("smoke", "--exec", command)
    assert code == 3
    assert "gave no result of each of the 1 steps of 'status'" in complaint
    assert says in complaint


def test_an_answer_before_its_question_is_a_harness_fault(refusal: Refusal, driver: Source) -> None:
    """A driver that knows the answer before the word has not run it."""
    early = """
early = json.dumps(READY) + "\\n" + json.dumps({"seq": 1, "results": [{"ok": 0}]}) + "\\n"
os.write(1, early.encode())  # in one piece, so that it is there before the question
serve()
"""
    code, complaint = refusal("smoke", "--exec", driver(early))
    assert code == 3
    assert "answered before it was asked" in complaint


def test_a_status_in_words_is_the_subjects_failure(cli: Cli, driver: Source) -> None:
    """The answer has a right shape, and is a wrong status."""
    spelling = """
def on_run(message):
    found = results(message)
    for step, result in zip(message["steps"], found):
        if step == ["status"] and result.get("ok") in (0, 1, 2, 3):
            result["ok"] = ["Started", "Completed", "Canceled", "Error"][result["ok"]]
    say({"seq": message["seq"], "results": found})


serve(on_run)
"""
    code, out, _ = cli("check", "--exec", driver(spelling), *QUICK)
    assert code == 1
    assert "FAILED  STATUS-VALUES  action" in out
    assert "returns 'Started'" in out


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("hang()", "no answer within 0.5 s"),
        ("os._exit(3)", "it ended with exit code 3"),
        ("os.abort()", "it ended with signal SIGABRT"),
        ("os.close(1); hang()", "it closed its output while it goes on running"),
    ],
)
def test_a_hang_or_death_in_smoke_is_a_harness_fault(refusal: Refusal, driver: Source, what: str, why: str) -> None:
    """Nothing can be said of a subject that does not survive the simplest words."""
    code, complaint = refusal("check", "--exec", driver(f"def on_run(message):\n    {what}\n\n\nserve(on_run)"), *QUICK)
    assert code == 3
    assert f"cannot run the simplest words: action 'status': {why}" in complaint


@pytest.mark.parametrize("what", ["skipped", "errored"])
def test_a_word_declined_in_smoke_is_a_harness_fault(refusal: Refusal, driver: Source, what: str) -> None:
    """The complaint repeats the driver's reason."""
    command = driver(f"serve(lambda message: say({{'seq': message['seq'], {what!r}: 'no room'}}))")
    code, complaint = refusal("smoke", "--exec", command)
    assert code == 3
    assert "no room" in complaint


# ---- after smoke

ON_ONE_WORD = """
def on_run(message):
    if message["steps"] == [["put_completed", "h1"], ["put_completed", "h1"]]:
        {what}
    else:
        answer(message)


serve(on_run)
"""


@pytest.mark.parametrize(
    ("what", "came"),
    [
        ("hang()", "never answers (no answer within 0.5 s)"),
        ("os._exit(3)", "ends its process (it ended with exit code 3)"),
        ("print('found a hole', file=sys.stderr); os.abort()", "signal SIGABRT; its last words: found a hole"),
    ],
)
def test_a_word_that_hangs_or_kills_again_alone_is_the_subjects_failure(
    cli: Cli, driver: Source, tmp_path: Path, what: str, came: str
) -> None:
    """The word is blamed, and everything else is run all the same."""
    report = tmp_path / "report.json"
    code, _, _ = cli("check", "--exec", driver(ON_ONE_WORD.format(what=what)), *QUICK, "--json", report)
    found = json.loads(report.read_text())
    assert code == 1
    assert [failure["rule"] for failure in found["failures"]] == ["SECOND"]
    assert found["failures"][0]["word"] == "put_completed(h1) put_completed(h1)"
    assert came in found["failures"][0]["actual"]
    assert [fault["whose"] for fault in found["faults"]] == ["subject"]
    assert found["counts"]["untestable"] == 0


def test_the_replay_of_a_hang_hangs_again(cli: Cli, driver: Source) -> None:
    """It is killed after the time-out, and not allowed."""
    command = driver(ON_ONE_WORD.format(what="hang()"))
    code, out, _ = cli("replay", "--exec", command, "put_completed(h1) put_completed(h1)", "--timeout", "0.5")
    assert code == 1
    assert "hang: no answer within 0.5 s" in out


def test_a_hang_that_does_not_happen_again_is_a_fault_of_nobodys(cli: Cli, driver: Source, tmp_path: Path) -> None:
    """It is told, and the verdict is that nothing can be said."""
    once = f"""
ONCE = {str(tmp_path / "once")!r}


def on_run(message):
    if message["steps"] == [["put_completed", "h1"], ["put_completed", "h1"]] and not os.path.exists(ONCE):
        open(ONCE, "x").close()
        hang()
    answer(message)


serve(on_run)
"""
    code, out, _ = cli("check", "--exec", driver(once), *QUICK)
    assert code == 3
    assert "not again on the word alone" in out
    assert out.endswith("harness-fault\n")


def test_a_hang_does_not_blind_the_rest(cli: Cli, driver: Source, tmp_path: Path) -> None:
    """Words that take the same step are passed over, all others run; what had none is told once as not run."""
    body = """
def on_run(message):
    hang() if ["id"] in message["steps"] else answer(message)


serve(on_run)
"""
    report = tmp_path / "report.json"
    code, out, _ = cli("check", "--exec", driver(body), *QUICK, "--json", report)
    found = json.loads(report.read_text())
    assert code == 1
    assert "stopped after" not in out
    assert {failure["rule"] for failure in found["failures"]} == {"ID-STABLE"}
    assert "id" in {failure["word"] for failure in found["failures"]}
    assert {rule["id"] for rule in found["rules"] if rule["verdict"] == "untestable"} == {"ID-NONZERO", "CLOSED-ALIKE"}
    assert out.count("not run: its words take a step that never answers") == 1


def test_hangs_that_only_the_walk_meets_end_it(cli: Cli, driver: Source) -> None:
    """A hang is not shrunk: each attempt would cost the whole time-out."""
    body = """
def on_run(message):
    hang() if len(message["steps"]) > 14 else answer(message)


serve(on_run)
"""
    code, out, _ = cli("check", "--exec", driver(body), "--timeout", "0.5")
    assert code == 1
    assert "never answers" in out


def test_an_ill_answer_that_only_the_walk_meets_is_a_harness_fault(refusal: Refusal, driver: Source) -> None:
    """The complaint is the driver's, not one about a flaky test."""
    body = """
def on_run(message):
    say({}) if len(message["steps"]) > 14 else answer(message)


serve(on_run)
"""
    code, complaint = refusal("check", "--exec", driver(body))
    assert code == 3
    assert "answered seq None" in complaint


def test_a_declined_word_is_a_fault_of_the_driver(cli: Cli, driver: Source) -> None:
    """It is counted and told, and the verdict is not green."""
    body = ON_ONE_WORD.format(what="say({'seq': message['seq'], 'errored': 'no room'})")
    code, out, _ = cli("check", "--exec", driver(body), *QUICK)
    assert code == 3
    assert "errored: no room: action put_completed(h1) put_completed(h1)" in " ".join(out.split())


def test_a_driver_that_prints_while_it_ends_is_done(cli: Cli, driver: Source) -> None:
    """Words after stop disturb nobody."""
    code, out, err = cli("smoke", "--exec", driver("serve()\nprint('bye', file=sys.stderr)\n"))
    assert (code, err) == (0, "")
    assert out.endswith("the adapter is sane\n")


def test_a_driver_that_does_not_stop_is_ended(cli: Cli, driver: Source) -> None:
    """The suite does not wait for it for ever."""
    assert cli("smoke", "--exec", driver("serve()\nhang()\n"))[0] == 0
