"""The palette: one table for light, one for dark, and what Streamlit is told of them.

Colour has a meaning or is absent. Alarm priorities follow IEC 60601-1-8:2006, table 2 (high red,
medium yellow, low cyan), each with its own sign beside it; waveforms follow what monitors use.
Components read the palette through the custom properties that Streamlit derives from its theme
(`--st-red-color` and so on), so that there is no second table to keep equal.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Solid priority colours carry text of a fixed colour and are the same in light and dark.
RED, ON_RED = "#c8102e", "#ffffff"
YELLOW, ON_YELLOW = "#ffd60a", "#1a1400"
CYAN, ON_CYAN = "#22d3ee", "#04222a"

LIGHT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "primaryColor": "#0b5c7d",
        "backgroundColor": "#f3f6f7",
        "secondaryBackgroundColor": "#ffffff",
        "textColor": "#14212b",
        "borderColor": "#7c8a95",
        "linkColor": "#0b5c7d",
        "redColor": RED,
        "redBackgroundColor": "#fde9ea",
        "redTextColor": "#a3121b",
        "yellowColor": YELLOW,
        "yellowBackgroundColor": "#fff5c2",
        "yellowTextColor": "#6b5200",
        "blueColor": CYAN,
        "blueBackgroundColor": "#dcf6fb",
        "blueTextColor": "#0b5566",
        "greenColor": "#1d7a49",
        "greenBackgroundColor": "#e2f4ea",
        "greenTextColor": "#17613a",
        "grayColor": "#6d7c87",
        "grayBackgroundColor": "#e6ebee",
        "grayTextColor": "#4d5b66",
    }
)

DARK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "primaryColor": "#6fc3e4",
        "backgroundColor": "#0c1317",
        "secondaryBackgroundColor": "#141d23",
        "textColor": "#e6edf2",
        "borderColor": "#66757f",
        "linkColor": "#6fc3e4",
        "redColor": RED,
        "redBackgroundColor": "#3a1419",
        "redTextColor": "#ff9c9c",
        "yellowColor": YELLOW,
        "yellowBackgroundColor": "#332b06",
        "yellowTextColor": "#ffe066",
        "blueColor": CYAN,
        "blueBackgroundColor": "#07313b",
        "blueTextColor": "#7de3f4",
        "greenColor": "#3fae74",
        "greenBackgroundColor": "#0f2f1f",
        "greenTextColor": "#86d9a8",
        "grayColor": "#7d8f9b",
        "grayBackgroundColor": "#222d35",
        "grayTextColor": "#a9b7c1",
    }
)

# The monitor's panel is dark in both themes, as at the bedside.
SCREEN: Final = "#05090b"
SCREEN_TEXT: Final = "#c3d0d8"
# Warnings, units, values that are old, and the numbers that no wave has beside it.
MONITOR_TEXT: Final = ("#ffe066", "#93a4ae", "#8796a0", "#e6edf2")
MONITOR_RULE: Final = "#16222a"
# Edges of the yellow and cyan chips, which a white ground would swallow.
CHIP_EDGES: Final = ("#8a6d00", "#0b7f92")
TRACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ecg": "#3ee67a",
        "pleth": "#38d9f5",
        "respiration": "#f5e663",
        "pressure": "#ff6b6b",
    }
)

# What stands on what, with the least contrast it needs: WCAG 2.2, success criteria 1.4.3 (text,
# 4.5:1) and 1.4.11 (signs and graphics, 3:1).
TEXT_CONTRAST: Final = 4.5
SIGN_CONTRAST: Final = 3.0
TEXT_ON: Final = (
    ("textColor", "backgroundColor"),
    ("textColor", "secondaryBackgroundColor"),
    ("grayTextColor", "backgroundColor"),
    ("grayTextColor", "secondaryBackgroundColor"),
    ("grayTextColor", "grayBackgroundColor"),
    ("linkColor", "backgroundColor"),
    ("linkColor", "secondaryBackgroundColor"),
    ("redTextColor", "secondaryBackgroundColor"),
    ("redTextColor", "redBackgroundColor"),
    ("yellowTextColor", "secondaryBackgroundColor"),
    ("yellowTextColor", "yellowBackgroundColor"),
    ("blueTextColor", "secondaryBackgroundColor"),
    ("blueTextColor", "blueBackgroundColor"),
    ("greenTextColor", "secondaryBackgroundColor"),
    ("greenTextColor", "greenBackgroundColor"),
)
SIGNS_ON: Final = (
    ("borderColor", "backgroundColor"),
    ("borderColor", "secondaryBackgroundColor"),
    ("primaryColor", "backgroundColor"),
    ("primaryColor", "secondaryBackgroundColor"),
    ("grayColor", "secondaryBackgroundColor"),
    ("greenColor", "secondaryBackgroundColor"),
)

_SHARED: Final[Mapping[str, object]] = MappingProxyType(
    {
        "theme.baseRadius": "0.6rem",
        "theme.baseFontSize": 16,
        "theme.showWidgetBorder": True,
        "theme.linkUnderline": True,
    }
)


def streamlit_options() -> dict[str, object]:
    """The theme as Streamlit's options; the browser's preference decides between the two."""
    options: dict[str, object] = dict(_SHARED)
    for name, palette in (("light", LIGHT), ("dark", DARK)):
        options.update({f"theme.{name}.{slot}": colour for slot, colour in palette.items()})
    return options


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours "#rrggbb" (WCAG 2.2, definition of contrast ratio)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
