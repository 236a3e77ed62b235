"""The exported runner in JavaScript held against the complete engine: what one kills, the other has to kill.

Run ``python conformance_tests/benchmarks/runner_kills.py [-p PROFILE] [-n PROCESSES] [PATTERN]``. Each wrong
implementation of the corpus is put on the wire by the bundled host, once for the complete engine without extra
states, which demands the row of the profile, and once for ``run.mjs`` with the vectors of that row. Then each right one
is run by ``run.mjs`` with the vectors of ``standard``, and with those of the row where its manners are the row's. The
exit code is 1 where the runner lets one go that the engine kills, or kills a right one. It takes some ten minutes.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.counterexamples import CORRECT, COUNTEREXAMPLES, Counterexample
from iasyncinfo_conformance.drivers.javascript import node
from iasyncinfo_conformance.engines.complete import complete
from iasyncinfo_conformance.engines.points import ask, explained_by, nearest_family
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.selftest.examples import silent
from iasyncinfo_conformance.session.session import TooMuchTrouble, sessions_of
from iasyncinfo_conformance.targets.loading import load_isolated
from iasyncinfo_conformance.vectors.export import export
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.standard import STANDARD

_PATIENCE: Final = 1.0
"""Seconds after which the engine holds that a word hangs; the runner has its own."""
_HOST: Final = "iasyncinfo_conformance.targets.wire_host"
_KILLED, _PASSED, _BROKEN = 1, 0, 3


@dataclass(frozen=True, slots=True)
class Held:
    """What the engine found of an implementation, and with which exit code and last line the runner ended."""

    name: str
    engine: tuple[str, ...]
    code: int
    said: str

    @property
    def killed(self) -> bool:
        """Whether the runner objects."""
        return self.code in (_KILLED, _BROKEN)


def engine(entry: Counterexample, profile: str) -> tuple[str, ...]:
    """Return the rules and points that the complete engine finds broken, without extra states, at a row."""
    row, journal = FAMILIES[profile], Journal()
    with closing(load_isolated(entry.start, _PATIENCE, explores=False)) as target:
        target.kinds = (entry.kind,)
        answers = explained_by(target, ask(target), row)
        options = Options(profile=profile, extra_states=0)
        session = sessions_of(target, answers, journal, options, row.answers)[entry.kind]
        with suppress(TooMuchTrouble):
            complete(session, silent)
    return tuple(sorted(journal.failed_rules()))


def runner(folder: Path, start: str) -> tuple[int, str]:
    """Return the exit code of the runner on an implementation in Python, and the last line of what it says."""
    command = [node(), str(folder / "run.mjs"), *python_command(_HOST, start, "--no-schedules")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).strip().rpartition("\n")[2]


def wrong(folders: dict[Kind, Path], profile: str, entry: Counterexample) -> Held:
    """Hold the runner against the engine on one wrong implementation."""
    return Held(entry.name, engine(entry, profile), *runner(folders[entry.kind], entry.start))


def main(arguments: list[str]) -> int:
    """Print what differs; return the exit code."""
    parser = argparse.ArgumentParser(description="Hold the exported runner against the complete engine.")
    parser.add_argument("pattern", nargs="?", default="*", help="only these implementations, by name")
    parser.add_argument("-p", dest="profile", default="reference", help="whose row; default reference")
    parser.add_argument("-n", dest="processes", type=int, default=2, help="implementations at a time; default 2")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.processes) as pool:
        folders = {kind: Path(folder, kind.value) for kind in Kind}
        for kind in Kind:
            export(folders[kind], options.profile, [kind])
        entries = [entry for entry in COUNTEREXAMPLES if fnmatchcase(entry.name, options.pattern)]
        missed = _tell(pool.map(partial(wrong, folders, options.profile), entries))
        export(Path(folder, STANDARD), STANDARD, tuple(Kind))
        export(Path(folder, "row"), options.profile, tuple(Kind))
        alarms = _alarms(Path(folder), options.profile, options.pattern)
    return 1 if missed or alarms else 0


def _tell(held: Iterable[Held]) -> int:
    """Print each on which the two disagree, and the numbers; return how many the runner lets go."""
    counts = dict.fromkeys(("both", "engine alone", "runner alone", "neither", "of both without a verdict"), 0)
    for each in held:
        who = (("neither", "runner alone"), ("engine alone", "both"))[bool(each.engine)][each.killed]
        counts[who] += 1
        counts["of both without a verdict"] += who == "both" and each.code == _BROKEN
        if who != "both" or each.code == _BROKEN:
            print(f"{who:<13} {each.name}: {', '.join(each.engine) or '-'}; {each.code} {each.said}", flush=True)
    print("wrong ones killed by " + ", ".join(f"{name}: {count}" for name, count in counts.items()), flush=True)
    return counts["engine alone"]


def _alarms(folder: Path, profile: str, pattern: str) -> int:
    """Print each right implementation to which the runner objects, and how many it passes; return how many."""
    passed = alarms = 0
    for entry in (each for each in CORRECT if fnmatchcase(each.name, pattern)):
        with closing(load_isolated(entry.start, explores=False)) as target:
            near = nearest_family(target, ask(target))
        for vectors in (STANDARD, "row") if near.exact and near.name == profile else (STANDARD,):
            code, said = runner(folder / vectors, entry.start)
            passed, alarms = passed + (code != _KILLED), alarms + (code == _KILLED)
            if code != _PASSED:
                print(f"right one at {vectors}: {entry.name}: {code} {said}", flush=True)
    print(f"right ones: {passed} runs without an objection, {alarms} with one", flush=True)
    return alarms


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
