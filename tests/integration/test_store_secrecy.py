"""What an attacker with the files gets: nothing to read, and nothing to change unseen."""

import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from sereno.domain.errors import Forgotten, KeyUnavailable, NotFound, StorageError, Unreadable
from sereno.domain.patients import Note, Patient
from sereno.domain.stream import Batch, Observation, Rejected, Subject, WaveformChunk
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    AlarmStep,
    Condition,
    Direction,
    Episode,
    Priority,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import Signal
from sereno.ports import Account, Commit, Received, Session, Store, Topic
from sereno.settings import Settings
from sereno.storage import Storage, open_storage
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.keys import quick

SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(days=1)

# Numbers whose bytes do not occur by chance, in every form that they might be written.
VALUES = [73.46291, 91.58273, 36.94817, 141.3872, 88.0417]
NAME, IDENTIFIER, BED = "Zoraida Quintanilla", "NHC-7730112", "Planta4-Cama19"
SECRETS = [NAME, IDENTIFIER, BED, "Hospital Oculto", "1947", "quetiapina", "se quitó la sonda"]
SECRETS += ["sim:hidden-source", "enfermera.lopez", "MSH|secret", "not a header", "watch-state"]


def awaiting(patient: Patient) -> list[Received]:
    """What a sender was told is kept, of somebody and of nobody."""
    bad = Rejected(b"MSH|secret", "not a header")
    batch = Batch(
        source="sim:hidden-source",
        subject=None,
        observations=tuple(observations(0)),
        waveforms=tuple(ecg(0)),
        rejected=(bad,),
    )
    return [Received(patient.id, batch), Received(None, batch)]


def fill(storage: Storage) -> Patient:
    """A bit of everything that may be kept."""
    store = storage.store
    patient = store.admit(
        Subject(
            identifier=IDENTIFIER,
            authority="Hospital Oculto",
            name=NAME,
            bed=BED,
            birth_date=date(1947, 3, 3),
        )
    )
    for at in range(60):
        store.commit([Commit(patient=patient.id, observations=observations(at), waveforms=ecg(at))])
    store.commit(
        [
            Commit(
                patient=patient.id,
                alarms=(alarm(patient),),
                events=(
                    AlarmEvent(
                        alarm="alarm-id-1", time=NOON, what=AlarmStep.RAISED, value=VALUES[4]
                    ),
                ),
                episodes=(episode(),),
                scores=(score(),),
                notes=(Note(time=NOON, author="enfermera.lopez", text="dio quetiapina"),),
                state=b"watch-state",
            )
        ],
        [("sim:hidden-source", Rejected(b"MSH|secret", "not a header"))],
    )
    storage.accounts.add(Account(name="enfermera.lopez", secret="$argon2id$hidden"))
    session = Session(
        token_hash=b"t" * 32,
        account="enfermera.lopez",
        started=NOON,
        last_input=NOON,
        expires=LATER,
    )
    storage.accounts.open(session)
    storage.audit.record("enfermera.lopez", "acknowledged", patient.id)
    return patient


def observations(at: int) -> tuple[Observation, ...]:
    signals = (Signal.HEART_RATE, Signal.SPO2, Signal.TEMPERATURE, Signal.INVASIVE_SYSTOLIC)
    return tuple(
        Observation(signal, NOON + at * SECOND, value, "sim:hidden-source")
        for signal, value in zip(signals, VALUES, strict=False)
    )


def ecg(at: int) -> tuple[WaveformChunk, ...]:
    samples = tuple(VALUES[k % 5] for k in range(50))
    return (WaveformChunk(Signal.ECG, NOON + at * SECOND, 50.0, samples, "sim:hidden-source"),)


def alarm(patient: Patient, **changes: object) -> Alarm:
    return Alarm(
        id="alarm-id-1",
        patient=patient.id,
        condition=Condition.LIMIT,
        priority=Priority.HIGH,
        onset=NOON,
        raised=NOON,
        signal=Signal.SPO2,
        value=VALUES[1],
        **({"present": True, "reason": "se quitó la sonda"} | changes),  # type: ignore[arg-type]
    )


def episode() -> Episode:
    return Episode(
        id="episode-1",
        signal=Signal.SPO2,
        direction=Direction.LOW,
        threshold=VALUES[4],
        start=NOON,
        last=NOON,
        end=None,
        extreme=VALUES[1],
        extreme_time=NOON,
    )


def score(minute: int = 0) -> Score:
    part = ScorePart(Signal.SPO2, VALUES[1], NOON, 3)
    time = NOON + minute * 60 * SECOND
    return Score(kind=ScoreKind.NEWS2, time=time, total=3, lowest=3, highest=3, parts=(part,))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def storage(settings: Settings, migrated_file: Path) -> Iterator[Storage]:
    settings.data_dir.mkdir()
    shutil.copy(migrated_file, settings.data_dir)
    opened = open_storage(settings, FakeClock(), quick)
    yield opened
    opened.close()


def forms(value: float) -> Iterator[bytes]:
    """A number as text and as every width and order of a float."""
    yield repr(value).encode()
    yield f"{value:.3f}".encode()
    for kind in ("<d", ">d", "<f", ">f"):
        yield struct.pack(kind, value)


def on_disk(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("compacted", [False, True], ids=["hot tail", "blocks"])
def test_no_byte_on_the_disk_tells_a_value_or_a_name(
    storage: Storage, settings: Settings, compacted: bool
) -> None:
    """Searched while the database is open, so that its log and shared memory are there too."""
    storage.outbox.enlist("webhook+https://Hospital Oculto/quetiapina", frozenset(Topic))
    patient = fill(storage)
    assert storage.outbox.newest(1) > 0
    storage.inbox.keep(awaiting(patient), ["us", ""])
    if compacted:
        assert sum(storage.store.compacting(LATER)) > 0
    files = on_disk(settings.data_dir)
    assert {"sereno.db", "sereno.db-wal", "sereno.db-shm", "inbox.db-wal", "keys.db"} <= set(files)
    assert max(len(content) for content in files.values()) > 50_000
    for name, content in files.items():
        for secret in SECRETS:
            for encoding in ("utf-8", "utf-16-le"):
                assert secret.encode(encoding) not in content, (name, secret)
                assert secret.casefold().encode(encoding) not in content, (name, secret)
        for value in VALUES:
            assert not [form for form in forms(value) if form in content], (name, value)


def test_the_search_would_find_what_is_not_sealed(tmp_path: Path) -> None:
    """The search itself works: a plain database gives everything away."""
    with closing(sqlite3.connect(tmp_path / "plain.db")) as connection:
        connection.execute("CREATE TABLE t (name TEXT, value REAL)")
        connection.execute("INSERT INTO t VALUES (?, ?)", (NAME, VALUES[0]))
        connection.commit()
    (content,) = on_disk(tmp_path).values()
    assert NAME.encode() in content
    assert any(form in content for form in forms(VALUES[0]))


# Forgetting


def test_a_restored_backup_of_a_forgotten_patient_stays_unreadable(
    storage: Storage, settings: Settings, tmp_path: Path
) -> None:
    patient = fill(storage)
    storage.database.truncate_log()
    shutil.copy(settings.data_dir / "sereno.db", tmp_path / "backup.db")
    storage.store.forget(patient.id)
    storage.close()
    for path in settings.data_dir.glob("sereno.db*"):
        path.unlink()
    shutil.copy(tmp_path / "backup.db", settings.data_dir / "sereno.db")

    again = open_storage(settings, FakeClock(), quick)
    with closing(again):
        with pytest.raises(Forgotten):
            again.store.latest(patient.id)
        with pytest.raises(Forgotten):
            again.store.find(patient.id)
        with pytest.raises(NotFound):
            again.store.find(NAME)
        assert again.store.patients() == []
        assert again.store.alarms() == []
        subject = Subject(identifier=IDENTIFIER, authority="Hospital Oculto")
        assert again.store.admit(subject).id != patient.id
    with closing(sqlite3.connect(settings.keys / "keys.db")) as connection:
        left = connection.execute("SELECT scope FROM keys WHERE scope LIKE 'patient:%'").fetchall()
    assert f"patient:{patient.id}" not in [scope for (scope,) in left]


def test_forgetting_leaves_nothing_of_the_rows(storage: Storage, settings: Settings) -> None:
    """secure_delete and a truncating checkpoint: not even the ciphertext stays."""
    patient = fill(storage)
    storage.database.truncate_log()
    with closing(sqlite3.connect(settings.data_dir / "sereno.db")) as connection:
        sealed = [bytes(row[0]) for row in connection.execute("SELECT sealed FROM blocks LIMIT 20")]
    before = on_disk(settings.data_dir)["sereno.db"]
    assert all(one in before for one in sealed)
    storage.store.forget(patient.id)
    after = b"".join(on_disk(settings.data_dir).values())
    assert not [one for one in sealed if one[:40] in after]


def test_a_database_does_not_open_with_another_key_store(
    storage: Storage, settings: Settings, tmp_path: Path
) -> None:
    fill(storage)
    other = settings.model_copy(update={"key_dir": tmp_path / "other keys"})
    with pytest.raises(KeyUnavailable, match="another key store"):
        open_storage(other, FakeClock(), quick)


# Tampering

Reads = Callable[[Store, str], object]

READS: dict[str, Reads] = {
    "observations": lambda store, it: store.observations(it, NOON, LATER),
    "bins": lambda store, it: store.bins(it, Signal.SPO2, NOON, LATER, 60 * SECOND),
    "waveforms": lambda store, it: store.waveforms(it, Signal.ECG, NOON, LATER),
    "alarms": lambda store, it: store.alarms(it),
    "episodes": lambda store, it: store.episodes(it, NOON, LATER),
    "scores": lambda store, it: store.scores(it, NOON, LATER),
    "latest": lambda store, it: store.latest(it),
    "state": lambda store, it: store.state(it),
    "find": lambda store, it: store.find(it),
}


SWAP = (
    "UPDATE blocks SET sealed = other.sealed FROM blocks AS other WHERE blocks.chain = 0"
    " AND blocks.seq = 7 AND other.chain = 0 AND other.seq = 8"
)

# What is done to the file, and the read that must notice.
TAMPERINGS: dict[str, tuple[str, str]] = {
    "a bit of the tail": (
        "UPDATE blocks SET sealed = flip(sealed) WHERE chain = 0 AND seq = 7",
        "observations",
    ),
    "the tail's end": ("DELETE FROM blocks WHERE chain = 0 AND seq > 50", "observations"),
    "the tail's end, seen by bins": ("DELETE FROM blocks WHERE chain = 0 AND seq > 50", "bins"),
    "the tail's end, seen by latest": (
        "DELETE FROM blocks WHERE chain = 0 AND seq > 50",
        "latest",
    ),
    "a row amid the tail": ("DELETE FROM blocks WHERE chain = 0 AND seq = 7", "observations"),
    "the tail's beginning": ("DELETE FROM blocks WHERE chain = 0 AND seq < 3", "observations"),
    "the whole tail": ("DELETE FROM blocks WHERE chain = 0", "observations"),
    "times of a row": ("UPDATE blocks SET start = start - 5 WHERE seq = 7", "observations"),
    "two rows swapped": (SWAP, "observations"),
    "a block as another signal's": (
        "UPDATE blocks SET chain = 102 WHERE chain = 101",
        "waveforms",
    ),
    "a waveform's end": ("DELETE FROM blocks WHERE chain = 101 AND seq > 50", "waveforms"),
    "a second amid a waveform": ("DELETE FROM blocks WHERE chain = 101 AND seq = 20", "waveforms"),
    "a bit of a waveform": (
        "UPDATE blocks SET sealed = flip(sealed) WHERE chain = 101 AND seq = 20",
        "waveforms",
    ),
    "a row emptied": (
        "UPDATE blocks SET version = -1, sealed = emptied(sealed) WHERE seq = 9",
        "observations",
    ),
    "scores removed": ("DELETE FROM blocks WHERE chain = 201", "scores"),
    "a bit of a score": ("UPDATE blocks SET sealed = flip(sealed) WHERE chain = 201", "scores"),
    "an alarm removed": ("DELETE FROM records WHERE kind = 2", "alarms"),
    "a bit of an alarm": ("UPDATE records SET sealed = flip(sealed) WHERE kind = 2", "alarms"),
    "an alarm declared over": ("UPDATE records SET finish = start WHERE kind = 2", "alarms"),
    "an episode removed": ("DELETE FROM records WHERE kind = 3", "episodes"),
    "an identity removed": ("DELETE FROM records WHERE kind = 1", "find"),
    "the head removed": ("DELETE FROM heads", "latest"),
    "a bit of the head": ("UPDATE heads SET sealed = flip(sealed)", "state"),
    "the head's number": ("UPDATE heads SET commits = commits - 1", "state"),
}


@pytest.fixture(scope="module")
def filled(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Patient]:
    """A data folder to be copied, and whose values lie in it."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(migrated_file, folder)
    with closing(open_storage(Settings(data_dir=folder), FakeClock(), quick)) as storage:
        return folder, fill(storage)


def tamper(settings: Settings, statement: str) -> None:
    with closing(sqlite3.connect(settings.data_dir / "sereno.db")) as connection:
        connection.create_function(
            "flip", 1, lambda blob: blob[:25] + bytes((blob[25] ^ 4,)) + blob[26:]
        )
        connection.create_function("emptied", 1, lambda blob: blob[-16:] + blob)
        assert connection.execute(statement).rowcount > 0
        connection.commit()


@pytest.mark.parametrize(("statement", "read"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_is_unreadable(
    filled: tuple[Path, Patient], settings: Settings, statement: str, read: str
) -> None:
    folder, patient = filled
    shutil.copytree(folder, settings.data_dir)
    with closing(open_storage(settings, FakeClock(), quick)) as storage:
        for look in READS.values():
            look(storage.store, patient.id)
        tamper(settings, statement)
    again = open_storage(settings, FakeClock(), quick)
    with closing(again), pytest.raises(Unreadable, match="restore the last backup"):
        READS[read](again.store, patient.id)


BLOCK_TAMPERINGS = {
    "a block removed": "DELETE FROM blocks WHERE chain = 3 AND seq = 2",
    "the last block removed": "DELETE FROM blocks WHERE chain = 3 AND seq = 3",
    "a bit": "UPDATE blocks SET sealed = flip(sealed) WHERE chain = 3 AND seq = 1",
    "a block emptied": (
        "UPDATE blocks SET version = -1, sealed = emptied(sealed) WHERE chain = 3 AND seq = 2"
    ),
    "a version": "UPDATE blocks SET version = version + 1 WHERE chain = 3 AND seq = 2",
}


@pytest.mark.parametrize("statement", BLOCK_TAMPERINGS.values(), ids=BLOCK_TAMPERINGS)
def test_tampering_with_blocks_is_unreadable(
    storage: Storage, settings: Settings, statement: str
) -> None:
    patient = storage.store.admit(Subject(identifier="1"))
    for part in range(3):
        beats = tuple(
            Observation(Signal.SPO2, NOON + at * SECOND, 97.0, "s")
            for at in range(300 * part, 300 * part + 300)
        )
        storage.store.commit([Commit(patient=patient.id, observations=beats)])
    assert len(storage.store.observations(patient.id, NOON, LATER)) == 900
    tamper(settings, statement)
    with pytest.raises(Unreadable):
        storage.store.observations(patient.id, NOON, LATER)


# An old row put back: copied before a change, and written over the new one after it.
OLD_ROWS: dict[str, tuple[str, str]] = {
    "an alarm that was still active": ("records WHERE kind = 2", "alarms"),
    "the head of before": ("heads", "latest"),
    "an episode of before": ("records WHERE kind = 3", "episodes"),
    "a name of before": ("records WHERE kind = 1", "find"),
}


@pytest.mark.parametrize(("rows", "read"), OLD_ROWS.values(), ids=OLD_ROWS)
def test_an_old_row_put_back_shows(
    storage: Storage, settings: Settings, rows: str, read: str
) -> None:
    patient = fill(storage)
    table = rows.split(maxsplit=1)[0]
    with closing(sqlite3.connect(settings.data_dir / "sereno.db")) as connection:
        old = connection.execute(f"SELECT * FROM {rows}").fetchall()
    over = alarm(patient, present=False, ended=NOON + SECOND)
    storage.store.commit([Commit(patient=patient.id, alarms=(over,), episodes=(episode(),))])
    storage.store.update_patient(storage.store.find(patient.id))
    with closing(sqlite3.connect(settings.data_dir / "sereno.db")) as connection:
        marks = ", ".join("?" * len(old[0]))
        connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", old)
        connection.commit()
    again = open_storage(settings, FakeClock(), quick)
    with closing(again), pytest.raises(Unreadable):
        READS[read](again.store, patient.id)


def test_rows_of_another_patient_do_not_open(storage: Storage, settings: Settings) -> None:
    fill(storage)
    other = storage.store.admit(Subject(identifier="other"))
    for at in range(62):
        storage.store.commit([Commit(patient=other.id, observations=observations(at))])
    tamper(
        settings,
        "UPDATE blocks SET sealed = (SELECT b.sealed FROM blocks b WHERE b.owner = 1"
        " AND b.chain = 0 AND b.seq = blocks.seq) WHERE owner = 2 AND chain = 0 AND seq < 61",
    )
    with pytest.raises(Unreadable):
        storage.store.observations(other.id, NOON, LATER)


def test_a_file_that_is_no_database_says_so(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "sereno.db").write_bytes(b"nothing of the kind" * 1000)
    with pytest.raises(StorageError, match="restore the last backup"):
        open_storage(settings, FakeClock(), quick)


def test_nothing_about_a_patient_is_in_an_error(storage: Storage) -> None:
    fill(storage)
    with pytest.raises(NotFound) as caught:
        storage.store.find("Zoraida Nadie")
    assert "Zoraida" not in str(caught.value)
