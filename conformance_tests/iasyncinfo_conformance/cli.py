"""The command line. Each command imports what it needs when it runs, so that help is quick."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from iasyncinfo_conformance.errors import HarnessFault, UsageFault, require_extra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iasyncinfo_conformance.checking.check import Check
    from iasyncinfo_conformance.checking.pool import Spread
    from iasyncinfo_conformance.target import Target

_TARGET: Final = (
    "package.module:name (a function start(kind) -> Subject), reference, family:NAME, cppwinrt, cppwinrt@2.0, "
    "cppwinrt@3.0, cppwinrt-cooperative, or exec:COMMAND"
)
_CLASSES: Final = "package.module:Class, package.module:function, package.module, path/to/file.py, or reference"
_CODES: Final = (
    "exit codes: 0 conforms (known deviations included); 1 does not conform, or a known entry is stale; "
    "2 the command line or the known-file is not understood; 3 the adapter, driver or suite is broken; "
    "4 incomplete: all that ran passed, but rules remain untestable"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        options = _parser().parse_args(arguments)
        code = int(options.run(options))
        sys.stdout.flush()
    except UsageFault as fault:
        return _complain(fault, 2)
    except HarnessFault as fault:
        return _complain(fault, 3)
    except KeyboardInterrupt:
        return _complain("stopped by the keyboard", 130)
    except BrokenPipeError:  # as of head; the default action of SIGPIPE would also end us when a driver dies
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def _complain(fault: object, code: int) -> int:
    print(f"iasyncinfo: {fault}", file=sys.stderr)
    return code


# -- commands -------------------------------------------------------------------------------------


def _smoke(options: argparse.Namespace) -> int:
    from iasyncinfo_conformance.engines.smoke import smoke

    with _target(options) as target:
        remarks = smoke(target)
        for remark in (*target.notes, *remarks):
            print(f"note     {remark}")
        for kind in target.kinds:
            print(f"{kind.value:<24} supports {', '.join(sorted(target.supports(kind)))}")
        print(f"{target.name}: the adapter is sane")
    return 0


def _check(options: argparse.Namespace) -> int:
    require_extra()
    from iasyncinfo_conformance.checking.pool import Spread

    text = _target_text(options)
    with Spread(text, options.timeout, options.processes, explores=not options.quick) as spread:
        return _check_spread(options, spread)


def _check_spread(options: argparse.Namespace, spread: "Spread") -> int:
    from iasyncinfo_conformance.checking.check import check
    from iasyncinfo_conformance.engines.directed import matching
    from iasyncinfo_conformance.engines.races import BOUND
    from iasyncinfo_conformance.record.known_file import Known, load_known
    from iasyncinfo_conformance.record.options import SEED, Options
    from iasyncinfo_conformance.report.json_report import clear

    wanted = Options(
        profile=_profile(options.profile),
        known=load_known(options.known) if options.known else Known(),
        seed=SEED if options.seed is None else options.seed,
        rule=options.rule,
        quick=options.quick,
        extra_states=options.extra_states,
        types="mypy" if options.types else "",
        race_bound=BOUND if options.race_bound is None else options.race_bound,
    )
    if not (matching(wanted.rule, wanted.profile) or (wanted.types and _static(wanted.rule))):
        raise UsageFault(
            f"--rule {options.rule!r} matches no rule that {wanted.profile} tests; see iasyncinfo list rules."
        )
    for path in filter(None, (options.json, options.junit)):
        clear(path)
    with _target(options) as target, _progress() as progress:
        done = check(target, wanted, progress, spread)
    return _reported(done, options)


def _types(options: argparse.Namespace) -> int:
    from iasyncinfo_conformance.checking.check import Check
    from iasyncinfo_conformance.record.options import Options
    from iasyncinfo_conformance.report.json_report import clear
    from iasyncinfo_conformance.static.types import StaticSubject, typed

    if not _static(options.rule):
        raise UsageFault(f"--rule {options.rule!r} matches no rule on types; see iasyncinfo list rules.")
    for path in filter(None, (options.json, options.junit)):
        clear(path)
    with _progress() as progress:
        progress(options.checker, options.target)
        found = typed(options.target, options.checker)
    done = Check(StaticSubject(options.target, found.kinds), Options(rule=options.rule, types=options.checker))
    done.look_at(found)
    return _reported(done, options)


def _surface(options: argparse.Namespace) -> int:
    import json

    from iasyncinfo_conformance.record.known_file import Known, load_known
    from iasyncinfo_conformance.report.json_report import clear, write
    from iasyncinfo_conformance.report.text import surface_report
    from iasyncinfo_conformance.static.surface import as_json, surface

    known = load_known(options.known) if options.known else Known()
    if options.json:
        clear(options.json)
    found = surface(options.package, known.exemptions)
    if options.json:
        write(options.json, json.dumps(as_json(found), indent=2) + "\n")
    print(surface_report(found))
    return 0 if found.passes else 1


def _reported(done: "Check", options: argparse.Namespace) -> int:
    """Write the reports that were asked for, print the one for people, and return the exit code."""
    from iasyncinfo_conformance.report.json_report import write_json, write_junit
    from iasyncinfo_conformance.report.text import report

    if options.json:
        write_json(done, options.json)
    if options.junit:
        write_junit(done, options.junit)
    print(report(done))
    return done.verdict.exit_code


def _selftest(options: argparse.Namespace) -> int:
    require_extra()
    from iasyncinfo_conformance.report.json_report import clear
    from iasyncinfo_conformance.selftest.proof import selftest
    from iasyncinfo_conformance.selftest.table import table, write

    if options.json:
        clear(options.json)
    with _progress() as progress:
        proof = selftest(full=options.full, processes=options.processes, progress=progress)
    if options.json:
        write(proof, options.json)
    print(table(proof))
    return 0 if proof.holds else 1


def _replay(options: argparse.Namespace) -> int:
    from iasyncinfo_conformance.commands.replay import replay
    from iasyncinfo_spec.abi import Kind
    from iasyncinfo_spec.words import RACE, WordError, parse_word

    if options.exec is not None and options.word is None:
        options.target, options.word = None, options.target
    if options.word is None:
        raise UsageFault(
            "replay takes a TARGET, or --exec COMMAND, and a WORD in quotes; see iasyncinfo replay --help."
        )
    try:
        word = parse_word(options.word)
    except WordError as error:
        raise UsageFault(f"the word is not understood: {error}. See iasyncinfo list steps.") from error
    kind = Kind(options.kind) if options.kind else None
    with _target(options, explores=any(step[0] == RACE for step in word)) as target:
        text, allowed = replay(target, word, kind, _profile(options.profile), options.schedule)
        print(text)
    return 0 if allowed else 1


def _identify(options: argparse.Namespace) -> int:
    from iasyncinfo_conformance.commands.identify import identify
    from iasyncinfo_spec.abi import Kind

    with _target(options) as target, _progress() as progress:
        if options.kind is not None:
            if options.kind not in target.kinds:
                raise UsageFault(
                    f"{target.name} does not declare {options.kind}; it declares {', '.join(target.kinds)}."
                )
            target.kinds = (Kind(options.kind),)
        found = identify(target, progress=progress)
    print(found)
    return found.exit_code


def _explain(options: argparse.Namespace) -> int:
    from iasyncinfo_conformance.directed import CASES
    from iasyncinfo_conformance.judging.blame import laid_to
    from iasyncinfo_spec.rendering import canonical, explain
    from iasyncinfo_spec.words import format_word

    try:
        name = canonical(options.name)
    except KeyError as error:
        raise UsageFault(f"{error.args[0]}. See iasyncinfo list rules and iasyncinfo list points.") from None
    tests = dict.fromkeys(format_word(case.word) for case in CASES if case.rule == name)
    print(explain(name, tuple(tests), laid_to(name)))
    return 0


def _list(options: argparse.Namespace) -> int:
    from iasyncinfo_spec.rendering import listing

    print(listing(options.what, options.format))
    return 0


def _show(options: argparse.Namespace) -> int:
    from iasyncinfo_spec.rendering import show

    print(show(_profile(options.profile), options.format))
    return 0


# -- pieces ---------------------------------------------------------------------------------------


@contextmanager
def _target(options: argparse.Namespace, *, explores: bool = False) -> "Iterator[Target]":
    require_extra()
    from iasyncinfo_conformance.targets.loading import load_isolated

    with closing(load_isolated(_target_text(options), options.timeout, explores=explores)) as target:
        yield target


def _target_text(options: argparse.Namespace) -> str:
    if (options.target is None) == (options.exec is None):
        raise UsageFault(f"name one subject: a TARGET or --exec COMMAND. A TARGET is {_TARGET}.")
    return str(options.target) if options.exec is None else f"exec:{options.exec}"


def _static(glob: str) -> bool:
    """Whether ``glob`` selects a rule on types."""
    from iasyncinfo_conformance.static.types import TYPE_RULES

    return any(fnmatchcase(rule, glob.upper()) for rule in TYPE_RULES)


def _profile(name: str) -> str:
    from difflib import get_close_matches

    from iasyncinfo_spec.families import FAMILIES
    from iasyncinfo_spec.standard import STANDARD

    profiles = (STANDARD, *FAMILIES)
    if name not in profiles:
        near = get_close_matches(name, profiles, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageFault(f"there is no profile {name!r}.{hint} The profiles are {', '.join(profiles)}.")
    return name


@contextmanager
def _progress() -> "Iterator[Callable[[str, str], None]]":
    """Show on a terminal, in one line, which engine is at what; show nothing on a pipe."""
    if not sys.stderr.isatty():
        yield lambda _engine, _at: None
        return
    yield lambda engine, at: print(f"\r\033[K{engine} {at}", end="", file=sys.stderr, flush=True)
    print("\r\033[K", end="", file=sys.stderr, flush=True)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds, more than 0 and less than 3600")
    return value


def _schedule(text: str) -> str:
    if re.fullmatch(r"(?:[ABC]\d*)+", text) is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no schedule: write A4B7A, a thread and the points that it passes"
        )
    return text


def _processes(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > 4:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 4")
    return int(text)


# -- the parser -----------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are of one paragraph, as all others are."""

    def error(self, message: str) -> NoReturn:
        raise UsageFault(f"{message}. See {self.prog} --help.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="iasyncinfo", description="Check implementations of Windows' IAsyncInfo objects.", epilog=_CODES
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    smoke = _command(commands, "smoke", _smoke, "is the adapter sane?")
    check = _command(commands, "check", _check, "check an implementation and print the verdict")
    replay = _command(commands, "replay", _replay, "run one word and show what is allowed and what comes")
    identify = _command(
        commands, "identify", _identify, "name the family whose manners an implementation has; exit code 1 if none"
    )
    for command in (smoke, check, replay, identify):
        _add_target(command)
    identify.add_argument("--kind", choices=_kinds(), help="ask objects of this kind only")
    replay.add_argument(
        "word", nargs="?", metavar="WORD", help="steps, for example 'put_completed(h1) cancel complete(5)'"
    )
    replay.add_argument("--kind", choices=_kinds(), help="the kind of object; the first that the target declares")
    replay.add_argument(
        "--schedule", type=_schedule, metavar="S", help="of a race: which thread goes how far, for example A4B7A"
    )
    _add_profile(replay)
    _add_check_options(check)
    types = _command(commands, "types", _types, "check the types of classes, without running them")
    types.add_argument("target", metavar="TARGET", help=f"what to look at: {_CLASSES}")
    types.add_argument("--checker", choices=("mypy", "pyright"), default="mypy", help="default mypy")
    _add_reports(types)
    surface = _command(commands, "surface", _surface, "does a component return the interfaces, and no other type?")
    surface.add_argument("package", metavar="PACKAGE", help="a package or module, a folder or a file")
    surface.add_argument("--known", type=Path, metavar="FILE", help="TOML: [[exemption]] with a name and a reason")
    surface.add_argument("--json", type=Path, metavar="FILE", help="write what was found as JSON")
    proof = _command(commands, "selftest", _selftest, "does the suite find what it has to find? exit code 1 if not")
    proof.add_argument("--full", action="store_true", help="all families, all kinds, all mutants of the sources")
    proof.add_argument("--json", type=Path, metavar="FILE", help="write the table and the kill matrix as JSON")
    proof.add_argument(
        "-n", dest="processes", type=_processes, default=os.cpu_count() or 1, metavar="N",
        help="processes to spread the work over (default: one for each processor)",
    )  # fmt: skip
    explain = _command(commands, "explain", _explain, "explain a rule or a variation point")
    explain.add_argument("name", metavar="RULE|POINT")
    listed = _command(commands, "list", _list, "list what there is")
    listed.add_argument("what", choices=("rules", "points", "families", "profiles", "steps"))
    listed.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    show = _command(commands, "show", _show, "show the state machines themselves")
    _add_profile(show)
    show.add_argument("--format", choices=("table", "json", "mermaid", "dot"), default="table")
    return parser


def _command(commands: Any, name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about, epilog=_CODES)
    command.set_defaults(run=run)
    return command


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", nargs="?", metavar="TARGET", help=_TARGET)
    command.add_argument("--exec", metavar="COMMAND", help="a driver that speaks the wire; run without a shell")
    command.add_argument(
        "--timeout", type=_seconds, default=3.0, metavar="S", help="seconds that one word may take (default 3)"
    )


def _add_reports(command: argparse.ArgumentParser) -> None:
    command.add_argument("--rule", default="*", metavar="GLOB", help="only these rules, for example 'FIRE-*'")
    command.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    command.add_argument("--junit", type=Path, metavar="FILE", help="write the report as JUnit XML")


def _add_profile(command: argparse.ArgumentParser) -> None:
    command.add_argument("--profile", default="standard", metavar="P", help="standard, or a family's name")


def _add_check_options(check: argparse.ArgumentParser) -> None:
    _add_profile(check)
    check.add_argument("--known", type=Path, metavar="FILE", help="TOML: known deviations and unverified rules")
    check.add_argument(
        "-n", dest="processes", type=_processes, default=os.cpu_count() or 1, metavar="N",
        help="kinds checked at the same time, each in a process of its own (default: one for each processor)",
    )  # fmt: skip
    check.add_argument("--seed", type=int, metavar="N", help="seed of the walk; fixed unless given")
    _add_reports(check)
    check.add_argument("--types", action="store_true", help="have mypy look at the subject's classes as well")
    check.add_argument(
        "--quick",
        action="store_true",
        help="no extra states, one set of values, few handlers that call back, a short walk and no races",
    )
    check.add_argument("--race-bound", type=_count, metavar="N", help="preemptions in a schedule of a race (default 2)")
    check.add_argument(
        "--extra-states", type=_count, metavar="K",
        help="states that an implementation may have more than the machine; the suites grow with the inputs to the K "
        "(default 1)",
    )  # fmt: skip


def _kinds() -> tuple[str, ...]:
    from iasyncinfo_spec.abi import Kind

    return tuple(Kind)


if __name__ == "__main__":
    sys.exit(main())
