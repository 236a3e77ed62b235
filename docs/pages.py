"""The reference pages and drawings: what makes each, which are stale, and writing them.

They are made from the specification, and from the suite's tables: which rule is blamed, what others have reported.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import atlas
import findings as found_in_others
import implementations
import introductions
import matrix
from admitted import answers_of_nobody, counts, reasons
from api import PACKAGES, api
from commandline import commands
from drawing import MACHINES, draw, said, says
from iasyncinfo_conformance.judging.blame import laid_to
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.rendering import evidence_page, listing, markdown, show
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.static_rules import EVERY_RULE
from recall import asked, beyond, false_alarms, found, shares
from schemas import members_of, parts_of
from theorems import status_list, telling_words, theorem_list

_NOTE: Final = "<!-- Written by docs/generate.py from iasyncinfo_spec; changes made here are lost. -->"


def rules() -> str:
    """Return the page of the rules."""
    return _page("Rules", introductions.RULES, markdown.rules({rule: laid_to(rule) for rule in EVERY_RULE}))


def points() -> str:
    """Return the page of the variation points."""
    return _page("Variation points", introductions.POINTS, listing("points", "markdown"))


def families() -> str:
    """Return the page of the families."""
    return _page("Families", introductions.FAMILIES, listing("families", "markdown"))


def evidence() -> str:
    """Return the page that says how each answer is known."""
    return _page("Evidence", introductions.EVIDENCE, evidence_page())


def tables() -> str:
    """Return the page of the nondeterministic machine's tables."""
    links = ", ".join(f"[{name}](tables/{name}.md)" for name in FAMILIES)
    drawings = "\n\n".join(f"![{title}](pictures/{name}.svg)" for name, title in MACHINES.items())
    return _page("Tables", f"{introductions.TABLES}{links}.", f"{drawings}\n\n{_fenced(show(STANDARD, 'table'))}")


def standard() -> str:
    """Return the page of what ``standard`` admits and no family shows."""
    body = [counts(), reasons(), "## Answers of nobody", introductions.NOBODY, answers_of_nobody()]
    return _page("What standard admits", introductions.STANDARD, "\n\n".join(body))


def theorems() -> str:
    """Return the page of the named theorems."""
    body = ["## Theorems", theorem_list(), "## Who is told apart by what", introductions.TELLING, telling_words()]
    return _page("Theorems", f"{introductions.THEOREMS}\n\n{status_list()}", "\n\n".join(body))


def recall() -> str:
    """Return the page of the public reports and what finds them."""
    body = [shares(), "## Found", found(), "## Told", asked(), "## Beyond the suite", beyond()]
    return _page(
        "Recall",
        introductions.RECALL,
        "\n\n".join([*body, "## False alarms", introductions.FALSE_ALARMS, false_alarms()]),
    )


def wire() -> str:
    """Return the page of the wire's messages."""
    return _page("The messages of the wire", introductions.WIRE, parts_of("wire"))


def command_line() -> str:
    """Return the page of the command line."""
    return _page("The command line", introductions.COMMANDS, commands())


def report() -> str:
    """Return the page of the report's members."""
    return _page("The report as JSON", introductions.REPORT, members_of("report"))


def vectors() -> str:
    """Return the page of the lines of vectors."""
    return _page("The lines of vectors", introductions.VECTORS, parts_of("vectors"))


def atlas_of_families() -> str:
    """Return the page that leads to every family's."""
    return _page("Atlas", introductions.ATLAS, atlas.families())


def _family_atlas(name: str) -> Callable[[], str]:
    about = f"{FAMILIES[name].about[0].upper()}{FAMILIES[name].about[1:]}. Back to [the atlas](../atlas.md)."
    return lambda: _page(
        f"Atlas: {name}", f"{about} [Its tables](../tables/{name}.md).", atlas.of_family(FAMILIES[name])
    )


def known_implementations() -> str:
    """Return the page of what was checked, and when, and of what is known otherwise."""
    body = [
        *(implementations.dates(), "## Implementations", matrix.implementations()),
        *(
            "## Recordings",
            introductions.RECORDED,
            matrix.recordings(),
            "## Only read",
            introductions.ONLY_READ,
            matrix.only_read(),
        ),
        *("## Consumers", matrix.consumers()),
    ]
    return _page("Known implementations", introductions.IMPLEMENTATIONS, "\n\n".join(body))


def findings() -> str:
    """Return the page of what was found in implementations that are not ours."""
    return _page("Findings", introductions.FINDINGS, found_in_others.listed())


def _api_of(package: str) -> Callable[[], str]:
    return lambda: _page(f"The names of {package}", introductions.API.format(package=package), api(package))


def _family_tables(name: str) -> Callable[[], str]:
    about = f"{FAMILIES[name].about[0].upper()}{FAMILIES[name].about[1:]}. Back to [the tables](../tables.md)."
    return lambda: _page(f"The tables of {name}", about, _fenced(show(name, "table")))


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "reference/rules.md": rules,
    "reference/variation-points.md": points,
    "reference/families.md": families,
    "reference/evidence.md": evidence,
    "reference/tables.md": tables,
    "reference/theorems.md": theorems,
    "reference/standard.md": standard,
    "reference/recall.md": recall,
    "reference/command-line.md": command_line,
    "reference/messages.md": wire,
    "reference/report.md": report,
    "reference/vectors.md": vectors,
    "reference/atlas.md": atlas_of_families,
    "reference/implementations.md": known_implementations,
    "reference/findings.md": findings,
    **{f"reference/api/{package}.md": _api_of(package) for package in PACKAGES},
    **{f"reference/tables/{name}.md": _family_tables(name) for name in FAMILIES},
    **{f"reference/atlas/{name}.md": _family_atlas(name) for name in FAMILIES},
}
"""Every generated page by its path."""

DRAWINGS: Final[Mapping[str, tuple[str, str]]] = {
    **{f"reference/pictures/{machine}.svg": (STANDARD, machine) for machine in MACHINES},
    **{f"reference/atlas/{name}.svg": (name, "lifecycle") for name in FAMILIES},
}
"""The profile and the machine of every drawing by its path; nothing but pages and drawings lies in ``reference``."""


def stale(folder: Path) -> Iterator[str]:
    """Yield the pages and drawings that are missing or differ, and the files that none of them accounts for.

    What cannot be made any more is named with what went wrong, and the others are looked at.
    """
    yield from (said for name in PAGES for said in _told(folder, name, _is_fresh_page))
    yield from (said for name in DRAWINGS for said in _told(folder, name, _is_fresh))
    for path in sorted(path for path in (folder / "reference").rglob("*") if path.is_file()):
        if path.relative_to(folder).as_posix() not in {*PAGES, *DRAWINGS}:
            yield f"{path.relative_to(folder).as_posix()} (no page of this name)"


def _told(folder: Path, name: str, is_fresh: Callable[[Path, str], bool]) -> Iterator[str]:
    try:
        if not is_fresh(folder, name):
            yield f"{name}; run python docs/generate.py"
    except LookupError as error:
        yield f"{name} (it speaks of {error}, and there is none)"
    except Exception as error:  # pages run the suite, where a broken table may end in anything
        yield f"{name} (it cannot be made: {type(error).__name__}: {error})"


def _is_fresh_page(folder: Path, name: str) -> bool:
    return _read(folder / name) == PAGES[name]()


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _is_fresh(folder: Path, name: str) -> bool:
    """Return whether a drawing says what its machine does; where its lines run is nobody's concern."""
    text = _read(folder / name)
    return text is not None and says(text) == said(*DRAWINGS[name])


def write(folder: Path) -> None:
    """Write every page below ``folder``, and the drawings that do not say what they have to."""
    for name, page in PAGES.items():
        _write(folder / name, page())
    for name, (profile, machine) in DRAWINGS.items():
        if not _is_fresh(folder, name):
            _write(folder / name, draw(profile, machine))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _page(title: str, introduction: str, body: str) -> str:
    return f"# {title}\n\n{_NOTE}\n\n{introduction}\n\n{body.rstrip()}\n"


def _fenced(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"
