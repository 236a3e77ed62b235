"""The command line: what it refuses and how, its exit codes and options, and lines that replay what they show."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import MEANINGS

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]
Source = Callable[..., str]

COUNTEREXAMPLES = "iasyncinfo_conformance.counterexamples"


def python(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in a process of its own."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
        timeout=120,
    )


# ---- what cannot be understood


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("", "the following arguments are required: COMMAND"),
        ("chek reference", "invalid choice: 'chek'. Did you mean check? There are init, smoke, check, report"),
        ("check", "name one subject: a TARGET or --exec COMMAND"),
        ("smoke", "name one subject: a TARGET or --exec COMMAND"),
        ("check reference --exec ./driver", "name one subject: a TARGET or --exec COMMAND"),
        (
            "check referense",
            "'referense' is not understood. Did you mean reference? A target is ./mine.py:start",
        ),
        (
            "check reference --json - --junit -",
            "can be one report, and - was given twice. Name a file for the other.",
        ),
        ("help chek", "there is no command 'chek'. Did you mean check? The commands are init, smoke, check"),
        ("replay reference status --kind actoin", "there is no kind 'actoin'. Did you mean action?"),
        ("check package.module:", "the target 'package.module:' is not understood"),
        ("check :start", "the target ':start' is not understood"),
        ("check cppwinrt@1.0", "'cppwinrt@1.0' names no version that is built here: 2.0, 3.0"),
        ("check windows-rs@1.0", "'windows-rs@1.0' names no version that is built here: 0.2.1, 0.3.2"),
        ("check windows-rs-ready@1.0", "'windows-rs-ready@1.0' names no version that is built here: 0.2.1, 0.3.2"),
        ("check windows-rust", "the target 'windows-rust' is not understood"),
        ("check exec:", "exec: names no command. Write exec:COMMAND"),
        ("check reference --rule NO-SUCH", "--rule 'NO-SUCH' matches no rule that standard tests"),
        ("check reference --rule KEEP-ALIVE", "Did you mean KEEPALIVE? See iasyncinfo list rules."),
        ("check reference --rule LATE_R", "--rule 'LATE_R' matches no rule that standard tests"),
        ("check reference --profile wlr", "there is no profile 'wlr'. Did you mean wrl?"),
        ("check reference --profile x", "there is no profile 'x'. The profiles are standard, reference, wrl"),
        ("check reference --timeout -1", "'-1' is no number of seconds, more than 0 and less than 3600"),
        ("check reference --timeout 0", "'0' is no number of seconds"),
        ("check reference --timeout nan", "'nan' is no number of seconds"),
        ("check reference --timeout soon", "'soon' is no number of seconds"),
        ("check reference --seed x", "argument --seed: invalid int value: 'x'. See iasyncinfo check --help."),
        ("check reference --colour", "iasyncinfo check takes no --colour. See iasyncinfo check --help."),
        ("check reference --profle=wrl", "takes no --profle=wrl. Did you mean --profile? See iasyncinfo check --help."),
        ("check --exec node driver.mjs", "not both: driver.mjs stands beside node, and a command of several words"),
        ("consume ./mine.py:wait --rule CONSUME-VALU", "Did you mean CONSUME-VALUE?"),
        ("replay reference cancel status", "takes no status. What has spaces in it, a word of several steps"),
        ("replay reference 'cancel statsu'", "there is no step 'statsu'. Did you mean status? cancel  >>> statsu."),
        ("check reference --known no-such.toml", "the known-file 'no-such.toml' cannot be read"),
        ("check reference --known .", "the known-file '.' cannot be read"),
        ("check reference --json no/such/folder.json", "'no/such/folder.json' cannot be written: No such file"),
        ("check reference --junit .", "the report '.' cannot be written: Is a directory. Name another file."),
        ("replay reference", "replay takes a TARGET, or --exec COMMAND, and a WORD in quotes"),
        ("replay reference ''", "the word is not understood: a word has at least one step"),
        ("replay reference jump", "there is no step 'jump'.  >>> jump. See iasyncinfo list steps."),
        ("replay reference 'cancel complete(5'", "')' was expected: cancel complete(5 >>> "),
        ("replay reference 'complete(five)'", "complete takes a JSON value in parentheses"),
        ("replay reference 'put_completed(h1{status)'", "the word is not understood"),
        ("replay reference 'fail(\"no\")'", "fail takes an HRESULT"),
        ("replay reference 'complete({\"a\": 1})'", "complete takes a number, a string, true, false, null, or a list"),
        ("replay reference 'release status'", "after release there is no operation whose members could be used"),
        ("replay reference '[id | id | id | id]'", "the schedules of 4 threads are too many to explore: race 3 at"),
        ("replay reference 'raise(5)'", "there is no step 'raise' outside a handler"),
        ("replay reference 'complete(5) complete(6)'", "nobody can take this word: step 2 cannot be taken here"),
        ("replay reference 'report_progress(1)' --kind action", "it has no report_progress"),
        ("replay reference status --kind task", "there is no kind 'task'. The kinds are action, action_with_progress"),
        ("explain NO-SUCH", "there is no rule or variation point called NO-SUCH. See iasyncinfo list rules"),
        ("explain", "the following arguments are required: RULE|POINT"),
        ("list things", "invalid choice: 'things'"),
        ("list rules --format yaml", "invalid choice: 'yaml'"),
        ("show --format svg", "invalid choice: 'svg'"),
        ("show --profile wlr", "there is no profile 'wlr'. Did you mean wrl?"),
    ],
)
def test_what_is_not_understood_exits_2(refusal: Refusal, folder: Path, arguments: str, says: str) -> None:
    """One paragraph names the input and what may stand there."""
    code, complaint = refusal(*shlex.split(arguments))
    assert code == 2
    assert says in complaint
    assert list(folder.iterdir()) == []


ADAPTERS = """
from dataclasses import replace

value = 5

def returns_int(kind): return 5
def returns_nothing(kind): pass
def without_operation(kind): return Subject(None, lambda result: None)
def complete_missing(kind): return Subject(object(), None)
def fail_is_no_function(kind): return replace(start(kind), fail=3)
def has_no_kind(kind): raise NotImplementedError
def raises(kind): raise ConnectionError("the server\\nis down")
def exits(kind): sys.exit(0)
def takes_nothing(): return None
def fails(*_): raise RuntimeError("no way")
def complete_raises(kind): return replace(start(kind), complete=fails)
def settle_raises(kind): return replace(start(kind), settle=fails)
def dispose_raises(kind): return replace(start(kind), dispose=fails)
def hresult_of_raises(kind): return replace(start(kind), hresult_of=fails)
def hresult_of_returns_text(kind): return replace(start(kind), hresult_of=lambda error: "E_FAIL")
def says_so(kind): print('{"seq":1,"results":[]}'); return start(kind)

import sys
"""


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing", "the module has no such name. Did you mean"),
        ("value", "is no function but int. It has to name a function start(kind)"),
        ("returns_int", "returned int for action, not a Subject. Build one: Subject(operation, complete, ...)"),
        ("returns_nothing", "returned NoneType for action, not a Subject"),
        ("without_operation", "returned a Subject without an operation for action"),
        ("complete_missing", "returned a Subject whose complete is None for action. It has to be a function."),
        ("fail_is_no_function", "returned a Subject whose fail is 3 for action"),
        ("has_no_kind", "declares no kind: start(kind) raised NotImplementedError for all four."),
        ("raises", "failed to start action: ConnectionError: the server is down ("),
        ("exits", "failed to start action: SystemExit: 0 ("),
        ("takes_nothing", "failed to start action: TypeError: takes_nothing() takes 0 positional arguments"),
        ("complete_raises", "raises RuntimeError, which carries no HRESULT: RuntimeError: no way ("),
        ("settle_raises", "settle of the adapter's Subject failed: RuntimeError: no way ("),
        ("dispose_raises", "dispose of the adapter's Subject failed: RuntimeError: no way ("),
        ("hresult_of_raises", "hresult_of of the adapter's Subject failed: RuntimeError: no way ("),
        (
            "hresult_of_returns_text",
            "hresult_of of the adapter's Subject returned 'E_FAIL'. It returns an int or None.",
        ),
    ],
)
def test_a_broken_adapter_exits_3(refusal: Refusal, module: Source, name: str, says: str) -> None:
    """One paragraph names the adapter's fault and how to mend it."""
    code, complaint = refusal("check", f"{module(ADAPTERS)}:{name}", "--quick")
    assert code == 3
    assert says in complaint


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("def start(:", "SyntaxError: invalid syntax"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)", "SystemExit: 0"),
    ],
)
def test_a_module_that_does_not_import_exits_3(refusal: Refusal, module: Source, text: str, says: str) -> None:
    """The complaint names the module and its exception."""
    name = module(text)
    code, complaint = refusal("check", f"{name}:start")
    assert code == 3
    assert f"the module {name!r} of the target does not import: {says}" in complaint


def test_a_module_that_is_nowhere_exits_3(refusal: Refusal) -> None:
    """The complaint says where modules are looked for."""
    code, complaint = refusal("smoke", "no_such_package.module:start")
    assert code == 3
    assert complaint.endswith("Run from the folder that holds it, or install it.\n")


def test_the_version_is_told(cli: Cli) -> None:
    """It is that of the distribution."""
    assert cli("--version") == (0, f"iasyncinfo {version('iasyncinfo')}\n", "")


def test_the_package_is_a_program_too(tmp_path: Path) -> None:
    """What lies in the current folder is no part of it."""
    for name in ("argparse", "logging", "iasyncinfo_spec"):
        (tmp_path / f"{name}.py").write_text("1 / 0")
    command = [sys.executable, "-m", "iasyncinfo_conformance", "list", "profiles"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "standard" in done.stdout


def test_what_a_subject_prints_is_no_answer(cli: Cli, module: Source) -> None:
    """The host keeps its pipe to itself."""
    code, out, err = cli("smoke", f"{module(ADAPTERS)}:says_so")
    assert (code, err) == (0, "")
    assert out.endswith("the adapter is sane\n")


def test_a_subject_that_exits_in_a_member_is_at_fault(cli: Cli, module: Source) -> None:
    """Nothing that it raises ends the host."""
    exits = """
class Exits(plain.Plain):
    @property
    def id(self):
        raise SystemExit(0)


def start_exits(kind):
    only(kind, Kind.ACTION)
    return plain.subject(Exits, kind)
"""
    code, out, _ = cli("check", f"{module(exits)}:start_exits", "--quick", "--rule", "ID-*")
    assert code == 1
    assert "raises SystemExit" in out


@pytest.mark.parametrize("missing", ["hypothesis", "jinja2", "jsonschema"])
def test_a_missing_extra_exits_3_and_says_what_to_install(missing: str) -> None:
    """Checking needs it; reading does not."""
    run = f"import sys; sys.modules[{missing!r}] = None; from iasyncinfo_conformance.cli import main; sys.exit(main())"
    done = python("-c", run, "check", "reference")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"iasyncinfo: {missing} is not installed, which running the suite needs. "
        f"Install it into this environment, for example with: pip install {missing}.\n"
    )
    assert python("-c", run, "explain", "FIRE-ONCE").returncode == 0


# ---- exit codes, and what they stand for


def report_of(cli: Cli, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    """Check with a report; return the exit code, the text and the report."""
    code, out, err = cli("check", *arguments, "--quick", "--json", "report.json")
    assert err == ""
    return code, out, json.loads(Path("report.json").read_text())


@pytest.fixture
def target(module: Source) -> str:
    """A subject that conforms."""
    return f"{module()}:start"


CLOSES_WRONGLY = """
class ClosesWrongly(plain.Plain):
    def close(self):
        if self._status == AsyncStatus.CANCELED:
            raise self._refusal(0x80004005)
        super().close()


def start_wrong(kind):
    only(kind, Kind.ACTION)
    return plain.subject(ClosesWrongly, kind)


def start_lacking(kind):
    started = start(kind)
    return Subject(started.operation, started.complete)
"""


def test_a_conforming_subject_exits_0(cli: Cli, target: str) -> None:
    """The last line is the verdict."""
    code, out, report = report_of(cli, target)
    assert code == 0
    assert out.splitlines()[-1] == report["verdict"] == "conforms"
    assert report["suite"]["version"] == version("iasyncinfo")


def test_a_failing_subject_exits_1(cli: Cli, module: Source) -> None:
    """The last line is the verdict."""
    code, out, report = report_of(cli, f"{module(CLOSES_WRONGLY)}:start_wrong")
    assert code == 1
    assert out.splitlines()[-1] == report["verdict"] == "does-not-conform"


def test_missing_levers_exit_4(cli: Cli, module: Source) -> None:
    """What could be tested and was not is listed with the lever that it lacks."""
    code, out, report = report_of(cli, f"{module(CLOSES_WRONGLY)}:start_lacking")
    assert (code, report["verdict"]) == (4, "incomplete")
    assert report["counts"]["untestable"] > 0
    assert "the adapter gives no fail" in out
    assert out.splitlines()[-1].startswith("incomplete: all that ran passed")


def test_a_failure_outweighs_what_is_untestable(cli: Cli, module: Source) -> None:
    """Incomplete is said of subjects of which nothing worse is known."""
    lacking = "\n\ndef both(kind):\n    started = start_wrong(kind)\n    return replace(started, fail=None)\n"
    code, _, report = report_of(cli, f"{module(CLOSES_WRONGLY + lacking)}:both")
    assert (code, report["counts"]["untestable"] > 0) == (1, True)


def test_a_card_has_seven_facts(cli: Cli, module: Source) -> None:
    """Rule and sentence, the shortest word, what was allowed, came and was raised, where, how to replay it."""
    _, out, _ = report_of(cli, f"{module(CLOSES_WRONGLY)}:start_wrong", "--rule", "CLOSE-TERMINAL")
    lines = out.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("FAILED"))
    assert re.match(r"FAILED  CLOSE-TERMINAL  action  \(\d+ words show it; this is the shortest\)", lines[first])
    labels = [line.split()[0] for line in lines[first + 1 : lines.index("", first)] if re.match(r" {4}\w", line)]
    wanted = ["rule", "word", "allowed", "came", "raised", "lines", "replay"]
    assert [label for label in labels if label != "cells"] == wanted
    assert "close in canceled" in out
    assert RULES["CLOSE-TERMINAL"].sentence.split()[0] in out


# ---- options


def test_rule_limits_counts_and_verdict(cli: Cli, module: Source) -> None:
    """Of a subject that breaks one rule, the others can be asked alone."""
    name = f"{module(CLOSES_WRONGLY)}:start_wrong"
    code, out, report = report_of(cli, name, "--rule", "id-*")
    assert (code, report["verdict"]) == (0, "conforms")
    assert [rule["id"] for rule in report["rules"]] == ["ID-NONZERO", "ID-STABLE"]
    assert report["counts"]["expected"] == report["counts"]["passed"] == 2
    assert report["failures"] == []
    assert out.splitlines()[-1] == "conforms (rules id-*)"


def test_rule_selects_a_point_of_a_profile(cli: Cli, target: str) -> None:
    """With a family's profile its points are expected too."""
    code, _, report = report_of(cli, target, "--profile", "wrl", "--rule", "LATE_R")
    (rule,) = report["rules"]
    assert (code, rule["id"], rule["basis"], rule["verdict"]) == (0, "LATE_R", "variation", "passed")


def timeless(report: Any) -> Any:
    """A report without its seconds."""
    if isinstance(report, dict):
        return {key: timeless(value) for key, value in report.items() if key not in ("seconds", "wall")}
    return report


def test_the_default_seed_is_fixed(cli: Cli, target: str) -> None:
    """The same version gives the same verdict."""
    first, second = (report_of(cli, target)[2] for _ in range(2))
    assert timeless(first) == timeless(second)


def test_seed_is_reported(cli: Cli, target: str) -> None:
    """It is in the text and in the report."""
    _, out, report = report_of(cli, target, "--seed", "7")
    assert report["seed"] == 7
    assert "seed 7" in out


def test_quick_walks_less(cli: Cli, target: str) -> None:
    """It leaves out examples of the walk and nothing else."""
    _, quick, _ = cli("check", target, "--quick")
    _, whole, _ = cli("check", target)
    numbers = [int(re.search(r"ran +([\d,]+) words", out)[1].replace(",", "")) for out in (quick, whole)]  # type: ignore[index]
    assert numbers[0] < numbers[1]
    assert "(100%)" in quick


def test_junit_has_a_case_for_each_rule(cli: Cli, module: Source, folder: Path) -> None:
    """Failures, errors and skips are counted and say why."""
    path = folder / "junit.xml"
    _, _, report = report_of(cli, f"{module(CLOSES_WRONGLY)}:start_wrong", "--junit", str(path))
    suite = ElementTree.parse(path).getroot()
    cases = {case.attrib["name"]: case for case in suite}
    assert list(cases) == [rule["id"] for rule in report["rules"]]
    assert int(suite.attrib["tests"]) == report["counts"]["expected"]
    assert int(suite.attrib["failures"]) == report["counts"]["failed"] == len(suite.findall("testcase/failure"))
    assert int(suite.attrib["skipped"]) == report["counts"]["not_applicable"] == len(suite.findall("testcase/skipped"))
    failure = cases["CLOSE-TERMINAL"].find("failure")
    assert failure is not None
    assert "iasyncinfo replay" in (failure.text or "")


def test_an_old_report_does_not_outlive_a_broken_run(refusal: Refusal, folder: Path) -> None:
    """Whoever reads the file afterwards does not find the verdict of last week."""
    (folder / "report.json").write_text('{"verdict": "conforms"}')
    assert refusal("check", "--exec", "false", "--json", "report.json")[0] == 3
    assert json.loads((folder / "report.json").read_text())["verdict"] == "harness-fault"


def test_nothing_is_said_on_stderr_when_it_is_a_pipe(folder: Path, target: str) -> None:
    """Progress is for terminals."""
    done = python("-m", "iasyncinfo_conformance.cli", "check", target, "--quick", PYTHONPATH=str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert "\r" not in done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="pipes of a shell")
def test_a_reader_that_leaves_early_ends_it_quietly() -> None:
    """As in iasyncinfo list rules | head -1."""
    command = f"{shlex.quote(sys.executable)} -m iasyncinfo_conformance.cli list rules | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout in ("141\n", "0\n")


def test_the_command_can_be_stopped_almost_from_its_beginning() -> None:
    """Before it can tell of a Ctrl-C it loads nothing that takes time."""
    program = "import sys; import iasyncinfo_conformance.cli; print({'logging', 'typing', 're'} & set(sys.modules))"
    assert python("-S", "-E", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}").stdout == "set()\n"


# ---- other commands


@pytest.mark.parametrize("command", ["", "smoke", "check", "replay", "explain", "list", "show"])
def test_help_is_there_and_tells_the_exit_codes(cli: Cli, command: str) -> None:
    """Each command has its own."""
    code, out, err = cli(*command.split(), "--help")
    assert (code, err) == (0, "")
    assert "exit codes: 0 " in " ".join(out.split())


def test_smoke_names_kinds_and_what_they_support(cli: Cli) -> None:
    """A line a kind, and that the adapter is sane."""
    code, out, err = cli("smoke", "reference")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("action                   supports acknowledge_cancel, alive,")
    assert out.splitlines()[-1] == "reference: the adapter is sane"


@pytest.mark.parametrize("name", [*RULES, *VARIATIONS])
def test_every_rule_and_point_is_explained(cli: Cli, name: str) -> None:
    """In either case of letters."""
    code, out, _ = cli("explain", name.lower())
    assert code == 0
    sentence = RULES[name].sentence if name in RULES else VARIATIONS[name].question
    assert sentence.replace(" ", "") in "".join(out.split())


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("rules", list(RULES)),
        ("points", list(VARIATIONS)),
        ("families", list(FAMILIES)),
        ("profiles", ["standard", *FAMILIES]),
        ("steps", list(MEANINGS)),
    ],
)
def test_lists_are_whole(cli: Cli, what: str, names: list[str], form: str) -> None:
    """In every format."""
    code, out, _ = cli("list", what, "--format", form)
    assert code == 0
    assert all(name in out for name in names)
    assert form != "json" or isinstance(json.loads(out), list)


@pytest.mark.parametrize("form", ["table", "json", "mermaid", "dot"])
@pytest.mark.parametrize("profile", ["standard", "cppwinrt"])
def test_the_machine_is_shown(cli: Cli, profile: str, form: str) -> None:
    """In every format."""
    code, out, _ = cli("show", "--profile", profile, "--format", form)
    assert code == 0
    assert "cancel_pending" in out.replace("cancel_\n", "cancel_").replace("cancel_  ", "cancel_pending")


# ---- replay


def test_replay_shows_every_step(cli: Cli) -> None:
    """Handlers that were called stand beside the step that called them."""
    code, out, _ = cli(
        "replay", "reference", "put_completed(h1{status}) complete(5) get_results", "--kind", "operation"
    )
    assert code == 0
    assert out.splitlines() == [
        "operation",
        "   1  put_completed(h1{status})                succeeds; calls nobody",
        "   2  complete(5)                              succeeds; calls h1(Completed) which meets [status returns "
        "Completed]",
        "   3  get_results                              returns 5",
        "allowed",
    ]


def test_replay_of_a_wrong_word_shows_what_was_allowed(cli: Cli) -> None:
    """And exits 1."""
    code, out, _ = cli("replay", f"{COUNTEREXAMPLES}.broken.object:id_zero", "id")
    assert code == 1
    assert "ID-NONZERO: allowed: returns any id but zero" in " ".join(out.split())
    assert out.endswith("\nnot allowed\n")


def test_replay_takes_the_first_kind_that_can_run_the_word(cli: Cli) -> None:
    """Progress needs a kind that has it, and results one that has them."""
    assert cli("replay", "reference", "put_progress(p1) report_progress(0.5)")[1].startswith(
        "operation_with_progress\n"
    )


def test_replay_speaks_of_a_profile(cli: Cli) -> None:
    """What one family answers another does not allow."""
    word = "put_completed(h1) complete(5) get_completed"
    assert cli("replay", "reference", word, "--profile", "wrl")[0] == 0
    code, out, _ = cli("replay", "reference", word, "--profile", "cswinrt")
    assert code == 1
    assert "GETH: allowed: returns 'h1'" in out


def assert_replays(cli: Cli, report: dict[str, Any]) -> None:
    """Every line that replays a failure exits 1, and shows again what came."""
    for failure in report["failures"]:
        program, *arguments = shlex.split(failure["replay"])
        code, out, _ = cli(*arguments)
        assert (program, code) == ("iasyncinfo", 1), (failure, out)
        assert all(part in out for part in failure["actual"].split(", then ")), (failure, out)


@pytest.mark.parametrize(
    ("name", "kind", "rule"),
    [
        ("broken.close:close_of_canceled_refused", "OPERATION", "CLOSE-TERMINAL"),
        ("broken.progress:tenth_report_lost", "ACTION_WITH_PROGRESS", "PROG-ONCE"),
        ("broken.object:canceled_by_drop", "ACTION", "KEEPALIVE"),
    ],
)
def test_replay_lines_reproduce_their_failures(cli: Cli, module: Source, name: str, kind: str, rule: str) -> None:
    """Those of the directed tests and of the cover, of which the shorter word is printed."""
    where, _, what = name.partition(":")
    only = f"""
from {COUNTEREXAMPLES}.{where} import {what} as broken


def start_broken(kind):
    only(kind, Kind.{kind})
    return broken(kind)
"""
    _, _, report = report_of(cli, f"{module(only)}:start_broken")
    assert rule in {failure["rule"] for failure in report["failures"]}
    assert_replays(cli, report)


@pytest.mark.usefixtures("folder")
def test_the_replay_line_of_a_walk_reproduces_its_failure(cli: Cli, module: Source) -> None:
    """What shows only after many steps is found by the walk, and its word is shortened."""
    tires = """
class Tires(plain.Plain):
    reads = 0

    @property
    def status(self):
        self.reads += 1
        return 4 if self.reads > 3 else super().status


def start_tires(kind):
    only(kind, Kind.ACTION)
    return plain.subject(Tires, kind)
"""
    assert cli("check", f"{module(tires)}:start_tires", "--json", "report.json")[0] == 1
    report = json.loads(Path("report.json").read_text())
    words = {failure["rule"]: failure["word"] for failure in report["failures"]}
    assert words == {"STATUS-VALUES": "status status status status"}
    assert_replays(cli, report)


@pytest.mark.parametrize("profile", ["wrl", "cswinrt"])
def test_replay_lines_reproduce_what_a_profile_demands(cli: Cli, profile: str, one_kind: str) -> None:
    """A point that is answered otherwise has a word that shows it."""
    code, _, report = report_of(cli, one_kind, "--profile", profile)
    assert code == 1
    assert report["failures"]
    assert_replays(cli, report)


@pytest.fixture
def one_kind(module: Source) -> str:
    """The reference implementation in one kind."""
    only = """
from iasyncinfo_conformance.targets.reference import start as reference


def start_one(kind):
    only(kind, Kind.OPERATION)
    return reference(kind)
"""
    return f"{module(only)}:start_one"


@pytest.mark.usefixtures("folder")
def test_a_replay_line_of_a_driver_reproduces(cli: Cli, driver: Source) -> None:
    """It names the command again."""
    body = """
def on_run(message):
    found = results(message)
    say({"seq": message["seq"], "results": [{"hr": 5} if step == ["id"] else result
                                            for step, result in zip(message["steps"], found)]})


serve(on_run)
"""
    _, _, report = report_of(cli, "--exec", driver(body), "--rule", "ID-*")
    assert " --exec " in report["failures"][0]["replay"]
    assert_replays(cli, report)
