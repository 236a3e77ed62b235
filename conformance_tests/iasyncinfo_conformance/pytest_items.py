"""The suite in one's own pytest run: an item for each rule, and an item a kind for each engine."""

import gc
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from iasyncinfo_conformance.checking.check import check_named
from iasyncinfo_conformance.checking.once import once
from iasyncinfo_conformance.engines.held_to import matching
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.errors import UsageFault, require_extra
from iasyncinfo_conformance.files.known_file import load_known
from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.judging.judge import beside_another
from iasyncinfo_conformance.record.findings import Outcome
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.known import Known
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record, Verdict
from iasyncinfo_conformance.report.failing import cards, fail
from iasyncinfo_conformance.report.junit import NOBODY_ANSWERS_SO
from iasyncinfo_conformance.session.session import Session, sessions_of
from iasyncinfo_conformance.stepping.live import Live
from iasyncinfo_conformance.target import Result, Target
from iasyncinfo_conformance.targets.deadline import Guarded
from iasyncinfo_conformance.targets.entry import text_of
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.meant import no_such
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.words import Word, format_word

if TYPE_CHECKING:
    from iasyncinfo_conformance.engines.walking.machine import Walk

ENGINES = ("complete", "survey", "walk")
RULES_TESTED = matching("*", STANDARD)


def conformance(
    start: Start, known: str | Path | None = None, profile: str | None = None, *, quick: bool | None = None
) -> type:
    """Return a test class for the adapter ``start``, to be bound to a name that begins with ``Test``.

    One item a rule, with its id; one item for each kind and engine. The subject runs in this process.
    ``known`` is its known-file, ``profile`` the family whose row is demanded, and ``quick`` says that a short check is
    enough; without them it is what the options ``--iasyncinfo-known``, ``--iasyncinfo-profile`` and
    ``--iasyncinfo-quick`` say. Raises UsageFault where there is no such profile.
    """
    if profile is not None:
        _require_profile(profile)

    class TestConformance(Conformance):
        target_factory = staticmethod(_starting(start))
        known_file, profile_name, is_quick = known, profile, quick

    return TestConformance


def _starting(start: Start) -> Callable[[bool], Target]:
    return lambda explores: Guarded.starting(start, text_of(start), explores=explores)


def _require_profile(name: str) -> str:
    if name not in (STANDARD, *FAMILIES):
        raise UsageFault(no_such("profile", name, (STANDARD, *FAMILIES)))
    return name


class Conformance:
    """The items; subclasses say which target they speak of. The check runs once, for all of them that are selected."""

    target_factory: Callable[[bool], Target]
    """Makes the target; told whether schedules of races will be asked for."""
    known_file: str | Path | None = None
    profile_name: str | None = None
    is_quick: bool | None = None
    _record: Record | UsageFault | None = None

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        """Make an item of each rule that the profile tests."""
        if "rule" in metafunc.fixturenames:
            metafunc.parametrize("rule", matching("*", cls._profile(metafunc.config)))

    @classmethod
    def _profile(cls, config: pytest.Config) -> str:
        name = cls.profile_name or config.getoption("--iasyncinfo-profile", None) or STANDARD
        try:
            return _require_profile(name)
        except UsageFault as fault:
            raise pytest.UsageError(str(fault)) from None

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _checked_once(cls, request: pytest.FixtureRequest) -> None:
        """Check before the first item; under xdist in one process, whose record the others read."""
        try:
            options = cls._options(request)
            shared = _shared_folder(request)
            name = f"{request.node.nodeid} {options}"
            with _left_objects_untold():
                cls._record = once(shared, name, lambda: cls._check(options)) if shared else cls._check(options)
        except UsageFault as fault:
            cls._record = fault

    @classmethod
    def _options(cls, request: pytest.FixtureRequest) -> Options:
        """Return what is asked of the check: no more than the items that are selected need."""
        config = request.config
        path = cls.known_file or config.getoption("--iasyncinfo-known", None)
        quick = config.getoption("--iasyncinfo-quick", False) if cls.is_quick is None else cls.is_quick
        options = Options(cls._profile(config), load_known(Path(path)) if path else Known(), quick=bool(quick))
        selected = _Selected.of(item for item in request.session.items if getattr(item, "cls", None) is cls)
        return replace(options, rule=selected.rule, deep=selected.deep)

    @classmethod
    def _check(cls, options: Options) -> Record:
        opened: list[Target] = []

        def load() -> Target:
            opened.append(cls.target_factory(options.deep is None and not options.quick))
            return opened[-1]

        try:
            record = check_named("the adapter", load, options)
        finally:
            for target in opened:
                target.close()
        if record.stopped:
            raise KeyboardInterrupt  # which ends the whole run, as pytest's users expect
        return record

    def record(self) -> Record:
        """Return the record; the tests skip where the harness is broken, which test_smoke reports."""
        record = self._record
        if not isinstance(record, Record) or (record.broken is not None and not record.words):
            pytest.skip("the adapter is broken: see test_smoke")
        return record

    def test_smoke(self) -> None:
        """The adapter is sane, and the suite came to its end."""
        record = self._record
        if isinstance(record, UsageFault):
            fail(str(record))
        if record is None or record.verdict is Verdict.HARNESS_FAULT:
            faults = () if record is None else record.faults
            whys = [f"{fault.what} {fault.word}".strip() for fault in faults]
            fail("\n".join(whys) or "the check did not come to its end")

    def test_rule(self, rule: str) -> None:
        """The subject keeps the rule."""
        record = self.record()
        verdict = record.by_rule[rule]
        match verdict.outcome:
            case Outcome.NOT_APPLICABLE:
                pytest.skip(verdict.why)
            case Outcome.UNTESTABLE:
                fail(f"{rule} is untestable: {verdict.why}. If it has to be, list it in a known-file.")
            case Outcome.FAILED:
                fail(cards(record, [rule]) or verdict.why)

    @pytest.mark.parametrize("kind", [kind.value for kind in Kind])
    @pytest.mark.parametrize("engine", ENGINES)
    def test_engine(self, engine: str, kind: str) -> None:
        """The engine ran, and nothing that it ran shows a breach."""
        record = self.record()
        if kind not in record.subject.kinds:
            pytest.skip(f"the subject does not declare {kind}")
        runs = [run for run in record.engines if (run.engine, run.kind) == (engine, kind)]
        if not runs:
            notes = "; ".join(record.notes) or "the check ended before it"
            fail(f"{engine} ran nothing on {kind}: {notes}.")
        failed = [rule for run in runs for rule in run.failed]
        if failed:
            fail(cards(record, failed))

    def test_answers_are_known(self) -> None:
        """Every point is answered as some family answers it, or as the known-file takes note of."""
        unnoted = self.record().unnoted
        if unnoted:
            fail(f"{', '.join(unnoted)}: {NOBODY_ANSWERS_SO}")

    def test_known_file_is_not_stale(self) -> None:
        """Every known deviation still deviates."""
        stale = [f"{entry.id} {entry.kind} {format_word(entry.word)}" for entry in self.record().stale]
        stale += [f"{entry.point} ({entry.reason})" for entry in self.record().unneeded]
        if stale:
            fail(f"these entries of the known-file excuse nothing any more: {'; '.join(stale)}")


class _Selected(NamedTuple):
    """What items need: patterns of rules, and the engines that go deep, or all of them."""

    rule: str
    deep: frozenset[tuple[str, str]] | None

    @classmethod
    def of(cls, items: Iterable[pytest.Item]) -> "_Selected":
        """Return what these items need; rules alone need no engine but the one that runs their words."""
        asked = [(getattr(item, "originalname", ""), getattr(item, "callspec", None)) for item in items]
        called = {name: [call.params for of, call in asked if of == name and call] for name, _ in asked}
        rules = [str(each["rule"]) for each in called.get("test_rule", ())]
        deep = frozenset((str(each["engine"]), str(each["kind"])) for each in called.get("test_engine", ()))
        if len(deep) == len(ENGINES) * len(Kind) and len(rules) >= len(RULES_TESTED):
            return cls("*", None)
        return cls("*" if deep or not rules or "test_answers_are_known" in called else ",".join(rules), deep)


@contextmanager
def _left_objects_untold() -> Iterator[None]:
    """Warn of no object that was let go of at work: it is the suite that does so, after most words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def _shared_folder(request: pytest.FixtureRequest) -> Path | None:
    """Return a folder that all processes of this run see, where there are several."""
    if not hasattr(request.config, "workerinput"):
        return None
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    return factory.getbasetemp().parent


def state_machine(start: Start, kind: Kind) -> "type[Walk]":
    """Return the Hypothesis state machine of one kind; its ``TestCase`` is an ordinary test case.

    It has a rule for each member and lever, and a bundle of ``operations``. A subclass may add rules and invariants; a
    rule takes steps with ``self.take(operation, step)``, and ``operation.subject`` is what ``start`` handed over. The
    subject's answers to the variation points are asked first, here and now.
    """
    require_extra()
    from iasyncinfo_conformance.engines.walking.machine import walk_class

    # No schedules: a private copy of the module that calls this would call it again.
    target = Guarded.starting(start, text_of(start), explores=False).unguarded
    session = sessions_of(target, ask(target), Journal())[kind]
    return walk_class(session.model, session.judge, _Alive(target, session), target.values)


class _Alive:
    """Takes the steps of a state machine at once, and fails where a rule is broken."""

    def __init__(self, target: InProcess, session: Session) -> None:
        self._target, self._session = target, session

    def begin(self) -> Live:
        """Begin a word on fresh subjects."""
        return self._target.begin(self._session.kind)

    def run(self, word: Word) -> list[Result]:
        """Run a whole word."""
        return self._target.run_word(self._session.kind, word)

    def found(self, word: Word, finding: Finding) -> None:
        """Raise NotAllowed where a rule is broken: what is odd about a point is no failure."""
        from iasyncinfo_conformance.session.playing import NotAllowed

        if finding.breaks_rule:
            upto = word[: finding.length]
            finding = beside_another(upto, finding, self._is_wrong)
            found = finding.difference
            raise NotAllowed(
                upto,
                f"{finding.cites}: {self._session.kind} {format_word(upto)}: step {finding.step}: "
                f"allowed: {found.allowed}; came: {found.actual}",
            )

    def _is_wrong(self, word: Word) -> bool:
        return self._session.judge.judge(word, self.run(word)) is not None
