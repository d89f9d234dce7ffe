"""When something was measured."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mllp.times import Times, as_time, day
from sereno.domain.errors import MalformedInput

FIRST, LAST = datetime(1900, 1, 2), datetime(9998, 1, 1)  # noqa: DTZ001
MADRID = ZoneInfo("Europe/Madrid")


def times() -> Times:
    return Times(MADRID)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260314081502.1234-0500", "2026-03-14T13:15:02.123400"),
        ("20260314081502.12+0130", "2026-03-14T06:45:02.120000"),
        ("20260314081502Z", "2026-03-14T08:15:02"),
        ("20260314081502", "2026-03-14T07:15:02"),
        ("202603140815", "2026-03-14T07:15:00"),
        ("2026031408", "2026-03-14T07:00:00"),
        ("202607140815", "2026-07-14T06:15:00"),
        ("20260314081560", "2026-03-14T07:16:00"),
        ("2026-03-14T08:15:02+01:00", "2026-03-14T07:15:02"),
        ("2026-03-14 08:15", "2026-03-14T07:15:00"),
    ],
)
def test_times_of_every_precision_become_utc(text: str, expected: str) -> None:
    assert times().read(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", '""', "20260314", "202603", "2026", "20260314+0100"])
def test_what_tells_no_time_of_day_is_no_moment(text: str) -> None:
    assert times().read(text) is None


@pytest.mark.parametrize(
    "text",
    ["20261314081502", "2026031425", "2026031", "now", "20260314081502+9900", "20260314081502.x",
     "99991231235959-1400", "2026-03-14T08:15:02+01:00:00.5junk"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(MalformedInput):
        times().read(text)


def test_the_zone_of_the_message_holds_where_a_time_names_none() -> None:
    zone, sent = times().sent("20260314120000-0500")
    assert (zone, sent) == (timezone(timedelta(hours=-5)), times().read("20260314170000Z"))
    assert times().read("202603140815", zone) == datetime(2026, 3, 14, 13, 15, tzinfo=UTC)
    assert times().sent("20260314120000") == (None, times().read("20260314120000"))
    assert times().sent("") == (None, None)


@pytest.mark.parametrize(
    ("sent", "text", "expected"),
    [
        pytest.param("20261025023100", "20261025023000", "00:30", id="no zone: the first"),
        pytest.param("20261025033100", "20261025023000", "00:30", id="no zone, an hour later"),
        pytest.param("20261025023100+0200", "20261025023000", "00:30", id="in the first hour"),
        pytest.param("20261025023100+0100", "20261025023000", "01:30", id="in the second"),
        pytest.param("20261025020100+0100", "20261025025900", "00:59", id="before the change"),
        pytest.param("20261025033100+0100", "20261025025900", "01:59", id="after both"),
        pytest.param("20261024193100-0500", "20261025023000", "07:30", id="of another zone"),
        pytest.param("20261025050000+0100", "20261025033000", "02:30", id="told once"),
    ],
)
def test_in_the_hour_that_comes_twice_the_message_says_which_is_meant(
    sent: str, text: str, expected: str
) -> None:
    found = times().read(text, *times().sent(sent))
    assert found == datetime.fromisoformat(f"2026-10-25T{expected}:00+00:00")


@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)))
def test_what_is_written_is_read_back(moment: datetime) -> None:
    assert times().read(as_time(moment)) == moment


@given(st.text(st.sampled_from("0123456789+-.:TZ \x00٣"), max_size=26))
def test_any_text_is_a_time_none_or_refused(text: str) -> None:
    try:
        moment = times().read(text)
    except MalformedInput:
        return
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("19500102", "1950-01-02"),
        ("195001020900", "1950-01-02"),
        ("1950", None),
        ("19501302", None),
    ],
)
def test_a_day_of_birth_is_whole_or_not_known(text: str, found: str | None) -> None:
    told = day(text)
    assert (told.isoformat() if told else None) == found
