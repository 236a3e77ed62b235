"""What a pass means: the theorem behind the complete suites, said of one subject."""

from dataclasses import dataclass

from iasyncinfo_conformance.checking.check import Check

_PREMISES = (
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


def guarantee(done: Check) -> Guarantee | None:
    """Return what the pass of a check guarantees, or None where :func:`why_none` says why it is nothing."""
    if why_none(done):
        return None
    kinds = done.completed
    extra = done.options.extra
    bounds = "; ".join(f"{kind}: {part.states} + {extra} states, {part.inputs} inputs" for kind, part in kinds.items())
    again = [text for text in (_calling(done), _values(done)) if text]
    besides = f". The same holds with {' and with '.join(again)}, with no extra states" if again else ""
    return Guarantee(
        states=max(part.states for part in kinds.values()),
        inputs=max(part.inputs for part in kinds.values()),
        extra_states=extra,
        tests=sum(part.tests for part in kinds.values()),
        steps=sum(part.steps for part in kinds.values()),
        sentence=f"{_PREMISES} ({bounds}){besides}.",
    )


def _calling(done: Check) -> str:
    """Say with which handlers that call back the suites were run."""
    if not any(part.programs for part in done.completed.values()):
        return ""
    if done.options.quick:
        return "one handler that makes many calls"
    return "one handler that makes one call, that fails or that makes many"


def _values(done: Check) -> str:
    """Say with how many other values of the worker's the suites were run."""
    number = max(part.values for part in done.completed.values())
    return f"{number} other sets of results, codes and progress values" if number else ""


def why_none(done: Check) -> str:
    """Return why a check guarantees nothing, or nothing where it does."""
    if done.answers.novel:
        points = ", ".join(sorted(done.answers.novel))
        return f"the answer to {points} is nobody's, so the suite ran over what does not depend on it"
    if set(done.completed) != {kind.value for kind in done.target.kinds}:
        return "the complete suites were not run to their end"
    if done.findings.failures:
        return "rules are broken"
    if not all(part.passed for part in done.completed.values()):
        return "the subject answers a point now so and now otherwise, which no single machine does (see the hazards)"
    return ""
