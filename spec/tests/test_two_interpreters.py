"""Two interpreters of the tables, which share no code, give the same answers, calls and states."""

import random
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pytest

from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.exploration import explore, plain_inputs
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import E_ACCESSDENIED, ERROR_CANCELLED, RPC_E_DISCONNECTED
from iasyncinfo_spec.product import Again, Configuration, NotDrivable, Prediction, Product, Wild
from iasyncinfo_spec.tables import COMPLETED_SLOT, CREATED, LIFECYCLE, PROGRESS_SLOT, STARTED, Row
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Step, Word, format_word

from .faults import FAULTS
from .second_interpreter import Answer, CannotBeDriven, Second

ROWS: Final = 2000
SEED: Final = 20
BREACHES: Final = sorted({row["rule"] for row in (*LIFECYCLE, *COMPLETED_SLOT, *PROGRESS_SLOT) if row.get("breach")})
MOVING: Final = {"cancel", "close", "put_completed", "put_progress", "complete", "fail", "report_progress"}
LENGTH: Final = 10
NOTHING: Final[Mapping[str, str]] = {}
READ: Final[Word] = (("status",), ("get_results",), ("error_code",), ("get_completed",))
EXTRA: Final[Word] = (
    ("put_completed", "h3", READ),
    ("put_completed", "h4", (("raise", E_ACCESSDENIED),)),
    ("put_completed", "h5", (("raise", RPC_E_DISCONNECTED),)),
    ("fail", ERROR_CANCELLED),
    ("complete", "text"),
    ("cancel_notifications",),
)
"""Beside the plain inputs: handlers that look, that fail and whose client is gone; values that matter."""

FAILING_CALLBACK: Final[Step] = ("cancel_callback_fails", E_ACCESSDENIED)


class Both(NamedTuple):
    """What a step came to in the two."""

    prediction: Prediction
    there: Configuration
    answer: Answer
    states: tuple[str, str, str]

    @property
    def agree(self) -> bool:
        """Whether the answers, the calls and the states are the same."""
        there = self.there
        return alike(self.prediction, self.answer) and (there.life, there.completed, there.progress) == self.states


def fits(expected: object, actual: object) -> bool:
    """Return whether a concrete value is one that the product's prediction allows."""
    match expected:
        case Wild.ID | Wild.FAILURE:
            return bool(actual)
        case Wild.ANY:
            return True
        case Wild.EMPTY:
            return not actual
        case Again():
            return expected.fits(actual)
        case _:
            return expected == actual


def alike(predicted: Prediction, answer: Answer) -> bool:
    """Return whether two answers say the same, the calls that they made included."""
    calls, made = predicted.get("events", []), answer["events"]
    return (
        all((key in predicted) == (key in answer) for key in ("ok", "hr", "results"))
        and all(fits(predicted[key], answer[key]) for key in ("ok", "hr") if key in answer)
        and all_alike(predicted.get("results", []), answer.get("results", []))
        and len(calls) == len(made)
        and all(call_alike(dict(call), other) for call, other in zip(calls, made, strict=True))
    )


def call_alike(call: dict[str, Any], made: Answer) -> bool:
    """Return whether two calls are of the same handler, with the same arguments, and what it did came to the same."""
    told = {key: value for key, value in call.items() if key != "results"}
    return told == {key: value for key, value in made.items() if key != "results"} and all_alike(
        call.get("results", []), made.get("results", [])
    )


def all_alike(predicted: list[Prediction], answers: list[Answer]) -> bool:
    return len(predicted) == len(answers) and all(map(alike, predicted, answers))


def step_both(product: Product, second: Second, here: Configuration, step: Step) -> Both | None:
    """Take a step in both; None where both say that nobody can, and then neither has moved."""
    before = second.memory
    try:
        prediction, there = product.step(here, step)
    except NotDrivable:
        try:
            return Both(
                {"step": step, "cites": "", "calls": "", "cell": "", "hr": 0}, here, second.take(step), second.states
            )
        except CannotBeDriven:
            second.memory = before
            return None
    return Both(prediction, there, second.take(step), second.states)


@pytest.mark.theorem(
    "TWO-INTERPRETERS",
    over="every family and kind, every word over the plain inputs, readers, failing handlers and cancel callbacks",
    how="exhausted",
)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", FAMILIES)
def test_both_give_the_same_on_every_word_of_every_family(name: str, kind: Kind) -> None:
    """From every pair of states that words lead to, each step answers, calls and leads the same: so all words do."""
    product, second, inputs = Product(FAMILIES[name], kind), Second(), (*plain_inputs(kind), *EXTRA)
    if product.answer("CEXC") != "swallow":  # elsewhere it cannot be seen
        inputs = (*inputs, FAILING_CALLBACK)
    second.begin(FAMILIES[name], kind)
    start = (Configuration(), second.memory)
    ways: dict[Any, Word] = {start: ()}
    untried = [start]
    while untried:
        here = untried.pop()
        for step in inputs:
            second.memory = here[1]
            both = step_both(product, second, here[0], step)
            if both is None:
                continue
            word = (*ways[here], step)
            assert both.agree, (format_word(word), both)
            after = (both.there, second.memory)
            if after not in ways:
                ways[after] = word
                untried.append(after)
    assert len(ways) >= len(explore(name, kind).configurations)


def drawn_row(chance: random.Random, given: Mapping[str, str]) -> tuple[Family, Kind, str]:
    """Draw what is not given: answers, breaches, a kind, and a state in which a caller may begin."""
    answers = {name: chance.choice(point.names) for name, point in VARIATIONS.items()}
    family = Family("drawn", "", {**answers, **given}, {rule: "" for rule in BREACHES if chance.random() < 0.2})
    begun = [STARTED, *([CREATED] if family.answer("CREATED") == "refuses" else [])]
    return family, chance.choice(list(Kind)), chance.choice(begun)


def drawn_step(chance: random.Random, kind: Kind, depth: int = 2, without: str = "") -> Step:
    """Draw a step; a handler that is put runs a few steps itself, puts and failures among them.

    A Progress handler does not report: it would be called by that for ever.
    """
    inputs = [step for step in (*plain_inputs(kind), *EXTRA[3:], FAILING_CALLBACK) if step[0] != without]
    moving = [step for step in inputs if step[0] in MOVING]
    step: Step = chance.choice(moving if chance.random() < 0.7 else inputs)
    if step[0] not in ("put_completed", "put_progress") or step[1] is None or not depth:
        return step
    without = "report_progress" if step[0] == "put_progress" else without
    program = [drawn_step(chance, kind, depth - 1, without) for _ in range(chance.randint(0, 3))]
    if chance.random() < 0.1:
        program.append(("thread", tuple(program)))
    if chance.random() < 0.3:
        program.append(("raise", chance.choice((E_ACCESSDENIED, RPC_E_DISCONNECTED))))
    return (*step[:2], tuple(program)) if program else step


def disagreement(second: Second, rows: int, given: Mapping[str, str] = NOTHING) -> str:
    """Return a word of a drawn row on which the product and ``second`` differ, and how; "" where there is none."""
    chance = random.Random(SEED)
    for _ in range(rows):
        family, kind, life = drawn_row(chance, given)
        product, here = Product(family, kind), Configuration(life=life)
        second.begin(family, kind, life)
        word: list[Step] = []
        for step in [drawn_step(chance, kind) for _ in range(LENGTH)]:
            both = step_both(product, second, here, step)
            if both is None:
                continue
            word.append(step)
            if not both.agree:
                return f"{kind} from {life}: {format_word(word)}: {both} {dict(family.answers)} {set(family.breaks)}"
            here = both.there
    return ""


@pytest.mark.theorem(
    "TWO-INTERPRETERS-DRAWN",
    over="2,000 rows of answers and breaches, a word of ten steps each, handlers nested twice",
    how="sampled",
)
def test_both_give_the_same_on_drawn_words_of_drawn_rows() -> None:
    """Any answers and breaches, from created too where a caller may meet it, with handlers that do anything."""
    assert disagreement(Second(), ROWS) == ""


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_cell_is_read_by_both(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither knows by itself what a cell says: where the tables are wrong, both are wrong alike."""
    FAULTS[name].plant(monkeypatch)
    assert disagreement(Second(), 100, FAULTS[name].answers) == ""


class Forgetful(Second):
    """Loses what the worker ended with."""

    def _keep(self, row: Row, step: Step) -> None:
        pass


class Deaf(Second):
    """Tells the worker of no cancel."""

    def _request(self, answer: Answer) -> None:
        pass


class Calm(Second):
    """Has workers whose callbacks never fail."""

    def take(self, step: Step) -> Answer:
        answer = super().take(step)
        self._callback_fails = 0
        return answer


class Lenient(Second):
    """Lets no failure of a handler out."""

    def _fail_completed(self, code: int | None, answer: Answer, *, late: bool) -> None:
        pass


class Late(Second):
    """Calls the handler before the other machines have followed."""

    def _follow(self, row: Row, step: Step, answer: Answer) -> None:
        if isinstance(told := row.get("tells"), AsyncStatus):
            self._slots["completed"].trigger("call", ("call", told, step[0]), answer)
        super()._follow(row, step, answer)


@pytest.mark.parametrize("wrong", [Forgetful, Deaf, Calm, Lenient, Late])
def test_an_interpreter_that_differs_is_found_out(wrong: type[Second]) -> None:
    """The comparison has teeth: whoever reads the theory otherwise differs on some row."""
    assert disagreement(wrong(), ROWS)
