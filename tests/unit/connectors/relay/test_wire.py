"""What one Sereno tells another comes out as it went in, and what is damaged does no harm."""

import dataclasses
import json
import math
import struct
import time
import tracemalloc
import zlib
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.relay import samples, wire
from connectors.relay.wire import Message, OtherVersion, TooLarge, Unknown, decode, encode, portions
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.patients import Discharge, Patient, Stay
from sereno.domain.stream import Observation, Quality, WaveformChunk
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.ports import Outgoing
from tests.fakes.clock import NOON
from tests.fakes.relay import outgoing, patient, value, wave

WAVES = [signal for signal in Signal if VITALS[signal].kind is Kind.WAVEFORM]
NUMBERS = [signal for signal in Signal if signal not in WAVES]
words = st.text(min_size=1, max_size=20)
moments = st.integers(-(2**50), 2**52).map(lambda since: NOON + timedelta(microseconds=since))
finite = st.floats(allow_nan=False, allow_infinity=False)
steps = st.builds(lambda whole, by: whole / 10**by, st.integers(-2000, 2000), st.integers(0, 6))
sampled = st.lists(st.just(math.nan) | steps | st.floats(width=32, allow_infinity=False))
patients = st.builds(
    Patient,
    id=words,
    identifier=words,
    authority=st.just("") | words,
    name=st.none() | words,
    bed=st.none() | words,
    birth_date=st.none() | st.dates(),
    sex=st.none() | words,
    pregnant=st.none() | st.booleans(),
)
values = st.builds(
    Observation,
    st.sampled_from(NUMBERS),
    moments,
    finite,
    words,
    st.sampled_from(Quality),
    st.integers(1, 65535),
)
chunks = st.builds(
    WaveformChunk,
    st.sampled_from(WAVES),
    moments,
    st.floats(1, 1000),
    st.lists(steps | st.just(math.nan), min_size=1, max_size=50).map(tuple),
    words,
    st.just("") | words,
)
stays = st.just(Stay()) | st.builds(
    lambda at, live: Stay(ended=Discharge(at=at, by="", reason="", live=live)),
    moments,
    st.booleans(),
)
told = st.builds(
    Outgoing,
    number=st.integers(0, 2**63 - 1),
    key=words,
    time=moments,
    patient=patients,
    observations=st.lists(values, max_size=5).map(tuple),
    waveforms=st.lists(chunks, max_size=3).map(tuple),
    stay=st.none() | stays,
    live=st.booleans(),
)
messages = st.builds(Message, moments, st.lists(told, max_size=4).map(tuple))


@given(messages)
def test_a_message_comes_out_as_it_went_in(message: Message) -> None:
    assert repr(decode(encode(message))) == repr(message)  # NaN is not equal to itself


@given(sampled)
def test_samples_on_a_step_come_back_to_the_last_bit_and_others_in_single_precision(
    given_: list[float],
) -> None:
    form, content = samples.packed(given_)
    found = samples.unpacked(form, content)
    assert len(content) == samples.SIZES[form] * len(given_)
    if form in samples.WHOLE:
        assert np.array_equal(found, given_, equal_nan=True)
    else:
        np.testing.assert_allclose(found, given_, rtol=2**-24)


@given(st.lists(st.floats()))
def test_no_samples_break_it(given_: list[float]) -> None:
    """What no float of four bytes holds is told in eight; what is infinite was not read."""
    form, content = samples.packed(given_)
    known = [each if math.isfinite(each) else math.nan for each in given_]
    np.testing.assert_allclose(samples.unpacked(form, content), known, rtol=2**-23, atol=1e-38)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with pytest.raises(SourceError):
        decode(content)


PLAIN = encode(
    Message(
        NOON,
        (
            outgoing(1, observations=(value(), value(1)), waveforms=(wave(), wave(1))),
            outgoing(2, stay=Stay()),
        ),
    )
)


@given(st.data())
def test_a_damaged_message_is_refused_or_read_but_never_breaks_it(data: st.DataObject) -> None:
    """Behind the checksum of the compression too, where only somebody hostile comes."""
    plain = bytearray(zlib.decompress(PLAIN[9:]))
    for _ in range(data.draw(st.integers(1, 4))):
        plain[data.draw(st.integers(0, len(plain) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(plain)))
    for content in (plain, plain[:cut]):
        head = struct.pack("<4sBI", b"SRLY", 1, len(content))
        try:
            message = decode(head + zlib.compress(bytes(content)))
        except (MalformedInput, OtherVersion):
            continue
        assert all(
            math.isfinite(each.value) and 1 <= each.version <= 65535
            for one in message.told
            for each in one.observations
        )


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["ecg", "heart_rate", "f4", "d2", "good"]),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
FIELDS = ("key", "number", "time", "patient", "values", "waves", "stay", "live")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(FIELDS), json_values), st.data())
def test_whatever_stands_in_a_field_is_refused_or_means_something(
    fields: dict[str, Any], data: st.DataObject
) -> None:
    known = {"key": "k", "number": 1, "time": 0, "patient": {"id": "a", "identifier": "b"}}
    row = data.draw(st.lists(json_values, min_size=6, max_size=7))
    known |= {"values": [row]} if len(row) == 6 else {"waves": [row]}
    for one in (known, known | fields):
        text = json.dumps({"sent": 0, "told": [one]}).encode()
        plain = struct.pack("<I", len(text)) + text
        head = struct.pack("<4sBI", b"SRLY", 1, len(plain))
        with suppress(MalformedInput):
            assert len(decode(head + zlib.compress(plain)).told) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["spo3", 0, 97, "m", "good", 1], "upgrade"),
        (["spo2", 0, 97, "m", "splendid", 1], "upgrade"),
        (["ecg", 0, 97, "m", "good", 1], "as a waveform"),
        (["spo2", 0, "97", "m", "good", 1], "a number is none"),
        (["spo2", 0, 97, "m" * 501, "good", 1], "too long"),
        (["spo2", 0, 97, "m", "good", 65536], "out of bounds"),
        (["spo2", 2**62, 97, "m", "good", 1], "out of bounds"),
    ],
)
def test_what_is_not_understood_is_named_by_its_key(row: list[Any], why: str) -> None:
    one = {"key": "k7", "number": 1, "time": 0, "patient": {"id": "a", "identifier": "b"}}
    text = json.dumps({"sent": 0, "told": [one | {"values": [row]}]}).encode()
    plain = struct.pack("<I", len(text)) + text
    with pytest.raises(Unknown, match=why) as caught:
        decode(struct.pack("<4sBI", b"SRLY", 1, len(plain)) + zlib.compress(plain))
    assert caught.value.key == "k7"


def test_a_bomb_is_not_inflated() -> None:
    """A gigabyte of nought in a megabyte, whatever length it says it has."""
    bomb = zlib.compress(bytes(1 << 26), 9)
    tracemalloc.start()
    began = time.perf_counter()
    for length in (10, 1 << 20):
        with pytest.raises(MalformedInput):
            decode(struct.pack("<4sBI", b"SRLY", 1, length) + bomb)
    with pytest.raises(TooLarge):
        decode(struct.pack("<4sBI", b"SRLY", 1, wire.MOST_PLAIN + 1) + bomb)
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    assert time.perf_counter() - began < 2
    tracemalloc.stop()


def test_another_version_says_so() -> None:
    with pytest.raises(OtherVersion, match="version 1 are read"):
        decode(PLAIN[:4] + b"\x02" + PLAIN[5:])


def test_who_ended_a_stay_and_why_stays_at_home() -> None:
    ended = Discharge(at=NOON, by="nora", reason="went home")
    content = encode(Message(NOON, (outgoing(stay=Stay(ended=ended)),)))
    assert decode(content).told[0].stay == Stay(ended=dataclasses.replace(ended, by="", reason=""))


@given(st.lists(told, max_size=6), st.integers(500, 5000))
def test_portions_hold_all_of_it_in_its_order(given_: list[Outgoing], most: int) -> None:
    found = [part for portion in portions(given_, most) for part in portion]
    for kind in ("observations", "waveforms"):
        held = [(one.key, repr(each)) for one in found for each in getattr(one, kind)]
        wanted = [(one.key, repr(each)) for one in given_ for each in getattr(one, kind)]
        assert held == wanted
    assert [one.stay for one in found if one.stay] == [one.stay for one in given_ if one.stay]


def test_a_portion_is_no_larger_than_is_taken() -> None:
    values_ = tuple(value(second) for second in range(12_000))
    waves = tuple(wave(second, [0.1] * 500) for second in range(600))
    given_ = [outgoing(1, observations=values_, waveforms=waves, stay=Stay())]
    found = list(portions(given_, 256 << 10))
    for portion in found:
        content = encode(Message(NOON, tuple(portion)))
        assert wire.plain_length(content) < 512 << 10
        decode(content)
    assert found[-1][-1].stay == Stay()


def test_a_value_that_is_no_number_travels_and_costs_nobody_the_rest() -> None:
    given_ = outgoing(observations=(value(0, math.nan), value(1, 81)))
    (found,) = decode(encode(Message(NOON, (given_,)))).told
    assert math.isnan(found.observations[0].value)
    assert found.observations[1] == value(1, 81)


def test_a_stretch_that_is_longer_than_is_taken_is_cut_always_at_the_same_places() -> None:
    long = wave(0, [n % 7 / 10 for n in range(500 * 150)])
    found = [
        chunk
        for portion in portions([outgoing(waveforms=(long,))], 1 << 20)
        for one in decode(encode(Message(NOON, tuple(portion)))).told
        for chunk in one.waveforms
    ]
    assert [each.start for each in found] == [NOON + timedelta(minutes=n) for n in range(3)]
    assert np.allclose([one for each in found for one in each.samples], long.samples)


def test_five_hundred_samples_a_second_stay_small() -> None:
    """Two minutes of a noisy ECG of 5 µV steps at 500 Hz: two bytes a sample, and less."""
    chance = np.random.default_rng(7)
    beats = np.round(np.sin(np.arange(60_000) / 50) * 0.8 + chance.normal(0, 0.01, 60_000), 3)
    told_ = [
        outgoing(second, waveforms=(wave(second, beats[500 * second : 500 * second + 500]),))
        for second in range(120)
    ]
    content = encode(Message(NOON, tuple(told_)))
    assert len(content) / 60_000 < 1.5
    found = [sample for one in decode(content).told for sample in one.waveforms[0].samples]
    assert found == beats.tolist()


def test_a_date_of_birth_and_all_that_is_known_of_somebody_travels() -> None:
    known = patient(birth_date=date(1951, 5, 2), sex="female", pregnant=False)
    assert decode(encode(Message(NOON, (outgoing(patient=known),)))).told[0].patient == known
    assert timedelta(0) == NOON - decode(encode(Message(NOON, ()))).sent
