"""What ``iasyncinfo trace`` prints of files, and with what code it exits."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from iasyncinfo_spec.families import FAMILIES, RaceFinding
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.trace.formats import LOG, Header, NotReadable, Source, Trace, read, traces
from iasyncinfo_spec.trace.judging import Judge, Verdict, Wrong, row_of
from iasyncinfo_spec.trace.log_report import LogAccount, log_account

POSSIBLE, IMPOSSIBLE, USAGE, NOTHING = 0, 1, 2, 3
"""Exit codes: all is possible; something is not; a file or profile cannot be used; a file holds no trace."""

_LINES: Final = 40
"""Lines of a file that are named one by one where the same was wrong."""


@dataclass
class Account:
    """What was found in one recording; wrong traces that differ in nothing but what led to them are one entry."""

    path: Path
    header: Header
    profile: str
    traces: int = 0
    steps: int = 0
    cut_short: list[int] = field(default_factory=list)
    cut_off: bool = False
    wrong: dict[tuple[object, ...], tuple[Wrong, list[int]]] = field(default_factory=dict)
    findings: Counter[RaceFinding] = field(default_factory=Counter)

    def add(self, trace: Trace, verdict: Verdict) -> None:
        """Count a trace and what was made of it."""
        self.traces += 1
        self.steps += len(trace.results)
        if verdict.cut_off:
            self.cut_short.append(trace.line)
        if verdict.found:
            self.findings[verdict.found] += 1
        if verdict.wrong:
            wrong = verdict.wrong
            key = (wrong.kind, wrong.step, wrong.came, wrong.possible, wrong.states)
            first, lines = self.wrong.setdefault(key, (wrong, []))
            lines.append(trace.line)
            if len(wrong.word) < len(first.word):
                self.wrong[key] = wrong, lines

    @property
    def impossible(self) -> int:
        """How many traces are no behaviour of the profile."""
        return sum(len(lines) for _, lines in self.wrong.values())

    @property
    def exit_code(self) -> int:
        """The exit code that this file makes."""
        if not self.traces:
            return NOTHING
        return IMPOSSIBLE if self.wrong else POSSIBLE

    def lines(self) -> Iterator[str]:
        """Yield the account as text."""
        yield f"{self.path}: {self.header}"
        judged = f"{self.traces:,} traces, {self.steps:,} steps"
        good = self.traces - self.impossible - self.findings.total()
        yield f"  profile {self.profile}: {judged}: {good:,} possible, {self.impossible:,} impossible"
        if not self.traces:
            yield "  it holds no trace"
        for finding, count in self.findings.items():
            yield f"  {count:,} races of {' and '.join(finding.members)} as the row lists them: {finding.what}"
        for line in self.cut_short:
            yield f"  line {line} is cut off: it has fewer results than steps, and was judged as far as it goes"
        if self.cut_off:
            yield "  the file is cut off: its last line is not complete, and was left out"
        for wrong, lines in self.wrong.values():
            yield from _wrong_lines(wrong, lines)


def account_of(source: Source, profile: str = "") -> Account | LogAccount:
    """Return the account of a recording or a log against ``profile``, or against the one that its header names.

    Raises NotReadable where the file is neither, KeyError where there is no such profile.
    """
    header, lines = read(source)
    if header.form == LOG:
        return log_account(source, header, lines, profile)
    return account(source, header, traces(source, lines), profile)


def recording(source: Source, profile: str = "") -> Account:
    """Return the account of one recording; raises as :func:`account_of` does."""
    header, lines = read(source)
    return account(source, header, traces(source, lines), profile)


def account(source: Source, header: Header, found: Iterable[Trace], profile: str = "") -> Account:
    """Return the account of the traces of a file whose header has been read."""
    chosen = profile or header.profile or STANDARD
    result = Account(source.path, header, chosen)
    judge = Judge(row_of(chosen), FAMILIES.get(header.profile))
    for trace in found:
        result.add(trace, judge.judge(trace))
    result.cut_off = source.cut_off
    return result


def _wrong_lines(wrong: Wrong, lines: list[int]) -> Iterator[str]:
    named = ", ".join(map(str, lines[:_LINES])) + (f" and {len(lines) - _LINES} more" if len(lines) > _LINES else "")
    yield f"  line {named}: {wrong.kind} {wrong.word}"
    yield f"    step {wrong.number}, {wrong.step}: {wrong.came}"
    yield f"    possible there: {' / '.join(wrong.possible)}"
    yield f"    states before it: {' / '.join(wrong.states)}"


__all__ = ["IMPOSSIBLE", "NOTHING", "POSSIBLE", "USAGE", "Account", "NotReadable", "account", "account_of", "recording"]
