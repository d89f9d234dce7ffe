"""What the viewer makes of a summary: accepting, editing and rejecting it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from sereno.domain.errors import SerenoError
from sereno.domain.review import Opinion
from sereno.services.feedback import Reviewed
from streamlit_app import components
from streamlit_app.presenting.summary import feedback
from streamlit_app.shell import Visit, nothing


def pinned(patient_id: str) -> str | None:
    """The id of the summary of that patient about which the viewer is deciding here."""
    held: tuple[str, str] | None = st.session_state.get("deciding")
    return held[1] if held is not None and held[0] == patient_id else None


def show(visit: Visit, reviewed: Reviewed) -> None:
    """The buttons beneath a summary; nothing for who may only look."""
    if not visit.viewer.role.acts:
        return
    found = reviewed.summary
    key = f"feedback_{found.id}"
    held: Mapping[str, Any] = st.session_state.get(key) or {}
    editing = held.get("mode") == "edit" and isinstance(held.get("typed"), str)
    checked = visit.screens.feedback.check(found, held["typed"]) if editing else None
    kept = st.session_state.get("decided", "")
    chosen = components.feedback(
        key=key,
        data=feedback(reviewed, checked, kept, visit.words),
        on_mode_change=nothing,
        on_typed_change=nothing,
        on_decide_change=nothing,
    )
    if chosen.decide and decide(visit, reviewed, chosen.decide):
        st.rerun(scope="fragment")
    _pin(found.patient, found.id if chosen.mode else None)


def decide(visit: Visit, reviewed: Reviewed, wanted: Mapping[str, Any]) -> bool:
    """Keep a decision; one that is refused is said, and leaves what was typed where it is."""
    service, by, its = visit.screens.feedback, visit.viewer.actor, reviewed.summary.id
    reason, of = str(wanted.get("reason") or ""), wanted.get("of")
    try:
        if wanted["opinion"] == Opinion.ACCEPTED:
            kept = service.accept(its, by, of)
        elif wanted["opinion"] == Opinion.EDITED:
            kept = service.edit(its, str(wanted.get("text") or ""), reason, by, of)
        else:
            kept = service.reject(its, reason, by, of)
    except SerenoError as error:
        st.error(visit.words.wrong(error))
        return False
    st.session_state["decided"] = kept.id
    st.session_state.pop("deciding", None)
    return True


def _pin(patient_id: str, summary_id: str | None) -> None:
    if summary_id is not None:
        st.session_state["deciding"] = (patient_id, summary_id)
    elif pinned(patient_id) is not None:
        del st.session_state["deciding"]
