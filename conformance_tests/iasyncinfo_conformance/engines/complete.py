"""The complete suites, run: every answer compared, every failure traced to the arrow that is wrong."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from typing import Final, NamedTuple

from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.suites import Part, parts
from iasyncinfo_conformance.record.extent import SuiteRun
from iasyncinfo_conformance.record.moves import Move, WrongMove
from iasyncinfo_conformance.session.causes import Cause, Failing
from iasyncinfo_conformance.session.localization import causes
from iasyncinfo_conformance.session.portrait import moves, wrong_moves
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.session.shrinking import shrink
from iasyncinfo_spec.words import Word, format_word

ENGINE: Final = "complete"


class Completed(NamedTuple):
    """What was run of the complete suites, and where the steps led; those that led astray, too."""

    suite: SuiteRun
    moves: tuple[Move, ...]
    wrong: tuple[WrongMove, ...]


def complete(session: Session, tick: Callable[[str], None]) -> Completed:
    """Run the complete suites of one kind and write down each wrong cell once; :func:`parts` says what is quick."""
    model, extra = session.model, session.options.extra
    kind = model.kind.value
    tick(f"{kind}: {len(model.plain)} inputs, {extra} extra states")
    running, tests = _Running(session), list[Word]()
    cells = covered = programs = values = 0
    for part in parts(model, extra, quick=session.options.quick):
        tick(f"{kind}: {_about(part)}")
        tests = tests or [*part.suite]
        running.run(part.expected, chain(part.suite, part.detours, part.lasting))
        programs, values = programs + (part.put is not None), values + part.varied
        if not part.varied:
            cells, covered = cells + part.expected.cells, covered + part.expected.covered
    suites = SuiteRun(
        states=len(model.plain_machine.access),
        inputs=len(model.plain),
        tests=len(tests),
        steps=sum(map(len, tests)),
        cells=cells,
        covered=covered,
        programs=programs,
        values=values,
        passed=running.complete and not running.failing,
    )
    wrong = wrong_moves(session, running.explain())
    return Completed(suites, moves(running.expected), wrong)


def _about(part: Part) -> str:
    """Return what a part is about, for a line of progress."""
    if part.put is not None:
        return f"handlers that call back, {format_word([part.put])}"
    return f"{'other values' if part.varied else 'suite and detours'}, {len(part.suite)} words"


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
                    self.failing.append(Failing(expected, word, finding, results))

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
