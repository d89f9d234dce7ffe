"""What the tests of the store write into it, and how they read it back."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Subject, WaveformChunk
from sereno.domain.surveillance import Alarm, Condition, Direction, Priority
from sereno.domain.vitals import Signal
from sereno.ports import Commit, Store
from tests.fakes.clock import NOON

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LATER = NOON + timedelta(days=2)

ANA = Subject(
    identifier="MRN-0042",
    authority="St. Elsewhere",
    name="Ana Pérez",
    birth_date=date(1961, 4, 9),
    sex="female",
    bed="ICU 7",
)


def beat(at: int, value: float = 80.0, signal: Signal = Signal.HEART_RATE) -> Observation:
    """A value so many seconds after noon."""
    return Observation(signal, NOON + at * SECOND, value, "sim:ward")


def keep(store: Store, patient: Patient, observations: Sequence[Observation]) -> None:
    """Sift and commit, as ingestion does."""
    sifted = store.sift(patient.id, observations)
    store.commit([Commit(patient=patient.id, observations=sifted.new + sifted.corrections)])


def everything(store: Store, patient: Patient) -> list[Observation]:
    return store.observations(patient.id, NOON - 24 * HOUR, LATER)


def lead(second: int, channel: str = "II", signal: Signal = Signal.ECG) -> WaveformChunk:
    samples = tuple(round(math.sin(k / 9 + second), 3) for k in range(125))
    return WaveformChunk(signal, NOON + second * SECOND, 125.0, samples, "sim", channel)


def alarm(patient: Patient, name: str = "a1", **changes: object) -> Alarm:
    standing = Alarm(
        id=name,
        patient=patient.id,
        condition=Condition.LIMIT,
        priority=Priority.MEDIUM,
        onset=NOON,
        raised=NOON + 10 * SECOND,
        present=True,
        signal=Signal.SPO2,
        direction=Direction.LOW,
        limit=90.0,
        value=88.5,
        extreme=84.0,
        source="sim",
    )
    return replace(standing, **changes)  # type: ignore[arg-type]
