"""Periods as they are said, as stretches of time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sereno.domain.evidence import Window
from sereno.domain.questions import Period, Stretch

NIGHT = (time(20), time(8))
_PARTS = {
    Stretch.MORNING: (time(6), time(12)),
    Stretch.AFTERNOON: (time(12), time(20)),
    Stretch.SMALL_HOURS: (time(0), time(6)),
}
SHIFT = timedelta(hours=12)
USUAL = timedelta(hours=24)  # where no period is said
LONGEST = timedelta(days=30)  # "ever" goes back so far
_DAY = timedelta(days=1)
_INSTANT = timedelta(seconds=1)


def window_of(period: Period, at: datetime, zone: ZoneInfo, usual: timedelta = USUAL) -> Window:
    """The window that `period` means when it is said at `at`; `usual` where none is said.

    It never goes beyond `at`. A moment is the window that ends with it.
    """
    local = at.astimezone(zone)
    stretch = period.stretch
    if stretch is Stretch.NIGHT:
        return _night(period, local)
    if stretch in _PARTS:
        start, end = _PARTS[stretch]
        return _part(period, local, start, end)
    if stretch is Stretch.TODAY:
        day = local.date() - period.days * _DAY
        next_day = _on(day + _DAY, time(0), zone)
        return Window(_on(day, time(0), zone), min(next_day - _INSTANT, at))
    if stretch in (Stretch.SINCE, Stretch.BETWEEN, Stretch.UNTIL):
        return _clocked(period, local)
    if stretch in (Stretch.AGO, Stretch.AT):
        moment = moment_of(period, at, zone)
        return Window(moment - usual, moment)
    lengths = {
        Stretch.SHIFT: SHIFT,
        Stretch.LAST: timedelta(hours=period.hours),
        Stretch.BEFORE: timedelta(hours=period.hours),
        Stretch.ALL: LONGEST,
    }
    return Window(at - lengths.get(stretch, usual), at)


def moment_of(period: Period, at: datetime, zone: ZoneInfo) -> datetime:
    """The moment that `period` means, at the latest `at`."""
    if period.stretch is Stretch.AGO:
        return at - timedelta(hours=period.hours)
    if period.stretch is Stretch.AT and period.start is not None:
        return _last(period.start, at.astimezone(zone), period)
    return at


def _night(period: Period, local: datetime) -> Window:
    """The night running, else the last one; `days` nights before it where that is said."""
    begin, end = NIGHT
    began = local.date() if local.time() >= begin else local.date() - _DAY
    began -= timedelta(days=period.days)
    zone = _zone(local)
    start, stop = _on(began, begin, zone), _on(began + _DAY, end, zone)
    return Window(start, min(stop, local.astimezone(UTC)))


def _part(period: Period, local: datetime, start: time, end: time) -> Window:
    """The part of the day, of today where it has begun, else of the day before."""
    day = local.date() - timedelta(days=period.days)
    zone = _zone(local)
    if _on(day, start, zone) > local:
        day -= _DAY
    return Window(_on(day, start, zone), min(_on(day, end, zone), local.astimezone(UTC)))


def _clocked(period: Period, local: datetime) -> Window:
    """Between clock times: the last such stretch before the question."""
    zone = _zone(local)
    if period.stretch is Stretch.UNTIL:
        until = _last(period.end or time(0), local, period)
        return Window(until - USUAL, until)
    start = _last(period.start or time(0), local, period)
    if period.stretch is Stretch.SINCE or period.end is None:
        return Window(start, local.astimezone(UTC))
    day = start.astimezone(zone).date()
    ends = (_on(day + n * _DAY, each, zone) for n in (0, 1) for each in _shown(period.end, period))
    return Window(start, min(*(each for each in ends if each > start), local.astimezone(UTC)))


def _last(clock: time, local: datetime, period: Period) -> datetime:
    """The last time the clock showed it by then; of the day that is said where one is."""
    zone, day = _zone(local), local.date() - timedelta(days=period.days)
    shown = _shown(clock, period)
    known = [moment for each in shown if (moment := _on(day, each, zone)) <= local]
    return max(known) if known else max(_on(day - _DAY, each, zone) for each in shown)


def _shown(clock: time, period: Period) -> tuple[time, ...]:
    """The clock time, and that of the other half of the day where either may be meant."""
    other = clock.replace(hour=(clock.hour + 12) % 24)
    return (clock, other) if period.halves else (clock,)


def _on(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _zone(local: datetime) -> ZoneInfo:
    zone = local.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise TypeError("a local time carries its zone")
    return zone
