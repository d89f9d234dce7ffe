"""In which band of the charts a value lies: within one band no score can change.

A stream of a thousand values is mostly one band; scoring anew only where it is left is what
makes scoring every sample cheap.
"""

from bisect import bisect_right
from collections.abc import Mapping
from types import MappingProxyType

from sereno.domain.vitals import Consciousness, Signal, half_up
from sereno.scoring.news2 import (
    ROW_OF,
    SPO2_SCALE_1,
    SPO2_SCALE_2_ON_AIR,
    SPO2_SCALE_2_ON_OXYGEN,
)
from sereno.scoring.qsofa import FAST_BREATHING, LOW_SYSTOLIC
from sereno.scoring.readings import FULL_GCS, ROOM_AIR_FIO2, SYSTOLIC

_SPO2 = (SPO2_SCALE_1, SPO2_SCALE_2_ON_AIR, SPO2_SCALE_2_ON_OXYGEN)
_QSOFA = {Signal.RESPIRATORY_RATE: FAST_BREATHING, **dict.fromkeys(SYSTOLIC, LOW_SYSTOLIC + 1)}
# First whole steps of each band, over NEWS2 (every SpO2 row at once) and qSOFA.
_STARTS: Mapping[Signal, tuple[int, ...]] = MappingProxyType(
    {
        Signal.SPO2: tuple(sorted({start for row in _SPO2 for start in row.starts})),
        **{
            signal: tuple(sorted({*row.starts, _QSOFA.get(signal, row.starts[0])}))
            for signal, row in ROW_OF.items()
        },
    }
)
_STEP = {signal: row.step for signal, row in ROW_OF.items()}
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
        return bisect_right(starts, half_up(value / _STEP.get(signal, 1)))
    if signal is Signal.GLASGOW_COMA_SCALE:
        return int(value >= FULL_GCS)
    return int(value > _ABOVE[signal])
