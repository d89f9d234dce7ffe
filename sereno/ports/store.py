"""Patients and their streams, and what one transaction keeps of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sereno.domain.errors import SerenoError
from sereno.domain.evidence import Summary
from sereno.domain.patients import Note, Patient, Stay
from sereno.domain.review import Review
from sereno.domain.stream import Observation, Rejected, Subject, WaveformChunk
from sereno.domain.surveillance import Alarm, AlarmEvent, Episode, Score, ScoreKind
from sereno.domain.vitals import Language, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """A batch's observations, parted by what the store already holds.

    `corrections` have the key of a stored observation but another value; their `version` is the
    next one. `duplicates` counts what is stored already as it is.
    """

    new: tuple[Observation, ...]
    corrections: tuple[Observation, ...]
    duplicates: int
    waveforms: tuple[WaveformChunk, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsifted:
    """What has come of a patient, and what was sifted before and is to be committed with it."""

    observations: Sequence[Observation]
    waveforms: Sequence[WaveformChunk] = ()
    pending: Sequence[Observation] = ()
    pending_waveforms: Sequence[WaveformChunk] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """All that one transaction keeps about one patient.

    Episodes and alarms replace those of the same id. `state` is the watch's own (opaque, small),
    from which scoring goes on after a restart. `carried_out` names commands done by it, `letters`
    dead letters settled by it. `stay` is that the patient's stay has ended, or goes on again; None
    leaves it as it is. `holders` says which source has each signal: of others the newest value is
    not the latest, nor is one that is dated beyond `horizon`; None is of a recording, which nobody
    watches by the clock: any may be.
    """

    patient: str
    observations: tuple[Observation, ...] = ()
    waveforms: tuple[WaveformChunk, ...] = ()
    scores: tuple[Score, ...] = ()
    episodes: tuple[Episode, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    events: tuple[AlarmEvent, ...] = ()
    notes: tuple[Note, ...] = ()
    state: bytes | None = None
    carried_out: tuple[str, ...] = ()
    stay: Stay | None = None
    letters: tuple[int, ...] = ()
    holders: Mapping[Signal, str] = field(default_factory=dict)
    horizon: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What arrived and could not be read, and nobody has settled: when, from where, what and why.

    `number` is what it is called by.
    """

    number: int
    time: datetime
    source: str
    what: Rejected


@dataclass(frozen=True, slots=True)
class Bin:
    """One step of a signal at a coarser resolution: good values only."""

    start: datetime
    minimum: float
    median: float
    maximum: float
    count: int


class Store(Protocol):
    """Patients and their streams, sealed. Times are UTC; ranges include both ends.

    Reads of a patient raise NotFound for an unknown one, Forgotten after `forget`, Unreadable
    where the record is damaged; what reads the whole ward leaves a damaged patient out, whom
    `unreadable` tells. Writes raise StorageFull or StorageError, and then keep nothing.
    """

    def admit(self, subject: Subject) -> Patient:
        """The patient whom `subject` names, made if new, with what the subject adds kept."""
        ...

    def in_doubt(self, beds: Mapping[str, str]) -> set[str]:
        """The beds that name another than this patient by now, or nobody: to be admitted again.

        One query, but for the beds whose name several bear: those who lay there bear it too.
        """
        ...

    def rename(self, former: Subject, patient: str) -> str | None:
        """Let `former` name `patient` from now on; the id of whom was admitted by it."""
        ...

    def find(self, reference: str) -> Patient:
        """The patient by opaque id, identifier, bed or name.

        Where it fits several, the one who is not discharged: a bed has another patient by then.
        Raises NotFound, Conflict if that leaves several, or Unreadable if it leaves nobody and one
        of them is damaged.
        """
        ...

    def patients(self) -> list[Patient]:
        """All whose key is not destroyed and who can be read, by label."""
        ...

    def unreadable(self) -> list[str]:
        """The ids of those whose record is damaged: say so, lest silence look like health."""
        ...

    def update_patient(self, patient: Patient) -> None:
        """Replace what is recorded of a patient."""
        ...

    def forget(self, patient: str) -> None:
        """Destroy the patient's keys: what they sealed is unreadable here and in every backup."""
        ...

    def sift(
        self,
        patient: str,
        observations: Sequence[Observation],
        waveforms: Sequence[WaveformChunk] = (),
        *,
        pending: Sequence[Observation] = (),
        pending_waveforms: Sequence[WaveformChunk] = (),
    ) -> Sifted:
        """Part what is new from what is stored already or pending.

        Pending is what was sifted before and is to be committed together with this.
        """
        ...

    def sift_each(self, wanted: Mapping[str, Unsifted]) -> dict[str, Sifted | SerenoError]:
        """`sift` for each of these patients, or the error for who is out of reach."""
        ...

    def commit(
        self, commits: Sequence[Commit], dead_letters: Sequence[tuple[str, Rejected]] = ()
    ) -> None:
        """Keep all of it in one durable transaction, or none. Dead letters are (source, what).

        Raises Conflict where an observation is stored already, or a letter settled.
        """
        ...

    def observations(
        self,
        patient: str,
        start: datetime,
        end: datetime,
        signals: Iterable[Signal] | None = None,
    ) -> list[Observation]:
        """Latest versions, ordered by time."""
        ...

    def span(self, patient: str) -> tuple[datetime, datetime] | None:
        """From when to when there is anything of their streams, scores and notes; None for nothing.

        As cheap as a look-up, and so maybe wider than what is kept.
        """
        ...

    def latest(self, patient: str) -> dict[Signal, Observation]:
        """The newest observation of each signal, whatever its quality.

        Where several sources tell a signal, that of the one that a commit named its holder.
        """
        ...

    def bins(
        self, patient: str, signal: Signal, start: datetime, end: datetime, step: timedelta
    ) -> list[Bin]:
        """Minimum, median and maximum of the good values in each step that has any."""
        ...

    def waveforms(
        self, patient: str, signal: Signal, start: datetime, end: datetime
    ) -> list[WaveformChunk]:
        """Chunks that overlap the range, ordered by start."""
        ...

    def scores(
        self, patient: str, start: datetime, end: datetime, kind: ScoreKind = ScoreKind.NEWS2
    ) -> list[Score]:
        """Scores by time; the first is the one in force at `start` where there is one."""
        ...

    def episodes(self, patient: str, start: datetime, end: datetime) -> list[Episode]:
        """Episodes that overlap the range, by start."""
        ...

    def alarms(
        self,
        patient: str | None = None,
        *,
        active: bool | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Alarm]:
        """Alarms as they stand, most urgent and newest first."""
        ...

    def alarm(self, alarm_id: str) -> Alarm:
        """One alarm. Raises NotFound."""
        ...

    def alarm_events(self, alarm_id: str) -> list[AlarmEvent]:
        """An alarm's history, oldest first."""
        ...

    def notes(self, patient: str, start: datetime, end: datetime) -> list[Note]:
        """Notes charted by hand, by time."""
        ...

    def state(self, patient: str) -> bytes | None:
        """The watch's state as of the last commit."""
        ...

    def keep_summary(self, summary: Summary) -> None:
        """Keep a summary with its evidence."""
        ...

    def summary(self, summary_id: str) -> Summary:
        """One summary. Raises NotFound."""
        ...

    def summaries(self, patient: str, limit: int = 20) -> list[Summary]:
        """The newest first."""
        ...

    def keep_review(self, review: Review) -> None:
        """Keep what a clinician decided about a summary, beside what was decided before."""
        ...

    def reviews(self, summary: Summary) -> list[Review]:
        """What was decided about a summary, oldest first."""
        ...

    def all_reviews(self) -> list[Review]:
        """What was decided about any patient's summaries, oldest first."""

    def keep_explanation(self, explanation: Summary) -> None:
        """Keep what explains an alarm, in the place of the one in the same language."""
        ...

    def explanation(self, alarm_id: str, language: Language) -> Summary | None:
        """What explains that alarm in that language, if anything does."""
        ...

    def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """Those that nobody has settled, the newest first."""
        ...

    def dead_letter(self, number: int) -> DeadLetter:
        """One that nobody has settled. Raises NotFound."""
        ...

    def settle_letter(self, number: int) -> None:
        """List it no more. Raises Conflict where it is settled already, or gone."""
        ...

    def compacting(self, before: datetime) -> Iterator[int]:
        """Pack the hot tail older than `before` into blocks.

        A patient a step, so that other work can be done in between. Who has nothing to pack is not
        touched; how many rows went of each of the others.
        """
        ...

    def purging(
        self, waveforms_before: datetime, numerics_before: datetime | None = None
    ) -> Iterator[int]:
        """Delete what retention no longer keeps, waveforms first.

        A patient a step; how many blocks went of each.
        """
        ...
