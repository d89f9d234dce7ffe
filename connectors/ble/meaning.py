"""What measurements are in the vocabulary: signals, values, and how far they can be trusted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from connectors.ble import measurements as gatt
from connectors.ble.fields import Number, Special
from connectors.ble.measurements import MeasurementStatus as Status
from connectors.ble.measurements import MeterStatus, PressureStatus
from connectors.ble.measurements import SensorStatus as Sensor
from connectors.replay.channels import quality as by_value
from sereno.domain.stream import Quality
from sereno.domain.vitals import Signal, to_unit


@dataclass(frozen=True, slots=True)
class Reading:
    """One value in the vocabulary's unit."""

    signal: Signal
    value: float
    quality: Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one notification tells.

    `at` is by the device's clock, without a zone; None where it was measured now. `undated`: it
    was measured at some other time, and nobody knows when. `problems` say what could not be read,
    `untaken` what was read and has no place here.
    """

    readings: tuple[Reading, ...] = ()
    at: datetime | None = None
    undated: bool = False
    sequence: int | None = None
    problems: tuple[str, ...] = ()
    untaken: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a device has told of itself, and the source of it.

    `heart` is what its heart rate is: of the heart, or of the pulse where light measures it. `site`
    is the temperature type that holds for all its measurements. `user` is whose pressures alone are
    taken; None for everybody's.
    """

    heart: Signal = Signal.HEART_RATE
    site: int | None = None
    user: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A characteristic that measurements come by. `streams`: it comes all the time, while worn."""

    service: int
    characteristic: int
    name: str
    tell: Callable[[bytes, Known], Told]
    streams: bool = False


_CHEST = 1  # of the body sensor locations (0x2A38): there the heart's own current is measured
_BODY_SITES = frozenset({1, 2, 3, 5, 6, 7, 9})  # armpit, body, ear, gut, mouth, rectum, eardrum
_SKIN_SITES = frozenset({4, 8})  # finger, toe
_CONTROL_SAMPLE, _CONTROL_LOCATION = 10, 4  # a solution that tries the meter

_DEMO: Final = Status.DEMONSTRATION | Status.TESTING
_OFF: Final = Sensor.NOT_ON_USER | Sensor.DISPLACED | Sensor.DISCONNECTED
_DOUBTFUL: Final = (
    Status.CALIBRATION_ONGOING | Status.UNAVAILABLE | Status.QUESTIONABLE | Status.INVALID
)
_SETTLED: Final = Status.VALIDATED | Status.FULLY_QUALIFIED
# Low perfusion and a poor signal are a cold or shocked patient's own; a measurement that they
# spoil is told by its status.
_DISTURBED: Final = (
    Sensor.EQUIPMENT_MALFUNCTION | Sensor.PROCESSING_IRREGULARITY | Sensor.INADEQUATE_SIGNAL
    | Sensor.ERRATIC_SIGNAL | Sensor.NONPULSATILE_SIGNAL | Sensor.QUESTIONABLE_PULSE
    | Sensor.INTERFERENCE | Sensor.UNKNOWN_SENSOR | Sensor.SENSOR_MALFUNCTION
)  # fmt: skip
_CUFF_DISTURBED: Final = (
    PressureStatus.BODY_MOVED | PressureStatus.CUFF_LOOSE | PressureStatus.BADLY_PLACED
)
_METER_DISTURBED: Final = (
    MeterStatus.SENSOR_MALFUNCTION | MeterStatus.SAMPLE_TOO_SMALL | MeterStatus.STRIP_INSERTION
    | MeterStatus.STRIP_TYPE | MeterStatus.TOO_WARM | MeterStatus.TOO_COLD
    | MeterStatus.INTERRUPTED | MeterStatus.DEVICE_FAULT
)  # fmt: skip


def heart_signal(location: int | None) -> Signal:
    """What a heart rate sensor at a body sensor location measures; None where it does not say."""
    return Signal.HEART_RATE if location in {None, 0, _CHEST} else Signal.PULSE_RATE


def _heart_rate(data: bytes, known: Known) -> Told:
    found = gatt.heart_rate(data)
    flagged = Quality.SENSOR_OFF if found.contact is False else None
    return _told([(known.heart, float(found.rate), None)], flagged)


def _spot_check(data: bytes, _: Known) -> Told:
    found = gatt.spot_check(data)
    at = found.at if found.clock_set else None
    undated = at is None and bool(found.status & Status.FROM_STORAGE)
    return _oximetry(found, at, undated=undated)


def _continuous(data: bytes, _: Known) -> Told:
    return _oximetry(gatt.continuous(data), None, undated=False)


def _oximetry(found: gatt.Oximetry, at: datetime | None, *, undated: bool) -> Told:
    values = [(Signal.SPO2, found.spo2, None), (Signal.PULSE_RATE, found.pulse, None)]
    return _told(values, _oximeter_quality(found), at=at, undated=undated)


def _oximeter_quality(found: gatt.Oximetry) -> Quality | None:
    if found.status & _DEMO:
        return Quality.DEMO
    if found.sensor & _OFF:
        return Quality.SENSOR_OFF
    early = found.status & Status.EARLY_ESTIMATE and not found.status & _SETTLED
    if early or found.status & _DOUBTFUL or found.sensor & _DISTURBED:
        return Quality.ARTEFACT
    return None


def _temperature(data: bytes, known: Known) -> Told:
    found = gatt.temperature(data)
    site = known.site if found.site is None else found.site
    if site in _SKIN_SITES:
        return Told(untaken="temperature of a finger or toe")
    if site is not None and site not in _BODY_SITES:
        return Told(problems=("a temperature of a place that the specification does not name",))
    return _told([(Signal.TEMPERATURE, found.value, found.unit)], at=found.at)


def _intermediate_temperature(data: bytes, _: Known) -> Told:
    gatt.temperature(data)
    return Told(untaken="temperature that has not settled")


def _blood_pressure(data: bytes, known: Known) -> Told:
    found = gatt.blood_pressure(data)
    if known.user is not None and found.user not in {None, known.user}:
        return Told(untaken="pressures of another user of the device")
    values: Sequence[tuple[Signal, Number | None, str | None]] = [
        (Signal.CUFF_SYSTOLIC, found.systolic, found.unit),
        (Signal.CUFF_DIASTOLIC, found.diastolic, found.unit),
        (Signal.CUFF_MEAN, found.mean, found.unit),
        (Signal.PULSE_RATE, found.pulse, None),
    ]
    return _told(
        values, Quality.ARTEFACT if found.status & _CUFF_DISTURBED else None, at=found.at
    )  # fmt: skip


def _glucose(data: bytes, _: Known) -> Told:
    found = gatt.glucose(data)
    if found.sample == _CONTROL_SAMPLE or found.location == _CONTROL_LOCATION:
        return Told(untaken="glucose of a control solution", sequence=found.sequence)
    value = found.concentration
    if found.status & MeterStatus.RESULT_TOO_HIGH:
        value = Special.ABOVE
    elif found.status & MeterStatus.RESULT_TOO_LOW:
        value = Special.BELOW
    # kg/L is not UCUM's way of saying it: as mg/dL; mol/L as the vocabulary's mmol/L.
    scale, unit = (1e5, "mg/dL") if found.unit == "kg/L" else (1e3, "mmol/L")
    if isinstance(value, float):
        value = round(value * scale, 9)
    return _told(
        [(Signal.GLUCOSE, value, unit)],
        Quality.ARTEFACT if found.status & _METER_DISTURBED else None,
        at=found.at,
        undated=found.at is None or bool(found.status & MeterStatus.TIME_FAULT),
        sequence=found.sequence,
    )


def _glucose_context(data: bytes, _: Known) -> Told:
    gatt.glucose_context(data)
    return Told(untaken="context of glucose: meals, exercise, medication")


def _told(
    values: Sequence[tuple[Signal, Number | None, str | None]],
    flagged: Quality | None = None,
    *,
    at: datetime | None = None,
    undated: bool = False,
    sequence: int | None = None,
) -> Told:
    readings: list[Reading] = []
    problems: list[str] = []
    for signal, raw, unit in values:
        if isinstance(raw, float):
            value = to_unit(signal, raw, unit)
            readings.append(Reading(signal, value, flagged or by_value(signal, raw, value)))
        elif raw in {Special.ABOVE, Special.BELOW}:
            side = "above" if raw is Special.ABOVE else "below"
            problems.append(f"{signal.value} is {side} what the device can measure")
        elif raw is Special.RESERVED:
            problems.append(f"{signal.value} is a number that the standard reserves")
    return Told(
        readings=tuple(readings), at=at, undated=undated, sequence=sequence,
        problems=tuple(problems),
    )  # fmt: skip


HEART_RATE, OXIMETER, THERMOMETER, CUFF, METER = 0x180D, 0x1822, 0x1809, 0x1810, 0x1808
SERVICES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "heart_rate": HEART_RATE,
        "pulse_oximeter": OXIMETER,
        "thermometer": THERMOMETER,
        "blood_pressure": CUFF,
        "glucose": METER,
    }
)
KINDS: Final = (
    Kind(HEART_RATE, 0x2A37, "heart_rate", _heart_rate, streams=True),
    Kind(OXIMETER, 0x2A5F, "pulse_oximeter", _continuous, streams=True),
    Kind(OXIMETER, 0x2A5E, "pulse_oximeter", _spot_check),
    Kind(THERMOMETER, 0x2A1C, "thermometer", _temperature),
    Kind(THERMOMETER, 0x2A1E, "thermometer", _intermediate_temperature),
    Kind(CUFF, 0x2A35, "blood_pressure", _blood_pressure),
    Kind(METER, 0x2A18, "glucose", _glucose),
    Kind(METER, 0x2A34, "glucose", _glucose_context),
)
# Offered by some devices, and without a place in the vocabulary.
UNTAKEN_SERVICES: Final[Mapping[int, str]] = MappingProxyType(
    {0x181D: "weight", 0x181B: "body composition", 0x181F: "continuous glucose"}
)
