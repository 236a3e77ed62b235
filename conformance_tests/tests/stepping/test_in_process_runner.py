"""Words on subjects of this process: what is recorded of answers, handlers, refusals and references."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from typing import Any

import pytest

from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.counterexamples.correct.elsewhere import start as start_elsewhere
from iasyncinfo_conformance.counterexamples.correct.elsewhere import start_next_turn
from iasyncinfo_conformance.counterexamples.plain import Plain
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Result, Trouble, needs_of
from iasyncinfo_conformance.targets.deadline import Guarded
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_conformance.targets.reference import start as start_reference
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_ACCESSDENIED, E_FAIL, E_ILLEGAL_DELEGATE_ASSIGNMENT, signed
from iasyncinfo_spec.words import parse_word, to_json

DONE: Result = {"ok": None}


def run(start: Start, text: str, kind: Kind = Kind.OPERATION) -> list[Result]:
    """The results of a word."""
    return InProcess(start, "subject").run(kind, to_json(parse_word(text)))


def last(start: Start, text: str, kind: Kind = Kind.OPERATION) -> Result:
    """The result of a word's last step."""
    return run(start, text, kind)[-1]


def of(**members: Any) -> Start:
    """An adapter of a right implementation with other members."""
    implementation = type("Changed", (Plain,), members)
    return lambda kind: plain.subject(implementation, kind)


def told(status: Any = 1, label: str = "h1", **more: Any) -> Result:
    """A call of a Completed handler."""
    return {"handler": label, "sender": True, "status": status, **more}


# ---- answers


@pytest.mark.parametrize("start", [plain.start, start_reference])
def test_each_step_has_a_result(start: Start) -> None:
    """Values, refusals and what was called."""
    assert run(start, "put_completed(h1) put_completed(h2) complete(5) get_results status error_code") == [
        DONE,
        {"hr": E_ILLEGAL_DELEGATE_ASSIGNMENT},
        {"ok": None, "events": [told()]},
        {"ok": 5},
        {"ok": 1},
        {"ok": 0},
    ]


def test_each_word_has_a_fresh_object() -> None:
    """Nothing is left of the word before."""
    target = InProcess(plain.start, "plain")
    words = [parse_word("complete(5) status"), parse_word("status")]
    assert list(target.run_many(Kind.ACTION, words)) == [[DONE, {"ok": 1}], [{"ok": 0}]]


class Foreign(IntEnum):
    """Somebody else's enumeration."""

    STARTED = 0


class Strange(Enum):
    """One whose members are no numbers."""

    STARTED = 0


@dataclass
class HResult:
    """A projection of the HResult structure."""

    value: int


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (AsyncStatus.STARTED, 0),
        (Foreign.STARTED, 0),
        (Strange.STARTED, 0),
        (0, 0),
        (4, 4),
        ("Started", "<str>"),
        (None, "<NoneType>"),
        (0.0, "<float>"),
    ],
)
def test_a_status_is_read_as_a_number(value: object, answer: object) -> None:
    """From any enumeration; what is none shows its type."""
    found = last(of(status=property(lambda _: value)), "status")
    assert found == {"ok": answer}
    assert type(found["ok"]) is type(answer)


@pytest.mark.parametrize("value", [E_FAIL, signed(E_FAIL), HResult(E_FAIL), HResult(signed(E_FAIL))])
def test_a_code_is_read_from_a_number_or_a_structure(value: object) -> None:
    """Signed or not."""
    assert last(of(error_code=property(lambda _: value)), "error_code") == {"ok": E_FAIL}


def test_a_result_that_json_cannot_carry_shows_its_type() -> None:
    """Without an address, which would differ from run to run."""
    assert last(of(get_results=lambda _: object()), "complete(5) get_results") == {"ok": "<object>"}


# ---- refusals


def refusing(error: BaseException) -> Start:
    """An implementation whose Cancel raises."""

    def cancel(_: Plain) -> None:
        raise error

    return of(cancel=cancel)


def with_code(name: str, code: object) -> Exception:
    """An exception with an attribute."""
    error = Exception("refused")
    setattr(error, name, code)
    return error


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (with_code("winerror", signed(E_FAIL)), {"hr": E_FAIL}),
        (with_code("winerror", E_FAIL), {"hr": E_FAIL}),
        (with_code("hresult", signed(E_FAIL)), {"hr": E_FAIL}),
        (with_code("hresult", "E_FAIL"), {"raised": "Exception"}),
        (with_code("errno", 5), {"raised": "Exception"}),
        (ValueError("no"), {"raised": "ValueError"}),
        (NotImplementedError(), {"raised": "NotImplementedError"}),
        (SystemExit(0), {"raised": "SystemExit"}),
    ],
)
def test_a_refusal_is_read_from_its_exception(error: BaseException, result: Result) -> None:
    """winerror comes before hresult; without a code the type is told."""
    assert last(refusing(error), "cancel") == result


def test_a_library_may_spell_its_codes_itself() -> None:
    """hresult_of is asked first, and may leave it to the suite."""

    def hresult_of(error: BaseException) -> int | None:
        return E_ACCESSDENIED if isinstance(error, PermissionError) else None

    def spelled(error: BaseException) -> Start:
        start = refusing(error)
        return lambda kind: replace(start(kind), hresult_of=hresult_of)

    assert last(spelled(PermissionError()), "cancel") == {"hr": E_ACCESSDENIED}
    assert last(spelled(with_code("winerror", E_FAIL)), "cancel") == {"hr": E_FAIL}


def test_the_keyboard_still_stops_it() -> None:
    """It is no answer of the subject."""
    with pytest.raises(KeyboardInterrupt):
        run(refusing(KeyboardInterrupt()), "cancel")


@pytest.mark.parametrize("raised", [KeyboardInterrupt, GeneratorExit, SystemExit])
def test_on_another_thread_no_keyboard_stops_anything(raised: type[BaseException]) -> None:
    """What looks like a Ctrl-C there is an answer of the subject."""
    target = Guarded(InProcess(refusing(raised()), "subject"))
    assert target.run(Kind.OPERATION, [["cancel"]]) == [{"raised": raised.__name__}]


@pytest.mark.parametrize("raised", [KeyboardInterrupt, GeneratorExit, SystemExit])
def test_an_adapter_that_raises_what_ends_programs_ends_none(raised: type[BaseException]) -> None:
    """Not at its start, and not at a dispose."""

    def failing(*_: object) -> Any:
        raise raised

    with pytest.raises(HarnessFault, match=raised.__name__):
        Guarded.starting(failing, "subject")
    start = of()
    with pytest.raises(HarnessFault, match=f"dispose of the adapter's Subject failed: {raised.__name__}"):
        Guarded.starting(lambda kind: replace(start(kind), dispose=failing), "subject")


# ---- handlers


def test_a_handlers_program_is_recorded_step_by_step() -> None:
    """With its own refusals."""
    event = last(plain.start, "put_completed(h1{status get_results put_completed(h2)}) complete(5)")["events"][0]
    assert event["results"] == [{"ok": 1}, {"ok": 5}, {"hr": E_ILLEGAL_DELEGATE_ASSIGNMENT}]


def test_a_call_inside_a_handler_belongs_to_the_step_that_caused_it() -> None:
    """Nested events stay nested."""
    word = "put_completed(h2) put_progress(p1{complete(7)}) report_progress(1)"
    try:
        results = run(plain.start, word, Kind.OPERATION_WITH_PROGRESS)
    except HarnessFault:
        pytest.skip("levers are not taken inside handlers")
    (event,) = results[-1]["events"]
    assert event["handler"] == "p1"
    assert event["results"] == [{"ok": None, "events": [told(label="h2")]}]


def test_a_handler_that_fails_raises_with_its_code() -> None:
    """As PyWinRT's errors do."""
    caught: list[Any] = []

    def call(self: Plain, handler: Callable[..., object], argument: object) -> None:
        try:
            handler(self, argument)
        except OSError as error:
            caught.append(error)

    result = last(of(_call=call), "put_completed(h1{status raise(0x80070005)}) complete(5)")
    assert result["events"][0]["results"] == [{"ok": 1}]
    assert [(error.winerror, error.hresult) for error in caught] == [(signed(E_ACCESSDENIED),) * 2]


@pytest.mark.parametrize("start", [start_elsewhere, start_next_turn])
def test_a_handler_that_runs_after_the_call_is_late(start: Start) -> None:
    """It belongs to the step all the same, because settle waits for it."""
    results = run(start, "put_completed(h1{status}) complete(5) status")
    (event,) = results[1]["events"]
    assert event.pop("late", True) is True
    assert event == told(results=[{"ok": 1}])
    assert "events" not in results[2]


@pytest.mark.parametrize(
    ("arguments", "event"),
    [
        ((), {"handler": "h1", "sender": False, "status": "<NoneType>"}),
        ((1,), {"handler": "h1", "sender": False, "status": "<NoneType>"}),
        ((None, 1), {"handler": "h1", "sender": False, "status": 1}),
        ((1, None), {"handler": "h1", "sender": False, "status": "<NoneType>"}),
        ((1, 2, 3), {"handler": "h1", "sender": False, "status": "<NoneType>"}),
    ],
)
def test_wrong_arguments_are_recorded(arguments: tuple[object, ...], event: Result) -> None:
    """A handler takes whatever it is given."""

    def call(_self: Plain, handler: Callable[..., object], _argument: object) -> None:
        handler(*arguments)

    assert last(of(_call=call), "put_completed(h1) complete(5)")["events"] == [event]


def test_a_sender_that_equals_the_operation_is_the_operation() -> None:
    """Projections make another object with the same identity."""

    class Same:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Plain)

        __hash__ = None  # type: ignore[assignment]

    assert last(of(_sender=lambda _: Same()), "put_completed(h1) complete(5)")["events"] == [told()]


class Projection:
    """A wrapper without an identity of its own."""

    def __init__(self, inner: Plain) -> None:
        self.__dict__["inner"] = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.inner, name, value)


def start_projected(kind: Kind) -> Subject:
    """Everybody is given another wrapper each time."""
    subject = of(_sender=lambda self: Projection(self))(kind)
    return replace(subject, operation=Projection(subject.operation))


def test_of_senders_projected_anew_only_null_is_told_apart() -> None:
    """And the report says so."""
    target = InProcess(start_projected, "subject")
    assert target.notes == ("senders are projected anew at each call: only null or not null is observed of them",)
    assert target.run(Kind.ACTION, [["put_completed", "h1"], ["complete", 5]])[1]["events"] == [told()]


def test_of_other_senders_identity_is_observed() -> None:
    """A sender of another type is not the operation."""
    assert InProcess(plain.start, "subject").notes == ()
    assert last(of(_sender=lambda _: object()), "put_completed(h1) complete(5)")["events"][0]["sender"] is False


def test_handlers_are_known_by_their_labels() -> None:
    """An unknown one is a question mark."""
    assert run(plain.start, "get_completed put_completed(h1) get_completed") == [{"ok": None}, DONE, {"ok": "h1"}]
    strange = of(completed=property(lambda _: print, lambda _self, _handler: None))
    assert last(strange, "put_completed(h1) get_completed") == {"ok": "?"}


def test_handlers_called_by_a_clean_up_are_not_recorded() -> None:
    """The word is over."""
    calls: list[str] = []

    def start(kind: Kind) -> Subject:
        subject = plain.start(kind)

        def dispose() -> None:
            calls.append("disposed")
            assert subject.complete is not None
            subject.complete(0)

        return replace(subject, dispose=dispose)

    target = InProcess(start, "subject")
    calls.clear()
    results = target.run(Kind.ACTION, [["put_completed", "h1", [["status"]]], ["status"]])
    assert (results, calls) == ([DONE, {"ok": 0}], ["disposed"])


# ---- threads and references


def test_a_handler_can_call_from_another_thread() -> None:
    """The results are those of the thread's steps."""
    event = last(plain.start, "put_completed(h1{thread{status get_results}}) complete(5)")["events"][0]
    assert event["results"] == [{"ok": None, "results": [{"ok": 1}, {"ok": 5}]}]


def test_a_released_operation_is_kept_by_its_worker() -> None:
    """Its handler is called."""
    assert last(start_reference, "put_completed(h1) release complete(5)")["events"] == [told()]


def test_a_handler_is_alive_until_it_is_released() -> None:
    """The suite itself holds it no longer."""
    assert run(start_reference, "put_completed(h1) alive(h1) complete(5) alive(h1)")[1::2] == [
        {"ok": True},
        {"ok": False},
    ]
    assert last(start_reference, "alive(h9)") == {"ok": False}


# ---- targets


def test_kinds_that_are_not_implemented_are_not_declared() -> None:
    """The others are."""

    def start(kind: Kind) -> Subject:
        if kind.has_progress:
            raise NotImplementedError
        return plain.start(kind)

    target = InProcess(start, "subject")
    assert target.kinds == (Kind.ACTION, Kind.OPERATION)


def test_a_kind_that_is_gone_later_is_a_fault() -> None:
    """An adapter does not change its mind."""
    gone: list[Kind] = []

    def start(kind: Kind) -> Subject:
        if kind in gone:
            raise NotImplementedError
        return plain.start(kind)

    target = InProcess(start, "subject")
    gone.append(Kind.ACTION)
    with pytest.raises(HarnessFault, match="started action before and now says that it does not implement it"):
        target.run(Kind.ACTION, [["status"]])


def test_levers_are_capabilities() -> None:
    """With what this process can do besides."""
    target = InProcess(lambda kind: Subject(plain.start(kind).operation, plain.start(kind).complete), "subject")
    here = {"reentrancy", "raise", "release", "alive", "thread", "threads", "wait", "remains"}
    assert target.supports(Kind.ACTION) == here | {"exceptions", "handed_out", "objects", "third", "natures"}
    target = InProcess(lambda kind: replace(plain.start(kind), cancel_ends_work=True), "subject")
    assert {"fail", "acknowledge_cancel", "cancel_notifications", "cancel_ends_work"} < target.supports(Kind.ACTION)


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("status complete(5) put_completed(h1)", set()),
        ("fail(1) cancel_notifications", {"fail", "cancel_notifications"}),
        ("put_completed(h1{status})", {"reentrancy"}),
        ("put_completed(h1{raise(1)})", {"raise"}),
        ("put_completed(h1{thread{status}})", {"thread", "reentrancy"}),
        ("put_progress(p1{put_completed(h1{raise(1)})})", {"reentrancy", "raise"}),
        ("release alive(h1)", {"release", "alive"}),
    ],
)
def test_a_word_needs_what_its_steps_need(text: str, needs: set[str]) -> None:
    """Handlers' steps included."""
    assert needs_of(parse_word(text)) == needs


def test_a_guarded_word_that_hangs_is_a_trouble() -> None:
    """The words after it are run on another thread."""
    gate = threading.Event()

    def start(kind: Kind) -> Subject:
        return of(cancel=lambda _: gate.wait())(kind)

    target = Guarded(InProcess(start, "subject"), 0.2)
    words = [parse_word(text) for text in ("status", "cancel", "status")]
    try:
        first, second, third = target.run_many(Kind.ACTION, words)
        with pytest.raises(Trouble, match=r"hang: no answer within 0\.2 s"):
            target.run(Kind.ACTION, [["cancel"]])
    finally:
        gate.set()
    assert first == third == [{"ok": 0}]
    assert isinstance(second, Trouble)
    assert second.what == "hang"


def test_a_start_that_hangs_is_a_harness_fault() -> None:
    """The adapter's first calls are watched as its words are."""
    gate = threading.Event()

    def start(_kind: Kind) -> Subject:
        gate.wait()
        raise NotImplementedError

    try:
        with pytest.raises(HarnessFault, match=r"mine does not come back within 0\.2 s: start\(kind\) returns"):
            Guarded.starting(start, "mine", 0.2)
    finally:
        gate.set()


def test_a_start_that_fails_is_told_as_it_is() -> None:
    """Whoever waits for it."""
    with pytest.raises(HarnessFault, match="returned int for action, not a Subject"):
        Guarded.starting(lambda _kind: 5, "mine")  # type: ignore[arg-type, return-value]


def test_a_guarded_fault_is_raised() -> None:
    """On the thread that asked."""
    target = Guarded(InProcess(plain.start, "subject"))
    with pytest.raises(HarnessFault, match="no report_progress"):
        target.run(Kind.ACTION, [["report_progress", 1]])
