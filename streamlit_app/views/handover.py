"""Handing over the whole ward: asking for it, how far it is, and the texts bed by bed."""

from collections.abc import Callable, Mapping
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sereno.domain.errors import Forgotten, NotFound, Unreadable
from sereno.domain.evidence import Summary
from sereno.services.feedback import Reviewed
from sereno.services.handover import WardHandover
from sereno.services.since import Since
from streamlit_app import components
from streamlit_app.presenting.handover import handover
from streamlit_app.shell import Visit, plain, told, zone

WRITING_EVERY_S: Final = 1.0
AT_REST_EVERY_S: Final = 10.0
PROGRESS_PX: Final = 320
_LINK: Final = '<a href="/handover" style="color: inherit">{}</a>'

# On paper the bar and what is to be clicked have no place, and no part of the page scrolls.
_PRINT: Final = """<style>
@media print {
  .st-key-bar, .st-key-handover_ask, [data-testid="stHeader"] { display: none !important; }
  html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"],
  [data-testid="stMainBlockContainer"] { position: static !important; display: block !important;
    height: auto !important; overflow: visible !important; padding: 0 !important;
    background: #fff !important; }
}
</style>"""


def show(visit: Visit) -> None:
    """The page."""
    st.html(_PRINT)
    _paced(visit, _sheet)


def strip(visit: Visit) -> None:
    """On the ward's page: one action that asks for all, and how far it is."""
    _paced(visit, _strip)


def _paced(visit: Visit, draw: Callable[[Visit, WardHandover | None], None]) -> None:
    """Draw as a fragment: often while a handover is being written, else now and then."""
    with told(visit.words):
        writing = _writing(visit.screens.handover.newest())

        def drawn() -> None:
            with told(visit.words):
                found = visit.screens.handover.newest()
                draw(visit, found)
                if writing != _writing(found):
                    st.rerun()  # at the other pace

        st.fragment(drawn, run_every=WRITING_EVERY_S if writing else AT_REST_EVERY_S)()


def _writing(found: WardHandover | None) -> bool:
    return found is not None and found.waiting > 0


def _strip(visit: Visit, found: WardHandover | None) -> None:
    with _row():
        _ask(visit, found)
        if found:
            age = visit.words.length(visit.screens.clock.now() - found.asked)
            st.html(_LINK.format(visit.words("handover_read", age=age)), width="content")


def _sheet(visit: Visit, found: WardHandover | None) -> None:
    with _row():
        _ask(visit, found)
    if found is None:
        st.caption(visit.words("handover_none"))
        return
    _warn(visit, found)
    texts = _texts(visit, found)
    since, now = _since(visit, texts), visit.screens.clock.now()
    data = handover(found, texts, since, now, _zone(texts), visit.words)
    components.handover(key="handover", data=data)


def _row() -> DeltaGenerator:
    return st.container(key="handover_ask", horizontal=True, vertical_alignment="center")


def _ask(visit: Visit, found: WardHandover | None) -> None:
    """The button; while one is written, how far it is and the button that stops it."""
    words = visit.words
    if found is not None and _writing(found):
        done, of = len(found.entries) - found.waiting, len(found.entries)
        st.progress(done / of, words("handover_progress", n=done, of=of), width=PROGRESS_PX)
        if st.button(words("handover_stop"), key="handover_stop"):
            visit.screens.handover.stop()
            st.rerun()
        return
    if st.button(words("handover_ask"), key="handover_start"):
        visit.screens.handover.ask(words.language, visit.viewer.account)
        st.rerun()


def _warn(visit: Visit, found: WardHandover) -> None:
    """Who is not in it, whose record can not be read, and that it is in another language."""
    words = visit.words
    if found.absent:
        who = ", ".join(patient.label for patient in found.absent)
        st.warning(words("handover_absent", who=plain(who)), icon=":material/warning:")
    if unreadable := visit.screens.views.unreadable():
        who = ", ".join(unreadable)
        st.error(words("unreadable", who=plain(who)), icon=":material/error:")
    if found.language is not words.language:
        st.caption(words("handover_other_language"))


def _texts(visit: Visit, found: WardHandover) -> dict[str, Reviewed | None]:
    """What is written, by output, with what was decided about it since.

    A session reads each text once, and that is a line of the audit.
    """
    kept: dict[str, Summary | None] = st.session_state.get("handover_texts", {})
    outputs = [entry.output for entry in found.entries if entry.output]
    texts = {output: kept.get(output) or _read(visit, output) for output in outputs}
    for text in texts.values():
        if text:
            visit.screens.read_audit.shown(visit.viewer.account, text.patient)
    st.session_state["handover_texts"] = texts
    about = visit.screens.feedback.about
    return {output: about(text) if text else None for output, text in texts.items()}


def _since(visit: Visit, texts: Mapping[str, Reviewed | None]) -> dict[str, Since]:
    """What has happened since each text's window, by the text's own id."""
    since = visit.screens.views.since_if_readable
    summaries = (each.summary for each in texts.values() if each)
    return {text.id: since(text.patient, text.evidence.window.end) for text in summaries}


def _read(visit: Visit, output: str) -> Summary | None:
    try:
        return visit.screens.handover.summary(output)
    except (Forgotten, NotFound, Unreadable):
        return None


def _zone(texts: Mapping[str, Reviewed | None]) -> ZoneInfo:
    """That in which the texts tell clock times; until there is one, the viewer's."""
    told = (ZoneInfo(text.summary.evidence.zone) for text in texts.values() if text)
    return next(told, zone())
