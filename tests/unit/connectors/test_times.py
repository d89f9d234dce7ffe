from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.replay.times import EPOCH, TimeKind, TimeReader, infer_kind, time_columns
from sereno.domain.errors import MalformedInput

DAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("label", "samples", "kind"),
    [
        pytest.param("Time [s]", ["0"], TimeKind.SECONDS, id="unit in brackets"),
        pytest.param("time", ["0", "1"], TimeKind.SECONDS, id="small numbers"),
        pytest.param("Time", ["00:07"], TimeKind.CLOCK, id="hh:mm"),
        pytest.param("Time (hh:mm)", ["00:07"], TimeKind.CLOCK, id="hh:mm in the name"),
        pytest.param("hour", [3], TimeKind.HOURS, id="hours by name"),
        pytest.param("ICULOS", [3], TimeKind.HOURS, id="hours of stay"),
        pytest.param("observationoffset", [-12], TimeKind.MINUTES, id="minutes by name"),
        pytest.param("TIMESTAMP_MS", ["0"], TimeKind.MILLISECONDS, id="milliseconds by name"),
        pytest.param("timestamp_ms", ["1767225600000"], TimeKind.EPOCH_MS, id="epoch in ms"),
        pytest.param("timestamp", ["1767225600"], TimeKind.EPOCH, id="epoch"),
        pytest.param("timestamp", ["2026-01-01T00:00:00Z"], TimeKind.DATETIME, id="ISO"),
        pytest.param("charttime", ["", "2164-10-23 22:00:00"], TimeKind.DATETIME, id="no T"),
        pytest.param("time", [timedelta(hours=1)], TimeKind.DURATION, id="typed duration"),
        pytest.param("time", [date(2026, 1, 1)], TimeKind.DATETIME, id="typed date"),
        pytest.param("time", ["?", "nan?", "5"], TimeKind.SECONDS, id="the first that is clear"),
    ],
)
def test_the_kind_follows_from_the_name_and_the_first_values(
    label: str, samples: list[object], kind: TimeKind
) -> None:
    assert infer_kind(label, samples) is kind


def test_a_column_that_tells_no_time_is_refused() -> None:
    with pytest.raises(MalformedInput, match="map file"):
        infer_kind("time", ["soon", "later"])


@pytest.mark.parametrize(
    ("kind", "cell", "moment"),
    [
        (TimeKind.SECONDS, "0.008", EPOCH + timedelta(milliseconds=8)),
        (TimeKind.MINUTES, -30, EPOCH - timedelta(minutes=30)),
        (TimeKind.HOURS, "1.5", EPOCH + timedelta(minutes=90)),
        (TimeKind.DAYS, "1", EPOCH + timedelta(days=1)),
        (TimeKind.CLOCK, "47:35", EPOCH + timedelta(hours=47, minutes=35)),
        (TimeKind.CLOCK, "00:00:01.5", EPOCH + timedelta(seconds=1.5)),
        (TimeKind.EPOCH, "1772323200", DAY),
        (TimeKind.EPOCH_MS, 1772323200000, DAY),
        (TimeKind.DATETIME, "2026-03-01T01:00:00+01:00", DAY),
        (TimeKind.DATETIME, "2026-03-01 00:00:00", DAY),
        (TimeKind.DATETIME, date(2026, 3, 1), DAY),
        (TimeKind.DURATION, timedelta(hours=2), EPOCH + timedelta(hours=2)),
    ],
)
def test_a_cell_becomes_utc(kind: TimeKind, cell: object, moment: datetime) -> None:
    assert TimeReader(kind).read(cell, "p") == moment


def test_a_zone_and_a_format_are_kept() -> None:
    reader = TimeReader(TimeKind.DATETIME, zone=ZoneInfo("Europe/Madrid"), pattern="%d/%m/%Y %H:%M")
    assert reader.read("02/07/2026 14:30", "p") == datetime(2026, 7, 2, 12, 30, tzinfo=UTC)


def test_a_clock_goes_on_over_midnight_for_each_patient() -> None:
    reader = TimeReader(TimeKind.CLOCK, start=DAY)
    told = [("a", "23:58"), ("b", "23:50"), ("a", "00:01"), ("a", "23:59"), ("b", "23:55")]
    read = [reader.read(cell, patient) for patient, cell in told]
    assert [moment.day for moment in read] == [1, 1, 2, 1, 1]


def test_elapsed_hours_beyond_a_day_do_not_wrap() -> None:
    reader = TimeReader(TimeKind.CLOCK, start=DAY)
    read = [reader.read(cell, "p") for cell in ("00:07", "23:37", "24:07", "47:35")]
    assert read == sorted(read)
    assert read[-1] == DAY + timedelta(hours=47, minutes=35)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        pytest.param(["HR", "Time [s]"], (1,), id="one"),
        pytest.param(["date", "time", "HR"], (0, 1), id="a date and a time of day"),
        pytest.param(["hour", "charttime"], (1,), id="the fuller one"),
        pytest.param(["HR", "SpO2"], (), id="none"),
    ],
)
def test_time_columns_are_found(header: list[str], columns: tuple[int, ...]) -> None:
    assert time_columns(header) == columns


ANY_CELL = st.one_of(
    st.none(), st.text(), st.integers(), st.floats(), st.dates(), st.datetimes(),
    st.timedeltas(), st.binary(),
)  # fmt: skip


@given(st.sampled_from(TimeKind), st.lists(ANY_CELL, max_size=5))
def test_any_cell_is_a_utc_time_or_refused(kind: TimeKind, cells: list[object]) -> None:
    reader = TimeReader(kind)
    for cell in cells:
        try:
            moment = reader.read(cell, "p")
        except MalformedInput:
            continue
        assert moment.tzinfo is UTC
