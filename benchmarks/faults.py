"""What is lost or doubled when something breaks, again and again, counted by numbers.

A real ingest process, and a device of the connector kit that tells the numbered values of five
beds, one of each a second, and goes on whatever happens. In each round something breaks at a random
moment, and what was said by then must come to stand in the record. At the end of a fault's rounds
the record is read: what the device was answered and is not there is missing, what stands there
beyond what was said, or as a correction of itself, is doubled. The time is from the end of the
fault (of a kill: from the new start) until what had been said by then stands.

    python benchmarks/faults.py [--rounds 50] [--minutes 60] [--only NAME ...] [--seed N]

Needs Debian's mosquitto, postgresql, iproute2 and faketime, and root for a network and a disk of
its own; what can not run here is told as such.
"""

import argparse
import ctypes
import json
import os
import platform
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

import anyio
import anyio.to_thread
from pydantic import SecretStr
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import make_url

from connectors.kit import NotTried, OpenRig, Rig, Said
from connectors.kit.rigs.mllp import Hl7Sender
from connectors.kit.rigs.mqtt import MqttPublisher
from sereno.bootstrap import services
from sereno.domain.errors import SerenoError
from sereno.domain.stream import Observation
from sereno.domain.vitals import Signal
from sereno.settings import Settings
from tests.fakes.broker import Broker, find_mosquitto, running_broker
from tests.support import find_postgres, running_postgres

RESULTS: Final = Path(__file__).parent / "results" / "faults.json"
BEDS: Final = 5  # each with a value a second, and a number of its own
EVERY_S: Final = 0.2  # a value of one of them
LOOK_EVERY_S: Final = 0.05
WITHIN_S: Final = 120.0  # that it goes on
WIDTH: Final = 110  # of the table where nobody watches
SECOND: Final = timedelta(seconds=1)
JUMP: Final = timedelta(hours=1)
ROOM: Final = "96m"  # of the small disk
ADOPT_ORPHANS: Final = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)
NAMESPACE: Final = f"sereno-{os.getpid()}"
NEAR, FAR = "10.213.77.1", "10.213.77.2"  # the sender's side, and that of the namespace
ENDS: Final = ("sereno-near", "sereno-far")  # of the cable between
FAKETIME: Final = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
# This kernel may know no netem: a bucket too small for any packet drops them all as well.
DROP_ALL: Final = ("root", "tbf", "rate", "8bit", "burst", "1", "limit", "1")


@dataclass(frozen=True)
class Outcome:
    """What a fault came to. `not_run` and `stuck` say why there is no more to tell."""

    fault: str
    rounds: int = 0
    sent: int = 0
    acknowledged: int = 0
    missing: int = 0
    doubled: int = 0
    median_s: float | None = None
    worst_s: float | None = None
    stuck: bool = False
    not_run: str | None = None


@dataclass
class Fault:
    """A Sereno of its own, a device, and what befalls them. `took` is in seconds."""

    folder: Path
    chance: random.Random
    began: datetime
    environment: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()  # the command
    ahead: timedelta = timedelta()  # the device's clock
    numbers: int = 0
    told: list[Said] = field(default_factory=list)  # in the order of sending
    took: list[float] = field(default_factory=list)
    stuck: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    rig: Any = None
    name: ClassVar[str]
    open_rig: ClassVar[OpenRig] = Hl7Sender
    anew: ClassVar[bool] = False  # whether every other round begins with a new ingest process
    ago: ClassVar[timedelta] = timedelta()  # the first value's time, before now

    async def set_up(self, stack: AsyncExitStack) -> Rig:
        """The device, and what else it takes. Raises NotTried where that is not here."""
        rig: Rig = await stack.enter_async_context(type(self).open_rig(self.folder))
        return rig

    async def strike(self) -> None:
        """The fault, from its beginning to its end."""
        raise NotImplementedError

    async def pause(self, least: float, most: float) -> None:
        """A random time, in seconds."""
        await anyio.sleep(self.chance.uniform(least, most))

    @asynccontextmanager
    async def staged(self) -> AsyncIterator[None]:
        """Everything is there."""
        async with AsyncExitStack() as stack:
            self.data = self.folder / "data"
            self.rig = await self.set_up(stack)
            settings = Settings(data_dir=self.data, sources=(), **self.settings)
            self.store = stack.enter_context(services(settings))._foundation.store
            self.begin()
            stack.callback(self.end, signal.SIGKILL)
            yield

    def begin(self) -> None:
        """Start ingest."""
        command = [*self.before, sys.executable, "-m", "sereno.cli", "process", "ingest"]
        command += ["--holder", "faults", "--data-dir", str(self.data)]
        given = {"SERENO_SOURCES": json.dumps([self.rig.source])} | self.environment
        with (self.folder / "ingest.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=os.environ | given, stdout=log, stderr=log)

    def end(self, how: signal.Signals) -> None:
        """End ingest."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    async def flow(self) -> None:
        """Say a number after another."""
        while True:
            self.say(self.next())
            await anyio.sleep(EVERY_S)

    def next(self) -> Said:
        """The next number: it stands in the time, and somewhat in the value."""
        number, self.numbers = self.numbers, self.numbers + 1
        at = self.began + number // BEDS * SECOND + self.ahead
        return Said(who=f"FAULTS-{number % BEDS}", at=at, value=60.0 + number // BEDS % 40)

    def say(self, said: Said) -> None:
        """Have the device say it, after what it has not said yet."""
        self.rig.send(self.rig.message(said))
        self.told.append(said)

    async def round(self) -> None:
        """A fault at a random moment; then until all goes on."""
        if self.anew and len(self.took) % 2 == 0:
            await anyio.to_thread.run_sync(self.end, signal.SIGTERM)
            self.begin()
            await self.goes_on()
        await self.pause(0.2, 1.5)
        await self.strike()
        ended = time.monotonic()
        await self.goes_on()
        self.took.append(time.monotonic() - ended)

    async def goes_on(self) -> None:
        """Until all that was said stands; what was said last is enough to look for."""
        while not self.told:  # noqa: ASYNC110
            await anyio.sleep(LOOK_EVERY_S)
        last = self.told[-1]
        with anyio.move_on_after(WITHIN_S) as waited:
            while not await anyio.to_thread.run_sync(self._stands, last):  # noqa: ASYNC110
                await anyio.sleep(LOOK_EVERY_S)
        self.stuck = waited.cancelled_caught

    def _stands(self, said: Said) -> bool:
        with suppress(SerenoError):
            return any(who == said.who for who, _ in self.kept(said.at, said.at + SECOND))
        return False

    def kept(self, since: datetime, until: datetime) -> list[tuple[str | None, Observation]]:
        """What stands in the records, and whose it is."""
        return [
            (patient.identifier or patient.bed, value)
            for patient in self.store.patients()
            for value in self.store.observations(patient.id, since, until, [Signal.HEART_RATE])
        ]

    def acknowledged(self) -> list[Said]:
        """What the device was answered; it waits for each answer before it says the next."""
        return self.told[: len(self.told) - (self.rig.unanswered() or 0)]

    async def outcome(self) -> Outcome:
        """Count, once all is answered and worked in."""
        with anyio.move_on_after(WITHIN_S):
            while self.rig.unanswered():  # noqa: ASYNC110 - a device tells no one
                await anyio.sleep(LOOK_EVERY_S)
        await self.goes_on()
        acknowledged = self.acknowledged()
        kept = self.kept(self.began - 2 * JUMP, self.began + timedelta(days=2))
        stands = {(who, each.time, each.value) for who, each in kept}
        lost = {(each.who, each.at, each.value) for each in acknowledged} - stands
        said = {(each.who, each.at, each.value) for each in self.told}
        again = sum(each.version > 1 for _, each in kept)
        return Outcome(
            fault=self.name,
            rounds=len(self.took),
            sent=len(self.told),
            acknowledged=len(acknowledged),
            missing=len(lost),
            doubled=len(kept) - len(stands & said) + again,
            median_s=round(statistics.median(self.took), 2) if self.took else None,
            worst_s=round(max(self.took), 2) if self.took else None,
            stuck=self.stuck,
        )


# --- the faults ---------------------------------------------------------------------------------


class KeptPublisher(MqttPublisher):
    """A device whose broker keeps on disk what it has, and listens on `lines` too."""

    lines: tuple[str, ...] = ("allow_anonymous true",)

    async def _start(self) -> None:
        if find_mosquitto() is None:
            raise NotTried("no mosquitto: apt-get install mosquitto")
        started = running_broker(self._folder, port=self._port, lines=self.lines)
        self.broker: Broker = self._stack.enter_context(started)


class IngestKilled(Fault):
    """Ingest is killed and begun again."""

    name = "kill -9 of ingest, MLLP"

    async def strike(self) -> None:
        """Kill, and begin at once: it may be killed again while it begins."""
        for _ in range(self.chance.choice((1, 1, 2))):
            self.end(signal.SIGKILL)
            self.begin()
            await self.pause(0, 0.8)


class IngestKilledMqtt(IngestKilled):
    """The same where a broker keeps what is not acknowledged."""

    name = "kill -9 of ingest, MQTT"
    open_rig = KeptPublisher


class BrokerKilled(Fault):
    """The broker is killed and begun again.

    Ingest is begun anew now and then, since it waits longer with each failure of a minute.
    """

    name = "kill -9 of mosquitto"
    open_rig = KeptPublisher
    anew = True

    async def strike(self) -> None:
        """Kill, and begin after a while."""
        self.rig.broker.kill()
        await self.pause(0, 1)
        await anyio.to_thread.run_sync(self.rig.broker.start)


class DatabaseKilled(Fault):
    """All processes of the PostgreSQL that holds the record are killed."""

    name = "kill -9 of PostgreSQL"

    async def set_up(self, stack: AsyncExitStack) -> Rig:
        """With a cluster of its own."""
        programs = find_postgres()
        if programs is None:
            raise NotTried("no PostgreSQL server: apt-get install postgresql")
        ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)  # the server is one
        url = stack.enter_context(running_postgres(programs))
        self.cluster, self.programs = Path(str(make_url(url).query["host"])), programs
        self.settings = {"database_url": SecretStr(url)}
        self.environment = {"SERENO_DATABASE_URL": url}
        return await super().set_up(stack)

    async def strike(self) -> None:
        """Kill, and begin after a while, with the options that it had."""
        await anyio.to_thread.run_sync(self._kill)
        await self.pause(0.1, 1)
        await anyio.to_thread.run_sync(self._restart)

    def _kill(self) -> None:
        first = int((self.cluster / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        killed = (first, *map(int, children))
        for each in killed:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        for each in killed:  # until they are gone, it could not begin anew
            with suppress(ChildProcessError):
                os.waitpid(each, 0)

    def _restart(self) -> None:
        account = "postgres" if os.geteuid() == 0 else None
        command = [self.programs / "pg_ctl", "-D", str(self.cluster / "data"), "-w"]
        command += ["-l", str(self.cluster / "server.log"), "restart"]
        with (self.folder / "pg_ctl.log").open("ab") as log:
            subprocess.run(
                command, check=True, cwd=self.cluster, stdout=log, stderr=log,
                user=account, group=account, extra_groups=[] if account else None,
            )  # fmt: skip


class NetworkCut(Fault):
    """Between device and Sereno all packets are dropped for a while, in both directions."""

    name = "network cut, MLLP"
    open_rig = partial(Hl7Sender, host=FAR)

    async def set_up(self, stack: AsyncExitStack) -> Rig:
        """Ingest in a network namespace, at the other end of a cable."""
        stack.enter_context(cable())
        self.before = ("ip", "netns", "exec", NAMESPACE)
        return await super().set_up(stack)

    async def strike(self) -> None:
        """Drop; now and then the device loses patience, connects anew and says it again."""
        tc("add", *DROP_ALL)
        await self.pause(0.5, 3)
        if self.chance.random() < 0.5:
            await self.rig.cut()
        tc("del", "root")


class NetworkCutMqtt(NetworkCut):
    """The same between broker and Sereno."""

    name = "network cut, MQTT"
    open_rig = KeptPublisher

    async def set_up(self, stack: AsyncExitStack) -> Rig:
        """The broker listens at this end of the cable too."""
        stack.enter_context(cable())
        self.before = ("ip", "netns", "exec", NAMESPACE)
        rig = KeptPublisher(self.folder)
        rig.lines = (*KeptPublisher.lines, f"listener {rig._port} {NEAR}")
        await stack.enter_async_context(rig)
        rig.source = f"mqtt://{NEAR}:{rig._port}/ward/kit"
        return rig


class DiskFull(Fault):
    """The disk of the data directory fills up, and has room again."""

    name = "full disk"

    async def set_up(self, stack: AsyncExitStack) -> Rig:
        """With a small disk."""
        self.data.mkdir()
        command = ("mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(self.data))
        ran(*command)
        stack.callback(ran, "umount", "--lazy", str(self.data))
        return await super().set_up(stack)

    async def strike(self) -> None:
        """Fill it to the last page, and free it after a while."""
        balloon = self.data / "balloon"
        with suppress(OSError), balloon.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        await self.pause(0.5, 2)
        balloon.unlink()


class DeviceClockJumps(Fault):
    """The device's clock jumps an hour ahead, and back."""

    name = "clock jump of the device"

    async def strike(self) -> None:
        """Ahead, and back."""
        self.ahead = JUMP
        await self.pause(0.5, 1.5)
        self.ahead = timedelta()
        await self.pause(0.3, 0.5)


class OurClockJumps(Fault):
    """The clock of the ingest process jumps an hour, ahead or back, and is set right again."""

    name = "clock jump of ingest"

    async def set_up(self, stack: AsyncExitStack) -> Rig:
        """Ingest is told the time by libfaketime; what does not jump on a machine does not here."""
        if not FAKETIME:
            raise NotTried("no libfaketime: apt-get install faketime")
        self.clock = self.folder / "clock"
        self.clock.write_text("+0")
        self.environment = {
            "LD_PRELOAD": str(FAKETIME[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self.clock),
            "FAKETIME_CACHE_DURATION": "1",  # s
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        return await super().set_up(stack)

    async def strike(self) -> None:
        """There, and back."""
        self._set(self.chance.choice("+-") + f"{JUMP.total_seconds():.0f}")
        await self.pause(1.5, 3)  # it is looked at once a second
        self._set("+0")

    def _set(self, by: str) -> None:
        new = self.clock.with_suffix(".new")
        new.write_text(by)
        new.replace(self.clock)


class Disordered(Fault):
    """Values come twice, and out of order."""

    name = "duplicates and disorder, MLLP"
    ago = timedelta(minutes=2)  # it says more than five values a second

    async def strike(self) -> None:
        """Twenty new ones and twenty old ones, twice and shuffled."""
        old = self.chance.choices(self.told, k=20)
        some = [*old, *(self.next() for _ in range(20))] * 2
        self.chance.shuffle(some)
        for each in some:
            self.say(each)
        await self.pause(0.2, 0.5)


class DisorderedMqtt(Disordered):
    """The same through a broker."""

    name = "duplicates and disorder, MQTT"
    open_rig = KeptPublisher


FAULTS: Final[dict[str, type[Fault]]] = {
    "ingest": IngestKilled,
    "ingest-mqtt": IngestKilledMqtt,
    "broker": BrokerKilled,
    "database": DatabaseKilled,
    "network": NetworkCut,
    "network-mqtt": NetworkCutMqtt,
    "disk": DiskFull,
    "device-clock": DeviceClockJumps,
    "clock": OurClockJumps,
    "disorder": Disordered,
    "disorder-mqtt": DisorderedMqtt,
}


def ran(*command: str) -> None:
    """Run it. Raises NotTried with its words where it refuses."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotTried(f"{command[0]}: {done.stderr.strip()}")


@contextmanager
def cable() -> Iterator[None]:
    """A network namespace with a cable to it. Raises NotTried where the kernel refuses."""
    near, far = ENDS
    if shutil.which("ip") is None:
        raise NotTried("no ip: apt-get install iproute2")
    ran("ip", "netns", "add", NAMESPACE)
    try:
        ran("ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", NAMESPACE)
        for where, end, address in (((), near, NEAR), (("-n", NAMESPACE), far, FAR)):
            ran("ip", *where, "address", "add", f"{address}/24", "dev", end)
            ran("ip", *where, "link", "set", end, "up")
        ran("ip", "-n", NAMESPACE, "link", "set", "lo", "up")
        yield
    finally:
        ran("ip", "netns", "delete", NAMESPACE)  # and with it the cable


def tc(action: str, *how: str) -> None:
    """Change what passes, at both ends."""
    near, far = ENDS
    ran("tc", "qdisc", action, "dev", near, *how)
    ran("tc", "-n", NAMESPACE, "qdisc", action, "dev", far, *how)


# --- the rounds ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """How much: so many rounds of each fault, or as many as begin within `minutes`."""

    rounds: int
    minutes: float
    seed: int


async def tried(kind: type[Fault], wanted: Wanted, advance: Callable[[], None]) -> Outcome:
    """All rounds of one fault, and what they came to."""
    until = time.monotonic() + wanted.minutes * 60
    with tempfile.TemporaryDirectory(prefix="sereno-faults-", dir="/var/tmp") as name:
        began = datetime.now(UTC).replace(microsecond=0) - kind.ago
        fault = kind(Path(name), random.Random(wanted.seed), began)
        try:
            async with fault.staged():
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(fault.flow)
                    await fault.goes_on()
                    for _ in range(wanted.rounds):
                        if fault.stuck or time.monotonic() > until:
                            break
                        await fault.round()
                        advance()
                    tasks.cancel_scope.cancel()
                return await fault.outcome()
        except NotTried as why:
            return Outcome(kind.name, not_run=str(why))


def table_of(outcomes: Sequence[Outcome]) -> Table:
    """For people."""
    table = Table("fault", "rounds", "sent", "acknowledged", "missing", "doubled", "s", "worst s")
    for column in table.columns[1:]:
        column.justify = "right"
    for each in outcomes:
        if each.not_run is not None:
            table.add_row(each.fault, f"not run: {each.not_run}")
            continue
        counts = (each.rounds, each.sent, each.acknowledged, each.missing, each.doubled)
        times = ("", "stuck") if each.stuck else (f"{each.median_s}", f"{each.worst_s}")
        table.add_row(each.fault, *(f"{count:,}" for count in counts), *times)
    return table


def keep(outcomes: Sequence[Outcome], seed: int) -> None:
    """Write the results of now over those of the same faults before."""
    kept = json.loads(RESULTS.read_text())["faults"] if RESULTS.exists() else []
    found = {each["fault"]: each for each in kept} | {each.fault: asdict(each) for each in outcomes}
    told = {
        "benchmark": "faults",
        "seed": seed,
        "a_second": round(1 / EVERY_S),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "faults": list(found.values()),
    }
    RESULTS.write_text(json.dumps(told, indent=2) + "\n")


def main() -> None:
    """Try them one after another, print the table, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=60, help="the most for each fault")
    parser.add_argument("--only", choices=FAULTS, nargs="+", default=list(FAULTS), metavar="NAME")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and leave nothing behind
    wanted = Wanted(given.rounds, given.minutes, given.seed)
    outcomes: list[Outcome] = []
    columns = (SpinnerColumn(), "{task.description}", MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for each in given.only:
            kind = FAULTS[each]
            task = progress.add_task(kind.name, total=wanted.rounds)
            outcome = anyio.run(tried, kind, wanted, partial(progress.advance, task))
            outcomes.append(outcome)
            keep(outcomes, wanted.seed)
    console = Console()
    print_to = console if console.is_terminal else Console(width=WIDTH)
    print_to.print(table_of(outcomes))
    if any(each.missing or each.doubled or each.stuck for each in outcomes):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
