"""The stream in: from many sources, through one bounded buffer, to one writer.

    source -> admit -> buffer -> inbox -> acknowledge to the sender
                                 inbox -> buffer -> sift -> watch -> commit

What a sender waits for is kept in the inbox, and acknowledged then; what nobody waits for passes it
by. The writer takes all that is at hand, for all patients, and keeps it in one transaction; the
next begins as soon as it is done. What was in the inbox and not in the record when a process ended
is worked in by the next. A full buffer holds the sources back.
"""

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from statistics import median
from typing import Any, Final, ParamSpec, TypeVar

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from sereno.domain.clock import due
from sereno.domain.errors import Conflict, KeyUnavailable, StorageError
from sereno.domain.stream import BED, Batch, Subject
from sereno.ports import Connector, Received
from sereno.services import absence
from sereno.services.absence import Absence
from sereno.services.backoff import Backoff
from sereno.services.delivery import Bounds as DeliveryBounds
from sereno.services.delivery import Delivery, Named
from sereno.services.foundation import Foundation
from sereno.services.ingestion.intake import Intake
from sereno.services.ingestion.patience import Caller, Patience
from sereno.services.ingestion.roster import BEYOND_REACH, Roster
from sereno.services.ingestion.sources import Item, Reader
from sereno.services.ingestion.tally import Tally
from sereno.services.ingestion.transaction import Transaction
from sereno.services.ingestion.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")
Sent = Item | None  # None wakes the writer: time has passed, commands may wait
# How often a lease left behind is asked for until it must have run out.
ADMISSION_TRIES: Final = 5
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestBounds:
    """Every bound of the ingest process."""

    buffer: int = 256  # batches between sources and inbox
    backlog: int = 4096  # batches between inbox and writer
    wake: timedelta = timedelta(milliseconds=200)  # how soon a command is seen, but for a rest
    # While senders wait for answers the writer rests so many times as long as it worked: fewer and
    # larger transactions cost far less, and leave the receiving more time.
    rest_factor: float = 3
    longest_rest: timedelta = timedelta(milliseconds=300)
    beat: timedelta = timedelta(seconds=2)
    hold: timedelta = timedelta(seconds=10)  # of each patient's lease
    source: Backoff = field(default_factory=Backoff)
    lost_after: int = 5  # failures of a source in a row, within ten seconds
    storage: Backoff = field(
        default_factory=lambda: Backoff(
            first=timedelta(milliseconds=100), longest=timedelta(seconds=5), attempts=20
        )
    )
    room: timedelta | None = None  # how long a full disk is waited for; None: until there is room
    adopt: timedelta = timedelta(seconds=10)  # how often whoever nobody watches is looked for
    compact: timedelta = timedelta(minutes=10)
    purge: timedelta = timedelta(hours=1)
    commits_timed: int = 512  # of which the beat tells how long they took
    delivery: DeliveryBounds = field(default_factory=DeliveryBounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long measurements are kept; None for as long as the patient's key."""

    waveforms: timedelta
    numerics: timedelta | None = None


class Ingestion:
    """Reads `connectors` until they end or it is told to stop.

    `holder` names this process in the leases, `beat_as` its signs of life, where it gives any.
    `progress` is called after each commit.
    """

    def __init__(
        self,
        foundation: Foundation,
        retention: Retention,
        connectors: Sequence[Connector],
        *,
        holder: str,
        beat_as: str | None = None,
        bounds: IngestBounds | None = None,
        progress: Callable[[Tally], None] | None = None,
    ) -> None:
        self._store = foundation.store
        self._leases = foundation.leases
        self._clock = foundation.clock
        self._retention = retention
        self._beat_as = beat_as
        self._bounds = bounds or IngestBounds()
        self._roster = Roster(foundation, holder=holder, hold=self._bounds.hold)
        self._writer = Writer(foundation, self._roster)
        patience = Patience(again=self._bounds.storage, room=self._bounds.room)
        self._store_caller = Caller(patience, self._clock, self._hurries, self._look_after)
        self._inbox_caller = Caller(patience, self._clock, self._hurries)
        self._intake = Intake(
            foundation.inbox, holder, self._roster.watched.__contains__, self._inbox_caller
        )
        self._foundation, self._holder = foundation, holder
        self.tell(())
        self._progress = progress or (lambda _: None)
        self._reading: anyio.CancelScope | None = None
        self._stopping = False
        again, lost = self._bounds.source, self._bounds.lost_after
        self._readers = [Reader(each, self._admit, self._clock, again, lost) for each in connectors]
        self._took: deque[float] = deque(maxlen=self._bounds.commits_timed)
        self._backlog = 0
        now = self._clock.now()
        self._beat_at = now - self._bounds.beat
        self._asked = now - self._bounds.wake
        self._compacted = self._purged = now
        self._absence: Absence | None = None
        self._adopts = False  # whether others' patients are watched once they have left them
        self._adopted = now
        self._chores: Iterator[int] | None = None
        self.tally = Tally()
        self._connectors = connectors
        self._tell_unread()

    def tell(self, destinations: Sequence[Named]) -> None:
        """Tell these, once it runs for ever, what others want to hear."""
        bounds, call = self._bounds.delivery, self._store_caller.call
        self._delivery = Delivery(
            self._foundation, destinations, call, holder=self._holder, bounds=bounds
        )

    async def run(self, *, forever: bool = False, adopt: bool = False) -> Tally:
        """Until every source has ended, or until `stop` where `forever`.

        `adopt` goes on watching, by the clock, whoever was being watched before.
        """
        self._reading = anyio.CancelScope()
        if adopt:
            await self._take_over()
        await self._work_off()
        send, arrived = anyio.create_memory_object_stream[Item](self._bounds.buffer)
        ready, receive = anyio.create_memory_object_stream[Sent](self._bounds.backlog)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._write_all, receive)
                tasks.start_soon(self._intake.run, arrived, ready.clone())
                async with send, ready:
                    await self._read_all(self._reading, send, ready, forever=forever)
        finally:
            with anyio.CancelScope(shield=True):
                await self._intake.tidy()
                await self._delivery.leave()
                await self._call(self._roster.leave)
                if self._stopping and self._beat_as:
                    await self._beat(self._beat_as, stopped=True)
        self._tell_unread()  # a listener knows only now what came and is not taken
        lost = [reader.health for reader in self._readers if reader.health.gave_up]
        self.tally.failed = [health.error or health.name for health in lost]
        return self.tally

    async def _take_over(self) -> None:
        """Go on watching whoever was watched, and tell for how long nobody did."""
        now = self._adopted = self._clock.now()
        self._adopts = True
        beats = await self._call(self._leases.beats)
        await self._call(self._roster.adopt)
        _, facts = beats.get("ingest", (now, {}))
        if (gap := absence.found(beats, now)) is not None:
            _log.warning("nobody watched from %s until now", gap.since.isoformat())
            await self._keep(await self._call(self._writer.absent, gap))
        self._absence = gap or absence.told(facts, now)

    async def _work_off(self) -> None:
        """Work in what a process of our name was told, and had not done when it ended."""
        after = 0
        while left := await self._intake.left_behind(self._bounds.backlog, after):
            after = max(each.number or 0 for each in left)
            _log.warning("%d batches were received and not worked in: doing that now", len(left))
            waiting: deque[Item] = deque(left)
            while waiting:
                await self._write(waiting)
                await self._look_after()

    def stop(self) -> None:
        """Read no more; what was read is still kept."""
        self._stopping = True
        if self._reading:
            self._reading.cancel()

    def _tell_unread(self) -> None:
        for connector in self._connectors:
            self.tally.opened(connector)

    def _hurries(self) -> bool:
        return self._stopping

    # --- reading ----------------------------------------------------------------------------

    async def _read_all(
        self,
        reading: anyio.CancelScope,
        send: MemoryObjectSendStream[Item],
        ready: MemoryObjectSendStream[Sent],
        *,
        forever: bool,
    ) -> None:
        with reading:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._wake, ready)
                if forever:
                    tasks.start_soon(self._delivery.run)
                async with anyio.create_task_group() as sources:
                    for reader in self._readers:
                        sources.start_soon(reader.run, send)
                    if forever:
                        sources.start_soon(anyio.sleep_forever)
                tasks.cancel_scope.cancel()

    async def _wake(self, ready: MemoryObjectSendStream[Sent]) -> None:
        """Let the writer look up now and then; a full buffer keeps it awake anyway."""
        while True:
            await anyio.sleep(self._bounds.wake.total_seconds())
            with contextlib.suppress(anyio.WouldBlock):
                ready.send_nowait(None)
            await self._intake.tidy()

    async def _admit(self, batch: Batch) -> str | None:
        """The patient of `batch`, if it names one.

        Who is watched elsewhere is waited for, since a process that was killed may have left its
        lease; but what is acknowledged is left in the inbox for whoever has the patient.
        """
        if batch.subject is None:
            return None
        subject, movement = self._roster.as_of(batch) or batch.subject, batch.movement
        if movement is not None:
            self._roster.moves(subject, movement)
        patient = await self._admit_subject(batch, subject)
        if movement is not None and movement.former is not None:
            # Before the next message is read, which may still bear the former identifier.
            await self._store_caller.insist(self._roster.rename, movement.former, patient)
        return patient

    async def _admit_subject(self, batch: Batch, subject: Subject) -> str:
        patient = await self._admitted(batch, subject)
        if subject.authority == BED:
            self._roster.check_whose(batch, patient)
        return patient

    async def _admitted(self, batch: Batch, subject: Subject) -> str:
        if (known := self._roster.known(subject)) is not None:
            return known
        for _ in range(ADMISSION_TRIES):
            patient, ours = await self._store_caller.insist(self._roster.admit, subject)
            if ours or batch.acknowledge is not None:
                return patient
            await anyio.sleep(self._bounds.hold.total_seconds() / (ADMISSION_TRIES - 1))
        raise Conflict(
            "another process ingests this patient; stop it first, or read another source"
        )

    # --- writing ----------------------------------------------------------------------------

    async def _write_all(self, receive: MemoryObjectReceiveStream[Sent]) -> None:
        waiting: deque[Item] = deque()
        open_ = True
        async with receive:
            while open_ or waiting:
                open_ = open_ and await self._gather(receive, waiting)
                started = time.perf_counter()
                await self._write(waiting)
                await self._merge()
                await self._rescore()
                await self._look_after()
                if open_ and self._intake.answers():
                    rest = self._bounds.rest_factor * (time.perf_counter() - started)
                    await anyio.sleep(min(rest, self._bounds.longest_rest.total_seconds()))
                waiting += await self._handed_on()
        while self._writer.merges and not self._stopping:
            await self._merge()
        while not self._stopping and await self._rescore(at_once=True):
            await self._look_after()
        await self._keep(await self._call(self._writer.conclude))
        # Whoever stops it waits for no housekeeping: a large ward's takes minutes.
        self._chores = None if self._stopping else self._store.compacting(self._clock.now())
        while self._chores is not None and not self._stopping:
            await self._do_chore(self._chores)

    async def _gather(self, receive: MemoryObjectReceiveStream[Sent], waiting: deque[Item]) -> bool:
        """All that is at hand, waiting where there is nothing; False once no more will come."""
        room = self._bounds.backlog - len(waiting)
        try:
            items = [] if waiting else [await receive.receive()]
        except anyio.EndOfStream:
            return False
        with contextlib.suppress(anyio.WouldBlock, anyio.EndOfStream):
            while len(items) < room:
                items.append(receive.receive_nowait())
        waiting.extend(item for item in items if item is not None)
        return True

    async def _write(self, waiting: deque[Item]) -> None:
        """One transaction; then the inbox may forget what it is made of."""
        transaction = Transaction()
        await self._insist(transaction, self._writer.prepare, transaction, waiting, self.tally)
        self._backlog = len(waiting)
        await self._keep(transaction)
        self._intake.done(transaction.done)
        self._intake.give_back(transaction.elsewhere)

    async def _merge(self) -> None:
        """Copy some of one record to another, while nothing waits to be written."""
        if not self._writer.merges or self._backlog:
            return
        transaction = Transaction()
        copied = await self._insist(transaction, self._writer.merge, transaction)
        await self._keep(transaction)
        if copied and not transaction.elsewhere:
            self._writer.merged(transaction)
        self._intake.done(transaction.done)
        self._intake.give_back(transaction.elsewhere)

    async def _rescore(self, *, at_once: bool = False) -> bool:
        """Judge anew some of what came late, while nothing waits to be written."""
        if self._backlog:
            return False
        transaction = Transaction()
        rescore = partial(self._writer.rescore, at_once=at_once)
        found = await self._insist(transaction, rescore, transaction)
        await self._keep(transaction)
        return found

    async def _handed_on(self) -> list[Received]:
        """What other processes received for us; asked for now and then."""
        now = self._clock.now()
        if self._backlog or not due(self._asked, self._bounds.wake, now):
            return []
        self._asked = now
        return await self._intake.take([*self._roster.watched], self._bounds.buffer)

    async def _keep(self, transaction: Transaction) -> None:
        """Commit: what is not kept is not let go."""
        if not (transaction.commits or transaction.dead_letters):
            return
        started = time.perf_counter()
        await self._insist(transaction, self._writer.keep, transaction)
        self._took.append(time.perf_counter() - started)
        self._delivery.kept()
        self.tally.kept(transaction.commits)
        self._progress(self.tally)
        for since in (self._store_caller.had_no_room(), self._intake.had_no_room()):
            if since is not None:
                await self._keep(await self._call(self._writer.interrupted, since))

    async def _insist(
        self, transaction: Transaction, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask again while the database refuses, without who is out of reach by now."""
        failures = 0
        while True:
            try:
                return await self._call(call, *args, **kwargs)
            except (StorageError, KeyUnavailable) as refused:
                failures += 1
                unreachable = isinstance(refused, BEYOND_REACH)
                if not (unreachable and await self._drop_unreachable(transaction)):
                    await self._store_caller.wait(refused, failures)

    async def _drop_unreachable(self, transaction: Transaction) -> bool:
        try:
            return await self._call(self._writer.drop_unreachable, transaction)
        except StorageError:
            return False

    # --- beside the stream ------------------------------------------------------------------

    async def _look_after(self) -> None:
        """Signs of life, packing and retention, while nothing waits to be written."""
        now = self._clock.now()
        if self._beat_as and due(self._beat_at, self._bounds.beat, now):
            self._beat_at = now
            await self._beat(self._beat_as)
        if self._backlog or self._store_caller.full_since is not None:
            return
        if due(self._adopted, self._bounds.adopt, now):
            self._adopted = now
            await self._adopt()
        if self._chores is None:
            self._chores = self._due(now)
        if self._chores is not None:
            await self._do_chore(self._chores)

    async def _adopt(self) -> None:
        """Take up who is watched by nobody; and, whoever we are, of whom something still waits."""
        try:
            if self._adopts:
                await self._call(self._roster.adopt)
            await self._call(self._writer.claim_strays)
            await self._call(self._roster.look_back)
        except StorageError as refused:
            _log.warning("who is watched by nobody is looked for later: %s", refused)

    async def _do_chore(self, chores: Iterator[int]) -> None:
        """One step of them; the stream does not end because they can not be done now."""
        started = time.perf_counter()
        try:
            if await self._call(next, chores, None) is None:
                self._chores = None
        except StorageError as refused:
            self._chores = None
            _log.warning("housekeeping is put off: %s", refused)
        _log.info("housekeeping took %.0f ms", (time.perf_counter() - started) * 1000)

    def _due(self, now: datetime) -> Iterator[int] | None:
        """The packing or retention that is due: a patient a step, so that the stream goes on."""
        if due(self._compacted, self._bounds.compact, now):
            self._compacted = now
            return self._store.compacting(now)
        if due(self._purged, self._bounds.purge, now):
            self._purged = now
            kept = self._retention
            numerics = None if kept.numerics is None else now - kept.numerics
            return self._store.purging(now - kept.waveforms, numerics)
        return None

    async def _beat(self, name: str, **more: bool) -> None:
        try:
            await self._call(self._leases.beat, name, self.health() | more)
        except StorageError as refused:
            _log.warning("no sign of life could be given: %s", refused)

    def health(self) -> dict[str, Any]:
        """What the beat tells: no patient data but opaque ids."""
        took = sorted(self._took)
        full = self._store_caller.full_since or self._inbox_caller.full_since
        return {
            "patients": self._roster.living,
            "out_of_reach": self._roster.out_of_reach,
            "absence": self._absence.facts() if self._absence else None,
            "sources": [reader.health.told(self._clock.now()) for reader in self._readers],
            "destinations": self._delivery.facts(),
            "batches": self.tally.batches,
            "backlog": self._backlog,
            "commit_ms": round(median(took) * 1000, 2) if took else None,
            "slowest_commit_ms": round(took[-1] * 1000, 2) if took else None,
            "storage_full_since": full.isoformat() if full else None,
        }

    async def _call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run blocking `work` in a worker thread; one at a time."""
        return await self._store_caller.call(work, *args, **kwargs)
