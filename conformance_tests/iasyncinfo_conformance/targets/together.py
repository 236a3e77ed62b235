"""Words on objects that are alive at the same time, also where one of them ends the process."""

from collections.abc import Sequence
from typing import TypeAlias

from iasyncinfo_conformance.target import Ended, Result, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word

Asked: TypeAlias = tuple[Kind, Word]
Came: TypeAlias = dict[Asked, list[Result] | Trouble]


def together(target: Target, asked: Sequence[Asked]) -> Came:
    """Run words together, each with one wait; where one of them ends the process, find out which, half by half."""
    if not asked:
        return {}
    came = target.run_together(asked)
    if not isinstance(came, Trouble):
        return dict(zip(asked, came, strict=True))
    if came.what is not Ended.DEATH or len(asked) == 1:
        return {asked[0]: came} if len(asked) == 1 else {}
    middle = len(asked) // 2
    return {**together(target, asked[:middle]), **together(target, asked[middle:])}
