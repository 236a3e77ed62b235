"""A process that goes deep on the kinds of one target, one after the other.

Run as ``python -P -m iasyncinfo_conformance.checking.pool_worker TARGET SECONDS PULSE [--no-schedules]``. Tasks come
as frames on standard input; frames of progress, and at the end of each task one of what was found, go to standard
output. PULSE is the file of the count by which its parent sees whether it hangs.
"""

import os
import sys
from collections.abc import Callable
from typing import Final

from iasyncinfo_conformance.checking.one_kind import go_deep
from iasyncinfo_conformance.checking.pool import CannotStart, Deep, Task
from iasyncinfo_conformance.children.frames import received
from iasyncinfo_conformance.children.inside import pipes, require_original, sender
from iasyncinfo_conformance.children.pulse import Pulse
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.session.session import Session, TooMuchTrouble
from iasyncinfo_conformance.target import Explored, Heard, Result, Target
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_conformance.targets.loading import is_python, load_start, load_target
from iasyncinfo_conformance.targets.pipe.wire import WireTarget
from iasyncinfo_conformance.targets.recorded import recorded
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word

EXPLORING: Final = 20
"""How many times as long as a word a race may take whose schedules are explored."""


class _Watched(InProcess):
    """A target whose words are counted."""

    def __init__(self, start: Start, text: str, pulse: Pulse, *, explores: bool) -> None:
        self._pulse = pulse
        self._owner = os.getpid()
        super().__init__(start, text, explores=explores)

    def run_word(self, kind: Kind, word: Word) -> list[Result]:
        """Run one word."""
        self._pulse.begin()
        results = super().run_word(kind, word)
        require_original(self._owner)
        self._pulse.end()
        return results

    def aloud(self, kind: Kind, word: Word) -> Heard:
        """Run one word and hear what the subject says."""
        self._pulse.begin()
        heard = super().aloud(kind, word)
        self._pulse.end()
        return heard

    def explore_word(self, kind: Kind, word: Word, bound: int) -> Explored:
        """Explore the race of one word."""
        self._pulse.begin(EXPLORING)
        explored = super().explore_word(kind, word, bound)
        require_original(self._owner)
        self._pulse.end()
        return explored


def main(text: str, timeout: float, pulse: Pulse, *, explores: bool) -> None:
    """Do tasks until there are no more, or until one fails."""
    owner, (asked, answers) = os.getpid(), pipes()
    send = sender(answers)

    import iasyncinfo_conformance.engines.walking.walk  # noqa: F401  # slow to load, and by now there is time

    try:
        target = _target(text, timeout, pulse, explores=explores)
    except HarnessFault as fault:
        send(CannotStart(str(fault)))
        return
    require_original(owner)
    send("ready")
    try:
        for task in received(asked):
            send(_found(target, task, lambda engine, at: send((engine, at))))
    except HarnessFault as fault:
        send(fault)
    except TooMuchTrouble:
        pass  # the caller runs the kind again, and says which words they are
    target.close()


def _target(text: str, timeout: float, pulse: Pulse, *, explores: bool) -> Target:
    if is_python(text):
        return _Watched(load_start(text), text, pulse, explores=explores)
    target = load_target(text, timeout)
    assert isinstance(target, WireTarget)
    target.heard = _beating(pulse)
    return target


def _beating(pulse: Pulse) -> Callable[[], None]:
    """Return what counts an answer of a driver, whose own deadlines are kept here."""

    def beat() -> None:
        pulse.begin()
        pulse.end()

    return beat


def _found(target: Target, task: Task, progress: Callable[[str, str], None]) -> Deep:
    journal = Journal(failures=list(task.failures), hanging=set(task.hanging))
    session = Session.of(recorded(target, task.plan.options.recording), task.plan, journal)
    extent = go_deep(session, progress)
    journal.failures = journal.failures[len(task.failures) :]
    return Deep(extent, journal)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), Pulse.of(sys.argv[3]), explores="--no-schedules" not in sys.argv[4:])
    os._exit(0)  # threads of the subject that never end are no reason to wait
