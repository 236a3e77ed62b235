"""The complete suites, run: every answer compared, every failure traced to the arrow that is wrong.

For each kind the plain steps make one machine, whose suite is complete for ``extra`` states more than it
has. Each handler that calls back makes another, with no extra states; of its suite those words run in
which the program runs, since a handler is opaque until it is called. Beside them, and outside the theorem,
are detours: in each state each step is taken, many times where it leads nowhere, and life goes on from there.
That shows flags and counters, which multiply the states of a subject by more than any small ``extra``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from iasyncinfo_conformance.engines.localization import Failing, causes
from iasyncinfo_conformance.engines.session import Runner
from iasyncinfo_conformance.engines.shrinking import shorten
from iasyncinfo_conformance.model.expected import Sheet
from iasyncinfo_conformance.model.hsi import canonical, suite
from iasyncinfo_conformance.model.model import OTHER_VALUES, PLAIN_VALUES, Ground, Values
from iasyncinfo_spec.words import Word, program_of

ENGINE: Final = "complete"
TIMES: Final = 12
"""How often a step that leads nowhere is repeated."""
_LOOKS: Final[Word] = (
    ("id",),
    ("status",),
    ("error_code",),
    ("get_results",),
    ("get_completed",),
    ("get_progress",),
)
_ON: Final[Word] = (("report_progress", 1), ("put_progress", "p1"), ("report_progress", 1), ("put_completed", "h1"))
"""What may have been spoiled before the worker ends."""
_ENDS: Final[tuple[Word, ...]] = (
    (("complete", 5),),
    (("fail", 0x80004005),),
    (("cancel",), ("acknowledge_cancel",)),
)
_TAILS: Final = (_LOOKS, *((*_ON, *end, *_LOOKS, ("close",), ("status",)) for end in _ENDS))
"""What comes after a detour: a look, and each way in which life may go on."""


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
    values: int
    passed: bool


def complete(
    runner: Runner, ground: Ground, extra: int, tick: Callable[[str], None], *, quick: bool = False
) -> Completed:
    """Run the complete suites of one kind and write down each wrong cell once.

    A quick run has one set of values, of the handlers that call back those that make many calls, and of the
    detours those that repeat a step.
    """
    puts = [put for put in ground.calling_puts() if not quick or len(program_of(put)) > 1]
    others = [] if quick else list(ground.other_values)
    kind = ground.kind.value
    tick(f"{kind}: {len(ground.plain)} inputs, {extra} extra states")
    plain = Sheet(ground)
    tests = suite(plain.machine, extra)
    running = _Running(runner, ground)
    running.run(plain, tests)
    tick(f"{kind}: detours")
    running.run(plain, detours(plain, PLAIN_VALUES, (TIMES,) if quick else (1, TIMES)))
    cells, covered = plain.cells, plain.covered
    again = suite(plain.machine, 0) if others else []
    for number, values in enumerate(others, 1):
        tick(f"{kind}: other values, {number} of {len(others)}")
        running.run(Sheet(ground, ground.system_of(values)), map(values.in_word, again))
    for number, put in enumerate(puts, 1):
        tick(f"{kind}: handlers that call back, {number} of {len(puts)}")
        sheet = Sheet(ground, ground.system_of(OTHER_VALUES[0], put))
        running.run(sheet, filter(sheet.counts, suite(sheet.machine, 0, put)))
        running.run(sheet, detours(sheet, OTHER_VALUES[0], () if quick else (1, TIMES)))
        cells, covered = cells + sheet.cells, covered + sheet.covered
    running.explain()
    return Completed(
        states=len(plain.machine.access),
        inputs=len(ground.plain),
        tests=len(tests),
        steps=sum(map(len, tests)),
        cells=cells,
        covered=covered,
        programs=len(puts),
        values=len(others),
        passed=running.complete and not running.failing,
    )


def detours(sheet: Sheet, values: Values, times: Sequence[int]) -> Iterator[Word]:
    """Yield words that take a step in each state, so many times where it leads nowhere, and go on to each end."""
    machine = sheet.machine
    first = tuple(step for step in _LOOKS[:1] if step in machine.inputs)
    known = [tuple(step for step in values.in_word(tail) if step in machine.inputs) for tail in _TAILS]
    for state, access in enumerate(machine.access):
        for step, dest in machine.drivable(state):
            word = (*access, step)
            if canonical(word) == word and sheet.counts(word):
                tails = dict.fromkeys(machine.runnable(dest, tail) for tail in known)
                for often in times if dest == state else {1} & set(times):
                    yield from ((*first, *access, *(step,) * often, *tail) for tail in tails)


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
                    self.failing.append(Failing(sheet, word, finding))

    def explain(self) -> None:
        """Write down each wrong cell once, the first of each rule or point on a word from which nothing can be left."""
        shown: set[str] = set()
        for cause in causes(self._runner, self._ground, self.failing):
            word, finding = cause.word, cause.finding
            if finding.cites not in shown:
                shown.add(finding.cites)
                word, finding = shorten(self._runner, self._ground, word, ENGINE) or (word, finding)
            self._runner.record(self._ground.kind, word, finding, ENGINE, cell=cause.cell, words=cause.words)
