"""Words that tell configurations apart by what they answer: a characterization set.

The method is the classical one (E. F. Moore 1956; Chow 1978): refine the partition of configurations by
their answers, and remember for each split the word that made it.
"""

from typing import Any

from iasyncinfo_spec.exploration import System
from iasyncinfo_spec.product import Configuration, Prediction, Wild
from iasyncinfo_spec.words import Word


def distinguishing_words(system: System) -> tuple[Word, ...]:
    """Return words such that any two configurations that differ at all answer one of them differently."""
    words: dict[Word, None] = {}
    block = dict.fromkeys(system.configurations, 0)
    suffix: dict[frozenset[int], Word] = {}
    while True:
        signatures = {here: _signature(system, here, block) for here in system.configurations}
        numbers: dict[Any, int] = {}
        refined = {
            here: numbers.setdefault((block[here], signatures[here]), len(numbers)) for here in system.configurations
        }
        if len(numbers) == len(set(block.values())):
            return tuple(words)
        _remember_splits(system, block, refined, suffix, words)
        block = refined


def _remember_splits(
    system: System,
    block: dict[Configuration, int],
    refined: dict[Configuration, int],
    suffix: dict[frozenset[int], Word],
    words: dict[Word, None],
) -> None:
    """For each pair of blocks that have just come apart keep one word that tells them apart."""
    first: dict[int, list[Configuration]] = {}
    for here, number in refined.items():
        members = first.setdefault(block[here], [])
        if all(refined[other] != number for other in members):
            members.append(here)
    for members in first.values():
        for index, left in enumerate(members):
            for right in members[index + 1 :]:
                word = _split(system, block, suffix, left, right)
                suffix[frozenset((refined[left], refined[right]))] = word
                words[word] = None
    _carry_over(block, refined, suffix)


def _carry_over(
    block: dict[Configuration, int], refined: dict[Configuration, int], suffix: dict[frozenset[int], Word]
) -> None:
    """Blocks that were apart before stay apart by the same word, under their new numbers."""
    old = dict(suffix)
    parents = {number: block[here] for here, number in refined.items()}
    for left, above in parents.items():
        for right, beside in parents.items():
            if left < right and above != beside:
                suffix[frozenset((left, right))] = old[frozenset((above, beside))]


def _split(
    system: System,
    block: dict[Configuration, int],
    suffix: dict[frozenset[int], Word],
    left: Configuration,
    right: Configuration,
) -> Word:
    for step in system.inputs:
        one, two = system.edges[left].get(step), system.edges[right].get(step)
        if one is None or two is None:
            continue
        if visible(one.prediction) != visible(two.prediction):
            return (step,)
        if block[one.dest] != block[two.dest]:
            return (step, *suffix[frozenset((block[one.dest], block[two.dest]))])
    return ()  # they differ only in which steps can be taken


def _signature(system: System, here: Configuration, block: dict[Configuration, int]) -> Any:
    edges = system.edges[here]
    return tuple(
        (visible(edges[step].prediction), block[edges[step].dest]) if step in edges else None for step in system.inputs
    )


def visible(prediction: Prediction) -> Any:
    """Return what an observer sees of a prediction, in a form that can be compared and hashed."""
    return _frozen({key: prediction[key] for key in ("ok", "hr", "events", "results") if key in prediction})


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        hidden = {"cites", "calls", "step"}
        return tuple((key, _frozen(inner)) for key, inner in sorted(value.items()) if key not in hidden)
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    return str(value) if isinstance(value, Wild) else (type(value) is bool, value)
