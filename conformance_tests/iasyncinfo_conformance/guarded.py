"""A target of this process whose words may not hang the test run: each is given so many seconds."""

import threading
from collections.abc import Iterable, Iterator
from typing import Any

from iasyncinfo_conformance.inprocess import InProcess
from iasyncinfo_conformance.target import Result, Trouble
from iasyncinfo_conformance.targets import TIMEOUT
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, from_json


class Guarded:
    """Runs words on a thread of their own, which is left behind when it does not come back."""

    def __init__(self, target: InProcess, timeout: float = TIMEOUT) -> None:
        self._target = target
        self._timeout = timeout
        self.name, self.kinds, self.values, self.notes = target.name, target.kinds, target.values, target.notes

    def supports(self, kind: Kind) -> frozenset[str]:
        """Return what the guarded target supports."""
        return self._target.supports(kind)

    def run(self, kind: Kind, steps: Iterable[Any]) -> list[Result]:
        """Run one word; raises Trouble where it does not come back in time."""
        (outcome,) = self.run_many(kind, [from_json(steps)])
        if isinstance(outcome, Trouble):
            raise outcome
        return outcome

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Run words one after the other, a hundred on a thread."""
        unrun = list(words)
        while unrun:
            outcomes = self._batch(kind, unrun[:100])
            yield from outcomes
            unrun = unrun[len(outcomes) :]

    def close(self) -> None:
        """Free what the guarded target holds."""
        self._target.close()

    def _batch(self, kind: Kind, words: list[Word]) -> list[list[Result] | Trouble]:
        """Run words until all are run or one does not come back; a Trouble is always the last."""
        outcomes: list[list[Result] | Trouble] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                outcomes.extend(self._target.run_word(kind, word) for word in words)
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        done = -1
        while thread.is_alive() and done < len(outcomes):
            done = len(outcomes)
            thread.join(self._timeout)
        if errors:
            raise errors[0]
        return (
            outcomes if not thread.is_alive() else [*outcomes, Trouble("hang", f"no answer within {self._timeout:g} s")]
        )
