"""The machines drawn by the ``transitions`` library, and what a drawing says.

Where letters are how wide decides where a drawing's lines run, and that differs from one computer to the next. So a
drawing is stale where it *says* something else than the tables: other states, other arrows, other words on an arrow.
Reading that needs no Graphviz; only drawing does.
"""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final, TypeAlias
from xml.etree import ElementTree

from transitions.extensions import GraphMachine

from iasyncinfo_spec import tables
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.rendering.labels import written
from iasyncinfo_spec.rendering.views import View, views
from iasyncinfo_spec.standard import STANDARD

Arrow: TypeAlias = tuple[str, str, str, str]
"""Where it begins, where it ends, the trigger, and what is written on it."""
Said: TypeAlias = frozenset[tuple[str, ...]]
"""A state by its name; an arrow by where it begins, where it ends, and each label that stands on it."""

MACHINES: Final = {view.name: view.title for view in views(STANDARD)}
"""What each machine is called, by its name."""

_SVG: Final = "{http://www.w3.org/2000/svg}"


def arrows(profile: str, machine: str) -> Iterator[Arrow]:
    """Yield the arrows of one machine of a profile: that of the start only where callers meet what has not started."""
    hidden = profile in FAMILIES and FAMILIES[profile].answer("CREATED") == "hidden"
    yield from (arrow for arrow in written(_view(profile, machine)) if not (hidden and arrow[0] == tables.CREATED))


def said(profile: str, machine: str) -> Said:
    """Return what the drawing of one machine of a profile has to say."""
    met = list(arrows(profile, machine))
    labels: dict[tuple[str, str], list[str]] = {}
    for source, dest, _, label in met:
        labels.setdefault((source, dest), []).append(label)
    return frozenset(
        [*((state,) for state in _states(_view(profile, machine), met)), *((*ends, *on) for ends, on in labels.items())]
    )


def says(svg: str) -> Said:
    """Return what a drawing says; a ParseError where it is none."""
    return frozenset(_node(group) for group in ElementTree.fromstring(svg).iter(f"{_SVG}g") if _is_part(group))


def draw(profile: str, machine: str) -> str:
    """Return one machine of a profile as SVG; the state in which objects are handed out has a second border.

    An ImportError where Graphviz is not there: it comes with the extra ``docs``.
    """
    if find_spec("pygraphviz") is None:  # the library would go on with another engine, which draws no SVG
        raise ImportError("drawing a machine needs Graphviz, which comes with pip install -e '.[docs]'")
    view = _view(profile, machine)
    met = list(arrows(profile, machine))
    drawn = GraphMachine(
        states=_states(view, met),
        initial=view.initial,
        transitions=[{"trigger": t, "source": s, "dest": d, "label": label} for s, d, t, label in met],
        auto_transitions=False,
        graph_engine="pygraphviz",
    )
    graph: Any = drawn.get_combined_graph(title=" ")  # a graph of pygraphviz, of which the library's stub knows little
    graph.graph_attr.update(fontname="sans-serif")
    graph.node_attr.update(fontname="sans-serif")
    graph.edge_attr.update(fontname="sans-serif", fontsize="11")
    drawing: str = graph.draw(None, prog="dot", format="svg").decode()
    return re.sub(r"<!--.*?-->\n?", "", drawing[drawing.index("<svg") :], flags=re.DOTALL)


def _view(profile: str, machine: str) -> View:
    return next(view for view in views(profile) if view.name == machine)


def _states(view: View, met: list[Arrow]) -> list[str]:
    """Return the initial state and those at an arrow, in the order of the table."""
    drawn = {view.initial, *(state for arrow in met for state in arrow[:2])}
    return [state for state in view.states if state in drawn]


def _is_part(group: ElementTree.Element) -> bool:
    return group.get("class") in ("node", "edge")


def _node(group: ElementTree.Element) -> tuple[str, ...]:
    title = group.findtext(f"{_SVG}title") or ""
    if group.get("class") == "node":
        return (title,)
    text = " ".join(text.text or "" for text in group.iter(f"{_SVG}text"))
    return (*title.split("->"), *text.split(" | "))
