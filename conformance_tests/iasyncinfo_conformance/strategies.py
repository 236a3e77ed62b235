"""Hypothesis strategies of what words are made of: values, codes, handlers, their programs, and words themselves.

They know nothing of a subject but what is passed to them, and they shrink towards the plainest of their kind::

    from hypothesis import given
    from iasyncinfo_conformance import Kind, load_target, strategies

    target = load_target("my.adapter:start")

    @given(strategies.words(Kind.OPERATION))
    def test_an_operation_always_has_a_status(word):
        *_, status = target.run(Kind.OPERATION, (*word, ("status",)))
        assert status.get("ok") in (0, 1, 2, 3) or "hr" in status
"""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from hypothesis import strategies as st

from iasyncinfo_conformance.target import CAPABILITIES
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import plain_inputs
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import (
    DISCONNECTED,
    E_ACCESSDENIED,
    E_FAIL,
    E_INVALIDARG,
    E_UNEXPECTED,
    ERROR_CANCELLED,
)
from iasyncinfo_spec.product import Configuration, Handler, NotDrivable, Product
from iasyncinfo_spec.situations import with_family
from iasyncinfo_spec.values import SORTS, Frozen, Thing, frozen, sorts_of
from iasyncinfo_spec.words import CALLS, EXCEPTIONS, NATURES, Step, Word

__all__ = ["codes", "handlers", "programs", "progress", "situations", "steps", "values", "words"]

CODES: Final = (E_FAIL, E_UNEXPECTED, E_ACCESSDENIED, E_INVALIDARG)
"""The codes that are drawn most often."""
_APART: Final = frozenset({ERROR_CANCELLED, *DISCONNECTED})
"""Codes that some family treats in a way of its own."""
_GONE: Final = frozenset(("raise", code) for code in DISCONNECTED)
"""What a handler raises whose object is gone."""
_EVERYTHING: Final = frozenset(CAPABILITIES)
_LABELS: Final = {"put_completed": ("h1", "h2"), "put_progress": ("p1", "p2")}
_SCALARS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "int": st.integers(-(2**31), 2**31 - 1),
    "null": st.none(),
    "bool": st.booleans(),
    "string": st.text(st.characters(codec="utf-8"), max_size=20),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "bigint": st.integers(-(2**200), 2**200),
    "object": st.integers(1, 2).map(lambda number: {"object": number}),
}
"""The sorts that hold no other values, as JSON has them, the plainest first."""
_TELLING: Final[tuple[Frozen, ...]] = (
    5, 0, None, False, True, "", 0.0, 1.0, (), -1, (0,), "0", 0.5, 2**31, 2**64, Thing(1), (Thing(1),), ((),),
)  # fmt: skip
"""Values of every sort that are easily taken for another, or for none; the plainest first."""
_NUMBERS: Final = st.sampled_from((1, 0, 100, -1, 0.5, 0.25, 1e9)) | st.integers(-(2**31), 2**31 - 1)
"""Progress that everybody carries."""


def values(sorts: Iterable[str] = SORTS) -> st.SearchStrategy[Frozen]:
    """Return the strategy of results of some sorts, as words hold them: a list is a tuple.

    ``sorts`` are of those that :data:`iasyncinfo_spec.values.SORTS` names and an adapter declares; ``int`` is always
    one of them. The plainest value is 5.
    """
    known = {"int", *sorts}
    telling = st.sampled_from([value for value in _TELLING if sorts_of(value) <= known])
    drawn = st.one_of([strategy for sort, strategy in _SCALARS.items() if sort in known])
    if "list" in known:
        flat = st.lists(drawn, max_size=3)
        drawn = drawn | flat | st.lists(drawn | flat, max_size=3)
    return telling | drawn.map(frozen)


def progress(sorts: Iterable[str] = ()) -> st.SearchStrategy[Frozen]:
    """Return the strategy of progress values: numbers, and values of all ``sorts`` where ``progress`` is among them."""
    return _NUMBERS | values(sorts) if "progress" in sorts else _NUMBERS


def codes() -> st.SearchStrategy[int]:
    """Return the strategy of the HRESULTs with which a worker fails: failures, as unsigned numbers of 32 bits.

    None is a code that some family treats in a way of its own: one that stands for a cancel or for a listener that
    is gone. The plainest is E_FAIL.
    """
    return st.sampled_from(CODES) | st.integers(2**31, 2**32 - 1).filter(lambda code: code not in _APART)


def steps(kind: Kind, names: Iterable[str] | None = None, *, sorts: Iterable[str] = SORTS) -> st.SearchStrategy[Step]:
    """Return the strategy of single steps of a kind whose handlers run nothing.

    ``names`` chooses among the steps that the kind has; the worker's carry drawn values of ``sorts``, and every code.
    """
    plain = plain_inputs(kind)
    chosen = dict.fromkeys(step[0] for step in plain if names is None or step[0] in set(names))
    drawn = {"complete": values(sorts), "fail": codes(), "report_progress": progress(sorts)}
    valued = [st.tuples(st.just(name), drawn[name]) for name in chosen if name in drawn]
    others = [step for step in plain if step[0] in chosen and step[0] not in drawn]
    return st.one_of([st.sampled_from(others), *valued] if others else valued)


def programs(kind: Kind, supports: Iterable[str] = _EVERYTHING, *, most: int = 2) -> st.SearchStrategy[Word]:
    """Return the strategy of what a handler runs itself: at most so many calls, and perhaps a failure at its end.

    ``supports`` are capabilities as a target has them: without ``reentrancy`` a handler calls nothing, without
    ``raise`` none fails, and without ``exceptions`` every failure has a code.
    """
    known = frozenset(supports)
    calls: st.SearchStrategy[Word] = st.just(())
    if "reentrancy" in known:
        calls = st.lists(steps(kind, CALLS), max_size=most).map(tuple)
    failures = _failures(known)
    return st.tuples(calls, st.sampled_from(failures)).map(_joined) if len(failures) > 1 else calls


def _failures(supports: frozenset[str]) -> list[Word]:
    """Return how a program may end: as it does by itself, or with a failure."""
    with_codes = [(("raise", code),) for code in (*CODES, *DISCONNECTED)] if "raise" in supports else []
    by_name = [(("raise", name),) for name in EXCEPTIONS] if {"raise", "exceptions"} <= supports else []
    return [(), *with_codes, *by_name]


def _joined(parts: tuple[Word, Word]) -> Word:
    return (*parts[0], *parts[1])


def handlers(
    kind: Kind, slot: str = "put_completed", supports: Iterable[str] = _EVERYTHING
) -> st.SearchStrategy[Handler | None]:
    """Return the strategy of what is put into a slot: one of two handlers with a drawn program, or null.

    ``slot`` is ``put_completed`` or ``put_progress``. With ``natures`` among ``supports`` the label may name one
    (``h1:falsy``).
    """
    known = frozenset(supports)
    labels = list(_LABELS[slot])
    natured = [f"{label}:{nature}" for nature in NATURES for label in labels] if "natures" in known else []
    ran = programs(kind, known)
    if slot == "put_progress":  # whether a worker hears that its listener is gone only a family's source tells
        ran = ran.filter(lambda program: not program or program[-1] not in _GONE)
    plain = st.sampled_from(labels).map(Handler)
    drawn = st.tuples(st.sampled_from(labels + natured), ran).map(Handler._make)
    return plain | drawn | st.none()


def put(slot: str, handler: Handler | None) -> Step:
    """Return the step that puts a handler, or null, into a slot."""
    if handler is None:
        return (slot, None)
    return (slot, handler.label, handler.program) if handler.program else (slot, handler.label)


def words(
    kind: Kind,
    family: str | Family = "reference",
    *,
    supports: Iterable[str] = _EVERYTHING,
    sorts: Iterable[str] = SORTS,
    most: int = 20,
) -> st.SearchStrategy[Word]:
    """Return the strategy of words over one object of a kind: one step at least and at most so many.

    Each can be taken on a right implementation that answers as ``family`` does; a KeyError for a name that is no
    family's. Whether a step is refused there is another matter.
    """
    product = Product(FAMILIES[family] if isinstance(family, str) else family, kind)
    slots = ["put_completed", "put_progress"] if kind.has_progress else ["put_completed"]
    puts = [handlers(kind, slot, supports).map(partial(put, slot)) for slot in slots]
    drawn = st.lists(st.one_of(steps(kind, sorts=sorts), *puts), min_size=1, max_size=most)
    return drawn.map(partial(_taken, product))


def _taken(product: Product, drawn: Iterable[Step]) -> Word:
    """Return those of the steps that can be taken one after the other, or a look where there are none."""
    word, here = [], Configuration()
    for step in drawn:
        with suppress(NotDrivable):
            _, here = product.step(here, step)
            word.append(step)
    return tuple(word) or (("status",),)


def situations(
    families: Iterable[str] = tuple(FAMILIES), kinds: Iterable[Kind] = tuple(Kind), *, gives_up: bool = True
) -> st.SearchStrategy[tuple[Word, Kind]]:
    """Return a strategy of what a consumer may meet: a situation, as a word, and a kind of operation.

    Not every family can do all that is drawn. Without ``gives_up`` the consumer is never told to give up.
    """
    kinds = tuple(kinds)
    return st.sampled_from(tuple(families)).flatmap(
        lambda family: st.sampled_from(kinds).flatmap(
            lambda kind: st.tuples(_situation(family, kind, gives_up=gives_up), st.just(kind))
        )
    )


@st.composite
def _situation(draw: Any, family: str, kind: Kind, *, gives_up: bool) -> Word:
    """Draw the steps of somebody else's, of the worker's and of the consumer's task, before and while it waits."""
    ends = st.one_of(
        st.sampled_from(_TELLING_RESULTS if kind.has_result else (5,)).map(lambda value: ("complete", value)),
        st.sampled_from((E_ACCESSDENIED, E_FAIL, E_INVALIDARG)).map(lambda code: ("fail", code)),
        st.just(("acknowledge_cancel",)),
    )
    before = draw(st.lists(st.sampled_from((("cancel",),)), max_size=1))
    meanwhile: list[Step] = [("pause",), ("cancel",), *([("give_up",)] if gives_up else [])]
    meanwhile += [("report_progress", 1), ("report_progress", 0)] if kind.has_progress else []
    middle = draw(st.lists(st.sampled_from(meanwhile), max_size=2))
    marks: list[Word] = [(), (("publish",),), (("on_loop",),)]
    marks += [((moment, member),) for moment in ("before", "after") for member in ("put_completed", "status")]
    mark = draw(st.sampled_from(marks))
    later = draw(st.lists(st.sampled_from(meanwhile[:1] + meanwhile[2:3]), max_size=1))
    called = [("call",)] if mark == (("publish",),) else []
    end = [*mark, draw(ends), *later, *called]
    begins = draw(st.booleans()) and not mark and end[0][0] != "acknowledge_cancel"
    steps = (*before, *end, ("wait",)) if begins else (*before, ("wait",), *middle, *end)
    return with_family(family, steps)


_TELLING_RESULTS: Final = (5, 0, None, False, "", "text", ())
"""Results that consumers have mistaken for others."""
