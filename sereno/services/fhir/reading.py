"""Answers programs that read what is known of patients, each with its lines in the audit log.

Without a line nothing is told: no program's work is as urgent as a clinician's look at a screen.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from sereno.domain.errors import Forgotten, InvalidEntry, NotFound, Unreadable
from sereno.domain.patients import Patient
from sereno.ports import AuditLog, Resource, ResourceEncoder, Store
from sereno.services.fhir.cursors import Cursor, Cursors
from sereno.services.fhir.ids import FIRST, LAST, MICROSECOND, VALID, ObservationId, later
from sereno.services.fhir.measured import Found, Key, Measurements
from sereno.services.fhir.parameters import moment, place
from sereno.services.fhir.query import CURSOR, Given, Query, Reading
from sereno.services.fhir.records import Records

MAX: Final = "max"  # of $lastn: how many of each code
MOST_OF_EACH: Final = 100
MOST_LEADS: Final = 24  # of one waveform: so many stretches are looked at for its channels
READ, SEARCHED_FOR, EXPORTED = "fhir_read", "fhir_searched", "fhir_exported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a search found. `next` is the sealed rest of it; None at the end.

    `total` is told where it is known, `unreadable` counts patients whose record is damaged, of
    whom nothing is told here. `again` stands sealed for the parameters that identify somebody.
    """

    query: Query
    resources: tuple[Resource, ...]
    total: int | None = None
    next: str | None = None
    unreadable: int = 0
    again: str | None = None


class FhirReading:
    """The use cases. Every method may block for the database; safe in many threads."""

    def __init__(
        self, store: Store, encoder: ResourceEncoder, audit: AuditLog, reading: Reading
    ) -> None:
        self.measurements = Measurements(store, encoder)
        self.records = Records(store, encoder)
        self._store = store
        self._audit = audit
        self._reading = reading
        self._cursors = Cursors()

    def read(self, who: str, kind: str, its_id: str) -> Resource:
        """One resource.

        Raises NotFound, Forgotten, Unreadable, or StorageError where it can not be noted.
        """
        found: tuple[Resource, str | None]
        if not VALID.fullmatch(its_id):
            raise NotFound(f"there is no such {kind}")
        if kind == "Observation":
            parts = ObservationId.read(its_id)
            if parts is None:
                raise NotFound("there is no such Observation")
            found = self.measurements.read(parts), parts.patient
        else:
            found = self.records.read(kind, its_id)
        self._note(who, READ, kind, (found[1],))
        return found[0]

    def search(self, who: str, kind: str, given: Given, *, strict: bool = False) -> Page:
        """A page of what fits. `given` holds the parameters as they came, or a cursor alone.

        Raises InvalidEntry, or StorageError where it can not be noted.
        """
        cursor = Cursor(tuple(given))
        if sealed := dict(given).get(CURSOR):
            cursor = self._cursors.open(sealed, who, kind)
        query = self._reading.read(kind, cursor.given, strict=strict)
        search = self._observations if kind == "Observation" else self._others
        page, about = search(who, query, cursor)
        self._note(who, SEARCHED_FOR, kind, about)
        again = self._cursors.seal(Cursor(query.used), who, kind)
        return replace(page, again=again)

    def last(self, who: str, given: Given, *, strict: bool = False) -> Page:
        """The newest observations of each code: as many as `max` says, one without it.

        Raises InvalidEntry, or StorageError where it can not be noted.
        """
        query = self._reading.read("Observation", given, strict=strict, more=(MAX,))
        most = _most(dict(given).get(MAX, "1"))
        patients = self._patients(query)
        found = [
            each
            for patient in patients
            for kind in self.measurements.kinds(query.criteria)
            for each in self._newest(
                self.measurements.walk(patient.id, (kind,), query.bounds), query, most
            )
        ]
        self._note(who, SEARCHED_FOR, "Observation", [patient.id for patient in patients])
        return Page(query=query, resources=tuple(found), total=len(found))

    def everything(
        self, who: str, kind: str, patients: Iterable[Patient], since: datetime
    ) -> Iterator[Resource]:
        """All of a kind that there is about these patients, for an export.

        A line is written before anything of a patient is read. Observations are those measured
        from `since` on; of all else what has changed since then, or does not tell when it did.
        """
        if kind == "Device":
            self._note(who, EXPORTED, kind, ())
            yield from self.records.devices(patients)
            return
        kinds = self.measurements.kinds(())
        for patient in patients:
            self._note(who, EXPORTED, kind, (patient.id,))
            if kind == "Observation":
                walked = self.measurements.walk(
                    patient.id, kinds, (since, LAST), newest_first=False
                )
                yield from (each.make() for each in walked)
            else:
                found = self.records.of(kind, patient)
                yield from (each for each in found if _changed(each) >= since)

    def everyone(self, only: str | None = None) -> tuple[list[Patient], list[str]]:
        """Whose records can be read, and the ids of those whose can not; of one alone if asked.

        Raises NotFound, Forgotten or Unreadable where it is one.
        """
        if only is not None:
            return [self.records.whom(only)], []
        unreadable = self._store.unreadable()
        return [one for one in self._store.patients() if one.id not in unreadable], unreadable

    def note(self, who: str, what: str) -> None:
        """A line about no patient. Raises StorageError."""
        self._audit.record(f"key {who}", what)

    def _note(self, who: str, what: str, kind: str, about: Iterable[str | None]) -> None:
        """A line for each patient, or one about nobody."""
        for patient in list(about) or [None]:
            self._audit.record(f"key {who}", what, patient, kind)

    def _observations(self, who: str, query: Query, cursor: Cursor) -> tuple[Page, list[str]]:
        patients = self._patients(query)
        about = [patient.id for patient in patients]
        found = (
            (each, made)
            for patient in patients
            for each in self._walk(patient.id, query, cursor)
            if query.fits(made := each.make())
        )
        if query.count == 0:
            return Page(query=query, resources=(), total=sum(1 for _ in found)), about
        page = list(islice(found, query.count + 1))
        following = None
        if len(page) > query.count:
            last, _ = page[query.count - 1]
            following = self._cursors.seal(Cursor(query.used, *last.key), who, query.kind)
        resources = tuple(made for _, made in page[: query.count])
        return Page(query=query, resources=resources, next=following), about

    def _walk(self, patient: str, query: Query, cursor: Cursor) -> Iterator[Found]:
        after: Key | None = None
        if cursor.time is not None and cursor.id is not None:
            after = cursor.time, cursor.id
        bounds = query.bounds if query.ids is None else _moments(query.ids, patient)
        return self.measurements.walk(
            patient,
            self.measurements.kinds(query.criteria),
            bounds,
            newest_first=query.newest_first,
            after=after,
        )

    def _newest(self, walked: Iterator[Found], query: Query, most: int) -> Iterator[Resource]:
        """The first `most` of each code. One kind has one code, but for the leads of a waveform."""
        counts: Counter[str] = Counter()
        for looked_at, each in enumerate(walked, 1):
            made = each.make()
            code = str(made["code"])
            if counts[code] < most and query.fits(made):
                counts[code] += 1
                yield made
            enough = bool(counts) and min(counts.values()) >= most
            if enough and ("valueSampledData" not in made or looked_at >= most * MOST_LEADS):
                return

    def _patients(self, query: Query) -> list[Patient]:
        """The one patient whom a search of observations must be about; nobody if unknown."""
        wanted = query.patients
        if wanted is None and query.ids is not None:
            parts = [ObservationId.read(each) for each in query.ids]
            wanted = {each.patient for each in parts if each}
        if wanted is None:
            raise InvalidEntry("say whose observations: patient, subject or _id is required")
        found = []
        for each in sorted(wanted):
            try:
                found.append(self.records.whom(each))
            except (Forgotten, NotFound):
                continue
        if len(found) > 1:
            raise InvalidEntry("observations are searched of one patient at a time")
        return found

    def _others(self, who: str, query: Query, cursor: Cursor) -> tuple[Page, list[str]]:
        gathered, unreadable = self._gathered(query)
        found = [each for each in gathered if query.fits(each[1])]
        found.sort(key=lambda each: each[0], reverse=query.newest_first)
        total = len(found)
        if cursor.id is not None:
            after = (cursor.time or FIRST, cursor.id)
            found = [
                each
                for each in found
                if (each[0] < after if query.newest_first else each[0] > after)
            ]
        page = found[: query.count]
        following = None
        if query.count and len(found) > len(page):
            following = self._cursors.seal(Cursor(query.used, *page[-1][0]), who, query.kind)
        about = sorted({whom for _, _, whom in page if whom})
        resources = tuple(made for _, made, _ in page)
        told = Page(
            query=query, resources=resources, total=total, next=following, unreadable=unreadable
        )
        return told, about

    def _gathered(self, query: Query) -> tuple[list[tuple[Key, Resource, str | None]], int]:
        """All of a kind about whom it may be, with their keys; and how many can not be read."""
        patients, unreadable = self.everyone()
        wanted = query.patients
        if query.kind == "Patient":
            wanted = query.ids
        if wanted is not None:
            patients = [each for each in patients if each.id in wanted]
            unreadable = [each for each in unreadable if each in wanted]
        found: list[tuple[Key, Resource, str | None]] = []
        if query.kind == "Device":
            devices = self.records.devices(patients)
            return [((FIRST, made["id"]), made, None) for made in devices], len(unreadable)
        for patient in patients:
            try:
                for made in self.records.of(query.kind, patient):
                    key = (place(query.kind, made) or FIRST, made["id"])
                    found.append((key, made, patient.id))
            except Forgotten:
                continue
            except Unreadable:
                unreadable.append(patient.id)
        return found, len(unreadable)


def _changed(resource: Resource) -> datetime:
    """When a resource last changed; as late as can be where it does not tell."""
    told = resource["meta"].get("lastUpdated")
    return moment(told) if told else LAST


def _moments(ids: Iterable[str], patient: str) -> tuple[datetime, datetime]:
    """Between which times the observations of these ids are; none for those of nobody."""
    parts = [found for each in ids if (found := ObservationId.read(each))]
    times = [each.time for each in parts if each.patient == patient]
    return (min(times), later(max(times), MICROSECOND)) if times else (LAST, FIRST)


def _most(text: str) -> int:
    if not text.isdecimal() or not 1 <= len(text) <= 9 or int(text) < 1:
        raise InvalidEntry("max is no number of 1 or more")
    return min(int(text), MOST_OF_EACH)
