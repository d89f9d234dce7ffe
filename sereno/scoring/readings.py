"""The values that may be scored: how long each stays true, and which stands for a parameter.

How old a value may be: a signal that streams is stale after minutes of silence, one that is
charted after hours. What is charted by nature (`CHARTED_BY_HAND`) stays true for `CHARTED_AGE`,
however often it was entered; anything else for `MEASURED_AGE`, or less by its own rhythm
(`sereno.scoring.rhythm`). The Royal College of Physicians asks for hourly observations at
a score of 5, four- to six-hourly ones at 1 to 4 (NEWS2, 2017, chart 4): the bounds follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sereno.domain.stream import Observation, derived_from
from sereno.domain.vitals import Consciousness, Signal
from sereno.scoring.rhythm import UNKNOWN, Rhythm

# What a monitor can measure at any moment: hourly observations and a quarter of an hour's delay.
MEASURED_AGE = timedelta(minutes=75)
# What changes slowly or is judged by a nurse at each round: the longest four- to six-hourly round.
CHARTED_AGE = timedelta(hours=6)
# A stream is never stale sooner than this: sensors are moved, patients washed and transported.
STREAM_AGE = timedelta(minutes=5)

CHARTED_BY_HAND = frozenset(
    {
        Signal.TEMPERATURE,
        Signal.CONSCIOUSNESS,
        Signal.GLASGOW_COMA_SCALE,
        Signal.OXYGEN_GIVEN,
        Signal.FIO2,
        Signal.OXYGEN_FLOW,
        Signal.GLUCOSE,
    }
)

# The preferred signal of a pair stands for the parameter up to this age, whatever the other one
# says; past it the newer of the two does. The ECG's rate is more robust than the oximeter's, but
# within a minute of lost leads the pulse takes over. The chart was made with cuff pressures, but
# one of more than a quarter of an hour ago must not hide what the arterial line shows now.
HEART_PREFERENCE = timedelta(minutes=1)
CUFF_PREFERENCE = timedelta(minutes=15)
# FiO2, flow and the charted "air or oxygen" this close together are one set: oxygen wins there.
OXYGEN_SET = timedelta(minutes=5)

ROOM_AIR_FIO2 = 21.0  # % oxygen in air

HEART = (Signal.HEART_RATE, Signal.PULSE_RATE)
SYSTOLIC = (Signal.CUFF_SYSTOLIC, Signal.INVASIVE_SYSTOLIC)
PREFERENCE: Mapping[Signal, timedelta] = MappingProxyType(
    {Signal.HEART_RATE: HEART_PREFERENCE, Signal.CUFF_SYSTOLIC: CUFF_PREFERENCE}
)
CONSCIOUSNESS = (Signal.CONSCIOUSNESS, Signal.GLASGOW_COMA_SCALE)
OXYGEN = (Signal.OXYGEN_GIVEN, Signal.FIO2, Signal.OXYGEN_FLOW)

FULL_GCS = 15  # alert and oriented


def greatest_age(signal: Signal) -> timedelta:
    """How old a value of `signal` may be and still be scored."""
    return CHARTED_AGE if signal in CHARTED_BY_HAND else MEASURED_AGE


def stays_true(signal: Signal, rhythm: Rhythm = UNKNOWN) -> timedelta:
    """How long a value of a signal with that rhythm stays true."""
    if signal in CHARTED_BY_HAND:
        return CHARTED_AGE
    return rhythm.patience(STREAM_AGE, MEASURED_AGE)


@dataclass(frozen=True, slots=True)
class Scorable:
    """A good value, in the vocabulary's unit, and when it ceases to be true.

    `derived` is the waveform that it was made of; None of what was measured or charted.
    """

    signal: Signal
    value: float
    time: datetime
    expires: datetime
    derived: str | None = None

    @classmethod
    def of(cls, observation: Observation, rhythm: Rhythm = UNKNOWN) -> "Scorable":
        """The reading that `observation` gives, where its signal speaks at that rhythm."""
        signal, time = observation.signal, observation.time
        expires = time + stays_true(signal, rhythm)
        return cls(signal, observation.value, time, expires, derived_from(observation.source))


Readings = Mapping[Signal, Scorable]


@dataclass(frozen=True, slots=True)
class Judged:
    """A yes or no that a score asks for, the reading it rests on, and where that came from."""

    reading: Scorable
    holds: bool
    derived: str | None


def fresh(readings: Readings, signal: Signal, now: datetime) -> Scorable | None:
    """The reading of `signal`, unless it has ceased to be true."""
    reading = readings.get(signal)
    return reading if reading is not None and now < reading.expires else None


def chosen(readings: Readings, pair: tuple[Signal, Signal], now: datetime) -> Scorable | None:
    """Which of a preferred signal and its stand-in counts; None where neither is known."""
    preferred, other = (fresh(readings, signal, now) for signal in pair)
    if preferred is None or other is None:
        return preferred or other
    if now - preferred.time < PREFERENCE[preferred.signal] or preferred.time >= other.time:
        return preferred
    return other


def not_alert(readings: Readings, now: datetime) -> Judged | None:
    """Whether the patient is other than alert: by ACVPU or GCS, the newer; ACVPU of one time."""
    charted, gcs = (fresh(readings, signal, now) for signal in CONSCIOUSNESS)
    if charted is not None and (gcs is None or charted.time >= gcs.time):
        return Judged(charted, charted.value > Consciousness.ALERT, None)
    return None if gcs is None else Judged(gcs, gcs.value < FULL_GCS, "gcs")


def on_oxygen(readings: Readings, now: datetime) -> Judged | None:
    """Whether oxygen is given, by the newest of what says so; of one set, oxygen wins."""
    known = [found for signal in OXYGEN if (found := fresh(readings, signal, now)) is not None]
    if not known:
        return None
    newest = max(reading.time for reading in known)
    together = [_oxygen(reading) for reading in known if newest - reading.time <= OXYGEN_SET]
    return max(together, key=lambda judged: (judged.holds, judged.reading.time))


def _oxygen(reading: Scorable) -> Judged:
    if reading.signal is Signal.FIO2:
        return Judged(reading, reading.value > ROOM_AIR_FIO2, "fio2")
    derived = "oxygen_flow" if reading.signal is Signal.OXYGEN_FLOW else None
    return Judged(reading, reading.value > 0, derived)
