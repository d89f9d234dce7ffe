"""HL7 v2 times: YYYYMMDD[HH[MM[SS[.S]]]][+/-ZZZZ], in all their precisions, to UTC."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

from sereno.domain.errors import MalformedInput

_HOUR: Final = len("2026031408")  # digits of the coarsest time that tells when within a day
_LENGTHS: Final = frozenset({4, 6, 8, 10, 12, 14})
_DAY: Final = len("20260314")
_LAST_SECOND: Final = 59
_WIDEST: Final = 14  # hours from UTC
_LONGEST: Final = 64  # characters of a time
_UNCLEAR: Final = "a time can not be understood"
_UNCLEAR_ZONE: Final = "a time's zone can not be understood"


class Times:
    """Reads the times of one source. `zone` is the clinic's, for senders that tell none.

    In the hour that comes twice when clocks are put back, of two moments the nearer to MSH-7 is
    meant where that names a zone, else the first. It is never judged by the present: a message that
    is sent again must tell the same time.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def read(
        self, text: str, zone: tzinfo | None = None, sent: datetime | None = None
    ) -> datetime | None:
        """`text` in UTC; None where it is blank, or tells no time of day.

        `zone` is that of the message (MSH-7), which holds where `text` names none, and `sent` is
        when the message says it was sent. Raises MalformedInput.
        """
        if not text or text == '""':
            return None
        if len(text) > _LONGEST:
            raise MalformedInput(_UNCLEAR)
        return self._read(*_parted(text), zone, sent)

    def sent(self, text: str) -> tuple[tzinfo | None, datetime | None]:
        """The zone that a message's own time (MSH-7) names, and the time. Raises MalformedInput."""
        if not text or text == '""':
            return None, None
        if len(text) > _LONGEST:
            raise MalformedInput(_UNCLEAR)
        body, zone = _parted(text)
        return zone, self._read(body, zone, None, None)

    def _read(
        self, body: str, named: timezone | None, zone: tzinfo | None, sent: datetime | None
    ) -> datetime | None:
        try:
            moment = _moment(body)
            if moment is None:
                return None
            if named is UTC:
                return moment.replace(tzinfo=UTC)
            if named is not None:
                return moment.replace(tzinfo=named).astimezone(UTC)
            return self._placed(moment, zone, sent)
        except (ValueError, OverflowError) as exc:
            raise MalformedInput(_UNCLEAR) from exc

    def _placed(self, moment: datetime, zone: tzinfo | None, sent: datetime | None) -> datetime:
        told = moment.replace(tzinfo=zone or self._zone).astimezone(UTC)
        if zone is None or sent is None or isinstance(self._zone, timezone):
            return told
        first = moment.replace(tzinfo=self._zone).astimezone(UTC)
        second = moment.replace(tzinfo=self._zone, fold=1).astimezone(UTC)
        # Told once; skipped, when clocks were put forward; or by a sender in another zone.
        if second <= first or told not in {first, second}:
            return told
        return min(first, second, key=lambda each: abs(each - sent))


def day(text: str) -> date | None:
    """The day that a date or a time begins with; None where there is none whole."""
    digits = text.strip()[:_DAY]
    if len(digits) < _DAY or not _digits(digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def as_time(moment: datetime) -> str:
    """A UTC `moment` as HL7 writes it, to the microsecond where it tells more than the second."""
    if not moment.microsecond:
        return as_second(moment)
    fraction = f"{moment.microsecond:06}".rstrip("0")
    return as_second(moment).replace("+", f".{fraction}+")


def as_second(moment: datetime) -> str:
    """The second in which a UTC `moment` lies, as HL7 writes it."""
    day = (moment.year * 100 + moment.month) * 100 + moment.day
    clock = (moment.hour * 100 + moment.minute) * 100 + moment.second
    return f"{day:08}{clock:06}+0000"


def _parted(text: str) -> tuple[str, timezone | None]:
    """The time without its zone, and the zone that it names."""
    text = text.strip()
    if text.endswith("Z"):
        return text[:-1], UTC
    place = max(text.rfind("+"), text.rfind("-"))
    if place < _DAY or not _digits(text[:4]):
        return text, None
    if text[4] == "-" and place < len("2026-03-14T"):  # the day of an ISO 8601 date
        return text, None
    return text[:place].rstrip(), _zone(text[place:])


@lru_cache(maxsize=64)
def _zone(text: str) -> timezone:
    digits = text[1:].replace(":", "")
    if len(digits) not in {2, 4} or not _digits(digits):
        raise MalformedInput(_UNCLEAR_ZONE)
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > _WIDEST or minutes > _LAST_SECOND:
        raise MalformedInput(_UNCLEAR_ZONE)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _moment(body: str) -> datetime | None:
    """A time without a zone; None where it is coarser than an hour. Raises ValueError."""
    whole, _, fraction = body.partition(".")
    size = len(whole)
    if not _digits(whole):
        return _iso(body)
    if size not in _LENGTHS or (fraction and not _digits(fraction)):
        raise ValueError
    if size < _HOUR:
        return None
    if whole[_DAY:_HOUR] == "24":  # the next day's midnight to some Pythons
        raise ValueError
    clock = whole[_DAY:].ljust(6, "0")
    over = clock[4:] == "60"  # a leap second
    if over:
        clock = f"{clock[:4]}{_LAST_SECOND}"
    moment = datetime.fromisoformat(f"{whole[:_DAY]}T{clock}.{fraction or 0}")
    return moment + timedelta(seconds=1) if over else moment


def _iso(text: str) -> datetime | None:
    """ISO 8601, which some write in the place of HL7's form."""
    if len(text) <= len("2026-03-14"):
        datetime.fromisoformat(text)
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError
    return moment


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
