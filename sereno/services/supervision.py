"""Keeping processes alive: start them, restart what dies, end what hangs, stop all together.

The supervisor holds the lease "supervisor". It judges its processes by their signs of life; what
became of monitoring meanwhile is the `Watchdog`'s to say.
"""

import logging
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import anyio
from anyio.abc import Process

from sereno.domain.errors import Conflict, SerenoError, StorageBusy
from sereno.ports import Beat, Beats, Clock, Leases
from sereno.services.backoff import Backoff

SUPERVISOR_LEASE: Final = "supervisor"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A process to keep alive. `name` is also the name of its beat."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionBounds:
    """Every bound of the supervisor."""

    backoff: Backoff = field(default_factory=lambda: Backoff(longest=timedelta(seconds=15)))
    round: timedelta = timedelta(seconds=1)
    hold: timedelta = timedelta(seconds=10)  # of the supervisor's own lease
    hung: timedelta = timedelta(seconds=30)  # without a sign of life: it is ended
    starting: timedelta = timedelta(seconds=120)  # until its first one: a busy machine loads slowly
    stuck: timedelta = timedelta(seconds=10)  # while nobody else can write: it is ended
    freed: timedelta = timedelta(seconds=3)  # after that, until the next one is suspected
    overdue: timedelta = timedelta(seconds=5)  # past its own deadline: it is ended
    stopping: timedelta = timedelta(seconds=10)  # to stop by itself before it is ended


class Watcher(Protocol):
    """Told once a round which beats there are."""

    def look(self, beats: Beats) -> None:
        """Judge them."""
        ...


class Herald:
    """Tells the web process' address once, as soon as that process says it."""

    def __init__(self, clock: Clock, tell: Callable[[str], None]) -> None:
        self._since = clock.now()
        self._tell = tell
        self._told = False

    def look(self, beats: Beats) -> None:
        """Look for an address that is newer than we are."""
        beat = beats.get("web")
        if beat and not self._told and beat.at > self._since and beat.facts.get("address"):
            self._told = True
            self._tell(beat.facts["address"])


def replaced(leases: Leases, holder: str) -> bool:
    """Whether another supervisor than `holder` is at work, so that its processes must make way."""
    return leases.holder(SUPERVISOR_LEASE) not in (None, holder)


@dataclass(slots=True)
class _Running:
    process: Process
    since: datetime


@dataclass(slots=True)
class Supervisor:
    """Runs programs until told to stop.

    `holder` names this supervisor in the leases; programs that outlive it (it was killed) stop
    by themselves as soon as another one holds the lease.
    """

    programs: Sequence[Program]
    leases: Leases
    clock: Clock
    watchers: Sequence[Watcher]
    holder: str
    bounds: SupervisionBounds = field(default_factory=SupervisionBounds)
    tell: Callable[[str], None] = _log.info
    _running: dict[str, _Running] = field(default_factory=dict)
    _unanswered: int = 0  # rounds for which the database has been busy
    _suspected: set[str] = field(default_factory=set)  # ended for it since it last answered
    _scope: anyio.CancelScope | None = None

    async def run(self) -> None:
        """Until SIGINT or SIGTERM, or `stop`. Raises Conflict where another supervisor runs."""
        await self._take_lease()
        self._scope = anyio.CancelScope()
        try:
            # Signals are heard to the very end: a second one must not leave processes behind.
            with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
                async with anyio.create_task_group() as listening:
                    listening.start_soon(self._stop_on_signal, signals)
                    with self._scope:
                        await self._keep_all()
                    listening.cancel_scope.cancel()
        finally:
            self.leases.release(SUPERVISOR_LEASE, self.holder)

    async def _keep_all(self) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._judge)
            tasks.start_soon(self._free)
            for program in self.programs:
                tasks.start_soon(self._keep, program)

    def stop(self) -> None:
        """Ask every program to stop, and end."""
        if self._scope:
            self._scope.cancel()

    async def _take_lease(self) -> None:
        """One that was killed leaves its lease behind: that is waited for, once."""
        for wait in (0, self.bounds.hold.total_seconds()):
            await anyio.sleep(wait)
            if self.leases.acquire(SUPERVISOR_LEASE, self.holder, self.bounds.hold):
                return
        raise Conflict("another `sereno run` uses this data directory; stop it, or give --data-dir")

    async def _stop_on_signal(self, signals: AsyncIterator[signal.Signals]) -> None:
        async for _ in signals:
            self.tell("stopping")
            self.stop()

    async def _keep(self, program: Program) -> None:
        """Start `program` again whenever it ends."""
        failures = 0
        while True:
            started = self.clock.now()
            code = await self._run_once(program)
            settled = self.clock.now() - started >= self.bounds.backoff.settled
            failures = 1 if settled else failures + 1
            wait = self.bounds.backoff.wait(failures).total_seconds()
            _log.warning("%s ended with %s; starting it again in %.1f s", program.name, code, wait)
            await anyio.sleep(wait)

    async def _run_once(self, program: Program) -> int | None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which stops them in order.
        process = await anyio.open_process(
            program.command, stdin=subprocess.DEVNULL, stdout=None, stderr=None,
            env=program.environment, start_new_session=True,
        )  # fmt: skip
        self._running[program.name] = _Running(process, self.clock.now())
        _log.info("%s runs as process %d", program.name, process.pid)
        try:
            return await process.wait()
        finally:
            del self._running[program.name]
            with anyio.CancelScope(shield=True):
                await self._end(process)

    async def _end(self, process: Process) -> None:
        """Ask it to stop, then insist."""
        if process.returncode is None:
            process.terminate()
            with anyio.move_on_after(self.bounds.stopping.total_seconds()):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()

    async def _judge(self) -> None:
        while True:
            await anyio.sleep(self.bounds.round.total_seconds())
            try:
                beats = await anyio.to_thread.run_sync(self._round)
            except Conflict:
                raise
            except StorageBusy as busy:
                _log.error("%s", busy)
                continue
            except SerenoError as refused:
                # Signs of life can not be written either: nobody is judged by their absence.
                _log.error("the database refuses: %s", refused)
                self._answered()
                continue
            self._answered()
            for name, running in self._running.items():
                self._judge_one(name, running, beats.get(name))

    def _answered(self) -> None:
        self._unanswered = 0
        self._suspected.clear()

    async def _free(self) -> None:
        """End what may hold the database up: a process that hangs within a transaction.

        Meanwhile nobody can write, not even the alarm that monitoring has stopped, or a sign of
        life: everybody is silent, and one of them hangs. They are ended one at a time, in the
        programs' order, each once; where it is none of ours the rest is for that to end. Rounds
        are counted, not time: a machine that slept is not stuck.
        """
        while True:
            await anyio.sleep(self.bounds.round.total_seconds())
            self._unanswered += 1
            if self._unanswered * self.bounds.round > self.bounds.stuck:
                try:
                    beats = await anyio.to_thread.run_sync(self.leases.beats)
                except SerenoError as refused:
                    _log.error("the database refuses: %s", refused)
                else:
                    self._end_next_silent(beats)

    def _end_next_silent(self, beats: Beats) -> None:
        now = self.clock.now()
        for name in (each.name for each in self.programs if each.name not in self._suspected):
            running = self._running.get(name)
            if running is None:
                continue
            seen = max(running.since, beats[name].at) if name in beats else running.since
            if now - seen > self.bounds.stuck:
                _log.error("%s is silent and the database is held up; ending it", name)
                running.process.kill()
                self._suspected.add(name)
                self._unanswered -= self.bounds.freed // self.bounds.round
                return

    def _round(self) -> dict[str, Beat]:
        if not self.leases.acquire(SUPERVISOR_LEASE, self.holder, self.bounds.hold):
            raise Conflict("another supervisor took over")
        running = list(self._running.items())
        pids = {name: each.process.pid for name, each in running}
        since = {name: each.since.isoformat() for name, each in running}
        self.leases.beat(SUPERVISOR_LEASE, {"processes": pids, "since": since})
        beats = self.leases.beats()
        for watcher in self.watchers:
            watcher.look(beats)
        return beats

    def _judge_one(self, name: str, running: _Running, beat: Beat | None) -> None:
        """End a process that has given no sign of life, or sits on a job past its deadline."""
        now = self.clock.now()
        awake = beat if beat and beat.at > running.since else None
        silent = now - (awake.at if awake else running.since)
        due = awake.facts.get("due") if awake else None
        overdue = due is not None and now > datetime.fromisoformat(due) + self.bounds.overdue
        if silent > (self.bounds.hung if awake else self.bounds.starting) or overdue:
            _log.error("%s hangs; ending it", name)
            running.process.kill()
