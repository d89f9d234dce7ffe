"""From a message to observations and waveforms, by a template that was compiled once.

This runs for every message: what can be looked up or built beforehand is.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import blake2s
from typing import Any, Final

import orjson

from connectors.mqtt import paths
from connectors.mqtt.conditions import all_of, flagged_by
from connectors.mqtt.message import (
    LONGEST_NAME,
    MOST_ROWS,
    Decoded,
    Incoming,
    Part,
    Row,
    remembered,
)
from connectors.mqtt.packets import Publish
from connectors.mqtt.readers import NamedReader, ValueReader, WaveReader
from connectors.mqtt.template import Template, When, Whom
from connectors.mqtt.times import reader
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Observation, Subject
from sereno.domain.vitals import Signal

_BOM = b"\xef\xbb\xbf"
_UNREADABLE = "\ufffd"
_IDENTIFIERS = frozenset({str, int, type(None)})
_DEVICE = re.compile(r"[\w.:-]{1,64}", re.ASCII)
DEVICE: Final = "device"  # the authority of a subject of whom nothing but the device is known


class Decoder:
    """Messages by one template. `source` names the connector, `zone` is the clinic's.

    `patient` is whom a message is about that names nobody.
    """

    def __init__(
        self, template: Template, *, source: str, zone: str = "UTC", patient: str | None = None
    ) -> None:
        self._source = source
        self._parse = _parser(template.format)
        self._rows = None if template.rows == ("$",) else [paths.rows(e) for e in template.rows]
        self._only = all_of(template.only)
        self._whom = _Whom(template.subject, patient)
        self._device = paths.first_of(template.subject.device)
        self._sources: dict[str, str] = {}
        self._time = reader(template.time, zone)
        self._series = any(each.by_offset for each in template.values)
        self._arrival = template.time.arrival
        self._sent = (
            reader(When(at=template.sent, zone=template.time.zone), zone) if template.sent else None
        )
        self._flags = flagged_by(template.flags)
        self._by_key: dict[str, list[ValueReader | WaveReader]] = {}
        self._others: list[ValueReader | WaveReader | NamedReader] = []
        single: list[ValueReader | WaveReader] = [ValueReader(each) for each in template.values]
        single += [WaveReader(each) for each in template.waveforms]
        for each in single:
            key = paths.key_of_row(each.paths)
            if key is None:
                self._others.append(each)
            else:
                self._by_key.setdefault(key, []).append(each)
        if template.named is not None:
            self._others.append(NamedReader(template.named))

    def decode(self, message: Publish, arrival: datetime | None) -> Decoded:
        """What `message`, which came at `arrival` or who knows when, holds. It never raises."""
        decoded = Decoded()
        try:
            incoming = self._taken_apart(message)
            self._read_rows(incoming, None if message.retain else arrival, decoded)
        except MalformedInput as exc:
            decoded.refuse(str(exc))
        return decoded

    def _taken_apart(self, message: Publish) -> Incoming:
        if _UNREADABLE in message.topic:
            raise MalformedInput("its topic is no UTF-8")
        levels = message.topic.split("/")
        return Incoming(levels, message.properties, self._parse(message.payload, levels))

    def _read_rows(self, message: Incoming, arrival: datetime | None, decoded: Decoded) -> None:
        passed = 0
        if self._rows is None:
            passed = self._read_row(message.root, None, message, arrival, decoded)
        else:
            for count, (row, up) in enumerate(_rows_in(message.root, self._rows)):
                if count >= MOST_ROWS:
                    decoded.refuse(f"it has more than {MOST_ROWS} rows")
                    break
                passed += self._read_row(row, up, message, arrival, decoded)
        for part in decoded.parts.values():
            if part.observations or part.waveforms:
                decoded.told.append(part)
                if passed > 1 or self._series:
                    _put_in_order(part)
        if self._sent is not None and arrival is not None:
            decoded.sent = self._sent(message.root, None, message)
        if not decoded.reasons and (passed or self._only is None) and not decoded.told:
            decoded.refuse("nothing that the template reads is in it")

    def _read_row(
        self, row: Any, up: Any, message: Incoming, arrival: datetime | None, decoded: Decoded
    ) -> bool:
        """Read one row. Says whether it is one of the template's."""
        if self._only is not None and not self._only(row, up, message):
            return False
        try:
            time = self._time(row, up, message)
            if time is None:
                time = self._arrived(arrival)
            subject = self._whom.of(row, up, message)
            quality = self._flags(row, up, message) if self._flags else None
            part = decoded.parts.get(id(subject))  # the same object each time, and quick to find
            if part is None:
                part = decoded.parts[id(subject)] = Part(subject)
            source = self._source_of(row, up, message)
        except MalformedInput as exc:
            decoded.refuse(str(exc))
            return True
        reading = Row(row, up, message, time, source, part, decoded, quality)
        if self._by_key and type(row) is dict:
            self._read_keys(row, reading)
        for each in self._others:
            try:
                each.read(reading)
            except MalformedInput as exc:
                decoded.refuse(str(exc))
        return True

    def _read_keys(self, row: dict[str, Any], reading: Row) -> None:
        """What stands in a row by name: by what is there, however much a template knows."""
        for key, told in row.items():
            for each in self._by_key.get(key, ()):
                try:
                    each.take(reading, told)
                except MalformedInput as exc:
                    reading.decoded.refuse(str(exc))

    def _arrived(self, arrival: datetime | None) -> datetime:
        if not self._arrival:
            raise MalformedInput("it tells no time")
        if arrival is None:
            raise MalformedInput("when it came is not known, and it tells no time of its own")
        return arrival

    def _source_of(self, row: Any, up: Any, message: Incoming) -> str:
        if self._device is None:
            return self._source
        device = self._device(row, up, message)
        if device is None:
            return self._source
        if type(device) not in _IDENTIFIERS:
            raise MalformedInput("the device is no text")
        name = str(device)
        found = self._sources.get(name)
        if found is None:
            short = name if _DEVICE.fullmatch(name) else blake2s(name.encode()).hexdigest()[:16]
            found = remembered(self._sources, name, f"{self._source}/{short}")
        return found


class _Whom:
    """The subject of a row: the same object for the same words, as long as they are remembered."""

    def __init__(self, whom: Whom, patient: str | None) -> None:
        self._patient = paths.first_of(whom.patient)
        self._bed = paths.first_of(whom.bed)
        self._device = paths.first_of(whom.device)
        self._authority = whom.authority
        self._else = Subject(identifier=patient) if patient else None
        self._known: dict[tuple[object, object, object], Subject] = {}

    def of(self, row: Any, up: Any, message: Incoming) -> Subject:
        """Whom the row is about. Raises MalformedInput."""
        patient = self._patient(row, up, message) if self._patient else None
        bed = self._bed(row, up, message) if self._bed else None
        device = None
        if patient is None and bed is None and self._device is not None:
            device = self._device(row, up, message)
        key = (patient, bed, device)
        if not _IDENTIFIERS.issuperset(map(type, key)):
            raise MalformedInput("whom it is about is no text")
        return self._known.get(key) or remembered(self._known, key, self._made(*key))

    def _made(self, patient: object, bed: object, device: object) -> Subject:
        place = None if bed is None else _identifier(bed)
        if patient is not None:
            name = _identifier(patient)
            return Subject(identifier=name, authority=self._authority, bed=place)
        if place is not None:
            return Subject.in_bed(place)
        if device is not None:
            return Subject(identifier=_identifier(device), authority=DEVICE)
        if self._else is None:
            raise MalformedInput("it names no patient, bed or device")
        return self._else


def _identifier(told: object) -> str:
    text = str(told)
    if len(text) > LONGEST_NAME or not text.isprintable() or not text.strip():
        raise MalformedInput("whom it is about is empty, too long or not printable")
    return text.strip()


def _rows_in(root: Any, places: Sequence[paths.Rows]) -> Sequence[tuple[Any, Any]]:
    for rows in places:
        found = rows(root)
        if found:
            return found
    return ()


def _put_in_order(part: Part) -> None:
    """By time, each signal of a moment once: what was told first holds."""
    if len(part.observations) < 2:
        return
    kept: dict[tuple[Signal, datetime, str], Observation] = {}
    for each in part.observations:
        kept.setdefault((each.signal, each.time, each.source), each)
    part.observations = sorted(kept.values(), key=lambda each: each.time)


def _parser(form: str) -> Callable[[bytes, Sequence[str]], Any]:
    if form == "sparkplug-b":
        from connectors.mqtt.sparkplug import Births

        return Births().parse
    return _json


def _json(payload: bytes, _: Sequence[str]) -> Any:
    try:
        return orjson.loads(payload.removeprefix(_BOM))
    except ValueError as exc:
        raise MalformedInput("it is no JSON") from exc
