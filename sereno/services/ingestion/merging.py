"""Two records of one person: what was measured of the one is copied to the other, bit by bit.

The former record stays as it is, with its alarms and summaries, and its stay ends. Nothing is done
twice: what is copied already is found as a duplicate, so a merge begins anew after a restart.
"""

import logging
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.stream import Batch, WaveformChunk
from sereno.domain.vitals import VITALS, Kind
from sereno.ports import CommandKind, Received
from sereno.services.foundation import Foundation
from sereno.services.ingestion.transaction import LONG_AGO, Transaction

STEP: Final = timedelta(minutes=10)
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
        self._step = STEP
        self._until, self._last = LONG_AGO, False  # how far `next` came, and whether to the end
        self.told: list[Received] = []  # and not begun

    def __bool__(self) -> bool:
        """Whether anything is to be copied."""
        return bool(self._copies)

    @property
    def first(self) -> Copy:
        """What is copied now."""
        return self._copies[0]

    def begin(self, transaction: Transaction) -> None:
        """Let the former identifiers name who they are told to be.

        Where nothing is to be copied, it is done. Where the database refuses, ask again.
        """
        while self.told:
            if not self._begin(self.told[-1]):
                transaction.arrived.append(self.told[-1])
            self.told.pop()

    def _begin(self, item: Received) -> bool:
        movement, patient = item.batch.movement, item.patient
        if movement is None or movement.former is None or patient is None:
            return False
        former = self._store.rename(movement.former, patient)
        if former is None:
            return False
        _log.info("patient %s is the same person as %s", former, patient)
        by = item.batch.source
        self._commands.submit(CommandKind.DISCHARGE, former, by, {"reason": MERGED})
        self._copies.append(Copy(item, former, patient))
        return True

    def next(self) -> Batch:
        """Some of what is copied now; the same until `done`."""
        copy = self.first
        while True:
            start, end = self._left(copy)
            values = self._store.observations(copy.former, start, end)
            chunks = self._waveforms(copy.former, start, end)
            empty = not (values or chunks)
            if empty and end < self._end(copy):
                self._copies[0] = copy = replace(copy, at=end)
                self._step *= 2  # over years without anything in few strides
            elif not empty and self._step > STEP:
                self._step = max(STEP, self._step / 2)
            else:
                break
        self._until, self._last = end, end >= self._end(copy)
        return Batch(
            source=copy.item.batch.source,
            subject=None,
            observations=tuple(values),
            waveforms=tuple(chunks),
            live=copy.item.batch.live,
        )

    def done(self) -> Received | None:
        """That stands in the record: go on; what told the merge, once all of it does."""
        if self._last:
            return self.give_up()
        self._copies[0] = replace(self.first, at=self._until)
        return None

    def give_up(self) -> Received:
        """Copy no more of it; what told the merge."""
        self._step = STEP
        return self._copies.popleft().item

    def _left(self, copy: Copy) -> tuple[datetime, datetime]:
        """The stretch that comes next."""
        start, end = self._store.span(copy.former) or (LONG_AGO, LONG_AGO)
        at = copy.at or start
        return at, max(at, min(at + self._step, end))

    def _end(self, copy: Copy) -> datetime:
        _, end = self._store.span(copy.former) or (LONG_AGO, LONG_AGO)
        return end

    def _waveforms(self, former: str, start: datetime, end: datetime) -> list[WaveformChunk]:
        return [
            chunk
            for signal in _WAVEFORMS
            for chunk in self._store.waveforms(former, signal, start, end)
        ]
