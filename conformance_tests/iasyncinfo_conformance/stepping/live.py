"""A word whose steps are taken one by one, as they come."""

from collections.abc import Callable

from iasyncinfo_conformance.stepping.word import Stepping
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.words import Step


class Live:
    """A word under way; ``reading`` is applied to what comes of each step."""

    def __init__(self, stepping: Stepping, reading: Callable[[list[Result]], list[Result]]) -> None:
        self._stepping = stepping
        self._reading = reading

    def take(self, step: Step) -> Result:
        """Take a step, wait until everything due has run, and return what came."""
        (result,) = self._reading(self._stepping.take((step,)))
        return result

    def subject(self, prefix: str) -> Subject:
        """Return the subject whose steps begin with ``prefix``; it is started if it has not been."""
        return self._stepping.subject_of(prefix)

    def over(self) -> None:
        """End the word and clean up."""
        self._stepping.over()
