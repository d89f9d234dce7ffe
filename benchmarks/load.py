"""How many messages a second a clinic's box takes in, each answered once it is on disk.

A real `sereno ingest mllp://...` in a process of its own, and senders over TCP with one message in
flight each: six values a message, a bed a connection. Afterwards what was answered is counted in
the record: none may be missing, none doubled.

    python benchmarks/load.py [--connections 20] [--seconds 20] [--runs 3]
"""

import argparse
import asyncio
import json
import os
import platform
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sereno.bootstrap import services
from sereno.domain.vitals import Signal
from sereno.settings import Settings

RESULTS = Path(__file__).parent / "results" / "load.json"
START_WITHIN_S = 60
WORK_IN_WITHIN_S = 300
VALUES = 6
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEGAN, ENDED = b"\x0b", b"\x1c\r"
MESSAGE = (
    "MSH|^~\\&|MON|ICU|SERENO|CLINIC|{sent}+0000||ORU^R01^ORU_R01|{bed}-{number}|P|2.6\r"
    "PID|||LOAD-{bed}^^^CLINIC^MR||Load^Bed {bed}\r"
    "PV1||I|ICU^^{bed}\r"
    "OBR|1|||182777000^monitoring^SCT|||{at}+0000\r"
    "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|{rate}|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||F\r"
    "OBX|2|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.1.1.2|95|262688^MDC_DIM_PERCENT^MDC|||||F\r"
    "OBX|3|NM|151562^MDC_RESP_RATE^MDC|1.1.1.3|15|264928^MDC_DIM_RESP_PER_MIN^MDC|||||F\r"
    "OBX|4|NM|150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC|1.1.1.4|121|266016^MDC_DIM_MMHG^MDC|||||F\r"
    "OBX|5|NM|150038^MDC_PRESS_BLD_ART_ABP_DIA^MDC|1.1.1.5|71|266016^MDC_DIM_MMHG^MDC|||||F\r"
    "OBX|6|NM|150364^MDC_TEMP_BODY^MDC|1.1.1.6|37.1|268192^MDC_DIM_DEGC^MDC|||||F\r"
)


@dataclass
class Outcome:
    """What one run came to; times in milliseconds."""

    connections: int
    seconds: float
    answered: int
    a_second: float
    median: float
    p99: float
    slowest: float
    worked_in_s: float
    cpu_s: float
    memory_mb: float
    missing: int
    doubled: int


@dataclass
class Sender(asyncio.Protocol):
    """One connection with one message in flight."""

    bed: int
    until: float
    done: "asyncio.Future[None]"
    number: int = 0
    sent: float = 0.0
    at: datetime = EPOCH
    took: list[float] = field(default_factory=list)
    answered: list[datetime] = field(default_factory=list)
    _reply: bytes = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def data_received(self, data: bytes) -> None:
        """The answer, and with it the next."""
        self._reply += data
        if not self._reply.endswith(ENDED):
            return
        if f"MSA|AA|{self.bed}-{self.number}".encode() not in self._reply:
            self.done.set_exception(RuntimeError(f"no AA: {self._reply[:300]!r}"))
            return
        self._reply = b""
        self.took.append(time.perf_counter() - self.sent)
        self.answered.append(self.at)
        if time.perf_counter() < self.until:
            self._send()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        self.number += 1
        now = datetime.now(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        self.at = max(now, self.at + timedelta(milliseconds=1))
        told = f"{self.at:%Y%m%d%H%M%S}.{self.at.microsecond // 1000:03d}"
        text = MESSAGE.format(
            sent=told, at=told, bed=self.bed, number=self.number, rate=60 + self.number % 40
        )
        self.sent = time.perf_counter()
        self.transport.write(BEGAN + text.encode() + ENDED)


async def send(port: int, connections: int, seconds: float, warm_s: float) -> list[Sender]:
    """Send over so many connections; what each was answered, after a time to get going."""
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + warm_s + seconds
    senders = []
    for bed in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        sender = Sender(bed, until, done)
        await loop.create_connection(lambda sender=sender: sender, "127.0.0.1", port)  # type: ignore[misc]
        senders.append(sender)
    await asyncio.gather(*(each.done for each in senders))
    return senders


def run(connections: int, seconds: float, warm_s: float = 3.0) -> Outcome:
    """One run with a data directory of its own."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        port = free_port()
        command = [
            sys.executable, "-m", "sereno.cli", "ingest", f"mllp://127.0.0.1:{port}",
            "--data-dir", folder,
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            await_port(port, process)
            began = time.perf_counter()
            senders = asyncio.run(send(port, connections, seconds, warm_s))
            ended = time.perf_counter()
            await_worked_in(folder, senders)
            worked_in = time.perf_counter() - ended
            process.send_signal(signal.SIGTERM)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        missing, doubled = count(folder, senders)
    warm = round(warm_s / (ended - began), 3)
    took = sorted(each for one in senders for each in one.took[int(len(one.took) * warm) :])
    return Outcome(
        connections=connections,
        seconds=seconds,
        answered=sum(len(one.answered) for one in senders),
        a_second=len(took) / seconds,
        median=statistics.median(took) * 1000,
        p99=took[int(len(took) * 0.99)] * 1000,
        slowest=took[-1] * 1000,
        worked_in_s=worked_in,
        cpu_s=used.ru_utime + used.ru_stime,
        memory_mb=used.ru_maxrss / 1024,
        missing=missing,
        doubled=doubled,
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until somebody listens there."""
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("nothing listens; see the folder logs")


def await_worked_in(folder: str, senders: list[Sender]) -> None:
    """Until the newest value of each bed stands in the record."""
    with services(Settings(data_dir=Path(folder))) as given:
        store, until = given._foundation.store, time.monotonic() + WORK_IN_WITHIN_S
        for one in senders:
            patient = store.find(f"LOAD-{one.bed}").id
            while store.latest(patient)[Signal.HEART_RATE].time < one.answered[-1]:
                if time.monotonic() > until:
                    raise RuntimeError("what was answered is not worked in")
                time.sleep(0.05)


def count(folder: str, senders: list[Sender]) -> tuple[int, int]:
    """How many answered messages are missing in the record, and how many values too many."""
    missing = doubled = 0
    with services(Settings(data_dir=Path(folder))) as given:
        store = given._foundation.store
        for one in senders:
            patient = store.find(f"LOAD-{one.bed}").id
            ends = one.answered[0], one.answered[-1]
            found = store.observations(patient, *ends, [Signal.HEART_RATE])
            times = [each.time for each in found]
            missing += len(set(one.answered) - set(times))
            doubled += len(times) - len(set(times)) + sum(each.version > 1 for each in found)
    return missing, doubled


def main() -> None:
    """Print the table, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, nargs="*", default=[20, 1])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    kept = {}
    print(
        f"{'connections':>11} {'messages/s':>10} {'median ms':>9} {'p99 ms':>7} {'slowest':>8}",
        end="",
    )
    print(f" {'CPU s':>6} {'MB':>5} {'worked in':>9} {'missing':>7} {'doubled':>7}")
    for connections in wanted.connections:
        runs = [run(connections, wanted.seconds) for _ in range(wanted.runs)]
        middle = sorted(runs, key=lambda one: one.a_second)[len(runs) // 2]
        kept[str(connections)] = {
            "median_run": asdict(middle),
            "runs": [asdict(one) for one in runs],
        }
        print(
            f"{connections:>11} {middle.a_second:>10,.0f} {middle.median:>9.1f} {middle.p99:>7.1f}"
            f" {middle.slowest:>8.1f} {middle.cpu_s:>6.1f} {middle.memory_mb:>5.0f}"
            f" {middle.worked_in_s:>8.1f}s {sum(one.missing for one in runs):>7}"
            f" {sum(one.doubled for one in runs):>7}"
        )
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    told = {"benchmark": "load", "machine": machine, "values_a_message": VALUES, "mllp": kept}
    RESULTS.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    main()
