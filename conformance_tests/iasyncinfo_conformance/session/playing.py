"""How a Hypothesis state machine reaches its subject, and how one of its examples fails."""

from typing import Final, Protocol

from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.stepping.watching.whose import is_subjects
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.words import Step, Word


class NotAllowed(AssertionError):
    """A run that the specification does not allow, on ``word``; the message says what is wrong."""

    def __init__(self, word: Word, why: str) -> None:
        super().__init__(why)
        self.word = word
        self._held: list[str] = []

    def add_note(self, note: str, /) -> None:
        """Add a note, unless it names a line of the suite's: that it judged a failure explains none.

        Hypothesis explains a failure in notes: two of a heading, one for each line, and perhaps how many more.
        """
        text = note.strip()
        if text.startswith(_HEADING):
            self._held.append(note)
        elif not _is_own(text) and not (self._held and text.startswith("(and ")):
            for each in (*self._held, note):
                super().add_note(each)
            self._held.clear()


_HEADING: Final = ("Explanation:", "These lines were always and only run")


def _is_own(text: str) -> bool:
    """Return whether a text is the place of a line that is no subject's."""
    file, _, number = text.rpartition(":")
    return number.isdecimal() and not is_subjects(file)


class Live(Protocol):
    """A word whose steps are taken one by one, as they are drawn."""

    def take(self, step: Step) -> Result:
        """Take a step and return what came."""

    def subject(self, prefix: str) -> Subject:
        """Return the subject whose steps begin with ``prefix``."""

    def over(self) -> None:
        """End the word and clean up."""


class Play(Protocol):
    """How a machine reaches its subject, and what becomes of what it finds."""

    def begin(self) -> Live | None:
        """Begin the word of one example; None where it is run when it ends."""

    def run(self, word: Word) -> list[Result] | None:
        """Run the whole word of one example; None where there are no results."""

    def found(self, word: Word, finding: Finding) -> None:
        """Take note of what is not allowed in a word; raises NotAllowed where the example fails by it."""
