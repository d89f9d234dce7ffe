"""Where observations come from: recordings, and what the settings name."""

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from sereno.bootstrap.clocks import SystemClock
from sereno.domain.stream import Batch
from sereno.ports import Clock, Connector

if TYPE_CHECKING:
    from sereno.bootstrap.composition import Services


def recorded(source: str, clock: Clock | None = None) -> Connector:
    """A recording as fast as it can be read, with its own times. Raises SourceError.

    A simulated one ends at what `clock` says; None is the machine's.
    """
    from connectors import open_source

    return open_source(source, speed=None, clock=clock or SystemClock())


def configured_sources(given: "Services") -> list[Connector]:
    """What the settings name, opened once it is read."""
    sources = enumerate(given.settings.sources, 1)
    return [OpenedWhenRead(number, source, given) for number, source in sources]


class OpenedWhenRead:
    """A source of the settings: one that can not be opened does not keep the others from it."""

    def __init__(self, number: int, source: str, given: "Services") -> None:
        self.name = f"{source.partition(':')[0]} (source {number})"  # a path may name somebody
        self._source = source
        self._given = given

    async def batches(self) -> AsyncIterator[Batch]:
        """Open it, each time anew, and read. Raises SourceError."""
        source = self._source
        if source.startswith("sim:") and self._given.views.patients(discharged=True):
            # A ward that starts anew has another past; the one that is stored stands.
            source = re.sub(r"(?<=[?&])history=[^&]*&?", "", source).rstrip("?&")
        async for batch in self._given.source(source).batches():
            yield batch
