"""The ward: a card a bed, the sickest first."""

from typing import Final

import streamlit as st

from streamlit_app import components
from streamlit_app.presenting.ward import ward
from streamlit_app.shell import Visit, told

EVERY_S: Final = 2.0


def show(visit: Visit) -> None:
    """The page."""
    _cards(visit)


@st.fragment(run_every=EVERY_S)
def _cards(visit: Visit) -> None:
    with told():
        components.ward(key="ward", data=ward(visit.screens.views.ward(), visit.words))
