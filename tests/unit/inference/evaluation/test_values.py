"""Measures, changes and extremes, computed by hand."""

import pytest

from sereno.domain.evidence import FactKind
from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Signal
from tests.unit.inference.evaluation.told import HOUR, MINUTE, at, facts, values

HR, PR, SPO2 = Signal.HEART_RATE, Signal.PULSE_RATE, Signal.SPO2


def test_the_last_value_is_told_rounded_half_up_with_its_time() -> None:
    [fact] = facts(values(Signal.TEMPERATURE, 37.9, 38.05), HOUR, FactKind.MEASURE)
    assert (fact.value, fact.times["at"], fact.ongoing) == (38.1, at(HOUR), True)
    assert (fact.severity, fact.required) == (1, True)


@pytest.mark.parametrize(
    ("age", "later", "present"),
    [
        (15 * MINUTE, [], True),  # no older than 15 minutes
        (15 * MINUTE + 1, [], False),
        (MINUTE, values(HR, 0, first=30, quality=Quality.SENSOR_OFF), False),
        (MINUTE, values(HR, 500, first=30, quality=Quality.IMPLAUSIBLE), False),
        (MINUTE, values(PR, 0, first=30, quality=Quality.SENSOR_OFF), True),  # another signal
    ],
)
def test_what_is_present(age: float, later: list[Observation], present: bool) -> None:
    [fact] = facts(values(HR, 80) + later, age, FactKind.MEASURE)
    assert (fact.value, fact.ongoing) == (80, present)


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    wrong, right = values(HR, 80, 90, every=0)
    corrected = Observation(HR, right.time, right.value, right.source, version=2)
    [fact] = facts([corrected, wrong], MINUTE, FactKind.MEASURE)
    assert fact.value == 90


def test_what_came_before_the_window_or_after_it_is_not_told() -> None:
    assert not facts(values(HR, 80, 90), 1.5 * HOUR, FactKind.MEASURE, start=1.1 * HOUR)
    [fact] = facts(values(HR, 80, 90), HOUR - 1, FactKind.MEASURE)
    assert fact.value == 80


@pytest.mark.parametrize(
    ("told", "speaks"),
    [
        (values(HR, 80) + values(PR, 81), HR),
        (values(HR, 80) + values(PR, 81, first=20 * MINUTE), PR),  # the first is not present
        (values(HR, 80) + values(PR, 81, first=1), PR),  # neither is, and it is the newer
        (values(HR, 80, first=7 * MINUTE) + values(PR, 81, first=8 * MINUTE), HR),
        (values(Signal.CUFF_MEAN, 70) + values(Signal.INVASIVE_SYSTOLIC, 120),
         Signal.INVASIVE_SYSTOLIC),  # no mean pressure beside a systolic one
        (values(Signal.FIO2, 40) + values(Signal.OXYGEN_GIVEN, 1), Signal.FIO2),
        (values(Signal.GLASGOW_COMA_SCALE, 15) + values(Signal.CONSCIOUSNESS, 0),
         Signal.CONSCIOUSNESS),
    ],
)  # fmt: skip
def test_one_signal_speaks_for_a_family(told: list[Observation], speaks: Signal) -> None:
    [fact] = facts(told, 21 * MINUTE, FactKind.MEASURE)
    assert fact.signal is speaks


def test_the_diastolic_pressure_of_the_same_moment_is_told_too() -> None:
    told = values(Signal.CUFF_SYSTOLIC, 120, 110) + values(Signal.CUFF_DIASTOLIC, 80)
    assert facts(told, 0.5 * HOUR, FactKind.MEASURE)[0].values == {"diastolic": 80}
    assert facts(told, HOUR, FactKind.MEASURE)[0].values == {}


@pytest.mark.parametrize(
    ("signal", "levels", "changed"),
    [
        (SPO2, [97, 97, 95, 94, 94], True),
        (SPO2, [97, 97, 95, 95, 95], False),  # two, and the step is three
        (SPO2, [97, 94, 94, 94, 94, 94, 94, 94, 94], False),  # the thirds' medians do not differ
        (HR, [80, 95], True),
        (HR, [80, 94], False),
        (Signal.TEMPERATURE, [36.3, 36.0, 35.5], True),  # 0.8, whatever floating point makes of it
        (Signal.GLASGOW_COMA_SCALE, [15, 13], True),
        (Signal.OXYGEN_FLOW, [2, 10], False),  # no step is defined
    ],
)
def test_what_is_a_change(signal: Signal, levels: list[float], changed: bool) -> None:
    found = facts(values(signal, *levels), 9 * HOUR, FactKind.CHANGE)
    assert bool(found) is changed
    if changed:
        assert found[0].values == {"from": levels[0], "to": levels[-1]}
        assert not facts(values(signal, *levels), 9 * HOUR, FactKind.MEASURE)


def test_a_change_tells_its_direction_and_times_and_is_at_least_notable() -> None:
    [fact] = facts(values(SPO2, 100, 100, 97, 97), 3 * HOUR, FactKind.CHANGE)
    assert (fact.direction, fact.value, fact.severity) == (Direction.LOW, 97, 1)
    assert fact.times == {"start": at(0), "end": at(3 * HOUR)}


def test_a_change_of_consciousness_ends_where_it_began_to_stay_so() -> None:
    [fact] = facts(values(Signal.CONSCIOUSNESS, 0, 0, 2, 2, 2), 4 * HOUR, FactKind.CHANGE)
    assert fact.times == {"start": at(0), "end": at(2 * HOUR)}


@pytest.mark.parametrize(
    ("signal", "levels", "told"),
    [
        (HR, [80, 45, 80], (Direction.LOW, 45)),
        (HR, [80, 45, 115, 85], (Direction.HIGH, 115)),  # the more severe of the two
        (HR, [80, 45, 99, 85], (Direction.LOW, 45)),  # alike
        (HR, [99, 86, 85], (Direction.HIGH, 99)),
        (HR, [88, 110, 60, 60], None),  # no more than the change, which is notable
        (HR, [45, 80, 80, 80], None),  # the change begins with it
        (HR, [80, 85, 80], None),  # no more severe than the last
        (SPO2, [97, 90, 97], None),  # an episode tells it
        (Signal.RESPIRATORY_RATE, [15, 23, 7, 14, 14], (Direction.HIGH, 23)),  # that one does not
    ],
)
def test_what_is_an_extreme(
    signal: Signal, levels: list[float], told: tuple[Direction, float] | None
) -> None:
    found = facts(values(signal, *levels), 6 * HOUR, FactKind.EXTREME)
    assert [(each.direction, each.value) for each in found] == ([told] if told else [])


def test_an_extreme_is_told_with_the_first_time_that_it_was_shown() -> None:
    [fact] = facts(values(SPO2, 97, 95.4, 97, 95.3, 97), 4 * HOUR, FactKind.EXTREME)
    assert (fact.value, fact.times["at"]) == (95, at(HOUR))


def test_what_must_be_told() -> None:
    told = values(Signal.GLUCOSE, 150) + values(Signal.CUFF_MEAN, 60) + values(SPO2, 97)
    required = {each.signal: each.required for each in facts(told, MINUTE, FactKind.MEASURE)}
    assert required == {Signal.GLUCOSE: False, Signal.CUFF_MEAN: True, SPO2: True}
