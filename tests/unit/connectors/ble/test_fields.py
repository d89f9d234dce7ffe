# ruff: noqa: DTZ001 - a device's clock has no zone

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.ble.fields import Fields, Special, float32, sfloat
from sereno.domain.errors import MalformedInput
from tests.fakes import gatt

SPECIALS = {
    "nan": Special.NAN, "nres": Special.NRES, "+inf": Special.ABOVE, "-inf": Special.BELOW,
    "res": Special.RESERVED,
}  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        pytest.param(0x0000, 0.0, id="nothing"),
        pytest.param(0x0061, 97.0, id="a whole number"),
        pytest.param(0xF2D4, 72.4, id="tenths"),
        pytest.param(0xE7FD, 20.45, id="the largest mantissa, in hundredths"),
        pytest.param(0x0FFF, -1.0, id="a negative mantissa"),
        pytest.param(0x0803, -2045.0, id="the least mantissa"),
        pytest.param(0x7001, 1e7, id="the largest exponent"),
        pytest.param(0x8001, 1e-8, id="the least exponent"),
        pytest.param(0xB069, 0.00105, id="a glucose in kg/L"),
        pytest.param(0x17FF, Special.RESERVED, id="NaN's mantissa with an exponent"),
        pytest.param(0xF800, Special.RESERVED, id="NRes' mantissa with an exponent"),
    ],
)
def test_short_numbers(raw: int, value: object) -> None:
    assert sfloat(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        pytest.param(0xFF00016E, 36.6, id="tenths of a degree"),
        pytest.param(0xFE000E4C, 36.6, id="hundredths of a degree"),
        pytest.param(0x000000FF, 255.0, id="a whole number"),
        pytest.param(0x00FFFFFF, -1.0, id="a negative mantissa"),
        pytest.param(0xFF7FFFFD, 838860.5, id="the largest mantissa"),
        pytest.param(0x7F000001, 1e127, id="the largest exponent"),
        pytest.param(0x80000001, 1e-128, id="the least exponent"),
        pytest.param(0x017FFFFF, Special.RESERVED, id="NaN's mantissa with an exponent"),
    ],
)
def test_long_numbers(raw: int, value: object) -> None:
    assert float32(raw) == value


@pytest.mark.parametrize("name", SPECIALS)
def test_what_is_no_number(name: str) -> None:
    assert Fields(gatt.sfloat(name)).sfloat() is SPECIALS[name]
    assert Fields(gatt.float32(name)).float32() is SPECIALS[name]


@given(st.integers(-2045, 2045), st.integers(-8, 7))
def test_a_short_number_is_the_decimal_that_was_sent(mantissa: int, exponent: int) -> None:
    sent = float(Decimal(mantissa).scaleb(exponent))
    assert Fields(gatt.sfloat(mantissa, exponent)).sfloat() == sent


@given(st.integers(-(2**23) + 3, 2**23 - 3), st.integers(-128, 127))
def test_a_long_number_is_the_decimal_that_was_sent(mantissa: int, exponent: int) -> None:
    sent = float(Decimal(mantissa).scaleb(exponent))
    assert Fields(gatt.float32(mantissa, exponent)).float32() == sent


@given(st.datetimes(datetime(1582, 1, 1), datetime(9999, 12, 31)))
def test_a_time_is_the_one_that_was_sent(at: datetime) -> None:
    assert Fields(gatt.date_time(at)).date_time() == at.replace(microsecond=0)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("0000 03 0e 0c 00 00", id="no year"),
        pytest.param("ea07 00 0e 0c 00 00", id="no month"),
        pytest.param("ea07 03 00 0c 00 00", id="no day"),
        pytest.param("0000 02 1d 0c 00 00", id="a leap day without a year"),
    ],
)
def test_a_date_that_is_not_known_in_full_is_none(data: str) -> None:
    assert Fields(bytes.fromhex(data)).date_time() is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("ea07 0d 0e 0c 00 00", id="month 13"),
        pytest.param("ea07 02 1e 0c 00 00", id="30 February"),
        pytest.param("ea07 03 0e 18 00 00", id="hour 24"),
        pytest.param("ea07 03 0e 0c 3c 00", id="minute 60"),
        pytest.param("2d06 03 0e 0c 00 00", id="before the calendar"),
        pytest.param("1027 03 0e 0c 00 00", id="year 10000"),
        pytest.param("0000 02 1e 0c 00 00", id="30 February without a year"),
        pytest.param("ea07 03 0e 0c 00", id="cut short"),
    ],
)
def test_a_time_that_no_clock_shows_is_refused(data: str) -> None:
    with pytest.raises(MalformedInput):
        Fields(bytes.fromhex(data)).date_time()
