"""What every `CommandQueue`, `JobQueue` and `Leases` must do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from sereno.domain.errors import Conflict, NotFound
from sereno.domain.patients import Patient
from sereno.domain.stream import Subject
from sereno.ports import CommandKind, Commit, Job, JobState, Wanted
from sereno.storage import Storage
from sereno.storage.jobs import ATTEMPTS, LONGEST_QUEUE
from sereno.storage.tables import commands, jobs
from tests.fakes.clock import NOON, FakeClock

SECOND = timedelta(seconds=1)
HOLD = 10 * SECOND
SOON = NOON + 60 * SECOND
AT_ONCE = 4


@pytest.fixture
def ana(storage: Storage) -> Patient:
    return storage.store.admit(Subject(identifier="MRN-0042", name="Ana Pérez"))


class TestLeases:
    def test_one_holds_it_and_may_take_it_again(self, storage: Storage) -> None:
        assert storage.leases.acquire("model", "a", HOLD)
        assert storage.leases.acquire("model", "a", HOLD)
        assert not storage.leases.acquire("model", "b", HOLD)
        assert storage.leases.holder("model") == "a"

    def test_it_runs_out(self, storage: Storage, clock: FakeClock) -> None:
        storage.leases.acquire("model", "a", HOLD)
        clock.turn(HOLD)

        assert storage.leases.holder("model") is None
        assert storage.leases.acquire("model", "b", HOLD)

    def test_all_of_a_holder_are_renewed_but_for_those_another_has(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        for name in ("patient:1", "patient:2"):
            storage.leases.acquire(name, "a", HOLD)
        clock.turn(HOLD)
        storage.leases.acquire("patient:2", "b", HOLD)

        assert storage.leases.renew("a", HOLD) == {"patient:1"}
        assert storage.leases.holder("patient:1") == "a"

    def test_of_many_who_ask_at_once_one_gets_it(self, storage: Storage) -> None:
        with ThreadPoolExecutor(AT_ONCE) as askers:
            holders = [f"h{n}" for n in range(AT_ONCE)]
            got = list(askers.map(lambda one: storage.leases.acquire("model", one, HOLD), holders))

        assert got.count(True) == 1
        assert storage.leases.holder("model") == holders[got.index(True)]

    def test_only_the_holder_gives_it_back(self, storage: Storage) -> None:
        storage.leases.acquire("model", "a", HOLD)

        storage.leases.release("model", "b")
        assert storage.leases.holder("model") == "a"
        storage.leases.release("model", "a")
        assert storage.leases.holder("model") is None

    def test_the_last_sign_of_life_is_told(self, storage: Storage, clock: FakeClock) -> None:
        storage.leases.beat("ingest", {"backlog": 3})
        clock.turn(SECOND)
        storage.leases.beat("ingest", {"backlog": 4})

        assert storage.leases.beats() == {"ingest": (NOON + SECOND, {"backlog": 4})}


class TestCommands:
    def test_they_wait_in_order_until_a_commit_has_carried_them_out(
        self, storage: Storage, ana: Patient
    ) -> None:
        first, second = (
            storage.commands.submit(CommandKind.NOTE, ana.id, "nurse", {"text": text})
            for text in ("one", "two")
        )
        waiting = storage.commands.pending()
        assert [(each.id, each.payload) for each in waiting] == [
            (first, {"text": "one"}),
            (second, {"text": "two"}),
        ]
        assert (waiting[0].issued_by, waiting[0].issued_at) == ("nurse", NOON)

        storage.store.commit([Commit(patient=ana.id, carried_out=(first,))])

        assert [each.id for each in storage.commands.pending()] == [second]
        assert storage.commands.outcome(first) == ""
        assert storage.commands.outcome(second) is None

    def test_a_refusal_is_told(self, storage: Storage, ana: Patient) -> None:
        command = storage.commands.submit(CommandKind.NOTE, ana.id, "nurse", {})
        storage.commands.refuse(command, "too late")

        assert storage.commands.outcome(command) == "too late"
        assert storage.commands.pending() == []

    def test_of_a_forgotten_patient_none_waits(self, storage: Storage, ana: Patient) -> None:
        storage.commands.submit(CommandKind.NOTE, ana.id, "nurse", {})
        storage.store.forget(ana.id)

        assert storage.commands.pending() == []

    def test_of_some_patients_alone_those_of_others_are_not_in_the_way(
        self, storage: Storage, ana: Patient
    ) -> None:
        ben = storage.store.admit(Subject(identifier="MRN-0043"))
        for _ in range(3):
            storage.commands.submit(CommandKind.NOTE, ben.id, "nurse", {})
        mine = storage.commands.submit(CommandKind.NOTE, ana.id, "nurse", {})

        assert [each.id for each in storage.commands.pending({ana.id}, limit=2)] == [mine]
        assert len(storage.commands.pending(limit=2)) == 2
        assert storage.commands.pending(()) == []

    def test_one_that_does_not_open_is_refused_and_holds_up_no_other(
        self, storage: Storage, ana: Patient
    ) -> None:
        damaged, whole = (
            storage.commands.submit(CommandKind.NOTE, ana.id, "nurse", {}) for _ in range(2)
        )
        with storage.database.write() as connection:
            mine = commands.c.id == damaged
            sealed = connection.execute(sa.select(commands.c.sealed).where(mine)).scalar_one()
            connection.execute(commands.update().where(mine).values(sealed=sealed[:-1] + b"?"))

        assert [each.id for each in storage.commands.pending()] == [whole]
        assert "give it again" in str(storage.commands.outcome(damaged))

    def test_an_unknown_one_has_no_outcome(self, storage: Storage) -> None:
        with pytest.raises(NotFound):
            storage.commands.outcome("none")
        with pytest.raises(NotFound):
            storage.commands.refuse("none", "why")


class TestJobs:
    def ask(self, storage: Storage, ana: Patient, *, priority: int = 0, late: int = 0) -> str:
        deadline = SOON + late * SECOND
        return storage.jobs.enqueue(
            "summary", ana.id, {"hours": 4}, deadline=deadline, priority=priority
        )

    def test_the_most_urgent_goes_first(self, storage: Storage, ana: Patient) -> None:
        later = self.ask(storage, ana, late=5)
        sooner = self.ask(storage, ana)
        important = self.ask(storage, ana, priority=1, late=9)
        assert storage.jobs.depth() == 3

        taken = [self.claim(storage, f"w{n}").id for n in range(3)]

        assert taken == [important, sooner, later]
        assert storage.jobs.claim("w", HOLD) is None

    def claim(self, storage: Storage, holder: str) -> Job:
        job = storage.jobs.claim(holder, HOLD)
        assert job is not None
        return job

    def test_a_job_runs_and_is_done(self, storage: Storage, ana: Patient) -> None:
        asked = self.ask(storage, ana)
        job = self.claim(storage, "w")
        assert (job.id, job.payload, job.attempts) == (asked, {"hours": 4}, 1)
        assert job.state is JobState.RUNNING

        storage.jobs.finish(asked, "summary-1")

        done = storage.jobs.job(asked)
        assert (done.state, done.result) == (JobState.DONE, "summary-1")

    def test_what_a_dead_worker_left_is_taken_again_when_its_hold_ran_out(
        self, storage: Storage, ana: Patient, clock: FakeClock
    ) -> None:
        asked = self.ask(storage, ana)
        self.claim(storage, "dead")
        assert storage.jobs.claim("other", HOLD) is None
        clock.turn(HOLD)

        assert self.claim(storage, "other").id == asked

    def test_a_worker_that_came_back_takes_up_its_own_at_once_but_not_for_ever(
        self, storage: Storage, ana: Patient
    ) -> None:
        asked = self.ask(storage, ana)
        for attempt in range(ATTEMPTS):
            assert self.claim(storage, "w").attempts == attempt + 1

        assert storage.jobs.claim("w", HOLD) is None
        assert storage.jobs.job(asked).error == "the model process broke twice"

    def test_past_its_deadline_it_fails(
        self, storage: Storage, ana: Patient, clock: FakeClock
    ) -> None:
        asked = self.ask(storage, ana)
        clock.turn(60 * SECOND)

        assert storage.jobs.claim("w", HOLD) is None
        assert storage.jobs.job(asked).state is JobState.FAILED

    def test_a_failure_is_told(self, storage: Storage, ana: Patient) -> None:
        asked = self.ask(storage, ana)
        self.claim(storage, "w")
        storage.jobs.fail(asked, "it broke")

        failed = storage.jobs.job(asked)
        assert (failed.state, failed.error) == (JobState.FAILED, "it broke")
        assert storage.jobs.claim("w", HOLD) is None

    def test_no_two_workers_take_the_same_job(self, storage: Storage, ana: Patient) -> None:
        asked = {self.ask(storage, ana) for _ in range(AT_ONCE)}

        with ThreadPoolExecutor(AT_ONCE) as workers:
            holders = [f"w{n}" for n in range(AT_ONCE)]
            taken = list(workers.map(lambda one: self.claim_patiently(storage, one), holders))

        assert set(taken) == asked

    def claim_patiently(self, storage: Storage, holder: str) -> str:
        """As a worker does, who looks again where others were quicker."""
        for _ in range(AT_ONCE):
            job = storage.jobs.claim(holder, HOLD)
            if job is not None:
                return job.id
        pytest.fail("none was left to take")

    def test_what_is_cancelled_is_never_taken(self, storage: Storage, ana: Patient) -> None:
        asked = self.ask(storage, ana)
        storage.jobs.cancel(asked)

        assert storage.jobs.claim("w", HOLD) is None
        assert storage.jobs.job(asked).state is JobState.CANCELLED

    def test_a_full_queue_refuses(self, storage: Storage, ana: Patient) -> None:
        storage.jobs.enqueue_batch("summary", [Wanted(ana.id, {}, SOON)] * (LONGEST_QUEUE - 1))
        self.ask(storage, ana)

        with pytest.raises(Conflict, match="full"):
            self.ask(storage, ana)

    def test_a_batch_is_kept_in_order_and_found_by_its_name(
        self, storage: Storage, ana: Patient
    ) -> None:
        ben = storage.store.admit(Subject(identifier="MRN-0043"))
        wanted = [Wanted(each.id, {"bed": n}, SOON) for n, each in enumerate((ben, ana))]
        first = storage.jobs.enqueue_batch("summary", wanted)
        newest = storage.jobs.enqueue_batch("summary", wanted[:1])
        self.ask(storage, ana)

        assert [job.patient for job in storage.jobs.batch(first)] == [ben.id, ana.id]
        assert [job.payload for job in storage.jobs.batch(first)] == [{"bed": 0}, {"bed": 1}]
        assert storage.jobs.newest_batch("summary") == newest
        assert storage.jobs.newest_batch("another") is None
        assert storage.jobs.batch("none") == []

    def test_a_batch_is_kept_whole_or_not_at_all(self, storage: Storage, ana: Patient) -> None:
        storage.jobs.enqueue_batch("summary", [Wanted(ana.id, {}, SOON)] * (LONGEST_QUEUE - 1))

        with pytest.raises(Conflict, match="full"):
            storage.jobs.enqueue_batch("summary", [Wanted(ana.id, {}, SOON)] * 2)
        assert storage.jobs.depth() == LONGEST_QUEUE - 1

    def test_of_a_batch_what_can_not_be_read_is_left_out(
        self, storage: Storage, ana: Patient
    ) -> None:
        ben = storage.store.admit(Subject(identifier="MRN-0043"))
        wanted = [Wanted(each.id, {}, SOON) for each in (ben, ana, ana)]
        name = storage.jobs.enqueue_batch("summary", wanted)
        storage.store.forget(ben.id)
        with storage.database.write() as connection:
            last = jobs.c.id == storage.jobs.batch(name)[-1].id
            connection.execute(jobs.update().where(last).values(sealed=b"?"))

        assert [job.patient for job in storage.jobs.batch(name)] == [ana.id]

    def test_an_unknown_job_is_none(self, storage: Storage) -> None:
        with pytest.raises(NotFound):
            storage.jobs.job("none")
        with pytest.raises(NotFound):
            storage.jobs.finish("none", "x")
