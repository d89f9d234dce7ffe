"""The usual ranges of adults, by which a text for the patient says where a value lies.

They are those of published charts and not the patient's own, and they do not hold for children or
in pregnancy. Narrower than the bands that give no points in NEWS2 where that band is no comfort.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from sereno.domain.evidence import Fact, FactKind, Severity
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Signal
from sereno.scoring.news2 import PREGNANT, UNDER_AGE

# Lowest and highest value, both included. NEWS2: no points (Royal College of Physicians, 2017,
# chart 1). NICE: hypertension begins at 140/90 mmHg in a clinic (NG136, 2019, updated 2023). NHS:
# 38 °C is a high temperature, below 90/60 mmHg a low blood pressure (nhs.uk). The others are the
# bands that do not matter in evidence.severity, with their sources there.
_HEART = (51, 90)  # NEWS2
_SYSTOLIC = (111, 139)  # NEWS2; NICE
_DIASTOLIC = (60, 89)  # NHS; NICE
_MEAN = (65, 110)
USUAL: Mapping[Signal, tuple[float, float]] = MappingProxyType(
    {
        Signal.HEART_RATE: _HEART,
        Signal.PULSE_RATE: _HEART,
        Signal.SPO2: (96, 100),  # NEWS2, scale 1
        Signal.RESPIRATORY_RATE: (12, 20),  # NEWS2
        Signal.TEMPERATURE: (36.1, 37.9),  # NEWS2; NHS
        Signal.CUFF_SYSTOLIC: _SYSTOLIC,
        Signal.INVASIVE_SYSTOLIC: _SYSTOLIC,
        Signal.CUFF_DIASTOLIC: _DIASTOLIC,
        Signal.INVASIVE_DIASTOLIC: _DIASTOLIC,
        Signal.CUFF_MEAN: _MEAN,
        Signal.INVASIVE_MEAN: _MEAN,
        Signal.END_TIDAL_CO2: (35, 45),
        Signal.GLASGOW_COMA_SCALE: (15, 15),
        Signal.GLUCOSE: (70, 180),
    }
)
NO_ADULT_RANGES = frozenset({UNDER_AGE, PREGNANT})

# Up to 87% a saturation is low on both scales of NEWS2, up to 93% where it gives 2 points or more;
# above that a fact does not tell which scale is in force.
_LOW_ON_BOTH = 87
_LOW_IF_SERIOUS = 93


class Standing(StrEnum):
    """Where a value lies; UNTOLD where it is told as a number alone."""

    USUAL = "usual"
    LOWER = "lower"
    HIGHER = "higher"
    UNTOLD = "untold"


def ranges_hold(facts: Iterable[Fact]) -> bool:
    """Whether the usual ranges hold for whom the facts are about."""
    return not any(
        fact.kind is FactKind.SCORE and fact.labels.get("not_scored") in NO_ADULT_RANGES
        for fact in facts
    )


class Reach(StrEnum):
    """Where a limit lies: what is beyond it is so far out."""

    UNUSUAL = "unusual"  # as far as is beyond the usual range
    CLEAR = "clear"  # further
    WITHIN = "within"  # not that far, or no range is known


def reach(signal: Signal, direction: Direction | None, limit: float) -> Reach:
    """What it means to lie beyond `limit`, by the usual range."""
    if signal not in USUAL:
        return Reach.WITHIN
    low = direction is Direction.LOW
    edge = USUAL[signal][0 if low else 1]
    if limit == edge:
        return Reach.UNUSUAL
    return Reach.CLEAR if (limit < edge) is low else Reach.WITHIN


def standing(fact: Fact) -> Standing:
    """Where the value of a measure or a change lies, by the usual range."""
    signal, value = fact.signal, fact.value
    if signal is None or value is None or signal not in USUAL:
        return Standing.UNTOLD
    if signal is Signal.SPO2:
        return _saturation(value, fact.severity)
    level = _level(signal, value)
    diastolic = fact.values.get("diastolic")
    if level is Standing.USUAL and diastolic is not None:
        usual = _level(Signal.CUFF_DIASTOLIC, diastolic) is Standing.USUAL
        return Standing.USUAL if usual else Standing.UNTOLD
    return level


def _level(signal: Signal, value: float) -> Standing:
    lowest, highest = USUAL[signal]
    if value < lowest:
        return Standing.LOWER
    return Standing.HIGHER if value > highest else Standing.USUAL


def _saturation(value: float, severity: Severity) -> Standing:
    """With oxygen a high value is none to rest on where its target is lower: it gives points."""
    serious = severity >= Severity.SERIOUS
    if value >= USUAL[Signal.SPO2][0]:
        return Standing.UNTOLD if serious else Standing.USUAL
    low = value <= _LOW_ON_BOTH or (value <= _LOW_IF_SERIOUS and serious)
    return Standing.LOWER if low else Standing.UNTOLD
