"""The open alarms on a patient's page, each with what explains it once it is opened."""

from typing import Final

import streamlit as st

from sereno.domain.errors import NotFound
from sereno.domain.surveillance import Alarm
from sereno.services.explaining import Explained
from streamlit_app import components
from streamlit_app.presenting.cited import CitedText, of_summary
from streamlit_app.presenting.common import alarm_text
from streamlit_app.presenting.explanation import explanation
from streamlit_app.shell import Visit, nothing
from streamlit_app.views import marks

_OPEN: Final = "explained"  # the alarm whose text stands open
_SHOWN: Final = "explained_text"  # that alarm, its text when it was drawn last, and its facts


def asked() -> None:
    """Take from the address which alarm to open and which of its facts to mark."""
    if alarm := st.query_params.get("alarm"):
        st.session_state[_OPEN] = alarm
        st.session_state["asked_marks"] = st.query_params.get("mark", "").split(",")
        for name in ("alarm", "mark"):
            st.query_params.pop(name, None)


def close() -> None:
    """Open none: another patient is turned to."""
    st.session_state.pop(_OPEN, None)


def opened(visit: Visit, patient_id: str) -> Explained | None:
    """The alarm of this patient that stands open, with its text."""
    alarm = st.session_state.get(_OPEN)
    if alarm is None:
        return None
    try:
        found = visit.screens.explaining.explain(alarm, visit.words.language)
    except NotFound:
        found = None
    if found is None or found.alarm.patient != patient_id:
        close()
        return None
    return found


def show(visit: Visit, patient_id: str, found: Explained | None) -> None:
    """The panel: the open alarms, and `found` among them with its text."""
    alarms = list(visit.screens.views.patient(patient_id).told)
    if found is not None and found.alarm.id not in {alarm.id for alarm in alarms}:
        alarms.insert(0, found.alarm)  # a closed one, which the list of alarms led to
    if not alarms:
        return
    with st.container(border=True):
        st.markdown(f"**{visit.words('alarms')}**")
        for alarm in alarms:
            _row(visit, alarm, found)


def _row(visit: Visit, alarm: Alarm, found: Explained | None) -> None:
    is_open = found is not None and found.alarm.id == alarm.id
    state = "" if alarm.present else f" ({visit.words('gone')})"
    st.button(
        f"{alarm_text(alarm, visit.words)}{state}",
        key=f"explain_{alarm.id}",
        icon=":material/expand_less:" if is_open else ":material/expand_more:",
        width="stretch",
        on_click=_turn,
        args=(None if is_open else alarm.id,),
    )
    if is_open and found is not None:
        _text(visit, found)


def _turn(alarm: str | None) -> None:
    st.session_state[_OPEN] = alarm


def _text(visit: Visit, found: Explained) -> None:
    text = of_summary(found.text)
    _take_asked_marks(visit, text)
    _keep_marks(found)
    now = visit.screens.clock.now()
    data = explanation(found, marks.marked(text), now, visit.words)
    clicked = components.summary(key="explanation", data=data, on_mark_change=nothing)
    if clicked.mark is not None:
        marks.mark(visit, text, clicked.mark)
        st.rerun(scope="fragment")


def _keep_marks(found: Explained) -> None:
    """What was marked stays so in a newer text of the same facts."""
    text, shape = found.text, [(fact.kind, fact.signal) for fact in found.text.evidence.facts]
    before = st.session_state.get(_SHOWN)
    if before and (before[0], before[2]) == (found.alarm.id, shape):
        its, facts = st.session_state.get("marks", ("", []))
        if its == before[1]:
            st.session_state["marks"] = (text.id, facts)
    st.session_state[_SHOWN] = (found.alarm.id, text.id, shape)


def _take_asked_marks(visit: Visit, text: CitedText) -> None:
    facts = st.session_state.pop("asked_marks", None)
    if facts:
        marks.mark(visit, text, facts)  # the trend is drawn after this
