"""What is committed is read back as it was: in order, in ranges and in bins."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sereno.domain.errors import NotFound
from sereno.domain.patients import Note, Patient
from sereno.domain.stream import Observation, Quality, Rejected, Subject, WaveformChunk
from sereno.domain.vitals import Signal
from sereno.ports import Bin, Commit, Store
from tests.contract.store.records import HOUR, LATER, MINUTE, SECOND, beat, everything, keep
from tests.fakes.clock import NOON


def test_what_is_committed_is_read_back_in_order_of_time(store: Store, ana: Patient) -> None:
    written = [beat(2), beat(1, 97.0, Signal.SPO2), beat(3, 81.5), beat(1, 79.0)]
    store.commit([Commit(patient=ana.id, observations=tuple(written))])
    found = everything(store, ana)
    assert sorted(map(repr, found)) == sorted(map(repr, written))
    assert [one.time for one in found] == sorted(one.time for one in written)


def test_ranges_include_both_ends_and_may_name_signals(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(at) for at in range(10)])
    keep(store, ana, [beat(at, 97.0, Signal.SPO2) for at in range(10)])
    window = (NOON + 2 * SECOND, NOON + 5 * SECOND)
    found = store.observations(ana.id, *window, [Signal.HEART_RATE])
    assert found == [beat(at) for at in (2, 3, 4, 5)]
    assert len(store.observations(ana.id, *window)) == 8
    assert store.observations(ana.id, *window, []) == []


def test_values_come_back_to_the_last_bit(store: Store, ana: Patient) -> None:
    odd = [0.1 + 0.2, -0.0, 1e308, 5e-324, -999.0, math.inf, 36.6, 1 / 3]
    keep(store, ana, [beat(at, value) for at, value in enumerate(odd)])
    keep(store, ana, [beat(100, math.nan)])
    values = [one.value for one in everything(store, ana)]
    assert [value.hex() for value in values] == [value.hex() for value in [*odd, math.nan]]


def test_quality_source_and_microseconds_are_kept(store: Store, ana: Patient) -> None:
    written = [
        Observation(Signal.SPO2, NOON + timedelta(microseconds=k), 0.0, f"monitor {k}", quality)
        for k, quality in enumerate(Quality)
    ]
    keep(store, ana, written)
    assert everything(store, ana) == written


def test_the_latest_of_each_signal_whatever_its_quality(store: Store, ana: Patient) -> None:
    assert store.latest(ana.id) == {}
    keep(store, ana, [beat(0), beat(5), beat(3, 97.0, Signal.SPO2)])
    off = replace(beat(6, 0.0), quality=Quality.SENSOR_OFF)
    keep(store, ana, [off])
    keep(store, ana, [beat(2)])  # late: not the newest
    assert store.latest(ana.id) == {
        Signal.HEART_RATE: off,
        Signal.SPO2: beat(3, 97.0, Signal.SPO2),
    }


def test_one_transaction_keeps_several_patients(store: Store, ana: Patient) -> None:
    ben = store.admit(Subject(identifier="ben"))
    store.commit(
        [
            Commit(patient=ben.id, observations=(beat(0, 60),)),
            Commit(patient=ana.id, observations=(beat(0, 90),)),
            Commit(patient=ben.id, observations=(beat(1, 61),)),
        ]
    )
    assert everything(store, ana) == [beat(0, 90)]
    assert everything(store, ben) == [beat(0, 60), beat(1, 61)]


def test_a_commit_that_fails_keeps_nothing(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(0)])
    with pytest.raises(NotFound):
        store.commit(
            [
                Commit(patient=ana.id, observations=(beat(1),), state=b"new"),
                Commit(patient="nobody"),
            ],
            [("source", Rejected(b"x", "bad"))],
        )
    assert everything(store, ana) == [beat(0)]
    assert store.state(ana.id) is None
    assert store.dead_letters() == []
    keep(store, ana, [beat(1)])
    assert everything(store, ana) == [beat(0), beat(1)]


def test_the_watch_state_is_that_of_the_last_commit(store: Store, ana: Patient) -> None:
    assert store.state(ana.id) is None
    store.commit([Commit(patient=ana.id, state=b"\x00one")])
    store.commit([Commit(patient=ana.id)])
    assert store.state(ana.id) == b"\x00one"
    store.commit([Commit(patient=ana.id, state=b"")])
    assert store.state(ana.id) == b""


def test_bins_give_minimum_median_and_maximum(store: Store, ana: Patient) -> None:
    values = [80, 70, 90, 100, 60]
    keep(store, ana, [beat(at, value) for at, value in enumerate(values)])
    keep(store, ana, [beat(125, 50)])
    found = store.bins(ana.id, Signal.HEART_RATE, NOON, NOON + 10 * MINUTE, MINUTE)
    assert found == [
        Bin(NOON, 60, 80, 100, 5),
        Bin(NOON + 2 * MINUTE, 50, 50, 50, 1),
    ]


def test_bins_count_good_values_of_the_latest_version_alone(store: Store, ana: Patient) -> None:
    off = replace(beat(2, 0.0), quality=Quality.SENSOR_OFF)
    keep(store, ana, [beat(0, 80), beat(1, 82), off, beat(3, 300)])
    keep(store, ana, [beat(3, 84)])
    keep(store, ana, [replace(beat(1, 82), quality=Quality.ARTEFACT)])
    sum(store.compacting(NOON + 2 * SECOND))
    found = store.bins(ana.id, Signal.HEART_RATE, NOON, LATER, HOUR)
    assert found == [Bin(NOON, 80, 82, 84, 2)]
    assert store.bins(ana.id, Signal.SPO2, NOON, LATER, HOUR) == []
    assert store.bins(ana.id, Signal.HEART_RATE, LATER, LATER + HOUR, HOUR) == []


def at_time(moment: datetime) -> Observation:
    return Observation(Signal.GLUCOSE, moment, 100.0, "lab")


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
    ids=["first", "before 1970", "last"],
)
def test_any_time_can_be_kept(store: Store, ana: Patient, moment: datetime) -> None:
    one = at_time(moment)
    keep(store, ana, [one])
    assert store.observations(ana.id, moment, moment) == [one]
    sum(store.compacting(LATER))
    assert store.observations(ana.id, moment, moment) == [one]


def test_the_span_reaches_from_the_first_to_the_last_of_anything(
    store: Store, ana: Patient
) -> None:
    assert store.span(ana.id) is None
    beats = tuple(
        Observation(Signal.SPO2, NOON + minutes * MINUTE, 97.0, "s") for minutes in (7, 3, 60)
    )
    store.commit([Commit(patient=ana.id, observations=beats)])
    note = Note(time=NOON, author="nurse", text="asleep")
    store.commit([Commit(patient=ana.id, notes=(note,))])
    assert store.span(ana.id) == (NOON, NOON + 60 * MINUTE)
    list(store.compacting(NOON + 90 * MINUTE))
    assert store.span(ana.id) == (NOON, NOON + 60 * MINUTE)
    for minutes in (120, -120):
        chunk = WaveformChunk(Signal.ECG, NOON + minutes * MINUTE, 50.0, (0.1,) * 50, "s")
        store.commit([Commit(patient=ana.id, waveforms=(chunk,))])
    first, last = store.span(ana.id) or (NOON, NOON)
    assert NOON - 4 * HOUR < first <= NOON - 2 * HOUR
    assert last == NOON + 2 * HOUR + SECOND


def test_the_latest_is_that_of_the_source_which_has_the_signal(store: Store, ana: Patient) -> None:
    mine, others = beat(1), replace(beat(2, 95.0), source="another")
    store.commit(
        [
            Commit(
                patient=ana.id,
                observations=(mine, others),
                holders={Signal.HEART_RATE: mine.source},
            )
        ]
    )
    assert store.latest(ana.id) == {Signal.HEART_RATE: mine}
    assert everything(store, ana) == [mine, others]
    later = replace(beat(3, 96.0), source="another")
    holders = {Signal.HEART_RATE: later.source}
    store.commit([Commit(patient=ana.id, observations=(later,), holders=holders)])
    assert store.latest(ana.id) == {Signal.HEART_RATE: later}
