"""A patient's whole surveillance: what is told, when, and that a restart changes nothing."""

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sereno.domain.errors import Conflict, InvalidEntry, NotFound
from sereno.domain.patients import SpO2Scale
from sereno.domain.stream import CHARTED, Observation, Quality
from sereno.domain.surveillance import (
    Alarm,
    Condition,
    Direction,
    Limit,
    OperatorState,
    OwnLimit,
    Priority,
    Response,
    ScoreKind,
)
from sereno.domain.vitals import Signal
from sereno.scoring.limits import THRESHOLDS
from sereno.scoring.watch import Findings, Watch
from sereno.scoring.watch_state import Memory
from tests.unit.scoring.streams import ON_SCALE_2, PATIENT, at, seen, stream
from tests.unit.scoring.tracking import find_episodes

SPO2, HR, PR, RR = (
    Signal.SPO2,
    Signal.HEART_RATE,
    Signal.PULSE_RATE,
    Signal.RESPIRATORY_RATE,
)
CUFF, LINE, TEMP = Signal.CUFF_SYSTOLIC, Signal.INVASIVE_SYSTOLIC, Signal.TEMPERATURE
ACVPU, O2 = Signal.CONSCIOUSNESS, Signal.OXYGEN_GIVEN
WELL = {RR: 16, SPO2: 97, O2: 0, CUFF: 120, HR: 72, ACVPU: 0, TEMP: 37.0}


def round_of(when: datetime, **changes: float) -> list[Observation]:
    """A full set of observations, as a nurse charts them."""
    named = {Signal(name): value for name, value in changes.items()}
    return [seen(signal, value, when, source="chart") for signal, value in (WELL | named).items()]


def news2(findings: Findings) -> list[tuple[int | None, int | None, int | None]]:
    return [
        (score.total, score.lowest, score.highest)
        for score in findings.scores
        if score.kind is ScoreKind.NEWS2
    ]


def happened(findings: Findings) -> list[tuple[str, float, str]]:
    return [(e.alarm, (e.time - at()).total_seconds(), e.what) for e in findings.events]


def alarm_about(watch: Watch, condition: Condition, signal: Signal | None = None) -> Alarm:
    (found,) = (
        alarm
        for alarm in watch.latest.alarms
        if alarm.condition is condition and alarm.signal is signal
    )
    return found


def merged(*streams: Sequence[Observation]) -> list[Observation]:
    return sorted((each for found in streams for each in found), key=lambda each: each.time)


# Scores.


def test_a_full_set_gives_one_score_of_each_kind() -> None:
    findings = Watch(PATIENT).observe(round_of(at(), spo2=91, respiratory_rate=22))
    assert news2(findings) == [(5, 5, 5)]
    assert {score.kind for score in findings.scores} == set(ScoreKind)
    assert all(score.time == at() and not score.missing for score in findings.scores)


def test_a_score_is_told_again_only_when_it_changes() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at()))
    assert not watch.observe(round_of(at(minutes=10), heart_rate=80, spo2=99)).scores
    assert news2(watch.observe(round_of(at(minutes=20), heart_rate=95))) == [(1, 1, 1)]
    assert news2(watch.observe(round_of(at(minutes=30)))) == [(0, 0, 0)]


def test_it_grows_stale_into_a_partial_one_and_then_into_none() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), heart_rate=95))
    stale = watch.advance(at(minutes=74))
    assert not stale.scores
    stale = watch.advance(at(minutes=75))
    assert news2(stale) == [(0, 0, 12)]
    assert stale.scores[-1].missing == (RR, SPO2, CUFF, HR)
    gone = watch.advance(at(hours=6))
    assert news2(gone) == [(None, 0, 20)]
    assert gone.scores[-1].response is None


def test_a_stream_that_falls_silent_is_stale_within_minutes() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(HR, [80] * 60))
    findings = watch.advance(at(minutes=10))
    (score,) = (score for score in findings.scores if score.kind is ScoreKind.NEWS2)
    assert score.time == at(59) + timedelta(minutes=5)
    assert HR in score.missing


def test_what_was_never_measured_is_no_score_at_all() -> None:
    assert Watch(PATIENT).observe([seen(Signal.GLUCOSE, 100)]).scores == ()
    assert Watch(PATIENT).advance(at()).scores == ()


def test_the_pulse_stands_in_once_the_heart_rate_is_lost_and_steps_back() -> None:
    watch = Watch(PATIENT)
    watch.observe(merged(stream(HR, [80] * 10), stream(PR, [95] * 200)))
    (score,) = (s for s in watch.latest.scores if s.kind is ScoreKind.NEWS2)
    assert [(part.signal, part.points) for part in score.parts] == [(PR, 1)]
    assert score.time == at(69), "a minute after the last heart rate"
    watch.observe([seen(HR, 80, at(200))])
    (score,) = (s for s in watch.latest.scores if s.kind is ScoreKind.NEWS2)
    assert [part.signal for part in score.parts] == [HR]


def test_an_old_cuff_pressure_gives_way_to_the_line() -> None:
    watch = Watch(PATIENT)
    watch.observe(merged([seen(CUFF, 120, at())], stream(LINE, [85] * 1000)))
    (score,) = (s for s in watch.latest.scores if s.kind is ScoreKind.NEWS2)
    assert [(part.signal, part.points) for part in score.parts] == [(LINE, 3)]
    assert score.time == at(minutes=15)


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"birth_date": date(2015, 1, 1)}, "under_16"), ({"pregnant": True}, "pregnant")],
)
def test_who_may_not_be_scored_is_told_why_and_still_alarms(
    change: dict[str, Any], reason: str
) -> None:
    watch = Watch(replace(PATIENT, **change))
    findings = watch.observe(round_of(at(), cuff_systolic=80))
    scores = [score for score in findings.scores if score.kind is ScoreKind.NEWS2]
    assert [score.not_scored for score in scores] == [reason]
    assert alarm_about(watch, Condition.LIMIT, CUFF).priority is Priority.HIGH


def test_an_order_of_scale_2_scores_and_limits_anew() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), spo2=89))
    watch.advance(at(minutes=1))
    assert alarm_about(watch, Condition.LIMIT, SPO2).limit == 92
    findings = watch.set_patient(ON_SCALE_2)
    assert news2(findings) == [(0, 0, 0)]
    assert ("p1-a1", 60, "gone") in happened(findings)
    assert watch.patient.spo2_scale is SpO2Scale.SCALE_2
    with pytest.raises(Conflict, match="another patient"):
        watch.set_patient(replace(PATIENT, id="p2"))


# Late, bad and odd samples.


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


# Alarms.


def test_a_stream_alarms_after_its_delay_and_an_episode_is_found() -> None:
    watch = Watch(PATIENT)
    findings = watch.observe(stream(SPO2, [97] * 30 + [89] * 60 + [97] * 120))
    assert happened(findings)[0] == ("p1-a1", 45, "raised")
    assert happened(findings)[-1][2] == "closed"
    assert [(e.id, e.start, e.last, e.end) for e in findings.episodes] == [
        ("p1-e1", at(30), at(89), at(90))
    ]


def test_a_fluctuating_heart_rate_alarms() -> None:
    watch = Watch(PATIENT)
    findings = watch.observe(stream(HR, [152 if n % 11 < 8 else 128 for n in range(14)]))
    first = next(alarm for alarm in findings.alarms if alarm.priority is Priority.HIGH)
    assert (first.onset, first.raised) == (at(), at(13)), "above 140 for 10 s of the first 13"


@settings(max_examples=100)
@given(
    runs=st.lists(st.tuples(st.integers(1, 20), st.integers(1, 70)), min_size=1, max_size=20),
    inside=st.sampled_from([97.0, 92.0]),
)
def test_no_episode_goes_on_beyond_a_limit_without_its_alarm(
    runs: list[tuple[int, int]], inside: float
) -> None:
    """The episodes' threshold and this limit are the same."""
    values = [value for n, m in runs for value in [89.0] * n + [inside] * m]
    samples = stream(SPO2, [*values, 97.0])
    watch = Watch(PATIENT)
    found = watch.observe(samples)
    raised = [event.time for event in found.events if event.what == "raised"]
    gone = [event.time for event in found.events if event.what == "gone"] + [samples[-1].time]
    for episode in find_episodes(samples, THRESHOLDS):
        end = episode.end or samples[-1].time
        within = [each for each in samples if episode.start <= each.time < end]
        beyond = sum(each.value < 92 for each in within)
        if beyond > 15:
            held = zip(raised, gone, strict=False)
            assert any(since <= end and until >= episode.start for since, until in held)


def test_a_charted_value_alarms_by_itself() -> None:
    watch = Watch(PATIENT)
    assert happened(watch.observe([seen(SPO2, 89)])) == []
    assert happened(watch.advance(at(14))) == []
    assert happened(watch.advance(at(15))) == [("p1-a1", 15, "raised")]
    assert happened(watch.observe([seen(CUFF, 85, at(20))]))[0] == ("p1-a2", 20, "raised")


def test_silence_does_not_keep_an_alarm_from_being_raised() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(HR, [80] * 60 + [30]))
    findings = watch.advance(at(minutes=2))
    assert {(a.condition, a.priority) for a in findings.alarms} == {
        (Condition.LIMIT, Priority.HIGH),
        (Condition.SOURCE_SILENT, Priority.MEDIUM),
    }


def test_while_the_sensor_is_off_a_delay_waits_for_the_next_good_value() -> None:
    """The last value before a sensor falls off is often nonsense; if it was not, it shows."""
    watch = Watch(PATIENT)
    watch.observe(stream(SPO2, [97] * 60 + [70]))
    off = [seen(SPO2, 0, at(61 + n), Quality.SENSOR_OFF) for n in range(60)]
    findings = watch.observe(off)
    about = {alarm.condition for alarm in findings.alarms}
    assert Condition.SENSOR_OFF in about
    assert Condition.LIMIT not in about
    findings = watch.observe([seen(SPO2, 70, at(121))])
    assert Condition.LIMIT in {alarm.condition for alarm in findings.alarms}
    assert alarm_about(watch, Condition.LIMIT, SPO2).onset == at(60)


def test_a_sensor_that_was_never_on_can_not_fall_off() -> None:
    watch = Watch(PATIENT)
    off = [seen(CUFF, 0, at(60 * n), Quality.SENSOR_OFF) for n in range(100)]
    assert not watch.observe(off)


def test_a_sensor_off_goes_with_the_next_good_value() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(SPO2, [97] * 10))
    watch.observe([seen(SPO2, -999, at(10 + n), Quality.SENSOR_OFF) for n in range(20)])
    alarm = alarm_about(watch, Condition.SENSOR_OFF, SPO2)
    assert (alarm.onset, alarm.raised, alarm.priority) == (at(10), at(20), Priority.LOW)
    findings = watch.observe([seen(SPO2, 97, at(30))])
    assert [event.what for event in findings.events] == ["gone", "closed"]


def test_implausible_values_alarm_after_a_while() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(HR, [80] * 10))
    findings = watch.observe([seen(HR, 400, at(10 + n), Quality.IMPLAUSIBLE) for n in range(70)])
    (alarm,) = findings.alarms
    assert (alarm.condition, alarm.value, alarm.raised) == (Condition.IMPLAUSIBLE, 400, at(70))


@pytest.mark.parametrize(
    ("step", "silence", "why"),
    [
        (1, 30, "a stream at 1 Hz: at least half a minute"),
        (60, 180, "a value a minute: three of its intervals"),
        (3600, 3 * 3600, "hourly rounds: three of them"),
        (8 * 3600, 12 * 3600, "never later than the longest round the chart allows"),
    ],
)
def test_a_source_is_silent_by_its_own_rhythm(step: int, silence: int, why: str) -> None:
    watch = Watch(PATIENT)
    values = stream(Signal.GLUCOSE, [100] * 20, step=step)
    watch.observe(values)
    last = values[-1].time
    assert not watch.advance(last + timedelta(seconds=silence - 1)).alarms, why
    (alarm,) = watch.advance(last + timedelta(seconds=silence)).alarms
    assert (alarm.condition, alarm.source, alarm.onset) == (
        Condition.SOURCE_SILENT, "monitor", last,
    )  # fmt: skip
    findings = watch.observe([seen(Signal.GLUCOSE, 100, last + timedelta(days=1))])
    assert [event.what for event in findings.events] == ["gone", "closed"]


def charted_twice(source: str) -> list[Observation]:
    return [
        seen(signal, WELL[signal], at(minutes=minute), source=source)
        for minute in (0, 1)
        for signal in (TEMP, ACVPU)
    ]


@pytest.mark.parametrize("source", [CHARTED, "fhir:ward"])
def test_two_entries_a_minute_apart_make_no_stream_of_a_chart(source: str) -> None:
    watch = Watch(PATIENT)
    watch.observe(charted_twice(source))
    assert not watch.advance(at(hours=6)).alarms
    (score,) = (each for each in watch.latest.scores if each.kind is ScoreKind.NEWS2)
    assert {part.signal for part in score.parts} == {TEMP, ACVPU}


def test_what_is_charted_by_hand_comes_when_it_comes() -> None:
    watch = Watch(PATIENT)
    watch.observe([replace(each, source=CHARTED) for each in stream(TEMP, [37] * 20, step=60)])
    assert not watch.advance(at(hours=100)).alarms


def test_one_source_falling_silent_is_noticed_beside_another() -> None:
    watch = Watch(PATIENT)
    line = stream(LINE, [120] * 300)
    watch.observe(
        merged(stream(SPO2, [97] * 100), [replace(each, source="second") for each in line])
    )
    assert alarm_about(watch, Condition.SOURCE_SILENT).source == "monitor"


def of_source(source: str, *streams: Sequence[Observation]) -> list[Observation]:
    return [replace(each, source=source) for each in merged(*streams)]


def test_a_monitor_that_was_swapped_is_given_up() -> None:
    watch = Watch(PATIENT)
    old = of_source("old", stream(SPO2, [97] * 60), stream(HR, [72] * 60))
    new = of_source("new", stream(SPO2, [97] * 600, 100), stream(HR, [72] * 600, 100))
    watch.observe([*old, *new[:60]])
    assert alarm_about(watch, Condition.SOURCE_SILENT).source == "old"
    findings = watch.observe(new[60:])
    gone = next(event for event in findings.events if event.what == "gone")
    assert gone.time == at(59) + timedelta(minutes=5)
    assert gone.reason == "another source delivers the same signals"
    assert watch.latest.alarms == ()
    watch.advance(at(hours=1))
    assert alarm_about(watch, Condition.SOURCE_SILENT).source == "new", "now the only one"


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ([], "the only source"),
        (of_source("new", stream(SPO2, [97] * 3600, 60)), "the heart rate is still missing"),
        (
            of_source("new", stream(SPO2, [97] * 3600, 60), [seen(HR, 72, at(100))]),
            "one heart rate is not regular",
        ),
        (
            of_source("new", stream(SPO2, [97] * 3600, 60), stream(HR, [72] * 60, 60)),
            "the heart rate has ceased again",
        ),
        (
            of_source(CHARTED, stream(SPO2, [97] * 3600, 60), stream(HR, [72] * 3600, 60)),
            "what is charted by hand replaces no monitor",
        ),
    ],
)
def test_a_silence_stays_an_alarm_while_anything_is_missing(
    others: list[Observation], why: str
) -> None:
    watch = Watch(PATIENT)
    watch.observe(of_source("old", stream(SPO2, [97] * 60), stream(HR, [72] * 60)))
    watch.observe(others)
    watch.advance(at(hours=1))
    silent = {a.source for a in watch.latest.alarms if a.condition is Condition.SOURCE_SILENT}
    assert "old" in silent, why


def test_a_source_that_was_given_up_may_come_back() -> None:
    watch = Watch(PATIENT)
    old, new = stream(SPO2, [97] * 60), stream(SPO2, [97] * 1000, 60)
    back = of_source("old", stream(SPO2, [97] * 60, 1100))
    watch.observe([*of_source("old", old), *of_source("new", new), *back])
    watch.advance(at(1159) + timedelta(minutes=1))
    silent = {a.source for a in watch.latest.alarms if a.condition is Condition.SOURCE_SILENT}
    assert silent == {"old", "new"}


def test_a_wrong_clock_is_told_and_blinds_nothing() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(SPO2, [97] * 60))
    findings = watch.misdated("second", at(hours=9), at(60))
    (alarm,) = findings.alarms
    assert (alarm.condition, alarm.source, alarm.priority) == (
        Condition.CLOCK_WRONG, "second", Priority.MEDIUM,
    )  # fmt: skip
    assert (alarm.onset, alarm.signal, watch.now) == (at(60), None, at(60))
    assert not watch.misdated("second", at(hours=9), at(61)), "known already"
    found = watch.observe(stream(SPO2, [80] * 60, 61))
    assert [each.condition for each in found.alarms] == [Condition.LIMIT]


@pytest.mark.parametrize("ahead", [-3600, 0, 60])
def test_a_clock_that_is_not_far_ahead_is_right(ahead: float) -> None:
    assert not Watch(PATIENT).misdated("monitor", at(ahead), at())


def test_a_clock_is_trusted_again_once_its_times_have_been_right_for_a_while() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(SPO2, [97] * 10))
    for second in range(10, 20):  # one of its channels is right, another is wrong
        watch.misdated("monitor", at(second, hours=1), at(second))
        watch.observe([seen(SPO2, 97, at(second))])
    assert [alarm.onset for alarm in watch.latest.alarms] == [at(10)]
    assert not watch.observe(stream(SPO2, [97] * 59, 20)).alarms
    findings = watch.observe([seen(SPO2, 97, at(79))])
    assert happened(findings) == [("p1-a1", 79, "gone"), ("p1-a1", 79, "closed")]


def test_a_wrong_clock_is_forgotten_with_its_source_and_not_by_a_restart() -> None:
    watch = Watch(PATIENT)
    watch.misdated("monitor", at(hours=1), at())
    watch = Watch.restore(PATIENT, watch.snapshot())
    assert not watch.advance(at(hours=12) - timedelta(seconds=1))
    (gone, closed) = watch.advance(at(hours=13)).events
    assert (gone.what, gone.time, closed.what) == ("gone", at(hours=12), "closed")


def test_a_limit_alarm_outlives_its_signal_until_acknowledged() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(SPO2, [89] * 60))
    findings = watch.advance(at(minutes=30))
    (gone,) = (e for e in findings.events if (e.alarm, e.what) == ("p1-a1", "gone"))
    assert (gone.time, gone.reason) == (at(59) + timedelta(minutes=5), "no longer measured")
    alarm = alarm_about(watch, Condition.LIMIT, SPO2)
    assert (alarm.present, alarm.active) == (False, True)
    watch.acknowledge(alarm.id, "nurse", "probe removed", at(minutes=31))
    assert not [a for a in watch.latest.alarms if a.signal is SPO2]


@pytest.mark.parametrize(
    ("changes", "priority", "total"),
    [
        ({"respiratory_rate": 25, "heart_rate": 115}, Priority.MEDIUM, 5),
        ({"respiratory_rate": 25, "heart_rate": 115, "spo2": 92}, Priority.HIGH, 7),
    ],
)
def test_a_score_alarms_by_its_response(
    changes: dict[str, float], priority: Priority, total: int
) -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), **changes))
    watch.advance(at(30))
    alarm = alarm_about(watch, Condition.SCORE)
    assert (alarm.priority, alarm.value, alarm.raised) == (priority, total, at(30))


def test_the_alarm_of_a_score_follows_the_worst_and_tells_it() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), respiratory_rate=25, heart_rate=115, spo2=92))
    watch.advance(at(minutes=1))
    watch.observe(round_of(at(minutes=2), respiratory_rate=25, heart_rate=135, spo2=90))
    told = [alarm.extreme for alarm in watch.advance(at(minutes=3)).alarms if alarm.signal is None]
    assert told == [9], "raised at 7"
    watch.observe(round_of(at(minutes=4)))
    assert alarm_about(watch, Condition.SCORE).extreme == 9


def test_a_single_red_parameter_alarms_by_its_own_limit_and_not_twice() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), respiratory_rate=25))
    watch.advance(at(minutes=5))
    (alarm,) = watch.latest.alarms
    assert (alarm.condition, alarm.signal) == (Condition.LIMIT, RR)


@pytest.mark.parametrize(
    ("value", "raised"), [(8.4, True), (8.5, False), (8.8, False), (9, False), (8, True)]
)
def test_a_value_is_judged_as_it_is_shown(value: float, raised: bool) -> None:
    """A screen must not say that 9 is below 9."""
    watch = Watch(PATIENT)
    watch.observe([seen(RR, value)])
    watch.advance(at(minutes=1))
    assert bool(watch.latest.alarms) == bool(watch.latest.episodes) == raised


def test_a_score_that_falls_only_because_parts_grew_stale_is_no_improvement() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), respiratory_rate=25, heart_rate=115, spo2=92))
    watch.advance(at(minutes=70))
    watch.acknowledge(alarm_about(watch, Condition.SCORE).id, "nurse", "seen", at(minutes=70))
    watch.observe(round_of(at(minutes=71), respiratory_rate=25, heart_rate=115, spo2=92))
    watch.observe(round_of(at(minutes=72), respiratory_rate=30, heart_rate=115, spo2=91))
    assert alarm_about(watch, Condition.SCORE).operator is OperatorState.ACKNOWLEDGED
    other = Watch(PATIENT)
    other.observe(round_of(at(), respiratory_rate=25, heart_rate=115, spo2=92))
    other.advance(at(hours=3))
    alarm = alarm_about(other, Condition.SCORE)
    assert (alarm.present, alarm.active, alarm.priority) == (False, True, Priority.HIGH)


def test_a_score_that_falls_because_the_patient_is_better_closes_a_medium_alarm() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), respiratory_rate=25, heart_rate=115))
    watch.advance(at(minutes=1))
    findings = watch.observe(round_of(at(minutes=2)))
    assert "closed" in [event.what for event in findings.events if event.alarm.endswith("a2")]
    assert watch.latest.alarms == ()


def test_acknowledging() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(CUFF, 80)])
    findings = watch.acknowledge("p1-a1", "nurse", "fluids given", at(minutes=1))
    (alarm,) = findings.alarms
    assert (alarm.operator, alarm.acknowledged_by, alarm.reason) == (
        OperatorState.ACKNOWLEDGED, "nurse", "fluids given",
    )  # fmt: skip
    with pytest.raises(Conflict, match="already"):
        watch.acknowledge("p1-a1", "doctor", "", at(minutes=2))
    watch.observe([seen(CUFF, 120, at(minutes=5))])
    with pytest.raises(Conflict, match="over"):
        watch.acknowledge("p1-a1", "doctor", "", at(minutes=6))
    for unknown in ("p1-a9", "p2-a1", "p1-a0", "nonsense"):
        with pytest.raises(NotFound):
            watch.acknowledge(unknown, "doctor", "", at())


def test_a_patients_own_limit_goes_before_the_default_and_judges_at_once() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 115, at())])
    limit = Limit(
        signal=HR, direction=Direction.HIGH, value=110, priority=Priority.MEDIUM,
        delay=timedelta(0),
    )  # fmt: skip
    (alarm,) = watch.set_limit(limit, "dr", at(1)).alarms
    assert (alarm.limit, alarm.value) == (110, 115)
    assert limit in watch.limits
    findings = watch.set_limit(replace(limit, value=120), "dr", at(2))
    assert [event.what for event in findings.events] == ["gone", "closed"]


def test_a_limit_of_ones_own_is_kept_with_who_set_it_when_and_why() -> None:
    limit = Limit(signal=SPO2, direction=Direction.LOW, value=88, priority=Priority.MEDIUM)
    watch = Watch(PATIENT)
    watch.set_limit(limit, "dr", at(1), "known COPD")
    assert watch.limits == Watch.restore(PATIENT, watch.snapshot()).limits
    (kept,) = Memory.read(watch.snapshot()).limits
    assert kept == OwnLimit(limit=limit, by="dr", at=at(1), reason="known COPD")


def test_a_more_urgent_limit_of_ones_own_may_lie_within_the_milder_one() -> None:
    limit = Limit(
        signal=SPO2, direction=Direction.LOW, value=95, priority=Priority.HIGH, delay=timedelta(0)
    )
    watch = Watch(PATIENT)
    watch.set_limit(limit, "dr", at())
    watch.observe(stream(SPO2, [93] * 3))
    alarm = alarm_about(watch, Condition.LIMIT, SPO2)
    assert (alarm.priority, alarm.limit) == (Priority.HIGH, 95)


def test_a_state_that_did_not_say_who_set_a_limit_goes_on_with_it() -> None:
    """An upgrade forgets no limit, and no alarm."""
    limit = Limit(signal=SPO2, direction=Direction.LOW, value=88, priority=Priority.MEDIUM)
    watch = Watch(PATIENT)
    watch.set_limit(limit, "dr", at(1), "known COPD")
    packed = json.loads(watch.snapshot())
    place = [each.name for each in fields(Memory)].index("limits")
    packed[0], packed[place] = 4, [own[0] for own in packed[place]]
    old = json.dumps(packed).encode()

    assert Watch.restore(PATIENT, old).limits == watch.limits
    assert Memory.read(old).limits == [OwnLimit(limit=limit)]


@pytest.mark.parametrize(
    "change", [{"value": 1000}, {"hysteresis": -1}, {"delay": timedelta(seconds=-1)}]
)
def test_a_senseless_limit_is_refused(change: dict[str, Any]) -> None:
    limit = Limit(signal=HR, direction=Direction.HIGH, value=110, priority=Priority.MEDIUM)
    with pytest.raises(InvalidEntry):
        Watch(PATIENT).set_limit(replace(limit, **change), "dr", at())


# Restarts, and that it makes no difference how the stream is cut.

SIGNALS = [SPO2, HR, PR, RR, CUFF, TEMP, O2, ACVPU, Signal.FIO2]
VALUES = {
    SPO2: [97, 93, 90, 83], HR: [72, 115, 135, 145, 38], PR: [72, 135], RR: [16, 22, 26, 7],
    CUFF: [120, 105, 88], TEMP: [37.0, 39.2], O2: [0, 1], ACVPU: [0, 1], Signal.FIO2: [21, 40],
}  # fmt: skip
GAPS = st.sampled_from([0, 0, 0, 1, 1, 1, 2, 10, 30, 61, 301, 900, 4000, 30000])


@st.composite
def histories(draw: st.DrawFn, versions: Sequence[int] = (1,)) -> list[Observation]:
    """What a few sources say of a patient, with gaps, bad values and values out of order."""
    found, when = [], 0
    for gap in draw(st.lists(GAPS, min_size=1, max_size=50)):
        when += gap
        signal = draw(st.sampled_from(SIGNALS))
        value = draw(st.sampled_from(VALUES[signal]))
        quality = draw(st.sampled_from([Quality.GOOD] * 6 + list(Quality)))
        source = draw(st.sampled_from(["monitor", "chart"]))
        late = draw(st.sampled_from([0, 0, 0, 0, 3, 700]))
        one = seen(signal, value, at(when - late), quality, source)
        found.append(replace(one, version=draw(st.sampled_from(versions))))
    return found


def all_of(findings: Sequence[Findings]) -> tuple[Any, ...]:
    """What was told in the end: scores and events in order, the last of everything else."""
    return (
        [score for each in findings for score in each.scores],
        {episode.id: episode for each in findings for episode in each.episodes},
        {alarm.id: alarm for each in findings for alarm in each.alarms},
        [event for each in findings for event in each.events],
    )


@settings(max_examples=200)
@given(history=histories(versions=(1, 2)), cut=st.integers(0, 50), on_scale_2=st.booleans())
def test_a_restart_changes_nothing(history: list[Observation], cut: int, on_scale_2: bool) -> None:
    patient = ON_SCALE_2 if on_scale_2 else PATIENT
    unbroken = Watch(patient)
    unbroken.observe(history[:cut])
    restored = Watch.restore(patient, unbroken.snapshot())
    assert restored.latest == unbroken.latest
    end = max(each.time for each in history) + timedelta(hours=1)
    for watch_step in (lambda w: w.observe(history[cut:]), lambda w: w.advance(end)):
        assert watch_step(restored) == watch_step(unbroken)
    assert restored.snapshot() == unbroken.snapshot()


@settings(max_examples=100)
@given(history=histories(versions=(1, 2)), cut=st.integers(0, 50))
def test_after_the_end_of_a_stay_nothing_is_open_and_what_comes_is_judged_as_of_somebody_new(
    history: list[Observation], cut: int
) -> None:
    watch, newcomer = Watch(PATIENT), Watch(PATIENT)
    watch.observe(history[:cut])
    open_before = watch.latest
    end = max(each.time for each in history) + timedelta(seconds=1)
    found = watch.discharge("nurse", "gone home", end)

    assert (watch.latest.alarms, watch.latest.episodes) == ((), ())
    assert {each.id for each in open_before.alarms} == {
        each.alarm for each in found.events if each.what == "discharged"
    }
    assert not any(each.active for each in found.alarms)
    assert all(each.end == each.last for each in found.episodes)
    assert all(each.total is None for each in watch.latest.scores)

    later = timedelta(days=30)
    watch.readmit(end + later, awaited=False)
    newcomer.advance(end + later)
    back = [replace(each, time=each.time + 2 * later) for each in history]
    seen_again, seen_first = all_of([watch.observe(back)]), all_of([newcomer.observe(back)])
    assert seen_again[0][-1:] == seen_first[0][-1:]
    assert sorted((a.raised, a.condition, a.priority) for a in seen_again[2].values()) == sorted(
        (a.raised, a.condition, a.priority) for a in seen_first[2].values()
    )
    restored = Watch.restore(PATIENT, watch.snapshot())
    assert restored.latest == watch.latest


def test_alarms_and_episodes_of_a_later_stay_are_not_called_like_those_of_an_earlier() -> None:
    watch = Watch(PATIENT)
    first = watch.observe(stream(HR, [160] * 20))
    watch.discharge("nurse", "gone home", at(30))
    watch.readmit(at(3600), awaited=False)
    second = watch.observe(stream(HR, [160] * 20, start=7200))

    assert first.alarms
    assert second.alarms
    assert {a.id for a in first.alarms}.isdisjoint(a.id for a in second.alarms)
    assert {e.id for e in first.episodes}.isdisjoint(e.id for e in second.episodes)


def test_limits_that_were_set_for_a_stay_end_with_it() -> None:
    watch = Watch(PATIENT)
    default = watch.limits
    wide = replace(next(each for each in default if each.signal is HR), value=200.0)
    watch.set_limit(wide, "doctor", at())
    watch.discharge("nurse", "gone home", at(30))

    assert watch.limits == default


def test_a_demonstration_moves_time_alike_after_a_restart() -> None:
    """What wakes the watch for nothing must not be seen in the time of a score."""
    watch = Watch(PATIENT)
    watch.observe([seen(SPO2, 97, at(-3))])
    restored = Watch.restore(PATIENT, watch.snapshot())
    rest = [seen(SPO2, 97), seen(SPO2, 97, at(30), Quality.DEMO), seen(HR, 72, at(-600))]
    assert restored.observe(rest) == watch.observe(rest)


def test_a_pulse_stands_in_at_the_very_moment_when_the_heart_rate_is_too_old_to() -> None:
    """A minute after the heart rate, and not when the watch would have looked up anyway."""
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 72), seen(SPO2, 97, at(1)), seen(PR, 72, at(31))])
    found = watch.advance(at(120))
    stood_in = [s for s in found.scores if any(part.signal is PR for part in s.parts)]
    assert [score.time for score in stood_in][:1] == [at(60)]


@settings(max_examples=200)
@given(history=histories(versions=(1, 2)), size=st.integers(1, 7))
def test_it_makes_no_difference_how_the_stream_is_cut(
    history: list[Observation], size: int
) -> None:
    whole, cut = Watch(PATIENT), Watch(PATIENT)
    whole.observe(history)
    for start in range(0, len(history), size):
        cut.observe(history[start : start + size])
    assert cut.latest == whole.latest
    assert cut.snapshot() == whole.snapshot()


@settings(max_examples=100)
@given(history=histories(), hours=st.integers(1, 30))
def test_time_told_in_steps_or_at_once_is_the_same(history: list[Observation], hours: int) -> None:
    one, other = Watch(PATIENT), Watch(PATIENT)
    one.observe(history)
    other.observe(history)
    end = max(each.time for each in history) + timedelta(hours=hours)
    steps = [other.advance(end - timedelta(minutes=7 * n)) for n in range(60 * hours // 7, -1, -1)]
    assert all_of([one.advance(end)])[0] == all_of(steps)[0]
    assert one.snapshot() == other.snapshot()


@settings(max_examples=100)
@given(history=histories())
def test_the_watch_finds_the_episodes_that_a_search_of_the_window_finds(
    history: list[Observation],
) -> None:
    ordered = sorted(history, key=lambda each: each.time)
    watch = Watch(PATIENT)
    told = all_of([watch.observe(ordered), watch.advance(ordered[-1].time + timedelta(hours=1))])[1]
    told |= {episode.id: episode for episode in watch.latest.episodes}
    found = find_episodes(ordered, THRESHOLDS, now=ordered[-1].time + timedelta(hours=1))
    assert {replace(each, id="") for each in told.values()} == {
        replace(each, id="") for each in found
    }
    assert len(told) == len(found)


@settings(max_examples=100)
@given(history=histories())
def test_no_alarm_hides_another(history: list[Observation]) -> None:
    """Each signal's alarms come as they would if nothing but that signal were watched."""

    def alarms_of(signal: Signal, observations: Sequence[Observation]) -> list[tuple[object, ...]]:
        watch = Watch(PATIENT)
        found = watch.observe(observations)
        found_later = watch.advance(at(hours=300))
        last = {a.id: a for each in (found, found_later) for a in each.alarms}
        return [
            (a.condition, a.priority, a.onset, a.raised, a.present, a.latched, a.extreme)
            for a in sorted(last.values(), key=lambda a: (a.raised, int(a.id.rpartition("a")[2])))
            if a.signal is signal
        ]

    ordered = sorted(history, key=lambda each: each.time)
    for signal in (SPO2, HR, CUFF):
        alone = [each for each in ordered if each.signal is signal]
        assert alarms_of(signal, ordered) == alarms_of(signal, alone)


def test_a_state_that_can_not_be_read_says_what_to_do() -> None:
    for state in (b"", b"{}", b"nonsense", b"[4]", b"[4,2,3]"):
        with pytest.raises(Conflict, match="delete it"):
            Watch.restore(PATIENT, state)
    with pytest.raises(Conflict, match="version 99"):
        Watch.restore(PATIENT, b"[99]")


def test_a_state_is_small() -> None:
    """It is written with every commit."""
    watch = Watch(PATIENT)
    for n in range(600):
        watch.observe(round_of(at(n), spo2=84, respiratory_rate=30))
    assert len(watch.snapshot()) < 6000


def test_responses_rank_as_the_chart_does() -> None:
    """The score's alarm compares their order."""
    assert list(Response) == [
        Response.ROUTINE,
        Response.WARD,
        Response.URGENT_WARD,
        Response.URGENT,
        Response.EMERGENCY,
    ]
