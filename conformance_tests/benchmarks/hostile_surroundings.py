"""The rows of the table of hostile cases whose fault lies around a command: streams, limits, files, names."""

import sys
from collections.abc import Iterator
from itertools import product
from typing import Final

from benchmarks.hostile_rows import BROKEN, INCOMPLETE, OK, SMOKE, SUBJECT, USAGE, Row

QUICK: Final = ("check", "reference", "--quick", "--rule", "CANCEL-ONCE", "-n", "2")
SHORT: Final = {
    "smoke": ("smoke", "reference"),
    "check": QUICK,
    "replay": ("replay", "reference", "cancel"),
    "types": ("types", "reference"),
    "surface": ("surface", "json"),
    "list": ("list", "rules"),
    "explain": ("explain", "RESULTS"),
    "show": ("show",),
    "help": ("--help",),
    "version": ("--version",),
}

# -- streams and limits ---------------------------------------------------------------------------

STREAMS: Final = {
    "without standard output": ("exec {} >&-", BROKEN),
    "with a full standard output": ("exec {} >/dev/full", BROKEN),
    "without standard error": ("exec {} 2>&-", OK),
    "without standard input": ("exec {} <&-", OK),
}
LIMITS: Final = {
    "five files": "ulimit -n 5; exec {}",
    "eight files": "ulimit -n 8; exec {}",
    "eleven files": "ulimit -n 11; exec {}",
    "sixteen files": "ulimit -n 16; exec {}",
    "no folder": "mkdir gone; cd gone; rmdir ../gone; exec {}",
    "no place for what passes": "TMPDIR=/dev/null; export TMPDIR; exec {}",
}


def around() -> Iterator[Row]:
    """What is closed, full, limited or gone."""
    for (name, (line, exits)), (verb, arguments) in product(STREAMS.items(), SHORT.items()):
        yield Row(f"{verb} {name}", arguments, (exits,), around=line)
    for (name, line), verb in product(LIMITS.items(), ("smoke", "check", "replay", "types", "list")):
        yield Row(f"{verb}, {name}", SHORT[verb], (OK, BROKEN), around=line)


SLOW: Final = {"subject.py": SUBJECT + "time.sleep(2.5)\n"}
"""A subject in whose start something is told on standard error."""
STOPPED: Final = "{} & command=$!; sleep $seconds; kill -STOP $command; sleep 6; kill -CONT $command; wait $command"


def waiting() -> Iterator[Row]:
    """What comes while something is waited for."""
    for name, (line, exits) in STREAMS.items():
        yield Row(f"a slow start {name}", SMOKE, (exits,), SLOW, around=line)
    for seconds in ("0.3", "0.6", "1", "2"):
        line = f"seconds={seconds}; {STOPPED}"
        check = ("check", "reference", "--quick", "-n", "2", "--timeout", "1", "--start-timeout", "4")
        yield Row(f"check, stopped for a while after {seconds} s", check, (OK,), around=line)


# -- files ----------------------------------------------------------------------------------------

UNWRITABLE: Final = {
    "full": ("/dev/full", BROKEN, "No space left on device"),
    "a folder": (".", USAGE, "Is a directory"),
    "nowhere": ("no/such/folder/r", USAGE, "No such file or directory"),
}
WRITING: Final = {
    "check": (*QUICK, "--json"),
    "check, junit": (*QUICK, "--junit"),
    "types": ("types", "reference", "--json"),
    "surface": ("surface", "json", "--json"),
    "selftest": ("selftest", "-n", "2", "--json"),
}
KNOWN: Final = {
    "deep": "a = " + "[" * 10**5,
    "of endless keys": ".".join("a" * 50_000) + " = 1",
    "of thousands of digits": "a = " + "9" * 10_000,
    "of words without end": '[[deviation]]\nrule="RESULTS"\nkind="operation"\nword="'
    + "put_completed(h1{" * 300
    + '"\n',
    "of escapes": '"\\u001b[2J\\nconforms" = 1',
}
REPORTS: Final = {
    "deep": "[" * 10**5,
    "of objects": '{"a":' * 10**5,
    "of thousands of digits": "9" * 10_000,
    "cut off": '{"schema": "',
    "empty": "",
}
NO_FILES: Final = {
    "zeros": "/dev/zero",
    "a folder": ".",
    "a loop": "loop",
    "a pipe": "pipe",
    "bytes": "bytes",
    "huge": "huge",
}
MADE: Final = (
    "ln -s loop loop; mkfifo pipe; head -c 1000 /dev/urandom >bytes; truncate -s 10G huge; exec {}"
)  # fmt: skip


def files() -> Iterator[Row]:
    """What is to be read and is nothing of the kind, and what cannot be written: said before the work is done."""
    for (name, (path, exits, says)), (verb, arguments) in product(UNWRITABLE.items(), WRITING.items()):
        yield Row(f"{verb}: its file is {name}", (*arguments, path), (exits,), says=says, never="conforms", seconds=20)
    for name, text in KNOWN.items():
        yield Row(f"a known-file {name}", (*QUICK, "--known", "k.toml"), (USAGE,), {"k.toml": text}, says="known-file")
    for name, text in REPORTS.items():
        yield Row(f"a report {name}", ("report", "kept.json"), (USAGE,), {"kept.json": text}, says="the report")
    for name, path in NO_FILES.items():
        yield Row(f"a known-file that is {name}", (*QUICK, "--known", path), (USAGE,), says="known-file", around=MADE)
        yield Row(f"a report that is {name}", ("report", path), (USAGE,), says="the report", around=MADE)
    yield Row(
        "a report into a pipe that nobody reads",
        (*QUICK, "--json", "pipe"),
        (BROKEN,),
        says="nobody reads from it",
        around=MADE,
    )
    yield Row(
        "a report into a pipe", (*QUICK, "--json", "pipe"), (OK,), around="mkfifo pipe; cat pipe >r.json & exec {}"
    )


# -- names ----------------------------------------------------------------------------------------

_RAN: Final = "code of the current folder ran"
_TEXT: Final = f"import os\nos.write(2, b'{_RAN}')\n"
NAMES: Final = (
    *sorted(sys.stdlib_module_names),
    *("hypothesis", "greenlet", "jsonschema", "pytest", "mypy", "pip", "typing_extensions", "transitions"),
    *("sitecustomize", "usercustomize", "iasyncinfo", "iasyncinfo_spec/__init__", "iasyncinfo_conformance/__init__"),
)  # fmt: skip


def names() -> Iterator[Row]:
    """Every name that something imports, in the current folder."""
    every = {f"{name}.py": _TEXT for name in NAMES}
    for verb in SHORT:
        if verb != "surface":  # mypy refuses what has the name of a module of the library
            yield Row(f"every name in the folder, {verb}", SHORT[verb], (OK,), every, never=_RAN)
    yield Row(
        "every name in the folder, a subject", SMOKE, (OK, INCOMPLETE), {**every, "subject.py": SUBJECT}, never=_RAN
    )


ROWS: Final = (*around(), *waiting(), *files(), *names())
