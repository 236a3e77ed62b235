"""``iasyncinfo consume``: judge a consumer: an awaiter, or code that takes operations."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iasyncinfo_conformance.commands.arguments import (
    Options,
    Parser,
    add_processes,
    add_profile,
    add_reports,
    add_timeouts,
    no_rule,
    processes,
    profile,
    reports,
)
from iasyncinfo_conformance.console.progress import progress_line
from iasyncinfo_conformance.consumers.loading import CONSUMER
from iasyncinfo_conformance.errors import require_extra

if TYPE_CHECKING:
    from iasyncinfo_conformance.record.options import Options as CheckOptions
    from iasyncinfo_conformance.record.record import Record

CODES: Final[Mapping[int | str, str]] = {
    0: "it keeps every rule in every situation; known deviations included",
    1: "it breaks a rule, or an entry of the known-file is stale",
    3: "the consumer cannot be had or run, or the suite is broken",
    4: "incomplete: all that ran passed, but rules remain untestable",
}
EXAMPLES: Final = (
    "iasyncinfo consume ./mine.py:wait",
    "iasyncinfo consume reference:await --quick",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("target", metavar="TARGET", help=CONSUMER)
    add_profile(parser)
    parser.add_argument("--known", type=Path, metavar="FILE", help="TOML: known deviations and unverified rules")
    add_processes(parser, "processes in which the consumer is run at the same time")
    parser.add_argument("--seed", type=int, metavar="N", help="seed of what is drawn; fixed unless given")
    add_reports(parser)
    parser.add_argument("--quick", action="store_true", help="the first situations only; nothing drawn or stretched")
    add_timeouts(parser, "situation")


def run(options: Options) -> int:
    """Judge the consumer; return the exit code of the verdict."""
    require_extra()
    from iasyncinfo_conformance.console.telling import tell
    from iasyncinfo_conformance.consumers.judging import matching
    from iasyncinfo_conformance.files.known_file import load_known
    from iasyncinfo_conformance.record.known import Known
    from iasyncinfo_conformance.record.options import SEED
    from iasyncinfo_conformance.record.options import Options as CheckOptions
    from iasyncinfo_conformance.report.files import begin

    wanted = CheckOptions(
        profile=profile(options.profile),
        known=load_known(options.known) if options.known else Known(),
        seed=SEED if options.seed is None else options.seed,
        rule=options.rule,
        quick=options.quick,
    )
    if not matching(wanted.rule):
        raise no_rule(options.rule, "of consumers", matching("*"))
    record = judged(options.target, options, wanted, lambda: begin(options.target, reports(options)))
    return tell(record, reports(options))


def judged(target: str, options: Options, wanted: "CheckOptions", ready: Callable[[], None] | None = None) -> "Record":
    """Return what is found of a consumer; ``ready`` is called once it is loaded."""
    from iasyncinfo_conformance.consumers.hosted import Hosted
    from iasyncinfo_conformance.consumers.judging import judge_consumer

    with Hosted(target, options.timeout, options.start_timeout, min(2, processes(options))) as hosted:
        if ready is not None:
            ready()
        with progress_line() as progress:
            return judge_consumer(target, wanted, hosted, progress)
