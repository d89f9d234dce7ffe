"""A small ward on paper: what the screens read, told by a script instead of a database."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sereno.domain.errors import (
    Conflict,
    NotFound,
    SerenoError,
    StorageBusy,
    StorageError,
    StorageFull,
    Unreadable,
)
from sereno.domain.evidence import (
    Draft,
    Evidence,
    Fact,
    FactKind,
    Form,
    ModelIdentity,
    SampleSpan,
    Sentence,
    Severity,
    Summary,
    Verdict,
    Window,
)
from sereno.domain.patients import Discharge, Note, Patient
from sereno.domain.review import Review
from sereno.domain.stream import Observation, Quality, WaveformChunk
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    AlarmStep,
    Condition,
    Direction,
    Episode,
    OperatorState,
    Priority,
    Response,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import VITALS, Kind, Language, Signal
from sereno.ports import Account, AuditLine, Bin, CommandKind, Job, JobState, Session
from sereno.services.explaining import Explained
from sereno.services.handover import Entry, WardHandover

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FULL = "the disk is full; free some space, and it goes on"
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@dataclass
class Hands:
    """A clock that moves when told; `real` lets it run with the wall's."""

    time: datetime = START
    real: bool = False

    def now(self) -> datetime:
        return datetime.now(UTC) if self.real else self.time


class Diary:
    """An audit log read by the test."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str | None]] = []
        self.details: list[str] = []

    def record(self, actor: str, action: str, patient: str | None = None, detail: str = "") -> None:
        self.lines.append((actor, action, patient))
        self.details.append(detail)

    def read(self, patient: str | None = None, limit: int = 100) -> list[AuditLine]:
        kept = enumerate(zip(self.lines, self.details, strict=True), 1)
        found = [
            AuditLine(number=n, time=START, actor=actor, action=action, patient=about, detail=more)
            for n, ((actor, action, about), more) in kept
            if patient in (None, about)
        ]
        return found[::-1][:limit]

    def verify(self) -> bool:
        return True


class FullDiary(Diary):
    """An audit log on a disk that is full until the test makes room."""

    full = True

    def record(self, actor: str, action: str, patient: str | None = None, detail: str = "") -> None:
        if self.full:
            raise StorageFull(FULL)
        super().record(actor, action, patient, detail)


class Ledger:
    """Accounts kept in dictionaries."""

    def __init__(self) -> None:
        self.kept: dict[str, Account] = {}
        self.sessions: dict[bytes, Session] = {}
        self.failures: list[tuple[bytes, datetime]] = []

    def add(self, account: Account, *, end_sessions: bool = False) -> None:
        self.kept[account.name] = account
        if end_sessions:
            kept = self.sessions.items()
            self.sessions = {key: one for key, one in kept if one.account != account.name}

    def choose_language(self, name: str, language: str) -> None:
        if name in self.kept:
            self.kept[name] = replace(self.kept[name], language=language)

    def account(self, name: str) -> Account | None:
        return self.kept.get(name)

    def names(self) -> list[str]:
        return sorted(self.kept)

    def alias(self, name: str) -> str:
        return f"alias {sum(name.encode())}"

    def open(self, session: Session) -> None:
        self.sessions[session.token_hash] = session

    def session(self, token_hash: bytes) -> Session | None:
        return self.sessions.get(token_hash)

    def touch(self, token_hash: bytes, at: datetime) -> None:
        self.sessions[token_hash] = replace(self.sessions[token_hash], last_input=at)

    def close(self, token_hash: bytes) -> None:
        self.sessions.pop(token_hash, None)

    def note_attempt(self, key: bytes, at: datetime) -> None:
        self.failures.append((key, at))

    def attempts(self, key: bytes, since: datetime) -> int:
        return sum(kept == key and at >= since for kept, at in self.failures)

    def clear_attempts(self, key: bytes) -> None:
        self.failures = [failure for failure in self.failures if failure[0] != key]


@dataclass
class Bed:
    """A patient on paper. `values` are means; `missing` are signals whose sensor is off."""

    patient: Patient
    values: Mapping[Signal, float]
    score: Score | None = None
    qsofa: Score | None = None
    silent: timedelta = timedelta(0)
    missing: frozenset[Signal] = frozenset()
    waves: tuple[Signal, ...] = ()


@dataclass
class PaperStore:
    """The part of a Store that screens read, and commands carried out at once."""

    clock: Hands = field(default_factory=Hands)
    beds: dict[str, Bed] = field(default_factory=dict)
    kept_alarms: dict[str, Alarm] = field(default_factory=dict)
    events: dict[str, list[AlarmEvent]] = field(default_factory=dict)
    kept_notes: dict[str, list[Note]] = field(default_factory=dict)
    kept_summaries: dict[str, list[Summary]] = field(default_factory=dict)
    kept_reviews: list[Review] = field(default_factory=list)
    states: dict[str, bytes] = field(default_factory=dict)
    broken: bool = False
    damaged: set[str] = field(default_factory=set)
    facts: Mapping[str, Any] = field(default_factory=dict)  # that the signs of life tell

    def patients(self) -> list[Patient]:
        self._check()
        return sorted((bed.patient for bed in self.beds.values()), key=lambda p: p.label)

    def unreadable(self) -> list[str]:
        return sorted(self.damaged)

    def find(self, reference: str) -> Patient:
        self._check()
        return self._bed(reference).patient

    def latest(self, patient: str) -> dict[Signal, Observation]:
        bed = self._bed(patient)
        at = self.clock.now() - bed.silent
        return {
            signal: Observation(
                signal,
                at,
                0.0 if signal in bed.missing else round(_wobble(signal, value, at), 1),
                "paper",
                Quality.SENSOR_OFF if signal in bed.missing else Quality.GOOD,
            )
            for signal, value in bed.values.items()
        }

    def bins(
        self, patient: str, signal: Signal, start: datetime, end: datetime, step: timedelta
    ) -> list[Bin]:
        bed = self._bed(patient)
        found, at = [], start
        while at < end - bed.silent:
            middle = _wobble(signal, bed.values[signal], at)
            if not start + 0.4 * (end - start) < at < start + 0.45 * (end - start):
                found.append(Bin(at, middle * 0.97, middle, middle * 1.02, 5))
            at += step
        return found

    def waveforms(
        self, patient: str, signal: Signal, start: datetime, end: datetime
    ) -> list[WaveformChunk]:
        bed = self._bed(patient)
        if signal not in bed.waves:
            return []
        until = min(end, self.clock.now() - bed.silent).replace(microsecond=0)
        at = start.replace(microsecond=0)
        chunks = []
        while at + timedelta(seconds=1) <= until:
            chunks.append(_wave(signal, at, bed.values.get(Signal.HEART_RATE, 70)))
            at += timedelta(seconds=1)
        return chunks

    def scores(
        self, patient: str, start: datetime, end: datetime, kind: ScoreKind = ScoreKind.NEWS2
    ) -> list[Score]:
        bed = self._bed(patient)
        if kind is ScoreKind.QSOFA:
            return [bed.qsofa] if bed.qsofa else []
        score = bed.score
        if score is None:
            return []
        before = replace(score, time=start, total=max(0, (score.total or 0) - 3))
        if score.response is not None and start != end:
            calmer = replace(before, response=Response.WARD)
            return [calmer, replace(score, time=start + (end - start) * 0.7)]
        return [score]

    def episodes(self, patient: str, start: datetime, end: datetime) -> list[Episode]:
        if Signal.SPO2 not in self._bed(patient).values:
            return []
        begun = start + (end - start) * 0.7
        return [
            Episode(
                id="e1", signal=Signal.SPO2, direction=Direction.LOW, threshold=92.0, start=begun,
                last=end, end=None, extreme=84.0, extreme_time=begun + MINUTE,
            )
        ]  # fmt: skip

    def alarms(
        self,
        patient: str | None = None,
        *,
        active: bool | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Alarm]:
        self._check()
        found = [
            alarm
            for alarm in self.kept_alarms.values()
            if (patient is None or alarm.patient == patient)
            and (active is None or alarm.active is active)
            and (start is None or alarm.ended is None or alarm.ended >= start)
            and (end is None or alarm.raised <= end)
        ]
        return sorted(found, key=lambda alarm: (-alarm.priority, -alarm.raised.timestamp()))

    def state(self, patient: str) -> bytes | None:
        return self.states.get(patient)

    def alarm(self, alarm_id: str) -> Alarm:
        return self.kept_alarms[alarm_id]

    def alarm_events(self, alarm_id: str) -> list[AlarmEvent]:
        return self.events.get(alarm_id, [])

    def notes(self, patient: str, start: datetime, end: datetime) -> list[Note]:
        return self.kept_notes.get(patient, [])

    def summary(self, summary_id: str) -> Summary:
        everything = (s for kept in self.kept_summaries.values() for s in kept)
        return next(summary for summary in everything if summary.id == summary_id)

    def summaries(self, patient: str, limit: int = 20) -> list[Summary]:
        return self.kept_summaries.get(patient, [])[:limit]

    def keep_review(self, review: Review) -> None:
        self._check()
        self.kept_reviews.append(review)

    def reviews(self, summary: Summary) -> list[Review]:
        return [review for review in self.kept_reviews if review.summary == summary.id]

    def all_reviews(self) -> list[Review]:
        return list(self.kept_reviews)

    def beats(self) -> dict[str, tuple[datetime, Mapping[str, Any]]]:
        """A sign of life of every process; a test may silence one."""
        self._check()
        return {name: (self.clock.now(), self.facts) for name in self.alive}

    alive: set[str] = field(default_factory=lambda: {"ingest", "model"})

    def _bed(self, patient: str) -> Bed:
        if patient not in self.beds:
            message = "no such patient; see `sereno patients`"
            raise NotFound(message)
        return self.beds[patient]

    def _check(self) -> None:
        if self.broken:
            message = "the database does not answer; see `sereno doctor`"
            raise StorageError(message)


class PaperQueue:
    """Commands, kept for the test to read; all but charting is carried out at once."""

    def __init__(self, store: PaperStore) -> None:
        self.store = store
        self.given: list[tuple[CommandKind, str, str, Mapping[str, Any]]] = []
        self.refusals: dict[str, str] = {}
        self.full = False  # the disk
        self.waiting = False  # for a writer that does not come
        self.busy = False  # the database, so that it does not say what became of a command

    def submit(
        self, kind: CommandKind, patient: str, issued_by: str, payload: Mapping[str, Any]
    ) -> str:
        if self.full:
            raise StorageFull(FULL)
        self.given.append((kind, patient, issued_by, payload))
        if not self.waiting:
            self._carry_out(kind, patient, issued_by, payload)
        return f"c{len(self.given)}"

    def outcome(self, command_id: str) -> str | None:
        if self.busy:
            message = "the database is busy; try again"
            raise StorageBusy(message)
        return None if self.waiting else self.refusals.get(command_id, "")

    def _carry_out(
        self, kind: CommandKind, patient: str, issued_by: str, payload: Mapping[str, Any]
    ) -> None:
        if kind is CommandKind.ACKNOWLEDGE:
            self._acknowledge(payload, issued_by)
        if kind in (CommandKind.DISCHARGE, CommandKind.READMIT):
            self._end_stay(patient, issued_by, payload.get("reason"))
        if kind is CommandKind.NOTE:
            note = Note(time=self.store.clock.now(), author=issued_by, text=payload["text"])
            self.store.kept_notes.setdefault(patient, []).append(note)

    def _end_stay(self, patient: str, by: str, reason: str | None) -> None:
        bed, at = self.store.beds[patient], self.store.clock.now()
        end = Discharge(at=at, by=by, reason=reason) if reason else None
        self.store.beds[patient] = replace(bed, patient=replace(bed.patient, discharged=end))

    def _acknowledge(self, payload: Mapping[str, Any], by: str) -> None:
        store = self.store
        now = store.clock.now()
        alarm = store.kept_alarms[payload["alarm"]]
        store.kept_alarms[alarm.id] = replace(
            alarm, operator=OperatorState.ACKNOWLEDGED, acknowledged_by=by, acknowledged_at=now,
            reason=payload["reason"],
        )  # fmt: skip
        event = AlarmEvent(
            alarm=alarm.id, time=now, what=AlarmStep.ACKNOWLEDGED, by=by, reason=payload["reason"]
        )
        store.events.setdefault(alarm.id, []).append(event)


@dataclass(frozen=True)
class Progress:
    """Where a summary stands."""

    job: Job
    summary: Summary | None


class PaperWriter:
    """Writes a summary at the second look."""

    def __init__(self, store: PaperStore) -> None:
        self.store = store
        self.looks = 0
        self.asked: list[tuple[str, Window, Language]] = []
        self.form: Form | None = None  # that was asked for last

    def window(self, patient: str, length: timedelta, end: datetime | None = None) -> Window:
        until = end or self.store.clock.now()
        return Window(until - length, until)

    def request(
        self,
        patient: str,
        window: Window,
        *,
        language: Language = Language.ENGLISH,
        form: Form = Form.HANDOVER,
        priority: int = 0,
    ) -> str:
        self.asked.append((patient, window, language))
        self.form = form
        self.looks = 0
        return f"j{len(self.asked)}"

    def progress(self, job_id: str) -> Progress:
        self.looks += 1
        patient, window, language = self.asked[-1]
        job = Job(
            id=job_id, kind="summary", patient=patient, payload={}, priority=1,
            deadline=window.end + HOUR, state=JobState.RUNNING,
        )  # fmt: skip
        if self.looks < 2:
            return Progress(job, None)
        written = summary(patient, window.end, language)
        self.store.kept_summaries.setdefault(patient, []).insert(0, written)
        return Progress(replace(job, state=JobState.DONE, result=written.id), written)


class PaperHandover:
    """Writes one bed at each look, in the order of the ward."""

    def __init__(self, store: PaperStore) -> None:
        self.store = store
        self.asked: list[tuple[Language, str]] = []
        self.at = START
        self.outputs: list[str | None] = []
        self.missed: set[int] = set()
        self.absent: tuple[Patient, ...] = ()
        self.unreadable: set[str] = set()  # outputs
        self.full = False  # the queue
        self.stopped = False

    def ask(self, language: Language, by: str) -> None:
        if self.full:
            message = "the queue of summaries is full; try again in a minute"
            raise Conflict(message)
        self.asked.append((language, by))
        self.at, self.outputs = self.store.clock.now(), [None for _ in self.store.beds]

    def stop(self) -> None:
        self.missed = {n for n, output in enumerate(self.outputs) if output is None}
        self.stopped = True

    def newest(self) -> WardHandover | None:
        if not self.asked:
            return None
        language, by = self.asked[-1]
        beds = enumerate(self.store.beds.values())
        entries = tuple(Entry(bed.patient, self.outputs[n], n in self.missed) for n, bed in beds)
        return WardHandover(
            asked=self.at, by=by, language=language, entries=entries, absent=self.absent
        )

    def write(self, number: int) -> None:
        """The next so many beds, or all that are left."""
        left = [n for n, output in enumerate(self.outputs) if output is None]
        for n in left[:number]:
            self.outputs[n] = f"p{n + 1}"

    def summary(self, output: str) -> Summary:
        if output in self.unreadable:
            message = "a block is damaged"
            raise Unreadable(message)
        return summary(output, self.at, self.asked[-1][0])


class PaperExplainer:
    """Explains an alarm with the two sentences of a summary; `age` is how old they are."""

    def __init__(self, store: PaperStore) -> None:
        self.store = store
        self.age = 2 * MINUTE
        self.error: SerenoError | None = None

    def explain(self, alarm_id: str, language: Language) -> Explained:
        if self.error:
            raise self.error
        alarm = self.store.kept_alarms.get(alarm_id)
        if alarm is None:
            message = "there is no such alarm"
            raise NotFound(message)
        at = self.store.clock.now() - self.age
        text = replace(summary(alarm.patient, at, language), form=Form.ALARM, alarm=alarm)
        return Explained(alarm, text, self.age)


def summary(patient: str, at: datetime, language: Language = Language.ENGLISH) -> Summary:
    """Two sentences and the facts they rest on."""
    window = Window(at - 4 * HOUR, at)
    fall = SampleSpan(Signal.SPO2, at - 70 * MINUTE, at - 55 * MINUTE, 900)
    rate = SampleSpan(Signal.RESPIRATORY_RATE, at - 4 * HOUR, at, 14400)
    facts = (
        Fact(
            id="F1", kind=FactKind.EXTREME, severity=Severity.CRITICAL, signal=Signal.SPO2,
            direction=Direction.LOW, value=84.0, unit="%", times={"at": at - HOUR}, spans=(fall,),
        ),
        Fact(
            id="F2", kind=FactKind.CHANGE, severity=Severity.SERIOUS,
            signal=Signal.RESPIRATORY_RATE, unit="/min", values={"from": 16.0, "to": 27.0},
            times={"start": window.start, "end": window.end}, spans=(rate,), ongoing=True,
        ),
    )  # fmt: skip
    sentences = (
        Sentence("Oxygen saturation fell to 84%.", ("F1",)),
        Sentence("The respiratory rate rose from 16 to 27 a minute.", ("F2",)),
    )
    model = ModelIdentity("SmolLM2-135M-Instruct")
    return Summary(
        id=f"s-{patient}-{at:%H%M%S}", patient=patient, created=at, language=language,
        form=Form.HANDOVER,
        evidence=Evidence(patient=patient, window=window, facts=facts, required=("F1",)),
        draft=Draft(sentences=sentences, source="model", model=model), verdict=Verdict(),
    )  # fmt: skip


def news2(total: int | None, at: datetime, missing: Sequence[Signal] = ()) -> Score:
    """A NEWS2 of that total; partial where signals are missing."""
    responses = (
        (7, Response.EMERGENCY), (5, Response.URGENT), (1, Response.WARD), (0, Response.ROUTINE),
    )  # fmt: skip
    response = next(answer for least, answer in responses if (total or 0) >= least)
    parts = (
        ScorePart(Signal.RESPIRATORY_RATE, 27.0, at - MINUTE, 3),
        ScorePart(Signal.SPO2, 91.0, at - MINUTE, 3),
        ScorePart(Signal.CONSCIOUSNESS, 0.0, at - 3 * HOUR, 0, derived="gcs"),
    )
    return Score(
        kind=ScoreKind.NEWS2, time=at, total=total, lowest=total,
        highest=None if total is None else total + 3 * len(missing), parts=parts,
        missing=tuple(missing), response=response if total is not None else None,
    )  # fmt: skip


def ward(clock: Hands | None = None, beds: int = 4) -> PaperStore:
    """A ward: bed 1 calm, bed 2 very sick with alarms, bed 3 silent, bed 4 with a sensor off."""
    store = PaperStore(clock or Hands())
    now = store.clock.now()
    normal = {
        Signal.HEART_RATE: 78.0, Signal.SPO2: 97.0, Signal.RESPIRATORY_RATE: 15.0,
        Signal.CUFF_SYSTOLIC: 124.0, Signal.CUFF_DIASTOLIC: 78.0, Signal.CUFF_MEAN: 93.0,
        Signal.TEMPERATURE: 36.8, Signal.CONSCIOUSNESS: 0.0, Signal.OXYGEN_GIVEN: 0.0,
    }  # fmt: skip
    sick = {
        Signal.HEART_RATE: 118.0, Signal.SPO2: 86.0, Signal.RESPIRATORY_RATE: 27.0,
        Signal.CUFF_SYSTOLIC: 94.0, Signal.CUFF_DIASTOLIC: 52.0, Signal.TEMPERATURE: 38.9,
        Signal.OXYGEN_GIVEN: 1.0, Signal.OXYGEN_FLOW: 4.0, Signal.CONSCIOUSNESS: 1.0,
        Signal.INVASIVE_SYSTOLIC: 92.0, Signal.INVASIVE_DIASTOLIC: 50.0, Signal.INVASIVE_MEAN: 64.0,
    }  # fmt: skip
    waves = (Signal.ECG, Signal.PLETH, Signal.RESPIRATION)
    missing = (Signal.CONSCIOUSNESS, Signal.TEMPERATURE)
    script = [
        Bed(_patient(1), normal, news2(0, now), waves=waves),
        Bed(_patient(2), sick, news2(9, now), waves=(*waves, Signal.PRESSURE)),
        Bed(_patient(3), normal, news2(2, now), silent=20 * MINUTE, waves=waves),
        Bed(_patient(4), normal, news2(1, now, missing), missing=frozenset({Signal.SPO2})),
    ]
    script += [
        Bed(_patient(n), normal | {Signal.HEART_RATE: 60.0 + n}, news2(n % 5, now), waves=waves)
        for n in range(5, beds + 1)
    ]
    store.beds = {bed.patient.id: bed for bed in script[:beds]}
    for alarm in _alarms(now):
        if alarm.patient in store.beds:
            store.kept_alarms[alarm.id] = alarm
            raised = AlarmEvent(
                alarm=alarm.id, time=alarm.raised, what=AlarmStep.RAISED, value=alarm.value
            )
            store.events[alarm.id] = [raised]
    return store


def _alarms(now: datetime) -> Iterable[Alarm]:
    yield Alarm(
        id="a-spo2", patient="p2", condition=Condition.LIMIT, priority=Priority.HIGH,
        onset=now - 6 * MINUTE, raised=now - 5 * MINUTE, present=True, signal=Signal.SPO2,
        direction=Direction.LOW, limit=88.0, value=86.0, extreme=84.0,
    )  # fmt: skip
    yield Alarm(
        id="a-rate", patient="p2", condition=Condition.LIMIT, priority=Priority.MEDIUM,
        onset=now - 9 * MINUTE, raised=now - 8 * MINUTE, present=True, signal=Signal.HEART_RATE,
        direction=Direction.HIGH, limit=110.0, value=118.0,
        operator=OperatorState.ACKNOWLEDGED, acknowledged_by="luis",
        acknowledged_at=now - 7 * MINUTE, reason="Doctor informed",
    )  # fmt: skip
    yield Alarm(
        id="a-silent", patient="p3", condition=Condition.SOURCE_SILENT, priority=Priority.MEDIUM,
        onset=now - 20 * MINUTE, raised=now - 19 * MINUTE, present=True, source="sim:ward",
    )  # fmt: skip
    yield Alarm(
        id="a-off", patient="p4", condition=Condition.SENSOR_OFF, priority=Priority.LOW,
        onset=now - 3 * MINUTE, raised=now - 2 * MINUTE, present=True, signal=Signal.SPO2,
    )  # fmt: skip


def _patient(number: int) -> Patient:
    names = ("Ana Ruiz", "James Hill", "Olga Petrova", "Chen Wei")
    return Patient(
        id=f"p{number}", identifier=f"MRN{number}", name=names[(number - 1) % 4],
        bed=f"Bed {number}", birth_date=date(1940 + 7 * number, 3, 2), sex="F",
    )  # fmt: skip


def _wobble(signal: Signal, mean: float, at: datetime) -> float:
    """A slow wave around the mean: a twentieth of it, and nothing for what is charted."""
    if VITALS[signal].kind is not Kind.NUMERIC:
        return mean
    share = 0.002 if signal is Signal.TEMPERATURE else 0.02 if signal is Signal.SPO2 else 0.05
    value = mean * (1 + share * math.sin(at.timestamp() / 600 + len(signal.value)))
    return min(value, VITALS[signal].high)


def _wave(signal: Signal, start: datetime, rate: float) -> WaveformChunk:
    hz = {Signal.ECG: 250.0, Signal.PLETH: 125.0, Signal.PRESSURE: 125.0}.get(signal, 62.5)
    beat = 60 / max(rate, 20)
    times = [start.timestamp() + i / hz for i in range(int(hz))]
    shape = {
        Signal.ECG: _ecg, Signal.PLETH: _pulse,
        Signal.PRESSURE: lambda p: 55 + 60 * _pulse(p),
    }.get(signal)  # fmt: skip
    if shape is None:
        samples = [math.sin(2 * math.pi * t / 4) for t in times]
    else:
        samples = [shape((t % beat) / beat) for t in times]
    return WaveformChunk(signal, start, hz, samples, "paper", "II" if signal is Signal.ECG else "")


def _ecg(phase: float) -> float:
    bumps = ((0.12, 0.03, 0.12), (0.245, 0.008, -0.12), (0.26, 0.009, 1.1), (0.28, 0.01, -0.25),
             (0.5, 0.05, 0.28))  # fmt: skip
    return sum(height * math.exp(-(((phase - at) / width) ** 2)) for at, width, height in bumps)


def _pulse(phase: float) -> float:
    return math.exp(-(((phase - 0.25) / 0.11) ** 2)) + 0.35 * math.exp(
        -(((phase - 0.52) / 0.12) ** 2)
    )
