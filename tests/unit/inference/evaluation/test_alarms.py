"""Open alarms, computed by hand."""

import pytest

from inference.evaluation.reference import Expected
from sereno.domain.evidence import FactKind
from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import Signal
from tests.unit.inference.evaluation.told import HOUR, MINUTE, at, facts, values

HR, PR, RR, SPO2 = Signal.HEART_RATE, Signal.PULSE_RATE, Signal.RESPIRATORY_RATE, Signal.SPO2


def alarms(told: list[Observation], end: float, condition: str = "limit") -> list[Expected]:
    found = facts(told, end, FactKind.ALARM)
    return [each for each in found if each.labels["condition"] == condition]


def rates(*stretches: tuple[float, int]) -> list[Observation]:
    """A heart rate a second: so much for so long, one stretch after the other."""
    return values(HR, *[level for level, number in stretches for _ in range(number)], every=1)


@pytest.mark.parametrize(
    ("told", "priorities"),
    [
        (rates((135, 15)), []),  # 14 seconds
        (rates((135, 16)), ["medium"]),
        (rates((145, 11)), ["high"]),
        (rates((130, 60)), []),  # beyond is strict
        (rates((130.4, 60)), []),  # and judged as shown
        (rates((35, 10), (70, 10)), []),  # inside when the delay runs out
        (rates((150, 8), (100, 3), (150, 8)), ["high"]),  # it adds up
        (rates((150, 8), (100, 61), (150, 8)), []),  # unless inside for more than a minute
        (rates((150, 8), (100, 60), (150, 8)), ["high"]),
        (rates((135, 60), (129, 1)), ["medium"]),  # not back by the hysteresis
        (rates((135, 60), (127, 1)), []),
        (rates((145, 60), (70, 60)), ["high"]),  # high priority latches
    ],
)
def test_when_a_limit_alarm_is_open(told: list[Observation], priorities: list[str]) -> None:
    end = len(told) - 1
    assert [each.labels["priority"] for each in alarms(told, end)] == priorities


def test_what_a_limit_alarm_tells() -> None:
    [fact] = alarms(rates((150, 5), (145, 20)), 24)
    assert (fact.value, fact.values, fact.times) == (150, {"threshold": 140}, {"start": at(0)})
    assert fact.labels == {"condition": "limit", "priority": "high", "operator": "none"}
    assert (fact.ongoing, fact.required) == (True, True)


def test_a_value_charted_once_alarms_a_delay_later() -> None:
    assert not alarms(values(HR, 135), 14)
    assert alarms(values(HR, 135), 15)


def test_an_alarm_worsens_and_is_told_from_where_it_passed_its_new_limit() -> None:
    [fact] = alarms(rates((135, 60), (145, 11)), 70)
    assert (fact.labels["priority"], fact.times["start"], fact.values["threshold"]) == (
        "high", at(60), 140,
    )  # fmt: skip


def test_a_less_urgent_alarm_is_raised_beside_the_one_that_latches() -> None:
    high, medium = alarms(rates((145, 60), (133, 60)), 119)
    assert (high.labels["priority"], high.ongoing) == ("high", False)
    assert (medium.ongoing, medium.value, medium.times["start"]) == (True, 145, at(0))


def test_what_comes_again_is_told_again() -> None:
    [fact] = alarms(rates((150, 60), (80, 100), (145, 20)), 179)
    assert (fact.value, fact.times, fact.ongoing) == (145, {"start": at(160)}, True)


def test_what_is_back_before_its_alarm() -> None:
    [fact] = alarms(rates((145, 60), (80, 100), (150, 5)), 164)
    assert (fact.value, fact.ongoing, fact.labels["gone"]) == (150, True, "returned")
    assert fact.times == {"start": at(0), "returned": at(160)}


def test_what_lies_before_a_silence_is_not_what_is_back() -> None:
    """A Glasgow coma scale charted now and then; after six hours nobody knows it."""
    gcs = Signal.GLASGOW_COMA_SCALE
    times = ((0, 10), (7, 8), (15, 3))  # medium, high, and high again, each after a silence
    told = [each for hour, level in times for each in values(gcs, level, first=hour * HOUR)]
    high, medium = alarms(told, 15 * HOUR)
    assert (high.labels["priority"], high.times["start"]) == ("high", at(15 * HOUR))
    assert medium.times == {"start": at(0), "returned": at(15 * HOUR)}


def test_silence_is_no_cure() -> None:
    told = values(HR, *[135] * 60, every=1)
    [fact] = alarms(told, 59 + 15 * MINUTE)
    assert (fact.ongoing, "gone" in fact.labels) == (True, False)  # the value is still present
    [fact] = alarms(told, 59 + 15 * MINUTE + 1)
    assert (fact.ongoing, fact.labels["gone"]) == (False, "unmeasured")
    [fact] = alarms(told + values(HR, 80, first=HOUR), HOUR)
    assert (fact.ongoing, "gone" in fact.labels) == (False, False)


def test_a_sensor_that_is_off_makes_the_delay_wait() -> None:
    off = values(HR, 0, first=1, quality=Quality.SENSOR_OFF)
    told = values(HR, 135) + off + values(HR, 135, first=HOUR)
    assert not alarms(told, HOUR + 13)
    [fact] = alarms(told, HOUR + 14)
    assert fact.times["start"] == at(HOUR), "what was beyond an hour ago may not have stayed so"


@pytest.mark.parametrize(
    ("pulse", "told"),
    [
        ([145] * 60, [HR]),
        ([145] * 30 + [135] * 30, [HR]),
        ([35] * 60, [HR, PR]),  # the other direction
    ],
)
def test_one_heart_is_told_once(pulse: list[float], told: list[Signal]) -> None:
    found = alarms(rates((145, 60)) + values(PR, *pulse, every=1), 59)
    assert [each.signal for each in found if each.ongoing] == told


def test_the_score_alarms_after_half_a_minute() -> None:
    told = values(RR, 26) + values(SPO2, 93)
    assert not alarms(told, 29, "score")
    [fact] = alarms(told, 30, "score")
    assert (fact.labels["priority"], fact.value, fact.values) == ("medium", 5, {})
    [fact] = alarms(told + values(HR, 115, first=MINUTE), 2 * MINUTE, "score")
    assert (fact.labels["priority"], fact.value, fact.times) == ("high", 7, {"start": at(60)})


@pytest.mark.parametrize(
    ("lost", "stays"),
    [
        (values(SPO2, 97, first=2 * HOUR), False),  # measured, and better
        ([], True),  # only too old: nobody knows
    ],
)
def test_a_score_that_only_grew_old_is_not_over(lost: list[Observation], stays: bool) -> None:
    told = values(RR, *[26] * 3) + values(SPO2, *[93] * 2) + lost
    assert bool(alarms(told, 2.5 * HOUR, "score")) is stays


def test_what_improved_is_over_though_something_else_grew_old() -> None:
    told = values(Signal.TEMPERATURE, 37) + values(RR, *[26] * 8)
    told += values(SPO2, *[93] * 7, 97)
    assert not alarms(told, 7 * HOUR + MINUTE, "score")


def test_sensors_that_come_off_together_are_one_fact() -> None:
    signals = (HR, Signal.CUFF_SYSTOLIC, Signal.CUFF_DIASTOLIC)
    told = [each for signal in signals for each in values(signal, 100)]
    for signal in signals:
        told += values(signal, *[0] * 20, every=1, first=5, quality=Quality.SENSOR_OFF)
    [fact] = alarms(told, 24, "sensor_off")
    assert (fact.signals, fact.times) == ((HR, Signal.CUFF_SYSTOLIC), {"start": at(5)})
    assert not alarms(told, 14, "sensor_off")


def test_implausible_values_of_a_minute() -> None:
    told = values(HR, 80)
    told += values(HR, *[500] * 70, every=1, first=1, quality=Quality.IMPLAUSIBLE)
    assert not alarms(told, 60, "implausible")
    assert [each.signals for each in alarms(told, 61, "implausible")] == [(HR,)]


@pytest.mark.parametrize(("seconds", "silent"), [(29, False), (30, True)])
def test_a_source_that_says_nothing(seconds: float, silent: bool) -> None:
    told = values(HR, *[80] * 10, every=1)
    assert bool(alarms(told, 9 + seconds, "source_silent")) is silent
    charted = values(HR, *[80] * 10, every=1, source="charted")
    assert not alarms(charted, 9 + seconds, "source_silent")
