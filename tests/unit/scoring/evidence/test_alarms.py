"""Open alarms, and those that are told together."""

from typing import Any

import pytest

from sereno.domain.evidence import FactKind, Severity
from sereno.domain.surveillance import Alarm, Condition, OperatorState, Priority
from sereno.domain.vitals import Signal
from tests.unit.scoring.evidence.facts import (
    BREATHS,
    HEART,
    HIGH,
    LOW,
    SPO2,
    TEMPERATURE,
    an_alarm,
    every,
    hourly,
    of,
    only,
)
from tests.unit.scoring.streams import at


def test_an_open_alarm_is_told_with_its_worst_value() -> None:
    fact = only(of([], alarms=[an_alarm("a1")]), FactKind.ALARM)
    assert (fact.value, fact.values) == (79.0, {"threshold": 85.0})
    assert fact.times == {"start": at(minutes=100)}
    assert fact.labels == {"condition": "limit", "priority": "high", "operator": "none"}
    assert fact.severity is Severity.CRITICAL


def test_an_alarm_that_worsened_is_told_since_when_its_limit_is_passed() -> None:
    worsened = an_alarm("a1", passed=at(minutes=120))
    assert only(of(hourly(SPO2, 97, 84, 84), alarms=[worsened]), FactKind.ALARM).times == {
        "start": at(minutes=120)
    }


def test_an_alarm_that_was_acknowledged_says_when() -> None:
    alarm = an_alarm(
        "a1",
        operator=OperatorState.ACKNOWLEDGED,
        acknowledged_at=at(minutes=110),
        acknowledged_by="nurse",
    )
    fact = only(of([], alarms=[alarm]), FactKind.ALARM)
    assert fact.times["acknowledged"] == at(minutes=110)
    assert fact.labels["operator"] == "acknowledged"


@pytest.mark.parametrize(
    ("parts", "told", "why"),
    [
        ({"present": False, "ended": at(minutes=105)}, False, "it is over"),
        ({"present": False, "ended": at(minutes=105), "latched": True}, True, "it is latched"),
        ({"raised": at(minutes=241)}, False, "it came after the window"),
    ],
)
def test_which_alarms_are_open(parts: dict[str, Any], *, told: bool, why: str) -> None:
    assert bool(every(of([], alarms=[an_alarm("a1", **parts)]), FactKind.ALARM)) is told, why


def _fast(name: str, signal: Signal, **parts: Any) -> Alarm:
    base: dict[str, Any] = {"direction": HIGH, "limit": 130.0, "value": 135.0, "extreme": 141.0}
    return an_alarm(name, signal=signal, **(base | parts))


_ANSWERED: dict[str, Any] = {
    "operator": OperatorState.ACKNOWLEDGED,
    "acknowledged_at": at(minutes=110),
    "acknowledged_by": "nurse",
}
_OVER: dict[str, Any] = {"present": False, "latched": True, "ended": at(minutes=120)}


@pytest.mark.parametrize(
    ("heart", "pulse", "why"),
    [
        ({}, {}, "the same event"),
        ({"onset": at(minutes=90)}, {"onset": at(minutes=105)}, "they overlap"),
        ({}, {"extreme": 150.0}, "one counted more beats than the other"),
        ({}, {"priority": Priority.MEDIUM}, "the heart rate's is the more urgent"),
        ({}, _OVER, "the heart rate's is still present"),
        ({}, _ANSWERED, "the heart rate's still waits for an answer"),
        (_ANSWERED, _ANSWERED, "both are answered"),
        (_OVER, _OVER, "both are over"),
    ],
)
def test_a_pulse_alarm_is_a_member_of_the_heart_rate_s(
    heart: dict[str, Any], pulse: dict[str, Any], why: str
) -> None:
    alarms = [_fast("p", Signal.PULSE_RATE, **pulse), _fast("h", HEART, **heart)]
    found = of([], alarms=alarms)
    fact = only(found, FactKind.ALARM)
    assert (fact.signal, fact.value, fact.members) == (HEART, 141.0, ("h", "p")), why
    assert [span.signal for span in fact.spans] == [HEART, Signal.PULSE_RATE]
    assert fact.id in found.required


@pytest.mark.parametrize(
    ("heart", "pulse", "why"),
    [
        ({"direction": LOW, "limit": 50.0}, {}, "the other way"),
        (_OVER, {"onset": at(minutes=121), **_OVER, "ended": at(minutes=130)}, "one after another"),
        ({"priority": Priority.MEDIUM}, {}, "the pulse's is the more urgent"),
        (_OVER, {}, "the pulse's is still present"),
        (_ANSWERED, {}, "the pulse's still waits for an answer"),
        ({"signal": SPO2}, {}, "another signal"),
        ({"condition": Condition.SENSOR_OFF}, {}, "it says nothing of beats"),
        ({"present": False, "ended": at(minutes=120)}, {}, "the heart rate's is not open"),
    ],
)
def test_a_pulse_alarm_that_says_more_is_told(
    heart: dict[str, Any], pulse: dict[str, Any], why: str
) -> None:
    first: dict[str, Any] = {"name": "h", "signal": HEART} | heart
    alarms = [_fast(**first), _fast("p", Signal.PULSE_RATE, **pulse)]
    facts = every(of([], alarms=alarms), FactKind.ALARM)
    assert ("p",) in [fact.members for fact in facts], why


def test_an_alarm_of_the_pulse_alone_is_told() -> None:
    fact = only(of([], alarms=[_fast("p", Signal.PULSE_RATE)]), FactKind.ALARM)
    assert (fact.signal, fact.members) == (Signal.PULSE_RATE, ("p",))


def test_sensors_that_went_off_together_are_one_fact() -> None:
    alarms = [
        an_alarm(str(n), Condition.SENSOR_OFF, signal=signal, priority=Priority.LOW,
               onset=at(n, minutes=100))
        for n, signal in enumerate((SPO2, HEART, BREATHS))
    ]  # fmt: skip
    later = an_alarm("9", Condition.SENSOR_OFF, signal=TEMPERATURE, priority=Priority.LOW,
                   onset=at(minutes=102))  # fmt: skip
    facts = every(of([], alarms=[*alarms, later]), FactKind.ALARM)
    assert [fact.signals for fact in facts] == [(SPO2, HEART, BREATHS), (TEMPERATURE,)]
    assert [fact.members for fact in facts] == [("0", "1", "2"), ("9",)]


def test_a_pressure_channel_that_went_off_is_named_once() -> None:
    channel = (Signal.INVASIVE_DIASTOLIC, Signal.INVASIVE_SYSTOLIC, Signal.INVASIVE_MEAN)
    alarms = [
        an_alarm(str(n), Condition.SENSOR_OFF, signal=signal, priority=Priority.LOW)
        for n, signal in enumerate(channel)
    ]
    fact = only(of([], alarms=alarms), FactKind.ALARM)
    assert fact.signals == (Signal.INVASIVE_SYSTOLIC,)
    assert {span.signal for span in fact.spans} == set(channel)
