"""Packing changes nothing that is read, and what outlives its retention goes."""

import sqlalchemy as sa

from sereno.domain.patients import Patient
from sereno.domain.stream import Subject
from sereno.domain.vitals import Signal
from sereno.ports import Commit, Store
from sereno.storage import Storage
from sereno.storage.tables import heads
from tests.contract.store.records import LATER, MINUTE, SECOND, beat, everything, keep, lead
from tests.fakes.clock import NOON


def test_compaction_changes_nothing_that_is_read(store: Store, ana: Patient) -> None:
    for at in range(0, 60, 3):
        keep(store, ana, [beat(at, 60 + at % 7), beat(at, 97.0, Signal.SPO2)])
    keep(store, ana, [beat(6, 200.0), beat(1, 61.0)])
    before = everything(store, ana)
    latest = store.latest(ana.id)
    assert 0 < sum(store.compacting(NOON + 30 * SECOND)) <= 21
    assert everything(store, ana) == before
    sum(store.compacting(LATER))
    assert sum(store.compacting(LATER)) == 0
    assert everything(store, ana) == before
    assert store.latest(ana.id) == latest
    keep(store, ana, [beat(100)])
    assert everything(store, ana) == [*before, beat(100)]


def test_blocks_grow_and_stay_narrow(store: Store, ana: Patient) -> None:
    """Many small compactions, and one delivery of a long file, read the same."""
    for start in range(0, 200, 10):
        keep(store, ana, [beat(at) for at in range(start, start + 10)])
        sum(store.compacting(LATER))
    keep(store, ana, [beat(at, float(at)) for at in range(200, 10_000)])
    assert everything(store, ana) == [
        *(beat(at) for at in range(200)),
        *(beat(at, float(at)) for at in range(200, 10_000)),
    ]
    part = store.observations(ana.id, NOON + 5000 * SECOND, NOON + 5002 * SECOND)
    assert part == [beat(at, float(at)) for at in (5000, 5001, 5002)]


def test_a_long_tail_packs_itself(store: Store, ana: Patient) -> None:
    """Nobody has compacted; what is read stays the same, and the tail bounded."""
    written = []
    for start in range(0, 20_000, 500):
        batch = [beat(at) for at in range(start, start + 500)]
        keep(store, ana, batch)
        written += batch
    assert everything(store, ana) == written


def test_retention_takes_waveforms_first(store: Store, ana: Patient) -> None:
    for second in range(10):
        store.commit(
            [Commit(patient=ana.id, observations=(beat(second),), waveforms=(lead(second),))]
        )
    assert sum(store.purging(NOON + 5 * SECOND)) == 4
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == [lead(s) for s in range(4, 10)]
    assert len(everything(store, ana)) == 10
    assert sum(store.purging(NOON + 5 * SECOND)) == 0
    assert sum(store.purging(LATER)) == 6
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == []
    store.commit([Commit(patient=ana.id, waveforms=(lead(20),))])
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == [lead(20)]


def test_retention_reaches_old_waveforms_that_came_late(store: Store, ana: Patient) -> None:
    """What is old goes although it stands behind what is new, and the rest stays readable."""
    for second in (100, 1, 101, 2, 102):
        store.commit([Commit(patient=ana.id, waveforms=(lead(second),))])
    assert sum(store.purging(NOON + 50 * SECOND)) == 2
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == [lead(100), lead(101), lead(102)]
    assert sum(store.purging(NOON + 101.5 * SECOND)) == 1
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == [lead(101), lead(102)]
    assert sum(store.purging(LATER)) == 2
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == []


def test_retention_of_numerics(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(at) for at in range(5)])
    sum(store.compacting(LATER))
    keep(store, ana, [beat(at) for at in range(100, 105)])
    assert sum(store.purging(NOON, NOON + 50 * SECOND)) == 1
    assert everything(store, ana) == [beat(at) for at in range(100, 105)]


def commits(storage: Storage) -> list[int]:
    """How often each patient's head was written."""
    with storage.database.read() as connection:
        query = sa.select(heads.c.commits).order_by(heads.c.owner)
        return list(connection.execute(query).scalars())


def test_who_has_nothing_to_pack_or_to_purge_is_not_written(storage: Storage) -> None:
    store = storage.store
    busy, *_ = [store.admit(Subject(identifier=name)) for name in "abc"]
    lately = LATER - MINUTE
    store.commit([Commit(patient=busy.id, observations=(beat(0),), waveforms=(lead(0),))])
    sum(store.compacting(lately))
    sum(store.purging(lately, lately))
    before = commits(storage)

    assert sum(store.compacting(LATER)) == 0
    assert sum(store.purging(LATER, LATER)) == 0
    assert commits(storage) == before


def test_housekeeping_lets_others_commit_between_patients(storage: Storage) -> None:
    store = storage.store
    several = [store.admit(Subject(identifier=name)) for name in "abc"]
    for patient in several:
        store.commit([Commit(patient=patient.id, observations=(beat(0),), waveforms=(lead(0),))])

    for steps, wanted in (
        (store.compacting(LATER), [1, 1, 1]),
        (store.purging(LATER, LATER), [1, 1, 1, 1, 1, 1]),
    ):
        gone = []
        for at, each in enumerate(steps):
            gone.append(each)
            one = beat(1000 * len(wanted) + at)
            store.commit([Commit(patient=several[0].id, observations=(one,))])
        assert [each for each in gone if each] == wanted
