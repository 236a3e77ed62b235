"""What a pass means: the theorem behind the complete suites, said of one subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from iasyncinfo_conformance.record.extent import SuiteRun
from iasyncinfo_conformance.record.record import Record

_PREMISES: Final = (
    "if the subject is deterministic, is the same whenever it is started afresh, treats every handler alike "
    "and has, together with its worker, no more states than this over these inputs, then it answers every "
    "word over them as the machine does"
)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """The bound of the complete suites that a subject has passed.

    ``states`` and ``inputs`` are those of its largest kind, ``tests`` and ``steps`` those of all kinds.
    """

    states: int
    inputs: int
    extra_states: int
    tests: int
    steps: int
    sentence: str


def guarantee(record: Record) -> Guarantee | None:
    """Return what the pass of a check guarantees, or None where :func:`why_none` says why it is nothing."""
    if why_none(record):
        return None
    suites = {kind: extent.suite for kind, extent in record.extents.items()}
    extra = record.asked.extra_states
    bounds = "; ".join(
        f"{kind}: {suite.states} + {extra} states, {suite.inputs} inputs" for kind, suite in suites.items()
    )
    runs = list(suites.values())
    again = [text for text in (_calling(runs, quick=record.asked.quick), _values(runs)) if text]
    besides = f". The same holds with {' and with '.join(again)}, with no extra states" if again else ""
    if all(suite.paired for suite in runs) and not record.asked.quick:
        besides += (
            ". Of two objects each answers as if it were alone, if what a step does to another object depends on "
            "the step and on that object's state"
        )
    return Guarantee(
        states=max(suite.states for suite in runs),
        inputs=max(suite.inputs for suite in runs),
        extra_states=extra,
        tests=sum(suite.tests for suite in runs),
        steps=sum(suite.steps for suite in runs),
        sentence=f"{_PREMISES} ({bounds}){besides}.",
    )


def _calling(runs: Sequence[SuiteRun], *, quick: bool) -> str:
    """Say with which handlers that call back the suites were run."""
    if not any(suite.programs for suite in runs):
        return ""
    if quick:
        return "one handler that makes many calls"
    return "one handler that makes one call, that fails or that makes many"


def _values(runs: Sequence[SuiteRun]) -> str:
    """Say with how many other values of the worker's the suites were run."""
    number = max(suite.values for suite in runs)
    return f"{number} other sets of results, codes and progress values" if number else ""


def why_none(record: Record) -> str:
    """Return why a check guarantees nothing, or nothing where it does."""
    if record.novel:
        points = ", ".join(sorted(record.novel))
        return f"nobody is known to answer {points} so, and the suite ran over what does not depend on it"
    if not record.extents or set(record.extents) != set(record.subject.kinds):
        return "the complete suites were not run to their end"
    if record.failures:
        return "rules are broken"
    if not all(extent.suite.passed for extent in record.extents.values()):
        return "the subject answers a point now so and now otherwise, which no single machine does (see the hazards)"
    return ""
