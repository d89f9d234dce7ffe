"""Whom a process watches, and under which names."""

from datetime import timedelta

from sereno.domain.stream import Subject
from sereno.services.foundation import Foundation
from sereno.services.ingestion.roster import Roster
from tests.fakes.clock import FakeClock

HOLD = timedelta(seconds=10)
BED, OTHER = Subject.in_bed("ICU 7"), Subject.in_bed("ICU 8")


def test_a_bed_stays_known_until_another_process_lays_somebody_in_it(
    foundation: Foundation, clock: FakeClock
) -> None:
    roster = Roster(foundation, holder="us", hold=HOLD)
    unnamed, other = roster.admit(BED)[0], roster.admit(OTHER)[0]
    for _ in range(3):
        clock.turn(HOLD / 2)
        roster.renew()
        assert (roster.known(BED), roster.known(OTHER)) == (unnamed, other)

    ben = foundation.store.admit(Subject(identifier="MRN-9", bed="ICU 7"))
    clock.turn(HOLD / 2)
    roster.renew()

    assert roster.known(BED) is None
    assert roster.admit(BED) == (ben.id, True)
    assert roster.known(OTHER) == other
    clock.turn(HOLD / 2)
    roster.renew()
    assert roster.known(BED) == ben.id
