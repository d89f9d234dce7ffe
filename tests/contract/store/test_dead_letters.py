"""What could not be read is kept until it is settled, and goes with its retention."""

from datetime import timedelta

import pytest

from sereno.domain.errors import Conflict, NotFound
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Rejected
from sereno.domain.vitals import Signal
from sereno.ports import Commit, Store
from tests.contract.store.records import SECOND
from tests.fakes.clock import NOON, FakeClock


def test_dead_letters_keep_what_could_not_be_read(store: Store, clock: FakeClock) -> None:
    bad, worse = Rejected(b"\xff\x00MSH|", "no header"), Rejected(b"", "empty")
    store.commit([], [("mllp", bad)])
    clock.turn(SECOND)
    store.commit([], [("csv:ä", worse)])
    newest, oldest = store.dead_letters()
    assert (newest.time, newest.source, newest.what) == (NOON + SECOND, "csv:ä", worse)
    assert (oldest.time, oldest.source, oldest.what) == (NOON, "mllp", bad)
    assert store.dead_letters(limit=1) == [newest]
    assert store.dead_letter(oldest.number) == oldest


def test_dead_letters_are_destroyed_with_their_retention(store: Store, clock: FakeClock) -> None:
    store.commit([], [("old", Rejected(b"x", "bad"))])
    clock.turn(timedelta(days=40))
    store.commit([], [("new", Rejected(b"y", "bad"))])
    sum(store.purging(NOON))
    assert [each.source for each in store.dead_letters()] == ["new"]


BAD = Rejected(b"x", "bad")
PULSE = Observation(Signal.HEART_RATE, NOON, 80, "hl7:1")


def test_a_letter_is_settled_together_with_what_came_of_it(store: Store, ana: Patient) -> None:
    store.commit([], [("old", BAD), ("new", BAD)])
    new, old = store.dead_letters()
    store.commit([Commit(patient=ana.id, observations=(PULSE,), letters=(new.number,))])
    assert store.dead_letters() == [old]
    with pytest.raises(NotFound, match="sereno dead-letters"):
        store.dead_letter(new.number)


def test_what_comes_of_a_letter_is_kept_once_whoever_it_is_given_to(
    store: Store, ana: Patient
) -> None:
    store.commit([], [("old", BAD)])
    (letter,) = store.dead_letters()
    store.settle_letter(letter.number)
    with pytest.raises(Conflict, match="settled"):
        store.settle_letter(letter.number)
    with pytest.raises(Conflict, match="settled"):
        store.commit([Commit(patient=ana.id, observations=(PULSE,), letters=(letter.number,))])
    assert store.latest(ana.id) == {}


def test_a_letter_that_is_settled_takes_no_place_in_the_list(store: Store) -> None:
    store.commit([], [("old", BAD), ("new", BAD)])
    new, old = store.dead_letters()
    store.settle_letter(new.number)
    assert store.dead_letters(limit=1) == [old]


def test_a_letter_whose_days_key_is_destroyed_is_gone(store: Store, clock: FakeClock) -> None:
    store.commit([], [("old", BAD)])
    (letter,) = store.dead_letters()
    clock.turn(timedelta(days=40))
    sum(store.purging(NOON))
    with pytest.raises(NotFound):
        store.dead_letter(letter.number)
