"""Progress."""

from iasyncinfo_conformance.directed.expectations import Called, anything, case, ok

_nobody = anything().calling()


def _given(value: object) -> Called:
    return Called("p1", value, by_operation=True)


CASES = (
    case("PROG-REPLACE", "get_progress put_progress(p1) get_progress", {1: ok(None), 2: ok(), 3: ok("p1")}),
    case("PROG-REPLACE", "put_progress(p1) put_progress(p2) get_progress", {2: ok(), 3: ok("p2")}),
    case("PROG-REPLACE", "put_progress(p1) put_progress(null) get_progress", {2: ok(), 3: ok(None)}),
    case("PROG-REPLACE", "put_progress(null) put_progress(p1) get_progress", {1: ok(), 2: ok(), 3: ok("p1")}),
    case(
        "PROG-REPLACE",
        "put_progress(p1) put_progress(p2) report_progress(1)",
        {3: anything().calling(Called("p2", 1))},
    ),
    case(
        "PROG-REPLACE",
        "put_progress(p1) report_progress(1) put_progress(p2) report_progress(2)",
        {3: ok(), 4: anything().calling(Called("p2", 2))},
    ),
    case("PROG-REPLACE", "put_progress(p1) put_progress(null) report_progress(1)", {3: _nobody}),
    case("PROG-REPLACE", "cancel put_progress(p1) get_progress", {2: ok(), 3: ok("p1")}),
    case(
        "PROG-REPLACE",
        "put_progress(p1{put_progress(p2)}) report_progress(1) report_progress(2)",
        {2: anything().calling(Called("p1", 1)), 3: anything().calling(Called("p2", 2))},
    ),
    case("PROG-ONCE", "put_progress(p1) report_progress(1)", {2: anything().calling(_given(1))}),
    case(
        "PROG-ONCE",
        "put_progress(p1) report_progress(0.5)",
        {2: anything().calling(_given(0.5))},
    ),
    case(
        "PROG-ONCE",
        "put_progress(p1) " + " ".join(f"report_progress({value})" for value in range(1, 13)),
        {value + 1: anything().calling(_given(value)) for value in range(1, 13)},
    ),
    case(
        "PROG-ONCE",
        "put_progress(p1) report_progress(1) report_progress(1) report_progress(0)",
        {
            2: anything().calling(_given(1)),
            3: anything().calling(_given(1)),
            4: anything().calling(_given(0)),
        },
    ),
    case(
        "PROG-ONCE",
        "put_progress(p1) report_progress(1) put_progress(p2) report_progress(2)",
        {2: anything().calling(_given(1)), 4: anything().calling(Called("p2", 2, by_operation=True))},
    ),
    case(
        "PROG-ONCE",
        "put_progress(p1) put_completed(h1) report_progress(1) complete(5)",
        {3: anything().calling(_given(1)), 4: anything().calling(Called("h1"))},
    ),
    case(
        "PROG-ONCE",
        "put_progress(p1) cancel report_progress(1)",
        {3: anything().calling(_given(1))},
        CANCEL__SYNC="no",
    ),
    case("PROG-ONCE", "put_progress(p1) complete(5)", {2: _nobody}),
    case("PROG-NULL", "report_progress(1)", {1: ok().calling()}),
    case("PROG-NULL", "report_progress(1) put_progress(p1) get_progress", {2: _nobody, 3: _nobody}),
    case(
        "PROG-NULL",
        "report_progress(1) put_progress(p1) report_progress(2)",
        {2: _nobody, 3: anything().calling(Called("p1", 2))},
    ),
    case("PROG-NULL", "put_completed(h1) report_progress(1) complete(5)", {2: ok().calling(), 3: ok()}),
    case("PROG-NULL", "put_progress(p1) put_progress(null) report_progress(1)", {3: ok().calling()}),
    case("PROG-NULL", "cancel report_progress(1)", {2: ok().calling()}),
)
