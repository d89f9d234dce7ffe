"""Encoders of GATT characteristics, written from the specifications apart from the decoders."""

import struct
from datetime import datetime

SFLOAT_SPECIAL = {"nan": 0x07FF, "nres": 0x0800, "+inf": 0x07FE, "-inf": 0x0802, "res": 0x0801}
FLOAT_SPECIAL = {
    "nan": 0x007FFFFF, "nres": 0x00800000, "+inf": 0x007FFFFE, "-inf": 0x00800002,
    "res": 0x00800001,
}  # fmt: skip


def sfloat(value: float | str, exponent: int = 0) -> bytes:
    """`value` is the mantissa, or a special's name."""
    if isinstance(value, str):
        return struct.pack("<H", SFLOAT_SPECIAL[value])
    return struct.pack("<H", (exponent % 16) * 4096 + int(value) % 4096)


def float32(value: float | str, exponent: int = 0) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", FLOAT_SPECIAL[value])
    return struct.pack("<i", int(value))[:3] + struct.pack("<b", exponent)


def date_time(at: datetime | None) -> bytes:
    if at is None:
        return bytes(7)
    return struct.pack("<HBBBBB", at.year, at.month, at.day, at.hour, at.minute, at.second)


def heart_rate(
    rate: int, *, contact: bool | None = None, energy: int | None = None, intervals=()
) -> bytes:
    flags, body = 0, b""
    if rate > 255:
        flags |= 1
    body += struct.pack("<H" if rate > 255 else "B", rate)
    if contact is not None:
        flags |= 0b100 | (0b010 if contact else 0)
    if energy is not None:
        flags |= 8
        body += struct.pack("<H", energy)
    if intervals:
        flags |= 16
        body += struct.pack(f"<{len(intervals)}H", *intervals)
    return bytes([flags]) + body


def spot_check(spo2: bytes, pulse: bytes, *, at=..., status=None, sensor=None, amplitude=None,
               clock_unset=False) -> bytes:  # fmt: skip
    flags = 16 if clock_unset else 0
    body = spo2 + pulse
    if at is not ...:
        flags, body = flags | 1, body + date_time(at)
    if status is not None:
        flags, body = flags | 2, body + struct.pack("<H", status)
    if sensor is not None:
        flags, body = flags | 4, body + struct.pack("<I", sensor)[:3]
    if amplitude is not None:
        flags, body = flags | 8, body + amplitude
    return bytes([flags]) + body


def continuous(spo2: bytes, pulse: bytes, *, fast=None, slow=None, status=None, sensor=None,
               amplitude=None) -> bytes:  # fmt: skip
    flags, body = 0, spo2 + pulse
    if fast is not None:
        flags, body = flags | 1, body + fast
    if slow is not None:
        flags, body = flags | 2, body + slow
    if status is not None:
        flags, body = flags | 4, body + struct.pack("<H", status)
    if sensor is not None:
        flags, body = flags | 8, body + struct.pack("<I", sensor)[:3]
    if amplitude is not None:
        flags, body = flags | 16, body + amplitude
    return bytes([flags]) + body


def temperature(value: bytes, *, fahrenheit=False, at=..., site=None) -> bytes:
    flags, body = int(fahrenheit), value
    if at is not ...:
        flags, body = flags | 2, body + date_time(at)
    if site is not None:
        flags, body = flags | 4, body + bytes([site])
    return bytes([flags]) + body


def blood_pressure(systolic, diastolic, mean, *, kpa=False, at=..., pulse=None, user=None,
                   status=None) -> bytes:  # fmt: skip
    flags, body = int(kpa), systolic + diastolic + mean
    if at is not ...:
        flags, body = flags | 2, body + date_time(at)
    if pulse is not None:
        flags, body = flags | 4, body + pulse
    if user is not None:
        flags, body = flags | 8, body + bytes([user])
    if status is not None:
        flags, body = flags | 16, body + struct.pack("<H", status)
    return bytes([flags]) + body


def glucose(sequence, at, *, offset=None, concentration=None, moles=False, sample=1, location=1,
            status=None, context=False) -> bytes:  # fmt: skip
    flags = (4 if moles else 0) | (16 if context else 0)
    body = struct.pack("<H", sequence) + date_time(at)
    if offset is not None:
        flags, body = flags | 1, body + struct.pack("<h", offset)
    if concentration is not None:
        flags, body = flags | 2, body + concentration + bytes([location * 16 + sample])
    if status is not None:
        flags, body = flags | 8, body + struct.pack("<H", status)
    return bytes([flags]) + body


def current_time(at: datetime | None, fraction: int = 0) -> bytes:
    return date_time(at) + bytes([at.isoweekday() if at else 0, fraction, 0])
