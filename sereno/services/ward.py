"""The patients whom a process watches: from what arrived to what one transaction keeps.

A process watches a patient only while it holds that patient's lease, so that no score is computed
from halves and no alarm is raised twice. Nothing here waits: each call does what is at hand.
"""

import json
import logging
import time
from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.errors import Conflict, Forgotten, MalformedInput, NotFound
from sereno.domain.patients import Patient
from sereno.domain.stream import Batch, Rejected, Subject
from sereno.domain.surveillance import Alarm, Condition
from sereno.ports import Command
from sereno.scoring.watch import Watch
from sereno.services import equipment
from sereno.services.foundation import Foundation
from sereno.services.live import is_live, unframed
from sereno.services.orders import Desk
from sereno.services.sheet import Watched, Work, in_order
from sereno.services.sources import Arrived, GaveUp
from sereno.services.tally import Tally

SUBJECTS_KEPT: Final = 4096
# Work is gathered for no longer than this before it is kept, however much is waiting.
CEILING: Final = timedelta(milliseconds=200)
TAKEN_AT_ONCE: Final = 64
TICK: Final = timedelta(seconds=1)
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
        self._lost: list[GaveUp] = []
        self._borrowed: set[str] = set()  # taken for a command alone
        self._renewed = self._clock.now()

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
        if not self._take(patient):
            return None
        if len(self._subjects) >= SUBJECTS_KEPT:
            self._subjects.clear()
        self._subjects[subject] = patient.id
        return patient.id

    def adopt(self) -> None:
        """Go on watching whoever was being watched when the last process ended."""
        for patient in self._store.patients():
            if patient.id not in self._watched and is_live(self._store.state(patient.id)):
                self._take(patient)

    def renew(self) -> None:
        """Keep the leases; let go of a patient whose lease another process has taken."""
        now = self._clock.now()
        if now - self._renewed < self._hold / 3:
            return
        held = self._leases.renew(self._holder, self._hold)
        overdue = now - self._renewed > self._hold
        self._renewed = now
        for patient in [each for each in self._watched if lease_of(each) not in held]:
            _log.error("another process took over patient %s", patient)
            del self._watched[patient]
        if overdue:  # we hung, and somebody may have said so
            for patient in self._watched:
                self._find_returned(patient)

    def leave(self) -> None:
        """Give every lease back."""
        for patient in list(self._watched):
            self._let_go(patient)

    def _take(self, patient: Patient) -> bool:
        if patient.id in self._watched:
            return True
        if not self._leases.acquire(lease_of(patient.id), self._holder, self._hold):
            return False
        state = self._store.state(patient.id)
        watch = Watch.restore(patient, unframed(state)) if state else Watch(patient)
        untold = self._clock.now() - TICK
        self._watched[patient.id] = Watched(patient, watch, is_live(state), untold)
        self._find_returned(patient.id)
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
        del self._watched[patient]
        self._leases.release(lease_of(patient), self._holder)

    # --- what one transaction keeps ---------------------------------------------------------

    def prepare(self, waiting: deque[Arrived | GaveUp], tally: Tally) -> Work:
        """Work through what is waiting, the commands and the time that has passed.

        Takes from the left of `waiting` until it is empty or the ceiling is reached.
        """
        self.renew()
        for patient in self._borrowed:
            self._let_go(patient)
        self._borrowed.clear()
        work = Work()
        until = time.monotonic() + CEILING.total_seconds()
        while waiting and time.monotonic() < until:
            for patient, batches in self._taken(work, waiting, tally).items():
                self._receive(work, patient, batches, tally)
        for command in self._waiting():
            self._obey(work, command)
        self._pass_time(work)
        self._come_back(work)
        self._tell_lost(work)
        self._complete(work)
        return work

    def carry_out(self, patient: str) -> bool:
        """Carry out what waits for one patient whom nobody else watches; False if one does."""
        if not self._take(self._store.find(patient)):
            return False
        try:
            work = Work()
            for command in self._commands.pending({patient}):
                self._obey(work, command)
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

    def drop_forgotten(self, work: Work) -> None:
        """Take patients who were forgotten meanwhile out of `work`, and watch them no more."""
        for patient in list(work.sheets):
            try:
                self._store.state(patient)
            except (Forgotten, NotFound):
                work.commits = [each for each in work.commits if each.patient != patient]
                if self._watched.pop(patient, None):
                    self._leases.release(lease_of(patient), self._holder)

    # --- the parts of it --------------------------------------------------------------------

    def _complete(self, work: Work) -> None:
        """Turn the sheets into commits, each with the state from which watching goes on."""
        work.commits += [sheet.commit(self._watched[each]) for each, sheet in work.sheets.items()]

    def _taken(
        self, work: Work, waiting: deque[Arrived | GaveUp], tally: Tally
    ) -> dict[str, list[Batch]]:
        """Some of what waits, by patient; what names none goes to the dead letters."""
        by_patient: dict[str, list[Batch]] = {}
        for _ in range(min(len(waiting), TAKEN_AT_ONCE)):
            item = waiting.popleft()
            if isinstance(item, GaveUp):
                self._lost.append(item)
                continue
            tally.received_batch(item.batch, item.patient)
            work.dead_letters += [(item.batch.source, each) for each in _unread(item)]
            if item.patient is not None and not self._mine(item.patient):
                continue
            work.batches.append(item.batch)
            if item.patient is not None:
                by_patient.setdefault(item.patient, []).append(item.batch)
        return by_patient

    def _mine(self, patient: str) -> bool:
        """Whether we watch the patient; what arrives for another's is not acknowledged."""
        return patient in self._watched or self._take(self._store.find(patient))

    def _receive(self, work: Work, patient: str, batches: list[Batch], tally: Tally) -> None:
        observations = [each for batch in batches for each in batch.observations]
        waveforms = [each for batch in batches for each in batch.waveforms]
        there = work.sheets.get(patient)
        sifted = self._store.sift(
            patient,
            observations,
            waveforms,
            pending=there.observations if there else (),
            pending_waveforms=there.waveforms if there else (),
        )
        tally.sifted(sifted)
        if not (sifted.new or sifted.corrections or sifted.waveforms):
            return
        sheet, watched = work.sheet(patient), self._watched[patient]
        sheet.observations += [*sifted.new, *sifted.corrections]
        sheet.waveforms += sifted.waveforms
        sheet.moved |= watched.live != batches[-1].live
        watched.live = batches[-1].live
        if sifted.new:
            sheet.add(watched.watch.observe(in_order(sifted.new)))

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

    def _tell_lost(self, work: Work) -> None:
        """Sources were given up: whoever they fed is told of; a recording has merely ended."""
        for lost in self._lost:
            for patient in lost.patients & set(self.patients):
                alarms = self._watched[patient].watch.latest.alarms
                if not any(each.condition is Condition.SOURCE_SILENT for each in alarms):
                    alarm, events = equipment.source_lost(patient, lost.source, self._clock.now())
                    work.sheet(patient).alarm([alarm], events)
        self._lost.clear()

    def _waiting(self) -> list[Command]:
        """Commands for ours first: many for patients whom others watch must not hold them up."""
        ours = self._commands.pending(self._watched.keys()) if self._watched else []
        others = self._commands.pending()
        return [*ours, *(each for each in others if each.patient not in self._watched)]

    def _obey(self, work: Work, command: Command) -> None:
        """Carry a command out, or refuse it and say why; leave it to whoever has the patient.

        A database that refuses is no fault of the command: it waits until that is over.
        """
        try:
            if command.patient not in self._watched:
                if not self._take(self._store.find(command.patient)):
                    return
                self._borrowed.add(command.patient)
            sheet = work.sheet(command.patient)
            Desk(self._store, self._watched[command.patient], sheet).carry_out(command)
        except (MalformedInput, Conflict, NotFound) as error:
            self._commands.refuse(command.id, str(error))


def _unread(item: Arrived) -> tuple[Rejected, ...]:
    """What of a batch belongs in the dead letters; all of it where nobody knows whose it is."""
    batch = item.batch
    if item.patient is not None or not (batch.observations or batch.waveforms):
        return batch.rejected
    rows = [[each.signal, each.time.isoformat(), each.value] for each in batch.observations]
    reason = "it names no patient; name one with --patient"
    return (*batch.rejected, Rejected(json.dumps(rows).encode(), reason))
