"""The page of the command line: each command with all that its parser takes, its exit codes and examples."""

import argparse
import re
from collections.abc import Iterator
from importlib import import_module

from iasyncinfo_conformance.commands import COMMANDS
from iasyncinfo_conformance.commands.parser import CODES, EVERYWHERE, order, parser
from iasyncinfo_spec.rendering.markdown import records


def commands() -> str:
    """Return the table of the commands, what their exit codes have in common, and a section for each."""
    listed = records(
        ("command", "what it is for"), ([f"[{name}](#{name})", each.about] for name, each in COMMANDS.items())
    )
    codes = _table(("exit code", "in every command"), {**CODES, **EVERYWHERE})
    return "\n".join([listed, codes, *(line for name in COMMANDS for line in _command(name))])


def _command(name: str) -> Iterator[str]:
    about, command = COMMANDS[name], _parser(name)
    module = import_module(f"iasyncinfo_conformance.commands.{about.module}")
    yield from (f"## {name}", "", _as_sentence(about.about), "")
    yield records(("argument", "what it is"), (_argument(action) for action in _taken(command)))
    yield _table(("exit code", "what it means"), {**module.CODES, **EVERYWHERE})
    yield from ("```text", *module.EXAMPLES, "```", "")


def _as_sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith("?") else ".")


def _parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of one command, as the command line builds it."""
    [commands] = [each for each in parser([name])._actions if isinstance(each, argparse._SubParsersAction)]
    found: argparse.ArgumentParser = commands.choices[name]
    return found


def _taken(command: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield what a command takes, the operands first; what all of them take is left out."""
    named = [action for action in command._actions if not {"--help", "--debug"} & {*action.option_strings}]
    yield from sorted(named, key=lambda action: bool(action.option_strings))


def _argument(action: argparse.Action) -> list[str]:
    value = action.metavar if isinstance(action.metavar, str) else "|".join(map(str, action.choices or ()))
    spelled = ", ".join(action.option_strings)
    shown = " ".join(filter(None, (spelled, value if action.nargs != 0 else "")))
    optional = not action.option_strings and action.nargs in ("?", "*")
    return [f"`[{shown}]`" if optional else f"`{shown}`", _literal(action.help or "")]


def _literal(text: str) -> str:
    """Return a help text with its quoted examples as code, so that no mark in them is one of Markdown's."""
    return re.sub(r"'([^']*)'", r"`\1`", text.replace("%%", "%")).replace("->", "→")


def _table(head: tuple[str, str], codes: dict[int | str, str]) -> str:
    return records(head, ([str(code), meaning] for code, meaning in sorted(codes.items(), key=order)))
