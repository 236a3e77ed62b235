"""What a subject is held to: the rules of implementations, and the points whose answers a profile demands."""

from fnmatch import fnmatchcase

from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rules import RULES, Level, Observed, Party
from iasyncinfo_spec.variations import VARIATIONS, ShownBy


def expected_rules() -> tuple[str, ...]:
    """Return the rules that every subject is held to."""
    return tuple(
        rule.id
        for rule in RULES.values()
        if rule.obliges is Party.IMPLEMENTATION and rule.observed is not Observed.NEVER and rule.level is not Level.MAY
    )


def matching(glob: str, profile: str) -> tuple[str, ...]:
    """Return the rules, and the points that a family's profile demands, that one of some patterns selects.

    The patterns stand between commas.
    """
    patterns = [pattern.strip() for pattern in glob.upper().split(",")]
    family = FAMILIES.get(profile)
    points = demanded_points(family) if family else ()
    return tuple(
        rule for rule in (*expected_rules(), *points) if any(fnmatchcase(rule, pattern) for pattern in patterns)
    )


def demanded_points(family: Family) -> tuple[str, ...]:
    """Return the points that a family's profile demands, of those that words can show."""
    return tuple(
        point
        for point, variation in VARIATIONS.items()
        if point in family.answers and variation.shown_by is not ShownBy.NOTHING
    )
