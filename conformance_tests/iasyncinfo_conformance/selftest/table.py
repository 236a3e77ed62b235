"""What a person reads of the proof, and what is written as JSON."""

import json
from collections.abc import Iterator
from typing import Any, Final

from iasyncinfo_conformance.report.layout import folded
from iasyncinfo_conformance.selftest.lines import Line
from iasyncinfo_conformance.selftest.proof import Proof

_NAMES: Final = 5
"""Names of what speaks against a line that are shown; the JSON has all."""
_LEFT_OUT: Final = (
    "Left out of the source mutants: message texts, __repr__, annotations, waiting and awaiting, dropped producers, "
    "objects that are finished at birth. "
    "A mutant that crashes at its start is no kill. Machine mutants treat handlers alike."
)


def table(proof: Proof) -> str:
    """Return the table as text; its last line says whether the suite is proved."""
    return "\n".join(_lines(proof))


def _lines(proof: Proof) -> Iterator[str]:
    yield f"{'':<46} {'found':>8} {'of':>8} {'share':>9} {'must':>6} {'s':>6}"
    for line in proof.lines:
        yield (
            f"{line.name:<46} {line.found:>8,} {line.of:>8,} {line.share:>9.2%} {line.need:>6.0%} {line.seconds:>6.1f}"
            f"  {'ok' if line.holds else 'FAILS'}"
        )
        if line.beside:
            yield "    " + ", ".join(f"{name}: {number:,}" for name, number in line.beside.items())
        if not line.holds:
            yield from (f"    - {name}" for name in line.against[:_NAMES])
            if len(line.against) > _NAMES:
                yield f"    and {len(line.against) - _NAMES:,} more"
    yield ""
    matrix = proof.matrix
    yield f"kill matrix: directed words of the rules against {len(matrix.kills):,} wrong implementations and mutants"
    for title, names in (
        ("rules that kill nothing", matrix.idle),
        ("rules that are never the only ones to kill", matrix.never_alone),
        ("killed by no rule's directed words", matrix.missed),
    ):
        yield from _named(title, names)
    yield ""
    yield folded(_LEFT_OUT, "", 0)
    yield f"{'proved' if proof.holds else 'not proved'} in {proof.seconds:.0f} s"


def _named(title: str, names: list[str]) -> Iterator[str]:
    shown = "; ".join(names) or "none"
    yield folded(f"{title}: {shown}", "  ", 4)


def as_text(proof: Proof) -> str:
    """Return the proof as JSON."""
    return json.dumps(_as_json(proof), indent=2) + "\n"


def _as_json(proof: Proof) -> dict[str, Any]:
    return {
        "full": proof.full,
        "holds": proof.holds,
        "seconds": round(proof.seconds, 1),
        "lines": [_line_as_json(line) for line in proof.lines],
        "matrix": proof.matrix.as_json(),
    }


def _line_as_json(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "found": line.found,
        "of": line.of,
        "must": line.need,
        "holds": line.holds,
        "beside": line.beside,
        "against": line.against,
    }
