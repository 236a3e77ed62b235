"""Programs written for PyWinRT import what they import from ``winrt``, and nothing of it is left afterwards."""

import asyncio
import importlib
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest

from iasyncinfo import AsyncOperation, WinRTCall, fake_winrt
from iasyncinfo_conformance import families
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES

BLUETOOTH = "winrt.windows.devices.bluetooth"
APPLICATION = """
import asyncio
from winrt.runtime import ApartmentType, init_apartment
from winrt.system import Object
from winrt.windows.devices.bluetooth import BluetoothLEDevice
from winrt.windows.foundation import AsyncStatus, HResult, IAsyncOperation

async def name_of(device_id):
    device = await BluetoothLEDevice.from_id_async(device_id)
    return device.name

def start(device_id):
    return BluetoothLEDevice.from_id_async(device_id)
"""


class BluetoothLEDevice:
    """A device, as a program sees it."""

    def __init__(self, name: str) -> None:
        self.name = name

    @staticmethod
    def from_id_async(device_id: str) -> "BluetoothLEDevice":
        """Find a device."""
        if device_id == "?":
            raise OSError(0, "no such device")
        return BluetoothLEDevice(f"device {device_id}")

    @classmethod
    def forget_async(cls) -> None:
        """Forget all devices."""

    def read_async(self) -> Generator[float, None, bytes]:
        """Read, and tell how far that is."""
        yield 0.5
        return self.name.encode()

    def write_async(self, data: bytes) -> Generator[float, None, None]:
        """Write, and tell how far that is."""
        yield len(data) / 2


def ended(call: WinRTCall, name: str = "wrl") -> Any:
    """Return an operation that a timer ends as the class says."""
    operation, producer = families.create(name, call.kind)
    reports = producer.report_progress if call.kind.has_progress else None
    threading.Timer(0.001, lambda: producer.complete(call.run(reports))).start()
    return operation


def pending(call: WinRTCall) -> Any:
    """Return an operation whose producer is its attribute."""
    operation: Any
    operation, producer = families.create("wrl", call.kind)
    operation.producer = producer
    return operation


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], ModuleType]:
    """A program on disk, and what imports it."""
    (tmp_path / "radio_app.py").write_text(APPLICATION, encoding="utf-8")
    (tmp_path / "radio_cli.py").write_text("import radio_app\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return lambda: importlib.import_module("radio_app")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Whatever a test does, nothing of it is left."""
    before, finders = {name for name in sys.modules if name.startswith("winrt")}, list(sys.meta_path)
    methods = {name: vars(BluetoothLEDevice)[name] for name in vars(BluetoothLEDevice) if name.endswith("_async")}
    yield
    assert {name for name in sys.modules if name.startswith("winrt")} == before
    assert sys.meta_path == finders
    assert {name: vars(BluetoothLEDevice)[name] for name in methods} == methods


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("spelling", [3, 4])
def test_an_unchanged_program_runs_against_every_family(
    application: Callable[[], ModuleType], name: str, spelling: Literal[3, 4]
) -> None:
    """Its source names no family, and no fake."""
    with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=lambda call: ended(call, name), spelling=spelling):
        assert asyncio.run(application().name_of("7")) == "device 7"


def test_modules_that_hold_something_of_the_fake_leave_with_it(application: Callable[[], ModuleType]) -> None:
    """The next block imports them anew, with its own fake; those that hold nothing of it stay."""
    with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=ended):
        importlib.import_module("radio_cli")
        first = application()
    assert {"radio_app", "radio_cli"}.isdisjoint(sys.modules)
    with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=ended):
        assert application() is not first
    with pytest.raises(ModuleNotFoundError):
        application()


def test_calls_tell_make_what_they_are() -> None:
    """Name, kind and arguments; what the class is called on is none."""
    calls: list[WinRTCall] = []

    def make(call: WinRTCall) -> Any:
        calls.append(call)
        return pending(call)

    with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=make):
        BluetoothLEDevice.from_id_async("7")
        BluetoothLEDevice.forget_async()
        device = BluetoothLEDevice("x")
        device.read_async()
        device.write_async(b"1234")
    assert [(call.name, call.kind, call.arguments) for call in calls] == [
        ("BluetoothLEDevice.from_id_async", Kind.OPERATION, ("7",)),
        ("BluetoothLEDevice.forget_async", Kind.ACTION, ()),
        ("BluetoothLEDevice.read_async", Kind.OPERATION_WITH_PROGRESS, ()),
        ("BluetoothLEDevice.write_async", Kind.ACTION_WITH_PROGRESS, (b"1234",)),
    ]
    reports: list[float] = []
    assert calls[2].run(reports.append) == b"x"
    assert calls[3].run(reports.append) is None
    assert reports == [0.5, 2.0]


@pytest.mark.parametrize("spelling", [3, 4])
def test_an_operation_has_the_spelling_of_pywinrt(spelling: Literal[3, 4]) -> None:
    """Status is the fake's own enumeration, the code a structure in 3 and a number in 4."""
    with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=pending, spelling=spelling):
        foundation = importlib.import_module("winrt.windows.foundation")
        operation: Any = BluetoothLEDevice.from_id_async("7")
        told: list[Any] = []
        operation.completed = lambda sender, status: told.append((sender, status))
        assert operation.status is foundation.AsyncStatus.STARTED
        operation._operation.producer.fail(0x80070005)
        assert told == [(operation, foundation.AsyncStatus.ERROR)]
        assert isinstance(operation, foundation.IAsyncOperation)
        assert isinstance(operation.error_code, foundation.HResult)
        if spelling == 3:
            assert operation.error_code.value == -0x7FF8FFFB
            assert not isinstance(operation.error_code, int)
        else:
            assert operation.error_code == -0x7FF8FFFB
            with pytest.warns(DeprecationWarning, match="deprecated"):
                assert operation.error_code.value == -0x7FF8FFFB
        with pytest.raises(OSError):
            operation.get()


def test_get_and_wait_wait_as_pywinrt_s_do() -> None:
    """A wait that is over says Started, and has taken the slot."""
    with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=pending):
        operation: Any = BluetoothLEDevice.from_id_async("7")
        assert operation.wait(0) == 0
        operation._operation.producer.complete(5)
        assert operation.get() == 5


def test_the_reference_does_for_make_as_well() -> None:
    """make knows what an operation is; fake_winrt does not."""

    def make(call: WinRTCall) -> Any:
        operation, producer = AsyncOperation[Any].create()
        try:
            producer.complete(call.run())
        except OSError as error:
            producer.fail(error)
        return operation

    async def both() -> tuple[Any, str]:
        found: Any = BluetoothLEDevice.from_id_async
        device = await found("7")
        try:
            await found("?")
        except OSError as error:
            return device.name, str(error)
        return device.name, ""

    with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=make):
        name, failure = asyncio.run(both())
    assert name == "device 7"
    assert failure


def test_a_block_that_fails_leaves_nothing() -> None:
    """The fixture of this module looks."""

    def fail() -> None:
        with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=ended):
            importlib.import_module(BLUETOOTH)
            raise KeyError

    with pytest.raises(KeyError):
        fail()


def test_blocks_are_nested_and_the_outer_one_comes_back() -> None:
    """Each has its own make, also for the same class."""
    with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=lambda call: ended(call, "wrl")):
        outer = importlib.import_module(BLUETOOTH)
        with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=lambda call: ended(call, "ppl")):
            assert importlib.import_module(BLUETOOTH) is not outer
            inner: Any = BluetoothLEDevice.from_id_async("7")
            assert "ppl" in repr(inner)
        assert importlib.import_module(BLUETOOTH) is outer
        assert "wrl" in repr(BluetoothLEDevice.from_id_async("7"))


def test_an_outer_block_that_is_left_first_ends_the_inner_one() -> None:
    """Nothing is left though they are left in the wrong order."""
    outer = fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=ended)
    inner = fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=ended)
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    assert "winrt" not in sys.modules
    inner.__exit__(None, None, None)


def test_a_real_package_is_out_of_sight_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is installed in part, too: what it has is not mixed with what the fake has."""
    real = tmp_path / "winrt" / "windows"
    real.mkdir(parents=True)
    (real / "storage.py").write_text("real = True\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    before = importlib.import_module("winrt.windows.storage")
    with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=ended):
        with pytest.raises(ModuleNotFoundError, match=r"given no module 'winrt\.windows\.storage'"):
            importlib.import_module("winrt.windows.storage")
        importlib.import_module(BLUETOOTH)
    assert importlib.import_module("winrt.windows.storage") is before
    for name in ("winrt.windows.storage", "winrt.windows", "winrt"):
        del sys.modules[name]


def test_another_thread_waits_for_its_turn() -> None:
    """Modules are the process's: two blocks of two threads are one after the other."""
    seen: list[str] = []
    inside = threading.Event()

    def enter(name: str) -> None:
        with fake_winrt({BLUETOOTH: [BluetoothLEDevice]}, make=lambda call: ended(call, name)):
            seen.append(f"{name} in")
            inside.set()
            importlib.import_module(BLUETOOTH)
            seen.append(f"{name} out")

    threads = [threading.Thread(target=enter, args=(name,)) for name in ("wrl", "ppl")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.partition(" ")[2] for entry in seen] == ["in", "out", "in", "out"]


@pytest.mark.parametrize(("namespaces", "spelling"), [({"bluetooth": []}, 4), ({BLUETOOTH: []}, 5)])
def test_what_is_no_namespace_or_no_spelling_is_refused(namespaces: Any, spelling: Any) -> None:
    """With a ValueError, before anything is changed."""
    with pytest.raises(ValueError):
        fake_winrt(namespaces, make=ended, spelling=spelling).__enter__()


def test_classes_of_the_runtime_can_be_subscripted_and_imported() -> None:
    """What public programs write in their annotations."""
    with fake_winrt({}, make=ended):
        foundation = importlib.import_module("winrt.windows.foundation")
        collections = importlib.import_module("winrt.windows.foundation.collections")
        assert foundation.IAsyncOperation[collections.IVectorView[str]]
        assert foundation.TypedEventHandler[str, int]
        assert importlib.import_module("winrt.system").Object
        assert importlib.import_module("winrt.runtime").ApartmentType.MULTI_THREADED == 1
