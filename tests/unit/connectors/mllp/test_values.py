"""The numbers and words in OBX-5."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mllp.parsing import Delimiters
from connectors.mllp.values import BOUND, NO_NUMBER, SEVERAL, number, numeric, pair, words
from sereno.domain.errors import MalformedInput

USUAL = Delimiters()


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("NM", "98", 98),
        ("NM", " 36.8 ", 36.8),
        ("NM", "+4", 4),
        ("NM", "-999", -999),
        ("NM", ".5", 0.5),
        ("NM", "5.", 5),
        ("NM", "0" * 40 + "7.25", 7.25),
        ("ST", "37,4", 37.4),
        ("ST", "0,942", 0.942),
        ("", "98", 98),
        ("SN", "^5.4", 5.4),
        ("SN", "=^5.4", 5.4),
        ("CWE", "98^98^L", 98),
        ("CWE", "N1^98^L", 98),
        ("NM", "98^^", 98),
        ("ST", "***", None),
        ("ST", "---", None),
        ("NM", '""', None),
        ("NM", "NaN", None),
    ],
)
def test_a_value_is_read_in_any_type(kind: str, field: str, value: float | None) -> None:
    assert numeric(kind, field, USUAL) == value


@pytest.mark.parametrize(
    ("kind", "field", "reason"),
    [
        ("ST", ">98", BOUND),
        ("ST", "<= 40", BOUND),
        ("SN", ">^98", BOUND),
        ("SN", "98^^^", BOUND),
        ("SN", "^1^:^128", SEVERAL),
        ("SN", "^10^-^20", SEVERAL),
        ("ST", "1:128", SEVERAL),
        ("ST", "10-20", SEVERAL),
        ("ST", "120/80", SEVERAL),
        ("NM", "97~98", SEVERAL),
        ("NM", "120^80", SEVERAL),
        ("ST", "1_000", NO_NUMBER),
        ("ST", "inf", NO_NUMBER),
        ("NM", "9" * 400, NO_NUMBER),
        ("TX", "see note", NO_NUMBER),
    ],
)
def test_what_is_not_one_number_is_refused(kind: str, field: str, reason: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        numeric(kind, field, USUAL)
    assert str(caught.value) == reason


def test_a_comma_that_may_part_thousands_is_not_guessed() -> None:
    with pytest.raises(MalformedInput, match="thousands"):
        number("1,234")


@pytest.mark.parametrize(
    ("field", "numbers"),
    [("120/80", [120, 80]), ("142/88 (106)", [142, 88, 106]), ("120/", [120, None]),
     ("120^/^80", [120, 80]), ("---/---", [None, None])],
)  # fmt: skip
def test_pressures_are_told_together(field: str, numbers: list[float | None]) -> None:
    assert pair(field, USUAL) == numbers


def test_the_text_of_a_code_is_read_before_the_code() -> None:
    assert words("LA1^Voice^LN^V^Stimme^L", USUAL) == ["Voice", "LA1", "Stimme", "V"]
    assert words("U", USUAL) == ["U"]


@given(st.sampled_from(["NM", "SN", "ST", "CWE", ""]), st.text(max_size=20))
def test_any_text_is_a_finite_number_none_or_refused(kind: str, field: str) -> None:
    for read in (lambda: [numeric(kind, field, USUAL)], lambda: pair(field, USUAL)):
        try:
            found = read()
        except MalformedInput:
            continue
        assert all(each is None or math.isfinite(each) for each in found)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_it_was_written(value: float) -> None:
    assert number(repr(value)) == value
