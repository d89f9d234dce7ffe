"""What whoever gives an order and whoever carries it out must agree on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sereno.domain.errors import Conflict
from sereno.domain.patients import Patient
from sereno.domain.surveillance import Direction, Limit, Priority
from sereno.domain.vitals import Signal


def check_here(patient: Patient, at: datetime) -> None:
    """Raise Conflict where a value taken at `at` would be of who was discharged before."""
    discharge = patient.discharged
    if discharge is not None and at > discharge.at:
        raise Conflict("that patient is discharged; readmit them before you enter a value")


def written(limit: Limit) -> dict[str, object]:
    """A limit as a command's payload says it."""
    return {
        "signal": limit.signal.value,
        "direction": limit.direction.value,
        "value": limit.value,
        "priority": int(limit.priority),
        "hysteresis": limit.hysteresis,
        "delay": limit.delay.total_seconds(),
        "latching": limit.latching,
    }


def limit_in(payload: Mapping[str, Any]) -> Limit:
    """The limit that `written` wrote. Raises KeyError, TypeError, ValueError or OverflowError."""
    return Limit(
        signal=Signal(payload["signal"]),
        direction=Direction(payload["direction"]),
        value=float(payload["value"]),
        priority=Priority(payload["priority"]),
        hysteresis=float(payload["hysteresis"]),
        delay=timedelta(seconds=float(payload["delay"])),
        latching=bool(payload["latching"]),
    )
