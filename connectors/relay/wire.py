"""The form in which one Sereno tells another; docs/connectors/relay.md describes it.

A message is "SRLY", a byte for the version, the length of what follows once it is inflated, and
that as a zlib stream: the length of a JSON text, the text, and the samples of all waveforms one
after another. Nothing in it is run, and no length in it is believed before it is checked.
"""

import json
import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from connectors.relay import samples
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.patients import Discharge, Patient, Stay
from sereno.domain.stream import Observation, Quality, WaveformChunk
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.ports.outbox import Outgoing

VERSION: Final = 1
MEDIA: Final = "application/x-sereno-relay"
MOST_PLAIN: Final = 32 << 20  # bytes of a message once it is inflated
MOST_TEXT: Final = 8 << 20  # bytes of its JSON
MOST_TOLD: Final = 1024  # in a message
MOST_VALUES: Final = 5000  # of one told
MOST_WAVES: Final = 2000  # of one told
MOST_SAMPLES: Final = 100_000  # of one stretch
MOST_SECONDS: Final = 60.0  # of one stretch
_MOST_WORDS: Final = 500  # characters of a name
_MOST_VERSION: Final = 65535
_RATES: Final = (0.01, 100_000.0)  # Hz
_LEVEL: Final = 6  # zlib's effort

_HEAD: Final = struct.Struct("<4sBI")
_LENGTH: Final = struct.Struct("<I")
_MAGIC: Final = b"SRLY"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST: Final = (datetime(1900, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST: Final = (datetime(2200, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
# What the parts of one told weigh, about, in bytes before compression.
_BASE_WEIGHT: Final = 400
_VALUE_WEIGHT: Final = 90
_WAVE_WEIGHT: Final = 120
_SAMPLE_WEIGHT: Final = 4

DAMAGED: Final = "the message is damaged or none of Sereno's"
TOO_LARGE: Final = "the message is larger than is taken at once"


class OtherVersion(SourceError):
    """A message of a version that this release does not read."""


class TooLarge(MalformedInput):
    """A message that is to be told in smaller portions."""


class Unknown(MalformedInput):
    """One of those told can not be taken; `key` says which."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


@dataclass(frozen=True, slots=True)
class Message:
    """What travels at once, and the sender's clock when it was sent."""

    sent: datetime
    told: tuple[Outgoing, ...]


def encode(message: Message) -> bytes:
    """A message as bytes. Who ended a stay and why is not told."""
    blobs: list[bytes] = []
    header = {
        "sent": _micros(message.sent),
        "told": [_written(each, blobs) for each in message.told],
    }
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    plain = b"".join((_LENGTH.pack(len(text)), text, *blobs))
    return _HEAD.pack(_MAGIC, VERSION, len(plain)) + zlib.compress(plain, _LEVEL)


def plain_length(content: bytes) -> int:
    """How many bytes a message takes once it is inflated. Raises MalformedInput or OtherVersion."""
    if len(content) < _HEAD.size:
        raise MalformedInput(DAMAGED)
    magic, version, length = _HEAD.unpack_from(content)
    if magic != _MAGIC:
        raise MalformedInput(DAMAGED)
    if version != VERSION:
        raise OtherVersion(f"messages of version {VERSION} are read here")
    if length > MOST_PLAIN:
        raise TooLarge(TOO_LARGE)
    return int(length)


def decode(content: bytes) -> Message:
    """What `encode` wrote. Raises MalformedInput, Unknown or OtherVersion, and quotes nothing."""
    plain = _inflated(content)
    (length,) = _LENGTH.unpack_from(plain)
    if length > MOST_TEXT:
        raise TooLarge(TOO_LARGE)
    end = _LENGTH.size + length
    if end > len(plain):
        raise MalformedInput(DAMAGED)
    header = _parsed(plain[_LENGTH.size : end])
    blob = _Blob(plain, end)
    told = _list(header.get("told"), MOST_TOLD)
    message = Message(_moment(header.get("sent")), tuple(_read(each, blob) for each in told))
    if not blob.at_end:
        raise MalformedInput(DAMAGED)
    return message


def portions(told: Sequence[Outgoing], most: int) -> Iterator[list[Outgoing]]:
    """`told` in its order, in portions of about `most` bytes; what is too much alone is parted."""
    portion: list[Outgoing] = []
    heavy = 0
    for each in told:
        for part in _parts(_with_short_stretches(each), most):
            its = weight(part)
            if portion and (heavy + its > most or len(portion) >= MOST_TOLD):
                yield portion
                portion, heavy = [], 0
            portion.append(part)
            heavy += its
    if portion:
        yield portion


def weight(one: Outgoing) -> int:
    """The bytes of one told before compression, about."""
    return (
        _BASE_WEIGHT
        + _VALUE_WEIGHT * len(one.observations)
        + sum(_WAVE_WEIGHT + _SAMPLE_WEIGHT * len(each.samples) for each in one.waveforms)
    )


def _with_short_stretches(one: Outgoing) -> Outgoing:
    """`one` with its waveforms in stretches as long as are taken, always cut at the same places."""
    if all(_samples_at_once(each) >= len(each.samples) for each in one.waveforms):
        return one
    return replace(one, waveforms=tuple(cut for each in one.waveforms for cut in _cut(each)))


def _cut(chunk: WaveformChunk) -> Iterator[WaveformChunk]:
    most = _samples_at_once(chunk)
    for at in range(0, len(chunk.samples), most):
        start = chunk.start + timedelta(seconds=at / chunk.rate)
        yield replace(chunk, start=start, samples=chunk.samples[at : at + most])


def _samples_at_once(chunk: WaveformChunk) -> int:
    return max(1, min(MOST_SAMPLES, int(chunk.rate * MOST_SECONDS)))


def _parts(one: Outgoing, most: int) -> Iterator[Outgoing]:
    """One told, in as many parts as it takes; the last holds what became of the stay."""
    few = len(one.observations) <= MOST_VALUES and len(one.waveforms) <= MOST_WAVES
    if few and weight(one) <= most:
        yield one
        return
    bare = replace(one, observations=(), waveforms=(), stay=None)
    values = iter(one.observations)
    at_once = max(1, min(MOST_VALUES, most // _VALUE_WEIGHT))
    while some := tuple(islice(values, at_once)):
        yield replace(bare, observations=some)
    chunks: list[WaveformChunk] = []
    heavy = 0
    for each in one.waveforms:
        its = _WAVE_WEIGHT + _SAMPLE_WEIGHT * len(each.samples)
        if chunks and (heavy + its > most or len(chunks) >= MOST_WAVES):
            yield replace(bare, waveforms=tuple(chunks))
            chunks, heavy = [], 0
        chunks.append(each)
        heavy += its
    if chunks:
        yield replace(bare, waveforms=tuple(chunks))
    if one.stay is not None:
        yield replace(bare, stay=one.stay)


# Writing.


def _written(one: Outgoing, blobs: list[bytes]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": one.key,
        "number": one.number,
        "time": _micros(one.time),
        "patient": _person(one.patient),
    }
    if one.observations:
        told["values"] = [
            [
                v.signal.value,
                _micros(v.time),
                v.value if math.isfinite(v.value) else None,
                v.source,
                v.quality.value,
                v.version,
            ]
            for v in one.observations
        ]
    if one.waveforms:
        told["waves"] = [_wave(each, blobs) for each in one.waveforms]
    if one.stay is not None:
        ended = one.stay.ended
        told["stay"] = None if ended is None else [_micros(ended.at), ended.live]
    if not one.live:
        told["live"] = False
    return told


def _person(one: Patient) -> dict[str, Any]:
    """What a Subject has room for. What a clinician ordered holds where it was ordered alone."""
    told = {
        "id": one.id,
        "identifier": one.identifier,
        "authority": one.authority,
        "name": one.name,
        "bed": one.bed,
        "birth_date": one.birth_date.isoformat() if one.birth_date else None,
        "sex": one.sex,
        "pregnant": one.pregnant,
    }
    return {name: value for name, value in told.items() if value is not None}


def _wave(chunk: WaveformChunk, blobs: list[bytes]) -> list[Any]:
    form, content = samples.packed(chunk.samples)
    blobs.append(content)
    start = _micros(chunk.start)
    count = len(chunk.samples)
    return [chunk.signal.value, start, chunk.rate, chunk.source, chunk.channel, form, count]


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


# Reading. Each word and number is looked at: whoever knows a secret may still be mistaken.


class _Blob:
    """The samples of a message, taken one after another."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self._at = at

    @property
    def at_end(self) -> bool:
        return self._at == len(self._content)

    def take(self, count: int) -> bytes:
        begin, self._at = self._at, self._at + count
        if self._at > len(self._content):
            raise MalformedInput(DAMAGED)
        return self._content[begin : self._at]


def _inflated(content: bytes) -> bytes:
    """What a message holds, and no byte more than it says."""
    length = plain_length(content)
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(content[_HEAD.size :], length + 1)
    except zlib.error as exc:
        raise MalformedInput(DAMAGED) from exc
    if len(plain) != length or length < _LENGTH.size or not unpacker.eof or unpacker.unused_data:
        raise MalformedInput(DAMAGED)
    return plain


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        return _object(json.loads(text, parse_constant=_no_constant))
    except (ValueError, RecursionError) as exc:
        raise MalformedInput(DAMAGED) from exc


def _no_constant(_: str) -> float:
    raise MalformedInput(DAMAGED)


def _read(data: object, blob: _Blob) -> Outgoing:
    told = _object(data)
    key = _words(told.get("key"))
    try:
        rows = _list(told.get("waves"), MOST_WAVES)
        return _outgoing(told, key, [(row, blob.take(_bytes_of(row))) for row in rows])
    except MalformedInput as exc:
        raise Unknown(key, str(exc)) from exc


def _outgoing(told: dict[str, Any], key: str, waves: list[tuple[Any, bytes]]) -> Outgoing:
    return Outgoing(
        number=_whole(told.get("number"), 0, 2**63 - 1),
        key=key,
        time=_moment(told.get("time")),
        patient=_patient(_object(told.get("patient"))),
        observations=tuple(map(_value, _list(told.get("values"), MOST_VALUES))),
        waveforms=tuple(_chunk(row, content) for row, content in waves),
        stay=_stay(told["stay"]) if "stay" in told else None,
        live=told.get("live") is not False,
    )


def _patient(told: dict[str, Any]) -> Patient:
    born = _maybe(told.get("birth_date"))
    pregnant = told.get("pregnant")
    try:
        birth_date = None if born is None else date.fromisoformat(born)
    except ValueError as exc:
        raise MalformedInput("a date of birth is none") from exc
    if pregnant is not None and not isinstance(pregnant, bool):
        raise MalformedInput(DAMAGED)
    return Patient(
        id=_words(told.get("id")),
        identifier=_words(told.get("identifier")),
        authority=_maybe(told.get("authority")) or "",
        name=_maybe(told.get("name")),
        bed=_maybe(told.get("bed")),
        birth_date=birth_date,
        sex=_maybe(told.get("sex")),
        pregnant=pregnant,
    )


def _value(row: object) -> Observation:
    signal, time, value, source, quality, version = _row(row, 6)
    return Observation(
        _signal(signal, waveform=False),
        _moment(time),
        math.nan if value is None else _number(value),
        _words(source),
        _quality(quality),
        _whole(version, 1, _MOST_VERSION),
    )


def _chunk(row: object, content: bytes) -> WaveformChunk:
    signal, start, rate, source, channel, form, count = _row(row, 7)
    frequency = _number(rate)
    lowest, highest = _RATES
    if not lowest <= frequency <= highest or count > frequency * MOST_SECONDS:
        raise MalformedInput("a stretch of waveform is of no length that is taken")
    return WaveformChunk(
        _signal(signal, waveform=True),
        _moment(start),
        frequency,
        samples.unpacked(form, content),
        _words(source),
        _maybe(channel) or "",
    )


def _stay(data: object) -> Stay:
    if data is None:
        return Stay()
    at, live = _row(data, 2)
    return Stay(ended=Discharge(at=_moment(at), by="", reason="", live=live is not False))


def _bytes_of(row: object) -> int:
    form, count = _row(row, 7)[5:]
    size = samples.SIZES.get(form) if isinstance(form, str) else None
    if size is None:
        raise MalformedInput("a waveform's samples have a form that is not known")
    return size * _whole(count, 1, MOST_SAMPLES)


def _signal(word: Any, *, waveform: bool) -> Signal:
    try:
        signal = Signal(word)
    except ValueError as exc:
        raise MalformedInput(
            "a signal is not known to this release; upgrade the Sereno that is told"
        ) from exc
    if (VITALS[signal].kind is Kind.WAVEFORM) is not waveform:
        raise MalformedInput("a waveform is told as a number, or a number as a waveform")
    return signal


def _quality(word: Any) -> Quality:
    try:
        return Quality(word)
    except ValueError as exc:
        raise MalformedInput(
            "a quality is not known to this release; upgrade the Sereno that is told"
        ) from exc


def _object(data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise MalformedInput(DAMAGED)
    return data


def _list(data: object, most: int) -> list[Any]:
    if data is None:
        return []
    if not isinstance(data, list) or len(data) > most:
        raise MalformedInput(DAMAGED)
    return data


def _row(data: object, width: int) -> list[Any]:
    if not isinstance(data, list) or len(data) != width:
        raise MalformedInput(DAMAGED)
    return data


def _words(data: object) -> str:
    """A text that says something."""
    if not isinstance(data, str) or not 0 < len(data) <= _MOST_WORDS:
        raise MalformedInput("a name is missing or too long")
    return data


def _maybe(data: object) -> str | None:
    return None if data is None or data == "" else _words(data)


def _whole(data: object, low: int, high: int) -> int:
    if not isinstance(data, int) or isinstance(data, bool) or not low <= data <= high:
        raise MalformedInput("a whole number is none, or out of bounds")
    return data


def _number(data: object) -> float:
    if not isinstance(data, int | float) or isinstance(data, bool):
        raise MalformedInput("a number is none")
    try:
        value = float(data)
    except OverflowError as exc:
        raise MalformedInput("a number is out of bounds") from exc
    if not math.isfinite(value):
        raise MalformedInput("a number is none")
    return value


def _moment(data: object) -> datetime:
    return _EPOCH + timedelta(microseconds=_whole(data, _FIRST, _LAST))
