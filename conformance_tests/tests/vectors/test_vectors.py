"""Exported vectors: what is in the files, and what their own judge in JavaScript makes of right and wrong objects."""

import gzip
import hashlib
import json
import os
import random
import subprocess
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.cli import main
from iasyncinfo_conformance.counterexamples import CORRECT, COUNTEREXAMPLES
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.report.json_report import schema
from iasyncinfo_conformance.selftest.examples import quiet
from iasyncinfo_conformance.target import Result, Target
from iasyncinfo_conformance.targets.loading import load_target
from iasyncinfo_conformance.vectors.export import EDITION, export
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.trace import POSSIBLE, trace_files
from iasyncinfo_spec.words import from_json

PINNED: Final = {
    "reference": {
        "action": (3328, 3328, 44696),
        "action_with_progress": (12413, 12413, 185009),
        "operation": (3328, 3328, 44696),
        "operation_with_progress": (12413, 12413, 185009),
    },
    "standard": {
        "action": (198, 343, 658),
        "action_with_progress": (243, 395, 778),
        "operation": (251, 397, 765),
        "operation_with_progress": (299, 452, 895),
    },
}
"""Words, traces and steps of each file: whoever changes them changes what every runner in the field will say."""
MOST_BYTES: Final = 1_000_000
BEYOND: Final = frozenset(
    {
        "worker_holds_weakly", "canceled_by_drop", "disconnection_half_known", "disconnection_fails_operation",
        "report_stale", "null_result_refused", "result_emptied_by_close", "truth_counted", "result_of_64_bits",
        "result_copied_for_a_handler", "listener_held_weakly", "false_handler_is_null", "empty_listener_is_null",
        "equal_listener_is_the_same", "handler_hashed", "torn_by_a_value_error", "torn_by_a_failure_without_text",
        "canceled_by_a_handler", "stopped_by_a_listener", "one_result_for_all", "one_result_for_every_second",
        "one_listener_for_all", "last_worker_told", "operations_registered", "results_cached", "refused_handlers_kept",
        "minus_one_is_no_code",
    }
)  # fmt: skip
"""What the complete suites do not kill either: other values, natures, exceptions, what is kept, and several objects."""
WRONG: Final = [
    entry
    for entry in COUNTEREXAMPLES
    if not (entry.hangs or entry.raced or entry.late or entry.name in BEYOND)
    and not entry.breaks.startswith(("WAIT-", "AWAIT-"))
]
"""Those that a word of plain steps can show: no vector waits."""

Vector = dict[str, Any]


@pytest.fixture(scope="module", params=sorted(PINNED))
def exported(request: pytest.FixtureRequest) -> Path:
    """The vectors of one profile, all kinds."""
    found: Path = request.getfixturevalue(request.param)
    return found


def manifest_of(folder: Path) -> dict[str, Any]:
    """What a manifest says."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


@lru_cache(1)
def lines_of(path: Path) -> list[Vector]:
    """The header and the vectors of a file."""
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


@lru_cache(2)
def words_of(folder: Path, kind: Kind) -> list[tuple[Vector, list[list[Result]]]]:
    """Each word of a kind with the lists of results that it may come to, in an order that shows faults soon."""
    found: dict[str, tuple[Vector, list[list[Result]]]] = {}
    for line in lines_of(folder / f"{kind.value}.jsonl.gz")[1:]:
        found.setdefault(json.dumps(line["steps"]), (line, []))[1].append(line["results"])
    words = list(found.values())
    random.Random(0).shuffle(words)
    return words


# -- the files ------------------------------------------------------------------------------------


def test_size_and_counts_are_pinned(exported: Path) -> None:
    """All kinds together stay below a megabyte."""
    files = manifest_of(exported)["files"]
    counts = {each["kind"]: (each["words"], each["traces"], each["steps"]) for each in files}
    assert counts == PINNED[exported.name]
    assert sum(each["bytes"] for each in files) < MOST_BYTES


def test_the_manifest_tells_how_to_know_that_the_files_are_whole(exported: Path) -> None:
    """Its checksums and sizes are those of the files, and whether they are complete suites is said."""
    manifest = manifest_of(exported)
    for each in manifest["files"]:
        packed = (exported / each["name"]).read_bytes()
        assert (len(packed), hashlib.sha256(packed).hexdigest()) == (each["bytes"], each["sha256"])
    assert manifest["complete"] is (exported.name != "standard")
    assert manifest["open"] == []


def test_the_manifest_and_the_lines_are_as_the_schema_has_them(exported: Path) -> None:
    """The schema lies beside them, and is the one that the package ships."""
    shipped = schema("vectors")
    assert json.loads((exported / "vectors.schema.json").read_text(encoding="utf-8")) == shipped
    Draft202012Validator.check_schema(shipped)
    part = {
        name: Draft202012Validator({"$defs": shipped["$defs"], "$ref": f"#/$defs/{name}"})
        for name in ("manifest", "header", "vector")
    }
    part["manifest"].validate(manifest_of(exported))
    for each in manifest_of(exported)["files"]:
        header, *vectors = lines_of(exported / each["name"])
        part["header"].validate(header)
        for vector in vectors[:: 1 + len(vectors) // 15]:
            part["vector"].validate(vector)


def test_vectors_are_recordings_of_what_is_possible(exported: Path) -> None:
    """The command that judges recordings finds each trace a behaviour of the profile that the header names."""
    text, code = trace_files([exported / "operation.jsonl.gz"])
    assert code == POSSIBLE, text


def test_within_an_edition_no_vector_allows_less(standard: Path) -> None:
    """What was allowed when the edition was kept is allowed still; a stricter rule needs another EDITION.

    Before an edition is published it is kept anew by ``iasyncinfo vectors export``, without its manifest and scripts.
    """
    kept = Path(__file__).parent / f"edition-{EDITION}"
    for kind in Kind:
        then, now = words_of(kept, kind), {json.dumps(line["steps"]): lists for line, lists in words_of(standard, kind)}
        assert len(then) > 100
        for line, lists in then:
            still = now.get(json.dumps(line["steps"]), lists)  # a word may go
            assert [results for results in lists if results not in still] == []


@pytest.mark.parametrize("profile", ["standard", "wrl"])
def test_the_same_vectors_are_the_same_bytes(profile: str, tmp_path: Path) -> None:
    """No file holds a time, a name or an order that differs from one process to another."""
    packed = set()
    for seed in ("1", "2"):
        arguments = ("vectors", "export", "-o", str(tmp_path / seed), "--profile", profile, "--kind", "action")
        command = python_command("iasyncinfo_conformance", *arguments)
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True)
        packed.add((tmp_path / seed / "action.jsonl.gz").read_bytes())
    assert len(packed) == 1


def test_a_point_that_the_row_leaves_open_may_be_answered_in_any_known_way(tmp_path: Path) -> None:
    """WRL's REPEAT is open: a second GetResults has several results, and no completeness is claimed."""
    export(tmp_path / "wrl", "wrl", [Kind.OPERATION])
    manifest = manifest_of(tmp_path / "wrl")
    assert not manifest["complete"]
    assert "REPEAT" in manifest["open"]
    twice = [
        line["results"][-3:-1]
        for line in lines_of(tmp_path / "wrl" / "operation.jsonl.gz")[1:]
        if line["steps"] == [["complete", 5], ["get_results"], ["get_results"], ["cancel_notifications"]]
    ]
    assert all(first == {"ok": 5} for first, _ in twice)


def test_a_row_of_which_little_is_established_has_the_words_of_the_rules(tmp_path: Path) -> None:
    """PPL's: its answers are demanded, and whatever is known is allowed where it has none; nothing more is claimed."""
    export(tmp_path / "ppl", "ppl", [Kind.OPERATION])
    manifest = manifest_of(tmp_path / "ppl")
    assert (manifest["complete"], len(manifest["open"])) == (False, 28)
    Draft202012Validator(schema("vectors")).validate(manifest)
    assert trace_files([tmp_path / "ppl" / "operation.jsonl.gz"])[1] == POSSIBLE
    words = {json.dumps(vector["steps"]): lists for vector, lists in words_of(tmp_path / "ppl", Kind.OPERATION)}
    assert {results[-1].get("hr") for results in words['[["close"]]']} == {0x8000000D}  # its answer, read
    assert max(map(len, words.values())) > 1  # nobody knows how its canceled work ends


def test_a_profile_of_nobody_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the profiles that there are."""
    assert main(["vectors", "export", "-o", str(tmp_path / "out"), "--profile", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder that holds something is refused."""
    (tmp_path / "mine.txt").touch()
    with pytest.raises(UsageFault, match="none is overwritten"):
        export(tmp_path, "standard", [Kind.ACTION])
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


# -- the judge ------------------------------------------------------------------------------------


class Judge:
    """The judge in JavaScript that is exported, asked over a pipe."""

    def __init__(self, node: str, folder: Path) -> None:
        command = [node, str(Path(__file__).parent / "judge.mjs"), (folder / "allows.mjs").as_uri()]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def first_wrong(self, pairs: Sequence[tuple[list[list[Result]], list[Result]]]) -> int:
        """The first pair whose results are not allowed, or -1."""
        return self.asked(json.dumps(pairs))

    def asked(self, pairs: str) -> int:
        """The same of pairs as they are written."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(pairs + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def judge(node_path: str, standard: Path) -> Iterator[Judge]:
    """One process for all tests."""
    found = Judge(node_path, standard)
    with found.process, quiet():
        yield found


def wrong_word(judge: Judge, folder: Path, target: Target, kind: Kind) -> Any:
    """The first word of a kind to which the judge objects, with what came; None where there is none."""
    can = {*target.supports(kind), *target.values}
    words = [
        (vector, lists)
        for vector, lists in words_of(folder, kind)
        if can.issuperset([*vector["needs"], *vector["values"]]) and can.isdisjoint(vector["without"])
    ]
    done, size = 0, 25
    while done < len(words):
        some = words[done : done + size]
        came = list(target.run_many(kind, [from_json(vector["steps"]) for vector, _ in some]))
        at = judge.first_wrong([(lists, results) for (_, lists), results in zip(some, came, strict=True)])  # type: ignore[misc]  # none is in trouble here
        if at >= 0:
            return some[at][0]["steps"], came[at]
        done, size = done + size, 1000
    return None


def test_the_judge_kills_whatever_the_complete_suites_kill(judge: Judge, reference: Path) -> None:
    """Every wrong implementation but those that need more than a word of plain steps on one object."""
    survivors = [
        entry.name
        for entry in sorted(WRONG, key=attrgetter("kind"))  # the words of one kind are many
        if wrong_word(judge, reference, load_target(entry.start, explores=False), entry.kind) is None
    ]
    assert survivors == []
    assert len(WRONG) > 130


@pytest.mark.parametrize(
    ("wanted", "came", "allowed"),
    [
        ('{"ok":1000000000.0}', '{"ok":1e+09}', True),
        ('{"ok":1}', '{"ok":1.0}', False),
        ('{"ok":1.0}', '{"ok":1}', False),
        ('{"ok":1}', '{"ok":true}', False),
        ('{"ok":1152921504606846976}', '{"ok":1152921504606846977}', False),
        ('{"ok":"1.0 \\" 2.0"}', '{"ok":"1.0 \\" 2.0"}', True),
        ('{"hr":2147500037}', '{"hr":-2147467259}', True),
        ('{"hr":2147500037}', '{"hr":6442467333}', False),
        ('{"hr":{"any":"failure"}}', '{"raised":"Error"}', True),
        ('{"ok":{"any":"id"}}', '{"ok":0}', False),
        ('{"ok":{"any":[5,{"any":"empty"}]}}', '{"ok":""}', True),
    ],
)
def test_results_are_compared_as_the_page_says(wanted: str, came: str, allowed: bool, judge: Judge) -> None:
    """A number is the same however it is spelled, and another where its sort is another."""
    assert judge.asked(f"[[[[{wanted}]],[{came}]]]") == (-1 if allowed else 0)


def test_a_handler_may_be_told_a_whole_number_without_its_point(judge: Judge) -> None:
    """Over a pipe 1.0 often comes as 1; the other way round it is another value."""
    told = '{"ok":null,"events":[{"handler":"p1","sender":true,"value":%s}]}'
    assert judge.asked(f"[[[[{told % '1.0'}]],[{told % '1'}]]]") == -1
    assert judge.asked(f"[[[[{told % '1'}]],[{told % '1.0'}]]]") == 0


def test_what_is_beyond_is_named_as_it_is() -> None:
    """No name is left over from an implementation that is gone."""
    assert {entry.name for entry in COUNTEREXAMPLES} >= BEYOND


def test_the_judge_passes_one_that_has_the_manners_of_the_row(judge: Judge, reference: Path) -> None:
    """An implementation that was made without the tables answers every word of a complete suite."""
    plain = load_target("iasyncinfo_conformance.counterexamples.plain:start", explores=False)
    assert wrong_word(judge, reference, plain, Kind.OPERATION) is None


@pytest.mark.parametrize("entry", CORRECT, ids=[entry.name for entry in CORRECT])
def test_the_judge_passes_right_ones_at_standard(entry: Any, judge: Judge, standard: Path) -> None:
    """Whatever their manners: every known answer is allowed."""
    target = load_target(entry.start, explores=False)
    for kind in target.kinds if not target.born else ():  # no word begins where an object had ended
        assert wrong_word(judge, standard, target, kind) is None
