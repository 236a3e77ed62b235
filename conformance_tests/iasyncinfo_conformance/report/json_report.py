"""A record as the JSON document that the schema ``report`` describes, and back.

What follows from other values, the verdict, the counts, the guarantee, is written for whoever reads the document,
and worked out again when it is read here.
"""

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from iasyncinfo_conformance.record.answers import NOT_SHOWN
from iasyncinfo_conformance.record.extent import Extent
from iasyncinfo_conformance.record.findings import Failure, Hazard
from iasyncinfo_conformance.record.guarantee import guarantee, why_none
from iasyncinfo_conformance.record.known import Deviation
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.record.static.mistyped import Mistyped
from iasyncinfo_conformance.report.command_lines import again, replay_line
from iasyncinfo_spec.static_rules import EVERY_RULE
from iasyncinfo_spec.words import format_word

SCHEMA: Final = "https://iasyncinfo.dev/schema/report-1.json"
RACES: Final = "races"
"""The engine whose failures are told beside the numbers of races, too."""


def schema(name: str) -> dict[str, Any]:
    """Return a JSON schema that ships in the package: ``report`` or ``wire``."""
    text = (files("iasyncinfo_conformance") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def as_json(record: Record) -> dict[str, Any]:
    """Return the record as the schema ``report`` has it."""
    given = guarantee(record)
    return {
        "schema": SCHEMA,
        "suite": {"version": record.suite},
        "subject": {
            "target": record.subject.target,
            "name": record.subject.about or record.subject.target,
            "kinds": list(record.subject.kinds),
        },
        "profile": record.asked.profile,
        "asked": {key: value for key, value in asdict(record.asked).items() if key not in ("profile", "seed")},
        "verdict": record.verdict.value,
        "stopped": record.stopped,
        "counts": {
            "expected": len(record.verdicts),
            **{outcome.value.replace(" ", "_"): number for outcome, number in record.count().items()},
        },
        "rules": [
            {
                "id": verdict.id,
                "level": EVERY_RULE[verdict.id].level.value if verdict.id in EVERY_RULE else "MUST",
                "basis": EVERY_RULE[verdict.id].basis.value if verdict.id in EVERY_RULE else "variation",
                "verdict": verdict.outcome.value,
                "why": verdict.why,
            }
            for verdict in record.verdicts
        ],
        "hazards": list(map(_hazard, record.hazards)),
        **_subjects_own(record),
        "guarantee": asdict(given) if given is not None else None,
        "no_guarantee": why_none(record),
        "races": _races(record),
        "failures": [
            *(_failure(record, failure) for failure in record.failures),
            *(_mistyped(record, mistyped) for mistyped in record.mistyped),
        ],
        "faults": list(map(asdict, record.faults)),
        "notes": list(record.notes),
        "deviations": {
            "used": list(map(_deviation, record.used)),
            "stale": list(map(_deviation, record.stale)),
            "answers": list(map(asdict, record.noted)),
        },
        "engines": list(map(asdict, record.engines)),
        "extents": {kind: _extent(extent) for kind, extent in record.extents.items()},
        "lingered": asdict(record.lingered),
        "types": asdict(record.types) if record.types is not None else None,
        "seed": record.asked.seed,
        "seconds": dict(record.seconds),
        "wall": record.wall,
    }


def _subjects_own(record: Record) -> dict[str, Any]:
    """Return what only an implementation's record has, or only a consumer's."""
    consumed = record.consumed
    if consumed is None:
        return {"points": dict(record.points), "family": _family(record)}
    consumer = {
        "manner": consumed.manner,
        "answers": dict(consumed.answers),
        "on_threads": consumed.on_threads,
        "unscheduled": consumed.unscheduled,
        "switching": asdict(consumed.switching),
    }
    return {"consumer": consumer, "situations": list(map(asdict, consumed.situations))}


def as_text(record: Record) -> str:
    """Return the document as text."""
    return json.dumps(as_json(record), indent=2) + "\n"


def _hazard(hazard: Hazard) -> dict[str, Any]:
    about = "rule" if hazard.point in EVERY_RULE else "point"
    return {about: hazard.point, "word": hazard.word, "why": hazard.why, "source": hazard.source.value}


def _family(record: Record) -> dict[str, Any]:
    nearest = record.nearest
    if nearest is None:
        return {"nearest": NOT_SHOWN, "exact": False, "first_difference": ""}
    return {
        "nearest": nearest.name,
        "exact": nearest.exact,
        "first_difference": nearest.first_difference,
        "point": nearest.point,
        "word": nearest.word,
        "also": list(nearest.also),
    }


def _races(record: Record) -> dict[str, Any]:
    parts = [extent.raced for extent in record.extents.values()]
    return {
        "mode": record.race_mode.value,
        "bound": record.asked.race_bound,
        "cells": sum(part.cells for part in parts),
        "schedules": sum(part.schedules for part in parts),
        "failures": [_failure(record, failure) for failure in record.failures if failure.engine == RACES],
    }


def _failure(record: Record, failure: Failure) -> dict[str, Any]:
    return {
        "rule": failure.rule,
        "kind": failure.kind.value,
        "word": failure.text,
        "step": failure.step,
        "allowed": failure.allowed,
        "actual": failure.actual,
        "engine": failure.engine,
        "cells": dict(failure.cells),
        "words": failure.words,
        "after": failure.wake_of,
        "schedule": failure.schedule,
        "trace": [moment._asdict() for moment in failure.trace],
        "lines": [line._asdict() for line in failure.lines],
        "said": asdict(failure.said),
        "replay": replay_line(record, failure),
    }


def _mistyped(record: Record, mistyped: Mistyped) -> dict[str, Any]:
    return {
        "rule": mistyped.rule,
        "kind": mistyped.kind.value,
        "word": "",
        "step": 0,
        "allowed": mistyped.expected,
        "actual": mistyped.found,
        "subject": mistyped.subject,
        "member": mistyped.member,
        "file": str(Path(mistyped.file)),
        "line": mistyped.line,
        "replay": again(record, mistyped),
    }


def _extent(extent: Extent) -> dict[str, Any]:
    wrong = [{**asdict(each), "word": each.text} for each in extent.wrong]
    return {**asdict(extent), "wrong": wrong}


def _deviation(deviation: Deviation) -> dict[str, Any]:
    return {
        "id": deviation.id,
        "kind": deviation.kind.value,
        "word": format_word(deviation.word),
        "reason": deviation.reason,
        "link": deviation.link,
    }
