"""Bulk exports: what a program may take away at once, handed out as it is read.

Nothing is prepared and nothing lies on a disk: an export is a promise, kept in memory, of whom and
what it covers and as of when; each of its files is read from the store while it is sent.
"""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.errors import Conflict, NotFound
from sereno.ports import Clock, Resource
from sereno.services.fhir.ids import FIRST
from sereno.services.fhir.reading import FhirReading

MOST_EXPORTS: Final = 16
KEPT: Final = timedelta(hours=1)
STARTED: Final = "fhir_export_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What an export covers: types, one patient or all, from when to when. `by` is a key's name."""

    id: str
    by: str
    types: tuple[str, ...]
    request: str
    at: datetime
    since: datetime = FIRST
    patient: str | None = None
    unreadable: tuple[str, ...] = ()


class Exports:
    """The exports that stand open. Safe in many threads."""

    def __init__(self, reading: FhirReading, clock: Clock) -> None:
        self._reading = reading
        self._clock = clock
        self._open: dict[str, Export] = {}
        self._lock = threading.Lock()

    def start(
        self,
        who: str,
        types: tuple[str, ...],
        request: str,
        *,
        since: datetime | None = None,
        patient: str | None = None,
    ) -> Export:
        """Open an export.

        Raises Conflict where too many are open, NotFound, Forgotten or Unreadable for a patient
        of whom there is none, and StorageError where it can not be noted.
        """
        now = self._clock.now()
        _, unreadable = self._reading.everyone(patient)
        export = Export(
            id=secrets.token_hex(16), by=who, types=types, request=request, at=now,
            since=since or FIRST, patient=patient, unreadable=tuple(unreadable),
        )  # fmt: skip
        self._reading.note(who, STARTED)
        with self._lock:
            for old in [each for each in self._open.values() if now - each.at >= KEPT]:
                del self._open[old.id]
            if len(self._open) >= MOST_EXPORTS:
                raise Conflict("too many exports are open; delete one, or wait for an hour")
            self._open[export.id] = export
        return export

    def find(self, who: str, export_id: str) -> Export:
        """The export of that id, for whom it was made. Raises NotFound."""
        with self._lock:
            export = self._open.get(export_id)
        if export is None or export.by != who or self._clock.now() - export.at >= KEPT:
            raise NotFound("there is no such export, or it is over")
        return export

    def end(self, who: str, export_id: str) -> None:
        """Close an export. Raises NotFound."""
        export = self.find(who, export_id)
        with self._lock:
            self._open.pop(export.id, None)

    def resources(self, export: Export, kind: str) -> Iterator[Resource]:
        """All of a kind, as it is read. Ends early, with NotFound, where the export is closed."""
        patients, _ = self._reading.everyone(export.patient)
        for made in self._reading.everything(export.by, kind, patients, export.since):
            self.find(export.by, export.id)
            yield made
