"""The ward: a card a bed, the sickest first."""

from typing import Final

import streamlit as st

from streamlit_app import components
from streamlit_app.presenting.ward import ward
from streamlit_app.shell import Visit, plain, told

EVERY_S: Final = 2.0


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
            above.error(visit.words("unreadable", who=plain(who)), icon=":material/error:")
