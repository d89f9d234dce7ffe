"""Where data comes from, who is told, and how each fares; and what could not be read."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from sereno.domain.errors import SerenoError
from sereno.services.letters import Asked
from streamlit_app import components
from streamlit_app.presenting.common import Data
from streamlit_app.presenting.sources import Opened, letters, opened_letter, sources
from streamlit_app.shell import Visit, nothing, told
from streamlit_app.views import commands

EVERY_S: Final = 2.0
LETTERS_EVERY_S: Final = 5.0
COUNTED: Final = 1000  # the newest letters, of which the groups are made
_PLACE: Final = "letters"  # where the refusals of what was sent from here are told
_OPEN: Final = "letter_open"
_FILTER: Final = "letter_filter"
_OPENINGS: Final = "letter_openings"


def show(visit: Visit) -> None:
    """The page."""
    _sources(visit)
    _letters(visit)


@st.fragment(run_every=EVERY_S)
def _sources(visit: Visit) -> None:
    with told(visit.words):
        screens = visit.screens
        system, found = screens.views.system(), screens.sources.all()
        age = system.ages.get("ingest")
        spoke = None if age is None else system.now - age
        told_to = screens.sources.destinations()
        data = sources(found, told_to, spoke, system.now, visit.words, down=not system.up("ingest"))
        components.sources(key="sources", data=data)


@st.fragment(run_every=LETTERS_EVERY_S)
def _letters(visit: Visit) -> None:
    with told(visit.words):
        screens, words = visit.screens, visit.words
        lines = screens.letters.newest(COUNTED)
        clicked = components.letters(
            key="letters",
            data=letters(
                lines,
                st.session_state.get(_FILTER),
                screens.clock.now(),
                words,
                may_act=visit.viewer.role.acts,
                opened=_opened(visit),
            ),
            on_open_change=nothing,
            on_close_change=nothing,
            on_filter_change=nothing,
            on_replay_change=nothing,
            on_reread_change=nothing,
            on_settle_change=nothing,
        )
        _carry_out(visit, clicked)
        commands.refused(visit, _PLACE)


def _opened(visit: Visit) -> Data | None:
    opened: Opened | None = st.session_state.get(_OPEN)
    if opened is None:
        return None
    views, letters_ = visit.screens.views, visit.screens.letters
    readers = () if opened.letter.values else letters_.rereaders()
    return opened_letter(opened, views.patients(), readers, visit.words)


def _carry_out(visit: Visit, clicked: Any) -> None:
    """Do what was clicked, and draw anew: the list and the dialog show what came of it."""
    act: Mapping[str, Callable[[Visit, Mapping[str, Any]], None]] = {
        "close": _close,
        "open": _open,
        "filter": _filter,
        "replay": _replay,
        "reread": _reread,
        "settle": _settle,
    }
    asked = [(name, wanted) for name in act if (wanted := getattr(clicked, name))]
    for name, wanted in asked:
        act[name](visit, wanted)
    if asked:
        st.rerun(scope="fragment")


def _open(visit: Visit, wanted: Mapping[str, Any]) -> None:
    """Each opening is a line of the audit log; what stands open is read once."""
    letter = visit.screens.letters.open(int(wanted["letter"]), visit.viewer.actor)
    times = st.session_state.get(_OPENINGS, 0) + 1
    st.session_state[_OPENINGS] = times
    st.session_state[_OPEN] = Opened(letter=letter, times=times)


def _close(_: Visit, wanted: Mapping[str, Any]) -> None:
    """The one that was closed: another one may stand open by now."""
    opened: Opened | None = st.session_state.get(_OPEN)
    if opened is not None and opened.letter.line.number == wanted["letter"]:
        del st.session_state[_OPEN]


def _filter(_: Visit, wanted: Mapping[str, Any]) -> None:
    st.session_state[_FILTER] = wanted["key"]


def _replay(visit: Visit, wanted: Mapping[str, Any]) -> None:
    letters_, by = visit.screens.letters, visit.viewer.actor
    _answer(visit, lambda: [letters_.replay(int(wanted["letter"]), wanted["patient"], by)])


def _reread(visit: Visit, wanted: Mapping[str, Any]) -> None:
    letters_, by = visit.screens.letters, visit.viewer.actor
    number, text, source = int(wanted["letter"]), wanted["text"], wanted["source"]
    _answer(visit, lambda: letters_.reread(number, text, source, by, wanted["patient"]))


def _settle(visit: Visit, wanted: Mapping[str, Any]) -> None:
    def settle() -> tuple[()]:
        visit.screens.letters.settle(int(wanted["letter"]), wanted["reason"], visit.viewer.actor)
        return ()

    _answer(visit, settle)


def _answer(visit: Visit, act: Callable[[], list[Asked] | tuple[Asked, ...]]) -> None:
    """Close the dialog where it could be done, else say there why not."""
    try:
        asked = act()
    except SerenoError as error:
        opened: Opened | None = st.session_state.get(_OPEN)
        if opened is None:
            raise
        problem = visit.words.wrong(error)
        st.session_state[_OPEN] = replace(opened, answers=opened.answers + 1, problem=problem)
        return
    for each in asked:
        commands.keep(_PLACE, each.command)
    st.session_state.pop(_OPEN, None)
    st.toast(visit.words("sent" if asked else "settled"))
