"""`kill -9` in the midst of telling others: each is told all of it, and doubles have one key."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sereno.bootstrap import services
from sereno.ports import Topic
from sereno.settings import Settings
from tests.fakes.receiver import Receiver

KILLS = 4
BEDS = 3

# What `sereno run` has for its ingest process, over the real webhook and the real clock.
TELLING = """
import sys
from pathlib import Path
import anyio
from sereno.bootstrap import configured_destinations, configured_sources, services
from sereno.settings import Settings

settings = Settings(
    data_dir=Path(sys.argv[1]), destinations=(sys.argv[2],), sources=tuple(sys.argv[3:])
)
with services(settings) as given:
    told = configured_destinations(given)
    ingestion = given.ingestion("test", configured_sources(given), destinations=told)
    print("begun", flush=True)
    anyio.run(lambda: ingestion.run(forever=True, adopt=True))
"""


@contextmanager
def telling(folder: Path, destination: str, *sources: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", TELLING, str(folder), destination, *sources]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def until(done: Any, within: float = 60) -> None:
    end = time.monotonic() + within
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def waiting(folder: Path, name: str) -> int:
    with services(Settings(data_dir=folder)) as given:
        standing, _ = given._foundation.outbox.enlist(name, frozenset({Topic.MEASURED}))
        return standing.waiting


def kept(folder: Path) -> set[tuple[str, str, str, float]]:
    """Every value of the record: patient, signal, time and value."""
    now = datetime.now(UTC)
    with services(Settings(data_dir=folder)) as given:
        store = given._foundation.store
        return {
            (patient.id, one.signal.value, one.time.isoformat(), one.value)
            for patient in store.patients()
            for one in store.observations(patient.id, now - timedelta(days=1), now)
        }


@pytest.mark.timeout(280)
def test_whatever_is_killed_each_is_told_all_of_it_in_order(tmp_path: Path) -> None:
    chance = random.Random(7)
    (tmp_path / "secret").write_text("s\n")
    ward = f"sim:ward?beds={BEDS}&waveforms=0&cuff_minutes=1"
    with Receiver() as receiver:
        place = f"webhook+http://127.0.0.1:{receiver.port}/x"
        destination = f"{place}?secret=file:{tmp_path / 'secret'}&tell=measured"
        for _ in range(KILLS):
            taken, hung, let_go = len(receiver.taken), threading.Event(), threading.Event()

            def hang(hung: threading.Event = hung, let_go: threading.Event = let_go) -> None:
                """Some requests are under way for a while, and killed in the midst."""
                if chance.random() < 0.3:
                    hung.set()
                    let_go.wait(1)

            receiver.hang = hang
            receiver.answers = [500] * chance.randrange(3)
            with telling(tmp_path / "data", destination, ward):
                until(lambda taken=taken: len(receiver.taken) > taken + 3)
                hung.clear()
                until(hung.is_set)
            let_go.set()
        receiver.hang = None
        with telling(tmp_path / "data", destination):  # no source: what waits is told
            until(lambda: waiting(tmp_path / "data", place) == 0)
        time.sleep(0.2)
    _check(receiver, tmp_path / "data")


def _check(receiver: Receiver, folder: Path) -> None:
    bodies: dict[str, set[str]] = defaultdict(set)
    first: dict[str, list[str]] = defaultdict(list)  # the keys of each patient, as they came first
    when: dict[str, str] = {}
    for each in receiver.taken:
        bodies[each["key"]].add(json.dumps(each, sort_keys=True))
        if each["key"] not in when:
            first[each["patient"]["id"]].append(each["key"])
            when[each["key"]] = each["kept"]
    assert len(first) >= BEDS
    assert len(receiver.taken) > len(bodies)  # some were told twice
    assert all(len(each) == 1 for each in bodies.values())  # a double is the same message
    for keys in first.values():
        times = [datetime.fromisoformat(when[key]) for key in keys]
        assert times == sorted(times)
    told = {
        (each["patient"]["id"], one["signal"], _plain(one["time"]), one["value"])
        for each in receiver.taken
        for one in each["values"]
    }
    assert told == kept(folder)


def _plain(time_: str) -> str:
    return datetime.fromisoformat(time_).isoformat()
