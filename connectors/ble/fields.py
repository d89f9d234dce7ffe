"""The fields of a GATT characteristic: integers, numbers of IEEE 11073-20601, date and time.

All are little endian. See the Bluetooth SIG's GATT Specification Supplement, and IEEE 11073-20601,
annex F, for the numbers.
"""

from datetime import datetime
from enum import Enum
from typing import Final

from sereno.domain.errors import MalformedInput


class Special(Enum):
    """What stands where a number does and is none."""

    NAN = "not a number"  # nothing was measured
    NRES = "not at this resolution"
    ABOVE = "+infinity"
    BELOW = "-infinity"
    RESERVED = "reserved"


Number = float | Special

# From the largest mantissa on, counted up: 0x7FE, 0x7FF, then -0x800, -0x7FF, -0x7FE (annex F).
_SPECIAL: Final = (Special.ABOVE, Special.NAN, Special.NRES, Special.RESERVED, Special.BELOW)
_FIRST_YEAR = 1582  # of the Gregorian calendar, as the supplement has it
_ANY_LEAP_YEAR = 2000


def sfloat(raw: int) -> Number:
    """A 16-bit SFLOAT: four bits of exponent to the base ten, twelve of mantissa, both signed."""
    return _number(raw & 0xFFF, raw >> 12 & 0xF, mantissa_bits=12, exponent_bits=4)


def float32(raw: int) -> Number:
    """A 32-bit FLOAT: eight bits of exponent to the base ten, 24 of mantissa, both signed."""
    return _number(raw & 0xFFFFFF, raw >> 24 & 0xFF, mantissa_bits=24, exponent_bits=8)


def _number(mantissa: int, exponent: int, *, mantissa_bits: int, exponent_bits: int) -> Number:
    above_all = mantissa - (1 << mantissa_bits - 1) + 2
    if 0 <= above_all < len(_SPECIAL):  # with another exponent than 0 they stand for nothing at all
        return _SPECIAL[above_all] if exponent == 0 else Special.RESERVED
    value = _signed(mantissa, mantissa_bits)
    power = _signed(exponent, exponent_bits)
    # One division or none: the nearest float to the decimal that was sent.
    return float(value * 10**power) if power >= 0 else value / 10**-power


def _signed(raw: int, bits: int) -> int:
    return raw - (1 << bits) if raw >> bits - 1 else raw


class Fields:
    """Reads a value's fields one after the other.

    Each raises MalformedInput where the bytes end first. Octets behind the last field are left
    alone: later releases of a specification put theirs there.
    """

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def left(self) -> int:
        """How many octets have not been read."""
        return len(self._data) - self._at

    def uint(self, octets: int) -> int:
        """An unsigned integer."""
        end = self._at + octets
        if end > len(self._data):
            raise MalformedInput("the value ends before its fields do")
        found = int.from_bytes(self._data[self._at : end], "little")
        self._at = end
        return found

    def sint16(self) -> int:
        """A signed integer of two octets."""
        return _signed(self.uint(2), 16)

    def sfloat(self) -> Number:
        """A number in two octets."""
        return sfloat(self.uint(2))

    def float32(self) -> Number:
        """A number in four octets."""
        return float32(self.uint(4))

    def date_time(self) -> datetime | None:
        """A moment by the device's clock, without a zone; None where its date is not known.

        Raises MalformedInput for what no clock shows.
        """
        year, month, day = self.uint(2), self.uint(1), self.uint(1)
        hour, minute, second = self.uint(1), self.uint(1), self.uint(1)
        if 0 < year < _FIRST_YEAR:
            raise MalformedInput("a time that no clock shows")
        try:
            known = datetime(  # noqa: DTZ001 - its zone is told where the clinic's is known
                year or _ANY_LEAP_YEAR, month or 1, day or 1, hour, minute, second
            )
        except ValueError as exc:
            raise MalformedInput("a time that no clock shows") from exc
        return known if year and month and day else None
