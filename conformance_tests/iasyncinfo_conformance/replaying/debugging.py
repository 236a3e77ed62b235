"""A subject in this process, whose exceptions open the debugger where they arose."""

import sys
from collections.abc import Iterable
from functools import partial
from typing import Any

from iasyncinfo_conformance.stepping.readings import has_code
from iasyncinfo_conformance.stepping.watching.aloud import overheard
from iasyncinfo_conformance.stepping.word import run_word
from iasyncinfo_conformance.target import Result
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_start
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Step, Word, from_json


class Debugged(InProcess):
    """A target whose first run stops in the debugger at each exception that is no refusal.

    A ``breakpoint()`` in the subject or its adapter works, too: nothing is between it and the terminal.
    """

    def __init__(self, text: str) -> None:
        super().__init__(load_start(text), text, explores=False)
        self._is_first = True

    def run(self, kind: Kind, steps: Iterable[Any]) -> list[Result]:
        """Run one word on a fresh subject."""
        if not self._is_first:
            return super().run(kind, steps)
        self._is_first = False
        return run_word(partial(self.start, Kind(kind)), from_json(steps), projects=self._projects, hear=_stop)

    def run_word(self, kind: Kind, word: Word) -> list[Result]:
        """Run another word, unheard: only the one that is asked for is of interest."""
        with overheard():
            return super().run_word(kind, word)


def _stop(_step: Step, error: BaseException) -> None:
    if not has_code(error):
        import pdb  # loads readline, which tells all children how wide the terminal is

        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        pdb.post_mortem(error.__traceback__)
