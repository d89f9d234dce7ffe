"""The default limits and thresholds, and that they keep to the chart they cite."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sereno.domain.errors import InvalidEntry
from sereno.domain.patients import SpO2Scale
from sereno.domain.surveillance import Direction, Limit, Priority
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring import news2
from sereno.scoring.episodes import Threshold
from sereno.scoring.limits import (
    LIMITS,
    SCALE_2_LIMITS,
    THRESHOLDS,
    check_limit,
    default_limits,
    thresholds_for,
)

CHARTED = [threshold for threshold in THRESHOLDS if threshold.signal in news2.CHART]


@pytest.mark.parametrize("limit", [*LIMITS, *SCALE_2_LIMITS])
def test_a_limit_can_be_reached_and_left(limit: Limit) -> None:
    assert VITALS[limit.signal].plausible(limit.value)
    assert limit.hysteresis >= 0
    assert limit.latching == (limit.priority is Priority.HIGH)


@pytest.mark.parametrize("scale", SpO2Scale)
def test_a_more_urgent_limit_lies_further_out_and_waits_no_longer(scale: SpO2Scale) -> None:
    ladders: dict[tuple[Signal, Direction], list[Limit]] = {}
    for limit in sorted(default_limits(scale), key=lambda each: each.priority):
        ladders.setdefault((limit.signal, limit.direction), []).append(limit)
    for (_, direction), ladder in ladders.items():
        for milder, graver in pairwise(ladder):
            assert (graver.value < milder.value) == (direction is Direction.LOW)
            assert graver.priority > milder.priority
            assert graver.delay <= milder.delay


@pytest.mark.parametrize("threshold", CHARTED)
def test_thresholds_are_where_the_chart_gives_its_most(threshold: Threshold) -> None:
    """3 points, or 2 for fever, on the one side of the threshold, and fewer on the other."""
    step = 0.1 if threshold.signal is Signal.TEMPERATURE else 1
    sign = -1 if threshold.direction is Direction.LOW else 1
    row = news2.CHART[threshold.signal]
    beyond, at_it = threshold.value + sign * step, threshold.value
    most = 2 if (threshold.signal, sign) == (Signal.TEMPERATURE, 1) else 3
    assert threshold.beyond(beyond)
    assert not threshold.beyond(at_it)
    assert row.points(beyond) == most > row.points(at_it)


@pytest.mark.parametrize(("scale", "boundary"), [(SpO2Scale.SCALE_1, 92), (SpO2Scale.SCALE_2, 88)])
def test_saturation_is_watched_by_the_scale_in_force(scale: SpO2Scale, boundary: float) -> None:
    limits = [each for each in default_limits(scale) if each.signal is Signal.SPO2]
    thresholds = [each for each in thresholds_for(scale) if each.signal is Signal.SPO2]
    assert [each.value for each in thresholds] == [boundary]
    assert max(each.value for each in limits) == boundary
    assert len(default_limits(scale)) == len(LIMITS)


def test_the_manual_tells_every_limit() -> None:
    manual = Path(__file__).parents[3] / "docs" / "reference" / "alarms.md"
    rows = [line for line in manual.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    for limit in (*LIMITS, *SCALE_2_LIMITS):
        if limit.signal is not Signal.CONSCIOUSNESS:  # told in words
            told = f"{'<' if limit.direction is Direction.LOW else '>'} {limit.value:.10g}"
            name = limit.signal.value.replace("_", " ").lower()
            (row, *_) = (r for r in rows if name in r.lower() and told in r)
            assert row


def own(signal: Signal, direction: Direction, value: float, **more: Any) -> Limit:
    priority = more.pop("priority", Priority.MEDIUM)
    return Limit(signal=signal, direction=direction, value=value, priority=priority, **more)


LOW, HIGH = Direction.LOW, Direction.HIGH


@pytest.mark.parametrize(
    ("limit", "remedy"),
    [
        pytest.param(own(Signal.SPO2, LOW, 20), "enter 30 to 100 %", id="no living patient"),
        pytest.param(own(Signal.TEMPERATURE, HIGH, 102), "enter 25 to 45 Cel", id="fahrenheit"),
        pytest.param(own(Signal.SPO2, LOW, float("nan")), "enter 30 to 100", id="no number"),
        pytest.param(
            own(Signal.SPO2, LOW, 88.2), "with 0 decimals, such as 88 %", id="shown as 88"
        ),
        pytest.param(own(Signal.ECG, LOW, 0), "set one of a value", id="a waveform"),
        pytest.param(
            own(Signal.HEART_RATE, LOW, 130), "heart rate would be calm.*130.*below", id="at it"
        ),
        pytest.param(
            own(Signal.HEART_RATE, LOW, 135, priority=Priority.HIGH), "below it", id="of another"
        ),
        pytest.param(own(Signal.HEART_RATE, HIGH, 41), "low limit is 41.*above it", id="the other"),
        pytest.param(
            own(Signal.SPO2, LOW, 95, hysteresis=6), "0 to 5 %", id="no value would end it"
        ),
        pytest.param(own(Signal.SPO2, LOW, 95, hysteresis=-1), "0 to 5 %", id="below nothing"),
        pytest.param(
            own(Signal.SPO2, LOW, 95, hysteresis=float("nan")), "0 to 5 %", id="no hysteresis"
        ),
        pytest.param(
            own(Signal.SPO2, LOW, 95, delay=timedelta(hours=1)), "0 to 300 s", id="held back"
        ),
        pytest.param(
            own(Signal.SPO2, LOW, 95, delay=timedelta(seconds=-1)), "0 to 300 s", id="before it is"
        ),
    ],
)
def test_a_limit_that_would_mislead_is_refused_with_what_to_enter(
    limit: Limit, remedy: str
) -> None:
    with pytest.raises(InvalidEntry, match=remedy):
        check_limit(limit, default_limits())


@pytest.mark.parametrize(
    "limit",
    [
        own(Signal.HEART_RATE, LOW, 129, hysteresis=3),
        own(Signal.HEART_RATE, HIGH, 42),
        own(Signal.GLUCOSE, HIGH, 250),
        own(Signal.SPO2, LOW, 88, delay=timedelta(minutes=5)),
    ],
)
def test_a_limit_that_leaves_a_calm_range_is_taken(limit: Limit) -> None:
    check_limit(limit, default_limits())


@pytest.mark.parametrize("limit", [*LIMITS, *SCALE_2_LIMITS])
def test_the_default_limits_fit_each_other(limit: Limit) -> None:
    check_limit(limit, default_limits())
