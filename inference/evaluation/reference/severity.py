"""The points of the NEWS2 chart, and how much a value matters."""

from collections.abc import Mapping
from typing import Final

from sereno.domain.vitals import Signal

# NEWS2 (Royal College of Physicians, 2017), chart 1: up to and including each bound so many points.
# What is above the last bound gives the points beside infinity. Values are as shown.
_MORE: Final = float("inf")
_Bands = tuple[tuple[float, int], ...]
_BREATHING: Final[_Bands] = ((8, 3), (11, 1), (20, 0), (24, 2), (_MORE, 3))
_SATURATION: Final[_Bands] = ((91, 3), (93, 2), (95, 1), (_MORE, 0))
_SATURATION_2_AIR: Final[_Bands] = ((83, 3), (85, 2), (87, 1), (_MORE, 0))
_SATURATION_2_OXYGEN: Final[_Bands] = (
    (83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), (_MORE, 3),
)  # fmt: skip
_SYSTOLIC: Final[_Bands] = ((90, 3), (100, 2), (110, 1), (219, 0), (_MORE, 3))
_HEART: Final[_Bands] = ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (_MORE, 3))
_TEMPERATURE: Final[_Bands] = ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (_MORE, 2))
_ALERT: Final[_Bands] = ((0, 0), (_MORE, 3))

CHART: Final[Mapping[Signal, _Bands]] = {
    Signal.RESPIRATORY_RATE: _BREATHING,
    Signal.SPO2: _SATURATION,
    Signal.CUFF_SYSTOLIC: _SYSTOLIC,
    Signal.INVASIVE_SYSTOLIC: _SYSTOLIC,
    Signal.HEART_RATE: _HEART,
    Signal.PULSE_RATE: _HEART,
    Signal.TEMPERATURE: _TEMPERATURE,
    Signal.CONSCIOUSNESS: _ALERT,
}
# Not on the chart; evidence.md says that they have bands of their own.
_OTHERS: Final[Mapping[Signal, _Bands]] = {
    Signal.CUFF_MEAN: ((54, 3), (64, 2), (110, 0), (_MORE, 1)),
    Signal.INVASIVE_MEAN: ((54, 3), (64, 2), (110, 0), (_MORE, 1)),
    Signal.END_TIDAL_CO2: ((25, 2), (34, 1), (45, 0), (55, 1), (_MORE, 2)),
    Signal.GLASGOW_COMA_SCALE: ((8, 3), (12, 2), (14, 1), (_MORE, 0)),
    Signal.GLUCOSE: ((53, 3), (69, 2), (180, 0), (250, 1), (_MORE, 2)),
    Signal.FIO2: ((21, 0), (_MORE, 2)),
    Signal.OXYGEN_FLOW: ((0, 0), (_MORE, 2)),
    Signal.OXYGEN_GIVEN: ((0, 0), (_MORE, 2)),
}


def _read(bands: _Bands, value: float) -> int:
    return next(points for bound, points in bands if value <= bound)


def chart_points(signal: Signal, value: float) -> int:
    """The NEWS2 points of a shown value, on SpO2 scale 1. KeyError for what the chart has not."""
    return _read(CHART[signal], value)


def saturation_points(value: float, scale: int, *, oxygen: bool) -> int:
    """The NEWS2 points of a shown saturation in % on `scale` 1 or 2, on oxygen or on air."""
    if scale == 1:
        return _read(_SATURATION, value)
    return _read(_SATURATION_2_OXYGEN if oxygen else _SATURATION_2_AIR, value)


def severity(signal: Signal, value: float, scale: int = 1, *, oxygen: bool = False) -> int:
    """How much a shown value matters, from 0 (normal) to 3 (critical)."""
    if signal is Signal.SPO2:
        return saturation_points(value, scale, oxygen=oxygen)
    return _read(CHART[signal] if signal in CHART else _OTHERS[signal], value)
