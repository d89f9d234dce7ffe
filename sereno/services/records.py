"""A patient's record up to a moment, as the tools of questions read it: from the store, or not."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter

from sereno.domain.patients import Note, Patient
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Score, ScoreKind
from sereno.domain.vitals import Signal
from sereno.ports import Store

_time = attrgetter("time")


class StoredRecord:
    """Implements sereno.scoring.questions.Record over the store."""

    def __init__(self, store: Store, patient: Patient, at: datetime, zone: str) -> None:
        self._store = store
        self.patient = patient
        self.at = at
        self.zone = zone

    def observations(
        self, start: datetime, end: datetime, signals: Sequence[Signal]
    ) -> Sequence[Observation]:
        """Those of `signals` of any quality, by time."""
        return self._store.observations(self.patient.id, start, min(end, self.at), signals)

    def scores(self, start: datetime, end: datetime, kind: ScoreKind) -> Sequence[Score]:
        """By time; the one in force at `start` first."""
        return self._store.scores(self.patient.id, start, min(end, self.at), kind)

    def alarms(self, start: datetime, end: datetime) -> Sequence[Alarm]:
        """Those that overlap the range, as they stand."""
        found = self._store.alarms(self.patient.id, start=start, end=min(end, self.at))
        return [each for each in found if each.raised <= self.at]

    def notes(self, start: datetime, end: datetime) -> Sequence[Note]:
        """By time."""
        return self._store.notes(self.patient.id, start, min(end, self.at))


class RecordInMemory:
    """The same over what was played in memory up to `at`; `observations` by time."""

    def __init__(
        self,
        patient: Patient,
        at: datetime,
        zone: str,
        observations: Sequence[Observation],
        scores: Sequence[Score],
        alarms: Collection[Alarm],
    ) -> None:
        self.patient = patient
        self.at = at
        self.zone = zone
        self._observations = observations
        self._scores = scores
        self._alarms = alarms

    def observations(
        self, start: datetime, end: datetime, signals: Sequence[Signal]
    ) -> Sequence[Observation]:
        """Those of `signals` of any quality, by time."""
        known, wanted = self._observations, set(signals)
        first = bisect_left(known, start, key=_time)
        last = bisect_right(known, min(end, self.at), key=_time)
        return [each for each in known[first:last] if each.signal in wanted]

    def scores(self, start: datetime, end: datetime, kind: ScoreKind) -> Sequence[Score]:
        """By time; the one in force at `start` first."""
        of_kind = [each for each in self._scores if each.kind is kind and each.time <= end]
        before = [each for each in of_kind if each.time <= start]
        return [*before[-1:], *(each for each in of_kind if each.time > start)]

    def alarms(self, start: datetime, end: datetime) -> Sequence[Alarm]:
        """Those that overlap the range, as they stand."""
        return [
            each
            for each in self._alarms
            if each.raised <= end and (each.active or each.held_until(self.at) >= start)
        ]

    def notes(self, start: datetime, end: datetime) -> Sequence[Note]:
        """None: no recording holds any."""
        return ()
