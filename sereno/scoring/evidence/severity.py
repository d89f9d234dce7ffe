"""How much each value matters."""

from collections.abc import Mapping
from types import MappingProxyType

from sereno.domain.evidence import Severity
from sereno.domain.patients import SpO2Scale
from sereno.domain.vitals import Signal
from sereno.scoring.news2 import CHART, spo2_points

_N, _S, _C = Severity.NOTABLE, Severity.SERIOUS, Severity.CRITICAL
# 65 mmHg: the target of the Surviving Sepsis Campaign (2021).
_MEAN = ((54, _C), (64, _S), (110, Severity.NORMAL), (250, _N))

# For signals that are not in the NEWS2 chart: upper ends of the bands, and how much a value in
# each matters. GCS as severe, moderate and mild (Teasdale and Jennett); glucose as the levels of
# hypoglycaemia and the inpatient ceiling (ADA, Standards of Care in Diabetes, 2024). Oxygen gives
# 2 points, by whatever signal it is known.
_BANDS: Mapping[Signal, tuple[tuple[float, Severity], ...]] = MappingProxyType(
    {
        Signal.CUFF_MEAN: _MEAN,
        Signal.INVASIVE_MEAN: _MEAN,
        Signal.END_TIDAL_CO2: ((25, _S), (34, _N), (45, Severity.NORMAL), (55, _N), (120, _S)),
        Signal.OXYGEN_FLOW: ((0, Severity.NORMAL), (80, _S)),
        Signal.FIO2: ((21, Severity.NORMAL), (100, _S)),
        Signal.OXYGEN_GIVEN: ((0, Severity.NORMAL), (1, _S)),
        Signal.CONSCIOUSNESS: ((0, Severity.NORMAL), (4, _C)),
        Signal.GLASGOW_COMA_SCALE: ((8, _C), (12, _S), (14, _N), (15, Severity.NORMAL)),
        Signal.GLUCOSE: ((53, _C), (69, _S), (180, Severity.NORMAL), (250, _N), (1500, _S)),
    }
)
# What stands for a row of the NEWS2 chart.
ROWS: Mapping[Signal, Signal] = MappingProxyType(
    {Signal.PULSE_RATE: Signal.HEART_RATE, Signal.INVASIVE_SYSTOLIC: Signal.CUFF_SYSTOLIC}
)


def severity_of(signal: Signal, value: float, scale: int = 1, *, oxygen: bool = False) -> Severity:
    """How much `value` (rounded) matters: its NEWS2 points, 0 NORMAL to 3 CRITICAL.

    `scale` is the SpO2 scale in force and `oxygen` whether oxygen is given: on scale 2, what lies
    above the target range matters then. Signals outside the chart have bands of their own, or are
    NORMAL.
    """
    if signal is Signal.SPO2:
        return Severity(spo2_points(value, SpO2Scale(scale), oxygen=oxygen))
    row = CHART.get(ROWS.get(signal, signal))
    if row is not None:
        return Severity(row.points(value))
    bands = _BANDS.get(signal, ())
    return next((severity for upper, severity in bands if value <= upper), Severity.NORMAL)
