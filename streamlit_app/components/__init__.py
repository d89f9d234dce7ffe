"""The parts of the screens that Streamlit has no widget for: one script and style each.

A component gets plain data (see `streamlit_app.presenting`) and gives back what was clicked. It
keeps its state in the browser and is fed again by a fragment, without being mounted anew.
"""

from pathlib import Path
from typing import Any, Final

import streamlit as st

_HERE: Final = Path(__file__).parent


def _component(name: str) -> Any:
    def text(file: str) -> str:
        return (_HERE / file).read_text("utf-8")

    return st.components.v2.component(
        f"sereno_{name}",
        js=text("common.js") + text(f"{name}.js"),
        css=text("common.css") + text(f"{name}.css"),
    )


frame = _component("frame")
ward = _component("ward")
monitor = _component("monitor")
score = _component("score")
trend = _component("trend")
summary = _component("summary")
feedback = _component("feedback")
alarms = _component("alarms")
handover = _component("handover")
sources = _component("sources")
letters = _component("letters")
