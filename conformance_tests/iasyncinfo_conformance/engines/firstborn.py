"""The first objects of a process: some numbers are wrong only there, as the first of a count that starts at 0."""

from collections.abc import Mapping
from typing import Final

from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import Result, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word

ENGINE: Final = "first"
_WORD: Final[Word] = (("id",),)


def first_ids(target: Target) -> dict[Kind, list[Result]]:
    """Return what the first object of each kind answers; to be asked before anything else is."""
    found: dict[Kind, list[Result]] = {}
    for kind in target.kinds:
        try:
            found[kind] = target.run(kind, _word(target, kind))
        except Trouble:
            return found  # what is wrong here is told by the engines to come
    return found


def judge_first_ids(sessions: Mapping[Kind, Session], found: Mapping[Kind, list[Result]]) -> None:
    """Write down what is wrong with the first ids."""
    for kind, results in found.items():
        session = sessions[kind]
        word = _word(session.target, kind)
        session.journal.ran(ENGINE, kind, word)
        session.record(word, session.judge.judge(word, results), ENGINE)


def _word(target: Target, kind: Kind) -> Word:
    return (*target.born.get(kind, ()), *_WORD)
