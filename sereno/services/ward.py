"""The patients whom a process watches: from what arrived to what one transaction keeps.

A process watches a patient only while it holds that patient's lease, so that no score is computed
from halves and no alarm is raised twice. Nothing here waits: each call does what is at hand.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from sereno.domain.errors import (
    Conflict,
    Forgotten,
    KeyUnavailable,
    MalformedInput,
    NotFound,
    StorageError,
    Unreadable,
)
from sereno.domain.patients import Patient
from sereno.domain.stream import Batch, Observation, Subject
from sereno.domain.surveillance import Alarm, Condition
from sereno.ports import Command, Sifted
from sereno.scoring.limits import AHEAD
from sereno.scoring.watch import Watch
from sereno.services import equipment
from sereno.services.foundation import Foundation
from sereno.services.live import is_live, resumed
from sereno.services.orders import Desk
from sereno.services.sheet import Sheet, Watched, Work, in_order
from sereno.services.sources import Arrived, Found, Item, Lost
from sereno.services.tally import Tally

SUBJECTS_KEPT: Final = 4096
# What concerns one patient alone: their record is damaged, or there is none any more.
BEYOND_REACH: Final = (Unreadable, KeyUnavailable, Forgotten, NotFound)
# Work is gathered for no longer than this before it is kept, however much is waiting.
CEILING: Final = timedelta(milliseconds=200)
TAKEN_AT_ONCE: Final = 64
TICK: Final = timedelta(seconds=1)
FOREVER: Final = datetime.max.replace(tzinfo=UTC)
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY: Final = "it names no patient; name one with --patient"
ELSEWHERE: Final = "another process watches the patient; send it there"
_log = logging.getLogger(__name__)


def lease_of(patient: str) -> str:
    """The name of the lease that whoever writes about a patient holds."""
    return f"patient:{patient}"


class Ward:
    """The patients at hand. Blocking; one thread at a time.

    `holder` names this process in the leases, each of which is taken for `hold`.
    """

    def __init__(self, foundation: Foundation, *, holder: str, hold: timedelta) -> None:
        self._store = foundation.store
        self._commands = foundation.commands
        self._leases = foundation.leases
        self._clock = foundation.clock
        self._holder = holder
        self._hold = hold
        self._watched: dict[str, Watched] = {}
        self._subjects: dict[Subject, str] = {}
        self._returned: list[Alarm] = []  # of monitoring that had stopped until we took over
        self._changed: dict[str, Patient] = {}  # by what a sender has told since
        self._anew: set[str] = set()  # whose watch could not go on where it had ended
        self._told: list[Lost | Found] = []  # what sources say of themselves
        self._borrowed: set[str] = set()  # taken for a command alone
        self._renewed = self._clock.now()
        # Who can not be watched, and why; without a reason who was forgotten.
        self._missed: dict[str, str | None] = {}

    @property
    def out_of_reach(self) -> list[str]:
        """The ids of those who can not be watched since their record is damaged."""
        return sorted(patient for patient, reason in self._missed.items() if reason)

    @property
    def patients(self) -> list[str]:
        """The ids of the patients who are being watched now, recordings aside."""
        return [each.patient.id for each in self._watched.values() if each.live]

    # --- who is watched ---------------------------------------------------------------------

    def admit(self, subject: Subject) -> str | None:
        """The id of whom `subject` names; None while another process holds the patient."""
        known = self._subjects.get(subject)
        if known in self._watched:
            return known
        patient = self._store.admit(subject)
        try:
            if not self._take(patient):
                return None
        except BEYOND_REACH as error:
            self._miss(patient.id, error)
            raise
        if patient != self._watched[patient.id].patient:
            self._changed[patient.id] = patient
        if len(self._subjects) >= SUBJECTS_KEPT:
            self._subjects.clear()
        self._subjects[subject] = patient.id
        return patient.id

    def adopt(self) -> None:
        """Go on watching whoever was being watched when the last process ended."""
        for damaged in self._store.unreadable():
            _log.error("patient %s can not be read: see docs/how-to/back-up.md", damaged)
        for patient in self._store.patients():
            with self._apart(patient.id):
                if patient.id not in self._watched and is_live(self._store.state(patient.id)):
                    self._take(patient)

    def renew(self) -> None:
        """Keep the leases; let go of a patient whose lease another process has taken."""
        now = self._clock.now()
        if now - self._renewed < self._hold / 3:
            return
        held = self._leases.renew(self._holder, self._hold)
        overdue = now - self._renewed > self._hold
        for patient in [each for each in self._watched if lease_of(each) not in held]:
            _log.error("another process took over patient %s", patient)
            self._watched.pop(patient)
        if overdue:  # we hung, and somebody may have said so
            for patient in list(self._watched):
                with self._apart(patient):
                    self._find_returned(patient)
        self._renewed = now

    def leave(self) -> None:
        """Give every lease back."""
        for patient in list(self._watched):
            try:
                self._let_go(patient)
            except StorageError as refused:
                _log.warning("a lease is left to run out: %s", refused)

    def _take(self, patient: Patient) -> bool:
        if patient.id in self._watched:
            return True
        if not self._leases.acquire(lease_of(patient.id), self._holder, self._hold):
            return False
        state, now = self._store.state(patient.id), self._clock.now()
        watch, went_on = resumed(patient, state, now) if state else (Watch(patient), True)
        self._watched[patient.id] = Watched(patient, watch, is_live(state), now - TICK)
        self._find_returned(patient.id)
        if not went_on:
            self._anew.add(patient.id)
        self._missed.pop(patient.id, None)
        return True

    def _find_returned(self, patient: str) -> None:
        """Find what our watching again puts an end to: alarms that are not of the stream."""
        streams = {alarm.id for alarm in self._watched[patient].watch.latest.alarms}
        self._returned += [
            alarm
            for alarm in self._store.alarms(patient, active=True)
            if alarm.present and alarm.id not in streams
        ]

    def _let_go(self, patient: str) -> None:
        self._leases.release(lease_of(patient), self._holder)
        self._watched.pop(patient, None)

    @contextmanager
    def _apart(self, patient: str) -> Iterator[None]:
        """Whoever can not be read is watched no more, which keeps nobody else from it."""
        try:
            yield
        except BEYOND_REACH as error:
            self._miss(patient, error)

    def _miss(self, patient: str, error: Exception) -> None:
        """Let go of somebody out of reach, and tell it once of who is not forgotten."""
        forgotten = isinstance(error, Forgotten | NotFound)
        if not forgotten and patient not in self._missed:
            _log.error("patient %s is not watched: %s", patient, error)
        self._missed[patient] = None if forgotten else str(error)
        self._let_go(patient)

    # --- what one transaction keeps ---------------------------------------------------------

    def prepare(self, work: Work, waiting: deque[Item], tally: Tally) -> None:
        """Work through what is waiting, the commands and the time that has passed.

        Takes from the left of `waiting` until it is empty or the ceiling is reached. Where the
        database refuses, ask again with the same `work`: nothing is lost and nothing done twice.
        """
        self.renew()
        self._give_back(self._borrowed - work.sheets.keys())
        self._learn(work)
        until = time.monotonic() + CEILING.total_seconds()
        while waiting and time.monotonic() < until:
            self._take_in(work, waiting, tally)
        for command in self._waiting():
            self._obey(work, command)
        self._begin_anew(work)
        self._pass_time(work)
        self._come_back(work)
        self._tell_of_sources(work)
        self._complete(work)

    def keep(self, work: Work) -> None:
        """Commit, of those whom we still watch."""
        self.renew()
        self._drop(work, {each.patient for each in work.commits} - self._watched.keys())
        self._store.commit(work.commits, work.dead_letters)

    def carry_out(self, patient: str) -> bool:
        """Carry out what waits for one patient whom nobody else watches; False if one does."""
        if not self._take(self._store.find(patient)):
            return False
        try:
            work = Work()
            for command in self._commands.pending({patient}):
                self._obey(work, command)
            self._begin_anew(work)
            self._complete(work)
            if work.commits:
                self._store.commit(work.commits)
        finally:
            self._returned.clear()  # nobody watches again because of one command
            self._let_go(patient)
        return True

    def conclude(self) -> Work:
        """What has grown since it was last told: ongoing episodes and open alarms as they stand."""
        work = Work()
        for patient, watched in self._watched.items():
            found = watched.watch.latest
            if found.episodes or found.alarms:
                work.sheet(patient).add(replace(found, scores=()))
        self._complete(work)
        return work

    def interrupted(self, since: datetime) -> Work:
        """That nobody could be watched from `since` until now, as work to be kept."""
        work, now = Work(), self._clock.now()
        for patient in self.patients:
            alarm, raised = equipment.stopped(patient, since, now)
            alarm, gone = equipment.over(alarm, now)
            work.sheet(patient).alarm([alarm], [*raised, *gone])
        self._complete(work)
        return work

    def drop_unreachable(self, work: Work) -> bool:
        """Take out of `work` who was forgotten or damaged meanwhile; whether anybody was."""
        there = {each.patient for each in work.commits} | work.sheets.keys()
        for patient in there:
            with self._apart(patient):
                self._store.state(patient)
        self._drop(work, gone := there - self._watched.keys())
        return bool(gone)

    # --- the parts of it --------------------------------------------------------------------

    def _complete(self, work: Work) -> None:
        """Turn the sheets into commits, each with the state from which watching goes on."""
        self._drop(work, work.sheets.keys() - self._watched.keys())
        work.commits += [sheet.commit(self._watched[each]) for each, sheet in work.sheets.items()]

    def _drop(self, work: Work, patients: Iterable[str]) -> None:
        """Keep nothing of who is watched no more; what others watch is not acknowledged."""
        for patient in patients:
            ours = patient in self._missed
            reason = self._missed[patient] if ours else ELSEWHERE
            work.drop(patient, reason, acknowledge=ours)

    def _give_back(self, patients: Iterable[str]) -> None:
        for patient in tuple(patients):
            self._let_go(patient)
            self._borrowed.discard(patient)

    def _learn(self, work: Work) -> None:
        """What senders have told of a patient may change how they are scored."""
        for patient, known in self._changed.items():
            watched = self._watched.get(patient)
            if watched is not None:
                watched.patient = known
                if findings := watched.watch.set_patient(known):
                    work.sheet(patient).add(findings)
        self._changed.clear()

    def _take_in(self, work: Work, waiting: deque[Item], tally: Tally) -> None:
        """Take some of what waits: first what the database must say about it, then all the rest.

        It ceases to wait once it is in `work`.
        """
        items = list(islice(waiting, TAKEN_AT_ONCE))
        arrived = [each for each in items if isinstance(each, Arrived)]
        sifted = self._sift(work, arrived)
        for _ in items:
            waiting.popleft()
        self._told += [each for each in items if not isinstance(each, Arrived)]
        for each in arrived:
            tally.received_batch(each.batch, each.patient)
            self._file(work, each, sifted)
        for patient, found in sifted.items():
            tally.sifted(found)
            live = [each.batch.live for each in arrived if each.patient == patient][-1]
            self._observe(work, patient, found, live=live)

    def _sift(self, work: Work, arrived: list[Arrived]) -> dict[str, Sifted]:
        """What is new of each patient whom we watch."""
        by_patient: dict[str, list[Batch]] = {}
        for each in arrived:
            if each.patient is not None:
                by_patient.setdefault(each.patient, []).append(each.batch)
        sifted = {}
        for patient, batches in by_patient.items():
            with self._apart(patient):
                if patient in self._watched or self._take(self._store.find(patient)):
                    sifted[patient] = self._sift_one(work.sheets.get(patient), patient, batches)
        return sifted

    def _sift_one(self, there: Sheet | None, patient: str, batches: list[Batch]) -> Sifted:
        return self._store.sift(
            patient,
            [each for batch in batches for each in batch.observations],
            [each for batch in batches for each in batch.waveforms],
            pending=there.observations if there else (),
            pending_waveforms=there.waveforms if there else (),
        )

    def _file(self, work: Work, item: Arrived, sifted: Mapping[str, Sifted]) -> None:
        """Note whom to answer; what nobody takes goes to the dead letters."""
        batch, patient = item.batch, item.patient
        work.dead_letters += [(batch.source, each) for each in batch.rejected]
        if patient is None:
            work.bury(item, item.refused or NOBODY)
        elif patient not in sifted and patient not in self._missed:
            _log.error("what came for patient %s, whom others watch, is set apart", patient)
            work.bury(item, ELSEWHERE)
            return  # the sender is not told that it is kept: it is not in the record
        elif patient not in sifted and (reason := self._missed[patient]):
            work.bury(item, reason)
        work.arrived.append(item)

    def _observe(self, work: Work, patient: str, sifted: Sifted, *, live: bool) -> None:
        if not (sifted.new or sifted.corrections or sifted.waveforms):
            return
        sheet, watched = work.sheet(patient), self._watched[patient]
        sheet.observations += [*sifted.new, *sifted.corrections]
        sheet.waveforms += sifted.waveforms
        sheet.moved |= watched.live != live
        watched.live = live
        self._tell(watched, sheet, [*sifted.new, *sifted.corrections])

    def _tell(self, watched: Watched, sheet: Sheet, observations: list[Observation]) -> None:
        """Tell the watch; of the living, not what is dated in the future: it would blind it."""
        now = self._clock.now()
        latest = now + AHEAD if watched.live else FOREVER
        timely = [each for each in observations if each.time <= latest]
        if timely:
            sheet.add(watched.watch.observe(in_order(timely)))
        misdated = {each.source: each.time for each in observations if each.time > latest}
        for source, at in misdated.items():
            sheet.add(watched.watch.misdated(source, at, now))

    def _begin_anew(self, work: Work) -> None:
        """Whose watch could not go on: say so, and end what nobody follows any more."""
        for patient in self._anew & self._watched.keys():
            with self._apart(patient):
                now = self._clock.now()
                ongoing = [e for e in self._store.episodes(patient, LONG_AGO, now) if e.ongoing]
                alarm, raised = equipment.stopped(patient, now, now)
                alarm, gone = equipment.over(alarm, now)
                sheet = work.sheet(patient)
                sheet.alarm([alarm], [*raised, *gone])
                sheet.episodes |= {each.id: replace(each, end=each.last) for each in ongoing}
                sheet.moved = True
                self._anew.discard(patient)

    def _pass_time(self, work: Work) -> None:
        """Tell the watches of the living what time it is; a recording's time is its samples'."""
        now = self._clock.now()
        for patient, watched in self._watched.items():
            if watched.live and now - watched.told >= TICK:
                watched.told = now
                findings = watched.watch.advance(now)
                if findings:
                    work.sheet(patient).add(findings)

    def _come_back(self, work: Work) -> None:
        """What had stopped goes on."""
        for alarm in self._returned:
            changed, events = equipment.over(alarm, self._clock.now())
            work.sheet(alarm.patient).alarm([changed], events)
        self._returned.clear()

    def _tell_of_sources(self, work: Work) -> None:
        """Sources were lost or found: whoever they feed is told; a recording has merely ended."""
        while self._told:
            told = self._told[0]
            for patient in told.patients & set(self.patients):
                with self._apart(patient):
                    self._tell_of_source(work, patient, told)
            del self._told[0]

    def _tell_of_source(self, work: Work, patient: str, told: Lost | Found) -> None:
        now, silent = self._clock.now(), Condition.SOURCE_SILENT
        streams = {each.id: each for each in self._watched[patient].watch.latest.alarms}
        kept = {each.id: each for each in self._store.alarms(patient, active=True)}
        known = kept | work.sheets.get(patient, Sheet(patient)).alarms | streams
        present = [each for each in known.values() if each.condition is silent and each.present]
        if isinstance(told, Found):
            for each in present:
                if each.source == told.source and each.id not in streams:
                    changed, events = equipment.over(each, now)
                    work.sheet(patient).alarm([changed], events)
        elif not present:
            alarm, events = equipment.source_lost(patient, told.source, now)
            work.sheet(patient).alarm([alarm], events)

    def _waiting(self) -> list[Command]:
        """Commands for ours first: many for patients whom others watch must not hold them up."""
        ours = self._commands.pending(self._watched.keys()) if self._watched else []
        others = self._commands.pending()
        return [*ours, *(each for each in others if each.patient not in self._watched)]

    def _obey(self, work: Work, command: Command) -> None:
        """Carry a command out, or refuse it and say why; leave it to whoever has the patient.

        A database that refuses is no fault of the command: it waits until that is over.
        """
        with self._apart(command.patient), self._refusing(command):
            if command.patient not in self._watched:
                if not self._take(self._store.find(command.patient)):
                    return
                self._borrowed.add(command.patient)
            sheet = work.sheet(command.patient)
            if command.id in sheet.carried_out:
                return
            Desk(self._store, self._watched[command.patient], sheet).carry_out(command)

    @contextmanager
    def _refusing(self, command: Command) -> Iterator[None]:
        try:
            yield
        except (MalformedInput, Conflict, NotFound) as error:
            self._commands.refuse(command.id, str(error))
