"""One situation again: every call that the consumer makes, what it comes to, and the rules that it does not keep."""

from collections.abc import Iterator
from typing import Any

from iasyncinfo_conformance.consumers.hosted import Hosted, Lost
from iasyncinfo_conformance.consumers.judged import Judged, found_in
from iasyncinfo_conformance.consumers.law.outcomes import came
from iasyncinfo_conformance.consumers.law.situations import tier_of_steps
from iasyncinfo_conformance.consumers.messages import Asked, Switches
from iasyncinfo_conformance.consumers.plan import Run
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.errors import NotSchedulable
from iasyncinfo_conformance.report.layout import labelled, width
from iasyncinfo_conformance.report.race_drawing import columns, threads_in
from iasyncinfo_conformance.target import Moment
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.consumer_rules import JUDGED
from iasyncinfo_spec.situations import family_of
from iasyncinfo_spec.static_rules import EVERY_RULE
from iasyncinfo_spec.words import Word, format_word, from_json


def replay_situation(
    text: str, situation: Word, kind: Kind | None, profile: str, schedule: str | None, timeouts: tuple[float, float]
) -> tuple[str, int]:
    """Return what happens in a situation, under a schedule if one is named, and 1 where it fails a rule, or 0."""
    with Hosted(text, *timeouts) as hosted:
        about = hosted.ready()
        asked = Asked(situation, kind or about.kinds[0])
        seen, trace = _under(hosted, asked, schedule) if schedule else (hosted.meet([asked])[0], ())
    run = Run("replayed", asked, tier_of_steps(situation[1:], family_of(situation)))
    failed = Judged(JUDGED, profile).take(run, seen, "replay")
    under = f" --schedule {schedule}" if schedule else ""
    lines = [f"{text}, {asked.kind}, {run.tier}: {format_word(situation)}{under}", *_told(seen)]
    lines += ["", *columns(threads_in(situation, len(situation)), trace, width())] if trace else []
    for breach in found_in(seen):
        word = "FAILED" if breach.rule in failed else "hazard"
        lines += ["", f"{word}  {breach.rule}", labelled("rule", EVERY_RULE[breach.rule].sentence)]
        lines += [labelled("allowed", breach.allowed), labelled("came", breach.came)]
    return "\n".join([*lines, "", "not allowed" if failed else "allowed"]), int(bool(failed))


def _under(hosted: Hosted, asked: Asked, schedule: str) -> tuple[Seen, tuple[Moment, ...]]:
    """Return what is seen under one schedule, and what the threads did; raises NotSchedulable."""
    (came,) = hosted.switch([Switches(asked.situation, asked.kind, schedule=schedule)])
    if came.why:
        raise NotSchedulable(came.why)
    return came.found[0].seen, came.found[0].trace


def _told(seen: Seen | Lost) -> Iterator[str]:
    if isinstance(seen, Lost):
        yield f"    the consumer {seen.why}"
        return
    events = [(int(str(line["n"])), line) for line in seen.log if "n" in line]
    marks: list[tuple[int, Any]] = [(at, "told to give up") for at in seen.give_ups]
    marks.append((seen.outcome.at, f"the consumer {came(seen)}"))
    for _, event in sorted([*events, *marks], key=lambda each: each[0]):
        yield f"    {event if isinstance(event, str) else _event(event, seen)}"


def _event(line: dict[str, Any], seen: Seen) -> str:
    if "call" in line:
        return f"{line['thread']}  {format_word(from_json([line['call']]))}"
    if "enter" in line:
        told = line.get("status", line.get("value"))
        if "status" in line and told in tuple(AsyncStatus):
            told = AsyncStatus(int(line["status"])).name
        return f"{line['thread']}  {line['enter']} is told {told}"
    if "leave" in line:
        return "    its handler returned" if "hr" not in line else "    its handler raised"
    call = next(each for each in seen.log if each.get("n") == line["of"])
    answer = f"0x{line['hr']:08X}" if "hr" in line else line.get("ok")
    return f"    -> {answer}  ({call['call'][0]})"
