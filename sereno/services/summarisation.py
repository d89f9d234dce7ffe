"""Asking for a summary: from the model process where one runs, alone where none does.

At the latest when a job is past its deadline, whoever waits for it gets the template's text.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sereno.domain.errors import ConfigurationError
from sereno.domain.evidence import Form, Summary, Window
from sereno.domain.vitals import Language
from sereno.ports import Job, JobState
from sereno.services.author import LONGEST_WINDOW, Author, Request
from sereno.services.foundation import Foundation
from sereno.services.live import is_live

KIND: Final = "summary"
MODEL_LEASE: Final = "model"
POLL: Final = timedelta(milliseconds=50)
# The writer stops at the deadline; its last words may take this long to arrive.
GRACE: Final = timedelta(seconds=2)


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

        Raises ConfigurationError for a length of nothing or beyond what a summary may cover.
        """
        if not timedelta(0) < length <= LONGEST_WINDOW:
            most = LONGEST_WINDOW // timedelta(hours=1)
            message = f"a summary covers more than 0 and at most {most} hours; choose --hours"
            raise ConfigurationError(message)
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
        deadline = self._clock.now() + self._patience
        return self._jobs.enqueue(
            KIND, patient, request.payload(), deadline=deadline, priority=priority
        )

    def progress(self, job_id: str) -> Progress:
        """Where it stands. A job that failed or came too late is written with the template now."""
        job = self._jobs.job(job_id)
        if job.state is JobState.DONE and job.result:
            return Progress(job, self._store.summary(job.result))
        late = self._clock.now() > job.deadline + GRACE
        if job.state is JobState.FAILED or (late and job.state is not JobState.CANCELLED):
            reason = job.error or "the model did not answer in time"
            return Progress(job, self._fall_back(job, reason))
        return Progress(job, None)

    def cancel(self, job_id: str) -> None:
        """Nobody waits for it any more."""
        self._jobs.cancel(job_id)

    def summarise(
        self,
        patient: str,
        window: Window,
        *,
        language: Language = Language.ENGLISH,
        form: Form = Form.HANDOVER,
    ) -> Summary:
        """Ask and wait. Where no model process runs, one is started for it, and ended."""
        job_id = self.request(patient, window, language=language, form=form, priority=1)
        if self._leases.holder(MODEL_LEASE):
            return self._wait(job_id, None)
        helper = self._start_helper()
        try:
            return self._wait(job_id, helper)
        finally:
            helper.stop()

    def _wait(self, job_id: str, helper: Helper | None) -> Summary:
        while True:
            gone = helper and not helper.alive() and not self._leases.holder(MODEL_LEASE)
            progress = self.progress(job_id)  # after the look: its last act may have been ours
            if progress.summary:
                return progress.summary
            if gone:
                return self._fall_back(progress.job, "the model process broke")
            self._sleep(POLL.total_seconds())

    def _fall_back(self, job: Job, reason: str) -> Summary:
        summary = self._author.fall_back(Request.of(job.patient, job.payload), reason)
        self._store.keep_summary(summary)
        self._jobs.finish(job.id, summary.id)
        return summary

    def _end(self, patient: str) -> datetime:
        now = self._clock.now()
        if is_live(self._store.state(patient)):
            return now
        times = [observation.time for observation in self._store.latest(patient).values()]
        return min(max(times, default=now), now)
