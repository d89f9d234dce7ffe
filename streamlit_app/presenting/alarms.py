"""The list of alarms as plain data."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sereno.domain.surveillance import (
    CORRECTED,
    NOT_MEASURED,
    ON_PURPOSE,
    RECEIVED_LATE,
    REPLACED,
    Alarm,
    AlarmEvent,
    Condition,
)
from sereno.services.charting import LONGEST_REASON
from sereno.services.explaining import Explained
from sereno.services.views import AlarmRow, unseen
from streamlit_app.presenting.common import TIME_WORDS, Data, alarm_chip, ms
from streamlit_app.presenting.explanation import in_list
from streamlit_app.presenting.ward import who
from streamlit_app.texts import Words, unit

# What the machine says of a step, by the words of the screens.
WHY: Final[Mapping[str, str]] = MappingProxyType(
    {
        NOT_MEASURED: "why_not_measured",
        REPLACED: "why_replaced",
        CORRECTED: "why_corrected",
        ON_PURPOSE: "why_on_purpose",
        RECEIVED_LATE: "why_received_late",
    }
)


def alarms(
    rows: Sequence[AlarmRow],
    histories: Mapping[str, Sequence[AlarmEvent]],
    now: datetime,
    words: Words,
    *,
    may_act: bool,
    explained: Explained | None = None,
) -> Data:
    """The list, as the component `alarms` takes it. `histories` are those that stand open.

    `explained` is the text of the one that does.
    Who may not act is offered no acknowledging.
    """
    return {
        "now": ms(now),
        "lang": words.language.value,
        "longest": LONGEST_REASON,
        "words": words.some(
            *TIME_WORDS,
            "acknowledge",
            "alarms",
            "cancel",
            "details",
            "history",
            "none",
            "reason",
            "unlisted",
        )
        | {"reasons": words.list("reasons")},
        "alarms": [
            _row(row, histories.get(row.alarm.id), words)
            | {"why": _why_raised(row, explained, words)}
            | {"open": may_act and unseen(row.alarm), "who": who(row.patient, now.date(), words)}
            for row in rows
        ],
    }


def _row(row: AlarmRow, history: Sequence[AlarmEvent] | None, words: Words) -> Data:
    alarm = row.alarm
    acknowledged = None
    if alarm.acknowledged_by:
        reason = alarm.reason or "–"
        acknowledged = words("acknowledged", by=alarm.acknowledged_by, reason=reason)
    return alarm_chip(alarm, words) | {
        "patient": row.patient.id,
        "href": f"/patient?id={row.patient.id}",
        "label": row.patient.label,
        "state": _state(alarm, words),
        "time": ms(alarm.onset if alarm.late else alarm.raised),
        "acknowledged": acknowledged,
        "history": [_event(e, alarm, words) for e in history] if history is not None else None,
    }


def _why_raised(row: AlarmRow, explained: Explained | None, words: Words) -> Data | None:
    if explained is None or explained.alarm.id != row.alarm.id:
        return None
    return in_list(explained, words)


def _state(alarm: Alarm, words: Words) -> str:
    if alarm.present:
        return words("present")
    if alarm.late and alarm.active:
        return words("late_waits")
    return words("latched") if alarm.active else words("gone")


def _event(event: AlarmEvent, alarm: Alarm, words: Words) -> Data:
    parts = [words(f"event_{event.what}")]
    if event.value is not None and alarm.signal:
        parts.append(f"{words.value(alarm.signal, event.value)} {unit(alarm.signal)}".strip())
    elif event.value is not None and alarm.condition is Condition.SCORE:
        parts.append(f"NEWS2 {event.value:.0f}")
    parts += [part for part in (event.by, _why(event, words)) if part]
    return {"time": ms(event.time), "text": " · ".join(parts)}


def _why(event: AlarmEvent, words: Words) -> str | None:
    """What the machine says in the reader's language; what a person wrote as it was typed."""
    known = WHY.get(event.reason or "") if event.by is None else None
    return words(known) if known else event.reason
