"""What a check would know before it runs the word that is replayed: the subject's answers to the points."""

from iasyncinfo_conformance.engines.held_to import demanded_points
from iasyncinfo_conformance.engines.points import ask, explained_by
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.session.session import Session, sessions_of
from iasyncinfo_conformance.target import Target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES


def session_of(target: Target, kind: Kind, profile: str) -> Session:
    """Return the session of one kind of a target that has been asked."""
    family = FAMILIES.get(profile)
    demanded = demanded_points(family) if family is not None else ()
    answers = explained_by(target, ask(target), family)
    return sessions_of(target, answers, Journal(), Options(profile=profile), demanded)[kind]
