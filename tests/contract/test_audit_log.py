"""What every `AuditLog` must do."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from sereno.ports import AuditLine
from sereno.settings import Settings
from sereno.storage import Storage, open_storage
from sereno.storage.tables import audit
from tests.fakes.clock import FakeClock
from tests.fakes.keys import quick


@pytest.fixture
def filled(storage: Storage) -> Storage:
    for action in ("signed_in", "acknowledged", "exported", "signed_out"):
        storage.audit.record("nurse", action, "0a1b", "by hand")
    return storage


def test_an_untouched_log_is_whole(filled: Storage) -> None:
    assert filled.audit.verify()


def test_an_empty_log_is_whole(storage: Storage) -> None:
    assert storage.audit.verify()


def test_two_openings_write_one_chain(
    filled: Storage, storage_settings: Settings, clock: FakeClock
) -> None:
    other = open_storage(storage_settings, clock, quick)
    other.audit.record("doctor", "signed_in")
    filled.audit.record("nurse", "signed_in")
    assert other.audit.verify()
    assert filled.audit.verify()
    other.close()


def test_lines_are_read_newest_first(filled: Storage, clock: FakeClock) -> None:
    clock.turn(timedelta(minutes=1))
    filled.audit.record("doctor", "signed_in")
    newest, before = filled.audit.read(limit=2)
    assert newest == AuditLine(number=5, time=clock.now(), actor="doctor", action="signed_in")
    assert (before.number, before.patient, before.detail) == (4, "0a1b", "by hand")


def test_lines_about_one_patient_are_found_behind_any_number_of_others(filled: Storage) -> None:
    for _ in range(3):
        filled.audit.record("doctor", "signed_in")
    found = filled.audit.read("0a1b", limit=2)
    assert [(line.number, line.action) for line in found] == [(4, "signed_out"), (3, "exported")]
    assert filled.audit.read("2c3d") == []


def test_a_line_that_was_altered_is_told_whomever_one_asks_about(filled: Storage) -> None:
    with filled.database.write() as connection:
        connection.execute(TAMPERINGS["a line is changed"])
    for patient in (None, "2c3d"):
        (line, *_) = filled.audit.read(patient)
        assert (line.number, line.actor) == (4, "")
        assert "altered" in line.action


TAMPERINGS = {
    "a line is removed": audit.delete().where(audit.c.number == 2),
    "the end is cut off": audit.delete().where(audit.c.number >= 3),
    "everything is removed": audit.delete(),
    "a time is changed": audit.update().where(audit.c.number == 2).values(time=1),
    "a line is changed": audit.update().where(audit.c.number == 4).values(sealed=b"x" * 64),
    "a link is changed": audit.update().where(audit.c.number == 1).values(link=b"x" * 32),
    "a line is added": audit.insert().values(number=5, time=1, link=b"x" * 32, sealed=b"x" * 64),
}


@pytest.mark.parametrize("tampering", TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_shows(filled: Storage, tampering: sa.Executable) -> None:
    with filled.database.write() as connection:
        connection.execute(tampering)
    assert not filled.audit.verify()
