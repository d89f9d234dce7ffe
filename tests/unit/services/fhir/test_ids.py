"""Ids of observations are FHIR's, stable, and read back; cursors are sealed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.errors import InvalidEntry
from sereno.domain.vitals import VITALS
from sereno.services.fhir.cursors import Cursor, Cursors
from sereno.services.fhir.ids import VALID, ObservationId, device_id, source_mark
from sereno.services.fhir.measured import ALL
from tests.fakes.clock import NOON

PATIENT = "0475a14bad67d929"
TIMES = st.datetimes(timezones=st.just(UTC))


@given(st.sampled_from(ALL), TIMES, st.text(max_size=200), st.text(max_size=9))
def test_an_id_is_one_of_fhirs_and_says_what_it_was_made_of(
    kind: object, time: datetime, source: str, channel: str
) -> None:
    its = ObservationId(PATIENT, kind.tag, time, source_mark(source, channel))  # type: ignore[attr-defined]
    assert VALID.fullmatch(str(its))
    assert ObservationId.read(str(its)) == its


@given(st.text(max_size=80))
def test_what_is_no_id_is_none(text: str) -> None:
    found = ObservationId.read(text)
    assert found is None or str(found) == text


@pytest.mark.parametrize(
    "text",
    ["", "a.hr.1", "a.hr.-1.0", "a.hr.zzzzzzzzzzzzzzzz.0", "a.hr.01.0", "a.hr.1_0.0", "a.hr.A.0"],
)
def test_near_ids_are_none(text: str) -> None:
    assert ObservationId.read(text) is None


def test_ids_never_change() -> None:
    """Other systems keep them: one that changed would double everything there."""
    time = datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert str(ObservationId(PATIENT, "hr", time, source_mark("sim:ward"))) == (
        "0475a14bad67d929.hr.hh9h6dh6gw0.4dd27f27"
    )
    assert device_id("sim:ward") == "4dd27f27ee75c23d"
    assert device_id("charted") is None
    assert {each.tag for each in ALL} == {
        "hr", "pr", "spo2", "rr", "temp", "etco2", "fio2", "o2flow", "o2", "acvpu", "gcs", "gluc",
        "ecg", "pleth", "resp", "abpwave", "nibp", "abp", "news2", "qsofa",
    }  # fmt: skip


def test_every_signal_is_of_one_kind_of_observation() -> None:
    signals = [signal for each in ALL for signal in each.signals]
    assert sorted(signals) == sorted(VITALS)


def test_a_cursor_opens_for_whom_and_what_it_was_made_for() -> None:
    cursors = Cursors()
    cursor = Cursor((("name", "Zoraida"),), NOON + timedelta(microseconds=1), "id")
    sealed = cursors.seal(cursor, "ehr", "Patient")
    assert cursors.open(sealed, "ehr", "Patient") == cursor
    assert "Zoraida" not in sealed
    changed = sealed[:-2] + ("AA" if not sealed.endswith("AA") else "BB")
    for text, who, kind in (
        (sealed, "other", "Patient"), (sealed, "ehr", "Flag"), (changed, "ehr", "Patient"),
        ("", "ehr", "Patient"), ("ñ", "ehr", "Patient"), ("AAAA", "ehr", "Patient"),
    ):  # fmt: skip
        with pytest.raises(InvalidEntry, match="search again"):
            cursors.open(text, who, kind)
    with pytest.raises(InvalidEntry):
        Cursors().open(sealed, "ehr", "Patient")
