"""The complete suites, run: every answer compared, every failure traced to the arrow that is wrong.

For each kind the plain steps make one machine, whose suite is complete for ``extra`` states more than it
has. Each handler that calls back makes another, with no extra states; of its suite those words run in
which the program runs, since a handler is opaque until it is called. Beside them, and outside the theorem,
are detours: in each state each step is taken, many times where it leads nowhere, and life goes on from there.
That shows flags and counters, which multiply the states of a subject by more than any small ``extra``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.hsi import canonical, suite
from iasyncinfo_conformance.model.values import OTHER_VALUES, PLAIN_VALUES, Values
from iasyncinfo_conformance.record.extent import SuiteRun
from iasyncinfo_conformance.record.moves import Move, WrongMove
from iasyncinfo_conformance.session.localization import Cause, Failing, causes
from iasyncinfo_conformance.session.portrait import moves, wrong_moves
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.session.shrinking import shrink
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


class Completed(NamedTuple):
    """What was run of the complete suites, and where the steps led; those that led astray, too."""

    suite: SuiteRun
    moves: tuple[Move, ...]
    wrong: tuple[WrongMove, ...]


def complete(session: Session, tick: Callable[[str], None]) -> Completed:
    """Run the complete suites of one kind and write down each wrong cell once.

    A quick run has one set of values, of the handlers that call back those that make many calls, and of the
    detours those that repeat a step.
    """
    model, extra, quick = session.model, session.options.extra, session.options.quick
    puts = [put for put in model.calling_puts() if not quick or len(program_of(put)) > 1]
    others = [] if quick else list(model.other_values)
    kind = model.kind.value
    tick(f"{kind}: {len(model.plain)} inputs, {extra} extra states")
    plain = Expected(model)
    tests = suite(plain.machine, extra)
    running = _Running(session)
    running.run(plain, tests)
    tick(f"{kind}: detours")
    running.run(plain, detours(plain, PLAIN_VALUES, (TIMES,) if quick else (1, TIMES), len(model.born)))
    cells, covered = plain.cells, plain.covered
    again = suite(plain.machine, 0) if others else []
    for number, values in enumerate(others, 1):
        tick(f"{kind}: other values, {number} of {len(others)}")
        running.run(Expected(model, model.system_of(values)), map(values.in_word, again))
    for number, put in enumerate(puts, 1):
        tick(f"{kind}: handlers that call back, {number} of {len(puts)}")
        expected = Expected(model, model.system_of(OTHER_VALUES[0], put))
        running.run(expected, filter(expected.counts, suite(expected.machine, 0, put)))
        running.run(expected, detours(expected, OTHER_VALUES[0], () if quick else (1, TIMES), len(model.born)))
        cells, covered = cells + expected.cells, covered + expected.covered
    suites = SuiteRun(
        states=len(plain.machine.access),
        inputs=len(model.plain),
        tests=len(tests),
        steps=sum(map(len, tests)),
        cells=cells,
        covered=covered,
        programs=len(puts),
        values=len(others),
        passed=running.complete and not running.failing,
    )
    wrong = wrong_moves(session, running.explain())
    return Completed(suites, moves(running.expected), wrong)


def detours(expected: Expected, values: Values, times: Sequence[int], born: int = 0) -> Iterator[Word]:
    """Yield words that take a step in each state, so many times where it leads nowhere, and go on to each end.

    ``born`` is the number of steps that every word begins with, because they had been taken at its start.
    """
    machine = expected.machine
    first = tuple(step for step in _LOOKS[:1] if step in machine.inputs)
    known = [tuple(step for step in values.in_word(tail) if step in machine.inputs) for tail in _TAILS]
    for state, access in enumerate(machine.access):
        before, way = access[:born], access[born:]
        for step, dest in machine.drivable(state):
            word = (*access, step)
            if len(before) == born and canonical(word) == word and expected.counts(word):
                tails = dict.fromkeys(machine.runnable(dest, tail) for tail in known)
                for often in times if dest == state else {1} & set(times):
                    yield from ((*before, *first, *way, *(step,) * often, *tail) for tail in tails)


class _Running:
    """The runs of one kind: which words failed, and whether every word came back."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.failing: list[Failing] = []
        self.complete = True
        self.expected: list[Expected] = []

    def run(self, expected: Expected, words: Iterable[Word]) -> None:
        """Run words and keep those that are not answered as expected, up to where they fail."""
        if expected not in self.expected:
            self.expected.append(expected)
        looking = (expected.with_looks(word) for word in words)
        for word, results in self._session.run_many(ENGINE, looking):
            if results is None:
                self.complete = False
            elif not expected.agrees(word, results):
                finding = self._session.judge.first(word, results)
                if finding is not None:
                    self.failing.append(Failing(expected, word, finding))

    def explain(self) -> list[Cause]:
        """Write down each wrong cell once, and return them.

        The first of each rule or point is shown on a word from which nothing can be left.
        """
        told: list[Cause] = []
        shown: set[str] = set()
        for cause in causes(self._session, self.failing):
            word, finding = cause.word, cause.finding
            if finding.cites not in shown:
                shown.add(finding.cites)
                word, finding = shrink(self._session, word, ENGINE) or (word, finding)
            self._session.record(word, finding, ENGINE, cell=cause.cell, words=cause.words)
            told.append(replace(cause, word=word, finding=finding))
        return told
