"""The durable queue of the model process; payloads are sealed under their patient's key."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.envelope import identity
from privacy.vault import Vault
from sereno.domain.errors import Conflict, Forgotten, NotFound
from sereno.ports import Clock, Job, JobState, Wanted
from sereno.storage.book import DAMAGE
from sereno.storage.engine import Database, micros, moment
from sereno.storage.tables import jobs

# What one small model can write in the longest time anybody waits.
LONGEST_QUEUE: Final = 200
# A job whose process died is tried once more; a third time would only kill it again.
ATTEMPTS: Final = 2
# How long the outcome of a job can be asked for.
KEPT: Final = timedelta(days=1)
ERROR_CHARACTERS: Final = 500
_IN_BATCH: Final = "-"  # between a batch's name and a job's number; in no other job's id

_OPEN: Final = (JobState.WAITING.value, JobState.RUNNING.value)


class JobTable:
    """Work by priority, then by deadline."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def enqueue(
        self,
        kind: str,
        patient: str,
        payload: Mapping[str, Any],
        *,
        deadline: datetime,
        priority: int = 0,
    ) -> str:
        """Keep a job; its id. Raises Conflict when the queue is full."""
        job_id = secrets.token_hex(8)
        self._keep([self._row(job_id, kind, Wanted(patient, payload, deadline), priority)])
        return job_id

    def enqueue_batch(self, kind: str, wanted: Sequence[Wanted], *, priority: int = 0) -> str:
        """Keep jobs that belong together, all or none; the name that their ids begin with.

        Raises Conflict when the queue has no room for all of them.
        """
        name = secrets.token_hex(6)
        numbered = ((f"{name}{_IN_BATCH}{n:03}", each) for n, each in enumerate(wanted))
        self._keep([self._row(job_id, kind, each, priority) for job_id, each in numbered])
        return name

    def batch(self, name: str) -> list[Job]:
        """Its jobs in order, but for those whose patient was forgotten or can not be read."""
        mine = jobs.c.id.startswith(f"{name}{_IN_BATCH}", autoescape=True)
        with self._database.read() as connection:
            rows = connection.execute(sa.select(jobs).where(mine).order_by(jobs.c.number)).all()
        return [job for row in rows if (job := self._readable(row))]

    def newest_batch(self, kind: str) -> str | None:
        """The name of the batch of that kind that was asked for last."""
        of_batch = (jobs.c.kind == kind) & jobs.c.id.contains(_IN_BATCH, autoescape=True)
        newest = sa.select(jobs.c.id).where(of_batch).order_by(jobs.c.number.desc()).limit(1)
        with self._database.read() as connection:
            found: str | None = connection.execute(newest).scalar_one_or_none()
        return found and found.partition(_IN_BATCH)[0]

    def _keep(self, rows: list[dict[str, Any]]) -> None:
        now = self._clock.now()
        with self._database.write() as connection:
            connection.execute(sa.delete(jobs).where(jobs.c.finished < micros(now - KEPT)))
            self._expire(connection, micros(now))
            if _waiting(connection) + len(rows) > LONGEST_QUEUE:
                raise Conflict("the queue of summaries is full; try again in a minute")
            if rows:
                connection.execute(sa.insert(jobs), rows)

    def _row(self, job_id: str, kind: str, wanted: Wanted, priority: int) -> dict[str, Any]:
        known = identity("job", job_id, wanted.patient, kind)
        payload = json.dumps(wanted.payload).encode()
        return {
            "id": job_id,
            "kind": kind,
            "patient": wanted.patient,
            "priority": priority,
            "deadline": micros(wanted.deadline),
            "state": JobState.WAITING.value,
            "attempts": 0,
            "created": micros(self._clock.now()),
            "sealed": self._vault.seal(wanted.patient, payload, known),
        }

    def claim(self, holder: str, hold: timedelta) -> Job | None:
        """Take the most urgent job for `hold`. What `holder` held before, it died on."""
        now = micros(self._clock.now())
        with self._database.read() as connection:  # a look costs no write while there is nothing
            if connection.execute(_claimable(holder, now).limit(1)).first() is None:
                return None
        with self._database.write() as connection:
            self._expire(connection, now, holder)
            urgent = _claimable(holder, now).limit(1).with_for_update(skip_locked=True)
            row = connection.execute(urgent).first()
            if row is None:
                return None
            taken = {
                "state": JobState.RUNNING.value,
                "attempts": row.attempts + 1,
                "holder": holder,
                "held_until": micros(self._clock.now() + hold),
            }
            connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(**taken))
        return self.job(row.id)

    def finish(self, job_id: str, result: str) -> None:
        """It is done; `result` is the id of what it made."""
        self._settle(job_id, JobState.DONE, result=result)

    def fail(self, job_id: str, error: str) -> None:
        """It went wrong; `error` holds no patient data."""
        self._settle(job_id, JobState.FAILED, error=error[:ERROR_CHARACTERS])

    def cancel(self, job_id: str) -> None:
        """Nobody waits for it any more."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(jobs)
                .where(jobs.c.id == job_id, jobs.c.state.in_(_OPEN))
                .values(state=JobState.CANCELLED.value, finished=micros(self._clock.now()))
            )

    def job(self, job_id: str) -> Job:
        """One job. Raises NotFound."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).first()
        if row is None:
            raise _no_such_job()
        return self._opened(row)

    def depth(self) -> int:
        """How many wait."""
        with self._database.read() as connection:
            return _waiting(connection)

    def _expire(self, connection: Connection, now: int, holder: str | None = None) -> None:
        """Fail what is past its deadline, and what was tried often enough."""
        failed = {"state": JobState.FAILED.value, "finished": now}
        for which, error in (
            (_free(holder, now) & (jobs.c.deadline <= now), "the model did not answer in time"),
            (_left(holder, now) & (jobs.c.attempts >= ATTEMPTS), "the model process broke twice"),
        ):
            connection.execute(sa.update(jobs).where(which).values(**failed, error=error))

    def _settle(self, job_id: str, state: JobState, **values: Any) -> None:
        settled = {"state": state.value, "finished": micros(self._clock.now()), **values}
        with self._database.write() as connection:
            changed = connection.execute(
                sa.update(jobs).where(jobs.c.id == job_id).values(**settled)
            )
            if changed.rowcount == 0:
                raise _no_such_job()

    def _readable(self, row: "sa.Row[Any]") -> Job | None:
        try:
            return self._opened(row)
        except (Forgotten, *DAMAGE):
            return None

    def _opened(self, row: "sa.Row[Any]") -> Job:
        known = identity("job", row.id, row.patient, row.kind)
        return Job(
            id=row.id,
            kind=row.kind,
            patient=row.patient,
            payload=json.loads(self._vault.opener(row.patient)(row.sealed, known)),
            priority=row.priority,
            deadline=moment(row.deadline),
            state=JobState(row.state),
            attempts=row.attempts,
            result=row.result,
            error=row.error,
        )


def _left(holder: str | None, now: int) -> "sa.ColumnElement[bool]":
    """Running by the books only: its hold ran out, or its holder asks for another."""
    over = (jobs.c.held_until <= now) | (jobs.c.holder == holder)
    return (jobs.c.state == JobState.RUNNING.value) & over


def _free(holder: str | None, now: int) -> "sa.ColumnElement[bool]":
    return (jobs.c.state == JobState.WAITING.value) | _left(holder, now)


def _claimable(holder: str, now: int) -> "sa.Select[Any]":
    urgency = (jobs.c.priority.desc(), jobs.c.deadline, jobs.c.number)
    return sa.select(jobs).where(_free(holder, now)).order_by(*urgency)


def _waiting(connection: Connection) -> int:
    waits = jobs.c.state == JobState.WAITING.value
    return connection.execute(
        sa.select(sa.func.count()).select_from(jobs).where(waits)
    ).scalar_one()


def _no_such_job() -> NotFound:
    return NotFound("there is no such job any more; ask for the summary again")
