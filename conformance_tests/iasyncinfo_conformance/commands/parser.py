"""The parser of the command line: the command that is named, and a line for each other."""

import argparse
import re
import textwrap
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

from iasyncinfo_conformance.commands import COMMANDS
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_conformance.console.terminal import room
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_spec.meant import did_you_mean

CODES: Final[Mapping[int | str, str]] = {
    0: "what was asked holds",
    1: "it does not hold",
    2: "the command line, or a file that it names, is not understood",
    3: "the adapter, driver or suite is broken",
    4: "incomplete: all that ran passed, but not all could run",
}
"""What exit codes mean in all commands; what one means by them stands in its own help."""
EVERYWHERE: Final[Mapping[int | str, str]] = {
    2: "the command line, or a file that it names, is not understood",
    "130, 143, 129": "Ctrl-C, SIGTERM or SIGHUP ended it",
}
_EXAMPLES: Final = ("iasyncinfo check reference", "iasyncinfo help check")

DEBUG: Final = "--debug"
"""The option of every command, before it or after it, that shows tracebacks."""


_OPTION: Final = re.compile(r"--[a-z][a-z-]*")
_IN_QUOTES: Final = " What has spaces in it, a word of several steps or a command, stands in quotes."


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are of one paragraph, as all others are."""

    named: argparse.ArgumentParser | None = None
    """The parser of the command that the line names."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **options)
        self.add_argument(DEBUG, action="store_true", help="show the traceback of whatever breaks")

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002  # it is standard output
        if message:
            say(message.rstrip("\n"))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = list(map(str, action.choices))
            told = f"invalid choice: {value!r}.{did_you_mean(str(value), known)} There are {', '.join(known)}"
            raise argparse.ArgumentError(action, told)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Return the options; what no command takes is refused, with what may have been meant."""
        options, unknown = self.parse_known_args(args, namespace)
        if unknown:
            asked = self.named or self
            known = _OPTION.findall(asked.format_usage())
            option = unknown[0].partition("=")[0]
            meant = did_you_mean(option, known) if option.startswith("-") else _IN_QUOTES
            raise UsageFault(f"{asked.prog} takes no {' '.join(unknown)}.{meant} See {asked.prog} --help.")
        return options

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
    about = "Check implementations of Windows' IAsyncInfo objects."
    codes = {**CODES, **EVERYWHERE}
    whole = _Parser(prog="iasyncinfo", description=about, epilog=_epilog(codes, _EXAMPLES))
    whole.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = whole.add_subparsers(metavar="COMMAND", required=True)
    named = next((argument for argument in arguments if not argument.startswith("-")), "")
    for name, (path, about) in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        if name == named:
            module = import_module(f"iasyncinfo_conformance.commands.{path}")
            module.arguments(command)
            command.epilog = _epilog({**module.CODES, **EVERYWHERE}, module.EXAMPLES)
            command.set_defaults(run=module.run)
            whole.named = command
    return whole


def _epilog(codes: Mapping[int | str, str], examples: Sequence[str]) -> str:
    """Return the exit codes and examples of a command, as wide as the terminal is."""
    width = room() - 2
    wide = max(len(str(code)) for code in codes) + 4
    told = [
        textwrap.fill(meaning, width, initial_indent=f"  {code}".ljust(wide), subsequent_indent=" " * wide)
        for code, meaning in sorted(codes.items(), key=order)
    ]
    return "\n".join(("exit codes:", *told, "", "examples:", *(f"  {example}" for example in examples)))


def order(code: tuple[int | str, str]) -> tuple[bool, str]:
    """Return the key by which exit codes are sorted: the single ones first."""
    return isinstance(code[0], str), str(code[0])
