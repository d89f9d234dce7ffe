"""What reads the signals of a row, compiled from a template."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.codes import by_loinc, by_mdc, unit_by_mdc
from connectors.maps import SignalMap
from connectors.mqtt import paths
from connectors.mqtt.conditions import all_of, flagged_by
from connectors.mqtt.message import MOST_ROWS, Row, remembered
from connectors.mqtt.samples import Samples, chunks
from connectors.mqtt.template import Named, Value, Waveform
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
from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import VITALS, Kind, Signal

_LARGEST: Final = 1e12  # no vital sign comes near; beyond it is no number that was measured
_MOST_EXPONENT: Final = 12

Convert = Callable[[float], float] | None


class ValueReader:
    """Reads one signal of a row."""

    def __init__(self, value: Value) -> None:
        self.paths = value.path
        self._signal = value.signal
        self._read = paths.first(value.path)
        self._units = _Units(value.signal, value.unit)
        self._unit = paths.first_of(value.unit_path)
        self._exponent = paths.first_of(value.exponent)
        self._only = all_of(value.only)
        self._flags = flagged_by(value.flags)
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


class NamedReader:
    """Reads a row that tells the name of its signal."""

    def __init__(self, named: Named) -> None:
        self._name = paths.first(named.name)
        self._value = paths.first_of(named.value)
        self._unit = paths.first_of(named.unit_path)
        self._samples = paths.first_of(named.samples)
        self._rate = paths.first_of(named.rate)
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
            units = remembered(self._known, name, self._meaning(name))
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


class WaveReader:
    """Reads one waveform of a row."""

    def __init__(self, wave: Waveform) -> None:
        self.paths = wave.path
        self._read = paths.first(wave.path)
        self._convert = _Units(wave.signal, wave.unit).own
        self._samples = Samples(wave.encoding, wave.scale, wave.offset)
        self._fixed = wave.rate
        self._rate = paths.first_of(wave.rate_path)
        self._channel = wave.channel
        self._channel_path = paths.first_of(wave.channel_path)
        self._only = all_of(wave.only)

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
        return self._found.get(unit) or remembered(self._found, unit, self._made(unit))

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
