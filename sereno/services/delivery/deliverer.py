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
    breaks: int = 3  # times that a row may break its destination while others do not


@dataclass(frozen=True, slots=True)
class Named:
    """A destination of the settings, opened when it is first told anything.

    `identity` is by what the outbox knows it again, `name` what it is called: without patient data.
    `recordings` is whether it is told of those, too: else a recording that is played pages nobody.
    """

    identity: str
    name: str
    open: Callable[[], Destination]
    recordings: bool = False


class Broke(SourceError):
    """A destination raised what none may: one of what it was told may be the reason, or not."""


@dataclass(slots=True)
class Turn:
    """How it goes in a lane: `failures` in a row, and when (by the loop's clock) it is tried again.

    `error` is what is wrong there now.
    """

    failures: int = 0
    due: float = 0.0
    error: SerenoError | None = None

    @property
    def wait(self) -> float:
        """How many seconds there are until it is tried again; 0 or less where it may be now."""
        return self.due - anyio.current_time()


@dataclass(slots=True)
class Suspect:
    """A row that broke its destination: how often, and whether another one was taken in between."""

    breaks: int = 0
    alone: bool = False


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
        self._most = 1
        self._turns = (Turn(), Turn())  # of what is new, or all there is, and of what has waited
        self._interrupted = True  # since what waits now could not be told
        self._suspects: dict[str, Suspect] = {}  # by key
        self._held: datetime | None = None
        self._emptied: datetime | None = None  # when nothing waited, last
        self._counted: datetime | None = None
        self._audited = self._clock.now()
        self.health = DestinationHealth(named.name)

    async def run(self) -> None:
        """For ever: open it, tell it; wait where that fails."""
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._hold)
                await self._run()
        finally:
            await _close(self._destination)

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                destination = self._destination or self._open()
                number = (await self._enlist(destination)).number
                while True:
                    await self._round(number, destination)
                    failures = 0
            except SerenoError as error:
                failures += 1
                await self._wait(error, failures)
            except Exception as error:  # noqa: BLE001 - a bug in one must not stop the ward
                failures += 1
                await self._wait(self._bug(error), failures)

    async def _hold(self) -> None:
        """Keep the lease, however long a page takes."""
        while True:
            await anyio.sleep(self._bounds.hold.total_seconds() / 6)
            standing = self.health.standing
            if standing is None or self._held is None:
                continue
            try:
                await self._mine(standing.number)
            except SerenoError as refused:
                _log.warning("%s: %s", self.health.name, refused)
            except Exception as error:  # noqa: BLE001 - as in `_run`, which meets it too
                self._bug(error)

    def _bug(self, error: Exception) -> Broke:
        """What to say of it: its kind alone, since its words may quote what it was told."""
        _log.error("%s broke", self._named.name, exc_info=error)
        return Broke(_fault(error))

    async def leave(self) -> None:
        """Let another process tell it, and put the rest of the count into the audit log."""
        standing = self.health.standing
        if standing is not None and self._held is not None:
            await self._write_audit(standing.number)
            await self._call(self._leases.release, _lease(standing.number), self._holder)

    def _open(self) -> Destination:
        try:
            opened = self._named.open()
            self._lanes = Lanes(live_first=bool(opened.live_first))
            self._most, _ = max(1, int(opened.most)), sorted(opened.topics)
        except SerenoError:
            raise
        except Exception as error:
            raise self._bug(error) from error
        self._destination = opened
        return opened

    async def _round(self, number: int, destination: Destination) -> None:
        """Tell a page of each lane; where there is none, wait for what comes."""
        if not await self._mine(number):
            self.health.state, self.health.error = DestinationState.ELSEWHERE, None
            self._interrupted = True
            await anyio.sleep(self._bounds.look.total_seconds())
            return
        await self._look_after(number)
        if self._gathers(destination):
            await self._bell.wait(self._bounds.look)
            return
        told = await self._tell_lanes(number, destination)
        self._say()
        if not told:
            waits = [each.wait for each in self._turns if each.wait > 0]
            await self._bell.wait(min([self._bounds.look, *(timedelta(seconds=w) for w in waits)]))

    async def _tell_lanes(self, number: int, destination: Destination) -> bool:
        """A page of each lane that is not to wait; whether there was any."""
        newer, waited = self._turns
        if self._interrupted and newer.wait <= 0:
            self._lanes.interrupted(await self._read(self._outbox.newest, number))
            self._interrupted, newer.error = False, None
        told = False
        for turn, stretch in zip(self._turns, self._lanes.stretches, strict=False):
            if turn.wait > 0:
                continue
            try:
                there = await self._tell_page(number, destination, stretch)
            except SerenoError as error:
                self._put_off(turn, error)
                self._interrupted |= turn is newer
                continue
            told |= there
            if there:
                turn.failures, turn.error = 0, None
            elif turn is waited:
                self._lanes.caught_up()
                waited.failures, waited.error = 0, None
        return told

    def _put_off(self, turn: Turn, error: SerenoError) -> None:
        """Try it again later; the other lane does not wait for it."""
        turn.failures, turn.error = turn.failures + 1, error
        wait = self._bounds.again.wait(turn.failures).total_seconds()
        turn.due = anyio.current_time() + wait
        _log.warning("%s: %s; again in %.1f s", self.health.name, error, wait)

    def _say(self) -> None:
        """How it fares."""
        error = next((each.error for each in self._turns if each.error is not None), None)
        self.health.state = DestinationState.WAITING if error else DestinationState.TELLING
        self.health.error = None if error is None else str(error)

    async def _tell_page(self, number: int, destination: Destination, stretch: Stretch) -> bool:
        """Tell a page; whether there was one."""
        gathering = isinstance(destination, Gathering)
        newest = await self._read(self._outbox.newest, number) if gathering else 0
        first, before = stretch.first, stretch.before
        page = await self._read(self._outbox.page, number, self._most, first=first, before=before)
        if page:
            await self._tell(number, destination, page)
        more = bool(page) and page[-1].number < newest
        self._emptied = None if more else self._clock.now()
        return bool(page)

    def _gathers(self, destination: Destination) -> bool:
        """Whether it is to be told later what waits now: in the next hour, where it is hourly."""
        if not isinstance(destination, Gathering) or self._emptied is None:
            return False
        now, every = self._clock.now().timestamp(), destination.every.total_seconds()
        return now // every <= self._emptied.timestamp() // every

    async def _tell(self, number: int, destination: Destination, page: list[Outgoing]) -> None:
        """Tell a page, without what is refused for good. Raises SerenoError: try again later."""
        try:
            await self._tell_whole(number, destination, page)
        except Broke as error:
            broke = error
        else:
            return
        await self._tell_apart(number, destination, page, broke)

    async def _tell_whole(
        self, number: int, destination: Destination, page: list[Outgoing]
    ) -> None:
        while page:
            try:
                await self._deliver(destination, page)
            except RefusedByPeer as refused:
                page = await self._refused(number, page, refused)
            else:
                await self._told(number, page)
                return

    async def _tell_apart(
        self, number: int, destination: Destination, page: list[Outgoing], broke: Broke
    ) -> None:
        """Tell each alone, which shows what breaks it: one of them, or whatever is around it.

        What breaks it is given up where others are taken before and after, again and again. Else
        it waits. Raises Broke where anything is left.
        """
        left, broke = await self._tell_each(number, destination, page, broke)
        if 0 < len(left) < len(page):
            left, broke = await self._tell_each(number, destination, left, broke)
            for each in left:
                self._suspects[each.key].alone = True
        for each in left:
            suspect = self._suspects[each.key]
            if suspect.alone and suspect.breaks > self._bounds.breaks:
                await self._refused(number, [each], RefusedByPeer(each.key, str(broke)))
        if any(each.key in self._suspects for each in left):
            raise broke

    async def _tell_each(
        self, number: int, destination: Destination, rows: Sequence[Outgoing], broke: Broke
    ) -> tuple[list[Outgoing], Broke]:
        """Tell each alone; which of them broke it, and the last that is wrong."""
        left = []
        for each in rows:
            try:
                await self._tell_whole(number, destination, [each])
            except Broke as error:
                broke = error
                self._suspects.setdefault(each.key, Suspect()).breaks += 1
                left.append(each)
        return left, broke

    async def _deliver(self, destination: Destination, page: Sequence[Outgoing]) -> None:
        try:
            with anyio.fail_after(self._bounds.within.total_seconds()):
                await destination.deliver(page)
        except SerenoError:
            raise
        except TimeoutError as error:
            within = f"{self._bounds.within.total_seconds():.0f} s"
            raise SourceError(f"{self._named.name} did not answer within {within}") from error
        except Exception as error:
            raise self._bug(error) from error

    async def _told(self, number: int, page: Sequence[Outgoing]) -> None:
        await self._insist(self._outbox.told, number, [each.number for each in page])
        self._acquit(page)
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
        self._acquit(which)
        self._counted = None
        return [each for each in page if each.key != refused.key]

    def _acquit(self, rows: Sequence[Outgoing]) -> None:
        for each in rows:
            self._suspects.pop(each.key, None)

    async def _enlist(self, destination: Destination) -> Standing:
        identity, topics = self._named.identity, destination.topics
        recordings = self._named.recordings
        standing, changed = await self._call(
            self._outbox.enlist, identity, topics, recordings=recordings
        )
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
        standing = await self._read(self._outbox.standing, number)
        if standing is not None and await self._give_up(standing, now - self._bounds.age):
            standing = await self._read(self._outbox.standing, number)
        if standing is None:
            raise SourceError(f"{self._named.name} was dismissed meanwhile; it begins anew")
        self.health.standing = standing
        if now - self._audited >= self._bounds.audit:
            await self._write_audit(number)

    async def _give_up(self, standing: Standing, before: datetime) -> int:
        """Give up what is too old, or too much, and let the writer in between; how many rows."""
        beyond, gone = standing.size - self._bounds.size, 0
        while True:
            rows, size = await self._call(self._outbox.give_up, standing.number, before, beyond)
            if not rows:
                break
            gone, beyond = gone + rows, beyond - size
        if gone:
            _log.error("%s: %d were too old or too many, and are given up", self._named.name, gone)
        return gone

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
            with suppress(Exception):  # it is tried again, and met there
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
        """Blocking work that reads, beside the writer.

        A page with what is damaged or forgotten in it writes that down, too; it waits for the
        database's own lock then, as another process does.
        """
        return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._reading)


def _fault(error: Exception) -> str:
    return f"Sereno failed at it ({type(error).__name__}); the log says where: report it"


async def _close(destination: object) -> None:
    """Let go of a connection, for whatever reason the task ends."""
    if isinstance(destination, Closable):
        with anyio.move_on_after(CLOSED_WITHIN.total_seconds(), shield=True):
            try:
                await destination.close()
            except Exception as error:  # noqa: BLE001 - it is let go of anyway
                _log.warning("a destination did not close (%s)", type(error).__name__)


def _lease(number: int) -> str:
    return f"destination:{number}"
