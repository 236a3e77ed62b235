"""What fails an item of pytest: the cards of a record, and a summary line that begins with the word."""

from collections.abc import Sequence
from typing import NoReturn

import pytest

from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.card import card


def fail(text: str) -> NoReturn:
    """Fail the item that runs; its line in pytest's summary is the text's first, with nothing before it."""
    failure = pytest.fail.Exception(text, pytrace=False)
    failure.is_told_as_it_is = True  # type: ignore[attr-defined]  # by this the plugin knows it, which imports nothing
    raise failure


def cards(record: Record, rules: Sequence[str]) -> str:
    """Return the cards of some rules; the first line, which a summary shows, begins with the word of the first."""
    shown = [failure for failure in record.failures if failure.rule in rules]
    head = [f"{each.text} ({each.kind}): {each.actual}; allowed: {each.allowed}" for each in shown[:1]]
    whole = "\n\n".join(card(record, failure, output=True) for failure in shown)
    return "\n".join((*head, "", whole)) if shown else ""
