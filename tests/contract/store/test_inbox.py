"""What every `Inbox` keeps: nothing is lost, nothing in the clear, each in one process' hands."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sereno.domain.errors import KeyUnavailable
from sereno.domain.patients import Patient
from sereno.domain.stream import (
    Batch,
    Movement,
    MovementKind,
    Observation,
    Quality,
    Rejected,
    Subject,
    WaveformChunk,
)
from sereno.domain.vitals import VITALS, Kind
from sereno.ports import Inbox, Received
from sereno.storage import Storage
from tests.contract.store.records import SECOND, beat, lead
from tests.fakes.clock import NOON, FakeClock

NUMERICS = sorted(each for each, vital in VITALS.items() if vital.kind is not Kind.WAVEFORM)
WAVES = sorted(each for each, vital in VITALS.items() if vital.kind is Kind.WAVEFORM)
MOMENTS = st.integers(0, 10**15).map(lambda at: NOON + timedelta(microseconds=at))
TEXT = st.text(max_size=20)
OBSERVATIONS = st.builds(
    Observation,
    st.sampled_from(NUMERICS),
    MOMENTS,
    st.floats(allow_nan=False),
    TEXT,
    st.sampled_from(Quality),
    st.integers(1, 5),
)
SAMPLES = st.lists(st.integers(-5000, 5000).map(lambda step: step / 1000), min_size=1, max_size=40)
CHUNKS = st.builds(
    WaveformChunk,
    st.sampled_from(WAVES),
    MOMENTS,
    st.sampled_from([62.4725, 125.0, 500.0]),
    SAMPLES.map(tuple),
    TEXT,
    TEXT,
)
SUBJECTS = st.builds(
    Subject,
    identifier=TEXT,
    authority=TEXT,
    name=st.none() | TEXT,
    birth_date=st.none() | st.dates(),
    pregnant=st.none() | st.booleans(),
)
MOVEMENTS = st.builds(
    Movement, kind=st.sampled_from(MovementKind), time=MOMENTS, former=st.none() | SUBJECTS
)
BATCHES = st.builds(
    Batch,
    source=TEXT,
    subject=st.none(),
    observations=st.lists(OBSERVATIONS, max_size=6).map(tuple),
    waveforms=st.lists(CHUNKS, max_size=3).map(tuple),
    rejected=st.lists(st.builds(Rejected, st.binary(max_size=50), TEXT), max_size=2).map(tuple),
    movement=st.none() | MOVEMENTS,
    sent=st.none() | MOMENTS,
    live=st.booleans(),
)


@pytest.fixture
def inbox(storage: Storage) -> Inbox:
    return storage.inbox


def entry(patient: Patient | None, at: int = 0, refused: str | None = None) -> Received:
    whose = patient.id if patient else None
    return Received(whose, Batch(source="sim", subject=None, observations=(beat(at),)), refused)


def seconds(found: list[Received]) -> list[int]:
    return [(each.batch.observations[0].time - NOON) // SECOND for each in found]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batch=BATCHES, refused=st.none() | TEXT, named=st.booleans())
def test_what_is_kept_comes_back_as_it_was(
    inbox: Inbox, ana: Patient, batch: Batch, refused: str | None, named: bool
) -> None:
    (number,) = inbox.keep([Received(ana.id if named else None, batch, refused)], ["us"])
    (found,) = inbox.held("us", 10)
    inbox.keep((), (), [number])
    assert (found.patient, found.refused, found.number) == (
        (named and ana.id) or None,
        refused,
        number,
    )
    back = found.batch
    assert sorted(back.waveforms, key=repr) == sorted(batch.waveforms, key=repr)
    assert back.observations == batch.observations
    assert back.rejected == batch.rejected
    told = (batch.source, batch.movement, batch.sent, batch.live)
    assert (back.source, back.movement, back.sent, back.live) == told
    assert inbox.held("us", 10) == []


def test_each_has_a_number_of_its_own_that_is_never_given_again(inbox: Inbox, ana: Patient) -> None:
    first = inbox.keep([entry(ana), entry(ana)], ["us", "us"])
    inbox.keep((), (), first)
    assert min(inbox.keep([entry(ana)], ["us"])) > max(first)


def test_it_is_in_the_hands_of_one_process(inbox: Inbox, ana: Patient) -> None:
    inbox.keep([entry(ana, 0), entry(ana, 1)], ["us", "them"])
    assert seconds(inbox.held("us", 10)) == [0]
    assert seconds(inbox.held("them", 10)) == [1]


def test_who_watches_a_patient_takes_what_others_hold_oldest_first(
    inbox: Inbox, ana: Patient, storage: Storage
) -> None:
    ben = storage.store.admit(Subject(identifier="MRN-0043"))
    kept = [entry(ana, 0), entry(ben, 1), entry(ana, 2), entry(ana, 3)]
    inbox.keep(kept, ["them", "them", "", "us"])
    assert seconds(inbox.take("us", [ana.id], 1)) == [0]
    assert seconds(inbox.take("us", [ana.id], 10)) == [2]
    assert inbox.take("us", [ana.id], 10) == []
    assert seconds(inbox.held("us", 10)) == [0, 2, 3]
    assert seconds(inbox.held("them", 10)) == [1]


def test_what_has_no_patient_is_taken_once_nobody_holds_it(inbox: Inbox) -> None:
    (number,) = inbox.keep([entry(None)], ["them"])
    assert inbox.take("us", [], 10) == []
    inbox.release([number])
    assert [each.number for each in inbox.take("us", [], 10)] == [number]


def test_what_is_held_is_read_in_parts(inbox: Inbox, ana: Patient) -> None:
    numbers = inbox.keep([entry(ana, each) for each in range(5)], ["us"] * 5)
    assert seconds(inbox.held("us", 2)) == [0, 1]
    assert seconds(inbox.held("us", 9, after=numbers[1])) == [2, 3, 4]


def test_it_tells_of_whom_anything_waits(inbox: Inbox, ana: Patient) -> None:
    assert inbox.waiting() == frozenset()
    inbox.keep([entry(ana), entry(None)], ["us", "us"])
    assert inbox.waiting() == {ana.id}
    inbox.drop(ana.id)
    assert inbox.waiting() == frozenset()


def test_what_was_of_somebody_forgotten_can_not_be_read(
    inbox: Inbox, ana: Patient, storage: Storage
) -> None:
    inbox.keep([entry(ana)], ["us"])
    storage.store.forget(ana.id)
    (found,) = inbox.held("us", 10)
    assert (found.patient, found.batch.observations, found.batch.rejected) == (None, (), ())


def test_nothing_of_it_is_in_the_clear(storage: Storage, ana: Patient) -> None:
    secret = Rejected(b"PID|||4711||Concepcion", "no such segment")
    batch = Batch(source="mllp:icu", subject=None, rejected=(secret,), waveforms=(lead(0),))
    storage.inbox.keep([Received(ana.id, batch), Received(None, batch)], ["us", "us"])
    with storage.inbox._behind.read() as connection:  # type: ignore[attr-defined]
        rows = connection.exec_driver_sql("SELECT sealed FROM inbox").scalars().all()
    assert len(rows) == 2
    assert not [row for row in rows if b"Concepcion" in bytes(row) or b"mllp" in bytes(row)]


def test_what_is_of_nobody_is_taken_by_others_after_a_while(inbox: Inbox, clock: FakeClock) -> None:
    (number,) = inbox.keep([entry(None)], ["a process that has ended"])
    assert inbox.take("us", [], 10) == []
    clock.turn(timedelta(minutes=2))
    assert [each.number for each in inbox.take("us", [], 10)] == [number]
    assert inbox.take("us", [], 10) == []


def test_nothing_is_kept_of_who_is_forgotten_meanwhile_and_the_others_are(
    inbox: Inbox, ana: Patient, storage: Storage
) -> None:
    ben = storage.store.admit(Subject(identifier="MRN-0043"))
    storage.store.forget(ana.id)
    inbox.keep([entry(ana, 0), entry(ben, 1)], ["us", "us"])
    gone, kept = inbox.held("us", 10)
    assert (gone.patient, gone.batch.observations) == (None, ())
    assert (kept.patient, seconds([kept])) == (ben.id, [1])


def test_what_has_no_key_now_is_left_for_the_next_start(
    inbox: Inbox, ana: Patient, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.keep([entry(ana, 0)], ["us"])
    with monkeypatch.context() as patch:
        patch.setattr(storage.vault, "opener", _no_key)
        assert inbox.held("us", 10) == []
        assert inbox.take("them", [ana.id], 10) == []
    assert inbox.held("us", 10) == []  # a start: it is put back
    assert seconds(inbox.take("them", [ana.id], 10)) == [0]


def _no_key(_: str) -> None:
    raise KeyUnavailable("the key store can not be opened; make its folder readable")
