"""From many failing words to the few cells of the tables that are wrong.

A word fails because of the last step after which a clean run would have passed: the shortest way to where
that step is taken, the step and the rest of the word fail; the shortest way to where it should lead and
the rest pass. All words that take a step of the same cell are counted with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from iasyncinfo_conformance.findings import Fault
from iasyncinfo_conformance.inputs import Ground
from iasyncinfo_conformance.judge import Finding
from iasyncinfo_conformance.runner import Runner
from iasyncinfo_conformance.sheet import Sheet
from iasyncinfo_spec.product import Prediction
from iasyncinfo_spec.words import Word, format_word

ENGINE: Final = "complete"


@dataclass(frozen=True, slots=True)
class Cause:
    """A wrong cell, a short word that shows it, and how many words failed because of it."""

    word: Word
    finding: Finding
    cell: str
    words: int


def causes(runner: Runner, ground: Ground, failing: Iterable[tuple[Sheet, Word]]) -> Iterator[Cause]:
    """Yield the causes of words that fail at their last step, each with its sheet; the shortest words first."""
    remaining = sorted(((sheet, word, _cells(sheet, word)) for sheet, word in failing), key=lambda entry: len(entry[1]))
    while remaining:
        sheet, word, _ = remaining[0]
        index, shorter, finding = _traced(runner, ground, sheet, word)
        if finding is None:
            del remaining[0]
            what = "not deterministic: the word failed, and when it was run again it did not"
            runner.findings.faults.append(Fault(f"{ground.kind} {format_word(word)}", what, "unknown"))
            continue
        cells = _cells(sheet, shorter)[index]
        rest = [entry for entry in remaining[1:] if not any(cells & others for others in entry[2])]
        yield Cause(shorter[: finding.step], finding, " or ".join(sorted(cells)), len(remaining) - len(rest))
        remaining = rest


def _cells(sheet: Sheet, word: Word) -> list[frozenset[str]]:
    """Return for each step of a word the cells that it reads, those that its handlers read with them."""
    return [
        frozenset(_read(sheet.system.edges[here][step].prediction, outermost=True)) for here, step in sheet.arrows(word)
    ]


def _read(prediction: Prediction, *, outermost: bool) -> Iterator[str]:
    inner = [result for event in prediction.get("events", ()) for result in event.get("results", ())]
    for result in inner:
        yield from _read(result, outermost=False)
    if not inner or not outermost:
        step = prediction["step"]
        name = f"{step[0]}(null)" if step[1:] == (None,) else step[0]
        yield f"{name} in {prediction['cell']}"


def _traced(runner: Runner, ground: Ground, sheet: Sheet, word: Word) -> tuple[int, Word, Finding | None]:
    """Return the shortest word that fails at the end of ``word``, the place of its wrong step, and the finding."""
    arrows = sheet.arrows(word)
    for index in reversed(range(len(word))):
        access = sheet.system.access[arrows[index][0]]
        shorter = (*access, *word[index:])
        results = runner.run(ENGINE, ground.kind, shorter)
        finding = None if results is None else ground.judge.judge(shorter, results)
        if finding is not None:
            return len(access), shorter, finding
    return 0, word, None
