"""What was not measured, and since when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.domain.evidence import Evidence, FactKind, Window
from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring.evidence import gather
from sereno.scoring.news2 import PARAMETERS
from tests.unit.scoring.evidence.facts import (
    BREATHS,
    HEART,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    a_score,
    every,
    every_minute,
    of,
    only,
)
from tests.unit.scoring.streams import START, at, seen, stream


def _extents(evidence: Evidence) -> list[str]:
    return [fact.labels["extent"] for fact in every(evidence, FactKind.GAP)]


def test_nothing_at_all_is_said_as_such() -> None:
    found = of([seen(SPO2, 97, at(5), Quality.SENSOR_OFF)])
    assert _extents(found) == ["nothing"]
    assert found.required == ("F1",)


def test_what_stopped_is_told_since_its_last_value() -> None:
    found = of(every_minute(SPO2, 97) + every_minute(HEART, 80, minutes=120))
    gap = only(found, FactKind.GAP, HEART)
    assert gap.labels["extent"] == "since"
    assert gap.times["start"] == at(minutes=119)
    assert gap.durations["length"] == timedelta(minutes=121)


def test_when_all_stopped_it_is_told_once() -> None:
    values = every_minute(SPO2, 97, minutes=120) + every_minute(HEART, 80, minutes=120)
    found = of(values)
    since = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "since"]
    assert [(fact.signal, fact.times["start"]) for fact in since] == [(None, at(minutes=119))]


def test_the_longest_gap_is_told_with_how_many_there_were() -> None:
    kept = [n for n in range(241) if not 30 <= n < 40 and not 100 <= n < 140]
    found = of([seen(SPO2, 97, at(minutes=n)) for n in kept])
    gap = only(found, FactKind.GAP, SPO2)
    assert gap.values == {"count": 2.0}
    assert gap.times == {"start": at(minutes=99), "end": at(minutes=140)}


@pytest.mark.parametrize(
    ("step", "missed", "told"),
    [
        (1, 290, False),  # less than five minutes
        (1, 301, True),
        (3600, 3600, False),  # one hourly value left out is two intervals
        (3600, 7200, True),  # two are three
    ],
)
def test_a_gap_is_three_usual_intervals_and_in_a_stream_five_minutes(
    step: int, missed: int, *, told: bool
) -> None:
    window = Window(START, at(hours=12))
    until = 4 * 3600 if step == 3600 else 600
    before = [float(n) for n in range(0, until, step)]
    after = [before[-1] + step + missed + n for n in range(0, until, step)]
    values = [seen(SPO2, 97, at(second)) for second in before + after]
    found = gather("p1", window, values)
    between = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "between"]
    assert bool(between) is told


@pytest.mark.parametrize(
    ("signal", "minutes", "told"),
    [
        (SPO2, 6, True),
        (Signal.PULSE_RATE, 6, True),
        (Signal.INVASIVE_SYSTOLIC, 29, False),  # an arterial line is flushed and moved
        (Signal.INVASIVE_SYSTOLIC, 31, True),
        (Signal.CONSCIOUSNESS, 350, False),  # charted twice in a minute, then at the next round
        (Signal.GLASGOW_COMA_SCALE, 365, True),
        (TEMPERATURE, 350, False),
    ],
)
def test_what_is_charted_by_hand_is_missed_later_than_what_streams(
    signal: Signal, minutes: float, *, told: bool
) -> None:
    times = [at(0), at(60), at(120), at(120, minutes=minutes)]
    found = _over_a_shift([seen(signal, VITALS[signal].low + 3, when) for when in times])
    between = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "between"]
    assert bool(between) is told


def _over_a_shift(values: list[Observation]) -> Evidence:
    return gather("p1", Window(START, at(hours=12)), values)


@pytest.mark.parametrize(
    ("minutes", "counts", "why"),
    [
        ((*range(0, 60, 5), *range(60, 480, 60)), [], "every five minutes, then hourly"),
        ((*range(0, 480, 15), *range(480, 720, 70)), [], "a late round of hourly ones"),
        ((*range(0, 120, 10), 200, *range(210, 300, 10)), [1], "longer than an hour and a delay"),
        ((0, 5, 10, 100, 105, 110, 200, 205, 210), [2], "twice"),
        (tuple(range(0, 480, 120)), [], "every two hours throughout"),
    ],
)
@pytest.mark.parametrize("signal", [SYSTOLIC, HEART, SPO2])
def test_rounds_that_become_hourly_leave_no_gap(
    signal: Signal, minutes: tuple[int, ...], counts: list[int], why: str
) -> None:
    """RCP 2017, chart 4: at least hourly from a score of 5, every four to six hours below."""
    found = _over_a_shift([seen(signal, 100, at(minutes=n)) for n in minutes])
    between = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "between"]
    assert [fact.values["count"] for fact in between] == counts, why


def test_a_cuff_in_rounds_after_an_arterial_line_leaves_one_gap() -> None:
    """The line was taken out, and the first reading by cuff came an hour later."""
    line = every_minute(Signal.INVASIVE_SYSTOLIC, 120, minutes=241)
    cuff = [seen(SYSTOLIC, 120, at(hours=n)) for n in (5, 6, 7, 8)]
    found = gather("p1", Window(START, at(hours=8)), [*line, *cuff])
    gap = only(found, FactKind.GAP, SYSTOLIC)
    assert (gap.values["count"], gap.times["start"]) == (1, at(hours=4))


def test_rounds_by_hand_after_a_monitor_leave_one_gap() -> None:
    monitor = every_minute(HEART, 80, minutes=241)
    chart = [replace(seen(HEART, 80, at(hours=n)), source="chart") for n in (5, 6, 7, 8)]
    found = gather("p1", Window(START, at(hours=8)), [*monitor, *chart])
    assert only(found, FactKind.GAP, HEART).values["count"] == 1


def test_rounds_that_stop_are_told_once_the_next_is_late() -> None:
    values = [seen(SYSTOLIC, 120, at(minutes=n)) for n in range(0, 240, 15)]
    beside = every_minute(HEART, 80, minutes=300)
    for end, told in ((299, False), (301, True)):
        window = Window(START, at(minutes=end))
        found = gather("p1", window, [*values, *beside])
        assert bool(every(found, FactKind.GAP, SYSTOLIC)) is told


def test_core_signals_without_any_value_are_named() -> None:
    found = of(every_minute(SPO2, 97) + every_minute(Signal.PULSE_RATE, 80))
    never = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "never"]
    assert [fact.signals for fact in never] == [
        (BREATHS, SYSTOLIC, Signal.CONSCIOUSNESS, TEMPERATURE)
    ]


def test_what_the_score_misses_is_not_said_twice() -> None:
    missing = (BREATHS, SYSTOLIC, Signal.CONSCIOUSNESS, TEMPERATURE)
    found = of(
        every_minute(SPO2, 97) + every_minute(HEART, 80),
        scores=[a_score(0, 0, missing=missing, highest=12)],
    )
    assert _extents(found) == []


def test_data_that_begin_late_are_said_to() -> None:
    found = of(stream(SPO2, [97.0] * 60, start=3 * 3600, step=60))
    before = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "before"]
    assert [fact.times["end"] for fact in before] == [at(hours=3)]


def test_what_was_never_measured_is_told_beside_a_score_that_has_grown_too_old() -> None:
    """A heart rate once, three hours ago: no score says what is missing."""
    gone = a_score(None, 75, missing=PARAMETERS, response=None, lowest=0, highest=20)
    found = of([seen(HEART, 80)], scores=[a_score(0, 0, missing=PARAMETERS[:4]), gone])
    never = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "never"]
    assert [fact.signals for fact in never] == [
        (SPO2, BREATHS, SYSTOLIC, Signal.CONSCIOUSNESS, TEMPERATURE)
    ]
