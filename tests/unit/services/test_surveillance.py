"""Commands with an answer, the watchdog, and back-off."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from sereno.domain.errors import Conflict, NotFound
from sereno.domain.patients import Patient
from sereno.domain.roles import Actor
from sereno.domain.stream import Subject
from sereno.domain.surveillance import Condition, OperatorState, Priority
from sereno.ports import Command, CommandQueue, Commit, Topic
from sereno.scoring.watch import Watch
from sereno.services import equipment
from sereno.services.backoff import Backoff
from sereno.services.charting import Charting
from sereno.services.foundation import Foundation, lease_of
from sereno.services.live import framed
from sereno.services.surveillance import Surveillance
from sereno.services.watchdog import Watchdog
from sereno.storage import Storage
from sereno.storage.tables import blocks, patients
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA, SECOND

NURSE = Actor("nurse")


@pytest.fixture
def ana(foundation: Foundation) -> Patient:
    """A patient who is being watched."""
    patient = foundation.store.admit(ANA)
    state = framed(Watch(patient).snapshot(), live=True)
    foundation.store.commit([Commit(patient=patient.id, state=state)])
    return patient


@pytest.fixture
def surveillance(foundation: Foundation, clock: FakeClock) -> Surveillance:
    charting = Charting(foundation.store, foundation.commands, foundation.audit)
    return Surveillance(
        foundation,
        charting,
        holder="cli",
        sleep=lambda seconds: clock.turn(timedelta(seconds=seconds)),
    )


class Deaf:
    """A queue in which nothing seems to wait."""

    def __init__(self, behind: CommandQueue) -> None:
        self.outcome = behind.outcome
        self.asked = 0

    def pending(self, patients: Any = None, limit: int = 100) -> list[Command]:
        self.asked += 1
        assert self.asked < 10_000, "it asks without a pause"
        return []


def stopped(foundation: Foundation, patient: Patient) -> str:
    alarm, events = equipment.stopped(patient.id, NOON, NOON)
    foundation.store.commit([Commit(patient=patient.id, alarms=(alarm,), events=events)])
    return alarm.id


def test_alone_a_command_is_carried_out_at_once(
    foundation: Foundation, surveillance: Surveillance, ana: Patient
) -> None:
    alarm = surveillance.acknowledge(stopped(foundation, ana), "seen", NURSE)

    assert alarm.operator is OperatorState.ACKNOWLEDGED
    assert alarm.present  # nobody watches again because somebody typed a command
    assert foundation.leases.holder(lease_of(ana.id)) is None


def test_an_alarm_is_acknowledged_once(
    foundation: Foundation, surveillance: Surveillance, ana: Patient
) -> None:
    alarm = stopped(foundation, ana)
    surveillance.acknowledge(alarm, "seen", NURSE)

    with pytest.raises(Conflict, match="nurse has acknowledged that alarm already"):
        surveillance.acknowledge(alarm, "seen", Actor("doctor"))


def test_an_unknown_alarm_is_no_alarm(surveillance: Surveillance) -> None:
    with pytest.raises(NotFound):
        surveillance.acknowledge("none", "seen", NURSE)


def test_whoever_has_the_patient_is_waited_for_and_then_taken_over_from(
    foundation: Foundation, surveillance: Surveillance, ana: Patient
) -> None:
    foundation.leases.acquire(lease_of(ana.id), "killed", timedelta(seconds=5))

    assert surveillance.acknowledge(stopped(foundation, ana), "seen", NURSE)


def test_an_ingest_process_that_does_not_answer_is_told_of(
    foundation: Foundation, surveillance: Surveillance, ana: Patient
) -> None:
    foundation.leases.acquire(lease_of(ana.id), "hangs", timedelta(hours=1))

    with pytest.raises(Conflict, match="does not answer"):
        surveillance.acknowledge(stopped(foundation, ana), "seen", NURSE)


def test_a_command_that_nobody_finds_is_not_asked_for_without_a_pause(
    foundation: Foundation, clock: FakeClock, ana: Patient
) -> None:
    commands = Deaf(foundation.commands)
    deaf = replace(foundation, commands=commands)  # type: ignore[arg-type]
    charting = Charting(foundation.store, foundation.commands, foundation.audit)
    sleeps: list[float] = []

    def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        clock.turn(timedelta(seconds=seconds))

    with pytest.raises(Conflict, match="does not answer"):
        Surveillance(deaf, charting, holder="cli", sleep=sleep).acknowledge(
            stopped(foundation, ana), "seen", NURSE
        )

    assert commands.asked == len(sleeps)


def test_the_watchdog_tells_once_of_an_ingest_process_that_is_gone(
    foundation: Foundation, clock: FakeClock, ana: Patient
) -> None:
    watchdog = Watchdog(foundation, holder="run-ingest")
    foundation.leases.beat("ingest", {})
    clock.turn(10 * SECOND)
    watchdog.look(foundation.leases.beats())
    assert foundation.store.alarms() == []

    for _ in range(3):
        clock.turn(SECOND)
        watchdog.look(foundation.leases.beats())

    (alarm,) = foundation.store.alarms()
    assert (alarm.patient, alarm.condition) == (ana.id, Condition.MONITORING_STOPPED)
    assert (alarm.priority, alarm.onset) == (Priority.HIGH, NOON)


def test_what_the_watchdog_tells_goes_to_the_pager_too(
    foundation: Foundation, clock: FakeClock, ana: Patient
) -> None:
    alarms = frozenset({Topic.ALARMS})
    pager, _ = foundation.outbox.enlist("pager", alarms, recordings=False)
    watchdog = Watchdog(foundation, holder="run-ingest")
    clock.turn(40 * SECOND)
    watchdog.look({})
    (told,) = foundation.outbox.page(pager.number, 10)
    assert (told.patient.id, told.live) == (ana.id, True)


def test_the_watchdog_lets_a_first_process_start_and_then_tells_since_when_nobody_watches(
    foundation: Foundation, clock: FakeClock, ana: Patient
) -> None:
    """Starting takes its time on a busy machine: a restart must not alarm on every bed."""
    foundation.leases.beat("ingest", {})
    clock.turn(timedelta(hours=1))
    watchdog = Watchdog(foundation, holder="run-ingest")
    clock.turn(30 * SECOND)
    watchdog.look(foundation.leases.beats())
    assert foundation.store.alarms() == []

    clock.turn(SECOND)
    watchdog.look(foundation.leases.beats())
    (alarm,) = foundation.store.alarms()
    assert (alarm.patient, alarm.onset) == (ana.id, NOON)


def test_the_watchdog_tells_of_the_others_where_one_can_not_be_read(
    foundation: Foundation, storage: Storage, clock: FakeClock, ana: Patient
) -> None:
    ben = foundation.store.admit(Subject(identifier="MRN-0043"))
    state = framed(Watch(ben).snapshot(), live=True)
    foundation.store.commit([Commit(patient=ben.id, state=state)])
    with storage.database.write() as connection:
        owner = sa.select(patients.c.number).where(patients.c.id == ana.id).scalar_subquery()
        connection.execute(sa.delete(blocks).where(blocks.c.owner == owner))
    watchdog = Watchdog(foundation, holder="run-ingest")
    clock.turn(40 * SECOND)
    watchdog.look({})

    assert [each.patient for each in foundation.store.alarms()] == [ben.id]


def test_the_watchdog_leaves_recordings_alone(foundation: Foundation, clock: FakeClock) -> None:
    patient = foundation.store.admit(ANA)
    foundation.store.commit([Commit(patient=patient.id, state=framed(b"", live=False))])
    watchdog = Watchdog(foundation, holder="run-ingest")
    clock.turn(40 * SECOND)

    watchdog.look({})

    assert foundation.store.alarms() == []


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(first=SECOND, longest=10 * SECOND, attempts=3)

    assert [backoff.wait(n) / SECOND for n in (1, 2, 3, 4, 5, 1000)] == [1, 2, 4, 8, 10, 10]
    assert [backoff.over(n) for n in (1, 2, 3)] == [False, False, True]
    assert not Backoff().over(10**9)
