"""How soon a sample is an alarm, and how soon it is on the screen.

Twelve simulated beds send numerics and three waveforms each once a second, to the ingest process.
A second process reads the ward as the dashboard does, every second. Measured are

- alarm: from the moment a batch leaves its source until the transaction that holds its samples,
  their scores and their alarms is on disk (when the source is told so);
- screen: from the same moment until the ward's read model that holds the sample is computed. The
  page asks for it once a second, so half a second of it is waiting on average. What the browser
  takes to draw it is not in it.

with the model idle, and with it writing one summary after the other.

    python benchmarks/latency.py [--seconds N] [--beds N] [--runs N]
"""

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import anyio

from sereno.bootstrap import Services, new_holder, services
from sereno.domain.evidence import Window
from sereno.domain.stream import Batch
from sereno.ports import Connector
from sereno.settings import Settings

RESULTS = Path(__file__).parent / "results" / "latency.json"
WARM_UP_S = 10.0  # left out at the beginning
# The page asks once a second; a little slower, so that every phase between the two is met.
SCREEN_EVERY_S = 1.037
SPAWN = multiprocessing.get_context("spawn")


class Stamped:
    """A connector that notes when each batch leaves it, and when it is told that it is kept."""

    def __init__(self, behind: Connector, notes: Any) -> None:
        self.name = behind.name
        self._behind = behind
        self._notes = notes

    async def batches(self) -> AsyncIterator[Batch]:
        """The batches of the connector behind it."""
        async for batch in self._behind.batches():
            left = time.time()
            yield replace(batch, acknowledge=self._told(batch, left))

    def _told(self, batch: Batch, left: float) -> Callable[[], Any]:
        bed = batch.subject.bed if batch.subject else None
        moment = max(each.time for each in batch.observations).isoformat()

        async def told() -> None:
            line = {"bed": bed, "sample": moment, "left": left, "kept": time.time()}
            self._notes.write(json.dumps(line) + "\n")

        return told


def ingest(folder: Path, source: str, stop: Event) -> None:
    """The ingest process."""

    async def work(given: Services) -> None:
        with (folder / "ingest.jsonl").open("w") as notes:
            connectors = [Stamped(given.source(source), notes)]
            ingestion = given.ingestion("bench-ingest", connectors, beat_as="ingest")
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(lambda: ingestion.run(forever=True))
                while not stop.is_set():  # noqa: ASYNC110 - set by another process
                    await anyio.sleep(0.1)
                ingestion.stop()

    with services(Settings(data_dir=folder)) as given:
        anyio.run(work, given)


def screen(folder: Path, stop: Event) -> None:
    """What the web process does for a viewer of the ward page."""
    with services(Settings(data_dir=folder)) as given, (folder / "screen.jsonl").open("w") as notes:
        while not stop.is_set():
            began = time.time()
            ward = given.views.ward()
            shown = time.time()
            for bed in ward.beds:
                if bed.newest:
                    line = {"bed": bed.patient.bed, "sample": bed.newest.isoformat()}
                    line |= {"shown": shown, "took": shown - began}
                    notes.write(json.dumps(line) + "\n")
            time.sleep(max(0.0, SCREEN_EVERY_S - (time.time() - began)))


def measure(source: str, seconds: float, *, busy: bool) -> dict[str, Any]:
    """One run over a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder, stop = Path(name), SPAWN.Event()
        with services(Settings(data_dir=folder)) as given:  # the processes find a database
            workers = [
                SPAWN.Process(target=ingest, args=(folder, source, stop)),
                SPAWN.Process(target=screen, args=(folder, stop)),
            ]
            for worker in workers:
                worker.start()
            summaries = _saturate(given, folder, seconds) if busy else _wait(seconds)
            stop.set()
            for worker in workers:
                worker.join()
        return {"summaries": summaries, **_figures(folder)}


def _wait(seconds: float) -> int:
    time.sleep(seconds)
    return 0


def _saturate(given: Services, folder: Path, seconds: float) -> int:
    """Keep the model process writing; how many summaries it wrote."""
    command = [sys.executable, "-m", "sereno.cli", "process", "model", "--supervisor", "bench"]
    command += ["--holder", new_holder("bench"), "--data-dir", str(folder)]
    model, until, asked = subprocess.Popen(command), time.monotonic() + seconds, list[str]()
    try:
        while time.monotonic() < until:
            time.sleep(0.1)
            patients = given.views.patients()
            if patients and given._foundation.jobs.depth() < 2:
                patient = patients[len(asked) % len(patients)].id
                end = given.clock.now()
                window = Window(end - timedelta(hours=4), end)
                asked.append(given.summarisation.request(patient, window))
    finally:
        model.terminate()
        model.wait()
    return sum(given._foundation.jobs.job(each).result is not None for each in asked)


def _figures(folder: Path) -> dict[str, Any]:
    kept = [json.loads(line) for line in (folder / "ingest.jsonl").read_text().splitlines()]
    begin = min(each["left"] for each in kept) + WARM_UP_S
    left = {(each["bed"], each["sample"]): each["left"] for each in kept}
    alarm = [each["kept"] - each["left"] for each in kept if each["left"] >= begin]
    shown: dict[tuple[str, str], float] = {}
    took = []
    for line in (folder / "screen.jsonl").read_text().splitlines():
        each = json.loads(line)
        shown.setdefault((each["bed"], each["sample"]), each["shown"])
        took.append(each["took"])
    seen = [at - left[key] for key, at in shown.items() if left.get(key, 0.0) >= begin]
    return {
        "batches": len(alarm),
        "alarm_ms": _spread(alarm),
        "screen_ms": _spread(seen),
        "view_ms": _spread(took),
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100)
    return {
        "p50": round(cuts[49] * 1000, 1),
        "p99": round(cuts[98] * 1000, 1),
        "worst": round(max(seconds) * 1000, 1),
    }


def _median(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Of each figure, the median of the runs."""
    return {
        name: _median([each[name] for each in found])
        if isinstance(told, dict)
        else statistics.median(each[name] for each in found)
        for name, told in found[0].items()
    }


def main() -> None:
    """Measure, print a table and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--beds", type=int, default=12)
    parser.add_argument("--runs", type=int, default=3, help="of which the median is told")
    given = parser.parse_args()
    source = f"sim:ward?beds={given.beds}&seed=7"
    states = (("model idle", False), ("model saturated", True))
    every: dict[str, list[dict[str, Any]]] = {name: [] for name, _ in states}
    for _ in range(given.runs):  # in turns, so that both see the same machine
        for name, busy in states:
            every[name].append(measure(source, given.seconds, busy=busy))
    runs = {name: _median(found) for name, found in every.items()}
    print(
        f"{given.beds} beds with waveforms, {given.seconds:.0f} s, median of {given.runs},"
        f" {os.cpu_count()} cores (ms)"
    )
    print(f"{'':18}{'alarm p50':>11}{'p99':>9}{'screen p50':>13}{'p99':>9}{'summaries':>11}")
    for name, run in runs.items():
        alarm, seen = run["alarm_ms"], run["screen_ms"]
        row = f"{alarm['p50']:>11}{alarm['p99']:>9}{seen['p50']:>13}{seen['p99']:>9}"
        print(f"{name:18}{row}{run['summaries']:>11}")
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    when = datetime.now(UTC).isoformat(timespec="seconds")
    told = {
        "when": when,
        "beds": given.beds,
        "seconds": given.seconds,
        "median_of": given.runs,
        "machine": machine,
    }
    RESULTS.write_text(json.dumps(told | {"runs": runs}, indent=1) + "\n")


if __name__ == "__main__":
    main()
