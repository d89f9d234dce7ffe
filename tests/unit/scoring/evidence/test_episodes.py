"""Episodes, one by one or as a group."""

from datetime import timedelta

import pytest

from sereno.domain.evidence import FactKind, Window
from sereno.domain.stream import Observation
from sereno.domain.vitals import Signal
from sereno.scoring.evidence import gather
from sereno.scoring.watch import Watch
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
    an_episode,
    every,
    every_minute,
    hourly,
    of,
    only,
)
from tests.unit.scoring.streams import PATIENT, START, at, seen, stream


def test_one_episode_is_told_by_itself() -> None:
    found = of(every_minute(SPO2, 97), episodes=[an_episode("e1", SPO2, LOW, 92, 12, 21, 84)])
    fact = only(found, FactKind.EPISODE)
    assert (fact.value, fact.values) == (84.0, {"threshold": 92.0})
    assert fact.durations == {"length": timedelta(minutes=9)}
    assert fact.times["start"] == at(minutes=12)
    assert fact.members == ("e1",)
    assert fact.id in found.required


def test_several_are_told_as_a_group_with_the_longest_and_the_worst() -> None:
    episodes = [
        an_episode("e1", SPO2, LOW, 92, 12, 21, 88),
        an_episode("e2", SPO2, LOW, 92, 60, 62, 84),
        an_episode("e3", SPO2, LOW, 92, 100, 103, 90),
    ]
    fact = only(of(every_minute(SPO2, 97), episodes=episodes), FactKind.GROUP)
    assert (fact.value, fact.values) == (84.0, {"threshold": 92.0, "count": 3.0})
    assert fact.durations == {"longest": timedelta(minutes=9), "total": timedelta(minutes=14)}
    assert fact.times == {"start": at(minutes=12), "at": at(minutes=61), "end": at(minutes=103)}
    assert fact.members == ("e1", "e2", "e3")
    assert not fact.ongoing


def test_an_episode_from_before_the_window_keeps_its_start() -> None:
    episode = an_episode("e1", SPO2, LOW, 92, -60, 30, 84)
    fact = only(of(every_minute(SPO2, 97), episodes=[episode]), FactKind.EPISODE)
    assert fact.times["start"] == at(minutes=-60)
    assert fact.durations == {"length": timedelta(minutes=90)}


def test_what_comes_after_the_window_is_not_known_in_it() -> None:
    low_from_200 = [seen(SPO2, 97 if n < 200 else 88, at(minutes=n)) for n in range(241)]
    episode = an_episode("e1", SPO2, LOW, 92, 200, 300, 80)
    fact = only(of(low_from_200, episodes=[episode]), FactKind.EPISODE)
    assert fact.ongoing
    assert fact.value == 88  # the nadir of 80 is at minute 250
    assert fact.durations == {"length": timedelta(minutes=40)}


def test_an_ongoing_episode_and_alarm_are_told_with_the_newest_values() -> None:
    """The watch tells their mere growth once a minute."""
    low_from_200 = [seen(SPO2, 97 if n < 200 else 88, at(minutes=n)) for n in range(240)]
    newest = seen(SPO2, 79, at(minutes=240))
    found = of(
        [*low_from_200, newest],
        episodes=[an_episode("e1", SPO2, LOW, 92, 200, 239, 88, end=None)],
        alarms=[an_alarm("a1", onset=at(minutes=200), value=88, extreme=88)],
    )
    fact = only(found, FactKind.EPISODE)
    assert (fact.value, fact.times["at"]) == (79, at(minutes=240))
    assert fact.durations == {"length": timedelta(minutes=40)}
    assert only(found, FactKind.ALARM).value == 79


def test_an_ongoing_episode_that_was_last_told_before_the_window_goes_on_in_it() -> None:
    """A temperature every six hours: the watch tells that it has grown a minute later."""
    values = [seen(TEMPERATURE, 34, at(hours=hour)) for hour in (-20, -14, -8, -2, 4)]
    episode = an_episode("e1", TEMPERATURE, LOW, 35.1, -20 * 60, -2 * 60, 34, end=None)
    fact = only(of(values, episodes=[episode]), FactKind.EPISODE)
    assert (fact.ongoing, fact.durations) == (True, {"length": timedelta(hours=24)})
    assert not every(of(values[:-1], episodes=[episode]), FactKind.EPISODE), "none of it is known"


def test_the_nadir_of_several_is_of_the_first_time_that_it_was_shown() -> None:
    episodes = [
        an_episode("e1", SPO2, LOW, 92, 12, 21, 84.4),
        an_episode("e2", SPO2, LOW, 92, 60, 62, 83.8),
    ]
    fact = only(of(every_minute(SPO2, 97), episodes=episodes), FactKind.GROUP)
    assert (fact.value, fact.times["at"]) == (84, episodes[0].extreme_time)


def test_an_ongoing_episode_keeps_an_extreme_that_nothing_newer_beats() -> None:
    low_from_200 = [seen(SPO2, 97 if n < 200 else 88, at(minutes=n)) for n in range(241)]
    episode = an_episode("e1", SPO2, LOW, 92, 200, 239, 80, end=None)
    fact = only(of(low_from_200, episodes=[episode]), FactKind.EPISODE)
    assert (fact.value, fact.times["at"]) == (80, episode.extreme_time)
    assert fact.durations == {"length": timedelta(minutes=40)}


@pytest.mark.parametrize(("start", "last"), [(-90, -30), (250, 260)])
def test_episodes_outside_the_window_are_left_out(start: float, last: float) -> None:
    episode = an_episode("e1", SPO2, LOW, 92, start, last, 80)
    assert not every(of(every_minute(SPO2, 97), episodes=[episode]), FactKind.EPISODE)


def test_the_pulse_does_not_repeat_what_the_heart_rate_tells() -> None:
    episodes = [
        an_episode("e1", HEART, HIGH, 130, 12, 21, 140),
        an_episode("e2", Signal.PULSE_RATE, HIGH, 130, 12, 21, 139),
    ]
    values = every_minute(HEART, 90) + every_minute(Signal.PULSE_RATE, 90)
    assert only(of(values, episodes=episodes), FactKind.EPISODE).signal is HEART


@pytest.mark.parametrize(
    ("start", "last", "extreme", "end", "told"),
    [
        (60, 100, 85, -1, 2),  # at another time
        (60, 210, 60, -1, 2),  # longer and further beyond
        (60, 210, 85, -1, 2),  # longer
        (205, 210, 81, -1, 2),  # further beyond
        (205, 240, 85, None, 2),  # goes on
        (205, 215, 82, -1, 1),  # the same
    ],
)
def test_the_line_tells_what_the_cuff_has_not_seen(
    start: float, last: float, extreme: float, end: float | None, told: int
) -> None:
    line = an_episode("e1", Signal.INVASIVE_SYSTOLIC, LOW, 91, start, last, extreme, end=end)
    cuff = an_episode("e2", SYSTOLIC, LOW, 91, 205, 210, 85)
    values = hourly(SYSTOLIC, 120, 120, 120, 120, 120)
    assert len(every(of(values, episodes=[line, cuff]), FactKind.EPISODE)) == told


def test_a_group_is_told_where_one_of_it_is_not_told_otherwise() -> None:
    cuff = an_episode("e1", SYSTOLIC, LOW, 91, 60, 90, 80)
    line = [
        an_episode(name, Signal.INVASIVE_SYSTOLIC, LOW, 91, start, start + 30, 80)
        for name, start in (("e2", 60), ("e3", 180))
    ]
    values = hourly(SYSTOLIC, 120, 120, 120, 120, 120)
    assert only(of(values, episodes=[cuff, *line]), FactKind.GROUP).members == ("e2", "e3")


def test_an_episode_is_not_told_as_going_on_beside_a_value_that_is_back() -> None:
    """A rate charted every hour: the watch leaves the episode open for a while, lest it flicker."""
    watch = Watch(PATIENT)
    values = hourly(BREATHS, 28, 30, 29, 16)
    watch.observe(values)
    (episode,) = watch.latest.episodes
    assert episode.ongoing
    window = Window(START, at(hours=3))
    fact = only(gather("p1", window, values, episodes=[episode]), FactKind.EPISODE)
    assert (fact.ongoing, fact.times["end"]) == (False, at(hours=2))


def minutes_of(signal: Signal, *levels: tuple[float, int]) -> list[Observation]:
    """A value a minute: each level for so many minutes."""
    values = [value for value, minutes in levels for _ in range(minutes)]
    return stream(signal, values, step=60)


@pytest.mark.parametrize(
    ("levels", "told", "why"),
    [
        ([(88, 90), (128, 60), (88, 90)], 59, "an hour where the chart gives two points"),
        ([(88, 90), (128, 30), (88, 120)], 0, "29 minutes from the first to the last such value"),
        ([(88, 90), (110, 60), (88, 90)], 0, "at the limit is not beyond it"),
        ([(128, 150), (88, 90)], 0, "nobody knows when it began: the change tells it"),
        (
            [(88, 90), (128, 30), (88, 1), (128, 30), (88, 90)],
            60,
            "one value inside splits it not",
        ),
        ([(88, 150), (128, 91)], 90, "to the window's end"),
    ],
)
def test_what_lasts_below_the_most_points_is_told_too(
    levels: list[tuple[float, int]], told: int, why: str
) -> None:
    found = every(of(minutes_of(HEART, *levels)), FactKind.EPISODE, HEART)
    lasted = sum((fact.durations["length"] for fact in found), timedelta())
    assert lasted == timedelta(minutes=told), why
    assert all(fact.values == {"threshold": 110} for fact in found)


def test_a_single_reading_further_out_does_not_hide_how_long_it_lasted() -> None:
    values = minutes_of(HEART, (88, 90), (128, 30), (133, 1), (128, 29), (88, 90))
    single = an_episode("e1", HEART, HIGH, 130, 120, 120, 133)
    further, lasting = every(of(values, episodes=[single]), FactKind.EPISODE, HEART)
    assert (further.values["threshold"], lasting.values["threshold"]) == (130, 110)
    assert (lasting.value, lasting.durations["length"]) == (133, timedelta(minutes=59))
    assert not every(of(values, episodes=[single]), FactKind.EXTREME, HEART)


def test_what_the_most_points_fill_for_half_is_told_by_them() -> None:
    values = minutes_of(HEART, (88, 90), (128, 20), (140, 40), (88, 90))
    further = an_episode("e1", HEART, HIGH, 130, 110, 149, 140)
    assert only(of(values, episodes=[further]), FactKind.EPISODE, HEART).value == 140


def test_the_saturation_lasts_below_by_the_scale_in_force() -> None:
    values = minutes_of(SPO2, (97, 90), (93, 60), (97, 91))
    assert only(of(values), FactKind.EPISODE).values == {"threshold": 94}
    assert not every(of(values, scores=[a_score(3, 0, scale=2)]), FactKind.EPISODE)
