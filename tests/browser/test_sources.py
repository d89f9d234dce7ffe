"""The sources in a real browser: what fails is told, and values of nobody become a patient's."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sereno.bootstrap import services
from sereno.domain.stream import Observation, Rejected
from sereno.domain.vitals import Signal
from sereno.services.letters import written
from sereno.settings import Settings
from tests.browser.conftest import Program, Visitor, address_of, prepare, started

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[..., Visitor]
GLUCOSE = Observation(Signal.GLUCOSE, datetime.now(UTC), 111, "fake:meter")
WHY = "it names no patient; name one"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A ward with a source that is not there, and a dead letter with values of nobody."""
    data_dir = tmp_path_factory.mktemp("data")
    prepare(data_dir)
    letter = Rejected(json.dumps(written([GLUCOSE])).encode(), WHY)
    with services(Settings(data_dir=data_dir)) as given:
        given._foundation.store.commit([], [("fake:meter", letter)])
    sources = json.dumps(["sim:ward?beds=2&waveforms=0", f"csv:{data_dir / 'none.csv'}"])
    with started("run --json", data_dir, sources=sources) as process:
        yield Program(address_of(process), data_dir)


def opened(visitor: Visit, **options: object) -> "Page":
    page = visitor(**options).sign_in()
    page.click("nav a[data-id=sources]")
    page.wait_for_selector(".source")
    return page


def test_a_source_that_fails_stands_first_with_its_remedy(visitor: Visit) -> None:
    page = opened(visitor)
    first = page.locator(".source").first
    first.locator("text=there is no such file; check the path").wait_for()
    assert "waiting to try again" in first.locator(".state").inner_text()
    reading = page.locator(".source.reading")
    reading.locator("dd", has_text="2").first.wait_for()
    assert page.locator(".told").inner_text().startswith("As ingest told it")


def test_the_page_fits_a_phone_in_spanish(visitor: Visit) -> None:
    page = opened(visitor, width=390, locale="es-ES")
    page.locator("text=a la espera de reintentar").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_values_of_nobody_are_replayed_as_a_patients(visitor: Visit, program: Program) -> None:
    page = opened(visitor)
    page.locator(".letter", has_text=WHY).locator("button").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("td", has_text="111").wait_for()
    page.wait_for_timeout(500)  # so soon nothing is sent: it may be a double click
    choices = dialog.locator("select option").all_inner_texts()
    dialog.locator("select").select_option(index=1)
    dialog.locator("button", has_text="Replay").click()
    page.locator("text=None: all that came could be read.").wait_for()
    with services(Settings(data_dir=program.data_dir)) as given:
        patient = given.views.find(choices[1].split(" · ")[0])
        kept = given.views.patient(patient.id).readings[Signal.GLUCOSE].observation
        lines = {(each.actor, each.action) for each in given.read_audit.lines(None, 99)}
    assert replace(kept, time=GLUCOSE.time) == GLUCOSE
    assert {("nora", "dead_letters_shown"), ("nora", "replay")} <= lines
