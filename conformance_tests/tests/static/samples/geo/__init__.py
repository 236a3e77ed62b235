"""A small component for ``iasyncinfo surface``: the numbered lines are its offenders."""

from .locator import Locator
from .nearby import nearest_async

__all__ = ["Locator", "nearest_async"]
