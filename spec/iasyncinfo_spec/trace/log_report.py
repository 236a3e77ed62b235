"""What ``iasyncinfo trace`` prints of a log: whether it is possible, and which families it excludes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.trace.formats import Header, Json, Source
from iasyncinfo_spec.trace.judging import row_of
from iasyncinfo_spec.trace.linearizing import Impossible, Search, TooMany
from iasyncinfo_spec.trace.logs import History, histories, numbered_from_one


@dataclass
class LogAccount:
    """What was found in one log: for each profile the first event of an object that it does not explain."""

    path: Path
    header: Header
    profile: str
    objects: int = 0
    events: int = 0
    cut_off: bool = False
    excluded: dict[str, tuple[History, Impossible]] = field(default_factory=dict)
    undecided: dict[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 where the profile explains every object, 1 where it does not, 3 where nothing was judged."""
        if not self.objects or self.profile in self.undecided:
            return 3
        return int(self.profile in self.excluded)

    def lines(self) -> Iterator[str]:
        """Yield the account as text."""
        counted = f"{self.objects:,} objects, {self.events:,} events"
        yield f"{self.path}: {self.header}, worker {self.header.worker}: {counted}"
        yield f"  profile {self.profile}: {self._verdict(self.profile)}"
        if self.profile in self.excluded:
            yield from _lines(*self.excluded[self.profile])
        if self.cut_off:
            yield "  the log is cut off: its last line is not complete, and was left out"
        for name in FAMILIES:
            yield f"  {name:<22}{self._verdict(name)}{self._because(name)}"

    def _verdict(self, name: str) -> str:
        if name in self.undecided:
            return f"not decided: {self.undecided[name]}"
        return "impossible" if name in self.excluded else "possible"

    def _because(self, name: str) -> str:
        if name not in self.excluded:
            return ""
        history, impossible = self.excluded[name]
        return f": object {history.object}, event {impossible.number}, {impossible.event}"


def log_account(
    source: Source, header: Header, lines: Iterator[tuple[int, str, Json]], profile: str = ""
) -> LogAccount:
    """Return the account of a log whose header has been read; raises NotReadable and KeyError as a recording's does."""
    chosen = profile or header.profile or STANDARD
    row_of(chosen)
    objects = histories(source, lines, plain=header.said.get("values") == "seen")
    account = LogAccount(source.path, header, chosen, len(objects), sum(len(one.events) for one in objects))
    account.cut_off = source.cut_off
    alike = {numbered_from_one(history): history for history in reversed(objects)}
    for name in dict.fromkeys((chosen, *FAMILIES)):
        _judge(account, name, row_of(name), list(alike.values()))
    return account


def _judge(account: LogAccount, name: str, row: Family | None, objects: Sequence[History]) -> None:
    hidden = account.header.worker == "hidden"
    for history in objects:
        try:
            impossible = Search(history, row, hidden=hidden).first_impossible()
        except TooMany as much:
            account.undecided[name] = f"object {history.object} has {much}"
            return
        if impossible is not None:
            account.excluded[name] = history, impossible
            return


def _lines(history: History, impossible: Impossible) -> Iterator[str]:
    yield f"    object {history.object}, event {impossible.number}: {impossible.event}"
    yield f"    possible there: {' / '.join(impossible.possible) or 'nothing of the kind'}"
    yield f"    states before it: {' / '.join(impossible.states)}"
