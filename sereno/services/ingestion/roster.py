"""Whom a process watches: it holds the lease of each of them, and lets go of who is out of reach.

So no score is computed from halves and no alarm is raised twice. Nothing here waits: each call
does what is at hand.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.clock import due
from sereno.domain.errors import (
    Forgotten,
    KeyUnavailable,
    NotFound,
    StorageError,
    Unclaimed,
    Unreadable,
)
from sereno.domain.patients import Patient
from sereno.domain.stream import BED, Batch, Movement, MovementKind, Subject
from sereno.domain.surveillance import Alarm, Condition
from sereno.scoring.watch import Watch
from sereno.services.foundation import Foundation, lease_of
from sereno.services.ingestion.transaction import Watched
from sereno.services.live import is_live, resumed

SUBJECTS_KEPT: Final = 4096
# What a bed tells of so long before its patient came is not theirs; clocks differ by less.
FORMER_AFTER: Final = timedelta(minutes=10)
FORMER: Final = "it was measured before who lies in the bed now came; choose whose it is"
_ENDS: Final = frozenset({MovementKind.DISCHARGED, MovementKind.MERGED})
# What concerns one patient alone: their record is damaged, or there is none any more.
BEYOND_REACH: Final = (Unreadable, KeyUnavailable, Forgotten, NotFound)
TICK: Final = timedelta(seconds=1)  # how often the living are told the time
_log = logging.getLogger(__name__)


class Roster:
    """The patients at hand. Blocking; one thread at a time.

    `holder` names this process in the leases, each of which is taken for `hold`. What taking a
    patient up brings with it is gathered for the writer: `returned`, `anew` and `changed`.
    """

    def __init__(self, foundation: Foundation, *, holder: str, hold: timedelta) -> None:
        self._store = foundation.store
        self._leases = foundation.leases
        self._clock = foundation.clock
        self._holder = holder
        self._hold = hold
        self.watched: dict[str, Watched] = {}
        self.returned: list[Alarm] = []  # of monitoring that had stopped until we took over
        self.anew: set[str] = set()  # whose watch could not go on where it had ended
        self.changed: dict[str, Patient] = {}  # by what a sender has told since
        # Who can not be watched, and why; without a reason who was forgotten.
        self.missed: dict[str, str | None] = {}
        self._told_damaged: set[str] = set()
        self._subjects: dict[Subject, str] = {}
        self._moved: dict[tuple[str, str], datetime] = {}  # when movements told of each
        self._came: dict[tuple[str, str], datetime] = {}  # into the bed that they lie in
        self._renewed = self._clock.now()

    @property
    def out_of_reach(self) -> list[str]:
        """The ids of those who can not be watched since their record is damaged."""
        return sorted(patient for patient, reason in self.missed.items() if reason)

    @property
    def living(self) -> list[str]:
        """The ids of the patients who are being watched now, recordings aside."""
        return [each.patient.id for each in self.watched.values() if each.live]

    def as_of(self, batch: Batch) -> Subject | None:
        """Whom `batch` names, without what a hospital's system has told since it was sent.

        A message that was written before a move must not move the patient back.
        """
        subject = batch.subject
        moved = (
            None if subject is None else self._moved.get((subject.authority, subject.identifier))
        )
        if subject is None or moved is None or batch.movement is not None:
            return subject
        times = [each.time for each in batch.observations]
        sent = batch.sent or max(times, default=None)
        return subject if sent is None or sent > moved else replace(subject, bed=None)

    def moves(self, subject: Subject, movement: Movement) -> None:
        """A hospital's system tells where the patient is."""
        named = subject.authority, subject.identifier
        if len(self._moved) >= SUBJECTS_KEPT:
            self._moved.clear()
            self._came.clear()
        if self._lies_anew(subject, movement):
            self._came[named] = movement.time
        self._moved[named] = max(movement.time, self._moved.get(named, movement.time))

    def _lies_anew(self, subject: Subject, movement: Movement) -> bool:
        """Whether `movement` brings somebody into a bed that we do not know them to lie in."""
        if subject.bed is None or movement.kind in _ENDS:
            return False
        named = subject.authority, subject.identifier
        beds = [
            each.patient.bed
            for each in self.watched.values()
            if (each.patient.authority, each.patient.identifier) == named
        ]
        return subject.bed not in beds

    def check_whose(self, batch: Batch, patient: str) -> None:
        """Raise Unclaimed where a bed tells of long before `patient` was told to lie there.

        A gateway may have kept it: it is of whoever lay there then.
        """
        watched = self.watched.get(patient)
        if watched is None:
            return
        came = self._came.get((watched.patient.authority, watched.patient.identifier))
        newest = max((each.time for each in batch.observations), default=None)
        if came is not None and newest is not None and newest < came - FORMER_AFTER:
            raise Unclaimed(FORMER)

    def known(self, subject: Subject) -> str | None:
        """The id of whom `subject` named before, if we watch them. It asks nobody."""
        known = self._subjects.get(subject)
        return known if known in self.watched else None

    def admit(self, subject: Subject) -> tuple[str, bool]:
        """The id of whom `subject` names, and whether we watch them: else another process does."""
        if (known := self.known(subject)) is not None:
            return known, True
        patient = self._store.admit(subject)
        try:
            if not self.take(patient):
                return patient.id, False
        except BEYOND_REACH as error:
            self._miss(patient.id, error)
            raise
        if patient != self.watched[patient.id].patient:
            self.changed[patient.id] = patient
        if len(self._subjects) >= SUBJECTS_KEPT:
            self._subjects.clear()
        if subject.authority != BED and subject.bed is not None:
            self.forget_beds()
        self._subjects[subject] = patient.id
        return patient.id, True

    def rename(self, former: Subject, patient: str) -> None:
        """Let `former` name `patient` from now on, who lies where that one lay."""
        merged = self._store.rename(former, patient)
        if merged is not None:
            with suppress(*BEYOND_REACH):
                self._hand_over_bed(merged, patient)
        named = former.authority, former.identifier
        for each in [one for one in self._subjects if (one.authority, one.identifier) == named]:
            del self._subjects[each]

    def _hand_over_bed(self, former: str, patient: str) -> None:
        """Let the one lie in the bed of the other, unless they have one, or either has gone."""
        was, its = self._store.find(former), self._store.find(patient)
        if was.bed is None or its.bed is not None or was.discharged or its.discharged:
            return
        for each in (replace(was, bed=None), replace(its, bed=was.bed)):
            self._store.update_patient(each)
            self.changed[each.id] = each
        self.forget_beds()

    def forget_beds(self) -> None:
        """Ask again who lies in a bed: somebody may have moved."""
        for subject in [each for each in self._subjects if each.authority == BED]:
            del self._subjects[subject]

    def _doubt_beds(self) -> None:
        """Ask again who lies where another process may have moved somebody."""
        beds = {each: one for each, one in self._subjects.items() if each.authority == BED}
        if not beds:
            return
        doubted = self._store.in_doubt({each.identifier: one for each, one in beds.items()})
        for bed in [each for each in beds if each.identifier in doubted]:
            del self._subjects[bed]

    def adopt(self) -> None:
        """Go on watching whoever is to be watched and nobody watches.

        They were watched by a process that has ended, or readmitted by a command on its own.
        """
        damaged = set(self._store.unreadable())
        for each in sorted(damaged - self._told_damaged):
            _log.error("patient %s can not be read: see docs/how-to/back-up.md", each)
        self._told_damaged = damaged
        for patient in self._store.patients():
            with self.apart(patient.id):
                if patient.id not in self.watched and is_live(self._store.state(patient.id)):
                    self.take(patient)

    def look_back(self) -> None:
        """Find what says that nobody watches somebody, though we do.

        It was told while we were slow to say so, perhaps a moment after we had taken them up.
        """
        known = {each.id for each in self.returned}
        self.returned += [
            alarm
            for alarm in self._store.alarms(active=True)
            if alarm.condition is Condition.MONITORING_STOPPED
            and alarm.present
            and alarm.patient in self.watched
            and alarm.id not in known
        ]

    def renew(self) -> None:
        """Keep the leases; let go of a patient whose lease another process has taken."""
        now = self._clock.now()
        if not due(self._renewed, self._hold / 3, now):
            return
        held = self._leases.renew(self._holder, self._hold)
        overdue = now - self._renewed > self._hold
        for patient in [each for each in self.watched if lease_of(each) not in held]:
            _log.error("another process took over patient %s", patient)
            self.watched.pop(patient)
        if overdue:  # we hung, and somebody may have said so
            for patient in list(self.watched):
                with self.apart(patient):
                    self._find_returned(patient)
        self._renewed = now
        self._doubt_beds()

    def leave(self) -> None:
        """Give every lease back."""
        for patient in list(self.watched):
            try:
                self.let_go(patient)
            except StorageError as refused:
                _log.warning("a lease is left to run out: %s", refused)

    def take(self, patient: Patient) -> bool:
        """Watch a patient from now on; False while another process does."""
        if patient.id in self.watched:
            return True
        if not self._leases.acquire(lease_of(patient.id), self._holder, self._hold):
            return False
        state, now = self._store.state(patient.id), self._clock.now()
        watch, went_on = resumed(patient, state, now) if state else (Watch(patient), True)
        self.watched[patient.id] = Watched(patient, watch, is_live(state), now - TICK)
        self._find_returned(patient.id)
        if not went_on:
            self.anew.add(patient.id)
        self.missed.pop(patient.id, None)
        return True

    def _find_returned(self, patient: str) -> None:
        """Find what our watching again puts an end to: alarms that are not of the stream."""
        streams = {alarm.id for alarm in self.watched[patient].watch.latest.alarms}
        self.returned += [
            alarm
            for alarm in self._store.alarms(patient, active=True)
            if alarm.present and alarm.id not in streams
        ]

    def let_go(self, patient: str) -> None:
        """Watch a patient no more, and give the lease back."""
        self._leases.release(lease_of(patient), self._holder)
        self.watched.pop(patient, None)

    @contextmanager
    def apart(self, patient: str) -> Iterator[None]:
        """Whoever can not be read is watched no more, which keeps nobody else from it."""
        try:
            yield
        except BEYOND_REACH as error:
            self._miss(patient, error)

    def _miss(self, patient: str, error: Exception) -> None:
        """Let go of somebody out of reach, and tell it once of who is not forgotten."""
        forgotten = isinstance(error, Forgotten | NotFound)
        if not forgotten and patient not in self.missed:
            _log.error("patient %s is not watched: %s", patient, error)
        self.missed[patient] = None if forgotten else str(error)
        self.let_go(patient)
