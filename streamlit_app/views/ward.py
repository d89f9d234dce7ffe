"""The ward: a card a bed, the sickest first."""

import re
import string
from typing import Final

import streamlit as st

from streamlit_app import components
from streamlit_app.presenting.ward import ward
from streamlit_app.shell import Visit, told

EVERY_S: Final = 2.0
_MARKDOWN: Final = re.compile(f"([{re.escape(string.punctuation)}])")


def show(visit: Visit) -> None:
    """The page."""
    _cards(visit)


@st.fragment(run_every=EVERY_S)
def _cards(visit: Visit) -> None:
    with told():
        above, view = st.container(), visit.screens.views.ward()
        components.ward(key="ward", data=ward(view, visit.words))
        if view.unreadable:
            who = ", ".join(view.unreadable)
            above.error(visit.words("unreadable", who=_plain(who)), icon=":material/error:")


def _plain(text: str) -> str:
    """A label comes from a device: none of it may act as Markdown, such as an image to fetch."""
    return _MARKDOWN.sub(r"\\\1", text)
