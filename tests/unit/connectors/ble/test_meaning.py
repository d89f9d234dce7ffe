# ruff: noqa: DTZ001 - a device's clock has no zone

from datetime import datetime

import pytest

from connectors.ble.meaning import KINDS, Known, Told, heart_signal
from connectors.ble.measurements import MeasurementStatus, MeterStatus, PressureStatus, SensorStatus
from sereno.domain.stream import Quality
from sereno.domain.vitals import Signal
from tests.fakes import gatt
from tests.fakes.gatt import float32, sfloat

AT = datetime(2026, 3, 14, 12, 30)
GOOD, OFF, ARTEFACT, DEMO = Quality.GOOD, Quality.SENSOR_OFF, Quality.ARTEFACT, Quality.DEMO


def tell(characteristic: int, data: bytes, **known: object) -> Told:
    (kind,) = [each for each in KINDS if each.characteristic == characteristic]
    return kind.tell(data, Known(**known))  # type: ignore[arg-type]


def values(told: Told) -> dict[str, float]:
    return {each.signal.value: pytest.approx(each.value) for each in told.readings}


def qualities(told: Told) -> set[Quality]:
    return {each.quality for each in told.readings}


@pytest.mark.parametrize(
    ("data", "value", "quality"),
    [
        pytest.param(gatt.heart_rate(72), 72, GOOD, id="eight bits"),
        pytest.param(gatt.heart_rate(280), 280, GOOD, id="sixteen bits"),
        pytest.param(gatt.heart_rate(72, contact=True), 72, GOOD, id="with contact"),
        pytest.param(gatt.heart_rate(72, contact=False), 72, OFF, id="without contact"),
        pytest.param(gatt.heart_rate(0), 0, OFF, id="nothing found"),
        pytest.param(
            gatt.heart_rate(72, intervals=[800, 830]), 72, GOOD, id="intervals are passed"
        ),
        pytest.param(gatt.heart_rate(400), 400, Quality.IMPLAUSIBLE, id="beyond what lives"),
    ],
)
def test_heart_rates(data: bytes, value: float, quality: Quality) -> None:
    (reading,) = tell(0x2A37, data).readings
    assert (reading.signal, reading.value, reading.quality) == (Signal.HEART_RATE, value, quality)


@pytest.mark.parametrize(
    ("location", "signal"),
    [(None, Signal.HEART_RATE), (0, Signal.HEART_RATE), (1, Signal.HEART_RATE),
     (2, Signal.PULSE_RATE), (3, Signal.PULSE_RATE), (5, Signal.PULSE_RATE)],
)  # fmt: skip
def test_light_measures_the_pulse_and_a_strap_the_heart(
    location: int | None, signal: Signal
) -> None:
    assert heart_signal(location) is signal
    assert tell(0x2A37, gatt.heart_rate(72), heart=signal).readings[0].signal is signal


@pytest.mark.parametrize(
    ("status", "sensor", "quality"),
    [
        pytest.param(0, 0, GOOD, id="nothing said"),
        pytest.param(MeasurementStatus.FULLY_QUALIFIED, 0, GOOD, id="fully qualified"),
        pytest.param(MeasurementStatus.EARLY_ESTIMATE, 0, ARTEFACT, id="an early estimate"),
        pytest.param(
            MeasurementStatus.EARLY_ESTIMATE | MeasurementStatus.VALIDATED, 0, GOOD, id="validated"
        ),
        pytest.param(MeasurementStatus.DEMONSTRATION, 0, DEMO, id="a demonstration"),
        pytest.param(MeasurementStatus.TESTING, SensorStatus.DISCONNECTED, DEMO, id="a test"),
        pytest.param(MeasurementStatus.CALIBRATION_ONGOING, 0, ARTEFACT, id="calibrating"),
        pytest.param(MeasurementStatus.QUESTIONABLE, 0, ARTEFACT, id="questionable"),
        pytest.param(MeasurementStatus.INVALID, 0, ARTEFACT, id="invalid"),
        pytest.param(0, SensorStatus.NOT_ON_USER, OFF, id="not on the finger"),
        pytest.param(0, SensorStatus.DISCONNECTED, OFF, id="no sensor"),
        pytest.param(0, SensorStatus.DISPLACED, OFF, id="displaced"),
        pytest.param(0, SensorStatus.INTERFERENCE, ARTEFACT, id="interference"),
        pytest.param(0, SensorStatus.ERRATIC_SIGNAL, ARTEFACT, id="erratic"),
        pytest.param(0, SensorStatus.NONPULSATILE_SIGNAL, ARTEFACT, id="no pulse in it"),
        pytest.param(0, SensorStatus.LOW_PERFUSION, GOOD, id="a cold patient's own"),
        pytest.param(0, SensorStatus.POOR_SIGNAL, GOOD, id="weak, and still measured"),
        pytest.param(0x1F, 0xFF0000, GOOD, id="reserved bits say nothing"),
    ],
)
def test_how_far_an_oximeter_is_trusted(status: int, sensor: int, quality: Quality) -> None:
    both = sfloat(97), sfloat(72)
    for told in (
        tell(0x2A5F, gatt.continuous(*both, status=status, sensor=sensor)),
        tell(0x2A5E, gatt.spot_check(*both, at=AT, status=status, sensor=sensor)),
    ):
        assert values(told) == {"spo2": 97, "pulse_rate": 72}
        assert qualities(told) == {quality}


def test_of_a_continuous_measurement_the_usual_averaging_is_taken() -> None:
    other = sfloat(80) + sfloat(40)
    told = tell(0x2A5F, gatt.continuous(sfloat(97), sfloat(72), fast=other, slow=other))
    assert values(told) == {"spo2": 97, "pulse_rate": 72}


@pytest.mark.parametrize(
    ("spo2", "found", "problem"),
    [
        pytest.param("nan", {"pulse_rate": 72}, None, id="nothing measured"),
        pytest.param("nres", {"pulse_rate": 72}, None, id="not at this resolution"),
        pytest.param("+inf", {"pulse_rate": 72}, "above what the device", id="above"),
        pytest.param("-inf", {"pulse_rate": 72}, "below what the device", id="below"),
        pytest.param("res", {"pulse_rate": 72}, "reserves", id="reserved"),
    ],
)
def test_what_is_no_number_is_no_value(
    spo2: str, found: dict[str, float], problem: str | None
) -> None:
    told = tell(0x2A5F, gatt.continuous(sfloat(spo2), sfloat(72)))
    assert values(told) == found
    assert [problem in each for each in told.problems] == ([True] if problem else [])


def test_a_stored_check_without_a_time_is_undated_and_a_present_one_is_now() -> None:
    both = sfloat(97), sfloat(72)
    stored = MeasurementStatus.FROM_STORAGE
    assert tell(0x2A5E, gatt.spot_check(*both, status=stored)).undated
    unset = gatt.spot_check(*both, at=AT, status=stored, clock_unset=True)
    assert tell(0x2A5E, unset).undated
    assert not tell(0x2A5E, gatt.spot_check(*both, at=AT, status=stored)).undated
    now = tell(0x2A5E, gatt.spot_check(*both, at=AT, clock_unset=True))
    assert (now.at, now.undated) == (None, False)


@pytest.mark.parametrize(
    ("data", "known", "value"),
    [
        pytest.param(gatt.temperature(float32(366, -1)), {}, 36.6, id="Celsius"),
        pytest.param(
            gatt.temperature(float32(10004, -2), fahrenheit=True), {}, 37.8, id="Fahrenheit"
        ),
        pytest.param(gatt.temperature(float32(366, -1), site=1), {}, 36.6, id="armpit"),
        pytest.param(gatt.temperature(float32(366, -1), site=9), {}, 36.6, id="eardrum"),
        pytest.param(gatt.temperature(float32(306, -1), site=4), {}, None, id="finger"),
        pytest.param(gatt.temperature(float32(306, -1), site=8), {}, None, id="toe"),
        pytest.param(gatt.temperature(float32(306, -1)), {"site": 8}, None, id="always of the toe"),
        pytest.param(
            gatt.temperature(float32(366, -1), site=6), {"site": 8}, 36.6, id="this time the mouth"
        ),
    ],
)
def test_temperatures_of_the_body_alone(
    data: bytes, known: dict[str, int], value: float | None
) -> None:
    told = tell(0x2A1C, data, **known)
    assert values(told) == ({} if value is None else {"temperature": value})
    assert (told.untaken is None) == (value is not None)


def test_a_place_without_a_name_is_told_and_an_unsettled_temperature_passed_over() -> None:
    assert tell(0x2A1C, gatt.temperature(float32(366, -1), site=77)).problems
    assert not tell(0x2A1E, gatt.temperature(float32(350, -1))).readings


def test_a_blood_pressure_in_either_unit() -> None:
    mercury = gatt.blood_pressure(sfloat(120), sfloat(80), sfloat(93), at=AT, pulse=sfloat(64))
    told = tell(0x2A35, mercury)
    assert told.at == AT
    assert values(told) == {
        "cuff_systolic": 120, "cuff_diastolic": 80, "cuff_mean": 93, "pulse_rate": 64
    }  # fmt: skip
    pascal = gatt.blood_pressure(sfloat(160, -1), sfloat(107, -1), sfloat("nan"), kpa=True)
    assert values(tell(0x2A35, pascal)) == {
        "cuff_systolic": 16 * 7.50061683, "cuff_diastolic": 10.7 * 7.50061683
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "quality"),
    [
        (PressureStatus.BODY_MOVED, ARTEFACT),
        (PressureStatus.CUFF_LOOSE, ARTEFACT),
        (PressureStatus.BADLY_PLACED, ARTEFACT),
        (PressureStatus.IRREGULAR_PULSE, GOOD),
        (PressureStatus.PULSE_ABOVE, GOOD),
        (PressureStatus.PULSE_BELOW, GOOD),
    ],
)
def test_how_far_a_cuff_is_trusted(status: int, quality: Quality) -> None:
    data = gatt.blood_pressure(sfloat(120), sfloat(80), sfloat(93), status=status)
    assert qualities(tell(0x2A35, data)) == {quality}


@pytest.mark.parametrize(
    ("told", "wanted", "taken"),
    [(1, 1, True), (2, 1, False), (None, 1, True), (255, 1, True), (2, None, True)],
)
def test_pressures_of_one_user_where_one_is_asked_for(
    told: int | None, wanted: int | None, taken: bool
) -> None:
    data = gatt.blood_pressure(sfloat(120), sfloat(80), sfloat(93), user=told)
    assert bool(tell(0x2A35, data, user=wanted).readings) is taken


@pytest.mark.parametrize(
    ("concentration", "moles", "value"),
    [
        pytest.param(sfloat(105, -5), False, 105, id="kg/L"),
        pytest.param(sfloat(583, -5), True, 5.83 * 18.0156, id="mol/L"),
        pytest.param(sfloat("nan"), False, None, id="nothing measured"),
        pytest.param(None, False, None, id="no concentration"),
    ],
)
def test_glucose_in_either_unit(
    concentration: bytes | None, moles: bool, value: float | None
) -> None:
    told = tell(0x2A18, gatt.glucose(7, AT, concentration=concentration, moles=moles, offset=-60))
    assert values(told) == ({} if value is None else {"glucose": value})
    assert (told.sequence, told.at) == (7, datetime(2026, 3, 14, 11, 30))


@pytest.mark.parametrize(
    ("status", "quality", "problem"),
    [
        pytest.param(MeterStatus.BATTERY_LOW, GOOD, None, id="battery"),
        pytest.param(MeterStatus.SENSOR_MALFUNCTION, ARTEFACT, None, id="sensor"),
        pytest.param(MeterStatus.SAMPLE_TOO_SMALL, ARTEFACT, None, id="too little blood"),
        pytest.param(MeterStatus.INTERRUPTED, ARTEFACT, None, id="strip pulled"),
        pytest.param(MeterStatus.RESULT_TOO_HIGH, None, "above what", id="too high"),
        pytest.param(MeterStatus.RESULT_TOO_LOW, None, "below what", id="too low"),
    ],
)
def test_how_far_a_meter_is_trusted(
    status: int, quality: Quality | None, problem: str | None
) -> None:
    told = tell(0x2A18, gatt.glucose(7, AT, concentration=sfloat(105, -5), status=status))
    assert qualities(told) == ({quality} if quality else set())
    assert [problem in each for each in told.problems] == ([True] if problem else [])


def test_a_meter_that_can_not_tell_the_time_is_undated() -> None:
    assert tell(0x2A18, gatt.glucose(7, None, concentration=sfloat(105, -5))).undated
    fault = gatt.glucose(7, AT, concentration=sfloat(105, -5), status=MeterStatus.TIME_FAULT)
    assert tell(0x2A18, fault).undated


@pytest.mark.parametrize(("sample", "location"), [(10, 1), (1, 4)])
def test_a_control_solution_is_nobodys(sample: int, location: int) -> None:
    data = gatt.glucose(7, AT, concentration=sfloat(105, -5), sample=sample, location=location)
    told = tell(0x2A18, data)
    assert told.readings == ()
    assert told.untaken
