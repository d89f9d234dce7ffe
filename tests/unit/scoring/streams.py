"""Short ways to say what was measured, for the tests of scoring."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sereno.domain.patients import Patient, SpO2Scale
from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import Signal
from sereno.scoring.readings import Scorable

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
PATIENT = Patient(id="p1", identifier="MRN-1")
ON_SCALE_2 = Patient(
    id="p1", identifier="MRN-1", spo2_scale=SpO2Scale.SCALE_2, spo2_scale_ordered_by="dr"
)


def at(seconds: float = 0, *, minutes: float = 0, hours: float = 0) -> datetime:
    """So long after the start."""
    return START + timedelta(seconds=seconds, minutes=minutes, hours=hours)


def seen(
    signal: Signal,
    value: float,
    when: datetime = START,
    quality: Quality = Quality.GOOD,
    source: str = "monitor",
) -> Observation:
    """One observation."""
    return Observation(signal, when, value, source, quality)


def stream(
    signal: Signal, values: Iterable[float], start: float = 0, step: float = 1
) -> list[Observation]:
    """Evenly spaced observations, one a second unless `step` says otherwise."""
    return [seen(signal, value, at(start + n * step)) for n, value in enumerate(values)]


def readings(values: dict[Signal, float], when: datetime = START) -> dict[Signal, Scorable]:
    """Readings of one moment."""
    return {signal: Scorable.of(seen(signal, value, when)) for signal, value in values.items()}
