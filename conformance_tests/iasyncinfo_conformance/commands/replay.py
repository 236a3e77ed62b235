"""``iasyncinfo replay``: run one word and show what is allowed and what comes."""

from iasyncinfo_conformance.commands.arguments import (
    Options,
    Parser,
    add_kind,
    add_profile,
    add_target,
    profile,
    schedule,
    target_of,
)
from iasyncinfo_conformance.commands.telling import say
from iasyncinfo_conformance.errors import UsageFault, require_extra
from iasyncinfo_conformance.replaying.word import replay
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import is_situation, parse_situation
from iasyncinfo_spec.words import RACE, WordError, parse_word


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


def run(options: Options) -> int:
    """Run the word; return 0 if all of it is allowed, 1 if not, and 4 where it is an answer that nobody gives."""
    if options.exec is not None and options.word is None:
        options.target, options.word = None, options.target
    if options.word is None:
        raise UsageFault(
            "replay takes a TARGET, or --exec COMMAND, and a WORD in quotes; see iasyncinfo replay --help."
        )
    if is_situation(options.word):
        return _replay_situation(options)
    try:
        word = parse_word(options.word)
    except WordError as error:
        raise UsageFault(f"the word is not understood: {error}. See iasyncinfo list steps.") from error
    kind = Kind(options.kind) if options.kind else None
    with target_of(options, explores=any(step[0] == RACE for step in word)) as target:
        text, verdict = replay(target, word, kind, profile(options.profile), options.schedule)
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
        options.target, situation, kind, profile(options.profile), options.timeout, options.start_timeout
    )
    say(text)
    return code
