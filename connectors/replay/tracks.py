"""Evenly sampled signals of a recording: which are known, and their samples as entries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from connectors.replay.channels import Channel, converter, numeric, observation, same, waveform
from connectors.replay.player import WINDOW, Entry, begin_of
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Subject, WaveformChunk
from sereno.domain.vitals import VITALS, Kind

SLOWEST_WAVEFORM = 4.0  # Hz; numerics come once a second or less often
FASTEST = 1e6  # Hz
_WINDOW_SECONDS = 60  # of waveform in one window: about as much memory as WINDOW observations
_WINDOW_SAMPLES = 120_000  # of all waveforms of one window together


@dataclass(frozen=True, slots=True)
class Track:
    """One signal: where it is in the recording, how it is read, and its rate in Hz."""

    index: int
    channel: Channel
    rate: float

    @property
    def is_waveform(self) -> bool:
        """Whether it holds samples of a waveform."""
        return VITALS[self.channel.signal].kind is Kind.WAVEFORM


@dataclass(frozen=True, slots=True)
class Stretch:
    """Samples of a track that follow each other; `first` counts those since the beginning."""

    track: Track
    samples: Any  # a numpy array
    first: int = 0


class LookUp(Protocol):
    """What a label and its unit name; None where it is not known."""

    def __call__(self, label: str, unit: str | None = None) -> Channel | None:
        """The channel of `label`."""
        ...


def known_tracks(
    signals: Iterable[tuple[str, str | None, float]],
    waveform: LookUp = waveform,
    numeric: LookUp = numeric,
) -> tuple[list[Track], tuple[str, ...]]:
    """Of each signal's name, unit and rate those that are known, and the names of the others."""
    tracks: list[Track] = []
    ignored: list[str] = []
    for index, (name, unit, rate) in enumerate(signals):
        channel = (waveform if rate > SLOWEST_WAVEFORM else numeric)(name, unit)
        if channel and rate > 0 and convertible(channel) and not is_told(channel, tracks):
            tracks.append(Track(index, channel, rate))
        else:
            ignored.append(name)
    return tracks, tuple(ignored)


def is_told(channel: Channel, tracks: Iterable[Track]) -> bool:
    """Whether nothing in the store would tell it apart from one of `tracks`."""
    return any(same(channel, track.channel) for track in tracks)


def convertible(channel: Channel) -> bool:
    """Whether its values can be read in the vocabulary's unit."""
    try:
        converter(channel)
    except MalformedInput:
        return False
    return True


def window_seconds(tracks: Sequence[Track]) -> int:
    """How much of a recording is about one window: whole seconds, at least one."""
    fast = sum(track.rate for track in tracks if track.is_waveform)
    slow = sum(track.rate for track in tracks if not track.is_waveform)
    longest = min(_WINDOW_SECONDS, _WINDOW_SAMPLES / fast) if fast else float("inf")
    return max(1, int(min(longest, WINDOW / slow if slow else float("inf"))))


def entries(
    stretches: Iterable[Stretch], begin: datetime, subject: Subject, source: str
) -> list[Entry]:
    """The stretches of a recording that began at `begin`, in the order of time."""
    found: list[Entry] = []
    for stretch in stretches:
        read = _chunks if stretch.track.is_waveform else _numerics
        found += (Entry(subject, item) for item in read(stretch, begin, source))
    found.sort(key=lambda entry: begin_of(entry.item))
    return found


def seconds(count: int, rate: float) -> timedelta:
    """How long `count` samples take."""
    return timedelta(microseconds=round(count / rate * 1e6))


def _numerics(stretch: Stretch, begin: datetime, source: str) -> Iterator[Any]:
    track = stretch.track
    convert = converter(track.channel)
    for number, raw in enumerate(stretch.samples.tolist(), stretch.first):
        time = begin + seconds(number, track.rate)
        found = observation(track.channel, convert, time, raw, source)
        if found is not None:
            yield found


def _chunks(stretch: Stretch, begin: datetime, source: str) -> Iterator[Any]:
    track, samples = stretch.track, stretch.samples
    convert = converter(track.channel)
    size = max(1, round(track.rate))
    for first in range(0, len(samples), size):
        raw = samples[first : first + size].tolist()
        if all(value != value for value in raw):  # noqa: PLR0124 - NaN: nothing was sampled
            continue
        yield WaveformChunk(
            track.channel.signal,
            begin + seconds(stretch.first + first, track.rate),
            track.rate,
            tuple(map(convert, raw)) if convert else tuple(raw),
            source,
            track.channel.name,
        )
