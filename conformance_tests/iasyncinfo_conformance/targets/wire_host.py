"""The bundled host: serves a Python target over the wire, so that it can be killed when it hangs.

Run as ``python -P -m iasyncinfo_conformance.targets.wire_host package.module:name [--no-schedules]``.
"""

import faulthandler
import io
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from json import JSONDecoder, JSONEncoder
from typing import IO, Any, Final

from iasyncinfo_conformance.children.child import STACKS
from iasyncinfo_conformance.children.inside import pipes, require_original
from iasyncinfo_conformance.errors import HarnessFault, NotSchedulable, UsageFault, said
from iasyncinfo_conformance.escaping import class_name
from iasyncinfo_conformance.target import Audible, Target, Trouble
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_start
from iasyncinfo_conformance.targets.pipe.wire_shape import LONGEST
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, format_word, from_json, to_json

# Kept here: what a subject makes of the module is its own affair.
_DECODE: Final = JSONDecoder().decode
_ENCODE: Final = JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def serve(target: Target, lines: IO[str], answers: IO[str]) -> None:
    """Answer each line until ``stop`` or the end of input."""
    owner = os.getpid()
    for line in lines:
        message = _DECODE(line)
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
        require_original(owner)
        answers.write(_line(message, answer))
        answers.flush()


def _line(message: dict[str, Any], answer: dict[str, Any]) -> str:
    """Return an answer as a line; where it cannot cross the pipe, one that says at which step and why."""
    try:
        line = _dumped(answer)
        if len(line) > LONGEST:
            raise ValueError(f"it would be {len(line):,} bytes")
        return line
    except (TypeError, ValueError, RecursionError) as error:
        seq, word = message.get("seq"), from_json(message.get("steps", ()))
        culprit = next(_uncrossed(word, answer.get("results", ())), "the answer")
        why = f"{culprit} of {format_word(word)!r} cannot cross a pipe as JSON: {said(error)}"
        return _dumped({"seq": seq, "errored": f"{why}. Let the adapter hand over what JSON can carry."})


def _uncrossed(word: Word, results: Iterable[Any]) -> Iterator[str]:
    """Yield the steps whose results cannot cross, each with the type of what it answered."""
    for number, (step, result) in enumerate(zip(word, results, strict=False), 1):
        try:
            _dumped(result)
        except (TypeError, ValueError, RecursionError):
            yield f"step {number}, {step[0]}, which answered {class_name(result.get('ok'))},"


def _dumped(message: Any) -> str:
    return _ENCODE(message) + "\n"


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
        "classes": [list(each) for each in target.classes()],
        "born": {kind.value: to_json(word) for kind, word in target.born.items()},
    }


def _answered(
    ask: Callable[[Target, dict[str, Any]], dict[str, Any]], target: Target, message: dict[str, Any]
) -> dict[str, Any]:
    try:
        return ask(target, message)
    except NotSchedulable as refusal:
        return {"unschedulable": str(refusal)}
    except (HarnessFault, Trouble) as fault:
        return {"errored": str(fault)}


def _run(target: Target, message: dict[str, Any]) -> dict[str, Any]:
    if message.get("aloud") and isinstance(target, Audible):
        return target.aloud(Kind(message["kind"]), from_json(message["steps"]))._asdict()
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


def _tell_stacks_when_asked() -> None:
    """Write the stacks of all threads to standard error at a signal, whoever holds the interpreter's lock then."""
    if STACKS is not None:
        faulthandler.register(STACKS, 2, all_threads=True)


def main() -> int:
    """Serve the target named on the command line; what it prints goes to standard error."""
    owner = os.getpid()
    _tell_stacks_when_asked()
    asked, answers = (io.TextIOWrapper(pipe, encoding="utf-8") for pipe in pipes())
    try:
        name, explores = sys.argv[1], "--no-schedules" not in sys.argv[2:]
        target: Target = InProcess(load_start(name), name, explores=explores, keeps_first=True)
    except (HarnessFault, UsageFault) as fault:
        answers.write(_dumped({"ready": False, "fault": str(fault)}))
        answers.flush()
        return 3
    require_original(owner)
    serve(target, asked, answers)
    answers.flush()
    os._exit(0)  # threads of the subject that never end are no reason to wait, nor is what it does at exit


if __name__ == "__main__":
    sys.exit(main())
