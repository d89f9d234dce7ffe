"""What is true of every batch, whatever it comes from."""

import gc
import logging
import math
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import anyio.lowlevel

from connectors.kit.findings import expect
from sereno.domain.stream import Batch, Observation, Quality, Rejected, WaveformChunk
from sereno.domain.vitals import VITALS, Kind
from sereno.ports import Connector

MOST_IN_A_BATCH: Final = 5_000  # observations
MOST_SECONDS_IN_A_BATCH: Final = 600  # of waveform, all channels together
MOST_MEMORY: Final = 4 << 20  # bytes that may gather between a source and a reader that waits
SECRET: Final = "Concepcion"  # noqa: S105 - the patient's name in all that a kit makes up
_OPEN_FILES: Final = Path("/proc/self/fd")


class KitClock:
    """A clock that stands still until somebody sleeps by it."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 14, 12, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment it stands at."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Move on instead of waiting."""
        self._now += timedelta(seconds=seconds)
        await anyio.lowlevel.checkpoint()


async def read_all(connector: Connector, most: int | None = None) -> list[Batch]:
    """Its batches, at most so many, and its generator closed. Nothing is acknowledged."""
    found: list[Batch] = []
    stream: Any = connector.batches()
    async with aclosing(stream):
        async for batch in stream:
            found.append(batch)
            if most is not None and len(found) >= most:
                break
    return found


def observations(batches: Iterable[Batch]) -> list[Observation]:
    """All values of `batches`."""
    return [each for batch in batches for each in batch.observations]


def waveforms(batches: Iterable[Batch]) -> list[WaveformChunk]:
    """All stretches of waveform of `batches`."""
    return [each for batch in batches for each in batch.waveforms]


def rejected(batches: Iterable[Batch]) -> list[Rejected]:
    """All that could not be read."""
    return [each for batch in batches for each in batch.rejected]


def times_are_utc(batches: Sequence[Batch]) -> None:
    """Raise Broken for a time in another zone, or in none."""
    times = [each.time for each in observations(batches)]
    times += [each.start for each in waveforms(batches)]
    times += [each.sent for each in batches if each.sent is not None]
    times += [each.movement.time for each in batches if each.movement is not None]
    wrong = [each for each in times if each.tzinfo is not UTC]
    expect(not wrong, f"{len(wrong)} of {len(times)} times are not in UTC")


def values_are_judged(batches: Sequence[Batch]) -> None:
    """Raise Broken for what is not finite, not of its kind, or good and impossible."""
    for each in observations(batches):
        vital = VITALS[each.signal]
        name = each.signal.value
        expect(math.isfinite(each.value), f"a value of {name} is no number")
        expect(vital.kind is not Kind.WAVEFORM, f"{name} is a waveform, and is told as a value")
        good = each.quality is not Quality.GOOD or vital.plausible(each.value)
        expect(good, f"a value of {name} lies outside what can be, and is called good")
    for chunk in waveforms(batches):
        name = chunk.signal.value
        expect(VITALS[chunk.signal].kind is Kind.WAVEFORM, f"{name} is no waveform")
        expect(chunk.rate > 0, f"a stretch of {name} has no rate")
        expect(0 < len(chunk.samples) <= 2 * chunk.rate, f"a stretch of {name} is not a second")
        nothing = all(math.isnan(sample) for sample in chunk.samples)
        expect(not nothing, f"a stretch of {name} holds nothing: leave it out")


def batches_are_whole(batches: Sequence[Batch]) -> None:
    """Raise Broken where a batch is empty, its values are nobody's, or a reason is none."""
    for batch in batches:
        told = batch.observations or batch.waveforms or batch.rejected or batch.movement
        expect(told or batch.acknowledge, "a batch holds nothing, and nobody waits for it")
        if batch.observations or batch.waveforms:
            expect(batch.subject is not None, "values are told without saying whose")
            named = batch.subject is not None and batch.subject.identifier
            expect(named, "a subject has no identifier")
    for piece in rejected(batches):
        expect(piece.reason, "something is rejected without a reason")
        expect("\n" not in piece.reason, "a reason is longer than a line")


def batches_are_small(batches: Sequence[Batch]) -> None:
    """Raise Broken for a batch that one transaction can not well hold."""
    for batch in batches:
        count = len(batch.observations)
        expect(count <= MOST_IN_A_BATCH, f"a batch holds {count:,} values")
        seconds = sum(len(chunk.samples) / chunk.rate for chunk in batch.waveforms)
        few = seconds <= MOST_SECONDS_IN_A_BATCH
        expect(few, f"a batch holds {seconds:,.0f} s of waveform")


def names_tell_nothing(
    connector: Connector, batches: Sequence[Batch], log: str, secrets: Iterable[str]
) -> None:
    """Raise Broken where a name, a source, a reason or a log line holds one of `secrets`."""
    places = {
        "the connector's name": [connector.name],
        "a log line": [log],
        "the source of a batch": [each.source for each in batches],
        "the source of a value": [each.source for each in observations(batches)],
        "the source of a waveform": [each.source for each in waveforms(batches)],
        "the reason of something rejected": [each.reason for each in rejected(batches)],
    }
    wanted = [each.casefold() for each in secrets]
    for place, texts in places.items():
        told = any(each in text.casefold() for text in texts for each in wanted)
        expect(not told, f"{place} holds something of the patient")
    expect(connector.name and "\n" not in connector.name, "the connector's name is no line")
    others = {batch.source for batch in batches} - {connector.name}
    expect(not others, "a batch's source is another name than the connector's")


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@contextmanager
def logged() -> Iterator[_Lines]:
    """What is logged meanwhile, down to the debugging."""
    root, lines = logging.getLogger(), _Lines()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(lines)
        root.setLevel(level)


@contextmanager
def nothing_left_to_python() -> Iterator[None]:
    """Raise Broken where Python has to close something that was opened in the block."""
    left: list[object] = []
    hook = sys.unraisablehook
    sys.unraisablehook = left.append
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", ResourceWarning)
            yield
            gc.collect()
    finally:
        sys.unraisablehook = hook
    resources = [each for each in told if issubclass(each.category, ResourceWarning)]
    expect(not resources and not left, "something was left open for Python to close")


def open_files() -> int:
    """How many files and sockets this process has open; 0 where that can not be told."""
    return sum(1 for _ in _OPEN_FILES.iterdir()) if _OPEN_FILES.exists() else 0
