"""Asking for a summary: from the model process where one runs, alone where none does.

At the latest when a job is past its deadline, whoever waits for it gets the template's text.
"""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sereno.domain.errors import InvalidEntry
from sereno.domain.evidence import Form, Summary, Window
from sereno.domain.vitals import Language
from sereno.ports import Job, JobState, Wanted
from sereno.services.author import LONGEST_WINDOW, Author, Request
from sereno.services.foundation import Foundation
from sereno.services.live import as_of

SUMMARY_JOB: Final = "summary"
MODEL_LEASE: Final = "model"
POLL: Final = timedelta(milliseconds=50)
# The writer stops at the deadline; its last words may take this long to arrive.
LAST_WORDS: Final = timedelta(seconds=2)
# Of several that are asked for together each waits for those before it: so long for each of them.
# A handover takes a second or so where the machine is free, and three on cores that all is busy on.
TURN: Final = timedelta(seconds=5)
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
        end = end or as_of(self._store, patient, self._clock.now())
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

    def request_batch(self, requests: Sequence[Request], about: Mapping[str, str]) -> str:
        """Ask for all of them or none, behind what single patients are asked for; the batch's name.

        `about` is what the asker wants to find with each. Raises Conflict where the queue is full.
        """
        first = self._jobs.depth()  # what waits already has its turn before
        wanted = [
            Wanted(each.patient, {**about, **each.payload()}, self._deadline(first + before))
            for before, each in enumerate(requests)
        ]
        return self._jobs.enqueue_batch(SUMMARY_JOB, wanted)

    def summarise(self, *requests: Request) -> Generator[Summary, None, None]:
        """Ask for all of them and wait for each. Where no model process runs, we start one.

        Whoever stops before the end, or closes this, leaves nothing waiting in the queue. Raises
        Conflict where it is full.
        """
        with ExitStack() as open_:
            jobs = [self._ask(request, len(requests), open_) for request in requests]
            helpers: list[Helper] = []
            for job in jobs:
                yield self._wait(job, helpers, open_)

    def _ask(self, request: Request, among: int, open_: ExitStack) -> str:
        """Ask for one of several, behind what waits; cancelled at the end unless it is done."""
        alone = among == 1
        ahead = 0 if alone else self._jobs.depth()
        job = self._enqueue(request, priority=int(alone), ahead=ahead)
        open_.callback(self._jobs.cancel, job)
        return job

    def _enqueue(self, request: Request, priority: int, ahead: int = 0) -> str:
        payload, deadline = request.payload(), self._deadline(ahead)
        return self._jobs.enqueue(
            SUMMARY_JOB, request.patient, payload, deadline=deadline, priority=priority
        )

    def _deadline(self, ahead: int) -> datetime:
        """Until when a job must be done that waits behind so many."""
        return self._clock.now() + self._patience + ahead * TURN

    def _wait(self, job_id: str, helpers: list[Helper], open_: ExitStack) -> Summary:
        left = HELPERS
        while True:
            # One of another job's may still be loading: beside it a second one would only wait.
            helped = any(helper.alive() for helper in helpers)
            idle = self._leases.holder(MODEL_LEASE) is None and not helped
            progress = self.progress(job_id)  # after the look: its last act may have been ours
            if progress.summary:
                return progress.summary
            if idle and not left:
                return self._fall_back(progress.job, "the model process broke")
            if idle:
                left -= 1
                helpers.append(self._start_helper())
                open_.callback(helpers[-1].stop)
            self._sleep(POLL.total_seconds())

    def _fall_back(self, job: Job, reason: str) -> Summary:
        summary = self._author.fall_back(Request.of(job.patient, job.payload), reason)
        self._store.keep_summary(summary)
        self._jobs.finish(job.id, summary.id)
        return summary
