"""Whole reports of many subjects, kept word by word, so that every sentence of a report is under test.

``pytest conformance_tests/tests/report/test_goldens.py --refresh-goldens`` writes them anew; read the difference before
you commit it. What differs from run to run is left out: seconds, and the words of the walk, which draws. So is where in
its file a line stands.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from iasyncinfo_conformance.checking.check import check_named
from iasyncinfo_conformance.counterexamples import COUNTEREXAMPLES, plain
from iasyncinfo_conformance.counterexamples.entry import Counterexample
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.findings import Said
from iasyncinfo_conformance.record.known import Deviation, Known, Unverified
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.json_report import as_json, schema
from iasyncinfo_conformance.report.junit import as_junit
from iasyncinfo_conformance.report.reading import from_json
from iasyncinfo_conformance.report.text import report
from iasyncinfo_conformance.selftest.examples import quiet
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Ended, Line, Result, Target, Trouble
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, parse_word

FOLDER: Final = Path(__file__).parent / "goldens"
QUICK: Final = Options(quick=True)


@dataclass(frozen=True)
class Case:
    """One subject, and what is asked of it."""

    name: str
    load: Callable[[], Target]
    options: Options = QUICK


COUNTED: Final = {"id_of_64_bits"}
"""Their numbers go on from whatever ran in this process before."""


def only(text: str, *kinds: Kind) -> Callable[[], Target]:
    """Load a target for these kinds alone."""

    def load() -> Target:
        target = load_target(text)
        target.kinds = kinds or target.kinds
        return target

    return load


def one_of_each_rule() -> Iterator[Case]:
    """For every rule the first wrong implementation that its directed words catch."""
    seen: set[str] = set()
    for entry in COUNTEREXAMPLES:
        if entry.breaks not in seen and not (entry.hangs or entry.hidden or entry.raced or entry.name in COUNTED):
            seen.add(entry.breaks)
            yield Case(f"breaks-{entry.breaks}", only(entry.start, entry.kind))


def first(holds: Callable[[Counterexample], bool]) -> Counterexample:
    """The first wrong implementation of which something is true."""
    return next(filter(holds, COUNTEREXAMPLES))


# ---- subjects that end a check in other ways


def after(words: int, error: Callable[[], BaseException]) -> Callable[[], Target]:
    """A right subject whose cleaning up raises something after so many words."""
    cleaned = 0

    def start(kind: Kind) -> Subject:
        if kind is not Kind.ACTION:
            raise NotImplementedError

        def dispose() -> None:
            nonlocal cleaned
            cleaned += 1
            if cleaned > words:
                raise error()

        return replace(plain.start(kind), dispose=dispose)

    return lambda: InProcess(start, "subject")


class Hanging(InProcess):
    """A subject that never answers a third Cancel."""

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Run words, but for those."""
        for word in words:
            hangs = [step[0] for step in word].count("cancel") > 2
            yield Trouble(Ended.HANG, "no answer within 3 s") if hangs else self.run_word(kind, word)


def broken() -> Target:
    """An adapter that cannot be loaded."""
    raise HarnessFault("the module 'mine' of the target does not import: no such thing. Install it.")


def does_nothing(kind: Kind) -> Subject:
    """A subject whose lever is not connected."""
    return replace(plain.start(kind), complete=lambda _result: None)


def excusing(rule: str, kind: Kind, *words: str) -> Options:
    """A quick check of one rule with a known-file that excuses it on some words."""
    entries = tuple(Deviation(rule, kind, parse_word(word), "not yet mended") for word in words)
    return Options(quick=True, rule=rule, known=Known(entries))


REFUSES: Final = first(lambda entry: entry.breaks == "CLOSE-TERMINAL")
WORDS: Final = (REFUSES.word, "put_completed(h1{close}) complete(5)")
RACED: Final = first(lambda entry: entry.raced)
CORRECT: Final = "iasyncinfo_conformance.counterexamples.correct"
LEVERS: Final = Known((), (Unverified(None, None, "the worker is somebody else's"),))
NO_LEVERS: Final = only(f"{CORRECT}.spellings:start_no_levers", Kind.ACTION)

CASES: Final = (
    *one_of_each_rule(),
    Case("reference", only("reference")),
    Case("one-rule", only("reference", Kind.ACTION), Options(quick=True, rule="FIRE-*")),
    Case("no-levers", only(f"{CORRECT}.spellings:start_no_levers", Kind.ACTION)),
    Case(
        "no-levers-known", only(f"{CORRECT}.spellings:start_no_levers", Kind.ACTION), Options(quick=True, known=LEVERS)
    ),
    Case("wrappers", only(f"{CORRECT}.spellings:start_wrappers", Kind.OPERATION)),
    Case("kotlin", only("family:kotlin", Kind.OPERATION)),
    Case("kotlin-as-wrl", only("family:kotlin", Kind.ACTION), Options(quick=True, profile="wrl")),
    Case("wrl-as-wrl", only("family:wrl", Kind.ACTION), Options(quick=True, profile="wrl")),
    Case("ppl-as-ppl", only("family:ppl", Kind.OPERATION), Options(quick=True, profile="ppl")),
    Case("deviating", only(REFUSES.start, REFUSES.kind), excusing(REFUSES.breaks, REFUSES.kind, *WORDS)),
    Case("stale", only("reference", Kind.ACTION), excusing("CLOSE-TERMINAL", Kind.ACTION, "complete(5) close")),
    Case("raced", only(RACED.start, RACED.kind), Options(extra_states=0)),
    Case("hangs", lambda: Hanging(plain.start, "subject")),
    Case("not-loaded", broken),
    Case("not-connected", lambda: InProcess(does_nothing, "subject")),
    Case("adapter-breaks", after(600, lambda: ValueError("no room left"))),
    Case("suite-breaks", after(600, lambda: SystemExit(7))),
    Case("stopped", after(600, KeyboardInterrupt)),
    Case("typed", only("reference", Kind.ACTION), Options(quick=True, types="mypy", rule="TYPE-*")),
)


def checked(case: Case) -> Record:
    """The record of a case, without what differs from run to run."""
    with quiet():
        record = check_named("subject", case.load, case.options)
    engines = tuple(replace(run, words=0, steps=0) if run.engine == "walk" else run for run in record.engines)
    extents = {kind: replace(extent, walked=0) for kind, extent in record.extents.items()}
    failures = tuple(
        replace(failure, lines=tuple(map(placeless, failure.lines)), said=unplaced(failure.said))
        for failure in record.failures
    )
    faults = tuple(replace(fault, what=_PLACES.sub(r"\1", fault.what)) for fault in record.faults)
    return replace(record, wall=0.0, seconds={}, engines=engines, extents=extents, failures=failures, faults=faults)


_PLACES: Final = re.compile(r"[^\s(]*?([^/\s(]+\.py):\d+|\b\d{4,}\b")
"""Folders and lines, and the numbers of objects."""


def unplaced(said: Said) -> Said:
    """What was said, without the places in it."""
    raised, died = (tuple(_PLACES.sub(r"\1", each) for each in told) for told in (said.raised, said.died))
    return replace(said, raised=raised, died=died)


def placeless(line: Line) -> Line:
    """A line without its place, which moves with every change of the file above it."""
    return line._replace(file=Path(line.file).name, line=1)


def assert_red_where_the_exit_code_is(record: Record) -> None:
    """JUnit has a failure or an error exactly where the exit code is not 0."""
    suite = ElementTree.fromstring(as_junit(record))
    red = int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    assert bool(red) == (record.exit_code != 0)
    assert len(suite) == int(suite.attrib["tests"])


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_report_of_a_subject(case: Case, request: pytest.FixtureRequest) -> None:
    """Word for word as it is kept; and from the JSON document it is printed letter for letter again."""
    record = checked(case)
    text = report(record) + "\n"
    path = FOLDER / f"{case.name}.txt"
    if request.config.getoption("--refresh-goldens"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
    document: dict[str, Any] = json.loads(json.dumps(as_json(record)))
    Draft202012Validator(schema("report")).validate(document)
    assert from_json(document) == record
    assert report(from_json(document)) + "\n" == text
    assert_red_where_the_exit_code_is(record)


def test_every_golden_has_its_subject() -> None:
    """A report of nobody's would never be looked at."""
    assert {path.stem for path in FOLDER.iterdir()} == {case.name for case in CASES}
    assert len(CASES) >= 40


def test_the_goldens_show_every_verdict_and_every_way_to_end() -> None:
    """What a report can end with, some golden ends with."""
    last = {path.read_text(encoding="utf-8").splitlines()[-1].partition(":")[0] for path in FOLDER.iterdir()}
    assert {"conforms", "conforms-with-deviations", "does-not-conform", "incomplete", "harness-fault"} <= last
