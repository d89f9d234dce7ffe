"""One patient: the monitor, trends, NEWS2 with its parts, the summary and what is charted."""

from datetime import timedelta
from hashlib import blake2s
from typing import Final

import streamlit as st

from sereno.domain.patients import Patient
from sereno.services.views import TREND_STEPS
from streamlit_app import components
from streamlit_app.presenting.cited import CitedText, of_answer, of_summary
from streamlit_app.presenting.limits import line
from streamlit_app.presenting.monitor import monitor
from streamlit_app.presenting.score import score
from streamlit_app.presenting.trend import marked_spans, trend
from streamlit_app.presenting.ward import who
from streamlit_app.shell import Visit, told
from streamlit_app.views import ask, charting, commands, explanation, marks, stay, summary

LIVE_EVERY_S: Final = 1.0
TREND_EVERY_S: Final = 10.0
WRITING_EVERY_S: Final = 1.0
# The first time a whole screen of waves is sent; then a little more than was missed.
WAVES_AT_FIRST: Final = timedelta(seconds=14)
WAVES_AFTER: Final = timedelta(seconds=4)
DEFAULT_HOURS: Final = 4


def show(visit: Visit) -> None:
    """The page."""
    with told(visit.words):
        explanation.asked()
        patient = _chosen(visit)
        if patient is None:
            return
        st.session_state["waves_fresh"] = True
        _live(visit, patient)
        _story(visit, patient.id)
        charting.show(visit, patient)
        _limits(visit, patient.id)


def _chosen(visit: Visit) -> Patient | None:
    """The patient of the address, discharged or not, with a box to turn to another one."""
    words = visit.words
    asked = st.query_params.get("id") or st.session_state.get("patient")
    everyone = {
        patient.id: patient
        for patient in visit.screens.views.patients(discharged=True)
        if patient.discharged is None or patient.id == asked
    }
    if asked and asked not in everyone:
        st.warning(words("unknown"))
    shown = asked if asked in everyone else None
    titles = {one: _title(patient, visit) for one, patient in everyone.items()}
    # A browser goes on saying the title that it knows: another title is another box.
    box = f"patient_box_{blake2s(titles.get(shown or '', '').encode(), digest_size=8).hexdigest()}"
    if st.session_state.get(box) != shown:
        st.session_state[box] = shown
    st.selectbox(
        words("choose"),
        list(everyone),
        index=None,
        format_func=lambda one: titles.get(one, "–"),
        placeholder=words("choose"),
        label_visibility="collapsed",
        key=box,
        on_change=_turn,
        args=(box, frozenset(everyone)),
    )
    if shown is None:
        return None
    st.session_state["patient"] = st.query_params["id"] = shown
    return everyone[shown]


def _turn(box: str, known: frozenset[str]) -> None:
    """The box was used: what it says goes before the address, and marks belong to nobody.

    A title is no patient, and holds a name that has no place in an address.
    """
    chosen = st.session_state.get(box)
    if chosen not in known:
        return
    st.query_params["id"] = chosen
    st.session_state.pop("marks", None)
    st.session_state.pop("summary_job", None)
    explanation.close()
    st.session_state.pop("answer", None)


def _title(patient: Patient, visit: Visit) -> str:
    today = visit.screens.clock.now().date()
    detail = who(patient, today, visit.words)
    end = visit.words("discharged_short") if patient.discharged else ""
    return "  ·  ".join(part for part in (patient.label, detail, end) if part)


@st.fragment(run_every=LIVE_EVERY_S)
def _live(visit: Visit, patient: Patient) -> None:
    with told(visit.words):
        views = visit.screens.views
        view = views.patient(patient.id)
        stay.mark(visit, patient, view.patient)
        fresh = st.session_state.pop("waves_fresh", False)
        chunks = views.waves(patient.id, WAVES_AT_FIRST if fresh else WAVES_AFTER)
        left, right = st.columns([2.6, 1])
        with left:
            components.monitor(key="monitor", data=monitor(view, chunks, visit.words))
        with right, st.container(border=True):
            components.score(key="score", data=score(view, visit.words))
        # Here, for whoever leaves the page open goes on reading; and once the numbers are on their
        # way, for a database that is busy must not hold them back.
        visit.screens.read_audit.opened(visit.viewer.account, patient.id)
        commands.refused(visit, patient.id)


@st.fragment(run_every=TREND_EVERY_S)
def _limits(visit: Visit, patient_id: str) -> None:
    with told(visit.words), st.expander(visit.words("limits")):
        for each in visit.screens.views.limits(patient_id):
            st.text(line(each, visit.words))  # not markdown: a reason is what somebody typed


def _story(visit: Visit, patient_id: str) -> None:
    """Trends and summary, in one fragment: a click on a sentence marks the samples at once."""
    every = WRITING_EVERY_S if summary.writing(patient_id) else TREND_EVERY_S
    st.fragment(_trend_and_summary, run_every=every)(visit, patient_id)


def _trend_and_summary(visit: Visit, patient_id: str) -> None:
    with told(visit.words):
        left, right = st.columns([2.6, 1])
        alarm = explanation.opened(visit, patient_id)
        with right:
            explanation.show(visit, patient_id, alarm)
            ask.show(visit, patient_id)
            summary.show(visit, patient_id)
        with left:
            _trend(visit, patient_id, of_summary(alarm.text) if alarm else None)


def _trend(visit: Visit, patient_id: str, explained: CitedText | None) -> None:
    words = visit.words
    hours = st.segmented_control(
        f"{words('trends')}, {words('h')}",
        list(TREND_STEPS),
        default=DEFAULT_HOURS,
        key="trend_hours",
        required=True,
    )
    written, answer = summary.shown(visit, patient_id), ask.answered(patient_id)
    texts = (
        explained,
        of_summary(written) if written else None,
        of_answer(answer) if answer else None,
    )
    spans = [
        span for text in texts if text for span in marked_spans(text.evidence, marks.marked(text))
    ]
    view = visit.screens.views.trend(patient_id, hours or DEFAULT_HOURS)
    with st.container(border=True):
        components.trend(key="trend", data=trend(view, spans, words))
