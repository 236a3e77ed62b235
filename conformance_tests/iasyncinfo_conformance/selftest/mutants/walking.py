"""What the walk alone would find: its words, drawn once, run on wrong machines.

What the walk draws depends on the seed and on the right machine, not on what a subject answers. Its words hold
more than the machine has arrows: other values and codes, and handlers with programs. A mutant is lifted to
them: a wrong arrow is wrong for every value, and for handlers whatever they run. What handlers do while they
run is not changed, since no arrow of the plain machine leads there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from iasyncinfo_conformance.engines.walking.walk import walk
from iasyncinfo_conformance.judging.judge import Judge
from iasyncinfo_conformance.model.minimal import Minimal, visible
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.record.answers import Answers
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.selftest.mutants.machine_mutants import Cell, Mutant
from iasyncinfo_conformance.session.session import Plan, Session
from iasyncinfo_conformance.target import Result, Target
from iasyncinfo_spec.exploration import System
from iasyncinfo_spec.hresults import E_FAIL
from iasyncinfo_spec.pairs import shares
from iasyncinfo_spec.product import Configuration, Handler, NotDrivable, Prediction
from iasyncinfo_spec.words import Step, Word

_PLAIN: dict[str, Step] = {"complete": (5,), "fail": (E_FAIL,), "report_progress": (1,)}
"""The values that the machine's own steps hold."""


@dataclass
class _Writer(Session):
    """Writes down the words that it is given, and runs none."""

    words: list[Word] = field(default_factory=list)

    def run(self, engine: str, word: Word) -> list[Result] | None:  # noqa: ARG002
        """Return no results, on which the walk passes no judgement."""
        self.words.append(word)
        return None


def drawn_words(target: Target, model: Model) -> list[Word]:
    """Return the words that the walk of a full check draws for one kind, of several objects those of each."""
    plan = Plan(model.kind, model.row, {}, model.novel, frozenset(), Options())
    writer = _Writer(target, model, Judge(model.kind, model.row, {}), Journal(), plan, Answers())
    walk(writer, lambda _at: None)
    return [share.word for word in writer.words for share in shares(word)]


@dataclass(frozen=True, slots=True)
class _Walked:
    """A word with what is seen of each step."""

    word: Word
    seen: list[Any]


class Lifted:
    """Runs words with values and programs on mutants of the plain machine of a system."""

    def __init__(self, system: System, machine: Minimal) -> None:
        self._product = system.product
        self._machine = machine
        self._homes = {machine.states[here]: here for here in reversed(system.configurations)}
        self._known: dict[tuple[Configuration, Step], tuple[Prediction | None, Any, Configuration]] = {}
        self._meeting: dict[Cell, list[_Walked]] = {}

    def add(self, words: Iterable[Word]) -> None:
        """Take words on, each with the arrows that it meets."""
        for word in words:
            here, seen, cells = Configuration(), [], set()
            for step in word:
                cells.add(self._cell(here, step))
                _, shown, here = self._step(here, step)
                seen.append(shown)
            for cell in filter(None, cells):
                self._meeting.setdefault(cell, []).append(_Walked(word, seen))

    def kills(self, mutant: Mutant) -> bool:
        """Return whether one of the words is answered otherwise by a mutant with one wrong arrow."""
        return any(self._tells(walked, mutant) for cell in mutant.changes for walked in self._meeting.get(cell, ()))

    def _tells(self, walked: _Walked, mutant: Mutant) -> bool:
        here = Configuration()
        for step, seen in zip(walked.word, walked.seen, strict=True):
            cell = self._cell(here, step)
            _, shown, here = self._step(here, step)
            if cell is not None and cell in mutant.changes:
                answer, dest = mutant.changes[cell]
                if answer != self._machine.answers[cell[0]][cell[1]]:
                    return True
                here = self._moved(here, dest)
            if shown != seen:
                return True
        return False

    def _step(self, here: Configuration, step: Step) -> tuple[Prediction | None, Any, Configuration]:
        """Return a prediction, what is seen of it and where it leads; what cannot be taken does nothing."""
        key = here, step
        if key not in self._known:
            try:
                prediction, there = self._product.step(here, step)
                self._known[key] = prediction, visible(prediction), there
            except NotDrivable:
                self._known[key] = None, None, here
        return self._known[key]

    def _cell(self, here: Configuration, step: Step) -> Cell | None:
        """Return the arrow of the plain machine that a step is, or None where it is none."""
        plain = (step[0], *_PLAIN.get(step[0], step[1:2]))
        state = self._machine.states.get(_stripped(here))
        return None if state is None or plain not in self._machine.dests[state] else (state, plain)

    def _moved(self, here: Configuration, state: int) -> Configuration:
        """Return another state, with the values and programs of ``here`` where both have them."""
        if self._machine.states.get(_stripped(here)) == state:
            return here
        home: Configuration = self._homes[state]
        return home._replace(
            handler=_same(home.handler, here.handler),
            listener=_same(home.listener, here.listener),
            result=home.result if home.result is None or here.result is None else here.result,
            code=here.code if home.code and here.code else home.code,
            notified=here.notified,
        )


def _stripped(here: Configuration) -> Configuration:
    """Return a configuration with the plain machine's values and no programs."""
    return here._replace(
        handler=here.handler and Handler(here.handler.label),
        listener=here.listener and Handler(here.listener.label),
        result=here.result if here.result is None else 5,
        code=E_FAIL if here.code else 0,
    )


def _same(wanted: Handler | None, present: Handler | None) -> Handler | None:
    return present if wanted and present and wanted.label == present.label else wanted
