"""The summary on a patient's page: asking for one, reading it, and marking what it rests on."""

from datetime import timedelta
from typing import Final

import streamlit as st

from sereno.domain.evidence import SUMMARIES, Form, Summary
from sereno.domain.work import JobState
from sereno.services.feedback import Reviewed
from streamlit_app import components
from streamlit_app.presenting.cited import of_summary
from streamlit_app.presenting.summary import cited_notes, summary
from streamlit_app.shell import Visit, nothing, plain, zone
from streamlit_app.texts import Words
from streamlit_app.views import feedback, marks

WINDOWS: Final = (1, 4, 8, 12, 24, 72)
FORMS: Final = SUMMARIES
DEFAULT_FORM: Final = Form.HANDOVER


def show(visit: Visit, patient_id: str) -> None:
    """The panel."""
    with st.container(border=True):
        st.markdown(f"**{visit.words('summary')}**")
        found = shown(visit, patient_id)
        if found is None:
            st.caption(visit.words("nosummary"))
        else:
            reviewed = visit.screens.feedback.about(found)
            _text(visit, reviewed)
            feedback.show(visit, reviewed)
            if found.language is not visit.words.language:
                st.caption(visit.words("other_language"))
        _request(visit, patient_id)


def shown(visit: Visit, patient_id: str) -> Summary | None:
    """The newest summary; while the viewer decides about one, that one, whatever else comes."""
    pinned = feedback.pinned(patient_id)
    if pinned is not None:
        return visit.screens.feedback.find(pinned).summary
    return visit.screens.views.last_summary(patient_id)


def writing(patient_id: str) -> bool:
    """Whether a summary of this patient was asked for here and is not there yet."""
    job: tuple[str, str] | None = st.session_state.get("summary_job")
    return job is not None and job[0] == patient_id


def _text(visit: Visit, reviewed: Reviewed) -> None:
    now, found = visit.screens.clock.now(), reviewed.summary
    text = of_summary(found)
    since = visit.screens.views.since(found.patient, found.evidence.window.end)
    data = summary(reviewed, marks.marked(text), now, visit.words, since)
    if found.form is Form.PATIENT:
        st.markdown(f"**{Words(found.language)('for_patient')}**")
    clicked = components.summary(key="summary", data=data, on_mark_change=nothing)
    if found.form is Form.PATIENT:
        st.caption(Words(found.language)("ask_staff"))
    _notes(visit, found)
    if clicked.mark is not None:
        marks.mark(visit, text, clicked.mark)
        st.rerun(scope="fragment")


def _notes(visit: Visit, found: Summary) -> None:
    """The whole notes behind the marked quotations: what a part leaves out is a click away."""
    chosen = marks.marked(of_summary(found))
    if not chosen:
        return
    for note in cited_notes(found, chosen, visit.screens.views.notes_of(found)):
        with st.container(border=True):
            when = f"{note.time.astimezone(zone()):%d/%m %H:%M}"
            st.caption(f"{visit.words('whole_note')} · {when} · {plain(note.author)}")
            st.text(note.text)  # not markdown: it is what somebody typed


def _request(visit: Visit, patient_id: str) -> None:
    words = visit.words
    if writing(patient_id):
        _wait(visit)
        return
    left, right = st.columns([1.6, 1], vertical_alignment="bottom")
    # A browser sends back the title that it knows: in another language it is another box.
    box = f"summary_form_{words.language.value}"
    form = left.selectbox(
        words("form"),
        FORMS,
        index=FORMS.index(DEFAULT_FORM),
        format_func=lambda one: words(f"form_{one.value}"),
        key=box,
        on_change=_take_its_window,
        args=(box,),
    )
    st.session_state.setdefault("summary_hours", DEFAULT_FORM.hours)
    hours = right.selectbox(f"{words('window')}, {words('h')}", WINDOWS, key="summary_hours")
    if st.button(words("write"), type="primary", key="summary_write", width="stretch"):
        service = visit.screens.summarisation
        window = service.window(patient_id, timedelta(hours=hours))
        job = service.request(patient_id, window, language=words.language, form=form, priority=1)
        st.session_state["summary_job"] = (patient_id, job)
        st.rerun()


def _take_its_window(box: str) -> None:
    """Another form was chosen: it brings the window that it usually covers."""
    form = st.session_state[box]
    if form in FORMS:
        st.session_state["summary_hours"] = form.hours


def _wait(visit: Visit) -> None:
    """Say that it is being written until it is; then show it and look at the trend again."""
    progress = visit.screens.summarisation.progress(st.session_state["summary_job"][1])
    if progress.summary is None and progress.job.state is not JobState.CANCELLED:
        st.status(visit.words("writing"), state="running")
        return
    del st.session_state["summary_job"]
    st.session_state.pop("marks", None)
    st.rerun()
