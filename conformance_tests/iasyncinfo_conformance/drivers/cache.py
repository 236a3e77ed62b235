"""Where what is costly to make is kept between runs."""

import os
from pathlib import Path


def cache() -> Path:
    """Return the folder, as the XDG base directory specification has it: a relative path is to be ignored."""
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    root = configured if configured.is_absolute() else Path.home() / ".cache"
    return root / "iasyncinfo"
