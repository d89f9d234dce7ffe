"""The way of an alarm through a real browser: it appears, is acknowledged, and is told of."""

from collections.abc import Callable

from tests.browser.conftest import WAIT_MS, Visitor

Visit = Callable[..., Visitor]


def test_a_bed_deteriorates_and_its_alarm_is_acknowledged(visitor: Visit) -> None:
    page = visitor().sign_in()
    bed = page.locator(".card", has_text="Room-9")
    bed.locator(".chip.high, .chip.medium").first.wait_for(timeout=2 * WAIT_MS)
    page.wait_for_function(
        """() => {
            const ward = [...document.querySelectorAll("*")].map((n) => n.shadowRoot)
                .find((root) => root?.querySelector(".card"));
            return ward?.querySelector(".card")?.textContent.includes("Room-9");
        }"""
    )
    page.click("nav a >> text=Alarms")
    row = page.locator("li.alarm", has_text="Room-9").filter(has_text="SpO₂").first
    row.locator("button", has_text="Acknowledge").click()
    page.locator("dialog input").fill("Oxygen started")
    page.keyboard.press("Enter")
    row.locator("text=Acknowledged by nora: Oxygen started").wait_for()
    assert row.locator("button", has_text="Acknowledge").count() == 0
    row.locator("button", has_text="Details").click()
    row.locator("ol >> text=Oxygen started").wait_for()
    assert "raised" in row.locator("ol").inner_text()


def test_a_reason_is_asked_for_and_an_empty_one_not_taken(visitor: Visit) -> None:
    page = visitor().sign_in()
    page.click("nav a >> text=Alarms")
    page.locator(".st-key-alarm_scope button", has_text="Last 24 hours").click()
    row = page.locator("li.alarm", has=page.locator("button", has_text="Acknowledge")).first
    row.locator("button", has_text="Acknowledge").click()
    page.locator("dialog input").fill("   ")
    page.keyboard.press("Enter")
    assert page.locator("dialog").is_visible()
    page.locator("dialog button", has_text="Cancel").click()
    assert not page.locator("dialog").is_visible()


def test_alarms_are_filtered_by_priority(visitor: Visit) -> None:
    page = visitor().sign_in()
    page.click("nav a >> text=Alarms")
    page.locator(".st-key-alarm_scope button", has_text="Last 24 hours").click()
    page.wait_for_selector("li.alarm")
    page.locator(".st-key-alarm_priority button", has_text="High").click()
    page.wait_for_selector("li.alarm .chip.medium, li.alarm .chip.low", state="detached")
    assert page.locator("li.alarm .chip.high").count() == page.locator("li.alarm").count() > 0
