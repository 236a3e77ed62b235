"""The complete suites, run: every answer compared, every failure traced to the arrow that is wrong.

For each kind the plain steps make one machine, whose suite is complete for ``extra`` states more than it
has. Each handler that calls back makes another, with no extra states; of its suite those words run in
which the program runs, since a handler is opaque until it is called. Beside them, and outside the theorem,
every step that leads back to where it was taken is taken many times in a row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from iasyncinfo_conformance.causes import Failing, causes
from iasyncinfo_conformance.hsi import Minimal, canonical, suite
from iasyncinfo_conformance.inputs import Ground
from iasyncinfo_conformance.runner import Runner
from iasyncinfo_conformance.sheet import Sheet
from iasyncinfo_spec.words import Step, Word

ENGINE: Final = "complete"
TIMES: Final = 12
"""How often a step that changes nothing is repeated."""
_LOOKS: Final[Word] = (("status",), ("error_code",), ("get_results",), ("get_completed",), ("get_progress",))


@dataclass(frozen=True, slots=True)
class Completed:
    """What was run of one kind: the size of the plain machine, of its suite, and the cells that were met."""

    states: int
    inputs: int
    tests: int
    steps: int
    cells: int
    covered: int
    programs: int
    passed: bool


def complete(
    runner: Runner, ground: Ground, extra: int, puts: Sequence[Step], tick: Callable[[str], None]
) -> Completed:
    """Run the complete suites of one kind and write down each wrong cell once.

    ``puts`` are those of the handlers that call back.
    """
    kind = ground.kind.value
    tick(f"{kind}: {len(ground.plain)} inputs, {extra} extra states")
    plain = Sheet(ground)
    words = suite(plain.machine, extra)
    running = _Running(runner, ground)
    running.run(plain, words)
    tick(f"{kind}: repetitions")
    running.run(plain, repetitions(plain.machine))
    cells, covered = plain.cells, plain.covered
    for number, put in enumerate(puts, 1):
        tick(f"{kind}: handlers that call back, {number} of {len(puts)}")
        sheet = Sheet(ground, put)
        running.run(sheet, (word for word in suite(sheet.machine, 0, put) if sheet.calls(word)))
        cells, covered = cells + sheet.cells, covered + sheet.covered
    running.explain()
    return Completed(
        states=len(plain.machine.access),
        inputs=len(ground.plain),
        tests=len(words),
        steps=sum(map(len, words)),
        cells=cells,
        covered=covered,
        programs=len(puts),
        passed=running.complete and not running.failing,
    )


def repetitions(machine: Minimal) -> Iterator[Word]:
    """Yield words that take each step that leads nowhere many times, in each state, and then look."""
    for state, access in enumerate(machine.access):
        if canonical(access) == access:
            looks = machine.runnable(state, tuple(step for step in _LOOKS if step in machine.inputs))
            for step, dest in machine.drivable(state):
                if dest == state:
                    yield (*access, *(step,) * TIMES, *looks)


class _Running:
    """The runs of one kind: which words failed, and whether every word came back."""

    def __init__(self, runner: Runner, ground: Ground) -> None:
        self._runner = runner
        self._ground = ground
        self.failing: list[Failing] = []
        self.complete = True

    def run(self, sheet: Sheet, words: Iterable[Word]) -> None:
        """Run words and keep those that are not answered as the sheet has it, up to where they fail."""
        looking = (sheet.with_looks(word) for word in words)
        for word, results in self._runner.run_many(ENGINE, self._ground.kind, looking):
            if results is None:
                self.complete = False
            elif not sheet.agrees(word, results):
                finding = self._ground.judge.first(word, results)
                if finding is not None:
                    self.failing.append(Failing(sheet, word, finding.step))

    def explain(self) -> None:
        """Write down each wrong cell once."""
        for cause in causes(self._runner, self._ground, self.failing):
            self._runner.record(
                self._ground.kind, cause.word, cause.finding, ENGINE, cell=cause.cell, words=cause.words
            )
