"""The limits that the words for events stand for, where a question names none.

They are the chart's (Royal College of Physicians, NEWS2, 2017, chart 1): that of fever is where it
gives its first point; the others are those of the episodes in docs/reference/alarms.md. A patient
on scale 2 has the limit of that scale.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sereno.domain.patients import SpO2Scale
from sereno.domain.questions import Topic
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Consciousness, Signal
from sereno.scoring.limits import LOW_GLUCOSE, SCALE_2_TARGET
from sereno.scoring.news2 import CHART, SPO2_SCALE_1

_LOW, _HIGH = Direction.LOW, Direction.HIGH
_RATE, _BREATHS = CHART[Signal.HEART_RATE], CHART[Signal.RESPIRATORY_RATE]
_SYSTOLIC, _DEGREES = CHART[Signal.CUFF_SYSTOLIC], CHART[Signal.TEMPERATURE]

USUAL_LIMITS: Mapping[tuple[Topic, Direction], float] = MappingProxyType(
    {
        (Topic.TEMPERATURE, _HIGH): 38.0,  # NEWS2: 1 point from 38.1
        (Topic.TEMPERATURE, _LOW): _DEGREES.low,
        (Topic.SATURATION, _LOW): SPO2_SCALE_1.low,
        (Topic.HEART, _HIGH): _RATE.high,
        (Topic.HEART, _LOW): _RATE.low,
        (Topic.BREATHING, _HIGH): _BREATHS.high,
        (Topic.BREATHING, _LOW): _BREATHS.low,
        (Topic.PRESSURE, _LOW): _SYSTOLIC.low,
        (Topic.PRESSURE, _HIGH): _SYSTOLIC.high,
        (Topic.MEAN_PRESSURE, _LOW): 65,  # Surviving Sepsis Campaign, 2021
        (Topic.MEAN_PRESSURE, _HIGH): 110,
        (Topic.CAPNOGRAPHY, _LOW): 35,
        (Topic.CAPNOGRAPHY, _HIGH): 45,
        (Topic.CONSCIOUSNESS, _HIGH): float(Consciousness.ALERT),
        (Topic.COMA_SCALE, _LOW): 15,
        (Topic.GLUCOSE, _LOW): LOW_GLUCOSE,
        (Topic.GLUCOSE, _HIGH): 180,  # ADA, Standards of Care in Diabetes, 2024: inpatients
        (Topic.OXYGEN, _HIGH): 0,
    }
)


def usual_limit(topic: Topic, direction: Direction, scale: int) -> float | None:
    """The limit of `topic` on that side; None where there is none."""
    if topic is Topic.SATURATION and direction is _LOW and scale == SpO2Scale.SCALE_2:
        return SCALE_2_TARGET
    return USUAL_LIMITS.get((topic, direction))
