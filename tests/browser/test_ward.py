"""The ward in a real browser: live, sickest first, by keyboard, on a phone, in Spanish."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sereno.bootstrap import services
from sereno.domain.roles import Actor
from sereno.settings import Settings
from tests.browser.conftest import (
    PASSWORD,
    WAIT_MS,
    Program,
    Visitor,
    address_of,
    prepare,
    started,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Visit = Callable[..., Visitor]


def test_every_bed_has_a_card_with_numbers_that_move(visitor: Visit) -> None:
    page = visitor().sign_in()
    page.wait_for_selector(".card >> text=Room-9")
    assert page.locator(".card").count() == 4
    values = page.locator(".card .vital .value")
    before = values.all_inner_texts()
    for _ in range(30):
        page.wait_for_timeout(1000)
        if values.all_inner_texts() != before:
            return
    pytest.fail("no number on the ward has changed")


def test_the_notice_stands_on_every_page(visitor: Visit) -> None:
    page = visitor().sign_in()
    for name in ("Ward", "Patient", "Alarms"):
        page.click(f"nav a >> text={name}")
        page.wait_for_selector(f"nav a[aria-current=page] >> text={name}")
        assert page.is_visible("text=Decision support, not a medical device")


def test_turning_pages_while_everything_refreshes_leaves_none_blank(visitor: Visit) -> None:
    """Switching pages within Streamlit 1.67 did, now and then, while a fragment's timer fired."""
    page = visitor().sign_in()
    for turn in range(6):
        page.locator(".card").nth(turn % 4).click()
        page.wait_for_selector(".reading")
        page.wait_for_timeout(700 * (turn % 3))
        page.click("nav a >> text=Ward")
        page.wait_for_selector(".card")


def test_a_card_opens_by_keyboard(visitor: Visit) -> None:
    page = visitor().sign_in()
    page.wait_for_selector(".card")
    for _ in range(20):
        page.keyboard.press("Tab")
        inner = "document.activeElement?.shadowRoot?.activeElement?.classList.contains('card')"
        if page.evaluate(inner):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".panel canvas, .rest .reading")
    assert "/patient?id=" in page.url


@pytest.mark.parametrize("path", ["/", "/alarms"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(visitor: Visit, path: str, scheme: str) -> None:
    who = visitor(width=390, height=844, color_scheme=scheme)
    page = who.sign_in()
    page.goto(f"{who.program.address}{path}")
    page.wait_for_selector(".card, .list")
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_ward_is_asked_above_its_cards_and_the_answer_leaves_room_for_them(
    visitor: Visit, width: int, height: int
) -> None:
    page = visitor(width=width, height=height).sign_in()
    page.wait_for_selector(".card")
    box, card = page.get_by_label("Ask the record"), page.locator(".card").first
    assert top(box) < top(card) < height / 2
    box.fill("who has desaturated?")
    box.press("Enter")
    answer = page.locator(".st-key-ward_answer")
    answer.wait_for()
    assert top(box) < top(answer) < top(card) < height
    assert page.locator(".st-key-ward_answer >> text=Record as of").count() == 1
    page.get_by_role("button", name="Close").click()
    answer.wait_for(state="detached")


def top(one: "Locator") -> float:
    """Where something begins, in pixels from the top of the window."""
    found = one.bounding_box()
    assert found
    return found["y"]


def test_the_question_box_is_named_in_the_language_that_was_chosen(
    visitor: Visit, program: Program
) -> None:
    """By somebody of their own: the choice stays with the account."""
    with services(Settings(data_dir=program.data_dir)) as given:
        given.access.create_account("pilar", PASSWORD, Actor("root"))
    page = visitor().sign_in("pilar")
    page.get_by_label("Ask the record").wait_for()
    page.get_by_role("button", name="Español").click()
    page.get_by_label("Preguntar al registro").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_label("Ask the record").wait_for()


def test_light_and_dark_are_chosen_for_every_page(visitor: Visit) -> None:
    who = visitor(color_scheme="light")
    page = who.sign_in()
    ground = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    light = page.evaluate(ground)
    page.click("[data-testid=stMainMenu] button")
    page.click("text=Dark")
    page.wait_for_function(f"was => {ground} !== was", arg=light)
    dark = page.evaluate(ground)
    page.goto(f"{who.program.address}/alarms")
    page.wait_for_selector("nav a")
    assert page.evaluate(ground) == dark


def test_a_spanish_browser_is_spoken_to_in_spanish(visitor: Visit) -> None:
    page = visitor(locale="es-ES").sign_in()
    page.wait_for_selector("nav a >> text=Planta")
    assert page.is_visible("text=no es un producto sanitario")
    assert page.evaluate("document.documentElement.lang") == "es"


def test_monitoring_that_is_down_is_said_with_no_data_beside(
    tmp_path: Path, new_page: Callable[..., "Page"]
) -> None:
    """Only the web process runs: nobody ingests."""
    prepare(tmp_path, "sim:ward?beds=1&history=1h&duration=1s&waveforms=0")
    port = "18599"
    with started("process web --holder lonely", tmp_path, port=port):
        page = new_page()
        who = Visitor(page, Program(f"http://127.0.0.1:{port}", tmp_path))
        for _ in range(60):
            try:
                page.goto(who.program.address)
                break
            except Exception:  # noqa: BLE001 - it has not come up yet
                page.wait_for_timeout(500)
        who.sign_in()
        page.wait_for_selector(".notice.bad >> text=Monitoring is not running", timeout=WAIT_MS)
        page.wait_for_selector(".card")


def test_a_page_whose_server_is_gone_says_so(
    tmp_path: Path, new_page: Callable[..., "Page"]
) -> None:
    prepare(tmp_path, "sim:ward?beds=1&history=1h&duration=1s&waveforms=0")
    with started("run --json", tmp_path) as process:
        who = Visitor(new_page(), Program(address_of(process), tmp_path))
        page = who.sign_in()
        page.wait_for_selector(".card")
    page.wait_for_selector(".notice.bad >> text=Connection to Sereno lost", timeout=WAIT_MS)
