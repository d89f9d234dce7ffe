"""The seams: what the use cases ask of the world, as Protocols.

Each has a contract test under tests/contract that every implementation of ours passes. All but
`Connector` are synchronous: they are called from worker threads, one writer at a time.
"""

from collections.abc import (
    AsyncIterator,
    Collection,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from sereno.domain.clock import Clock as Clock
from sereno.domain.completion import Asked, Step
from sereno.domain.evidence import Draft, Evidence, Form, Sentence, Summary, Verdict
from sereno.domain.patients import Note, Patient, Stay
from sereno.domain.questions import Call, Lead, Reading, Scope
from sereno.domain.review import Checked, Review
from sereno.domain.roles import Role
from sereno.domain.stream import Batch, Observation, Rejected, Subject, WaveformChunk
from sereno.domain.surveillance import Alarm, AlarmEvent, Episode, Score, ScoreKind
from sereno.domain.vitals import Language, Signal
from sereno.domain.work import JobState as JobState


@runtime_checkable
class Connector(Protocol):
    """A source of observations.

    `name` identifies it in alarms and health ("wfdb:5a810400", no patient data:
    files are called after patients).
    """

    name: str

    def batches(self) -> AsyncIterator[Batch]:
        """Yield batches in the order of the source until it ends, at the pace of the reader.

        Raises SourceError where the source can not be reached or is no such source. What can not
        be parsed is yielded as `Rejected`, and the rest goes on.
        """
        ...


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
class Commit:
    """All that one transaction keeps about one patient.

    Episodes and alarms replace those of the same id. `state` is the watch's own (opaque, small),
    from which scoring goes on after a restart. `carried_out` names commands done by it. `stay` is
    that the patient's stay has ended, or goes on again; None leaves it as it is.
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

    def commit(
        self, commits: Sequence[Commit], dead_letters: Sequence[tuple[str, Rejected]] = ()
    ) -> None:
        """Keep all of it in one durable transaction, or none. Dead letters are (source, what)."""
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

    def latest(self, patient: str) -> dict[Signal, Observation]:
        """The newest observation of each signal, whatever its quality."""
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

    def dead_letters(self, limit: int = 100) -> list[tuple[datetime, str, Rejected]]:
        """The newest first: when, source, what and why."""
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


class CommandKind(StrEnum):
    """What others ask the one writer to do."""

    ACKNOWLEDGE = "acknowledge"  # alarm, reason
    CHART = "chart"  # values: [[signal, value, iso time], ...]
    NOTE = "note"  # text
    SPO2_SCALE = "spo2_scale"  # scale: 1 or 2
    SET_LIMIT = "set_limit"  # a Limit as a mapping, reason
    DISCHARGE = "discharge"  # reason
    READMIT = "readmit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A change that the ingest process is to carry out, durable until it has."""

    id: str
    kind: CommandKind
    patient: str
    issued_by: str
    issued_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)


class CommandQueue(Protocol):
    """Commands wait here for the one writer; `Commit.carried_out` takes them off."""

    def submit(
        self, kind: CommandKind, patient: str, issued_by: str, payload: Mapping[str, Any]
    ) -> str:
        """Keep a command durably; its id."""
        ...

    def pending(self, patients: Collection[str] | None = None, limit: int = 100) -> list[Command]:
        """Those not yet carried out, oldest first; of these `patients` alone where given.

        One that does not open any more is refused here.
        """
        ...

    def refuse(self, command_id: str, reason: str) -> None:
        """Take one off that can not be carried out."""
        ...

    def outcome(self, command_id: str) -> str | None:
        """None while it waits, "" once carried out, else the reason it was refused."""
        ...


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


class Leases(Protocol):
    """Who does what only one may do: a named row with a holder and an expiry."""

    def acquire(self, name: str, holder: str, hold: timedelta) -> bool:
        """Take or renew; False while another holds it."""
        ...

    def renew(self, holder: str, hold: timedelta) -> frozenset[str]:
        """Put off the expiry of all that `holder` still holds; their names."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Give back, if it is still ours."""
        ...

    def holder(self, name: str) -> str | None:
        """Who holds it now."""
        ...

    def beat(self, name: str, facts: Mapping[str, Any]) -> None:
        """Say that `name` is alive, with what others may want to show (no patient data)."""
        ...

    def beats(self) -> dict[str, tuple[datetime, Mapping[str, Any]]]:
        """The last sign of life of each name."""
        ...


class TextGenerator(Protocol):
    """Writes a text that states facts of the evidence, all required ones among them."""

    name: str

    def write(
        self, evidence: Evidence, language: Language, form: Form, *, deadline: datetime | None
    ) -> Draft:
        """Write. Raises ModelError where it can not, or not by the deadline."""
        ...


class TextModel(Protocol):
    """Writes free text for a client. One text may pause while another is written."""

    name: str

    def write(self, asked: Asked) -> Generator[Step, None, None]:
        """Yield often, so that other work can be done in between; closing it ends it.

        Raises InvalidEntry for what can not be written at all: too long, or a guide that is none;
        ModelError where the model fails. Neither quotes what was asked.
        """
        ...


class Verifier(Protocol):
    """Judges a text against the evidence; shares no code with any generator."""

    def verify(
        self, sentences: Sequence[Sentence], evidence: Evidence, language: Language
    ) -> Verdict:
        """Every claim borne out by the facts its sentence cites, every required fact stated."""
        ...


class Checker(Protocol):
    """Holds a text that people have typed, which cites nothing, against the evidence."""

    def check(self, text: str, evidence: Evidence, language: Language) -> Checked:
        """Every sentence of any text with how it stands, and the required facts left unstated.

        Fails closed: what is not borne out is unverified, unless it says nothing checkable.
        """
        ...


class QuestionReader(Protocol):
    """Reads a question in words. Fails closed: what it is not sure of, it does not call."""

    def read(self, question: str, language: Language, *, ward: bool) -> Reading:
        """The call of one tool, or which outcome the question has without one.

        `ward` says that it is put to the whole ward. Nothing in a question is ever obeyed.
        """
        ...


class LeadWriter(Protocol):
    """Says the first words of an answer."""

    def __call__(self, lead: Lead, language: Language) -> str:
        """Nothing, where the facts speak for themselves."""
        ...


class ReadAsWriter(Protocol):
    """Says in one line how a question was read, from the call alone."""

    def __call__(self, call: Call, scope: Scope, language: Language) -> str:
        """The measure, what is asked of it, and the period in clock times."""
        ...


class AnswerVerifier(Protocol):
    """Judges an answer against the evidence; shares no code with what writes it."""

    def verify(
        self,
        lead: str,
        sentences: Sequence[Sentence],
        call: Call,
        evidence: Evidence,
        language: Language,
    ) -> Verdict:
        """As a Verifier; and the lead's yes, no or number is what the facts bear out."""
        ...


class KeyProvider(Protocol):
    """Wraps data keys with a key that never lies beside them."""

    name: str

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Seal a data key; `context` must be given again to open it."""
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Open it. Raises KeyUnavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Someone who may sign in. `secret` is an Argon2id hash in PHC form.

    `role` is as it was kept, and may be one that only another release knows.
    """

    name: str
    secret: str
    role: str = Role.CLINICIAN.value
    language: str | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser. `token_hash` is the SHA-256 of the cookie's token."""

    token_hash: bytes
    account: str
    started: datetime
    last_input: datetime
    expires: datetime


class Accounts(Protocol):
    """Accounts, their sessions, and failed attempts."""

    def add(self, account: Account, *, end_sessions: bool = False) -> None:
        """Keep a new account, or replace the one of that name.

        `end_sessions` ends all of its sessions in the same transaction.
        """
        ...

    def choose_language(self, name: str, language: str) -> None:
        """Change an account's language and nothing else of it; where there is none, nothing.

        What others change of the account meanwhile stays changed.
        """
        ...

    def account(self, name: str) -> Account | None:
        """The account called `name`."""
        ...

    def names(self) -> list[str]:
        """Every account's name."""
        ...

    def alias(self, name: str) -> str:
        """A keyed hash of a name: the same for the same name always, and tells nothing of it."""
        ...

    def open(self, session: Session) -> None:
        """Keep a session."""
        ...

    def session(self, token_hash: bytes) -> Session | None:
        """The session of that token."""
        ...

    def touch(self, token_hash: bytes, at: datetime) -> None:
        """Note the user's input."""
        ...

    def close(self, token_hash: bytes) -> None:
        """End a session."""
        ...

    def note_attempt(self, key: bytes, at: datetime) -> None:
        """Count a failed attempt against a keyed hash of a name or an address."""
        ...

    def attempts(self, key: bytes, since: datetime) -> int:
        """How many failed since."""
        ...

    def clear_attempts(self, key: bytes) -> None:
        """Forget them after a success."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key with which a program may ask the model. `digest`: its secret's SHA-256, in hex."""

    name: str
    digest: str
    created: datetime
    created_by: str
    revoked: datetime | None = None


class ApiKeys(Protocol):
    """The keys of programs."""

    def keep(self, key: ApiKey) -> None:
        """Keep a new key, or replace the one of that name."""
        ...

    def named(self, name: str) -> ApiKey | None:
        """The key called `name`, revoked or not."""
        ...

    def find(self, digest: str) -> ApiKey | None:
        """The key of that secret, revoked or not."""
        ...

    def every(self) -> list[ApiKey]:
        """All of them, by name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """Who did what to whom. Of one that was altered, `action` says so and the rest is empty."""

    number: int
    time: datetime
    actor: str
    action: str
    patient: str | None = None
    detail: str = ""


class AuditLog(Protocol):
    """Who did what to whom, chained so that a removed or altered line shows."""

    def record(self, actor: str, action: str, patient: str | None = None, detail: str = "") -> None:
        """Append a line; `detail` holds no measured value and no identity."""
        ...

    def read(self, patient: str | None = None, limit: int = 100) -> list[AuditLine]:
        """The newest lines first, at most `limit`; of this patient alone where given.

        A line that does not open may have been about anybody, and is always among them. About a
        patient the whole log is searched where need be, however long that takes.
        """
        ...

    def verify(self) -> bool:
        """Whether the chain is whole."""
        ...
