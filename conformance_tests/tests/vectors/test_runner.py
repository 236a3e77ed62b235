"""The exported runner, on right, wrong and broken drivers, over the wire."""

import gzip
import json
import subprocess
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.drivers.javascript import FOLDER
from iasyncinfo_conformance.vectors.export import export
from iasyncinfo_spec.abi import Kind

MUTANTS: Final = {
    "a late handler is not called": ("if (this.#status !== Status.STARTED) this.#callCompleted();", ""),
    "a result is there early": ("throw new HResultError(this.#status", "return null; throw new Error(this.#status"),
    "a handler's failure comes out": ("} catch {", "} catch (error) {\n    throw error;"),
    "a report is called twice": ("#report(value) {", "#report(value) {\n    this.#progress?.(this, value);"),
    "a cancel is shown late": ("this.#status = Status.CANCELED; // CANCEL-VISIBLE", "// CANCEL-VISIBLE"),
    "a handler is told another end": ("this, this.#status);", "this, Status.COMPLETED);"),
}  # fmt: skip
"""Wrong implementations in JavaScript: what is replaced in the right one, and by what."""

ENDING: Final = """
const { existsSync, writeFileSync } = require("node:fs"), mark = process.argv[1];
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  if (line.includes("start")) console.log('{"ready":true,"kinds":["action"]}');
  else if (ENDS) writeFileSync(mark, ""), process.exit();
  else console.log('{"seq":0,"results":[]}');
});
"""
"""A driver that ends as soon as it is asked for a word."""


def run(node: str, folder: Path, *driver: str) -> subprocess.CompletedProcess[str]:
    """What the exported runner comes to on a driver."""
    return subprocess.run([node, str(folder / "run.mjs"), *driver], capture_output=True, text=True, check=False)


def test_the_runner_is_short() -> None:
    """Whoever wants one in another language can read it in a minute."""
    runner = Path(__file__).parents[2] / "iasyncinfo_conformance" / "vectors" / "run.mjs"
    assert len(runner.read_text(encoding="utf-8").splitlines()) <= 60


def test_the_runner_passes_the_implementation_in_javascript(node_path: str, standard: Path) -> None:
    """Over the wire, all kinds, and nothing is left out but words whose values it does not carry."""
    done = run(node_path, standard, node_path, str(FOLDER / "driver.mjs"))
    assert '"wrong":0' in done.stdout, done.stdout
    assert "; the driver has no bigint, no float, no int64, " in done.stdout, done.stdout
    assert done.returncode == 4, done.stderr


@pytest.mark.parametrize("name", MUTANTS)
def test_the_runner_kills_a_wrong_implementation_in_javascript(
    name: str, node_path: str, standard: Path, tmp_path: Path
) -> None:
    """And shows the word, what came and what is allowed."""
    right, wrong = MUTANTS[name]
    source = (FOLDER / "operation.mjs").read_text(encoding="utf-8")
    assert source.count(right) >= 1
    (tmp_path / "operation.mjs").write_text(source.replace(right, wrong), encoding="utf-8")
    (tmp_path / "driver.mjs").write_bytes((FOLDER / "driver.mjs").read_bytes())
    done = run(node_path, standard, node_path, str(tmp_path / "driver.mjs"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "WRONG" in done.stdout
    assert "  allowed [" in done.stdout


@pytest.mark.parametrize(
    ("driver", "complaint"),
    [
        ("process.exit()", "the driver ended"),
        ("console.log('hello')", "no JSON: hello"),
        ("console.log('{}')", "no ready line: {}"),
        ("console.log('{\"ready\":true,\"kinds\":[\"action\"]}'); console.log('{\"seq\":7}')", "seq 7 came"),
    ],
)  # fmt: skip
def test_a_broken_driver_is_no_pass_of_the_runner(node_path: str, standard: Path, driver: str, complaint: str) -> None:
    """Exit code 3 and one sentence."""
    done = run(node_path, standard, node_path, "-e", f"process.stdin.resume(); {driver}")
    assert (done.returncode, complaint in done.stderr) == (3, True), done.stderr


@pytest.mark.parametrize(
    ("ends", "code", "says"),
    [
        ("true", 1, "  came    nothing: the driver ended, alone, too; no more was run"),
        ("!existsSync(mark)", 3, "run.mjs: the driver ended at action [["),
    ],
    ids=["again", "once"],
)
def test_a_word_that_ends_its_driver_is_wrong_where_it_ends_another_too(
    node_path: str, standard: Path, tmp_path: Path, ends: str, code: int, says: str
) -> None:
    """Where the second answers, nothing can be said of the implementation."""
    driver = ENDING.replace("ENDS", ends)
    done = run(node_path, standard, node_path, "-e", driver, str(tmp_path / "mark"))
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stdout + done.stderr


def test_a_folder_that_lacks_a_file_is_no_failure_of_the_driver(node_path: str, standard: Path, tmp_path: Path) -> None:
    """Whatever breaks in the runner is exit code 3, and never 1."""
    for name in ("run.mjs", "allows.mjs"):
        (tmp_path / name).write_bytes((standard / name).read_bytes())
    done = run(node_path, tmp_path, node_path, str(FOLDER / "driver.mjs"))
    assert (done.returncode, "manifest.json" in done.stderr) == (3, True), done.stderr


def test_the_runner_runs_no_file_that_is_not_whole(node_path: str, tmp_path: Path) -> None:
    """The checksum of the manifest decides."""
    folder = tmp_path / "vectors"
    export(folder, "standard", [Kind.ACTION])
    (folder / "action.jsonl.gz").write_bytes(gzip.compress(b'{"recording":1}\n'))
    done = run(node_path, folder, node_path, str(FOLDER / "driver.mjs"))
    assert (done.returncode, done.stderr) == (3, "run.mjs: action.jsonl.gz is not whole\n")


def host(target: str) -> list[str]:
    """What puts a small implementation in Python on the wire."""
    text = f"iasyncinfo_conformance.counterexamples.{target}"
    return python_command("iasyncinfo_conformance.targets.wire_host", text, "--no-schedules")


def test_the_runner_judges_an_implementation_in_python(node_path: str, standard: Path) -> None:
    """The bundled host puts it on the wire, and every word is run."""
    done = run(node_path, standard, *host("plain:start"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"unrun":0' in done.stdout


@pytest.fixture(scope="module")
def row(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vectors of the row of the reference implementation, those of operations alone."""
    folder = tmp_path_factory.mktemp("row")
    for path in reference.iterdir():
        (folder / path.name).symlink_to(path)
    manifest = json.loads((reference / "manifest.json").read_text(encoding="utf-8"))
    files = [each for each in manifest["files"] if each["kind"] == "operation"]
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": files}), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("plain:start", 0),
        ("broken.hidden:third_cancel_fails", 1),
        ("broken.close:second_close_refused", 1),
    ],
)
def test_the_runner_tells_those_apart_that_the_complete_suites_do(
    node_path: str, row: Path, target: str, code: int
) -> None:
    """A sample; ``benchmarks/runner_kills.py`` holds the runner against the complete engine on all of them."""
    done = run(node_path, row, *host(target))
    assert done.returncode == code, done.stdout + done.stderr
    assert '"unrun":0' in done.stdout
