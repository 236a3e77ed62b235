"""Identification: every family is found in few words, and what is none of them is told so, with its word."""

import itertools
import os
import shlex
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, cast

import pytest

from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.counterexamples.plain import Plain
from iasyncinfo_conformance.drivers.cppwinrt import MachineLacks
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.families import FamilyOperation, starter
from iasyncinfo_conformance.identifying import identity, question_tree
from iasyncinfo_conformance.identifying.identity import identify
from iasyncinfo_conformance.identifying.question_tree import questions
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import LEVERS
from iasyncinfo_conformance.targets.deadline import Guarded
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_isolated, load_start
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import FAMILIES, Family

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]

QUICK = Options(quick=True)


def only(start: Callable[[Kind], Subject], name: str, *kinds: Kind) -> InProcess:
    """A target of these kinds, or of operations."""

    def start_one(kind: Kind) -> Subject:
        if kind not in (kinds or (Kind.OPERATION,)):
            raise NotImplementedError
        return start(kind)

    return InProcess(start_one, name)


def of(row: Family, *kinds: Kind) -> InProcess:
    """A target with the answers of any row."""
    return only(starter(row), row.name, *kinds)


def last_line(text: object) -> str:
    """The answer."""
    return str(text).splitlines()[-1]


# ---- every family is itself


ESTABLISHED: Final = [name for name, family in FAMILIES.items() if not family.stands_back]


@pytest.mark.parametrize("name", ESTABLISHED)
def test_a_family_is_identified_as_itself_and_nothing_else(name: str) -> None:
    """After four words at most, and its own profile confirms it."""
    found = identify(of(FAMILIES[name]), QUICK)
    assert found.families == (name,)
    assert 1 <= len(found.asked) <= 4
    assert found.exit_code == 0
    assert last_line(found) == f"{name}, exactly"
    assert found.confirmation is not None
    assert found.confirmation.nearest is not None
    assert (found.confirmation.nearest.name, found.confirmation.nearest.exact) == (name, True)


def test_the_reference_implementation_is_the_family_reference() -> None:
    """Which is its row, though it is written without the tables."""
    assert last_line(identify(only(load_start("reference"), "reference"), QUICK)) == "reference, exactly"


def test_microsofts_cppwinrt_is_the_family_cppwinrt() -> None:
    """Over a pipe."""
    try:
        target = load_isolated("cppwinrt@2.0")
    except MachineLacks as lack:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(lack))
    target.kinds = (Kind.OPERATION,)
    try:
        assert last_line(identify(target, QUICK)) == "cppwinrt, exactly"
    finally:
        target.close()


def test_a_family_that_leaves_a_point_open_fits_any_answer() -> None:
    """WRL's users decide what a second GetResults returns."""
    for answer in ("copy", "moved-always"):
        row = FAMILIES["wrl"].answering("mine", {"REPEAT": answer})
        assert last_line(identify(of(row), QUICK)) == "wrl, exactly"


@pytest.mark.parametrize("name", [name for name, family in FAMILIES.items() if family.is_sketch and not family.told_as])
def test_a_row_of_which_little_is_established_is_named_so(name: str) -> None:
    """Nobody is exactly what is hardly known."""
    found = identify(of(FAMILIES[name]), QUICK)
    assert found.families == (name,)
    assert last_line(found) == f"{name}, as far as it is known"


# ---- the tree


@pytest.mark.parametrize("kind", [Kind.ACTION, Kind.OPERATION_WITH_PROGRESS])
@pytest.mark.parametrize("lacking", [lacking for size in (1, 4) for lacking in itertools.combinations(LEVERS, size)])
def test_every_two_families_are_told_apart_whatever_levers_are_missing(kind: Kind, lacking: tuple[str, ...]) -> None:
    """So no other words are needed than those of the points."""
    start, nothing = starter("reference"), cast(dict[str, Any], dict.fromkeys(lacking))
    target = only(lambda kind: replace(start(kind), **nothing), "poor", kind)
    asked = questions(target)
    for pair in map(frozenset, itertools.combinations(ESTABLISHED, 2)):
        assert any(pair not in question.outcomes(pair) for question in asked), pair


def test_what_nothing_tells_apart_is_listed_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a family and its double."""
    monkeypatch.setitem(FAMILIES, "double", replace(FAMILIES["wine"], name="double"))
    for module in (identity, question_tree):
        monkeypatch.setattr(module, "ESTABLISHED", (*ESTABLISHED, "double"))
    found = identify(of(FAMILIES["wine"], Kind.ACTION), QUICK)
    assert found.families == ("wine", "double")
    assert found.exit_code == 0
    assert last_line(found) == "wine or double: nothing that can be asked tells them apart"


def test_the_same_is_not_asked_of_another_kind() -> None:
    """A word that told nothing does not come back."""
    found = identify(of(FAMILIES["wrl"], Kind.ACTION, Kind.OPERATION), QUICK)
    assert len({asked.question.word for asked in found.asked}) == len(found.asked)


# ---- none of these


def test_a_mixture_of_manners_is_none_of_these() -> None:
    """The nearest family is named, and the word where the mixture first differs."""
    row = FAMILIES["kotlin"].answering("mixture", {"HEXC": "swallow"})
    found = identify(of(row), QUICK)
    assert found.exit_code == 1
    word = "complete(5) put_completed(h1{raise(0x80070005)})"
    assert last_line(found) == f"none of these: nearest kotlin, first difference at {word} (HEXC)"


class Impatient(FamilyOperation):
    """An operation whose error code is not zero before the end: nothing that a point asks shows it."""

    @property
    def error_code(self) -> int:
        return -1 if self.status == AsyncStatus.STARTED else super().error_code


def test_a_fault_that_no_point_shows_is_found_when_the_family_is_confirmed() -> None:
    """The tree alone would have said wrl."""

    def start(kind: Kind) -> Subject:
        given = starter("wrl")(kind)
        given.operation.__class__ = Impatient
        return given

    found = identify(only(start, "impatient"), QUICK)
    assert found.asked[-1].left == ("wrl",)
    assert found.exit_code == 1
    answer = last_line(found)
    assert answer == "none of these: nearest wrl, first difference at operation error_code (ERR-ZERO)"


def test_a_question_that_is_never_answered_fits_no_family() -> None:
    """The nearest is named by what else is asked, and the difference is the hang."""

    class Waiting(Plain):
        def close(self) -> None:
            if self._status == AsyncStatus.CANCELED:
                never_set.wait()
            super().close()

    never_set = threading.Event()
    target = only(lambda kind: plain.subject(Waiting, kind), "waiting", Kind.OPERATION)
    try:
        found = identify(Guarded(target, 0.2), QUICK)
    finally:
        never_set.set()
    assert found.exit_code == 1
    assert found.asked[-1].came.startswith("no answer: ")
    assert (
        last_line(found)
        == "none of these: nearest wrl, first difference at operation put_completed(h1) cancel close complete(5)"
    )


def test_a_broken_adapter_is_no_family_at_all() -> None:
    """Smoke says what is wrong with it before a word is asked."""
    with pytest.raises(HarnessFault, match="the lever fail of broken"):
        identify(only(lambda kind: replace(starter("wrl")(kind), fail=lambda _: None), "broken"))


# ---- the command line


def test_the_command_shows_what_was_asked_and_what_came(cli: Cli) -> None:
    """Here of a driver behind a pipe, and of one kind."""
    host = shlex.join((sys.executable, "-m", "iasyncinfo_conformance.targets.wire_host", "family:windows-rs"))
    code, out, err = cli("identify", "--exec", host, "--kind", "action")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].endswith(": action")
    assert any(line.startswith("asked    action ") for line in lines)
    assert "leaves   windows-rs" in lines
    assert "words run under the profile windows-rs: conforms" in lines[-2]
    assert lines[-1] == "windows-rs, exactly"


ODD = """
class Odd(plain.Plain):
    def close(self):
        raise self._refusal(0x80070005)


def start_odd(kind):
    only(kind, Kind.ACTION)
    return plain.subject(Odd, kind)
"""


def test_the_command_exits_1_for_none_of_these(cli: Cli, module: Callable[..., str]) -> None:
    """And still shows what was asked, and the nearest."""
    code, out, _ = cli("identify", f"{module(ODD)}:start_odd")
    assert code == 1
    assert "leaves   no family" in out.splitlines()
    assert last_line(out).startswith("none of these: nearest ")
    assert "close" in last_line(out)


def test_a_kind_that_is_not_declared_is_refused(refusal: Refusal, module: Callable[..., str]) -> None:
    """The complaint says which are."""
    code, complaint = refusal("identify", f"{module()}:start", "--kind", "operation")
    assert code == 2
    assert "does not declare operation; it declares action." in complaint
