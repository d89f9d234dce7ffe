"""The default limits and thresholds, and that they keep to the chart they cite."""

from itertools import pairwise
from pathlib import Path

import pytest

from sereno.domain.patients import SpO2Scale
from sereno.domain.surveillance import Direction, Limit, Priority
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring import news2
from sereno.scoring.episodes import Threshold
from sereno.scoring.limits import LIMITS, SCALE_2_LIMITS, THRESHOLDS, Rules, default_limits

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
    column = news2.CHART[threshold.signal]
    beyond, at_it = threshold.value + sign * step, threshold.value
    most = 2 if (threshold.signal, sign) == (Signal.TEMPERATURE, 1) else 3
    assert threshold.beyond(beyond)
    assert not threshold.beyond(at_it)
    assert column.points(beyond) == most > column.points(at_it)


@pytest.mark.parametrize(("scale", "boundary"), [(SpO2Scale.SCALE_1, 92), (SpO2Scale.SCALE_2, 88)])
def test_saturation_is_watched_by_the_scale_in_force(scale: SpO2Scale, boundary: float) -> None:
    rules = Rules()
    limits = [each for each in rules.limits_for(scale) if each.signal is Signal.SPO2]
    thresholds = [each for each in rules.thresholds_for(scale) if each.signal is Signal.SPO2]
    assert [each.value for each in thresholds] == [boundary]
    assert max(each.value for each in limits) == boundary
    assert len(rules.limits_for(scale)) == len(LIMITS)


def test_the_manual_tells_every_limit() -> None:
    manual = Path(__file__).parents[3] / "docs" / "reference" / "alarms.md"
    rows = [line for line in manual.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    for limit in (*LIMITS, *SCALE_2_LIMITS):
        if limit.signal is not Signal.CONSCIOUSNESS:  # told in words
            told = f"{'<' if limit.direction is Direction.LOW else '>'} {limit.value:.10g}"
            name = limit.signal.value.replace("_", " ").lower()
            (row, *_) = (r for r in rows if name in r.lower() and told in r)
            assert row
