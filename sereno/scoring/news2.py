"""NEWS2, the National Early Warning Score 2 (Royal College of Physicians, London, 2017).

The chart is written for whole numbers, and tenths of a degree: a value is rounded to the chart's
step first, half up (91.5% counts as 92, 38.05 degrees as 38.1).
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sereno.domain.patients import Patient, SpO2Scale
from sereno.domain.surveillance import Response, Score, ScoreKind, ScorePart
from sereno.domain.vitals import Signal, half_up
from sereno.scoring.readings import (
    HEART,
    SYSTOLIC,
    Judged,
    Readings,
    Scorable,
    chosen,
    fresh,
    not_alert,
    on_oxygen,
)

ADULT = 16  # full years; the score is not validated below (RCP 2017, "What NEWS is")
UNDER_AGE = "under_16"
PREGNANT = "pregnant"

RED = 3  # points in a single parameter that ask for an urgent review on their own
NOT_ALERT = 3  # points for new confusion, voice, pain or unresponsive
OXYGEN_POINTS = 2

# The parameters of the chart, in its order, by the signal that usually measures each.
PARAMETERS = (
    Signal.RESPIRATORY_RATE,
    Signal.SPO2,
    Signal.OXYGEN_GIVEN,
    Signal.CUFF_SYSTOLIC,
    Signal.HEART_RATE,
    Signal.CONSCIOUSNESS,
    Signal.TEMPERATURE,
)


class Row:
    """One row of the chart: where each band begins, in whole steps, and the points it gives."""

    def __init__(self, starts: tuple[float, ...], points: tuple[int, ...], step: float = 1) -> None:
        self.starts = tuple(round(start / step) for start in starts)
        self.step = step
        self._points = points

    def points(self, value: float) -> int:
        """The points for `value`, rounded half up to the chart's step."""
        return self._points[bisect_right(self.starts, half_up(value / self.step))]

    @property
    def low(self) -> float:
        """Below this lies the lowest band."""
        return round(self.starts[0] * self.step, 6)

    @property
    def high(self) -> float:
        """Above this lies the highest band."""
        return round((self.starts[-1] - 1) * self.step, 6)


# RCP 2017, chart 1. A band begins at the value given and ends below the next.
CHART: Mapping[Signal, Row] = MappingProxyType(
    {
        Signal.RESPIRATORY_RATE: Row((9, 12, 21, 25), (3, 1, 0, 2, 3)),
        Signal.CUFF_SYSTOLIC: Row((91, 101, 111, 220), (3, 2, 1, 0, 3)),
        Signal.HEART_RATE: Row((41, 51, 91, 111, 131), (3, 1, 0, 1, 2, 3)),
        Signal.TEMPERATURE: Row((35.1, 36.1, 38.1, 39.1), (3, 1, 0, 1, 2), step=0.1),
    }
)
# The same by signal, those that may stand for another among them.
ROW_OF: Mapping[Signal, Row] = MappingProxyType(
    {**CHART, **{other: CHART[preferred] for preferred, other in (HEART, SYSTOLIC)}}
)
SPO2_SCALE_1 = Row((92, 94, 96), (3, 2, 1, 0))
SPO2_SCALE_2_ON_AIR = Row((84, 86, 88), (3, 2, 1, 0))
SPO2_SCALE_2_ON_OXYGEN = Row((84, 86, 88, 93, 95, 97), (3, 2, 1, 0, 1, 2, 3))


def spo2_points(value: float, scale: SpO2Scale, *, oxygen: bool) -> int:
    """Points for a saturation in %; on scale 2 it matters above 92% whether oxygen is given."""
    if scale is SpO2Scale.SCALE_1:
        return SPO2_SCALE_1.points(value)
    return (SPO2_SCALE_2_ON_OXYGEN if oxygen else SPO2_SCALE_2_ON_AIR).points(value)


def unfit(patient: Patient, now: datetime) -> str | None:
    """Why the patient may not be scored: UNDER_AGE, PREGNANT or None.

    One whose age is not recorded is scored as an adult.
    """
    age = patient.age(now.date())
    if age is not None and age < ADULT:
        return UNDER_AGE
    return PREGNANT if patient.pregnant else None


def score(readings: Readings, patient: Patient, now: datetime) -> Score:
    """NEWS2 at `now` from what is known and still true.

    What is missing or too old makes it partial: `total` is what the known parameters give and
    `response` what that asks for; the whole score lies from `lowest` to `highest`. With nothing
    known, `total` and `response` are None. On scale 2 with air-or-oxygen unknown, a saturation gets
    the points that it has on air.
    """
    scale = patient.spo2_scale
    why_not = unfit(patient, now)
    if why_not is not None:
        return Score(kind=ScoreKind.NEWS2, time=now, total=None, lowest=None, highest=None,
                     scale=scale.value, not_scored=why_not)  # fmt: skip
    parts = _parts(readings, scale, now)
    return _summed(parts, scale, now)


def points_of(score: Score) -> dict[Signal, int]:
    """The points of each parameter that is known, by the signal that usually measures it.

    On scale 2 the saturation's are not while they hang on whether oxygen is given.
    """
    known = (signal for signal in PARAMETERS if signal not in score.missing)
    parts = dict(zip(known, score.parts, strict=True)) if score.parts else {}
    saturation = parts.get(Signal.SPO2)
    if saturation is not None and Signal.OXYGEN_GIVEN not in parts:
        scale = SpO2Scale(score.scale)
        if spo2_points(saturation.value, scale, oxygen=True) != saturation.points:
            del parts[Signal.SPO2]
    return {signal: part.points for signal, part in parts.items()}


def _parts(readings: Readings, scale: SpO2Scale, now: datetime) -> dict[Signal, ScorePart]:
    """The known parameters, in the chart's order."""
    oxygen = on_oxygen(readings, now)
    given = oxygen is not None and oxygen.holds
    found = {
        Signal.RESPIRATORY_RATE: fresh(readings, Signal.RESPIRATORY_RATE, now),
        Signal.SPO2: fresh(readings, Signal.SPO2, now),
        Signal.OXYGEN_GIVEN: oxygen,
        Signal.CUFF_SYSTOLIC: chosen(readings, SYSTOLIC, now),
        Signal.HEART_RATE: chosen(readings, HEART, now),
        Signal.CONSCIOUSNESS: not_alert(readings, now),
        Signal.TEMPERATURE: fresh(readings, Signal.TEMPERATURE, now),
    }
    return {
        row: _part(row, known, scale, oxygen=given)
        for row, known in found.items()
        if known is not None
    }


def _part(row: Signal, known: Scorable | Judged, scale: SpO2Scale, *, oxygen: bool) -> ScorePart:
    if isinstance(known, Judged):
        points = OXYGEN_POINTS if row is Signal.OXYGEN_GIVEN else NOT_ALERT
        reading = known.reading
        points = points if known.holds else 0
        return ScorePart(reading.signal, reading.value, reading.time, points, known.derived)
    if row is Signal.SPO2:
        points = spo2_points(known.value, scale, oxygen=oxygen)
    else:
        points = CHART[row].points(known.value)
    return ScorePart(known.signal, known.value, known.time, points, known.derived)


def _summed(parts: Mapping[Signal, ScorePart], scale: SpO2Scale, now: datetime) -> Score:
    total = sum(part.points for part in parts.values())
    red = any(part.points >= RED for part in parts.values())
    return Score(
        kind=ScoreKind.NEWS2,
        time=now,
        total=total if parts else None,
        lowest=total,
        highest=total + _unknown_points(parts, scale),
        parts=tuple(parts.values()),
        missing=tuple(signal for signal in PARAMETERS if signal not in parts),
        response=Response.to(total, red=red) if parts else None,
        red=red,
        scale=scale.value,
    )


def _unknown_points(parts: Mapping[Signal, ScorePart], scale: SpO2Scale) -> int:
    """The most that the missing parameters could add to the known ones."""
    missing = [signal for signal in PARAMETERS if signal not in parts]
    most = sum(OXYGEN_POINTS if signal is Signal.OXYGEN_GIVEN else RED for signal in missing)
    saturation = parts.get(Signal.SPO2)
    if Signal.OXYGEN_GIVEN in parts or saturation is None:
        return most
    return most + spo2_points(saturation.value, scale, oxygen=True) - saturation.points
