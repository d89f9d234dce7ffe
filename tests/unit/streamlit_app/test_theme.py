"""The palette can be read: every pair that stands together has the contrast of WCAG AA."""

import re
from pathlib import Path

import pytest

import streamlit_app
from streamlit_app import theme

COMPONENTS = Path(streamlit_app.__file__).parent / "components"
PALETTES = [pytest.param(theme.LIGHT, id="light"), pytest.param(theme.DARK, id="dark")]
SOLID = [(theme.ON_RED, theme.RED), (theme.ON_YELLOW, theme.YELLOW), (theme.ON_CYAN, theme.CYAN)]


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("text", "ground"), theme.TEXT_ON)
def test_text_can_be_read(palette: dict[str, str], text: str, ground: str) -> None:
    assert theme.contrast(palette[text], palette[ground]) >= theme.TEXT_CONTRAST


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("sign", "ground"), theme.SIGNS_ON)
def test_signs_can_be_seen(palette: dict[str, str], sign: str, ground: str) -> None:
    assert theme.contrast(palette[sign], palette[ground]) >= theme.SIGN_CONTRAST


@pytest.mark.parametrize(("text", "ground"), SOLID)
def test_an_alarm_can_be_read_on_its_own_colour(text: str, ground: str) -> None:
    assert theme.contrast(text, ground) >= theme.TEXT_CONTRAST


@pytest.mark.parametrize("colour", [*theme.TRACES.values(), theme.SCREEN_TEXT])
def test_waveforms_and_their_numbers_can_be_read_on_the_monitor(colour: str) -> None:
    assert theme.contrast(colour, theme.SCREEN) >= theme.TEXT_CONTRAST


def test_contrast_is_that_of_the_standard() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_palettes_fill_the_same_slots() -> None:
    assert theme.LIGHT.keys() == theme.DARK.keys()


@pytest.mark.parametrize("style", sorted(COMPONENTS.glob("*.css")), ids=lambda path: path.name)
def test_a_component_uses_no_colour_that_no_test_has_looked_at(style: Path) -> None:
    """Colours come from the theme; those written out are the fixed ones, or the monitor's own."""
    known = {
        theme.ON_RED, theme.RED, theme.ON_YELLOW, theme.YELLOW, theme.ON_CYAN, theme.CYAN,
        theme.SCREEN, theme.SCREEN_TEXT,
    }  # fmt: skip
    known |= {*theme.MONITOR_TEXT, theme.MONITOR_RULE, *theme.CHIP_EDGES}
    used = set(re.findall(r"#[0-9a-f]{6}\b", style.read_text("utf-8")))
    assert used <= known
    assert not re.findall(r"#[0-9a-f]{3}\b(?![0-9a-f])", style.read_text("utf-8"))


def test_the_monitors_small_print_can_be_read_too() -> None:
    for colour in theme.MONITOR_TEXT:
        assert theme.contrast(colour, theme.SCREEN) >= theme.TEXT_CONTRAST


def test_streamlit_knows_every_option_of_the_theme() -> None:
    from streamlit import config

    assert set(theme.streamlit_options()) <= set(config.get_config_options())
