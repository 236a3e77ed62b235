"""The page of what the suite finds of what others have reported."""

from collections.abc import Callable, Sequence
from typing import Final

from iasyncinfo_conformance.counterexamples import CORRECT, COUNTEREXAMPLES
from iasyncinfo_conformance.counterexamples.reports import REPORTS, Beyond, Report
from iasyncinfo_spec.variations import VARIATIONS

_MODELS: Final = {entry.name: entry for entry in COUNTEREXAMPLES}

FOUND: Final = [report for report in REPORTS if report.models]
ASKED: Final = [report for report in REPORTS if report.point and not report.models]
BEYOND: Final = [report for report in REPORTS if report.beyond]


def shares() -> str:
    """Return how many reports are found, asked, and beyond what the suite can see."""
    ours = len(REPORTS) - sum(report.beyond not in (None, Beyond.TWO_READS) for report in REPORTS)
    rows = [
        ("modelled, and the model is caught by its rule", FOUND),
        ("an answer to a variation point: asked and told, and no failure", ASKED),
        ("beyond the suite, each with its reason", BEYOND),
    ]
    lines = [f"| {what} | {len(found)} | {_share(len(found), len(REPORTS))} |" for what, found in rows]
    told = len(FOUND) + len(ASKED)
    return "\n".join(
        [
            f"| of {len(REPORTS)} reports | number | share |",
            "| --- | --- | --- |",
            *lines,
            "",
            f"Of the {ours} reports that speak of what a caller of an operation can see, {told} are found or told"
            f" ({_share(told, ours)}).",
        ]
    )


def found() -> str:
    """Return the table of the reports that are found, with the models that stand for them."""
    return _table(FOUND, "found by", lambda report: ", ".join(map(_caught, report.models)))


def asked() -> str:
    """Return the table of the reports that are answers to variation points."""
    return _table(ASKED, "point", lambda report: f"{report.point}: {VARIATIONS[report.point].question}")


def beyond() -> str:
    """Return the table of the reports for which nothing stands."""
    return _table(BEYOND, "why", lambda report: str(report.beyond))


def false_alarms() -> str:
    """Return the right implementations that look wrong, each of which conforms."""
    lines = [f"| {entry.name} | {entry.about} |" for entry in CORRECT]
    return "\n".join(["| right implementation | its manners |", "| --- | --- |", *lines])


def _caught(name: str) -> str:
    entry = _MODELS[name]
    return f"{entry.breaks} on `{entry.word}` ({name})"


def _table(reports: Sequence[Report], title: str, told: Callable[[Report], str]) -> str:
    lines = [f"| {report.where} | {report.says} | {_cell(told(report))} |" for report in reports]
    return "\n".join([f"| where | what | {title} |", "| --- | --- | --- |", *lines])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}"
