"""What may have been meant by a name that is not known."""

import pytest

from iasyncinfo_spec.meant import did_you_mean, nearest, no_such

OPTIONS = ("--kind", "--known", "--timeout", "--start-timeout", "-n")


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("WRL", ("reference", "wrl"), ["wrl"]),
        ("cancel_visible", ("CANCEL-VISIBLE", "CANCEL-OK"), ["CANCEL-VISIBLE"]),
        ("--kidn", OPTIONS, ["--kind"]),
        ("--tiemout", OPTIONS, ["--timeout"]),
        ("--colour", OPTIONS, []),
        ("", OPTIONS, []),
        ("status", (), []),
    ],
)
def test_what_is_near_is_found_however_it_is_written(name: str, known: tuple[str, ...], meant: list[str]) -> None:
    """Two dashes make no option like another, and capitals make no name unlike."""
    assert nearest(name, known) == meant


def test_several_are_asked_for_in_one_question() -> None:
    """The best first; nothing where nothing is near."""
    assert did_you_mean("CANCEL", ("CANCEL-OK", "CANCELED", "STATUS"), 3) == " Did you mean CANCELED or CANCEL-OK?"
    assert did_you_mean("12345", ("CANCEL-OK",)) == ""


def test_what_there_is_is_named_after_what_may_have_been_meant() -> None:
    """One sentence each."""
    told = no_such("family", "klotin", ("wrl", "kotlin"), "families")
    assert told == "there is no family 'klotin'. Did you mean kotlin? The families are wrl, kotlin."
