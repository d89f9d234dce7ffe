"""What is entered by hand on a patient's page: observations, orders and notes."""

from typing import Final

import streamlit as st

from sereno.domain.errors import SerenoError
from sereno.domain.patients import Patient, SpO2Scale
from sereno.domain.vitals import VITALS, Consciousness, Signal
from streamlit_app.shell import Visit, told, zone
from streamlit_app.views import commands, stay

MOST_NOTES: Final = 20
_AIR, _OXYGEN = 0.0, 1.0
_FIELDS: Final = (
    "chart_consciousness",
    "chart_breathing",
    "chart_flow",
    "chart_device",
    "chart_temperature",
)


def show(visit: Visit, patient: Patient) -> None:
    """The panel; for who may only look, the notes."""
    if not visit.viewer.role.acts:
        with told(visit.words):
            _notes(visit, patient)
        return
    st.markdown(f"**{visit.words('charting')}**")
    left, middle, right = st.columns(3)
    with left:
        if patient.discharged is None:
            _observations(visit, patient)
        stay.show(visit, patient)
    with middle:
        _note(visit, patient)
        _scale(visit, patient)
    with right, told(visit.words):
        _notes(visit, patient)


def _observations(visit: Visit, patient: Patient) -> None:
    words = visit.words
    _empty(visit, patient)
    with st.form("chart"):
        consciousness = st.radio(
            words("consciousness"),
            list(Consciousness),
            index=None,
            format_func=lambda level: words(f"acvpu_{int(level)}"),
            key="chart_consciousness",
        )
        breathing = st.radio(
            words("breathing"),
            [_AIR, _OXYGEN],
            index=None,
            horizontal=True,
            format_func=lambda given: words("oxygen") if given else words("air"),
            key="chart_breathing",
        )
        flow = _number(visit, "flow", Signal.OXYGEN_FLOW, 0.5)
        device = st.selectbox(
            words("device"),
            words.list("devices"),
            index=None,
            placeholder=words("choose_device"),
            key="chart_device",
        )
        temperature = _number(visit, "temperature", Signal.TEMPERATURE, 0.1)
        if not st.form_submit_button(words("enter"), type="primary", width="stretch"):
            return
    values = {
        Signal.CONSCIOUSNESS: consciousness,
        Signal.OXYGEN_GIVEN: _OXYGEN if flow and breathing is None else breathing,
        Signal.OXYGEN_FLOW: 0.0 if breathing == _AIR else flow,
        Signal.TEMPERATURE: temperature,
    }
    known = {signal: float(value) for signal, value in values.items() if value is not None}
    _enter(visit, patient, known, device)


def _empty(visit: Visit, patient: Patient) -> None:
    """Empty the fields once they are sent, and for another patient; never where refused."""
    state = st.session_state
    if state.pop("chart_sent", False):
        st.toast(visit.words("sent"))
    elif state.get("chart_of") == patient.id:
        return
    state["chart_of"] = patient.id
    for field in _FIELDS:
        state[field] = None


def _number(visit: Visit, key: str, signal: Signal, step: float) -> float | None:
    """A field without bounds of its own: the browser would drop what is beyond without a word."""
    return st.number_input(
        visit.words(key),
        value=None,
        step=step,
        format=f"%.{VITALS[signal].decimals}f",
        key=f"chart_{key}",
    )


def _enter(visit: Visit, patient: Patient, values: dict[Signal, float], device: str | None) -> None:
    words, charting, by = visit.words, visit.screens.charting, visit.viewer.actor
    if not values and device is None:
        st.info(words("nothing"))
        return
    refused = [
        words.refused(s, value) for s, value in values.items() if not VITALS[s].plausible(value)
    ]
    if refused:
        st.error("  \n".join(refused), icon=":material/error:")
        return
    try:
        if values:
            now = visit.screens.clock.now()
            commands.keep(patient.id, charting.chart(patient.id, values, now, by))
        if device is not None:
            note = words("device_note", device=device)
            commands.keep(patient.id, charting.note(patient.id, note, by))
    except SerenoError as error:
        st.error(words.wrong(error))
        return
    st.session_state["chart_sent"] = True
    st.rerun()


def _note(visit: Visit, patient: Patient) -> None:
    words = visit.words
    with st.form("note", clear_on_submit=True), told(visit.words):
        text = st.text_area(words("note"), key="chart_note", height=110)
        if st.form_submit_button(words("add_note"), width="stretch"):
            command = visit.screens.charting.note(patient.id, text, visit.viewer.actor)
            commands.sent(visit, patient.id, command)


def _scale(visit: Visit, patient: Patient) -> None:
    words = visit.words
    with st.form("scale"), told(visit.words):
        second = st.checkbox(
            words("scale_order"),
            value=patient.spo2_scale is SpO2Scale.SCALE_2,
            help=words("scale_help"),
            key="chart_scale",
        )
        if patient.spo2_scale_ordered_by:
            st.caption(words("ordered_by", by=patient.spo2_scale_ordered_by))
        if st.form_submit_button(words("order"), width="stretch"):
            scale = SpO2Scale.SCALE_2 if second else SpO2Scale.SCALE_1
            charting, by = visit.screens.charting, visit.viewer.actor
            commands.sent(visit, patient.id, charting.order_spo2_scale(patient.id, scale, by))


def _notes(visit: Visit, patient: Patient) -> None:
    with st.container(border=True):
        st.markdown(f"**{visit.words('notes')}**")
        notes = visit.screens.views.notes(patient.id)[:MOST_NOTES]
        if not notes:
            st.caption(visit.words("nonotes"))
        for note in notes:
            st.caption(f"{note.time.astimezone(zone()):%d/%m %H:%M} · {note.author}")
            st.text(note.text)
