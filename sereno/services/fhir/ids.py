"""Under which ids resources go: stable, and telling nothing but what the database has in the clear.

An observation's id says whose it is (the opaque id), what, when, and a hash of its source. It stays
through corrections, which are its versions.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sereno.domain.stream import is_charted

VALID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")  # FHIR R4, datatypes: id
NO_SOURCE: Final = "0"
FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_SOURCE_DIGITS: Final = 8
_DEVICE_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class ObservationId:
    """The parts of an observation's id. `tag` says what it is of, `time` is UTC."""

    patient: str
    tag: str
    time: datetime
    source: str = NO_SOURCE

    def __str__(self) -> str:
        return f"{self.patient}.{self.tag}.{_written(micros(self.time))}.{self.source}"

    @classmethod
    def read(cls, text: str) -> "ObservationId | None":
        """The parts of an id; None for what is none of ours."""
        parts = text.split(".")
        if len(parts) != 4 or not VALID.fullmatch(text):
            return None
        patient, tag, time, source = parts
        try:
            found = cls(patient, tag, FIRST + int(time, len(_DIGITS)) * MICROSECOND, source)
        except (ValueError, OverflowError):
            return None
        return found if str(found) == text else None


def micros(moment: datetime) -> int:
    """Microseconds since the year 1, so that no time is negative."""
    return (moment - FIRST) // MICROSECOND


def moment_of(micros_: int) -> datetime:
    """The UTC time of `micros`. Raises OverflowError."""
    return FIRST + micros_ * MICROSECOND


def later(moment: datetime, by: timedelta) -> datetime:
    """`moment` and so much, or the last that there is."""
    return moment + by if moment < LAST - by else LAST


def earlier(moment: datetime, by: timedelta) -> datetime:
    """`moment` less so much, or the first that there is."""
    return moment - by if moment > FIRST + by else FIRST


def source_mark(source: str, channel: str = "") -> str:
    """What stands for a source, and a waveform's channel, in an observation's id."""
    return _hash(f"{source}\0{channel}" if channel else source)[:_SOURCE_DIGITS]


def device_id(source: str) -> str | None:
    """The id of the Device that stands for a source; None of what is entered by hand."""
    return None if not source or is_charted(source) else _hash(source)[:_DEVICE_DIGITS]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _written(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits or "0"
