"""The doors: one module a command of the command line, loaded when it is asked for.

Each has ``arguments(parser)``, which adds what the command takes, ``run(options)``, which returns its exit code,
``CODES``, what its exit codes mean, and ``EXAMPLES``, two of its use.
A new command is one such module, and its line here.
"""

from typing import Final, NamedTuple


class Command(NamedTuple):
    """One command: its module in this folder, and what it is for."""

    module: str
    about: str


COMMANDS: Final = {
    "init": Command("init", "write an adapter or a driver to begin with"),
    "smoke": Command("smoke", "is the adapter sane?"),
    "check": Command("check", "check an implementation and print the verdict"),
    "report": Command("records.report_", "print the record that a check wrote with --json"),
    "consume": Command("consume", "judge a consumer: an awaiter, or an application that takes operations"),
    "known": Command("records.known", "write down what deviates, for somebody to give the reasons"),
    "replay": Command("replay", "run one word and show what is allowed and what comes"),
    "trace": Command("records.trace", "is each trace of a recording, or a log, possible? exit code 1 if one is not"),
    "vectors": Command("specification.vectors", "write words with their allowed answers, for any language"),
    "identify": Command("identify", "name the family whose manners an implementation has; exit code 1 if none"),
    "types": Command("static.types", "check the types of classes, without running them"),
    "surface": Command("static.surface", "does a component return the interfaces, and no other type?"),
    "selftest": Command("selftest", "does the suite find what it has to find? exit code 1 if not"),
    "explain": Command("specification.explain", "explain a rule or a variation point"),
    "list": Command("specification.list_", "list what there is"),
    "show": Command("specification.show", "show the state machines themselves"),
    "help": Command("help_", "show the help of a command"),
}
"""Each command in the order of the help text."""
