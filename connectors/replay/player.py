"""Playing a recording: its pace, its place in time, and batches of a sensible size."""

import math
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
)
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import anyio
import anyio.to_thread

from sereno.domain.stream import Batch, Observation, Rejected, Subject, WaveformChunk
from sereno.ports import Clock

WINDOW = 4096  # about how many observations are in memory at once, and in one batch at most
_NAP = timedelta(seconds=1)  # the longest sleep, so that a stepped clock is noticed


class Entry(NamedTuple):
    """One thing read from a recording."""

    subject: Subject
    item: Observation | WaveformChunk


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a recording, in its own order: about `WINDOW` observations or fewer."""

    entries: list[Entry]
    rejected: list[Rejected]


class Recording(Protocol):
    """A file that can be read from its beginning, as often as wanted.

    `name` tells sources apart without patient data.
    """

    name: str

    @property
    def ignored(self) -> tuple[str, ...]:
        """The channels that the vocabulary does not know; may have to read the file to tell."""
        ...

    def windows(self) -> Iterator[Window]:
        """Read it through, blocking, one window in memory at a time."""
        ...


def begin_of(item: Observation | WaveformChunk) -> datetime:
    """When the first sample was taken."""
    return item.time if isinstance(item, Observation) else item.start


def end_of(item: Observation | WaveformChunk) -> datetime:
    """When a device would have told it: a stretch of waveform at its end."""
    return item.time if isinstance(item, Observation) else item.end


class Replay:
    """A Connector that plays a Recording.

    Real time or a multiple gives one batch a second and patient; as fast as possible (`speed`
    None) gives a batch for each patient of a window. Each patient's record begins when its first
    row is reached. With `shift` it then begins at the present moment, or ends there where it is
    played faster than real time.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        clock: Clock,
        speed: float | None = 1.0,
        shift: bool = False,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.name = recording.name
        self._recording = recording
        self._clock = clock
        self._speed = speed
        self._shift = shift
        self._sleep = sleep

    @property
    def ignored(self) -> tuple[str, ...]:
        """The recording's channels that the vocabulary does not know."""
        return self._recording.ignored

    @property
    def live(self) -> bool:
        """Whether the times told are those of the wall clock."""
        return self._shift and self._speed == 1.0

    def batches(self) -> AsyncGenerator[Batch]:
        """Yield the recording's batches; see `sereno.ports.Connector`."""
        return self._at_once() if self._speed is None else self._paced(self._speed)

    async def _at_once(self) -> AsyncGenerator[Batch]:
        offsets = await self._ends_now() if self._shift else None
        async with aclosing(self._windows()) as windows:
            async for window in windows:
                entries = window.entries
                if offsets is not None:
                    entries = [_moved(each, offsets[each.subject.identifier]) for each in entries]
                for batch in self._grouped(entries, window.rejected):
                    yield batch

    async def _paced(self, speed: float) -> AsyncGenerator[Batch]:
        offsets = await self._ends_now() if self._shift and speed > 1 else None
        pace = _Pace(self._clock.now(), speed)
        pending: list[Entry] = []
        rejected: list[Rejected] = []
        tick = 1  # the wall second at whose end `pending` is told
        async with aclosing(self._windows()) as windows:
            async for window in windows:
                rejected += window.rejected
                for entry in window.entries:
                    due = pace.due(entry)
                    if due >= tick and (pending or rejected):
                        await self._wait_until(pace.start + timedelta(seconds=tick))
                        for batch in self._grouped(pending, rejected):
                            yield batch
                        pending, rejected = [], []
                    tick = math.floor(due) + 1
                    pending.append(self._placed(entry, pace, offsets))
        await self._wait_until(pace.start + timedelta(seconds=tick))
        for batch in self._grouped(pending, rejected):
            yield batch

    def _placed(
        self, entry: Entry, pace: "_Pace", offsets: Mapping[str, timedelta] | None
    ) -> Entry:
        """`entry` where it belongs in time."""
        if not self._shift:
            return entry
        identifier = entry.subject.identifier
        return _moved(entry, offsets[identifier] if offsets else pace.offset(identifier))

    async def _wait_until(self, moment: datetime) -> None:
        while (left := moment - self._clock.now()) > timedelta(0):
            await self._sleep(min(left, _NAP).total_seconds())

    async def _windows(self) -> AsyncGenerator[Window]:
        windows = self._recording.windows()
        try:
            while (window := await anyio.to_thread.run_sync(next, windows, None)) is not None:
                yield window
        finally:
            _close(windows)

    async def _ends_now(self) -> dict[str, timedelta]:
        """How far each patient's record must move to end at the present moment."""
        last: dict[str, datetime] = {}
        async with aclosing(self._windows()) as windows:
            async for window in windows:
                for subject, item in window.entries:
                    end = end_of(item)
                    last[subject.identifier] = max(end, last.get(subject.identifier, end))
        now = self._clock.now()
        return {identifier: now - end for identifier, end in last.items()}

    def _grouped(self, entries: Iterable[Entry], rejected: Iterable[Rejected]) -> Iterator[Batch]:
        groups: dict[str, _Group] = {}
        for subject, item in entries:
            group = groups.get(subject.identifier)
            if group is None:
                group = groups[subject.identifier] = _Group(subject)
            group.add(subject, item)
        for group in groups.values():
            yield group.batch(self.name, live=self.live)
        if told := tuple(rejected):
            yield Batch(source=self.name, subject=None, rejected=told, live=self.live)


class _Group:
    """What a window holds about one patient."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._observations: list[Observation] = []
        self._waveforms: list[WaveformChunk] = []

    def add(self, subject: Subject, item: Observation | WaveformChunk) -> None:
        if subject is not self._subject and subject != self._subject:
            self._subject = merged(self._subject, subject)
        if isinstance(item, Observation):
            self._observations.append(item)
        else:
            self._waveforms.append(item)

    def batch(self, source: str, *, live: bool) -> Batch:
        return Batch(
            source=source,
            subject=self._subject,
            observations=tuple(self._observations),
            waveforms=tuple(self._waveforms),
            live=live,
        )


class _Pace:
    """When each entry is due, in wall seconds after the start; never before an earlier one."""

    def __init__(self, start: datetime, speed: float) -> None:
        self.start = start
        self._speed = speed
        self._cursor = 0.0
        self._anchors: dict[str, tuple[float, datetime]] = {}

    def due(self, entry: Entry) -> float:
        identifier = entry.subject.identifier
        if identifier not in self._anchors:
            self._anchors[identifier] = (self._cursor, begin_of(entry.item))
        reached, first = self._anchors[identifier]
        elapsed = (end_of(entry.item) - first).total_seconds() / self._speed
        self._cursor = max(self._cursor, reached + elapsed)
        return self._cursor

    def offset(self, identifier: str) -> timedelta:
        reached, first = self._anchors[identifier]
        return self.start + timedelta(seconds=reached) - first


def merged(known: Subject, told: Subject) -> Subject:
    """`known` with what `told` adds."""
    facts = {
        name: value
        for name in ("name", "birth_date", "sex", "bed", "pregnant")
        if (value := getattr(told, name)) is not None
    }
    return replace(known, **facts) if facts else known


def _moved(entry: Entry, by: timedelta) -> Entry:
    subject, item = entry
    if isinstance(item, Observation):
        return Entry(subject, replace(item, time=item.time + by))
    return Entry(subject, replace(item, start=item.start + by))


def _close(windows: Iterator[Window]) -> None:
    close = getattr(windows, "close", None)
    if close is not None:
        close()
