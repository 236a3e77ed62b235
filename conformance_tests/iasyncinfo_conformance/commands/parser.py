"""The parser of the command line: the command that is named, and a line for each other."""

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

from iasyncinfo_conformance.commands import COMMANDS
from iasyncinfo_conformance.commands.telling import say
from iasyncinfo_conformance.errors import UsageFault

_CODES: Final = (
    "exit codes: 0 conforms (known deviations included); 1 does not conform, or a known entry is stale; "
    "2 the command line or the known-file is not understood; 3 the adapter, driver or suite is broken; "
    "4 incomplete: all that ran passed, but rules remain untestable; "
    "130, 143 or 129 where Ctrl-C, SIGTERM or SIGHUP ended it"
)


DEBUG: Final = "--debug"
"""The option of every command, before it or after it, that shows tracebacks."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are of one paragraph, as all others are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(epilog=_CODES, **options)
        self.add_argument(DEBUG, action="store_true", help="show the traceback of whatever breaks")

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002  # it is standard output
        if message:
            say(message.rstrip("\n"))

    def error(self, message: str) -> NoReturn:
        raise UsageFault(f"{message}. See {self.prog} --help.")


class _Version(argparse.Action):
    """Prints the version, which is looked up where it is asked for only."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> None:
        from importlib.metadata import version

        say(f"iasyncinfo {version('iasyncinfo')}")
        parser.exit()


def parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser for these arguments; of the commands, only the one that they name is loaded."""
    whole = _Parser(prog="iasyncinfo", description="Check implementations of Windows' IAsyncInfo objects.")
    whole.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = whole.add_subparsers(metavar="COMMAND", required=True)
    named = next((argument for argument in arguments if not argument.startswith("-")), "")
    for name, (path, about) in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        if name == named:
            module = import_module(f"iasyncinfo_conformance.commands.{path}")
            module.arguments(command)
            command.set_defaults(run=module.run)
    return whole
