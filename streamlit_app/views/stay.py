"""The end of a patient's stay on their page: its mark, ending it, and taking the end back.

Either is a command that the ingest process carries out; the page changes once it has.
"""

import streamlit as st

from sereno.domain.patients import Patient
from sereno.services.charting import LONGEST_REASON
from streamlit_app.shell import Visit, plain, told, zone
from streamlit_app.views import commands


def mark(visit: Visit, shown: Patient, now: Patient) -> None:
    """Say that they are discharged; where the page shows something else, draw it anew."""
    if now.discharged != shown.discharged:
        st.rerun()
    if (end := now.discharged) is not None:
        when = f"{end.at.astimezone(zone()):%Y-%m-%d %H:%M}"
        said = visit.words("discharged", when=when, by=plain(end.by), reason=plain(end.reason))
        st.warning(said, icon=":material/logout:")


def show(visit: Visit, patient: Patient) -> None:
    """What can be done: end the stay, or take its end back."""
    with told(visit.words):
        if patient.discharged is None:
            _discharge(visit, patient)
        elif st.button(visit.words("readmit"), key="stay_readmit", width="stretch"):
            command = visit.screens.charting.readmit(patient.id, visit.viewer.actor)
            commands.sent(visit, patient.id, command)


def _discharge(visit: Visit, patient: Patient) -> None:
    words, bed = visit.words, plain(patient.label)
    with st.expander(words("discharge")):  # a popover at the foot of a page hangs out of view
        st.markdown(words("discharge_ask", bed=bed))
        reason = st.text_input(
            words("reason"), max_chars=LONGEST_REASON, key=f"stay_reason_{patient.id}"
        )
        if st.button(words("discharge_now", bed=bed), key="stay_discharge", type="primary"):
            charting, by = visit.screens.charting, visit.viewer.actor
            commands.sent(visit, patient.id, charting.discharge(patient.id, reason, by))
