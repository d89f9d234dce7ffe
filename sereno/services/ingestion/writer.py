"""From what arrived to what one transaction keeps.

Nothing here waits: each call does what is at hand.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from sereno.domain.clock import due
from sereno.domain.errors import (
    Conflict,
    Forgotten,
    InvalidEntry,
    LetterSettled,
    MalformedInput,
    NotFound,
    SerenoError,
)
from sereno.domain.stream import Batch, MovementKind, Observation
from sereno.domain.surveillance import Condition
from sereno.ports import Command, Received, Sifted, Unsifted
from sereno.scoring.limits import MOST_AHEAD
from sereno.services import equipment
from sereno.services.absence import Absence
from sereno.services.foundation import Foundation
from sereno.services.ingestion.commands import CommandHandler, GoingOn
from sereno.services.ingestion.listening import listened
from sereno.services.ingestion.merging import Merging
from sereno.services.ingestion.rescoring import Rescoring
from sereno.services.ingestion.roster import BEYOND_REACH, TICK, Roster
from sereno.services.ingestion.sources import NOBODY, Found, Item, Lost
from sereno.services.ingestion.stay import Stays, grace, leaves
from sereno.services.ingestion.tally import Tally
from sereno.services.ingestion.transaction import (
    LONG_AGO,
    Changes,
    Transaction,
    Watched,
    put_off,
    tell,
)

# Work is gathered for no longer than this before it is kept, however much is waiting.
CEILING: Final = timedelta(milliseconds=200)
TAKEN_AT_ONCE: Final = 512
FOREVER: Final = datetime.max.replace(tzinfo=UTC)
FAULT: Final = "Sereno failed at it, which is a fault; see the folder logs, and report it"
ELSEWHERE: Final = "another process watches the patient; send it there"
_log = logging.getLogger(__name__)


class Writer:
    """Works out what each transaction keeps about those on the roster. Blocking; one thread."""

    def __init__(self, foundation: Foundation, roster: Roster) -> None:
        self._store = foundation.store
        self._inbox = foundation.inbox
        self._commands = foundation.commands
        self._clock = foundation.clock
        self._roster = roster
        self._stays = Stays(foundation, roster)
        self._merging = Merging(foundation)
        self._rescoring = Rescoring(foundation, roster)
        self._strays: set[str] = set()  # of whom it was told that what waits can not be worked in
        self._told: list[Lost | Found] = []  # what sources say of themselves

    def prepare(self, transaction: Transaction, waiting: deque[Item], tally: Tally) -> None:
        """Work through what is waiting, the commands and the time that has passed.

        Takes from the left of `waiting` until it is empty or the ceiling is reached. Where the
        database refuses, ask again with the same one: nothing is lost and nothing done twice.
        """
        self._roster.renew()
        self._stays.let_go(transaction)
        self._learn(transaction)
        until = time.monotonic() + CEILING.total_seconds()
        while waiting and time.monotonic() < until:
            self._take_in(transaction, waiting, tally)
        self._stays.end_unnamed(transaction)
        self._merging.begin(transaction)
        for command in self._waiting():
            self._obey(transaction, command)
        self._begin_anew(transaction)
        self._pass_time(transaction)
        self._come_back(transaction)
        self._tell_of_sources(transaction)
        self._complete(transaction)

    def keep(self, transaction: Transaction) -> None:
        """Commit, of those whom we still watch."""
        self._roster.renew()
        self._drop(
            transaction,
            {each.patient for each in transaction.commits} - self._roster.watched.keys(),
        )
        try:
            self._store.commit(transaction.commits, transaction.dead_letters)
        except LetterSettled:
            # Somebody put a letter aside while it was replayed: its values are kept all the same.
            commits = [replace(each, letters=()) for each in transaction.commits]
            self._store.commit(commits, transaction.dead_letters)
        self._stays.kept(transaction)

    def carry_out(self, patient: str) -> bool:
        """Carry out what waits for one patient whom nobody else watches; False if one does."""
        if not self._roster.take(self._store.find(patient)):
            return False
        try:
            transaction = Transaction()
            for command in self._commands.pending({patient}):
                self._obey(transaction, command)
            self._begin_anew(transaction)
            self._complete(transaction)
            while transaction.commits:
                self._store.commit(transaction.commits)
                self.rescore(transaction := Transaction(), at_once=True)
        finally:
            self._roster.returned.clear()  # nobody watches again because of one command
            self._roster.let_go(patient)
        return True

    def claim_strays(self) -> None:
        """Watch whoever of whom something waits in the inbox, and nobody watches.

        What is of somebody forgotten is forgotten too.
        """
        for patient in self._inbox.waiting() - self._roster.watched.keys():
            try:
                if self._roster.take(self._store.find(patient)):
                    self._stays.expected(patient)
            except Forgotten:
                self._inbox.drop(patient)
            except BEYOND_REACH as error:  # it stays, until the patient can be read again
                if patient not in self._strays:
                    _log.error("what waits for patient %s can not be worked in: %s", patient, error)
                self._strays.add(patient)

    def merge(self, transaction: Transaction) -> bool:
        """Some of what is to be copied from one record to another; whether it can be kept.

        What can not be copied, since one of the two can not be read, goes to the dead letters;
        where another process watches the patient, it is left to that.
        """
        copy = self._merging.first
        try:
            found = self._merging.next()
            ours = self._roster.take(self._store.find(copy.into))
        except BEYOND_REACH as error:
            transaction.bury_merge(self._merging.give_up(), str(error))
            return False
        if not ours:
            transaction.hand_on(self._merging.give_up(), ELSEWHERE)
            return False
        self._stays.expected(copy.into)
        sifted = self._store.sift(copy.into, found.observations, found.waveforms)
        self._observe(transaction, copy.into, sifted, [found], copied=True)
        self._complete(transaction)
        return True

    @property
    def merges(self) -> bool:
        """Whether anything is to be copied from one record to another."""
        return bool(self._merging)

    def merged(self, transaction: Transaction) -> None:
        """What `merge` prepared is kept; what told the merge is done once all of it is."""
        told = self._merging.done()
        if told is not None:
            transaction.arrived.append(told)

    def rescore(self, transaction: Transaction, *, at_once: bool = False) -> bool:
        """Judge anew some of what came late; False where there is nothing to be judged.

        `at_once` although more may be coming behind it.
        """
        patient = self._rescoring.next(at_once=at_once)
        if patient is None:
            return False
        self._rescoring.step(transaction, patient)
        self._complete(transaction)
        return True

    def conclude(self) -> Transaction:
        """What has grown since it was last told: ongoing episodes and open alarms as they stand."""
        transaction = Transaction()
        for patient, watched in self._roster.watched.items():
            found = watched.watch.latest
            if found.episodes or found.alarms:
                transaction.of(patient).add(replace(found, scores=()))
        self._complete(transaction)
        return transaction

    def interrupted(self, since: datetime) -> Transaction:
        """That nobody could be watched from `since` until now, to be kept."""
        transaction, now = Transaction(), self._clock.now()
        for patient in self._roster.living:
            self._tell_stopped(transaction.of(patient), since, now)
        self._complete(transaction)
        return transaction

    def absent(self, absence: Absence) -> Transaction:
        """That nobody watched for a while, of whom the watchdog has not told it, to be kept.

        Who stopped Sereno on purpose knew of it, but not that a watch could not go on and a limit
        set for the patient is lost: that is told aloud, as it is without an absence.
        """
        transaction = Transaction()
        told = self._told_stopped() | self._roster.anew
        self._begin_anew(transaction, absence.since)
        for patient in self._roster.living:
            self._roster.watched[patient].watch.expect(absence.until)
            transaction.of(patient).moved = True
        for patient in (each for each in self._roster.living if each not in told):
            changes = transaction.of(patient)
            if absence.planned:
                alarm, events = equipment.paused(patient, absence.since, absence.until)
                changes.alarm([alarm], events)
            else:
                self._tell_stopped(changes, absence.since, absence.until)
        self._complete(transaction)
        return transaction

    def drop_unreachable(self, transaction: Transaction) -> bool:
        """Take out of `transaction` who was forgotten or damaged meanwhile; whether anybody was."""
        there = {each.patient for each in transaction.commits} | transaction.changes.keys()
        for patient in there:
            with self._roster.apart(patient):
                self._store.state(patient)
        self._drop(transaction, gone := there - self._roster.watched.keys())
        return bool(gone)

    def _complete(self, transaction: Transaction) -> None:
        """Turn the changes into commits, each with the state from which watching goes on."""
        self._drop(transaction, transaction.changes.keys() - self._roster.watched.keys())
        transaction.commits += [
            changes.commit(self._roster.watched[each], self._clock.now())
            for each, changes in transaction.changes.items()
        ]

    def _drop(self, transaction: Transaction, patients: Iterable[str]) -> None:
        """Keep nothing of who is watched no more."""
        for patient in patients:
            if patient in self._roster.missed:
                transaction.drop(patient, self._roster.missed[patient])
            else:
                transaction.drop_elsewhere(patient, ELSEWHERE)

    def _learn(self, transaction: Transaction) -> None:
        """What senders have told of a patient may change how they are scored."""
        for patient, known in self._roster.changed.items():
            watched = self._roster.watched.get(patient)
            if watched is not None:
                watched.learn(known)
                if findings := watched.watch.set_patient(watched.patient):
                    transaction.of(patient).add(findings)
        self._roster.changed.clear()

    def _take_in(self, transaction: Transaction, waiting: deque[Item], tally: Tally) -> None:
        """Take some of what waits: first what the database must say about it, then all the rest.

        It ceases to wait once it is in `transaction`.
        """
        items = list(islice(waiting, TAKEN_AT_ONCE))
        arrived = [each for each in items if isinstance(each, Received)]
        sifted = self._sift(transaction, arrived)
        ends = self._stays.going_on(each for each in arrived if each.patient in sifted)
        # Nothing is asked of the database from here on: what is taken is taken wholly.
        for _ in items:
            waiting.popleft()
        self._told += [each for each in items if not isinstance(each, Received)]
        for each in arrived:
            tally.received_batch(each.batch, each.patient)
            self._file(transaction, each, sifted)
        for patient, found in sifted.items():
            tally.sifted(found)
            batches = [each.batch for each in arrived if each.patient == patient]
            if patient in self._roster.watched:
                self._follow(transaction, patient, found, batches, ends.get(patient))

    def _follow(
        self,
        transaction: Transaction,
        patient: str,
        sifted: Sifted,
        batches: Sequence[Batch],
        end: GoingOn | None,
    ) -> None:
        """What was measured, between who came and who went."""
        watched = self._roster.watched[patient]
        moves = [each for each in batches if each.movement is not None]
        gone = [moves.pop()] if moves and leaves(moves[-1]) else []
        for each in moves:
            self._stays.move(transaction, watched, each, end)
        self._observe(transaction, patient, sifted, batches)
        for each in gone:
            self._stays.move(transaction, watched, each, end)

    def _sift(self, transaction: Transaction, arrived: list[Received]) -> dict[str, Sifted]:
        """What is new of each patient whom we watch."""
        by_patient: dict[str, list[Batch]] = {}
        for each in arrived:
            if each.patient is not None:
                by_patient.setdefault(each.patient, []).append(each.batch)
        found = self._store.sift_each(
            {
                patient: _unsifted(transaction.changes.get(patient), batches)
                for patient, batches in by_patient.items()
                if self._watches(patient)
            }
        )
        sifted = {}
        for patient, its in found.items():
            with self._roster.apart(patient):
                if isinstance(its, SerenoError):
                    raise its
                sifted[patient] = its
        return sifted

    def _watches(self, patient: str) -> bool:
        """Whether we watch them, from now on if need be."""
        if patient not in self._roster.watched:
            with self._roster.apart(patient):
                self._roster.take(self._store.find(patient))
        return patient in self._roster.watched

    def _file(self, transaction: Transaction, item: Received, sifted: Mapping[str, Sifted]) -> None:
        """Note what this transaction is made of; what nobody takes goes to the dead letters."""
        batch, patient = item.batch, item.patient
        if patient is not None and patient not in sifted and patient not in self._roster.missed:
            _log.warning("what came for patient %s is left to who watches them", patient)
            transaction.hand_on(item, ELSEWHERE)
            return
        transaction.dead_letters += [(batch.source, each) for each in batch.rejected]
        if patient is None:
            transaction.bury(item, item.refused or NOBODY)
        elif patient not in sifted and (reason := self._roster.missed[patient]):
            transaction.bury(item, reason)
        elif patient in sifted and _merges(batch):
            self._merging.told.append(item)  # it waits in the inbox until all is copied
            return
        transaction.arrived.append(item)

    def _observe(
        self,
        transaction: Transaction,
        patient: str,
        sifted: Sifted,
        batches: Sequence[Batch],
        *,
        copied: bool = False,
    ) -> None:
        """What was measured of a patient. What is `copied` was scored in another record."""
        watched = self._roster.watched[patient]
        live = batches[-1].live
        self._turn_back(watched)
        if any(map(_measures, batches)):
            self._stays.heard(watched, live=live)
        if not (sifted.new or sifted.corrections or sifted.waveforms):
            return
        changes = transaction.of(patient)
        found = listened(watched, sifted, self._latest(live=live))
        changes.observations += found
        changes.waveforms += sifted.waveforms
        if (discharge := watched.patient.discharged) is not None:
            if not self._stays.take_back(watched, changes, batches):
                put_off(watched, changes, [each for each in found if each.time <= discharge.at])
                return
            back = discharge.at + grace(watched.patient)
            found, live = [each for each in found if each.time > back], True
        changes.moved |= watched.live != live
        watched.live = live
        self._tell(watched, changes, found, copied=copied)

    def _tell(
        self,
        watched: Watched,
        changes: Changes,
        observations: list[Observation],
        *,
        copied: bool,
    ) -> None:
        """Tell the watch; of the living, not what is dated in the future: it would blind it."""
        now, latest = self._clock.now(), self._latest(live=watched.live)
        believed = [each for each in observations if each.time <= latest]
        late = tell(watched, changes, believed, now)
        if not copied and put_off(watched, changes, late):
            self._rescoring.came(watched.patient.id)
        misdated = {each.source: each.time for each in observations if each.time > latest}
        for source, at in misdated.items():
            changes.add(watched.watch.misdated(source, at, now))

    def _turn_back(self, watched: Watched) -> None:
        """Our own clock may have run ahead, and be right again."""
        now, its = self._clock.now(), watched.watch.now
        if watched.live and its is not None and its > now + MOST_AHEAD:
            _log.error("the clock was set back: patient %s is watched by it", watched.patient.id)
            watched.watch.turn_back(now)

    def _latest(self, *, live: bool) -> datetime:
        """What is dated later is not believed; of a recording everything is."""
        return self._clock.now() + MOST_AHEAD if live else FOREVER

    def _begin_anew(self, transaction: Transaction, since: datetime | None = None) -> None:
        """Whose watch could not go on: say so, once, and end what nobody follows any more."""
        told = self._told_stopped()
        for patient in self._roster.anew & self._roster.watched.keys():
            with self._roster.apart(patient):
                now = self._clock.now()
                ongoing = [e for e in self._store.episodes(patient, LONG_AGO, now) if e.ongoing]
                changes = transaction.of(patient)
                changes.episodes |= {each.id: replace(each, end=each.last) for each in ongoing}
                changes.moved = True
                here = self._roster.watched[patient].patient.discharged is None
                if here and patient not in told:
                    self._tell_stopped(changes, since or now, now)
                self._roster.anew.discard(patient)

    def _told_stopped(self) -> set[str]:
        """Of whom an alarm that is still present says that nobody watches."""
        stopped = Condition.MONITORING_STOPPED
        return {each.patient for each in self._roster.returned if each.condition is stopped}

    def _tell_stopped(self, changes: Changes, since: datetime, now: datetime) -> None:
        """Nobody has watched since then, and it is over."""
        alarm, raised = equipment.stopped(changes.patient, since, now)
        alarm, gone = equipment.over(alarm, now)
        changes.alarm([alarm], [*raised, *gone])

    def _pass_time(self, transaction: Transaction) -> None:
        """Tell the watches of the living what time it is; a recording's time is its samples'."""
        now = self._clock.now()
        for patient, watched in self._roster.watched.items():
            self._turn_back(watched)
            if watched.live and due(watched.told, TICK, now):
                watched.told = now
                findings = watched.watch.advance(now)
                if findings:
                    transaction.of(patient).add(findings)

    def _come_back(self, transaction: Transaction) -> None:
        """What had stopped goes on, where no command has changed or closed the alarm meanwhile."""
        for each in self._roster.returned:
            changes = transaction.of(each.patient)
            alarm = changes.alarms.get(each.id, each)
            if alarm.present:
                changed, events = equipment.over(alarm, self._clock.now())
                changes.alarm([changed], events)
        self._roster.returned.clear()

    def _tell_of_sources(self, transaction: Transaction) -> None:
        """Sources were lost or found: whoever they feed is told; a recording has merely ended."""
        while self._told:
            told = self._told[0]
            for patient in told.patients & set(self._roster.living):
                with self._roster.apart(patient):
                    self._tell_of_source(transaction, patient, told)
            del self._told[0]

    def _tell_of_source(self, transaction: Transaction, patient: str, told: Lost | Found) -> None:
        now, silent = self._clock.now(), Condition.SOURCE_SILENT
        streams = {each.id: each for each in self._roster.watched[patient].watch.latest.alarms}
        kept = {each.id: each for each in self._store.alarms(patient, active=True)}
        known = kept | transaction.changes.get(patient, Changes(patient)).alarms | streams
        present = [each for each in known.values() if each.condition is silent and each.present]
        if isinstance(told, Found):
            for each in present:
                if each.source == told.source and each.id not in streams:
                    changed, events = equipment.over(each, now)
                    transaction.of(patient).alarm([changed], events)
        elif not present:
            alarm, events = equipment.source_lost(patient, told.source, now)
            transaction.of(patient).alarm([alarm], events)

    def _waiting(self) -> list[Command]:
        """Commands for ours first: many for patients whom others watch must not hold them up."""
        ours = self._commands.pending(self._roster.watched.keys()) if self._roster.watched else []
        others = self._commands.pending()
        return [*ours, *(each for each in others if each.patient not in self._roster.watched)]

    def _obey(self, transaction: Transaction, command: Command) -> None:
        """Carry a command out, or refuse it and say why; leave it to whoever has the patient.

        A database that refuses is no fault of the command: it waits until that is over.
        """
        with self._roster.apart(command.patient), self._refusing(command):
            if command.patient not in self._roster.watched:
                if not self._roster.take(self._store.find(command.patient)):
                    return
                self._stays.visited(command.patient)
            changes = transaction.of(command.patient)
            if command.id in changes.carried_out:
                return
            watched = self._roster.watched[command.patient]
            handler = CommandHandler(self._store, watched, changes, transaction.letters)
            handler.carry_out(command)
            self._stays.carried_out(command)

    @contextmanager
    def _refusing(self, command: Command) -> Iterator[None]:
        try:
            yield
        except (InvalidEntry, MalformedInput, Conflict, NotFound) as error:
            self._commands.refuse(command.id, str(error))
        except SerenoError:
            raise
        except Exception:
            # A fault of ours: the watch may be half changed, and begins again from what was kept.
            # The command must not be there by then, or it would end every process that starts.
            with suppress(SerenoError):
                self._commands.refuse(command.id, FAULT)
            raise


def _unsifted(there: Changes | None, batches: Sequence[Batch]) -> Unsifted:
    """What came of a patient, beside what is there of them already."""
    return Unsifted(
        observations=[each for batch in batches for each in batch.observations],
        waveforms=[each for batch in batches for each in batch.waveforms],
        pending=there.observations if there else (),
        pending_waveforms=there.waveforms if there else (),
    )


def _merges(batch: Batch) -> bool:
    return batch.movement is not None and batch.movement.kind is MovementKind.MERGED


def _measures(batch: Batch) -> bool:
    return bool(batch.observations or batch.waveforms)
