"""The commands that a report tells its reader to run."""

import shlex

from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.record.static.mistyped import Mistyped
from iasyncinfo_spec.standard import STANDARD


def replay_line(record: Record, failure: Failure) -> str:
    """Return the command that runs a failure's word again."""
    profile = "" if record.asked.profile == STANDARD else f" --profile {record.asked.profile}"
    schedule = f" --schedule {failure.schedule}" if failure.schedule else ""
    word = quoted(failure.text)
    return f"iasyncinfo replay {_subject(record.subject.target)} {word} --kind {failure.kind}{profile}{schedule}"


def again(record: Record, mistyped: Mistyped) -> str:
    """Return the command that looks at the class of a mistyped member again."""
    checker = "" if record.asked.types in ("", "mypy") else f" --checker {record.asked.types}"
    return f"iasyncinfo types {quoted(mistyped.subject)}{checker}"


def quoted(text: str) -> str:
    """Return ``text`` as one word of a shell."""
    return shlex.quote(text)


def _subject(target: str) -> str:
    command = target.removeprefix("exec:")
    return quoted(target) if command == target else f"--exec {quoted(command)}"
