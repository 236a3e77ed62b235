"""What a subject says while it fails: each word that a report will show is run once more, aloud."""

from typing import Final

from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.findings import Failure, Said
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import Audible, Trouble
from iasyncinfo_spec.words import RACE, step_names

MOST: Final = 12
"""Failures of a kind whose words are run aloud."""


def tell_said(session: Session) -> None:
    """Write down what the subject says over each failure of this kind that a report will show."""
    target = session.target
    if not isinstance(target, Audible):
        return
    shown = [failure for failure in session.journal.told() if failure.kind is session.kind and _may_run(failure)]
    for failure in shown[:MOST]:
        try:
            heard = target.aloud(session.kind, failure.word)
        except (Trouble, HarnessFault):  # not again: what there is to tell has been told
            return
        said = Said(heard.raised, heard.died, heard.output)
        session.journal.said[failure.kind, failure.word] = said


def _may_run(failure: Failure) -> bool:
    return not failure.without_end and RACE not in step_names(failure.word)
