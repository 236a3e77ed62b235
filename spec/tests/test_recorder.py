"""A recorder writes what a program notices of its operations, changes nothing, and leaves nothing behind."""

import copy
import io
import json
import os
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.recorder import Log, recording, recording_calls
from iasyncinfo_spec.trace import trace_files


class Refused(OSError):
    """A refusal as PyWinRT spells it."""

    def __init__(self, code: int) -> None:
        super().__init__(hex(code))
        self.winerror = code - 2**32


class IAsyncOperation:
    """An operation that is right as long as nobody races, and whose worker is its own method ``end``."""

    calls: ClassVar[int] = 1

    def __init__(self, result: Any = 5) -> None:
        self.id = 7
        self.status = AsyncStatus.STARTED
        self.error_code = 0
        self.result = result
        self._handler: Callable[..., Any] | None = None

    @property
    def completed(self) -> Any:
        return self._handler

    @completed.setter
    def completed(self, handler: Any) -> None:
        self._handler = handler

    def cancel(self) -> None:
        self.status = AsyncStatus.CANCELED

    def close(self) -> None:
        raise Refused(0x8000000D)

    def get_results(self) -> Any:
        if self.status != AsyncStatus.COMPLETED:
            raise Refused(0x8000000E)
        return self.result

    def end(self) -> None:
        self.status = AsyncStatus.COMPLETED
        handler, self._handler = self._handler, None
        for _ in range(self.calls):
            if handler is not None:
                handler(self, self.status)


class CalledTwice(IAsyncOperation):
    """One that calls its handler twice."""

    calls = 2


def events(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a log after its header; each is a JSON object."""
    first, *lines = path.read_text(encoding="ascii").splitlines()
    assert json.loads(first)["log"] == 1
    return [json.loads(line) for line in lines]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


# -- what is written ------------------------------------------------------------------------------


def test_calls_returns_and_handlers_are_written_in_their_order(log: Path) -> None:
    """A handler's own calls lie between its two events; refusals have their code."""
    operation = IAsyncOperation("secret")
    recorded = recording(operation, log)
    recorded.completed = lambda sender, _: sender.get_results()
    with pytest.raises(Refused):
        recorded.close()
    operation.end()
    assert [{key: one[key] for key in one if key not in ("n", "thread")} for one in events(log)] == [
        {"object": 1, "kind": "operation"},
        {"object": 1, "call": ["put_completed", "h1"]},
        {"of": 1, "ok": None},
        {"object": 1, "call": ["close"]},
        {"of": 3, "hr": 0x8000000D},
        {"object": 1, "enter": "h1", "status": 1},
        {"object": 1, "call": ["get_results"]},
        {"of": 6, "ok": "v1"},
        {"leave": 5},
    ]
    assert "secret" not in log.read_text()
    assert trace_files([log])[1] == 0


def test_an_operation_that_calls_its_handler_twice_is_refused_at_the_second_call(log: Path) -> None:
    """The log is judged by no more than itself."""
    operation = CalledTwice()
    recording(operation, log).completed = lambda *_: None
    operation.end()
    text, code = trace_files([log])
    assert code == 1
    assert "object 1, event 5: h1 begins to run, told 1" in text


def test_a_call_that_did_not_come_back_is_open(log: Path) -> None:
    """What is on its way when a program ends has a beginning and no end."""

    class Hanging(IAsyncOperation):
        def cancel(self) -> None:
            lines.extend(events(log))

    lines: list[dict[str, Any]] = []
    recording(Hanging(), log).cancel()
    assert lines[-1]["call"] == ["cancel"]
    assert events(log)[-1] == {"n": 2, "of": 1, "ok": None}


def test_equal_values_of_one_type_have_one_label(log: Path) -> None:
    """Whatever the operation; true is not 1, and an empty value has an empty label."""
    values = [1, True, 1.0, "a", "a", [1], [1], "", None, 1]
    for value in values:
        operation = IAsyncOperation(value)
        operation.end()
        recorded = recording(operation, log)
        recorded.get_results()
        recorded.get_results()
    read = [one["ok"] for one in events(log) if "ok" in one]
    assert read[::2] == read[1::2]
    labels = read[::2]
    assert labels[0] == labels[-1]
    assert labels[3] == labels[4]
    assert len(set(labels[:4])) == 4
    assert labels[7:9] == ["", None]


def test_values_are_written_where_they_are_asked_for(log: Path) -> None:
    """As JSON, or as a label where JSON has no such value."""
    with Log(log, values=True) as asked:
        for value in (5, "a", [1, "b"], float("nan"), object()):
            operation = IAsyncOperation(value)
            operation.end()
            recording(operation, asked).get_results()
    assert [one["ok"] for one in events(log) if "ok" in one] == [5, "a", [1, "b"], "v1", "v2"]


def test_a_failing_handler_leaves_valid_lines(log: Path) -> None:
    """Its failure comes out as it did before, and the log has it."""

    def fails(*_: object) -> None:
        raise ValueError('"quoted"\n')

    operation = IAsyncOperation()
    recording(operation, log).completed = fails
    with pytest.raises(ValueError, match="quoted"):
        operation.end()
    assert events(log)[-1] == {"n": 4, "leave": 3, "raised": "ValueError"}
    assert trace_files([log])[1] == 0


def test_an_answer_that_is_none_is_written_and_impossible(log: Path) -> None:
    """A status that is no number has the name of its type."""
    operation: Any = IAsyncOperation()
    operation.status = "done"
    assert recording(operation, log).status == "done"
    assert events(log)[-1]["ok"] == "str"
    assert trace_files([log])[1] == 1


# -- nothing changes ------------------------------------------------------------------------------


def test_a_recorded_operation_is_what_it_was(log: Path) -> None:
    """Class, attributes, equality, handlers and errors are those of the one behind it."""
    operation = IAsyncOperation()
    recorded = recording(operation, log)
    assert isinstance(recorded, IAsyncOperation)
    assert recorded == operation
    assert hash(recorded) == hash(operation)
    assert recording(recorded, log) is recorded
    recorded.result = 6
    assert operation.result == 6
    told: list[object] = []
    handler = told.append
    recorded.completed = lambda sender, _: handler(sender)
    recorded.completed = kept = lambda sender, _: handler(sender)
    assert recorded.completed is kept
    operation.end()
    assert len(told) == 1
    assert told[0] is recorded
    for missing in ("progress", "get", "no_such_member"):
        with pytest.raises(AttributeError, match=missing):
            getattr(recorded, missing)()


def test_an_operation_without_await_cannot_be_awaited(log: Path) -> None:
    """The message is the interpreter's own."""
    recorded: Any = recording(IAsyncOperation(), log)
    with pytest.raises(TypeError, match="object IAsyncOperation can't be used in 'await' expression"):
        recorded.__await__()


def test_a_file_that_cannot_be_written_any_more_ends_the_log_and_not_the_program(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is said once."""
    stream = io.StringIO()
    operation = recording(IAsyncOperation(), stream)
    stream.close()
    assert (operation.status, operation.status) == (0, 0)
    assert [one.getMessage().partition(":")[0] for one in caplog.records] == ["recording ends here"]


class Stream:
    """A stream that can be told neither by a hash nor by a weak reference."""

    __slots__ = ("lines",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str) -> None:
        self.lines.append(text)


class Broken(Stream):
    """One that fails in a way of its own."""

    __slots__ = ()

    def write(self, text: str) -> None:
        raise RuntimeError(text)


def test_a_stream_of_any_sort_will_do_and_none_breaks_the_program(caplog: pytest.LogCaptureFixture) -> None:
    """Both operations are in one log; what a stream raises ends the log."""
    stream, broken = Stream(), Broken()
    assert [recording(IAsyncOperation(), stream).status for _ in range(2)] == [0, 0]
    assert [json.loads(line).get("object") for line in stream.lines] == [None, 1, 1, None, 2, 2, None]
    assert not caplog.records
    assert recording(IAsyncOperation(), broken).status == 0
    assert len(caplog.records) == 1


def test_what_only_the_recorder_asks_for_may_fail(log: Path) -> None:
    """A status whose value, and an error whose code, is a property that raises: the program never asked."""

    class Sly(Exception):
        @property
        def value(self) -> int:
            raise ValueError

        winerror = hresult = value

    class Odd(IAsyncOperation):
        def cancel(self) -> None:
            raise Sly

    operation: Any = Odd()
    operation.status = Sly()
    recorded = recording(operation, log)
    assert type(recorded.status) is Sly
    with pytest.raises(Sly):
        recorded.cancel()
    assert [one.get("ok", one.get("raised")) for one in events(log) if "of" in one] == ["Sly", "Sly"]


def test_a_line_for_which_the_disk_has_no_room_is_the_last(
    log: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The system takes a part of it; what is there is judged, and said to be cut off."""
    recorded = recording(IAsyncOperation(), log)
    assert recorded.id == 7
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, line: write(descriptor, line[:10]))
    assert (recorded.status, recorded.status) == (0, 0)
    monkeypatch.undo()
    assert recorded.status == 0
    assert len(caplog.records) == 1
    text, code = trace_files([log])
    assert code == 0
    assert "1 objects, 2 events" in text
    assert "cut off" in text


def test_a_closed_log_is_written_no_more(log: Path) -> None:
    """And one that is opened anew begins anew."""
    with Log(log) as first:
        recorded = recording(IAsyncOperation(), first)
    assert recorded.status == 0
    assert len(events(log)) == 1
    assert recording(IAsyncOperation(), log).id == 7
    assert len(events(log)) == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_child_writes_nothing(log: Path) -> None:
    """Its events would have the numbers of its parent's."""
    recorded = recording(IAsyncOperation(), log)
    child = os.fork()
    if not child:
        recorded.cancel()
        os._exit(int(recorded.status))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == AsyncStatus.CANCELED
    assert recorded.status == 0
    assert [one.get("call") for one in events(log)] == [None, ["status"], None]


# -- which kind -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_the_kind_is_read_off_the_name_of_a_class(kind: Kind, log: Path) -> None:
    """With the letter of an interface or without, in a subclass, too; or it is given."""
    for name in (kind.interface, kind.interface[1:]):
        recording(type("Mine", (type(name, (IAsyncOperation,), {}),), {})(), log)
    recording(type("Mine", (), {"status": 0})(), log, kind=kind)
    assert [one["kind"] for one in events(log)] == [kind.value] * 3


# -- whole programs -------------------------------------------------------------------------------


class Locator:
    """An API as PyWinRT's classes are: methods, static methods, and members that hand out something else."""

    def find_async(self, what: str) -> IAsyncOperation:
        return IAsyncOperation(what)

    @staticmethod
    def ask_async() -> IAsyncOperation:
        return IAsyncOperation()

    @classmethod
    def class_async(cls) -> str:
        return cls.__name__

    @property
    def property_async(self) -> int:
        return 1


class Near(Locator):
    """A class whose members are inherited."""


class Static(type):
    """PyWinRT's static methods are members of a class of a class."""

    def open_async(cls) -> IAsyncOperation:
        return IAsyncOperation(cls.__name__)


class Opener(metaclass=Static):
    """It has no member of its own."""


def api() -> types.ModuleType:
    module = types.ModuleType("api")
    vars(module).update(Locator=Locator, Opener=Opener, start_async=lambda: IAsyncOperation(), other=len)
    return module


def test_a_whole_program_is_recorded_unchanged_and_nothing_is_left_behind(log: Path) -> None:
    """Of a module its functions and the methods of its classes; the log names the call."""
    module = api()
    owners: tuple[Any, ...] = (module, Locator, Static, Opener)
    before = [dict(vars(owner)) for owner in owners]
    with recording_calls(module, file=log):
        for operation in (
            module.start_async(),
            Locator().find_async("it"),
            Locator.ask_async(),
            Near().find_async("it"),
            Opener.open_async(),
        ):
            assert operation.status == 0
        assert Near.class_async() == "Near"
        assert Locator().property_async == 1
    assert [dict(vars(owner)) for owner in owners] == before
    assert type(Locator.ask_async()) is IAsyncOperation
    assert [one["from"].split(".")[-1] for one in events(log) if "kind" in one] == [
        "<lambda>",
        "find_async",
        "ask_async",
        "find_async",
        "open_async",
    ]


def test_inherited_members_are_recorded_in_the_class_that_is_named(log: Path) -> None:
    """And not in the others."""
    before = dict(vars(Near))
    with recording_calls(Near, file=log):
        assert Near().find_async("it").status == 0
        assert type(Locator().find_async("it")) is IAsyncOperation
    assert dict(vars(Near)) == before
    assert len(events(log)) == 3


def test_everything_is_put_back_after_an_exception(log: Path) -> None:
    """Of the program, and of a class whose members cannot be replaced."""

    class Stubborn(type):
        def __setattr__(cls, name: str, value: object) -> None:
            raise TypeError("immutable")

    stubborn = Stubborn("stubborn", (Locator,), {})
    before = dict(vars(Locator))
    with pytest.raises(KeyError), recording_calls(Locator, file=log):
        raise KeyError
    with pytest.raises(TypeError, match="ask_async cannot be replaced"), recording_calls(stubborn, file=log):
        pass
    with pytest.raises(TypeError, match="neither a module nor a class"), recording_calls(Near(), file=log):  # type: ignore[arg-type]
        pass
    assert dict(vars(Locator)) == before


def test_operations_that_are_handed_out_on_are_recorded_once(log: Path) -> None:
    """A function that returns what another has returned adds no second object."""
    module = api()
    inner = module.start_async
    module.outer_async = lambda: module.start_async()  # type: ignore[attr-defined]
    with recording_calls(module, file=log):
        assert module.outer_async().status == 0
    assert module.start_async is inner
    assert [one["object"] for one in events(log) if "kind" in one] == [1]


def test_whether_a_recorded_operation_can_be_copied_is_for_the_operation_to_say(log: Path) -> None:
    """A copy is what the operation makes of itself, and is not recorded."""

    class Single(IAsyncOperation):
        def __reduce_ex__(self, _protocol: Any) -> Any:
            raise TypeError("there is but one")

    with pytest.raises(TypeError, match="there is but one"):
        copy.copy(recording(Single(), log))
    assert type(copy.copy(recording(IAsyncOperation(), log))) is IAsyncOperation
