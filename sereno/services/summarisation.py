"""Asking for a summary: from the model process where one runs, alone where none does.

At the latest when a job is past its deadline, whoever waits for it gets the template's text.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sereno.domain.errors import InvalidEntry
from sereno.domain.evidence import Form, Summary, Window
from sereno.domain.vitals import Language
from sereno.ports import Job, JobState
from sereno.services.author import LONGEST_WINDOW, Author, Request
from sereno.services.foundation import Foundation
from sereno.services.live import is_live

SUMMARY_JOB: Final = "summary"
MODEL_LEASE: Final = "model"
POLL: Final = timedelta(milliseconds=50)
# The writer stops at the deadline; its last words may take this long to arrive.
LAST_WORDS: Final = timedelta(seconds=2)
# Model processes started for one summary before it is written without.
HELPERS: Final = 2


class Helper(Protocol):
    """A model process of our own, started because none was running."""

    def alive(self) -> bool:
        """Whether it still runs."""
        ...

    def stop(self) -> None:
        """End it, whatever it does."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a request stands: its summary once there is one."""

    job: Job
    summary: Summary | None


class Summarisation:
    """Requests for summaries, and their results. Blocking; called from worker threads."""

    def __init__(
        self,
        foundation: Foundation,
        author: Author,
        *,
        patience: timedelta,
        start_helper: Callable[[], Helper],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = foundation.store
        self._jobs = foundation.jobs
        self._leases = foundation.leases
        self._clock = foundation.clock
        self._author = author
        self._patience = patience
        self._start_helper = start_helper
        self._sleep = sleep

    def window(self, patient: str, length: timedelta, end: datetime | None = None) -> Window:
        """The `length` up to `end`: now for who is being watched, else their last sample.

        Raises InvalidEntry for a length of nothing or beyond what a summary may cover.
        """
        if not timedelta(0) < length <= LONGEST_WINDOW:
            most = LONGEST_WINDOW // timedelta(hours=1)
            raise InvalidEntry(
                f"a summary covers more than 0 and at most {most} hours; choose --hours"
            )
        end = end or self._end(patient)
        return Window(end - length, end)

    def request(
        self,
        patient: str,
        window: Window,
        *,
        language: Language = Language.ENGLISH,
        form: Form = Form.HANDOVER,
        priority: int = 0,
    ) -> str:
        """Ask for a summary; the job's id, to be given to `progress`."""
        request = Request(patient=patient, window=window, language=language, form=form)
        return self._enqueue(request, priority)

    def progress(self, job_id: str) -> Progress:
        """Where it stands. A job that failed or came too late is written with the template now."""
        job = self._jobs.job(job_id)
        if job.state is JobState.DONE and job.result:
            return Progress(job, self._store.summary(job.result))
        late = self._clock.now() > job.deadline + LAST_WORDS
        if job.state is JobState.FAILED or (late and job.state is not JobState.CANCELLED):
            reason = job.error or "the model did not answer in time"
            return Progress(job, self._fall_back(job, reason))
        return Progress(job, None)

    def cancel(self, job_id: str) -> None:
        """Nobody waits for it any more."""
        self._jobs.cancel(job_id)

    def summarise(self, *requests: Request) -> Iterator[Summary]:
        """Ask for all of them and wait for each. Where no model process runs, we start one."""
        jobs = [self._enqueue(request, priority=1) for request in requests]
        with ExitStack() as helpers:
            for job in jobs:
                yield self._wait(job, helpers)

    def _enqueue(self, request: Request, priority: int) -> str:
        deadline = self._clock.now() + self._patience
        payload = request.payload()
        return self._jobs.enqueue(
            SUMMARY_JOB, request.patient, payload, deadline=deadline, priority=priority
        )

    def _wait(self, job_id: str, helpers: ExitStack) -> Summary:
        helper: Helper | None = None
        left = HELPERS
        while True:
            idle = self._leases.holder(MODEL_LEASE) is None and not (helper and helper.alive())
            progress = self.progress(job_id)  # after the look: its last act may have been ours
            if progress.summary:
                return progress.summary
            if idle and not left:
                return self._fall_back(progress.job, "the model process broke")
            if idle:
                left -= 1
                helper = self._start_helper()
                helpers.callback(helper.stop)
            self._sleep(POLL.total_seconds())

    def _fall_back(self, job: Job, reason: str) -> Summary:
        summary = self._author.fall_back(Request.of(job.patient, job.payload), reason)
        self._store.keep_summary(summary)
        self._jobs.finish(job.id, summary.id)
        return summary

    def _end(self, patient: str) -> datetime:
        """Now for who is being watched; else where the recording ends, in its own time."""
        now = self._clock.now()
        if is_live(self._store.state(patient)):
            return now
        times = [observation.time for observation in self._store.latest(patient).values()]
        return max(times, default=now)
