"""Waveforms in OBX: arrays with attributes (IHE PCD), and the categories of ORU^W01 (HL7 7.14)."""

import base64
import binascii
import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from connectors.mllp.coding import Codes, Meaning
from connectors.mllp.parsing import Delimiters, Segment, at
from connectors.mllp.values import number
from connectors.replay.channels import waveform
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import WaveformChunk

ARRAYS: Final = frozenset({"NA", "MA", "ED"})
CATEGORIES: Final = frozenset({"TIM", "CHN", "WAV", "ANO"})
_ATTRIBUTES: Final = frozenset(
    {"MDC_ATTR_SAMP_RATE", "MDC_ATTR_NU_MSMT_RES", "MDC_ATTR_DATA_RANGE", "MDC_ATTR_SCALE_RANGE"}
)
_SLOWEST, _FASTEST = 1.0, 20_000.0  # Hz
_MOST_SAMPLES: Final = 1 << 20  # of one array
_MOST_CHANNELS: Final = 256  # of one order of an ORU^W01
_SAMPLE_BYTES: Final = 2

NO_RATE: Final = "a waveform came without its sampling rate"
NO_TIME: Final = "a waveform came without the time of its first sample"
NOT_SAMPLES: Final = "a waveform's samples are no numbers"
TOO_MANY: Final = "a waveform is longer than is taken"
TOO_MANY_CHANNELS: Final = "a waveform has more channels than are taken"
NO_ORDER: Final = "a waveform's bytes may be read in more than one way; send it as numbers (NA)"


@dataclass(slots=True)
class Wave:
    """One array and what else its message tells of it."""

    row: Segment
    order: Segment | None
    meaning: Meaning
    start: datetime | None
    end: datetime | None
    source: str
    attributes: dict[str, Segment] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of ORU^W01, as its CHN row defines it."""

    meaning: Meaning | None
    rate: float | None
    factor: float
    baseline: float
    unit: str
    low: float
    high: float


class Recording:
    """The channels of one order of an ORU^W01, until its samples come. OBX-4 ties them together."""

    def __init__(self) -> None:
        self._channels: dict[str, list[Channel]] = {}
        self._begins: dict[str, datetime | None] = {}
        self._defined = 0

    def begin(self, row: Segment, moment: datetime | None) -> None:
        """A TIM row: when the first sample was taken."""
        self._begins[row[4]] = moment

    def define(self, row: Segment, codes: Codes, delimiters: Delimiters) -> None:
        """A CHN row. What it leaves out is as in the first channel."""
        told = self._channels.setdefault(row[4], [])
        for text in row[5].split(delimiters.repetition, _MOST_CHANNELS):
            if self._defined >= _MOST_CHANNELS:
                raise MalformedInput(TOO_MANY_CHANNELS)
            self._defined += 1
            told.append(_channel(text, self._first(), codes, delimiters))

    def read(
        self,
        row: Segment,
        start: datetime | None,
        source: str,
        codes: Codes,
        delimiters: Delimiters,
    ) -> Iterator[WaveformChunk]:
        """A WAV row: its samples by channel. Raises MalformedInput."""
        begin = self._begins.get(row[4]) or next(iter(self._begins.values()), None) or start
        if begin is None:
            raise MalformedInput(NO_TIME)
        columns = _columns(row, delimiters)
        channels = self._channels.get(row[4], [])
        if len(channels) < len(columns):
            channels = [each for told in self._channels.values() for each in told]
        for channel, column in zip(channels, columns, strict=False):
            if channel.meaning is None:
                codes.ignore("WAV")
                continue
            rate = _checked(channel.rate)
            convert = codes.convert(channel.meaning, channel.unit, delimiters)
            values = [_scaled(channel, value) for value in column]
            if convert:
                values = [convert(value) for value in values]
            yield from _chunks(channel.meaning, begin, rate, values, source)

    def _first(self) -> Channel | None:
        return next((told[0] for told in self._channels.values() if told), None)


def attribute(row: Segment, delimiters: Delimiters) -> str | None:
    """The attribute of a waveform that an OBX tells; "" for one that is of no use, None for none.

    Attributes are named in the code or in its text: 0^MDC_ATTR_SAMP_RATE^MDC.
    """
    told = row[3]
    if "MDC_ATTR_" not in told:
        return None
    parts = delimiters.parts(told)
    name = next((part for part in parts[:2] if part.startswith("MDC_ATTR_")), "")
    return name if name in _ATTRIBUTES else ""


def category(row: Segment, delimiters: Delimiters) -> str | None:
    """TIM, CHN, WAV or ANO, where OBX-3 carries such a suffix."""
    suffix = row[3].partition(delimiters.component)[0].partition(delimiters.sub)[2]
    return suffix if suffix in CATEGORIES else None


def read_wave(wave: Wave, codes: Codes, delimiters: Delimiters) -> Iterator[WaveformChunk]:
    """An array with its attributes, in chunks of a second. Raises MalformedInput."""
    if wave.start is None:
        raise MalformedInput(NO_TIME)
    limits = _range(wave.attributes.get("MDC_ATTR_DATA_RANGE"), delimiters)
    samples = _samples(wave.row, limits, delimiters)
    rate = _rate(wave, len(samples), delimiters)
    unit, factor = _scale(wave, codes, delimiters)
    convert = codes.convert(wave.meaning, unit, delimiters)
    low, high = limits or (-math.inf, math.inf)
    values = [
        value * factor if low <= value <= high else math.nan
        for value in samples
    ]  # fmt: skip
    if convert:
        values = [convert(value) for value in values]
    yield from _chunks(wave.meaning, wave.start, rate, values, wave.source)


def _channel(text: str, first: Channel | None, codes: Codes, delimiters: Delimiters) -> Channel:
    """Number & name ^ electrodes ^ sensitivity & unit ^ calibration ^ rate ^ least & most."""
    parts = (text.split(delimiters.component) + [""] * 6)[:6]
    subs = [[delimiters.plain(sub) for sub in (*part.split(delimiters.sub), "")] for part in parts]
    (_, name, *_), electrodes, (sensitivity, unit, *_), calibration, (rate, *_), limits = subs
    correction, baseline = calibration[0], calibration[1]
    low, high = _number(limits[0]), _number(limits[1])
    usual = first or Channel(None, None, 1.0, 0.0, "", -math.inf, math.inf)
    factor = _number(sensitivity)
    return Channel(
        meaning=_named([name, *electrodes], codes, delimiters),
        rate=_number(rate) or usual.rate,
        factor=usual.factor if factor is None else factor * (_number(correction) or 1.0),
        baseline=_or(_number(baseline), usual.baseline),
        unit=unit or usual.unit,
        low=_or(low, usual.low),
        high=_or(high, usual.high),
    )


def _scaled(channel: Channel, value: float) -> float:
    if channel.low <= value <= channel.high:
        return (value - channel.baseline) * channel.factor
    return math.nan


def _chunks(
    meaning: Meaning, start: datetime, rate: float, values: list[float], source: str
) -> Iterator[WaveformChunk]:
    step = int(rate)
    for begin in range(0, len(values), step):
        samples = tuple(values[begin : begin + step])
        if any(value == value for value in samples):  # noqa: PLR0124 - one that is not NaN
            moment = start + timedelta(seconds=begin / rate)
            yield WaveformChunk(meaning.signal, moment, rate, samples, source, meaning.channel)


def _samples(
    row: Segment, limits: tuple[float, float] | None, delimiters: Delimiters
) -> Sequence[float]:
    if row[2] == "ED":
        return _encapsulated(row[5], limits, delimiters)
    text = row[5].replace(delimiters.repetition, delimiters.component)
    return _numbers(text.split(delimiters.component))


def _columns(row: Segment, delimiters: Delimiters) -> list[Sequence[float]]:
    if row[2] != "MA":
        return [_samples(row, None, delimiters)]
    rows = [
        _numbers(each.split(delimiters.component)) for each in row[5].split(delimiters.repetition)
    ]
    widest = max(len(each) for each in rows)
    if widest * len(rows) > _MOST_SAMPLES:
        raise MalformedInput(TOO_MANY)
    return [[each[n] if n < len(each) else math.nan for each in rows] for n in range(widest)]


def _numbers(texts: list[str]) -> list[float]:
    if len(texts) > _MOST_SAMPLES:
        raise MalformedInput(TOO_MANY)
    try:
        values = [float(text) for text in texts]
    except ValueError:
        values = [_or(_sample(text), math.nan) for text in texts]
    return [value if abs(value) < math.inf else math.nan for value in values]


def _sample(text: str) -> float | None:
    try:
        return number(text)
    except MalformedInput as exc:
        raise MalformedInput(NOT_SAMPLES) from exc


def _encapsulated(
    field: str, limits: tuple[float, float] | None, delimiters: Delimiters
) -> Sequence[float]:
    """Base64 of 16-bit samples, in the byte order in which all lie within the data range."""
    parts = delimiters.parts(field)
    if len(parts) < 5 or parts[3].casefold() != "base64":
        raise MalformedInput(NO_ORDER)
    try:
        content = base64.b64decode(parts[4].replace("\n", ""), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise MalformedInput(NOT_SAMPLES) from exc
    if len(content) % _SAMPLE_BYTES or limits is None or not content:
        raise MalformedInput(NO_ORDER)
    if len(content) > _SAMPLE_BYTES * _MOST_SAMPLES:
        raise MalformedInput(TOO_MANY)
    here = array("h", content)
    swapped = array("h", content)
    swapped.byteswap()
    low, high = limits
    fitting = [each for each in (here, swapped) if low <= min(each) and max(each) <= high]
    if len(fitting) == 1 or (fitting and here == swapped):
        return [float(value) for value in fitting[0]]
    raise MalformedInput(NO_ORDER)


def _rate(wave: Wave, count: int, delimiters: Delimiters) -> float:
    """MDC_ATTR_SAMP_RATE, or what the order's beginning and end make of the number of samples."""
    told = wave.attributes.get("MDC_ATTR_SAMP_RATE")
    if told is not None:
        return _checked(_number(delimiters.first(told[5])))
    if wave.start and wave.end and wave.end > wave.start:
        return _checked(count / (wave.end - wave.start).total_seconds())
    raise MalformedInput(NO_RATE)


def _scale(wave: Wave, codes: Codes, delimiters: Delimiters) -> tuple[str, float]:
    """The unit, and what a sample is multiplied with.

    Samples are in the unit of their own row. Where that names no dimension and the resolution's
    row does, they are steps of the resolution.
    """
    unit = at(wave.row, 6)
    told = wave.attributes.get("MDC_ATTR_NU_MSMT_RES")
    if told is None or at(told, 6) in {"", unit}:
        return unit, 1.0
    try:
        codes.convert(wave.meaning, unit, delimiters)
    except MalformedInput:
        return at(told, 6), _or(_number(delimiters.first(told[5])), 1.0)
    return unit, 1.0


def _range(row: Segment | None, delimiters: Delimiters) -> tuple[float, float] | None:
    if row is None:
        return None
    low, high = (*(_number(part) for part in delimiters.parts(row[5])), None, None)[:2]
    return None if low is None or high is None or low >= high else (low, high)


def _checked(rate: float | None) -> float:
    if rate is None or not _SLOWEST <= rate <= _FASTEST:
        raise MalformedInput(NO_RATE)
    return rate


def _named(names: list[str], codes: Codes, delimiters: Delimiters) -> Meaning | None:
    """The first of a channel's names that is known: to the map, by code, or as a lead."""
    for name in filter(None, names):
        meaning = codes.meaning(name.replace(delimiters.component, ""), delimiters)
        if meaning is not None and meaning.waveform:
            return meaning
        if found := waveform(name):
            signal = found.signal
            return Meaning(signal, signal.value, waveform=True, channel=found.name)
    return None


def _number(text: str) -> float | None:
    try:
        return number(text)
    except MalformedInput:
        return None


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
