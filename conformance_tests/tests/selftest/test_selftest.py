"""The self-test: its mutants are wrong, its counts are honest, and its table says so."""

import json
from collections.abc import Callable, Iterator

import pytest

from iasyncinfo_conformance.counterexamples.plain import Reporting
from iasyncinfo_conformance.engines.held_to import expected_rules
from iasyncinfo_conformance.selftest import premises
from iasyncinfo_conformance.selftest.examples import Caught, caught, false_alarms
from iasyncinfo_conformance.selftest.kill_matrix import Matrix
from iasyncinfo_conformance.selftest.lines import Line, merged
from iasyncinfo_conformance.selftest.mutants.bench import CRASHED, KILLED, SURVIVED, Bench
from iasyncinfo_conformance.selftest.mutants.machines import HIDDENS, OUTPUTS, TRANSFERS, WALK, WORKERS, machine_lines
from iasyncinfo_conformance.selftest.mutants.premise_mutants import PREMISE_LINES, PremiseMutant
from iasyncinfo_conformance.selftest.mutants.source_mutants import SourceMutant, source_mutants, source_of
from iasyncinfo_conformance.selftest.mutants.sources import survivors
from iasyncinfo_conformance.selftest.premises import premise_lines
from iasyncinfo_conformance.selftest.proof import Proof
from iasyncinfo_conformance.selftest.table import as_text, table
from iasyncinfo_conformance.selftest.trivial import MODELS
from iasyncinfo_conformance.selftest.vacuity import floor, missed, must_fail
from iasyncinfo_spec.abi import Kind

Refusal = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """One bench for all, since it takes seconds to set up."""
    bench = Bench()
    yield bench
    bench.close()


@pytest.mark.parametrize("family", ["windows-rs", "cppwinrt"])
def test_the_mutants_of_a_small_machine_are_all_killed(family: str) -> None:
    """Every line about mutants holds, and none of them is empty."""
    lines = {line.name: line for line in machine_lines(family, Kind.ACTION)}
    assert [name for name in (OUTPUTS, TRANSFERS, WORKERS, HIDDENS) if not lines[name].holds] == []
    assert lines[HIDDENS].of == 5000
    assert lines[HIDDENS].beside["killed at k=0"] < 5000
    assert 0 < lines[WALK].found <= lines[WALK].of == lines[OUTPUTS].of + lines[TRANSFERS].of


# -- premises -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PREMISE_LINES)
def test_the_mutants_of_a_premise_are_all_found_by_its_engine(name: str) -> None:
    """Two objects, handlers, values and what comes later: each engine finds them without the others."""
    (line,) = premise_lines((name,))
    assert line.holds, line.against
    assert line.of > 10


def test_what_is_not_wrong_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines about premises can fail."""
    same = type("Same", (Reporting,), {})
    right = [PremiseMutant(name, "nothing is changed", same) for name in PREMISE_LINES]
    monkeypatch.setattr(premises, "premise_mutants", lambda: iter(right))
    assert [line.against for line in premise_lines()] == [["nothing is changed"]] * len(PREMISE_LINES)


# -- trivial objects ------------------------------------------------------------------------------


def test_the_floor_is_predicted_by_the_specification() -> None:
    """The predicates find what an object that does nothing breaks."""
    assert {"EARLY-RESULT", "FIRE-ONCE"} <= must_fail(MODELS["always_succeeds"]).keys()
    assert {"FIRE-ONCE", "LATE-SET", "PROG-ONCE"} <= must_fail(MODELS["never_fires"]).keys()
    assert all(rules <= set(expected_rules()) and rules for rules in floor().values())


@pytest.mark.parametrize("name", ["never_fires", "raises_everything"])
def test_a_trivial_object_fails_every_rule_that_it_must(name: str) -> None:
    """The suite finds what the specification says of it."""
    line = missed(name, floor()[name])
    assert line.holds, line.against


# -- examples -------------------------------------------------------------------------------------


def test_a_wrong_implementation_is_caught_and_a_right_one_is_not() -> None:
    """One of each sort, by name: of those that come later and of those that are hazards too."""
    assert [name for name in ("called_twice", "called_again_later", "results_cached") if not caught(name).caught] == []
    assert false_alarms("iasyncinfo_conformance.counterexamples.plain:start", thorough=False) == []


def test_a_wrong_implementation_that_is_taken_for_a_right_one_raises_alarms() -> None:
    """The line about false alarms can fail."""
    assert false_alarms("iasyncinfo_conformance.counterexamples.broken.calls:called_twice", thorough=False)


# -- sources --------------------------------------------------------------------------------------


def test_the_names_of_source_mutants_are_unique() -> None:
    """A survivor is known by its name."""
    names = [mutant.name for mutant in source_mutants()]
    assert len(set(names)) == len(names) > 300


def test_every_survivor_that_is_excused_is_a_mutant_and_has_a_reason() -> None:
    """No entry outlives the code that it speaks of."""
    names = {mutant.name for mutant in source_mutants()}
    assert set(survivors()) <= names
    assert all(reason.endswith(".") for reason in survivors().values())


def mutant(name: str) -> SourceMutant:
    return next(found for found in source_mutants() if found.name == name)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("lifecycle.Lifecycle._end: self._life = life -> pass", KILLED),
        ("kinds.AsyncAction.create: return (action, producer) -> pass", CRASHED),
        ("lifecycle.Lifecycle._end: del progress, callback -> pass", SURVIVED),
    ],
)
def test_a_changed_source_is_killed_or_crashes_or_survives(bench: Bench, name: str, outcome: str) -> None:
    """A crash is no kill; what frees memory sooner no word can see."""
    found = mutant(name)
    assert bench.tried(found.module, found.source(), races=False).outcome == outcome


def test_a_source_that_says_the_same_in_other_words_is_no_mutant(bench: Bench) -> None:
    """The right source survives, and is told from a changed one by its code."""
    assert bench.tried("lifecycle", source_of("lifecycle"), races=True).outcome == SURVIVED
    assert not mutant("lifecycle.Lifecycle._end: self._life = life -> pass").is_noop()


# -- the table ------------------------------------------------------------------------------------


def test_lines_of_one_name_are_counted_together() -> None:
    """Numbers add up, and so does what speaks against a claim."""
    one, other = Line("claim", of=2, found=2, beside={"aside": 1}), Line("claim", of=1, against=["x"])
    (line,) = merged([one, other])
    assert (line.of, line.found, line.against, line.beside, line.holds) == (3, 2, ["x"], {"aside": 1}, False)


def test_a_claim_about_nothing_does_not_hold() -> None:
    """Nothing that was tried is nothing that was shown."""
    assert not Line("claim").holds


def test_the_matrix_names_rules_that_kill_nothing_and_mutants_that_no_rule_kills() -> None:
    """Rules are counted alone and together."""
    matrix = Matrix()
    matrix.of_counterexample(Caught("one", True, ("HOT",)))
    matrix.of_counterexample(Caught("two", True, ("HOT", "ERR")))
    matrix.of_counterexample(Caught("three", True, ()))
    assert "HOT" not in matrix.idle
    assert "IFACE" in matrix.idle
    assert matrix.never_alone == ["ERR"]
    assert matrix.missed == ["three"]


def test_the_table_says_what_fails_and_the_json_holds_it_all() -> None:
    """The last line is the verdict."""
    proof = Proof(full=False, lines=[Line("right", of=1, found=1), Line("wrong", of=2, found=1, against=["this one"])])
    text = table(proof)
    assert "FAILS\n    - this one" in text
    assert text.splitlines()[-1].startswith("not proved")
    written = json.loads(as_text(proof))
    assert [line["holds"] for line in written["lines"]] == [True, False]
    assert not written["holds"]


def test_no_processes_at_all_are_refused(refusal: Refusal) -> None:
    """The complaint names the option."""
    code, complaint = refusal("selftest", "-n", "0")
    assert code == 2
    assert "-n" in complaint
