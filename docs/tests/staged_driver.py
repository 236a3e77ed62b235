"""A driver as it grows: the stages of docs/drivers.md. It imports nothing of the project, as in any other language."""

import json
import sys
from typing import Any

REFUSED = {"closed": 0x8000000E, "second": 0x80000018, "running": 0x8000000D}
LEVERS = ["fail", "acknowledge_cancel", "cancel_notifications"]


class Refused(Exception):
    """A call that is refused; its argument is the code."""


class Operation:
    """An operation of integers, with its worker, and the calls of handlers that have not been told yet."""

    def __init__(self) -> None:
        self.state, self.code, self.told = 0, 0, 0
        self.closed, self.was_set = False, False
        self.result: Any = None
        self.handler: str | None = None
        self.events: list[dict[str, Any]] = []

    def take(self, name: str, *given: Any) -> Any:
        """Take a step; a method of the same name does it."""
        if self.closed and name not in ("cancel", "close", *LEVERS, "complete"):
            raise Refused(REFUSED["closed"])
        return getattr(self, name)(*given)

    def id(self) -> int:
        return 1

    def status(self) -> int:
        return self.state

    def error_code(self) -> int:
        return self.code

    def get_completed(self) -> str | None:
        return self.handler

    def put_completed(self, label: str | None) -> None:
        if self.was_set:
            raise Refused(REFUSED["second"])
        self.was_set, self.handler = True, label
        if self.state:
            self.call()

    def get_results(self) -> Any:
        if self.state == 1:
            return self.result
        raise Refused(self.code if self.state == 3 else REFUSED["closed"])

    def cancel(self) -> None:
        if self.state == 0:
            self.state, self.told = 2, self.told + 1

    def close(self) -> None:
        if self.state == 0:
            raise Refused(REFUSED["running"])
        self.closed = True

    def complete(self, result: Any) -> None:
        if self.state == 0:
            self.state, self.result = 1, result
        self.call()

    def fail(self, code: int) -> None:
        if self.state == 0:
            self.state, self.code = 3, code
        self.call()

    def acknowledge_cancel(self) -> None:
        if self.state:
            self.call()

    def cancel_notifications(self) -> int:
        return self.told

    def call(self) -> None:
        if self.handler:
            self.events.append({"handler": self.handler, "sender": True, "status": self.state})
        self.handler = None


def answered(steps: list[list[Any]], stage: str) -> list[dict[str, Any]]:
    """Return the results of a word, as far as the driver has come."""
    operation, results = Operation(), []
    for step in steps:
        operation.events = []
        try:
            result = {"ok": operation.take(*step)}
        except Refused as refusal:
            result = {"hr": refusal.args[0]}
        if operation.events and stage != "no events":
            result["events"] = operation.events
        results.append(result)
    return results[:1] if stage == "few results" else results


def main(stage: str) -> None:
    """Serve until ``stop``; the earlier the stage, the less."""
    ready: dict[str, Any] = {"ready": True, "name": "mine", "kinds": ["operation"]}
    if stage == "all levers":
        ready["supports"] = LEVERS
    for line in sys.stdin if stage != "nothing" else ():
        message = json.loads(line)
        if message["cmd"] == "stop" or (message["cmd"] == "run" and stage == "ready"):
            break
        is_run = message["cmd"] == "run"
        answer = {"seq": message["seq"], "results": answered(message["steps"], stage)} if is_run else ready
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
