"""A patient's page in a real browser: waves, trends, the summary and its citations, charting."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WAIT_MS, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[..., Visitor]

# How much of a wave's canvas is inked, as the sum of its pixels' opacities.
INK = """canvas => {
    const { width, height } = canvas;
    return canvas.getContext("2d").getImageData(0, 0, width, height).data
        .reduce((sum, value, at) => at % 4 === 3 ? sum + value : sum, 0);
}"""


def open_bed(visitor: Visit, label: str, **options: object) -> "Page":
    page = visitor(**options).sign_in()
    page.locator(".card", has_text=label).first.click()
    page.wait_for_selector(".reading")
    return page


def test_waves_sweep_without_being_mounted_anew(visitor: Visit) -> None:
    page = open_bed(visitor, "Bed 1")
    page.wait_for_selector(".row.ecg canvas")
    page.locator(".row.ecg canvas").evaluate("canvas => { canvas.dataset.mine = 'yes'; }")
    still = page.locator(".row.ecg canvas").evaluate(INK)
    for _ in range(200):  # on a busy machine it takes a while to begin
        page.wait_for_timeout(250)
        if page.locator(".row.ecg canvas").evaluate(INK) != still:
            break
    seen = set()
    for _ in range(40):
        seen.add(page.locator(".row.ecg canvas").evaluate(INK))
        page.wait_for_timeout(250)
    assert len(seen) > 10, "the wave stands still"
    assert page.locator(".row.ecg canvas").get_attribute("data-mine") == "yes"
    assert not page.locator(".row.ecg.silent").count()


def test_a_page_that_hears_nothing_more_shows_no_signal(visitor: Visit) -> None:
    who = visitor()
    page = who.sign_in()
    page.locator(".card", has_text="Bed 1").first.click()
    page.wait_for_selector(".row.ecg canvas")
    page.context.set_offline(True)
    page.evaluate(
        """() => { for (const name of ["send"]) WebSocket.prototype[name] = () => {}; }"""
    )
    page.wait_for_selector(".row.ecg.silent .nosignal >> text=no signal", timeout=WAIT_MS)
    page.wait_for_selector(".notice.bad >> text=Connection to Sereno lost", timeout=WAIT_MS)
    page.context.set_offline(False)
    who.errors.clear()  # the requests that could not leave


def test_numbers_carry_their_units_and_the_score_its_parts(visitor: Visit) -> None:
    page = open_bed(visitor, "Bed 1")
    panel = page.locator(".panel")
    panel.locator("text=/min").first.wait_for()
    assert "%" in panel.inner_text()
    page.wait_for_selector("table >> text=respiratory rate")
    assert page.locator("tbody tr").count() >= 5


def test_a_trend_covers_up_to_three_days_and_is_read_by_keyboard(visitor: Visit) -> None:
    page = open_bed(visitor, "Bed 1")
    page.locator("svg[tabindex]").wait_for()
    page.locator(".st-key-trend_hours button", has_text="72").click()
    page.wait_for_selector("svg[tabindex] .tick")
    page.locator("svg[tabindex]").focus()
    page.keyboard.press("ArrowLeft")
    before = page.inner_text(".when")
    page.keyboard.press("PageUp")
    assert page.inner_text(".when") != before
    page.keyboard.press("Escape")
    assert page.inner_text(".readouts").startswith("Point at the chart")


def test_a_summary_is_read_and_a_citation_marks_its_samples(visitor: Visit) -> None:
    page = open_bed(visitor, "Bed 2")
    page.locator(".st-key-summary_write button").click()
    page.wait_for_selector(".sentence")
    # A number has samples to mark; what is missing, as may be on a busy machine, has none.
    cited = page.locator(".sentence:not([disabled])", has_text=re.compile(r"SpO2 \d")).first
    cited.click()
    page.wait_for_selector(".sentence.on")
    mark = page.locator("svg rect.mark").first
    expect(mark, f"mark of: {cited.inner_text()}").to_be_attached(timeout=WAIT_MS)
    label = page.locator("svg .marklabel").first.text_content()
    assert label in cited.locator("sup").all_inner_texts()
    page.locator(".sentence.on").click()
    page.wait_for_selector("svg rect.mark", state="detached")


def test_what_is_charted_by_hand_reaches_the_score(visitor: Visit) -> None:
    page = open_bed(visitor, "Room-9")
    page.wait_for_selector("text=Missing:")
    form = page.locator("[data-testid=stForm]", has_text="C: new confusion")
    form.locator("label", has_text="C: new confusion").click()
    form.locator("label", has_text="Air").click()
    form.locator("button", has_text="Enter").click()
    row = page.locator("tbody tr", has_text="consciousness")
    row.locator("td >> text=C").wait_for()
    assert row.locator(".points").inner_text() == "3"


def test_a_note_is_kept_under_the_name_of_who_wrote_it(visitor: Visit) -> None:
    page = open_bed(visitor, "Bed 3")
    page.locator(".st-key-chart_note textarea").fill("Family informed at noon")
    page.locator("button", has_text="Add the note").click()
    page.wait_for_selector("text=Sent.")
    noted = page.locator("[data-testid=stText]", has_text="Family informed at noon")
    for _ in range(20):
        page.wait_for_timeout(1000)
        page.reload()
        page.wait_for_selector(".reading")
        if noted.count():
            break
    else:
        pytest.fail("the note did not appear")
    assert page.locator("[data-testid=stCaptionContainer]", has_text="nora").count()


def test_who_is_discharged_leaves_the_ward_and_is_back_when_readmitted(visitor: Visit) -> None:
    page = open_bed(visitor, "Bed 3")
    page.wait_for_url("**/patient?id=*")
    bed, ward = page.url, page.url.partition("/patient")[0]
    asked = page.locator("[data-testid=stExpander]", has_text="Discharge")
    asked.locator("summary").click()
    asked.locator("input").fill("gone home")
    asked.locator("button", has_text="Discharge Bed 3").click()
    page.wait_for_selector("text=by nora: gone home. Not watched")
    page.goto(ward)
    page.locator(".card", has_text="Bed 2").wait_for()
    assert not page.locator(".card", has_text="Bed 3").count()
    page.goto(bed)
    page.locator("button", has_text="Readmit").click()
    page.wait_for_selector("text=Not watched", state="detached")
    page.goto(ward)
    page.locator(".card", has_text="Bed 3").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_patients_page_fits_a_phone(visitor: Visit, scheme: str) -> None:
    page = open_bed(visitor, "Bed 1", width=390, height=844, color_scheme=scheme)
    page.locator("svg[tabindex]").wait_for()
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth")
