"""What a fuzzing target is, and what must hold of whatever a parser gives back."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from sereno.domain.stream import Batch, Observation, WaveformChunk
from sereno.ports import Received
from sereno.storage.received import packed, unpacked

Run = Callable[[bytes], None]


@dataclass(frozen=True)
class Target:
    """One parser. `load` imports it and gives what takes an input; `seeds` are real inputs.

    `longest` is the bytes of an input, `shape` how inputs are mutated besides byte by byte.
    """

    load: Callable[[], Run]
    seeds: Callable[[Path], Iterable[bytes]]
    longest: int = 4096
    shape: str = "bytes"


def sound(batch: Batch) -> None:
    """Raise AssertionError unless the store could keep `batch` and the ward could show it."""
    for each in batch.observations:
        _sound_value(each)
    for chunk in batch.waveforms:
        _sound_chunk(chunk)
    for letter in batch.rejected:
        assert isinstance(letter.content, bytes)
        assert 0 < len(letter.reason) < 1000, letter.reason
        assert letter.reason.isprintable(), letter.reason
    subject = batch.subject
    if subject is not None:
        for text in (subject.identifier, subject.authority, subject.name, subject.bed):
            assert text is None or len(text.encode()) < 2000
        assert subject.identifier
    kept = unpacked(packed(Received(None, batch, None))).batch
    assert kept.observations == batch.observations
    assert len(kept.waveforms) == len(batch.waveforms)


def _sound_value(each: Observation) -> None:
    assert math.isfinite(each.value)
    assert each.time.tzinfo is UTC
    assert 0 < len(each.source) < 1000
    assert each.source.isprintable()


def _sound_chunk(chunk: WaveformChunk) -> None:
    assert 0 < chunk.rate < math.inf
    assert len(chunk.samples) > 0
    assert not any(map(math.isinf, chunk.samples))
    assert chunk.end.tzinfo is UTC
    assert len(chunk.channel) < 200
    assert chunk.channel.isprintable()


def files(data: Path, pattern: str, most: int) -> list[bytes]:
    """The beginnings of the files that match, each of at most so many bytes."""
    return [path.read_bytes()[:most] for path in sorted(data.glob(pattern)) if path.is_file()]


def read(recording: Any) -> None:
    """Read a recording through."""
    for window in recording.windows():
        subjects = {each.subject: None for each in window.entries}
        items = [each.item for each in window.entries]
        batch = Batch(
            source=recording.name,
            subject=next(iter(subjects), None),
            observations=tuple(each for each in items if isinstance(each, Observation)),
            waveforms=tuple(each for each in items if isinstance(each, WaveformChunk)),
            rejected=tuple(window.rejected),
        )
        sound(batch)
    assert isinstance(recording.ignored, tuple)
