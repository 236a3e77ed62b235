"""The three machines as a Mermaid state diagram."""

from collections.abc import Iterable, Iterator

from iasyncinfo_spec.rendering.labels import labels
from iasyncinfo_spec.rendering.views import View


def mermaid(profile: str, machines: Iterable[View]) -> str:
    """Return one ``stateDiagram-v2`` with a composite state for each machine."""
    lines = ["---", f"title: {profile}", "---", "stateDiagram-v2"]
    for view in machines:
        lines += _machine(view)
    return "\n".join([*lines, ""])


def _machine(view: View) -> Iterator[str]:
    yield f'    state "{view.title}" as {view.name} {{'
    for state in view.states:
        yield f'        state "{state}" as {view.name}_{state}'
    yield f"        [*] --> {view.name}_{view.initial}"
    for source, dest, label in labels(view):
        yield f"        {view.name}_{source} --> {view.name}_{dest}: {label}"
    yield "    }"
