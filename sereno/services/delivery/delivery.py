"""All destinations of the settings, each told by a task of its own."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import anyio

from sereno.domain.errors import SerenoError
from sereno.services.delivery.deliverer import Bell, Bounds, Call, Deliverer, Named
from sereno.services.foundation import Foundation

# Who is in nobody's settings for so long is told no more: a line that was lost for an hour, or a
# process that stood still over night, costs nothing.
DISMISSED_AFTER: Final = timedelta(days=1)
DISMISS_EVERY: Final = timedelta(minutes=10)
LEAVING_WITHIN: Final = timedelta(seconds=5)
_log = logging.getLogger(__name__)


class Delivery:
    """Tells `destinations` what the outbox holds for them; `call` runs what writes."""

    def __init__(
        self,
        foundation: Foundation,
        destinations: Sequence[Named],
        call: Call,
        *,
        holder: str,
        bounds: Bounds | None = None,
    ) -> None:
        self._outbox = foundation.outbox
        self._clock = foundation.clock
        self._call = call
        self._bell = Bell()
        self._looked: datetime | None = None
        self._deliverers = [
            Deliverer(each, foundation, call, self._bell, holder=holder, bounds=bounds or Bounds())
            for each in destinations
        ]

    def kept(self) -> None:
        """A transaction was committed."""
        self._bell.ring()

    async def run(self) -> None:
        """For ever."""
        async with anyio.create_task_group() as tasks:
            for each in self._deliverers:
                tasks.start_soon(each.run)
            tasks.start_soon(self._dismissing)

    async def leave(self) -> None:
        """Let other processes tell them."""
        for each in self._deliverers:
            try:
                with anyio.fail_after(LEAVING_WITHIN.total_seconds()):
                    await each.leave()
            except (SerenoError, TimeoutError) as refused:
                _log.warning("%s: %s", each.health.name, refused)

    def facts(self) -> list[dict[str, Any]]:
        """How each fares."""
        return [each.health.facts() for each in self._deliverers]

    async def _dismissing(self) -> None:
        """Who stands in no settings any more must not keep rows for ever."""
        while True:
            await anyio.sleep(DISMISS_EVERY.total_seconds())
            try:
                await self._dismiss(self._clock.now() - DISMISSED_AFTER)
            except SerenoError as refused:
                _log.warning("destinations that are gone are dismissed later: %s", refused)

    async def _dismiss(self, before: datetime) -> None:
        """Dismiss who was last seen before then, and let the writer in between."""
        waited: Counter[int] = Counter()
        while gone := await self._call(self._outbox.dismiss, before):
            waited.update(gone)
        for number, rows in waited.items():
            _log.warning(
                "destination %d is in no settings any more: %d messages are given up", number, rows
            )
