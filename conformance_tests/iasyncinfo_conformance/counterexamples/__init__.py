"""Small independent implementations, right and wrong, with which the suite itself is tested.

Each start function is a target: ``iasyncinfo check iasyncinfo_conformance.counterexamples.plain:start``.
"""

from importlib import import_module
from typing import Final

from iasyncinfo_conformance.counterexamples.entry import Correct, Counterexample, right, wrong

__all__ = ["CORRECT", "COUNTEREXAMPLES", "Correct", "Counterexample"]

for _module in (
    "plain",
    "correct.elsewhere",
    "correct.manners",
    "correct.spellings",
    "correct.lookalikes",
    "correct.requests",
    "correct.ended",
    "correct.waits",
    "broken.object",
    "broken.status",
    "broken.cancel",
    "broken.completed",
    "broken.calls",
    "broken.handlers",
    "broken.results",
    "broken.errors",
    "broken.progress",
    "broken.close",
    "premises.values",
    "premises.treatment",
    "premises.beside",
    "premises.later",
    "broken.hidden",
    "broken.waits",
    "broken.awaits",
    "races",
    "unnamed",
):
    import_module(f"{__name__}.{_module}")

COUNTEREXAMPLES: Final[tuple[Counterexample, ...]] = tuple(wrong)
"""Every wrong implementation, in the order of the rules' families."""

CORRECT: Final[tuple[Correct, ...]] = tuple(right)
"""Every right implementation, the plainest first."""
