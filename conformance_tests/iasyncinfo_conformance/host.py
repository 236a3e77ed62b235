"""The bundled host: serves a Python target over the wire, so that it can be killed when it hangs.

Run as ``python -m iasyncinfo_conformance.host package.module:name``.
"""

import json
import os
import platform
import sys
from typing import IO, Any

from iasyncinfo_conformance.errors import HarnessFault, UsageFault
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets import load_target


def serve(target: Target, lines: IO[str], answers: IO[str]) -> None:
    """Answer each line until ``stop`` or the end of input."""
    for line in lines:
        message = json.loads(line)
        match message["cmd"]:
            case "start":
                answer = _ready(target)
            case "run":
                answer = {"seq": message["seq"], **_run(target, message)}
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
    }


def _run(target: Target, message: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"results": target.run(message["kind"], message["steps"])}
    except HarnessFault as fault:
        return {"errored": str(fault)}


def main() -> int:
    """Serve the target named on the command line; what it prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the subject prints must not look like an answer
    try:
        target = load_target(sys.argv[1])
    except (HarnessFault, UsageFault) as fault:
        answers.write(json.dumps({"ready": False, "fault": str(fault)}) + "\n")
        answers.flush()
        return 3
    serve(target, sys.stdin, answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
