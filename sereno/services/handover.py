"""Handing over the whole ward: one handover of everybody, asked for at once and read as it comes.

What was asked for is in the queue and in the store, so that neither a page that is loaded anew nor
a process that dies loses any of it.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.errors import Conflict, Forgotten, ModelError, NotFound, Unreadable
from sereno.domain.evidence import Form, Summary
from sereno.domain.patients import Patient
from sereno.domain.vitals import Language
from sereno.ports import Clock, Job, JobQueue, JobState, Store
from sereno.services.author import Request
from sereno.services.summarisation import SUMMARY_JOB, Summarisation
from sereno.services.views import natural

SHOWN_FOR: Final = timedelta(hours=12)  # a shift: an older handover would pass for a new one
_FORM: Final = Form.HANDOVER
_ASKED, _BY = "asked", "by"
_OPEN: Final = (JobState.WAITING, JobState.RUNNING)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One bed of a handover. `output` is the id of its text; `missed` says that none will come."""

    patient: Patient
    output: str | None
    missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WardHandover:
    """A handover of the ward, bed by bed. `absent` came to the ward after it was asked for."""

    asked: datetime
    by: str
    language: Language
    entries: tuple[Entry, ...]
    absent: tuple[Patient, ...]

    @property
    def written(self) -> int:
        """How many texts are there."""
        return sum(entry.output is not None for entry in self.entries)

    @property
    def waiting(self) -> int:
        """How many will still come."""
        return sum(not (entry.output or entry.missed) for entry in self.entries)


class Handover:
    """Asks for handovers of the ward and reads the newest. Blocking; safe in many threads."""

    def __init__(
        self, store: Store, jobs: JobQueue, clock: Clock, summarisation: Summarisation
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._summarisation = summarisation

    def requests(
        self,
        patients: Iterable[Patient],
        language: Language,
        form: Form = _FORM,
        length: timedelta = timedelta(hours=_FORM.hours),
        end: datetime | None = None,
    ) -> list[Request]:
        """What to ask for about these patients, each up to `end` or the latest.

        Raises InvalidEntry for a length of nothing or beyond what a summary may cover.
        """
        return [
            Request(
                patient=patient.id,
                window=self._summarisation.window(patient.id, length, end),
                language=language,
                form=form,
            )
            for patient in patients
        ]

    def ward(self) -> list[Patient]:
        """Everyone on the ward whose record can be read, by bed."""
        here = (patient for patient in self._store.patients() if patient.discharged is None)
        return sorted(here, key=lambda patient: natural(patient.label))

    def ask(self, language: Language, by: str) -> None:
        """Ask for a handover of everyone. Raises Conflict while one is being written.

        Or where the queue has no room for all of it; then nothing is asked for.
        """
        if any(job.state in _OPEN for job in self._newest()):
            raise Conflict("a handover of the ward is being written; wait for it, or stop it")
        about = {_ASKED: self._clock.now().isoformat(), _BY: by}
        self._summarisation.request_batch(self.requests(self.ward(), language), about)

    def stop(self) -> None:
        """Nobody waits any more for what the newest one still lacks."""
        for job in self._newest():
            self._jobs.cancel(job.id)

    def newest(self) -> WardHandover | None:
        """The newest of the last hours, as far as it is written; None where there is none."""
        jobs = self._newest()
        if not jobs:
            return None
        patients = {patient.id: patient for patient in self._store.patients()}
        told = {job.patient for job in jobs}
        return WardHandover(
            asked=_asked(jobs[0]),
            by=jobs[0].payload[_BY],
            language=Language(jobs[0].payload["language"]),
            entries=tuple(self._entries(jobs, patients)),
            absent=tuple(patient for patient in self.ward() if patient.id not in told),
        )

    def summary(self, output: str) -> Summary:
        """The text of a bed. Raises NotFound, Forgotten or Unreadable."""
        return self._store.summary(output)

    def _entries(self, jobs: list[Job], patients: dict[str, Patient]) -> Iterator[Entry]:
        for job in jobs:
            if job.patient in patients:  # else forgotten, or damaged since
                yield self._entry(patients[job.patient], job)

    def _entry(self, patient: Patient, job: Job) -> Entry:
        """One bed; what failed or came too late is written with the template now."""
        if job.state in (JobState.DONE, JobState.CANCELLED):
            return Entry(patient, job.result, missed=job.result is None)
        try:
            written = self._summarisation.progress(job.id).summary
        except (Forgotten, ModelError, NotFound, Unreadable) as error:
            _log.error("no handover of patient %s: %s", patient.id, type(error).__name__)
            return Entry(patient, None, missed=True)  # and keeps no other from being shown
        return Entry(patient, written.id if written else None, missed=False)

    def _newest(self) -> list[Job]:
        name = self._jobs.newest_batch(SUMMARY_JOB)
        jobs = self._jobs.batch(name) if name else []
        young = jobs and self._clock.now() - _asked(jobs[0]) <= SHOWN_FOR
        return jobs if young else []


def _asked(job: Job) -> datetime:
    return datetime.fromisoformat(job.payload[_ASKED])
