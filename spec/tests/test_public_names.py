"""What ``from iasyncinfo_spec import ...`` gives, and what it costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import iasyncinfo_spec


def loaded_by(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after ``code``."""
    script = f"{code}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("name", sorted(iasyncinfo_spec._MODULE_OF))
def test_a_public_name_is_found_in_its_module(name: str) -> None:
    """Each name can be asked of the package and is listed by dir."""
    assert getattr(iasyncinfo_spec, name) is not None
    assert name in dir(iasyncinfo_spec)


def test_type_checkers_see_the_names_that_are_loaded_lazily() -> None:
    """The imports under TYPE_CHECKING and the table of names say the same."""
    source = Path(iasyncinfo_spec.__file__).read_text(encoding="utf-8")
    seen = {
        alias.asname: str(node.module).removeprefix("iasyncinfo_spec.")
        for block in ast.parse(source).body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == iasyncinfo_spec._MODULE_OF


def test_a_star_import_gives_every_public_name_and_no_other() -> None:
    """What is listed is what is found, and a star brings it."""
    names: dict[str, object] = {}
    exec("from iasyncinfo_spec import *", names)
    assert names.keys() - {"__builtins__"} == set(iasyncinfo_spec.__all__) == iasyncinfo_spec._MODULE_OF.keys()
    assert all(names[name] is getattr(iasyncinfo_spec, name) for name in iasyncinfo_spec.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """The message names the module and the name."""
    with pytest.raises(AttributeError, match=r"'iasyncinfo_spec' has no attribute 'AsyncStatsu'"):
        iasyncinfo_spec.AsyncStatsu  # noqa: B018


@pytest.mark.parametrize(
    "code",
    [
        "import iasyncinfo_spec",
        "import iasyncinfo_spec.abi",
        "from iasyncinfo_spec import AsyncStatus, Kind, RULES, VARIATIONS, FAMILIES, parse_word",
    ],
)
def test_the_data_needs_neither_transitions_nor_typing_extensions(code: str) -> None:
    """Only what builds a machine loads the one, only the Protocols load the other."""
    assert loaded_by(code).isdisjoint({"transitions", "typing_extensions", "six"})


def test_a_machine_needs_no_protocols_and_the_protocols_no_machine() -> None:
    """Each dependency is loaded by the names that need it, and by no others."""
    assert "typing_extensions" not in loaded_by("from iasyncinfo_spec import lifecycle, explore")
    assert "transitions" not in loaded_by("from iasyncinfo_spec import IAsyncInfo, IAsyncOperation")
