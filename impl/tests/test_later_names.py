"""The names that are loaded later: what they load, and that they are all there."""

import subprocess
import sys

import pytest

import iasyncinfo


def test_every_public_name_is_there() -> None:
    """Whether it was loaded before or not; another name is an AttributeError."""
    for name in iasyncinfo.__all__:
        assert getattr(iasyncinfo, name).__name__ == name
        assert name in dir(iasyncinfo)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = iasyncinfo.no_such_name


@pytest.mark.parametrize(
    "code",
    [
        "iasyncinfo.when_all().get()",
        "iasyncinfo.when_any(iasyncinfo.AsyncOperation.from_result(5)).get()",
        "iasyncinfo.Promise(iasyncinfo.AsyncOperation.from_result(5)).then(str).done(str)",
    ],
)
def test_what_needs_no_loop_loads_none(code: str) -> None:
    """Combinations and continuations work without asyncio and concurrent.futures."""
    script = f"import sys, iasyncinfo\n{code}\nprint('asyncio' in sys.modules, 'concurrent.futures' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert done.stdout == "False False\n"
