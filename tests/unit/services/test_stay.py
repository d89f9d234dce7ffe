"""The end of a stay: nobody is watched who went home, and nobody is missed who is back."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sereno.domain.errors import Conflict, StorageFull
from sereno.domain.patients import Patient
from sereno.domain.roles import Actor
from sereno.domain.stream import Batch, Observation, Quality, Subject
from sereno.domain.surveillance import Alarm, Condition, OperatorState
from sereno.domain.vitals import Signal
from sereno.ports import Commit, Received
from sereno.services import equipment
from sereno.services.charting import Charting
from sereno.services.forgetting import Forgetting
from sereno.services.foundation import Foundation, lease_of
from sereno.services.ingestion.roster import Roster
from sereno.services.ingestion.stay import BACK_AFTER, OURSELVES, QUIET
from sereno.services.ingestion.tally import Tally
from sereno.services.ingestion.transaction import Transaction
from sereno.services.ingestion.writer import Writer
from sereno.services.live import is_live
from sereno.services.surveillance import Surveillance
from sereno.services.views import Views
from sereno.services.watchdog import Watchdog
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA, SECOND, Refusing, beats

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOLD = timedelta(seconds=10)
LOW, HIGH, WELL = 35.0, 155.0, 80.0


class Desk:
    """An ingest process, a step at a time."""

    def __init__(self, foundation: Foundation, holder: str = "ingest") -> None:
        self.foundation = foundation
        self.roster = Roster(foundation, holder=holder, hold=HOLD)
        self.writer = Writer(foundation, self.roster)

    def take(self, *batches: Batch) -> None:
        """One round: take in what arrived, carry commands out, let time pass, keep."""
        arrived = []
        for batch in batches:
            assert batch.subject
            arrived.append(Received(self.roster.admit(batch.subject)[0], batch))
        transaction = Transaction()
        self.writer.prepare(transaction, deque(arrived), Tally())
        if transaction.commits:
            self.writer.keep(transaction)


@pytest.fixture
def desk(foundation: Foundation) -> Desk:
    return Desk(foundation)


@pytest.fixture
def charting(foundation: Foundation) -> Charting:
    return Charting(foundation.store, foundation.commands, foundation.audit)


@pytest.fixture
def ana(foundation: Foundation, clock: FakeClock, desk: Desk) -> Patient:
    """Somebody who is being watched and ill: an alarm is present, an episode goes on."""
    desk.take(beats([HIGH] * 30))
    clock.turn(30 * SECOND)
    desk.take()
    patient = foundation.store.find("MRN-0042")
    assert [each.present for each in foundation.store.alarms(patient.id)] == [True]
    assert any(each.ongoing for each in foundation.store.episodes(patient.id, NOON, clock.now()))
    return patient


@pytest.fixture
def discharged(clock: FakeClock, desk: Desk, charting: Charting, ana: Patient) -> datetime:
    """When Ana was discharged."""
    charting.discharge(ana.id, "gone home", Actor("nurse"))
    at = clock.now()
    desk.take()
    return at


def alarms(foundation: Foundation, **asked: bool) -> list[Alarm]:
    return foundation.store.alarms(**asked)  # type: ignore[arg-type]


def test_who_is_discharged_has_no_open_alarm_no_ongoing_episode_and_no_score_in_force(
    foundation: Foundation, clock: FakeClock, ana: Patient, discharged: datetime
) -> None:
    store = foundation.store
    assert alarms(foundation, active=True) == []
    for alarm in alarms(foundation):
        assert (alarm.present, alarm.ended) == (False, discharged)
        assert alarm.operator is OperatorState.NONE  # nobody took note of it
        told = [(each.what, each.by, each.reason) for each in store.alarm_events(alarm.id)]
        assert told[-3:] == [
            ("gone", None, None),
            ("discharged", "nurse", "gone home"),
            ("closed", None, None),
        ]
    (episode,) = store.episodes(ana.id, NOON, clock.now())
    assert episode.end == episode.last == NOON + 29 * SECOND
    assert store.scores(ana.id, clock.now(), clock.now())[-1].total is None


def test_it_is_recorded_sealed_and_audited_and_nothing_watches_any_more(
    foundation: Foundation, desk: Desk, ana: Patient, discharged: datetime
) -> None:
    end = foundation.store.find(ana.id).discharged
    assert end is not None
    assert (end.at, end.by, end.reason) == (discharged, "nurse", "gone home")
    assert not is_live(foundation.store.state(ana.id))
    desk.take()
    assert foundation.leases.holder(lease_of(ana.id)) is None
    assert foundation.audit.verify()


@pytest.mark.usefixtures("discharged")
def test_silence_of_who_went_home_is_no_alarm_and_the_watchdog_is_still(
    foundation: Foundation, clock: FakeClock, desk: Desk
) -> None:
    watchdog = Watchdog(foundation, holder="ingest")
    for _ in range(3):
        clock.turn(HOUR)
        desk.take()
        watchdog.look({})
    Desk(foundation, "ingest").roster.adopt()

    assert alarms(foundation, active=True) == []


@pytest.mark.usefixtures("discharged")
def test_screens_leave_out_who_is_discharged_unless_they_are_asked_for(
    foundation: Foundation, clock: FakeClock, ana: Patient
) -> None:
    views = Views(foundation.store, foundation.leases, clock)

    assert (views.ward().beds, views.patients(), views.alarms()) == ((), (), ())
    assert [bed.patient.id for bed in views.ward(discharged=True).beds] == [ana.id]
    assert [one.id for one in views.patients(discharged=True)] == [ana.id]
    assert views.patient(ana.id).patient.discharged
    assert views.alarms(patient_id=ana.id)
    assert views.unseen_alarms() == 0


def test_alarms_about_sereno_itself_close_too_and_do_not_come_back(
    foundation: Foundation, clock: FakeClock, charting: Charting, ana: Patient
) -> None:
    """Ingest died, the watchdog told of it; the next one finds alarm and command at once."""
    stopped, events = equipment.stopped(ana.id, clock.now(), clock.now())
    foundation.store.commit([Commit(patient=ana.id, alarms=(stopped,), events=events)])
    clock.turn(HOUR)
    charting.discharge(ana.id, "gone home", Actor("nurse"))
    successor = Desk(foundation)
    successor.roster.adopt()
    successor.take()

    assert alarms(foundation, active=True) == []


def test_an_acknowledgement_that_meets_the_end_of_the_alarm_stands(
    foundation: Foundation, clock: FakeClock, charting: Charting, ana: Patient
) -> None:
    """Both are known in the first round after a restart; neither may undo the other."""
    stopped, events = equipment.stopped(ana.id, clock.now(), clock.now())
    foundation.store.commit([Commit(patient=ana.id, alarms=(stopped,), events=events)])
    charting.acknowledge(stopped.id, "seen", Actor("nurse"))
    clock.turn(HOUR)
    successor = Desk(foundation)
    successor.roster.adopt()
    successor.take()

    found = foundation.store.alarm(stopped.id)
    assert (found.present, found.active, found.acknowledged_by) == (False, False, "nurse")


def test_what_comes_while_leads_come_off_is_kept_and_neither_scored_nor_alarmed(
    foundation: Foundation, clock: FakeClock, desk: Desk, ana: Patient, discharged: datetime
) -> None:
    clock.turn(60 * SECOND)
    desk.take(beats([LOW] * 60, start=discharged + SECOND))

    kept = foundation.store.observations(ana.id, discharged + SECOND, clock.now())
    assert [each.value for each in kept] == [LOW] * 60
    assert alarms(foundation, active=True) == []
    assert foundation.store.scores(ana.id, clock.now(), clock.now())[-1].total is None
    assert foundation.store.find(ana.id).discharged
    clock.turn(QUIET)
    desk.take()
    assert foundation.leases.holder(lease_of(ana.id)) is None


@pytest.mark.usefixtures("discharged")
def test_what_is_sent_once_more_of_who_went_home_holds_them_no_longer_than_what_is_new(
    foundation: Foundation, clock: FakeClock, desk: Desk, ana: Patient
) -> None:
    """A sender that was not answered sends again; their record must be free to be forgotten."""
    desk.take()
    desk.take(beats([HIGH] * 30))
    clock.turn(QUIET)
    desk.take()

    assert foundation.leases.holder(lease_of(ana.id)) is None


def test_a_recording_that_is_readmitted_is_watched_by_nobody(
    foundation: Foundation, clock: FakeClock, desk: Desk, charting: Charting
) -> None:
    desk.take(beats([WELL], live=False))
    patient = foundation.store.find("MRN-0042").id
    charting.discharge(patient, "read the wrong file", Actor("nurse"))
    desk.take()
    desk.take()
    charting.readmit(patient, Actor("nurse"))
    desk.take()
    clock.turn(QUIET)
    desk.take()

    assert foundation.store.find(patient).discharged is None
    assert foundation.leases.holder(lease_of(patient)) is None


def test_a_recording_that_is_readmitted_and_then_measured_live_is_watched(
    foundation: Foundation, clock: FakeClock, desk: Desk, charting: Charting
) -> None:
    desk.take(beats([WELL], live=False))
    patient = foundation.store.find("MRN-0042").id
    charting.discharge(patient, "read the wrong file", Actor("nurse"))
    desk.take()
    clock.turn(SECOND)
    desk.take(beats([WELL], start=NOON + SECOND, live=False))  # it is read on: not yet let go of
    charting.readmit(patient, Actor("nurse"))
    desk.take()
    desk.take(beats([WELL], start=NOON + 2 * SECOND))
    clock.turn(QUIET)
    desk.take()

    assert foundation.leases.holder(lease_of(patient)) == "ingest"


def test_a_good_value_after_the_grace_brings_them_back_and_they_are_watched(
    foundation: Foundation,
    clock: FakeClock,
    desk: Desk,
    ana: Patient,
    discharged: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock.turn(BACK_AFTER + 30 * SECOND)
    with caplog.at_level("WARNING"):
        desk.take(beats([LOW] * 30, start=discharged + BACK_AFTER + SECOND))
    clock.turn(15 * SECOND)
    desk.take()

    assert foundation.store.find(ana.id).discharged is None
    assert is_live(foundation.store.state(ana.id))
    assert "measured again" in caplog.text
    (alarm, *_) = alarms(foundation, active=True)
    assert (alarm.signal, alarm.onset) == (Signal.HEART_RATE, discharged + BACK_AFTER + SECOND)
    clock.turn(60 * SECOND)
    desk.take()
    silent = [a for a in alarms(foundation, active=True) if a.condition is Condition.SOURCE_SILENT]
    assert [each.source for each in silent] == ["fake"]


def readmissions(foundation: Foundation, patient: Patient) -> list[str]:
    lines = foundation.audit.read(patient.id)
    return [each.actor for each in lines if each.action == "readmitted"]


def test_the_audit_log_says_who_took_them_back_once_that_is_kept(
    foundation: Foundation, clock: FakeClock, desk: Desk, ana: Patient, discharged: datetime
) -> None:
    """It undoes what a clinician did, so it is on record as their own readmission would be."""
    clock.turn(BACK_AFTER + 30 * SECOND)
    transaction = Transaction()
    back = Received(ana.id, beats([WELL], start=discharged + BACK_AFTER + SECOND))
    desk.writer.prepare(transaction, deque([back]), Tally())
    assert readmissions(foundation, ana) == []

    desk.writer.keep(transaction)
    desk.take(beats([WELL], start=discharged + BACK_AFTER + 2 * SECOND))
    assert readmissions(foundation, ana) == [OURSELVES]


def test_an_audit_log_that_takes_no_line_holds_nothing_up_and_has_it_later(
    foundation: Foundation,
    clock: FakeClock,
    ana: Patient,
    discharged: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    audit = Refusing(foundation.audit)
    audit.errors_of["record"] = [StorageFull("full; free some space")]
    desk = Desk(replace(foundation, audit=audit))
    clock.turn(BACK_AFTER + 30 * SECOND)
    desk.take(beats([WELL], start=discharged + BACK_AFTER + SECOND))

    assert foundation.store.find(ana.id).discharged is None
    assert f"patient {ana.id} is not in the audit log" in caplog.text
    assert readmissions(foundation, ana) == []

    desk.take(beats([WELL], start=discharged + BACK_AFTER + 2 * SECOND))
    assert readmissions(foundation, ana) == [OURSELVES]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda late: beats([WELL], start=late, live=False), "a recording is no patient"),
        (
            lambda late: Batch(
                source="fake",
                subject=ANA,
                observations=(
                    Observation(Signal.HEART_RATE, late, 0.0, "fake", Quality.SENSOR_OFF),
                ),
            ),
            "a monitor that was left on tells that its leads are off",
        ),
        (
            lambda late: beats([WELL], start=late - BACK_AFTER),
            "it comes late, and was taken before",
        ),
    ],
)
def test_what_is_no_sign_of_the_patient_does_not_bring_them_back(
    foundation: Foundation,
    clock: FakeClock,
    desk: Desk,
    ana: Patient,
    discharged: datetime,
    change: Callable[[datetime], Batch],
    why: str,
) -> None:
    clock.turn(DAY)
    desk.take(change(discharged + BACK_AFTER + SECOND))

    assert foundation.store.find(ana.id).discharged, why
    assert alarms(foundation, active=True) == []


@pytest.mark.usefixtures("discharged")
@pytest.mark.parametrize(("after", "back"), [(SECOND, False), (BACK_AFTER + SECOND, True)])
def test_a_clock_that_runs_ahead_neither_hastens_nor_hinders_the_return(
    foundation: Foundation,
    clock: FakeClock,
    desk: Desk,
    ana: Patient,
    after: timedelta,
    back: bool,
) -> None:
    clock.turn(after)
    desk.take(beats([WELL], start=clock.now() + HOUR))

    assert (foundation.store.find(ana.id).discharged is None) is back


@pytest.mark.usefixtures("discharged")
def test_who_is_readmitted_by_hand_is_expected_to_be_measured(
    foundation: Foundation,
    clock: FakeClock,
    desk: Desk,
    charting: Charting,
    ana: Patient,
) -> None:
    """A discharge by mistake, and the monitor is off: that must not look like calm."""
    clock.turn(DAY)
    desk.take()
    charting.readmit(ana.id, Actor("doctor"))
    desk.take()
    assert foundation.store.find(ana.id).discharged is None
    assert alarms(foundation, active=True) == []
    clock.turn(60 * SECOND)
    desk.take()

    assert foundation.leases.holder(lease_of(ana.id)) == "ingest"
    assert [a.condition for a in alarms(foundation, active=True)] == [Condition.SOURCE_SILENT]


@pytest.mark.usefixtures("discharged")
def test_who_is_readmitted_where_nobody_watches_is_taken_up_by_the_next_look(
    foundation: Foundation, clock: FakeClock, charting: Charting, ana: Patient
) -> None:
    surveillance = Surveillance(foundation, charting, holder="cli", sleep=lambda _: None)
    clock.turn(DAY)
    surveillance.readmit(ana.id, Actor("doctor"))
    desk = Desk(foundation, "another")
    desk.roster.adopt()
    desk.take()
    clock.turn(60 * SECOND)
    desk.take()

    assert [a.condition for a in alarms(foundation, active=True)] == [Condition.SOURCE_SILENT]


def test_a_discharge_that_is_asked_for_twice_is_carried_out_once(
    foundation: Foundation, desk: Desk, charting: Charting, ana: Patient
) -> None:
    first = charting.discharge(ana.id, "gone home", Actor("nurse"))
    second = charting.discharge(ana.id, "went away", Actor("doctor"))
    desk.take()
    third = charting.discharge(ana.id, "not here", Actor("porter"))
    desk.take()

    assert foundation.commands.outcome(first) == ""
    for refused in (second, third):
        assert "nurse has discharged" in (foundation.commands.outcome(refused) or "")
    end = foundation.store.find(ana.id).discharged
    assert end is not None
    assert end.reason == "gone home"


def test_discharged_and_readmitted_in_one_round_is_as_if_neither_but_for_what_was_closed(
    foundation: Foundation, desk: Desk, charting: Charting, ana: Patient
) -> None:
    charting.discharge(ana.id, "wrong bed", Actor("nurse"))
    back = charting.readmit(ana.id, Actor("nurse"))
    desk.take()

    assert foundation.commands.outcome(back) == ""
    assert foundation.store.find(ana.id).discharged is None
    assert is_live(foundation.store.state(ana.id))
    assert alarms(foundation, active=True) == []


def test_who_is_not_discharged_can_not_be_readmitted(
    foundation: Foundation, desk: Desk, charting: Charting, ana: Patient
) -> None:
    command = charting.readmit(ana.id, Actor("nurse"))
    desk.take()

    assert "is not discharged" in (foundation.commands.outcome(command) or "")


def test_a_process_killed_before_the_commit_leaves_it_wholly_undone_and_the_next_does_it(
    foundation: Foundation, clock: FakeClock, charting: Charting, ana: Patient
) -> None:
    command = charting.discharge(ana.id, "gone home", Actor("nurse"))
    clock.turn(HOUR)
    killed = Desk(foundation)
    killed.roster.adopt()
    killed.writer.prepare(Transaction(), deque(), Tally())  # and nothing is kept of it

    assert foundation.store.find(ana.id).discharged is None
    assert foundation.commands.outcome(command) is None
    assert alarms(foundation, active=True)
    assert is_live(foundation.store.state(ana.id))

    successor = Desk(foundation)
    successor.roster.adopt()
    successor.take()
    assert foundation.store.find(ana.id).discharged
    assert foundation.commands.outcome(command) == ""
    assert alarms(foundation, active=True) == []


def test_a_commit_that_is_refused_keeps_no_part_of_it(
    foundation: Foundation, charting: Charting, ana: Patient
) -> None:
    charting.discharge(ana.id, "gone home", Actor("nurse"))
    desk = Desk(foundation)
    desk.roster.adopt()
    transaction = Transaction()
    desk.writer.prepare(transaction, deque(), Tally())
    full = Refusing(foundation.store, [StorageFull("full; free some space")])
    with pytest.raises(StorageFull):
        full.commit(transaction.commits)
    assert foundation.store.find(ana.id).discharged is None

    desk.writer.keep(transaction)
    assert foundation.store.find(ana.id).discharged


def test_beside_an_ingest_process_it_waits_for_that_to_carry_it_out(
    foundation: Foundation, desk: Desk, charting: Charting, ana: Patient
) -> None:
    rounds: list[float] = []

    def sleep(seconds: float) -> None:
        assert foundation.leases.holder(lease_of(ana.id)) == "ingest"
        rounds.append(seconds)
        desk.take()

    Surveillance(foundation, charting, holder="cli", sleep=sleep).discharge(
        ana.id, "home", Actor("nurse")
    )

    assert rounds
    assert foundation.store.find(ana.id).discharged


def test_what_a_sender_tells_meanwhile_does_not_undo_it(
    foundation: Foundation, desk: Desk, charting: Charting, ana: Patient
) -> None:
    charting.discharge(ana.id, "gone home", Actor("nurse"))
    transaction = Transaction()
    desk.writer.prepare(transaction, deque(), Tally())
    desk.roster.admit(Subject(identifier=ANA.identifier, bed="ICU 8"))
    desk.writer.keep(transaction)
    desk.take()

    found = foundation.store.find(ana.id)
    assert found.discharged
    assert found.bed == "ICU 8"


def test_a_value_taken_after_the_discharge_is_not_entered_and_one_before_is_kept(
    foundation: Foundation,
    clock: FakeClock,
    desk: Desk,
    charting: Charting,
    ana: Patient,
    discharged: datetime,
) -> None:
    clock.turn(HOUR)
    with pytest.raises(Conflict, match="readmit them"):
        charting.chart(ana.id, {Signal.TEMPERATURE: 37.0}, clock.now(), Actor("nurse"))

    charting.chart(ana.id, {Signal.TEMPERATURE: 40.5}, discharged, Actor("nurse"))
    desk.take()
    assert foundation.store.latest(ana.id)[Signal.TEMPERATURE].value == 40.5
    assert alarms(foundation, active=True) == []


@pytest.mark.usefixtures("discharged")
def test_a_bed_names_its_next_patient_once_the_last_is_discharged(
    foundation: Foundation, ana: Patient
) -> None:
    next_one = foundation.store.admit(Subject(identifier="MRN-0043", bed=ANA.bed))

    assert foundation.store.find("ICU 7").id == next_one.id
    assert foundation.store.find("MRN-0042").id == ana.id


@pytest.mark.usefixtures("discharged")
def test_a_discharged_patient_can_be_forgotten(
    foundation: Foundation, desk: Desk, ana: Patient
) -> None:
    desk.take()  # which lets go of them
    Forgetting(foundation, holder="forget").forget(ana.id, "asked in writing", "officer")

    assert foundation.store.patients() == []
