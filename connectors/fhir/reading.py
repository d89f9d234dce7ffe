"""From a resource or a Bundle to batches: whose it is, what was taken, what is refused and why."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from connectors.fhir import encounters, observations
from connectors.fhir.codes import Codes
from connectors.fhir.people import MODIFIED, Directory, Resource, bed, device, named, text
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import (
    Acknowledge,
    Batch,
    Movement,
    MovementKind,
    Observation,
    Rejected,
    Subject,
    WaveformChunk,
)
from sereno.ports import Clock

MOST_ENTRIES: Final = 20_000  # of one Bundle
_MOST_IN_A_BATCH: Final = 5000  # observations
_MOST_SECONDS: Final = 600.0  # of waveform in one batch
_MOST_IN_A_LETTER: Final = 256 << 10  # bytes of a resource kept among the dead letters
_MARK: Final = b"\xef\xbb\xbf"  # some begin UTF-8 with it
_DEEPEST: Final = 3  # Bundles within Bundles
_STEP: Final = 100  # entries between two looks at what else is waiting
_BUNDLES: Final = frozenset(
    {"transaction", "batch", "collection", "message", "searchset", "document", "history"}
)
_READ_ELSEWHERE: Final = frozenset({"Patient", "Device", "Location"})
_WRITES: Final = frozenset({"POST", "PUT"})

NO_JSON: Final = "the body is no JSON in UTF-8"
NO_RESOURCE: Final = "the body is no FHIR resource (resourceType)"
NO_BUNDLE: Final = "it is no Bundle of a type that is read"
TOO_LONG: Final = "the Bundle has more entries than are read at once; send it in parts"
NO_ENTRY: Final = "the entry holds no resource"
NO_WRITE: Final = "only POST and PUT are carried out"
_SOMEBODY: Final = {"identifier": {"value": "somebody"}}  # a subject that is not told
BESIDE: Final = "read for those who refer to it, and kept no further"


class State(StrEnum):
    """What became of a resource."""

    TAKEN = "taken"
    IGNORED = "not taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one resource, and why where that is not plain."""

    state: State
    kind: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """What a body came to: batches to be kept, and an outcome for each entry in its order.

    `bundle` is the Bundle's type, "" for a single resource.
    """

    bundle: str = ""
    batches: list[Batch] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass(slots=True)
class _Taken:
    """What was taken of one subject."""

    observations: list[Observation] = field(default_factory=list)
    waveforms: list[WaveformChunk] = field(default_factory=list)


def parse(content: bytes) -> Resource:
    """The resource that `content` is. Raises MalformedInput."""
    try:
        found = orjson.loads(content.removeprefix(_MARK))
    except orjson.JSONDecodeError as exc:
        raise MalformedInput(NO_JSON) from exc
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise MalformedInput(NO_RESOURCE)
    return found


class Reader:
    """Reads the resources of the source called `name`. Keeps nothing of a patient."""

    def __init__(self, name: str, codes: Codes, *, zone: str, clock: Clock) -> None:
        self.name = name
        self.codes = codes
        self.zone = UTC if zone == "UTC" else ZoneInfo(zone)
        self.clock = clock

    def read(
        self,
        resource: Resource,
        *,
        authority: str,
        sender: str = "",
        acknowledge: Acknowledge | None = None,
    ) -> Reading:
        """What `resource` holds, all at once; see `Work`."""
        work = Work(self, authority, sender, acknowledge)
        for _ in work.run(resource):
            pass
        return work.reading

    def reread(self, content: bytes) -> list[Batch]:
        """What one resource holds by itself; see `sereno.ports.Rereadable`.

        Who stood beside it in its Bundle, or is known to its server alone, is not known here: the
        values of a resource that only refers to somebody are nobody's.
        """
        try:
            resource = parse(content)
            refers = _refers(resource)
            if refers:
                resource["subject"] = _SOMEBODY
            found = self.read(resource, authority="").batches
        except MalformedInput as exc:
            letter = Rejected(content[:_MOST_IN_A_LETTER], str(exc))
            return [Batch(source=self.name, subject=None, rejected=(letter,))]
        return [replace(each, subject=None) for each in found] if refers else found


class Work:
    """One body on its way to batches.

    `authority` is whose ids they are that name no server, `sender` stands in the sources' names,
    `acknowledge` goes into each of the batches.
    """

    def __init__(
        self, reader: Reader, authority: str, sender: str, acknowledge: Acknowledge | None
    ) -> None:
        self.reading = Reading()
        self.directory = Directory(authority)
        self._reader = reader
        self._source = f"{reader.name}/{sender}" if sender else reader.name
        self._acknowledge = acknowledge
        self._taken: dict[Subject, _Taken] = {}
        self._moved: list[tuple[Subject, Movement]] = []
        self._refused: list[Rejected] = []

    def run(self, resource: Resource) -> Iterator[None]:
        """Read it; every so many entries others may have their turn.

        Raises MalformedInput for a Bundle of which nothing can be read.
        """
        if resource["resourceType"] == "Bundle":
            yield from self._bundle(resource)
        else:
            self.reading.outcomes.append(self._resource(resource))
        self._gather()

    def _bundle(self, bundle: Resource) -> Iterator[None]:
        kind = bundle.get("type")
        if "implicitRules" in bundle:
            raise MalformedInput(MODIFIED)
        if not isinstance(kind, str) or kind not in _BUNDLES:
            raise MalformedInput(NO_BUNDLE)
        self.reading.bundle = kind
        entries = _flat(bundle)
        for entry in entries:
            if isinstance(resource := entry.get("resource"), dict):
                self.directory.add(entry.get("fullUrl"), resource)
        for place, entry in enumerate(entries):
            self.reading.outcomes.append(self._entry(entry))
            if place % _STEP == _STEP - 1:
                yield

    def _entry(self, entry: dict[str, Any]) -> Outcome:
        resource, request = entry.get("resource"), entry.get("request")
        method = text(request.get("method")) if isinstance(request, dict) else ""
        if self.reading.bundle in {"transaction", "batch"} and method not in _WRITES:
            return Outcome(State.IGNORED, reasons=(NO_WRITE,))
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            return self._refuse(entry, "", NO_ENTRY)
        return self._resource(resource)

    def _resource(self, resource: Resource) -> Outcome:
        kind = resource["resourceType"]
        try:
            if kind == "Observation":
                return self._observation(resource)
            if kind == "Encounter":
                return self._encounter(resource)
            if kind in _READ_ELSEWHERE:
                if kind == "Patient":
                    self.directory.patient(resource)
                return Outcome(State.IGNORED, kind, (BESIDE,))
        except MalformedInput as exc:
            return self._refuse(resource, kind, str(exc))
        return Outcome(State.IGNORED, named(kind), ("a resource of this type is not read",))

    def _observation(self, resource: Resource) -> Outcome:
        its_device = device(resource, self.directory)
        source = f"{self._source}/{its_device}" if its_device else self._source
        reader = self._reader
        found = observations.read(resource, reader.codes, source, reader.zone)
        if found:
            subject = self.directory.subject(resource)
            taken = self._taken.setdefault(subject, _Taken())
            taken.observations += found.observations
            taken.waveforms += found.waveforms
        reasons = tuple(dict.fromkeys(found.refused))
        for reason in reasons:
            self._refuse(resource, "Observation", reason)
        if found:
            return Outcome(State.TAKEN, "Observation", reasons)
        if reasons:
            return Outcome(State.REFUSED, "Observation", reasons)
        return Outcome(State.IGNORED, "Observation", (found.ignored,))

    def _encounter(self, resource: Resource) -> Outcome:
        if "modifierExtension" in resource or "implicitRules" in resource:
            raise MalformedInput(MODIFIED)
        reader = self._reader
        moved = encounters.movement(resource, reader.zone, reader.clock.now())
        if moved is None:
            return Outcome(State.IGNORED, "Encounter", (encounters.NOT_HERE,))
        subject = self.directory.subject(resource)
        where = bed(resource, self.directory)
        self._moved.append((replace(subject, bed=where) if where else subject, moved))
        return Outcome(State.TAKEN, "Encounter")

    def _refuse(self, content: dict[str, Any], kind: str, reason: str) -> Outcome:
        try:
            letter = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
        except RecursionError:  # deeper than any resource is: it was read, but is not written again
            letter = b""
        self._refused.append(Rejected(letter[:_MOST_IN_A_LETTER], reason))
        return Outcome(State.REFUSED, kind, (reason,))

    def _gather(self) -> None:
        """Make the batches: who came, what was measured, who went, what is refused."""
        came = [each for each in self._moved if each[1].kind is not MovementKind.DISCHARGED]
        went = [each for each in self._moved if each[1].kind is MovementKind.DISCHARGED]
        for subject, moved in came:
            self._add(subject, movement=moved)
        for subject, taken in self._taken.items():
            taken.observations.sort(key=lambda each: each.time)
            taken.waveforms.sort(key=lambda each: each.start)
            self._pieces(subject, taken)
        for subject, moved in went:
            self._add(subject, movement=moved)
        for first in range(0, len(self._refused), _MOST_IN_A_BATCH):
            self._add(None, rejected=tuple(self._refused[first : first + _MOST_IN_A_BATCH]))

    def _pieces(self, subject: Subject, taken: _Taken) -> None:
        for first in range(0, len(taken.observations), _MOST_IN_A_BATCH):
            some = taken.observations[first : first + _MOST_IN_A_BATCH]
            self._add(subject, observations=tuple(some))
        chunks: list[WaveformChunk] = []
        seconds = 0.0
        for chunk in taken.waveforms:
            seconds += len(chunk.samples) / chunk.rate
            if seconds > _MOST_SECONDS and chunks:
                self._add(subject, waveforms=tuple(chunks))
                chunks, seconds = [], len(chunk.samples) / chunk.rate
            chunks.append(chunk)
        if chunks:
            self._add(subject, waveforms=tuple(chunks))

    def _add(
        self,
        subject: Subject | None,
        *,
        observations: tuple[Observation, ...] = (),
        waveforms: tuple[WaveformChunk, ...] = (),
        rejected: tuple[Rejected, ...] = (),
        movement: Movement | None = None,
    ) -> None:
        batch = Batch(
            source=self._reader.name, subject=subject, observations=observations,
            waveforms=waveforms, rejected=rejected, movement=movement,
            acknowledge=self._acknowledge,
        )  # fmt: skip
        self.reading.batches.append(batch)


def _refers(resource: Resource) -> bool:
    """Whether it names its subject by where that lies, and not by an identifier or in itself."""
    subject = resource.get("subject")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    known = not isinstance(reference, str) or reference.startswith("#") or "?" in reference
    return bool(reference) and not known


def _flat(bundle: Resource, depth: int = 0) -> list[dict[str, Any]]:
    """The entries of a Bundle, and of collections within it. Raises MalformedInput."""
    told = bundle.get("entry", [])
    if not isinstance(told, list) or depth > _DEEPEST:
        raise MalformedInput(NO_BUNDLE)
    entries: list[dict[str, Any]] = []
    for entry in told:
        kept = entry if isinstance(entry, dict) else {}
        inner = kept.get("resource")
        if isinstance(inner, dict) and inner.get("resourceType") == "Bundle" and depth < _DEEPEST:
            entries += _flat(inner, depth + 1)
        else:
            entries.append(kept)
        if len(entries) > MOST_ENTRIES:
            raise MalformedInput(TOO_LONG)
    return entries
