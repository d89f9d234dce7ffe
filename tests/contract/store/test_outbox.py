"""What every `Outbox` keeps: each is told all of it, in order, of nobody forgotten, for ever."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sereno.domain.errors import Conflict, KeyUnavailable
from sereno.domain.patients import Discharge, Patient, Stay
from sereno.domain.stream import Subject
from sereno.domain.surveillance import AlarmEvent, AlarmStep, Score, ScoreKind
from sereno.ports import Commit, Outbox, Outgoing, Store, Topic
from sereno.settings import Settings
from sereno.storage import Storage, open_storage
from sereno.storage import outbox as kept
from sereno.storage.tables import outbox as outbox_table
from sereno.storage.tables import untold
from tests.contract.store.records import SECOND, alarm, beat, lead
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.keys import quick

ALL = frozenset(Topic)
DAY = timedelta(days=1)
GIB = 1 << 30


@pytest.fixture
def outbox(storage: Storage) -> Outbox:
    return storage.outbox


def enlist(outbox: Outbox, name: str = "a", topics: frozenset[Topic] = ALL) -> int:
    return outbox.enlist(name, topics)[0].number


def measure(store: Store, patient: Patient, at: int) -> None:
    store.commit([Commit(patient=patient.id, observations=(beat(at),))])


def seconds(page: list[Outgoing]) -> list[int]:
    """When what was measured of each was, in seconds after noon."""
    return [int((each.observations[0].time - NOON) / SECOND) for each in page]


def rows(storage: Storage) -> tuple[int, int]:
    """How many rows of the two tables there are."""
    with storage.database.read() as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(each)).scalar_one()
            for each in (outbox_table, untold)
        ]
    return counts[0], counts[1]


def everything_of(patient: Patient) -> Commit:
    score = Score(kind=ScoreKind.NEWS2, time=NOON, total=3, lowest=3, highest=3)
    ended = Discharge(at=NOON, by="nurse", reason="went home")
    return Commit(
        patient=patient.id,
        observations=(beat(1), beat(2)),
        waveforms=(lead(1), lead(2)),
        scores=(score,),
        alarms=(alarm(patient), alarm(patient, "grown")),
        events=(AlarmEvent(alarm="a1", time=NOON, what=AlarmStep.RAISED),),
        stay=Stay(ended=ended),
    )


def test_nobody_to_tell_costs_no_row(storage: Storage, store: Store, ana: Patient) -> None:
    store.commit([everything_of(ana)])
    assert rows(storage) == (0, 0)


def test_all_of_it_is_told_as_it_was_kept(outbox: Outbox, store: Store, ana: Patient) -> None:
    number = enlist(outbox)
    commit = everything_of(ana)
    store.commit([commit])
    (told,) = outbox.page(number, 10)
    assert told.observations == commit.observations
    assert told.waveforms == commit.waveforms
    assert told.scores == commit.scores
    assert told.alarms == commit.alarms[:1]  # the other one took no step
    assert told.events == commit.events
    assert told.stay == commit.stay
    assert told.patient == store.find(ana.id)
    assert told.time == NOON


def test_of_a_recording_it_is_told_that_it_is_one(
    outbox: Outbox, store: Store, ana: Patient
) -> None:
    number = enlist(outbox)
    store.commit([Commit(patient=ana.id, observations=(beat(1),), horizon=NOON)])
    store.commit([Commit(patient=ana.id, observations=(beat(2),))])
    ended = Stay(ended=Discharge(at=NOON, by="nurse", reason="went home"))
    store.commit([Commit(patient=ana.id, observations=(beat(3),), stay=ended)])
    played = Stay(ended=Discharge(at=NOON, by="nurse", reason="it is over", live=False))
    store.commit([Commit(patient=ana.id, observations=(beat(4),), stay=played)])
    assert [each.live for each in outbox.page(number, 10)] == [True, False, True, False]


@pytest.mark.parametrize("topic", Topic)
@pytest.mark.parametrize("live", [True, False])
def test_each_topic_alone_says_whether_it_is_of_a_recording(
    outbox: Outbox, store: Store, ana: Patient, topic: Topic, live: bool
) -> None:
    number = enlist(outbox, topics=frozenset({topic}))
    played = Stay(ended=Discharge(at=NOON, by="nurse", reason="it is over", live=False))
    horizon = NOON if live else None
    store.commit([replace(everything_of(ana), stay=played, horizon=horizon)])
    assert [each.live for each in outbox.page(number, 10)] == [live]


def test_who_takes_no_recordings_has_none_kept(
    storage: Storage, outbox: Outbox, store: Store, ana: Patient
) -> None:
    number = outbox.enlist("pager", ALL, recordings=False)[0].number
    measure(store, ana, 1)
    assert rows(storage) == (0, 0)
    store.commit([Commit(patient=ana.id, observations=(beat(2),), horizon=NOON)])
    assert seconds(outbox.page(number, 10)) == [2]
    both = enlist(outbox, "both")
    measure(store, ana, 3)
    assert seconds(outbox.page(number, 10)) == [2]
    assert seconds(outbox.page(both, 10)) == [3]


def test_a_page_ends_at_so_many_bytes(
    outbox: Outbox, store: Store, ana: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = enlist(outbox)
    for at in range(4):
        measure(store, ana, at)
    standing = outbox.standing(number)
    assert standing is not None
    monkeypatch.setattr(kept, "PAGE_BYTES", standing.size // 2)
    assert seconds(outbox.page(number, 10)) == [0, 1]
    monkeypatch.setattr(kept, "PAGE_BYTES", 1)
    assert seconds(outbox.page(number, 10)) == [0]


def test_a_key_that_is_missing_gives_nothing_up(
    storage: Storage,
    outbox: Outbox,
    store: Store,
    ana: Patient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(_: str) -> None:
        raise KeyUnavailable("the key store lacks a key")

    number = enlist(outbox)
    measure(store, ana, 1)
    with monkeypatch.context() as patched:
        patched.setattr(storage.vault, "opener", missing)
        with pytest.raises(KeyUnavailable):
            outbox.page(number, 10)
    assert seconds(outbox.page(number, 10)) == [1]


def test_others_may_write_while_much_is_given_up(
    outbox: Outbox, store: Store, ana: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "GIVEN_UP_AT_ONCE", 2)
    number = enlist(outbox)
    for at in range(3):
        measure(store, ana, at)
    gone = [outbox.give_up(number, NOON + DAY, 0)[0] for _ in range(3)]
    assert gone == [2, 1, 0]


def test_large_rows_are_given_up_fewer_at_once(
    outbox: Outbox, store: Store, ana: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "PAGE_BYTES", 1)
    number = enlist(outbox)
    for at in range(2):
        measure(store, ana, at)
    gone = [outbox.give_up(number, NOON + DAY, 0)[0] for _ in range(3)]
    assert gone == [1, 1, 0]


def test_others_may_write_while_one_is_dismissed(
    storage: Storage,
    outbox: Outbox,
    store: Store,
    ana: Patient,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is left where the process ends in between is cleaned later."""
    monkeypatch.setattr(kept, "GIVEN_UP_AT_ONCE", 2)
    number = enlist(outbox)
    for at in range(3):
        measure(store, ana, at)
    clock.turn(2 * DAY)
    assert outbox.dismiss(clock.now() - DAY) == {number: 2}
    assert rows(storage) == (1, 1)
    assert outbox.dismiss(clock.now() - DAY) == {number: 1}
    assert rows(storage) == (0, 0)
    assert outbox.dismiss(clock.now() - DAY) == {}


@pytest.mark.parametrize("topic", Topic)
def test_each_is_told_of_its_topics_alone(
    outbox: Outbox, store: Store, ana: Patient, topic: Topic
) -> None:
    everybody, one = enlist(outbox, "all"), enlist(outbox, "one", frozenset({topic}))
    store.commit([everything_of(ana)])
    (told,) = outbox.page(one, 10)
    (whole,) = outbox.page(everybody, 10)
    held = {
        Topic.MEASURED: bool(told.observations and told.waveforms),
        Topic.SCORES: bool(told.scores),
        Topic.ALARMS: bool(told.alarms and told.events),
        Topic.STAY: told.stay is not None,
    }
    assert {each for each, there in held.items() if there} == {topic}
    assert told.key == whole.key


def test_what_nobody_wants_is_not_kept(
    storage: Storage, outbox: Outbox, store: Store, ana: Patient
) -> None:
    enlist(outbox, topics=frozenset({Topic.ALARMS}))
    measure(store, ana, 1)
    assert rows(storage) == (0, 0)


def test_what_was_not_committed_is_not_told(outbox: Outbox, store: Store, ana: Patient) -> None:
    number = enlist(outbox)
    measure(store, ana, 1)
    with pytest.raises(Conflict):
        measure(store, ana, 1)
    assert seconds(outbox.page(number, 10)) == [1]


def test_who_comes_later_begins_with_what_comes_then(
    outbox: Outbox, store: Store, ana: Patient
) -> None:
    first = enlist(outbox, "first")
    measure(store, ana, 1)
    second = enlist(outbox, "second")
    measure(store, ana, 2)
    assert seconds(outbox.page(first, 10)) == [1, 2]
    assert seconds(outbox.page(second, 10)) == [2]


def test_a_row_goes_once_everybody_has_it(
    storage: Storage, outbox: Outbox, store: Store, ana: Patient
) -> None:
    first, second = enlist(outbox, "first"), enlist(outbox, "second")
    measure(store, ana, 1)
    (told,) = outbox.page(first, 10)
    outbox.told(first, [told.number])
    outbox.told(first, [told.number])  # again, as after a crash
    assert rows(storage) == (1, 1)
    assert outbox.page(first, 10) == []
    assert [each.key for each in outbox.page(second, 10)] == [told.key]
    outbox.told(second, [told.number])
    assert rows(storage) == (0, 0)
    standing = outbox.standing(first)
    assert standing is not None
    assert (standing.told, standing.waiting) == (1, 0)


def test_a_number_is_never_given_twice(outbox: Outbox, store: Store, ana: Patient) -> None:
    number = enlist(outbox)
    given_ = []
    for at in range(3):
        measure(store, ana, at)
        (told,) = outbox.page(number, 10)
        given_.append(told.number)
        outbox.told(number, [told.number])
    assert sorted(set(given_)) == given_


def test_pages_go_from_a_number_to_another(outbox: Outbox, store: Store, ana: Patient) -> None:
    number = enlist(outbox)
    for at in range(5):
        measure(store, ana, at)
    numbers = [each.number for each in outbox.page(number, 10)]
    assert seconds(outbox.page(number, 2)) == [0, 1]
    assert seconds(outbox.page(number, 2, first=numbers[3])) == [3, 4]
    assert seconds(outbox.page(number, 10, before=numbers[2])) == [0, 1]
    assert outbox.newest(number) == numbers[-1]


def test_where_it_stands_outlives_the_process(
    storage: Storage, storage_settings: Settings, clock: FakeClock, ana: Patient
) -> None:
    number = enlist(storage.outbox)
    for at in range(3):
        measure(storage.store, ana, at)
    first = storage.outbox.page(number, 1)
    storage.outbox.told(number, [first[0].number])
    again = open_storage(storage_settings, clock, quick)
    try:
        standing, anew = again.outbox.enlist("a", ALL)
        assert not anew
        assert (standing.number, standing.told, standing.waiting) == (number, 1, 2)
        assert seconds(again.outbox.page(number, 10)) == [1, 2]
    finally:
        again.close()


def test_another_process_learns_of_it(
    storage: Storage, storage_settings: Settings, clock: FakeClock, ana: Patient
) -> None:
    """It is enlisted in the database, whatever the settings of the process that writes."""
    number = enlist(storage.outbox)
    other = open_storage(storage_settings, clock, quick)
    try:
        measure(other.store, ana, 1)
    finally:
        other.close()
    assert seconds(storage.outbox.page(number, 10)) == [1]


def test_nothing_more_is_told_of_whom_was_forgotten(
    storage: Storage, outbox: Outbox, store: Store, ana: Patient
) -> None:
    number = enlist(outbox)
    ben = store.admit(Subject(identifier="2"))
    measure(store, ana, 1)
    measure(store, ben, 2)
    store.forget(ana.id)
    assert [each.patient.id for each in outbox.page(number, 10)] == [ben.id]
    assert rows(storage) == (1, 1)


def test_a_row_that_a_backup_brought_back_is_not_told(
    storage: Storage, outbox: Outbox, store: Store, ana: Patient
) -> None:
    number = enlist(outbox)
    measure(store, ana, 1)
    storage.vault.forget(ana.id)
    assert outbox.page(number, 10) == []
    assert rows(storage) == (0, 0)
    standing = outbox.standing(number)
    assert standing is not None
    assert standing.given_up == 0
    assert store.dead_letters() == []


def test_a_damaged_row_is_given_up_and_a_dead_letter_tells_of_it(
    storage: Storage, outbox: Outbox, store: Store, ana: Patient
) -> None:
    number = enlist(outbox)
    measure(store, ana, 1)
    measure(store, ana, 2)
    with storage.database.write() as connection:
        first = sa.select(sa.func.min(outbox_table.c.number)).scalar_subquery()
        damaged = outbox_table.update().where(outbox_table.c.number == first)
        connection.execute(damaged.values(sealed=bytes(60)))
    assert seconds(outbox.page(number, 10)) == [2]
    standing = outbox.standing(number)
    assert standing is not None
    assert standing.given_up == 1
    assert [each.source for each in store.dead_letters()] == ["outbox"]


def test_what_is_refused_for_good_becomes_a_dead_letter_without_its_content(
    storage: Storage, outbox: Outbox, store: Store, ana: Patient
) -> None:
    number = enlist(outbox)
    measure(store, ana, 1)
    (told,) = outbox.page(number, 10)
    outbox.refuse(number, "webhook (destination 1)", told, "it answered 422")
    assert rows(storage) == (0, 0)
    (letter,) = store.dead_letters()
    assert (letter.source, letter.what.reason) == ("webhook (destination 1)", "it answered 422")
    assert told.key.encode() in letter.what.content
    assert b"MRN-0042" not in letter.what.content
    standing = outbox.standing(number)
    assert standing is not None
    assert (standing.refused, standing.told) == (1, 0)


def test_what_is_too_old_is_given_up_and_counted(
    storage: Storage, outbox: Outbox, store: Store, ana: Patient, clock: FakeClock
) -> None:
    number = enlist(outbox)
    measure(store, ana, 1)
    clock.turn(8 * DAY)
    measure(store, ana, 2)
    assert outbox.give_up(number, clock.now() - 7 * DAY, -GIB)[0] == 1
    assert seconds(outbox.page(number, 10)) == [2]
    standing = outbox.standing(number)
    assert standing is not None
    assert (standing.given_up, standing.oldest) == (1, clock.now())
    assert rows(storage) == (1, 1)


def test_the_oldest_beyond_the_bytes_are_given_up(
    outbox: Outbox, store: Store, ana: Patient
) -> None:
    number = enlist(outbox)
    for at in range(6):
        measure(store, ana, at)
    standing = outbox.standing(number)
    assert standing is not None
    assert outbox.give_up(number, NOON - DAY, standing.size // 2) == (3, standing.size // 2)
    assert seconds(outbox.page(number, 10)) == [3, 4, 5]
    assert outbox.give_up(number, NOON - DAY, 0) == (0, 0)


def test_who_is_in_no_settings_any_more_keeps_no_rows(
    storage: Storage, outbox: Outbox, store: Store, ana: Patient, clock: FakeClock
) -> None:
    gone, stays = enlist(outbox, "gone"), enlist(outbox, "stays")
    measure(store, ana, 1)
    clock.turn(2 * DAY)
    outbox.see("stays")
    assert outbox.dismiss(clock.now() - DAY) == {gone: 1}
    assert outbox.standing(gone) is None
    assert rows(storage) == (1, 1)
    measure(store, ana, 2)
    assert seconds(outbox.page(stays, 10)) == [1, 2]
    assert rows(storage) == (2, 2)
    assert enlist(outbox, "gone") != gone


def test_other_topics_are_told_from_then_on(outbox: Outbox, store: Store, ana: Patient) -> None:
    number = enlist(outbox, topics=frozenset({Topic.MEASURED}))
    measure(store, ana, 1)
    standing, changed = outbox.enlist("a", frozenset({Topic.ALARMS}))
    assert changed
    assert standing.number == number
    measure(store, ana, 2)
    assert [each.observations for each in outbox.page(number, 10)] == [()]


def test_processes_that_write_at_once_lose_nothing(storage: Storage, store: Store) -> None:
    """A row may become visible after one of another patient with a higher number."""
    if storage.database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    number = enlist(storage.outbox)
    ana, ben = (store.admit(Subject(identifier=each)) for each in ("1", "2"))
    with _slow_commit(storage, ana):
        measure(store, ben, 2)
        (early,) = storage.outbox.page(number, 10)
        storage.outbox.told(number, [early.number])
    (late,) = storage.outbox.page(number, 10)
    assert late.patient.id == ana.id
    assert late.number < early.number


def _slow_commit(storage: Storage, patient: Patient) -> "_Slow":
    return _Slow(storage, patient)


class _Slow:
    """A commit about `patient` that took its number, and ends when the block does."""

    def __init__(self, storage: Storage, patient: Patient) -> None:
        self._storage = storage
        self._commit = Commit(patient=patient.id, observations=(beat(1),))

    def __enter__(self) -> None:
        from threading import Event, Thread

        from sereno.storage.store import SealedStore

        numbered, go_on = Event(), Event()
        self._go_on = go_on

        class Waiting(SealedStore):
            def _settle(self, connection: sa.Connection, done: list[str]) -> None:
                numbered.set()
                assert go_on.wait(20)

        storage = self._storage
        store = Waiting(storage.database, storage.vault, storage.clock)
        commit = replace(self._commit, carried_out=("nothing",))
        self._thread = Thread(target=store.commit, args=([commit],))
        self._thread.start()
        assert numbered.wait(20)

    def __exit__(self, *_: object) -> None:
        self._go_on.set()
        self._thread.join()


@dataclass
class Model:
    """What a destination has yet to be told, as it ought to be."""

    number: int
    waits: list[int]
    told: list[int]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("commit"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("enlist"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("tell"), st.integers(0, 2), st.integers(1, 3)),
        st.tuples(st.just("refuse"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("dismiss"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
    ),
    min_size=1,
    max_size=30,
)


@given(steps=STEPS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_each_is_told_all_that_came_since_it_is_there(
    storage: Storage,
    storage_settings: Settings,
    clock: FakeClock,
    steps: list[tuple[str, int, int]],
) -> None:
    with _emptied(storage, clock):
        world = _World(storage, storage_settings, clock)
        for what, which, how_many in steps:
            getattr(world, what)(which, how_many)
        world.check()
        world.close()


def _emptied(storage: Storage, clock: FakeClock) -> "_Emptied":
    return _Emptied(storage, clock)


class _Emptied:
    def __init__(self, storage: Storage, clock: FakeClock) -> None:
        self._storage, self._clock = storage, clock

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self._clock.turn(2 * DAY)
        while self._storage.outbox.dismiss(self._clock.now() - DAY):
            pass
        assert rows(self._storage) == (0, 0)


class _World:
    def __init__(self, storage: Storage, settings_: Settings, clock: FakeClock) -> None:
        self._settings, self._clock = settings_, clock
        self._first = storage
        self._storage = open_storage(settings_, clock, quick)
        self._patients = [self._storage.store.admit(Subject(identifier=str(n))) for n in range(2)]
        self._models: dict[int, Model] = {}
        self._next = 1 + max(
            (
                int((each.time - NOON) / SECOND)
                for patient in self._patients
                for each in self._storage.store.observations(
                    patient.id, NOON, clock.now() + 10_000 * DAY
                )
            ),
            default=0,
        )

    def commit(self, which: int, _: int) -> None:
        measure(self._storage.store, self._patients[which], self._next)
        for model in self._models.values():
            model.waits.append(self._next)
        self._next += 1

    def enlist(self, which: int, _: int) -> None:
        number = enlist(self._storage.outbox, str(which))
        model = self._models.setdefault(which, Model(number, [], []))
        assert model.number == number

    def tell(self, which: int, how_many: int) -> None:
        if which in self._models:
            model = self._models[which]
            page = self._storage.outbox.page(model.number, how_many)
            assert seconds(page) == model.waits[:how_many]
            self._storage.outbox.told(model.number, [each.number for each in page])
            model.told += seconds(page)
            del model.waits[:how_many]

    def refuse(self, which: int, _: int) -> None:
        if which in self._models and self._models[which].waits:
            model = self._models[which]
            (first,) = self._storage.outbox.page(model.number, 1)
            self._storage.outbox.refuse(model.number, "it", first, "no")
            del model.waits[0]

    def dismiss(self, which: int, _: int) -> None:
        self._clock.turn(2 * DAY)
        for each in self._models:
            if each != which:
                self._storage.outbox.see(str(each))
        gone = self._storage.outbox.dismiss(self._clock.now() - DAY)
        model = self._models.pop(which, None)
        if model is not None:
            assert gone == {model.number: len(model.waits)}

    def restart(self, *_: int) -> None:
        self._storage.close()
        self._storage = open_storage(self._settings, self._clock, quick)

    def check(self) -> None:
        for model in self._models.values():
            assert seconds(self._storage.outbox.page(model.number, 100)) == model.waits
            standing = self._storage.outbox.standing(model.number)
            assert standing is not None
            assert standing.told == len(model.told)
        kept, _ = rows(self._storage)
        assert kept == len({one for each in self._models.values() for one in each.waits})

    def close(self) -> None:
        self._storage.close()
