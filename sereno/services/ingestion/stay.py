"""Who is at hand and not to be watched, until they are let go of; and who is back on the ward."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.errors import SerenoError
from sereno.domain.patients import Patient, Stay
from sereno.domain.stream import BED, Batch, Movement, MovementKind, Quality
from sereno.ports import Command, CommandKind, Received
from sereno.services.foundation import Foundation
from sereno.services.ingestion.commands import CommandHandler, GoingOn
from sereno.services.ingestion.roster import Roster
from sereno.services.ingestion.transaction import Changes, Transaction, Watched

# Monitors go on sending while leads come off: what is taken later is of a patient who is back.
BACK_AFTER: Final = timedelta(minutes=10)
# The lease of a discharged patient is let go of once nothing has come of them for so long.
QUIET: Final = timedelta(seconds=5)
OURSELVES: Final = "sereno"  # in the audit log: what nobody asked for
TOLD: Final = "told by the hospital's system"
_log = logging.getLogger(__name__)


class Stays:
    """The beginning and the end of being watched, of those on the roster. Blocking; one thread.

    It is told what happens to a patient: `visited` by a command, `heard` of by a source, a command
    `carried_out`, a transaction `kept`. It lets go of who is not to be watched, and takes back who
    was discharged and is measured again.
    """

    def __init__(self, foundation: Foundation, roster: Roster) -> None:
        self._store = foundation.store
        self._clock = foundation.clock
        self._audit = foundation.audit
        self._roster = roster
        self._leaving: dict[str, datetime] = {}  # not to be watched: when to let go of them
        self._taken: list[tuple[str, str]] = []  # beds that somebody is told to lie in, and by whom
        self._unaudited: list[str] = []  # readmitted by us, of which no line is written yet

    def expected(self, patient: str) -> None:
        """They were taken for what waits of them in the inbox."""
        self._leaving[patient] = self._clock.now() + QUIET

    def visited(self, patient: str) -> None:
        """They were taken for a command alone."""
        self._leaving[patient] = self._clock.now()

    def heard(self, watched: Watched, *, live: bool) -> None:
        """Something came of them, even if only what is known already: it took them up as well."""
        if watched.patient.discharged is not None:
            self._leaving[watched.patient.id] = self._clock.now() + QUIET
        elif live:
            self._leaving.pop(watched.patient.id, None)

    def carried_out(self, command: Command) -> None:
        """Who was discharged is let go of; who is readmitted to the ward is watched from now on."""
        patient = command.patient
        if command.kind is CommandKind.DISCHARGE:
            self._leaving[patient] = self._clock.now()
            self._roster.anew.discard(patient)
        elif command.kind is CommandKind.READMIT and self._roster.watched[patient].live:
            self._leaving.pop(patient, None)

    def going_on(self, batches: Iterable[Received]) -> dict[str, GoingOn]:
        """What the record holds of those who are told to have gone. It changes nothing."""
        now = self._clock.now()
        gone = {each.patient for each in batches if each.patient and leaves(each.batch)}
        found = {}
        for patient in gone:
            with self._roster.apart(patient):
                found[patient] = GoingOn.of(self._store, patient, now)
        return found

    def move(
        self, transaction: Transaction, watched: Watched, batch: Batch, found: GoingOn | None
    ) -> None:
        """A hospital system tells that they came, moved or went; told twice, it is done once.

        `found` is of who has gone. It asks nothing of the database.
        """
        movement, discharge = batch.movement, watched.patient.discharged
        if movement is None or movement.kind is MovementKind.MERGED:
            return
        if movement.kind is MovementKind.DISCHARGED:
            if found is not None and not _measured_since(found, movement, watched):
                self._end(transaction, watched, batch.source, movement.time, found)
            return
        anew = movement.kind is MovementKind.READMITTED
        if discharge is not None and (anew or movement.time > discharge.at):
            self._leaving.pop(watched.patient.id, None)
            watched.readmit(self._clock.now(), live=True, awaited=False)
            transaction.of(watched.patient.id).turn(Stay())
        self._taken += [(bed, batch.source) for bed in (watched.patient.bed,) if bed]

    def end_unnamed(self, transaction: Transaction) -> None:
        """End the watch of whoever was in a bed before it was told whose it is.

        Where the database refuses, ask again: what is done is done.
        """
        now = self._clock.now()
        while self._taken:
            bed, source = self._taken[-1]
            for watched in self._unnamed_in(bed):
                with self._roster.apart(watched.patient.id):
                    found = GoingOn.of(self._store, watched.patient.id, now)
                    self._end(transaction, watched, source, now, found)
            self._taken.pop()

    def _end(
        self,
        transaction: Transaction,
        watched: Watched,
        source: str,
        left: datetime,
        found: GoingOn,
    ) -> None:
        if watched.patient.discharged is None:
            now, patient = self._clock.now(), watched.patient.id
            handler = CommandHandler(self._store, watched, transaction.of(patient))
            handler.end_stay(source, TOLD, min(left, now), now, found)
            self._leaving[patient] = now
            self._roster.anew.discard(patient)
            self._roster.forget_beds()

    def _unnamed_in(self, bed: str) -> list[Watched]:
        return [
            each
            for each in self._roster.watched.values()
            if each.patient.authority == BED and _alike(each.patient.bed or "", bed)
        ]

    def let_go(self, transaction: Transaction) -> None:
        """Let go of whose time has come, once all of them is kept."""
        now = self._clock.now()
        for patient in [each for each, at in self._leaving.items() if at <= now]:
            watched = self._roster.watched.get(patient)
            if patient not in transaction.changes and not (watched and watched.watch.late):
                self._roster.let_go(patient)
                del self._leaving[patient]

    def take_back(self, watched: Watched, changes: Changes, batches: Sequence[Batch]) -> bool:
        """Readmit who was discharged and is measured again; whether they are on the ward."""
        patient, discharge = watched.patient.id, watched.patient.discharged
        if discharge is None:
            return True
        if not self._is_back(discharge.at + grace(watched.patient), batches):
            return False
        _log.warning("discharged patient %s is measured again: readmitted", patient)
        self._leaving.pop(patient, None)
        watched.readmit(self._clock.now(), live=True, awaited=False)
        changes.turn(Stay())
        changes.taken_back = True
        return True

    def kept(self, transaction: Transaction) -> None:
        """Note in the audit log whom we took back; what it does not take is tried again next time.

        The stream goes on meanwhile: whoever is back is watched, and an error says what is missing.
        """
        self._unaudited += [each for each, its in transaction.changes.items() if its.taken_back]
        while self._unaudited:
            patient = self._unaudited[0]
            try:
                self._audit.record(OURSELVES, "readmitted", patient)
            except SerenoError as error:
                _log.error("readmitted of patient %s is not in the audit log: %s", patient, error)
                return
            del self._unaudited[0]

    def _is_back(self, until: datetime, batches: Sequence[Batch]) -> bool:
        """Whether a good value was taken after the grace.

        Leads that are off, or a recording, are no sign of the patient; a clock that runs ahead
        proves nothing.
        """
        now = self._clock.now()
        return any(
            each.quality is Quality.GOOD and min(each.time, now) > until
            for batch in batches
            if batch.live
            for each in batch.observations
        )


def grace(patient: Patient) -> timedelta:
    """How long after their discharge what is measured is no sign that they are back.

    None for whoever is known by a bed alone: what comes of it is of somebody who lies there, since
    it comes under the name of whoever is told to, while anybody is.
    """
    return timedelta() if patient.authority == BED else BACK_AFTER


def leaves(batch: Batch) -> bool:
    """Whether it tells that somebody has gone."""
    return batch.movement is not None and batch.movement.kind is MovementKind.DISCHARGED


def _measured_since(found: GoingOn, movement: Movement, watched: Watched) -> bool:
    """Whether they were measured long after they are said to have gone: it is told too late.

    They came back, or an old message was sent again. A recording is no sign of anybody.
    """
    if not watched.live or found.measured is None:
        return False
    return found.measured > movement.time + BACK_AFTER


def _alike(bed: str, other: str) -> bool:
    return bed.casefold().split() == other.casefold().split()
