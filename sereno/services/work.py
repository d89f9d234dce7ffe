"""The model process: takes jobs from the queue one by one and writes what they ask for.

While no job waits it explains alarms, and writes what programs ask for over the socket, which
gives way to both between any two of its steps.

It holds the lease "model", so that there is one model on the machine however many processes want
text. A thread of its own tells that it is alive and until when its job may take: whoever
supervises ends a process that sits on a job past that.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sereno.domain.errors import ModelError, SerenoError
from sereno.domain.evidence import Summary
from sereno.ports import Job, JobState, TextGenerator
from sereno.services.author import UNVERIFIED, Author, Request
from sereno.services.explaining import Explaining
from sereno.services.foundation import Foundation
from sereno.services.serving.door import Door
from sereno.services.serving.turns import Turns
from sereno.services.summarisation import MODEL_LEASE, SUMMARY_JOB

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkBounds:
    """Every bound of the model process."""

    hold: timedelta = timedelta(seconds=10)  # of the lease
    claim: timedelta = timedelta(seconds=60)  # of a job: what a dead worker left waits this long
    beat: timedelta = timedelta(seconds=1)
    poll: timedelta = timedelta(milliseconds=100)
    look: timedelta = timedelta(milliseconds=30)  # for jobs, while a program's text is written
    idle: timedelta = timedelta(seconds=2)  # a helper without work ends after this


class Worker:
    """Works until `stopping` is set.

    `load` gives the generator, and raises ModelError while there is none: jobs are then written
    with the template, and the next job tries again. `beat_as` names its signs of life.
    `turns` are the free texts that programs ask for at the `door`; `explaining` finds alarms.
    """

    def __init__(
        self,
        foundation: Foundation,
        author: Author,
        load: Callable[[], TextGenerator],
        *,
        holder: str,
        beat_as: str,
        stopping: threading.Event,
        bounds: WorkBounds | None = None,
    ) -> None:
        self._store = foundation.store
        self._jobs = foundation.jobs
        self._leases = foundation.leases
        self._clock = foundation.clock
        self._author = author
        self._load = load
        self._holder = holder
        self._beat_as = beat_as
        self._stopping = stopping
        self._bounds = bounds or WorkBounds()
        self._door: Door | None = None
        self._turns: Turns | None = None
        self._explaining: Explaining | None = None
        self._generator: TextGenerator | None = None
        self._job: Job | None = None
        self._due: datetime | None = None  # of what no job asked for
        self._looked = 0.0  # when it was last looked for jobs between the steps of a text
        self._written: Counter[str] = Counter()  # summaries, by who wrote them and why

    def attend(self, door: Door) -> None:
        """Write what programs ask for at `door`, too; it is open while this works."""
        self._door, self._turns = door, door.turns

    def watch(self, explaining: Explaining) -> None:
        """Explain alarms, too, whenever no job waits."""
        self._explaining = explaining

    def run(self, *, until_idle: bool = False) -> None:
        """Take the lease, waiting for it, and work. `until_idle` ends when no job is left."""
        if not self._wait_for_lease():
            return
        beating = threading.Thread(target=self._beat, name="beat", daemon=True)
        beating.start()
        try:
            self._warm_up()
            with ExitStack() as open_:
                if self._door:
                    self._open(self._door, open_)
                self._work(until_idle=until_idle)
        finally:
            self._stopping.set()
            beating.join(self._bounds.hold.total_seconds())
            self._leases.release(MODEL_LEASE, self._holder)

    def _wait_for_lease(self) -> bool:
        while not self._leases.acquire(MODEL_LEASE, self._holder, self._bounds.hold):
            if self._stopping.wait(self._bounds.beat.total_seconds()):
                return False
        return True

    def _open(self, door: Door, open_: ExitStack) -> None:
        """Let programs ask; where that can not be, summaries are written all the same."""
        try:
            open_.enter_context(door.open())
        except OSError as refused:
            _log.error("programs can not ask for texts: the socket refuses (%s)", refused.strerror)

    def _warm_up(self) -> None:
        """Load before the first job asks: a second that nobody waits for."""
        try:
            self._given()
        except ModelError as missing:
            _log.warning("no model yet: %s", missing)

    def _given(self) -> TextGenerator:
        if self._generator is None:
            self._generator = self._load()
        return self._generator

    def _work(self, *, until_idle: bool) -> None:
        idle_since = self._clock.now()
        while not self._stopping.is_set():
            job = self._jobs.claim(self._holder, self._bounds.claim)
            if job is not None:
                self._do(job)
                idle_since = self._clock.now()
            elif self._explain_next() or self._serve_next():
                idle_since = self._clock.now()
            elif until_idle and self._clock.now() - idle_since > self._bounds.idle:
                return
            elif self._turns:
                self._turns.wait(self._bounds.poll)
            else:
                self._stopping.wait(self._bounds.poll.total_seconds())

    def _serve_next(self) -> bool:
        """Write the next text that a program asks for; whether there was one."""
        return self._turns is not None and self._turns.serve_next(self._give_way)

    def _give_way(self) -> None:
        """Do every job that waits and explain alarms, while a program's text is being written.

        Raises ModelError, which ends that text, where we are to stop.
        """
        if self._stopping.is_set():
            raise ModelError("the model process stops; ask again in a moment")
        if time.monotonic() - self._looked < self._bounds.look.total_seconds():
            return
        while job := self._jobs.claim(self._holder, self._bounds.claim):
            self._do(job)
        self._explain_next()
        self._looked = time.monotonic()

    def _explain_next(self) -> bool:
        """Explain the most urgent alarm that waits for it; whether there was one."""
        alarm = None
        if self._explaining is None:
            return False
        try:
            alarm = self._explaining.next()
            if alarm is not None:
                self._due = self._explaining.due()
                self._count(self._explaining.write(alarm, self._given, self._due))
        except SerenoError as error:  # its words may name the patient
            _log.error("an alarm could not be explained: %s", type(error).__name__)
        finally:
            self._due = None
        return alarm is not None

    def _do(self, job: Job) -> None:
        self._job = job
        try:
            self._write(job)
        except SerenoError as error:
            # Its words may name the patient; its kind tells enough.
            _log.error("job %s failed: %s", job.id, type(error).__name__)
            self._jobs.fail(job.id, _told(error))
        finally:
            self._job = None

    def _write(self, job: Job) -> None:
        if job.kind != SUMMARY_JOB:
            self._jobs.fail(job.id, f"no worker does {job.kind!r} jobs")
            return
        request = Request.of(job.patient, job.payload)
        summary = self._author.write(request, self._given, job.deadline)
        if self._jobs.job(job.id).state is JobState.RUNNING:  # else cancelled: nobody waits
            self._store.keep_summary(summary)
            self._jobs.finish(job.id, summary.id)
            self._count(summary)

    def _count(self, summary: Summary) -> None:
        self._written["template" if summary.fallback_reason else "model"] += 1
        self._written["refused"] += summary.fallback_reason == UNVERIFIED

    def _beat(self) -> None:
        """Keep the lease and say so; a lease lost means that another works, so stop."""
        while not self._stopping.is_set():
            try:
                held = self._leases.renew(self._holder, self._bounds.hold)
                self._leases.beat(self._beat_as, self._facts())
            except SerenoError as refused:
                _log.warning("no sign of life could be given: %s", refused)
            else:
                if MODEL_LEASE not in held:
                    _log.error("another process took the model's lease; stopping")
                    self._stopping.set()
            self._stopping.wait(self._bounds.beat.total_seconds())

    def _facts(self) -> dict[str, Any]:
        job = self._job
        due = job.deadline if job else self._due
        due = due or (self._turns.due if self._turns else None)
        return {
            "model": self._generator.name if self._generator else None,
            "job": job.id if job else None,
            "due": due.isoformat() if due else None,
            "written": dict(self._written),
        }


def _told(error: SerenoError) -> str:
    return str(error) if isinstance(error, ModelError) else type(error).__name__
