"""The destination: what was measured, scores and alarms to a FHIR R4 server, as batches.

Each resource bears an identifier that follows from what it is, under which the server creates it
where it has none: what is told twice is there once.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from connectors.fhir import encoding, mapping
from connectors.opening import Opening
from connectors.posting import AGAIN, HttpDestination, Peer, judge, peer_of, refuses
from sereno.domain.errors import RefusedByPeer, SourceError
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Score
from sereno.ports import Clock, Outgoing, Resource, Topic, instant

OPTIONS: Final = ("token", "tell", "waveforms", "authority")
TOPICS: Final = (Topic.MEASURED, Topic.SCORES, Topic.ALARMS)
TOLD: Final = "urn:x-sereno:told"  # the system of those identifiers
_ENTRIES: Final = 200  # of a bundle
_MEDIA: Final = "application/fhir+json"
_RESCORED: Final = "scored anew, of what came late"
_PANELS: Final = (mapping.PRESSURE_PARTS, mapping.INVASIVE_PARTS)


def open_pusher(opening: Opening) -> "Pusher":
    """`fhir+push+https://SERVER/fhir?token=file:/PATH`."""
    opening.allow_options(*OPTIONS)
    return Pusher(
        peer_of(opening),
        topics=opening.topics(*TOPICS),
        waveforms=opening.chosen("waveforms", "no", "yes", "no") == "yes",
        clock=opening.clock,
    )


class Pusher(HttpDestination):
    """A Destination that is told by Bundles, one or more for each message, in order."""

    def __init__(
        self, peer: Peer, *, topics: frozenset[Topic], waveforms: bool, clock: Clock
    ) -> None:
        super().__init__(f"fhir:{peer.host}", peer, topics, clock)
        self._waveforms = waveforms

    async def tell(self, told: Outgoing) -> None:
        """POST its bundles. One that is refused is named last, so that the others are taken."""
        entries = [*_entries(told, waveforms=self._waveforms)]
        refused: RefusedByPeer | None = None
        for first in range(0, len(entries), _ENTRIES):
            try:
                await self._post(told.key, entries[first : first + _ENTRIES])
            except RefusedByPeer as exc:
                refused = exc
        if refused is not None:
            raise refused

    async def _post(self, key: str, entries: Sequence[Resource]) -> None:
        bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
        body = json.dumps(bundle, ensure_ascii=False).encode()
        headers = {"Content-Type": _MEDIA, "Accept": _MEDIA}
        statuses = _statuses(await self._poster.post(key, body, headers), len(entries))
        for status in sorted(statuses, key=refuses):
            _judge_entry(key, status)


def _entries(told: Outgoing, *, waveforms: bool) -> Iterator[Resource]:
    """The entries of a message. What may change later is put in its own place."""
    patient = told.patient
    for one, versions, resource in _measured(patient, told.observations):
        yield _entry(patient, resource, one, replaces=versions > 1)
    for chunk in told.waveforms if waveforms else ():
        one = _named(patient, chunk.signal, chunk.start, chunk.source, chunk.channel)
        yield _entry(patient, encoding.waveform("", patient.id, chunk, None), one)
    for score in told.scores:
        yield _entry(patient, *_score(patient, score), replaces=True)
    for alarm in told.alarms:
        one = _named(patient, "alarm", alarm.id)
        yield _entry(patient, encoding.flag(alarm, None), one, replaces=True)


def _score(patient: Patient, score: Score) -> tuple[Resource, str]:
    """A score and what it is called; told anew of what came late, it stands beside the first."""
    told = encoding.score("", patient.id, score)
    if score.rescored is None:
        return told, _named(patient, score.kind, score.time)
    told |= {"issued": instant(score.rescored), "note": [{"text": _RESCORED}]}
    return told, _named(patient, score.kind, score.time, score.rescored)


def _measured(
    patient: Patient, observations: Sequence[Observation]
) -> Iterator[tuple[str, int, Resource]]:
    """What each is called, its version, and its resource; blood pressures as one."""

    def place(each: Observation) -> tuple[Any, ...]:
        panel = next((n for n, parts in enumerate(_PANELS) if each.signal in parts), None)
        own = each.signal.value if panel is None else f"panel {panel}"
        return own, each.time, each.source, each.version

    for (own, time, source, version), group in groupby(sorted(observations, key=place), key=place):
        parts = [*group]
        one = _named(patient, own, time, source)
        if own.startswith("panel"):
            yield one, version, encoding.pressures("", patient.id, parts, None)
        else:
            yield one, version, encoding.value("", patient.id, parts[-1], None)


def _named(patient: Patient, *what: Any) -> str:
    """An identifier that follows from what it is, and tells nothing of it."""
    words = (patient.id, *(instant(each) if hasattr(each, "isoformat") else each for each in what))
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]


def _entry(patient: Patient, resource: Resource, one: str, *, replaces: bool = False) -> Resource:
    """One entry: create it where there is none of that identifier; or put it in its place."""
    meta = {name: what for name, what in resource.get("meta", {}).items() if name in _KEPT}
    told = {name: what for name, what in resource.items() if name not in {"id", "meta"}}
    told |= {"meta": meta} if meta else {}
    told["identifier"] = [{"system": TOLD, "value": one}]
    told["subject"] = {"type": "Patient", "identifier": encoding.identifier(patient)}
    kind, query = told["resourceType"], f"identifier={TOLD}|{one}"
    request = {"method": "POST", "url": kind, "ifNoneExist": query}
    if replaces:
        request = {"method": "PUT", "url": f"{kind}?{query}"}
    return {"resource": told, "request": request}


_KEPT: Final = frozenset({"profile", "security"})  # of meta: the rest is the server's own


def _statuses(answer: bytes, asked: int) -> list[int]:
    """The status of each entry. Raises SourceError where the answer is none to a batch."""
    try:
        entries = json.loads(answer)["entry"]
        found = [int(each["response"]["status"][:3]) for each in entries]
    except (ValueError, LookupError, TypeError, RecursionError) as exc:
        raise SourceError("its answer is no FHIR Bundle; check the address") from exc
    if len(found) != asked:
        raise SourceError("its answer is not one to each entry; see its log")
    return found


def _judge_entry(key: str, status: int) -> None:
    """What the status of one entry means, which says nothing of the address of the server."""
    if status in AGAIN:
        raise SourceError(f"it answered {status} to an entry; see its log")
    judge(key, status)
