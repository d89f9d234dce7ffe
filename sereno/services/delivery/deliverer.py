"""One supervised task a destination: told page by page, and again if that fails."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from sereno.domain.errors import RefusedByPeer, SerenoError, SourceError
from sereno.ports import Closable, Destination, Gathering, Outgoing, Standing
from sereno.services.backoff import Backoff
from sereno.services.delivery.health import DestinationHealth, DestinationState
from sereno.services.delivery.lanes import Lanes, Stretch
from sereno.services.foundation import Foundation

T = TypeVar("T")
CLOSED_WITHIN: Final = timedelta(seconds=2)
SYSTEM: Final = "sereno"  # who did it, in the audit log
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Every bound of telling others."""

    age: timedelta = timedelta(days=7)  # what is older is given up
    size: int = 4 << 30  # bytes that wait for a destination; the oldest beyond are given up
    look: timedelta = timedelta(seconds=1)  # how soon what another process kept is seen
    within: timedelta = timedelta(seconds=60)  # that a destination may take for a page
    again: Backoff = field(default_factory=lambda: Backoff(first=timedelta(seconds=1)))
    storage: Backoff = field(default_factory=lambda: Backoff(longest=timedelta(seconds=5)))
    hold: timedelta = timedelta(seconds=10)  # of the lease of a destination
    standing: timedelta = timedelta(seconds=10)  # how often it is counted what waits
    audit: timedelta = timedelta(hours=1)  # how often the audit log tells how many
    breaks: int = 3  # times that a row may break its destination before it is given up


@dataclass(frozen=True, slots=True)
class Named:
    """A destination of the settings, opened when it is first told anything.

    `identity` is by what the outbox knows it again, `name` what it is called: without patient data.
    """

    identity: str
    name: str
    open: Callable[[], Destination]


class Call(Protocol):
    """Runs blocking work that writes, one at a time with the writer of the stream."""

    def __call__(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> Awaitable[T]:
        """What `work` returns."""
        ...


class Bell:
    """Rung when there may be something to tell."""

    def __init__(self) -> None:
        self._rung = anyio.Event()

    def ring(self) -> None:
        """Wake all who wait."""
        self._rung.set()
        self._rung = anyio.Event()

    async def wait(self, most: timedelta) -> None:
        """Until it is rung, or for `most`."""
        rung = self._rung
        with anyio.move_on_after(most.total_seconds()):
            await rung.wait()


class Deliverer:
    """Tells one destination, for as long as its process holds the lease of it.

    `holder` names the process. What is told and not yet noted when the process ends is told again,
    with the same keys.
    """

    def __init__(
        self,
        named: Named,
        foundation: Foundation,
        call: Call,
        bell: Bell,
        *,
        holder: str,
        bounds: Bounds,
    ) -> None:
        self._named = named
        self._outbox = foundation.outbox
        self._leases = foundation.leases
        self._audit = foundation.audit
        self._clock = foundation.clock
        self._call = call
        self._bell = bell
        self._holder = holder
        self._bounds = bounds
        self._reading = CapacityLimiter(1)
        self._destination: Destination | None = None
        self._lanes = Lanes(live_first=False)
        self._broke = 0  # times in a row that it raised what no destination may
        self._held: datetime | None = None
        self._emptied: datetime | None = None  # when nothing waited, last
        self._counted: datetime | None = None
        self._audited = self._clock.now()
        self.health = DestinationHealth(named.name)

    async def run(self) -> None:
        """For ever: open it, tell it; wait where that fails."""
        try:
            await self._run()
        finally:
            await _close(self._destination)

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                destination = self._destination or self._open()
                number = (await self._enlist(destination)).number
                self._lanes.interrupted(await self._read(self._outbox.newest, number))
                while True:
                    await self._round(number, destination)
                    failures = 0
            except SerenoError as error:
                failures += 1
                await self._wait(error, failures)

    async def leave(self) -> None:
        """Let another process tell it, and put the rest of the count into the audit log."""
        standing = self.health.standing
        if standing is not None and self._held is not None:
            await self._write_audit(standing.number)
            await self._call(self._leases.release, _lease(standing.number), self._holder)

    def _open(self) -> Destination:
        try:
            self._destination = self._named.open()
        except SerenoError:
            raise
        except Exception as error:
            _log.error("%s broke", self._named.name, exc_info=error)
            raise SourceError(_fault(error)) from error
        self._lanes = Lanes(live_first=self._destination.live_first)
        return self._destination

    async def _round(self, number: int, destination: Destination) -> None:
        """Tell a page of each lane; where there is none, wait for what comes."""
        if not await self._mine(number):
            self.health.state, self.health.error = DestinationState.ELSEWHERE, None
            await self._bell.wait(self._bounds.look)
            return
        await self._look_after(number)
        if self._gathers(destination):
            await self._bell.wait(self._bounds.look)
            return
        told = False
        for stretch in self._lanes.stretches:
            most = 1 if self._broke else destination.most  # one by one it shows which breaks it
            if page := await self._page(number, most, stretch):
                whole = len(page) == most
                await self._tell(number, destination, page)
                told = True
                self._emptied = None if whole else self._clock.now()
            elif stretch.before is not None:
                self._lanes.caught_up()
        self.health.state, self.health.error = DestinationState.TELLING, None
        if not told:
            self._emptied = self._clock.now()
            await self._bell.wait(self._bounds.look)

    def _gathers(self, destination: Destination) -> bool:
        """Whether it is to be told later what waits now: in the next hour, where it is hourly."""
        if not isinstance(destination, Gathering) or self._emptied is None:
            return False
        now, every = self._clock.now().timestamp(), destination.every.total_seconds()
        return now // every <= self._emptied.timestamp() // every

    async def _page(self, number: int, most: int, stretch: Stretch) -> list[Outgoing]:
        return await self._read(
            self._outbox.page, number, most, first=stretch.first, before=stretch.before
        )

    async def _tell(self, number: int, destination: Destination, page: list[Outgoing]) -> None:
        """Tell a page, without what is refused for good. Raises SerenoError: try again later."""
        while page:
            try:
                await self._deliver(destination, page)
            except RefusedByPeer as refused:
                page = await self._refused(number, page, refused)
            else:
                await self._told(number, page)
                return

    async def _deliver(self, destination: Destination, page: Sequence[Outgoing]) -> None:
        try:
            with anyio.fail_after(self._bounds.within.total_seconds()):
                await destination.deliver(page)
        except SerenoError:
            self._broke = 0
            raise
        except TimeoutError as error:
            within = f"{self._bounds.within.total_seconds():.0f} s"
            raise SourceError(f"{self._named.name} did not answer within {within}") from error
        except Exception as error:
            # Its words may quote what it was told: its kind is logged, with the places.
            self._broke += 1
            _log.error("%s broke", self._named.name, exc_info=error)
            message = _fault(error)
            if len(page) == 1 and self._broke > self._bounds.breaks:
                self._broke = 0
                raise RefusedByPeer(page[0].key, message) from error
            raise SourceError(message) from error
        self._broke = 0

    async def _told(self, number: int, page: Sequence[Outgoing]) -> None:
        await self._insist(self._outbox.told, number, [each.number for each in page])
        self.health.told += len(page)
        self.health.last = self._clock.now()

    async def _refused(
        self, number: int, page: list[Outgoing], refused: RefusedByPeer
    ) -> list[Outgoing]:
        """Give one up for good; the others."""
        which = [each for each in page if each.key == refused.key]
        if not which:
            raise SourceError(str(refused))
        _log.error("%s refused a message for good: %s", self._named.name, refused)
        for each in which:
            name, reason = self._named.name, str(refused)
            await self._insist(self._outbox.refuse, number, name, each, reason)
        self._counted = None
        return [each for each in page if each.key != refused.key]

    async def _enlist(self, destination: Destination) -> Standing:
        identity, topics = self._named.identity, destination.topics
        standing, changed = await self._call(self._outbox.enlist, identity, topics)
        if changed:
            detail = f"{self._named.name}: {', '.join(sorted(topics))}"
            await self._call(self._audit.record, SYSTEM, "delivery_begun", None, detail)
        self.health.standing = standing
        return standing

    async def _mine(self, number: int) -> bool:
        """Whether this process is the one that tells it; asked again before the lease ends."""
        now, hold = self._clock.now(), self._bounds.hold
        if self._held is None or now - self._held >= hold / 3:
            name = _lease(number)
            mine = await self._call(self._leases.acquire, name, self._holder, hold)
            self._held = now if mine else None
        return self._held is not None

    async def _look_after(self, number: int) -> None:
        """Give up what is too old, count what waits, and tell the audit log of it."""
        now = self._clock.now()
        if self._counted is not None and now - self._counted < self._bounds.standing:
            return
        self._counted = now
        await self._call(self._outbox.see, self._named.identity)
        before, size = now - self._bounds.age, self._bounds.size
        if gone := await self._call(self._outbox.give_up, number, before, size):
            _log.error("%s: %d were too old or too many, and are given up", self._named.name, gone)
        standing = await self._read(self._outbox.standing, number)
        if standing is None:
            raise SourceError(f"{self._named.name} was dismissed meanwhile; it begins anew")
        self.health.standing = standing
        if now - self._audited >= self._bounds.audit:
            await self._write_audit(number)

    async def _write_audit(self, number: int) -> None:
        """How many it was told since the log last said so."""
        self._audited = self._clock.now()
        standing = await self._read(self._outbox.standing, number)
        if standing is None or standing.told == standing.audited:
            return
        detail = f"{self._named.name}: {standing.told - standing.audited} messages"
        await self._call(self._audit.record, SYSTEM, "delivered", None, detail)
        await self._call(self._outbox.audited, number, standing.told)

    async def _wait(self, error: SerenoError, failures: int) -> None:
        """Wait before it is tried again. One that can not even be opened keeps its bounds too."""
        self.health.state, self.health.error = DestinationState.WAITING, str(error)
        if self._destination is None:
            with suppress(SerenoError):
                number = await self._call(self._outbox.see, self._named.identity)
                if number is not None and await self._mine(number):
                    await self._look_after(number)
        wait = self._bounds.again.wait(failures)
        _log.warning("%s: %s; again in %.1f s", self.health.name, error, wait.total_seconds())
        await anyio.sleep(wait.total_seconds())

    async def _insist(self, work: Callable[..., T], *args: Any) -> T:
        """Note what has been done, however often the database refuses: else it is done again.

        A process that is told to end does note it first.
        """
        failures = 0
        while True:
            try:
                with anyio.CancelScope(shield=True):
                    return await self._call(work, *args)
            except SerenoError as refused:
                failures += 1
                _log.warning("%s: %s", self.health.name, refused)
                await anyio.sleep(self._bounds.storage.wait(failures).total_seconds())

    async def _read(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Blocking work that only reads, beside the writer."""
        return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._reading)


def _fault(error: Exception) -> str:
    return f"Sereno failed at it ({type(error).__name__}); the log says where: report it"


async def _close(destination: object) -> None:
    """Let go of a connection, for whatever reason the task ends."""
    if isinstance(destination, Closable):
        with anyio.move_on_after(CLOSED_WITHIN.total_seconds(), shield=True):
            await destination.close()


def _lease(number: int) -> str:
    return f"destination:{number}"
