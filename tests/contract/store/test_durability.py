"""What is kept outlives the process, and others see it at once."""

import pytest

from sereno.domain.errors import Forgotten
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.settings import Settings
from sereno.storage import Storage, open_storage
from tests.contract.store.records import ANA, LATER, alarm, beat, everything, keep
from tests.fakes.clock import FakeClock
from tests.fakes.keys import quick


def test_everything_is_there_after_closing(
    storage: Storage, storage_settings: Settings, clock: FakeClock
) -> None:
    patient = storage.store.admit(ANA)
    keep(storage.store, patient, [beat(0), beat(1)])
    storage.store.commit([Commit(patient=patient.id, alarms=(alarm(patient),), state=b"s")])
    storage.close()
    again = open_storage(storage_settings, clock, quick)
    try:
        assert everything(again.store, patient) == [beat(0), beat(1)]
        assert again.store.alarms() == [alarm(patient)]
        assert again.store.state(patient.id) == b"s"
    finally:
        again.close()


def test_two_openings_see_each_other(
    storage: Storage, storage_settings: Settings, clock: FakeClock
) -> None:
    """As two processes do: what one commits, compacts or forgets the other sees."""
    other = open_storage(storage_settings, clock, quick)
    try:
        patient = storage.store.admit(ANA)
        for at in range(0, 20, 2):
            keep(storage.store, patient, [beat(at)])
            assert other.store.latest(patient.id)[Signal.HEART_RATE] == beat(at)
            keep(other.store, patient, [beat(at + 1)])
            assert len(everything(storage.store, patient)) == at + 2
            if at == 10:
                sum(other.store.compacting(LATER))
        assert everything(storage.store, patient) == [beat(at) for at in range(20)]
        other.store.forget(patient.id)
        with pytest.raises(Forgotten):
            storage.store.latest(patient.id)
    finally:
        other.close()
