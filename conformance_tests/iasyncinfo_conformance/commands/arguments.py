"""What several commands take: a target, a profile, files for reports; and how they show progress."""

import argparse
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from iasyncinfo_conformance.errors import UsageFault, require_extra
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.entry import TARGET
from iasyncinfo_conformance.targets.loading import load_isolated
from iasyncinfo_conformance.targets.pipe.process import START_TIMEOUT
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.meant import did_you_mean, no_such
from iasyncinfo_spec.standard import STANDARD

if TYPE_CHECKING:
    from iasyncinfo_conformance.report.files import Reports

Parser = argparse.ArgumentParser
Options = argparse.Namespace


def add_target(command: Parser) -> None:
    """Have a command take a target, or a driver's command, and the seconds of a word."""
    command.add_argument("target", nargs="?", metavar="TARGET", help=TARGET)
    command.add_argument("--exec", metavar="COMMAND", help="a driver that speaks the wire; run without a shell")
    add_timeouts(command, "word")


def add_timeouts(command: Parser, what: str) -> None:
    """Have a command take the seconds of one word or situation, and those of a start."""
    command.add_argument(
        "--timeout", type=seconds, default=3.0, metavar="S", help=f"seconds that one {what} may take (default 3)"
    )
    command.add_argument(
        "--start-timeout", type=seconds, default=START_TIMEOUT, metavar="S",
        help=f"seconds that a process may take until it is ready (default {START_TIMEOUT:g})",
    )  # fmt: skip


def add_reports(command: Parser) -> None:
    """Have a command take the rules that it speaks of, and files for reports."""
    command.add_argument("--rule", default="*", metavar="GLOB", help="only these rules, for example 'FIRE-*,PROG-*'")
    command.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON; - is standard output")
    command.add_argument("--junit", type=Path, metavar="FILE", help="write it as JUnit XML; - is standard output")
    command.add_argument(
        "--html", type=Path, metavar="FILE", help="write it as a page that needs nothing else; - likewise"
    )


def reports(options: Options) -> "Reports":
    """Return the files for reports that were named."""
    from iasyncinfo_conformance.report.files import Reports

    return Reports(options.json, options.junit, options.html)


def add_output(command: Parser) -> None:
    """Have a command show what the subject printed."""
    command.add_argument(
        "--show-output", action="store_true", help="show in each card what the subject printed, logged and warned of"
    )


def add_profile(command: Parser) -> None:
    """Have a command take a profile."""
    command.add_argument("--profile", default=STANDARD, metavar="P", help="standard, or a family's name")


def add_kind(command: Parser, about: str) -> None:
    """Have a command take one kind."""
    command.add_argument("--kind", type=_kind, metavar="KIND", help=f"{about}: {', '.join(Kind)}")


def add_processes(command: Parser, about: str, otherwise: str = "") -> None:
    """Have a command take a number of processes."""
    command.add_argument(
        "-n", dest="processes", type=_processes, metavar="N",
        help=f"{about} (default: one for each processor{otherwise})",
    )  # fmt: skip


def processes(options: Options, *, is_little: bool = False) -> int:
    """Return in how many processes to work: where that was not said, in one for each processor, or for little work."""
    return int(options.processes or (1 if is_little else os.cpu_count() or 1))


def target_text(options: Options) -> str:
    """Return the text of the target; a UsageFault unless there is exactly one."""
    if (options.target is None) == (options.exec is None):
        both = (
            "" if options.exec is None else f", not both: {options.target} stands beside {options.exec}, and a command "
        )
        quoted = f"{both}of several words stands in quotes" if both else ""
        raise UsageFault(f"name one subject: a TARGET or --exec COMMAND{quoted}. A TARGET is {TARGET}.")
    return str(options.target) if options.exec is None else f"exec:{options.exec}"


@contextmanager
def target_of(options: Options, *, explores: bool = False) -> Iterator[Target]:
    """Hold the target that the arguments name, in a process of its own."""
    require_extra()
    text = target_text(options)
    with closing(
        load_isolated(text, options.timeout, explores=explores, start_timeout=options.start_timeout)
    ) as target:
        yield target


def profile(name: str) -> str:
    """Return a profile's name; a UsageFault, with a guess, where there is none of that name."""
    profiles = (STANDARD, *FAMILIES)
    if name not in profiles:
        raise UsageFault(no_such("profile", name, profiles))
    return name


def count(text: str) -> int:
    """Return a number from 0 to 4."""
    if re.fullmatch("[0-4]", text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 4")
    return int(text)


def schedule(text: str) -> str:
    """Return the text of a schedule."""
    if re.fullmatch(r"(?:[ABC]\d*)+", text) is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no schedule: write A4B7A, a thread and the points that it passes"
        )
    return text


def seconds(text: str) -> float:
    """Return a number of seconds, less than an hour."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds, more than 0 and less than 3600")
    return value


def no_rule(glob: str, whose: str, known: Iterable[str]) -> UsageFault:
    """Return the complaint of a ``--rule`` that matches none of the rules that are there."""
    return UsageFault(f"--rule {glob!r} matches no rule {whose}.{did_you_mean(glob, known)} See iasyncinfo list rules.")


def _kind(text: str) -> Kind:
    if text not in tuple(Kind):
        raise argparse.ArgumentTypeError(no_such("kind", text, Kind).removesuffix("."))
    return Kind(text)


def _processes(text: str) -> int:
    if re.fullmatch("0*[1-9][0-9]{0,2}", text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)
