"""What threads that race may come to: every interleaving of the atoms of their steps.

A call that runs a handler is not atomic: to publish the outcome is one atom, to claim the call is one, each
step of the handler is one, and the handler's end is one (:class:`iasyncinfo_spec.product.Run`). A race is
linearizable when its results are those of some interleaving (Castaneda, Rajsbaum and Raynal, "Unifying
concurrent objects and distributed tasks: interval-linearizability", 2018).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from iasyncinfo_spec.product import Atoms, Configuration, Prediction, Product, Run
from iasyncinfo_spec.words import Word


@dataclass(frozen=True, slots=True)
class Interleaving:
    """One way in which a race may go: the order of its atoms by thread, the results, and where it leads."""

    order: tuple[int, ...]
    results: tuple[list[Prediction], ...]
    dest: Configuration


def interleavings(product: Product, start: Configuration, threads: tuple[Word, ...]) -> Iterator[Interleaving]:
    """Yield every interleaving of the threads' atoms; raises NotDrivable where one of them cannot be taken."""
    untried: list[tuple[int, ...]] = [()]
    while untried:
        prefix = untried.pop()
        found, alternatives = _follow(product, start, threads, prefix)
        yield found
        untried += alternatives


def _follow(
    product: Product, start: Configuration, threads: tuple[Word, ...], prefix: tuple[int, ...]
) -> tuple[Interleaving, list[tuple[int, ...]]]:
    """Run the threads in the order of ``prefix``, then each to its end; return what else could be tried."""
    run = Run(product, start)
    results: tuple[list[Prediction], ...] = tuple([] for _ in threads)
    living = {index: _thread(run, word, results[index]) for index, word in enumerate(threads)}
    order: list[int] = []
    alternatives: list[tuple[int, ...]] = []
    while living:
        if len(order) < len(prefix):
            chosen = prefix[len(order)]
        else:
            chosen, *others = living
            alternatives += [(*order, other) for other in others]
        order.append(chosen)
        if next(living[chosen], True):
            del living[chosen]
    return Interleaving(tuple(order), results, run.at), alternatives


def _thread(run: Run, word: Word, results: list[Prediction]) -> Atoms[None]:
    for number, step in enumerate(word):
        if number:
            yield
        results.append((yield from run.atoms(step)))
