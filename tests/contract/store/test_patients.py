"""Who is admitted, how they are found, and when their stay ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from sereno.domain.errors import Conflict, NotFound
from sereno.domain.patients import Discharge, Patient, SpO2Scale, Stay
from sereno.domain.stream import Subject
from sereno.domain.surveillance import AlarmEvent, AlarmStep
from sereno.ports import Commit, Store
from tests.contract.store.records import ANA, LATER, beat
from tests.fakes.clock import NOON


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
    unknown = AlarmEvent(alarm="none", time=NOON, what=AlarmStep.CLOSED)
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


def test_a_bed_alone_names_who_lies_in_it(store: Store, ana: Patient) -> None:
    assert store.admit(Subject.in_bed("icu 7")) == ana


def test_a_bed_of_nobody_is_somebody_unnamed_until_it_is_told_whose_it_is(store: Store) -> None:
    unnamed = store.admit(Subject.in_bed("ICU 9"))
    assert (unnamed.label, unnamed.bed, unnamed.name) == ("ICU 9", "ICU 9", None)
    assert store.admit(Subject.in_bed("ICU 9")) == unnamed
    ben = store.admit(Subject(identifier="MRN-9", bed="ICU 9"))
    assert store.admit(Subject.in_bed("ICU 9")) == ben
    store.admit(Subject(identifier="MRN-9", bed="ICU 4"))
    assert store.admit(Subject.in_bed("ICU 9")) == unnamed


def test_a_bed_is_in_doubt_once_it_names_another(store: Store, ana: Patient) -> None:
    unnamed = store.admit(Subject.in_bed("ICU 9"))
    beds = {"icu 7": ana.id, "ICU 9": unnamed.id}
    assert store.in_doubt(beds) == set()
    assert store.in_doubt({"ICU 7": unnamed.id, "ICU 8": ana.id}) == {"ICU 7", "ICU 8"}
    ben = store.admit(Subject(identifier="MRN-9", bed="ICU 9"))
    assert store.in_doubt(beds) == {"ICU 9"}
    assert store.in_doubt({"ICU 9": ben.id}) == set()
    store.update_patient(replace(ana, bed="ICU 1"))
    assert store.in_doubt(beds) == {"icu 7", "ICU 9"}


def test_a_bed_that_two_are_said_to_lie_in_is_neither_ones(store: Store, ana: Patient) -> None:
    ben = store.admit(Subject(identifier="MRN-9", bed="ICU 7"))
    assert store.admit(Subject.in_bed("ICU 7")).id not in {ana.id, ben.id}


def test_a_bed_is_not_of_who_went_home(store: Store, ana: Patient) -> None:
    gone = Discharge(at=NOON, by="nora", reason="home")
    store.commit([Commit(patient=ana.id, stay=Stay(ended=gone))])
    ben = store.admit(Subject(identifier="MRN-9", bed="ICU 7"))
    assert store.admit(Subject.in_bed("ICU 7")) == ben


def test_the_former_names_of_who_is_renamed_name_the_same(store: Store, ana: Patient) -> None:
    first, second = Subject(identifier="TMP-1"), Subject(identifier="TMP-2")
    one, two = store.admit(first), store.admit(second)
    assert store.rename(first, two.id) == one.id
    assert store.rename(second, ana.id) == two.id
    assert store.admit(first).id == store.admit(second).id == ana.id
    assert store.rename(second, ana.id) == two.id  # asked again it says the same


def test_a_name_that_nobody_had_is_theirs_from_now_on(store: Store, ana: Patient) -> None:
    assert store.rename(Subject(identifier="TMP-9"), ana.id) is None
    assert store.admit(Subject(identifier="TMP-9")).id == ana.id
