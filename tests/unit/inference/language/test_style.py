"""Numbers, units, times and durations in each language."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inference.language.style import Style, of_evidence
from sereno.domain.evidence import Evidence, Window
from sereno.domain.vitals import Language, Signal

EN, ES = Language.ENGLISH, Language.SPANISH
NEVER = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # what the wall's clock shows
ALWAYS = datetime(2100, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def style(language: Language, days_until: datetime = NEVER, zone: str = "UTC") -> Style:
    return Style(language, ZoneInfo(zone), days_until)


@pytest.mark.parametrize(
    ("signal", "value", "english", "spanish"),
    [
        (Signal.SPO2, 84, "84%", "84 %"),
        (Signal.TEMPERATURE, 38.2, "38.2 °C", "38,2 °C"),
        (Signal.TEMPERATURE, 38.0, "38.0 °C", "38,0 °C"),
        (Signal.HEART_RATE, 112, "112/min", "112 lpm"),
        (Signal.RESPIRATORY_RATE, 24, "24/min", "24 rpm"),
        (Signal.CUFF_SYSTOLIC, 104, "104 mmHg", "104 mmHg"),
        (Signal.GLASGOW_COMA_SCALE, 15, "15", "15"),
        (Signal.OXYGEN_FLOW, 2, "2.0 L/min", "2,0 L/min"),
    ],
)
def test_quantities(signal: Signal, value: float, english: str, spanish: str) -> None:
    assert style(EN).quantity(signal, value) == english
    assert style(ES).quantity(signal, value) == spanish


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (89, "1 min"),
        (90, "2 min"),
        (540, "9 min"),
        (3600, "1 h"),
        (4800, "1 h 20 min"),
        (90000, "25 h"),
    ],
)
def test_durations_are_rounded_half_up(seconds: float, said: str) -> None:
    assert style(EN).duration(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("moment", "english", "spanish"),
    [
        (datetime(2026, 11, 22, 3, 12, 59, tzinfo=UTC), "03:12", "las 03:12"),
        (datetime(2026, 11, 22, 1, 30, tzinfo=UTC), "01:30", "la 01:30"),
    ],
)
def test_clock_times_are_cut_to_the_minute(moment: datetime, english: str, spanish: str) -> None:
    assert style(EN).clock(moment) == english
    assert style(ES).clock(moment) == spanish


def test_a_time_with_its_day() -> None:
    moment = datetime(2026, 9, 5, 3, 12, tzinfo=UTC)
    assert style(EN, ALWAYS).clock(moment) == "03:12 on 5 Sep"
    assert style(ES, ALWAYS).clock(moment) == "las 03:12 del 5 sept"


def test_times_are_told_in_the_evidence_s_zone() -> None:
    moment = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
    assert style(EN, zone="Europe/Madrid").clock(moment) == "04:12"


@pytest.mark.parametrize(
    ("hours", "ago", "with_day"),
    [
        (4, timedelta(hours=3), False),
        (4, timedelta(hours=23, minutes=59), False),
        (4, timedelta(hours=24), True),  # the same clock time as now: it could be either
        (24, timedelta(hours=1), True),  # the window itself spans a day
    ],
)
def test_the_day_is_told_where_a_clock_time_could_be_two(
    hours: int, ago: timedelta, *, with_day: bool
) -> None:
    end = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    window = Window(end - timedelta(hours=hours), end)
    evidence = Evidence(patient="p", window=window, facts=(), required=())
    assert ("on" in of_evidence(evidence, EN).clock(end - ago)) is with_day


def _evidence(end: datetime, hours: float) -> Evidence:
    window = Window(end - timedelta(hours=hours), end)
    return Evidence(patient="p", window=window, facts=(), required=(), zone="Europe/Madrid")


@pytest.mark.parametrize(
    ("hour", "minute", "english", "spanish"),
    [
        (23, 59, "01:59", "la 01:59"),
        (0, 30, "02:30 UTC+2", "las 02:30 UTC+2"),
        (1, 30, "02:30 UTC+1", "las 02:30 UTC+1"),  # an hour later
        (2, 0, "03:00", "las 03:00"),
    ],
)
def test_the_hour_that_comes_twice_is_told_apart(
    hour: int, minute: int, english: str, spanish: str
) -> None:
    """In Madrid, 3:00 was put back to 2:00 on 25 October 2026."""
    moment = datetime(2026, 10, 24 if hour == 23 else 25, hour, minute, tzinfo=UTC)
    night = _evidence(datetime(2026, 10, 25, 5, tzinfo=UTC), 8)
    assert of_evidence(night, EN).clock(moment) == english
    assert of_evidence(night, ES).clock(moment) == spanish


def test_the_hour_that_is_left_out_is_never_told() -> None:
    """In Madrid, 2:00 was put forward to 3:00 on 29 March 2026."""
    told = of_evidence(_evidence(datetime(2026, 3, 29, 5, tzinfo=UTC), 8), EN)
    before, after = (datetime(2026, 3, 29, *at, tzinfo=UTC) for at in ((0, 59), (1, 0)))
    assert (told.clock(before), told.clock(after)) == ("01:59", "03:00")


@pytest.mark.parametrize(
    ("end", "ago", "said", "why"),
    [
        ((3, 29, 12), 22.5, "14:30", "a day of 23 hours"),
        ((3, 29, 12), 23.5, "13:30 on 28 Mar", "13:30 came again half an hour ago"),
        ((10, 25, 12), 24.5, "13:30", "a day of 25 hours"),
        ((10, 25, 1), 0.75, "02:15 UTC+2", "the clock shows an earlier time now"),
    ],
)
def test_a_day_is_what_the_clock_on_the_wall_says(
    end: tuple[int, int, int], ago: float, said: str, why: str
) -> None:
    last = datetime(2026, *end, tzinfo=UTC)
    assert of_evidence(_evidence(last, 8), EN).clock(last - timedelta(hours=ago)) == said, why


@pytest.mark.parametrize(
    ("zone", "moment", "said"),
    [
        ("Australia/Lord_Howe", (4, 4, 15, 0), "01:30 UTC+10:30"),  # put back by half an hour
        ("America/St_Johns", (11, 1, 4, 0), "01:30 UTC-2:30"),
        ("Europe/London", (10, 25, 1, 30), "01:30 UTC+0"),
    ],
)
def test_offsets_from_utc(zone: str, moment: tuple[int, int, int, int], said: str) -> None:
    assert style(EN, zone=zone).clock(datetime(2026, *moment, tzinfo=UTC)) == said
