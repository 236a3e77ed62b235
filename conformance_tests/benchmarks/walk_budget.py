"""How many examples the walk needs: the wrong implementations of the corpus that it finds by itself, by their number.

Run ``python conformance_tests/benchmarks/walk_budget.py [EXAMPLES] [PATTERN]``. Beside the walk, whose rounds take
turns with drawn words and without, runs one that never draws any. No other engine runs, and only
faults are tried that a sequence of calls shows: no races, no hangs, and nothing that comes by itself.
"""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Final

from hypothesis import Phase

from iasyncinfo_conformance.counterexamples import COUNTEREXAMPLES, Counterexample
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.engines.walking.machine import Walk, walk_class, without_words
from iasyncinfo_conformance.engines.walking.walk import run_rounds
from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.session.playing import NotAllowed
from iasyncinfo_conformance.session.session import Session, sessions_of
from iasyncinfo_conformance.target import Result
from iasyncinfo_conformance.targets.loading import load_target
from iasyncinfo_spec.words import Word

MARKS: Final = (10, 20, 50, 100, 150, 300, 1000)
SEEDS: Final = (1, 2)


class _Counting:
    """Counts the words until one shows a breach."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.words = 0
        self.found_on: Word = ()

    def begin(self) -> None:
        """Run words when they end."""

    def run(self, word: Word) -> list[Result] | None:
        """Run one word."""
        self.words += 1
        return self._session.run("walk", word)

    def found(self, word: Word, finding: Finding) -> None:
        """Stop at the first breach."""
        if self._session.is_failure(finding):
            self.found_on = word[: finding.length]
            raise NotAllowed(word, finding.cites)


def main(examples: int, pattern: str) -> None:
    """Print how many faults are found within so many examples, and which are not found at all."""
    logging.disable(logging.CRITICAL)
    entries = [entry for entry in COUNTEREXAMPLES if _is_sequential(entry) and fnmatchcase(entry.start, pattern)]
    marks = [mark for mark in MARKS if mark <= examples]
    print(f"{len(entries)} faults, {len(SEEDS)} seeds each: found within so many examples")
    print(f"{'':<32}{'ms each':>9}" + "".join(f"{mark:>8}" for mark in marks))
    for who, drawn in (("the walk", True), ("without drawn words", False)):
        started = time.process_time()
        needed = [(entry, list(_needed(entry, examples, drawn=drawn))) for entry in entries]
        numbers = [number for _, each in needed for number in each]
        cost = 1000 * (time.process_time() - started) / sum(number or examples for number in numbers)
        shares = (sum(0 < number <= mark for number in numbers) / len(numbers) for mark in marks)
        print(f"{who:<32}{cost:>9.1f}" + "".join(f"{share:>8.1%}" for share in shares), flush=True)
        for entry, each in needed:
            if not all(0 < number <= marks[-1] // 8 for number in each):
                print(f"    {entry.name} ({entry.breaks}, {entry.word}): {', '.join(map(str, each))}")


def _is_sequential(entry: Counterexample) -> bool:
    return not (entry.raced or entry.hangs or entry.late)


def _needed(entry: Counterexample, examples: int, *, drawn: bool) -> Iterator[int]:
    """Yield for each seed after how many examples a fault was found; 0 where it was not."""
    target = load_target(entry.start, explores=False)
    session = sessions_of(target, ask(target), Journal())[entry.kind]
    for number in SEEDS:
        counting = _Counting(session)
        machine = walk_class(session.model, session.judge, counting, target.values)
        _run(machine if drawn else without_words(machine), number, examples)
        yield counting.words if counting.found_on else 0


def _run(machine: type[Walk], number: int, examples: int) -> None:
    with suppress(NotAllowed):
        run_rounds(machine, 1000 * number, examples, (Phase.generate,))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000, sys.argv[2] if sys.argv[2:] else "*")
