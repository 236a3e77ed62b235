"""The stateful walk: Hypothesis drives the machines and the subject side by side.

Its machine, with a rule for each member and each lever, is that of the module ``machine`` beside this one; the word of
an example is run when the example ends, so that the same walk serves subjects in this process and behind a pipe.
What fails is shortened by Hypothesis, and then step by step, to a word that can be replayed.
"""

from collections.abc import Callable, Collection
from typing import Final

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from iasyncinfo_conformance.engines.held_to import matching
from iasyncinfo_conformance.engines.walking.machine import Walk, let_go, walk_class, without_words
from iasyncinfo_conformance.errors import HarnessFault, Whose
from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.judging.judge import beside_another
from iasyncinfo_conformance.record.findings import Fault
from iasyncinfo_conformance.session.playing import NotAllowed
from iasyncinfo_conformance.session.session import Session, TooMuchTrouble
from iasyncinfo_conformance.session.shrinking import shrink
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.pairs import shares
from iasyncinfo_spec.words import Word, format_word

ENGINE: Final = "walk"
STEPS: Final = 20
ROUND: Final = 10
"""Examples of one run of Hypothesis: after ten it tries five variations of each example before it draws the next.

A variation of a walk is nearly the same walk. Of ten runs with fresh draws more comes than of one ten times as long.
"""


def walk(session: Session, tick: Callable[[str], None]) -> set[tuple[str, ...]]:
    """Walk one kind; write down the first breach of a rule that no other engine has found yet.

    Returns the cells that were touched.
    """
    play = _Play(session, tick)
    machine = walk_class(session.model, session.judge, play, session.target.values)
    if blamed(Situation.BESIDE_ANOTHER) in play.known:
        machine.most = 1  # whatever else is wrong with two would be laid to what is known
    try:
        run_rounds(machine, session.options.seed, session.options.examples, (Phase.generate, Phase.shrink))
    except (NotAllowed, Flaky) as error:
        if play.stop is None:
            _record_shortest(session, error.word if isinstance(error, NotAllowed) else ())
    finally:
        let_go(machine)
    if play.stop is not None:
        raise play.stop
    for word in play.odd.values():
        _record(session, word)
    return machine.touched


def run_rounds(machine: type[Walk], first: int, examples: int, phases: Collection[Phase]) -> None:
    """Run so many examples of a machine, in rounds whose seeds count from ``first``; raises what fails.

    Every other round takes single steps alone: drawn words reach the states that these do not reach, and most of them
    end the work, so that fewer values and handlers are met on the way.
    """
    machines = machine, without_words(machine)
    for number, left in enumerate(range(examples, 0, -ROUND)):
        chosen = settings(
            max_examples=min(left, ROUND),
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            report_multiple_bugs=False,
        )
        run_state_machine_as_test(seed(first + number)(machines[number % 2]), settings=chosen)


class _Play:
    """Runs the words of a walk; keeps what ends the check from Hypothesis, which would go on and shrink it."""

    def __init__(self, session: Session, tick: Callable[[str], None]) -> None:
        self._session, self._tick = session, tick
        self._done = 0
        self.known: frozenset[str] = session.journal.failed_rules()
        """The rules that other engines found broken."""
        self._asked = frozenset(matching(session.options.rule, session.options.profile))
        self.odd: dict[str, Word] = {}
        """A word for each point that is answered oddly."""
        self.stop: HarnessFault | TooMuchTrouble | None = None

    def begin(self) -> None:
        """Run words when they end."""

    def run(self, word: Word) -> list[Result] | None:
        """Run one word."""
        self._done += 1
        if self._done % 10 == 0:
            self._tick(f"{self._session.kind.value} {self._done}")
        if self.stop is None:
            try:
                return self._session.run(ENGINE, word)
            except (HarnessFault, TooMuchTrouble) as error:
                self.stop = error
        return None

    def found(self, word: Word, finding: Finding) -> None:
        """Fail by the breach of a rule that is asked for and not known, and remember what is odd."""
        upto = word[: finding.length]
        if not self._session.is_failure(finding):
            self.odd.setdefault(finding.cites, upto)
        elif finding.cites in self._asked - self.known:
            raise NotAllowed(upto, format_word(upto))


def _record_shortest(session: Session, word: Word) -> None:
    """Write down the shortest word, or that the subject answers one word now so and now otherwise."""
    before = len(session.journal.failures)
    if word:
        _record(session, word)
    if len(session.journal.failures) == before:
        what = "not deterministic: a word was not allowed, and when it was run again it was"
        about = format_word(word) or "of the walk"
        session.journal.faults.append(Fault(f"{session.kind} {about}", what, Whose.UNKNOWN))


def _record(session: Session, word: Word) -> None:
    """Write down what is found on the shortest word: of one object, where one shows it."""
    alone = (shrink(session, share.word, ENGINE) for share in shares(word))
    found = next(filter(None, alone), None) or shrink(session, word, ENGINE)
    if found is not None:
        shortest, finding = found
        finding = beside_another(shortest, finding, lambda half: session.found(ENGINE, half) is not None)
        session.record(shortest, finding, ENGINE)
