"""Charting by hand in a real browser, whose own fields must not drop a value without a word."""

from collections.abc import Callable

from tests.browser.conftest import Visitor


def test_a_temperature_that_can_not_be_is_refused_in_the_readers_words(
    visitor: Callable[..., Visitor],
) -> None:
    page = visitor(locale="es-ES").sign_in()
    page.locator(".card", has_text="Bed 2").first.click()
    page.wait_for_selector(".reading")
    field = page.locator(".st-key-chart_temperature input")
    field.fill("47")
    page.locator("button", has_text="Anotar").click()
    said = page.locator("[data-testid=stAlert]", has_text="No anotado: temperatura")
    said.wait_for()
    assert said.inner_text().endswith("no puede ser 47. Anote de 25,0 a 45,0 °C.")
    assert float(field.input_value()) == 47, "it stays to be mended"
    field.fill("37.4")
    page.locator("button", has_text="Anotar").click()
    page.wait_for_selector("[data-testid=stToast] >> text=Enviado.")
    said.wait_for(state="detached")
    assert field.input_value() == ""
