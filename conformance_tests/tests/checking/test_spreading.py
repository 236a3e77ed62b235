"""Kinds that are checked at the same time, in processes of their own."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.checking.pool import Pool
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import EngineRun, Record, Verdict
from iasyncinfo_conformance.targets.loading import load_isolated

PLAIN = "iasyncinfo_conformance.counterexamples.plain:start"

LATE_TROUBLE = """
import os
import re
from iasyncinfo_conformance.counterexamples.plain import Plain, subject
from iasyncinfo_spec.abi import Kind


class Late(Plain):
    cancels = 0

    def cancel(self):
        self.cancels += 1
        if self.cancels == 5:
            self.trouble()
        super().cancel()


class Hangs(Late):
    def trouble(self):
        while True:
            pass


class Clings(Late):
    def trouble(self):
        re.match(r"(a+)+$", "a" * 60 + "b")


class Dies(Late):
    def trouble(self):
        os._exit(7)


def only_actions(implementation):
    def start(kind):
        if kind is not Kind.ACTION:
            raise NotImplementedError
        return subject(implementation, kind)
    return start


hangs, clings, dies = map(only_actions, (Hangs, Clings, Dies))
"""


def checked(text: str, processes: int = 2, timeout: float = 3.0, *, ahead: bool = True) -> Record:
    with (
        closing(load_isolated(text, timeout)) as target,
        Pool(text, timeout, processes, explores=False, ahead=ahead) as pool,
    ):
        return check(target, Options(quick=True), pool=pool)


def drawn_apart(record: Record) -> set[EngineRun]:
    """What each engine ran but the walk, which draws."""
    return {run for run in record.engines if run.engine != "walk"}


def test_processes_find_what_one_process_finds() -> None:
    """The same words are run, in whichever process; only the walk draws from what happens to be loaded."""
    with closing(load_isolated(PLAIN)) as target:
        alone = check(target, Options(quick=True))
    spread = checked(PLAIN)
    assert spread.verdict is alone.verdict is Verdict.CONFORMS
    assert drawn_apart(spread) == drawn_apart(alone)
    assert {kind: extent.suite for kind, extent in spread.extents.items()} == {
        kind: extent.suite for kind, extent in alone.extents.items()
    }


@pytest.mark.parametrize(
    ("name", "what"), [("hangs", "never answers"), ("clings", "never answers"), ("dies", "ends its process")]
)
def test_trouble_deep_down_is_told_with_its_word(
    name: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is given up, and its kind is run again word by word."""
    (tmp_path / "late_trouble.py").write_text(LATE_TROUBLE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = checked(f"late_trouble:{name}", timeout=1.0)
    failure = next(failure for failure in done.failures if what in failure.actual)
    assert failure.text.split().count("cancel") == 5
    assert any(note.startswith("action was checked in the host itself: its process") for note in done.notes)
    assert done.verdict is Verdict.DOES_NOT_CONFORM


DIRECTED_FINDS = """
from iasyncinfo_conformance.counterexamples.plain import Plain, subject
from iasyncinfo_spec.abi import Kind


class Counts(Plain):
    def close(self):
        super().close()
        self.closes = getattr(self, "closes", 0) + 1
        if self.closes > 1:
            raise OSError("closed before")


def start(kind):
    return subject(Counts, kind)
"""


@pytest.mark.parametrize("text", [PLAIN, "directed_finds:start"])
def test_what_is_begun_ahead_comes_to_what_is_begun_in_turn(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the directed tests fail it was begun in vain: the engines that go deep know what failed before them."""
    (tmp_path / "directed_finds.py").write_text(DIRECTED_FINDS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ahead, in_turn = checked(text), checked(text, ahead=False)
    assert ahead.failures == in_turn.failures
    assert ahead.verdicts == in_turn.verdicts
    assert drawn_apart(ahead) == drawn_apart(in_turn)
    assert bool(ahead.failures) is (text != PLAIN)


EXCLUSIVE = """
import os
from pathlib import Path
from iasyncinfo_conformance.counterexamples.plain import start as start_plain
from iasyncinfo_spec.abi import Kind

DEVICE = Path(__file__).with_name("device")
users = 0


def start(kind):
    global users
    if not users:
        os.close(os.open(DEVICE, os.O_CREAT | os.O_EXCL))
    users += 1
    subject = start_plain(kind)
    subject.dispose = free
    return subject


def free():
    global users
    users -= 1
    if not users:
        DEVICE.unlink()
"""


def test_one_process_has_what_there_is_but_once_to_itself(tmp_path: Path) -> None:
    """With -n 1, two processes never hold objects at the same time."""
    (tmp_path / "exclusive.py").write_text(EXCLUSIVE)
    command = [sys.executable, "-m", "iasyncinfo_conformance", "check", "./exclusive.py:start", "--quick", "-n", "1"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


ONLY_ONE = """
import sys
from iasyncinfo_conformance.counterexamples.plain import start as start_plain
from iasyncinfo_spec.abi import Kind

if "pool_worker" in sys.argv[0]:
    raise OSError("the device is taken")


def start(kind):
    if kind is not Kind.ACTION:
        raise NotImplementedError
    return start_plain(kind)
"""


def test_what_the_host_alone_can_have_is_checked_in_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the report says why."""
    (tmp_path / "only_one.py").write_text(ONLY_ONE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = checked("only_one:start")
    assert done.verdict is Verdict.CONFORMS
    (note,) = (note for note in done.notes if "in the host itself" in note)
    assert note.startswith("action was checked in the host itself: the module 'only_one' of the target does not import")
    assert "the device is taken" in note


COUNTS = """
import os
from pathlib import Path
from iasyncinfo_conformance.counterexamples.plain import start as start_plain
from iasyncinfo_spec.abi import Kind

(Path(__file__).parent / f"{os.getpid()}.imported").touch(exist_ok=False)


def start(kind):
    if kind is not Kind.ACTION:
        raise NotImplementedError
    return start_plain(kind)
"""


def test_a_subject_is_imported_once_in_each_process_that_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one kind: in the host, and in one worker however many there may be; never in the process that asks."""
    (tmp_path / "counts.py").write_text(COUNTS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert checked("counts:start", processes=8).verdict is Verdict.CONFORMS
    imported = {int(path.stem) for path in tmp_path.glob("*.imported")}
    assert len(imported) == 2
    assert os.getpid() not in imported


def test_a_fault_of_the_adapter_reaches_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as it is without processes."""
    source = LATE_TROUBLE.replace("os._exit(7)", "raise SystemExit").replace(
        "return subject(implementation, kind)",
        "made = subject(implementation, kind)\n        made.dispose = lambda: made.operation.cancels > 4 and 1 / 0\n"
        "        return made",
    )
    (tmp_path / "bad_dispose.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = checked("bad_dispose:dies")
    assert done.broken is not None
    assert "dispose of the adapter's Subject failed" in done.broken.what
    assert done.words
    assert done.verdict is Verdict.HARNESS_FAULT
