"""Steps that did not come back: from which state they lead to no state at all."""

import pytest

from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.session.dead_ends import dead_ends
from iasyncinfo_conformance.session.session import Session, sessions_of
from iasyncinfo_conformance.target import Ended
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word

KIND = Kind.OPERATION_WITH_PROGRESS


@pytest.fixture(scope="module")
def session() -> Session:
    """The session of one kind of a right subject."""
    target = InProcess(plain.start, "subject", explores=False)
    return sessions_of(target, ask(target), Journal())[KIND]


def failed(text: str, ended: Ended | None = Ended.DEATH, kind: Kind = KIND) -> Failure:
    """A failure of which the last step of a word did not come back."""
    word = parse_word(text)
    return Failure("RULE", kind, word, len(word), "an answer", "what came", "engine", ended=ended)


@pytest.mark.parametrize(
    ("text", "from_to", "inside"),
    [
        ("status", ("started", "status", "started"), False),
        ("complete(5) put_completed(null)", ("completed", "put_completed(null)", "completed"), False),
        ("put_completed(h1{status}) complete(5) close", ("completed", "close", "closed"), False),
        ("put_completed(h1{cancel close}) complete(5)", ("completed", "close", "closed"), True),
        (
            "put_progress(p1{cancel acknowledge_cancel}) report_progress(1)",
            ("cancel_pending", "acknowledge_cancel", "canceled"),
            True,
        ),
        ("fail(0x80004005) wait(0.05)", ("error", "wait", "error"), False),
        ("put_completed(h1{thread{status}}) complete(5)", ("completed", "status", "completed"), True),
    ],
)
def test_a_step_leads_from_where_it_was_taken(
    session: Session, text: str, from_to: tuple[str, ...], inside: bool
) -> None:
    """Also inside a handler, whose own steps have led on."""
    (move,) = dead_ends(session, [failed(text, Ended.HANG)])
    assert (move.state, move.step, move.expected) == from_to
    assert (move.there, move.inside, move.text) == (("hung",), inside, text)


def test_the_shortest_word_shows_it_and_one_without_a_handler_rather(session: Session) -> None:
    """Who dies by itself there dies not because of a handler."""
    words = ["put_completed(h1{cancel}) complete(5)", "id complete(5) status cancel", "complete(5) cancel"]
    (move,) = dead_ends(session, map(failed, words))
    assert (move.text, move.there, move.inside) == ("complete(5) cancel", ("died",), False)


@pytest.mark.parametrize(
    "failure",
    [
        failed("status", None),
        failed("status", Ended.ERRORED),
        failed("status", kind=Kind.ACTION),
        failed("[complete(5) | cancel]"),
        failed("complete(5) b.complete(7)"),
        failed("complete(5) complete(5)"),
    ],
    ids=lambda failure: f"{failure.text} {failure.ended} {failure.kind}",
)
def test_what_no_state_leads_to_is_left_out(session: Session, failure: Failure) -> None:
    """What came back, what a driver declined, other kinds, several threads or objects, and what nobody can take."""
    assert dead_ends(session, [failure]) == ()
