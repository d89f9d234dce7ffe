"""A patient's address in a real browser: their opaque id and never a name, whatever is done."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import pytest

from sereno.bootstrap import services
from sereno.domain.patients import Patient
from sereno.domain.roles import Actor
from sereno.domain.vitals import Language
from sereno.settings import Settings
from streamlit_app.presenting.ward import who
from streamlit_app.texts import Words
from tests.browser.conftest import PASSWORD, Program, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[..., Visitor]

BED = "Bed 2"
LUIS = "luis"  # the language that is chosen is remembered, and the other tests' is their browser's


@pytest.fixture
def patient(program: Program) -> Patient:
    """Who lies in that bed; and an account of this test's own."""
    with services(Settings(data_dir=program.data_dir)) as given:
        given.access.create_account(LUIS, PASSWORD, Actor("root"))
        found = given.views.find(BED)
    assert found.name
    return found


def called(page: "Page") -> list[str]:
    """Every address that the page asks for from here on, as it is written there."""
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.on("websocket", lambda socket: urls.append(socket.url))
    page.on("framenavigated", lambda frame: urls.append(frame.url))
    return urls


def shown(page: "Page", patient: Patient, language: Language, end: str = "") -> None:
    """The address is the patient's, and the box says who they are in that language."""
    detail = who(patient, datetime.now(UTC).date(), Words(language))
    title = "  ·  ".join(part for part in (BED, detail, end) if part)
    page.locator(f'[class*=st-key-patient_box] input[value="{title}"]').wait_for()
    assert page.url.endswith(f"/patient?id={patient.id}")


def test_no_address_holds_a_name_whatever_is_done_on_a_patients_page(
    visitor: Visit, patient: Patient
) -> None:
    """A browser says again what its box shows: a title, which was once put where the id belongs."""
    page = visitor().sign_in(LUIS)
    urls = called(page)
    page.locator(".card", has_text=BED).first.click()
    shown(page, patient, Language.ENGLISH)

    page.locator("button", has_text="Español").click()
    shown(page, patient, Language.SPANISH)
    page.reload()
    shown(page, patient, Language.SPANISH)

    asked = page.locator("[data-testid=stExpander]", has_text="Dar de alta")
    asked.locator("summary").click()
    asked.locator("input").fill("a casa")
    asked.locator("button", has_text=f"Dar de alta a {BED}").click()
    page.wait_for_selector("text=Sin vigilancia")
    shown(page, patient, Language.SPANISH, "de alta")
    page.reload()
    shown(page, patient, Language.SPANISH, "de alta")

    page.locator("button", has_text="English").click()
    shown(page, patient, Language.ENGLISH, "discharged")
    page.locator("button", has_text="Readmit").click()
    page.wait_for_selector("text=Not watched", state="detached")
    shown(page, patient, Language.ENGLISH)

    assert patient.name
    known = [patient.name, *patient.name.split()[:2], patient.identifier, BED]
    told = [(url, word) for url in urls for word in known if word in unquote_plus(url)]
    assert told == []
    assert [url for url in urls if f"id={patient.id}" in url]
