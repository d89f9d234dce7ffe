"""Alarms about a limit or a score: when they are raised, and when they are over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sereno.domain.errors import Conflict, NotFound
from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import Condition, OperatorState, Priority, Response
from sereno.domain.vitals import Signal
from sereno.scoring.limits import THRESHOLDS
from sereno.scoring.watch import Watch
from tests.unit.scoring.streams import ON_SCALE_2, PATIENT, at, seen, stream
from tests.unit.scoring.tracking import find_episodes
from tests.unit.scoring.watch.histories import histories
from tests.unit.scoring.watch.rounds import CUFF, HR, RR, SPO2, alarm_about, happened, round_of


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
    watch.observe([seen(SPO2, 70, at(121))])
    watch.advance(at(130))
    alarm = alarm_about(watch, Condition.LIMIT, SPO2)
    assert (alarm.onset, alarm.raised) == (at(60), at(130)), "beyond for 1 s, and 9 s more"


def test_two_values_an_hour_apart_are_no_hour_beyond() -> None:
    watch = Watch(PATIENT)
    off = seen(HR, 0, at(1), Quality.SENSOR_OFF)
    found = watch.observe([seen(HR, 135), off, seen(HR, 135, at(3600))])
    assert not [each for each in found.alarms if each.condition is Condition.LIMIT]
    watch.advance(at(3614))
    alarm = alarm_about(watch, Condition.LIMIT, HR)
    assert (alarm.onset, alarm.raised) == (at(3600), at(3614))


def test_artefact_makes_no_delay_wait() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 145), seen(HR, 145, at(1), Quality.ARTEFACT)])
    watch.advance(at(10))
    assert alarm_about(watch, Condition.LIMIT, HR).raised == at(10)


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
    worse = watch.observe(round_of(at(minutes=2), respiratory_rate=25, heart_rate=135, spo2=90))
    told = [alarm.extreme for alarm in worse.alarms if alarm.signal is None]
    assert told == [9], "raised at 7"
    watch.observe(round_of(at(minutes=4)))
    assert alarm_about(watch, Condition.SCORE).extreme == 9


def test_the_alarm_of_a_score_counts_what_was_before_it_was_raised() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(RR, 26), seen(HR, 115), seen(CUFF, 105), seen(SPO2, 91)])
    watch.observe([seen(SPO2, 93, at(10))])
    watch.advance(at(40))
    alarm = alarm_about(watch, Condition.SCORE)
    assert (alarm.onset, alarm.value, alarm.extreme) == (at(), 8, 9)


def test_a_worst_value_that_was_corrected_before_the_alarm_was_raised_is_not_told() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(RR, 26), seen(RR, 62, at(5))])
    watch.observe([replace(seen(RR, 26, at(5)), version=2)])
    watch.advance(at(40))
    (alarm,) = watch.latest.alarms
    assert (alarm.priority, alarm.extreme) == (Priority.MEDIUM, 26)


def test_an_alarm_raised_beside_a_more_urgent_one_tells_the_worst_since_it_began() -> None:
    watch = Watch(PATIENT)
    levels = [47, 76, 34, 32, 34, 37, 34]
    watch.observe([seen(RR, value, at(hours=n)) for n, value in enumerate(levels)])
    medium = next(each for each in watch.latest.alarms if each.priority is Priority.MEDIUM)
    assert (medium.onset, medium.present, medium.extreme) == (at(), True, 76)


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


def test_a_score_that_falls_by_what_was_measured_is_over_though_something_grew_stale() -> None:
    watch = Watch(PATIENT)
    temperature = [seen(Signal.TEMPERATURE, 37)]
    breaths = [seen(RR, 26, at(hours=n)) for n in range(7)]
    saturation = [seen(SPO2, 93 if n < 6 else 97, at(hours=n)) for n in range(7)]
    watch.observe(sorted(temperature + breaths + saturation, key=lambda each: each.time))
    assert not [each for each in watch.latest.alarms if each.condition is Condition.SCORE]


@pytest.mark.parametrize(("spo2", "stays"), [(97, True), (90, False)])
def test_on_scale_2_oxygen_that_grew_stale_takes_the_saturations_points_with_it(
    spo2: float, stays: bool
) -> None:
    watch = Watch(ON_SCALE_2)
    watch.observe([seen(Signal.OXYGEN_GIVEN, 1)])
    watch.observe([seen(SPO2, 97, at(hours=n)) for n in range(6)])
    watch.observe([seen(SPO2, spo2, at(hours=5.99)), seen(SPO2, spo2, at(hours=6))])
    found = [each for each in watch.latest.alarms if each.condition is Condition.SCORE]
    assert bool(found) == stays


def test_a_score_that_falls_because_the_patient_is_better_closes_a_medium_alarm() -> None:
    watch = Watch(PATIENT)
    watch.observe(round_of(at(), respiratory_rate=25, heart_rate=115))
    watch.advance(at(minutes=1))
    findings = watch.observe(round_of(at(minutes=2)))
    assert "closed" in [event.what for event in findings.events if event.alarm.endswith("a2")]
    assert watch.latest.alarms == ()


def test_an_alarm_tells_its_worst_value_with_the_sample_that_is_it() -> None:
    watch = Watch(PATIENT)
    watch.observe(stream(HR, [80] * 10 + [145] * 20))
    told = [watch.observe([seen(HR, value, at(30 + n))]) for n, value in enumerate([150, 149, 160])]
    assert [[alarm.extreme for alarm in found.alarms] for found in told] == [
        [150], [], [160],
    ]  # fmt: skip
    assert not any(found.events for found in told)


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


def test_responses_rank_as_the_chart_does() -> None:
    """The score's alarm compares their order."""
    assert list(Response) == [
        Response.ROUTINE,
        Response.WARD,
        Response.URGENT_WARD,
        Response.URGENT,
        Response.EMERGENCY,
    ]
