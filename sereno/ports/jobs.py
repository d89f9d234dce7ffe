"""What others ask of the model process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sereno.domain.work import JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work for the model process. A larger `priority` goes first, then the earlier deadline."""

    id: str
    kind: str
    patient: str
    payload: Mapping[str, Any]
    priority: int
    deadline: datetime
    state: JobState = JobState.WAITING
    attempts: int = 0
    result: str | None = None  # the id of what it made
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One piece of a batch of work."""

    patient: str
    payload: Mapping[str, Any]
    deadline: datetime


class JobQueue(Protocol):
    """Durable work with priority, deadline and retry."""

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
        ...

    def enqueue_batch(self, kind: str, wanted: Sequence[Wanted], *, priority: int = 0) -> str:
        """Keep jobs that belong together, all or none; the batch's name.

        Raises Conflict when the queue has no room for all of them.
        """
        ...

    def batch(self, name: str) -> list[Job]:
        """Its jobs in order, but for those whose patient was forgotten or can not be read."""
        ...

    def newest_batch(self, kind: str) -> str | None:
        """The name of the batch of that kind that was asked for last."""
        ...

    def claim(self, holder: str, hold: timedelta) -> Job | None:
        """Take the most urgent job for `hold`.

        One whose hold ran out may be claimed again, up to the queue's attempts; one past its
        deadline fails instead.
        """
        ...

    def finish(self, job_id: str, result: str) -> None:
        """It is done; `result` is the id of what it made."""
        ...

    def fail(self, job_id: str, error: str) -> None:
        """It went wrong; `error` holds no patient data."""
        ...

    def cancel(self, job_id: str) -> None:
        """Nobody waits for it any more."""
        ...

    def job(self, job_id: str) -> Job:
        """One job. Raises NotFound."""
        ...

    def depth(self) -> int:
        """How many wait."""
        ...
