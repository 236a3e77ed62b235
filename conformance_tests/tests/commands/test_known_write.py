"""``iasyncinfo known write`` writes what deviates now, and nobody can use it without giving the reasons."""

import tomllib
from collections.abc import Callable
from pathlib import Path

from iasyncinfo_conformance.files.known_writing import quoted
from iasyncinfo_spec.abi import Kind

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]
Source = Callable[..., str]

TWICE = """
class Refuses(plain.Plain):
    def close(self):
        if not self._working and self._status != AsyncStatus.COMPLETED:
            raise self._refusal(0x80004005 if self._status == AsyncStatus.ERROR else 0x80004004)
        super().close()


def start_twice(kind):
    only(kind, Kind.ACTION)
    return plain.subject(Refuses, kind)


def start_lacking(kind):
    return replace(start(kind), cancel_notifications=None)
"""


def written(cli: Cli, target: str) -> str:
    """Write the known-file of a target and return its text."""
    code, out, err = cli("known", "write", target, "--quick", "-n", "1", "-o", "known.toml")
    assert (code, err) == (0, ""), out
    return Path("known.toml").read_text()


def test_every_cause_has_an_entry_whose_reason_is_to_be_filled_in(cli: Cli, refusal: Refusal, module: Source) -> None:
    """Until it is the file is refused; then the check excuses all of them."""
    target = f"{module(TWICE)}:start_twice"
    text = written(cli, target)
    entries = tomllib.loads(text)["deviation"]
    assert {entry["reason"] for entry in entries} == {""}
    assert {entry["kind"] for entry in entries} == {Kind.ACTION}
    assert len([entry for entry in entries if entry["rule"] == "CLOSE-TERMINAL"]) == 2
    assert "# came:    fails with 0x80004005 E_FAIL; calls nobody" in text
    code, complaint = refusal("check", target, "--quick", "--known", "known.toml")
    assert (code, "'reason': it is still to be filled in" in complaint) == (2, True)
    Path("known.toml").write_text(text.replace('reason = ""', 'reason = "not yet mended"'))
    code, out, _ = cli("check", target, "--quick", "--known", "known.toml")
    assert (code, out.splitlines()[-1]) == (0, "conforms-with-deviations")


def test_a_rule_that_cannot_be_tested_has_one_too(cli: Cli, module: Source) -> None:
    """With what the adapter lacks beside it."""
    text = written(cli, f"{module(TWICE)}:start_lacking")
    assert tomllib.loads(text) == {"unverified": [{"rule": "CANCEL-ONCE", "reason": ""}]}
    assert "# the adapter gives no cancel_notifications" in text


MARKS = """

async def marks(operation):
    result = await operation
    if result == 0:
        raise ValueError(f"<b>{result}</b> at {object()}")
    return result
"""


def test_that_of_a_consumer_excuses_it(cli: Cli, refusal: Refusal, module: Source) -> None:
    """Once its reason is there; what was raised is told as it is, but for where an object lay."""
    target = f"{module(MARKS)}:marks"
    code, out, _ = cli("known", "write", target, "--consumer", "--quick", "-o", "known.toml")
    again = f"iasyncinfo consume {target} --quick --known known.toml"
    assert (code, out) == (0, f"known.toml: 1 deviation. Fill in each reason, then run: {again}\n")
    text = Path("known.toml").read_text()
    assert "# came:    raised ValueError: '<b>0</b> at <object object at 0x...>'" in text
    assert refusal("consume", target, "--quick", "--known", "known.toml")[0] == 2
    Path("known.toml").write_text(text.replace('reason = ""', 'reason = "zero is no result of ours"'))
    code, out, _ = cli("consume", target, "--quick", "--known", "known.toml")
    assert (code, out.splitlines()[-1]) == (0, "conforms-with-deviations")


def test_where_nothing_deviates_there_is_no_file(cli: Cli, module: Source) -> None:
    """The verdict is told."""
    target = f"{module()}:start"
    code, out, _ = cli("known", "write", target, "--quick", "-n", "1", "-o", "known.toml")
    assert code == 0
    assert out == f"{target} deviates in nothing that a known-file excuses: conforms. No file is written.\n"
    assert not Path("known.toml").exists()


def test_a_file_that_is_there_is_kept(refusal: Refusal, folder: Path) -> None:
    """It may have reasons."""
    (folder / "known.toml").write_text("# mine\n")
    code, complaint = refusal("known", "write", "reference", "-o", "known.toml")
    assert (code, "is there already" in complaint) == (2, True)
    assert (folder / "known.toml").read_text() == "# mine\n"


def test_every_text_is_one_that_toml_reads_back() -> None:
    """Quotes, backslashes, what is not ASCII, and the delete character."""
    for text in ('a"b\\c', 'complete("\\u00e9")', "é🙂", "\x7f", "\t\n\x01"):
        assert tomllib.loads(f"text = {quoted(text)}") == {"text": text}
