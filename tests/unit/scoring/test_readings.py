"""How long values stay true, and which of several stands for a parameter."""

from datetime import datetime, timedelta

import pytest

from sereno.domain.vitals import Consciousness, Signal
from sereno.scoring.readings import (
    HEART,
    SYSTOLIC,
    Scorable,
    chosen,
    fresh,
    greatest_age,
    not_alert,
    on_oxygen,
    stays_true,
)
from sereno.scoring.rhythm import ENOUGH, UNKNOWN, Rhythm
from tests.unit.scoring.streams import at, seen

HR, PR = HEART
CUFF, LINE = SYSTOLIC
NOW = at(hours=2)


def heard(intervals: list[float]) -> Rhythm:
    """The rhythm after these intervals, in seconds."""
    rhythm = UNKNOWN
    for seconds in intervals:
        rhythm = rhythm.after(timedelta(seconds=seconds))
    return rhythm


def known(*values: tuple[Signal, float, datetime]) -> dict[Signal, Scorable]:
    return {signal: Scorable.of(seen(signal, value, when)) for signal, value, when in values}


@pytest.mark.parametrize(
    ("signal", "step", "expected", "why"),
    [
        (HR, None, timedelta(minutes=75), "a single value: as if charted hourly"),
        (HR, 1.0, timedelta(minutes=5), "a stream at 1 Hz that falls silent"),
        (HR, 60.0, timedelta(minutes=5), "a value a minute: three are 3 min, but never under 5"),
        (HR, 300.0, timedelta(minutes=15), "one in five minutes: three intervals"),
        (HR, 3600.0, timedelta(minutes=75), "hourly: the greatest age bounds it"),
        (Signal.TEMPERATURE, None, timedelta(hours=6), "charted by hand"),
        (Signal.TEMPERATURE, 4 * 3600.0, timedelta(hours=6), "four-hourly rounds"),
        (Signal.TEMPERATURE, 60.0, timedelta(hours=6), "charted again and again in a few minutes"),
        (Signal.OXYGEN_FLOW, 60.0, timedelta(hours=6), "charted again and again in a few minutes"),
    ],
)
def test_how_long_a_value_stays_true(
    signal: Signal, step: float | None, expected: timedelta, why: str
) -> None:
    rhythm = UNKNOWN if step is None else heard([step] * ENOUGH)
    assert stays_true(signal, rhythm) == expected, why


def test_a_few_values_in_a_row_are_no_stream() -> None:
    rhythm = heard([60] * (ENOUGH - 1))
    assert stays_true(HR, rhythm) == timedelta(minutes=75)
    assert stays_true(HR, rhythm.after(timedelta(seconds=60))) == timedelta(minutes=5)


@pytest.mark.parametrize("signal", Signal)
def test_every_signal_has_a_greatest_age(signal: Signal) -> None:
    assert timedelta(minutes=5) < greatest_age(signal) <= timedelta(hours=6)


def test_a_reading_is_true_until_it_expires() -> None:
    readings = known((HR, 80, at()))
    assert fresh(readings, HR, at(minutes=74, seconds=59)) is not None
    assert fresh(readings, HR, at(minutes=75)) is None
    assert fresh(readings, PR, at()) is None


@pytest.mark.parametrize(
    ("preferred_age", "other_age", "expected", "why"),
    [
        (0, 0, CUFF, "cuff goes before the line"),
        (14, 0, CUFF, "an older cuff too, for a while"),
        (15, 0, LINE, "past a quarter of an hour the newer one"),
        (20, 30, CUFF, "the newer one is the cuff"),
        (20, 20, CUFF, "of one age"),
        (None, 10, LINE, "the only one"),
        (20, None, CUFF, "the only one, though old"),
        (80, 70, LINE, "a stale cuff does not count"),
        (80, 80, None, "both are stale"),
    ],
)
def test_the_cuff_goes_before_the_arterial_line_while_it_is_recent(
    preferred_age: float | None, other_age: float | None, expected: Signal | None, why: str
) -> None:
    values = []
    if preferred_age is not None:
        values.append((CUFF, 120.0, NOW - timedelta(minutes=preferred_age)))
    if other_age is not None:
        values.append((LINE, 80.0, NOW - timedelta(minutes=other_age)))
    found = chosen(known(*values), SYSTOLIC, NOW)
    assert (found.signal if found else None) == expected, why


@pytest.mark.parametrize(
    ("heart_age", "pulse_age", "expected"),
    [(0, 0, HR), (59, 0, HR), (60, 0, PR), (90, 120, HR)],
)
def test_heart_rate_goes_before_pulse_rate_for_a_minute(
    heart_age: float, pulse_age: float, expected: Signal
) -> None:
    values = known(
        (HR, 80, NOW - timedelta(seconds=heart_age)), (PR, 81, NOW - timedelta(seconds=pulse_age))
    )
    found = chosen(values, HEART, NOW)
    assert found is not None
    assert found.signal is expected


@pytest.mark.parametrize(
    ("values", "holds", "derived", "why"),
    [
        ([("acvpu", 0, 0)], False, None, "charted alert"),
        ([("acvpu", 1, 0)], True, None, "new confusion"),
        ([("gcs", 15, 0)], False, "gcs", "full scale counts as alert"),
        ([("gcs", 14, 0)], True, "gcs", "anything below does not"),
        ([("acvpu", 0, 60), ("gcs", 9, 0)], True, "gcs", "the newer one"),
        ([("acvpu", 3, 0), ("gcs", 15, 60)], True, None, "the newer one"),
        ([("acvpu", 0, 0), ("gcs", 14, 0)], False, None, "of one time: the chart's own"),
        ([("acvpu", 2, 361), ("gcs", 15, 200)], False, "gcs", "a stale one does not count"),
    ],
)
def test_consciousness_is_what_was_last_charted(
    values: list[tuple[str, float, float]], holds: bool, derived: str | None, why: str
) -> None:
    signals = {"acvpu": Signal.CONSCIOUSNESS, "gcs": Signal.GLASGOW_COMA_SCALE}
    now = at(hours=7)
    judged = not_alert(
        known(*((signals[name], v, now - timedelta(minutes=age)) for name, v, age in values)), now
    )
    assert judged is not None
    assert (judged.holds, judged.derived) == (holds, derived), why


@pytest.mark.parametrize(
    ("values", "holds", "derived", "why"),
    [
        ([("given", 0, 0)], False, None, "charted air"),
        ([("given", 1, 0)], True, None, "charted oxygen"),
        ([("fio2", 21, 0)], False, "fio2", "room air"),
        ([("fio2", 24, 0)], True, "fio2", "more than room air"),
        ([("flow", 0, 0)], False, "oxygen_flow", "no flow"),
        ([("flow", 0.5, 0)], True, "oxygen_flow", "any flow"),
        ([("given", 0, 60), ("flow", 2, 0)], True, "oxygen_flow", "the newest"),
        ([("given", 0, 0), ("fio2", 40, 60)], False, None, "the newest says air"),
        ([("flow", 0, 0), ("fio2", 40, 4)], True, "fio2", "of one set oxygen wins"),
        ([("given", 0, 0), ("fio2", 40, 6)], False, None, "no longer one set"),
    ],
)
def test_oxygen_is_told_by_the_newest_set(
    values: list[tuple[str, float, float]], holds: bool, derived: str | None, why: str
) -> None:
    signals = {
        "given": Signal.OXYGEN_GIVEN, "fio2": Signal.FIO2, "flow": Signal.OXYGEN_FLOW
    }  # fmt: skip
    judged = on_oxygen(
        known(*((signals[name], v, NOW - timedelta(minutes=age)) for name, v, age in values)), NOW
    )
    assert judged is not None
    assert (judged.holds, judged.derived) == (holds, derived), why


def test_nothing_charted_is_not_known() -> None:
    assert not_alert({}, NOW) is None
    assert on_oxygen({}, NOW) is None
    assert Consciousness.ALERT == 0  # what `not_alert` compares with


def test_a_rhythm_rises_at_once_and_falls_slowly() -> None:
    assert heard([1, 3600]).usual == 3600
    assert 1 <= heard([1, 3600, *[1] * 120]).usual < 10


def test_patience_lies_within_its_bounds() -> None:
    least, most = timedelta(seconds=30), timedelta(hours=12)
    assert UNKNOWN.patience(least, most) == most
    assert heard([60] * (ENOUGH - 1)).patience(least, most) == most
    assert heard([1] * ENOUGH).patience(least, most) == least
    assert heard([60] * ENOUGH).patience(least, most) == timedelta(minutes=3)
    assert heard([1e6] * ENOUGH).patience(least, most) == most
