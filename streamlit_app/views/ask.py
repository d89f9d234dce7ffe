"""Asking in words, on a patient's page and on the ward's: the answer and what it rests on.

Question and answer stay in the viewer's session: neither is kept, nor part of an address.
"""

import streamlit as st

from sereno.domain.questions import Answer, Outcome
from sereno.services.answering import LONGEST_QUESTION
from sereno.services.since import told as since_told
from sereno.services.since import told_of
from streamlit_app import components
from streamlit_app.presenting.cited import cited_text, of_answer
from streamlit_app.shell import Visit, nothing, plain, zone
from streamlit_app.views import marks

WARD = ""  # in the place of a patient: the question was put to all


def show(visit: Visit, patient_id: str) -> None:
    """The panel on a patient's page."""
    with st.container(border=True):
        question = _box(visit, patient_id, "ask_example")
        if question:
            visit.screens.read_audit.note(visit.viewer.account, "asked", patient_id)
            with st.spinner(visit.words("looking")):
                answer = visit.screens.questions.answer(patient_id, question, visit.words.language)
            st.session_state["answer"] = (patient_id, answer)
            st.session_state.pop("marks", None)
        found = answered(patient_id)
        if found is not None:
            _one(visit, patient_id, found)


def ward_box(visit: Visit) -> str:
    """The box on the ward's page: what was asked just now, or nothing."""
    return _box(visit, WARD, "ask_ward_example")


def look_for_ward(visit: Visit, question: str) -> None:
    """Find the answer to what was asked of the ward just now, if anything, and say so meanwhile."""
    if not question:
        return
    st.session_state.pop("answer", None)
    visit.screens.read_audit.note(visit.viewer.account, "ward_asked")
    with st.spinner(visit.words("looking")):
        answer = visit.screens.questions.ask_ward(question, visit.words.language)
    st.session_state["answer"] = (WARD, answer)


def ward_answer(visit: Visit) -> None:
    """The panel on the ward's page with the answer that stands, until it is closed."""
    found = answered(WARD)
    if found is None:
        return
    with st.container(border=True, key="ward_answer"):
        with st.container(horizontal=True):
            _question(visit, found)
            if st.button(visit.words("close"), key="ward_answer_close"):
                st.session_state.pop("answer", None)
                st.rerun()
        _since(found, _changed(visit, found))
        st.text("\n".join([found.lead, *(part.text for part in found.parts)]).strip())


def _changed(visit: Visit, found: Answer) -> str:
    beds = visit.screens.views.ward_since(found.at)
    return told_of([(patient.label, what) for patient, what in beds], visit.words.language)


def _since(found: Answer, changed: str) -> None:
    """Say what has happened since an answer; one that told nothing of the record stays as it is."""
    place = st.container()  # kept, so that what follows stays in its place
    if changed and found.outcome is not Outcome.DECLINED:
        place.warning(plain(changed), icon=":material/update:")


def answered(patient_id: str) -> Answer | None:
    """The answer that stands on this page."""
    kept: tuple[str, Answer] | None = st.session_state.get("answer")
    return kept[1] if kept is not None and kept[0] == patient_id else None


def _box(visit: Visit, patient_id: str, example: str) -> str:
    """What was asked just now, or nothing. It is one line: what is watched needs the room."""
    words = visit.words
    key = f"{patient_id}_{words.language.value}"
    with (
        st.form(f"ask_{key}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        question = st.text_input(
            words("ask"), max_chars=LONGEST_QUESTION, placeholder=words(example),
            key=f"ask_question_{key}", label_visibility="collapsed",
        )  # fmt: skip
        asked = st.form_submit_button(words("ask_now"), width="content")
    return question.strip() if asked else ""


def _question(visit: Visit, found: Answer) -> None:
    """What was asked, and the moment that the answer is of, on the viewer's clock."""
    of, now = (each.astimezone(zone()) for each in (found.at, visit.screens.clock.now()))
    when = f"{of:%H:%M}" if of.date() == now.date() else f"{of:%Y-%m-%d %H:%M}"
    asked = visit.words("asked_of", when=when, question=plain(found.question))
    st.caption("\n\n".join([asked, plain(found.read_as)] if found.read_as else [asked]))


def _one(visit: Visit, patient_id: str, found: Answer) -> None:
    _question(visit, found)
    text, since = of_answer(found), visit.screens.views.since(patient_id, found.at)
    if text is None:
        _since(found, since_told(since, visit.words.language))
        st.text(found.lead)
        return
    data = cited_text(text, marks.marked(text), visit.screens.clock.now(), visit.words, since)
    clicked = components.summary(key="answer", data=data, on_mark_change=nothing)
    for note in found.parts[0].notes:
        st.text(f"{note.author}: {note.text}")  # not markdown: what somebody typed
    if clicked.mark is not None:
        marks.mark(visit, text, clicked.mark)
        st.rerun(scope="fragment")
