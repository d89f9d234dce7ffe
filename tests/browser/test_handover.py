"""Handing over the ward in a browser: one press, each bed's text, a page loaded anew, paper."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor

Visit = Callable[..., Visitor]
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(
    ("width", "locale", "action", "title"),
    [
        (1440, "en-GB", "Hand over the ward", "Handover of the ward"),
        (390, "es-ES", "Relevo de toda la planta", "Relevo de la planta"),
    ],
)
def test_one_press_hands_over_every_bed_and_a_page_loaded_anew_still_shows_it(
    visitor: Visit, width: int, locale: str, action: str, title: str
) -> None:
    page = visitor(width=width, locale=locale).sign_in()
    page.wait_for_selector(".card")
    beds = page.locator(".card").count()
    page.get_by_role("button", name=action).click()
    page.locator('.st-key-handover_ask a[href="/handover"]').click()
    page.locator("article .source").nth(beds - 1).wait_for()
    page.reload()
    page.wait_for_selector("article .source")

    assert page.locator("article").count() == page.locator("article .source").count() == beds
    assert page.locator("h2", has_text=title).count() == 1
    labels = page.locator("article header a").all_inner_texts()
    assert labels[:2] == ["Bed 1", "Bed 2"]
    assert page.locator("article").first.locator("sup", has_text="F1").count()
    assert page.evaluate(WIDE) == 0, "nothing runs out of the page"

    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert page.locator("article .facts li").first.is_visible(), "on paper the facts stand there"
    assert not page.locator("nav a").first.is_visible()
