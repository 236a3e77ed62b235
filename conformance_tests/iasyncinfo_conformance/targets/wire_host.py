"""The bundled host: serves a Python target over the wire, so that it can be killed when it hangs.

Run as ``python -m iasyncinfo_conformance.targets.wire_host package.module:name [--no-schedules]``.
"""

import json
import os
import platform
import sys
from collections.abc import Callable
from typing import IO, Any

from iasyncinfo_conformance.errors import HarnessFault, NotSchedulable, UsageFault
from iasyncinfo_conformance.target import Target, Trouble
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_start
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import from_json


def serve(target: Target, lines: IO[str], answers: IO[str]) -> None:
    """Answer each line until ``stop`` or the end of input."""
    for line in lines:
        message = json.loads(line)
        match message["cmd"]:
            case "start":
                answer = _ready(target)
            case "run":
                answer = {"seq": message["seq"], **_answered(_run, target, message)}
            case "linger":
                answer = {"seq": message["seq"], **_answered(_linger, target, message)}
            case "explore":
                answer = {"seq": message["seq"], **_answered(_explore, target, message)}
            case _:
                return
        answers.write(json.dumps(answer, separators=(",", ":")) + "\n")
        answers.flush()


def _ready(target: Target) -> dict[str, Any]:
    return {
        "ready": True,
        "name": platform.python_implementation(),
        "version": platform.python_version(),
        "language": "Python",
        "kinds": [kind.value for kind in target.kinds],
        "supports": {kind.value: sorted(target.supports(kind)) for kind in target.kinds},
        "values": list(target.values),
        "notes": list(target.notes),
        "unexplored": target.unexplored,
    }


def _answered(
    ask: Callable[[Target, dict[str, Any]], dict[str, Any]], target: Target, message: dict[str, Any]
) -> dict[str, Any]:
    try:
        return ask(target, message)
    except NotSchedulable as refusal:
        return {"unschedulable": str(refusal)}
    except HarnessFault as fault:
        return {"errored": str(fault)}


def _run(target: Target, message: dict[str, Any]) -> dict[str, Any]:
    return {"results": target.run(message["kind"], message["steps"])}


def _linger(target: Target, message: dict[str, Any]) -> dict[str, Any]:
    came = target.run_together([(Kind(each["kind"]), from_json(each["steps"])) for each in message["words"]])
    return {came.what: came.why} if isinstance(came, Trouble) else {"lingered": came}


def _explore(target: Target, message: dict[str, Any]) -> dict[str, Any]:
    """Explore the race of a word, or run it under the schedule that is given."""
    kind, word = Kind(message["kind"]), from_json(message["steps"])
    if "schedule" in message:
        replayed = target.replay(kind, word, message["schedule"])
        trace = [moment._asdict() for moment in replayed.trace]
        return {"results": replayed.results, "trouble": replayed.trouble, "trace": trace}
    (explored,) = target.explore(kind, [word], message["bound"])
    if isinstance(explored, Trouble):
        return {explored.what: explored.why}
    return {"schedules": explored.schedules, "outcomes": [outcome._asdict() for outcome in explored.outcomes]}


def main() -> int:
    """Serve the target named on the command line; what it prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the subject prints must not look like an answer
    try:
        name, explores = sys.argv[1], "--no-schedules" not in sys.argv[2:]
        target: Target = InProcess(load_start(name), name, explores=explores, keeps_first=True)
    except (HarnessFault, UsageFault) as fault:
        answers.write(json.dumps({"ready": False, "fault": str(fault)}) + "\n")
        answers.flush()
        return 3
    serve(target, sys.stdin, answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
