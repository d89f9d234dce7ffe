"""What screens read, told by a script instead of a database; commands carried out at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sereno.domain.errors import NotFound, StorageBusy, StorageError, StorageFull
from sereno.domain.evidence import Summary
from sereno.domain.patients import Discharge, Note, Patient
from sereno.domain.review import Review
from sereno.domain.stream import Observation, Quality, WaveformChunk
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    AlarmStep,
    Direction,
    Episode,
    OperatorState,
    Response,
    Score,
    ScoreKind,
)
from sereno.domain.vitals import Signal
from sereno.ports import Beat, Bin, CommandKind, DeadLetter
from tests.fakes.books import FULL
from tests.fakes.clock import MINUTE, Hands
from tests.fakes.signals import wave, wobble


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
    kept_letters: list[DeadLetter] = field(default_factory=list)  # the newest first
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
                0.0 if signal in bed.missing else round(wobble(signal, value, at), 1),
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
            middle = wobble(signal, bed.values[signal], at)
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
            chunks.append(wave(signal, at, bed.values.get(Signal.HEART_RATE, 70)))
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

    def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        self._check()
        return self.kept_letters[:limit]

    def dead_letter(self, number: int) -> DeadLetter:
        found = [each for each in self.kept_letters if each.number == number]
        if not found:
            message = "there is no such dead letter; see `sereno dead-letters`"
            raise NotFound(message)
        return found[0]

    def settle_letter(self, number: int) -> None:
        self.kept_letters.remove(self.dead_letter(number))

    def beats(self) -> dict[str, Beat]:
        """A sign of life of every process; a test may silence one."""
        self._check()
        return {name: Beat(self.clock.now(), self.facts) for name in self.alive}

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
