"""The known-file: what its entries excuse, when they go stale, and how it is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.counterexamples import COUNTEREXAMPLES, plain
from iasyncinfo_conformance.files.known_file import load_known
from iasyncinfo_conformance.record.known import Deviation, Known
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_conformance.targets.loading import load_target
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_ABORT, E_FAIL
from iasyncinfo_spec.pairs import drives_several

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]
Source = Callable[..., str]


class Refuses(plain.Plain):
    """Close is refused when the worker has failed, and, with another code, when it has honoured a cancel."""

    def close(self) -> None:
        if not self._working and self._status != AsyncStatus.COMPLETED:
            raise self._refusal(E_FAIL if self._status == AsyncStatus.ERROR else E_ABORT)
        super().close()


def only(kind: Kind, *kinds: Kind) -> None:
    """Declare these kinds."""
    if kind not in kinds:
        raise NotImplementedError


def refuses(kind: Kind) -> Subject:
    """One kind in which Close is refused in two situations."""
    only(kind, Kind.ACTION)
    return plain.subject(Refuses, kind)


def refuses_twice(kind: Kind) -> Subject:
    """Two kinds with the same fault."""
    only(kind, Kind.ACTION, Kind.OPERATION)
    return plain.subject(Refuses, kind)


def right(kind: Kind) -> Subject:
    """One kind without a fault."""
    only(kind, Kind.ACTION)
    return plain.start(kind)


def lacking(kind: Kind) -> Subject:
    """Two kinds without the lever that fails."""
    only(kind, Kind.ACTION, Kind.ACTION_WITH_PROGRESS)
    return replace(plain.start(kind), fail=None, report_progress=None)


RULE = "CLOSE-TERMINAL"
FAILED = "fail(0x80004005) close"
CANCELED = "cancel acknowledge_cancel close"


def entry(name: str, kind: str, word: str, reason: str = "known", key: str = "rule") -> str:
    """A deviation as the file has it."""
    return f'[[deviation]]\n{key} = "{name}"\nkind = "{kind}"\nword = "{word}"\nreason = "{reason}"\n'


def known(tmp_path: Path, *entries: str) -> Known:
    """Read a file of these entries."""
    path = tmp_path / "known.toml"
    path.write_text("\n".join(entries))
    return load_known(path)


def checked(start: Start, tmp_path: Path, *entries: str, rule: str = "*", profile: str = "standard") -> Record:
    """Check an adapter of this process with these entries."""
    options = Options(known=known(tmp_path, *entries), quick=True, rule=rule, profile=profile)
    return check(InProcess(start, "subject"), options)


def failing(done: Record) -> set[tuple[str, str]]:
    """The rules and words that still fail, one each."""
    return {(failure.rule, failure.text) for failure in done.own}


# ---- what an entry excuses


def test_an_entry_excuses_every_word_with_the_same_cause(tmp_path: Path) -> None:
    """The same step, which had to answer the same, answered the same."""
    (both,) = checked(refuses, tmp_path, rule=RULE).failures
    done = checked(refuses, tmp_path, entry(RULE, "action", CANCELED), rule=RULE)
    (left,) = done.failures
    assert both.words - left.words > 1
    assert "fail(" in left.text
    assert [used.reason for used in done.used] == ["known"]


@pytest.mark.parametrize(("named", "left"), [(FAILED, "cancel "), (CANCELED, "fail(")])
def test_another_cause_of_the_same_rule_still_fails(tmp_path: Path, named: str, left: str) -> None:
    """One entry does not excuse two faults."""
    done = checked(refuses, tmp_path, entry(RULE, "action", named), rule=RULE)
    assert done.verdict.exit_code == 1
    assert done.by_rule[RULE].outcome.value == "failed"
    assert {left in word for _, word in failing(done)} == {True}
    assert (len(done.used), done.stale) == (1, ())


def test_two_entries_excuse_two_causes(tmp_path: Path) -> None:
    """Nothing fails any more, and both are used."""
    entries = (entry(RULE, "action", word, reason=word) for word in (FAILED, CANCELED))
    done = checked(refuses, tmp_path, *entries, rule=RULE)
    assert (done.verdict.value, done.verdict.exit_code) == ("conforms-with-deviations", 0)
    assert done.failures == ()
    assert done.by_rule[RULE].why in (FAILED, CANCELED)
    assert [used.reason for used in done.used] == [FAILED, CANCELED]


def test_two_entries_of_one_cause_are_both_used(tmp_path: Path) -> None:
    """Neither is taken for stale because the other came first."""
    words = (FAILED, CANCELED, "put_completed(h1) fail(0x80004005) close")
    done = checked(refuses, tmp_path, *(entry(RULE, "action", word) for word in words), rule=RULE)
    assert (done.verdict.exit_code, len(done.used), done.stale) == (0, 3, ())


def test_another_kind_still_fails(tmp_path: Path) -> None:
    """An entry speaks of one kind."""
    entries = [entry(RULE, "action", word) for word in (FAILED, CANCELED)]
    done = checked(refuses_twice, tmp_path, *entries, rule=RULE)
    assert done.verdict.exit_code == 1
    assert {failure.kind for failure in done.failures} == {Kind.OPERATION}


def test_another_rule_still_fails(tmp_path: Path) -> None:
    """An entry speaks of one rule."""
    done = checked(refuses, tmp_path, *(entry(RULE, "action", word) for word in (FAILED, CANCELED)))
    assert done.verdict.exit_code == 1
    assert RULE not in done.failed_rules()
    assert "CLOSE-IDEMP" in done.failed_rules()


def test_a_word_that_no_engine_runs_is_run(tmp_path: Path) -> None:
    """An entry may name any word that shows the fault."""
    word = "get_completed get_completed error_code fail(0x80004005) status close status status"
    done = checked(refuses, tmp_path, entry(RULE, "action", CANCELED), entry(RULE, "action", word), rule=RULE)
    assert done.ran("known", Kind) == 1
    assert (done.verdict.exit_code, len(done.used)) == (0, 2)


def test_the_word_of_each_card_can_be_the_entry(tmp_path: Path) -> None:
    """Card by card a file is written with which the check passes."""
    entries: list[str] = []
    for _ in range(20):
        done = checked(refuses, tmp_path, *entries)
        cards = list(done.own)
        if not cards:
            break
        entries += [entry(card.rule, card.kind, card.text) for card in cards]
    assert done.verdict.exit_code == 0
    assert len(done.used) == len(entries) < 8


def test_a_point_that_a_profile_demands_is_excused(tmp_path: Path) -> None:
    """Its word is that of the card."""
    without = checked(right, tmp_path, rule="GETH", profile="cswinrt")
    (card,) = without.own
    assert card.rule == "GETH"
    done = checked(right, tmp_path, entry("GETH", "action", card.text, key="point"), rule="GETH", profile="cswinrt")
    assert (done.verdict.exit_code, len(done.used)) == (0, 1)


# ---- stale entries


@pytest.mark.parametrize(
    ("rule", "kind", "word"),
    [
        (RULE, "action", FAILED),
        ("STATUS", "action", "complete(5) status"),
        ("STATUS", "operation", "complete(5) status"),
        ("PROG-ONCE", "action_with_progress", "put_progress(p1) report_progress(1)"),
        ("KEEPALIVE", "action", "put_completed(h1) release complete(5)"),
        ("STATUS", "action", "complete(5) complete(5)"),
    ],
)
def test_an_entry_that_excuses_nothing_is_stale(tmp_path: Path, rule: str, kind: str, word: str) -> None:
    """Its rule is kept, or its word cannot be run."""
    done = checked(right, tmp_path, entry(rule, kind, word), rule=rule)
    assert (done.verdict.value, done.verdict.exit_code) == ("does-not-conform", 1)
    assert [stale.id for stale in done.stale] == [rule]
    assert done.failures == ()


def test_an_entry_whose_word_is_mended_is_stale_though_its_rule_fails(tmp_path: Path) -> None:
    """It excuses nothing of the rest."""
    done = checked(refuses, tmp_path, entry(RULE, "action", "complete(5) close"), rule=RULE)
    assert len(done.stale) == 1
    assert len(failing(done)) == 1


def test_an_entry_of_a_rule_that_is_not_asked_is_left_alone(tmp_path: Path) -> None:
    """With --rule the known-file too speaks of the selected rules."""
    done = checked(right, tmp_path, entry("STATUS", "action", "complete(5) status"), rule="ID-*")
    assert (done.verdict.exit_code, done.stale, done.used) == (0, (), ())


def test_stale_entries_are_printed(cli: Cli, module: Source, folder: Path) -> None:
    """The last line says why the check fails though no rule does."""
    (folder / "known.toml").write_text(entry("STATUS", "action", "complete(5) status", reason="was slow"))
    code, out, _ = cli("check", f"{module()}:start", "--quick", "--known", "known.toml", "--rule", "STATUS")
    assert code == 1
    assert "Stale entries of the known-file: they excuse nothing any more, take them out" in out
    assert "action complete(5) status (was slow)" in out
    assert out.endswith("does-not-conform (rules STATUS): entries of the known-file are stale\n")


# ---- answers


class RefusesNull(plain.Plain):
    """No handler may be null."""

    @property
    def completed(self) -> plain.Handler | None:
        return super().completed

    @completed.setter
    def completed(self, handler: plain.Handler | None) -> None:
        if handler is None:
            raise ValueError("no handler")
        plain.Plain.completed.fset(self, handler)  # type: ignore[attr-defined]


def refuses_null(kind: Kind) -> Subject:
    """One kind that answers two points about null as nobody does."""
    only(kind, Kind.ACTION)
    return plain.subject(RefusesNull, kind)


NOTED = "\n".join(
    f'[[answer]]\npoint = "{point}"\nreason = "a handler is wanted"'
    for point in ("NULLSLOT", "NULL-AGAIN", "AFTER_CLOSE")
)


def test_an_answer_of_which_note_is_taken_is_a_deviation(tmp_path: Path) -> None:
    """What nobody answers so leaves a check incomplete; the entries make it a known deviation."""
    assert check(InProcess(refuses_null, "refuses_null"), Options(quick=True)).verdict.exit_code == 4
    done = checked(refuses_null, tmp_path, NOTED)
    assert done.verdict.value == "conforms-with-deviations"
    assert not done.unneeded


def test_note_of_an_answer_that_some_family_gives_is_stale(tmp_path: Path) -> None:
    """It says something of the subject that is not true."""
    done = checked(right, tmp_path, '[[answer]]\npoint = "GETH"\nreason = "odd"')
    assert done.verdict.exit_code == 1
    assert [entry.point for entry in done.unneeded] == ["GETH"]


# ---- unverified


UNTESTABLE = "the adapter gives no fail"


def test_what_is_untestable_is_accepted_with_its_reason(cli: Cli, module: Source, folder: Path) -> None:
    """Exit code 0 in place of 4."""
    body = "\n\ndef start_lacking(kind):\n    return replace(start(kind), fail=None)\n"
    command = ("check", f"{module(body)}:start_lacking", "--quick", "--json", "report.json")
    assert cli(*command)[0] == 4
    rules = [rule["id"] for rule in json.loads(Path("report.json").read_text())["rules"] if rule["why"] == UNTESTABLE]
    assert rules
    (folder / "known.toml").write_text(
        "\n".join(f'[[unverified]]\nrule = "{rule}"\nreason = "workers never fail"' for rule in rules)
    )
    code, out, _ = cli(*command, "--known", "known.toml")
    report = json.loads(Path("report.json").read_text())
    assert (code, report["verdict"]) == (0, "conforms-with-deviations")
    assert {rule["id"] for rule in report["rules"] if rule["verdict"] == "deviating"} == set(rules)
    assert "unverified: workers never fail" in out


def test_a_rule_that_is_not_listed_stays_untestable(tmp_path: Path) -> None:
    """One entry accepts one rule."""
    done = checked(lacking, tmp_path, '[[unverified]]\nrule = "ERR"\nreason = "never fails"')
    assert done.verdict.exit_code == 4
    assert done.by_rule["ERR"].outcome.value == "deviating"
    assert done.by_rule["PROG-NULL"].outcome.value == "untestable"


def test_a_kind_accepts_the_rules_that_speak_of_it_alone(tmp_path: Path) -> None:
    """What is untestable of other kinds too is not accepted."""
    done = checked(lacking, tmp_path, '[[unverified]]\nkind = "action_with_progress"\nreason = "no reports"')
    assert done.verdict.exit_code == 4
    assert done.by_rule["PROG-NULL"].why == "unverified: no reports"
    assert done.by_rule["ERR"].outcome.value == "untestable"


def test_all_kinds_accept_every_rule(tmp_path: Path) -> None:
    """The reasons are joined."""
    entries = [f'[[unverified]]\nkind = "{kind}"\nreason = "{why}"' for kind, why in
               (("action", "one"), ("action_with_progress", "two"))]  # fmt: skip
    done = checked(lacking, tmp_path, *entries)
    assert done.verdict.exit_code == 0
    assert done.by_rule["ERR"].why == "unverified: one; two"


def test_a_failure_is_not_accepted_as_unverified(tmp_path: Path) -> None:
    """What was tested and failed is not untestable."""
    done = checked(refuses, tmp_path, f'[[unverified]]\nrule = "{RULE}"\nreason = "no time"', rule=RULE)
    assert done.verdict.exit_code == 1


# ---- the file

GOOD = entry("CANCEL-OK", "action", "cancel cancel")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[deviation", "is not TOML: "),
        ("colour = 1", "line 1: 'colour': it is not a table. Those are answer, deviation, exemption, unverified"),
        ("[[deviations]]\nrule = 'STATUS'", "line 1: 'deviations': it is not a table"),
        ("[deviation]\nrule = 'STATUS'", "line 1: 'deviation': write it as [[deviation]]"),
        ("deviation = [1]", "line 1: 'deviation': write it as [[deviation]]"),
        (GOOD + "sevrity = 1", "line 6: 'sevrity': it is not a key of [[deviation]]. Those are kind, link, point"),
        (GOOD + GOOD + "x = 1", "line 11: 'x': it is not a key of [[deviation]]"),
        (GOOD.replace("rule", "#"), "line 1: 'deviation': it names either a rule or a point"),
        (GOOD + 'point = "GETH"', "line 1: 'deviation': it names either a rule or a point"),
        (
            GOOD.replace("CANCEL-OK", "CANCEL"),
            "there is no rule 'CANCEL'. Did you mean CANCEL-OK? See iasyncinfo list rules",
        ),
        (GOOD.replace('rule = "CANCEL-OK"', 'point = "LATE"'), "line 2: 'point': there is no point 'LATE'"),
        (GOOD.replace('"CANCEL-OK"', "7"), "line 2: 'rule': there is no rule 7"),
        (GOOD.replace('"CANCEL-OK"', "[1]"), "line 2: 'rule': there is no rule [1]"),
        (GOOD.replace('"action"', '"task"'), "line 3: 'kind': there is no kind 'task'. The kinds are action"),
        (GOOD.replace("kind", "#"), "line 1: 'kind': each entry gives it as a text"),
        (GOOD.replace("cancel cancel", "cancel jump"), "line 4: 'word': it is no word: there is no step 'jump'"),
        (GOOD.replace('"cancel cancel"', "5"), "line 4: 'word': each entry gives it as a text"),
        (GOOD.replace("known", " "), "line 5: 'reason': it is still to be filled in; each entry gives it as a text"),
        (GOOD.replace("reason", "#"), "line 1: 'reason': each entry gives it as a text"),
        (GOOD + "link = 1", "line 6: 'link': each entry gives it as a text"),
        ('[[unverified]]\nreason = "x"', "line 1: 'unverified': it names a rule or a kind"),
        ('[[unverified]]\nrule = "X"\nreason = "x"', "line 2: 'rule': there is no rule 'X'"),
        ('[[unverified]]\nkind = "X"\nreason = "x"', "line 2: 'kind': there is no kind 'X'"),
        ('[[unverified]]\nrule = "STATUS"', "line 1: 'reason': each entry gives it as a text"),
        ('[[unverified]]\nrule = "STATUS"\nreason = "x"\nword = "id"', "line 4: 'word': it is not a key of"),
    ],
)
def test_a_malformed_file_is_refused_with_the_line(refusal: Refusal, folder: Path, text: str, says: str) -> None:
    """Exit code 2, before anything is run."""
    (folder / "known.toml").write_text(text)
    code, complaint = refusal("check", "reference", "--known", "known.toml")
    assert code == 2
    assert says in complaint
    assert "the known-file 'known.toml'" in complaint


def test_a_file_that_is_no_text_is_refused(refusal: Refusal, folder: Path) -> None:
    """It is named."""
    (folder / "known.toml").write_bytes(b"\xff\xfe")
    code, complaint = refusal("check", "reference", "--known", "known.toml")
    assert code == 2
    assert "the known-file 'known.toml' cannot be read" in complaint


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    """It is as if there were none."""
    assert known(tmp_path) == Known()


def test_a_breach_that_two_objects_show_can_be_excused() -> None:
    """Its cause is worked out for the object whose step it is."""
    apart = next(entry for entry in COUNTEREXAMPLES if entry.breaks == "APART" and not entry.hidden)
    target = load_target(apart.start)
    target.kinds = (apart.kind,)
    failed = check(target, Options(quick=True))
    assert any(drives_several(cause.word) for cause in failed.causes)
    entries = tuple(Deviation(each.rule, each.kind, each.word, "known") for each in failed.causes)
    excused = check(target, Options(quick=True, known=Known(entries)))
    assert excused.failures == ()
    assert excused.stale == ()
