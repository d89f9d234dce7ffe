"""Episodes in streams of a value a second and in charts of one an hour."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import Direction, Episode
from sereno.domain.vitals import Signal
from sereno.scoring.episodes import (
    BRIEFEST,
    RETURN,
    Sample,
    Threshold,
    Trackers,
)
from tests.unit.scoring.streams import at, seen, stream
from tests.unit.scoring.tracking import find_episodes

SPO2, HR = Signal.SPO2, Signal.HEART_RATE
LOW = Threshold(SPO2, Direction.LOW, 92)
HIGH = Threshold(HR, Direction.HIGH, 130)
HOUR = 3600


def told(episodes: Sequence[Episode]) -> list[tuple[float, float, float | None]]:
    """Start, last and end of each, in seconds after the start of the test."""

    def since(moment: object) -> float:
        return (moment - at()).total_seconds()  # type: ignore[operator, no-any-return]

    return [(since(e.start), since(e.last), e.end and since(e.end)) for e in episodes]


@pytest.mark.parametrize(
    ("values", "expected", "why"),
    [
        ([97] * 300, [], "nothing abnormal"),
        ([97] * 10 + [90] * 60 + [97] * 120, [(10, 69, 70)], "one episode"),
        ([97] * 10 + [90] * 60, [(10, 69, None)], "still going on"),
        ([97] * 10 + [90] * 60 + [97] * 30, [(10, 69, None)], "not yet sure that it is over"),
        ([97] * 10 + [90] * 10 + [97] * 120, [], "nine seconds are a blip"),
        ([97] * 10 + [90] * 11 + [97] * 120, [(10, 20, 21)], "ten seconds are an episode"),
        ([97] * 10 + [90] + [97] * 120, [], "a single sample of a stream is a blip"),
        (
            [97] * 10 + [90] * 30 + [97] * 59 + [90] * 30 + [97] * 120,
            [(10, 128, 129)],
            "a return of less than a minute does not split it",
        ),
        (
            [97] * 10 + [90] * 30 + [97] * 61 + [90] * 30 + [97] * 120,
            [(10, 39, 40), (101, 130, 131)],
            "a longer one does",
        ),
        (
            [97, 90] * 30 + [97] * 120,
            [(1, 59, 60)],
            "a value that flickers about the threshold is one episode",
        ),
        ([92] * 300, [], "the threshold itself is not beyond it"),
        ([97] * 10 + [90, 97] + [97] * 200, [], "a blip at once taken back"),
    ],
)
def test_streams(
    values: list[float], expected: list[tuple[float, float, float | None]], why: str
) -> None:
    assert told(find_episodes(stream(SPO2, values), [LOW])) == expected, why


@pytest.mark.parametrize(
    ("values", "expected", "why"),
    [
        ([97, 90, 97], [(HOUR, HOUR, 2 * HOUR)], "one value charted alone is an episode"),
        (
            [97, 90, 88, 89, 97],
            [(HOUR, 3 * HOUR, 4 * HOUR)],
            "hours in a row are one episode",
        ),
        (
            [90, 97, 90, 97],
            [(0, 0, HOUR), (2 * HOUR, 2 * HOUR, 3 * HOUR)],
            "an hour inside ends it",
        ),
        ([97, 97, 90], [(2 * HOUR, 2 * HOUR, None)], "the last one goes on"),
    ],
)
def test_charts_of_one_value_an_hour(
    values: list[float], expected: list[tuple[float, float, float | None]], why: str
) -> None:
    charted = stream(SPO2, values, step=HOUR)
    assert told(find_episodes(charted, [LOW], now=charted[-1].time + 2 * RETURN)) == expected, why


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (1, [(120, 240, None)]),
        (2, [(120, 120, 180), (300, 300, None)]),
    ],
)
def test_one_value_inside_does_not_split_a_record_of_one_a_minute(
    inside: int, expected: list[tuple[float, float, float | None]]
) -> None:
    values = stream(SPO2, [97, 97, 90, *[97] * inside, 90], step=60)
    assert told(find_episodes(values, [LOW], now=values[-1].time + BRIEFEST)) == expected


def test_a_nadir_is_of_the_first_time_that_it_was_shown() -> None:
    (found,) = find_episodes(stream(SPO2, [91.4, 91.3, 90.6, 90.4, 90.2], step=60), [LOW])
    assert (found.extreme, found.extreme_time) == (90.4, at(180))


def test_time_that_passes_ends_an_episode_once_the_return_lasts_more_than_a_minute() -> None:
    values = stream(SPO2, [90, 90, 97], step=60)
    for seconds, end in ((180, None), (181, 120)):
        assert told(find_episodes(values, [LOW], now=at(seconds))) == [(0, 60, end)]


def test_a_gap_ends_an_episode_at_its_last_sample() -> None:
    """A stream that falls silent for five minutes: what came after is not known."""
    values = stream(SPO2, [90] * 60) + stream(SPO2, [90] * 60, start=60 + 400)
    assert told(find_episodes(values, [LOW])) == [(0, 59, 59), (460, 519, None)]


def test_a_short_gap_does_not() -> None:
    values = stream(SPO2, [90] * 60) + stream(SPO2, [90] * 60, start=60 + 200)
    assert told(find_episodes(values, [LOW])) == [(0, 319, None)]


def test_time_alone_ends_an_episode_of_a_silent_stream() -> None:
    values = stream(SPO2, [90] * 60)
    assert told(find_episodes(values, [LOW], now=at(minutes=10))) == [(0, 59, 59)]


def test_the_extreme_is_the_nadir_or_the_peak_and_its_first_moment() -> None:
    (low,) = find_episodes(stream(SPO2, [90] * 10 + [84, 86, 84] + [90] * 10), [LOW])
    assert (low.extreme, low.extreme_time) == (84, at(10))
    (high,) = find_episodes(stream(HR, [140] * 10 + [155] + [140] * 10), [HIGH])
    assert (high.extreme, high.extreme_time) == (155, at(10))
    assert high.duration == timedelta(seconds=20)


def test_only_good_values_count() -> None:
    off = [seen(SPO2, 0, at(n), Quality.SENSOR_OFF) for n in range(60)]
    assert find_episodes(off, [LOW]) == []
    mixed = [*stream(SPO2, [90] * 20), seen(SPO2, 99, at(20.5), Quality.ARTEFACT)]
    assert told(find_episodes(mixed, [LOW])) == [(0, 19, None)]


def test_late_values_are_left_out() -> None:
    values = [*stream(SPO2, [97] * 60), seen(SPO2, 80, at(5))]
    assert find_episodes(values, [LOW], now=at(hours=1)) == []


def test_signals_are_followed_apart_and_ids_are_given_in_order() -> None:
    values = sorted(
        stream(SPO2, [97] * 5 + [90] * 30) + stream(HR, [140] * 30 + [80] * 5),
        key=lambda each: each.time,
    )
    found = find_episodes(values, [LOW, HIGH], prefix="p1-e")
    assert [(each.id, each.signal) for each in found] == [("p1-e1", HR), ("p1-e2", SPO2)]


def test_an_episode_keeps_its_id_while_it_grows() -> None:
    trackers = Trackers([LOW], "e")
    seen_ids = set()
    for n in range(300):
        now = at(n)
        trackers.pass_time(now)
        trackers.sample(SPO2, Sample(now, 90, None, timedelta(minutes=5)), now)
        seen_ids |= {each.id for each in trackers.ongoing()}
    assert seen_ids == {"e1"}


def test_a_threshold_no_longer_in_force_ends_what_it_followed() -> None:
    trackers = Trackers([LOW], "e")
    for n in range(20):
        trackers.sample(SPO2, Sample(at(n), 90, None, timedelta(minutes=5)), at(n))
    trackers.take()
    trackers.fit([Threshold(SPO2, Direction.LOW, 88)])
    (ended,) = trackers.take()
    assert (ended.end, ended.last) == (at(19), at(19))
    assert trackers.ongoing() == ()


steps = st.sampled_from([1, 1, 1, 1, 5, 30, 59, 60, 61, 299, 301, 1000, 3600, 8 * 3600])
values = st.sampled_from([97, 97, 92, 91, 90, 85])


@st.composite
def walks(draw: st.DrawFn) -> list[Observation]:
    """A stream with gaps of every kind."""
    found, when = [], 0.0
    for step, value in draw(st.lists(st.tuples(steps, values), max_size=60)):
        when += step
        found.append(seen(SPO2, value, at(when)))
    return found


@given(walk=walks())
def test_episodes_are_what_the_samples_say(walk: list[Observation]) -> None:
    """Whatever the stream: order, bounds, extremes and what lies between episodes."""
    found = find_episodes(walk, [LOW])
    times = {each.time: each.value for each in walk}
    for episode in found:
        inside = [v for t, v in times.items() if episode.start <= t <= episode.last]
        assert episode.extreme == min(inside) < 92
        assert times[episode.start] < 92
        assert times[episode.last] < 92
        assert episode.end is None or episode.end >= episode.last
        assert episode.end in (None, episode.last) or times[episode.end] >= 92
    for before, after in itertools.pairwise(found):
        assert before.end is not None
        assert before.end <= after.start
    assert all(each.end is not None for each in found[:-1])


@given(walk=walks(), extra=st.sampled_from([0, 10, 60, 3600, 10 * 3600]))
def test_a_whole_window_gives_what_piecemeal_time_gives(
    walk: list[Observation], extra: int
) -> None:
    """Told of every second that passes, or of none: the episodes are the same."""
    if not walk:
        return
    end = walk[-1].time + timedelta(seconds=extra + 0.5)  # when the last heart rate comes
    whole = find_episodes(walk, [LOW], now=end)
    piecemeal = find_episodes(
        sorted(
            walk + [seen(HR, 80, each.time + timedelta(seconds=0.5)) for each in walk],
            key=lambda each: each.time,
        ),
        [LOW, HIGH],
        now=end,
    )
    assert whole == piecemeal


@given(walk=walks(), at_sample=st.integers(0, 59), wrong=values)
def test_a_corrected_sample_leaves_no_trace(
    walk: list[Observation], at_sample: int, wrong: float
) -> None:
    """But of an episode that was told because of it."""
    if at_sample >= len(walk):
        return
    before, right = walk[:at_sample], walk[at_sample]
    mistaken = replace(right, value=wrong)
    told_anyway = find_episodes(before, [LOW], now=right.time)
    assume(len(find_episodes([*before, mistaken], [LOW])) == len(told_anyway))
    corrected = [*before, mistaken, replace(right, version=2), *walk[at_sample + 1 :]]
    assert find_episodes(corrected, [LOW]) == find_episodes(walk, [LOW])


def test_the_bounds_are_those_of_the_rules() -> None:
    assert timedelta(seconds=10) == BRIEFEST
    assert timedelta(seconds=60) == RETURN
