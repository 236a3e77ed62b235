"""The survey: the words that meet and identify every arrow of the plain machine, once more, in a drawn order.

The complete suites go from the plainest word to the longest. A subject that is the same whenever it is started afresh
answers these words alike in any order; one whose objects leave something behind for those that are started later need
not. The order depends on the seed alone.
"""

from collections.abc import Callable
from random import Random
from typing import Final

from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.hsi import suite
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.session.shrinking import shrink
from iasyncinfo_spec.words import Word

ENGINE: Final = "survey"


def survey(session: Session, tick: Callable[[str], None]) -> None:
    """Run the words of one kind; write down the first breach of each rule that no other engine has found yet."""
    tick(session.kind.value)
    expected = Expected(session.model)
    found: dict[str, tuple[Word, Finding]] = {}
    for word, results in session.run_many(ENGINE, drawn_order(expected, session.options.seed)):
        if results is not None and not expected.agrees(word, results):
            finding = session.judge.judge(word, results)
            if finding is not None:
                found.setdefault(finding.cites, (word, finding))
    for rule, (word, finding) in found.items():
        if rule not in session.journal.failed_rules():
            session.record(*(shrink(session, word, ENGINE) or (word, finding)), ENGINE)


def drawn_order(expected: Expected, seed: int) -> list[Word]:
    """Return the words in the order that a seed draws."""
    words = [expected.with_looks(word) for word in suite(expected.machine, 0)]
    Random(seed).shuffle(words)
    return words
