"""What the suite costs: complete suites in process and over the wire, and whole checks of the reference.

Run ``python conformance_tests/benchmarks/suite_cost.py``. Everything is measured in one run; each line has its
bound and the ratio to it. The bounds are for two ordinary cores with nothing else running. Suites are timed
as timeit does it: the fastest of a few rounds counts, since all that differs between rounds is what else runs.
"""

import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from json import loads
from pathlib import Path

from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.hsi import suite
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.target import Target, Trouble
from iasyncinfo_conformance.targets.loading import load_isolated, load_target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.words import Word

ROUNDS = 7


def main() -> None:
    """Print the table."""
    logging.disable(logging.CRITICAL)
    print(f"{'':<58}{'measured':>12}{'bound':>12}{'ratio':>8}")
    for line in chain(_checks(), _suites(), _wire(), _growth()):
        print(line)


def _line(what: str, measured: float, bound: float, unit: str, *, least: bool = False) -> str:
    ratio = bound / measured if least else measured / bound
    sign = ">" if least else "<"
    return f"{what:<58}{measured:>10,.2f} {unit:<2}{sign + format(bound, ',.0f' if least else '.1f'):>10}{ratio:>8.2f}"


def _suites() -> Iterator[str]:
    """Measure the complete suites of the four kinds, with what it takes to make and to compare them."""
    target = load_target("reference")
    for extra, bound in ((0, 0.5), (1, 5.0)):
        seconds = min(_seconds(partial(_run_suites, target, extra)) for _ in range(ROUNDS))
        yield _line(f"complete suites, four kinds, k={extra}", seconds, bound, "s")
    words, expected = _largest(target, 1)
    seconds = min(_seconds(lambda: _run(target, expected, words)) for _ in range(ROUNDS))
    yield _line("checked steps a second, in process", _steps(words) / seconds, 300_000, "", least=True)


def _wire() -> Iterator[str]:
    target = load_isolated("reference", 60)
    words, expected = _largest(target, 1)
    seconds = min(_seconds(lambda: _run(target, expected, words)) for _ in range(ROUNDS))
    target.close()
    yield _line("checked steps a second, over the wire", _steps(words) / seconds, 60_000, "", least=True)


def _growth() -> Iterator[str]:
    """Compare the growth of the suites with the number of inputs, which bounds it."""
    expected = Expected(_model(load_target("reference"), Kind.OPERATION))
    sizes = [len(suite(expected.machine, extra)) for extra in range(4)]
    for extra in range(1, 4):
        what = f"growth of an operation's suite from k={extra - 1} to k={extra} ({sizes[extra]:,} tests)"
        yield _line(what, sizes[extra] / sizes[extra - 1], float(len(expected.machine.inputs)), "x")


def _checks() -> Iterator[str]:
    """Measure whole checks, in processes of their own; first, since a process starts with its parent's memory."""
    full, report = _check()
    yield _line("iasyncinfo check reference", full, 15.0, "s")
    yield _line("  of which races", report["seconds"]["races"], 5.0, "s")
    quick, _ = _check("--quick")
    yield _line("iasyncinfo check reference --quick", quick, 2.0, "s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield _line("memory of the largest process", peak, 300.0, "MB")


def _check(*flags: str) -> tuple[float, dict[str, dict[str, float]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = [
            sys.executable,
            "-m",
            "iasyncinfo_conformance.cli",
            "check",
            "reference",
            *flags,
            "--json",
            str(path),
        ]
        seconds = _seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
        return seconds, loads(path.read_text())


def _model(target: Target, kind: Kind) -> Model:
    return Model(target, kind, FAMILIES["reference"])


def _largest(target: Target, extra: int) -> tuple[list[Word], Expected]:
    expected = Expected(_model(target, Kind.OPERATION_WITH_PROGRESS))
    return [expected.with_looks(word) for word in suite(expected.machine, extra)], expected


def _run_suites(target: Target, extra: int) -> None:
    for kind in Kind:
        expected = Expected(_model(target, kind))
        _run(target, expected, [expected.with_looks(word) for word in suite(expected.machine, extra)], kind)


def _run(target: Target, expected: Expected, words: list[Word], kind: Kind = Kind.OPERATION_WITH_PROGRESS) -> None:
    for word, results in zip(words, target.run_many(kind, words), strict=True):
        if isinstance(results, Trouble) or not expected.agrees(word, results):
            raise SystemExit(f"{word} was answered {results}")


def _steps(words: list[Word]) -> int:
    return sum(map(len, words))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
