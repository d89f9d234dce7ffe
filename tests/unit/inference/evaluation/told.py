"""Short ways to write down what was told of a patient."""

from datetime import UTC, datetime, timedelta

from inference.evaluation.reference import Expected, expected
from sereno.domain.evidence import FactKind, Window
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import Signal

START = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
MINUTE = 60
HOUR = 3600


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def values(
    signal: Signal,
    *levels: float,
    every: float = HOUR,
    first: float = 0,
    quality: Quality = Quality.GOOD,
    source: str = "monitor",
) -> list[Observation]:
    """One value after the other, `every` so many seconds from `first` on."""
    return [
        Observation(signal, at(first + number * every), level, source, quality)
        for number, level in enumerate(levels)
    ]


def facts(
    told: list[Observation],
    end: float,
    kind: FactKind,
    start: float = 0,
    patient: Patient | None = None,
) -> list[Expected]:
    """The facts of one kind in a window from `start` to `end`, in seconds."""
    window = Window(at(start), at(end))
    return [each for each in expected(told, window, patient) if each.kind is kind]
