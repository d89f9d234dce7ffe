"""The vocabulary: its codes, its units and its conversions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.errors import MalformedInput
from sereno.domain.vitals import VITALS, Kind, Language, Signal, to_unit

# Vital signs as observed in hospital: every numeric that a standard code exists for.
WITHOUT_LOINC = {Signal.OXYGEN_GIVEN}
WITHOUT_MDC = {Signal.OXYGEN_FLOW, Signal.OXYGEN_GIVEN, Signal.CONSCIOUSNESS}


def check_digit(number: str) -> int:
    """LOINC's check digit: modulus 10, every second digit from the right doubled."""
    doubled = [int(digit) * (2 if n % 2 == 0 else 1) for n, digit in enumerate(reversed(number))]
    return -sum(sum(divmod(digit, 10)) for digit in doubled) % 10


def test_every_signal_has_a_row() -> None:
    assert set(VITALS) == set(Signal)


@pytest.mark.parametrize("signal", Signal)
def test_every_loinc_code_has_its_check_digit(signal: Signal) -> None:
    vital = VITALS[signal]
    for code in (vital.loinc, *vital.other_loinc):
        if code is not None:
            number, _, digit = code.partition("-")
            assert check_digit(number) == int(digit), code


@pytest.mark.parametrize("signal", Signal)
def test_what_a_standard_names_has_its_code(signal: Signal) -> None:
    vital = VITALS[signal]
    waveform = vital.kind is Kind.WAVEFORM
    assert (vital.loinc is None) == (waveform or signal in WITHOUT_LOINC)
    assert (vital.mdc is None) == (vital.mdc_code is None) == (signal in WITHOUT_MDC)


def test_no_code_means_two_signals() -> None:
    loinc = [code for v in VITALS.values() for code in (v.loinc, *v.other_loinc) if code]
    mdc = [code for v in VITALS.values() for code in (v.mdc_code, *v.other_mdc) if code]
    assert len(loinc) == len(set(loinc))
    assert len(mdc) == len(set(mdc))


@pytest.mark.parametrize("signal", Signal)
def test_mdc_codes_lie_in_a_partition_of_measurements(signal: Signal) -> None:
    """Partition 2 holds what is measured; the ECG's leads are counted from its start."""
    vital = VITALS[signal]
    for code in (vital.mdc_code, *vital.other_mdc):
        assert code is None or code // 65536 == 2


@pytest.mark.parametrize("signal", Signal)
def test_names_are_there_in_both_languages(signal: Signal) -> None:
    vital = VITALS[signal]
    assert vital.name(Language.ENGLISH)
    assert vital.name(Language.SPANISH)
    assert vital.abbreviation
    assert vital.low < vital.high


@pytest.mark.parametrize("signal", Signal)
def test_nothing_that_is_no_number_is_plausible(signal: Signal) -> None:
    assert not any(VITALS[signal].plausible(value) for value in (math.nan, math.inf, -math.inf))


@pytest.mark.parametrize(
    ("signal", "value", "unit", "expected", "why"),
    [
        (Signal.TEMPERATURE, 98.6, "[degF]", 37.0, "the normal body temperature"),
        (Signal.TEMPERATURE, 32, "degF", 0.0, "water freezes"),
        (Signal.TEMPERATURE, 310.15, "K", 37.0, "kelvin"),
        (Signal.TEMPERATURE, 37.2, "°C", 37.2, "a spelling of the same unit"),
        (Signal.CUFF_SYSTOLIC, 16, "kPa", 120.0, "120 mmHg is 16.0 kPa"),
        (Signal.END_TIDAL_CO2, 5, "kPa", 37.5, "etCO2 in Europe"),
        (Signal.CUFF_SYSTOLIC, 120, "mmHg", 120.0, "a spelling"),
        (Signal.FIO2, 0.4, "fraction", 40.0, "a fraction"),
        (Signal.SPO2, 0.97, "1", 97.0, "a fraction"),
        (Signal.GLUCOSE, 5.55, "mmol/L", 100.0, "100 mg/dL is 5.55 mmol/L"),
        (Signal.HEART_RATE, 1.5, "Hz", 90.0, "beats a second"),
        (Signal.HEART_RATE, 72, "bpm", 72.0, "a spelling"),
        (Signal.RESPIRATORY_RATE, 16, "{breaths}/min", 16.0, "an annotated unit"),
        (Signal.ECG, 500, "uV", 0.5, "microvolts"),
        (Signal.OXYGEN_FLOW, 2, "lpm", 2.0, "a spelling"),
        (Signal.HEART_RATE, 72, None, 72.0, "no unit means the vocabulary's own"),
    ],
)
def test_values_are_converted_to_the_vocabularys_unit(
    signal: Signal, value: float, unit: str | None, expected: float, why: str
) -> None:
    assert to_unit(signal, value, unit) == pytest.approx(expected, abs=0.02), why


@pytest.mark.parametrize(
    ("signal", "unit"), [(Signal.TEMPERATURE, "mm[Hg]"), (Signal.END_TIDAL_CO2, "%")]
)
def test_a_unit_that_can_not_be_converted_is_refused_with_the_remedy(
    signal: Signal, unit: str
) -> None:
    with pytest.raises(MalformedInput, match="send it in"):
        to_unit(signal, 5, unit)


@pytest.mark.parametrize(
    ("signal", "value", "expected"),
    [
        (Signal.HEART_RATE, 72.5, 73),
        (Signal.HEART_RATE, 72.49, 72),
        (Signal.TEMPERATURE, 38.05, 38.1),
        (Signal.TEMPERATURE, 38.04, 38.0),
        (Signal.RESPIRATORY_RATE, 8.8, 9),
    ],
)
def test_values_are_shown_rounded_half_up(signal: Signal, value: float, expected: float) -> None:
    assert VITALS[signal].rounded(value) == expected


@given(st.floats(min_value=25, max_value=45))
def test_fahrenheit_and_kelvin_agree(celsius: float) -> None:
    assert to_unit(Signal.TEMPERATURE, celsius * 9 / 5 + 32, "F") == pytest.approx(celsius)
    assert to_unit(Signal.TEMPERATURE, celsius + 273.15, "K") == pytest.approx(celsius)
