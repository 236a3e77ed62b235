"""The classes of a subject, for a type checker: their names come from the process that has them."""

from iasyncinfo_conformance.record.findings import Outcome, RuleVerdict
from iasyncinfo_conformance.record.static.mistyped import TypesFound
from iasyncinfo_conformance.static.types import TYPE_RULES, of_classes
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.entry import folder_of

_NO_TYPES = tuple(RuleVerdict(rule, Outcome.NOT_APPLICABLE, "a driver has no types in Python") for rule in TYPE_RULES)


def types_of(target: Target, checker: str) -> TypesFound:
    """Return what a checker makes of the classes of a target's operations, or verdicts that say why none looks."""
    classes, folder = target.classes(), folder_of(target.name)
    return of_classes(classes, checker, *filter(None, (folder,))).found() if classes else TypesFound(_NO_TYPES)
