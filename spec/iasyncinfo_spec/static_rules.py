"""The rules that a type checker tests: what the members of an object are typed as, and what a component returns.

They stand beside :data:`iasyncinfo_spec.rules.RULES`, whose rules are tested by calling. Static typing cannot
exclude a refusal, which depends on the state of an object: :func:`refusals` are what is left to the others.
"""

from typing import Final

from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.consumer_rules import CONSUMER_POINTS, CONSUMER_RULES
from iasyncinfo_spec.rules import ALL_KINDS, RULES, WITH_PROGRESS, Basis, Observed, Party, Rule
from iasyncinfo_spec.variations import VARIATIONS, Variation

_PAGES: Final = "winrt-api windows.foundation/"


def _rule(id: str, sentence: str, intent: str, page: str, kinds: tuple[Kind, ...] = ALL_KINDS) -> Rule:
    basis = Basis.DOCUMENTED if page.endswith(".md") else Basis.UNANIMOUS
    source = _PAGES + page if page.endswith(".md") else page
    return Rule(id, sentence, intent, source, basis=basis, observed=Observed.STATICALLY, kinds=kinds)


_TYPES: Final = (
    _rule(
        "TYPE-IFACE",
        "A class has every member of one of the four interfaces, and together they fit its Protocol.",
        "Whoever is handed an IAsyncInfo alone cannot get at its result.",
        "iasyncinfo.md",
    ),
    _rule("TYPE-ID", "id is a property that gives an int.", "Tracing keeps it as a number.", "iasyncinfo_id.md"),
    _rule(
        "TYPE-STATUS",
        "status is a property that gives an int: an IntEnum of the four values.",
        "Callers compare it with their own AsyncStatus, which is another class.",
        "iasyncinfo_status.md",
    ),
    _rule(
        "TYPE-ERROR-CODE",
        "error_code is a property that gives an int, or a structure whose value is one.",
        "An HRESULT is a 32-bit number; projections differ in how they wrap it.",
        "iasyncinfo_errorcode.md",
    ),
    _rule(
        "TYPE-CANCEL",
        "cancel is a method without arguments that returns None.",
        "A request has no answer: whether the work stops is seen from the status, later.",
        "iasyncinfo_cancel_1985564044.md",
    ),
    _rule(
        "TYPE-CLOSE",
        "close is a method without arguments that returns None.",
        "Closing is immediate; something to await would put it off.",
        "iasyncinfo_close_811482585.md",
    ),
    _rule(
        "TYPE-COMPLETED",
        "completed is a property that can be read, as a callable or None, and set, to a function of the operation and "
        "its status that returns None.",
        "The handler is the one way in which the end of the work is told.",
        "iasyncaction_completed.md",
    ),
    _rule(
        "TYPE-PROGRESS",
        "progress is a property that can be read, as a callable or None, and set, to a function of the operation and "
        "a value that returns None.",
        "The handler is the one way in which progress is told.",
        "iasyncactionwithprogress_1_progress.md",
        WITH_PROGRESS,
    ),
    _rule(
        "TYPE-RESULTS",
        "get_results is a method without arguments that returns the result itself, which of an action is None.",
        "It never waits, so there is nothing to await.",
        "iasyncoperation_1_getresults_732303200.md",
    ),
    _rule(
        "TYPE-GET",
        "get, where a class has it, is a method without arguments that returns what get_results returns.",
        "It is get_results after waiting.",
        "PyWinRT's stubs, 3.2.1 and 4",
    ),
    _rule(
        "TYPE-WAIT",
        "wait, where a class has it, is a method that takes seconds and returns a status of the class's own type.",
        "A time-out is told by the status Started.",
        "PyWinRT's stubs, 3.2.1 and 4",
    ),
    _rule(
        "TYPE-AWAIT",
        "__await__, where a class has it, is a generator whose value is what get_results returns.",
        "The value of await is the result.",
        "PyWinRT's stubs, 3.2.1 and 4",
    ),
)

_SURFACE: Final = (
    Rule(
        "SURFACE-TYPE",
        "A component's public functions, methods and properties return one of the four interfaces, and no task, "
        "future, coroutine or other support type of one language.",
        "Callers in other languages know the four interfaces, and nothing else that can be awaited.",
        _PAGES + "iasyncoperation_1.md, Notes to implementers",
        basis=Basis.DOCUMENTED,
        obliges=Party.COMPONENT,
        observed=Observed.STATICALLY,
    ),
    Rule(
        "SURFACE-NAME",
        "What returns one of the four interfaces is called ..._async.",
        "The name tells a caller that the call only begins the work.",
        "Microsoft Learn, Asynchronous programming (UWP); every ...Async method of Windows",
        obliges=Party.COMPONENT,
        observed=Observed.STATICALLY,
    ),
)

STATIC_RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in (*_TYPES, *_SURFACE)}
"""Every rule that a type checker tests, by its id."""

EVERY_RULE: Final[dict[str, Rule]] = {**RULES, **STATIC_RULES, **CONSUMER_RULES}
"""Every rule by its id, however it is tested."""

EVERY_POINT: Final[dict[str, Variation]] = {**VARIATIONS, **CONSUMER_POINTS}
"""Every variation point by its name, of implementations and of consumers."""


def refusals() -> tuple[str, ...]:
    """Return the rules and points by which a member is refused in some state, which no type tells, but calls do."""
    every = (*tables.LIFECYCLE, *tables.COMPLETED_SLOT, *tables.PROGRESS_SLOT)
    cited = (
        row.get("rule") or row["point"]
        for row in every
        if isinstance(row["outcome"], tables.Refuses) and row["trigger"] != "acknowledge_cancel"
    )
    asked = (name for name in cited if name in RULES or not VARIATIONS[name].why_not_asked)
    return tuple(dict.fromkeys(asked))
