"""The same scripts of then, done and cancel run on WinJS.Promise itself and on Promise, and come to the same.

A script is a list of steps. Promise 0, 1, ... are numbered as they are made, by ``promise`` and by ``then``; workers
by ``promise`` alone. A handler is what it does: return a value, pass on what it was given, raise, return another
promise, cancel one, call then on one, or complete a worker. What comes of a script is what its handlers were told.
"""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from iasyncinfo import AsyncOperationWithProgress, OperationCanceled, Promise, WorkEnded

WINJS: Final = "winjs@4.4.3"
PACKAGE_SECONDS: Final = 120
SCRIPTS: Final = 3000
STEPS: Final = 12

HAND_WRITTEN: Final[list[list[list[Any]]]] = [
    [["promise"], ["then", 0, "a", ["return", 2], None, None], ["then", 1, "b", ["raise", "x"], None, None],
     ["done", 2, "c", None, ["return", 1], None], ["done", 2, "d", ["return", 1], None, None], ["complete", 0, 5]],
    [["promise"], ["promise"], ["then", 0, "a", ["promise", 1], None, None],
     ["done", 2, "b", ["pass"], ["pass"], ["pass"]],
     ["complete", 0, 1], ["progress", 1, 7], ["cancel", 2], ["complete", 1, 2]],
    [["promise"], ["then", 0, "a", None, None, ["raise", "x"]], ["then", 1, "b", None, None, ["pass"]],
     ["progress", 0, 1], ["cancel", 2], ["cancel", 2], ["progress", 0, 2], ["complete", 0, 1]],
    [["promise"], ["fail", 0, "x"], ["then", 0, "a", ["pass"], ["raise", "y"], None],
     ["done", 1, "b", None, None, None]],
    [["promise"], ["then", 0, "a", None, ["return", 1], None], ["then", 0, "b", None, ["cancel", 1], None],
     ["done", 1, "c", ["pass"], ["pass"], None], ["cancel", 1], ["done", 0, "d", None, None, None]],
]  # fmt: skip


# -- WinJS ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def winjs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Any], Any]:
    """Return what runs scripts on the real thing; skips where Node or the package cannot be had."""
    node, npm, tar = shutil.which("node"), shutil.which("npm"), shutil.which("tar")
    if node is None or npm is None or tar is None:
        pytest.skip("node, npm and tar are needed to run WinJS")
    folder = tmp_path_factory.mktemp("winjs")
    try:
        subprocess.run([npm, "pack", "--silent", WINJS], cwd=folder, check=True, capture_output=True,
                       timeout=PACKAGE_SECONDS)  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"npm cannot get {WINJS}: {error}")
    (archive,) = folder.glob("*.tgz")
    subprocess.run([tar, "xzf", archive.name], cwd=folder, check=True)
    command = [node, str(Path(__file__).with_name("winjs_scripts.js")), str(folder / "package" / "js" / "base.js")]

    def run(scripts: Any) -> Any:
        done = subprocess.run(command, input=json.dumps(scripts), capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    return run


# -- ours -----------------------------------------------------------------------------------------


class Ours:
    """One script on Promise."""

    def __init__(self, unhandled: list[Callable[[BaseException], None]]) -> None:
        self.log: list[list[Any]] = []
        self._promises: list[Promise[Any]] = []
        self._workers: list[Any] = []
        unhandled[:] = [lambda error: self.log.append(["unhandled", said(error)])]

    def run(self, script: list[list[Any]]) -> list[list[Any]]:
        """Take the steps and return what the handlers were told."""
        for name, *rest in script:
            getattr(self, "_" + name)(*rest)
        told = list(self.log)
        for worker in self._workers:
            worker.disconnect()
        return told

    def _promise(self) -> None:
        operation, producer = AsyncOperationWithProgress[Any, Any].create()
        number = len(self._workers)
        producer.on_cancel(lambda: self.log.append(["oncancel", number]))
        self._workers.append(producer)
        self._promises.append(Promise(operation))

    def _complete(self, worker: int, value: Any) -> None:
        with suppress(WorkEnded):  # WinJS says nothing
            self._workers[worker].complete(value)

    def _fail(self, worker: int, text: str) -> None:
        with suppress(WorkEnded):
            self._workers[worker].fail(ValueError(text))

    def _progress(self, worker: int, value: Any) -> None:
        self._workers[worker].report_progress(value)

    def _cancel(self, promise: int) -> None:
        self._promises[promise].cancel()

    def _then(self, source: int, *handlers: Any) -> None:
        self._promises.append(self._promises[source].then(*self._handlers(*handlers)))

    def _done(self, source: int, *handlers: Any) -> None:
        self._promises[source].done(*self._handlers(*handlers))

    def _handlers(self, name: str, *does: Any) -> list[Any]:
        return [
            None if what is None else self._handler(f"{name} {role}", what)
            for role, what in zip(("completed", "error", "progress"), does, strict=True)
        ]

    def _handler(self, name: str, does: list[Any]) -> Callable[[Any], Any]:
        what, *arguments = does

        def handler(value: Any) -> Any:
            self.log.append([name, said(value)])
            return value if what == "pass" else getattr(self, "_on_" + what)(name, *arguments)

        return handler

    def _on_return(self, _name: str, value: Any) -> Any:
        return value

    def _on_raise(self, _name: str, text: str) -> None:
        raise ValueError(text)

    def _on_promise(self, _name: str, number: int) -> Promise[Any]:
        return self._promises[number]

    def _on_then(self, name: str, number: int) -> None:
        def inner(value: Any) -> None:
            self.log.append([f"{name} inner", said(value)])

        self._promises[number].then(inner, inner)

    def _on_cancel(self, _name: str, number: int) -> None:
        self._cancel(number)

    def _on_complete(self, _name: str, number: int, value: Any) -> None:
        self._complete(number, value)


def said(value: Any) -> Any:
    """Return a value as it is logged: an error by its text."""
    if isinstance(value, OperationCanceled):
        return "Canceled"
    return str(value.__cause__ or value) if isinstance(value, Exception) else value


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Any]:
    """Return what runs scripts on Promise."""
    unhandled: list[Callable[[BaseException], None]] = []
    monkeypatch.setattr(sys, "excepthook", lambda _type, error, _traceback: unhandled[0](error))
    return lambda scripts: [Ours(unhandled).run(script) for script in scripts]


# -- scripts --------------------------------------------------------------------------------------


def script(draw: random.Random) -> list[list[Any]]:
    """Return a script drawn at random."""
    steps: list[list[Any]] = [["promise"], ["promise"]]
    promises = 2
    for number in range(draw.randrange(2, STEPS)):
        match draw.choice(["then", "then", "then", "done", "complete", "fail", "progress", "cancel"]):
            case "then" | "done" as name:
                handlers = [draw_handler(draw, promises) for _ in range(3)]
                steps.append([name, draw.randrange(promises), str(number), *handlers])
                promises += name == "then"
            case "cancel":
                steps.append(["cancel", draw.randrange(promises)])
            case "fail":
                steps.append(["fail", draw.randrange(2), f"error {number}"])
            case name:
                steps.append([name, draw.randrange(2), number])
    return steps


def draw_handler(draw: random.Random, promises: int) -> list[Any] | None:
    """Return what a handler does; half of them are not there."""
    promise = draw.randrange(promises)
    choices: list[list[Any] | None] = [
        ["return", 1], ["pass"], ["raise", "raised"], ["promise", promise], ["cancel", promise], ["then", promise],
        ["complete", draw.randrange(2), 3],
    ]  # fmt: skip
    return draw.choice(choices + [None] * len(choices))


def test_scripts_come_to_the_same(winjs: Callable[[Any], Any], ours: Callable[[Any], Any]) -> None:
    """Those written by hand, and thousands drawn at random, the same in every run."""
    draw = random.Random(4)
    scripts = [*HAND_WRITTEN, *(script(draw) for _ in range(SCRIPTS))]
    for steps, theirs, mine in zip(scripts, winjs(scripts), ours(scripts), strict=True):
        assert mine == theirs, json.dumps(steps)
