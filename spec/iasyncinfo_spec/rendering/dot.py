"""The three machines as a Graphviz graph."""

from collections.abc import Iterable, Iterator

from iasyncinfo_spec.rendering.labels import labels
from iasyncinfo_spec.rendering.views import View


def dot(profile: str, machines: Iterable[View]) -> str:
    """Return one ``digraph`` with a cluster for each machine."""
    lines = [f'digraph "{profile}" {{', "    rankdir=LR;", "    node [shape=box, style=rounded];"]
    for view in machines:
        lines += _machine(view)
    return "\n".join([*lines, "}", ""])


def _machine(view: View) -> Iterator[str]:
    yield f"    subgraph cluster_{view.name} {{"
    yield f'        label="{view.title}";'
    for state in view.states:
        emphasis = ", penwidth=2" if state == view.initial else ""
        yield f'        {view.name}_{state} [label="{state}"{emphasis}];'
    for source, dest, label in labels(view):
        yield f'        {view.name}_{source} -> {view.name}_{dest} [label="{label}"];'
    yield "    }"
