"""The object: its members, its start, its id, and what remains of it."""

from typing import Final

from iasyncinfo_conformance.directed.expectations import answers, case, narrow, nonzero, not_code, nothing, uint32
from iasyncinfo_spec.hresults import E_ACCESSDENIED, E_ASYNC_OPERATION_NOT_STARTED, E_FAIL
from iasyncinfo_spec.rules import ALL_KINDS, WITH_PROGRESS
from iasyncinfo_spec.words import parse_word

_MEMBERS: Final = "id status error_code get_completed put_completed(h1) cancel"
_PROGRESS: Final = "get_progress put_progress(p1)"

_OPERATIONS: Final = tuple(kind for kind in ALL_KINDS if kind.has_result)

_started = not_code(E_ASYNC_OPERATION_NOT_STARTED)

CASES = (
    case("IFACE", _MEMBERS, {step: answers() for step in range(1, 7)}),
    case("IFACE", "get_results", {1: answers()}),
    case("IFACE", "complete(5) close", {2: answers()}),
    case("IFACE", _PROGRESS, {1: answers(), 2: answers()}, kinds=WITH_PROGRESS),
    case("HOT", _MEMBERS, dict.fromkeys(range(1, 7), _started)),
    case("HOT", "close", {1: _started}),
    case("HOT", "get_results", {1: _started}),
    case("HOT", _PROGRESS, {1: _started, 2: _started}, kinds=WITH_PROGRESS),
    case("ID-NONZERO", "id", {1: nonzero()}),
    case("ID-NONZERO", "complete(5) id", {2: nonzero()}),
    *(
        case(
            "ID-STABLE",
            word,
            {},
            kinds=ALL_KINDS,
            relation=(
                "every id is the same",
                lambda found: len({result["ok"] for result in found if isinstance(result.get("ok"), int)}) <= 1,
            ),
        )
        for word in (
            "id id",
            "id cancel id",
            "id complete(5) id id",
            "id fail(0x80004005) id",
            "id put_completed(h1) id",
        )
    ),
    case("WIDTH", "id", {1: uint32()}),
    case("WIDTH", "error_code", {1: narrow()}),
    case("WIDTH", "complete(5) id error_code", {2: uint32(), 3: narrow()}),
    *(
        case("WIDTH", f"fail({value:#x}) error_code get_results", {2: narrow(), 3: narrow()})
        for value in (E_FAIL, E_ACCESSDENIED)
    ),
    case("WIDTH", "cancel get_results", {2: narrow()}),
    *(
        case("RELEASED", f"{word} remains", {len(parse_word(word)) + 1: nothing()}, kinds=kinds)
        for kinds, words in (
            (
                ALL_KINDS,
                ("put_completed(h1) complete(5)", f"get_results put_completed(h1) put_completed(h2) fail({E_FAIL:#x})"),
            ),
            (_OPERATIONS, ('put_completed(h1) complete({"object": 1}) get_results', 'complete({"object": 1}) close')),
            (ALL_KINDS, ("put_completed(h1) cancel acknowledge_cancel",)),
            (
                WITH_PROGRESS,
                ("put_progress(p1) report_progress(1) put_progress(p2) complete(5) put_completed(h1) close",),
            ),
        )
        for word in words
    ),
)
