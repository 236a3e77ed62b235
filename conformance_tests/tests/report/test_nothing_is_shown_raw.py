"""Whatever somebody else's texts hold, no output holds it raw: every code point is pushed through every output."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import pytest

from iasyncinfo_conformance.console.progress import progress_line
from iasyncinfo_conformance.console.telling import complain, say, tell
from iasyncinfo_conformance.errors import HarnessFault, UsageFault, Whose, said
from iasyncinfo_conformance.escaping import class_name, escaped, escaped_lines, one_line, paragraph
from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.record.findings import Failure, Fault, Hazard, Outcome, RuleVerdict, Source
from iasyncinfo_conformance.record.known import Deviation, Exemption
from iasyncinfo_conformance.record.record import EngineRun, Named, Record
from iasyncinfo_conformance.record.static.mistyped import Mistyped, TypesRun
from iasyncinfo_conformance.record.static.surface import Offender, Surface
from iasyncinfo_conformance.report.card import card, type_card
from iasyncinfo_conformance.report.json_report import as_text, schema
from iasyncinfo_conformance.report.junit import as_junit
from iasyncinfo_conformance.report.race_drawing import columns
from iasyncinfo_conformance.report.reading import read_record
from iasyncinfo_conformance.report.surfaces.surface_json import surface_as_json
from iasyncinfo_conformance.report.surfaces.surface_text import surface_report
from iasyncinfo_conformance.report.text import report
from iasyncinfo_conformance.target import Ended, Moment, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.static_rules import STATIC_RULES
from iasyncinfo_spec.words import parse_word

Cli = Callable[..., tuple[int, str, str]]
DriverSource = Callable[..., str]

EVERY: Final = "".join(map(chr, range(sys.maxunicode + 1)))
"""Every code point once, halves of surrogate pairs among them."""


def parts(size: int) -> list[str]:
    """Return every code point, so many in a text."""
    return [EVERY[at : at + size] for at in range(0, len(EVERY), size)]


TYPED: Final = next(iter(STATIC_RULES))
LONG, SHORT = parts(1000), parts(50)
"""Texts that are shown whole where a fault is told, and where a value is."""
SPOOF: Final = "fine\nconforms\r\x85conforms\u2028conforms"
"""A text that would look like lines of a report, the last one too."""


def assert_nothing_raw(text: str) -> None:
    """Every character can be seen, but for the ends of lines; no line is one that was smuggled in."""
    lines = text.split("\n")
    assert [line for line in lines if not line.isprintable()] == []
    assert "conforms" not in lines[:-2]


# -- the function -----------------------------------------------------------------------------------


def test_what_can_be_seen_stays_and_all_else_is_escaped() -> None:
    """Once: what is escaped already stays as it is."""
    for character in EVERY:
        shown = escaped(character)
        assert shown.isprintable()
        assert (shown == character) is character.isprintable()
        assert escaped(shown) == shown
    assert escaped("na\u00efve \U0001f642\n\x1b[2J\u202e\ud800") == "na\u00efve \U0001f642\\n\\x1b[2J\\u202e\\ud800"


def test_lines_keep_their_ends_and_nothing_else() -> None:
    """Only the newline ends a line: Unicode knows others."""
    assert escaped_lines("a\nb\r\n\x85c\u2028") == "a\nb\\r\n\\x85c\\u2028"


def test_a_long_text_is_cut() -> None:
    """Nobody reads megabytes of a name."""
    assert len(one_line("\x1b" * 10**6)) < 2100
    assert len(paragraph("a b\n" * 10**6)) < 2100


def forged(name: str) -> BaseException:
    """Return an exception of a class of that name, which says the same."""
    possible = name.encode("utf-8", "ignore").decode().replace("\0", "")
    made: BaseException = type(possible, (Exception,), {})(name)
    return made


def silent() -> BaseException:
    """Return an exception that cannot say anything."""
    made: BaseException = type("Silent", (Exception,), {"__str__": lambda _: 5})()
    return made


def test_an_exception_that_cannot_speak_is_told_by_its_name() -> None:
    """What it does instead is not passed on."""
    assert said(silent()) == "Silent: it cannot say what it is"


# -- a record ---------------------------------------------------------------------------------------


def record_of(text: str) -> Record:
    """Return a record whose every text is this one, as far as it is somebody else's."""
    race = parse_word("[complete(5) | cancel]")
    moment = Moment(0, text, text, 1, text)
    failure = Failure("RESULTS", Kind.OPERATION, race, 1, text, text, "races", {text: 2}, 2, "A1", (moment,))
    deviation = Deviation("RESULTS", Kind.OPERATION, parse_word("cancel"), text, text)
    return Record(
        Named(text, text, tuple(Kind)),
        verdicts=(RuleVerdict("RESULTS", Outcome.FAILED, text), RuleVerdict("STATUS", Outcome.UNTESTABLE, text)),
        failures=(failure, Failure("STATUS", Kind.ACTION, race, 1, text, text, "walk", wake_of="RESULTS")),
        mistyped=(Mistyped(TYPED, Kind.ACTION, text, text, text, text, Path(f"a{text}".replace("\0", "")), 1),),
        hazards=(Hazard("CANCEL-Z", text, text, Source.NOVEL),),
        faults=(Fault(text, text, Whose.DRIVER), Fault(text, text, Whose.ADAPTER, final=True)),
        notes=(text,),
        engines=(EngineRun("walk", Kind.OPERATION, 1, 1),),
        types=TypesRun(text, 1),
        used=(deviation,),
        stale=(deviation,),
    )


def records() -> Iterator[Record]:
    """Yield records in which what does most harm is everywhere, and every code point in what every report shows."""
    yield record_of(SPOOF)
    plain = record_of("plain")
    for text in parts(30_000):
        yield replace(plain, failures=tuple(replace(each, actual=text) for each in plain.failures))


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text of a JSON document, keys too."""
    match value:
        case str():
            yield value
        case dict():
            for key, held in value.items():
                yield key
                yield from texts_in(held)
        case list():
            for held in value:
                yield from texts_in(held)


def test_no_report_of_a_record_holds_anything_raw() -> None:
    """The text, its cards, JUnit that parses, and JSON that is UTF-8 without half of a pair."""
    for record in records():
        assert_nothing_raw(report(record))
        for failure in record.failures:
            assert_nothing_raw(card(record, failure))
        assert_nothing_raw(type_card(record, record.mistyped[0]))
        for element in ElementTree.fromstring(as_junit(record).encode()).iter():
            for text in (*element.attrib.values(), element.text or ""):
                assert_nothing_raw(text)
        for text in texts_in(json.loads(as_text(record).encode("ascii"))):
            assert text.isprintable()


def test_a_report_file_that_somebody_made_is_printed_escaped(cli: Cli, tmp_path: Path) -> None:
    """It is no better than a subject."""
    import jsonschema

    document = json.loads(as_text(record_of("#")).replace('"#"', json.dumps(SPOOF + "\x1b[2J\u202e\ud800")))
    jsonschema.validate(document, schema("report"))
    (tmp_path / "r.json").write_text(json.dumps(document))
    code, out, err = cli("report", tmp_path / "r.json")
    assert code == 3
    assert_nothing_raw(out)
    assert_nothing_raw(err)
    assert read_record(tmp_path / "r.json").notes == (escaped(SPOOF + "\x1b[2J\u202e\ud800"),)


def test_a_components_surface_is_told_escaped() -> None:
    """In both forms."""
    exempt = Exemption(SPOOF, SPOOF)
    for text in (SPOOF, *parts(30_000)):
        offender = Offender(TYPED, SPOOF, text, SPOOF, Path(SPOOF), 1)
        found = Surface(SPOOF, SPOOF, 1, (offender,), (exempt,), (exempt,), (SPOOF,))
        assert_nothing_raw(surface_report(found))
        assert all(each.isprintable() for each in texts_in(surface_as_json(found)))


# -- sentences --------------------------------------------------------------------------------------


def test_no_sentence_about_a_result_holds_anything_raw() -> None:
    """Results, names of exceptions and of handlers, what a handler is told and meets, a race drawn in columns."""
    for text in (SPOOF, *SHORT):
        inside = [{"ok": text}, {"raised": text}]
        events = [{"handler": text, "sender": True, "value": text, "results": inside}]
        assert describe(("get_results",), {"raised": text, "events": events}).isprintable()
    for text in (SPOOF, *LONG):
        drawing = columns(parse_word("[id | id]")[0], [Moment(0, text, text, 1, "")], 100)
        assert all(map(str.isprintable, drawing))


def test_no_fault_holds_anything_raw() -> None:
    """Whoever raises it need not think of it."""
    for text in (SPOOF, *LONG):
        for error in (HarnessFault(text), UsageFault(text), Trouble(Ended.ERRORED, text)):
            assert str(error).isprintable()
        assert said(forged(text)).isprintable()
        assert class_name(forged(text)).isprintable()


# -- a terminal -------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_the_line_of_progress_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an engine is at."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress_line() as progress:
        for text in (SPOOF, *LONG):
            progress("walk", text)
    assert terminal.getvalue().replace("\r\x1b[K", "").isprintable()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_what_a_terminal_cannot_write_is_escaped(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """In every encoding; nothing that is said is lost, or breaks."""
    for print_it, name in ((say, "stdout"), (complain, "stderr")):
        written = io.BytesIO()
        monkeypatch.setattr(sys, name, io.TextIOWrapper(written, encoding, write_through=True))
        for text in LONG:
            print_it(escaped(text))
        assert_nothing_raw(written.getvalue().decode(encoding))


def test_a_record_is_told_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    """On both streams."""
    tell(record_of(SPOOF))
    for text in capsys.readouterr():
        assert_nothing_raw(text)


# -- commands ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", range(0, sys.maxunicode, 0x40000))
def test_the_notes_of_a_driver_are_told_escaped(cli: Cli, driver: DriverSource, first: int) -> None:
    """One line each."""
    notes = (
        f"[''.join(map(chr, range(at, min(at + 1024, 0x110000)))) for at in range({first}, {first + 0x40000}, 1024)]"
    )
    command = driver(f"READY['notes'] = [{SPOOF!r}] + {notes}\nREADY['name'] = chr(27) + 'c'\nserve()\n")
    code, out, err = cli("smoke", "--exec", command)
    assert (code, err) == (0, "")
    assert_nothing_raw(out)
    assert len(out.split("\n")) == 256 + 4


@pytest.mark.parametrize("verb", ["replay", "identify", "check"])
def test_what_a_driver_answers_is_told_escaped(cli: Cli, driver: DriverSource, tmp_path: Path, verb: str) -> None:
    """The names of its exceptions and handlers, its values, and why it declines."""
    body = """
def told(message):
    odd = "\\x1b[2J\\nconforms\\u202e\\ud800"
    came = results(message)
    for step, result in zip(message["steps"], came):
        for event in result.get("events", ()):
            event["handler"] = odd
        if step[0] == "get_results":
            result.clear()
            result["ok"] = {odd: odd}
        if step[0] == "close":
            result.pop("ok", None)
            result.pop("hr", None)
            result["raised"] = odd
    if "cancel" in [step[0] for step in message["steps"]]:
        say({"seq": message["seq"], "errored": odd})
    else:
        say({"seq": message["seq"], "results": came})
serve(told)
"""
    word = ("put_completed(h1) complete(5) get_results close",) if verb == "replay" else ()
    reports = ("--quick", "--json", tmp_path / "r.json", "--junit", tmp_path / "r.xml") if verb == "check" else ()
    code, out, err = cli(verb, "--exec", driver(body), *word, *reports)
    assert code in (1, 3)
    assert "\\x1b[2J\\nconforms\\u202e\\ud800" in out + err
    assert_nothing_raw(out)
    assert_nothing_raw(err)
    if reports:
        ElementTree.parse(tmp_path / "r.xml")
        assert all(map(str.isprintable, texts_in(json.loads((tmp_path / "r.json").read_bytes()))))


@pytest.mark.parametrize("arguments", [("explain",), ("smoke",), ("surface",), ("replay", "reference"), ("report",)])
def test_what_was_typed_is_told_escaped(cli: Cli, arguments: tuple[str, ...]) -> None:
    """A script may have typed it."""
    for text in (SPOOF, *parts(40_000)):
        code, out, err = cli(*arguments, f"x{text}".replace("\0", ""))
        assert code in (2, 3)
        assert_nothing_raw(out)
        assert err.count("\n") == 1
        assert_nothing_raw(err)
