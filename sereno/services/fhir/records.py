"""Everything but observations: few of each patient, and made into resources at once."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sereno.domain.errors import Conflict, NotFound
from sereno.domain.patients import Patient
from sereno.domain.surveillance import Alarm
from sereno.ports import Resource, ResourceEncoder, Store
from sereno.services.fhir.ids import device_id

MOST_SUMMARIES: Final = 10_000  # of one patient


class Records:
    """Reads them from a store. Every method may raise NotFound, Forgotten or Unreadable."""

    def __init__(self, store: Store, encoder: ResourceEncoder) -> None:
        self._store = store
        self._encoder = encoder

    def read(self, kind: str, its_id: str) -> tuple[Resource, str | None]:
        """The resource of that id, and the patient whom it is about; None of a device."""
        readers: dict[str, Callable[[str], tuple[Resource, str | None]]] = {
            "Patient": lambda it: (self._encoder.patient(self.whom(it)), it),
            "Encounter": lambda it: (self._encoder.encounter(self.whom(it)), it),
            "Device": lambda it: (self._device(it), None),
            "Flag": self._flag,
            "Communication": self._acknowledgement,
            "DocumentReference": self._document,
        }
        return readers[kind](its_id)

    def of(self, kind: str, patient: Patient) -> Iterator[Resource]:
        """All of a kind that are about one patient."""
        if kind == "Patient":
            yield self._encoder.patient(patient)
        elif kind == "Encounter":
            yield self._encoder.encounter(patient)
        elif kind == "Flag":
            yield from map(self._flagged, self._store.alarms(patient.id))
        elif kind == "Communication":
            found = map(self._encoder.acknowledgement, self._store.alarms(patient.id))
            yield from (each for each in found if each)
        elif kind == "DocumentReference":
            for summary in self._store.summaries(patient.id, MOST_SUMMARIES):
                yield self._encoder.document(summary, self._store.reviews(summary))

    def devices(self, patients: Iterable[Patient]) -> Iterator[Resource]:
        """A Device for each source of which the newest values of the patients are."""
        for its_id, source in sorted(self._sources(patients).items()):
            yield self._encoder.device(its_id, source)

    def whom(self, patient: str) -> Patient:
        """The patient of that opaque id, and not of a name, a bed or an identifier."""
        try:
            found: Patient | None = self._store.find(patient)
        except Conflict:  # a name that several have
            found = None
        if found is None or found.id != patient:
            raise NotFound("there is no such Patient")
        return found

    def _device(self, its_id: str) -> Resource:
        source = self._sources(self._store.patients()).get(its_id)
        if source is None:
            raise NotFound("there is no such Device")
        return self._encoder.device(its_id, source)

    def _sources(self, patients: Iterable[Patient]) -> dict[str, str]:
        sources = {
            one.source for patient in patients for one in self._store.latest(patient.id).values()
        }
        return {found: source for source in sources if (found := device_id(source))}

    def _flag(self, its_id: str) -> tuple[Resource, str]:
        alarm = self._store.alarm(its_id)
        return self._flagged(alarm), alarm.patient

    def _flagged(self, alarm: Alarm) -> Resource:
        return self._encoder.flag(alarm, device_id(alarm.source or ""))

    def _acknowledgement(self, its_id: str) -> tuple[Resource, str]:
        alarm = self._store.alarm(its_id)
        told = self._encoder.acknowledgement(alarm)
        if told is None:
            raise NotFound("there is no such Communication")
        return told, alarm.patient

    def _document(self, its_id: str) -> tuple[Resource, str]:
        summary = self._store.summary(its_id)
        return self._encoder.document(summary, self._store.reviews(summary)), summary.patient
