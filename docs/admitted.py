"""The page of what ``standard`` admits and no family shows."""

from functools import cache
from typing import Final

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.beyond import beyond, nobodys_answers, reachable
from iasyncinfo_spec.variations import VARIATIONS, Answered
from iasyncinfo_spec.words import format_word

KINDS: Final = (Kind.OPERATION, Kind.OPERATION_WITH_PROGRESS)
"""Those whose values differ most; the actions reach a part of what these do."""

_beyond: Final = cache(beyond)


def counts() -> str:
    """Return how many configurations there are, and how many of them no family shows, by kind."""
    lines = [f"| {kind.replace('_', ' ')} | {len(reachable(kind))} | {len(_beyond(kind))} |" for kind in KINDS]
    return "\n".join(["| kind | configurations | shown by no family |", "| --- | --- | --- |", *lines])


def reasons() -> str:
    """Return the answers that no family gives together, with what they lead to."""
    found = [(kind, one) for kind in KINDS for one in _beyond(kind)]
    groups = dict.fromkeys(one.answers for _, one in found)
    lines = ["| why no family shows it | configurations | shortest word |", "| --- | --- | --- |"]
    for answers in groups:
        members = [one for _, one in found if one.answers == answers]
        word = min((one.word for one in members), key=len)
        by_kind = {kind: sum(other is kind and one.answers == answers for other, one in found) for kind in KINDS}
        numbers = ", ".join(f"{count} ({kind.replace('_', ' ')})" for kind, count in by_kind.items() if count)
        lines.append(f"| {_why(answers)} | {numbers} | `{format_word(word)}` |")
    return "\n".join(lines)


def answers_of_nobody() -> str:
    """Return the table of the answers that no family gives."""
    lines = ["| point | answer | what it means |", "| --- | --- | --- |"]
    for point, name in nobodys_answers():
        lines.append(f"| {point} | {name} | {VARIATIONS[point].option(name).meaning} |")
    return "\n".join(lines)


def _why(answers: Answered) -> str:
    if not answers:
        return "no row leads there: some point was answered now so and now otherwise"
    together = " and ".join(f"{point} {answer}" for point, answer in sorted(answers))
    return f"no family answers {together}" + (" together" if len(answers) > 1 else "")
