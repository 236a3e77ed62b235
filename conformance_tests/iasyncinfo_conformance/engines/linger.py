"""Objects left alone: whatever state they are in, nothing happens to them that nobody has made happen.

Many are started, in all kinds of states, and left alone at the same time, once; then they are looked at. That
adds failures and nothing else: no rule passes because nothing came within the time.
"""

import threading
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from iasyncinfo_conformance.engines.fatal import is_allowed
from iasyncinfo_conformance.errors import HarnessFault, Whose
from iasyncinfo_conformance.judging.blame import NOTHING, Situation, blamed
from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.record.answers import Answers
from iasyncinfo_conformance.record.extent import Lingered
from iasyncinfo_conformance.record.findings import Failure, Fault
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import Ended, Result, Target, Trouble, needs_of
from iasyncinfo_conformance.targets.together import Asked, Came, together
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, format_word, parse_word, step_names

ENGINE: Final = "linger"
_STATES: Final = (
    "put_completed(h1)",
    "put_progress(p1) put_completed(h1)",
    "put_progress(p1) put_completed(h1) report_progress(1)",
    "put_completed(h1) complete(5)",
    "put_completed(h1) fail(0x80004005)",
    "put_progress(p1) put_completed(h1) fail(0x80004005)",
    "put_progress(p1) put_completed(h1) cancel acknowledge_cancel",
    "put_completed(h1) cancel",
    "put_completed(h1) cancel acknowledge_cancel",
    "put_completed(h1) cancel complete(5)",
    "complete(5) put_completed(h1)",
    "fail(0x80004005) put_completed(h1)",
    "cancel put_completed(h1)",
    "put_completed(h1) complete(5) get_results",
    "put_completed(h1) complete(5) close",
    "complete(5) close",
    "put_progress(p1) put_completed(h1) report_progress(1) complete(5)",
    "put_progress(p1) put_completed(h1) report_progress(1) complete(5) close",
    "put_progress(p1) report_progress(1) cancel",
    "put_completed(h1{raise(0x80070005)}) complete(5)",
    "complete(5) put_completed(h1{raise(0x80070005)})",
    'put_completed(h1{raise("ValueError")}) fail(0x80004005)',
    "put_progress(p1{raise(0x80070005)}) report_progress(1)",
    "put_completed(h1{cancel close}) complete(5)",
)
"""After birth, after each end, after Close; with handlers that have been called and such that have not."""

_LOOK: Final[Word] = parse_word("status error_code get_results put_completed(h2)")
_WORKER: Final[Word] = parse_word("cancel_notifications")
"""What the worker was told meanwhile, where that is seen."""


class Lingering:
    """Objects that are left alone, on a thread of its own, while something else goes on elsewhere."""

    def __init__(self, target: Target, sessions: Mapping[Kind, Session], seconds: float) -> None:
        self._target, self._sessions, self._seconds = target, sessions, seconds
        self._asked = [asked for session in sessions.values() for asked in _asked(session, seconds)]
        self._came: Came = {}
        self._error: HarnessFault | None = None
        self._thread = threading.Thread(target=self._leave_alone, daemon=True)
        self._thread.start()

    def _leave_alone(self) -> None:
        try:
            self._came = together(self._target, self._asked)
        except HarnessFault as fault:
            self._error = fault

    @cached_property
    def done(self) -> Lingered:
        """What was done, once they have been looked at and what was found is written down."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        for (kind, word), came in self._came.items():
            _look(self._sessions[kind], word, came)
        why = "" if self._asked else "the driver leaves no object alone"
        return Lingered(self._seconds if self._asked else 0.0, len(self._asked), why)


def _asked(session: Session, seconds: float) -> Iterator[Asked]:
    """Yield the words of one kind that can be taken, each with the wait and a look after it."""
    look = _look_of(session)
    for text in _STATES:
        word = (*parse_word(text), ("wait", seconds), *look)
        progress = any("progress" in step[0] for step in word)
        able = needs_of(word) <= session.model.supports and (session.kind.has_progress or not progress)
        if able and session.model.follow(word) is not None:
            yield session.kind, word


def _look_of(session: Session) -> Word:
    return (*_LOOK, *(_WORKER if needs_of(_WORKER) <= session.model.supports else ()))


def _look(session: Session, word: Word, came: "list[Result] | Trouble") -> None:
    session.journal.ran(ENGINE, session.kind, word)
    if not isinstance(came, Trouble):
        session.record(*_shortened(session, word, came), ENGINE)
    elif came.what is Ended.DEATH and not _dies_at_once(session, word):
        word = word[: -len(_look_of(session))]
        failing = "raise" in step_names(word)
        rule = blamed(Situation.DIES_LATER, session.judge.product.predict(word)[-2]["calls"] if failing else NOTHING)
        session.journal.failed(_failure(rule, session.kind, word, came.deed))
        session.journal.faults.append(Fault(f"{session.kind} {format_word(word)}", str(came), Whose.SUBJECT))


def _dies_at_once(session: Session, word: Word) -> bool:
    """Return whether a word ends the process before it waits, which is written down as of any word.

    Where a handler fails that is not asked: what comes of it may come a moment later.
    """
    before = word[: -len(_look_of(session)) - 1]
    return "raise" not in step_names(word) and session.run(ENGINE, before) is None


def _shortened(session: Session, word: Word, came: list[Result]) -> tuple[Word, Finding | None]:
    """Return what is found on a word, without the looks that do not show it: they only read."""
    finding, looks = session.judge.judge(word, came), len(word) - len(_look_of(session))
    if finding is None or finding.step <= looks:
        return word, finding
    short = (*word[:looks], word[finding.step - 1])
    found = session.judge.judge(short, [*came[:looks], came[finding.step - 1]])
    return (short, found) if found is not None and found.cites == finding.cites else (word, finding)


def judge_fatal(sessions: Mapping[Kind, Session], answers: Answers) -> None:
    """Write down which failures of handlers ended the process though no family's manners explain it."""
    for kind, word in answers.fatal:
        if not is_allowed(word):
            rule = blamed(Situation.DIES_LATER, sessions[kind].judge.product.predict(word)[-1]["calls"])
            sessions[kind].journal.failed(_failure(rule, kind, word, "ends its process"))


def _failure(rule: str, kind: Kind, word: Word, actual: str) -> Failure:
    return Failure(rule, kind, word, len(word), "calls nobody", actual, ENGINE, ended=Ended.DEATH)
