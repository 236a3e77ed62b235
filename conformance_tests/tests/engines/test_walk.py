"""The state machine of the walk and the engines beside it: what they draw, what they find, and what they say of it."""

import gc
import sys
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from iasyncinfo_conformance import state_machine, strategies
from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.counterexamples.premises import beside
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.engines.survey import ENGINE as SURVEY
from iasyncinfo_conformance.engines.survey import drawn_order, survey
from iasyncinfo_conformance.engines.walking import machine
from iasyncinfo_conformance.engines.walking.machine import Operation
from iasyncinfo_conformance.engines.walking.walk import walk
from iasyncinfo_conformance.judging.judge import Judge
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.hsi import suite
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.session.lines import tell_lines
from iasyncinfo_conformance.session.playing import NotAllowed
from iasyncinfo_conformance.session.session import Session, sessions_of
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Result
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_target
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import DISCONNECTED, ERROR_CANCELLED
from iasyncinfo_spec.pairs import drives_several
from iasyncinfo_spec.product import Handler
from iasyncinfo_spec.values import SORTS, Frozen, sorts_of
from iasyncinfo_spec.words import Word, format_word, parse_word

Start = Callable[[Kind], Subject]
PLAIN: Final = settings(
    max_examples=200,
    stateful_step_count=20,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=False,
    phases=(Phase.generate, Phase.shrink),
)


def only_operations(kind: Kind, subject: type[plain.Plain]) -> Subject:
    """A fresh subject of the one kind that is declared."""
    if kind is not Kind.OPERATION:
        raise NotImplementedError
    return plain.subject(subject, kind)


def right(kind: Kind) -> Subject:
    """A right implementation of operations."""
    return only_operations(kind, plain.Plain)


class _Forgetful(plain.Plain):
    """Forgets its result when it is asked for its error code."""

    @property
    def error_code(self) -> Any:
        code = super().error_code
        if self._status == AsyncStatus.COMPLETED:
            self._result = None  # forgotten
        return code


def forgetful(kind: Kind) -> Subject:
    """A wrong implementation of operations."""
    return only_operations(kind, _Forgetful)


class _Mistaken(plain.Plain):
    """Takes false, null and 0 for no result."""

    def get_results(self) -> Any:
        if self._status == AsyncStatus.COMPLETED and not self._result:
            return 7.5  # mistaken
        return super().get_results()


def mistaken(kind: Kind) -> Subject:
    """A wrong implementation of operations whose wrong line runs where it shows, and nowhere else."""
    return only_operations(kind, _Mistaken)


UNTIL_IT_FAILS: Final = settings(PLAIN, max_examples=5_000)
"""What is drawn depends on the modules that are loaded, so that a failure may come early or late."""


def failing_case(machine: type[RuleBasedStateMachine], chosen: settings = UNTIL_IT_FAILS) -> tuple[AssertionError, str]:
    """What a machine fails with, and what Hypothesis prints of it."""
    with pytest.raises(AssertionError) as caught:
        run_state_machine_as_test(machine, settings=chosen)
    return caught.value, "\n".join(caught.value.__notes__)


def session_of(start: Start | str, **options: Any) -> Session:
    """The session of the operations of a subject."""
    target = InProcess(start, "subject", explores=False) if callable(start) else load_target(start, explores=False)
    return sessions_of(target, ask(target), Journal(), Options(**options))[Kind.OPERATION]


def silent(_at: str) -> None:
    """Show no progress."""


def test_what_a_walk_drew_from_is_let_go_with_it() -> None:
    """Hypothesis keeps the class of every machine that has run; what is large must not hang on it."""
    session = session_of(right)
    model = weakref.ref(session.model)
    walk(session, silent)
    del session
    gc.collect()
    assert model() is None


def test_a_breach_of_a_rule_that_is_not_asked_for_ends_no_walk() -> None:
    """It would hide what is asked for, and be shortened for nobody."""
    found = {}
    for asked in ("CANCEL-VISIBLE", "FIRE-ORDER"):
        session = session_of(
            "iasyncinfo_conformance.counterexamples.broken.cancel:cancel_does_nothing", rule=asked, quick=True
        )
        walk(session, silent)
        found[asked] = {failure.rule for failure in session.journal.failures}
    assert found == {"CANCEL-VISIBLE": {"CANCEL-VISIBLE"}, "FIRE-ORDER": set()}


# -- the machine of users ---------------------------------------------------------------------------


def test_a_failing_case_is_a_list_of_calls() -> None:
    """They are the machine's rules, and the message holds the word that they take."""
    error, notes = failing_case(state_machine(mistaken, Kind.OPERATION))
    assert isinstance(error, NotAllowed)
    assert "RESULTS: operation" in str(error)
    assert format_word(error.word) in str(error)
    calls = [line for line in notes.splitlines() if "state." in line]
    assert calls[0].startswith("operations_0 = state.begin(way=")
    assert calls[-1] == "state.teardown()"
    assert all("operation=operations_" in call or "begin_another" in call for call in calls[1:-1])


def test_what_hypothesis_explains_is_told_without_lines_of_the_suite() -> None:
    """Where these are all that there is, there is no explanation."""
    heading = ["Explanation:", "    These lines were always and only run by failing test cases:"]
    own, theirs = f"        {machine.__file__}:12", f"        {__file__}:12"
    for notes, told in (
        ([*heading, own, theirs, own], [*heading, theirs]),
        ([*heading, own, "        (and 2 more with settings.verbosity >= verbose)"], []),
        (["state = walk()", *heading, theirs], ["state = walk()", *heading, theirs]),
    ):
        error = NotAllowed((), "")
        for note in notes:
            error.add_note(note)
        assert getattr(error, "__notes__", []) == told


def line_of(text: str) -> int:
    """The number of the first line of this file that ends with a text."""
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.endswith(text))


def test_a_subclass_may_add_rules_and_invariants() -> None:
    """Both run, a step that they take is compared like any other, and what they assert fails the example."""
    made = state_machine(right, Kind.OPERATION)
    seen: set[str] = set()

    class Own(made):  # type: ignore[valid-type, misc]
        @rule(operation=made.operations)
        def ask_twice(self, operation: Operation) -> None:
            seen.add("rule")
            self.take(operation, ("cancel",))
            assert self.take(operation, ("cancel",)) == {"ok": None}

        @invariant()
        def worker_is_told_once(self) -> None:
            seen.add("invariant")
            for operation in self.alive:
                assert operation.subject.cancel_notifications is not None
                assert operation.subject.cancel_notifications() < 2

    run_state_machine_as_test(Own, settings=PLAIN)
    assert seen == {"rule", "invariant"}

    class Wrong(made):  # type: ignore[valid-type, misc]
        @rule(operation=made.operations)
        def never_cancels(self, operation: Operation) -> None:
            assert self.take(operation, ("status",)) != {"ok": AsyncStatus.CANCELED}, "canceled"

    error, notes = failing_case(Wrong)
    assert "canceled" in str(error)
    assert "state.never_cancels(operation=operations_0)" in notes


def test_a_subclass_fails_where_the_specification_does_not_allow_what_comes() -> None:
    """A rule of one's own takes steps that are judged."""
    made = state_machine(mistaken, Kind.OPERATION)

    class Own(made):  # type: ignore[valid-type, misc]
        @rule(operation=made.operations)
        def finish(self, operation: Operation) -> None:
            for step in (("complete", 0), ("get_results",)):
                self.take(operation, step)

        complete = get_results = tell_apart = None  # nothing else may find it

    error, notes = failing_case(Own, settings(PLAIN, max_examples=2000))
    assert isinstance(error, NotAllowed)
    assert "state.finish(operation=operations_0)" in notes


def test_what_two_objects_share_is_laid_to_their_being_two() -> None:
    """Each half of the word passes alone."""
    made = state_machine(beside.one_result_for_all, Kind.OPERATION)
    error, _ = failing_case(made, settings(PLAIN, max_examples=3000))
    assert isinstance(error, NotAllowed)
    assert str(error).startswith("APART: operation")
    assert drives_several(error.word)


@pytest.mark.parametrize("kind", Kind)
def test_there_is_a_rule_for_each_member_and_lever_of_a_kind(kind: Kind) -> None:
    """And none for what a kind or a subject does not have."""
    progress = {"put_progress", "get_progress", "report_progress"}
    every = {
        "id", "status", "error_code", "cancel", "close", "put_completed", "get_completed", "get_results", "complete",
        "fail", "acknowledge_cancel", "cancel_notifications", "tell_apart", "begin_another",
    }  # fmt: skip
    names = {each.function.__name__ for each in state_machine(plain.start, kind).setup_state().rules}
    assert names == (every | progress if kind.has_progress else every)


def test_a_lever_that_is_missing_has_no_rule() -> None:
    """Nobody could pull it."""

    def bare(kind: Kind) -> Subject:
        subject = right(kind)
        return Subject(subject.operation, subject.complete)

    names = {each.function.__name__ for each in state_machine(bare, Kind.OPERATION).setup_state().rules}
    assert names.isdisjoint({"fail", "acknowledge_cancel", "report_progress", "cancel_notifications"})


# -- the engines ------------------------------------------------------------------------------------


def test_the_walk_writes_down_the_shortest_word() -> None:
    """Nothing can be left out of it."""
    session = session_of(forgetful)
    walk(session, silent)
    (failure,) = session.journal.failures
    assert failure.rule == "RESULTS"
    assert [step[0] for step in failure.word] == ["complete", "error_code", "get_results"]


def test_the_walk_finds_what_two_objects_share() -> None:
    """Its word drives both, and replays."""
    for number in range(20):  # a seed finds it in half of all cases
        session = session_of(beside.one_result_for_all, seed=number)
        walk(session, silent)
        if session.journal.failures:
            break
    (failure,) = session.journal.failures
    assert failure.rule == "APART"
    assert drives_several(parse_word(failure.text))


def test_the_same_seed_draws_the_same_words() -> None:
    """And another seed others."""

    def words(seed: int) -> list[Word]:
        found: list[Word] = []

        class _Writer(Session):
            def run(self, engine: str, word: Word) -> list[Result] | None:
                found.append(word)
                return super().run(engine, word)

        session = session_of(right, seed=seed, quick=True)
        walk(_Writer(**vars(session)), silent)
        return found

    assert words(1) == words(1) != words(2)


def test_the_survey_runs_each_word_of_the_suite_in_an_order_that_the_seed_draws() -> None:
    """It leaves none out."""
    session = session_of(right)
    expected = Expected(session.model)
    survey(session, silent)
    tests = [expected.with_looks(word) for word in suite(expected.machine, 0)]
    assert session.journal.words[SURVEY, Kind.OPERATION] == len(tests)
    assert sorted(map(format_word, drawn_order(expected, 1))) == sorted(map(format_word, tests))
    assert drawn_order(expected, 1) == drawn_order(expected, 1) != drawn_order(expected, 2)


# -- lines ------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.gettrace() is not None, reason="somebody else traces")
def test_a_card_names_the_lines_that_only_failing_runs_execute() -> None:
    """Also where a run that passes would have met the line, had anybody looked."""
    session = session_of(forgetful)
    walk(session, silent)
    tell_lines(session)
    (failure,) = session.journal.told()
    assert failure.lines[0] == (__file__, line_of("# forgotten"), "self._result = None  # forgotten")


def test_no_lines_are_told_where_somebody_traces_already() -> None:
    """A debugger keeps its hook."""
    target = session_of(right).target
    assert isinstance(target, InProcess)
    before = sys.gettrace()
    hook = before or (lambda *_: None)
    sys.settrace(hook)
    try:
        assert target.lines(Kind.OPERATION, (("status",),)) == ()
        assert sys.gettrace() is hook
    finally:
        sys.settrace(before)


# -- strategies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_drawn_words_can_be_taken(family: str) -> None:
    """On a right implementation of that family; and as text they are the same words."""

    @settings(max_examples=50, deadline=None, database=None)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(Kind))
        word = data.draw(strategies.words(kind, family))
        assert Judge(kind, FAMILIES[family], {}).drivable(word)
        assert parse_word(format_word(word)) == word

    holds()


@given(st.sets(st.sampled_from(SORTS)).flatmap(lambda sorts: st.tuples(st.just(sorts), strategies.values(sorts))))
def test_drawn_values_are_of_the_sorts_that_were_asked_for(drawn: tuple[set[str], Frozen]) -> None:
    """Or numbers of 32 bits, which everybody carries."""
    sorts, value = drawn
    wide = {"bigint": {"int64", "bigint"}, "int64": {"int64"}}
    assert sorts_of(value) <= {"int"} | sorts | set().union(*(wide.get(sort, set()) for sort in sorts))


@given(strategies.codes())
def test_drawn_codes_are_failures_that_nobody_treats_in_a_way_of_their_own(code: int) -> None:
    """They have 32 bits."""
    assert 2**31 <= code < 2**32
    assert code not in (ERROR_CANCELLED, *DISCONNECTED)


@given(strategies.handlers(Kind.OPERATION, supports=()))
def test_handlers_of_a_target_that_supports_nothing_run_nothing(handler: Handler | None) -> None:
    """And have no natures."""
    assert handler is None or (handler.program == () and ":" not in handler.label)


def plainest(strategy: st.SearchStrategy[Any]) -> Iterator[object]:
    """Yield the first example that is drawn."""
    found: list[object] = []

    @settings(max_examples=1, phases=[Phase.generate], database=None)
    @given(strategy)
    def draw(value: object) -> None:
        found.append(value)

    draw()
    yield from found


def test_the_plainest_draws_are_plain() -> None:
    """A failing case that does not depend on a value shows this one."""
    assert list(plainest(strategies.values())) == [5]
    assert list(plainest(strategies.codes())) == [0x80004005]
    assert list(plainest(strategies.handlers(Kind.ACTION))) == [Handler("h1")]
