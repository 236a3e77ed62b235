"""Classes against the Protocols: what is looked at, and the verdict on each rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.errors import HarnessFault, UsageFault
from iasyncinfo_conformance.files.python_file import module_of
from iasyncinfo_conformance.record.findings import Outcome, RuleVerdict
from iasyncinfo_conformance.record.static.mistyped import Mistyped, TypesFound, TypesRun
from iasyncinfo_conformance.static.checkers import remarks
from iasyncinfo_conformance.static.members import RULE_OF, Looked, looked
from iasyncinfo_conformance.static.probes import probe_of
from iasyncinfo_conformance.static.reading.exports import classes
from iasyncinfo_conformance.static.reading.files import require_parsable
from iasyncinfo_conformance.static.reading.sources import Sources
from iasyncinfo_conformance.static.subjects import Subject, subjects_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.meant import nearest, question
from iasyncinfo_spec.static_rules import STATIC_RULES

TYPE_RULES: Final = tuple(rule for rule in STATIC_RULES if rule.startswith("TYPE-"))
SYNTAX: Final = "package.module:Class, package.module:function, package.module, path/to/file.py or reference"


@dataclass(frozen=True)
class Typed:
    """What a type checker made of some classes; ``passed_over`` counts those that are no operations at all.

    ``unseen`` are classes whose sources are not found: they were made at run time.
    """

    checker: str
    looked: tuple[Looked, ...]
    passed_over: int = 0
    unseen: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of the classes."""
        return tuple(kind for kind in Kind if any(each.kind is kind for each in self.looked))

    @property
    def mistyped(self) -> tuple[Mistyped, ...]:
        """Every member that is not as its interface has it."""
        return tuple(mistyped for each in self.looked for mistyped in each.mistyped)

    def found(self) -> TypesFound:
        """Return all this for a record."""
        return TypesFound(
            tuple(self.verdicts()), self.mistyped, TypesRun(self.checker, len(self.looked), self.passed_over)
        )

    def verdicts(self) -> Iterator[RuleVerdict]:
        """Yield the verdict on each rule."""
        for rule in TYPE_RULES:
            wrong = [each for each in self.mistyped if each.rule == rule]
            silent = [
                f"{each.subject} {member}" for each in self.looked for member in each.untyped if RULE_OF[member] == rule
            ]
            if wrong:
                yield RuleVerdict(rule, Outcome.FAILED, wrong[0].found)
            elif silent:
                yield RuleVerdict(rule, Outcome.UNTESTABLE, f"no type is given for {', '.join(silent)}")
            elif self.unseen:
                yield RuleVerdict(rule, Outcome.UNTESTABLE, f"no source is found of {', '.join(self.unseen)}")
            elif any(rule in each.rules for each in self.looked):
                yield RuleVerdict(rule, Outcome.PASSED)
            else:
                yield RuleVerdict(rule, Outcome.NOT_APPLICABLE, "no class has such a member")


def typed(target: str, checker: str) -> Typed:
    """Return what a checker makes of the classes that a target names: one, or the operations of a module.

    Raises UsageFault for a target that is not understood, HarnessFault where there is nothing to look at.
    """
    module, name, sources = _named(target)
    if checker == "mypy" and (file := sources.file(module)) is not None:
        require_parsable(file)
    if name:
        subjects = _named_subjects(sources, module, name, target.partition(":")[0])
    else:
        subjects = [Subject(sources.target(each), each) for each in classes(sources, module)]
    if not subjects:
        raise HarnessFault(f"{module} has no public class. Name a module that defines operations.")
    found = look(subjects, sources, checker)
    if name:
        return found
    operations = tuple(each for each in found.looked if each.is_operation)
    if not operations:
        raise HarnessFault(
            f"{module} has no class with the members of an IAsyncInfo. Name a class to see what it lacks."
        )
    return Typed(found.checker, operations, len(found.looked) - len(operations))


def look(subjects: Sequence[Subject], sources: Sources, checker: str) -> Typed:
    """Return what a checker makes of some classes and functions."""
    probe = probe_of(subjects)
    files = {each.definition.file for each in subjects}
    found, name = remarks(checker, probe.text, sources.roots.searched(files), files)
    answers = probe.answers(found)
    return Typed(name, tuple(looked(*each, sources) for each in zip(subjects, answers, strict=True)))


def of_classes(named: Iterable[tuple[str, str]], checker: str, *folders: Path) -> Typed:
    """Return what a checker makes of classes, each named by its module and its name in there.

    They are looked for in these folders first.
    """
    sources = Sources(*folders)
    found = {each: sources.find(*each) for each in named}
    unseen = tuple(".".join(each) for each, definition in found.items() if definition is None)
    seen = [Subject(sources.target(each), each) for each in found.values() if each is not None]
    return replace(look(seen, sources, checker), unseen=unseen) if seen else Typed(checker, (), unseen=unseen)


def _named(target: str) -> tuple[str, str, Sources]:
    """Return the module and the name, or no name, that a target names, and where its source is."""
    before, colon, name = target.partition(":")
    if before == "reference" and not colon:
        return "iasyncinfo", "", Sources()
    if (colon and not all(part.isidentifier() for part in name.split("."))) or not before:
        raise UsageFault(f"the target {target!r} is not understood. A target is {SYNTAX}.")
    if before.endswith((".py", ".pyi")):
        path = Path(before)
        if not path.is_file():
            raise HarnessFault(f"there is no file {before!r}. Name one, or a module as package.module.")
        module, root = module_of(path.resolve())
        return module, name, Sources(root)
    if not all(part.isidentifier() for part in before.split(".")):
        raise UsageFault(f"the target {target!r} is not understood. A target is {SYNTAX}.")
    sources = Sources()
    if sources.file(before) is None:
        raise HarnessFault(
            f"the source of the module {before!r} is not found. Run from the folder that holds it, or install it."
        )
    return before, name, sources


def _named_subjects(sources: Sources, module: str, name: str, shown: str) -> list[Subject]:
    found = sources.find(module, name)
    subjects = [] if found is None else list(subjects_of(found, sources))
    if found is None or (found.is_variable and not any(each.type for each in subjects)):
        near = nearest(name, [each.name for each in classes(sources, module)])
        raise HarnessFault(
            f"{module} defines no class or function {name!r}, nor imports one that can be followed."
            f"{question(f'{shown}:{each}' for each in near)}"
        )
    return subjects
