"""Whom a process watches, and for whom it carries out what is asked."""

from collections import deque
from datetime import timedelta

import pytest
import sqlalchemy as sa

from sereno.domain.patients import Patient
from sereno.domain.stream import Subject
from sereno.ports import CommandKind, Commit
from sereno.scoring.watch import Findings, Watch
from sereno.services.foundation import Foundation, lease_of
from sereno.services.ingestion.roster import Roster
from sereno.services.ingestion.tally import Tally
from sereno.services.ingestion.transaction import Transaction
from sereno.services.ingestion.writer import FAULT, Writer
from sereno.services.live import framed
from sereno.storage import Storage
from sereno.storage.tables import heads, patients
from tests.fakes.streams import ANA

HOLD = timedelta(seconds=10)
MANY = 101  # more than are looked at together


def test_many_commands_for_whom_others_watch_hold_up_none_of_ours(foundation: Foundation) -> None:
    roster = Roster(foundation, holder="us", hold=HOLD)
    writer = Writer(foundation, roster)
    ana, ben = roster.admit(ANA)[0], foundation.store.admit(Subject(identifier="MRN-0043")).id
    foundation.leases.acquire(lease_of(ben), "others", HOLD)
    note = {"text": "turned", "time": "2026-11-22T12:00:00Z"}
    for patient in [ben] * MANY + [ana]:
        ours = foundation.commands.submit(CommandKind.NOTE, patient, "nurse", note)

    writer.prepare(transaction := Transaction(), deque(), Tally())
    writer.keep(transaction)

    assert foundation.commands.outcome(ours) == ""


def test_whose_record_can_not_be_read_is_said_and_the_others_are_taken_up_again(
    foundation: Foundation, storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    ana, ben = (
        foundation.store.admit(Subject(identifier=name)) for name in ("MRN-0042", "MRN-0043")
    )
    for patient in (ana, ben):
        state = framed(Watch(patient).snapshot(), live=True)
        foundation.store.commit([Commit(patient=patient.id, state=state)])
    with storage.database.write() as connection:
        owner = sa.select(patients.c.number).where(patients.c.id == ana.id).scalar_subquery()
        connection.execute(sa.delete(heads).where(heads.c.owner == owner))
    roster = Roster(foundation, holder="us", hold=HOLD)

    roster.adopt()

    assert roster.living == [ben.id]
    assert f"patient {ana.id} can not be read" in caplog.text


class Faulty(Watch):
    """A watch with a bug, which shows once something has changed already."""

    def set_patient(self, patient: Patient) -> Findings:
        super().set_patient(patient)
        message = "a bug"
        raise KeyError(message)


def test_a_fault_in_carrying_a_command_out_is_not_told_as_one_of_the_command(
    foundation: Foundation,
) -> None:
    """The process begins again from what was kept, and does not meet the same command there."""
    roster = Roster(foundation, holder="us", hold=HOLD)
    writer = Writer(foundation, roster)
    ana, _ = roster.admit(ANA)
    watched = roster.watched[ana]
    watched.watch = Faulty(watched.patient)
    command = foundation.commands.submit(CommandKind.SPO2_SCALE, ana, "doctor", {"scale": 2})

    with pytest.raises(KeyError, match="a bug"):
        writer.prepare(Transaction(), deque(), Tally())

    assert foundation.commands.outcome(command) == FAULT
