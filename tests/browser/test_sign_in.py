"""Getting in, staying in and getting out, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import NAME, PASSWORD, WAIT_MS, Program, Visitor, prepare, started

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[..., Visitor]


def test_one_gets_in_with_the_password_and_not_without(visitor: Visit) -> None:
    who = visitor()
    page = who.page
    page.goto(f"{who.program.address}/alarms")
    page.fill("#name", NAME)
    page.fill("#password", "not the password")
    page.keyboard.press("Enter")
    assert "wrong" in page.inner_text("[role=alert]")
    page.fill("#name", NAME)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav a[aria-current=page] >> text=Alarms")
    who.errors.clear()  # the browser reports the refusal's 401 itself


def test_signing_out_closes_every_tab_and_leaves_nothing_to_go_back_to(visitor: Visit) -> None:
    who = visitor()
    page = who.sign_in()
    page.wait_for_selector(".card")
    other = page.context.new_page()
    other.goto(who.program.address)
    other.wait_for_selector(".card", timeout=WAIT_MS)
    page.click("text=Sign out")
    page.wait_for_selector("#password")
    other.wait_for_selector("#password", timeout=WAIT_MS)
    page.go_back()
    page.wait_for_selector("#password")
    assert page.locator(".card").count() == 0
    who.errors.clear()  # the closed sockets and refused answers are what is tested


def test_the_cookie_is_out_of_reach_of_scripts(visitor: Visit) -> None:
    page = visitor().sign_in()
    assert "sereno" not in page.evaluate("document.cookie")


def test_scripts_from_elsewhere_can_not_run_nor_call_out(visitor: Visit) -> None:
    who = visitor()
    page = who.sign_in()
    ran = page.evaluate(
        """async () => {
            const script = document.createElement("script");
            script.textContent = "window.injected = true";
            document.body.append(script);
            const called = await fetch("http://127.0.0.1:9/").then(() => true, () => false);
            return [window.injected === true, called];
        }"""
    )
    assert ran == [False, False]
    who.errors.clear()  # the refusals that are wanted
    who.foreign.clear()  # the call that was refused


@pytest.fixture
def alone(tmp_path: Path) -> Program:
    """A data directory with an account and nothing else."""
    prepare(tmp_path)
    return Program("", tmp_path)


def test_who_only_looks_is_signed_out_and_told_before(
    alone: Program, new_page: Callable[..., "Page"]
) -> None:
    """The page goes on fetching all the while: that is no input."""
    with started("run --json", alone.data_dir, idle_timeout="PT25S") as process:
        from tests.browser.conftest import address_of

        alone.address = address_of(process)
        page = Visitor(new_page(), alone).sign_in()
        page.wait_for_selector(".notice >> text=You will be signed out", timeout=WAIT_MS)
        page.wait_for_selector("#password", timeout=WAIT_MS)
        assert "/sign-in" in page.url
