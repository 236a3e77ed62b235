"""The command line in this process, subjects in modules of their own, and drivers that misbehave."""

import itertools
import os
import re
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_conformance.cli import main

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]
Source = Callable[..., str]

_numbers = itertools.count(1)

SUBJECT = '''\
"""A subject of one kind, quick to check."""

from dataclasses import replace

from iasyncinfo_conformance import Kind, Subject
from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_spec.abi import AsyncStatus


def only(kind, *kinds):
    if kind not in kinds:
        raise NotImplementedError


def start(kind):
    only(kind, Kind.ACTION)
    return plain.start(kind)


'''

DRIVER = '''\
"""A driver of one kind that speaks the wire well, until told otherwise."""

import json
import os
import sys
import threading

from iasyncinfo_conformance import Kind
from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.targets.inprocess import InProcess

LEVERS = ["fail", "acknowledge_cancel", "cancel_notifications", "reentrancy", "raise"]
READY = {"ready": True, "name": "fake", "kinds": ["action"], "supports": LEVERS, "values": ["int"]}


def start(kind):
    if kind != Kind.ACTION:
        raise NotImplementedError
    return plain.start(kind)


target = InProcess(start, "fake")


def say(message):
    print(json.dumps(message), flush=True)


def results(message):
    return target.run(message["kind"], message["steps"])


def answer(message):
    say({"seq": message["seq"], "results": results(message)})


def hang():
    threading.Event().wait()


def serve(on_run=answer, ready=READY):
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "start":
            say(ready)
        elif message["cmd"] == "run":
            on_run(message)
        else:
            return


'''


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that writes kept reports anew."""
    parser.addoption("--refresh-goldens", action="store_true", help="write the kept reports anew")


@pytest.fixture(scope="session", autouse=True)
def _signals() -> None:
    """A run in the background may have been told to ignore what the tests send to their children.

    And what is printed does not depend on the terminal of whoever runs them.
    """
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        os.environ.pop(name, None)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if os.name == "posix":
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


_SLOW: Final = re.compile(r"^iasyncinfo: waiting for .+, at most [\d.]+ s\n", re.M)
"""What is told of a wait of two seconds: how busy the machine is, and nothing of what was asked."""


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the command line and return its exit code, output and complaints, without what it says of long waits."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as stop:  # --help
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, _SLOW.sub("", err)

    return run


@pytest.fixture
def refusal(cli: Cli) -> Refusal:
    """Run the command line, which complains in one paragraph and says nothing else; return code and complaint."""

    def run(*arguments: str | Path) -> tuple[int, str]:
        code, out, err = cli(*arguments)
        assert err.startswith("iasyncinfo: "), (code, out, err)
        assert err.endswith(".\n")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        assert "conform" not in out
        return code, err

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of the user's, which is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH")))))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("subject_"):
            del sys.modules[name]


@pytest.fixture
def module(folder: Path) -> Source:
    """Write a module that begins like :data:`SUBJECT` and return its name."""

    def write(body: str = "") -> str:
        name = f"subject_{next(_numbers)}"
        (folder / f"{name}.py").write_text(SUBJECT + body)
        return name

    return write


@pytest.fixture
def driver(tmp_path: Path) -> Source:
    """Write a driver that begins like :data:`DRIVER` and return the command that starts it."""

    def write(body: str) -> str:
        path = tmp_path / f"driver_{next(_numbers)}.py"
        path.write_text(DRIVER + body)
        return shlex.join((sys.executable, str(path)))

    return write
