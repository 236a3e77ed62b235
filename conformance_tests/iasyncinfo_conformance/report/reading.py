"""A record read from the JSON document that another run wrote."""

import json
import signal
from pathlib import Path
from typing import Any

from iasyncinfo_conformance.errors import UsageFault, Whose, said
from iasyncinfo_conformance.files.text_file import text_of
from iasyncinfo_conformance.record.answers import Nearest
from iasyncinfo_conformance.record.consumed import Consumed, Fared, Met, Switching
from iasyncinfo_conformance.record.extent import Extent, Lingered, Raced, RaceMode, SuiteRun
from iasyncinfo_conformance.record.findings import Failure, Fault, Hazard, Outcome, RuleVerdict, Said, Source
from iasyncinfo_conformance.record.known import Deviation, Noted
from iasyncinfo_conformance.record.moves import Move, WrongMove
from iasyncinfo_conformance.record.record import Asked, EngineRun, Named, Record
from iasyncinfo_conformance.record.static.mistyped import Mistyped, TypesRun
from iasyncinfo_conformance.report.json_report import schema
from iasyncinfo_conformance.report.text import report
from iasyncinfo_conformance.target import Line, Moment
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import parse_either
from iasyncinfo_spec.words import parse_word


def read_record(path: Path) -> Record:
    """Return the record in a report file; a UsageFault where there is none that this version understands."""
    import jsonschema

    text = text_of(path, "the report", "Check its name.")
    try:
        data = json.loads(text, parse_constant=_no_number)
        jsonschema.validate(data, schema("report"))
        return _printable(from_json(data))
    except RecursionError as error:
        raise UsageFault(
            f"the report {str(path)!r} is nested too deep for one. Write one with check --json."
        ) from error
    except jsonschema.ValidationError as error:
        where = "/".join(map(str, error.absolute_path)) or "the document"
        raise UsageFault(
            f"the report {str(path)!r} is none of this version's: {where}: {error.message[:200]}. "
            "Write it with check --json."
        ) from error
    except (ValueError, LookupError, ArithmeticError, TypeError) as error:
        raise UsageFault(f"the report {str(path)!r} is none: {said(error)}. Write it with check --json.") from error


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number in JSON")


def _printable(record: Record) -> Record:
    """Return a record that can be printed: a document may fit the schema, and speak of what there is not."""
    report(record)
    if record.stopped:
        signal.Signals[record.stopped]
    return record


def from_json(data: dict[str, Any]) -> Record:
    """Return the record of a document that the schema ``report`` allows."""
    subject, family = data["subject"], data.get("family", {})
    about = subject["name"] if subject["name"] != subject["target"] else ""
    return Record(
        subject=Named(subject["target"], about, tuple(map(Kind, subject["kinds"]))),
        asked=Asked(profile=data["profile"], seed=data["seed"], **data["asked"]),
        verdicts=tuple(RuleVerdict(each["id"], Outcome(each["verdict"]), each["why"]) for each in data["rules"]),
        points=data.get("points", {}),
        nearest=_nearest(family) if "also" in family else None,
        failures=tuple(_failure(each) for each in data["failures"] if "member" not in each),
        mistyped=tuple(_mistyped(each) for each in data["failures"] if "member" in each),
        hazards=tuple(map(_hazard, data["hazards"])),
        faults=tuple(Fault(**{**each, "whose": Whose(each["whose"])}) for each in data["faults"]),
        notes=tuple(data["notes"]),
        engines=tuple(map(_engine, data["engines"])),
        extents={Kind(kind): _extent(each) for kind, each in data["extents"].items()},
        lingered=Lingered(**data["lingered"]),
        types=TypesRun(**data["types"]) if data["types"] is not None else None,
        used=tuple(map(_deviation, data["deviations"]["used"])),
        stale=tuple(map(_deviation, data["deviations"]["stale"])),
        noted=tuple(Noted(**each) for each in data["deviations"]["answers"]),
        seconds=data["seconds"],
        wall=data["wall"],
        stopped=data["stopped"],
        suite=data["suite"]["version"],
        consumed=_consumed(data) if "consumer" in data else None,
    )


def _consumed(data: dict[str, Any]) -> Consumed:
    met = (Met(**{**each, "fared": Fared(each["fared"]), "rules": tuple(each["rules"])}) for each in data["situations"])
    told = {**data["consumer"], "switching": Switching(**data["consumer"].get("switching", {}))}
    return Consumed(**told, situations=tuple(met))


def _nearest(data: dict[str, Any]) -> Nearest:
    return Nearest(data["nearest"], data["exact"], data["point"], data["word"], tuple(data["also"]))


def _failure(data: dict[str, Any]) -> Failure:
    return Failure(
        rule=data["rule"],
        kind=Kind(data["kind"]),
        word=parse_either(data["word"]),
        step=data["step"],
        allowed=data["allowed"],
        actual=data["actual"],
        engine=data["engine"],
        cells=data["cells"],
        words=data["words"],
        schedule=data["schedule"],
        trace=tuple(Moment(**each) for each in data["trace"]),
        wake_of=data["after"],
        lines=tuple(Line(**each) for each in data.get("lines", ())),
        said=_said(data.get("said", {})),
    )


def _said(data: dict[str, Any]) -> Said:
    return Said(**{name: tuple(told) for name, told in data.items()})


def _mistyped(data: dict[str, Any]) -> Mistyped:
    return Mistyped(
        rule=data["rule"],
        kind=Kind(data["kind"]),
        subject=data["subject"],
        member=data["member"],
        expected=data["allowed"],
        found=data["actual"],
        file=Path(data["file"]),
        line=data["line"],
    )


def _hazard(data: dict[str, Any]) -> Hazard:
    return Hazard(data.get("point") or data["rule"], data["word"], data["why"], Source(data["source"]))


def _engine(data: dict[str, Any]) -> EngineRun:
    return EngineRun(data["engine"], Kind(data["kind"]), data["words"], data["steps"], tuple(data["failed"]))


def _extent(data: dict[str, Any]) -> Extent:
    raced = Raced(**{**data["raced"], "mode": RaceMode(data["raced"]["mode"])})
    moves = tuple(Move(**{**each, "answers": tuple(each["answers"])}) for each in data.get("moves", ()))
    wrong = tuple(map(_wrong_move, data.get("wrong", ())))
    return Extent(SuiteRun(**data["suite"]), data["walked"], raced, data["seconds"], moves, wrong)


def _wrong_move(data: dict[str, Any]) -> WrongMove:
    return WrongMove(**{**data, "there": tuple(data["there"]), "word": parse_word(data["word"])})


def _deviation(data: dict[str, Any]) -> Deviation:
    return Deviation(data["id"], Kind(data["kind"]), parse_either(data["word"]), data["reason"], data["link"])
