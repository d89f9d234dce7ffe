"""Forgetting a patient: the keys are destroyed, and who asked for it and why stays in the log."""

from datetime import timedelta
from typing import Final

from sereno.domain.errors import Conflict, InvalidEntry, Unreadable
from sereno.domain.patients import Patient
from sereno.services.foundation import Foundation, lease_of

HOLD: Final = timedelta(seconds=30)  # far longer than it takes


class Forgetting:
    """Forgets patients in the name of `holder`. Blocking."""

    def __init__(self, foundation: Foundation, *, holder: str) -> None:
        self._store = foundation.store
        self._leases = foundation.leases
        self._audit = foundation.audit
        self._holder = holder

    def who(self, reference: str) -> tuple[str, Patient | None]:
        """The id of whom `reference` names, and who that is, where the record can be read.

        One who can not be read is named by id alone. Raises NotFound, Conflict or Unreadable.
        """
        try:
            patient = self._store.find(reference)
        except Unreadable:
            if reference not in self._store.unreadable():
                raise
            return reference, None
        return patient.id, patient

    def forget(self, reference: str, reason: str, by: str) -> str:
        """Destroy the keys and delete what they sealed; the patient's id.

        `reason` goes into the audit log, which outlives the patient. Raises NotFound, InvalidEntry
        where the reason is empty or names the patient, and Conflict where another process watches
        them.
        """
        patient, known = self.who(reference)
        if not reason.strip():
            raise InvalidEntry("no reason is given; say why, without naming anybody")
        if known is not None and known.named_in(reason):
            raise InvalidEntry(
                "the reason names the patient, and would outlive them; word it otherwise"
            )
        lease = lease_of(patient)
        if not self._leases.acquire(lease, self._holder, HOLD):
            raise Conflict(
                "another process watches this patient; stop it, or end that stream, first"
            )
        try:
            # First the line: what is destroyed must not lack one.
            self._audit.record(by, "forget", patient, reason.strip())
            self._store.forget(patient)
        finally:
            self._leases.release(lease, self._holder)
        return patient
