"""Covering arrays: few rows of answers in which all that some points together can answer occurs."""

import random
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import TypeAlias

Choice: TypeAlias = tuple[str, str]


def covering(options: Mapping[str, Sequence[str]], strength: int) -> list[dict[str, str]]:
    """Return rows such that for every ``strength`` points every combination of their options is in some row.

    Each row is the best of a few that begin with a combination still missing (Cohen, Dalal, Fredman and
    Patton, "The AETG system", 1997); the draw is seeded.
    """
    chance = random.Random(strength)
    missing = {
        tuple(zip(points, values, strict=True))
        for points in combinations(options, strength)
        for values in product(*(options[point] for point in points))
    }
    rows = []
    while missing:
        first = min(missing)
        drawn = [_row(options, first, missing, chance) for _ in range(5)]
        row, covered = max(((row, _covered(row, missing)) for row in drawn), key=lambda found: len(found[1]))
        missing -= covered
        rows.append(row)
    return rows


def _row(
    options: Mapping[str, Sequence[str]],
    first: tuple[Choice, ...],
    missing: set[tuple[Choice, ...]],
    chance: random.Random,
) -> dict[str, str]:
    """Return a row with ``first`` in it whose other answers each are the ones most often missing."""
    wanted: dict[Choice, int] = {}
    for combination in missing:
        for choice in combination:
            wanted[choice] = wanted.get(choice, 0) + 1
    row = dict(first)
    for point in chance.sample(list(options), len(options)):
        if point not in row:
            row[point] = max(options[point], key=lambda option: wanted.get((point, option), 0) + chance.random() * 5)
    return row


def _covered(row: Mapping[str, str], missing: set[tuple[Choice, ...]]) -> set[tuple[Choice, ...]]:
    return {combination for combination in missing if all(row[point] == answer for point, answer in combination)}
