"""Write the reference pages: ``python docs/generate.py [--check] [--into FOLDER]``.

They are made from the specification, and from the suite's tables: which rule is blamed, what others have reported.

With ``--check`` nothing is written: the pages that are stale are named, and the exit code is 1 if any is.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import atlas
import implementations
from admitted import answers_of_nobody, counts, reasons
from api import PACKAGES, api
from drawing import MACHINES, draw, said, says
from iasyncinfo_conformance.judging.blame import laid_to
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.rendering import evidence_page, listing, markdown, show
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.static_rules import EVERY_RULE
from messages import messages
from recall import asked, beyond, false_alarms, found, shares
from theorems import status_list, telling_words, theorem_list

_NOTE: Final = "<!-- Written by docs/generate.py from iasyncinfo_spec; changes made here are lost. -->"

_RULES: Final = """Every rule has a permanent name, one sentence and its reason. *Documented* rules stand in the Windows
documentation; *unanimous* ones are honoured by every implementation family that has the member, or the family
that breaks it says so. Only rules that oblige the implementation are expected of a subject; the others tell
callers what they may rely on. Rules whose name begins with TYPE are tested by `iasyncinfo types`, those with SURFACE
by `iasyncinfo surface`. A failure is laid to the rule that decides the cell of the tables; where it is laid to another
one, that rule is *also blamed for* it. `iasyncinfo explain NAME` prints the same."""

_POINTS: Final = """What implementation families do differently is a question, not a rule. The profile `standard`
accepts every answer and reports it; where an answer is dangerous, or goes against what a page says, it has a
*hazard*, which is reported with a word that shows it. The first answer stands in wherever a machine has to be built
for a family that leaves the point open."""

_FAMILIES: Final = """A family is a row of answers to the [variation points](variation-points.md) and a list of the
[rules](rules.md) that it breaks. Its name is a profile: `iasyncinfo check TARGET --profile NAME` demands that row.
What is expected of each family at `standard` is computed from its row; hazards never change a verdict."""

_EVIDENCE: Final = """How each answer of each [family](families.md) is known. *Observed*: any other answer would make a
recording impossible; the recordings lie in `spec/recordings`, and a trace is named by its recording and line.
*Read*: in the source that is named. *Open*: nobody has established it, the user decides, or it is never met; nothing
is taken for granted then. What races of real objects came to and no interleaving explains stands under each family:
see [what that means for you](../findings.md)."""

_TABLES: Final = """The three machines in full: a row for each trigger, a column for each state.
[The theory of operation](../theory.md) explains how they work together. Below, `standard`: a cell that a variation
point decides names the point, and under it what may happen. One page for each family shows the machine that its
answers make: """

_ATLAS: Final = """One page a family: its life cycle drawn, its answers and how each is known, its breaches with the
words that show them, and what whoever awaits its objects must know. [Families](families.md) has all of them beside each
other, [evidence](evidence.md) counts in full. *Observed*, *read* and *open* are numbers of answers."""

_API: Final = """What a program may import from `{package}`, and rely on. The names in full stand on the site, made
from the docstrings."""

_IMPLEMENTATIONS: Final = """What runs on Linux was checked, and its record kept; this page is made from the records,
and is as old as they are. `python docs/implementations.py` takes them anew. What the rules and points mean stands under
[rules](rules.md) and [variation points](variation-points.md), what a failure means for a user under
[findings](../findings.md)."""

_ROWS: Final = """Of the other families no object runs here. What their rows say was *observed* in recordings of real
objects that were made elsewhere, or only *read* in a source, and nobody saw it happen; [the atlas](atlas.md) has the
places."""

_THEOREMS: Final = """What is true of the tables, beside the [rules](rules.md): each theorem is a test, and this page is
made from the tests. The statement is the test's own sentence; *over* says what it speaks of. A theorem that has a
premise says nothing of those who are outside it. How it is known:"""

_TELLING: Final = """No two families are the same machine, but where one of the two stands back: little of it is
established, or it differs in what is no answer to a word. And since none of them branches, none simulates another
(TOLD-APART). A shortest word for each two, where what one of them leaves open the other's answer stands in for:"""

_STANDARD: Final = """The profile `standard` leaves every [variation point](variation-points.md) open, and lets a
subject answer a point now so and now otherwise, as long as no rule ties the answers together: what was read after the
end stays (END-STABLE), a second Close changes nothing (CLOSE-IDEMP), a put after Close is refused as a property is
(CLOSED-FIRST), nobody is told what is no status (STATUS-VALUES), and a Progress slot does not vanish (PROG-REPLACE).
What it admits beyond all families breaks no rule; nobody is known to do it. These are the configurations that the plain
steps reach, where a point that a family leaves open counts as answered in every way, and families of which little is
established do not count:"""

_NOBODY: Final = """Answers to variation points that no row of a family holds. Where a family leaves the point open
they may be its answers all the same."""

_RECALL: Final = """Mutants that are made from a model share its blind spots. So here stands every public report of a
fault that the project knows, whether or not something of its own shows it. A report is *found* where counterexamples
stand for it: implementations with that fault, each of which a test has caught by the rule and the word given. It is
*told* where it is an answer that some family gives: a [variation point](variation-points.md) asks for it, and it
fails nobody. The models were written with the reports at hand, so the share says what has been looked at, not what a
next report will meet."""

_WIRE: Final = """One JSON object a line. [The wire](../wire.md) says what each message means and shows it; here is the
JSON Schema of each, as it ships in `iasyncinfo_conformance/schemas/wire.schema.json`."""

_FALSE_ALARMS: Final = """Implementations that are right and look wrong in some way. A test checks each of them in full:
all conform."""


def rules() -> str:
    """Return the page of the rules."""
    return _page("Rules", _RULES, markdown.rules({rule: laid_to(rule) for rule in EVERY_RULE}))


def points() -> str:
    """Return the page of the variation points."""
    return _page("Variation points", _POINTS, listing("points", "markdown"))


def families() -> str:
    """Return the page of the families."""
    return _page("Families", _FAMILIES, listing("families", "markdown"))


def evidence() -> str:
    """Return the page that says how each answer is known."""
    return _page("Evidence", _EVIDENCE, evidence_page())


def tables() -> str:
    """Return the page of the nondeterministic machine's tables."""
    links = ", ".join(f"[{name}](tables/{name}.md)" for name in FAMILIES)
    drawings = "\n\n".join(f"![{title}](pictures/{name}.svg)" for name, title in MACHINES.items())
    return _page("Tables", f"{_TABLES}{links}.", f"{drawings}\n\n{_fenced(show(STANDARD, 'table'))}")


def standard() -> str:
    """Return the page of what ``standard`` admits and no family shows."""
    body = [counts(), reasons(), "## Answers of nobody", _NOBODY, answers_of_nobody()]
    return _page("What standard admits", _STANDARD, "\n\n".join(body))


def theorems() -> str:
    """Return the page of the named theorems."""
    body = ["## Theorems", theorem_list(), "## Who is told apart by what", _TELLING, telling_words()]
    return _page("Theorems", f"{_THEOREMS}\n\n{status_list()}", "\n\n".join(body))


def recall() -> str:
    """Return the page of the public reports and what finds them."""
    body = [shares(), "## Found", found(), "## Told", asked(), "## Beyond the suite", beyond()]
    return _page("Recall", _RECALL, "\n\n".join([*body, "## False alarms", _FALSE_ALARMS, false_alarms()]))


def wire() -> str:
    """Return the page of the wire's messages."""
    return _page("The messages of the wire", _WIRE, messages())


def atlas_of_families() -> str:
    """Return the page that leads to every family's."""
    return _page("Atlas", _ATLAS, atlas.families())


def _family_atlas(name: str) -> Callable[[], str]:
    about = f"{FAMILIES[name].about[0].upper()}{FAMILIES[name].about[1:]}. Back to [the atlas](../atlas.md)."
    return lambda: _page(
        f"Atlas: {name}", f"{about} [Its tables](../tables/{name}.md).", atlas.of_family(FAMILIES[name])
    )


def known_implementations() -> str:
    """Return the page of what was checked, and when."""
    body = [
        *(implementations.dates(), "## Implementations", implementations.implementations()),
        *("## Consumers", implementations.consumers(), "## Families", _ROWS, implementations.rows()),
    ]
    return _page("Known implementations", _IMPLEMENTATIONS, "\n\n".join(body))


def _api_of(package: str) -> Callable[[], str]:
    return lambda: _page(f"The names of {package}", _API.format(package=package), api(package))


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
    "reference/messages.md": wire,
    "reference/atlas.md": atlas_of_families,
    "reference/implementations.md": known_implementations,
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
    """Yield the pages and drawings that are missing or differ, and the files that none of them accounts for."""
    for name, page in PAGES.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != page():
            yield name
    yield from (name for name in DRAWINGS if not _is_fresh(folder, name))
    for path in sorted(path for path in (folder / "reference").rglob("*") if path.is_file()):
        if path.relative_to(folder).as_posix() not in {*PAGES, *DRAWINGS}:
            yield f"{path.relative_to(folder).as_posix()} (no page of this name)"


def _is_fresh(folder: Path, name: str) -> bool:
    """Return whether a drawing says what its machine does; where its lines run is nobody's concern."""
    path = folder / name
    return path.exists() and says(path.read_text(encoding="utf-8")) == said(*DRAWINGS[name])


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


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the reference pages from the specification.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="the folder of the pages")
    options = parser.parse_args(arguments)
    if not options.check:
        try:
            write(options.into)
        except ImportError as error:
            parser.exit(1, f"{error}\n")
        return 0
    names = list(stale(options.into))
    for name in names:
        print(f"stale: {name}; run python docs/generate.py", file=sys.stderr)
    return 1 if names else 0


def _page(title: str, introduction: str, body: str) -> str:
    return f"# {title}\n\n{_NOTE}\n\n{introduction}\n\n{body.rstrip()}\n"


def _fenced(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
