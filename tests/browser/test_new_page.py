"""A page of the browser is as it was asked for."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (390, "dark")], ids=["desk, light", "phone, dark"]
)
def test_a_page_has_the_width_and_scheme_asked_for(
    new_page: Callable[..., Any], width: int, scheme: str
) -> None:
    page = new_page(width=width, height=700, color_scheme=scheme)
    page.set_content("<p>All is calm</p>")
    assert page.get_by_text("All is calm").is_visible()
    assert page.evaluate("innerWidth") == width
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
