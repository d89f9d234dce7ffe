"""What every `Store` must do."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from sereno.domain.errors import Conflict, Forgotten, NotFound
from sereno.domain.evidence import (
    Draft,
    Evidence,
    Fact,
    FactKind,
    Form,
    ModelIdentity,
    Refusal,
    SampleSpan,
    Sentence,
    Severity,
    Summary,
    Timings,
    Verdict,
    Window,
)
from sereno.domain.patients import Discharge, Note, Patient, SpO2Scale, Stay
from sereno.domain.stream import Observation, Quality, Rejected, Subject, WaveformChunk
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    Condition,
    Direction,
    Episode,
    OperatorState,
    Priority,
    Response,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import Language, Signal
from sereno.ports import Bin, Commit, Store
from sereno.settings import Settings
from sereno.storage import Storage, open_storage
from sereno.storage.tables import heads
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.keys import quick

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LATER = NOON + timedelta(days=2)

ANA = Subject(
    identifier="MRN-0042",
    authority="St. Elsewhere",
    name="Ana Pérez",
    birth_date=date(1961, 4, 9),
    sex="female",
    bed="ICU 7",
)


@pytest.fixture
def store(storage: Storage) -> Store:
    return storage.store


@pytest.fixture
def ana(store: Store) -> Patient:
    return store.admit(ANA)


def beat(at: int, value: float = 80.0, signal: Signal = Signal.HEART_RATE) -> Observation:
    """A value so many seconds after noon."""
    return Observation(signal, NOON + at * SECOND, value, "sim:ward")


def keep(store: Store, patient: Patient, observations: Sequence[Observation]) -> None:
    """Sift and commit, as ingestion does."""
    sifted = store.sift(patient.id, observations)
    store.commit([Commit(patient=patient.id, observations=sifted.new + sifted.corrections)])


def everything(store: Store, patient: Patient) -> list[Observation]:
    return store.observations(patient.id, NOON - 24 * HOUR, LATER)


# Patients


def test_a_subject_is_admitted_once(store: Store, ana: Patient) -> None:
    assert (ana.identifier, ana.authority, ana.name) == ("MRN-0042", "St. Elsewhere", "Ana Pérez")
    assert (ana.birth_date, ana.sex, ana.bed) == (date(1961, 4, 9), "female", "ICU 7")
    assert store.admit(ANA) == ana
    assert store.patients() == [ana]


def test_an_identifier_belongs_to_its_authority(store: Store, ana: Patient) -> None:
    assert store.admit(replace(ANA, authority="elsewhere")).id != ana.id


def test_what_a_later_message_adds_is_kept_and_what_it_leaves_out_stays(
    store: Store, ana: Patient
) -> None:
    moved = store.admit(Subject(identifier="MRN-0042", authority="St. Elsewhere", bed="Ward 3"))
    assert moved == replace(ana, bed="Ward 3")
    assert store.find("ward 3") == moved
    with pytest.raises(NotFound):
        store.find("ICU 7")


@pytest.mark.parametrize(
    "reference", ["MRN-0042", "ICU 7", "icu  7", "Ana Pérez", " ANA PÉREZ", "mrn-0042"]
)
def test_a_patient_is_found_by_what_they_are_called(
    store: Store, ana: Patient, reference: str
) -> None:
    assert store.find(reference) == ana
    assert store.find(ana.id) == ana


def test_a_reference_that_fits_nobody_or_several_is_refused(store: Store) -> None:
    store.admit(ANA)
    with pytest.raises(NotFound, match="sereno patients"):
        store.find("nobody")
    store.admit(replace(ANA, identifier="MRN-0043"))
    with pytest.raises(Conflict, match="give the id"):
        store.find("ana pérez")


def test_what_is_recorded_of_a_patient_can_be_replaced(store: Store, ana: Patient) -> None:
    changed = replace(
        ana,
        name="Ana María Pérez",
        pregnant=False,
        spo2_scale=SpO2Scale.SCALE_2,
        spo2_scale_ordered_by="dr. house",
    )
    store.update_patient(changed)
    assert store.find(ana.id) == changed
    assert store.find("ana maría pérez") == changed
    assert store.admit(Subject(identifier="MRN-0042", authority="St. Elsewhere")) == changed


def test_a_stay_ends_and_goes_on_in_the_transaction_that_says_so(
    store: Store, ana: Patient
) -> None:
    end = Discharge(at=NOON, by="nurse", reason="gone home")
    unknown = AlarmEvent(alarm="none", time=NOON, what="closed")
    with pytest.raises(Conflict):
        store.commit([Commit(patient=ana.id, stay=Stay(ended=end), events=(unknown,))])
    assert store.find(ana.id) == ana

    store.commit([Commit(patient=ana.id, stay=Stay(ended=end))])
    assert store.find(ana.id) == replace(ana, discharged=end)
    assert store.admit(ANA) == replace(ana, discharged=end)  # no message takes that back

    store.commit([Commit(patient=ana.id, stay=Stay())])
    assert store.find(ana.id) == ana


def test_of_several_by_one_name_the_one_who_is_here_is_meant(store: Store, ana: Patient) -> None:
    next_one = store.admit(replace(ANA, identifier="MRN-0043"))
    end = Discharge(at=NOON, by="nurse", reason="gone home")
    store.commit([Commit(patient=ana.id, stay=Stay(ended=end))])
    assert store.find("ana pérez").id == next_one.id
    store.commit([Commit(patient=next_one.id, stay=Stay(ended=end))])
    with pytest.raises(Conflict, match="give the id"):
        store.find("ana pérez")


def test_patients_come_by_their_label(store: Store) -> None:
    for bed in ("10", "b", "A"):
        store.admit(Subject(identifier=f"id {bed}", bed=bed))
    assert [patient.label for patient in store.patients()] == ["10", "A", "b"]


UNKNOWN: dict[str, Callable[[Store], object]] = {
    "latest": lambda store: store.latest("nobody"),
    "state": lambda store: store.state("nobody"),
    "sift": lambda store: store.sift("nobody", [beat(0)]),
    "commit": lambda store: store.commit([Commit(patient="nobody")]),
    "observations": lambda store: store.observations("nobody", NOON, LATER),
    "alarms": lambda store: store.alarms("nobody"),
    "forget": lambda store: store.forget("nobody"),
    "alarm": lambda store: store.alarm("none"),
    "alarm_events": lambda store: store.alarm_events("none"),
    "summary": lambda store: store.summary("none"),
}


@pytest.mark.parametrize("read", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_there_is_not_found(store: Store, read: Callable[[Store], object]) -> None:
    with pytest.raises(NotFound):
        read(store)


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


# Observations


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


# Exactly once


def test_what_was_delivered_before_is_a_duplicate(store: Store, ana: Patient) -> None:
    batch = [beat(at) for at in range(5)]
    keep(store, ana, batch)
    sifted = store.sift(ana.id, [*batch, beat(5)])
    assert (sifted.new, sifted.corrections, sifted.duplicates) == ((beat(5),), (), 5)


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
    assert store.compact(LATER) == 2
    sifted = store.sift(ana.id, [beat(3), beat(10), beat(10, 99.0), beat(4, 12.0), beat(50)])
    assert sifted.duplicates == 3
    assert sifted.corrections == (replace(beat(4, 12.0), version=2),)
    assert sifted.new == (beat(50),)


# Compaction and resolution


def test_compaction_changes_nothing_that_is_read(store: Store, ana: Patient) -> None:
    for at in range(0, 60, 3):
        keep(store, ana, [beat(at, 60 + at % 7), beat(at, 97.0, Signal.SPO2)])
    keep(store, ana, [beat(6, 200.0), beat(1, 61.0)])
    before = everything(store, ana)
    latest = store.latest(ana.id)
    assert 0 < store.compact(NOON + 30 * SECOND) <= 21
    assert everything(store, ana) == before
    store.compact(LATER)
    assert store.compact(LATER) == 0
    assert everything(store, ana) == before
    assert store.latest(ana.id) == latest
    keep(store, ana, [beat(100)])
    assert everything(store, ana) == [*before, beat(100)]


def test_blocks_grow_and_stay_narrow(store: Store, ana: Patient) -> None:
    """Many small compactions, and one delivery of a long file, read the same."""
    for start in range(0, 200, 10):
        keep(store, ana, [beat(at) for at in range(start, start + 10)])
        store.compact(LATER)
    keep(store, ana, [beat(at, float(at)) for at in range(200, 10_000)])
    assert everything(store, ana) == [
        *(beat(at) for at in range(200)),
        *(beat(at, float(at)) for at in range(200, 10_000)),
    ]
    part = store.observations(ana.id, NOON + 5000 * SECOND, NOON + 5002 * SECOND)
    assert part == [beat(at, float(at)) for at in (5000, 5001, 5002)]


def test_a_long_tail_packs_itself(store: Store, ana: Patient) -> None:
    """Nobody has compacted; what is read stays the same, and the tail bounded."""
    written = []
    for start in range(0, 20_000, 500):
        batch = [beat(at) for at in range(start, start + 500)]
        keep(store, ana, batch)
        written += batch
    assert everything(store, ana) == written


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
    store.compact(NOON + 2 * SECOND)
    found = store.bins(ana.id, Signal.HEART_RATE, NOON, LATER, HOUR)
    assert found == [Bin(NOON, 80, 82, 84, 2)]
    assert store.bins(ana.id, Signal.SPO2, NOON, LATER, HOUR) == []
    assert store.bins(ana.id, Signal.HEART_RATE, LATER, LATER + HOUR, HOUR) == []


# Waveforms


def lead(second: int, channel: str = "II", signal: Signal = Signal.ECG) -> WaveformChunk:
    samples = tuple(round(math.sin(k / 9 + second), 3) for k in range(125))
    return WaveformChunk(signal, NOON + second * SECOND, 125.0, samples, "sim", channel)


def test_waveforms_that_overlap_a_range_come_in_order(store: Store, ana: Patient) -> None:
    chunks = [lead(second, channel) for second in range(6) for channel in ("II", "V")]
    pleth = lead(2, "", Signal.PLETH)
    for at in range(0, 12, 4):
        store.commit([Commit(patient=ana.id, waveforms=tuple(chunks[at : at + 4]))])
    store.commit([Commit(patient=ana.id, waveforms=(pleth,))])
    found = store.waveforms(ana.id, Signal.ECG, NOON + 1.5 * SECOND, NOON + 3 * SECOND)
    assert found == chunks[2:8]
    assert store.waveforms(ana.id, Signal.PLETH, NOON, LATER) == [pleth]
    assert store.waveforms(ana.id, Signal.PRESSURE, NOON, LATER) == []


def test_missing_samples_stay_missing_and_the_rest_exact(store: Store, ana: Patient) -> None:
    samples = (0.5, math.nan, -0.25, math.nan, 1.125)
    chunk = WaveformChunk(Signal.PLETH, NOON, 0.7, samples, "file")
    store.commit([Commit(patient=ana.id, waveforms=(chunk,))])
    (found,) = store.waveforms(ana.id, Signal.PLETH, NOON, NOON)
    assert [value.hex() for value in found.samples] == [value.hex() for value in samples]
    assert found.rate == 0.7


def test_samples_without_a_decimal_step_keep_24_bits(store: Store, ana: Patient) -> None:
    samples = tuple(math.sin(k) * math.pi for k in range(100))
    chunk = WaveformChunk(Signal.ECG, NOON, 100.0, samples, "file")
    store.commit([Commit(patient=ana.id, waveforms=(chunk,))])
    (found,) = store.waveforms(ana.id, Signal.ECG, NOON, NOON)
    assert list(found.samples) == pytest.approx(samples, rel=2**-23)


def test_waveforms_are_kept_exactly_once(store: Store, ana: Patient) -> None:
    first = [lead(0), lead(1), lead(0, "V")]
    sifted = store.sift(ana.id, (), first)
    assert sifted.waveforms == tuple(first)
    store.commit([Commit(patient=ana.id, waveforms=sifted.waveforms)])
    again = store.sift(ana.id, (), [lead(1), lead(0, "V"), lead(2), lead(2), lead(-1)])
    assert again.waveforms == (lead(2), lead(-1))


def test_a_late_stretch_is_found_however_many_came_since(store: Store, ana: Patient) -> None:
    def short(at: int) -> WaveformChunk:
        return WaveformChunk(Signal.PLETH, NOON + at * SECOND, 1.0, (float(at % 9),), "sim")

    later = [at for at in range(4500) if at != 7]
    store.commit([Commit(patient=ana.id, waveforms=(short(at),)) for at in later])
    sifted = store.sift(ana.id, (), [short(7), short(8)])
    assert sifted.waveforms == (short(7),)
    store.commit([Commit(patient=ana.id, waveforms=sifted.waveforms)])
    found = store.waveforms(ana.id, Signal.PLETH, NOON + 6.5 * SECOND, NOON + 8 * SECOND)
    assert found == [short(6), short(7), short(8)]


def test_retention_takes_waveforms_first(store: Store, ana: Patient) -> None:
    for second in range(10):
        store.commit(
            [Commit(patient=ana.id, observations=(beat(second),), waveforms=(lead(second),))]
        )
    assert store.purge(NOON + 5 * SECOND) == 4
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == [lead(s) for s in range(4, 10)]
    assert len(everything(store, ana)) == 10
    assert store.purge(NOON + 5 * SECOND) == 0
    assert store.purge(LATER) == 6
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == []
    store.commit([Commit(patient=ana.id, waveforms=(lead(20),))])
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == [lead(20)]


def test_retention_reaches_old_waveforms_that_came_late(store: Store, ana: Patient) -> None:
    """What is old goes although it stands behind what is new, and the rest stays readable."""
    for second in (100, 1, 101, 2, 102):
        store.commit([Commit(patient=ana.id, waveforms=(lead(second),))])
    assert store.purge(NOON + 50 * SECOND) == 2
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == [lead(100), lead(101), lead(102)]
    assert store.purge(NOON + 101.5 * SECOND) == 1
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == [lead(101), lead(102)]
    assert store.purge(LATER) == 2
    assert store.waveforms(ana.id, Signal.ECG, NOON, LATER) == []


def test_retention_of_numerics(store: Store, ana: Patient) -> None:
    keep(store, ana, [beat(at) for at in range(5)])
    store.compact(LATER)
    keep(store, ana, [beat(at) for at in range(100, 105)])
    assert store.purge(NOON, NOON + 50 * SECOND) == 1
    assert everything(store, ana) == [beat(at) for at in range(100, 105)]


# Scores, episodes, notes


def score(minute: int, total: int = 3, kind: ScoreKind = ScoreKind.NEWS2) -> Score:
    return Score(
        kind=kind,
        time=NOON + minute * MINUTE,
        total=total,
        lowest=total,
        highest=total + 3,
        parts=(ScorePart(Signal.SPO2, 91.5, NOON, 3, "gcs"), ScorePart(Signal.FIO2, 21, NOON, 0)),
        missing=(Signal.CONSCIOUSNESS,),
        response=Response.URGENT_WARD,
        red=True,
        scale=2,
    )


def test_scores_begin_with_the_one_in_force(store: Store, ana: Patient) -> None:
    assert store.scores(ana.id, NOON, LATER) == []
    store.commit([Commit(patient=ana.id, scores=(score(0), score(10)))])
    store.commit([Commit(patient=ana.id, scores=(score(20), score(5, kind=ScoreKind.QSOFA)))])
    store.commit([Commit(patient=ana.id, scores=(score(30),))])
    inside = store.scores(ana.id, NOON + 15 * MINUTE, NOON + 25 * MINUTE)
    assert inside == [score(10), score(20)]
    assert store.scores(ana.id, NOON + 25 * MINUTE, NOON + 26 * MINUTE) == [score(20)]
    assert store.scores(ana.id, NOON + 20 * MINUTE, NOON + 30 * MINUTE) == [score(20), score(30)]
    assert store.scores(ana.id, NOON - HOUR, NOON + 10 * MINUTE) == [score(0), score(10)]
    assert store.scores(ana.id, NOON - HOUR, NOON - MINUTE) == []
    qsofa = store.scores(ana.id, NOON, LATER, ScoreKind.QSOFA)
    assert qsofa == [score(5, kind=ScoreKind.QSOFA)]


def test_a_score_of_late_data_replaces_and_stands_in_its_place(store: Store, ana: Patient) -> None:
    store.commit([Commit(patient=ana.id, scores=(score(0), score(10), score(20)))])
    store.commit([Commit(patient=ana.id, scores=(score(10, 9), score(15, 8)))])
    assert store.scores(ana.id, NOON, LATER) == [score(0), score(10, 9), score(15, 8), score(20)]
    assert store.scores(ana.id, NOON + 17 * MINUTE, NOON + 18 * MINUTE) == [score(15, 8)]
    assert store.scores(ana.id, NOON + 21 * MINUTE, NOON + 22 * MINUTE) == [score(20)]


def test_a_score_that_is_none_says_why(store: Store, ana: Patient) -> None:
    child = Score(
        kind=ScoreKind.NEWS2, time=NOON, total=None, lowest=None, highest=None, not_scored="age"
    )
    store.commit([Commit(patient=ana.id, scores=(child,))])
    assert store.scores(ana.id, NOON, NOON) == [child]


def episode(name: str, start: int, end: int | None, extreme: float = 80.0) -> Episode:
    last = NOON + (end if end is not None else start + 1) * MINUTE
    return Episode(
        id=name,
        signal=Signal.SPO2,
        direction=Direction.LOW,
        threshold=90.0,
        start=NOON + start * MINUTE,
        last=last,
        end=None if end is None else last,
        extreme=extreme,
        extreme_time=NOON + start * MINUTE,
    )


def test_episodes_grow_in_their_place_and_are_found_by_overlap(store: Store, ana: Patient) -> None:
    store.commit([Commit(patient=ana.id, episodes=(episode("a", 0, 5), episode("b", 10, None)))])
    assert store.episodes(ana.id, NOON + 6 * MINUTE, NOON + 9 * MINUTE) == []
    assert store.episodes(ana.id, NOON + HOUR, LATER) == [episode("b", 10, None)]
    worse = (episode("b", 10, None, 70), episode("b", 10, 20, 65))
    store.commit([Commit(patient=ana.id, episodes=worse)])
    assert store.episodes(ana.id, NOON, LATER) == [episode("a", 0, 5), episode("b", 10, 20, 65)]
    assert store.episodes(ana.id, NOON + HOUR, LATER) == []


def test_episodes_of_two_patients_may_bear_one_id(store: Store, ana: Patient) -> None:
    ben = store.admit(Subject(identifier="ben"))
    for patient, extreme in ((ana, 81.0), (ben, 82.0)):
        store.commit([Commit(patient=patient.id, episodes=(episode("same", 0, 1, extreme),))])
    assert store.episodes(ana.id, NOON, LATER) == [episode("same", 0, 1, 81.0)]
    assert store.episodes(ben.id, NOON, LATER) == [episode("same", 0, 1, 82.0)]


def test_notes_come_by_time(store: Store, ana: Patient) -> None:
    second = Note(time=NOON + HOUR, author="nurse", text="más tranquila\nsleeps")
    first = Note(time=NOON, author="nurse", text="pain 7/10")
    store.commit([Commit(patient=ana.id, notes=(second,))])
    store.commit([Commit(patient=ana.id, notes=(first,))])
    assert store.notes(ana.id, NOON, LATER) == [first, second]
    assert store.notes(ana.id, NOON, NOON) == [first]


# Alarms


def alarm(patient: Patient, name: str = "a1", **changes: object) -> Alarm:
    standing = Alarm(
        id=name,
        patient=patient.id,
        condition=Condition.LIMIT,
        priority=Priority.MEDIUM,
        onset=NOON,
        raised=NOON + 10 * SECOND,
        present=True,
        signal=Signal.SPO2,
        direction=Direction.LOW,
        limit=90.0,
        value=88.5,
        extreme=84.0,
        source="sim",
    )
    return replace(standing, **changes)  # type: ignore[arg-type]


def test_an_alarm_is_replaced_as_it_changes(store: Store, ana: Patient) -> None:
    store.commit([Commit(patient=ana.id, alarms=(alarm(ana),))])
    assert store.alarm("a1") == alarm(ana)
    over = alarm(
        ana,
        present=False,
        ended=NOON + MINUTE,
        operator=OperatorState.ACKNOWLEDGED,
        acknowledged_by="nurse",
        acknowledged_at=NOON + 2 * MINUTE,
        reason="probe off, put back",
    )
    store.commit([Commit(patient=ana.id, alarms=(alarm(ana, extreme=70.0), over))])
    assert store.alarm("a1") == over
    assert store.alarms(ana.id) == [over]
    assert store.alarms(active=True) == []
    assert store.alarms(active=False) == [over]


def test_alarms_come_most_urgent_and_newest_first(store: Store, ana: Patient) -> None:
    ben = store.admit(Subject(identifier="ben"))
    old = alarm(ana, "old", priority=Priority.HIGH)
    new = alarm(ben, "new", priority=Priority.HIGH, raised=NOON + MINUTE)
    low = alarm(ana, "low", priority=Priority.LOW, raised=NOON + HOUR)
    store.commit([Commit(patient=ana.id, alarms=(low, old)), Commit(patient=ben.id, alarms=(new,))])
    assert store.alarms() == [new, old, low]
    assert store.alarms(ana.id) == [old, low]
    assert store.alarms(ben.id, active=True) == [new]


def test_alarms_are_found_by_overlap(store: Store, ana: Patient) -> None:
    over = alarm(ana, "over", present=False, ended=NOON + MINUTE)
    still = alarm(ana, "still", raised=NOON + 10 * MINUTE)
    store.commit([Commit(patient=ana.id, alarms=(over, still))])
    assert store.alarms(start=NOON + 2 * MINUTE) == [still]
    assert store.alarms(end=NOON + 2 * MINUTE) == [over]
    assert store.alarms(start=NOON + 2 * MINUTE, end=NOON + 5 * MINUTE) == []


def test_a_latched_alarm_stays_active_until_acknowledged(store: Store, ana: Patient) -> None:
    latched = alarm(ana, latched=True, present=False, ended=NOON + MINUTE)
    store.commit([Commit(patient=ana.id, alarms=(latched,))])
    assert store.alarms(active=True) == [latched]


def test_an_alarm_has_its_history(store: Store, ana: Patient) -> None:
    events = [
        AlarmEvent(alarm="a1", time=NOON + k * SECOND, what=what, by="x", reason="y", value=1.5)
        for k, what in enumerate(("raised", "worsened", "gone"))
    ]
    store.commit([Commit(patient=ana.id, alarms=(alarm(ana),), events=(events[0], events[1]))])
    store.commit([Commit(patient=ana.id, alarms=(alarm(ana, present=False, ended=NOON + MINUTE),))])
    store.commit([Commit(patient=ana.id, events=(events[2],))])
    assert store.alarm_events("a1") == events
    assert not store.alarm("a1").present


# Summaries, dead letters


def summary(patient: Patient, name: str, hours: int = 0) -> Summary:
    window = Window(NOON - 4 * HOUR, NOON)
    fact = Fact(
        id="F1",
        kind=FactKind.EPISODE,
        severity=Severity.CRITICAL,
        signal=Signal.SPO2,
        direction=Direction.LOW,
        value=84.0,
        unit="%",
        values={"threshold": 90.0, "odd": math.inf},
        times={"start": NOON - HOUR, "end": NOON},
        durations={"duration": timedelta(minutes=9, microseconds=1)},
        ongoing=True,
        members=("F2",),
        spans=(SampleSpan(Signal.SPO2, NOON - HOUR, NOON, 540),),
    )
    return Summary(
        id=name,
        patient=patient.id,
        created=NOON + hours * HOUR,
        language=Language.SPANISH,
        form=Form.HANDOVER,
        evidence=Evidence(patient=patient.id, window=window, facts=(fact,), required=("F1",)),
        draft=Draft(
            sentences=(Sentence("SpO2 baja.", ("F1",)),),
            source="model",
            model=ModelIdentity("small", {"model.onnx": "ab"}),
            timings=Timings(decode_ms=1.5, tokens=3, steps=1),
            prompt_hash="cd",
        ),
        verdict=Verdict((Refusal("a", "b"),)),
        fallback_reason="late",
    )


def test_a_summary_is_kept_with_its_evidence(store: Store, ana: Patient) -> None:
    store.keep_summary(summary(ana, "s1"))
    assert store.summary("s1") == summary(ana, "s1")


def test_the_newest_summaries_come_first(store: Store, ana: Patient) -> None:
    for name, hours in (("b", 2), ("a", 1), ("c", 3)):
        store.keep_summary(summary(ana, name, hours))
    assert [one.id for one in store.summaries(ana.id)] == ["c", "b", "a"]
    assert [one.id for one in store.summaries(ana.id, limit=2)] == ["c", "b"]


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
    store.purge(NOON)
    assert [source for _, source, _ in store.dead_letters()] == ["new"]


# Durability


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
                other.store.compact(LATER)
        assert everything(storage.store, patient) == [beat(at) for at in range(20)]
        other.store.forget(patient.id)
        with pytest.raises(Forgotten):
            storage.store.latest(patient.id)
    finally:
        other.close()


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
    store.compact(LATER)
    assert store.observations(ana.id, moment, moment) == [one]


# Housekeeping beside the stream


def commits(storage: Storage) -> list[int]:
    """How often each patient's head was written."""
    with storage.database.read() as connection:
        query = sa.select(heads.c.commits).order_by(heads.c.owner)
        return list(connection.execute(query).scalars())


def test_who_has_nothing_to_pack_or_to_purge_is_not_written(storage: Storage) -> None:
    store = storage.store
    busy, *_ = [store.admit(Subject(identifier=name)) for name in "abc"]
    lately = LATER - MINUTE
    store.commit([Commit(patient=busy.id, observations=(beat(0),), waveforms=(lead(0),))])
    store.compact(lately)
    store.purge(lately, lately)
    before = commits(storage)

    assert store.compact(LATER) == 0
    assert store.purge(LATER, LATER) == 0
    assert commits(storage) == before


def test_housekeeping_lets_others_commit_between_patients(storage: Storage) -> None:
    store = storage.store
    several = [store.admit(Subject(identifier=name)) for name in "abc"]
    for patient in several:
        store.commit([Commit(patient=patient.id, observations=(beat(0),), waveforms=(lead(0),))])

    for steps, wanted in (
        (store.compacting(LATER), [1, 1, 1]),
        (store.purging(LATER, LATER), [1, 1, 1, 1, 1, 1]),
    ):
        gone = []
        for at, each in enumerate(steps):
            gone.append(each)
            one = beat(1000 * len(wanted) + at)
            store.commit([Commit(patient=several[0].id, observations=(one,))])
        assert [each for each in gone if each] == wanted


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
