"""What every `Store` must do, tried on each database with a patient in it."""

import pytest

from sereno.domain.patients import Patient
from sereno.ports import Store
from sereno.storage import Storage
from tests.contract.store.records import ANA


@pytest.fixture
def store(storage: Storage) -> Store:
    return storage.store


@pytest.fixture
def ana(store: Store) -> Patient:
    return store.admit(ANA)
