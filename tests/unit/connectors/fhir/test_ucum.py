"""Units: what is read of UCUM, and what they come to."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fhir.ucum import converter, parse
from sereno.domain.errors import MalformedInput
from sereno.domain.vitals import VITALS, Kind, Signal

_NUMBERS = [each for each, vital in VITALS.items() if vital.kind is Kind.NUMERIC]


def convert(signal: Signal, value: float, unit: str) -> float:
    found = converter(signal, unit)
    return found(value) if found else value


@pytest.mark.parametrize(
    ("signal", "value", "unit", "expected"),
    [
        (Signal.TEMPERATURE, 98.6, "[degF]", 37.0),
        (Signal.TEMPERATURE, 310.15, "K", 37.0),
        (Signal.TEMPERATURE, 36.55556, "Cel", 36.55556),
        (Signal.CUFF_MEAN, 12, "kPa", 90.0076506503),
        (Signal.CUFF_MEAN, 12000, "Pa", 90.0076506503),
        (Signal.CUFF_MEAN, 120, "mbar", 90.0076506503),
        (Signal.CUFF_MEAN, 9, "cm[Hg]", 90.0),
        (Signal.CUFF_MEAN, 30, "[in_i'H2O]", 56.0497689804),
        (Signal.CUFF_MEAN, 2, "[psi]", 103.43015096),
        (Signal.GLUCOSE, 5.5, "mmol/L", 99.0858),
        (Signal.GLUCOSE, 0.99, "g/L", 99.0),
        (Signal.HEART_RATE, 80, "{beats}/min", 80),
        (Signal.HEART_RATE, 80, "{beat}/min", 80),
        (Signal.HEART_RATE, 80, "1/min", 80),
        (Signal.HEART_RATE, 80, "min-1", 80),
        (Signal.HEART_RATE, 1.5, "1/s", 90),
        (Signal.HEART_RATE, 1.5, "Hz", 90),
        (Signal.HEART_RATE, 4800, "/h", 80),
        (Signal.SPO2, 0.97, "1", 97.0),
        (Signal.SPO2, 97, "10*-2", 97),
        (Signal.SPO2, 97, "%{O2}", 97),
        (Signal.SPO2, 970, "10*-3", 97.0),
        (Signal.OXYGEN_FLOW, 50, "mL/s", 3.0),
        (Signal.OXYGEN_FLOW, 2, "l/min", 2),
        (Signal.ECG, 500, "uV", 0.5),
        (Signal.GLASGOW_COMA_SCALE, 9, "{score}", 9),
        (Signal.GLASGOW_COMA_SCALE, 9, "1", 9),
        (Signal.PLETH, 7, "whatever", 7),
    ],
)
def test_the_same_quantity_in_another_unit(
    signal: Signal, value: float, unit: str, expected: float
) -> None:
    assert convert(signal, value, unit) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("unit", ["/min", "Cel", "mm[Hg]", "%"])
def test_a_value_in_the_usual_unit_is_left_as_it_is(unit: str) -> None:
    signal = next(each for each, vital in VITALS.items() if vital.unit == unit)
    assert converter(signal, unit) is None


@pytest.mark.parametrize(
    "unit",
    [
        "", "kg", "Cel/min", "2.Cel", "Cel2", "m[Hg", "{beats", "10*", "/", "mm[Hg]/", "(min",
        "0/min", "bananas", "°C", "m" * 65, "((((((((((1))))))))))", "10*30.10*30.10*30", "m99",
    ],
)  # fmt: skip
@pytest.mark.parametrize("signal", [Signal.TEMPERATURE, Signal.HEART_RATE])
def test_what_is_no_unit_of_the_signal_is_refused(signal: Signal, unit: str) -> None:
    with pytest.raises(MalformedInput, match="send it in"):
        converter(signal, unit)


_ATOMS = st.sampled_from(["m", "g", "s", "min", "L", "mmol", "kPa", "mm[Hg]", "%", "10*3", "7"])


@given(_ATOMS, _ATOMS, st.integers(-3, 3).filter(bool))
def test_products_quotients_and_powers_are_those_of_numbers(a: str, b: str, power: int) -> None:
    left, right = parse(a), parse(b)
    assert parse(f"{a}.{b}").factor == left.factor * right.factor
    assert parse(f"{a}/{b}").factor == left.factor / right.factor
    assert parse(f"{a}/({b}.{a})") == parse(f"/{b}")
    assert parse(f"{a}{{note}}.{b}") == parse(f"{b}.{a}")
    if a.isalpha():
        assert parse(f"{a}{power}").factor == left.factor ** Fraction(power)


@given(st.text(alphabet="mgskKLPaCel[]{}()10*/.-+'%HgdF_", max_size=70))
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    for signal in _NUMBERS:
        try:
            found = converter(signal, text)
        except MalformedInput:
            continue
        assert found is None or isinstance(found(1.0), float)


@given(st.sampled_from(_NUMBERS), st.floats(0, 1000), st.sampled_from(["k", "c", "m", "u"]))
def test_a_prefix_is_a_power_of_ten(signal: Signal, value: float, prefix: str) -> None:
    if VITALS[signal].unit != "mm[Hg]":
        return
    factor = {"k": 1e3, "c": 1e-2, "m": 1e-3, "u": 1e-6}[prefix]
    there = convert(signal, value / factor, f"{prefix}Pa")
    assert there == pytest.approx(convert(signal, value, "Pa"), rel=1e-9, abs=1e-9)
