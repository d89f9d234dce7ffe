"""A restart changes nothing, nor does how the stream and time are cut."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sereno.domain.errors import Conflict
from sereno.domain.stream import Observation, Quality
from sereno.scoring.limits import THRESHOLDS
from sereno.scoring.watch import Watch
from tests.unit.scoring.streams import ON_SCALE_2, PATIENT, at, seen
from tests.unit.scoring.tracking import find_episodes
from tests.unit.scoring.watch.histories import histories
from tests.unit.scoring.watch.rounds import HR, PR, SPO2, all_of, round_of


@settings(max_examples=100)
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


def test_a_demonstration_moves_time_alike_after_a_restart() -> None:
    """What wakes the watch for nothing must not be seen in the time of a score."""
    watch = Watch(PATIENT)
    watch.observe([seen(SPO2, 97, at(-3))])
    restored = Watch.restore(PATIENT, watch.snapshot())
    rest = [seen(SPO2, 97), seen(SPO2, 97, at(30), Quality.DEMO), seen(HR, 72, at(-600))]
    assert restored.observe(rest) == watch.observe(rest)


def test_a_restart_in_the_moment_when_a_pulse_stands_in_for_a_heart_forgets_it_not() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(SPO2, 97), seen(HR, 72), seen(PR, 72, at(30)), seen(SPO2, 97, at(60))])
    restored = Watch.restore(PATIENT, watch.snapshot())
    told = restored.advance(at(61))
    assert told == watch.advance(at(61))
    assert PR in {part.signal for score in told.scores for part in score.parts}


@settings(max_examples=100)
@given(history=histories(versions=(1, 2)), size=st.integers(1, 7))
def test_it_makes_no_difference_how_the_stream_is_cut(
    history: list[Observation], size: int
) -> None:
    """As long as no moment is."""
    whole, cut = Watch(PATIENT), Watch(PATIENT)
    whole.observe(history)
    for _, moments in groupby(enumerate(_moments(history)), key=lambda each: each[0] // size):
        cut.observe([each for _, moment in moments for each in moment])
    assert cut.latest == whole.latest
    assert cut.snapshot() == whole.snapshot()


def _moments(history: list[Observation]) -> Iterator[list[Observation]]:
    """What comes before time goes on, late values among it."""
    told: list[Observation] = []
    for each in history:
        if told and each.time > max(known.time for known in told):
            yield told
            told = []
        told.append(each)
    yield told


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
@given(history=histories(sources=["monitor"]))
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
