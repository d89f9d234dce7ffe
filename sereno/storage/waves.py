"""Stretches of waveform as bytes.

Samples on a decimal step (an analogue-to-digital converter's, a file's) come back to the last
bit; others are kept in single precision, 24 bits, finer than any converter at the bedside.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from sereno.domain.stream import WaveformChunk
from sereno.domain.vitals import Signal
from sereno.storage import packing
from sereno.storage.engine import micros, moment

_FORMAT: Final = 1
_LEVEL: Final = 6  # zlib's effort: a second of three waveforms takes a tenth of a millisecond


def pack(chunks: Sequence[WaveformChunk]) -> bytes:
    """Chunks of one signal as bytes."""
    parts = [bytes((_FORMAT,)), packing.varint(len(chunks))]
    for chunk in chunks:
        samples = np.asarray(chunk.samples, np.float64)
        parts += (
            packing.ints(np.array([micros(chunk.start)], np.int64)),
            packing.double(chunk.rate),
            packing.text(chunk.source),
            packing.text(chunk.channel),
            packing.varint(len(samples)),
            packing.floats32(samples),
        )
    return packing.deflated(b"".join(parts), _LEVEL)


def unpack(content: bytes, signal: Signal) -> list[WaveformChunk]:
    """What `pack` wrote. Raises Unreadable."""
    reader = packing.Reader(packing.inflated(content))
    packing.expect(reader.byte() == _FORMAT)
    with packing.damage():
        return [_chunk(reader, signal) for _ in range(reader.varint())]


def _chunk(reader: packing.Reader, signal: Signal) -> WaveformChunk:
    start = moment(int(reader.ints(1)[0]))
    rate, source, channel = reader.double(), reader.text(), reader.text()
    samples = reader.floats(reader.varint())
    return WaveformChunk(signal, start, rate, tuple(samples.tolist()), source, channel)
