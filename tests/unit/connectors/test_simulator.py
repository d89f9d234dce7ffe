from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import mean, pstdev
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import open_source
from connectors.simulator.physiology import Course
from connectors.simulator.scenarios import SCENARIOS
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch, Quality, WaveformChunk
from sereno.domain.vitals import VITALS, Consciousness, Kind, Signal
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.reading import observations, read_all, values, waveforms

pytestmark = pytest.mark.anyio


async def ward(
    options: str,
    speed: float | None = None,
    most: int | None = None,
    now: datetime = NOON,
) -> list[Batch]:
    clock = FakeClock(now)
    return await read_all(
        open_source(f"sim:ward?{options}", clock=clock, speed=speed, sleep=clock.sleep), most
    )


def last(batches: Iterable[Batch], signal: Signal, seconds: int = 60) -> float:
    """The mean of a signal's last values."""
    return mean(values(batches, signal.value)[-seconds:])


def samples(chunks: Iterable[WaveformChunk], channel: str) -> list[float]:
    return [value for chunk in chunks if chunk.channel == channel for value in chunk.samples]


def peaks(wave: list[float], threshold: float) -> list[int]:
    """Where each run of samples above the threshold is highest."""
    found: list[int] = []
    inside = False
    for i, value in enumerate(wave):
        if value < threshold:
            inside = False
        elif not inside:
            inside = True
            found.append(i)
        elif value > wave[found[-1]]:
            found[-1] = i
    return found


async def test_the_same_seed_gives_the_same_ward_byte_for_byte() -> None:
    options = "beds=9&duration=2m&history=1h&seed=11&minutes_to_onset=0.5"
    assert repr(await ward(options)) == repr(await ward(options))


async def test_another_seed_gives_another_ward() -> None:
    assert await ward("beds=2&duration=10s&seed=1") != await ward("beds=2&duration=10s&seed=2")


async def test_waveforms_leave_the_numbers_as_they_are() -> None:
    with_waves = await ward("beds=3&duration=2m&waveforms=1")
    without = await ward("beds=3&duration=2m&waveforms=0")
    assert observations(with_waves) == observations(without)
    assert not waveforms(without)


async def test_the_pace_changes_nothing_but_the_size_of_batches() -> None:
    def told(batches: list[Batch], bed: str) -> list[tuple[Signal, float]]:
        own = [b for b in batches if b.subject and b.subject.bed == bed]
        return [(o.signal, o.value) for o in observations(own)]

    slow = await ward("beds=2&duration=3m", 1.0)
    fast = await ward("beds=2&duration=3m", now=NOON + timedelta(minutes=3))
    assert told(slow, "Bed 2") == told(fast, "Bed 2")
    assert len(slow) == 2 * 180
    assert len(fast) == 2 * 3


async def test_patients_are_marked_as_synthetic() -> None:
    subjects = [b.subject for b in await ward("beds=12&duration=1s") if b.subject]
    assert [s.bed for s in subjects] == [f"Bed {i}" for i in range(1, 13)]
    assert all(s.name and s.name.endswith("(synthetic)") for s in subjects)
    assert all(s.birth_date and s.birth_date < date(1990, 1, 1) for s in subjects)  # adults
    assert len({s.identifier for s in subjects}) == 12


async def test_who_needs_scale_2_is_told_and_the_order_left_to_the_clinician() -> None:
    connector: Any = open_source("sim:ward?beds=4&seed=3", clock=FakeClock())
    assert connector.scale_2_orders == ("sim-3-3",)


async def test_numbers_come_once_a_second_and_charts_less_often() -> None:
    batches = await ward("beds=1&scenario=stable&duration=31m&waveforms=0")
    counts = {s: len(values(batches, s.value)) for s in Signal}
    assert counts[Signal.HEART_RATE] == counts[Signal.SPO2] == 31 * 60
    assert counts[Signal.CUFF_SYSTOLIC] == 3
    assert 6 <= counts[Signal.TEMPERATURE] <= 7
    assert counts[Signal.CONSCIOUSNESS] == counts[Signal.OXYGEN_GIVEN] == 2


async def test_the_cuffs_interval_can_be_chosen() -> None:
    batches = await ward("beds=1&scenario=stable&duration=20m&waveforms=0&cuff_minutes=5")
    assert len(values(batches, "cuff_systolic")) == 4


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_every_scenario_stays_within_what_a_patient_can_show(scenario: str) -> None:
    for seed in range(3):
        batches = await ward(f"beds=1&scenario={scenario}&duration=50m&waveforms=0&seed={seed}")
        assert {
            o.signal for o in observations(batches) if o.quality is Quality.IMPLAUSIBLE
        } == set()


@pytest.mark.parametrize(
    ("scenario", "signal", "low", "high"),
    [
        ("stable", Signal.HEART_RATE, 55, 95),
        ("stable", Signal.SPO2, 95, 100),
        ("stable", Signal.RESPIRATORY_RATE, 12, 19),
        ("sepsis", Signal.HEART_RATE, 115, 170),
        ("sepsis", Signal.INVASIVE_SYSTOLIC, 60, 100),
        ("sepsis", Signal.RESPIRATORY_RATE, 25, 40),
        ("sepsis", Signal.SPO2, 84, 93),
        ("copd", Signal.SPO2, 76, 86),
        ("copd", Signal.RESPIRATORY_RATE, 23, 34),
        ("haemorrhage", Signal.INVASIVE_SYSTOLIC, 50, 90),
        ("haemorrhage", Signal.HEART_RATE, 95, 150),
        ("opioid", Signal.RESPIRATORY_RATE, 4, 9),
        ("opioid", Signal.SPO2, 76, 92),
        ("opioid", Signal.END_TIDAL_CO2, 55, 90),
        ("atrial_fibrillation", Signal.HEART_RATE, 105, 165),
        ("post_operative", Signal.HEART_RATE, 90, 125),
    ],
)
async def test_each_condition_shows_where_it_should(
    scenario: str, signal: Signal, low: float, high: float
) -> None:
    for seed in range(4):
        batches = await ward(f"beds=1&scenario={scenario}&duration=12m&waveforms=0&seed={seed}")
        assert low <= last(batches, signal) <= high, seed


async def test_the_onset_can_be_moved_and_the_signs_move_together() -> None:
    early = await ward("beds=1&scenario=sepsis&duration=10m&minutes_to_onset=1&waveforms=0")
    late = await ward("beds=1&scenario=sepsis&duration=10m&minutes_to_onset=60&waveforms=0")
    assert last(early, Signal.HEART_RATE) > last(late, Signal.HEART_RATE) + 25
    assert last(early, Signal.RESPIRATORY_RATE) > last(late, Signal.RESPIRATORY_RATE) + 6
    assert last(early, Signal.INVASIVE_MEAN) < last(late, Signal.INVASIVE_MEAN) - 12
    assert values(early, "consciousness")[-1] == Consciousness.NEW_CONFUSION
    assert values(late, "consciousness")[-1] == Consciousness.ALERT


@given(onset=st.floats(0, 1e6), ramp=st.floats(1, 1e6), time=st.floats(-1e6, 1e7))
def test_no_condition_is_less_than_absent_or_more_than_full(
    onset: float, ramp: float, time: float
) -> None:
    assert 0 <= Course(onset, ramp).severity(time) <= 1


@pytest.mark.parametrize("onset", [60.0, 1800.0, 7200.0, 36000.0])
def test_a_condition_comes_in_full_however_late(onset: float) -> None:
    course = Course(onset, 2 * onset)
    assert course.severity(onset + 2 * onset) == pytest.approx(1)


async def test_a_condition_passes_and_comes_again() -> None:
    batches = await ward("beds=1&scenario=opioid&duration=80m&minutes_to_onset=2&waveforms=0")
    rate = values(batches, "respiratory_rate")
    assert mean(rate[600:900]) < 9
    assert mean(rate[3000:3400]) > 12
    assert mean(rate[-600:]) < 9


async def test_a_sensor_that_falls_off_says_so_and_draws_no_pleth() -> None:
    batches = await ward("beds=1&scenario=sensor_off&duration=10m")
    off = {
        o.time for o in observations(batches)
        if o.signal is Signal.SPO2 and o.quality is Quality.SENSOR_OFF
    }  # fmt: skip
    assert 30 < len(off) < 300
    assert all(o.value == 0 for o in observations(batches) if o.quality is Quality.SENSOR_OFF)
    assert off.isdisjoint(c.start for c in waveforms(batches) if c.signal is Signal.PLETH)


async def test_movement_is_marked_as_artefact() -> None:
    batches = await ward("beds=1&scenario=motion&duration=10m&waveforms=0")
    marked = [o for o in observations(batches) if o.quality is Quality.ARTEFACT]
    assert {o.signal for o in marked} == {Signal.SPO2, Signal.PULSE_RATE}
    good = [
        o.value for o in observations(batches)
        if o.signal is Signal.SPO2 and o.quality is Quality.GOOD
    ]  # fmt: skip
    assert min(good) >= 94  # what is told as good is good


@pytest.mark.parametrize("rate", [125, 250])
@pytest.mark.parametrize("scenario", ["stable", "sepsis", "atrial_fibrillation"])
async def test_waveforms_agree_with_the_numbers(scenario: str, rate: int) -> None:
    batches = await ward(f"beds=1&scenario={scenario}&duration=10m&rate={rate}")
    chunks = waveforms(batches)
    minute = slice(-60 * rate, None)
    beats = peaks(samples(chunks, "II")[minute], 0.6)
    assert len(beats) == pytest.approx(last(batches, Signal.HEART_RATE), rel=0.06)
    breaths = peaks(samples(chunks, "RESP")[-60 * rate // 5 :], 0.0)
    assert len(breaths) == pytest.approx(last(batches, Signal.RESPIRATORY_RATE), abs=2)
    lengths = [b - a for a, b in pairwise(beats)]
    irregular = pstdev(lengths) / mean(lengths) > 0.12
    assert irregular == (scenario == "atrial_fibrillation")


async def test_the_pressure_wave_agrees_with_the_pressures() -> None:
    batches = await ward("beds=1&scenario=haemorrhage&duration=10m")
    wave = samples(waveforms(batches), "ABP")[-60 * 125 :]
    assert max(wave) == pytest.approx(last(batches, Signal.INVASIVE_SYSTOLIC), abs=6)
    assert min(wave) == pytest.approx(last(batches, Signal.INVASIVE_DIASTOLIC), abs=6)


async def test_waveforms_are_seamless_seconds() -> None:
    batches = await ward("beds=1&scenario=stable&duration=20s")
    ecg = [c for c in waveforms(batches) if c.signal is Signal.ECG]
    assert [len(c.samples) for c in ecg] == [125] * 20
    assert all(a.end == b.start for a, b in pairwise(ecg))
    assert all(VITALS[c.signal].kind is Kind.WAVEFORM for c in waveforms(batches))


async def test_history_comes_first_and_is_not_live() -> None:
    batches = await ward("beds=2&history=4h&scenario=stable", speed=1.0, most=12)
    past, live = batches[:8], batches[8:]
    assert not any(batch.live for batch in past)
    assert all(batch.live for batch in live)
    assert min(o.time for o in observations(past)) == NOON - timedelta(hours=4)
    assert max(o.time for o in observations(past)) == NOON - timedelta(minutes=1)
    assert min(o.time for o in observations(live)) == NOON
    assert len(values(past, "heart_rate")) == 2 * 240
    assert not waveforms(past)


async def test_real_time_is_kept_and_nothing_is_told_before_it_happened() -> None:
    clock = FakeClock()
    connector = open_source("sim:ward?beds=2&duration=5s", clock=clock, sleep=clock.sleep)
    async for batch in connector.batches():
        assert max(c.end for c in batch.waveforms) <= clock.now()
        assert max(o.time for o in batch.observations) < clock.now()
    assert clock.now() == NOON + timedelta(seconds=5)


async def test_faster_than_real_time_the_ward_ends_now() -> None:
    batches = await ward("beds=1&duration=10m&history=1h")
    assert max(c.end for c in waveforms(batches)) == NOON
    assert not any(batch.live for batch in batches)


@pytest.mark.parametrize("speed", [None, 10.0])
def test_an_endless_ward_can_not_run_ahead_of_time(speed: float | None) -> None:
    with pytest.raises(SourceError, match="duration"):
        open_source("sim:ward?beds=1", clock=FakeClock(), speed=speed)


SINCE = "since=2026-03-14T12:00:00Z"


@pytest.mark.parametrize("away", [timedelta(minutes=13), timedelta(hours=3), timedelta(days=20)])
async def test_a_ward_that_was_off_is_where_it_would_be_had_it_never_stopped(
    away: timedelta,
) -> None:
    """The same patients in the same state; what nobody heard meanwhile is not told."""
    options = f"beds=3&waveforms=0&minutes_to_onset=4&{SINCE}"
    again = await ward(f"{options}&duration=3m", speed=1.0, now=NOON + away)
    long = int(min(away, timedelta(hours=3)).total_seconds()) + 180
    on = await ward(
        f"beds=3&waveforms=0&minutes_to_onset=4&{SINCE}&duration={long}s",
        now=NOON + away + timedelta(minutes=3),
    )

    assert [b.subject for b in again[:3]] == [b.subject for b in on[:3]]
    assert min(o.time for o in observations(again)) == NOON + away
    for bed in ("Bed 1", "Bed 2", "Bed 3"):
        mine, theirs = (
            [b for b in batches if b.subject and b.subject.bed == bed] for batches in (again, on)
        )
        for signal, near in ((Signal.HEART_RATE, 12), (Signal.RESPIRATORY_RATE, 6)):
            assert last(mine, signal, 150) == pytest.approx(last(theirs, signal, 150), abs=near)
        for charted in ("consciousness", "oxygen_given"):
            assert values(mine, charted)[-1] == values(theirs, charted)[-1]


async def test_a_ward_that_goes_on_is_the_same_however_often_it_is_read() -> None:
    options, now = f"beds=2&duration=40s&{SINCE}", NOON + timedelta(days=2)
    assert repr(await ward(options, 1.0, now=now)) == repr(await ward(options, 1.0, now=now))


async def test_a_past_told_first_belongs_to_the_patients_who_go_on() -> None:
    """A patient's rest is theirs, whether or not hours before were told."""
    past = await ward(f"beds=1&scenario=stable&history=4h&duration=0s&waveforms=0&{SINCE}")
    on = await ward(
        f"beds=1&scenario=stable&duration=10m&waveforms=0&{SINCE}",
        speed=1.0,
        now=NOON + timedelta(seconds=10),
    )
    assert max(o.time for o in observations(past)) == NOON - timedelta(minutes=1)
    for signal in (Signal.HEART_RATE, Signal.SPO2, Signal.RESPIRATORY_RATE):
        assert last(past, signal, 240) == pytest.approx(last(on, signal, 600), abs=3)


@pytest.mark.parametrize("since", ["yesterday", "2026-03-14T12:00:00"])
def test_since_when_a_ward_exists_must_be_a_moment_with_its_zone(since: str) -> None:
    with pytest.raises(SourceError, match="with its zone"):
        open_source(f"sim:ward?since={since}", clock=FakeClock())
