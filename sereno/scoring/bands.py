"""In which band of the charts a value lies: within one band no score can change.

A stream of a thousand values is mostly one band; scoring anew only where it is left is what
makes scoring every sample cheap.
"""

from bisect import bisect_right
from collections.abc import Mapping
from types import MappingProxyType

from sereno.domain.vitals import Consciousness, Signal
from sereno.scoring.news2 import steps
from sereno.scoring.readings import FULL_GCS, ROOM_AIR_FIO2

# First whole steps of each band, over NEWS2 (every SpO2 column at once) and qSOFA.
_STARTS: Mapping[Signal, tuple[int, ...]] = MappingProxyType(
    {
        Signal.RESPIRATORY_RATE: (9, 12, 21, 22, 25),
        Signal.SPO2: (84, 86, 88, 92, 93, 94, 95, 96, 97),
        Signal.CUFF_SYSTOLIC: (91, 101, 111, 220),
        Signal.INVASIVE_SYSTOLIC: (91, 101, 111, 220),
        Signal.HEART_RATE: (41, 51, 91, 111, 131),
        Signal.PULSE_RATE: (41, 51, 91, 111, 131),
        Signal.TEMPERATURE: (351, 361, 381, 391),
    }
)
_TENTHS = frozenset({Signal.TEMPERATURE})
# Not rounded: above the value is one band, the rest the other.
_ABOVE: Mapping[Signal, float] = MappingProxyType(
    {
        Signal.OXYGEN_GIVEN: 0,
        Signal.OXYGEN_FLOW: 0,
        Signal.FIO2: ROOM_AIR_FIO2,
        Signal.CONSCIOUSNESS: Consciousness.ALERT,
    }
)

SCORED = frozenset(_STARTS) | frozenset(_ABOVE) | {Signal.GLASGOW_COMA_SCALE}


def band(signal: Signal, value: float) -> int:
    """The band of a scored signal's value."""
    starts = _STARTS.get(signal)
    if starts is not None:
        return bisect_right(starts, steps(value, 0.1 if signal in _TENTHS else 1))
    if signal is Signal.GLASGOW_COMA_SCALE:
        return int(value >= FULL_GCS)
    return int(value > _ABOVE[signal])
