"""How soon a hospital knows what an edge box measures, while a long outage is made up for.

An edge box's outbox is filled with what its beds measured in an outage: three waveforms a bed, the
ECG at 500 Hz, and five values a second. Then both Serenos run, as real ingest processes over TLS,
and monitors send a value a second of each of their own beds to the edge box. Told is how fast the
backlog goes, and how old a live value is when it stands in the hospital's record; while the backlog
goes, and after it. In the end what was measured in the outage is counted: once, and all of it.

    python benchmarks/relay.py [--beds N] [--seconds N]
"""

import argparse
import json
import math
import os
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors import open_destination
from sereno.bootstrap import services
from sereno.bootstrap.clocks import SystemClock
from sereno.domain.errors import NotFound
from sereno.domain.stream import Observation, Subject, WaveformChunk
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.settings import Settings
from tests.integration.test_relay import Box, Monitor, boxes, waiting

RESULTS = Path(__file__).parent / "results" / "relay.json"
SECOND = timedelta(seconds=1)
LIVE = 3  # beds whose monitors send now
AFTER_S = 20.0
LOOK_S = 0.05
NUMBERS = (
    Signal.HEART_RATE, Signal.SPO2, Signal.RESPIRATORY_RATE, Signal.PULSE_RATE,
    Signal.INVASIVE_SYSTOLIC,
)  # fmt: skip
WAVES = ((Signal.ECG, 500), (Signal.PLETH, 125), (Signal.RESPIRATION, 62))


def commits(patient: str, began: datetime, seconds: int) -> Iterator[Commit]:
    """What one bed measures, a second at a time."""
    for second in range(seconds):
        at = began + second * SECOND
        yield Commit(
            patient=patient,
            observations=tuple(
                Observation(each, at, 60.0 + (second + n) % 40, "mllp:2575/OLD")
                for n, each in enumerate(NUMBERS)
            ),
            waveforms=tuple(_wave(signal, rate, at, second) for signal, rate in WAVES),
            horizon=at,
        )


def _wave(signal: Signal, rate: int, at: datetime, second: int) -> WaveformChunk:
    samples = [
        round(0.8 * math.sin((second * rate + n) * 7 / rate) + (n * 7919 % 13 - 6) / 500, 3)
        for n in range(rate)
    ]
    return WaveformChunk(signal, at, float(rate), samples, "mllp:2575/OLD", "II")


def fill(edge: Box, beds: int, seconds: int, began: datetime) -> float:
    """An outage's worth in the edge box's record and outbox; the megabytes that wait."""
    tells = json.loads(edge.settings["SERENO_DESTINATIONS"])[0]
    topics = open_destination(tells, clock=SystemClock()).topics
    with services(Settings(data_dir=edge.folder)) as given:
        foundation = given._foundation
        standing, _ = foundation.outbox.enlist(tells.partition("?")[0], topics)
        store = foundation.store
        subjects = [Subject(identifier=f"OLD{n}", authority="HOSP") for n in range(beds)]
        streams = [commits(store.admit(each).id, began, seconds) for each in subjects]
        for together in zip(*streams, strict=True):
            store.commit(list(together))
        known = foundation.outbox.standing(standing.number)
        return 0.0 if known is None else known.size / (1 << 20)


class Watch:
    """Looks at the hospital's record: how old a value is when it is first seen there."""

    def __init__(self, store: Any, began: datetime) -> None:
        self._store = store
        self._began = began
        self._patients: dict[int, str] = {}
        self._seen: dict[int, datetime] = {}
        self.ages: list[tuple[float, float]] = []  # when it was seen, and its age then

    def look(self) -> None:
        """Look once."""
        for who in range(1, LIVE + 1):
            with suppress(NotFound):
                patient = self._patients.get(who) or self._store.find(str(who)).id
                self._patients[who] = patient
                self._look(who, patient)

    def _look(self, who: int, patient: str) -> None:
        since, now = self._seen.get(who, self._began - SECOND), datetime.now(UTC)
        found = self._store.observations(patient, since, now + SECOND, [Signal.HEART_RATE])
        now = datetime.now(UTC)
        for each in found:
            if each.time > since:
                self.ages.append((time.monotonic(), (now - each.time).total_seconds()))
                self._seen[who] = each.time


def figures(ages: list[float]) -> dict[str, float]:
    """How old values were when they were seen."""
    ordered = sorted(ages)
    return {
        "values": len(ordered),
        "median_s": round(statistics.median(ordered), 2),
        "p95_s": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
        "worst_s": round(ordered[-1], 2),
    }


def until_caught_up(watch: Watch, outbox: Any) -> float:
    """When nothing waits but what has just come."""
    looked = 0.0
    while True:
        watch.look()
        time.sleep(LOOK_S)
        if time.monotonic() - looked > 1:
            looked = time.monotonic()
            standing = outbox.standing(1)
            if standing is not None and standing.waiting <= 10 * LIVE:
                return looked


def measure(folder: Path, beds: int, seconds: int) -> dict[str, Any]:
    """One outage, and what comes after it."""
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=seconds + 60)
    with boxes(folder, begin=False) as (edge, hospital, _, feed):
        size = fill(edge, beds, seconds, began)
        rows = waiting(edge.folder)
        hospital.begin()
        hospital.wait()
        now, stop = datetime.now(UTC), threading.Event()
        edge.begin()
        edge.wait()
        starts = time.monotonic()
        monitors = [
            Monitor(who, feed, datetime.now(UTC), stop, every=SECOND) for who in range(1, LIVE + 1)
        ]
        threads = [threading.Thread(target=each.run) for each in monitors]
        for thread in threads:
            thread.start()
        with (
            services(Settings(data_dir=hospital.folder)) as there,
            services(Settings(data_dir=edge.folder)) as here,
        ):
            watch = Watch(there._foundation.store, now)
            caught_up = until_caught_up(watch, here._foundation.outbox)
            while time.monotonic() < caught_up + AFTER_S:
                watch.look()
                time.sleep(LOOK_S)
        stop.set()
        for thread in threads:
            thread.join()
        kept = count(hospital, beds, began, seconds)
    took = caught_up - starts
    return {
        "rows": rows,
        "megabytes": round(size, 1),
        "took_s": round(took, 1),
        "rows_per_second": round(rows / took),
        "times_real_time": round(seconds / took, 1),
        "live_meanwhile": figures([age for at, age in watch.ages if at <= caught_up]),
        "live_after": figures([age for at, age in watch.ages if at > caught_up]),
        **kept,
    }


def count(hospital: Box, beds: int, began: datetime, seconds: int) -> dict[str, int]:
    """Of what was measured in the outage: how much is missing, and how much is there twice."""
    missing = doubled = 0
    with services(Settings(data_dir=hospital.folder)) as given:
        store = given._foundation.store
        for bed in range(beds):
            patient = store.find(f"OLD{bed}").id
            found = store.observations(patient, began, began + seconds * SECOND, list(NUMBERS))
            keys = {(each.signal, each.time) for each in found}
            missing += len(NUMBERS) * seconds - len(keys)
            doubled += len(found) - len(keys) + sum(each.version > 1 for each in found)
            for signal, _ in WAVES:
                chunks = store.waveforms(patient, signal, began, began + seconds * SECOND)
                starts = {each.start for each in chunks}
                missing += seconds - len(starts)
                doubled += len(chunks) - len(starts)
    return {"missing": missing, "doubled": doubled}


def main() -> None:
    """Measure, keep and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beds", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=600)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.beds, given.seconds)
    told = {
        "benchmark": "relay",
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "outage": {"beds": given.beds, "seconds": given.seconds},
        **found,
    }
    RESULTS.write_text(json.dumps(told, indent=2) + "\n")
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
