"""What every page shares: who is looking, in which language, the bar, and how errors are told."""

import re
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from sereno.domain.errors import SerenoError
from sereno.domain.vitals import Language
from sereno.services.access import Viewer
from streamlit_app import components
from streamlit_app.context import Screens, screens
from streamlit_app.presenting.common import ms
from streamlit_app.presenting.frame import frame
from streamlit_app.texts import Words

BAR_EVERY_S: Final = 2.0
_MARKDOWN: Final = re.compile(f"([{re.escape(string.punctuation)}])")

# Streamlit's own header keeps its menu (light and dark are chosen there) and gives its room to
# the bar; pages use the width and waste no height.
_STYLE: Final = """<style>
[data-testid="stHeader"] { background: transparent; height: 3rem; }
[data-testid="stHeader"], [data-testid="stHeader"] * { pointer-events: none; }
[data-testid="stHeader"] button, [data-testid="stHeader"] button * { pointer-events: auto; }
[data-testid="stMainBlockContainer"] { padding: 0.4rem 1.5rem 3rem; max-width: 120rem; }
[data-testid="stElementContainer"]:has(style) { display: none; }
[data-testid="stVerticalBlock"] { gap: 0.9rem; }
[data-testid="stStatusWidget"] { display: none; }
[data-testid="stForm"] [data-testid="InputInstructions"] { display: none; }
[data-stale="true"] { opacity: 1 !important; }
@media (min-width: 641px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-bar) { position: sticky; top: 0; z-index: 90; }
}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 0.2rem 0.7rem 2rem; }
}
</style>"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One run of a page: who looks, in which words, with which services and pages at hand."""

    viewer: Viewer
    words: Words
    screens: Screens
    pages: Mapping[str, Any]


def enter(pages: Mapping[str, Any]) -> Visit:
    """The visit of who is signed in. Stops the page for everyone else.

    The web app's guard has refused them before; this holds even if it were left out.
    """
    services = screens()
    viewer = services.access.viewer(st.context.cookies.get(services.cookie))
    if viewer is None:
        st.error(Words(browser_language()).__call__("signed_out"))
        st.stop()
    words = Words(viewer.language or browser_language())
    return Visit(viewer, words, services, pages)


def browser_language() -> Language:
    """The language of the browser, where it is one of ours; else English."""
    wish = (st.context.locale or "")[:2].lower()
    return Language(wish) if wish in set(Language) else Language.ENGLISH


def bar(visit: Visit, current: str) -> None:
    """The bar on top of every page."""
    st.html(_STYLE)
    with st.container(key="bar"):
        _bar(visit, current)


@st.fragment(run_every=BAR_EVERY_S)
def _bar(visit: Visit, current: str) -> None:
    data = _bar_data(visit, current)
    clicked = components.frame(key="frame", data=data, on_language_change=nothing)
    if clicked.language:
        visit.screens.access.choose_language(visit.viewer, Language(clicked.language))
        st.rerun()


def _bar_data(visit: Visit, current: str) -> dict[str, Any]:
    views = visit.screens.views
    try:
        system, unseen = views.system(), views.unseen_alarms()
    except SerenoError:
        system, unseen = None, 0
    return frame(
        system,
        [(name, f"/{page.url_path}") for name, page in visit.pages.items()],
        current,
        visit.words,
        user=visit.viewer.account,
        unseen=unseen,
        now_ms=ms(visit.screens.clock.now()),
    )


@contextmanager
def told(words: Words) -> Iterator[None]:
    """Show an error of ours as the one line that it is, and leave the rest of the page standing."""
    try:
        yield
    except SerenoError as error:
        st.error(words.wrong(error), icon=":material/error:")


def plain(text: str) -> str:
    """What a device or a person wrote: none of it may act as Markdown, such as an image."""
    return _MARKDOWN.sub(r"\\\1", text)


def zone() -> ZoneInfo:
    """The viewer's time zone, as the browser tells it."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except ZoneInfoNotFoundError:
        return ZoneInfo("UTC")


def nothing() -> None:
    """A component's events need a listener; the page reads what was clicked from its result."""
