"""Where a value lies for a text to the patient: within the usual range of adults or beyond it.

The ranges are those of docs/reference/evidence.md, both ends included: NEWS2's bands without points
(Royal College of Physicians, 2017, chart 1), but blood pressure is high from 140/90 mmHg on (NICE,
NG136) and low below 90/60 mmHg, and a temperature high from 38 °C on (NHS); mean pressure, carbon
dioxide, the coma scale and glucose as in that document's table of severities.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sereno.domain.evidence import Fact, FactKind, Severity
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Signal

RANGES: Mapping[Signal, tuple[float, float]] = MappingProxyType(
    {
        Signal.SPO2: (96, 100),
        Signal.RESPIRATORY_RATE: (12, 20),
        Signal.END_TIDAL_CO2: (35, 45),
        Signal.HEART_RATE: (51, 90),
        Signal.PULSE_RATE: (51, 90),
        Signal.CUFF_SYSTOLIC: (111, 139),
        Signal.INVASIVE_SYSTOLIC: (111, 139),
        Signal.CUFF_DIASTOLIC: (60, 89),
        Signal.INVASIVE_DIASTOLIC: (60, 89),
        Signal.CUFF_MEAN: (65, 110),
        Signal.INVASIVE_MEAN: (65, 110),
        Signal.GLASGOW_COMA_SCALE: (15, 15),
        Signal.GLUCOSE: (70, 180),
        Signal.TEMPERATURE: (36.1, 37.9),
    }
)
_NOT_ADULTS = ("under_16", "pregnant")


def for_adults(facts: Iterable[Fact]) -> bool:
    """Whether nothing says that the ranges of adults do not hold."""
    reasons = [each.labels.get("not_scored") for each in facts if each.kind is FactKind.SCORE]
    return not any(reason in _NOT_ADULTS for reason in reasons)


def side(fact: Fact) -> Direction | str | None:
    """LOW, HIGH or "usual"; None where nothing but the number may be told."""
    if fact.value is None or fact.signal is None or fact.signal not in RANGES:
        return None
    found = _side(fact.value, RANGES[fact.signal])
    if fact.signal is Signal.SPO2:
        return _of_saturation(fact.value, found, fact.severity)
    lower = fact.values.get("diastolic")
    whole = lower is None or _side(lower, RANGES[Signal.CUFF_DIASTOLIC]) == "usual"
    return None if found == "usual" and not whole else found


def _side(value: float, ends: tuple[float, float]) -> Direction | str:
    if ends[0] <= value <= ends[1]:
        return "usual"
    return Direction.LOW if value < ends[0] else Direction.HIGH


def _of_saturation(
    value: float, found: Direction | str, severity: Severity
) -> Direction | str | None:
    """Either scale of NEWS2 may be in force: what is told must be true on both."""
    if found == "usual":
        return None if severity >= Severity.SERIOUS else found
    sure = value < 88 or (value < 94 and severity >= Severity.SERIOUS)
    return found if sure else None


def margin(signal: Signal, direction: Direction | None, limit: float) -> float | None:
    """How far the limit lies beyond the usual range on its side; None where inside or unknown."""
    ends = RANGES.get(signal)
    if ends is None or direction is None:
        return None
    far = ends[0] - limit if direction is Direction.LOW else limit - ends[1]
    return far if far >= 0 else None
