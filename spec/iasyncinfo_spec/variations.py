"""Variation points: the questions that implementation families answer differently.

A point is never an error at the profile ``standard``: the answer is found by asking ``words`` and
reported. Where an answer is dangerous, or goes against what a page says, its option names the *hazard*.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from iasyncinfo_spec.abi import Kind


class ShownBy(StrEnum):
    """What shows the answer to a variation point."""

    WORDS = "words"
    """What its words are answered."""
    IDS = "ids"
    """The ids of a few fresh objects."""
    EVENTS = "events"
    """Where the handlers run that its words call."""
    DECLARED = "declared"
    """The adapter says so: yes where it declares the capability, no elsewhere."""
    DERIVED = "derived"
    """The answers to other points; see :data:`DERIVED`."""
    NOTHING = "nothing"
    """No word can; the first option stands in."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a variation point, what it means, and the hazard that comes with it, if any.

    ``needless`` is a lever that has nothing left to do where the answer is this. Who gives an answer that
    ``breaks`` a rule breaks that rule, too: ``standard`` does not admit it.
    """

    name: str
    meaning: str
    hazard: str = ""
    needless: str = ""
    breaks: str = ""


@dataclass(frozen=True, slots=True)
class DeadlyLater:
    """The option that shows where one of the words ends the process, a moment after it has been answered."""

    option: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variation:
    """One variation point.

    The first option is the one that a family is taken to choose where it leaves the point open.
    ``words`` are asked of a subject of one of the ``kinds``; the answer is the option whose machine gives what came.
    ``why_not_asked`` is filled where no word can show the answer, ``declares`` names the capability that
    declares it. ``deadly`` is the option that shows where its words end the process at once. ``colours`` are the
    points whose words are read in another way where this one is answered otherwise.
    """

    name: str
    question: str
    options: tuple[Option, ...]
    words: tuple[str, ...] = ()
    documents: str = "silent"
    why_not_asked: str = ""
    shown_by: ShownBy = ShownBy.WORDS
    declares: str = ""
    deadly: str = ""
    deadly_later: DeadlyLater | None = None
    colours: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = tuple(Kind)

    def option(self, name: str) -> Option:
        """Return the option called ``name``; a KeyError if there is none."""
        return {option.name: option for option in self.options}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The options' names, the default first."""
        return tuple(option.name for option in self.options)


_TRANSITIONAL = "iasyncinfo_status.md: Started is transitional before one of three final results"

_ALL = (
    Variation(
        "ID",
        "What numbers do Ids take?",
        (
            Option("1", "every operation answers 1"),
            Option("counter", "each operation of the process, or of its creator, gets the next number"),
            Option("random", "numbers without visible order"),
            Option("E_NOTIMPL", "none: reading Id is refused with 0x80004001, in every state", breaks="IFACE"),
        ),
        words=("id",),
        shown_by=ShownBy.IDS,
        documents="some types' pages call the id unique; iasyncinfo_id.md does not",
    ),
    Variation(
        "CREATED",
        "Can a caller meet an operation that has not been started?",
        (
            Option("hidden", "no: the factory starts it before anybody holds it"),
            Option("refuses", "yes: id, status and error_code then answer 0x80000019, and a cancel is lost"),
        ),
        why_not_asked="an adapter hands out started objects only",
        shown_by=ShownBy.NOTHING,
    ),
    Variation(
        "LATE_R",
        "When is a handler called that is set while a cancel is pending?",
        (
            Option("now", "within the put, with Canceled, though the worker still runs"),
            Option("wait", "when the worker ends"),
        ),
        words=("cancel put_completed(h1)",),
        documents="LATE-SET speaks of completion; Status reads Canceled already",
    ),
    Variation(
        "CAC",
        "How does an operation end whose worker succeeds although it was to cancel?",
        (
            Option("keep", "Canceled"),
            Option(
                "complete",
                "Completed",
                "Status turns from Canceled to Completed: "
                "who has read Canceled has given the work up, and frees what it still uses",
            ),
        ),
        words=("cancel complete(5) status",),
        documents=_TRANSITIONAL + ", which favours keep; an operation of MediaCapture's StartRecordingToFileAsync "
        "ends, normally, by Cancel, and ImageScanner's page gives no guarantee",
    ),
    Variation(
        "FAC",
        "How does an operation end whose worker fails although it was to cancel?",
        (
            Option("keep", "Canceled; the code stays hidden"),
            Option(
                "error",
                "Error",
                "Status turns from Canceled to Error: "
                "who has read Canceled takes the work for canceled, and never hears of the failure",
            ),
        ),
        words=("cancel fail(0x80004005) status",),
        documents=_TRANSITIONAL + ", which favours keep",
    ),
    Variation(
        "INCOHERENT",
        "Can a handler be told Canceled before Status becomes something else?",
        (
            Option("no", "what a handler was told stays true"),
            Option(
                "yes",
                "LATE_R is now, and CAC or FAC is not keep",
                "a handler is told Canceled, then the operation ends otherwise: "
                "an awaiter that has raised for it cannot take that back",
            ),
        ),
        words=(
            "cancel put_completed(h1) fail(0x80004005) status",
            "cancel put_completed(h1) complete(5) status",
        ),
        documents=_TRANSITIONAL + ", which favours no",
        why_not_asked="derived from LATE_R, CAC and FAC",
        shown_by=ShownBy.DERIVED,
    ),
    Variation(
        "CANCEL-EFFECT",
        "Does Cancel reach the worker?",
        (
            Option("notified", "the worker is told, once"),
            Option(
                "none",
                "only the status changes",
                "a canceled operation works on to its end: "
                "who cancels to stop what it does, a download, a device, has not stopped it",
                needless="acknowledge_cancel",
            ),
        ),
        words=("cancel cancel_notifications",),
        documents="Cancel requests the cancellation, which favours notified; "
        "packagemanager_removepackageasync says of its operation that it cannot be canceled",
    ),
    Variation(
        "CANCEL-SYNC",
        "Does the work end inside Cancel?",
        (
            Option("no", "the worker ends later; until then the cancel is pending"),
            Option(
                "yes",
                "the worker acknowledges before Cancel returns: no cancel is ever seen pending",
                needless="acknowledge_cancel",
            ),
        ),
        why_not_asked="declared by the adapter: cancel_ends_work",
        shown_by=ShownBy.DECLARED,
        declares="cancel_ends_work",
    ),
    Variation(
        "SPONT-CANCEL",
        "What if the worker acknowledges a cancel that nobody asked for?",
        (
            Option("ignored", "nothing happens"),
            Option("refused", "the producer is told that it may not"),
            Option("canceled", "the operation ends Canceled"),
        ),
        words=("acknowledge_cancel status",),
        documents="imagescanner_scanfilestofolderasync: a scanner's S_FALSE becomes a canceled call, "
        "which favours canceled",
    ),
    Variation(
        "FAIL-CANCELED",
        "How does an operation end whose worker fails with ERROR_CANCELLED?",
        (
            Option("error", "Error, with that code"),
            Option("canceled", "Canceled"),
        ),
        words=("fail(0x800704C7) status error_code",),
    ),
    Variation(
        "NULLSLOT",
        "What does setting Completed to null do?",
        (
            Option("counts", "it uses the slot up: a handler set later is refused with 0x80000018"),
            Option("ignored", "nothing; it can be repeated"),
            Option("epointer", "it is refused with E_POINTER and uses nothing up"),
            Option("epointer-counts", "it is refused with E_POINTER and uses the slot up all the same"),
        ),
        words=("put_completed(null) put_completed(h1)",),
    ),
    Variation(
        "NULL-AGAIN",
        "What does setting Completed to null do once it has been set?",
        (
            Option("refused", "it is refused with 0x80000018, as setting a handler is"),
            Option("ignored", "nothing"),
            Option("epointer", "it is refused with E_POINTER, as at any other time"),
        ),
        words=("put_completed(h1) put_completed(null)",),
    ),
    Variation(
        "GETH",
        "What does Completed read, apart from inside the handler?",
        (
            Option("null", "the handler until it has been called, then null"),
            Option("retained", "the handler, also after it was called"),
            Option("always_null", "null, always"),
        ),
        words=("put_completed(h1) get_completed complete(5) get_completed",),
    ),
    Variation(
        "GETH-IN",
        "What does Completed read inside the handler?",
        (
            Option("handler", "the handler that is running"),
            Option("null", "null: the slot is emptied before the call"),
        ),
        words=("put_completed(h1{get_completed}) complete(5)",),
    ),
    Variation(
        "GETP-IN",
        "Where the end empties the Progress slot: is it empty already inside the Completed handler?",
        (
            Option("emptied", "yes: a Progress handler that is set there stays"),
            Option("kept", "no: Progress still reads what was set, and what is set there is emptied, too"),
        ),
        words=(
            "put_progress(p1) get_progress put_completed(h1{get_progress}) complete(5)",
            "put_completed(h1{put_progress(p1) get_progress}) complete(5) get_progress",
        ),
        kinds=tuple(kind for kind in Kind if kind.has_progress),
    ),
    Variation(
        "REL-AFTER",
        "Is the handler released once it has been called?",
        (
            Option("released", "yes: a handler that refers to its operation makes no lasting cycle"),
            Option("retained", "not before Close or the operation's own end"),
        ),
        words=("put_completed(h1) complete(5) alive(h1)",),
    ),
    Variation(
        "CTX",
        "Where do handlers run?",
        (
            Option("inline", "before the call that caused them returns"),
            Option("elsewhere", "later: on another thread or in another turn of a loop"),
            Option("mixed", "what the worker causes, later; a handler set after the end, before the put returns"),
        ),
        words=(
            "put_completed(h1) complete(5)",
            "complete(5) put_completed(h1)",
            "put_completed(h1) fail(0x80004005)",
            "put_completed(h1) cancel acknowledge_cancel",
            "put_progress(p1) report_progress(1)",
        ),
        shown_by=ShownBy.EVENTS,
        colours=("HEXC", "PEXC"),
        documents="the handler can be called before the setter returns, possibly on the same thread",
    ),
    Variation(
        "HEXC",
        "Where does the failure of a Completed handler go?",
        (
            Option("swallow", "nowhere: it is logged or ignored"),
            Option("propagate", "out of the put, or into the worker that ended the operation"),
            Option("worker", "into the worker that ended the operation; a put succeeds"),
            Option(
                "crash",
                "out of the put; from the worker's end to the process, as an unhandled failure",
                "a handler that fails can end the process: "
                "who lets an exception out of a handler expects it to be lost at most",
            ),
        ),
        words=(
            "complete(5) put_completed(h1{raise(0x80070005)})",
            "put_completed(h1{raise(0x80070005)}) complete(5)",
        ),
        deadly_later=DeadlyLater(
            "crash",
            (
                "put_completed(h1{raise(0x80070005)}) complete(5)",
                "put_completed(h1{raise(0x80070005)}) fail(0x80004005)",
                'put_completed(h1{raise("ValueError")}) complete(5)',
            ),
        ),
    ),
    Variation(
        "PEXC",
        "Where does the failure of a Progress handler go?",
        (
            Option("swallow", "nowhere: it is logged or ignored"),
            Option("propagate", "into the worker that reported"),
            Option("propagate-connected", "into the worker that reported, but for the codes of DISCONNECT"),
            Option("propagate-and-empty", "into the worker that reported, and the Progress slot is emptied"),
        ),
        words=(
            "put_progress(p1{raise(0x80070005)}) report_progress(1) get_progress",
            "put_progress(p1{raise(0x80010108)}) report_progress(1)",
        ),
    ),
    Variation(
        "CEXC",
        "Where does the failure of the worker's own cancel callback go?",
        (
            Option("swallow", "nowhere: it is logged or ignored"),
            Option("propagate", "out of Cancel, with its code or another, where clean-up code that cancels meets it"),
            Option("terminate", "to the process, which it ends"),
        ),
        words=("cancel_callback_fails(0x80004005) cancel status",),
        deadly="terminate",
    ),
    Variation(
        "XRES",
        "How does GetResults refuse while a cancel is pending and after the operation was canceled?",
        (
            Option("IMC", "0x8000000E E_ILLEGAL_METHOD_CALL in both"),
            Option("CAN", "0x800704C7 ERROR_CANCELLED in both"),
            Option("IMC-then-CAN", "0x8000000E while pending, 0x800704C7 once canceled"),
        ),
        words=("cancel get_results acknowledge_cancel get_results", "cancel get_results"),
    ),
    Variation(
        "XERR",
        "What is ErrorCode while a cancel is pending and after the operation was canceled?",
        (
            Option("ok", "S_OK"),
            Option("CAN", "0x800704C7 ERROR_CANCELLED"),
        ),
        words=("cancel error_code acknowledge_cancel error_code", "cancel error_code"),
    ),
    Variation(
        "ERR-RESULT",
        "What does GetResults of a failed operation answer?",
        (
            Option("code", "it is refused with exactly ErrorCode"),
            Option("E_UNEXPECTED", "it is refused with 0x8000FFFF, whatever the code is"),
            Option("result", "it returns a value, which tells more of the failure"),
        ),
        words=("fail(0x80070057) get_results",),
        documents="packagemanager_removepackageasync and packagemanager_addpackageasync call GetResults in Error "
        "to get more information, which favours result",
    ),
    Variation(
        "REPEAT",
        "What does a second GetResults of a completed operation return?",
        (
            Option("copy", "the same value"),
            Option(
                "moved",
                "an empty value without progress, the same value with progress",
                "the first GetResults moves the result out; "
                "a second reader gets an empty value, where it relies on the same",
            ),
            Option(
                "moved-always",
                "an empty value",
                "the first GetResults moves the result out; "
                "a second reader gets an empty value, where it relies on the same",
            ),
            Option(
                "E_UNEXPECTED",
                "nothing: it is refused with 0x8000FFFF",
                "only the first GetResults succeeds: who reads a result twice, or shares an operation, meets a refusal",
            ),
        ),
        words=('complete("text") get_results get_results', "complete(5) get_results get_results"),
        kinds=tuple(kind for kind in Kind if kind.has_result),
        documents="GetResults returns the results, which favours copy",
    ),
    Variation(
        "PARTIAL",
        "What does GetResults of a started operation with progress do?",
        (
            Option("no", "it is refused with 0x8000000E"),
            Option("WithProgress", "it returns what there is so far, or an empty value"),
        ),
        words=("get_results",),
        kinds=tuple(kind for kind in Kind if kind.has_progress),
    ),
    Variation(
        "PSLOT",
        "Has the object a Progress slot?",
        (
            Option("kept", "yes"),
            Option(
                "E_NOTIMPL",
                "no: setting and reading Progress is refused with 0x80004001, in every state",
                "no caller can follow the progress: "
                "who puts a handler, as for any object with progress, meets a refusal",
                breaks="IFACE",
            ),
        ),
        words=("put_progress(p1) get_progress",),
        kinds=tuple(kind for kind in Kind if kind.has_progress),
    ),
    Variation(
        "GETP",
        "Does the end of the operation empty the Progress slot?",
        (
            Option("null", "yes; so does the first set of Completed after it"),
            Option("null-at-end", "yes; a later set of Completed does not"),
            Option("retained", "no"),
        ),
        words=("put_progress(p1) complete(5) get_progress put_progress(p2) put_completed(h1) get_progress",),
    ),
    Variation(
        "PTERM",
        "Is a report delivered that the worker makes after the end, to a handler that is set then?",
        (
            Option("dropped", "no"),
            Option("delivered", "yes"),
        ),
        words=("complete(5) put_progress(p1) report_progress(1)",),
    ),
    Variation(
        "CLOSE_S",
        "What does Close of a started operation do?",
        (
            Option("reject", "it is refused with 0x8000000D"),
            Option("noop", "nothing"),
            Option("cancel", "it asks the work to stop, as Cancel does, and leaves the operation open"),
        ),
        words=("close status",),
        documents="iasyncinfo_close forbids the call and does not say what it answers; the pages of "
        "SignOutUserOperation.Close and DataReaderLoadOperation.Close call it a request to stop",
    ),
    Variation(
        "CLOSE_R",
        "What does Close do while a cancel is pending?",
        (
            Option("ok", "it closes the operation while the worker still runs"),
            Option("reject", "it is refused with 0x8000000D"),
            Option("noop", "nothing"),
        ),
        words=("cancel close status",),
        documents="iasyncinfo_close does not say whether a requested cancel counts as completed",
    ),
    Variation(
        "AFTER_CLOSE",
        "What do members answer after Close?",
        (
            Option("reject", "0x8000000E E_ILLEGAL_METHOD_CALL"),
            Option("RO_E_CLOSED", "0x80000013, as the general pages on IClosable say"),
            Option("works", "what they answered before: Close changes nothing"),
        ),
        words=("complete(5) close status",),
        documents="iasyncinfo_close forbids the calls and does not say what they answer",
    ),
    Variation(
        "CANCEL-Z",
        "What does Cancel answer after Close?",
        (
            Option("ok", "nothing happens"),
            Option("IMC", "0x8000000E E_ILLEGAL_METHOD_CALL"),
        ),
        words=("complete(5) close cancel",),
    ),
    Variation(
        "CLOSED-OUT",
        "What do the out-parameters of a refused call on a closed object hold?",
        (
            Option("untouched", "what the caller had put there"),
            Option("written", "the id, 4, and the refusal's own code"),
        ),
        why_not_asked="out-parameters on failure do not survive a projection; they are not modelled",
        shown_by=ShownBy.NOTHING,
    ),
    Variation(
        "Z-FIRE",
        "What is a waiting handler told whose operation is closed when it is called?",
        (
            Option("canceled", "Canceled; or what was published, where Close came between the end and the call"),
            Option(
                "4",
                "4, which is no AsyncStatus",
                "a projection that makes an enumeration of it fails: "
                "the handler is told a number that is no AsyncStatus",
                breaks="STATUS-VALUES",
            ),
            Option(
                "dropped",
                "nothing, if the worker ended after Close: it is never called",
                "whoever waits for the handler hangs: every awaiter does",
            ),
        ),
        words=("put_completed(h1) cancel close complete(5)",),
    ),
    Variation(
        "Z-PROG",
        "Does Close empty the Progress slot?",
        (
            Option("kept", "no: a worker that still runs goes on reporting"),
            Option("emptied", "yes"),
        ),
        words=(
            "put_progress(p1) cancel close report_progress(1)",
            "complete(5) put_progress(p1) close report_progress(1)",
        ),
    ),
)

VARIATIONS: Final[dict[str, Variation]] = {variation.name: variation for variation in _ALL}
"""Every variation point by its name, in the order in which the documents list them."""


def incoherent(answers: Mapping[str, str]) -> str:
    """Return the answer to INCOHERENT that the other answers imply."""
    overturned = answers["CAC"] == "complete" or answers["FAC"] == "error"
    return "yes" if answers["LATE_R"] == "now" and overturned else "no"


def incoherent_word(answers: Mapping[str, str]) -> str:
    """Return the word on which a handler is told Canceled before Status becomes something else."""
    fails, completes = VARIATIONS["INCOHERENT"].words
    return fails if answers["FAC"] == "error" else completes


class Derivation(NamedTuple):
    """How the answer to a point follows from those to others, and the word that shows it."""

    parts: tuple[str, ...]
    answer: Callable[[Mapping[str, str]], str]
    word: Callable[[Mapping[str, str]], str]


DERIVED: Final[Mapping[str, Derivation]] = {
    "INCOHERENT": Derivation(("LATE_R", "CAC", "FAC"), incoherent, incoherent_word)
}
"""The points whose answers follow from others'."""


Answered: TypeAlias = frozenset[tuple[str, str]]
"""Answers to points: the name of each and what it is answered."""


def shown_by(*ways: ShownBy) -> tuple[str, ...]:
    """Return the points whose answers are shown in one of these ways."""
    return tuple(name for name, variation in VARIATIONS.items() if variation.shown_by in ways)
