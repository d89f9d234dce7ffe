"""The dashboard: a table of pages. Streamlit runs this file anew for every viewer and rerun.

Links load a page anew instead of switching it within Streamlit: a fragment's timer that fires
during a switch leaves Streamlit 1.67 with a page it can not draw ("Bad delta path index").
"""

import streamlit as st

from streamlit_app import shell
from streamlit_app.views import alarms, handover, patient, sources, ward

SHOW = {
    "ward": ward.show,
    "patient": patient.show,
    "alarms": alarms.show,
    "handover": handover.show,
    "sources": sources.show,
}

st.set_page_config(page_title="Sereno", layout="wide")

pages: dict[str, object] = {}
visit = shell.enter(pages)
for name, show in SHOW.items():
    pages[name] = st.Page(
        lambda show=show: show(visit),  # type: ignore[misc]
        title=f"{visit.words(name)} · Sereno",
        url_path="" if name == "ward" else name,
        default=name == "ward",
    )
chosen = st.navigation(list(pages.values()), position="hidden")  # type: ignore[arg-type]
shell.bar(visit, next(name for name, page in pages.items() if page == chosen))
chosen.run()
