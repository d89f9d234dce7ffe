"""Whom a process watches, and for whom it carries out what is asked."""

from collections import deque
from datetime import timedelta

from sereno.domain.stream import Subject
from sereno.ports import CommandKind
from sereno.services.foundation import Foundation
from sereno.services.sheet import Work
from sereno.services.tally import Tally
from sereno.services.ward import Ward, lease_of
from tests.fakes.streams import ANA

HOLD = timedelta(seconds=10)
MANY = 101  # more than are looked at together


def test_many_commands_for_whom_others_watch_hold_up_none_of_ours(foundation: Foundation) -> None:
    ward = Ward(foundation, holder="us", hold=HOLD)
    ana, ben = ward.admit(ANA), foundation.store.admit(Subject(identifier="MRN-0043")).id
    assert ana is not None
    foundation.leases.acquire(lease_of(ben), "others", HOLD)
    note = {"text": "turned", "time": "2026-11-22T12:00:00Z"}
    for patient in [ben] * MANY + [ana]:
        ours = foundation.commands.submit(CommandKind.NOTE, patient, "nurse", note)

    ward.prepare(work := Work(), deque(), Tally())
    ward.keep(work)

    assert foundation.commands.outcome(ours) == ""
