"""The page opened in a headless Chromium, where there is one: nothing is wider than a phone, the picture neither."""

import html
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_conformance.record.consumed import Fared, Met
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.record import Named, Record
from iasyncinfo_conformance.report.html.page import matrix, page
from iasyncinfo_conformance.target import Moment
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
LOOK: Final = """<iframe id="phone" width="390" height="800" srcdoc="{page}"></iframe><script>
addEventListener("load", () => {{
  const seen = document.getElementById("phone").contentDocument;
  const shown = name => !!seen.querySelector(name)?.getClientRects().length;
  const whole = seen.documentElement;
  const over = whole.scrollWidth - whole.clientWidth;
  const cut = [...seen.querySelectorAll(".lanes")].filter(each => each.scrollWidth > each.parentElement.clientWidth);
  const life = `narrow ${{shown(".life .narrow")}} broad ${{shown(".life .wide")}}`;
  document.body.textContent = `cut ${{cut.length}} over ${{over}} ${{life}}`;
}});
</script>"""
"""A page that holds another in a frame as wide as a phone, and says what it sees there."""


@pytest.fixture(scope="module")
def browser() -> str:
    """A headless browser; without one the test says so and is skipped."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"there is no browser: none of {', '.join(BROWSERS)}")
    return found


def seen(browser: str, folder: Path, source: str) -> str:
    """Open a page in a frame as wide as a phone and return what is seen there."""
    without_policy = re.sub(r"<meta http-equiv=[^>]*>", "", source)
    path = folder / "look.html"
    path.write_text(LOOK.format(page=html.escape(without_policy)), encoding="utf-8")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    done = subprocess.run(
        [*command, "--dump-dom", path.as_uri()], capture_output=True, text=True, check=False, timeout=120
    )
    return done.stdout


def test_a_phone_shows_the_whole_page(browser: str, tmp_path: Path, failing: Record) -> None:
    """Its picture is the narrow one; tables scroll by themselves, and the page does not."""
    assert "over 0 narrow true broad false" in seen(browser, tmp_path, page(failing))


def test_a_phone_shows_all_threads_of_a_race(browser: str, tmp_path: Path) -> None:
    """A switch does not lead out of sight."""
    race = parse_word("[complete(5) | cancel]")
    trace = tuple(Moment(thread, "", "mine.py", 48, "if self.status == AsyncStatus.STARTED:") for thread in (0, 1, 0))
    failure = Failure("CANCEL-ONCE", Kind.ACTION, race, 1, "once", "twice", "races", {}, 2, "A1BA", trace)
    record = Record(Named("mine:start", kinds=(Kind.ACTION,)), failures=(failure,))
    assert "cut 0 over 0 " in seen(browser, tmp_path, page(record))


def test_a_phone_shows_the_whole_matrix(browser: str, tmp_path: Path, failing: Record, passing: Record) -> None:
    """It scrolls by itself."""
    assert "over 0 " in seen(browser, tmp_path, matrix([failing, passing, failing]))


def test_a_phone_shows_the_whole_page_of_a_consumer(browser: str, tmp_path: Path, consuming: Record) -> None:
    """However many families it met: the table scrolls by itself."""
    assert consuming.consumed is not None
    met = tuple(Met("completes", f"family-{number}", "legal", Fared.BROKEN) for number in range(30))
    many = replace(consuming, consumed=replace(consuming.consumed, situations=met))
    assert "over 0 " in seen(browser, tmp_path, page(many))
