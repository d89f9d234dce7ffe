"""What could not be read is kept, and goes with its retention."""

from datetime import timedelta

from sereno.domain.stream import Rejected
from sereno.ports import Store
from tests.contract.store.records import SECOND
from tests.fakes.clock import NOON, FakeClock


def test_dead_letters_keep_what_could_not_be_read(store: Store, clock: FakeClock) -> None:
    bad, worse = Rejected(b"\xff\x00MSH|", "no header"), Rejected(b"", "empty")
    store.commit([], [("mllp", bad)])
    clock.turn(SECOND)
    store.commit([], [("csv:ä", worse)])
    assert store.dead_letters() == [(NOON + SECOND, "csv:ä", worse), (NOON, "mllp", bad)]
    assert store.dead_letters(limit=1) == [(NOON + SECOND, "csv:ä", worse)]


def test_dead_letters_are_destroyed_with_their_retention(store: Store, clock: FakeClock) -> None:
    store.commit([], [("old", Rejected(b"x", "bad"))])
    clock.turn(timedelta(days=40))
    store.commit([], [("new", Rejected(b"y", "bad"))])
    sum(store.purging(NOON))
    assert [source for _, source, _ in store.dead_letters()] == ["new"]
