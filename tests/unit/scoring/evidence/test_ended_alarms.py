"""Alarms whose condition has ended: whether they are told as over, as back or as not known."""

from typing import Any

import pytest

from sereno.domain.evidence import FactKind, Window
from sereno.domain.surveillance import Condition, Priority, Response, ScorePart
from sereno.domain.vitals import Signal
from sereno.scoring.evidence import gather
from sereno.scoring.watch import Watch
from tests.unit.scoring.evidence.facts import (
    BREATHS,
    HEART,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    a_score,
    an_alarm,
    every,
    every_minute,
    hourly,
    of,
    only,
)
from tests.unit.scoring.streams import PATIENT, START, at, seen, stream

_WELL = {
    BREATHS: 16.0, SPO2: 97.0, Signal.OXYGEN_GIVEN: 0.0, SYSTOLIC: 120.0, HEART: 72.0,
    Signal.CONSCIOUSNESS: 0.0, TEMPERATURE: 37.0,
}  # fmt: skip
_ILL = _WELL | {BREATHS: 25.0, HEART: 115.0, SPO2: 92.0}  # 3, 2 and 2 points

_GONE: dict[str, Any] = {"present": False, "latched": True, "ended": at(minutes=210)}
_NEWS2: dict[str, Any] = {"limit": 7.0, "value": 7.0, "extreme": 8.0}


@pytest.mark.parametrize(
    ("total", "present", "worst", "why"),
    [
        (7, True, 8, "as high again, while the delay runs"),
        (9, True, 9, "and worse than it was"),
        (6, False, 8, "below what this alarm is about"),
        (None, False, 8, "nothing is known"),
    ],
)
def test_an_alarm_of_the_score_is_not_told_as_gone_beside_a_score_that_is_back(
    total: int | None, worst: int, why: str, *, present: bool
) -> None:
    alarm = an_alarm("a1", Condition.SCORE, **_GONE, **_NEWS2)
    score = a_score(total, 239, response=None if total is None else Response.EMERGENCY)
    fact = only(of([], scores=[a_score(7, 100), score], alarms=[alarm]), FactKind.ALARM)
    assert (fact.ongoing, fact.value) == (present, worst), why


def test_facts_gathered_while_the_delay_of_the_score_runs_agree() -> None:
    """As a watch tells it: an emergency, well for some minutes, and an emergency again."""
    watch, record = Watch(PATIENT), []
    for minute, values in ((0, _ILL), (2, _WELL), (10, _ILL)):
        record += [seen(signal, value, at(minutes=minute)) for signal, value in values.items()]
        watch.observe(record[-len(values) :])
        if minute < 10:
            watch.advance(at(40, minutes=minute))
    told = watch.latest
    assert not next(each for each in told.alarms if each.condition is Condition.SCORE).present
    window = Window(START, at(minutes=10))
    found = gather("p1", window, record, scores=told.scores, alarms=told.alarms)
    alarms = [fact for fact in every(found, FactKind.ALARM) if fact.signal is None]
    assert only(found, FactKind.SCORE).value == 7
    assert [(fact.value, fact.ongoing) for fact in alarms] == [(7, True)]


@pytest.mark.parametrize(
    ("latest", "minute", "present", "worst", "why"),
    [
        (83, 239, True, 79, "as low again, while the delay runs"),
        (74, 239, True, 74, "and worse than it was"),
        (85, 239, False, 79, "not beyond the limit, which is strict"),
        (84.6, 239, False, 79, "85, as it is judged and shown"),
        (83, 220, False, 79, "too old to be told as present"),
    ],
)
def test_an_alarm_is_not_told_as_gone_beside_a_present_value_that_is_back(
    latest: float, minute: float, worst: float, why: str, *, present: bool
) -> None:
    values = [seen(SPO2, 90, at(minutes=215)), seen(SPO2, latest, at(minutes=minute))]
    fact = only(of(values, alarms=[an_alarm("a1", **_GONE)]), FactKind.ALARM)
    assert (fact.ongoing, fact.value) == (present, worst), why


@pytest.mark.parametrize(
    ("latest", "minute", "gone", "why"),
    [
        (83, 220, "unmeasured", "low when it was last measured; nobody knows since"),
        (90, 220, None, "seen back in order"),
        (83, 239, "returned", "gone for a while, and low again"),
    ],
)
def test_an_alarm_whose_signal_was_lost_is_not_told_as_over(
    latest: float, minute: float, gone: str | None, why: str
) -> None:
    values = [seen(SPO2, 90, at(minutes=215)), seen(SPO2, latest, at(minutes=minute))]
    fact = only(of(values, alarms=[an_alarm("a1", **_GONE)]), FactKind.ALARM)
    assert fact.labels.get("gone") == gone, why


@pytest.mark.parametrize(("last", "gone"), [(79, "unmeasured"), (92, None)])
def test_an_alarm_is_over_only_if_it_was_seen_to_be_before_the_window_too(
    last: float, gone: str | None
) -> None:
    """Measured last an hour before the window: what was low then is not known to be over."""
    values = [*hourly(HEART, 80, 80), seen(SPO2, last, at(hours=-1))]
    alarm = an_alarm("a1", **_GONE | {"onset": at(hours=-2), "ended": at(minutes=-50)})
    fact = only(of(values, alarms=[alarm]), FactKind.ALARM)
    assert (fact.ongoing, fact.labels.get("gone")) == (False, gone)


def test_an_alarm_that_is_back_after_hours_is_not_told_as_having_lasted() -> None:
    """Low for a while, well for half an hour, and low again: two stretches."""
    well = stream(SPO2, [97] * 25, start=211 * 60, step=60)
    again = stream(SPO2, [83, 82, 84], start=237 * 60, step=60)
    fact = only(of([*well, *again], alarms=[an_alarm("a1", **_GONE)]), FactKind.ALARM)
    assert (fact.ongoing, fact.times["returned"]) == (True, at(minutes=237))
    assert [(each.start, each.end) for each in fact.spans] == [
        (at(minutes=100), at(minutes=210)), (at(minutes=237), at(hours=4)),
    ]  # fmt: skip


def test_an_alarm_that_was_lost_and_is_as_it_was_may_have_been_over() -> None:
    values = [seen(SPO2, 83, at(minutes=200)), seen(SPO2, 83, at(minutes=239))]
    fact = only(of(values, alarms=[an_alarm("a1", **_GONE)]), FactKind.ALARM)
    assert (fact.ongoing, fact.labels.get("gone")) == (True, "returned")


def test_a_latched_alarm_rests_on_its_samples_until_it_ended() -> None:
    alarm = an_alarm("a1", **_GONE)
    (span,) = only(of(every_minute(SPO2, 90), alarms=[alarm]), FactKind.ALARM).spans
    assert (span.signal, span.start, span.end) == (SPO2, at(minutes=100), at(minutes=210))
    assert span.count == 111


def test_an_alarm_of_the_score_rests_on_what_gave_points_at_its_worst() -> None:
    """A value charted before the score rose counts from when it was measured."""
    fever = ScorePart(TEMPERATURE, 39.5, at(minutes=70), 2)
    breaths, well = (ScorePart(BREATHS, 26, at(minutes=n), 3) for n in (100, 150))
    scores = [
        a_score(1, 0, parts=(fever,)),
        a_score(7, 100, parts=(fever, breaths)),
        a_score(8, 150, parts=(fever, well, ScorePart(SPO2, 97, at(minutes=150), 0))),
        a_score(8, 180, parts=(ScorePart(HEART, 135, at(minutes=180), 3),)),
        a_score(1, 210, parts=()),
    ]
    alarm = an_alarm("a1", Condition.SCORE, **_GONE, **_NEWS2)
    record = [*every_minute(BREATHS, 26), seen(TEMPERATURE, 39.5, at(minutes=70))]
    fact = only(of(record, scores=scores, alarms=[alarm]), FactKind.ALARM)
    assert [(span.signal, span.start, span.end, span.count) for span in fact.spans] == [
        (TEMPERATURE, at(minutes=70), at(minutes=210), 1),
        (BREATHS, at(minutes=100), at(minutes=210), 111),
    ]


def test_what_was_not_measured_for_hours_is_told_as_back_and_not_as_lasting() -> None:
    """The rate was 28 before nobody counted it for three hours, and is 41 after."""
    watch, record = Watch(PATIENT), [seen(BREATHS, 28), seen(BREATHS, 41, at(hours=3))]
    watch.observe(record)
    watch.advance(at(hours=3))
    window = Window(START, at(hours=3))
    found = gather("p1", window, record, alarms=watch.latest.alarms)
    fact = only(found, FactKind.ALARM, BREATHS)
    assert (fact.ongoing, fact.labels["gone"], fact.value) == (True, "returned", 41)
    assert fact.times == {"start": START, "returned": at(hours=3)}


def test_a_more_urgent_alarm_knows_since_when_before_the_window_a_condition_is_back() -> None:
    waiting = an_alarm(
        "a1", Condition.SCORE, **_NEWS2 | {"limit": 5.0}, priority=Priority.MEDIUM,
        present=False, latched=True, onset=at(hours=-9), ended=at(hours=-6),
    )  # fmt: skip
    present = an_alarm("a2", Condition.SCORE, onset=at(hours=-3), limit=7.0, extreme=11.0)
    found = of([], scores=[a_score(9, -60)], alarms=[waiting, present])
    fact = next(each for each in every(found, FactKind.ALARM) if each.members == ("a1",))
    assert (fact.times["returned"], fact.value) == (at(hours=-3), 11)


@pytest.mark.parametrize("latched", [True, False])
def test_an_alarm_that_ended_after_the_window_is_told_as_it_stood_at_the_windows_end(
    *, latched: bool
) -> None:
    """A handover that waits its turn tells one moment: not values of one and alarms of another."""
    alarm = an_alarm(
        "a1", Condition.SOURCE_SILENT, present=False, latched=latched, ended=at(minutes=243)
    )
    fact = only(of([], alarms=[alarm]), FactKind.ALARM)
    assert fact.ongoing
    assert "ended" not in fact.times
