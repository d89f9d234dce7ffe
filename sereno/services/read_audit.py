"""Who read about which patient, in the audit log; and reading the log itself.

A read that can not be noted goes on: a clinician must see the patient whatever the state of a
disk. The log says that a line is missing; its time and the next lines say of what stretch.
"""

import logging
import threading
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.errors import SerenoError
from sereno.ports import AuditLine, AuditLog, Clock

# A page that stands open reads on by itself: it is one line in so long.
NOTED_ONCE_IN: Final = timedelta(minutes=15)
# One that could not be noted is tried again so soon: the page looks every second, and a database
# that is busy lets it wait.
RETRIED_ONCE_IN: Final = timedelta(minutes=1)
READS_KNOWN: Final = 4096  # of which it is remembered that they were noted
_log = logging.getLogger(__name__)


class ReadAudit:
    """Notes reads, and reads the notes. Safe in many threads."""

    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock
        self._noted: dict[tuple[str, str, str], datetime] = {}
        self._lock = threading.Lock()

    def note(self, who: str, what: str, patient: str | None = None) -> bool:
        """Note one read; whether that could be done. `what` is an action's name and no data."""
        try:
            self._audit.record(who, what, patient)
        except SerenoError as error:
            # Not who: names of accounts are kept sealed, and this log is not.
            _log.error("%s of patient %s is not in the audit log: %s", what, patient, error)
            return False
        return True

    def insist(self, who: str, what: str) -> None:
        """Note a read that must not be done unnoted. Raises StorageError where it can not be."""
        self._audit.record(who, what)

    def lines(self, patient: str | None, limit: int) -> list[AuditLine]:
        """The newest lines first, at most `limit`; about this patient alone where given."""
        return self._audit.read(patient, limit)

    def whole(self) -> bool:
        """Whether no line was removed, altered or put back."""
        return self._audit.verify()

    def opened(self, who: str, patient: str) -> None:
        """Note that a patient's page is open, unless it was noted of late; as cheap as a look-up.

        To be called as often as the page looks.
        """
        self._noted_of_late((who, "patient_opened", patient))

    def shown(self, who: str, patient: str) -> None:
        """Note that a summary of the patient stands on a page, in the same way."""
        self._noted_of_late((who, "summary_shown", patient))

    def _noted_of_late(self, read: tuple[str, str, str]) -> None:
        if self._is_new(read) and not self.note(*read):
            with self._lock:
                again = self._clock.now() + RETRIED_ONCE_IN
                self._noted[read] = again - NOTED_ONCE_IN

    def _is_new(self, read: tuple[str, str, str]) -> bool:
        """Whether it has not been noted within NOTED_ONCE_IN; it counts as noted from now on."""
        now = self._clock.now()
        with self._lock:
            if now - self._noted.get(read, now - NOTED_ONCE_IN) < NOTED_ONCE_IN:
                return False
            if len(self._noted) >= READS_KNOWN:
                self._noted.clear()  # a line too many is better than one too few
            self._noted[read] = now
        return True
