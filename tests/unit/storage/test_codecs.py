"""What is packed comes back: observations and waveforms, whatever they are."""

import math
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.errors import Unreadable
from sereno.domain.stream import Batch, Observation, Quality, WaveformChunk
from sereno.domain.surveillance import ScoreKind
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.ports import Received
from sereno.storage import codes, columns, handful, head, packing, received, records, waves
from sereno.storage.engine import micros, moment
from sereno.storage.head import Head, Link

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
NUMERIC = [signal for signal in Signal if VITALS[signal].kind is not Kind.WAVEFORM]

times = st.datetimes(timezones=st.just(UTC)).map(lambda time: time.replace(fold=0))
values = st.one_of(
    st.floats(),
    st.integers(-(10**6), 10**6).map(float),
    st.integers(-(10**6), 10**6).map(lambda tenths: tenths / 10),
)
observations = st.builds(
    Observation,
    st.sampled_from(NUMERIC),
    times,
    values,
    st.text(max_size=12),
    st.sampled_from(list(Quality)),
    st.integers(1, 10**6),
)


def key(one: Observation) -> tuple[object, ...]:
    """Equal for the same observation, NaN too, whose payload is of no account."""
    return (
        one.signal,
        one.time,
        "nan" if math.isnan(one.value) else struct.pack("<d", one.value),
        one.source,
        one.quality,
        one.version,
    )


@given(st.lists(observations), st.sampled_from([1, 6]))
def test_any_observations_come_back(written: list[Observation], level: int) -> None:
    packed = columns.pack(columns.of(written).ordered(), level)
    found = columns.observations(columns.unpack(packed))
    assert sorted(map(repr, map(key, found))) == sorted(map(repr, map(key, written)))
    assert [one.time for one in found] == sorted(one.time for one in written)


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_any_whole_numbers_come_back(numbers: list[int]) -> None:
    packed = packing.ints(np.array(numbers, np.int64))
    assert packing.Reader(packed).ints(len(numbers)).tolist() == numbers


@given(st.lists(values))
def test_any_floats_come_back_to_the_last_bit(numbers: list[float]) -> None:
    array = np.array(numbers, np.float64)
    found = packing.Reader(packing.floats(array)).floats(len(numbers))
    same = (found.view(np.int64) == array.view(np.int64)) | (np.isnan(found) & np.isnan(array))
    assert same.all()


@given(st.lists(st.integers(-(2**53), 2**53), max_size=40) | st.lists(st.integers(0, 9)))
def test_a_handful_of_whole_numbers_is_packed_as_many_are(numbers: list[int]) -> None:
    assert handful.ints(numbers) == packing.ints(np.array(numbers, np.int64))


@given(
    st.lists(values, max_size=40) | st.lists(st.sampled_from([0.0, -0.0, math.nan, 36.6, 1e300]))
)
def test_a_handful_of_floats_is_packed_as_many_are(numbers: list[float]) -> None:
    assert handful.floats(numbers) == packing.floats(np.array(numbers, np.float64))


@given(st.lists(observations, unique_by=lambda one: key(one)[:2]), st.sampled_from([1, 6]))
def test_a_handful_of_observations_is_packed_as_many_are(
    written: list[Observation], level: int
) -> None:
    assert columns.packed(written, level) == columns.pack(columns.of(written).ordered(), level)


@given(st.integers(0, 2**70))
def test_varints_come_back(number: int) -> None:
    assert packing.Reader(packing.varint(number)).varint() == number


@given(st.binary(), st.sampled_from([1, 6, 9]))
def test_what_is_deflated_comes_back(content: bytes, level: int) -> None:
    assert packing.inflated(packing.deflated(content, level)) == content


@given(st.lists(st.floats(width=32), max_size=300), st.floats(0.01, 1000), st.text(max_size=5))
def test_any_waveform_of_single_precision_comes_back(
    samples: list[float], rate: float, channel: str
) -> None:
    chunk = WaveformChunk(Signal.PLETH, NOON, rate, tuple(samples), "file", channel)
    (found,) = waves.unpack(waves.pack([chunk]), Signal.PLETH)
    assert [repr(value) for value in found.samples] == [repr(value) for value in samples]
    assert (found.start, found.rate, found.channel) == (NOON, rate, channel)


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=300), st.sampled_from([1, 2, 3]))
def test_samples_on_a_decimal_step_come_back_exactly(steps: list[int], decimals: int) -> None:
    samples = tuple(step / 10**decimals for step in steps)
    chunk = WaveformChunk(Signal.ECG, NOON, 250.0, samples, "file")
    (found,) = waves.unpack(waves.pack([chunk]), Signal.ECG)
    assert tuple(found.samples) == samples


@given(times)
def test_times_come_back(time: datetime) -> None:
    assert moment(micros(time)) == time


@given(
    st.dictionaries(
        st.integers(0, 250),
        st.builds(Link, st.integers(1), st.integers(0), st.binary(min_size=16, max_size=16)),
    ),
    st.dictionaries(st.tuples(st.integers(1, 18), st.text(max_size=8)), st.integers()),
    st.lists(observations, max_size=5),
    st.none() | st.binary(max_size=50),
)
def test_a_head_comes_back(
    links: dict[int, Link],
    marks: dict[tuple[int, str], int],
    latest: list[Observation],
    state: bytes | None,
) -> None:
    kept = Head(
        commits=7,
        records=1,
        writes=2,
        total=3,
        tail_count=4,
        links=links,
        marks=marks,
        wave_marks={(101, "II", "x"): 5},
        latest={codes.SIGNALS[one.signal]: one for one in latest},
        state=state,
    )
    assert repr(head.unpack(head.pack(kept))) == repr(kept)


def test_an_hour_at_1_hz_takes_less_than_two_bytes_a_value() -> None:
    """A monitor's heart rate, a whole number that wanders, with its time, source and quality."""
    rng = np.random.default_rng(1)
    walk = 80 + np.cumsum(rng.integers(-1, 2, 3600))
    hour = [
        Observation(Signal.HEART_RATE, NOON + timedelta(seconds=at), float(value), "sim:ward")
        for at, value in enumerate(walk.tolist())
    ]
    assert len(columns.pack(columns.of(hour).ordered(), 6)) < 2 * 3600


def test_a_second_of_a_monitor_is_a_hundred_bytes() -> None:
    second = [Observation(signal, NOON, 80.5, "sim:ward") for signal in NUMERIC[:10]]
    assert len(columns.pack(columns.of(second).ordered(), 1)) < 100


@pytest.mark.parametrize("cut", [0, 1, 5, 20, -1])
def test_a_stump_is_unreadable(cut: int) -> None:
    rows = [Observation(Signal.SPO2, moment(at), at / 7, "s") for at in range(50)]
    packed = columns.pack(columns.of(rows), 6)
    with pytest.raises(Unreadable):
        columns.unpack(packed[:cut])


def test_every_signal_quality_and_score_has_its_own_code() -> None:
    assert set(codes.SIGNALS) == set(Signal)
    assert len(codes.SIGNAL_OF) == len(Signal)
    assert set(codes.QUALITIES) == set(Quality)
    assert set(codes.SCORES) == set(ScoreKind)
    for signal, code in codes.SIGNALS.items():
        assert codes.is_waveform(code) == (VITALS[signal].kind is Kind.WAVEFORM)
        assert codes.is_numeric(code) != codes.is_waveform(code)


def test_a_patient_recorded_before_stays_could_end_is_here() -> None:
    written = packing.deflated(b'[{"id":"p","identifier":"MRN","bed":"ICU 7"}]', 6)
    (patient,) = records.PATIENTS.unpack(written)
    assert (patient.bed, patient.discharged) == ("ICU 7", None)


@pytest.mark.parametrize(
    ("told", "live", "why"),
    [
        ('"lived":false', False, "so it was called at first"),
        ('"live":false', False, "so it is called"),
        ('"reason":"r"', True, "nothing is said of it"),
    ],
)
def test_a_discharge_says_whether_a_recording_ended_by_whichever_name(
    told: str, live: bool, why: str
) -> None:
    discharge = f'{{"at":"2026-03-14T12:00:00Z","by":"nurse","reason":"r",{told}}}'
    written = f'[{{"id":"p","identifier":"MRN","discharged":{discharge}}}]'
    (patient,) = records.PATIENTS.unpack(packing.deflated(written.encode(), 6))

    assert patient.discharged is not None
    assert patient.discharged.live is live, why


def _an_inbox_entry() -> bytes:
    seen = (Observation(Signal.SPO2, NOON, 97.0, "a"),)
    return received.packed(Received(None, Batch(source="a", subject=None, observations=seen)))


@pytest.mark.parametrize(
    "read",
    [
        lambda content: columns.observations(columns.unpack(b"\0\1" + content)),
        lambda content: waves.unpack(b"\0\1" + content, Signal.ECG),
        lambda content: received.unpacked(b"\1" + content),
        lambda content: received.unpacked(_an_inbox_entry()[: len(content)] + content),
    ],
    ids=["columns", "waves", "an inbox entry", "the rest of one"],
)
@given(content=st.binary(max_size=60))
def test_bytes_that_nobody_packed_are_unreadable(
    read: Callable[[bytes], object], content: bytes
) -> None:
    with suppress(Unreadable):
        read(content)


def test_a_number_of_any_length_and_a_column_of_any_size_are_unreadable() -> None:
    with pytest.raises(Unreadable):
        packing.Reader(b"\xff" * 1_000_000).varint()
    with pytest.raises(Unreadable):
        packing.Reader(b"\0\0").ints(1 << 40)
