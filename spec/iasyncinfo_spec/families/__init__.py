"""Implementation families: rows of answers to the variation points, and the rules that each breaks.

A family *leaves a point open* by not answering it: because its users decide (WRL leaves REPEAT to the
implementer), because it never gets there (windows-rs knows no cancel), or because nobody has established the
answer. Wherever a machine can be in several states at once, an open point is tried in every way; only where one
object has to be built does the point's first option stand in.
"""

from typing import Final

from iasyncinfo_spec.families import dotnet, microsoft, rust, wine, wrl
from iasyncinfo_spec.families.family import Family as Family
from iasyncinfo_spec.families.family import RaceFinding as RaceFinding

FAMILIES: Final[dict[str, Family]] = {
    family.name: family
    for family in (
        *wrl.ROWS, *microsoft.ROWS, *dotnet.ROWS, *rust.ROWS, *wine.ROWS,
    )
}  # fmt: skip
"""Every family by its name; each name is also a profile."""

ESTABLISHED: Final = tuple(name for name, family in FAMILIES.items() if not family.stands_back)
"""The families of which enough is established that words tell them apart; the others stand back."""
