"""Two alarms that tell one thing: a heart that is too fast or too slow, by ECG and by pulse.

Both stand in the list of alarms, each with its own life; where alarms are told together, one of
them speaks for the pair.
"""

from collections.abc import Sequence
from datetime import datetime

from sereno.domain.surveillance import Alarm, Condition
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
    overlap = max(heart.onset, pulse.onset) <= min(heart.held_until(at), pulse.held_until(at))
    waits = not heart.answered(at) or pulse.answered(at)
    as_urgent = heart.priority >= pulse.priority and heart.present >= pulse.present
    return bool(overlap and waits and as_urgent)
