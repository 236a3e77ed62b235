"""What stands at the head of each generated page, and over parts of it."""

from typing import Final

RULES: Final = """Every rule has a permanent name, one sentence and its reason. *Documented* rules stand in the Windows
documentation; *unanimous* ones are honoured by every implementation family that has the member, or the family
that breaks it says so. Only rules that oblige the implementation are expected of a subject; the others tell
callers what they may rely on. Rules whose name begins with TYPE are tested by `iasyncinfo types`, those with SURFACE
by `iasyncinfo surface`. A failure is laid to the rule that decides the cell of the tables; where it is laid to another
one, that rule is *also blamed for* it. `iasyncinfo explain NAME` prints the same."""

POINTS: Final = """What implementation families do differently is a question, not a rule. The profile `standard`
accepts every answer and reports it; where an answer is dangerous, or goes against what a page says, it has a
*hazard*, which is reported with a word that shows it. The first answer stands in wherever a machine has to be built
for a family that leaves the point open."""

FAMILIES: Final = """A family is a row of answers to the [variation points](variation-points.md) and a list of the
[rules](rules.md) that it breaks. Its name is a profile: `iasyncinfo check TARGET --profile NAME` demands that row.
What is expected of each family at `standard` is computed from its row; hazards never change a verdict."""

EVIDENCE: Final = """How each answer of each [family](families.md) is known. *Observed*: any other answer would make a
recording impossible; the recordings lie in `spec/recordings`, and a trace is named by its recording and line.
*Read*: in the source that is named. *Open*: nobody has established it, the user decides, or it is never met; nothing
is taken for granted then. What races of real objects came to and no interleaving explains stands under each family:
see [what that means for you](findings.md)."""

TABLES: Final = """The three machines in full: a row for each trigger, a column for each state.
[The theory of operation](../theory.md) explains how they work together. Below, `standard`: a cell that a variation
point decides names the point, and under it what may happen. One page for each family shows the machine that its
answers make: """

ATLAS: Final = """One page a family: its life cycle drawn, its answers and how each is known, its breaches with the
words that show them, and what whoever awaits its objects must know. [Families](families.md) has all of them beside each
other, [evidence](evidence.md) counts in full. *Observed*, *read* and *open* are numbers of answers."""

API: Final = """What a program may import from `{package}`, and rely on. The names in full stand on the site, made
from the docstrings."""

IMPLEMENTATIONS: Final = """What runs on Linux was checked, and its record kept; this page is made from the records,
and is as old as they are. `python docs/implementations.py` takes them anew. What rules and points mean stands under
[rules](rules.md) and [variation points](variation-points.md); a cell that leads on is a [finding](findings.md): what it
means for a user, and how to live with it."""

RECORDED: Final = """No object of these runs here. Their columns are made *from recordings* of real ones, made
elsewhere: `iasyncinfo trace spec/recordings/*.gz` finds every trace a behaviour of its row. A rule has passed where
its own words were recorded and came to what it wants, and has failed where a trace shows the breach that the row
lists; an answer is one that a recording makes sure of."""

ONLY_READ: Final = """Of these there is neither an object nor a recording: what is known was **only read** in their
sources, and nobody saw it happen, so they have no column. [The atlas](atlas.md) has the places."""

FINDINGS: Final = """What was found in implementations that are not ours: the rule that is broken, or the point
whose answer is dangerous, a word that shows it, what it means for a user, and how to live with it. Commands run on
Linux; those of C++/WinRT with `g++` 12 and access to PyPI, those of windows-rs with cargo 1.82 or newer and access
to the crate registry. What a table shows was computed from the family's row, which the object that ran, or was
recorded, answers exactly; what comes of consumers stands in their records. Known-files that keep these findings
known lie in `iasyncinfo_conformance/drivers/known`, and beside the drivers.

Not found: a difference between C++/WinRT 2.0 and 3.0 in any word that the suite runs, or one between windows-future
0.2.1 and 0.3.2, of which 2,986 recorded words without a race are answered alike."""

THEOREMS: Final = """What is true of the tables, beside the [rules](rules.md): each theorem is a test, and this page is
made from the tests. The statement is the test's own sentence; *over* says what it speaks of. A theorem that has a
premise says nothing of those who are outside it. How it is known:"""

TELLING: Final = """No two families are the same machine, but where one of the two stands back: little of it is
established, or it differs in what is no answer to a word. And since none of them branches, none simulates another
(TOLD-APART). A shortest word for each two, where what one of them leaves open the other's answer stands in for:"""

STANDARD: Final = """The profile `standard` leaves every [variation point](variation-points.md) open, and lets a
subject answer a point now so and now otherwise, as long as no rule ties the answers together: what was read after the
end stays (END-STABLE), a second Close changes nothing (CLOSE-IDEMP), a put after Close is refused as a property is
(CLOSED-FIRST), nobody is told what is no status (STATUS-VALUES), and a Progress slot does not vanish (PROG-REPLACE).
What it admits beyond all families breaks no rule; nobody is known to do it. These are the configurations that the plain
steps reach, where a point that a family leaves open counts as answered in every way, and families of which little is
established do not count:"""

NOBODY: Final = """Answers to variation points that no row of a family holds. Where a family leaves the point open
they may be its answers all the same."""

RECALL: Final = """Mutants that are made from a model share its blind spots. So here stands every public report of a
fault that the project knows, whether or not something of its own shows it. A report is *found* where counterexamples
stand for it: implementations with that fault, each of which a test has caught by the rule and the word given. It is
*told* where it is an answer that some family gives: a [variation point](variation-points.md) asks for it, and it
fails nobody. The models were written with the reports at hand, so the share says what has been looked at, not what a
next report will meet."""

WIRE: Final = """One JSON object a line. [The wire](../wire.md) says what each message means and shows it; here is the
JSON Schema of each, as it ships in `iasyncinfo_conformance/schemas/wire.schema.json`."""

COMMANDS: Final = """All that `iasyncinfo` takes, made from its own parsers; `iasyncinfo help COMMAND` prints the
same. Every command takes `--debug`, before its name or after it, which shows the traceback of whatever breaks, and
none needs a network but those that fetch an implementation. Where an extra is missing, a command says what to
install, and ends with 3."""

REPORT: Final = """What `--json FILE` writes, and `iasyncinfo report` reads: one JSON object. Here is the JSON
Schema of each of its members, as it ships in `iasyncinfo_conformance/schemas/report.schema.json`; no other member
is allowed. `points` and `family` belong to an implementation, `consumer` and `situations` to a consumer, and all
others to both."""

VECTORS: Final = """What `iasyncinfo vectors export` writes: a manifest, and recordings of which each line is a word
with what it may come to. [Vectors](../vectors.md) says how they are compared; here is the JSON Schema of each, as
it ships in `iasyncinfo_conformance/schemas/vectors.schema.json` and lies beside them."""

FALSE_ALARMS: Final = """Implementations that are right and look wrong in some way. A test checks each of them in full:
all conform."""
