# ruff: noqa: DTZ001, PLR0917 - a device's clock has no zone; @given gives arguments by position

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.ble import measurements as m
from connectors.ble.fields import Fields
from connectors.ble.meaning import KINDS, Kind, Known
from connectors.ble.records import answer
from sereno.domain.errors import MalformedInput
from tests.fakes import gatt

DECODERS = (
    m.heart_rate, m.spot_check, m.continuous, m.oximeter_features, m.temperature,
    m.blood_pressure, m.glucose, m.glucose_context, m.current_time, answer,
)  # fmt: skip
SECONDS = st.datetimes(datetime(1583, 1, 1), datetime(9998, 12, 31)).map(
    lambda at: at.replace(microsecond=0)
)
SHORT = st.builds(gatt.sfloat, st.integers(-2045, 2045), st.integers(-8, 7)) | st.sampled_from(
    sorted(gatt.SFLOAT_SPECIAL)
).map(gatt.sfloat)
LONG = st.builds(gatt.float32, st.integers(-(2**23) + 3, 2**23 - 3), st.integers(-128, 127))
TRAILING = st.binary(max_size=3)


def short(data: bytes | None) -> object:
    return None if data is None else Fields(data).sfloat()


@pytest.mark.parametrize("decode", DECODERS, ids=lambda each: each.__name__)
@given(data=st.binary(max_size=40))
@example(data=b"")
@example(data=b"\xff" * 40)
def test_any_bytes_are_values_or_an_error(decode: object, data: bytes) -> None:
    with suppress(MalformedInput):
        decode(data)  # type: ignore[operator]


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: f"{each.characteristic:04x}")
@given(data=st.binary(max_size=40), user=st.none() | st.integers(0, 254))
def test_any_bytes_mean_something_or_are_an_error(
    kind: Kind, data: bytes, user: int | None
) -> None:
    try:
        told = kind.tell(data, Known(user=user))
    except MalformedInput:
        return
    assert all(each.value == each.value for each in told.readings)


@given(
    st.integers(0, 65535), st.none() | st.booleans(), st.none() | st.integers(0, 65535),
    st.lists(st.integers(0, 65535), max_size=9),
)  # fmt: skip
def test_a_heart_rate_comes_back(
    rate: int, contact: bool | None, energy: int | None, intervals: list[int]
) -> None:
    data = gatt.heart_rate(rate, contact=contact, energy=energy, intervals=intervals)
    assert m.heart_rate(data) == m.HeartRate(
        rate, contact, energy, tuple(each / 1024 for each in intervals)
    )


@given(
    SHORT, SHORT, SECONDS | st.none(), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFF), SHORT,
    st.booleans(), TRAILING,
)  # fmt: skip
def test_a_spot_check_comes_back(
    spo2: bytes, pulse: bytes, at: datetime, status: int, sensor: int, amplitude: bytes,
    unset: bool, trailing: bytes,
) -> None:  # fmt: skip
    data = gatt.spot_check(
        spo2, pulse, at=at, status=status, sensor=sensor, amplitude=amplitude, clock_unset=unset
    )
    assert m.spot_check(data + trailing) == m.Oximetry(
        spo2=short(spo2), pulse=short(pulse), at=at, status=m.MeasurementStatus(status & 0xFFE0),
        sensor=m.SensorStatus(sensor & 0xFFFF), amplitude=short(amplitude), clock_set=not unset,
    )  # fmt: skip


@given(SHORT, SHORT, SHORT, SHORT, st.integers(0, 31), SHORT)
def test_a_continuous_measurement_comes_back(
    spo2: bytes, pulse: bytes, fast: bytes, slow: bytes, present: int, amplitude: bytes
) -> None:
    data = gatt.continuous(
        spo2, pulse,
        fast=fast + slow if present & 1 else None,
        slow=slow + fast if present & 2 else None,
        status=0x8000 if present & 4 else None,
        sensor=0x0800 if present & 8 else None,
        amplitude=amplitude if present & 16 else None,
    )  # fmt: skip
    assert m.continuous(data) == m.Oximetry(
        spo2=short(spo2),
        pulse=short(pulse),
        fast=(short(fast), short(slow)) if present & 1 else None,
        slow=(short(slow), short(fast)) if present & 2 else None,
        status=m.MeasurementStatus(0x8000 if present & 4 else 0),
        sensor=m.SensorStatus(0x0800 if present & 8 else 0),
        amplitude=short(amplitude) if present & 16 else None,
    )


@given(LONG, st.booleans(), SECONDS | st.none(), st.none() | st.integers(0, 255))
def test_a_temperature_comes_back(
    value: bytes, fahrenheit: bool, at: datetime | None, site: int | None
) -> None:
    data = gatt.temperature(value, fahrenheit=fahrenheit, at=at, site=site)
    unit = "[degF]" if fahrenheit else "Cel"
    assert m.temperature(data) == m.Temperature(Fields(value).float32(), unit, at, site)


@given(
    SHORT, SHORT, SHORT, st.booleans(), SECONDS, st.none() | SHORT,
    st.none() | st.integers(0, 255), st.integers(0, 0xFFFF),
)  # fmt: skip
def test_a_blood_pressure_comes_back(
    systolic: bytes, diastolic: bytes, mean: bytes, kpa: bool, at: datetime, pulse: bytes | None,
    user: int | None, status: int,
) -> None:  # fmt: skip
    data = gatt.blood_pressure(
        systolic, diastolic, mean, kpa=kpa, at=at, pulse=pulse, user=user, status=status
    )
    assert m.blood_pressure(data) == m.BloodPressure(
        short(systolic), short(diastolic), short(mean), "kPa" if kpa else "mm[Hg]", at,
        short(pulse), None if user == 255 else user, m.PressureStatus(status & 0x3F),
    )  # fmt: skip


@given(
    st.integers(0, 65535), SECONDS, st.none() | st.integers(-32768, 32767), st.none() | SHORT,
    st.booleans(), st.integers(0, 15), st.integers(0, 15), st.integers(0, 0xFFFF),
)  # fmt: skip
def test_a_glucose_comes_back(
    sequence: int, at: datetime, offset: int | None, concentration: bytes | None, moles: bool,
    sample: int, location: int, status: int,
) -> None:  # fmt: skip
    data = gatt.glucose(
        sequence, at, offset=offset, concentration=concentration, moles=moles, sample=sample,
        location=location, status=status,
    )  # fmt: skip
    measured = concentration is not None
    assert m.glucose(data) == m.Glucose(
        sequence, at + timedelta(minutes=offset or 0), short(concentration),
        "mol/L" if moles else "kg/L", sample if measured else None,
        location if measured else None, m.MeterStatus(status & 0xFFF), context_follows=False,
    )  # fmt: skip


def test_a_context_of_glucose_is_read_field_by_field() -> None:
    data = bytes.fromhex("df 0700 00 01 3cd0 02 13 100e 32 05 02d0 3cf0")
    assert m.glucose_context(data) == m.GlucoseContext(
        7, carbohydrate=(1, 0.06), meal=2, tester_health=0x13, exercise=(3600, 50),
        medication=(5, 0.002), hba1c=6.0,
    )  # fmt: skip


def test_what_an_oximeter_can_tell() -> None:
    found = m.oximeter_features(bytes.fromhex("0f00 00fe ff0f00"))
    assert found.stores
    assert found.tells_time
    assert m.MeasurementStatus.INVALID in found.measurement_status
    assert m.SensorStatus.DISCONNECTED not in found.sensor_status


@given(SECONDS, st.integers(0, 255))
def test_a_clock_comes_back(at: datetime, fraction: int) -> None:
    found = m.current_time(gatt.current_time(at, fraction))
    assert found == at + timedelta(seconds=fraction / 256)


def test_a_time_pushed_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(MalformedInput):
        m.glucose(gatt.glucose(1, datetime(9999, 12, 31, 23, 59), offset=600))
