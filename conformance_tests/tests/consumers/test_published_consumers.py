"""What is published behaves as docs/findings.toml says, and as the shipped known-files have it."""

from pathlib import Path

import pytest

import iasyncinfo_conformance.drivers
from iasyncinfo_conformance.consumers.host import meet
from iasyncinfo_conformance.consumers.hosted import Hosted
from iasyncinfo_conformance.consumers.judging import judge_consumer
from iasyncinfo_conformance.consumers.law.obligations import breaches
from iasyncinfo_conformance.consumers.loading import load_consumer
from iasyncinfo_conformance.consumers.messages import Asked
from iasyncinfo_conformance.drivers.published import PUBLISHED, fetched
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.files.known_file import load_known
from iasyncinfo_conformance.record.known import Known
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Verdict
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import parse_situation

KNOWN = Path(iasyncinfo_conformance.drivers.__file__).parent / "known"


@pytest.mark.parametrize("name", PUBLISHED)
def test_its_findings_are_known(name: str) -> None:
    """Each entry of its known-file still excuses something, and nothing else fails."""
    try:
        fetched(PUBLISHED[name])
    except HarnessFault as fault:
        pytest.skip(str(fault))
    path = KNOWN / f"{name}.toml"
    known = load_known(path) if path.exists() else Known()
    with Hosted(f"iasyncinfo_conformance.drivers.published:{name}", 3.0, 60.0) as hosted:
        record = judge_consumer(name, Options(quick=True, known=known), hosted, lambda _engine, _at: None)
    assert [entry.word for entry in record.stale] == []
    assert record.verdict is (Verdict.WITH_DEVIATIONS if path.exists() else Verdict.CONFORMS)


@pytest.mark.parametrize("name", ["await", "get", "wait", "as_task", "as_future"])
def test_the_reference_waits_as_it_has_to(name: str) -> None:
    """In front of every family, in the first situations."""
    with Hosted(f"reference:{name}", 3.0, 60.0) as hosted:
        record = judge_consumer(name, Options(quick=True), hosted, lambda _engine, _at: None)
    assert record.verdict is Verdict.CONFORMS


@pytest.mark.parametrize("name", ["await", "get", "wait", "as_task", "as_future"])
def test_the_reference_ends_where_the_result_is_refused(name: str) -> None:
    """Somebody else has taken it, and the family hands it out once: the refusal is raised."""
    word = parse_situation('inbox-speech: complete("text") get_results wait')
    consumer = load_consumer(f"reference:{name}")
    seen = meet(consumer, Asked(word, Kind.OPERATION), is_async=consumer.is_coroutine)
    assert breaches(seen) == []
