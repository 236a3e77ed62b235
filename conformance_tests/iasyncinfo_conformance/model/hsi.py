"""Complete test suites: words that no faulty machine of a bounded size passes.

The method is HSI, harmonized state identifiers (Petrenko, Yevtushenko, Lebedev and Das, "Nondeterministic
state machines in protocol conformance testing", 1993; the bound on extra states is Vasilevskii's, 1973,
and Chow's, 1978). The machine is first made input-complete: a step that cannot be taken answers "not
drivable" and leads nowhere. Whether it can be taken depends on the worker alone, which the tester drives,
so such steps are known to be answered and are left out of the words that run; the states that are counted
are those of the object together with its worker. Then the machine is minimized. For ``n`` states and ``k``
extra ones the suite is

    access(s) . every word of at most k + 1 steps . identifiers(the state it leads to)

for every state ``s``. An identifier is any word; two states share one that they answer differently. A few
long words that look at everything separate most pairs, which keeps the suite small.

Two reductions keep the theorem for implementations that treat every handler alike: of words that differ
only in the names of handlers one is run, and a word that begins another is run as its beginning.
"""

from collections import Counter
from collections.abc import Iterable

from iasyncinfo_conformance.model.minimal import Minimal
from iasyncinfo_spec.words import Step, Word


def suite(machine: Minimal, extra: int, through: Step | None = None) -> list[Word]:
    """Return the complete suite for ``extra`` states more than the machine has.

    With ``through``, only the words that take this step.
    """
    words: dict[Word, None] = {}
    frontier = [(access, state) for state, access in enumerate(machine.access)]
    for length in range(extra + 2):
        for word, state in frontier:
            for identifier in machine.identifiers[state]:
                longer = (*word, *machine.runnable(state, identifier))
                if through is None or through in longer:
                    words[canonical(longer)] = None
        if length <= extra:
            frontier = [((*word, step), dest) for word, state in frontier for step, dest in machine.drivable(state)]
    return without_beginnings(words)


def without_beginnings(words: Iterable[Word]) -> list[Word]:
    """Return the words that begin no other word of theirs."""
    listed = list(words)
    begun = {word[:length] for word in listed for length in range(len(word))}
    return [word for word in listed if word not in begun]


def canonical(word: Word) -> Word:
    """Return a word with its plain handlers named in the order in which they come."""
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    renamed = []
    for step in word:
        if len(step) == 2 and step[0] in ("put_completed", "put_progress") and step[1] is not None:
            label = step[1]
            if label not in names:
                counts[label[0]] += 1
                names[label] = f"{label[0]}{counts[label[0]]}"
            step = (step[0], names[label])
        renamed.append(step)
    return tuple(renamed)
