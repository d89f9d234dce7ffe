"""Commands on their way to the ingest process, which carries them out a moment later, or refuses.

Each waits in the viewer's session at the place that tells its refusal: a patient's page, by their
id, for who reads it elsewhere takes it to be about somebody else; or the list of alarms.
"""

from typing import Final

import streamlit as st

from sereno.domain.errors import Conflict, Forgotten, NotFound, Unreadable
from streamlit_app.shell import Visit

MOST_WAITING: Final = 50  # at one place; of more, what became of the oldest is not told


def sent(visit: Visit, place: str, command: str) -> None:
    """Say that a command is on its way, and keep it until `refused` has told its outcome."""
    keep(place, command)
    st.toast(visit.words("sent"))


def keep(place: str, command: str) -> None:
    """Keep a command; whoever draws the page anew at once says later that it was sent."""
    waiting: list[str] = st.session_state.setdefault(_slot(place), [])
    waiting.append(command)
    del waiting[:-MOST_WAITING]


def refused(visit: Visit, place: str) -> None:
    """Tell which commands were refused, each once; forget those that are settled.

    Raises SerenoError where the database does not say: they go on waiting.
    """
    waiting: list[str] = st.session_state.get(_slot(place), [])
    for command in list(waiting):
        outcome = _outcome(visit, command)
        if outcome is None:
            continue
        waiting.remove(command)
        if outcome:
            st.toast(outcome, icon=":material/error:")


def _outcome(visit: Visit, command: str) -> str | None:
    """None while it waits, "" once carried out, else what is told of its refusal."""
    try:
        outcome = visit.screens.charting.outcome(command)
    except (NotFound, Forgotten, Unreadable) as error:  # and will never say anything else
        return visit.words.wrong(error)
    return visit.words.wrong(Conflict(outcome)) if outcome else outcome


def _slot(place: str) -> str:
    return f"commands_{place}"
