"""The values that a worker ends with and reports, in the suites and in the walk."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from iasyncinfo_spec.hresults import E_ACCESSDENIED, E_FAIL, E_INVALIDARG, E_UNEXPECTED
from iasyncinfo_spec.words import Step, Word


class Values(NamedTuple):
    """What a worker ends with and reports: a result, an HRESULT, and progress."""

    result: int | str
    code: int
    progress: float

    def in_word(self, word: Iterable[Step]) -> Word:
        """Return a word with these values in place of its own."""
        own: dict[str, Any] = {"complete": self.result, "fail": self.code, "report_progress": self.progress}
        return tuple((step[0], own[step[0]]) if step[0] in own else step for step in word)


PLAIN_VALUES: Final = Values(5, E_FAIL, 1)
"""Those of the plain steps."""
OTHER_VALUES: Final = (
    Values(-1, E_INVALIDARG, 0.5),
    Values(0, E_ACCESSDENIED, 0),
    Values(2**31 - 1, 0xC00D36B2, 100),
    Values("", E_UNEXPECTED, -1),
    Values("na\u00efve \U0001f642", 0x80072EE7, 1e9),
)
"""Falsy and large ones, strings, and codes of other facilities."""
