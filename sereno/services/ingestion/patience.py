"""Asking a database again while it refuses, and on a full disk until there is room."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from sereno.domain.errors import SerenoError, StorageError, StorageFull
from sereno.ports import Clock
from sereno.services.backoff import Backoff
from sereno.services.ingestion.roster import BEYOND_REACH

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to ask: `again` after each refusal, and `room` for a full disk (None: for ever)."""

    again: Backoff
    room: timedelta | None


class Caller:
    """Calls what blocks in a worker thread, one call at a time.

    `hurried` says that whoever waits is to be told at once; `meanwhile` is done between two tries.
    """

    def __init__(
        self,
        patience: Patience,
        clock: Clock,
        hurried: Callable[[], bool],
        meanwhile: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._patience = patience
        self._clock = clock
        self._hurried = hurried
        self._meanwhile = meanwhile
        self._one = CapacityLimiter(1)
        self.full_since: datetime | None = None

    async def call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` once."""
        return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._one)

    async def insist(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` until the database does not refuse. Raises what waiting does not mend."""
        failures = 0
        while True:
            try:
                return await self.call(work, *args, **kwargs)
            except BEYOND_REACH:  # of one patient: the others must not wait
                raise
            except StorageError as refused:
                failures += 1
                await self.wait(refused, failures)

    async def wait(self, refused: SerenoError, failures: int) -> None:
        """Wait before asking again. Raises `refused` where that is of no use."""
        full = isinstance(refused, StorageFull)
        if self._hurried() or not (full or not self._patience.again.over(failures)):
            raise refused
        if full:
            self._wait_for_room(refused)
        _log.error("%s", refused)
        if self._meanwhile is not None:
            await self._meanwhile()
        await anyio.sleep(self._patience.again.wait(failures).total_seconds())

    def had_no_room(self) -> datetime | None:
        """Since when there was none, told once there is again."""
        since, self.full_since = self.full_since, None
        if since is not None:
            _log.warning("the disk has room again; going on")
        return since

    def _wait_for_room(self, refused: SerenoError) -> None:
        """Note since when. Raises StorageFull once it has been waited for long enough."""
        now, room = self._clock.now(), self._patience.room
        self.full_since = self.full_since or now
        if room is not None and now - self.full_since >= room:
            waited = f"{room.total_seconds():.0f} s"
            raise StorageFull(
                f"the disk stayed full for {waited}; free some space, and start again"
            ) from refused
