"""The rules that oblige whoever takes an operation and waits for it, and the points in which consumers may differ.

They stand beside :data:`iasyncinfo_spec.rules.RULES`, of which the caller's rules are judged with them:
:data:`JUDGED`. A consumer meets *situations* (:mod:`iasyncinfo_spec.situations`): each is something that a family
does, so a rule that is broken there is broken in front of a real implementation.
"""

from typing import Final

from iasyncinfo_spec.rules import ALL_KINDS, RULES, WITH_PROGRESS, Basis, Level, Party, Rule
from iasyncinfo_spec.variations import Option, ShownBy, Variation

_COMPLETED: Final = "winrt-api windows.foundation/iasyncaction_completed.md and its three siblings"


def _rule(id: str, sentence: str, intent: str, source: str, level: Level = Level.MUST) -> Rule:
    basis = Basis.DOCUMENTED if source.startswith("winrt-api") else Basis.UNANIMOUS
    kinds = WITH_PROGRESS if id == "CONSUME-PROGRESS" else ALL_KINDS
    return Rule(f"{id}", sentence, intent, source, level=level, basis=basis, obliges=Party.CALLER, kinds=kinds)


_ALL: Final = (
    _rule(
        "CONSUME-ENDS",
        "Once the work has ended and that has been told, a consumer ends.",
        "A waiter that is never resumed is the most frequent fault of all, and the hardest to see.",
        "pywinrt issue 127; CsWinRT#1720; windows-rs#342",
    ),
    _rule(
        "CONSUME-NOT-EARLY",
        "A consumer does not end before the work has ended, unless it was told so, was told to give up, or its own "
        "time is over; a cancel that is pending is no end.",
        "What it hands on then was never written, and the work goes on behind its back.",
        "winrt-api windows.foundation/iasyncinfo_status.md: Started is transitional; CsWinRT AsTask",
    ),
    _rule(
        "CONSUME-VALUE",
        "A consumer returns what GetResults of the completed operation returned to it, unchanged, and raises nothing; "
        "null, false, zero and empty values are results like any other.",
        "Whoever tests the truth of a result takes a right answer for a missing one.",
        "winrt-api windows.foundation/iasyncoperation_1_getresults_732303200.md; bleak 3.1.0 FutureLike.result",
    ),
    _rule(
        "CONSUME-CODE",
        "Where the operation failed, a consumer raises, and what it raises carries the code.",
        "The code is the only account of what went wrong; nothing tells one failure from another without it.",
        "winrt-api windows.foundation/iasyncinfo_errorcode.md; windows-rs#2753",
    ),
    _rule(
        "CONSUME-CANCELED",
        "Where the operation was canceled, a consumer raises what can be told from a failure and from a result, and "
        "knows a cancel by the status that it was told or has read, not by the code of a failure.",
        "An operation may fail with any code, and a canceled one refuses its result with a code that means a misuse.",
        "C++/WinRT pull request 643; devblogs.microsoft.com/oldnewthing/?p=103960",
    ),
    _rule(
        "CONSUME-REFUSED",
        "Where the claim of Completed is refused, a consumer says so, or learns of the end in another way; it does not "
        "wait for a call that will not come.",
        "The slot is somebody else's: this handler is never called.",
        "winrt-api windows.foundation/iasyncaction_completed.md; devblogs.microsoft.com/oldnewthing/?p=104911",
    ),
    _rule(
        "CONSUME-RESULTS-EARLY",
        "A consumer calls GetResults only once it has been told of an end, or has read a status that is not Started.",
        "Before that it is refused, or answers with what is no result yet.",
        "winrt-api issue 794; C++/WinRT with progress answers a started operation's GetResults",
    ),
    _rule(
        "CONSUME-RESULTS-ONCE",
        "A consumer that has got the result does not call GetResults again.",
        "Families move the result out, or refuse the second call: REPEAT.",
        "cppwinrt#1008; Wine speech.c tests",
    ),
    _rule(
        "CONSUME-CANCEL-ASKED",
        "A consumer cancels a running operation only when it was told to give up, or its own time is over.",
        "The operation may be another's as well, and its work is lost.",
        "winrt-api windows.foundation/iasyncinfo_cancel_1985564044.md",
    ),
    _rule(
        "CONSUME-CANCEL-ONCE",
        "A consumer cancels an operation no more often than it was told to give up.",
        "A cancel is a request; repeating it makes it no stronger, and some callbacks free what they free once.",
        "WRL async.h OnCancel; cppwinrt#1609",
    ),
    _rule(
        "CONSUME-PASSES-ON",
        "A consumer that is told to give up asks the operation to cancel.",
        "Otherwise the work goes on for nobody.",
        "CsWinRT AsTask; pywinrt wrap_async",
        Level.SHOULD,
    ),
    _rule(
        "CONSUME-LETS-GO",
        "An asynchronous consumer that is told a second time to give up ends, though the work has not.",
        "A worker that never acknowledges a cancel would hold its caller for ever: NO-GUARANTEE.",
        "winrt-runtime 4.1.0 wrap_async; devblogs.microsoft.com/oldnewthing/?p=103610",
    ),
    _rule(
        "CONSUME-LOOP",
        "An asynchronous consumer leaves its event loop free while it waits.",
        "The end may have to come through that loop, and everything else on it stands still.",
        "CsWinRT#670, #1126; pywinrt and python-winsdk#6",
    ),
    _rule(
        "CONSUME-LEAVES-NOTHING",
        "Once a consumer and the work have ended, no task, thread or unretrieved exception of the consumer's is left.",
        "What is left behind is left at every call, until something gives out.",
        "kotlin-winrt commit 72c63e04; CsWinRT branch ef0bc6b5a",
    ),
    _rule(
        "CONSUME-HANDLERS-QUIET",
        "The handlers that a consumer has set raise nothing, and cause nothing to be raised, also after it has ended.",
        "They run on the worker's thread: some families drop the exception, some end the process.",
        "HEXC; CsWinRT#2399; pywinrt issue 112",
    ),
    _rule(
        "CONSUME-REPORTED",
        "Where the operation fails after its consumer was told to give up, the failure is reported somewhere: raised, "
        "logged, or handed to the loop's exception handler.",
        "An error that nobody hears of is looked for at the wrong place.",
        "winrt-runtime 4.1.0 wrap_async; asyncio: Future exception was never retrieved",
        Level.SHOULD,
    ),
    _rule(
        "CONSUME-STARTED",
        "A consumer does not take a call of its handler that tells Started for the end.",
        "Some components call the handler when the work begins, and again when it ends.",
        "Microsoft WindowsAI samples; Uno's status setter",
        Level.SHOULD,
    ),
    _rule(
        "CONSUME-PROGRESS",
        "A consumer that forwards progress forwards each value that its handler was told once, unchanged and in order.",
        "A bar that jumps back, and one that stands still, are both wrong.",
        "winrt-api windows.foundation/iasyncactionwithprogress_1.md",
    ),
)  # fmt: skip

CONSUMER_RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in _ALL}
"""Every rule that only a consumer can keep or break, by its id."""

JUDGED: Final = (
    *CONSUMER_RULES, "AWAIT-ONCE", "CLOSE-EARLY", "CLOSE-USE", "REENTRANT-SET", "NO-GUARANTEE",
    "TWO-FAIL",
)  # fmt: skip
"""The ids of all rules that a consumer is judged by: these, and the caller's own among :data:`RULES`."""

assert all(RULES[id].obliges is Party.CALLER for id in JUDGED if id in RULES)


def _point(name: str, question: str, options: tuple[Option, ...], words: tuple[str, ...]) -> Variation:
    return Variation(name, question, options, words, shown_by=ShownBy.WORDS)


_POINTS: Final = (
    _point(
        "CONSUME-FOREIGN-CANCEL",
        "What does a consumer raise where somebody else has canceled the operation?",
        (
            Option("canceled", "what stands for a cancel in its language or library"),
            Option("code", "an error that carries the code of a cancel, 0x800704C7 or 0x80004004"),
            Option("refusal", "what GetResults of a canceled operation was refused with",
                   "the code is the family's and means a misuse: a cancel looks like a defect"),
            Option("said", "an exception that says it in words only",
                   "a program cannot tell it from another failure; Consumer(is_canceled=...) says how it can"),
        ),
        ("reference: wait cancel acknowledge_cancel",),
    ),
    _point(
        "CONSUME-PENDING",
        "What is a status Canceled, read while a cancel is pending, to a consumer?",
        (
            Option("waits", "no end yet: it waits for the worker"),
            Option("canceled", "the end: it raises a cancel at once",
                   "the work goes on, and may still complete or fail"),
        ),
        ("cswinrt: cancel wait complete(5)",),
    ),
    _point(
        "CONSUME-GIVE-UP",
        "When does a consumer end that is told to give up?",
        (
            Option("waits", "when the work has ended"),
            Option("goes", "at once, after it has asked the operation to cancel",
                   "the work may go on after its caller has gone"),
        ),
        ("reference: wait give_up acknowledge_cancel",),
    ),
    _point(
        "CONSUME-SWALLOWS",
        "What does a consumer come to that was told to give up, where the work completes all the same?",
        (
            Option("canceled", "a cancel: it was told to give up"),
            Option("result", "the result",
                   "whoever canceled the task goes on as if nobody had: asyncio expects CancelledError"),
        ),
        ("cswinrt: wait give_up complete(5)",),
    ),
    _point(
        "CONSUME-CLOSE",
        "When does a consumer close the operation?",
        (
            Option("never", "not at all: the operation goes with its last reference"),
            Option("ended", "once it has ended"),
            Option("pending", "as soon as it has asked the operation to cancel",
                   "some families refuse it with 0x8000000D, and some then drop the handler: CLOSE_R, Z-FIRE"),
        ),
        ("reference: wait give_up acknowledge_cancel",),
    ),
    _point(
        "CONSUME-FAILURE",
        "Which code does a failure carry where GetResults fails with another one than ErrorCode?",
        (
            Option("error_code", "that of ErrorCode"),
            Option("get_results", "that of GetResults",
                   "Wine 8.0 refuses with 0x8000FFFF whatever went wrong: ERR-RESULT"),
        ),
        ("wine-8.0: wait fail(0x80070005)",),
    ),
    _point(
        "CONSUME-LOOKS",
        "How does a consumer learn of the end?",
        (
            Option("told", "by its handler, or by a wait of the operation's own"),
            Option("looks", "it reads the status again after a while"),
            Option("spins", "it reads the status again and again",
                   "it takes a whole processor for as long as the work runs, which may be for ever"),
        ),
        ("reference: wait pause complete(5)",),
    ),
)  # fmt: skip

CONSUMER_POINTS: Final[dict[str, Variation]] = {point.name: point for point in _POINTS}
"""The questions that consumers may answer differently, by name. A hazard is reported and fails nobody."""
