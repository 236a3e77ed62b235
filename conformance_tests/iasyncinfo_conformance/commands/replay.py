"""``iasyncinfo replay``: run one word and show what is allowed and what comes."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from copy import copy
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.commands.arguments import (
    Options,
    Parser,
    add_kind,
    add_profile,
    add_target,
    profile,
    schedule,
    target_of,
    target_text,
)
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_conformance.errors import UsageFault, require_extra
from iasyncinfo_conformance.escaping import one_line
from iasyncinfo_conformance.files.kept import Kept, read_kept
from iasyncinfo_conformance.replaying.debugging import Debugged
from iasyncinfo_conformance.replaying.word import replay
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.loading import is_python
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import is_situation, parse_situation
from iasyncinfo_spec.words import RACE, WordError, parse_word

CODES: Final[Mapping[int | str, str]] = {
    0: "all that came is allowed",
    1: "something is not allowed",
    3: "the adapter, driver or suite is broken",
    4: "a point is answered as nobody does",
}
EXAMPLES: Final = (
    "iasyncinfo replay ./mine.py:start 'put_completed(h1) cancel complete(5)'",
    "iasyncinfo replay reference '[complete(5) | cancel]' --kind action --schedule A4B7A",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.add_argument(
        "word", nargs="?", metavar="WORD", help="steps, for example 'put_completed(h1) cancel complete(5)'"
    )
    add_kind(parser, "the kind of object; the first that the target declares")
    parser.add_argument(
        "--schedule", type=schedule, metavar="S", help="of a race: which thread goes how far, for example A4B7A"
    )
    add_profile(parser)
    parser.add_argument("--again", type=Path, metavar="FILE", help="run the words that check --keep has written")
    parser.add_argument(
        "--pdb", action="store_true", help="run in this process, and stop in the debugger at what is raised"
    )


@contextmanager
def _debugged(options: Options) -> Iterator[Target]:
    text = target_text(options)
    if not is_python(text):
        raise UsageFault(f"--pdb debugs Python: {text!r} runs in a process of its own.")
    with closing(Debugged(text)) as target:
        yield target


class _Relay:
    """Prints what the subject prints, line by line as it comes, on standard error."""

    def __init__(self) -> None:
        self._rest = b""

    def __call__(self, chunk: bytes) -> None:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            with suppress(OSError, ValueError):
                print(f"| {one_line(line.decode(errors='replace'))}", file=sys.stderr, flush=True)


def run(options: Options) -> int:
    """Run the word; return 0 if all of it is allowed, 1 if not, and 4 where it is an answer that nobody gives.

    Of several that are kept in a file, the code of the first that is not 0.
    """
    if options.again is not None:
        return next(filter(None, [_again(options, kept) for kept in read_kept(options.again)]), 0)
    if options.exec is not None and options.word is None:
        options.target, options.word = None, options.target
    if options.word is None:
        raise UsageFault(
            "replay takes a TARGET, or --exec COMMAND, and a WORD in quotes; see iasyncinfo replay --help."
        )
    if is_situation(options.word):
        return _replay_situation(options)
    return _replayed(options)


def _again(options: Options, kept: Kept) -> int:
    """Run one word that is kept in a file, on the target that is named, or else on its own."""
    asked = copy(options)
    if options.target is None and options.exec is None:
        asked.target = kept.target
    asked.word, asked.kind, asked.schedule = kept.word, Kind(kept.kind), kept.schedule or None
    asked.profile = kept.profile or options.profile
    return _replayed(asked)


def _replayed(options: Options) -> int:
    try:
        word = parse_word(options.word)
    except WordError as error:
        raise UsageFault(f"the word is not understood: {error}. See iasyncinfo list steps.") from error
    races = any(step[0] == RACE for step in word)
    with _debugged(options) if options.pdb else target_of(options, explores=races) as target:
        text, verdict = replay(target, word, options.kind, profile(options.profile), options.schedule, _Relay())
        say(text)
    return verdict.exit_code


def _replay_situation(options: Options) -> int:
    """Run a consumer in a situation; return 0 if it keeps every rule there, and 1 if not."""
    from iasyncinfo_conformance.replaying.situation import replay_situation

    require_extra()
    try:
        situation = parse_situation(options.word)
    except WordError as error:
        raise UsageFault(f"the situation is not understood: {error}") from error
    kind = Kind(options.kind) if options.kind else None
    text, code = replay_situation(
        options.target,
        situation,
        kind,
        profile(options.profile),
        options.schedule,
        (options.timeout, options.start_timeout),
    )
    say(text)
    return code
