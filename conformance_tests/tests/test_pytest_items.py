"""The suite inside pytest: its own items, one's own class, the state machine, and the inert plugin."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from iasyncinfo_conformance.pytest_items import ENGINES, RULES_TESTED
from iasyncinfo_spec.abi import Kind

Source = Callable[..., str]

OWN = '''\
"""The tests of somebody's implementation."""

from iasyncinfo_conformance import Kind, Subject, conformance, state_machine
from iasyncinfo_conformance.counterexamples import plain, races
from iasyncinfo_spec.abi import AsyncStatus



def start(kind):
    if kind != Kind.ACTION:
        raise NotImplementedError
    return races.locked(kind)


'''

BROKEN = """
class Broken(plain.Plain):
    @property
    def status(self):
        self._enter()
        return AsyncStatus.STARTED


def start_broken(kind):
    if kind != Kind.OPERATION:
        raise NotImplementedError
    return plain.subject(Broken, kind)


"""

FEW = """
from hypothesis import settings

TestWalk.settings = settings(max_examples=20, stateful_step_count=20, deadline=None, derandomize=True)
"""


def run_pytest(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run pytest in a folder, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--assert=plain", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


def outcomes(text: str) -> dict[str, str]:
    """The outcome of each item in the output of pytest -v."""
    return dict(re.findall(r"^\S*?::(?:\w+::)?(\S+) (PASSED|FAILED|SKIPPED|ERROR)", text, re.MULTILINE))


def own(folder: Path, text: str, *arguments: str) -> tuple[int, str, dict[str, str]]:
    """Run a test file of one's own that begins like :data:`OWN`."""
    (folder / "test_own.py").write_text(OWN + text)
    code, out = run_pytest(folder, "-v", "test_own.py", *arguments)
    return code, out, outcomes(out)


# ---- a class of one's own


def test_a_right_subject_passes_item_by_item(tmp_path: Path) -> None:
    """One item a rule, one a kind and engine; what is not applicable is skipped with its reason."""
    code, out, found = own(tmp_path, "TestMine = conformance(start)", "-rs")
    assert code == 0, out
    assert {f"test_rule[{rule}]" for rule in RULES_TESTED} < set(found)
    assert {name for name in found if name.startswith("test_engine")} == {
        f"test_engine[{engine}-{kind}]" for engine in ("complete", "survey", "walk") for kind in Kind
    }
    assert found["test_smoke"] == found["test_rule[FIRE-ONCE]"] == found["test_engine[walk-action]"] == "PASSED"
    assert found["test_rule[PROG-ONCE]"] == found["test_engine[walk-operation]"] == "SKIPPED"
    assert "FAILED" not in found.values()
    assert "the subject does not declare operation" in out
    assert "no declared kind has what it speaks of" in out


def test_a_wrong_subject_fails_its_rules_item_with_the_card(tmp_path: Path) -> None:
    """The card is the whole message: no traceback of the suite's."""
    code, out, found = own(tmp_path, BROKEN + "TestMine = conformance(start_broken)", "--iasyncinfo-quick")
    assert code == 1
    assert found["test_rule[STATUS]"] == found["test_engine[complete-operation]"] == "FAILED"
    assert found["test_smoke"] == found["test_rule[ID-STABLE]"] == "PASSED"
    assert "FAILED  STATUS  operation" in out
    for label in ("rule", "word", "allowed", "came", "replay"):
        assert re.search(rf"^ {{4}}{label} +\S", out, re.MULTILINE)
    assert "Traceback" not in out
    assert "items.py" not in out


def test_an_untestable_rule_fails_unless_it_is_known(tmp_path: Path) -> None:
    """The known-file lists it with its reason."""
    lacking = """
def lacking(kind):
    started = start(kind)
    return Subject(started.operation, started.complete, acknowledge_cancel=started.acknowledge_cancel,
                   cancel_notifications=started.cancel_notifications)


"""
    code, out, found = own(tmp_path, lacking + "TestMine = conformance(lacking)")
    untestable = [name for name, outcome in found.items() if outcome == "FAILED"]
    assert code == 1
    assert "test_rule[ERR]" in untestable
    assert "ERR is untestable: the adapter gives no fail. If it has to be, list it in a known-file." in out
    (tmp_path / "known.toml").write_text('[[unverified]]\nkind = "action"\nreason = "workers never fail"')
    code, out, found = own(tmp_path, lacking + 'TestMine = conformance(lacking, known="known.toml")')
    assert code == 0, out
    assert found["test_known_file_is_not_stale"] == "PASSED"


def test_a_stale_entry_fails_its_own_item(tmp_path: Path) -> None:
    """The rules' items pass."""
    (tmp_path / "known.toml").write_text(
        '[[deviation]]\nrule = "STATUS"\nkind = "action"\nword = "complete(5) status"\nreason = "was slow"'
    )
    code, out, found = own(tmp_path, 'TestMine = conformance(start, known="known.toml", quick=True)')
    assert code == 1
    assert [name for name, outcome in found.items() if outcome == "FAILED"] == ["test_known_file_is_not_stale"]
    assert "STATUS action complete(5) status" in out


@pytest.mark.parametrize("adapter", ["def broken(kind): return 5", "def broken(kind): 1 / 0"])
def test_a_broken_adapter_is_one_failure(tmp_path: Path, adapter: str) -> None:
    """Not one for each rule."""
    code, out, found = own(tmp_path, f"{adapter}\n\n\nTestMine = conformance(broken)", "-rs")
    assert code == 1
    assert [name for name, outcome in found.items() if outcome == "FAILED"] == ["test_smoke"]
    assert set(found.values()) == {"FAILED", "SKIPPED"}
    assert "broken" in out
    assert "the adapter is broken: see test_smoke" in out


def test_a_malformed_known_file_is_one_failure(tmp_path: Path) -> None:
    """It names the line."""
    (tmp_path / "known.toml").write_text("colour = 1")
    code, out, found = own(tmp_path, 'TestMine = conformance(start, known="known.toml", quick=True)')
    assert code == 1
    assert [name for name, outcome in found.items() if outcome == "FAILED"] == ["test_smoke"]
    assert "line 1: 'colour': it is not a table" in out


def test_a_hang_does_not_hang_the_run(tmp_path: Path) -> None:
    """The word is a failure like any other."""
    hangs = """
import threading

from iasyncinfo_conformance.targets import deadline as guarded
from iasyncinfo_conformance.pytest_items import Guarded

guarded.Guarded.__init__.__defaults__ = (0.3,)


class Hangs(plain.Plain):
    def close(self):
        threading.Event().wait() if self._status == AsyncStatus.ERROR else super().close()


def start_hangs(kind):
    if kind != Kind.ACTION:
        raise NotImplementedError
    started = plain.subject(Hangs, kind)
    return Subject(started.operation, started.complete, fail=started.fail)


"""
    code, out, found = own(tmp_path, hangs + "TestMine = conformance(start_hangs)")
    assert code == 1
    assert found["test_smoke"] == "FAILED"
    assert "no answer within 0.3 s" in out


def test_an_engine_that_ran_nothing_is_no_pass(tmp_path: Path) -> None:
    """A subject that deadlocks stops the engines; their items say so."""
    hangs = """
import threading

from iasyncinfo_conformance.targets import deadline

deadline.Guarded.__init__.__defaults__ = (0.3,)


class Hangs(plain.Plain):
    def cancel(self):
        threading.Event().wait()


def start_hangs(kind):
    if kind != Kind.ACTION:
        raise NotImplementedError
    return plain.subject(Hangs, kind)


"""
    code, _, found = own(tmp_path, hangs + "TestMine = conformance(start_hangs)")
    assert code == 1
    assert found["test_engine[walk-action]"] != "PASSED"
    assert found["test_engine[complete-action]"] != "PASSED"


def test_the_option_names_the_known_file_of_ones_own_class(tmp_path: Path) -> None:
    """A stale entry in it fails."""
    (tmp_path / "known.toml").write_text(
        '[[deviation]]\nrule = "STATUS"\nkind = "action"\nword = "complete(5) status"\nreason = "was slow"'
    )
    code, out, found = own(tmp_path, "TestMine = conformance(start, quick=True)", "--iasyncinfo-known=known.toml")
    assert code == 1, out
    assert [name for name, outcome in found.items() if outcome == "FAILED"] == ["test_known_file_is_not_stale"]


# ---- the state machine


def test_the_state_machine_passes_on_a_right_subject(tmp_path: Path) -> None:
    """As a test case of its own, for pytest and unittest alike."""
    text = "TestWalk = state_machine(start, Kind.ACTION).TestCase\n" + FEW
    code, out, found = own(tmp_path, text)
    assert (code, found) == (0, {"runTest": "PASSED"}), out
    command = [sys.executable, "-m", "unittest", "test_own"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "Ran 1 test" in done.stderr


def test_the_state_machine_fails_on_a_wrong_subject(tmp_path: Path) -> None:
    """The message is the rule, the word, what was allowed and what came."""
    text = BROKEN + "TestWalk = state_machine(start_broken, Kind.OPERATION).TestCase\n" + FEW
    code, out, found = own(tmp_path, text)
    assert (code, found) == (1, {"runTest": "FAILED"})
    assert re.search(r"NotAllowed: [A-Z-]+: operation \S.*: step \d+: allowed: returns \w+; came: returns Started", out)


# ---- the target of the command line


def test_the_reference_passes() -> None:
    """Every rule that is tested, and both engines for each kind."""
    code, out = run_pytest(
        Path.cwd(),
        "--pyargs",
        "iasyncinfo_conformance",
        "--iasyncinfo-target=reference",
        "--iasyncinfo-quick",
        "-qrs",
        "-c",
        os.devnull,
    )
    assert code == 0, out
    found = re.search(r"\n(\d+) passed, (\d+) skipped", out)
    assert found is not None, out
    assert int(found[1]) + int(found[2]) == len(RULES_TESTED) + 3 + len(ENGINES) * len(Kind)
    assert "LATE_R is now" in out  # a rule of those with whom a wait ends later


def test_the_target_and_its_known_file_are_options(tmp_path: Path) -> None:
    """They are those of iasyncinfo check."""
    (tmp_path / "theirs.py").write_text(
        OWN
        + "\ndef lacking(kind):\n    started = start(kind)\n    return Subject(started.operation, started.complete)\n"
    )
    options = shlex.split(
        f"-v -c {os.devnull} --pyargs iasyncinfo_conformance --iasyncinfo-target=theirs:lacking --iasyncinfo-quick"
    )
    code, out = run_pytest(tmp_path, *options)
    assert code == 1
    assert outcomes(out)["test_rule[ERR]"] == "FAILED"
    (tmp_path / "known.toml").write_text('[[unverified]]\nkind = "action"\nreason = "no levers"')
    code, out = run_pytest(tmp_path, *options, "--iasyncinfo-known=known.toml")
    assert code == 0, out
    assert outcomes(out)["test_rule[ERR]"] == "PASSED"


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("no-such-target", "is not understood"),
        ("no_such_module:start", "does not import"),
        ("exec:false", "exit code 1"),
    ],
)
def test_a_target_that_cannot_be_had_is_one_failure(tmp_path: Path, target: str, says: str) -> None:
    """As a broken adapter is."""
    options = ("-v", "-c", os.devnull, "--pyargs", "iasyncinfo_conformance")
    code, out = run_pytest(tmp_path, *options, f"--iasyncinfo-target={target}")
    assert code == 1
    assert [name for name, outcome in outcomes(out).items() if outcome == "FAILED"] == ["test_smoke"]
    assert says in out


def test_without_a_target_the_run_says_what_to_name(tmp_path: Path) -> None:
    """It is a usage error of pytest's."""
    code, out = run_pytest(tmp_path, "-c", os.devnull, "--pyargs", "iasyncinfo_conformance")
    assert code == 4
    assert "name the subject: --iasyncinfo-target=package.module:name, reference, or exec:COMMAND" in out


# ---- the plugin

PROBE = """
import sys

import pytest


def test_what_is_loaded():
    loaded = {name for name in sys.modules if name.partition(".")[0] in WATCHED}
    assert loaded == {"iasyncinfo_conformance", "iasyncinfo_conformance.plugin"}


WATCHED = ("iasyncinfo_conformance", "iasyncinfo_spec", "iasyncinfo", "hypothesis", "jsonschema", "transitions")
"""


def test_the_plugin_loads_nothing_but_itself(tmp_path: Path) -> None:
    """It is part of every pytest run of everybody who has the package."""
    (tmp_path / "test_probe.py").write_text(PROBE)
    code, out = run_pytest(tmp_path, "-q", "-p", "no:hypothesispytest", "test_probe.py")
    assert code == 0, out


@pytest.mark.parametrize("missing", ["hypothesis", "jsonschema"])
def test_without_the_extra_the_plugin_is_inert(tmp_path: Path, missing: str) -> None:
    """Other tests run; those of the suite are one failure that says what to install."""
    (tmp_path / "test_other.py").write_text("def test_other():\n    pass\n")
    (tmp_path / "conftest.py").write_text(f"import sys\n\nsys.modules[{missing!r}] = None\n")
    assert run_pytest(tmp_path, "-q", "-p", "no:hypothesispytest", "test_other.py")[0] == 0
    code, out, found = own(tmp_path, "TestMine = conformance(start)", "-p", "no:hypothesispytest")
    assert code == 1
    assert [name for name, outcome in found.items() if outcome == "FAILED"] == ["test_smoke"]
    assert f"{missing} is not installed, which running the suite needs." in out
    assert f"pip install {missing}" in out


COUNTED = """
import os


def counted(kind):
    with open("starts.txt", "a") as file:
        print(os.getpid(), file=file)
    return start(kind)


TestMine = conformance(counted)
"""


def starts(folder: Path) -> list[str]:
    """The processes in which the adapter was called, a line a call; the file is gone then."""
    path = folder / "starts.txt"
    lines = path.read_text().splitlines()
    path.unlink()
    return lines


def test_what_is_selected_is_all_that_runs(tmp_path: Path) -> None:
    """A rule's item runs its own words, and an engine's item one engine on one kind."""
    code, out, found = own(tmp_path, COUNTED, "-k", "CANCEL-VISIBLE")
    assert (code, found) == (0, {"test_rule[CANCEL-VISIBLE]": "PASSED"}), out
    of_one_rule = len(starts(tmp_path))
    code, out = run_pytest(tmp_path, "-v", "test_own.py::TestMine::test_engine[survey-action]")
    assert (code, outcomes(out)) == (0, {"test_engine[survey-action]": "PASSED"}), out
    of_one_engine = len(starts(tmp_path))
    assert of_one_rule < of_one_engine
    code, out, _ = own(tmp_path, COUNTED, "--iasyncinfo-quick")
    assert code == 0, out
    assert of_one_engine < len(starts(tmp_path))


def test_under_xdist_one_process_does_the_work(tmp_path: Path) -> None:
    """The others read its record; nothing warns."""
    (tmp_path / "test_own.py").write_text(OWN + COUNTED)
    code, out = run_pytest(tmp_path, "-q", "-n", "2", "-W", "error", "--iasyncinfo-quick", "test_own.py")
    assert code == 0, out
    assert len(set(starts(tmp_path))) == 1


def test_a_profile_is_demanded_item_by_item(tmp_path: Path) -> None:
    """In code or by an option; one that there is not is refused."""
    text = 'TestMine = conformance(start, profile="wrl", quick=True)'
    code, out, found = own(tmp_path, text, "-k", "test_rule")
    assert code == 1
    assert "test_rule[CAC]" in found
    assert "FAILED" in found.values()
    assert re.search(r"^FAILED \S+test_rule\[\S+\] - [a-z_]+[ (]", out, re.MULTILINE)
    assert "replay   iasyncinfo replay ./test_own.py:start " in out
    code, out, _ = own(tmp_path, 'TestMine = conformance(start, profile="wlr")')
    assert "there is no profile 'wlr'" in out


def test_ctrl_c_ends_the_run(tmp_path: Path) -> None:
    """As with any other test: pytest's exit code for it is 2."""
    source = (
        OWN
        + """
import signal
import threading


def start_interrupted(kind):
    if not hasattr(threading, "interrupted"):  # once, though private copies of this module are made
        threading.interrupted = True
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    return start(kind)


TestMine = conformance(start_interrupted)
"""
    )
    (tmp_path / "test_mine.py").write_text(source)
    code, out = run_pytest(tmp_path, "test_mine.py")
    assert code == 2
    assert "KeyboardInterrupt" in out
    assert "failed" not in out
