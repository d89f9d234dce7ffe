"""The facts whose samples are marked in the trend: a click on a sentence or a fact marks them.

One text at a time has marks; they stay in the viewer's session.
"""

from collections.abc import Sequence

import streamlit as st

from streamlit_app.presenting.cited import CitedText
from streamlit_app.presenting.trend import hours_back, marked_spans
from streamlit_app.shell import Visit


def marked(text: CitedText) -> list[str]:
    """The facts of `text` that were clicked."""
    marks: tuple[str, list[str]] = st.session_state.get("marks", ("", []))
    return marks[1] if marks[0] == text.id else []


def mark(visit: Visit, text: CitedText, facts: Sequence[str]) -> None:
    """Mark facts, and widen the trend where their samples lie before it."""
    st.session_state["marks"] = (text.id, list(facts))
    spans = marked_spans(text.evidence, facts)
    if not spans:
        return
    until = visit.screens.views.patient(text.patient).until
    needed = hours_back(until - min(span.start for _, span in spans))
    if st.session_state.get("trend_hours", 0) < needed:
        st.session_state["trend_hours"] = needed
