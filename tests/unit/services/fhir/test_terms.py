"""Parameters are read as FHIR R4 defines them, and dates compared with moments and periods."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.errors import InvalidEntry
from sereno.services.fhir.ids import FIRST, LAST
from sereno.services.fhir.terms import Criterion, Kind, Parameter, criterion, date_range

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SINCE, UNTIL = (NOW.replace(year=year, tzinfo=None) for year in (1900, 2100))
MOMENTS = st.datetimes(SINCE, UNTIL, timezones=st.just(UTC))


def read(kind: Kind, text: str, modifier: str = "") -> Criterion:
    parameter = Parameter("p", kind, lambda resource: resource["values"])
    return criterion(parameter, modifier, text, zone=MADRID, now=NOW)


def fits(kind: Kind, text: str, value: Any, modifier: str = "") -> bool:
    return read(kind, text, modifier).fits({"values": [value]})


RANGES = [
    ("2026", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
    ("2026-12", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"),
    ("2026-07-01", "2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z"),  # in summer time
    ("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),  # a day of 23 hours
    ("2026-07-01T10:00", "2026-07-01T08:00:00Z", "2026-07-01T08:01:00Z"),
    ("2026-07-01T10:00Z", "2026-07-01T10:00:00Z", "2026-07-01T10:01:00Z"),
    ("2026-07-01T10:00:07Z", "2026-07-01T10:00:07Z", "2026-07-01T10:00:08Z"),
    ("2026-07-01T10:00:07.5Z", "2026-07-01T10:00:07.500Z", "2026-07-01T10:00:07.600Z"),
    ("2026-07-01T10:00:07-03:00", "2026-07-01T13:00:07Z", "2026-07-01T13:00:08Z"),
    ("2026-07-01T10:00:07 03:00", "2026-07-01T07:00:07Z", "2026-07-01T07:00:08Z"),  # of a form
]


@pytest.mark.parametrize(("text", "start", "end"), RANGES)
def test_a_date_covers_as_much_as_it_says(text: str, start: str, end: str) -> None:
    expected = datetime.fromisoformat(start), datetime.fromisoformat(end)
    assert date_range(text, MADRID, "date") == expected


@pytest.mark.parametrize(
    "text", ["", "26-01", "2026-13", "2026-02-30", "2026-1-1", "2026-01-01T25:00", "0000", "9999",
             "2026-01-01T10", "now", "2026-01-01T10:00:00+99:00", "２０２６"],
)  # fmt: skip
def test_what_is_no_date_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(InvalidEntry) as refused:
        date_range(text, MADRID, "date")
    assert not text or text not in str(refused.value)


@given(MOMENTS, MOMENTS)
def test_the_prefixes_part_all_moments(moment: datetime, other: datetime) -> None:
    text = other.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    told = {prefix for prefix in ("eq", "ne", "gt", "ge", "lt", "le", "sa", "eb")
            if fits(Kind.DATE, prefix + text, moment)}  # fmt: skip
    assert ("eq" in told) != ("ne" in told)
    assert [each for each in ("lt", "eq", "gt") if each in told] in (["lt"], ["eq"], ["gt"])
    assert ("ge" in told) == bool(told & {"eq", "gt"})
    assert ("le" in told) == bool(told & {"eq", "lt"})
    assert (("sa" in told), ("eb" in told)) == (("gt" in told), ("lt" in told))
    assert fits(Kind.DATE, text, moment) == ("eq" in told)


@given(MOMENTS, MOMENTS, st.sampled_from(["eq", "gt", "ge", "lt", "le", "sa", "eb", "ne", "ap"]))
def test_nothing_fits_outside_of_the_bounds(moment: datetime, other: datetime, prefix: str) -> None:
    found = read(Kind.DATE, f"{prefix}{other:%Y-%m-%dT%H:%M}Z")
    if found.fits({"values": [moment]}):
        assert found.bounds[0] <= moment < found.bounds[1] or found.bounds[1] == LAST
    assert found.bounds[0] >= FIRST


PERIODS = [
    ("2026-11-27", (NOW, NOW + HOUR), True),
    ("2026-11-26", (NOW, NOW + HOUR), False),
    ("2026-11-27", (NOW, None), False),  # goes on beyond the day
    ("gt2026-11-28", (NOW, None), True),
    ("gt2026-11-28", (NOW, NOW + HOUR), False),
    ("lt2026-11-27", (None, NOW), True),
    ("le2026-11-27", (NOW, NOW + HOUR), True),
    ("sa2026-11-26", (NOW, None), True),
    ("eb2026-11-28", (NOW, None), False),
    ("ap2026-11-27", (NOW, NOW + HOUR), True),
]


@pytest.mark.parametrize(("text", "period", "expected"), PERIODS)
def test_periods_are_compared_as_a_whole(text: str, period: Any, expected: bool) -> None:
    assert fits(Kind.DATE, text, period) is expected


TOKENS = [
    ("a", ("s", "a"), True), ("a", (None, "a"), True), ("A", ("s", "a"), False),
    ("s|a", ("s", "a"), True), ("s|a", ("t", "a"), False), ("s|a", (None, "a"), False),
    ("|a", (None, "a"), True), ("|a", ("s", "a"), False),
    ("s|", ("s", "b"), True), ("s|", ("t", "b"), False),
    ("x,a", ("s", "a"), True), ("x,y", ("s", "a"), False),
    (r"a\,b", ("s", "a,b"), True), (r"a\|b", ("s", "a|b"), True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "expected"), TOKENS)
def test_tokens(text: str, value: Any, expected: bool) -> None:
    assert fits(Kind.TOKEN, text, value) is expected


STRINGS = [
    ("perez", "", "Ana Pérez", True), ("PÉR", "", "Ana Pérez", True),
    ("erez", "", "Ana Pérez", False),
    ("ana perez", "", "Ana Pérez", True), ("erez", "contains", "Ana Pérez", True),
    ("Ana Pérez", "exact", "Ana Pérez", True), ("ana pérez", "exact", "Ana Pérez", False),
    ("neill", "", "O'Neill", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "modifier", "value", "expected"), STRINGS)
def test_strings(text: str, modifier: str, value: str, expected: bool) -> None:
    assert fits(Kind.STRING, text, value, modifier) is expected


REFERENCES = [
    ("p1", True), ("Patient/p1", True), ("https://a.b/fhir/Patient/p1", True), ("p2", False),
    ("Group/p1", False), ("p2,p1", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REFERENCES)
def test_references(text: str, expected: bool) -> None:
    assert fits(Kind.REFERENCE, text, "Patient/p1") is expected


@pytest.mark.parametrize(
    ("kind", "text", "modifier"),
    [(Kind.TOKEN, "a", "not"), (Kind.DATE, "2026", "missing"), (Kind.STRING, "a", "text"),
     (Kind.TOKEN, "", ""), (Kind.STRING, " , ", ""), (Kind.REFERENCE, "a", "identifier")],
)  # fmt: skip
def test_what_can_not_be_searched_by_is_refused(kind: Kind, text: str, modifier: str) -> None:
    with pytest.raises(InvalidEntry):
        read(kind, text, modifier)
