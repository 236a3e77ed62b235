"""Numbers of a target that has one sort of them: 1.0 is 1 there."""

from typing import Any


def whole(results: Any) -> Any:
    """Return results whose floats without a fraction are integers."""
    if isinstance(results, list):
        return list(map(whole, results))
    if isinstance(results, dict):
        return {key: whole(value) for key, value in results.items()}
    return int(results) if isinstance(results, float) and results.is_integer() else results
