"""Where a value lies for the patient (evidence.md, "The form for the patient")."""

from collections.abc import Mapping
from typing import Final

from inference.evaluation.reference.facts import Expected
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Signal

_SYSTOLIC: Final = (111, 139)
_MEAN: Final = (65, 110)
_HEART: Final = (51, 90)
_USUAL: Final[Mapping[Signal, tuple[float, float]]] = {
    Signal.SPO2: (96, 100), Signal.RESPIRATORY_RATE: (12, 20), Signal.HEART_RATE: _HEART,
    Signal.PULSE_RATE: _HEART, Signal.CUFF_SYSTOLIC: _SYSTOLIC,
    Signal.INVASIVE_SYSTOLIC: _SYSTOLIC, Signal.CUFF_MEAN: _MEAN, Signal.INVASIVE_MEAN: _MEAN,
    Signal.END_TIDAL_CO2: (35, 45), Signal.GLUCOSE: (70, 180),
    Signal.GLASGOW_COMA_SCALE: (15, 15), Signal.TEMPERATURE: (36.1, 37.9),
}  # fmt: skip
_DIASTOLIC: Final = (60, 89)


def place(fact: Expected) -> Direction | bool | None:
    """LOW or HIGH; True for usual; None where the number alone is told."""
    signal, value = fact.signal, fact.value
    if signal is None or value is None or signal not in _USUAL:
        return None
    found = _in(value, _USUAL[signal])
    if signal is Signal.SPO2:
        serious = fact.severity >= 2
        if found is True:
            return None if serious else True
        return found if value <= 87 or (value <= 93 and serious) else None
    diastolic = fact.values.get("diastolic")
    if found is True and diastolic is not None and _in(diastolic, _DIASTOLIC) is not True:
        return None
    return found


def _in(value: float, ends: tuple[float, float]) -> Direction | bool:
    if value < ends[0]:
        return Direction.LOW
    return Direction.HIGH if value > ends[1] else True
