"""When a row was taken: from the many ways in which tables write time to UTC.

A table without dates counts from `EPOCH`, a fixed moment, so that reading the same file again
gives the same times and nothing is kept twice.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from connectors.replay.channels import part_unit, plain
from sereno.domain.errors import MalformedInput, SourceError

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class TimeKind(StrEnum):
    """How a time column is written."""

    DATETIME = "datetime"  # ISO 8601, or by a map's format
    EPOCH = "epoch"  # seconds since 1970
    EPOCH_MS = "epoch_ms"
    CLOCK = "clock"  # hh:mm or hh:mm:ss, elapsed or of the day
    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    DURATION = "duration"  # a typed column of Parquet


# By name, in the order of preference where a table has several.
_NAMES: Mapping[str, TimeKind | None] = {
    "charttime": None, "datetime": None, "fechahora": None, "timestamp": None, "time": None,
    "measurementtime": None, "observationtime": None, "recordedat": None, "epoch": None,
    "unixtime": None, "timestampms": TimeKind.MILLISECONDS, "timems": TimeKind.MILLISECONDS,
    "seconds": TimeKind.SECONDS, "times": TimeKind.SECONDS, "elapsedseconds": TimeKind.SECONDS,
    "minutes": TimeKind.MINUTES, "observationoffset": TimeKind.MINUTES,
    "offset": TimeKind.MINUTES, "minute": TimeKind.MINUTES, "hours": TimeKind.HOURS,
    "hour": TimeKind.HOURS, "iculos": TimeKind.HOURS, "fecha": None, "date": None, "hora": None,
}  # fmt: skip
_DATES = frozenset({"date", "fecha"})
_CLOCKS = frozenset({"time", "hora"})
_UNITS: Mapping[str, TimeKind] = {
    "ms": TimeKind.MILLISECONDS, "s": TimeKind.SECONDS, "sec": TimeKind.SECONDS,
    "min": TimeKind.MINUTES, "h": TimeKind.HOURS, "hours": TimeKind.HOURS, "hh:mm": TimeKind.CLOCK,
}  # fmt: skip
_STEP: Mapping[TimeKind, timedelta] = {
    TimeKind.DAYS: timedelta(days=1),
    TimeKind.HOURS: timedelta(hours=1),
    TimeKind.MINUTES: timedelta(minutes=1),
    TimeKind.SECONDS: timedelta(seconds=1),
    TimeKind.MILLISECONDS: timedelta(milliseconds=1),
}
# 24/11/2026, 24-11-26 10:05: days and months in an order that only the table itself can tell.
_SLASHED = re.compile(r"\A\s*(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[ T]+\S.*)?\Z")
_CLOCKS_WRITTEN = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")
_CLOCK = re.compile(r"\A\s*(\d{1,4}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*\Z")
_MOST_CLOCKS = 100_000  # patients whose last time of day is remembered
_FIRST_EPOCH_SECOND = 1e8  # 1973: nobody writes elapsed seconds as large
_FIRST_EPOCH_MILLISECOND = 1e11
_FIRST_YEAR, _LAST_YEAR = 1800, 4000  # research sets are moved by up to a thousand years
_MONTHS = 12
_HALF_A_DAY = timedelta(hours=12)
_DAY = timedelta(days=1)


def time_columns(header: Iterable[str]) -> tuple[int, ...]:
    """The columns that tell a row's time: one, or a date and a time of day; empty where none."""
    keys = [plain(part_unit(name)[0]) for name in header]
    day = next((i for i, key in enumerate(keys) if key in _DATES), None)
    clock = next((i for i, key in enumerate(keys) if key in _CLOCKS), None)
    if day is not None and clock is not None:
        return day, clock
    found = [(list(_NAMES).index(key), i) for i, key in enumerate(keys) if key in _NAMES]
    return (min(found)[1],) if found else ()


def day_format(label: str, samples: Iterable[object]) -> str | None:
    """The strptime format of dates such as 24/11/2026; None where `samples` are not written so.

    Day and month are told apart by a number above 12, or by a Spanish `label` ("Fecha"), where the
    day comes first. Raises MalformedInput where neither tells: a guess would move every value.
    """
    found = [match for each in samples if (match := _SLASHED.match(str(each)))]
    if not found:
        return None
    mark, year = found[0][2], "%Y" if len(found[0][4]) == len("2026") else "%y"
    firsts, seconds = ([int(match[n]) for match in found] for n in (1, 3))
    day_first = max(firsts) > _MONTHS or plain(part_unit(label)[0]).startswith("fecha")
    if not day_first and max(seconds) <= _MONTHS:
        raise MalformedInput(
            "its dates may begin with the day or with the month; tell which in a map file, such as"
            f" time = {{ column = '{label.strip()}', format = '%d{mark}%m{mark}%Y' }}"
        )
    return mark.join(("%d", "%m", year) if day_first else ("%m", "%d", year))


def infer_kind(label: str, samples: Iterable[object]) -> TimeKind:
    """How the column `label` is written, by its name, its unit and its first values.

    Raises MalformedInput where neither tells.
    """
    name, unit = part_unit(label)
    by_name = _UNITS.get(unit or "") or _NAMES.get(plain(name))
    if by_name not in {None, TimeKind.MILLISECONDS, TimeKind.SECONDS, TimeKind.HOURS}:
        return by_name
    kinds = [_kind_of(sample, by_name) for sample in samples]
    known = next((kind for kind in kinds if kind is not None), None)
    if known is not None:
        return known
    if not kinds:
        raise MalformedInput("it has a first line of names and no rows below it")
    raise MalformedInput(
        "the first rows hold no time that is understood; tell its kind or its format in a map file"
    )


def _kind_of(sample: object, by_name: TimeKind | None) -> TimeKind | None:
    if isinstance(sample, timedelta):
        return TimeKind.DURATION
    if isinstance(sample, date):
        return TimeKind.DATETIME
    text = str(sample).strip()
    if _CLOCK.match(text):
        return TimeKind.CLOCK
    try:
        return _kind_of_number(abs(float(text)), by_name)
    except ValueError:
        return _datetime_or_none(text)


def _kind_of_number(value: float, by_name: TimeKind | None) -> TimeKind:
    if value >= _FIRST_EPOCH_MILLISECOND:
        return TimeKind.EPOCH_MS
    if value >= _FIRST_EPOCH_SECOND and by_name is not TimeKind.MILLISECONDS:
        return TimeKind.EPOCH
    return by_name or TimeKind.SECONDS


def _datetime_or_none(text: str) -> TimeKind | None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return TimeKind.DATETIME


class TimeReader:
    """Reads the time cells of one table.

    `start` is where relative times count from, `zone` that of times without one, `pattern` a
    strptime format for dates that are not ISO 8601, after which a time of day may follow. A clock
    that falls by more than half a day is taken as the next day's, patient by patient.
    """

    def __init__(
        self,
        kind: TimeKind,
        *,
        start: datetime = EPOCH,
        zone: tzinfo = UTC,
        pattern: str | None = None,
    ) -> None:
        self._start = start
        self._zone = zone
        self._forms = _forms(pattern) if pattern else ()
        self._clocks: dict[str, tuple[timedelta, timedelta]] = {}
        step = _STEP.get(kind)
        readers: Mapping[TimeKind, Callable[[object, str], datetime]] = {
            TimeKind.DATETIME: self._moment,
            TimeKind.CLOCK: self._clock,
            TimeKind.DURATION: self._duration,
            TimeKind.EPOCH: lambda cell, _: datetime.fromtimestamp(_number(cell), UTC),
            TimeKind.EPOCH_MS: lambda cell, _: datetime.fromtimestamp(_number(cell) / 1000, UTC),
        }
        if step is not None:
            self._read: Callable[[object, str], datetime] = lambda cell, _: (
                self._start + step * _number(cell)
            )
        else:
            self._read = readers[kind]

    def read(self, cell: object, patient: str) -> datetime:
        """The UTC time in `cell` of a row about `patient`. Raises MalformedInput."""
        try:
            moment = self._read(cell, patient)
        except (ValueError, TypeError, OverflowError, OSError) as exc:
            raise MalformedInput("its time can not be understood") from exc
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise MalformedInput("its time is centuries away; is its kind right?")
        return moment

    def _moment(self, cell: object, _: str) -> datetime:
        if isinstance(cell, str):
            text = cell.strip()
            cell = _patterned(text, self._forms) if self._forms else datetime.fromisoformat(text)
        elif isinstance(cell, date) and not isinstance(cell, datetime):
            cell = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - as above
        if not isinstance(cell, datetime):
            raise TypeError
        return (cell if cell.tzinfo else cell.replace(tzinfo=self._zone)).astimezone(UTC)

    def _duration(self, cell: object, _: str) -> datetime:
        if not isinstance(cell, timedelta):
            raise TypeError
        return self._start + cell

    def _clock(self, cell: object, patient: str) -> datetime:
        match = _CLOCK.match(str(cell))
        if match is None:
            raise ValueError
        told = timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=float(match[3] or 0))
        last, days = self._clocks.get(patient, (told, timedelta(0)))
        if told < _DAY:
            if last - told > _HALF_A_DAY:
                days += _DAY
            elif told - last > _HALF_A_DAY and days:
                days -= _DAY
        self._clocks[patient] = (told, days)
        if len(self._clocks) > _MOST_CLOCKS:
            del self._clocks[next(iter(self._clocks))]
        return self._start + days + told


def possible_format(pattern: str) -> bool:
    """Whether strptime can read by `pattern`: it can not where one part of a time stands twice."""
    try:
        datetime.strptime("", pattern)  # noqa: DTZ007 - nothing is read
    except re.error:
        return False
    except ValueError:
        pass
    return True


def _forms(pattern: str) -> tuple[str, ...]:
    """`pattern` alone, and with a time of day behind it where it has none itself."""
    forms = (pattern, *(f"{pattern} {clock}" for clock in _CLOCKS_WRITTEN))
    return tuple(form for form in forms if possible_format(form))


def _patterned(text: str, forms: Iterable[str]) -> datetime:
    """A time written in one of `forms`."""
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows
        except ValueError:
            continue
    raise ValueError


def _number(cell: object) -> float:
    value = float(cell.strip()) if isinstance(cell, str) else float(cell)  # type: ignore[arg-type]
    if value != value:  # noqa: PLR0124 - NaN
        raise ValueError
    return value


def zone_of(name: str) -> ZoneInfo:
    """The IANA time zone `name`. Raises SourceError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as exc:
        raise SourceError("zone must be an IANA time zone, such as zone=Europe/Madrid") from exc
