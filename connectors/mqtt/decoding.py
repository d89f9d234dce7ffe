"""From a message to observations and waveforms, by a template that was compiled once.

This runs for every message: what can be looked up or built beforehand is.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2s
from typing import Any, Final, TypeVar

import orjson

from connectors.codes import by_loinc, by_mdc, unit_by_mdc
from connectors.maps import SignalMap
from connectors.mqtt import paths
from connectors.mqtt.packets import Publish, user_properties
from connectors.mqtt.samples import Samples, chunks
from connectors.mqtt.template import Flag, Named, Only, Template, Value, Waveform, When, Whom
from connectors.mqtt.times import reader
from connectors.replay.channels import (
    Channel,
    converter,
    has_words,
    number,
    numeric,
    observation,
    unit_of,
    waveform,
    word,
)
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Observation, Quality, Subject, WaveformChunk
from sereno.domain.vitals import VITALS, Kind, Signal

MOST_ROWS: Final = 5_000  # of a message, and as many values
_MOST_REASONS = 3  # that are told of one message
_MOST_REMEMBERED = 10_000  # subjects, devices, names: then they are looked up anew
_LONGEST_IDENTIFIER = 256  # characters
_LARGEST = 1e12  # no vital sign comes near; beyond it is no number that was measured
_MOST_EXPONENT = 12
_BOM = b"\xef\xbb\xbf"
_UNREADABLE = "\ufffd"
_IDENTIFIERS = frozenset({str, int, type(None)})
_DEVICE = re.compile(r"[\w.:-]{1,64}", re.ASCII)
DEVICE: Final = "device"  # the authority of a subject of whom nothing but the device is known

Convert = Callable[[float], float] | None
Holds = Callable[[Any, Any, "Incoming"], bool]
_K = TypeVar("_K")
_V = TypeVar("_V")


class Incoming:
    """A message taken apart: its payload parsed, the parts of its topic, its properties."""

    __slots__ = ("_found", "_properties", "levels", "root")

    def __init__(self, levels: Sequence[str], properties: bytes, root: Any) -> None:
        self.root = root
        self.levels = levels
        self._properties = properties
        self._found: dict[str, str] | None = None

    @property
    def user_properties(self) -> dict[str, str]:
        """The sender's own properties, read where a path asks for one."""
        if self._found is None:
            self._found = user_properties(self._properties)
        return self._found


@dataclass(slots=True)
class Part:
    """What a message tells of one subject."""

    subject: Subject
    observations: list[Observation] = field(default_factory=list)
    waveforms: list[WaveformChunk] = field(default_factory=list)


@dataclass(slots=True)
class Decoded:
    """What a message holds: `told`, a part for each subject; `reasons` why more was not read.

    With neither of them it is none of the template's messages.
    """

    told: list[Part] = field(default_factory=list)
    parts: dict[int, Part] = field(default_factory=dict)  # while it is read, by the subject's id
    reasons: dict[str, None] = field(default_factory=dict)
    sent: datetime | None = None
    count: int = 0

    def refuse(self, reason: str) -> None:
        """Add why something of it could not be read."""
        if len(self.reasons) < _MOST_REASONS:
            self.reasons[reason] = None


@dataclass(slots=True)
class Row:
    """A row that is being read, and where what it tells goes."""

    row: Any
    up: Any
    message: Incoming
    time: datetime
    source: str
    part: Part
    decoded: Decoded
    quality: Quality | None


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
        self._only = _all_of(template.only)
        self._whom = _Whom(template.subject, patient)
        self._device = paths.first(template.subject.device) if template.subject.device else None
        self._sources: dict[str, str] = {}
        self._time = reader(template.time, zone)
        self._series = any(each.by_offset for each in template.values)
        self._arrival = template.time.arrival
        self._sent = (
            reader(When(at=template.sent, zone=template.time.zone), zone) if template.sent else None
        )
        self._flags = _flags(template.flags)
        self._by_key: dict[str, list[_Value | _Wave]] = {}
        self._others: list[_Value | _Wave | _Named] = []
        single: list[_Value | _Wave] = [_Value(each) for each in template.values]
        single += [_Wave(each) for each in template.waveforms]
        for each in single:
            key = paths.key_of_row(each.paths)
            if key is None:
                self._others.append(each)
            else:
                self._by_key.setdefault(key, []).append(each)
        if template.named is not None:
            self._others.append(_Named(template.named))

    def decode(self, message: Publish, arrival: datetime) -> Decoded:
        """What `message`, which came at `arrival`, holds. It never raises."""
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
            raise MalformedInput("it was retained and tells no time of its own")
        return arrival

    def _source_of(self, row: Any, up: Any, message: Incoming) -> str:
        if self._device is None:
            return self._source
        device = self._device(row, up, message)
        if device is None:
            return self._source
        name = device if type(device) is str else str(device)
        found = self._sources.get(name)
        if found is None:
            short = name if _DEVICE.fullmatch(name) else blake2s(name.encode()).hexdigest()[:16]
            found = _remembered(self._sources, name, f"{self._source}/{short}")
        return found


class _Whom:
    """The subject of a row: the same object for the same words, as long as they are remembered."""

    def __init__(self, whom: Whom, patient: str | None) -> None:
        self._patient = _first(whom.patient)
        self._bed = _first(whom.bed)
        self._device = _first(whom.device)
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
        return self._known.get(key) or _remembered(self._known, key, self._made(*key))

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
    text = str(told).strip()
    if not 0 < len(text) <= _LONGEST_IDENTIFIER or not text.isprintable():
        raise MalformedInput("whom it is about is empty, too long or not printable")
    return text


class _Value:
    """Reads one signal of a row."""

    def __init__(self, value: Value) -> None:
        self.paths = value.path
        self._signal = value.signal
        self._read = paths.first(value.path)
        self._units = _Units(value.signal, value.unit)
        self._unit = _first(value.unit_path)
        self._exponent = _first(value.exponent)
        self._only = _all_of(value.only)
        self._flags = _flags(value.flags)
        self._step = {"s": timedelta(seconds=1), "ms": timedelta(milliseconds=1)}.get(
            value.by_offset or ""
        )
        self._plain = (
            self._unit is None
            and self._exponent is None
            and self._only is None
            and self._flags is None
            and self._step is None
        )

    def read(self, at: Row) -> None:
        """Read it where its path leads. Raises MalformedInput."""
        self.take(at, self._read(at.row, at.up, at.message))

    def take(self, at: Row, told: Any) -> None:
        """Read what stands there. Raises MalformedInput."""
        if told is None:
            return
        if self._plain:
            _add(at, self._signal, self._units.own, told)
            return
        if self._only is not None and not self._only(at.row, at.up, at.message):
            return
        quality = self._flags(at.row, at.up, at.message) if self._flags else None
        convert = self._units.own
        if self._unit is not None:
            convert = self._units.of(self._unit(at.row, at.up, at.message))
        if self._step is not None:
            self._add_series(at, convert, told, self._step, quality)
            return
        if self._exponent is not None:
            told = _scaled(told, self._exponent(at.row, at.up, at.message))
        _add(at, self._signal, convert, told, quality=quality)

    def _add_series(
        self, at: Row, convert: "_Converted", told: Any, step: timedelta, quality: Quality | None
    ) -> None:
        if type(told) is not dict:
            raise MalformedInput(f"its {self._signal.value} is no object of offsets")
        for offset, each in told.items():
            try:
                time = at.time + step * float(offset)
            except (ValueError, OverflowError):
                raise MalformedInput(f"an offset of its {self._signal.value} is none") from None
            _add(at, self._signal, convert, each, time=time, quality=quality)


class _Named:
    """Reads a row that tells the name of its signal."""

    def __init__(self, named: Named) -> None:
        self._name = paths.first(named.name)
        self._value = _first(named.value)
        self._unit = _first(named.unit_path)
        self._samples = _first(named.samples)
        self._rate = _first(named.rate)
        self._named = named
        self._known: dict[str, _Units | None] = {}

    def read(self, at: Row) -> None:
        """Read it, where its name is known. Raises MalformedInput."""
        name = self._name(at.row, at.up, at.message)
        if type(name) is not str:
            return
        units = self._known.get(name)
        if units is None:
            if name in self._known:
                return
            units = _remembered(self._known, name, self._meaning(name))
            if units is None:
                return
        unit = self._unit(at.row, at.up, at.message) if self._unit else None
        convert = units.own if unit is None else units.of(unit)
        if units.kind is not Kind.WAVEFORM:
            told = self._value(at.row, at.up, at.message) if self._value else None
            if told is not None:
                _add(at, units.signal, convert, told)
        elif self._samples is not None and self._rate is not None:
            told = self._samples(at.row, at.up, at.message)
            _add_wave(at, convert, Samples(), told, self._rate(at.row, at.up, at.message), name)

    def _meaning(self, name: str) -> "_Units | None":
        separator = self._named.separator
        for each in (name, name.rpartition(separator)[2] if separator else name):
            mapped = self._named.signals.get(each)
            found = mapped or (_of_vocabulary(each) if self._named.vocabulary else None)
            if found is not None:
                return _Units(found.signal, found.unit)
        return None


class _Wave:
    """Reads one waveform of a row."""

    def __init__(self, wave: Waveform) -> None:
        self.paths = wave.path
        self._read = paths.first(wave.path)
        self._convert = _Units(wave.signal, wave.unit).own
        self._samples = Samples(wave.encoding, wave.scale, wave.offset)
        self._fixed = wave.rate
        self._rate = _first(wave.rate_path)
        self._channel = wave.channel
        self._channel_path = _first(wave.channel_path)
        self._only = _all_of(wave.only)

    def read(self, at: Row) -> None:
        """Read it where its path leads. Raises MalformedInput."""
        self.take(at, self._read(at.row, at.up, at.message))

    def take(self, at: Row, told: Any) -> None:
        """Read what stands there. Raises MalformedInput."""
        if told is None or (self._only is not None and not self._only(at.row, at.up, at.message)):
            return
        rate = self._fixed
        if self._rate is not None:
            rate = self._rate(at.row, at.up, at.message) or rate
        channel: object = self._channel
        if self._channel_path is not None:
            channel = self._channel_path(at.row, at.up, at.message) or channel
        _add_wave(at, self._convert, self._samples, told, rate, channel)


@dataclass(frozen=True, slots=True)
class _Converted:
    """A channel and how its values become the vocabulary's unit."""

    channel: Channel
    convert: Convert


class _Units:
    """How values of one signal are converted, by the unit that comes with each."""

    def __init__(self, signal: Signal, unit: str | None) -> None:
        self.signal = signal
        self.kind = VITALS[signal].kind
        self._found: dict[str, _Converted] = {}
        self.own = self._made(unit)

    def of(self, unit: object) -> _Converted:
        """For a unit as a message tells it; without one, the template's. Raises MalformedInput."""
        if unit is None:
            return self.own
        if type(unit) is not str:
            raise MalformedInput(f"the unit of its {self.signal.value} is no text")
        return self._found.get(unit) or _remembered(self._found, unit, self._made(unit))

    def _made(self, unit: str | None) -> _Converted:
        channel = Channel(self.signal, (unit and unit_by_mdc(unit)) or unit_of(unit))
        if self.kind is Kind.WAVEFORM and VITALS[self.signal].unit == "1":
            channel = Channel(self.signal)  # relative, whatever its device calls the unit
        try:
            return _Converted(channel, converter(channel))
        except MalformedInput:  # the unit may be anything, and is not repeated
            raise MalformedInput(
                f"no conversion is known for the unit of its {self.signal.value}"
            ) from None


def _of_vocabulary(name: str) -> SignalMap | None:
    signal = by_loinc(name) or by_mdc(name)
    if signal is not None:
        return SignalMap(signal=signal)
    channel = numeric(name) or waveform(name)
    return SignalMap(signal=channel.signal, unit=channel.unit) if channel else None


def _add(
    at: Row,
    signal: Signal,
    converted: _Converted,
    told: Any,
    *,
    time: datetime | None = None,
    quality: Quality | None = None,
) -> None:
    raw = told if type(told) is float else _number(signal, told)
    if raw is None:
        return
    found = observation(converted.channel, converted.convert, time or at.time, raw, at.source)
    if found is None:
        return
    if not -_LARGEST < found.value < _LARGEST:
        raise MalformedInput(f"its {signal.value} is no number that was measured")
    flagged = quality or at.quality
    if flagged is not None:
        found = Observation(signal, found.time, found.value, found.source, flagged)
    at.decoded.count += 1
    if at.decoded.count > MOST_ROWS:
        raise MalformedInput(f"it has more than {MOST_ROWS} values")
    at.part.observations.append(found)


def _number(signal: Signal, told: object) -> float | None:
    """The number that anything but a float stands for. Raises MalformedInput."""
    if type(told) is int and -_LARGEST < told < _LARGEST:
        return float(told)
    try:
        if isinstance(told, str):
            return word(signal, told) if has_words(signal) else number(told)
    except MalformedInput:
        raise MalformedInput(f"its {signal.value} is no number") from None
    if isinstance(told, bool) and signal is Signal.OXYGEN_GIVEN:
        return float(told)
    raise MalformedInput(f"its {signal.value} is no number")


def _scaled(told: Any, exponent: Any) -> Any:
    if exponent is None:
        return told
    if type(exponent) is not int or abs(exponent) > _MOST_EXPONENT or type(told) is bool:
        raise MalformedInput("its exponent is none")
    if type(told) not in {int, float}:
        raise MalformedInput("a value with an exponent is no number")
    try:  # by division, so that 36500 and -3 make 36.5 and not its neighbour
        return told / 10**-exponent if exponent < 0 else told * 10**exponent
    except OverflowError as exc:
        raise MalformedInput("a value with an exponent is no number") from exc


def _add_wave(
    at: Row, converted: _Converted, samples: Samples, told: Any, rate: Any, channel: object
) -> None:
    if told is None:
        return
    if at.quality is not None:  # a chunk has no quality of its own
        raise MalformedInput("a waveform is flagged as no measurement")
    name = channel if isinstance(channel, str) and channel.isprintable() else ""
    signal = converted.channel.signal
    values = samples.read(told, converted.convert, signal)
    at.part.waveforms += chunks(signal, at.time, rate, values, at.source, name[:32])


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


def _first(some: Sequence[str]) -> paths.Read | None:
    return paths.first(some) if some else None


def _key(value: object) -> tuple[bool, object]:
    """1 and true are not the same in JSON."""
    return isinstance(value, bool), value


def _all_of(conditions: Sequence[Only]) -> Holds | None:
    if not conditions:
        return None
    tests = [(paths.first(each.path), frozenset(map(_key, each.equals))) for each in conditions]

    def holds(row: Any, up: Any, message: Incoming) -> bool:
        for read, wanted in tests:
            found = read(row, up, message)
            if found is None or (wanted and not _is_one(found, wanted)):
                return False
        return True

    return holds


def _is_one(found: object, wanted: frozenset[tuple[bool, object]]) -> bool:
    return isinstance(found, str | int | float) and _key(found) in wanted


def _flags(flags: Sequence[Flag]) -> Callable[[Any, Any, Incoming], Quality | None] | None:
    if not flags:
        return None
    tests = [(paths.first(each.path), _meanings(each)) for each in flags]

    def flagged(row: Any, up: Any, message: Incoming) -> Quality | None:
        for read, meanings in tests:
            found = read(row, up, message)
            if isinstance(found, str | int | float):
                quality = meanings.get(_key(found))
                if quality is not None:
                    return quality
        return None

    return flagged


def _meanings(flag: Flag) -> dict[tuple[bool, object], Quality]:
    return {
        _key(value): quality
        for quality, values in (
            (Quality.DEMO, flag.demo),
            (Quality.SENSOR_OFF, flag.sensor_off),
            (Quality.ARTEFACT, flag.artefact),
        )
        for value in values
    }


def _remembered(known: dict[_K, _V], key: _K, value: _V) -> _V:
    if len(known) >= _MOST_REMEMBERED:
        known.clear()
    known[key] = value
    return value


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
