"""The page about the wire shows what real drivers are sent, and what they answer."""

import io
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from iasyncinfo_conformance.counterexamples.plain import start
from iasyncinfo_conformance.drivers.javascript import NoNode, command
from iasyncinfo_conformance.report.json_report import schema
from iasyncinfo_conformance.target import CAPABILITIES
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.wire_host import serve
from iasyncinfo_spec.values import SORTS

PAGE: Final = (Path(__file__).parents[1] / "wire.md").read_text(encoding="utf-8")
OF_EVERYBODY, OF_SOME = PAGE.split("## More that a driver may support")
WIRE: Final = schema("wire")
MESSAGES: Final = [each["$ref"].rpartition("/")[2] for each in WIRE["anyOf"]]

Message = dict[str, Any]


def lines(text: str, arrow: str) -> list[str]:
    """The lines of all conversations that go one way."""
    return re.findall(rf"^{arrow} (.*)$", text, re.MULTILINE)


def shown(text: str) -> list[Message]:
    """The answers of all conversations."""
    return list(map(json.loads, lines(text, "<-")))


def sent(text: str) -> str:
    """What all conversations send, and the last of it is ``stop``."""
    asked = [line for line in lines(text, "->") if line != '{"cmd":"stop"}']
    return "".join(f"{line}\n" for line in [*asked, '{"cmd":"stop"}'])


def names_of(message: Message) -> Iterator[str]:
    """The messages of the schema that a line is."""
    for name in MESSAGES:
        if Draft202012Validator({"$defs": WIRE["$defs"], "$ref": f"#/$defs/{name}"}).is_valid(message):
            yield name


def settled(message: Message) -> Message:
    """A message without what differs from one machine to another."""
    return {key: value for key, value in message.items() if key not in ("version", "trace")}


def test_every_message_is_shown_and_is_as_the_schema_has_it() -> None:
    """No line of the page is another message than one of the schema's, and none of these is left out."""
    found = [set(names_of(json.loads(line))) for line in (*lines(PAGE, "->"), *lines(PAGE, "<-"))]
    assert all(found)
    assert set(MESSAGES) <= set[str]().union(*found)


def test_what_the_page_sends_is_answered_as_it_says() -> None:
    """The driver in JavaScript answers what every driver is asked."""
    try:
        driver = command()
    except NoNode as lack:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(lack))
    done = subprocess.run(driver, input=sent(OF_EVERYBODY), capture_output=True, text=True, check=True)
    assert [settled(json.loads(line)) for line in done.stdout.splitlines()] == list(map(settled, shown(OF_EVERYBODY)))


def test_what_only_some_drivers_are_asked_is_answered_as_the_page_says() -> None:
    """By the bundled host of implementations in Python; a trace differs in its places."""
    answers = io.StringIO()
    serve(InProcess(start, "plain"), io.StringIO(sent(OF_SOME)), answers)
    came = list(map(json.loads, answers.getvalue().splitlines()))
    assert list(map(settled, came)) == list(map(settled, shown(OF_SOME)))
    assert "trace" in came[-1]


def test_whatever_a_driver_may_declare_is_explained() -> None:
    """Each capability and each sort of values stands on the page."""
    assert [name for name in (*CAPABILITIES, *SORTS) if f"`{name}`" not in PAGE] == []
