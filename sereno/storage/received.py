"""What was received as bytes and back: the content of a row of the inbox, and of the outbox."""

import json
import struct
from itertools import groupby
from operator import attrgetter
from typing import Final

from sereno.domain.stream import Batch, Movement, Observation, Rejected
from sereno.ports import Received
from sereno.scoring import codec
from sereno.storage import packing, waves
from sereno.storage.codes import QUALITIES, QUALITY_CODE, SIGNAL_OF, SIGNALS
from sereno.storage.engine import micros, moment

_FORMAT: Final = 1
_TIME: Final = struct.Struct("<q")
_VALUE: Final = struct.Struct("<BBHHqd")  # signal, quality, source, version, time, value
_NEVER: Final = -(2**63)


def packed(received: Received) -> bytes:
    """What was measured as it is; JSON of what is seldom there; then rejected bytes and waveforms.

    Each part is behind its length or number. What waits for milliseconds is not worth compressing.
    """
    batch = received.batch
    names = dict.fromkeys(one.source for one in batch.observations)
    places = {name: place for place, name in enumerate(names)}
    parts = [
        bytes((_FORMAT,)),
        packing.text(batch.source),
        bytes((batch.live,)),
        _TIME.pack(_NEVER if batch.sent is None else micros(batch.sent)),
        packing.varint(len(places)),
        *map(packing.text, places),
        packing.varint(len(batch.observations)),
    ]
    parts += [
        _VALUE.pack(
            SIGNALS[one.signal],
            QUALITY_CODE[one.quality],
            places[one.source],
            one.version,
            micros(one.time),
            one.value,
        )
        for one in batch.observations
    ]
    parts.append(_seldom(received))
    for each in batch.rejected:
        parts += packing.varint(len(each.content)), each.content
    chunks = sorted(batch.waveforms, key=attrgetter("signal"))
    for signal, group in groupby(chunks, key=attrgetter("signal")):
        content = waves.pack(list(group))
        parts += packing.varint(SIGNALS[signal]), packing.varint(len(content)), content
    return b"".join(parts)


def _seldom(received: Received) -> bytes:
    batch = received.batch
    if received.refused is None and batch.movement is None and not batch.rejected:
        return packing.text("")
    reasons = [each.reason for each in batch.rejected]
    return packing.text(json.dumps([received.refused, codec.pack(batch.movement), reasons]))


def unpacked(content: bytes) -> Received:
    """What `packed` wrote. Raises Unreadable."""
    reader = packing.Reader(content)
    packing.expect(reader.byte() == _FORMAT)
    source, live = reader.text(), bool(reader.byte())
    (sent,) = _TIME.unpack(reader.take(_TIME.size))
    names = [reader.text() for _ in range(reader.varint())]
    observations = tuple(_observation(reader, names) for _ in range(reader.varint()))
    refused, movement, reasons = json.loads(reader.text() or "[null, null, []]")
    rejected = tuple(Rejected(reader.take(reader.varint()), reason) for reason in reasons)
    waveforms = []
    while not reader.at_end:
        signal = SIGNAL_OF[reader.varint()]
        waveforms += waves.unpack(reader.take(reader.varint()), signal)
    return Received(
        None,
        Batch(
            source=source,
            subject=None,
            observations=observations,
            waveforms=tuple(waveforms),
            rejected=rejected,
            movement=codec.unpack(Movement | None, movement),
            sent=None if sent == _NEVER else moment(sent),
            live=live,
        ),
        refused,
    )


def _observation(reader: packing.Reader, names: list[str]) -> Observation:
    signal, quality, name, version, time_, value = _VALUE.unpack(reader.take(_VALUE.size))
    return Observation(
        SIGNAL_OF[signal], moment(time_), value, names[name], QUALITIES[quality], version
    )
