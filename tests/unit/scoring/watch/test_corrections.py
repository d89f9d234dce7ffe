"""What comes late, is corrected or is no good value."""

from dataclasses import replace

import pytest

from sereno.domain.stream import CHARTED, Observation, Quality
from sereno.domain.surveillance import Condition, Priority
from sereno.domain.vitals import Signal
from sereno.scoring.watch import Watch
from tests.unit.scoring.streams import PATIENT, at, seen, stream
from tests.unit.scoring.watch.rounds import CUFF, HR, RR, SPO2, alarm_about, all_of, news2, round_of


def test_a_late_sample_changes_nothing() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(SPO2, [97] * 100))
    before = watch.latest
    assert not watch.observe([seen(SPO2, 70, at(50))])
    assert not watch.advance(at(110))
    assert watch.latest == before


def test_a_sample_too_old_to_be_scored_is_late_too() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(HR, [80] * 10, start=20 * 3600))
    assert not watch.observe([seen(CUFF, 60, at())])
    assert watch.advance(at(hours=20, minutes=1)).alarms[0].condition is Condition.SOURCE_SILENT


def test_a_correction_of_the_same_moment_counts() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), cuff_systolic=80))
    findings = watch.observe([replace(seen(CUFF, 120, source="chart"), version=2)])
    assert news2(findings) == [(0, 0, 0)]


def corrected(right: Observation) -> Observation:
    return replace(right, version=2)


def glucose(value: float, minute: float = 0, quality: Quality = Quality.GOOD) -> Observation:
    return seen(Signal.GLUCOSE, value, at(minutes=minute), quality, source=CHARTED)


def test_a_correction_ends_the_alarm_that_began_with_the_wrong_value() -> None:
    watch = Watch(PATIENT)
    watch.observe([glucose(30)])
    watch.advance(at(minutes=5))
    findings = watch.observe([corrected(glucose(130))])
    (gone,) = findings.events
    assert (gone.what, gone.reason, gone.value) == ("gone", "corrected", 130)
    assert gone.time == at(minutes=5), "known from now on"
    (alarm,) = watch.latest.alarms
    assert (alarm.present, alarm.active, alarm.value) == (False, True, 30), "high: it latches"
    watch.acknowledge(alarm.id, "nurse", "mistyped", at(minutes=6))
    assert watch.latest.alarms == ()


@pytest.mark.parametrize(
    ("wrong", "right", "priority", "limit", "events"),
    [
        (65, 100, None, None, [("gone", "corrected"), ("closed", None)]),
        (65, 71, None, None, [("gone", "corrected"), ("closed", None)]),  # no hysteresis
        (30, 40, Priority.HIGH, 54, []),
        (30, 65, Priority.MEDIUM, 70, [("eased", "corrected")]),
        (65, 30, Priority.HIGH, 54, [("worsened", "corrected")]),
        (130, 30, Priority.HIGH, 54, [("raised", None)]),
        (130, 120, None, None, []),
    ],
)
def test_a_correction_takes_the_place_of_the_newest_value(
    wrong: float,
    right: float,
    priority: Priority | None,
    limit: float | None,
    events: list[tuple[str, str | None]],
) -> None:
    watch = Watch(PATIENT)
    watch.observe([glucose(wrong)])
    watch.advance(at(minutes=5))
    findings = watch.observe([corrected(glucose(right))])
    assert [(event.what, event.reason) for event in findings.events] == events
    told = [(a.priority, a.limit, a.value, a.extreme) for a in watch.latest.alarms if a.present]
    assert told == ([] if priority is None else [(priority, limit, right, right)])


def test_a_correction_leaves_an_alarm_that_began_before_it() -> None:
    watch = Watch(PATIENT)
    watch.observe([glucose(60), glucose(30, 60)])
    watch.observe([corrected(glucose(62, 60))])
    high, alarm = watch.latest.alarms
    assert (high.present, high.active, high.value) == (False, True, 30), "it stays as it latches"
    assert (alarm.present, alarm.onset, alarm.value) == (True, at(), 62)
    watch.observe([corrected(glucose(130, 60))])
    (alarm,) = watch.latest.alarms
    assert not alarm.present


def test_a_correction_of_an_older_value_changes_nothing() -> None:
    watch = Watch(PATIENT)
    watch.observe([glucose(30), glucose(40, 60)])
    before = watch.latest
    assert not watch.observe([corrected(glucose(130))])
    assert watch.latest == before


def test_a_correction_scores_anew() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), respiratory_rate=26))
    watch.advance(at(minutes=5))
    findings = watch.observe([corrected(seen(RR, 16, source="chart"))])
    assert news2(findings) == [(0, 0, 0)]
    assert watch.latest.alarms == ()


def test_a_value_that_is_withdrawn_for_a_senseless_one_is_no_longer_known() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), respiratory_rate=26))
    watch.advance(at(minutes=5))
    wrong = seen(RR, 400, quality=Quality.IMPLAUSIBLE, source="chart")
    assert news2(watch.observe([corrected(wrong)])) == [(0, 0, 3)]
    (alarm,) = watch.latest.alarms
    assert (alarm.present, alarm.active) == (False, True)


def test_a_correction_begins_and_ends_episodes() -> None:
    watch = Watch(PATIENT)
    watch.observe([glucose(30)])
    told = all_of([watch.observe([corrected(glucose(60))]), watch.advance(at(minutes=61))])[1]
    assert [each.extreme for each in told.values()] == [60]
    other = Watch(PATIENT)
    other.observe([glucose(30)])
    other.observe([corrected(glucose(100))])
    assert not other.advance(at(minutes=61)).episodes


@pytest.mark.parametrize(("right", "quality"), [(100, Quality.GOOD), (4000, Quality.IMPLAUSIBLE)])
def test_a_correction_of_its_last_value_shortens_an_episode(right: float, quality: Quality) -> None:
    """Else it would be told as lasting until a value that never was."""
    watch = Watch(PATIENT)
    watch.observe([glucose(65), glucose(62, 60), glucose(30, 120)])
    found = watch.observe([corrected(glucose(right, 120, quality))])
    assert not found.episodes, "told once a minute, or when it is over"
    told = all_of([found, watch.advance(at(hours=7, minutes=1))])[1]
    (episode,) = (each for each in told.values() if each.threshold == 70)
    assert (episode.last, episode.extreme, episode.extreme_time) == (
        at(minutes=60),
        62,
        at(minutes=60),
    )
    assert episode.end == (at(minutes=120) if quality is Quality.GOOD else at(minutes=60))


@pytest.mark.parametrize("quality", [q for q in Quality if q is not Quality.GOOD])
def test_what_is_not_good_is_neither_scored_nor_held_against_a_limit(quality: Quality) -> None:
    watch = Watch(PATIENT)
    findings = watch.observe([seen(SPO2, 60, at(n), quality) for n in range(120)])
    assert not findings.scores
    assert not [alarm for alarm in findings.alarms if alarm.condition is Condition.LIMIT]


def test_demonstration_is_no_sign_of_life() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(SPO2, [97] * 60))
    demo = [seen(SPO2, 97, at(n), Quality.DEMO) for n in range(60, 600)]
    watch.observe(demo)
    watch.advance(at(600))
    assert alarm_about(watch, Condition.SOURCE_SILENT).onset == at(59)
