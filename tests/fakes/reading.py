"""Reading a connector to its end."""

from collections.abc import Iterable
from typing import Any

from sereno.domain.stream import Batch, Observation, Rejected, WaveformChunk
from sereno.ports import Connector


async def read_all(connector: Connector, most: int | None = None) -> list[Batch]:
    """Its batches, at most so many, and its generator closed."""
    batches: list[Batch] = []
    stream: Any = connector.batches()
    try:
        async for batch in stream:
            batches.append(batch)
            if most is not None and len(batches) >= most:
                break
    finally:
        await stream.aclose()
    return batches


def observations(batches: Iterable[Batch]) -> list[Observation]:
    return [observation for batch in batches for observation in batch.observations]


def waveforms(batches: Iterable[Batch]) -> list[WaveformChunk]:
    return [chunk for batch in batches for chunk in batch.waveforms]


def rejected(batches: Iterable[Batch]) -> list[Rejected]:
    return [piece for batch in batches for piece in batch.rejected]


def values(batches: Iterable[Batch], signal: str) -> list[float]:
    """A signal's values, in order."""
    return [each.value for each in observations(batches) if each.signal.value == signal]
