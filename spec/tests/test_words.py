"""Words as tuples, as text and as the wire's lists."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iasyncinfo_spec.words import (
    CALLS,
    MEANINGS,
    OBSERVERS,
    PRODUCER,
    RACE,
    STEPS,
    Step,
    Word,
    WordError,
    calls_itself,
    format_word,
    from_json,
    parse_word,
    program_of,
    step_names,
    to_json,
)

LABELS = st.sampled_from(["h1", "h2", "p1", "a_label"])
CODES = st.integers(0, 2**32 - 1)
VALUES = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=5) | st.just(0.5)


def simple_steps() -> st.SearchStrategy[Step]:
    bare = st.sampled_from([(name,) for name in CALLS if not name.startswith("put")])
    return st.one_of(
        bare,
        st.tuples(st.just("complete"), VALUES),
        st.tuples(st.just("report_progress"), VALUES),
        st.tuples(st.just("fail"), CODES),
        st.tuples(st.just("alive"), LABELS),
        st.just(("acknowledge_cancel",)),
    )


def puts(inner: st.SearchStrategy[Step]) -> st.SearchStrategy[Step]:
    names = st.sampled_from(["put_completed", "put_progress"])
    program = st.lists(inner | st.tuples(st.just("raise"), CODES), min_size=1, max_size=3).map(tuple)
    thread = st.tuples(st.just("thread"), st.lists(inner, min_size=1, max_size=2).map(tuple))
    with_thread = st.lists(inner | thread, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(names, LABELS),
        st.tuples(names, st.none()),
        st.tuples(names, LABELS, program | with_thread).filter(lambda step: not calls_itself(step)),
    )


WORDS = st.lists(st.recursive(simple_steps(), puts, max_leaves=4), min_size=1, max_size=5).map(tuple)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(word=WORDS)
def test_a_word_survives_its_text_and_the_wire(word: Word) -> None:
    """Parsing what was formatted, and reading what was sent, give the word back."""
    assert parse_word(format_word(word)) == word
    assert from_json(to_json(word)) == word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("cancel complete(5) get_results", (("cancel",), ("complete", 5), ("get_results",))),
        ("put_completed(h1{status cancel})", (("put_completed", "h1", (("status",), ("cancel",))),)),
        ("put_completed(null)", (("put_completed", None),)),
        ('complete("a b")', (("complete", "a b"),)),
        ("fail(0x80004005)", (("fail", 0x80004005),)),
        ("fail(-2147467259)", (("fail", -2147467259),)),
        (
            "put_completed(h1{thread{status} raise(0x80070005)})",
            (("put_completed", "h1", (("thread", (("status",),)), ("raise", 0x80070005))),),
        ),
        ("  cancel\n cancel ", (("cancel",), ("cancel",))),
    ],
)
def test_a_text_spells_a_word(text: str, word: Word) -> None:
    """White space separates steps, braces hold a handler's program, codes may be hexadecimal."""
    assert parse_word(text) == word


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a word has at least one step"),
        ("cancle", "there is no step 'cancle'"),
        ("raise(1)", "there is no step 'raise' outside a handler"),
        ("complete", "'(' was expected"),
        ("complete(5", "')' was expected"),
        ("put_completed(h1{status", "'}' is missing"),
        ("put_completed()", "a handler's label, or null was expected"),
        ("cancel 5", "a step was expected"),
    ],
)
def test_a_text_that_spells_no_word_says_where_and_why(text: str, why: str) -> None:
    """The message names what was expected and shows the place."""
    with pytest.raises(WordError) as error:
        parse_word(text)
    assert str(error.value).startswith(why)
    assert ">>>" in str(error.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("complete(NaN)", "complete takes a JSON value"),
        ("report_progress(-Infinity)", "report_progress takes a JSON value"),
        ("complete(1e999)", "complete takes a finite number"),
        (f"complete({'9' * 5000})", "complete takes a JSON value"),
        (f"complete({'9' * 4000})", "complete takes an integer of at most 1,024 bits"),
        (f"report_progress(0x{'f' * 5000})", "report_progress takes an integer of at most 1,024 bits"),
        (f"complete({'[' * 100_000}", "complete takes a JSON value"),
        (f"complete({'[' * 100_000}{']' * 100_000})", "complete takes a JSON value"),
        ('complete([{"a": 1}])', "complete takes a number, a string"),
        ('complete("\\ud800")', "complete takes a text without half of a surrogate pair"),
        ('complete("\udcff")', "complete takes a text without half of a surrogate pair"),
        ("fail(0x100000000)", "fail takes an HRESULT, a number of 32 bits"),
        ("fail(-2147483649)", "fail takes an HRESULT, a number of 32 bits"),
        ("fail(true)", "fail takes an HRESULT"),
        ("put_completed(h1{raise(4294967296)})", "raise takes an HRESULT, a number of 32 bits"),
        ("put_progress(p1{thread{report_progress(1)}})", "put_progress takes no handler that reports"),
        ("put_completed(h1{" * 500, "handlers are nested more than 16 deep"),
        ("put_completed(h1{" + "thread{" * 500, "handlers are nested more than 16 deep"),
    ],
    ids=lambda text: text[:30],
)
def test_a_value_that_no_transport_carries_is_refused(text: str, why: str) -> None:
    """In one short sentence, however long or deep the text is."""
    with pytest.raises(WordError) as error:
        parse_word(text)
    assert str(error.value).startswith(why)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize("text", ["fail(4294967295)", "fail(-2147483648)", "complete(18446744073709551615)"])
def test_the_largest_and_the_smallest_numbers_are_words(text: str) -> None:
    """A code has 32 bits, signed or not, and an integer many more."""
    assert format_word(parse_word(format_word(parse_word(text)))) == format_word(parse_word(text))


def test_handlers_are_nested_as_deep_as_they_may() -> None:
    """Those that stand beside each other count once."""
    text = "put_completed(h1{" * 16 + "status" + "})" * 16
    assert format_word(parse_word(f"{text} {text}")) == f"{text} {text}"


def test_negative_codes_are_printed_as_the_unsigned_code() -> None:
    """Two spellings of one code print alike."""
    assert format_word([("fail", -2147467259)]) == "fail(0x80004005)"


def test_the_steps_inside_handlers_are_counted_as_steps() -> None:
    """Names are yielded from the outside in, in order."""
    word = parse_word("put_completed(h1{status thread{cancel}}) complete(5)")
    assert list(step_names(word)) == ["put_completed", "status", "thread", "cancel", "complete"]
    assert program_of(("cancel",)) == ()


def test_every_step_has_a_meaning() -> None:
    """The list of steps that users see leaves none out and invents none."""
    assert MEANINGS.keys() == {*STEPS, *OBSERVERS, RACE, "raise"}
    assert (*CALLS, *PRODUCER) == STEPS


def test_the_wire_holds_nothing_but_json() -> None:
    """Tuples become lists at every depth."""
    assert to_json(parse_word("put_completed(h1{status}) cancel")) == [
        ["put_completed", "h1", [["status"]]],
        ["cancel"],
    ]


def test_a_race_is_a_step_whose_threads_are_words() -> None:
    """It survives the way through text and through JSON, with the programs of its handlers."""
    text = "put_completed(h1) [complete(5) | cancel status | put_completed(h2{cancel})] status"
    word = parse_word(text)
    assert word[1] == (
        "race",
        (("complete", 5),),
        (("cancel",), ("status",)),
        (("put_completed", "h2", (("cancel",),)),),
    )
    assert format_word(word) == text
    assert from_json(to_json(word)) == word
    assert list(step_names(word[1:2])) == ["race", "complete", "cancel", "status", "put_completed", "cancel"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[cancel]", "a race has at least two threads"),
        ("[cancel | ]", "a thread of a race takes at least one step"),
        ("[cancel | status", "']' is missing"),
        ("[cancel | [id | id]]", "a step was expected"),
        ("race", "there is no step 'race'"),
        ("put_completed(h1{[id | id]})", "a step was expected"),
    ],
)
def test_a_malformed_race_is_refused_with_the_place(text: str, why: str) -> None:
    """Races are neither alone, nor empty, nor open, nor inside one another or a handler."""
    with pytest.raises(WordError, match=re.escape(why)):
        parse_word(text)
