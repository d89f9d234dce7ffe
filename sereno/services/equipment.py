"""Alarms about Sereno itself, which no stream can raise: monitoring has stopped, a source is lost.

They latch: what was not watched for a while is told even when it is over.
"""

import secrets
from dataclasses import replace
from datetime import datetime

from sereno.domain.errors import Conflict
from sereno.domain.surveillance import (
    ON_PURPOSE,
    Alarm,
    AlarmEvent,
    AlarmStep,
    Condition,
    OperatorState,
    Priority,
)

Change = tuple[Alarm, tuple[AlarmEvent, ...]]


def stopped(patient: str, onset: datetime, now: datetime) -> Change:
    """Nobody has watched the patient since `onset`. Of high priority: anything may be missed."""
    return _raised(patient, Condition.MONITORING_STOPPED, Priority.HIGH, onset, now, None)


def paused(patient: str, since: datetime, now: datetime) -> Change:
    """Nobody watched since then, since somebody had stopped Sereno; it is over.

    It is on record, and asks for nothing: who stopped it knew, and the ward's screen says it once.
    """
    alarm, _ = _raised(patient, Condition.MONITORING_STOPPED, Priority.LOW, since, now, None)
    alarm = replace(alarm, latched=False, present=False, ended=now)
    events = _events(alarm, now, AlarmStep.RAISED, AlarmStep.GONE, AlarmStep.CLOSED)
    return alarm, tuple(replace(each, reason=ON_PURPOSE) for each in events)


def source_lost(patient: str, source: str, now: datetime) -> Change:
    """A source that fed the patient has been given up."""
    return _raised(patient, Condition.SOURCE_SILENT, Priority.MEDIUM, now, now, source)


def over(alarm: Alarm, now: datetime) -> Change:
    """The condition has gone; the alarm stays until somebody acknowledges it."""
    alarm = replace(alarm, present=False, ended=now)
    closed = () if alarm.active else (AlarmStep.CLOSED,)
    return alarm, _events(alarm, now, AlarmStep.GONE, *closed)


def acknowledged(alarm: Alarm, by: str, reason: str, at: datetime) -> Change:
    """Somebody has taken note of it. Raises Conflict where that is settled already."""
    if not alarm.active:
        raise Conflict("that alarm is over; reload the list of alarms")
    if alarm.operator is OperatorState.ACKNOWLEDGED:
        raise Conflict(f"{alarm.acknowledged_by} has acknowledged that alarm already")
    alarm = replace(
        alarm,
        operator=OperatorState.ACKNOWLEDGED,
        acknowledged_by=by,
        acknowledged_at=at,
        reason=reason,
    )
    event = AlarmEvent(alarm=alarm.id, time=at, what=AlarmStep.ACKNOWLEDGED, by=by, reason=reason)
    return alarm, (event, *(() if alarm.present else _events(alarm, at, AlarmStep.CLOSED)))


def _raised(
    patient: str,
    condition: Condition,
    priority: Priority,
    onset: datetime,
    now: datetime,
    source: str | None,
) -> Change:
    alarm = Alarm(
        id=secrets.token_hex(8),
        patient=patient,
        condition=condition,
        priority=priority,
        onset=onset,
        raised=now,
        present=True,
        latched=True,
        source=source,
    )
    return alarm, _events(alarm, now, AlarmStep.RAISED)


def _events(alarm: Alarm, at: datetime, *what: AlarmStep) -> tuple[AlarmEvent, ...]:
    return tuple(AlarmEvent(alarm=alarm.id, time=at, what=each) for each in what)
