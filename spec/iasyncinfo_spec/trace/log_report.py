"""What ``iasyncinfo trace`` prints of a log: whether it is possible, and which families it excludes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.trace.formats import Header, Json, Source
from iasyncinfo_spec.trace.judging import completed, row_of
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
        if not self.objects:
            yield "  it holds no event of an object"
        else:
            yield from self._verdicts()
        if self.cut_off:
            yield "  the log is cut off: its last line is not complete, and was left out"

    def _verdicts(self) -> Iterator[str]:
        yield f"  profile {self.profile}: {self._verdict(self.profile)}"
        if self.profile in self.excluded:
            yield from _lines(*self.excluded[self.profile])
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
    judge = _Judge(list(alike.values()), hidden=header.worker == "hidden")
    for name in dict.fromkeys((chosen, *FAMILIES)):
        judge.judge(account, name)
    return account


class _Judge:
    """Holds the objects of a log against rows, each object once against each."""

    def __init__(self, objects: Sequence[History], *, hidden: bool) -> None:
        self._objects = objects
        self._hidden = hidden
        self._established = [row for row in FAMILIES.values() if not row.is_sketch]
        self._found: dict[tuple[str, int], Impossible | TooMany | None] = {}

    def judge(self, account: LogAccount, name: str) -> None:
        """Note in the account what a profile makes of the objects."""
        row = row_of(name)
        for number, history in enumerate(self._objects):
            match self._met_by(row, number):
                case TooMany() as much:
                    account.undecided[name] = f"object {history.object} has {much}"
                    return
                case Impossible() as impossible:
                    account.excluded[name] = history, impossible
                    return

    def _met_by(self, row: Family | None, number: int) -> Impossible | TooMany | None:
        """Return what a row makes of an object; one that leaves most open is first completed by what explains it."""
        if row is None or row.is_sketch:
            name = row.name if row else STANDARD
            for other in self._established:
                as_other = completed(row, other)
                if not self._searched(other.name, other, number) and not self._searched(
                    f"{name} as {other.name}", as_other, number
                ):
                    return None
        return self._searched(row.name if row else STANDARD, row, number)

    def _searched(self, name: str, row: Family | None, number: int) -> Impossible | TooMany | None:
        key = name, number
        if key not in self._found:
            try:
                self._found[key] = Search(self._objects[number], row, hidden=self._hidden).first_impossible()
            except TooMany as much:
                self._found[key] = much
        return self._found[key]


def _lines(history: History, impossible: Impossible) -> Iterator[str]:
    yield f"    object {history.object}, event {impossible.number}: {impossible.event}"
    yield f"    possible there: {' / '.join(impossible.possible) or 'nothing of the kind'}"
    yield f"    states before it: {' / '.join(impossible.states)}"
