"""The Protocols at run time, against the tables, and against what Windows' metadata says."""

import inspect
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from iasyncinfo_spec import protocols, tables
from iasyncinfo_spec.protocols import (
    IAsyncAction,
    IAsyncActionWithProgress,
    IAsyncInfo,
    IAsyncOperation,
    IAsyncOperationWithProgress,
)

METADATA: Final = tomllib.loads((files("iasyncinfo_spec") / "metadata.toml").read_text(encoding="utf-8"))
INTERFACES: Final = {entry["name"]: entry for entry in METADATA["interface"]}
TYPES: Final = {
    "UInt32": int,
    "AsyncStatus": protocols.TStatus_co,
    "HResult": int | protocols.SupportsValue,
    "TResult": protocols.TResult_co,
    "Void": None,
}
"""How the types of the metadata are spelled; handlers are spelled by their names."""
SOURCE: Final = "winrt-sdk==3.2.1"
"""The release that the metadata is read off, on the package index."""


@pytest.mark.parametrize(
    ("protocol", "members"),
    [
        (IAsyncInfo, set()),
        (IAsyncAction, {"completed", "get_results"}),
        (IAsyncActionWithProgress, {"completed", "progress", "get_results"}),
        (IAsyncOperation, {"completed", "get_results"}),
        (IAsyncOperationWithProgress, {"completed", "progress", "get_results"}),
    ],
)
def test_a_protocol_has_the_members_of_its_interface(protocol: type, members: set[str]) -> None:
    """All of them include IAsyncInfo's; only two have Progress."""
    found: set[str] = protocol.__protocol_attrs__  # type: ignore[attr-defined]
    assert found == {"id", "status", "error_code", "cancel", "close"} | members


def test_isinstance_runs_no_property() -> None:
    """An object whose members refuse, as a closed one's do, is still an IAsyncInfo."""

    class Refusing:
        @property
        def id(self) -> int:
            raise OSError

        status = error_code = completed = id

        def cancel(self) -> None: ...

        close = get_results = cancel

    assert isinstance(Refusing(), IAsyncInfo)
    assert isinstance(Refusing(), IAsyncAction)
    assert not isinstance(object(), IAsyncInfo)


# -- against the tables ---------------------------------------------------------------------------


def refusals(member: str) -> set[str]:
    """Return the rules and points by which the tables refuse a member."""
    triggers = {member, f"put_{member}", f"get_{member}"}
    slots = {"completed": tables.COMPLETED_SLOT, "progress": tables.PROGRESS_SLOT}
    rows = [
        *(row for row in tables.LIFECYCLE if row["trigger"] in triggers),
        *(row for row in slots.get(member, ()) if row["trigger"] in ("put", "put_null", "get")),
    ]
    return {row.get("rule") or row["point"] for row in rows if isinstance(row["outcome"], tables.Refuses)}


def test_the_members_are_those_that_the_tables_know() -> None:
    """A call that one of them has and the other lacks fails here; Start is the factory's."""
    known = {row["trigger"] for row in tables.LIFECYCLE} - set(tables_only())
    members = {name for protocol in INTERFACES if protocol != "IClosable" for name in own_members(protocol)}
    assert {name.removeprefix("put_").removeprefix("get_") for name in known - {"get_results"}} == members - {
        "get_results"
    }
    assert "get_results" in known & members


def tables_only() -> Iterator[str]:
    """Yield the triggers that are no caller's: the producer's, and Start."""
    yield from ("start", "complete", "fail", "acknowledge_cancel", "report_progress")


@pytest.mark.parametrize("interface", [name for name in INTERFACES if name != "IClosable"])
def test_a_docstring_names_what_refuses_the_member(interface: str) -> None:
    """Exactly the rules and points whose cells refuse it, and a page of the documentation."""
    for name in own_members(interface):
        text = inspect.getdoc(getattr(getattr(protocols, interface), name)) or ""
        (listed,) = re.findall(r"Refused: ([A-Z_, -]+)\.", " ".join(text.split()))
        assert set(listed.split(", ")) == refusals(name), (interface, name)
        (meant,) = re.findall(r"That is ([^.]+)\.", " ".join(text.split()))
        assert len(meant.split("; ")) == len(listed.split(", ")), (interface, name)
        assert re.search(r"Source: windows\.foundation/[a-z0-9_]+\.md\.$", text), (interface, name)


# -- against the metadata -------------------------------------------------------------------------


def own_members(interface: str) -> set[str]:
    """Return the members that a Protocol adds to what it requires."""
    return {name for name in vars(getattr(protocols, interface)) if not name.startswith("_")}


def snake(name: str) -> str:
    """Return PyWinRT's spelling of a name."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("interface", INTERFACES)
def test_a_protocol_is_what_the_metadata_says(interface: str) -> None:
    """Its members, what can be set, their types, its parameters and what it requires."""
    entry, protocol = INTERFACES[interface], getattr(protocols, interface)
    assert own_members(interface) == {snake(member["name"]) for member in entry["members"]}
    assert (INTERFACES[entry["requires"]]["name"] if "requires" in entry else "Protocol") in {
        base.__name__ for base in protocol.__mro__
    }
    parameters = [parameter.__name__ for parameter in getattr(protocol, "__parameters__", ())]
    wanted = [f"{parameter}_co" for parameter in entry.get("parameters", [])]
    assert parameters == [*wanted, *(["TStatus_co"] if interface != "IClosable" else [])]
    for member in entry["members"]:
        assert spelled(protocol, member) == (member.get("property"), member["type"]), member


def spelled(protocol: Any, member: dict[str, str]) -> tuple[str | None, str]:
    """Return whether a member is a property that can be set, and its type as the metadata calls it."""
    attribute = vars(protocol)[snake(member["name"])]
    if not isinstance(attribute, property):
        return None, type_name(attribute.__annotations__["return"])
    assert attribute.fget is not None
    if attribute.fset is None:
        return "read-only", type_name(attribute.fget.__annotations__["return"])
    handler: str = attribute.fset.__annotations__["handler"]
    return "read-write", handler.partition("[")[0]


def type_name(annotation: object) -> str:
    """Return the metadata's name of a type."""
    return next(name for name, spelling in TYPES.items() if spelling == annotation)


@pytest.mark.parametrize("delegate", METADATA["delegate"], ids=lambda entry: entry["name"])
def test_a_handler_is_what_the_metadata_says(delegate: dict[str, Any]) -> None:
    """It is told its sender, and a status or a report, and returns nothing."""
    alias = getattr(protocols, delegate["name"])
    assert [parameter.__name__ for parameter in alias.__type_params__] == [*delegate.get("parameters", []), "TStatus"]
    (sender, told), returned = get_args(alias.__value__)
    assert sender.__origin__.__name__ == delegate["sender"]
    assert told.__name__ == {"AsyncStatus": "TStatus"}.get(delegate["told"], delegate["told"])
    assert returned is None


@pytest.mark.parametrize("interface", INTERFACES)
def test_a_vtable_has_the_calls_of_the_members_and_no_others(interface: str) -> None:
    """In their order; a property that can be set has two, and it is set by the first."""
    entry = INTERFACES[interface]
    assert [call for member in entry["members"] for call in calls_of(member)] == entry["vtable"]
    assert METADATA["first_slot"] == len(("QueryInterface", "AddRef", "Release")) + len(
        ("GetIids", "GetRuntimeClassName", "GetTrustLevel")
    )


def test_the_metadata_is_that_of_windows(tmp_path: Path) -> None:
    """Ids, members, vtables and what can be set are those of the header that Microsoft generates from it."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(tmp_path), SOURCE]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode:
        pytest.skip(f"{SOURCE} cannot be had from the package index: {done.stderr.strip()[-200:]}")
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        header = archive.read("winrt_sdk/cppwinrt/winrt/impl/Windows.Foundation.0.h").decode()
    ids = dict(re.findall(r"guid_v<winrt::Windows::Foundation::(\w+)\W.*// ([0-9A-F-]{36})", header))
    for entry in (*METADATA["interface"], *METADATA["delegate"]):
        assert ids[entry["name"]] == entry["iid"]
    for name, entry in INTERFACES.items():
        abi = re.search(
            rf"struct abi<winrt::Windows::Foundation::{name}(?:<[^{{]*)?>\s*\{{(.*?)\}};", header, re.DOTALL
        )
        assert abi is not None, name
        calls = re.findall(r"__stdcall (\w+)\(", abi[1])
        assert calls == entry["vtable"], name


def calls_of(member: dict[str, str]) -> Iterator[str]:
    """Yield the names that a member has in a vtable."""
    match member.get("property"):
        case None:
            yield member["name"]
        case "read-only":
            yield f"get_{member['name']}"
        case _:
            yield from (f"put_{member['name']}", f"get_{member['name']}")
