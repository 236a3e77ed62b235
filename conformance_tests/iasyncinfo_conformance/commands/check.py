"""``iasyncinfo check``: check an implementation and print the verdict."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iasyncinfo_conformance.commands.arguments import (
    Options,
    Parser,
    add_output,
    add_processes,
    add_profile,
    add_reports,
    add_target,
    count,
    no_rule,
    processes,
    profile,
    reports,
    seconds,
    target_text,
)
from iasyncinfo_conformance.console.progress import CHECK, QUICK, progress_line
from iasyncinfo_conformance.errors import require_extra

if TYPE_CHECKING:
    from iasyncinfo_conformance.record.options import Options as CheckOptions
    from iasyncinfo_conformance.record.record import Record

CODES: Final[Mapping[int | str, str]] = {
    0: "it conforms; known deviations included",
    1: "it does not conform, or an entry of the known-file is stale",
    3: "the adapter, driver or suite is broken",
    4: "incomplete: all that ran passed, but rules remain untestable, or a point is answered as nobody does",
}
EXAMPLES: Final = (
    "iasyncinfo check ./mine.py:start",
    "iasyncinfo check --exec ./driver --quick --json r.json",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_target(parser)
    add_profile(parser)
    parser.add_argument(
        "--known", type=Path, metavar="FILE",
        help="TOML: known deviations and unverified rules; windows-rs stands for the file that ships with its driver",
    )  # fmt: skip
    add_processes(
        parser,
        "kinds checked at the same time, each in a process of its own; with 1 nothing else is",
        "; with --quick one",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="seed of the walk; fixed unless given")
    add_reports(parser)
    add_output(parser)
    parser.add_argument("--record", type=Path, metavar="FILE", help="write every word that was run, with what came")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write each failure's word, for replay --again FILE")
    parser.add_argument("--types", action="store_true", help="have mypy look at the subject's classes as well")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="no extra states, one set of values, few handlers that call back, few waits, a short walk and no races",
    )
    parser.add_argument("--race-bound", type=count, metavar="N", help="preemptions in a schedule of a race (default 2)")
    parser.add_argument(
        "--linger", type=seconds, metavar="S",
        help="seconds for which objects are left alone, all at once (default 0.25; with --quick 0.05)",
    )  # fmt: skip
    parser.add_argument(
        "--extra-states", type=count, metavar="K",
        help="states that an implementation may have more than the machine; the suites grow with the inputs to the K "
        "(default 1)",
    )  # fmt: skip


def run(options: Options) -> int:
    """Check the target; return the exit code of the verdict."""
    require_extra()
    from contextlib import ExitStack

    from iasyncinfo_conformance.console.telling import after, tell
    from iasyncinfo_conformance.report.files import begin, require_writable
    from iasyncinfo_conformance.targets import recorded
    from iasyncinfo_conformance.targets.loading import require_understood

    text = target_text(options)
    require_understood(text)
    wanted = _wanted(options)
    require_writable(options.keep)
    begin(text, reports(options))
    with ExitStack() as stack:
        if options.record:
            recorded.begin(options.record, _header(text, wanted))
            stack.callback(recorded.finish, options.record)
        record = checked(text, options, wanted)
    with after(lambda: _keep(record, options.keep)):
        return tell(record, reports(options), output=options.show_output)


def checked(text: str, options: Options, wanted: "CheckOptions") -> "Record":
    """Check what a text names, in processes of their own, and return the record."""
    from contextlib import ExitStack

    from iasyncinfo_conformance.checking.check import check_named
    from iasyncinfo_conformance.checking.pool import Pool
    from iasyncinfo_conformance.target import Target
    from iasyncinfo_conformance.targets.loading import load_isolated

    with ExitStack() as stack:
        pool = stack.enter_context(
            Pool(
                text,
                options.timeout,
                processes(options, is_little=wanted.quick),
                explores=not wanted.quick,
                start_timeout=options.start_timeout,
                ahead=options.processes != 1,
            )
        )

        def load() -> Target:
            target = load_isolated(text, options.timeout, explores=False, start_timeout=options.start_timeout)
            stack.callback(target.close)
            return target

        with progress_line(QUICK if wanted.quick else CHECK) as progress:
            return check_named(text, load, wanted, progress, pool)


def _keep(record: "Record", path: Path | None) -> None:
    from iasyncinfo_conformance.files.kept import Kept, as_lines
    from iasyncinfo_conformance.report.files import write

    if path is not None:
        target, profile = record.subject.target, record.asked.profile
        kept = (Kept(target, each.kind, each.text, profile, each.schedule) for each in record.failures)
        write(path, as_lines(kept))


def _header(text: str, wanted: "CheckOptions") -> dict[str, str]:
    provenance = f"iasyncinfo {version('iasyncinfo')}, check with seed {wanted.seed}"
    return {"subject": text, "version": "", "provenance": provenance, "profile": wanted.profile}


def _known_file(named: Path) -> Path:
    """Return the file that is there, or else the one that ships with a driver of this name."""
    from iasyncinfo_conformance.drivers.shipped import shipped_known

    return named if named.exists() else shipped_known(str(named)) or named


def _wanted(options: Options) -> "CheckOptions":
    from iasyncinfo_conformance.engines.held_to import matching
    from iasyncinfo_conformance.files.known_file import load_known
    from iasyncinfo_conformance.record.known import Known
    from iasyncinfo_conformance.record.options import RACE_BOUND, SEED
    from iasyncinfo_conformance.record.options import Options as CheckOptions
    from iasyncinfo_conformance.static.types import TYPE_RULES

    wanted = CheckOptions(
        profile=profile(options.profile),
        known=load_known(_known_file(options.known)) if options.known else Known(),
        seed=SEED if options.seed is None else options.seed,
        rule=options.rule,
        quick=options.quick,
        extra_states=options.extra_states,
        linger=options.linger,
        types="mypy" if options.types else "",
        recording=str(options.record.resolve()) if options.record else "",
        race_bound=RACE_BOUND if options.race_bound is None else options.race_bound,
    )
    of_types = wanted.types and any(fnmatchcase(rule, wanted.rule.upper()) for rule in TYPE_RULES)
    if not (matching(wanted.rule, wanted.profile) or of_types):
        known = (*matching("*", wanted.profile), *(TYPE_RULES if wanted.types else ()))
        raise no_rule(options.rule, f"that {wanted.profile} tests", known)
    return wanted
