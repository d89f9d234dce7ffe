"""What the characteristics of health devices hold: pure functions from bytes to values.

Each raises MalformedInput where the bytes are cut short or tell a time that no clock shows, and
nothing else. Bits that are reserved are not read. The layouts are those of the Bluetooth SIG's
service specifications: HRS 1.0, PLXS 1.0.1, HTS 1.0, BLS 1.1.1, GLS 1.0.1, CTS 1.1.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntFlag
from typing import Final

from connectors.ble.fields import Fields, Number
from sereno.domain.errors import MalformedInput

_RR_PER_SECOND = 1024


@dataclass(frozen=True, slots=True)
class HeartRate:
    """0x2A37. `contact` is None where the device can not tell; `intervals` are R-R, in seconds."""

    rate: int
    contact: bool | None
    energy: int | None  # kJ
    intervals: tuple[float, ...]


def heart_rate(data: bytes) -> HeartRate:
    """Decode 0x2A37."""
    fields = Fields(data)
    flags = fields.uint(1)
    rate = fields.uint(2 if flags & 1 else 1)
    contact = bool(flags & 2) if flags & 4 else None
    energy = fields.uint(2) if flags & 8 else None
    count = fields.left() // 2 if flags & 16 else 0
    intervals = tuple(fields.uint(2) / _RR_PER_SECOND for _ in range(count))
    return HeartRate(rate, contact, energy, intervals)


class MeasurementStatus(IntFlag):
    """How good an oximeter says its measurement is. Bits 0 to 4 are reserved."""

    ONGOING = 1 << 5
    EARLY_ESTIMATE = 1 << 6
    VALIDATED = 1 << 7
    FULLY_QUALIFIED = 1 << 8
    FROM_STORAGE = 1 << 9
    DEMONSTRATION = 1 << 10
    TESTING = 1 << 11
    CALIBRATION_ONGOING = 1 << 12
    UNAVAILABLE = 1 << 13
    QUESTIONABLE = 1 << 14
    INVALID = 1 << 15


class SensorStatus(IntFlag):
    """What is the matter with an oximeter and its sensor. Bits 16 to 23 are reserved."""

    DISPLAY_UPDATE_ONGOING = 1 << 0
    EQUIPMENT_MALFUNCTION = 1 << 1
    PROCESSING_IRREGULARITY = 1 << 2
    INADEQUATE_SIGNAL = 1 << 3
    POOR_SIGNAL = 1 << 4
    LOW_PERFUSION = 1 << 5
    ERRATIC_SIGNAL = 1 << 6
    NONPULSATILE_SIGNAL = 1 << 7
    QUESTIONABLE_PULSE = 1 << 8
    ANALYSIS_ONGOING = 1 << 9
    INTERFERENCE = 1 << 10
    NOT_ON_USER = 1 << 11
    UNKNOWN_SENSOR = 1 << 12
    DISPLACED = 1 << 13
    SENSOR_MALFUNCTION = 1 << 14
    DISCONNECTED = 1 << 15


_NO_STATUS: Final = MeasurementStatus(0)
_NOTHING_THE_MATTER: Final = SensorStatus(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Oximetry:
    """0x2A5E and 0x2A5F: saturation in percent, pulses a minute, amplitude in percent.

    `fast` and `slow` are the same two with other averaging. `at` is by the device's clock.
    """

    spo2: Number
    pulse: Number
    fast: tuple[Number, Number] | None = None
    slow: tuple[Number, Number] | None = None
    at: datetime | None = None
    status: MeasurementStatus = _NO_STATUS
    sensor: SensorStatus = _NOTHING_THE_MATTER
    amplitude: Number | None = None
    clock_set: bool = True


def spot_check(data: bytes) -> Oximetry:
    """Decode 0x2A5E."""
    fields = Fields(data)
    flags = fields.uint(1)
    return Oximetry(
        spo2=fields.sfloat(),
        pulse=fields.sfloat(),
        at=fields.date_time() if flags & 1 else None,
        status=_measurement_status(fields, flags & 2),
        sensor=_sensor_status(fields, flags & 4),
        amplitude=fields.sfloat() if flags & 8 else None,
        clock_set=not flags & 16,
    )


def continuous(data: bytes) -> Oximetry:
    """Decode 0x2A5F."""
    fields = Fields(data)
    flags = fields.uint(1)
    return Oximetry(
        spo2=fields.sfloat(),
        pulse=fields.sfloat(),
        fast=(fields.sfloat(), fields.sfloat()) if flags & 1 else None,
        slow=(fields.sfloat(), fields.sfloat()) if flags & 2 else None,
        status=_measurement_status(fields, flags & 4),
        sensor=_sensor_status(fields, flags & 8),
        amplitude=fields.sfloat() if flags & 16 else None,
    )


def _measurement_status(fields: Fields, present: int) -> MeasurementStatus:
    return MeasurementStatus(fields.uint(2) & 0xFFE0 if present else 0)


def _sensor_status(fields: Fields, present: int) -> SensorStatus:
    return SensorStatus(fields.uint(3) & 0xFFFF if present else 0)


@dataclass(frozen=True, slots=True)
class OximeterFeatures:
    """0x2A60: what an oximeter can tell."""

    measurement_status: MeasurementStatus
    sensor_status: SensorStatus
    stores: bool  # spot checks, to be fetched later
    tells_time: bool  # of spot checks


def oximeter_features(data: bytes) -> OximeterFeatures:
    """Decode 0x2A60."""
    fields = Fields(data)
    supported = fields.uint(2)
    return OximeterFeatures(
        _measurement_status(fields, supported & 1),
        _sensor_status(fields, supported & 2),
        stores=bool(supported & 4),
        tells_time=bool(supported & 8),
    )


@dataclass(frozen=True, slots=True)
class Temperature:
    """0x2A1C and 0x2A1E. `unit` is UCUM; `site` is the temperature type, by its number."""

    value: Number
    unit: str
    at: datetime | None
    site: int | None


def temperature(data: bytes) -> Temperature:
    """Decode 0x2A1C or 0x2A1E."""
    fields = Fields(data)
    flags = fields.uint(1)
    return Temperature(
        fields.float32(),
        "[degF]" if flags & 1 else "Cel",
        fields.date_time() if flags & 2 else None,
        fields.uint(1) if flags & 4 else None,
    )


class PressureStatus(IntFlag):
    """What a cuff says of its measurement. Bits 3 and 4 tell whether the pulse is out of range."""

    BODY_MOVED = 1 << 0
    CUFF_LOOSE = 1 << 1
    IRREGULAR_PULSE = 1 << 2
    PULSE_ABOVE = 1 << 3
    PULSE_BELOW = 1 << 4
    BADLY_PLACED = 1 << 5


@dataclass(frozen=True, slots=True)
class BloodPressure:
    """0x2A35. `unit` is UCUM; `user` is None where the device does not know whose it is."""

    systolic: Number
    diastolic: Number
    mean: Number
    unit: str
    at: datetime | None
    pulse: Number | None
    user: int | None
    status: PressureStatus


_UNKNOWN_USER = 255


def blood_pressure(data: bytes) -> BloodPressure:
    """Decode 0x2A35."""
    fields = Fields(data)
    flags = fields.uint(1)
    pressures = fields.sfloat(), fields.sfloat(), fields.sfloat()
    at = fields.date_time() if flags & 2 else None
    pulse = fields.sfloat() if flags & 4 else None
    user = fields.uint(1) if flags & 8 else _UNKNOWN_USER
    status = PressureStatus(fields.uint(2) & 0x3F if flags & 16 else 0)
    known = None if user == _UNKNOWN_USER else user
    return BloodPressure(*pressures, "kPa" if flags & 1 else "mm[Hg]", at, pulse, known, status)


class MeterStatus(IntFlag):
    """What a glucose meter says of its measurement."""

    BATTERY_LOW = 1 << 0
    SENSOR_MALFUNCTION = 1 << 1
    SAMPLE_TOO_SMALL = 1 << 2
    STRIP_INSERTION = 1 << 3
    STRIP_TYPE = 1 << 4
    RESULT_TOO_HIGH = 1 << 5
    RESULT_TOO_LOW = 1 << 6
    TOO_WARM = 1 << 7
    TOO_COLD = 1 << 8
    INTERRUPTED = 1 << 9
    DEVICE_FAULT = 1 << 10
    TIME_FAULT = 1 << 11


@dataclass(frozen=True, slots=True)
class Glucose:
    """0x2A18. `unit` is kg/L or mol/L; `sample` and `location` are numbers of the specification.

    `at` counts in what the user has moved the clock by.
    """

    sequence: int
    at: datetime | None
    concentration: Number | None
    unit: str
    sample: int | None
    location: int | None
    status: MeterStatus
    context_follows: bool


def glucose(data: bytes) -> Glucose:
    """Decode 0x2A18."""
    fields = Fields(data)
    flags = fields.uint(1)
    sequence = fields.uint(2)
    at = _moved(fields.date_time(), fields.sint16() if flags & 1 else 0)
    concentration = sample = location = None
    if flags & 2:
        concentration = fields.sfloat()
        both = fields.uint(1)
        sample, location = both & 0xF, both >> 4
    status = MeterStatus(fields.uint(2) & 0xFFF if flags & 8 else 0)
    unit = "mol/L" if flags & 4 else "kg/L"
    return Glucose(sequence, at, concentration, unit, sample, location, status, bool(flags & 16))


def _moved(base: datetime | None, minutes: int) -> datetime | None:
    try:
        return base + timedelta(minutes=minutes) if base else None
    except OverflowError as exc:
        raise MalformedInput("a time that no clock shows") from exc


@dataclass(frozen=True, slots=True)
class GlucoseContext:
    """0x2A34: what the patient told the meter about the measurement of the same `sequence`.

    Nothing of it has a place in the vocabulary.
    """

    sequence: int
    carbohydrate: tuple[int, Number] | None = None  # id, kg
    meal: int | None = None
    tester_health: int | None = None
    exercise: tuple[int, int] | None = None  # s, %
    medication: tuple[int, Number] | None = None  # id, kg or L
    hba1c: Number | None = None  # %


def glucose_context(data: bytes) -> GlucoseContext:
    """Decode 0x2A34."""
    fields = Fields(data)
    flags = fields.uint(1)
    sequence = fields.uint(2)
    if flags & 128:
        fields.uint(1)  # extended flags, all of them reserved
    return GlucoseContext(
        sequence,
        carbohydrate=(fields.uint(1), fields.sfloat()) if flags & 1 else None,
        meal=fields.uint(1) if flags & 2 else None,
        tester_health=fields.uint(1) if flags & 4 else None,
        exercise=(fields.uint(2), fields.uint(1)) if flags & 8 else None,
        medication=(fields.uint(1), fields.sfloat()) if flags & 16 else None,
        hba1c=fields.sfloat() if flags & 64 else None,
    )


def current_time(data: bytes) -> datetime | None:
    """Decode 0x2A2B, the device's own clock, without a zone; None where it has not been set."""
    fields = Fields(data)
    at = fields.date_time()
    fields.uint(1)  # the day of the week
    fraction = fields.uint(1) / 256
    fields.uint(1)  # why it was set
    return at + timedelta(seconds=fraction) if at else None
