"""The report as JSON and as JUnit XML."""

import json
from dataclasses import asdict
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from iasyncinfo_conformance.checking.check import Check, again, race_mode, replay_line
from iasyncinfo_conformance.engines.points import NOT_SHOWN
from iasyncinfo_conformance.engines.races import ENGINE as RACES
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.record.findings import Failure, Outcome
from iasyncinfo_conformance.record.guarantee import guarantee
from iasyncinfo_conformance.record.known_file import Deviation
from iasyncinfo_conformance.record.mistyped import Mistyped
from iasyncinfo_spec.static_rules import EVERY_RULE
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import format_word

SCHEMA: Final = "https://iasyncinfo.dev/schema/report-1.json"


def schema(name: str) -> dict[str, Any]:
    """Return a JSON schema that ships in the package: ``report`` or ``wire``."""
    text = (files("iasyncinfo_conformance") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def as_json(done: Check) -> dict[str, Any]:
    """Return the report as the schema ``report`` has it."""
    findings, expected = done.findings, done.expected
    nearest = done.nearest
    return {
        "schema": SCHEMA,
        "suite": {"version": version("iasyncinfo")},
        "subject": {
            "target": done.target.name,
            "name": getattr(done.target, "about", "") or done.target.name,
            "kinds": [kind.value for kind in done.target.kinds],
        },
        "profile": done.options.profile,
        "verdict": done.verdict.value,
        "counts": {
            "expected": len(expected),
            **{outcome.value.replace(" ", "_"): findings.count(outcome, expected) for outcome in Outcome},
        },
        "rules": [
            {
                "id": verdict.id,
                "level": EVERY_RULE[verdict.id].level.value if verdict.id in EVERY_RULE else "MUST",
                "basis": EVERY_RULE[verdict.id].basis.value if verdict.id in EVERY_RULE else "variation",
                "verdict": verdict.outcome.value,
                "why": verdict.why,
            }
            for verdict in done.conditions
        ],
        "points": {point: done.answers.answer(point) for point in VARIATIONS},
        "hazards": [{"point": hazard.point, "word": hazard.word, "why": hazard.why} for hazard in findings.hazards],
        "family": {
            "nearest": nearest.name if nearest else NOT_SHOWN,
            "exact": nearest.exact if nearest else False,
            "first_difference": nearest.first_difference if nearest else "",
        },
        "guarantee": asdict(given) if (given := guarantee(done)) else None,
        "races": _races(done),
        "failures": [
            *(_failure(done, failure) for failure, _ in findings.cards()),
            *(_failure(done, failure) for failure in findings.in_the_wake().values()),
            *(_mistyped(done, mistyped) for mistyped in findings.mistyped),
        ],
        "faults": [{"word": fault.word, "what": fault.what, "whose": fault.whose} for fault in findings.faults],
        "deviations": {"used": list(map(_deviation, done.used)), "stale": list(map(_deviation, done.stale))},
        "coverage": {kind: {"cells": part.cells, "covered": part.covered} for kind, part in done.completed.items()},
        "seed": done.options.seed,
        "seconds": done.seconds,
    }


def _races(done: Check) -> dict[str, Any]:
    parts = done.raced.values()
    return {
        "mode": race_mode(done),
        "bound": done.options.race_bound,
        "cells": sum(part.cells for part in parts),
        "schedules": sum(part.schedules for part in parts),
        "failures": [_failure(done, failure) for failure in done.findings.failures if failure.engine == RACES],
    }


def _failure(done: Check, failure: Failure) -> dict[str, Any]:
    return {
        "rule": failure.rule,
        "kind": failure.kind.value,
        "word": failure.text,
        "step": failure.step,
        "allowed": failure.allowed,
        "actual": failure.actual,
        "cell": failure.cell,
        "words": failure.words,
        "schedule": failure.schedule,
        "replay": replay_line(done, failure),
    }


def _mistyped(done: Check, mistyped: Mistyped) -> dict[str, Any]:
    return {
        "rule": mistyped.rule,
        "kind": mistyped.kind.value,
        "word": "",
        "step": 0,
        "allowed": mistyped.expected,
        "actual": mistyped.found,
        "subject": mistyped.subject,
        "member": mistyped.member,
        "file": str(mistyped.file),
        "line": mistyped.line,
        "replay": again(done, mistyped),
    }


def _deviation(deviation: Deviation) -> dict[str, Any]:
    return {
        "id": deviation.id,
        "kind": deviation.kind.value,
        "word": format_word(deviation.word),
        "reason": deviation.reason,
        "link": deviation.link,
    }


def clear(path: Path) -> None:
    """Make sure that a report can be written there, and that an old one does not outlive a run that breaks."""
    write(path, "")


def write_json(done: Check, path: Path) -> None:
    """Write the report as JSON; a UsageFault where the file cannot be written."""
    write(path, json.dumps(as_json(done), indent=2) + "\n")


def write_junit(done: Check, path: Path) -> None:
    """Write the report as JUnit XML, one test case a rule; a UsageFault where the file cannot be written."""
    suite = ElementTree.Element(
        "testsuite",
        name=f"iasyncinfo {done.target.name}",
        tests=str(len(done.expected)),
        failures=str(done.findings.count(Outcome.FAILED, done.expected)),
        skipped=str(done.findings.count(Outcome.NOT_APPLICABLE, done.expected)),
        errors=str(done.findings.count(Outcome.UNTESTABLE, done.expected)),
        time=f"{done.wall:.3f}",
    )
    shown = {failure.rule: failure for failure, _ in done.findings.cards()} | done.findings.in_the_wake()
    for verdict in done.conditions:
        case = ElementTree.SubElement(suite, "testcase", classname=done.target.name, name=verdict.id)
        wrong = [mistyped for mistyped in done.findings.mistyped if mistyped.rule == verdict.id]
        if wrong:
            message = f"{wrong[0].member}: found {wrong[0].found}; expected {wrong[0].expected}"
            element = ElementTree.SubElement(case, "failure", message=message)
            element.text = "\n".join(
                f"{each.file}:{each.line} {each.subject} {each.member}: {each.found}" for each in wrong
            )
        elif verdict.outcome is Outcome.FAILED and verdict.id in shown:
            failure = shown[verdict.id]
            element = ElementTree.SubElement(case, "failure", message=f"{failure.actual}; allowed: {failure.allowed}")
            element.text = f"{failure.kind} {failure.text}\n{replay_line(done, failure)}"
        elif verdict.outcome is Outcome.UNTESTABLE:
            ElementTree.SubElement(case, "error", message=f"untestable: {verdict.why}")
        elif verdict.outcome in (Outcome.NOT_APPLICABLE, Outcome.DEVIATING):
            ElementTree.SubElement(case, "skipped", message=f"{verdict.outcome}: {verdict.why}")
    write(path, ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n")


def write(path: Path, text: str) -> None:
    """Write a report; a UsageFault where the file cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageFault(f"the report {str(path)!r} cannot be written: {error.strerror}. Name another file.") from error
