"""Watching the watchman: the alarm "monitoring has stopped"."""

import logging
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.errors import Unreadable
from sereno.domain.surveillance import Condition
from sereno.ports import Beats, Commit
from sereno.services import equipment
from sereno.services.foundation import Foundation, lease_of
from sereno.services.live import is_live

STOPPED_AFTER: Final = timedelta(seconds=10)
# An ingest process that is only starting has so long until its first sign of life.
STARTING: Final = timedelta(seconds=30)
HOLD: Final = timedelta(seconds=10)
_log = logging.getLogger(__name__)


class Watchdog:
    """Raises the alarm for everybody who was being watched, when the ingest process is gone.

    While a first one starts nobody is said to be without it: that takes its time on a busy machine,
    and the process itself then tells for how long nobody watched.

    It acts in that process's place and so in its name, `holder`. The alarm ends when the ingest
    process takes the patient up again: as long as it lives, it alone writes.
    """

    def __init__(self, foundation: Foundation, *, holder: str) -> None:
        self._store = foundation.store
        self._leases = foundation.leases
        self._clock = foundation.clock
        self._holder = holder
        self._began = foundation.clock.now()
        self._raised = False

    def look(self, beats: Beats) -> None:
        """Judge the ingest process by its last sign of life."""
        last, _ = beats.get("ingest", (None, {}))
        if self._lives(last):
            self._raised = False
        elif not self._raised:
            self._raise(last or self._began)
            self._raised = True

    def _lives(self, last: datetime | None) -> bool:
        """Whether it speaks, or may still be starting."""
        now = self._clock.now()
        if last is None or last < self._began:
            return now - self._began <= STARTING
        return now - last <= STOPPED_AFTER

    def _raise(self, since: datetime) -> None:
        _log.error("monitoring has stopped: no sign of life of the ingest process")
        for patient in self._watched():
            try:
                self._store.commit([self._alarm(patient, since)])
            except Unreadable as error:  # which keeps nobody else from being told of
                _log.error("patient %s: %s", patient, error)

    def _watched(self) -> list[str]:
        """Who was being watched, and is not said to be without it already."""
        told = {
            alarm.patient
            for alarm in self._store.alarms(active=True)
            if alarm.condition is Condition.MONITORING_STOPPED and alarm.present
        }
        return [
            patient.id
            for patient in self._store.patients()
            if patient.id not in told
            and self._is_live(patient.id)
            and self._leases.acquire(lease_of(patient.id), self._holder, HOLD)
        ]

    def _is_live(self, patient: str) -> bool:
        """Whether they were being watched; of who can not be read, the screens say so."""
        try:
            return is_live(self._store.state(patient))
        except Unreadable:
            return False

    def _alarm(self, patient: str, since: datetime) -> Commit:
        now = self._clock.now()
        alarm, events = equipment.stopped(patient, since, now)
        return Commit(patient=patient, alarms=(alarm,), events=events, horizon=now)
