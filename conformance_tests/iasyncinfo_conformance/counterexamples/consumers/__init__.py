"""Consumers with which the suite itself is tested: wrong ones, each with its rule, and right ones of every build."""

from typing import Final

from iasyncinfo_conformance.counterexamples.consumers import right as _right
from iasyncinfo_conformance.counterexamples.consumers import wrong_applications as _applications
from iasyncinfo_conformance.counterexamples.consumers import wrong_awaits as _awaits
from iasyncinfo_conformance.counterexamples.consumers import wrong_deeds as _deeds
from iasyncinfo_conformance.counterexamples.consumers import wrong_outcomes as _outcomes
from iasyncinfo_conformance.counterexamples.consumers import wrong_switches as _switches
from iasyncinfo_conformance.counterexamples.consumers.consumer_entry import ENTERED, RIGHT, RightConsumer, WrongConsumer

__all__ = ["RIGHT_CONSUMERS", "WRONG_CONSUMERS", "RightConsumer", "WrongConsumer"]

WRONG_CONSUMERS: Final = tuple(ENTERED)
"""Every wrong consumer."""
RIGHT_CONSUMERS: Final = tuple(RIGHT)
"""Every right consumer."""

assert all((_right, _applications, _awaits, _deeds, _outcomes, _switches))
