"""Sensors that are off, sources that fall silent and clocks that are wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.domain.stream import CHARTED, Observation, Quality
from sereno.domain.surveillance import Condition, Priority, ScoreKind
from sereno.domain.vitals import Signal
from sereno.scoring.watch import Watch
from tests.unit.scoring.streams import PATIENT, at, seen, stream
from tests.unit.scoring.watch.rounds import (
    ACVPU,
    CUFF,
    HR,
    LINE,
    SPO2,
    TEMP,
    WELL,
    alarm_about,
    happened,
    merged,
    of_source,
)


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


def test_a_worse_implausible_value_is_told_at_once() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 80), seen(HR, 400, quality=Quality.IMPLAUSIBLE)])
    watch.advance(at(100))
    (alarm,) = watch.observe([seen(HR, 500, at(200), Quality.IMPLAUSIBLE)]).alarms
    assert (alarm.condition, alarm.extreme) == (Condition.IMPLAUSIBLE, 500)


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
