import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.replay.channels import converter, number, numeric, quality, waveform, word
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Quality
from sereno.domain.vitals import VITALS, Kind, Signal


@pytest.mark.parametrize(
    ("label", "unit", "signal"),
    [
        pytest.param("HR", "bpm", Signal.HEART_RATE, id="WFDB numerics"),
        pytest.param("ABP Sys", "mmHg", Signal.INVASIVE_SYSTOLIC, id="with a space"),
        pytest.param("ABPDias", "mmHg", Signal.INVASIVE_DIASTOLIC, id="without one"),
        pytest.param("NBPMean", "mmHg", Signal.CUFF_MEAN, id="cuff"),
        pytest.param("%SpO2", None, Signal.SPO2, id="signs are left out"),
        pytest.param(" RESP", "pm", Signal.RESPIRATORY_RATE, id="spaces are stripped"),
        pytest.param("PULSE_BPM", None, Signal.PULSE_RATE, id="unit in the name"),
        pytest.param("NBP [Systolic]", "mmHg", Signal.CUFF_SYSTOLIC, id="chart, brackets"),
        pytest.param("Arterial BP [Diastolic]", None, Signal.INVASIVE_DIASTOLIC, id="chart"),
        pytest.param("O2 saturation pulseoxymetry", "%", Signal.SPO2, id="chart, spelt out"),
        pytest.param("O2 Delivery Device(s)", None, Signal.OXYGEN_GIVEN, id="no unit of seconds"),
        pytest.param("NISysABP", None, Signal.CUFF_SYSTOLIC, id="Challenge 2012"),
        pytest.param("O2Sat", None, Signal.SPO2, id="Challenge 2019"),
        pytest.param("Frecuencia cardíaca", None, Signal.HEART_RATE, id="Spanish"),
        pytest.param("8867-4", None, Signal.HEART_RATE, id="LOINC"),
        pytest.param("MDC_RESP_RATE", None, Signal.RESPIRATORY_RATE, id="MDC"),
    ],
)
def test_the_usual_names_are_known(label: str, unit: str | None, signal: Signal) -> None:
    channel = numeric(label, unit)
    assert channel is not None
    assert channel.signal is signal


@pytest.mark.parametrize(
    "label",
    [
        pytest.param("SpO2 Alarm [Low]", id="a limit is no measurement"),
        pytest.param("Arterial BP #2 [Systolic]", id="a second line would overwrite the first"),
        pytest.param("Temperature C (calc)", id="the same reading again, rounded"),
        pytest.param("Resp Rate (Spont)", id="a part of the rate"),
        pytest.param("SaO2", id="a blood gas, not the oximeter"),
        pytest.param("PAP Sys", id="another vessel"),
        pytest.param("CVP", id="a vein"),
        pytest.param("", id="empty"),
    ],
)
def test_what_only_looks_like_a_vital_sign_is_left_alone(label: str) -> None:
    assert numeric(label) is None


@pytest.mark.parametrize("signal", [s for s in Signal if VITALS[s].kind is not Kind.WAVEFORM])
def test_every_signal_is_known_by_its_own_names(signal: Signal) -> None:
    row = VITALS[signal]
    for name in (signal.value, row.english, row.spanish, row.abbreviation):
        channel = numeric(name)
        assert channel is not None, name
        assert channel.signal is signal, name


@pytest.mark.parametrize(
    ("label", "signal"),
    [
        ("II", Signal.ECG), ("MLII", Signal.ECG), ("AVR", Signal.ECG), ("MCL1", Signal.ECG),
        ("V", Signal.ECG), ("PLETH", Signal.PLETH), ("RESP", Signal.RESPIRATION),
        ("ABP", Signal.PRESSURE), ("ART", Signal.PRESSURE),
    ],
)  # fmt: skip
def test_leads_are_known(label: str, signal: Signal) -> None:
    channel = waveform(label, "mmHg" if signal is Signal.PRESSURE else "mV")
    assert channel is not None
    assert (channel.signal, channel.name) == (signal, label)


@pytest.mark.parametrize(
    ("label", "unit", "raw", "kept"),
    [
        pytest.param("Temperature F", "Deg. F", 98.6, 37.0, id="Fahrenheit by name"),
        pytest.param("Temp", "?F", 104.0, 40.0, id="Fahrenheit by a damaged degree sign"),
        pytest.param("Temperature C", "Deg. C", 38.1, 38.1, id="Celsius"),
        pytest.param("Temp [degF]", None, 98.6, 37.0, id="unit in brackets"),
        pytest.param("EtCO2", "kPa", 5.0, 37.503, id="kilopascal"),
        pytest.param("Glucose", "mmol/L", 5.0, 90.078, id="millimole"),
        pytest.param("FiO2", None, 0.4, 40.0, id="fraction"),
        pytest.param("FiO2 Set", "torr", 0.5, 50.0, id="the chart's unit is wrong"),
        pytest.param("FiO2", "%", 40.0, 40.0, id="percent"),
        pytest.param("FiO2", None, 1.0, 100.0, id="pure oxygen as a fraction"),
        pytest.param("Respiratory Rate", "insp/min", 18.0, 18.0, id="breaths"),
    ],
)
def test_values_become_the_vocabularys_unit(
    label: str, unit: str | None, raw: float, kept: float
) -> None:
    channel = numeric(label, unit)
    assert channel is not None
    convert = converter(channel)
    assert (convert(raw) if convert else raw) == pytest.approx(kept, abs=0.001)


def test_a_unit_that_can_not_be_is_refused() -> None:
    channel = numeric("HR", "furlong")
    assert channel is not None
    with pytest.raises(MalformedInput, match="furlong"):
        converter(channel)


@pytest.mark.parametrize(
    ("signal", "raw", "value", "expected"),
    [
        pytest.param(Signal.HEART_RATE, 0, 0, Quality.SENSOR_OFF, id="no heart rate of 0"),
        pytest.param(Signal.RESPIRATORY_RATE, 0, 0, Quality.SENSOR_OFF, id="nothing attached"),
        pytest.param(Signal.SPO2, -999, -999, Quality.SENSOR_OFF, id="sentinel"),
        pytest.param(Signal.SPO2, 65535, 65535, Quality.SENSOR_OFF, id="all bits set"),
        pytest.param(Signal.GLUCOSE, 999, 999, Quality.GOOD, id="a sentinel that can be real"),
        pytest.param(Signal.TEMPERATURE, -17.8, -17.8, Quality.SENSOR_OFF, id="0 F, converted"),
        pytest.param(Signal.TEMPERATURE, 98.6, 98.6, Quality.IMPLAUSIBLE, id="F without a unit"),
        pytest.param(Signal.HEART_RATE, 400, 400, Quality.IMPLAUSIBLE, id="too fast"),
        pytest.param(Signal.OXYGEN_FLOW, 0, 0, Quality.GOOD, id="no oxygen is an observation"),
        pytest.param(Signal.CONSCIOUSNESS, 0, 0, Quality.GOOD, id="alert"),
        pytest.param(Signal.SPO2, 97, 97, Quality.GOOD, id="good"),
    ],
)
def test_what_is_no_measurement_is_kept_apart(
    signal: Signal, raw: float, value: float, expected: Quality
) -> None:
    assert quality(signal, raw, value) is expected


@pytest.mark.parametrize("cell", ["", "  ", "NA", "nan", "NULL", "-", "--", "None"])
def test_a_blank_is_no_value(cell: str) -> None:
    assert number(cell) is None


@pytest.mark.parametrize("cell", ["abc", "1e999", "inf", "1_000", "93*", "12/80", "１２x"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(MalformedInput):
        number(cell)


@given(st.text())
def test_any_cell_is_a_finite_number_a_blank_or_refused(cell: str) -> None:
    try:
        value = number(cell)
    except MalformedInput:
        return
    assert value is None or math.isfinite(value)


@pytest.mark.parametrize(
    ("signal", "cell", "value"),
    [
        (Signal.CONSCIOUSNESS, "Alert", 0),
        (Signal.CONSCIOUSNESS, "Arouse to Pain", 3),
        (Signal.CONSCIOUSNESS, "V", 2),
        (Signal.CONSCIOUSNESS, "4", 4),
        (Signal.OXYGEN_GIVEN, "None", 0),
        (Signal.OXYGEN_GIVEN, "Room air", 0),
        (Signal.OXYGEN_GIVEN, "Nasal cannula", 1),
        (Signal.OXYGEN_GIVEN, "Endotracheal tube", None),
    ],
)
def test_charted_words_stand_for_values(signal: Signal, cell: str, value: float | None) -> None:
    assert word(signal, cell) == value


def test_a_word_without_a_meaning_is_refused() -> None:
    with pytest.raises(MalformedInput, match="word"):
        word(Signal.CONSCIOUSNESS, "Lethargic")
