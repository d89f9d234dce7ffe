"""Two records of one person: what was measured of the one is copied to the other, bit by bit.

The former record stays as it is, with its alarms and summaries, and its stay ends. Nothing is done
twice: what is copied already is found as a duplicate, so a merge begins anew after a restart.
"""

import logging
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.stream import Batch, Movement, WaveformChunk
from sereno.domain.vitals import VITALS, Kind
from sereno.ports import CommandKind, Received
from sereno.services.foundation import Foundation
from sereno.services.ingestion.transaction import LONG_AGO

STEP: Final = timedelta(hours=1)
MERGED: Final = "merged with another record, as told by the hospital's system"
_WAVEFORMS: Final = tuple(each for each, row in VITALS.items() if row.kind is Kind.WAVEFORM)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Copy:
    """What is still to be copied of `former` to `into`: from `at` on, None for all of it."""

    item: Received
    former: str
    into: str
    at: datetime | None = None


class Merging:
    """The merges that are under way. Blocking; one thread."""

    def __init__(self, foundation: Foundation) -> None:
        self._store = foundation.store
        self._commands = foundation.commands
        self._copies: deque[Copy] = deque()

    def __bool__(self) -> bool:
        """Whether anything is to be copied."""
        return bool(self._copies)

    def begin(self, item: Received, patient: str, movement: Movement) -> bool:
        """Let the former identifier name `patient`; whether anything is to be copied."""
        if movement.former is None:
            return False
        former = self._store.rename(movement.former, patient)
        if former is None:
            return False
        _log.info("patient %s is the same person as %s", former, patient)
        by = item.batch.source
        self._commands.submit(CommandKind.DISCHARGE, former, by, {"reason": MERGED})
        self._copies.append(Copy(item, former, patient))
        return True

    def next(self) -> tuple[Copy, Batch]:
        """The first of what is to be copied, and an hour of it; it stays the first until `done`."""
        copy = self._copies[0]
        start, end = self._left(copy)
        return copy, Batch(
            source=copy.item.batch.source,
            subject=None,
            observations=tuple(self._store.observations(copy.former, start, end)),
            waveforms=tuple(self._waveforms(copy.former, start, end)),
            live=copy.item.batch.live,
        )

    def done(self) -> Received | None:
        """The hour stands in the record: go on; what told the merge, once all of it does."""
        copy = self._copies.popleft()
        span, (_, end) = self._store.span(copy.former), self._left(copy)
        if span is not None and end < span[1]:
            self._copies.appendleft(replace(copy, at=end))
            return None
        return copy.item

    def _left(self, copy: Copy) -> tuple[datetime, datetime]:
        """The hour that comes next."""
        start, end = self._store.span(copy.former) or (LONG_AGO, LONG_AGO)
        at = copy.at or start
        return at, max(at, min(at + STEP, end))

    def _waveforms(self, former: str, start: datetime, end: datetime) -> list[WaveformChunk]:
        return [
            chunk
            for signal in _WAVEFORMS
            for chunk in self._store.waveforms(former, signal, start, end)
        ]
