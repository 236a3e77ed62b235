"""The classes of a subject of this process, for a type checker."""

from collections.abc import Iterator

from iasyncinfo_conformance.record.findings import Outcome, RuleVerdict
from iasyncinfo_conformance.record.mistyped import TypesFound
from iasyncinfo_conformance.static.types import TYPE_RULES, of_classes
from iasyncinfo_conformance.stepping.adapter import hook
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.loading import is_python, load_start

_NO_TYPES = tuple(RuleVerdict(rule, Outcome.NOT_APPLICABLE, "a driver has no types in Python") for rule in TYPE_RULES)


def types_of(target: Target, checker: str) -> TypesFound:
    """Return what a checker makes of the classes of a target's operations, or verdicts that say why none looks."""
    return of_classes(_classes(target), checker).found() if is_python(target.name) else TypesFound(_NO_TYPES)


def _classes(target: Target) -> Iterator[type]:
    start = load_start(target.name)
    for kind in target.kinds:
        subject = start(kind)
        yield type(subject.operation)
        if subject.dispose is not None:
            hook("dispose", subject.dispose)
