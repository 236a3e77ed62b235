"""The conformance suite for implementations of Windows' IAsyncInfo objects.

``Kind`` and ``Subject`` are what an adapter needs; ``conformance(start)`` and ``state_machine(start,
kind)`` put the suite into one's own tests; ``load_target`` gives what the command line works with.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes longer to load than a Ctrl-C needs to come, and nothing could tell of it yet
if TYPE_CHECKING:
    from typing import Any

    from iasyncinfo_conformance.consumer import Consumer as Consumer
    from iasyncinfo_conformance.consumers.items import consumer_conformance as consumer_conformance
    from iasyncinfo_conformance.pytest_items import conformance as conformance
    from iasyncinfo_conformance.pytest_items import state_machine as state_machine
    from iasyncinfo_conformance.subject import Subject as Subject
    from iasyncinfo_conformance.targets.loading import load_target as load_target
    from iasyncinfo_spec.abi import Kind as Kind

__all__ = [
    "Consumer",
    "Kind",
    "Subject",
    "conformance",
    "consumer_conformance",
    "load_target",
    "state_machine",
]

# Loaded on first use: the pytest plugin lives in this package and is imported by every pytest run.
_HOMES = {
    "Kind": "iasyncinfo_spec.abi",
    "Subject": "iasyncinfo_conformance.subject",
    "Consumer": "iasyncinfo_conformance.consumer",
    "consumer_conformance": "iasyncinfo_conformance.consumers.items",
    "conformance": "iasyncinfo_conformance.pytest_items",
    "load_target": "iasyncinfo_conformance.targets.loading",
    "state_machine": "iasyncinfo_conformance.pytest_items",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
