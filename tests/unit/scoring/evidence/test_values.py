"""The values that are told as present, and how they changed."""

from datetime import timedelta

import pytest

from sereno.domain.evidence import FactKind, Form, Severity
from sereno.domain.stream import Quality
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import VITALS, Signal
from tests.unit.scoring.evidence.facts import (
    BREATHS,
    HEART,
    HIGH,
    LOW,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    WINDOW,
    an_episode,
    every,
    every_minute,
    hourly,
    of,
    only,
)
from tests.unit.scoring.streams import START, at, seen, stream


@pytest.mark.parametrize(
    ("signal", "raw", "told"),
    [
        (SPO2, 91.5, 92.0),  # half up
        (SPO2, 92.4999, 92.0),
        (TEMPERATURE, 36.849, 36.8),
        (TEMPERATURE, 36.85, 36.9),  # though 36.85 lies below that as a binary fraction
        (HEART, 88.5, 89.0),  # and not to the even
        (TEMPERATURE, 36.85 - 1e-9, 36.9),  # noise of a conversion
    ],
)
def test_a_measure_is_the_last_good_value_rounded_half_up(
    signal: Signal, raw: float, told: float
) -> None:
    fact = only(of([seen(signal, raw, at(1)), seen(signal, raw, at(hours=4))]), FactKind.MEASURE)
    assert (fact.value, fact.unit) == (told, VITALS[signal].unit)
    assert fact.times == {"at": at(hours=4)}


@pytest.mark.parametrize("quality", [each for each in Quality if each is not Quality.GOOD])
def test_values_that_are_not_good_do_not_count(quality: Quality) -> None:
    found = of([seen(HEART, 80, at(hours=4)), seen(HEART, 20, at(hours=4), quality)])
    assert only(found, FactKind.MEASURE).value == 80


@pytest.mark.parametrize(("minutes", "fresh"), [(0, True), (15, True), (15.1, False), (180, False)])
def test_a_value_is_present_for_a_quarter_of_an_hour(minutes: float, *, fresh: bool) -> None:
    found = of([seen(SPO2, 97, WINDOW.end - timedelta(minutes=minutes))])
    assert only(found, FactKind.MEASURE).ongoing is fresh


@pytest.mark.parametrize("quality", [each for each in Quality if each is not Quality.GOOD])
@pytest.mark.parametrize(
    ("lost_at", "present", "why"),
    [
        (239, False, "nobody knows the value since"),
        (238, True, "of the same moment, and another source is good"),
        (237, True, "it came back"),
        (241, True, "after the window nothing is looked at"),
    ],
)
def test_a_value_is_not_present_once_its_signal_is_lost(
    quality: Quality, lost_at: float, *, present: bool, why: str
) -> None:
    record = [
        seen(SPO2, 0, at(minutes=lost_at), quality),
        seen(SPO2, 95, at(minutes=238)),
        seen(HEART, 80, at(minutes=238)),
    ]
    found = of(record)
    assert only(found, FactKind.MEASURE, SPO2).ongoing is present, why
    assert only(found, FactKind.MEASURE, HEART).ongoing, "another signal is not lost with it"


def test_a_change_to_a_value_whose_signal_is_lost_does_not_go_on() -> None:
    off = seen(HEART, 0, at(1, hours=4 - 0.1), Quality.SENSOR_OFF)
    values = [seen(HEART, 80 + n * 10, at(hours=n * 3.9 / 4)) for n in range(5)]
    assert only(of(values), FactKind.CHANGE).ongoing
    assert not only(of([off, *values]), FactKind.CHANGE).ongoing


def test_a_lost_heart_rate_lets_a_present_pulse_speak() -> None:
    found = of(
        [
            seen(HEART, 80, at(minutes=238)),
            seen(HEART, 0, at(minutes=239), Quality.SENSOR_OFF),
            seen(Signal.PULSE_RATE, 82, at(minutes=238)),
        ]
    )
    assert [fact.signal for fact in every(found, FactKind.MEASURE)] == [Signal.PULSE_RATE]


def test_both_ends_of_the_window_count_and_nothing_outside() -> None:
    inside = [seen(SPO2, 95, START), seen(SPO2, 96, WINDOW.end)]
    outside = [seen(SPO2, 60, at(-1)), seen(SPO2, 61, at(1, hours=4))]
    facts = of(inside + outside).facts
    assert {fact.value for fact in facts if fact.signal is SPO2} == {96.0, 95.0} & {
        fact.value for fact in facts
    }


def test_systolic_is_told_with_the_diastolic_of_its_moment() -> None:
    found = of(
        [
            seen(SYSTOLIC, 120, at(hours=3)),
            seen(Signal.CUFF_DIASTOLIC, 70, at(hours=3)),
            seen(Signal.CUFF_DIASTOLIC, 65, at(hours=3, minutes=5)),
            seen(Signal.CUFF_MEAN, 87, at(hours=3)),
        ]
    )
    fact = only(found, FactKind.MEASURE)
    assert (fact.signal, fact.value, fact.values) == (SYSTOLIC, 120, {"diastolic": 70.0})


@pytest.mark.parametrize(
    ("observations", "spoken"),
    [
        ([(HEART, 4), (Signal.PULSE_RATE, 4)], HEART),
        ([(HEART, 3), (Signal.PULSE_RATE, 4)], Signal.PULSE_RATE),  # only the pulse is fresh
        ([(SYSTOLIC, 4), (Signal.INVASIVE_SYSTOLIC, 4)], SYSTOLIC),
        ([(SYSTOLIC, 2), (Signal.INVASIVE_SYSTOLIC, 1)], SYSTOLIC),  # neither is
        ([(Signal.GLASGOW_COMA_SCALE, 4)], Signal.GLASGOW_COMA_SCALE),
        ([(Signal.CUFF_MEAN, 4)], Signal.CUFF_MEAN),  # no systolic to tell
    ],
)
def test_one_signal_speaks_for_its_family(
    observations: list[tuple[Signal, int]], spoken: Signal
) -> None:
    found = of([seen(signal, 60, at(hours=hours)) for signal, hours in observations])
    assert [fact.signal for fact in every(found, FactKind.MEASURE)] == [spoken]


def test_a_change_of_consciousness_is_told_from_when_it_has_stayed_so() -> None:
    """Confused since the round of two hours in, not since the one that found it again."""
    fact = only(of(hourly(Signal.CONSCIOUSNESS, 0, 0, 1, 1)), FactKind.CHANGE)
    assert (fact.times["start"], fact.times["end"]) == (START, at(hours=2))
    assert fact.spans[0].end == at(hours=3)


def test_a_change_goes_from_the_first_value_to_the_last_and_stands_for_the_measure() -> None:
    found = of(hourly(HEART, 88, 95, 104, 110, 112))
    change = only(found, FactKind.CHANGE)
    assert change.values == {"from": 88.0, "to": 112.0}
    assert change.times == {"start": START, "end": at(hours=4)}
    assert (change.direction, change.value) == (HIGH, 112.0)
    assert not every(found, FactKind.MEASURE)


@pytest.mark.parametrize(
    "values", [(36.3, 36.3, 35.9, 35.5, 35.5), (37.0, 37.0, 37.4, 37.8, 37.8), (38.2, 37.4)]
)
def test_a_change_by_the_very_step_is_told_whatever_its_binary_fraction(
    values: tuple[float, ...],
) -> None:
    assert only(of(hourly(TEMPERATURE, *values)), FactKind.CHANGE).value == values[-1]


@pytest.mark.parametrize(
    ("signal", "values", "why"),
    [
        (HEART, (88, 90, 95, 100, 102), "14 beats are below the step of 15"),
        (HEART, (88, 104, 100, 103, 88), "it came back"),
        (HEART, (60, 90, 90, 90, 91, 90, 91, 90, 91), "one stray value is no trend"),
        (HEART, (80,), "a single value"),
    ],
)
def test_no_change_is_told_of(signal: Signal, values: tuple[float, ...], why: str) -> None:
    assert not every(of(stream(signal, values, step=1800)), FactKind.CHANGE), why


def test_an_extreme_is_the_worst_value_at_its_first_time() -> None:
    found = of(hourly(SPO2, 97, 93, 97, 93, 97))
    extreme = only(found, FactKind.EXTREME)
    assert (extreme.value, extreme.direction) == (93.0, LOW)
    assert extreme.times == {"at": at(hours=1)}
    assert extreme.severity is Severity.SERIOUS


def test_an_extreme_is_told_with_the_first_time_that_it_was_shown() -> None:
    found = of(hourly(SPO2, 97, 95.4, 97, 95.3, 97))
    assert only(found, FactKind.EXTREME).times == {"at": at(hours=1)}


def test_an_extreme_that_an_episode_tells_already_is_left_out() -> None:
    episode = an_episode("e1", SPO2, LOW, 92, 60, 70, 84)
    found = of(hourly(SPO2, 97, 84, 97, 97, 97), episodes=[episode])
    assert not every(found, FactKind.EXTREME)


@pytest.mark.parametrize(
    ("signal", "values", "episode", "told"),
    [
        (BREATHS, (15, 23, 7, 14, 14), (LOW, 9, 7), 23),  # the other side
        (SYSTOLIC, (220, 97, 118, 118, 118), (HIGH, 219, 220), 97),
        (SPO2, (97, 80, 97, 89, 97), (LOW, 92, 89), 80),  # a blip that is no episode itself
    ],
)
def test_an_episode_hides_no_extreme_that_it_does_not_tell(
    signal: Signal, values: tuple[float, ...], episode: tuple[Direction, float, float], told: float
) -> None:
    direction, threshold, nadir = episode
    one = an_episode("e1", signal, direction, threshold, 120, 120, nadir)
    found = of(hourly(signal, *values), episodes=[one])
    extreme = only(found, FactKind.EXTREME)
    assert extreme.value == told
    assert extreme.id in found.required


def test_of_two_equal_extremes_the_lowest_is_told() -> None:
    assert only(of(hourly(BREATHS, 15, 23, 11, 22, 14)), FactKind.EXTREME).value == 23
    assert only(of(hourly(HEART, 80, 95, 45, 95, 80)), FactKind.EXTREME).value == 45


@pytest.mark.parametrize(
    ("signal", "air", "given"),
    [(Signal.OXYGEN_GIVEN, 0, 1), (Signal.OXYGEN_FLOW, 0, 2), (Signal.FIO2, 21, 28)],
)
def test_that_oxygen_is_given_must_be_told(signal: Signal, air: float, given: float) -> None:
    for value, severity in ((air, Severity.NORMAL), (given, Severity.SERIOUS)):
        found = of([seen(signal, value, at(hours=4))])
        fact = only(found, FactKind.MEASURE)
        assert (fact.severity, fact.id in found.required) == (severity, value == given)


def test_where_no_value_is_present_the_newest_of_a_family_is_told() -> None:
    values = [seen(SYSTOLIC, 124, at(hours=1)), seen(Signal.INVASIVE_SYSTOLIC, 130, at(hours=2))]
    (fact,) = every(of([*values, *every_minute(HEART, 80)]), FactKind.MEASURE)[1:]
    assert (fact.signal, fact.value) == (Signal.INVASIVE_SYSTOLIC, 130)


def test_a_range_is_the_lowest_highest_and_median_of_the_window() -> None:
    found = of(hourly(HEART, 62, 118, 84, 84, 70), form=Form.SHIFT)
    told = only(found, FactKind.RANGE)
    assert (told.signal, told.value, told.values) == (HEART, 84, {"lowest": 62, "highest": 118})
    assert [(span.start, span.end, span.count) for span in told.spans] == [(at(), at(hours=4), 5)]


@pytest.mark.parametrize(
    ("signal", "values", "why"),
    [
        (HEART, (62, 118), "two values say as much themselves"),
        (Signal.CONSCIOUSNESS, (0, 1, 0, 2), "a state has no median"),
        (Signal.OXYGEN_FLOW, (0, 2, 2, 4), "what is given is no finding"),
    ],
)
def test_what_has_no_range(signal: Signal, values: tuple[float, ...], why: str) -> None:
    found = of(hourly(signal, *values), form=Form.SHIFT)
    assert every(found, FactKind.RANGE) == [], why
