"""Two alarms that tell one thing: a heart that is too fast or too slow, by ECG and by pulse.

Both stand in the list of alarms, each with its own life; where alarms are told together, one of
them speaks for the pair.
"""

from collections.abc import Sequence
from datetime import datetime

from sereno.domain.surveillance import Alarm, Condition, OperatorState
from sereno.domain.vitals import Signal


def leading(alarms: Sequence[Alarm], at: datetime) -> tuple[Alarm, ...]:
    """Those of a patient's open `alarms` that no other one tells at `at`, in their order."""
    return tuple(alarm for alarm in alarms if not any(covers(other, alarm, at) for other in alarms))


def covers(heart: Alarm, pulse: Alarm, at: datetime) -> bool:
    """Whether a heart rate's alarm tells all that matters of the pulse rate's at `at`.

    It is of the same direction, overlaps it, is as urgent, present if that is, and unanswered if
    that is.
    """
    beats = (heart.signal, pulse.signal) == (Signal.HEART_RATE, Signal.PULSE_RATE)
    limits = heart.condition is pulse.condition is Condition.LIMIT
    if not beats or not limits or heart.direction is not pulse.direction:
        return False
    overlap = max(heart.onset, pulse.onset) <= min(until(heart, at), until(pulse, at))
    waits = not acknowledged(heart, at) or acknowledged(pulse, at)
    as_urgent = heart.priority >= pulse.priority and heart.present >= pulse.present
    return bool(overlap and waits and as_urgent)


def until(alarm: Alarm, at: datetime) -> datetime:
    """Up to when its condition held, as of `at`."""
    end = at if alarm.present or alarm.ended is None else alarm.ended
    return max(alarm.onset, end)


def acknowledged(alarm: Alarm, at: datetime) -> datetime | None:
    """When it was acknowledged, as of `at`."""
    when = alarm.acknowledged_at
    answered = alarm.operator is OperatorState.ACKNOWLEDGED
    return when if answered and when is not None and when <= at else None
