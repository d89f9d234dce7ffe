"""A ward of two hundred beds for half an hour: is anything lost, and does the memory stay flat?

A real `sereno process ingest` that listens for HL7 v2, and twenty gateways over TCP with one
message in flight each. Every bed tells six numbers a second; one bed of each gateway also a second
of an ECG (250 Hz) and of a pleth wave (125 Hz). Messages bear their time, so that afterwards what
was answered is counted in the record: none may be missing, none doubled, no wave cut. The memory is
the process's own resident set, looked at every five seconds; its growth is that of a straight line
through the second half.

    python benchmarks/endurance.py [--minutes 30] [--beds 200] [--gateways 20]
"""

import argparse
import asyncio
import json
import math
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from load import await_port
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from connectors.kit.rigs.line import free_port
from sereno.bootstrap import services
from sereno.domain.vitals import Signal
from sereno.settings import Settings

RESULTS: Final = Path(__file__).parent / "results" / "endurance.json"
WIDTH: Final = 100  # of the table where nobody watches
WORK_IN_WITHIN_S: Final = 300
LOOK_EVERY_S: Final = 5.0
SECOND: Final = timedelta(seconds=1)
BEGAN, ENDED = b"\x0b", b"\x1c\r"
BEATS: Final = 60  # a minute, of the waves
PER_SECOND: Final = "264608^MDC_DIM_PER_SEC^MDC"
RATES: Final = {Signal.ECG: 250, Signal.PLETH: 125}  # Hz
NUMBERS: Final = (
    "147842^MDC_ECG_HEART_RATE^MDC|{n}.1|{rate}|264864^MDC_DIM_BEAT_PER_MIN^MDC",
    "150456^MDC_PULS_OXIM_SAT_O2^MDC|{n}.2|97|262688^MDC_DIM_PERCENT^MDC",
    "151562^MDC_RESP_RATE^MDC|{n}.3|15|264928^MDC_DIM_RESP_PER_MIN^MDC",
    "150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC|{n}.4|121|266016^MDC_DIM_MMHG^MDC",
    "150038^MDC_PRESS_BLD_ART_ABP_DIA^MDC|{n}.5|71|266016^MDC_DIM_MMHG^MDC",
    "150364^MDC_TEMP_BODY^MDC|{n}.6|37.1|268192^MDC_DIM_DEGC^MDC",
)
SIGNALS: Final = (
    Signal.HEART_RATE, Signal.SPO2, Signal.RESPIRATORY_RATE, Signal.INVASIVE_SYSTOLIC,
    Signal.INVASIVE_DIASTOLIC, Signal.TEMPERATURE,
)  # fmt: skip
WAVES: Final = {
    Signal.ECG: ("131330^MDC_ECG_ELEC_POTL_II^MDC", "266418^MDC_DIM_MILLI_VOLT^MDC"),
    Signal.PLETH: ("150452^MDC_PULS_OXIM_PLETH^MDC", "262656^MDC_DIM_DIMLESS^MDC"),
}


@dataclass
class Outcome:
    """What the run came to; times in milliseconds, memory in megabytes."""

    beds: int
    minutes: float
    answered: int
    waves: int
    missing: int
    doubled: int
    waves_wrong: int
    late_seconds: int
    median: float
    p99: float
    slowest: float
    cpu_percent: float
    memory_after_a_tenth: float
    memory_at_half: float
    memory_at_end: float
    memory_peak: float
    grows_a_hour: float
    on_disk_mb: float


@dataclass
class Gateway:
    """One sender, its beds, and what it was answered. `late` counts seconds it could not keep."""

    beds: range
    took: list[float] = field(default_factory=list)
    told: dict[int, list[datetime]] = field(default_factory=dict)
    waves: list[datetime] = field(default_factory=list)
    late: int = 0

    async def run(self, port: int, start: datetime, seconds: int) -> None:
        """Tell every bed's numbers once a second, each message once the last was answered."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        begins = time.monotonic()
        for second in range(seconds):
            at = start + second * SECOND
            for bed in self.beds:
                waves = bed == self.beds[0]
                sent = time.perf_counter()
                writer.write(BEGAN + message(bed, at, second, waves=waves).encode() + ENDED)
                reply = await reader.readuntil(ENDED)
                if f"MSA|AA|{bed}-{second}".encode() not in reply:
                    raise RuntimeError(f"no AA: {reply[:300]!r}")
                self.took.append(time.perf_counter() - sent)
                self.told.setdefault(bed, []).append(at)
                if waves:
                    self.waves.append(at)
            ahead = begins + second + 1 - time.monotonic()
            self.late += ahead < 0
            await asyncio.sleep(max(0.0, ahead))
        writer.close()
        await writer.wait_closed()


def message(bed: int, at: datetime, number: int, *, waves: bool) -> str:
    """Six numbers, and where wanted a second of two waves."""
    told = f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}+0000"
    rows = [
        "OBX|{row}|NM|" + each.format(n="1.1.1", rate=60 + number % 40) + "|||||F"
        for each in NUMBERS
    ]
    if waves:
        for place, (signal_, (code, unit)) in enumerate(WAVES.items(), 7):
            rate, where = RATES[signal_], f"1.1.1.{place}"
            samples = "^".join(f"{each:.3f}" for each in wave(signal_))
            rows += [
                f"OBX|{{row}}|NA|{code}|{where}|{samples}|{unit}|||||F|||{told}",
                f"OBX|{{row}}|NM|0^MDC_ATTR_SAMP_RATE^MDC|{where}.1|{rate}|{PER_SECOND}|||||F",
            ]
    return "\r".join(
        (
            f"MSH|^~\\&|MON|WARD|SERENO|CLINIC|{told}||ORU^R01^ORU_R01|{bed}-{number}|P|2.6",
            f"PID|||LONG-{bed}^^^CLINIC^MR||Long^Bed {bed}",
            f"PV1||I|WARD^^{bed}",
            f"OBR|1|||182777000^monitoring^SCT|||{told}",
            *(each.format(row=row) for row, each in enumerate(rows, 1)),
            "",
        )
    )


def wave(of: Signal) -> list[float]:
    """A second of a beating heart: the same every second, so that nothing but its time differs."""
    rate = RATES[of]
    if of is Signal.PLETH:
        return [round(0.5 + 0.4 * math.sin(2 * math.pi * i / rate), 3) for i in range(rate)]
    return [round(math.exp(-(((i - rate / 3) / 4) ** 2)), 3) for i in range(rate)]


async def send(
    gateways: list[Gateway], port: int, start: datetime, seconds: int, pid: int
) -> list[tuple[float, float]]:
    """All gateways to their end; meanwhile the memory of `pid`, second by second of looking."""
    began, seen = time.monotonic(), []
    sending = asyncio.gather(*(each.run(port, start, seconds) for each in gateways))
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("seconds", total=seconds)
        while not sending.done():
            seen.append((time.monotonic() - began, megabytes(pid)))
            progress.update(task, completed=time.monotonic() - began)
            await asyncio.wait([sending], timeout=LOOK_EVERY_S)
    await sending
    return seen


def megabytes(pid: int) -> float:
    """The resident set of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def run(beds: int, gateways: int, minutes: float) -> Outcome:
    """The whole of it, in a data directory of its own."""
    each = beds // gateways
    senders = [Gateway(range(one * each, (one + 1) * each)) for one in range(gateways)]
    start = datetime.now(UTC).replace(microsecond=0)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        port = free_port()
        command = [sys.executable, "-m", "sereno.cli", "process", "ingest", "--holder", "endurance"]
        given = {"SERENO_SOURCES": json.dumps([f"mllp://127.0.0.1:{port}"])}
        with (
            (Path(folder) / "endurance.log").open("wb") as log,
            subprocess.Popen(
                [*command, "--data-dir", folder], env=os.environ | given, stdout=log, stderr=log
            ) as process,
        ):
            try:
                await_port(port, process)
                began = time.monotonic()
                seen = asyncio.run(send(senders, port, start, round(minutes * 60), process.pid))
                await_worked_in(folder, senders)
                lasted = time.monotonic() - began
            finally:
                process.send_signal(signal.SIGTERM)
                _, status, used = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
        missing, doubled, cut = count(folder, senders)
        on_disk = sum(one.stat().st_size for one in Path(folder).rglob("*") if one.is_file())
    took = sorted(one for sender in senders for one in sender.took)
    memory = [one for _, one in seen]
    later = seen[len(seen) // 2 :]
    return Outcome(
        beds=beds,
        minutes=minutes,
        answered=len(took),
        waves=sum(len(one.waves) for one in senders),
        missing=missing,
        doubled=doubled,
        waves_wrong=cut,
        late_seconds=sum(one.late for one in senders),
        median=statistics.median(took) * 1000,
        p99=took[int(len(took) * 0.99)] * 1000,
        slowest=took[-1] * 1000,
        cpu_percent=(used.ru_utime + used.ru_stime) / lasted * 100,
        memory_after_a_tenth=memory[len(memory) // 10],
        memory_at_half=memory[len(memory) // 2],
        memory_at_end=memory[-1],
        memory_peak=used.ru_maxrss / 1024,
        grows_a_hour=statistics.linear_regression(*zip(*later, strict=True)).slope * 3600,
        on_disk_mb=on_disk / 1e6,
    )


def await_worked_in(folder: str, senders: list[Gateway]) -> None:
    """Until the newest value of each bed stands in the record."""
    with services(Settings(data_dir=Path(folder))) as given:
        store, until = given._foundation.store, time.monotonic() + WORK_IN_WITHIN_S
        for bed, times in told(senders).items():
            patient = store.find(f"LONG-{bed}").id
            while store.latest(patient)[Signal.HEART_RATE].time < times[-1]:
                if time.monotonic() > until:
                    raise RuntimeError("what was answered is not worked in")
                time.sleep(0.05)


def count(folder: str, senders: list[Gateway]) -> tuple[int, int, int]:
    """Values missing in the record, values too many, and seconds of waves that are not whole."""
    missing = doubled = cut = 0
    with services(Settings(data_dir=Path(folder))) as given:
        store = given._foundation.store
        for bed, answered in told(senders).items():
            patient = store.find(f"LONG-{bed}").id
            found = store.observations(patient, answered[0], answered[-1], SIGNALS)
            kept = Counter((one.signal, one.time) for one in found for _ in range(one.version))
            missing += len({(each, at) for each in SIGNALS for at in answered} - kept.keys())
            doubled += kept.total() - len(kept)
        for sender in senders:
            patient = store.find(f"LONG-{sender.beds[0]}").id
            ends = sender.waves[0], sender.waves[-1] + SECOND
            for of, rate in RATES.items():
                chunks = Counter(
                    one.start for one in store.waveforms(patient, of, *ends)
                    for _ in range(len(one.samples) // rate)
                )  # fmt: skip
                cut += len(set(sender.waves) ^ chunks.keys()) + chunks.total() - len(chunks)
    return missing, doubled, cut


def told(senders: list[Gateway]) -> dict[int, list[datetime]]:
    """What was answered, bed by bed."""
    return {bed: times for one in senders for bed, times in one.told.items()}


def main() -> None:
    """Print the table, and keep it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--beds", type=int, default=200)
    parser.add_argument("--gateways", type=int, default=20)
    wanted = parser.parse_args()
    found = run(wanted.beds, wanted.gateways, wanted.minutes)
    table = Table("what", "came to")
    for name, value in asdict(found).items():
        table.add_row(
            name.replace("_", " "), f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
        )
    console = Console()
    (console if console.is_terminal else Console(width=WIDTH)).print(table)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    kept = {"benchmark": "endurance", "machine": machine, "outcome": asdict(found)}
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n")
    if found.missing or found.doubled or found.waves_wrong:
        raise SystemExit("what was answered does not stand in the record once")


if __name__ == "__main__":
    main()
