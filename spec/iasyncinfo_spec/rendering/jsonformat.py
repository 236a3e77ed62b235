"""The machines and the lists as JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.expectation import at_standard
from iasyncinfo_spec.exploration import explore
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.machines import sources
from iasyncinfo_spec.rendering.relations import takers
from iasyncinfo_spec.rendering.views import View
from iasyncinfo_spec.rules import ALL_KINDS
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE
from iasyncinfo_spec.tables import CellOutcome, Quiet, Refuses, Row


def machines(profile: str, views: Iterable[View]) -> str:
    """Return the rows of the three machines and, for a family, the size of what each kind can reach."""
    return _text(
        {
            "profile": profile,
            "machines": {
                view.name: {
                    "states": view.states,
                    "initial": view.initial,
                    "rows": [_row(row) for row in view.rows],
                }
                for view in views
            },
            "reachable": {kind.value: _size(profile, kind) for kind in Kind} if profile in FAMILIES else {},
        }
    )


def rules() -> str:
    """Return every rule as an object."""
    return _text([asdict(rule) for rule in EVERY_RULE.values()])


def points() -> str:
    """Return every variation point as an object, with the families that take each option."""
    return _text([{**asdict(point), "taken_by": takers(point.name)} for point in EVERY_POINT.values()])


def families() -> str:
    """Return every family's row, and what is expected of it at ``standard``."""
    return _text(
        [
            {
                "name": family.name,
                "about": family.about,
                "answers": dict(family.answers),
                "breaks": dict(family.breaks),
                "at_standard": {
                    "verdict": at_standard(family).verdict,
                    "fails": at_standard(family).fails,
                    "hazards": [hazard._asdict() for hazard in at_standard(family).hazards],
                },
            }
            for family in FAMILIES.values()
        ]
    )


def records(items: Iterable[Mapping[str, str]]) -> str:
    """Return a list of plain objects."""
    return _text(list(items))


def _size(profile: str, kind: Kind) -> dict[str, int]:
    system = explore(profile, kind)
    return {"configurations": len(system.configurations), "steps": sum(map(len, system.edges.values()))}


def _row(row: Row) -> dict[str, Any]:
    told = row.get("tells")
    return {
        "trigger": row["trigger"],
        "source": sources(row),
        "dest": row["dest"],
        "outcome": _outcome(row["outcome"]),
        **({"rule": row["rule"]} if "rule" in row else {"point": row["point"], "answer": row["answer"]}),
        **({"breach": True} if row.get("breach") else {}),
        **({} if told is None else {"tells": told}),
        "kinds": row.get("kinds", ALL_KINDS),
    }


def _outcome(outcome: CellOutcome) -> dict[str, Any] | str:
    if isinstance(outcome, Quiet):
        return outcome.value
    if isinstance(outcome, Refuses):
        return {"refuses": f"0x{outcome.hresult:08X}" if type(outcome.hresult) is int else outcome.hresult}
    return {"returns": outcome.value}


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
