"""``iasyncinfo known write``: write down what deviates now, for somebody to give the reasons."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.commands.arguments import (
    Options,
    Parser,
    add_processes,
    add_profile,
    add_target,
    profile,
    target_text,
)
from iasyncinfo_conformance.commands.check import checked
from iasyncinfo_conformance.commands.consume import judged
from iasyncinfo_conformance.console.telling import say, tell
from iasyncinfo_conformance.errors import UsageFault, require_extra
from iasyncinfo_conformance.report.command_lines import quoted
from iasyncinfo_spec.standard import STANDARD

CODES: Final[Mapping[int | str, str]] = {
    0: "a known-file is written, or there is nothing to write",
    "1, 3, 4": "what check said, where a known-file excuses nothing of it",
}
EXAMPLES: Final = (
    "iasyncinfo known write ./mine.py:start -o known.toml",
    "iasyncinfo known write ./mine.py:wait --consumer -o known.toml",
)
MOST: Final = 12
"""Checks after which no more causes are looked for: each excuses what those before it have found."""


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("verb", choices=("write",), help="write a known-file")
    add_target(parser)
    add_profile(parser)
    add_processes(parser, "kinds checked at the same time, each in a process of its own")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the known-file, a new one")
    parser.add_argument("--quick", action="store_true", help="as of check")
    parser.add_argument("--consumer", action="store_true", help="TARGET and known-file are those of consume")


def run(options: Options) -> int:
    """Check the target until everything that deviates is written down; return 0 where there was something to write."""
    require_extra()
    from iasyncinfo_conformance.files.known_writing import Deviating, as_toml
    from iasyncinfo_conformance.record.options import Options as CheckOptions
    from iasyncinfo_conformance.report.files import require_writable, write
    from iasyncinfo_conformance.targets.loading import require_understood

    text = target_text(options)
    if not options.consumer:
        require_understood(text)
    if options.output.exists():
        raise UsageFault(
            f"the known-file {str(options.output)!r} is there already, with its reasons. Name another file."
        )
    require_writable(options.output)
    wanted, found = CheckOptions(profile=profile(options.profile), quick=options.quick), Deviating()
    for _ in range(MOST):
        record = (judged if options.consumer else checked)(text, options, replace(wanted, known=found.known))
        if record.broken is not None or record.stopped:
            return tell(record)
        before, found = found, found.and_of(record)
        if found == before:
            break
    if found == Deviating():
        say(f"{text} deviates in nothing that a known-file excuses: {record.verdict}. No file is written.")
        return record.exit_code
    write(options.output, as_toml(text, found))
    say(f"{options.output}: {found}. Fill in each reason, then run: {_again(text, options)}")
    return 0


def _again(text: str, options: Options) -> str:
    """Return the command for which the known-file was written: with other options it may find more, or less."""
    words = ["iasyncinfo", "consume" if options.consumer else "check", quoted(text)]
    words += ["--profile", options.profile] if options.profile != STANDARD else []
    words += ["--quick"] if options.quick else []
    return " ".join([*words, "--known", quoted(str(options.output))])
