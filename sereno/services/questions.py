"""Asking about a patient or the ward, within the rights of who asks; each read is audited."""

from sereno.domain.questions import Answer
from sereno.domain.vitals import Language
from sereno.services.answering import Answering
from sereno.services.foundation import Foundation
from sereno.services.live import as_of
from sereno.services.records import StoredRecord


class Questions:
    """Questions and their answers. Blocking; called from worker threads."""

    def __init__(self, foundation: Foundation, answering: Answering, *, zone: str) -> None:
        self._store = foundation.store
        self._clock = foundation.clock
        self._answering = answering
        self._zone = zone

    def ask_ward(self, question: str, language: Language) -> Answer:
        """What the records of all who are here say."""
        return self._answering.answer_ward(question, language, self._ward())

    def answer(self, patient: str, question: str, language: Language) -> Answer:
        """What one patient's record says: now, or where it ends if nobody watches them."""
        return self._answering.answer(question, language, self._record(patient))

    def _ward(self) -> list[StoredRecord]:
        here = [each for each in self._store.patients() if each.discharged is None]
        return [self._record(each.id) for each in here]

    def _record(self, patient_id: str) -> StoredRecord:
        at = as_of(self._store, patient_id, self._clock.now())
        return StoredRecord(self._store, self._store.find(patient_id), at, self._zone)
