"""The evidence of a text that explains an alarm."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sereno.domain.evidence import Evidence, Fact, FactKind
from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import Alarm, Condition, Priority, Score
from sereno.domain.vitals import Signal
from sereno.scoring.evidence import explain
from sereno.scoring.evidence.explanation import MOST_CHANGES
from tests.unit.scoring.evidence.facts import (
    BREATHS,
    HEART,
    HIGH,
    LOW,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    a_score,
    an_alarm,
    every,
    only,
)
from tests.unit.scoring.streams import at, seen, stream

HALF_HOUR, TWO_HOURS = timedelta(minutes=30), timedelta(hours=2)
NOW = at(minutes=105)
SCORES = (a_score(3, 60), a_score(7, 100))


def minutely(signal: Signal, *levels: tuple[float, int]) -> list[Observation]:
    """A value a minute from the start on: so many minutes at each level."""
    return stream(signal, [level for level, count in levels for _ in range(count)], step=60)


def fallen() -> list[Observation]:
    """SpO2 falls below 85% at minute 100, and breathing has become faster from minute 90 on."""
    return [
        *minutely(SPO2, (95, 100), (83, 2), (81, 1), (84, 3)),
        *minutely(BREATHS, (18, 90), (27, 16)),
        *minutely(HEART, (80, 106)),
    ]


def about(
    alarm: Alarm,
    told: Sequence[Observation],
    end: datetime = NOW,
    scores: Sequence[Score] = SCORES,
) -> Evidence:
    return explain(alarm, end, [each for each in told if each.time <= end], scores=scores)


def kinds(found: Evidence) -> list[FactKind]:
    return [fact.kind for fact in found.facts]


def test_it_tells_how_long_and_how_far_then_what_else_changed_the_score_and_the_protocol() -> None:
    found = about(an_alarm("a1"), fallen())
    lead, change, score, *values, asked = found.facts
    assert (lead.kind, lead.ongoing, lead.values) == (FactKind.EPISODE, True, {"threshold": 85.0})
    assert (lead.value, lead.times["at"]) == (81.0, at(minutes=102))
    assert (lead.times["start"], lead.durations["length"]) == (at(minutes=100), 5 * at_minute())
    assert (change.signal, change.values) == (BREATHS, {"from": 18.0, "to": 27.0})
    assert change.durations["within"] == HALF_HOUR
    assert (score.value, score.values["from"]) == (7.0, 3.0)
    assert [fact.signal for fact in values] == [SPO2, HEART]  # the change tells the breathing
    assert asked.kind is FactKind.RESPONSE
    assert found.required == tuple(fact.id for fact in found.facts)


def at_minute() -> timedelta:
    return timedelta(minutes=1)


def test_what_it_says_of_the_limit_is_of_the_alarm_s_own() -> None:
    """Below 92% for longer than below the limit of 85: the text tells the limit that alarmed."""
    told = minutely(SPO2, (95, 95), (88, 5), (83, 6))
    worsened = an_alarm("a1", onset=at(minutes=95))
    lead = about(worsened, told).facts[0]
    assert (lead.values["threshold"], lead.times["start"]) == (85.0, at(minutes=100))


def test_an_alarm_that_worsened_tells_what_it_was_about_before() -> None:
    """One value below 85 amid many below 92 is no stray one."""
    told = minutely(SPO2, (95, 95), (88, 5), (83, 1), (88, 5))
    worsened = an_alarm("a1", onset=at(minutes=95), passed=at(minutes=100))
    lead, before, *_ = about(worsened, told).facts
    assert (lead.values["threshold"], lead.durations["length"]) == (85.0, timedelta())
    assert (before.values["threshold"], before.times["start"]) == (92.0, at(minutes=95))
    assert before.value == 83.0


def test_stretches_from_before_the_onset_are_another_alarm_s() -> None:
    told = minutely(SPO2, (95, 20), (80, 10), (95, 70), (83, 6))
    assert about(an_alarm("a1"), told).facts[0].times["start"] == at(minutes=100)


def test_one_that_came_and_went_is_told_as_a_group() -> None:
    told = minutely(SPO2, (95, 100), (83, 2), (90, 2), (83, 2))
    lead = about(an_alarm("a1"), told).facts[0]
    assert (lead.kind, lead.values["count"]) == (FactKind.GROUP, 2.0)


WITHOUT_STRETCH = [
    pytest.param(an_alarm("a1", onset=at(minutes=100) - timedelta(hours=25)), id="longer ago"),
    pytest.param(an_alarm("a1", limit=70.0), id="no value lies beyond: it was corrected"),
    pytest.param(an_alarm("a1", Condition.SCORE, value=7.0, extreme=7.0), id="of the score"),
]


@pytest.mark.parametrize("alarm", WITHOUT_STRETCH)
def test_where_no_stretch_is_known_it_tells_the_alarm(alarm: Alarm) -> None:
    lead = about(alarm, fallen()).facts[0]
    assert (lead.kind, lead.times["start"]) == (FactKind.ALARM, alarm.onset)


def test_what_is_taken_in_rounds_changes_within_two_hours() -> None:
    rounds = [seen(SYSTOLIC, 140, at(minutes=30)), seen(SYSTOLIC, 95, at(minutes=95))]
    found = about(an_alarm("a1"), [*fallen(), *rounds])
    change = only(found, FactKind.CHANGE, SYSTOLIC)
    assert change.durations["within"] == TWO_HOURS
    assert not every(found, FactKind.MEASURE, SYSTOLIC)


def test_what_changed_long_before_or_after_did_not_change_at_the_same_time() -> None:
    told = [*minutely(SPO2, (95, 100), (83, 60)), *minutely(HEART, (60, 60), (90, 60), (130, 40))]
    assert every(about(an_alarm("a1"), told, at(minutes=159)), FactKind.CHANGE) == []


def test_the_most_severe_changes_are_told_and_no_more() -> None:
    told = [
        *minutely(SPO2, (95, 100), (83, 6)),
        *minutely(BREATHS, (15, 90), (21, 16)),  # 2 points
        *minutely(HEART, (60, 90), (135, 16)),  # 3
        *minutely(SYSTOLIC, (150, 90), (105, 16)),  # 1
        *minutely(TEMPERATURE, (37.0, 90), (39.5, 16)),  # 2
    ]
    changes = every(about(an_alarm("a1"), told), FactKind.CHANGE)
    assert [fact.signal for fact in changes] == [HEART, BREATHS, TEMPERATURE]
    assert len(changes) == MOST_CHANGES


def test_what_the_alarm_is_about_is_not_told_again_as_a_change() -> None:
    pulse = minutely(Signal.PULSE_RATE, (80, 90), (140, 16))
    heart = an_alarm("a1", signal=HEART, direction=HIGH, limit=130.0, value=135.0, extreme=140.0)
    told = [*pulse, *minutely(HEART, (80, 90), (140, 16))]
    assert every(about(heart, told), FactKind.CHANGE) == []


def test_a_closed_alarm_s_text_ends_with_it_and_asks_for_nothing() -> None:
    over = an_alarm("a1", present=False, ended=at(minutes=106), priority=Priority.MEDIUM)
    told = [*fallen(), *minutely(SPO2, (95, 200))]
    found = about(over, told, at(minutes=106))
    assert not {FactKind.SCORE, FactKind.RESPONSE} & set(kinds(found))
    assert not any(fact.ongoing for fact in every(found, FactKind.MEASURE))


def test_a_closed_alarm_of_the_score_tells_when_it_ended() -> None:
    over = an_alarm("a1", Condition.SCORE, value=7.0, extreme=8.0, present=False,
                    ended=at(minutes=104), priority=Priority.MEDIUM)  # fmt: skip
    lead = about(over, fallen(), at(minutes=104)).facts[0]
    assert (lead.times["ended"], lead.labels["state"]) == (at(minutes=104), "closed")


def test_a_sensor_that_is_off_tells_since_when_and_what_is_still_measured() -> None:
    off = [seen(SPO2, 0, at(minutes=m), Quality.SENSOR_OFF) for m in range(100, 106)]
    told = [*minutely(SPO2, (95, 100)), *off, *minutely(HEART, (80, 106))]
    alarm = an_alarm("a1", Condition.SENSOR_OFF, signal=SPO2, priority=Priority.LOW)
    found = about(alarm, told)
    gap, last, still = _silence(found), only(found, FactKind.MEASURE, SPO2), _heart(found)
    assert (gap.labels["extent"], gap.signals) == ("stopped", (SPO2,))
    assert (gap.times["start"], gap.durations["length"]) == (at(minutes=99), 6 * at_minute())
    assert (last.value, last.ongoing, still.ongoing) == (95.0, False, True)
    assert not {FactKind.SCORE, FactKind.RESPONSE, FactKind.CHANGE} & set(kinds(found))


def _silence(found: Evidence) -> Fact:
    return only(found, FactKind.GAP)


def _heart(found: Evidence) -> Fact:
    return only(found, FactKind.MEASURE, HEART)


def test_of_a_silent_source_only_what_it_measured_is_missing() -> None:
    """However fresh its last value looks, nobody knows it now."""
    told = [
        *(replace(each, source="monitor") for each in minutely(SPO2, (95, 103))),
        *(replace(each, source="monitor") for each in minutely(BREATHS, (16, 103))),
        *(replace(each, source="pump") for each in minutely(HEART, (80, 106))),
    ]
    alarm = an_alarm("a1", Condition.SOURCE_SILENT, source="monitor", onset=at(minutes=102))
    found = about(alarm, told)
    assert set(_silence(found).signals) == {SPO2, BREATHS}
    present = {fact.signal: fact.ongoing for fact in every(found, FactKind.MEASURE)}
    assert present == {SPO2: False, BREATHS: False, HEART: True}


RETURNED: list[tuple[dict[str, Any], tuple[Signal, ...]]] = [
    ({"condition": Condition.MONITORING_STOPPED}, ()),  # all of it: nothing is named
    ({"condition": Condition.SOURCE_SILENT, "source": "monitor"}, ()),
    ({"condition": Condition.SENSOR_OFF, "signal": SPO2}, (SPO2,)),
]


@pytest.mark.parametrize(("parts", "named"), RETURNED)
def test_what_is_measured_again_was_interrupted(
    parts: dict[str, Any], named: tuple[Signal, ...]
) -> None:
    told = [
        each
        for each in [*minutely(SPO2, (95, 106)), *minutely(HEART, (80, 106))]
        if not at(minutes=90) < each.time < at(minutes=100)
    ]
    alarm = an_alarm("a1", onset=at(minutes=90), present=False, ended=at(minutes=100), **parts)
    gap = _silence(about(alarm, told, at(minutes=100)))
    assert (gap.labels["extent"], gap.signals) == ("interrupted", named)
    assert (gap.times["start"], gap.times["end"]) == (at(minutes=90), at(minutes=100))


def test_a_wrong_clock_is_no_silence() -> None:
    alarm = an_alarm("a1", Condition.CLOCK_WRONG, source="monitor")
    found = about(alarm, fallen())
    assert every(found, FactKind.GAP) == []
    assert not any(fact.ongoing for fact in every(found, FactKind.MEASURE))


def test_the_window_reaches_from_two_hours_before_to_the_end_it_is_given() -> None:
    alarm = an_alarm("a1", direction=LOW)
    early, late = (about(alarm, fallen(), end).window for end in (at(minutes=101), at(hours=9)))
    assert (early.start, early.end) == (at(minutes=101) - TWO_HOURS, at(minutes=101))
    assert (late.start, late.end) == (at(minutes=110) - TWO_HOURS, at(hours=9))
