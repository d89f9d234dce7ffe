"""The numbers under which signals and chains are kept. Never change one; only add."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sereno.domain.stream import Quality
from sereno.domain.surveillance import ScoreKind
from sereno.domain.vitals import Signal

TAIL: Final = 0
NOTES: Final = 250

SIGNALS: Final[Mapping[Signal, int]] = MappingProxyType(
    {
        Signal.HEART_RATE: 1,
        Signal.PULSE_RATE: 2,
        Signal.SPO2: 3,
        Signal.RESPIRATORY_RATE: 4,
        Signal.TEMPERATURE: 5,
        Signal.CUFF_SYSTOLIC: 6,
        Signal.CUFF_DIASTOLIC: 7,
        Signal.CUFF_MEAN: 8,
        Signal.INVASIVE_SYSTOLIC: 9,
        Signal.INVASIVE_DIASTOLIC: 10,
        Signal.INVASIVE_MEAN: 11,
        Signal.END_TIDAL_CO2: 12,
        Signal.FIO2: 13,
        Signal.OXYGEN_FLOW: 14,
        Signal.OXYGEN_GIVEN: 15,
        Signal.CONSCIOUSNESS: 16,
        Signal.GLASGOW_COMA_SCALE: 17,
        Signal.GLUCOSE: 18,
        Signal.ECG: 101,
        Signal.PLETH: 102,
        Signal.RESPIRATION: 103,
        Signal.PRESSURE: 104,
    }
)
SIGNAL_OF: Final[Mapping[int, Signal]] = MappingProxyType(
    {code: signal for signal, code in SIGNALS.items()}
)

# Chains of numerics are below, chains of waveforms from here to the next hundred.
FIRST_WAVEFORM: Final = 100
FIRST_SCORE: Final = 200

SCORES: Final[Mapping[ScoreKind, int]] = MappingProxyType(
    {ScoreKind.NEWS2: 201, ScoreKind.QSOFA: 202}
)

QUALITIES: Final = (
    Quality.GOOD,
    Quality.SENSOR_OFF,
    Quality.IMPLAUSIBLE,
    Quality.DEMO,
    Quality.ARTEFACT,
)
QUALITY_CODE: Final[Mapping[Quality, int]] = MappingProxyType(
    {quality: code for code, quality in enumerate(QUALITIES)}
)

# Kinds of records.
PATIENT: Final = 1
ALARM: Final = 2
EPISODE: Final = 3
SUMMARY: Final = 4
REVIEW: Final = 5
EXPLANATION: Final = 6


def is_numeric(chain: int) -> bool:
    """Whether a chain holds blocks of one numeric signal."""
    return TAIL < chain < FIRST_WAVEFORM


def is_waveform(chain: int) -> bool:
    """Whether a chain holds stretches of one waveform."""
    return FIRST_WAVEFORM <= chain < FIRST_SCORE


NUMERICS: Final = tuple(filter(is_numeric, SIGNAL_OF))
WAVEFORMS: Final = tuple(filter(is_waveform, SIGNAL_OF))
