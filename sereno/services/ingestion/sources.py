"""One supervised reader a source: whose stream it is, on to the writer, and again if it fails."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import anyio
from anyio.streams.memory import MemoryObjectSendStream

from sereno.domain.errors import (
    KeyUnavailable,
    MalformedInput,
    SerenoError,
    SourceError,
    Unclaimed,
    Unreadable,
)
from sereno.domain.stream import Batch
from sereno.ports import Clock, Connector, Received
from sereno.services.backoff import Backoff
from sereno.services.ingestion.health import SourceHealth, SourceState

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lost:
    """A source has failed for long, or for good, and why. `patients` were fed by it."""

    source: str
    patients: frozenset[str]
    error: str


@dataclass(frozen=True, slots=True)
class Found:
    """A source that was lost delivers again."""

    source: str
    patients: frozenset[str]


NOBODY: Final = "it names no patient; name one with --patient"
Item = Received | Lost | Found


class Reader:
    """Reads one connector until it ends or gives up.

    `admit` finds the patient of a batch; it may wait, and raises Conflict where another process
    ingests that patient and nobody waits for an answer. The stream it sends into is bounded: a
    full one holds the source back.
    After `lost_after` failures in a row whoever it fed is told, and it is tried again all the same.
    """

    def __init__(
        self,
        connector: Connector,
        admit: Callable[[Batch], Awaitable[str | None]],
        clock: Clock,
        backoff: Backoff,
        lost_after: int,
    ) -> None:
        self._connector = connector
        self._admit = admit
        self._clock = clock
        self._backoff = backoff
        self._lost_after = lost_after
        self._lost = False
        self._delivering: datetime | None = None  # since when, in this try
        self.health = SourceHealth(connector.name)

    async def run(self, send: MemoryObjectSendStream[Item]) -> None:
        """Until the source ends, is no such source, or `backoff` is over."""
        failures = 0
        while True:
            error = await self._read(send)
            if error is None:
                self.health.state = SourceState.ENDED
                return
            failures = 1 if self._settled() else failures + 1
            self.health.error = str(error)
            if isinstance(error, MalformedInput) or self._backoff.over(failures):
                await self._give_up(send)
                return
            if failures >= self._lost_after and not self._lost:
                await self._tell_lost(send)
            await self._wait(failures)

    def _settled(self) -> bool:
        """Whether what it delivered went well for long enough to begin the count afresh."""
        since = self._delivering
        return since is not None and self._clock.now() - since >= self._backoff.settled

    async def _read(self, send: MemoryObjectSendStream[Item]) -> SerenoError | None:
        """Read to the end; the error that ended it early, if one did."""
        self.health.state = SourceState.READING
        self._delivering = None
        try:
            async for batch in self._connector.batches():
                await self._hand_on(batch, send)
        except SerenoError as error:
            return error
        except Exception as error:  # noqa: BLE001 - a bug in one connector must not stop the rest
            # Its words may quote what it read: its kind is told, and the log adds the places.
            _log.error("%s broke", self._connector.name, exc_info=error)
            kind = type(error).__name__
            message = f"{self._connector.name} broke ({kind}); the log says where: report it"
            return SourceError(message)
        return None

    async def _hand_on(self, batch: Batch, send: MemoryObjectSendStream[Item]) -> None:
        self._delivering = self._delivering or self._clock.now()
        arrived = await self._whose(batch)
        await send.send(arrived)
        self.health.took(batch, arrived.patient, self._clock.now())
        if self._lost and self._settled():
            self._lost = False
            await send.send(Found(self.health.name, frozenset(self.health.patients)))

    async def _whose(self, batch: Batch) -> Received:
        """Whose it is. A patient whose record is damaged keeps nobody else from the source."""
        try:
            patient = await self._admit(batch)
            measured = batch.observations or batch.waveforms
            return Received(patient, batch, NOBODY if patient is None and measured else None)
        except Unclaimed as error:
            return Received(None, batch, str(error))
        except (Unreadable, KeyUnavailable) as error:
            if not self.health.refused:
                _log.error("%s feeds a patient who can not be read: %s", self.health.name, error)
            self.health.refused += 1
            return Received(None, batch, refused=str(error))

    async def _wait(self, failures: int) -> None:
        self.health.state = SourceState.WAITING
        wait = self._backoff.wait(failures).total_seconds()
        _log.warning("%s: %s; again in %.1f s", self.health.name, self.health.error, wait)
        await anyio.sleep(wait)

    async def _give_up(self, send: MemoryObjectSendStream[Item]) -> None:
        self.health.state = SourceState.GAVE_UP
        _log.error("%s: %s; given up", self.health.name, self.health.error)
        if not self._lost:
            await self._tell_lost(send)

    async def _tell_lost(self, send: MemoryObjectSendStream[Item]) -> None:
        self._lost = True
        error = self.health.error or ""
        await send.send(Lost(self.health.name, frozenset(self.health.patients), error))
