"""Who is forgotten is gone."""

import pytest

from sereno.domain.errors import Forgotten, NotFound
from sereno.domain.patients import Patient
from sereno.domain.stream import Subject
from sereno.ports import Commit, Store
from sereno.storage import Storage
from tests.contract.store.records import ANA, LATER, alarm, beat, everything, keep


def test_a_forgotten_patient_is_gone(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(0)])
    store.commit([Commit(patient=ana.id, alarms=(alarm(ana),))])
    store.forget(ana.id)
    for read in (store.latest, store.state, store.find, store.alarms, store.summaries):
        with pytest.raises(Forgotten):
            read(ana.id)
    with pytest.raises(Forgotten):
        store.commit([Commit(patient=ana.id, observations=(beat(1),))])
    assert store.patients() == []
    assert store.alarms() == []
    with pytest.raises(NotFound):
        store.find("Ana Pérez")
    store.forget(ana.id)


def test_a_forgotten_patient_may_come_back_as_somebody_new(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(0)])
    store.forget(ana.id)
    again = store.admit(ANA)
    assert again.id != ana.id
    assert everything(store, again) == []


def test_who_is_forgotten_meanwhile_is_passed_over(storage: Storage) -> None:
    store = storage.store
    several = [store.admit(Subject(identifier=name)) for name in "ab"]
    for patient in several:
        keep(store, patient, [beat(0)])
    steps = store.compacting(LATER)
    assert next(steps) == 1
    for patient in several:
        store.forget(patient.id)

    assert list(steps) == []
