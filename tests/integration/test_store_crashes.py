"""Killed, full, or opened by many at once: what was reported committed is there, once."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sereno.domain.errors import StorageFull
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Subject, WaveformChunk
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.settings import Settings
from sereno.storage import Storage, open_storage
from sereno.storage.migrate import REVISION
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.keys import quick

ROOT = Path(__file__).parents[2]
SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(days=30)


def beats(at: int, count: int = 5) -> list[Observation]:
    """A second's values, of several signals in turn."""
    signals = [Signal.HEART_RATE, Signal.SPO2, Signal.RESPIRATORY_RATE]
    return [
        Observation(signals[k % 3], NOON + (at * count + k) * SECOND, 60.0 + at % 50, "sim")
        for k in range(count)
    ]


def everything(storage: Storage, patient: Patient) -> list[Observation]:
    return storage.store.observations(patient.id, NOON, LATER)


def deliver(storage: Storage, patient: Patient, observations: list[Observation]) -> None:
    """At least once, as after a crash: sifted, so that it is kept exactly once."""
    sifted = storage.store.sift(patient.id, observations)
    fresh = sifted.new + sifted.corrections
    storage.store.commit([Commit(patient=patient.id, observations=fresh, state=b"x")])


# What a writer does in a process of its own: it delivers, compacts now and then, and reports a
# number on its standard output only once the commit has returned.
WRITER = """
import sys
from datetime import timedelta
from pathlib import Path
from sereno.domain.stream import Subject
from sereno.settings import Settings
from sereno.storage import open_storage
from tests.fakes.clock import FakeClock
from tests.fakes.keys import quick
from tests.integration.test_store_crashes import LATER, beats, deliver

storage = open_storage(Settings(data_dir=Path(sys.argv[1])), FakeClock(), quick)
patient = storage.store.admit(Subject(identifier="1"))
print("ready", flush=True)
for at in range(int(sys.argv[2]), 100_000):
    deliver(storage, patient, beats(at))
    print(at, flush=True)
    if at % 7 == 0:
        sum(storage.store.compacting(LATER))
"""


def killed_writer(folder: Path, first: int, after: float) -> int:
    """Run a writer from number `first`, kill it `after` so long; the last number it reported."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(first)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    reported = process.stdout.read().split()
    process.wait()
    process.stdout.close()
    return int(reported[-1]) if reported else first - 1


def test_a_killed_writer_loses_nothing_it_reported_and_doubles_nothing(tmp_path: Path) -> None:
    """Killed at random moments; each successor delivers the last reported second again."""
    moments = random.Random(7)
    reached = kills = 0
    while kills < 6 or (reached <= 10 and kills < 60):  # a busy machine gets less far each time
        kills += 1
        reported = killed_writer(tmp_path, reached, moments.uniform(0.02, 0.5))
        storage = open_storage(Settings(data_dir=tmp_path), FakeClock(), quick)
        with closing(storage):
            patient = storage.store.admit(Subject(identifier="1"))
            found = everything(storage, patient)
            whole = [one for at in range(len(found) // 5) for one in beats(at)]
            assert found == whole
            assert len(found) // 5 > reported
            assert storage.store.state(patient.id) == (b"x" if found else None)
        reached = max(0, reported)
    assert reached > 10


# A full disk


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Storage]:
    """A storage in a database that may not grow beyond a megabyte."""
    storage = open_storage(Settings(data_dir=tmp_path), FakeClock(), quick)
    storage.close()
    storage = open_storage(Settings(data_dir=tmp_path), FakeClock(), quick)
    set_limit(storage, 256)
    yield storage
    storage.close()


def set_limit(storage: Storage, pages: int) -> None:
    """SQLite's own limit, which it reports as it does a full disk. For one connection alone."""
    storage.engine.dispose()
    with storage.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute(f"PRAGMA max_page_count = {pages}").fetchall()


def noise(at: int) -> WaveformChunk:
    """A second that does not compress."""
    source = random.Random(at)
    samples = tuple(source.random() for _ in range(2000))
    return WaveformChunk(Signal.PLETH, NOON + at * SECOND, 2000.0, samples, "sim")


def fill(storage: Storage, patient: Patient) -> int:
    """Commit second after second until the disk is full; how many were kept."""
    for at in range(1000):
        commit = Commit(patient=patient.id, observations=tuple(beats(at)), waveforms=(noise(at),))
        try:
            storage.store.commit([commit])
        except StorageFull:
            return at
    return 1000


def test_a_full_disk_is_said_and_leaves_nothing_half_kept(small: Storage) -> None:
    patient = small.store.admit(Subject(identifier="1"))
    kept = fill(small, patient)
    assert 5 < kept < 1000
    assert everything(small, patient) == [one for at in range(kept) for one in beats(at)]
    chunks = small.store.waveforms(patient.id, Signal.PLETH, NOON, LATER)
    assert [chunk.start for chunk in chunks] == [NOON + at * SECOND for at in range(kept)]

    # Waveforms go first: there is room.
    assert sum(small.store.purging(NOON + (kept - 3) * SECOND)) > 0
    commit = Commit(patient=patient.id, observations=tuple(beats(kept)), waveforms=(noise(kept),))
    small.store.commit([commit])
    assert everything(small, patient) == [one for at in range(kept + 1) for one in beats(at)]


FULL = """
import resource, signal, sys
from pathlib import Path
from sereno.domain.stream import Subject
from sereno.settings import Settings
from sereno.storage import open_storage
from tests.fakes.clock import FakeClock
from tests.fakes.keys import quick
from tests.integration.test_store_crashes import fill

storage = open_storage(Settings(data_dir=Path(sys.argv[1])), FakeClock(), quick)
patient = storage.store.admit(Subject(identifier="1"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
print(fill(storage, patient))
"""


def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path: Path) -> None:
    """By the operating system's own refusal to write, in the midst of a transaction."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    kept = int(done.stdout)
    assert 5 < kept < 1000
    storage = open_storage(Settings(data_dir=tmp_path), FakeClock(), quick)
    with closing(storage):
        patient = storage.store.admit(Subject(identifier="1"))
        assert everything(storage, patient) == [one for at in range(kept) for one in beats(at)]


# Many at once

OPENER = """
import sys
from pathlib import Path
from sereno.domain.stream import Observation, Subject
from sereno.settings import Settings
from sereno.storage import open_storage
from tests.fakes.clock import FakeClock
from tests.integration.test_store_crashes import beats, deliver

sys.stdin.readline()
storage = open_storage(Settings(data_dir=Path(sys.argv[1])), FakeClock())
patient = storage.store.admit(Subject(identifier="shared", authority="ward"))
storage.audit.record("opener", "opened", patient.id)
own = storage.store.admit(Subject(identifier=sys.argv[2]))
for at in range(5):
    deliver(storage, own, beats(at))
print(patient.id, storage.vault.id)
"""


def test_processes_that_open_at_once_make_one_storage(tmp_path: Path) -> None:
    """Passphrase, root key, migrations and the first patient are each made by one of them."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(tmp_path), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for number in range(4)
    ]
    outcomes = [process.communicate("go\n") for process in processes]
    assert [error for _, error in outcomes] == [""] * 4
    assert len({output for output, _ in outcomes}) == 1
    storage = open_storage(Settings(data_dir=tmp_path), FakeClock())
    with closing(storage):
        assert len(storage.store.patients()) == 5
        assert storage.audit.verify()
        for number in range(4):
            own = storage.store.find(str(number))
            assert everything(storage, own) == [one for at in range(5) for one in beats(at)]
        with storage.database.read() as connection:
            version = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            assert version.scalars().all() == [REVISION]
    assert not list((tmp_path / "keys").glob("passphrase.*"))
