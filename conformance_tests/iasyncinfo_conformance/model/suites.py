"""The words of the complete suites of one kind, in parts: each part has one system that says what is answered.

For each kind the plain steps make one machine, whose suite is complete for ``extra`` states more than it
has. The same words carry other values, too. Each handler that calls back makes another machine, with no extra
states; of its suite those words count in which the program runs, since a handler is opaque until it is called.
Beside them, and outside the theorem, are detours: in each state each step is taken, many times where it leads
nowhere, and life goes on from there. That shows flags and counters, which multiply the states of a subject by
more than any small ``extra``. And each step is taken more often than a byte can count, once for each of its answers.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.hsi import canonical, suite
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.model.values import OTHER_VALUES, PLAIN_VALUES, Values
from iasyncinfo_spec.words import Step, Word, program_of

TIMES: Final = 12
"""How often a step that leads nowhere is repeated."""
LONG: Final = 260
"""How often it is repeated once for each answer that it has: a counter of eight bits has run over by then."""
_LOOKS: Final[Word] = (
    ("id",),
    ("status",),
    ("error_code",),
    ("get_results",),
    ("get_completed",),
    ("get_progress",),
)
_ON: Final[Word] = (("report_progress", 1), ("put_progress", "p1"), ("report_progress", 1), ("put_completed", "h1"))
"""What may have been spoiled before the worker ends."""
_ENDS: Final[tuple[Word, ...]] = (
    (("complete", 5),),
    (("fail", 0x80004005),),
    (("cancel",), ("acknowledge_cancel",)),
)
_TAILS: Final = (_LOOKS, *((*_ON, *end, *_LOOKS, ("close",), ("status",)) for end in _ENDS))
"""What comes after a detour: a look, and each way in which life may go on."""


class Part(NamedTuple):
    """Words over one system: those of its suite, and the detours beside them.

    ``put`` is the handler that calls back, where one does; ``varied`` says that the words are those of the first
    part with other values, whose arrows have been counted.
    """

    expected: Expected
    suite: Sequence[Word]
    detours: Iterable[Word] = ()
    lasting: Iterable[Word] = ()
    put: Step | None = None
    varied: bool = False


def parts(model: Model, extra: int, *, quick: bool = False) -> Iterator[Part]:
    """Yield the parts of the complete suites of one kind, that of the plain steps first.

    A quick run has one set of values, of the handlers that call back those that make many calls, and of the
    detours those that repeat a step.
    """
    plain, born = Expected(model), len(model.born)
    around = detours(plain, PLAIN_VALUES, (TIMES,) if quick else (1, TIMES), born)
    yield Part(plain, suite(plain.machine, extra), around, () if quick else lasting(plain))
    others = [] if quick else list(model.other_values)
    again = suite(plain.machine, 0) if others else []
    for values in others:
        yield Part(Expected(model, model.system_of(values)), [values.in_word(word) for word in again], varied=True)
    for put in model.calling_puts():
        if not quick or len(program_of(put)) > 1:
            expected = Expected(model, model.system_of(OTHER_VALUES[0], put))
            running = [word for word in suite(expected.machine, 0, put) if expected.counts(word)]
            yield Part(
                expected, running, detours(expected, OTHER_VALUES[0], () if quick else (1, TIMES), born), put=put
            )


def detours(expected: Expected, values: Values, times: Sequence[int], born: int = 0) -> Iterator[Word]:
    """Yield words that take a step in each state, so many times where it leads nowhere, and go on to each end.

    ``born`` is the number of steps that every word begins with, because they had been taken at its start.
    """
    machine = expected.machine
    first = tuple(step for step in _LOOKS[:1] if step in machine.inputs)
    known = [tuple(step for step in values.in_word(tail) if step in machine.inputs) for tail in _TAILS]
    for state, access in enumerate(machine.access):
        before, way = access[:born], access[born:]
        for step, dest in machine.drivable(state):
            word = (*access, step)
            if len(before) == born and canonical(word) == word and expected.counts(word):
                tails = dict.fromkeys(machine.runnable(dest, tail) for tail in known)
                for often in times if dest == state else {1} & set(times):
                    yield from ((*before, *first, *way, *(step,) * often, *tail) for tail in tails)


def lasting(expected: Expected) -> Iterator[Word]:
    """Yield words that take a step very often where it leads nowhere, in one state for each of its answers."""
    machine, seen = expected.machine, set[tuple[Step, int]]()
    for state, access in enumerate(machine.access):
        for step, dest in machine.drivable(state):
            answered = step, machine.answers[state][step]
            word = (*access, *(step,) * LONG)
            if dest == state and answered not in seen and canonical(word) == word:
                seen.add(answered)
                yield (*word, *machine.runnable(state, tuple(look for look in _LOOKS if look in machine.inputs)))
