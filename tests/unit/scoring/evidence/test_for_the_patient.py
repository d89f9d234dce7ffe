"""What of the facts is the patient's to know, and where a value lies by the usual ranges."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.domain.evidence import Evidence, Fact, FactKind, Form, Severity
from sereno.domain.surveillance import (
    Alarm,
    Condition,
    Direction,
    OperatorState,
    Priority,
    Response,
)
from sereno.domain.vitals import Signal
from sereno.scoring.evidence.usual import Reach, Standing, ranges_hold, reach, standing
from tests.unit.scoring.evidence.facts import (
    BREATHS,
    HEART,
    LOW,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    a_score,
    an_alarm,
    an_episode,
    every,
    every_minute,
    of,
    only,
)
from tests.unit.scoring.streams import at, seen

HIGH = Direction.HIGH
VITALS = [
    value
    for signal, level in ((SPO2, 97), (BREATHS, 18), (HEART, 80), (SYSTOLIC, 120))
    for value in every_minute(signal, level)
]


def told(*alarms: Alarm, **record: object) -> Evidence:
    return of(VITALS, alarms=alarms, form=Form.PATIENT, **record)


def over(alarm: Alarm) -> Alarm:
    return replace(alarm, present=False, latched=True, ended=at(hours=2))


def test_all_that_it_holds_must_be_told_and_values_come_first() -> None:
    found = told(
        an_alarm("a1"),
        scores=[a_score(7, 200, response=Response.EMERGENCY)],
        episodes=[an_episode("e1", HEART, HIGH, 130, 12, 21, 150)],
    )
    assert [fact.kind for fact in found.facts] == [
        *[FactKind.MEASURE] * 4, FactKind.ALARM, FactKind.EPISODE, FactKind.GAP,
    ]  # fmt: skip
    assert found.required == tuple(fact.id for fact in found.facts)
    assert found.form is Form.PATIENT


def test_what_was_never_measured_is_told_though_a_score_misses_it() -> None:
    missing = (Signal.CONSCIOUSNESS, TEMPERATURE)
    scored = {"scores": [a_score(2, 200, missing=missing, highest=8)]}
    assert set(only(told(**scored), FactKind.GAP).signals) == set(missing)
    assert not every(of(VITALS, **scored), FactKind.GAP)


@pytest.mark.parametrize(
    ("why_not", "kept"), [("under_16", True), ("pregnant", True), (None, False)]
)
def test_of_a_score_only_that_it_is_not_made_for_them_is_told(
    why_not: str | None, *, kept: bool
) -> None:
    score = a_score(None if why_not else 3, 200, not_scored=why_not, response=None)
    found = told(scores=[score if why_not else a_score(3, 200)])
    assert bool(every(found, FactKind.SCORE)) is kept
    assert ranges_hold(found.facts) is not kept


def test_alarms_of_the_equipment_are_the_staffs() -> None:
    found = told(an_alarm("a1", Condition.SOURCE_SILENT), an_alarm("a2", Condition.SCORE, value=7))
    assert [fact.labels["condition"] for fact in every(found, FactKind.ALARM)] == ["score"]


FIRST = an_alarm("first", onset=at(minutes=50), limit=92.0, priority=Priority.MEDIUM)
SECOND = an_alarm("second", onset=at(minutes=100))
SEEN = {"operator": OperatorState.ACKNOWLEDGED, "acknowledged_at": at(minutes=120)}


@pytest.mark.parametrize(
    ("alarms", "member", "why"),
    [
        ((FIRST, SECOND), "first", "the earlier of two that are present"),
        ((over(SECOND), FIRST), "first", "the one that is present"),
        ((replace(FIRST, **SEEN), SECOND), "second", "the one that waits for somebody"),
    ],
)
def test_of_alarms_that_say_the_same_one_is_told(
    alarms: tuple[Alarm, ...], member: str, why: str
) -> None:
    low = [replace(each, value=84) for each in every_minute(SPO2, 84)]
    found = of(low, alarms=alarms, form=Form.PATIENT)
    assert only(found, FactKind.ALARM).members == (member,), why


def test_an_episode_that_an_alarm_tells_is_not_told_twice() -> None:
    low = every_minute(SPO2, 84)
    episode = an_episode("e1", SPO2, LOW, 92, 12, 240, 84, end=None)
    assert every(of(low, episodes=[episode], form=Form.PATIENT), FactKind.EPISODE)
    both = of(low, episodes=[episode], alarms=[an_alarm("a1")], form=Form.PATIENT)
    assert not every(both, FactKind.EPISODE)


@pytest.mark.parametrize(("minutes", "kept"), [(59, False), (60, True)])
def test_a_break_matters_from_an_hour_on(minutes: int, *, kept: bool) -> None:
    heart = every_minute(HEART, 80)
    broken = [each for each in heart if not at(hours=1) < each.time < at(minutes=60 + minutes)]
    found = of(broken, form=Form.PATIENT)
    assert bool([f for f in every(found, FactKind.GAP) if f.signal is HEART]) is kept


def a_measure(signal: Signal, value: float, severity: Severity, **values: float) -> Fact:
    return Fact(
        id="F1", kind=FactKind.MEASURE, severity=severity, signal=signal, value=value, values=values
    )


NORMAL, NOTABLE, SERIOUS = Severity.NORMAL, Severity.NOTABLE, Severity.SERIOUS


@pytest.mark.parametrize(
    ("fact", "where", "why"),
    [
        (a_measure(HEART, 51, NORMAL), Standing.USUAL, "NEWS2 gives no points"),
        (a_measure(HEART, 50, NOTABLE), Standing.LOWER, "one point"),
        (a_measure(SYSTOLIC, 139, NORMAL), Standing.USUAL, "the last below hypertension"),
        (a_measure(SYSTOLIC, 140, NORMAL), Standing.HIGHER, "no points, and hypertension"),
        (a_measure(SYSTOLIC, 120, NORMAL, diastolic=95), Standing.UNTOLD, "half of it is high"),
        (a_measure(TEMPERATURE, 38.0, NORMAL), Standing.HIGHER, "a high temperature for the NHS"),
        (a_measure(SPO2, 97, NORMAL), Standing.USUAL, "on scale 1"),
        (a_measure(SPO2, 97, SERIOUS), Standing.UNTOLD, "too high on scale 2 with oxygen"),
        (a_measure(SPO2, 90, NORMAL), Standing.UNTOLD, "the target of scale 2"),
        (a_measure(SPO2, 90, Severity.CRITICAL), Standing.LOWER, "on scale 1"),
        (a_measure(SPO2, 93, NOTABLE), Standing.UNTOLD, "too high on scale 2 with oxygen"),
        (a_measure(SPO2, 87, NOTABLE), Standing.LOWER, "on either scale"),
        (a_measure(Signal.FIO2, 40, SERIOUS), Standing.UNTOLD, "no range is known"),
    ],
)
def test_where_a_value_lies(fact: Fact, where: Standing, why: str) -> None:
    assert standing(fact) is where, why


@pytest.mark.parametrize(
    ("signal", "direction", "limit", "far"),
    [
        (HEART, HIGH, 90, Reach.UNUSUAL),
        (HEART, HIGH, 130, Reach.CLEAR),
        (HEART, HIGH, 80, Reach.WITHIN),
        (HEART, LOW, 41, Reach.CLEAR),
        (HEART, LOW, 60, Reach.WITHIN),
        (SPO2, HIGH, 92, Reach.WITHIN),
        (Signal.OXYGEN_FLOW, HIGH, 6, Reach.WITHIN),
    ],
)
def test_how_far_out_a_limit_lies(
    signal: Signal, direction: Direction, limit: float, far: Reach
) -> None:
    assert reach(signal, direction, limit) is far


def test_of_what_lies_beyond_two_limits_the_longer_is_told() -> None:
    values = [seen(HEART, 120 if 60 <= n < 180 else 80, at(minutes=n)) for n in range(241)]
    further = an_episode("e1", HEART, HIGH, 130, 100, 105, 134)
    found = of(values, episodes=[further], form=Form.PATIENT)
    assert only(found, FactKind.EPISODE).durations["length"] == timedelta(minutes=119)


def test_what_lies_beyond_two_limits_at_two_times_is_told_twice() -> None:
    levels = [80] * 60 + [145] * 40 + [80] * 60 + [115] * 60 + [80] * 21
    values = [seen(HEART, level, at(minutes=n)) for n, level in enumerate(levels)]
    further = an_episode("e1", HEART, HIGH, 130, 60, 99, 145)
    found = every(of(values, episodes=[further], form=Form.PATIENT), FactKind.EPISODE)
    assert [fact.values["threshold"] for fact in found] == [130, 110]


def test_an_alarm_that_worsened_is_told_from_its_onset() -> None:
    fact = only(told(an_alarm("a1", passed=at(minutes=120))), FactKind.ALARM)
    assert fact.times["start"] == at(minutes=100)


def test_a_fever_that_is_over_is_told() -> None:
    values = [seen(TEMPERATURE, level, at(hours=n)) for n, level in enumerate((37, 38.6, 37, 37))]
    assert only(of(values, form=Form.PATIENT), FactKind.EXTREME).value == 38.6
    handover = of(values)
    assert only(handover, FactKind.EXTREME).id in handover.required
