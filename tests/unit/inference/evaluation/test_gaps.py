"""Gaps, computed by hand."""

from datetime import timedelta

import pytest

from inference.evaluation.reference import Expected
from sereno.domain.evidence import FactKind
from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import Signal
from tests.unit.inference.evaluation.told import HOUR, MINUTE, at, facts, values

HR, SPO2 = Signal.HEART_RATE, Signal.SPO2


def gaps(told: list[Observation], end: float, extent: str) -> list[Expected]:
    return [each for each in facts(told, end, FactKind.GAP) if each.labels["extent"] == extent]


def silent(signal: Signal, silence: float, every: float, number: int = 20) -> list[Observation]:
    """A number of values, a silence, and as many again."""
    first = values(signal, *[80] * number, every=every)
    return first + values(signal, *[80] * number, every=every, first=(number - 1) * every + silence)


@pytest.mark.parametrize(
    ("signal", "every", "silence", "gap"),
    [
        (HR, MINUTE, 5 * MINUTE, True),  # a stream
        (HR, MINUTE, 5 * MINUTE - 1, False),
        (HR, 2 * MINUTE, 6 * MINUTE, True),  # three usual intervals
        (HR, 2 * MINUTE, 6 * MINUTE - 1, False),
        (HR, 3 * MINUTE, 75 * MINUTE - 1, False),  # rounds
        (HR, 3 * MINUTE, 75 * MINUTE, True),
        (HR, HOUR, 3 * HOUR, True),
        (HR, HOUR, 3 * HOUR - 1, False),
        (Signal.INVASIVE_SYSTOLIC, MINUTE, 30 * MINUTE, True),
        (Signal.INVASIVE_SYSTOLIC, MINUTE, 30 * MINUTE - 1, False),
        (Signal.CUFF_SYSTOLIC, MINUTE, 75 * MINUTE - 1, False),  # a cuff's are rounds
        (Signal.TEMPERATURE, MINUTE, 6 * HOUR - 1, False),
        (Signal.TEMPERATURE, MINUTE, 6 * HOUR, True),
    ],
)
def test_how_long_a_gap_is(signal: Signal, every: float, silence: float, gap: bool) -> None:
    assert bool(gaps(silent(signal, silence, every), 200 * HOUR, "between")) is gap


def test_the_longest_is_told_and_how_many_there_were() -> None:
    told = silent(HR, 10 * MINUTE, MINUTE, number=10) + values(
        HR, *[80] * 10, every=MINUTE, first=48 * MINUTE
    )
    [fact] = gaps(told, 57 * MINUTE, "between")
    assert (fact.signal, fact.values) == (HR, {"count": 2})
    assert fact.times == {"start": at(28 * MINUTE), "end": at(48 * MINUTE)}
    assert fact.durations == {"length": timedelta(minutes=20)}


def test_two_values_tell_no_rhythm() -> None:
    assert not gaps(values(HR, 80, 80, every=5.9 * HOUR), 6 * HOUR, "between")
    assert gaps(values(HR, 80, 80, every=6 * HOUR), 6 * HOUR, "between")


def test_what_stopped_before_the_rest() -> None:
    told = values(HR, *[80] * 60, every=MINUTE) + values(SPO2, *[97] * 50, every=MINUTE)
    [fact] = gaps(told, 59 * MINUTE, "since")
    assert (fact.signal, fact.times["start"], fact.ongoing) == (SPO2, at(49 * MINUTE), True)


def test_what_stopped_altogether() -> None:
    told = values(HR, *[80] * 60, every=MINUTE) + values(SPO2, *[97] * 58, every=MINUTE)
    [fact] = gaps(told, 64 * MINUTE, "since")
    assert (fact.signal, fact.times["start"]) == (None, at(59 * MINUTE))
    assert not gaps(told, 64 * MINUTE - 1, "since")


@pytest.mark.parametrize(("first", "told"), [(HOUR - 1, False), (HOUR, True)])
def test_what_came_late(first: float, told: bool) -> None:
    assert bool(gaps(values(HR, 80, first=first), 2 * HOUR, "before")) is told


def test_what_never_came_is_told_unless_the_score_tells_it() -> None:
    told = values(HR, 80) + values(SPO2, 97)
    assert not gaps(told, HOUR, "never")  # the partial score names the rest
    [fact] = gaps(told, 3 * HOUR, "never")  # too old: no score at all
    assert fact.signals == (
        Signal.RESPIRATORY_RATE, Signal.CUFF_SYSTOLIC, Signal.CONSCIOUSNESS, Signal.TEMPERATURE,
    )  # fmt: skip


def test_nothing_at_all() -> None:
    told = values(HR, 0, 0, quality=Quality.SENSOR_OFF)
    [fact] = facts(told, 2 * HOUR, FactKind.GAP)
    assert fact.labels == {"extent": "nothing"}
