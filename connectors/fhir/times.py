"""FHIR's dates and times (hl7.org/fhir/R4/datatypes.html#dateTime), and when a value was taken."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from sereno.domain.errors import MalformedInput

NO_TIME: Final = "it has no time (effective[x])"
VAGUE: Final = "its time is no more exact than a month; send a day or better"
NO_SUCH_TIME: Final = "its time can not be read"
SEVERAL: Final = "it was taken at several times; send each by itself"

# Every part has a fixed length, so that nothing is tried twice.
_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)"
    r"(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_LAST_SECOND: Final = 60  # a leap second, which counts as the one before


def moment(text: object, zone: tzinfo) -> datetime:
    """A dateTime or instant in UTC; a day is its beginning in `zone`.

    Raises MalformedInput for what is none, and for one without a day.
    """
    match = _DATE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise MalformedInput(NO_SUCH_TIME)
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    if day is None:
        raise MalformedInput(VAGUE)
    try:
        if hour is None:
            return datetime(int(year), int(month), int(day), tzinfo=zone).astimezone(UTC)
        whole = min(int(second), 59) if int(second) == _LAST_SECOND else int(second)
        micros = int(f"{fraction:0<6}"[:6]) if fraction else 0
        its = zone if offset is None else _zone(offset)
        taken = datetime(
            int(year), int(month), int(day), int(hour), int(minute), whole, micros, its
        )
        return taken.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise MalformedInput(NO_SUCH_TIME) from exc


def day(text: object) -> date | None:
    """A birthDate, where it tells a day."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None


def taken(resource: Mapping[str, Any], zone: tzinfo) -> tuple[datetime, datetime]:
    """When an observation began and when it ended; the same moment for most.

    Raises MalformedInput where that is not told.
    """
    if (text := resource.get("effectiveDateTime", resource.get("effectiveInstant"))) is not None:
        at = moment(text, zone)
        return at, at
    if (period := resource.get("effectivePeriod")) is not None:
        return _period(period, zone)
    if (timing := resource.get("effectiveTiming")) is not None:
        at = moment(_event(timing), zone)
        return at, at
    raise MalformedInput(NO_TIME)


def _period(period: object, zone: tzinfo) -> tuple[datetime, datetime]:
    if not isinstance(period, dict):
        raise MalformedInput(NO_SUCH_TIME)
    begin, end = period.get("start"), period.get("end")
    if begin is None and end is None:
        raise MalformedInput(NO_TIME)
    first = moment(end if begin is None else begin, zone)
    last = moment(begin if end is None else end, zone)
    if last < first:
        raise MalformedInput(NO_SUCH_TIME)
    return first, last


def _event(timing: object) -> object:
    events = timing.get("event") if isinstance(timing, dict) else None
    if not isinstance(events, list) or not events:
        raise MalformedInput(NO_TIME)
    if len(events) > 1:
        raise MalformedInput(SEVERAL)
    return events[0]


def _zone(offset: str) -> tzinfo:
    if offset == "Z":
        return UTC
    minutes = 60 * int(offset[1:3]) + int(offset[4:6])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))
