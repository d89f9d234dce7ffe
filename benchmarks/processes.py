"""What each process of `sereno run` takes of the memory, and how soon it is at work.

Twelve simulated beds with waveforms; memory is the proportional set size (what the processes share
is counted once), read after a minute at work and after the model has written. Start-up is from the
start of `sereno run` until the process has given its first sign of life at work: ingest its first
samples, the model loaded, the dashboard an address that answers. Beside them, how long it takes a
command to answer.

    python benchmarks/processes.py [--seconds N] [--runs N]
"""

import argparse
import json
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sereno.bootstrap import Services, services
from sereno.domain.evidence import Window
from sereno.settings import Settings

RESULTS = Path(__file__).parent / "results" / "processes.json"
SOURCE = "sim:ward?beds=12&seed=7"
COMMANDS = (("--help",), ("patients",), ("alarms", "list"))
PATIENCE_S = 120.0


def sereno(*arguments: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "sereno.cli", *arguments]


def environment(folder: Path) -> dict[str, str]:
    """A data directory, a port and a source of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    sources = json.dumps([SOURCE])
    chosen = {"SERENO_DATA_DIR": str(folder), "SERENO_PORT": port, "SERENO_SOURCES": sources}
    # As on a machine of its own: modules are compiled once, and not at every start.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | chosen


def megabytes(pid: int) -> float:
    """The proportional set size of a process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)


def seconds_until(done: Callable[[], Any], since: float) -> float:
    """How long after `since` it is true."""
    while not done():
        if time.perf_counter() - since > PATIENCE_S:
            raise TimeoutError(done)
        time.sleep(0.02)
    return time.perf_counter() - since


def measure(seconds: float) -> dict[str, dict[str, float]]:
    """One run: start-up in seconds and memory in megabytes of each process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with services(Settings(data_dir=folder)) as given:
            began = time.perf_counter()
            run = subprocess.Popen(
                sereno("run", "--json"), env=environment(folder), stdout=subprocess.DEVNULL
            )
            try:
                starts = _starts(given, began)
                time.sleep(seconds)
                _write(given)
                pids = dict(given.leases.beats()["supervisor"].facts["processes"])
                memory = {each: megabytes(pid) for each, pid in pids.items()}
                memory["supervisor"] = megabytes(run.pid)
            finally:
                run.send_signal(signal.SIGTERM)
                run.wait()
    return {"start_s": starts, "memory_mb": memory}


def _starts(given: Services, began: float) -> dict[str, float]:
    """When each is at work; they start side by side, so looking takes turns."""

    def told(name: str, fact: str) -> bool:
        beat = given.leases.beats().get(name)
        return bool(beat and beat[1].get(fact))

    looks = {
        "supervisor": lambda: told("supervisor", "processes"),
        "ingest": lambda: any(given.views.patient(p.id).readings for p in _patients(given)),
        "model": lambda: told("model", "model"),
        "web": lambda: told("web", "address"),
    }
    found: dict[str, float] = {}
    while len(found) < len(looks):
        for name in looks.keys() - found.keys():
            if looks[name]():
                found[name] = time.perf_counter() - began
        if time.perf_counter() - began > PATIENCE_S:
            raise TimeoutError(looks.keys() - found.keys())
        time.sleep(0.02)
    return found


def _patients(given: Services) -> tuple[Any, ...]:
    return given.views.patients()


def _write(given: Services) -> None:
    """Have one summary written, so that the model has had to work."""
    end = given.clock.now()
    window = Window(end - timedelta(hours=4), end)
    job = given.summarisation.request(_patients(given)[0].id, window)
    seconds_until(lambda: given.summarisation.progress(job).summary, time.perf_counter())


def answers() -> dict[str, float]:
    """How long each command takes to answer over a small data directory, in seconds."""
    with tempfile.TemporaryDirectory() as name:
        env = environment(Path(name))
        subprocess.run(sereno("patients"), env=env, check=True, capture_output=True)
        took: dict[str, float] = {}
        for command in COMMANDS:
            began = time.perf_counter()
            subprocess.run(sereno(*command), env=env, check=True, capture_output=True)
            took["sereno " + " ".join(command)] = time.perf_counter() - began
    return took


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 2) for name in runs[0]}


def main() -> None:
    """Measure, print a table and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    measure(0)  # not counted: the first start compiles modules and fills the disk's cache
    runs = [measure(given.seconds) for _ in range(given.runs)]
    start = _medians([run["start_s"] for run in runs])
    memory = _medians([run["memory_mb"] for run in runs])
    commands = _medians([answers() for _ in range(given.runs)])
    print(f"12 beds with waveforms; median of {given.runs}, {os.cpu_count()} cores")
    print(f"{'process':12}{'at work after s':>17}{'memory MB':>12}")
    for name in start:
        print(f"{name:12}{start[name]:>17}{memory[name]:>12.0f}")
    print(f"{'all':12}{'':17}{sum(memory.values()):>12.0f}")
    for name, took in commands.items():
        print(f"{name:24}{took:>5} s")
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    when = datetime.now(UTC).isoformat(timespec="seconds")
    told = {"when": when, "runs": given.runs, "machine": machine}
    figures = {"start_s": start, "memory_mb": memory, "commands_s": commands}
    RESULTS.write_text(json.dumps(told | figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
