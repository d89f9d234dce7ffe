"""Encrypted, durable ingest beside plain rows in SQLite.

Both sides keep the same observations exactly once, in transactions of the same observations, each
on disk before the next begins (WAL, synchronous=FULL). The peer is a plain table with the natural
primary key, filled by the standard library's driver, and encrypts nothing.

    python benchmarks/ingest_store.py [--runs N] [--seconds N]
"""

import argparse
import json
import os
import platform
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from sereno.domain.stream import Observation, Subject
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.settings import Settings
from sereno.storage import Storage, open_storage
from sereno.storage.engine import micros

RESULTS = Path(__file__).parent / "results" / "ingest.json"
START = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BEDS = 12
BATCH = 5000  # observations in a transaction of the bulk ingest

# Where each signal wanders about, its steps, and how many decimals its monitor sends.
WALKS = {
    Signal.HEART_RATE: (80, 1.0, 0),
    Signal.PULSE_RATE: (80, 1.0, 0),
    Signal.SPO2: (96, 0.3, 0),
    Signal.RESPIRATORY_RATE: (16, 0.5, 0),
    Signal.TEMPERATURE: (37.2, 0.02, 1),
    Signal.INVASIVE_SYSTOLIC: (121, 1.5, 0),
    Signal.INVASIVE_DIASTOLIC: (72, 1.0, 0),
    Signal.INVASIVE_MEAN: (88, 1.0, 0),
    Signal.END_TIDAL_CO2: (38, 0.4, 1),
    Signal.FIO2: (40, 0.0, 0),
}

Delivery = dict[str, list[Observation]]  # by patient


class Wall:
    """The wall clock."""

    def now(self) -> datetime:
        """Now."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Outcome:
    """What one run took and left behind."""

    seconds: float
    cpu_seconds: float
    worst_ms: float
    megabytes: float
    compacted_megabytes: float


class Sealed:
    """Sereno's store."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.folder = folder
        self.storage: Storage = open_storage(Settings(data_dir=folder), Wall())
        self.ids = {name: self.storage.store.admit(Subject(identifier=name)).id for name in names}

    def keep(self, delivery: Delivery) -> None:
        """One durable transaction."""
        store = self.storage.store
        commits = []
        for name, observations in delivery.items():
            sifted = store.sift(self.ids[name], observations)
            fresh = sifted.new + sifted.corrections
            commits.append(Commit(patient=self.ids[name], observations=fresh))
        store.commit(commits)

    def compact(self) -> None:
        """As small as it gets without losing anything."""
        sum(self.storage.store.compacting(START + timedelta(days=365)))
        with self.storage.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("VACUUM")

    def size(self) -> float:
        """Megabytes on the disk."""
        self.storage.database.truncate_log()
        return (self.folder / "sereno.db").stat().st_size / 1e6

    def close(self) -> None:
        """Close it."""
        self.storage.close()


class Plain:
    """A row for each observation in an ordinary table."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.path = folder / "plain.db"
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.execute(
            "CREATE TABLE observations (patient TEXT, signal TEXT, time INTEGER, source TEXT,"
            " value REAL, quality TEXT, version INTEGER,"
            " PRIMARY KEY (patient, signal, time, source, version)) WITHOUT ROWID"
        )

    def keep(self, delivery: Delivery) -> None:
        """One durable transaction."""
        rows = [
            (name, o.signal.value, micros(o.time), o.source, o.value, o.quality.value, o.version)
            for name, observations in delivery.items()
            for o in observations
        ]
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(
            "INSERT OR IGNORE INTO observations VALUES (?, ?, ?, ?, ?, ?, ?)", rows
        )
        self.connection.execute("COMMIT")

    def compact(self) -> None:
        """As small as it gets without losing anything."""
        self.connection.execute("VACUUM")

    def size(self) -> float:
        """Megabytes on the disk."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return self.path.stat().st_size / 1e6

    def close(self) -> None:
        """Close it."""
        self.connection.close()


def monitor(seconds: int, seed: int) -> list[list[Observation]]:
    """Ten signals at 1 Hz, a list a second."""
    rng = np.random.default_rng(seed)
    walks = {
        signal: np.round(
            middle + 10 * np.sin(np.cumsum(rng.normal(0, step, seconds)) / 10), decimals
        ).tolist()
        for signal, (middle, step, decimals) in WALKS.items()
    }
    return [
        [Observation(s, START + at * SECOND, walk[at], "sim:monitor") for s, walk in walks.items()]
        for at in range(seconds)
    ]


def bulk(seconds: int) -> list[Delivery]:
    """One patient's recording in transactions of `BATCH`."""
    flat = [one for batch in monitor(seconds, 1) for one in batch]
    return [{"bed 1": flat[at : at + BATCH]} for at in range(0, len(flat), BATCH)]


def live(seconds: int) -> list[Delivery]:
    """A ward: every second one transaction with all beds."""
    beds = {f"bed {bed}": monitor(seconds, bed) for bed in range(1, BEDS + 1)}
    return [{bed: rows[at] for bed, rows in beds.items()} for at in range(seconds)]


def run(side: Callable[[Path, Sequence[str]], Sealed | Plain], work: list[Delivery]) -> Outcome:
    """Keep all of it in a fresh database."""
    with tempfile.TemporaryDirectory() as name:
        store = side(Path(name), sorted({bed for delivery in work for bed in delivery}))
        worst = 0.0
        cpu = time.process_time()
        begun = last = time.perf_counter()
        for delivery in work:
            store.keep(delivery)
            now = time.perf_counter()
            worst, last = max(worst, now - last), now
        taken, cpu = last - begun, time.process_time() - cpu
        size = store.size()
        store.compact()
        compacted = store.size()
        store.close()
    return Outcome(taken, cpu, worst * 1e3, size, compacted)


def measure(work: list[Delivery], runs: int) -> dict[str, dict[str, float]]:
    """The median of `runs` for both sides, in turns."""
    count = sum(len(batch) for delivery in work for batch in delivery.values())
    outcomes: dict[str, list[Outcome]] = {"sealed": [], "plain": []}
    for _ in range(runs):
        for name, side in (("sealed", Sealed), ("plain", Plain)):
            outcomes[name].append(run(side, work))
    return {name: dict(_summary(found, count, len(work))) for name, found in outcomes.items()}


def _summary(found: list[Outcome], count: int, commits: int) -> Iterator[tuple[str, float]]:
    seconds = statistics.median(one.seconds for one in found)
    yield "observations", count
    yield "observations_per_second", round(count / seconds)
    cpu = statistics.median(one.cpu_seconds for one in found)
    yield "cpu_microseconds_per_observation", round(cpu / count * 1e6, 2)
    yield "ms_per_commit", round(seconds / commits * 1e3, 3)
    yield "worst_commit_ms", round(statistics.median(one.worst_ms for one in found), 1)
    size = statistics.median(one.megabytes for one in found)
    compacted = statistics.median(one.compacted_megabytes for one in found)
    yield "bytes_per_observation", round(size * 1e6 / count, 2)
    yield "bytes_per_observation_compacted", round(compacted * 1e6 / count, 2)


def main() -> None:
    """Run, print a table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10_800, help="of the recording")
    parser.add_argument("--live-seconds", type=int, default=300)
    options = parser.parse_args()
    parts = {
        "bulk": measure(bulk(options.seconds), options.runs),
        "live": measure(live(options.live_seconds), options.runs),
    }
    result: dict[str, object] = {
        "benchmark": "ingest",
        "unit": "observations/s",
        "runs": options.runs,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **parts,
    }
    for name, sides in parts.items():
        print(f"{name}: {sides['sealed']['observations']:,} observations")
        for key in sides["sealed"]:
            print(
                f"  {key:34} sealed {sides['sealed'][key]:>12,}  plain {sides['plain'][key]:>12,}"
            )
        faster = "observations_per_second"
        ratio = sides["sealed"][faster] / sides["plain"][faster]
        print(f"  {'speedup':34} {ratio:.2f}")
        result[f"{name}_speedup"] = round(ratio, 3)
    result["speedup"] = result["bulk_speedup"]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
