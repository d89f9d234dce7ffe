"""When a row was measured: from what a template says stands there to UTC."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from connectors.mqtt.paths import Message, first
from connectors.mqtt.template import When
from sereno.domain.errors import MalformedInput

# A device whose clock was never set tells 1970 or 2000; nobody's values are from there.
EARLIEST: Final = datetime(2001, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)

_PER_SECOND: Mapping[str, int] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
# "any": a number from here on counts that (all of them are in 1973, counted from 1970).
_FROM: tuple[tuple[float, str], ...] = ((1e17, "ns"), (1e14, "us"), (1e11, "ms"), (0, "s"))
_SHORTEST_NUMBER = 9  # digits, of seconds since 1970: fewer may be a date

ReadTime = Callable[[Any, Any, Message], datetime | None]


def reader(when: When, zone: str) -> ReadTime:
    """How to read the UTC time of a row; None where none is told. It raises MalformedInput."""
    if not when.at:
        return lambda _row, _up, _message: None
    at = first(when.at)
    parse = _remembering(_parser(when, ZoneInfo(when.zone or zone)))
    date = first(when.date) if when.date else None
    more = first(when.nanoseconds) if when.nanoseconds else None

    def read(row: Any, up: Any, message: Message) -> datetime | None:
        told = at(row, up, message)
        if told is None:
            return None
        if date is not None:
            told = f"{_written(date(row, up, message))}T{_written(told)}"
        moment = parse(told)
        if more is not None:
            moment += timedelta(microseconds=_whole(more(row, up, message)) // 1000)
        return moment

    return read


def moment_of(told: object, kind: str, zone: tzinfo) -> datetime:
    """A time as a device tells it, in UTC. Raises MalformedInput."""
    try:
        moment = _moment_of(told, kind, zone)
    except (ValueError, TypeError, OverflowError, OSError) as exc:
        raise MalformedInput("its time can not be understood") from exc
    return _believed(moment)


def _believed(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise MalformedInput("its time is decades away; is its kind right, the device's clock set?")
    return moment


def _moment_of(told: object, kind: str, zone: tzinfo) -> datetime:
    if isinstance(told, str) and (kind == "iso" or (kind == "any" and not _digits(told))):
        moment = datetime.fromisoformat(told.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    if kind == "iso":
        raise TypeError
    number = _number(told)
    unit = _unit_of(number) if kind == "any" else kind
    if isinstance(number, int):
        seconds, rest = divmod(number, _PER_SECOND[unit])
        part = timedelta(microseconds=rest * 10**6 // _PER_SECOND[unit])
        return datetime.fromtimestamp(seconds, UTC) + part
    return datetime.fromtimestamp(number / _PER_SECOND[unit], UTC)


def _unit_of(number: float) -> str:
    return next(unit for least, unit in _FROM if abs(number) >= least)


def _digits(text: str) -> bool:
    if text[4:5] == "-" or len(text) < _SHORTEST_NUMBER:
        return False
    digits = text.replace(".", "", 1)
    return digits.isascii() and digits.isdigit()


def _number(told: object) -> int | float:
    if isinstance(told, str):
        return int(told) if told.isascii() and told.isdigit() else float(told)
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise TypeError
    return told


def _written(told: object) -> str:
    """A time, or a part of one, as it is written. Raises MalformedInput."""
    if isinstance(told, bool) or not isinstance(told, str | int | float):
        raise MalformedInput("its time is no text")
    return str(told).strip()


def _whole(told: object) -> int:
    if told is None:
        return 0
    if isinstance(told, bool) or not isinstance(told, int) or not 0 <= told < 10**9:
        raise MalformedInput("its nanoseconds are none")
    return told


def _parser(when: When, zone: tzinfo) -> Callable[[object], datetime]:
    pattern = when.format
    if pattern is None:
        return lambda told: moment_of(told, when.kind, zone)

    def parse(told: object) -> datetime:
        try:
            moment = datetime.strptime(_written(told), pattern)  # noqa: DTZ007 - the zone follows
        except ValueError as exc:
            raise MalformedInput("its time is not of the template's format") from exc
        try:
            moved = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        except OverflowError as exc:
            raise MalformedInput("its time can not be understood") from exc
        return _believed(moved)

    return parse


def _remembering(parse: Callable[[object], datetime]) -> Callable[[object], datetime]:
    """The same, without work for a time that is told again at once, as devices of a ward do."""
    last: object = None
    found = EARLIEST

    def remembered(told: object) -> datetime:
        nonlocal last, found
        if told != last or type(told) is not type(last):
            found = parse(told)
            last = told
        return found

    return remembered
