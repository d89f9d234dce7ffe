"""Handing over the ward: all at once, durable, told as far as it is, stopped without a trace."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.domain.errors import Conflict, ModelError
from sereno.domain.evidence import Summary
from sereno.domain.patients import Discharge, Patient
from sereno.domain.stream import Observation, Subject
from sereno.domain.vitals import Language, Signal
from sereno.ports import Commit, JobState
from sereno.services.foundation import Foundation
from sereno.services.handover import SHOWN_FOR, Handover, WardHandover
from sereno.services.summarisation import (
    MODEL_LEASE,
    SUMMARY_JOB,
    TURN,
    Progress,
    Summarisation,
)
from sereno.storage.jobs import LONGEST_QUEUE
from tests.fakes.clock import NOON, FakeClock
from tests.unit.services.test_summarisation import HOUR, SECOND, Desk, Writer

BEDS = 3


@pytest.fixture
def ward(foundation: Foundation) -> list[Patient]:
    """Beds 1, 2 and 10, admitted in another order, and who went home."""
    store = foundation.store
    for bed in (10, 2, 1, 3):
        patient = store.admit(Subject(identifier=f"MRN-{bed}", bed=f"Bed {bed}"))
        values = tuple(
            Observation(Signal.HEART_RATE, NOON - n * 60 * SECOND, 70.0 + bed, "fake")
            for n in range(30)
        )
        store.commit([Commit(patient=patient.id, observations=values)])
    gone = store.find("Bed 3")
    end = Discharge(at=NOON, by="nora", reason="home")
    store.update_patient(replace(gone, discharged=end))
    return [store.find(f"Bed {bed}") for bed in (1, 2, 10)]


@pytest.fixture
def desk(foundation: Foundation, clock: FakeClock, ward: list[Patient]) -> Iterator[Desk]:
    return Desk(foundation, clock, ward[0].id)


@pytest.fixture
def handover(desk: Desk) -> Handover:
    given = desk.foundation
    return Handover(given.store, given.jobs, given.clock, desk.asking)


def newest(handover: Handover) -> WardHandover:
    found = handover.newest()
    assert found
    return found


def summaries(handover: Handover) -> list[Summary]:
    return [handover.summary(each.output) for each in newest(handover).entries if each.output]


def test_everyone_on_the_ward_is_handed_over_bed_by_bed(
    desk: Desk, handover: Handover, ward: list[Patient]
) -> None:
    assert handover.newest() is None

    handover.ask(Language.SPANISH, "nora")
    asked = newest(handover)
    desk.work()
    done = newest(handover)

    assert [entry.patient.label for entry in asked.entries] == ["Bed 1", "Bed 2", "Bed 10"]
    assert (asked.written, asked.waiting) == (0, BEDS)
    assert (asked.by, asked.asked, asked.language) == ("nora", NOON, Language.SPANISH)
    assert (done.written, done.waiting, done.absent) == (BEDS, 0, ())
    texts = summaries(handover)
    assert [each.patient for each in texts] == [patient.id for patient in ward]
    for bed, each in zip((1, 2, 10), texts, strict=True):
        assert f"{70 + bed} lpm" in each.draft.text


def test_the_texts_come_in_the_order_of_the_ward(desk: Desk, handover: Handover) -> None:
    written: list[int] = []
    desk.writer = Writer(during=lambda: written.append(newest(handover).written))
    handover.ask(Language.ENGLISH, "nora")
    desk.work()
    assert written == [0, 1, 2]


def test_one_patient_asked_for_meanwhile_goes_before_the_rest(
    desk: Desk, handover: Handover
) -> None:
    handover.ask(Language.ENGLISH, "nora")
    single = desk.asking.request(desk.patient, desk.request.window, priority=1)
    claimed = desk.foundation.jobs.claim("w", HOUR)
    assert claimed
    assert claimed.id == single


def test_each_has_time_for_those_before_it(desk: Desk, handover: Handover) -> None:
    desk.asking.request(desk.patient, desk.request.window)  # waits already
    handover.ask(Language.ENGLISH, "nora")
    name = desk.foundation.jobs.newest_batch(SUMMARY_JOB)
    assert name
    deadlines = [job.deadline - NOON for job in desk.foundation.jobs.batch(name)]
    assert deadlines == [60 * SECOND + TURN * before for before in (1, 2, 3)]


def test_a_second_one_is_refused_while_one_is_written(desk: Desk, handover: Handover) -> None:
    handover.ask(Language.ENGLISH, "nora")
    with pytest.raises(Conflict, match="is being written"):
        handover.ask(Language.ENGLISH, "luis")
    desk.work()
    desk.clock.turn(SECOND)
    handover.ask(Language.ENGLISH, "luis")
    assert newest(handover).by == "luis"


def test_without_room_for_all_of_it_nothing_is_asked_for(desk: Desk, handover: Handover) -> None:
    for _ in range(LONGEST_QUEUE - BEDS + 1):
        desk.asking.request(desk.patient, desk.request.window)
    with pytest.raises(Conflict, match="the queue of summaries is full"):
        handover.ask(Language.ENGLISH, "nora")
    assert desk.foundation.jobs.depth() == LONGEST_QUEUE - BEDS + 1
    assert handover.newest() is None


def test_stopped_it_leaves_nothing_waiting_and_keeps_what_is_written(
    desk: Desk, handover: Handover
) -> None:
    handover.ask(Language.ENGLISH, "nora")
    desk.writer = Writer(during=lambda: newest(handover).written == 1 and handover.stop())  # type: ignore[arg-type, return-value]
    desk.work()
    told = newest(handover)
    assert [entry.missed for entry in told.entries] == [False, True, True]
    assert (told.written, told.waiting, desk.foundation.jobs.depth()) == (1, 0, 0)


def test_what_a_killed_model_process_left_is_written_by_the_next(
    desk: Desk, handover: Handover
) -> None:
    handover.ask(Language.ENGLISH, "nora")
    assert desk.foundation.jobs.claim("w", HOUR), "it dies with this one in its hands"
    assert newest(handover).waiting == BEDS
    desk.work()  # its successor goes by the same name
    assert newest(handover).written == BEDS


def test_without_a_model_each_bed_gets_the_fixed_wording(desk: Desk, handover: Handover) -> None:
    handover.ask(Language.ENGLISH, "nora")
    desk.clock.turn(HOUR)
    assert newest(handover).written == BEDS
    reasons = {each.fallback_reason for each in summaries(handover)}
    assert reasons == {"the model did not answer in time"}


def test_one_bed_that_can_not_be_written_keeps_no_other_from_being_shown(
    desk: Desk, handover: Handover, ward: list[Patient]
) -> None:
    handover.ask(Language.ENGLISH, "nora")
    desk.clock.turn(HOUR)  # so that whoever reads has them written

    class Failing(Summarisation):
        def progress(self, job_id: str) -> Progress:
            if given.jobs.job(job_id).patient == ward[0].id:
                raise ModelError("no text could be verified")
            return super().progress(job_id)

    given = desk.foundation
    failing = Failing(given, desk.author, patience=SECOND, start_helper=desk.start)
    told = newest(Handover(given.store, given.jobs, given.clock, failing))
    assert [entry.missed for entry in told.entries] == [True, False, False]
    assert told.written == BEDS - 1


def test_who_came_since_is_told_and_who_was_forgotten_is_gone(
    desk: Desk, handover: Handover, ward: list[Patient]
) -> None:
    handover.ask(Language.ENGLISH, "nora")
    desk.work()
    fresh = desk.foundation.store.admit(Subject(identifier="MRN-4", bed="Bed 4"))
    desk.foundation.store.forget(ward[1].id)

    told = newest(handover)

    assert [patient.id for patient in told.absent] == [fresh.id]
    assert [entry.patient.label for entry in told.entries] == ["Bed 1", "Bed 10"]


def test_after_a_shift_it_is_shown_no_more(desk: Desk, handover: Handover) -> None:
    handover.ask(Language.ENGLISH, "nora")
    desk.work()
    desk.clock.turn(SHOWN_FOR)
    assert handover.newest()
    desk.clock.turn(timedelta(seconds=1))
    assert handover.newest() is None


def test_whoever_stops_waiting_for_several_leaves_nothing_in_the_queue(
    desk: Desk, handover: Handover, ward: list[Patient]
) -> None:
    requests = handover.requests(ward, Language.ENGLISH)
    desk.helps = True
    with closing(desk.asking.summarise(*requests)) as coming:
        assert next(coming).patient == ward[0].id
        desk.foundation.leases.acquire(MODEL_LEASE, "another", HOUR)
    assert desk.foundation.jobs.depth() == 0
    assert [each.stopped for each in desk.helpers] == [True]


def test_interrupted_while_it_waits_it_leaves_nothing_in_the_queue(
    desk: Desk, handover: Handover, ward: list[Patient]
) -> None:
    desk.foundation.leases.acquire(MODEL_LEASE, "another", HOUR)  # which does nothing

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    asking = desk.asking
    asking._sleep = interrupt
    with pytest.raises(KeyboardInterrupt):
        list(asking.summarise(*handover.requests(ward, Language.ENGLISH)))
    assert desk.foundation.jobs.depth() == 0


def test_where_the_queue_fills_up_half_way_what_was_asked_for_is_taken_back(
    desk: Desk, handover: Handover, ward: list[Patient]
) -> None:
    for _ in range(LONGEST_QUEUE - 1):
        desk.asking.request(desk.patient, desk.request.window)
    with pytest.raises(Conflict, match="full"):
        list(desk.asking.summarise(*handover.requests(ward, Language.ENGLISH)))
    assert desk.foundation.jobs.depth() == LONGEST_QUEUE - 1


def test_a_batch_of_its_own_is_not_taken_for_single_jobs(desk: Desk, handover: Handover) -> None:
    handover.ask(Language.ENGLISH, "nora")
    desk.asking.request(desk.patient, desk.request.window)
    name = desk.foundation.jobs.newest_batch(SUMMARY_JOB)
    assert name
    jobs = desk.foundation.jobs.batch(name)
    assert [job.state for job in jobs] == [JobState.WAITING] * BEDS
    assert desk.foundation.jobs.newest_batch("another kind") is None
    assert desk.foundation.jobs.batch("000000000000") == []
