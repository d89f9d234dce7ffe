"""What a damaged record of one patient must do: be told, and leave the others alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from sereno.domain.errors import Unreadable
from sereno.domain.patients import Discharge, Patient, Stay
from sereno.domain.stream import Observation, Subject
from sereno.domain.surveillance import Alarm, Condition, Direction, Priority
from sereno.domain.vitals import Signal
from sereno.ports import Commit, Store
from sereno.storage import Storage, codes
from sereno.storage.tables import blocks, heads, patients, records
from tests.fakes.clock import NOON

SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(days=2)

Damage = Callable[[sa.Connection, int], object]


def fill(storage: Storage, name: str) -> Patient:
    """A patient with samples, an alarm that is over and one that is not."""
    patient = storage.store.admit(Subject(identifier=name))
    beats = tuple(Observation(Signal.SPO2, NOON + n * SECOND, 80.0, "sim") for n in range(9))
    alarms = (alarm(patient, "over", NOON + SECOND), alarm(patient, "open"))
    storage.store.commit([Commit(patient=patient.id, observations=beats, alarms=alarms)])
    return patient


def alarm(patient: Patient, name: str, ended: object = None) -> Alarm:
    raised = Alarm(
        id=f"{name} {patient.id}",
        patient=patient.id,
        condition=Condition.LIMIT,
        priority=Priority.HIGH,
        onset=NOON,
        raised=NOON,
        present=True,
        signal=Signal.SPO2,
        direction=Direction.LOW,
    )
    return raised if ended is None else replace(raised, present=False, ended=NOON + SECOND)


def flipped(table: sa.Table, *conditions: sa.ColumnElement[bool], at: int = 20) -> Damage:
    """A bit of what is sealed turned over."""

    def turn(connection: sa.Connection, owner: int) -> None:
        mine = (table.c.owner == owner, *conditions)
        for (sealed,) in connection.execute(sa.select(table.c.sealed).where(*mine)).all():
            other = sealed[:at] + bytes((sealed[at] ^ 4,)) + sealed[at + 1 :]
            same = (*mine, table.c.sealed == sealed)
            connection.execute(table.update().where(*same).values(sealed=other))

    return turn


def removed(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> Damage:
    return lambda connection, owner: connection.execute(
        table.delete().where(table.c.owner == owner, *conditions)
    )


_ALARM, _IDENTITY = records.c.kind == codes.ALARM, records.c.kind == codes.PATIENT

# What is damaged, and a read of that patient which must say so.
DAMAGES: dict[str, tuple[Damage, Callable[[Store, str], object]]] = {
    "a bit of the head": (flipped(heads), lambda store, it: store.find(it)),
    "the head cut off": (removed(heads), lambda store, it: store.find(it)),
    "a bit of the identity": (flipped(records, _IDENTITY), lambda store, it: store.find(it)),
    "the identity removed": (removed(records, _IDENTITY), lambda store, it: store.find(it)),
    "a bit of the open alarm": (
        flipped(records, _ALARM, records.c.finish.is_(None)),
        lambda store, it: store.alarms(it),
    ),
    "a bit of the past alarm": (
        flipped(records, _ALARM, records.c.finish.is_not(None)),
        lambda store, it: store.alarms(it),
    ),
    "an alarm removed": (removed(records, _ALARM), lambda store, it: store.alarms(it)),
    "the newest rows removed": (
        removed(blocks, blocks.c.chain == codes.TAIL),
        lambda store, it: store.latest(it),
    ),
}


def damage(storage: Storage, patient: Patient, what: Damage) -> None:
    with storage.database.write() as connection:
        query = sa.select(patients.c.number).where(patients.c.id == patient.id)
        what(connection, connection.execute(query).scalar_one())


@pytest.mark.parametrize(("what", "read"), DAMAGES.values(), ids=DAMAGES)
def test_one_damaged_patient_is_told_and_hides_nobody(
    storage: Storage, what: Damage, read: Callable[[Store, str], object]
) -> None:
    store = storage.store
    ana, ben = fill(storage, "ana"), fill(storage, "ben")
    assert store.unreadable() == []
    damage(storage, ana, what)

    assert ben in store.patients()
    assert {each.id for each in store.alarms() if each.patient == ben.id} == {
        f"over {ben.id}", f"open {ben.id}",
    }  # fmt: skip
    assert any(each.patient == ben.id for each in store.alarms(active=True))
    assert store.unreadable() == [ana.id]
    with pytest.raises(Unreadable, match=r"docs/how-to/back-up\.md"):
        read(store, ana.id)


@pytest.mark.parametrize(
    "what", [flipped(heads), flipped(records, _IDENTITY)], ids=["head", "identity"]
)
def test_a_damaged_former_patient_of_a_bed_does_not_hide_who_lies_in_it(
    storage: Storage, what: Damage
) -> None:
    former, current = (
        storage.store.admit(Subject(identifier=name, bed="Bed 3")) for name in ("ana", "ben")
    )
    end = Discharge(at=NOON, by="nurse", reason="gone home")
    storage.store.commit([Commit(patient=former.id, stay=Stay(ended=end))])
    damage(storage, former, what)

    assert storage.store.find("Bed 3") == current


def test_a_former_patient_of_a_bed_does_not_stand_in_for_a_damaged_one(storage: Storage) -> None:
    """Who is damaged may lie there now: another's values must not be taken for theirs."""
    former, current = (
        storage.store.admit(Subject(identifier=name, bed="Bed 3")) for name in ("ana", "ben")
    )
    end = Discharge(at=NOON, by="nurse", reason="gone home")
    storage.store.commit([Commit(patient=former.id, stay=Stay(ended=end))])
    damage(storage, current, flipped(heads))

    with pytest.raises(Unreadable, match=r"docs/how-to/back-up\.md"):
        storage.store.find("Bed 3")


def test_a_damaged_patient_keeps_nobody_from_being_packed_and_purged(storage: Storage) -> None:
    ana, ben = fill(storage, "ana"), fill(storage, "ben")
    damage(storage, ana, flipped(heads))

    assert sum(storage.store.compacting(LATER)) == 1
    assert sum(storage.store.purging(LATER, LATER)) == 1
    assert storage.store.observations(ben.id, NOON, LATER) == []


def test_a_key_that_never_was_is_damage_too(storage: Storage) -> None:
    ana, ben = fill(storage, "ana"), fill(storage, "ben")
    damage(storage, ana, flipped(heads, at=0))

    assert storage.store.patients() == [ben]
    assert storage.store.unreadable() == [ana.id]


def test_whoever_is_forgotten_is_not_told_of(storage: Storage) -> None:
    ana = fill(storage, "ana")
    damage(storage, ana, flipped(records, _ALARM))
    storage.store.alarms()
    storage.store.forget(ana.id)

    assert storage.store.unreadable() == []
