"""The doors: one module a command of the command line, loaded when it is asked for.

Each has ``arguments(parser)``, which adds what the command takes, and ``run(options)``, which returns its exit
code. A new command is one such module, and its line here.
"""

from typing import Final

COMMANDS: Final = {
    "smoke": "is the adapter sane?",
    "check": "check an implementation and print the verdict",
    "report": "print the record that a check wrote with --json",
    "replay": "run one word and show what is allowed and what comes",
    "identify": "name the family whose manners an implementation has; exit code 1 if none",
    "types": "check the types of classes, without running them",
    "surface": "does a component return the interfaces, and no other type?",
    "selftest": "does the suite find what it has to find? exit code 1 if not",
    "explain": "explain a rule or a variation point",
    "list": "list what there is",
    "show": "show the state machines themselves",
}
"""Each command with what it is for, in the order of the help text."""
