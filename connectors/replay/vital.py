"""`.vital` files of Vital Recorder and VitalDB as recordings: numerics and waveforms."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import IO, Final, cast

from connectors.opening import Opening
from connectors.replay.channels import (
    Channel,
    converter,
    lead_name,
    numeric,
    observation,
    same,
    unit_of,
    waveform,
)
from connectors.replay.naming import name_of
from connectors.replay.opening import replayed
from connectors.replay.packets import NUMBER, WAVE, Packets, Record, TrackInfo
from connectors.replay.player import WINDOW, Entry, Replay, Window
from connectors.replay.tracks import FASTEST, convertible, seconds
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Rejected, Subject, WaveformChunk
from sereno.domain.vitals import VITALS, Signal

# What the recorder's own codes mean, where they mean anything here.
_MEANINGS: Final[Mapping[int, Signal]] = {
    1: Signal.ECG, 2: Signal.HEART_RATE, 4: Signal.PRESSURE, 5: Signal.INVASIVE_SYSTOLIC,
    6: Signal.INVASIVE_DIASTOLIC, 7: Signal.INVASIVE_MEAN, 8: Signal.PLETH, 9: Signal.PULSE_RATE,
    10: Signal.SPO2, 11: Signal.RESPIRATION, 12: Signal.RESPIRATORY_RATE,
    14: Signal.RESPIRATORY_RATE, 15: Signal.END_TIDAL_CO2, 16: Signal.CUFF_SYSTOLIC,
    17: Signal.CUFF_DIASTOLIC, 18: Signal.CUFF_MEAN, 19: Signal.TEMPERATURE,
}  # fmt: skip
_WAVES: Final = frozenset({Signal.ECG, Signal.PRESSURE, Signal.PLETH, Signal.RESPIRATION})
# The names of VitalDB's tracks (vitaldb.net/dataset) that other recordings do not use.
_NAMES: Final[Mapping[str, Signal]] = {
    "ART_SBP": Signal.INVASIVE_SYSTOLIC, "ART_DBP": Signal.INVASIVE_DIASTOLIC,
    "ART_MBP": Signal.INVASIVE_MEAN, "NIBP_SBP": Signal.CUFF_SYSTOLIC,
    "NIBP_DBP": Signal.CUFF_DIASTOLIC, "NIBP_MBP": Signal.CUFF_MEAN, "PLETH_HR": Signal.PULSE_RATE,
    "PLETH_SPO2": Signal.SPO2, "PLETH_SAT_O2": Signal.SPO2, "RR_CO2": Signal.RESPIRATORY_RATE,
    "BT": Signal.TEMPERATURE,
}  # fmt: skip
_LISTED: Final = 20
_MOST_TRACKS: Final = 4096
_PIECE: Final = 10_000  # samples that are read at once: a packed file has a day in one record
_SAMPLES_WEIGH: Final = 10  # so many samples of a waveform are as large as one number


def open_vital(opening: Opening) -> Replay:
    """`vital:PATH`."""
    return replayed(opening, read_vital(opening))


def read_vital(opening: Opening) -> "VitalRecording":
    """The file itself."""
    opening.allow_options()
    return VitalRecording(opening.file(), opening.patient)


@dataclass(slots=True)
class _Track:
    """A track that is read, and the samples of it that are not yet a second."""

    info: TrackInfo
    channel: Channel
    start: float = 0.0  # epoch seconds of the first of `samples`
    samples: list[float] = field(default_factory=list)

    @property
    def due(self) -> float:
        """When the next sample would follow."""
        return self.start + len(self.samples) / self.info.rate


class VitalRecording:
    """A file as a `Recording`. Raises SourceError, or MalformedInput where it is none."""

    def __init__(self, path: Path, patient: str | None = None) -> None:
        self._path = path
        self._subject = Subject(identifier=patient or path.stem)
        self._ignored: tuple[str, ...] | None = None
        self.name = name_of("vital", path)
        with self._packets():
            pass

    @property
    def ignored(self) -> tuple[str, ...]:
        """The tracks that are not read; the file is looked through for them."""
        if self._ignored is None:
            reading = _Reading(self._subject, self.name)
            try:
                with self._packets() as packets:
                    for each in packets:
                        if isinstance(each, TrackInfo):
                            reading.describe(each)
            except MalformedInput:
                pass  # told when it is read
            self._ignored = tuple(reading.ignored)
        return self._ignored

    def windows(self) -> Iterator[Window]:
        """Read it through; see `Recording`. Raises MalformedInput where it has nothing known."""
        reading = _Reading(self._subject, self.name)
        with self._packets() as packets:
            found = False
            for window in reading.windows(packets):
                found = True
                yield window
        if not found:
            names = ", ".join([*reading.ignored][:_LISTED]) or "none"
            raise MalformedInput(
                f"no track of the file is known, or none has values; it has {names}"
            )

    @contextmanager
    def _packets(self) -> Iterator[Packets]:
        try:
            file = self._path.open("rb")
        except OSError as exc:
            raise SourceError("the file can not be opened; check its permissions") from exc
        with file, gzip.GzipFile(fileobj=file) as stream:
            yield Packets(cast("IO[bytes]", stream))


class _Reading:
    """One way through a file."""

    def __init__(self, subject: Subject, source: str) -> None:
        self._subject = subject
        self._source = source
        self._tracks: dict[int, _Track] = {}
        self._entries: list[Entry] = []
        self._rejected: list[Rejected] = []
        self._weight = 0
        self.ignored: dict[str, None] = {}

    def windows(self, packets: Packets) -> Iterator[Window]:
        """All that is understood, about `WINDOW` values at a time."""
        try:
            for each in packets:
                if isinstance(each, TrackInfo):
                    self.describe(each)
                else:
                    yield from self._record(each, packed=packets.packed)
        except MalformedInput as exc:
            self._reject(str(exc))
        for track in self._tracks.values():
            self._finish(track)
        if self._entries or self._rejected:
            yield self._window()

    def describe(self, info: TrackInfo) -> None:
        """Note a track; where two mean the same, the first is read."""
        channel = _channel(info)
        told = any(channel and same(channel, each.channel) for each in self._tracks.values())
        if channel and not told and convertible(channel) and len(self._tracks) < _MOST_TRACKS:
            self._tracks.setdefault(info.number, _Track(info, channel))
        elif len(self.ignored) < _MOST_TRACKS:
            self.ignored[info.name] = None

    def _record(self, record: Record, *, packed: bool) -> Iterator[Window]:
        track = self._tracks.get(record.track)
        if track is None:
            return
        try:
            if track.info.kind == WAVE:
                yield from self._wave(track, record, packed=packed)
            else:
                self._number(track, record)
        except (ValueError, OverflowError, OSError):
            self._reject("a record is damaged, or its time can not be understood")
        if self._weight >= WINDOW:
            yield self._window()

    def _number(self, track: _Track, record: Record) -> None:
        raw = float(track.info.physical(record.number(track.info.form), packed=False))
        time = datetime.fromtimestamp(record.time, UTC)
        found = observation(track.channel, converter(track.channel), time, raw, self._source)
        if found is not None and isfinite(found.value):
            self._entries.append(Entry(self._subject, found))
            self._weight += 1

    def _wave(self, track: _Track, record: Record, *, packed: bool) -> Iterator[Window]:
        left = record.count(track.info.form)
        for moment in (record.time, record.time + left / track.info.rate):
            datetime.fromtimestamp(moment, UTC)
        if abs(record.time - track.due) > 2 / track.info.rate:
            self._finish(track)
            track.start = record.time
        while left > 0:
            raw = record.samples(track.info.form, min(left, _PIECE))
            left -= len(raw)
            track.samples += track.info.physical(raw, packed=packed).tolist()
            self._cut(track)
            if self._weight >= WINDOW:
                yield self._window()

    def _cut(self, track: _Track) -> None:
        """Whole seconds of what was gathered as stretches."""
        size = max(1, round(track.info.rate))
        whole = len(track.samples) // size * size
        for first in range(0, whole, size):
            self._chunk(track, first, track.samples[first : first + size])
        track.start += whole / track.info.rate
        del track.samples[:whole]

    def _finish(self, track: _Track) -> None:
        if track.samples:
            self._chunk(track, 0, track.samples)
            track.start, track.samples = track.due, []

    def _chunk(self, track: _Track, first: int, raw: list[float]) -> None:
        if all(value != value for value in raw):  # noqa: PLR0124 - NaN: nothing was sampled
            return
        convert = converter(track.channel)
        chunk = WaveformChunk(
            track.channel.signal,
            datetime.fromtimestamp(track.start, UTC) + seconds(first, track.info.rate),
            track.info.rate,
            tuple(map(convert, raw)) if convert else tuple(raw),
            self._source,
            track.channel.name,
        )
        self._entries.append(Entry(self._subject, chunk))
        self._weight += 1 + len(raw) // _SAMPLES_WEIGH

    def _reject(self, reason: str) -> None:
        self._rejected.append(Rejected(b"", reason))
        self._weight += 1

    def _window(self) -> Window:
        window = Window(self._entries, self._rejected)
        self._entries, self._rejected, self._weight = [], [], 0
        return window


def _channel(info: TrackInfo) -> Channel | None:
    """What a track is: by the recorder's own code, by VitalDB's names, or as anywhere else."""
    name = info.name.rpartition("/")[2]
    signal = _MEANINGS.get(info.meaning) or _NAMES.get(name.upper())
    if info.kind == WAVE and 0 < info.rate < FASTEST:
        known = waveform(name, info.unit)
        if known is None and signal in _WAVES:
            return Channel(signal, _wave_unit(signal, info.unit), lead_name(name))
        return known
    if info.kind != NUMBER or signal in _WAVES:
        return None
    return Channel(signal, unit_of(info.unit), name) if signal else numeric(name, info.unit or None)


def _wave_unit(signal: Signal, unit: str) -> str | None:
    return None if VITALS[signal].unit == "1" else unit_of(unit)
