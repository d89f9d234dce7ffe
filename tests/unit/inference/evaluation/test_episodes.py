"""Episodes and groups, computed by hand."""

from datetime import timedelta

import pytest

from sereno.domain.evidence import FactKind
from sereno.domain.vitals import Signal
from tests.unit.inference.evaluation.told import HOUR, MINUTE, at, facts, values

HR, RR, SPO2 = Signal.HEART_RATE, Signal.RESPIRATORY_RATE, Signal.SPO2
EPISODE, GROUP = FactKind.EPISODE, FactKind.GROUP


def test_an_episode_lasts_from_its_first_to_its_last_abnormal_sample() -> None:
    told = values(SPO2, *[97] * 20, *[90] * 15, 88, 88, *[90] * 14, *[97] * 70, every=1)
    [fact] = facts(told, 120, EPISODE)
    assert (fact.value, fact.values) == (88, {"threshold": 92})
    assert fact.times == {"start": at(20), "at": at(35), "end": at(50)}
    assert fact.durations == {"length": timedelta(seconds=30)}
    assert (fact.ongoing, fact.severity, fact.required) == (False, 3, True)


@pytest.mark.parametrize(
    ("inside", "kind"),
    [(1, EPISODE), (59, EPISODE), (60, EPISODE), (61, GROUP)],
)
def test_a_return_of_more_than_a_minute_ends_an_episode(inside: int, kind: FactKind) -> None:
    told = values(HR, *[140] * 20, *[100] * inside, *[140] * 20, *[100] * 70, every=1)
    [fact] = [*facts(told, 300, EPISODE), *facts(told, 300, GROUP)]
    assert fact.kind is kind


def test_a_group_tells_how_many_the_longest_the_total_and_the_worst() -> None:
    told = values(RR, 14, 26, 14, 30, 28, 14)
    [fact] = facts(told, 5 * HOUR, GROUP)
    assert (fact.value, fact.values) == (30, {"threshold": 24, "count": 2})
    assert fact.times == {"start": at(HOUR), "at": at(3 * HOUR), "end": at(4 * HOUR)}
    assert fact.durations == {"longest": timedelta(hours=1), "total": timedelta(hours=1)}
    assert not fact.ongoing


@pytest.mark.parametrize(
    ("levels", "every", "told"),
    [
        ([97] * 20 + [88] * 10 + [97] * 20, 1, False),  # nine seconds in a stream
        ([97] * 20 + [88] * 11 + [97] * 20, 1, True),  # ten
        ([97, 88, 97], HOUR, True),  # a spot measurement counts by itself
        ([97, 88, 97], 11, True),
        ([97, 88, 97], 10, False),
    ],
)
def test_blips_and_spot_measurements(levels: list[float], every: float, told: bool) -> None:
    assert bool(facts(values(SPO2, *levels, every=every), 4 * HOUR, EPISODE)) is told


@pytest.mark.parametrize(("after", "told"), [(0, False), (10, False), (11, True)])
def test_a_spot_is_known_after_ten_seconds(after: float, told: bool) -> None:
    assert bool(facts(values(RR, 14, 14, 26), 2 * HOUR + after, EPISODE)) is told


def test_it_goes_on_until_it_is_back_inside_or_unmeasured_for_too_long() -> None:
    told = values(HR, *[80] * 10, *[140] * 10, every=MINUTE)
    [fact] = facts(told, 20 * MINUTE, EPISODE)
    assert (fact.ongoing, "end" in fact.times) == (True, False)
    [fact] = facts(told, 25 * MINUTE, EPISODE)  # more than five minutes, three usual intervals
    assert (fact.ongoing, fact.times["end"]) == (False, at(19 * MINUTE))
    [fact] = facts(told + values(HR, 80, first=20 * MINUTE), 20.5 * MINUTE, EPISODE)
    assert (fact.ongoing, fact.times["end"]) == (False, at(19 * MINUTE))


def test_it_is_told_whole_and_as_it_stood() -> None:
    told = values(RR, 14, 26, 30, 28, 32, 14)
    [fact] = facts(told, 3 * HOUR + MINUTE, EPISODE, start=2.5 * HOUR)
    assert (fact.times["start"], fact.value, fact.ongoing) == (at(HOUR), 30, True)
    assert not facts(told, 6 * HOUR, EPISODE, start=4.5 * HOUR)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ([120, 120, 82, 120, 120, 120, 120, 120, 120], 2),
        ([120, 120, 120, 120, 120, 120, 82, 120, 120], 1),
        ([120, 120, 120, 120, 120, 120, 81, 120, 120], 2),  # further beyond
        ([120, 120, 120, 120, 85, 85, 85, 120, 120], 2),  # longer
    ],
)
def test_the_other_signal_of_a_family_adds_what_is_not_told(line: list[float], told: int) -> None:
    cuff = values(Signal.CUFF_SYSTOLIC, *[85 if n == 6 else 120 for n in range(9)])
    both = cuff + values(Signal.INVASIVE_SYSTOLIC, *line)
    assert len(facts(both, 8 * HOUR, EPISODE)) == told
