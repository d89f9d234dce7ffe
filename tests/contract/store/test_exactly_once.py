"""What is delivered again is kept once, and what differs is a correction."""

import math
from dataclasses import replace

import pytest

from sereno.domain.errors import Conflict, Forgotten, NotFound
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Quality, Subject
from sereno.ports import Commit, Store, Unsifted
from tests.contract.store.records import LATER, beat, everything, keep, lead


def test_what_was_delivered_before_is_a_duplicate(store: Store, ana: Patient) -> None:
    batch = [beat(at) for at in range(5)]
    keep(store, ana, batch)
    sifted = store.sift(ana.id, [*batch, beat(5)])
    assert (sifted.new, sifted.corrections, sifted.duplicates) == ((beat(5),), (), 5)


def test_several_patients_are_sifted_at_once(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(0)])
    bob, cleo = (store.admit(Subject(identifier=name)) for name in ("bob", "cleo"))
    store.forget(bob.id)
    three = {each: Unsifted(observations=[beat(0)]) for each in (ana.id, bob.id, cleo.id)}
    found = store.sift_each(three | {"nobody": Unsifted(observations=[beat(0)])})
    assert found[ana.id] == store.sift(ana.id, [beat(0)])
    assert found[cleo.id] == store.sift(cleo.id, [beat(0)])
    assert isinstance(found[bob.id], Forgotten)
    assert isinstance(found["nobody"], NotFound)


def test_late_data_is_new(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(0), beat(10)])
    sifted = store.sift(ana.id, [beat(5), beat(10), beat(-3)])
    assert (sifted.new, sifted.duplicates) == ((beat(5), beat(-3)), 1)


def test_another_value_of_the_same_key_is_the_next_version(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(0, 80), beat(1)])
    sifted = store.sift(ana.id, [beat(0, 90)])
    assert sifted.new == ()
    assert sifted.corrections == (replace(beat(0, 90), version=2),)
    keep(store, ana, [beat(0, 90)])
    keep(store, ana, [beat(0, 95)])
    assert everything(store, ana) == [replace(beat(0, 95), version=3), beat(1)]


@pytest.mark.parametrize("before", [[], [beat(20)]], ids=["as the newest", "late"])
def test_a_correction_that_comes_before_what_it_corrects_stands(
    store: Store, ana: Patient, before: list[Observation]
) -> None:
    """Another Sereno tells versions, and after an outage what is new comes first."""
    keep(store, ana, before)
    third = replace(beat(0, 95), version=3)
    keep(store, ana, [third])
    sifted = store.sift(ana.id, [beat(0, 80), replace(beat(0, 90), version=2), third])
    assert (sifted.new, sifted.corrections, sifted.duplicates) == ((), (), 3)
    assert everything(store, ana) == [third, *before]
    keep(store, ana, [replace(beat(0, 99), version=4)])
    assert everything(store, ana) == [replace(beat(0, 99), version=4), *before]


def test_another_quality_is_a_correction_too(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(0)])
    keep(store, ana, [replace(beat(0), quality=Quality.DEMO)])
    assert everything(store, ana) == [replace(beat(0), quality=Quality.DEMO, version=2)]


def test_a_corrected_value_delivered_again_does_not_come_back(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(0, 80)])
    keep(store, ana, [beat(0, 90)])
    assert store.sift(ana.id, [beat(0, 80)]).duplicates == 1


def test_duplicates_and_corrections_within_one_batch(store: Store, ana: Patient) -> None:
    sifted = store.sift(ana.id, [beat(0), beat(0), beat(0, 90), beat(1), beat(0)])
    assert sifted.new == (beat(0), beat(1))
    assert sifted.corrections == (replace(beat(0, 90), version=2),)
    assert sifted.duplicates == 2


def test_nan_is_a_value_like_others(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(0, math.nan)])
    assert store.sift(ana.id, [beat(0, math.nan)]).duplicates == 1


def test_sources_are_told_apart(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(5)])
    other = replace(beat(5), source="another monitor")
    assert store.sift(ana.id, [other]).new == (other,)


def test_nothing_is_stored_twice_even_unsifted(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(0), beat(1)])
    with pytest.raises(Conflict, match="sift"):
        store.commit([Commit(patient=ana.id, observations=(beat(1), beat(2)))])
    with pytest.raises(Conflict, match="sift"):
        store.commit(
            [
                Commit(patient=ana.id, observations=(beat(7),)),
                Commit(patient=ana.id, observations=(beat(7),)),
            ]
        )
    with pytest.raises(Conflict, match="sift"):
        store.commit([Commit(patient=ana.id, observations=(beat(7), beat(7)))])
    assert everything(store, ana) == [beat(0), beat(1)]


def test_what_is_pending_counts_as_stored(store: Store, ana: Patient) -> None:
    """Several messages go into one transaction, and may repeat each other."""
    keep(store, ana, [beat(0)])
    first = store.sift(ana.id, [beat(1), beat(2), beat(-1)], [lead(0)])
    pending = [*first.new, *first.corrections]
    again = [beat(0), beat(1), beat(2, 90), beat(-1), beat(3)]
    second = store.sift(
        ana.id, again, [lead(0), lead(1)], pending=pending, pending_waveforms=first.waveforms
    )
    assert second.new == (beat(3),)
    assert second.corrections == (replace(beat(2, 90), version=2),)
    assert (second.duplicates, second.waveforms) == (3, (lead(1),))
    pending += [*second.new, *second.corrections]
    store.commit([Commit(patient=ana.id, observations=tuple(pending))])
    assert len(everything(store, ana)) == 5


def test_exactly_once_holds_across_compaction(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(at) for at in range(50)])
    keep(store, ana, [beat(10, 99.0)])
    assert sum(store.compacting(LATER)) == 2
    sifted = store.sift(ana.id, [beat(3), beat(10), beat(10, 99.0), beat(4, 12.0), beat(50)])
    assert sifted.duplicates == 3
    assert sifted.corrections == (replace(beat(4, 12.0), version=2),)
    assert sifted.new == (beat(50),)


def test_what_its_waveform_marked_is_a_duplicate_when_it_comes_again_as_good(
    store: Store, ana: Patient
) -> None:
    marked = replace(beat(1), quality=Quality.ARTEFACT)
    keep(store, ana, [marked, beat(2)])
    sifted = store.sift(ana.id, [beat(1), replace(beat(2), quality=Quality.ARTEFACT)])
    assert (sifted.new, sifted.duplicates) == ((), 1)
    assert [one.time for one in sifted.corrections] == [beat(2).time]  # by the source's own word
    assert everything(store, ana) == [marked, beat(2)]
