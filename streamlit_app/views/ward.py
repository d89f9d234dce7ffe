"""The ward: a card a bed, the sickest first."""

from typing import Final

import streamlit as st

from sereno.services.absence import Absence
from streamlit_app import components
from streamlit_app.presenting.ward import ward
from streamlit_app.shell import Visit, plain, told, zone
from streamlit_app.views import ask, handover

EVERY_S: Final = 2.0
# An answer about many beds is read in its own box, and leaves room for the cards.
_STYLE: Final = """<style>
.st-key-ward_answer { max-height: 45vh; overflow-y: auto; flex-shrink: 0; }
</style>"""


def show(visit: Visit) -> None:
    """The page."""
    st.html(_STYLE)
    with st.container(horizontal=True, vertical_alignment="center", key="ward_top"):
        handover.strip(visit)
        question = ask.ward_box(visit)
    with told(visit.words):
        ask.look_for_ward(visit, question)
    _cards(visit)


@st.fragment(run_every=EVERY_S)
def _cards(visit: Visit) -> None:
    with told(visit.words):
        above, asked, view = st.container(), st.container(), visit.screens.views.ward()
        words = visit.words
        lines = {bed.patient.id: visit.screens.lines.of(bed, words.language) for bed in view.beds}
        components.ward(key="ward", data=ward(view, words, lines))
        if view.unreadable:
            who = ", ".join(view.unreadable)
            above.error(visit.words("unreadable", who=plain(who)), icon=":material/error:")
        if view.failing:
            what = "; ".join(view.failing)
            above.error(visit.words("source_failing", what=plain(what)), icon=":material/error:")
        if view.absence:
            above.warning(_absence(view.absence, visit), icon=":material/visibility_off:")
        with asked:  # last: the cards do not wait for it
            ask.ward_answer(visit)


def _absence(gap: Absence, visit: Visit) -> str:
    """When nobody watched, on the viewer's clock; with the day where it was another one."""
    start, end = (each.astimezone(zone()) for each in (gap.since, gap.until))
    day = "" if start.date() == end.date() else "%d/%m "
    return visit.words(
        "absence_planned" if gap.planned else "absence_unplanned",
        start=f"{start:{day}%H:%M:%S}",
        end=f"{end:%H:%M:%S}",
        length=visit.words.length(gap.until - gap.since),
    )
