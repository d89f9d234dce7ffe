"""The alarms of the ward: a list with filters, acknowledging with a reason, and their history."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from sereno.domain.errors import SerenoError
from sereno.domain.surveillance import Priority
from sereno.services.explaining import Explained
from sereno.services.views import AlarmRow, unseen
from streamlit_app import components
from streamlit_app.presenting.alarms import alarms
from streamlit_app.shell import Visit, nothing, told
from streamlit_app.views import commands

EVERY_S: Final = 2.0
HISTORY_HOURS: Final = 24
MOST_ROWS: Final = 200
_PLACE: Final = "alarms"  # where the refusals of what was sent from here are told
_SCOPES: Final = ("active", "unseen", "all")


def show(visit: Visit) -> None:
    """The page."""
    with told(visit.words):
        scope, priority, patient = _filters(visit)
        _list(visit, scope, priority, patient)


def _filters(visit: Visit) -> tuple[str, Priority | None, str | None]:
    words = visit.words
    left, middle, right = st.columns([2, 2, 1.5])
    scope = left.segmented_control(
        words("show"),
        _SCOPES,
        default="active",
        format_func=lambda key: words(f"show_{key}"),
        key="alarm_scope",
    )
    priority = middle.segmented_control(
        words("priority"),
        list(reversed(Priority)),
        format_func=lambda one: words(one.name.lower()),
        key="alarm_priority",
    )
    beds = {one.id: one.label for one in visit.screens.views.patients()}
    patient = right.selectbox(
        words("bed"),
        list(beds),
        index=None,
        format_func=lambda one: beds.get(one, "–"),
        placeholder=words("all_beds"),
        key="alarm_bed",
    )
    return scope or "all", priority, patient


@st.fragment(run_every=EVERY_S)
def _list(visit: Visit, scope: str, priority: Priority | None, patient: str | None) -> None:
    with told(visit.words):
        rows = _rows(visit, scope, priority, patient)
        opened = st.session_state.get("alarm_history")
        views = visit.screens.views
        histories = {opened: views.alarm_history(opened)} if opened else {}
        now, may_act = visit.screens.clock.now(), visit.viewer.role.acts
        text = _explained(visit, opened)
        data = alarms(rows, histories, now, visit.words, may_act=may_act, explained=text)
        clicked = components.alarms(
            key="alarms",
            data=data,
            on_acknowledge_change=nothing,
            on_history_change=nothing,
        )
        _carry_out(visit, clicked)
        if patient is not None:  # what shows everyone is no read of each
            visit.screens.read_audit.opened(visit.viewer.account, patient)
        commands.refused(visit, _PLACE)


def _rows(
    visit: Visit, scope: str, priority: Priority | None, patient: str | None
) -> list[AlarmRow]:
    active = None if scope == "all" else True
    hours = HISTORY_HOURS if scope == "all" else None
    found = visit.screens.views.alarms(patient_id=patient, active=active, hours=hours)
    return [
        row
        for row in found
        if (priority is None or row.alarm.priority is priority)
        and (scope != "unseen" or unseen(row.alarm))
    ][:MOST_ROWS]


def _explained(visit: Visit, opened: str | None) -> Explained | None:
    """What explains the alarm that stands open; where that can not be had, the rest stays."""
    if opened is None:
        return None
    try:
        return visit.screens.explaining.explain(opened, visit.words.language)
    except SerenoError as error:
        st.error(visit.words.wrong(error), icon=":material/error:")
        return None


def _carry_out(visit: Visit, clicked: Any) -> None:
    if clicked.history:
        wanted: Mapping[str, Any] = clicked.history
        st.session_state["alarm_history"] = wanted["alarm"] if wanted["open"] else None
        st.rerun(scope="fragment")
    if clicked.acknowledge:
        wanted = clicked.acknowledge
        command = visit.screens.charting.acknowledge(
            wanted["alarm"], wanted["reason"], visit.viewer.actor
        )
        commands.sent(visit, _PLACE, command)
