"""Commands on pages print as on a pipe of whoever reads: nothing around the tests says otherwise."""

import pytest


@pytest.fixture(autouse=True)
def _nothing_says_how_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests run in may have set these; readline, which pytest loads, sets the first."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
