"""A score is told when it changes, and of what is known at that moment."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from sereno.domain.errors import Conflict
from sereno.domain.patients import SpO2Scale
from sereno.domain.surveillance import Condition, Priority, ScoreKind
from sereno.domain.vitals import Signal
from sereno.scoring.watch import Watch
from tests.unit.scoring.streams import ON_SCALE_2, PATIENT, at, seen, stream
from tests.unit.scoring.watch.rounds import (
    CUFF,
    HR,
    LINE,
    PR,
    RR,
    SPO2,
    alarm_about,
    happened,
    merged,
    news2,
    round_of,
)


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


def test_a_pulse_stands_in_at_the_very_moment_when_the_heart_rate_is_too_old_to() -> None:
    """A minute after the heart rate, and not when the watch would have looked up anyway."""
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 72), seen(SPO2, 97, at(1)), seen(PR, 72, at(31))])
    found = watch.advance(at(120))
    stood_in = [s for s in found.scores if any(part.signal is PR for part in s.parts)]
    assert [score.time for score in stood_in][:1] == [at(60)]


@pytest.mark.parametrize("order", list(permutations([(RR, 14), (HR, 135)])))
def test_the_values_of_one_moment_count_together(order: list[tuple[Signal, float]]) -> None:
    """The total is 5 throughout: no order of telling it makes the alarm go, or 8 its highest."""
    watch = Watch(PATIENT)
    for hour in (0, 1):
        levels = ((RR, 28), (HR, 80), (SPO2, 92))
        watch.observe([seen(signal, value, at(hours=hour)) for signal, value in levels])
    told = [*order, (SPO2, 92)]
    found = watch.observe([seen(signal, value, at(hours=2)) for signal, value in told])
    assert news2(found) == [(5, 5, 16)]
    alarm = alarm_about(watch, Condition.SCORE)
    assert (alarm.onset, alarm.extreme, alarm.present) == (at(), 5, True)
