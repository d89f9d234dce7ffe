"""Forgetting a patient: for good, told in the log, and not behind the back of who watches."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from sereno.domain.errors import Conflict, Forgotten, InvalidEntry, NotFound
from sereno.domain.patients import Patient
from sereno.services.forgetting import Forgetting
from sereno.services.foundation import Foundation, lease_of
from sereno.storage import Storage
from sereno.storage.tables import heads
from tests.fakes.books import Diary
from tests.fakes.streams import ANA

REASON = "asked for in writing, letter 12"


class Desk:
    def __init__(self, foundation: Foundation) -> None:
        self.diary = Diary()
        given = Foundation(
            store=foundation.store,
            inbox=foundation.inbox,
            outbox=foundation.outbox,
            commands=foundation.commands,
            jobs=foundation.jobs,
            leases=foundation.leases,
            audit=self.diary,
            clock=foundation.clock,
        )
        self.forgetting = Forgetting(given, holder="test")


@pytest.fixture
def desk(foundation: Foundation) -> Desk:
    return Desk(foundation)


@pytest.fixture
def ana(foundation: Foundation) -> Patient:
    return foundation.store.admit(ANA)


def test_the_patient_is_gone_and_the_log_says_who_asked_and_why(
    desk: Desk, foundation: Foundation, ana: Patient
) -> None:
    assert desk.forgetting.forget("icu 7", f" {REASON} ", "root") == ana.id

    with pytest.raises(Forgotten):
        foundation.store.latest(ana.id)
    assert desk.diary.lines == [("root", "forget", ana.id)]
    assert desk.diary.details == [REASON]
    assert foundation.leases.holder(lease_of(ana.id)) is None


def test_not_while_another_process_watches(
    desk: Desk, foundation: Foundation, ana: Patient
) -> None:
    foundation.leases.acquire(lease_of(ana.id), "ingest", timedelta(seconds=9))

    with pytest.raises(Conflict, match="stop it"):
        desk.forgetting.forget(ana.id, REASON, "root")
    assert foundation.store.patients() == [ana]
    assert desk.diary.lines == []

    foundation.leases.release(lease_of(ana.id), "ingest")
    desk.forgetting.forget(ana.id, REASON, "root")


@pytest.mark.parametrize("reason", ["", "  ", "ana pérez asked", "MRN-0042 was a test"])
def test_a_reason_is_given_and_names_nobody(
    desk: Desk, foundation: Foundation, ana: Patient, reason: str
) -> None:
    with pytest.raises(InvalidEntry, match="reason"):
        desk.forgetting.forget(ana.id, reason, "root")
    assert foundation.store.patients() == [ana]


def test_one_who_can_not_be_read_is_forgotten_by_id(
    desk: Desk, foundation: Foundation, storage: Storage, ana: Patient
) -> None:
    with storage.database.write() as connection:
        connection.execute(sa.delete(heads))

    assert desk.forgetting.who(ana.id) == (ana.id, None)
    desk.forgetting.forget(ana.id, REASON, "root")
    assert foundation.store.unreadable() == []


def test_nobody_unknown_is_forgotten(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.forgetting.forget("nobody", REASON, "root")
