"""What is taken of resources and Bundles, what is not, and what is refused."""

import json
import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fhir.mapping import BED_SYSTEM, QUALITY, SOURCE
from connectors.fhir.reading import Reading, State, parse
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import BED, MovementKind, Observation, Quality, Subject
from sereno.domain.vitals import VITALS
from tests.fakes.clock import NOON
from tests.fakes.fhir import (
    LOINC,
    MDC,
    bundle,
    concept,
    observation,
    patient,
    quantity,
    read,
    reader,
)
from tests.fakes.reading import observations, rejected, waveforms

SNOMED = "http://snomed.info/sct"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
EIGHT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def found(resource: Any, **more: Any) -> list[Observation]:
    return observations(read(resource, **more).batches)


def one(resource: Any, **more: Any) -> Observation:
    (single,) = found(resource, **more)
    return single


def subject(reading: Reading) -> Subject:
    (whose,) = {batch.subject for batch in reading.batches}
    assert whose is not None
    return whose


def part(code: str, system: str = LOINC, **value: Any) -> dict[str, Any]:
    return {"code": concept(code, system), **value}


# Values


@pytest.mark.parametrize(
    ("code", "system", "value", "expected"),
    [
        ("8867-4", LOINC, {"valueQuantity": quantity(80)}, ("heart_rate", 80)),
        ("8310-5", LOINC, {"valueQuantity": quantity(98.6, "[degF]")}, ("temperature", 37.0)),
        ("150456", MDC, {"valueQuantity": quantity(97, "%")}, ("spo2", 97)),
        ("150364", MDC, {"valueQuantity": {"value": 98.6, "system": MDC, "code": "266560"}},
         ("temperature", 37.0)),
        ("9279-1", LOINC, {"valueQuantity": {"value": 16, "unit": "breaths/min"}},
         ("respiratory_rate", 16)),
        ("3150-0", LOINC, {"valueQuantity": quantity(0.4, "%")}, ("fio2", 40)),
        ("9269-2", LOINC, {"valueInteger": 13}, ("glasgow_coma_scale", 13)),
        ("9269-2", LOINC, {"valueQuantity": {"value": 13}}, ("glasgow_coma_scale", 13)),
        ("67775-7", LOINC, {"valueCodeableConcept": concept("LA17108-4")}, ("consciousness", 2)),
        ("80288-4", LOINC, {"valueCodeableConcept": concept("450847001", SNOMED)},
         ("consciousness", 3)),
        ("67775-7", LOINC, {"valueCodeableConcept": {"text": "Unresponsive"}},
         ("consciousness", 4)),
        ("67775-7", LOINC, {"valueCodeableConcept": concept("LA6560-2")}, ("consciousness", 1)),
        ("67775-7", LOINC, {"valueString": "Alert"}, ("consciousness", 0)),
        ("371825009", SNOMED, {"valueCodeableConcept": concept("373066001", SNOMED)},
         ("oxygen_given", 1)),
        ("371825009", SNOMED, {"valueBoolean": False}, ("oxygen_given", 0)),
    ],
)  # fmt: skip
def test_a_value_of_each_type(
    code: str, system: str, value: dict[str, Any], expected: tuple[str, float]
) -> None:
    told = one(observation(code=concept(code, system), **{"valueQuantity": None, **value}))
    assert (told.signal.value, told.value) == (expected[0], pytest.approx(expected[1]))
    assert told.quality is Quality.GOOD


def test_the_digits_of_a_decimal_are_kept() -> None:
    assert one(observation("8310-5", 36.55556, "Cel")).value == 36.55556


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"valueQuantity": {**quantity(80), "comparator": "<"}}, "bound"),
        ({"valueQuantity": {"value": "80", "code": "/min"}}, "no number"),
        ({"valueQuantity": {"value": True, "code": "/min"}}, "no number"),
        ({"valueQuantity": [80]}, "no number"),
        ({"valueQuantity": {"value": 80}}, "no unit"),
        ({"valueQuantity": quantity(80, "kg")}, "heart_rate came in a unit"),
        ({"valueQuantity": None, "valueString": "eighty"}, "type that is not read"),
        ({"valueQuantity": None, "valueRange": {}}, "type that is not read"),
        ({"code": concept("67775-7"), "valueQuantity": None,
          "valueCodeableConcept": concept("LA6752-5")}, "stands for no value"),
        ({"code": concept("67775-7"), "valueQuantity": None, "valueString": "3"}, "no value"),
        ({"effectiveDateTime": None}, "no time"),
        ({"effectiveDateTime": "2026-03"}, "no more exact"),
        ({"effectiveDateTime": "2026"}, "no more exact"),
        ({"effectiveDateTime": "2026-02-30"}, "can not be read"),
        ({"effectiveDateTime": "0001-01-01T00:00:00+14:00"}, "can not be read"),
        ({"effectiveDateTime": 5}, "can not be read"),
        ({"effectiveDateTime": None, "effectivePeriod": {}}, "no time"),
        ({"effectiveDateTime": None, "effectiveTiming": {"event": ["2026-03-01", "2026-03-02"]}},
         "several times"),
        ({"status": "done"}, "status"),
        ({"status": None}, "status"),
        ({"focus": [{"reference": "Patient/child"}]}, "other than its subject"),
        ({"modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}, "modifierExtension"),
        ({"implicitRules": "urn:x"}, "implicitRules"),
        ({"subject": None}, "no subject"),
        ({"subject": {"display": "somebody"}}, "no subject"),
        ({"subject": {"reference": "Group/g"}}, "no patient"),
        ({"subject": {"reference": "#p"}}, "no Patient"),
        ({"subject": {"reference": "urn:uuid:1"}}, "no Patient"),
        ({"subject": {"reference": "Patient?name=x"}}, "no subject"),
    ],
)  # fmt: skip
def test_what_can_not_be_taken_is_refused_with_a_reason(more: dict[str, Any], reason: str) -> None:
    reading = read(observation(**more))
    assert reading.outcomes[0].state is State.REFUSED
    assert reason in reading.outcomes[0].reasons[0]
    (piece,) = rejected(reading.batches)
    assert reason in piece.reason
    assert json.loads(piece.content)["resourceType"] == "Observation"
    assert not observations(reading.batches)


@pytest.mark.parametrize("status", ["registered", "cancelled", "unknown"])
def test_what_has_no_value_yet_or_never_is_not_taken(status: str) -> None:
    reading = read(observation(status=status))
    assert reading.outcomes[0].state is State.IGNORED
    assert not reading.batches


@pytest.mark.parametrize("status", ["preliminary", "amended", "corrected"])
def test_other_values_are_taken_whatever_becomes_of_them(status: str) -> None:
    assert one(observation(status=status)).quality is Quality.GOOD


def test_what_was_entered_in_error_is_withdrawn_where_it_was_told_before() -> None:
    first, second = one(observation()), one(observation(status="entered-in-error"))
    assert (first.time, first.source, first.signal) == (second.time, second.source, second.signal)
    assert second.quality is Quality.ARTEFACT


@pytest.mark.parametrize(
    ("reason", "quality"),
    [
        ("error", Quality.SENSOR_OFF),
        ("temp-unknown", Quality.SENSOR_OFF),
        ("not-performed", None),
        ("unknown", None),
    ],
)
def test_a_value_is_absent_because_of_the_sensor_or_was_never_sought(
    reason: str, quality: Quality | None
) -> None:
    told = observation(valueQuantity=None, dataAbsentReason=concept(reason, ABSENT))
    assert [each.quality for each in found(told)] == ([quality] if quality else [])


def test_zero_is_a_sensor_that_is_off() -> None:
    assert one(observation(value=0)).quality is Quality.SENSOR_OFF
    assert one(observation(value=900)).quality is Quality.IMPLAUSIBLE


def test_a_device_in_demonstration_mode_is_never_scored() -> None:
    mark = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
    assert one(observation(meta={"security": [mark]})).quality is Quality.DEMO


def test_our_own_extension_brings_back_a_value_that_was_withheld() -> None:
    inner = [
        {"url": "code", "valueCode": "artefact"},
        {"url": "value", "valueQuantity": quantity(240)},
    ]
    told = observation(
        valueQuantity=None,
        dataAbsentReason=concept("error", ABSENT),
        extension=[{"url": QUALITY, "extension": inner}],
        device={"identifier": {"system": SOURCE, "value": "wfdb:1"}},
    )
    assert (one(told).value, one(told).quality) == (240, Quality.ARTEFACT)
    assert one(told).source == "fhir:8480/wfdb:1"


# Codes


@pytest.mark.parametrize(
    ("codes", "signal", "detail"),
    [
        ([(LOINC, "8867-4"), (MDC, "149530")], "pulse_rate", ""),  # MDC tells them apart
        ([(LOINC, "2708-6"), (LOINC, "59408-5")], "spo2", ""),
        ([("urn:oid:2.16.840.1.113883.6.24", "150456")], "spo2", ""),
        ([("urn:own", "HR"), (LOINC, "8867-4")], "heart_rate", ""),
        ([(LOINC, "8331-1")], "temperature", "#8331-1"),
    ],
)
def test_the_most_exact_code_counts(codes: list[tuple[str, str]], signal: str, detail: str) -> None:
    unit = VITALS[next(each for each in VITALS if each.value == signal)].unit
    told = {"coding": [{"system": system, "code": code} for system, code in codes]}
    single = one(observation(code=told, valueQuantity=quantity(37, unit)))
    assert (single.signal.value, single.source) == (signal, f"fhir:8480{detail}")


def test_a_clinics_own_code_means_what_its_map_says() -> None:
    by = reader({"T-9": {"signal": "temperature", "unit": "[degF]"}})
    told = observation(code=concept("T-9", "urn:own"), valueQuantity={"value": 98.6})
    assert one(told, by=by).value == pytest.approx(37)


def test_a_code_that_is_no_vital_sign_is_told_and_nothing_of_the_patient() -> None:
    by = reader()
    reading = read(observation("8302-2", 170, "cm"), by)
    assert reading.outcomes[0].reasons == ("no vital sign: LOINC 8302-2",)
    assert by.codes.ignored == ("LOINC 8302-2",)


# Components, panels, waveforms


def test_a_blood_pressure_is_read_part_by_part() -> None:
    told = observation(
        "85354-9",
        valueQuantity=None,
        component=[
            part("8480-6", valueQuantity=quantity(120, "mm[Hg]")),
            part("8462-4", dataAbsentReason=concept("not-performed", ABSENT)),
            part("8478-0", valueQuantity=quantity(12, "kPa")),
        ],
    )
    assert {o.signal.value: round(o.value) for o in found(told)} == {
        "cuff_systolic": 120, "cuff_mean": 90,
    }  # fmt: skip


def test_the_parts_of_an_arterial_pressure_are_invasive() -> None:
    told = observation(
        code=concept("150036", MDC),
        valueQuantity=None,
        component=[part("8480-6", valueQuantity=quantity(120, "mm[Hg]"))],
    )
    assert one(told).signal.value == "invasive_systolic"


def test_a_pulse_oximetry_brings_the_oxygen_along() -> None:
    told = observation(
        "59408-5", 95, "%",
        component=[
            part("3151-8", valueQuantity=quantity(6, "L/min")),
            part("3150-0", valueQuantity=quantity(40, "%")),
        ],
    )  # fmt: skip
    assert {o.signal.value: o.value for o in found(told)} == {
        "spo2": 95, "oxygen_flow": 6, "fio2": 40,
    }  # fmt: skip


def test_a_part_that_is_refused_keeps_the_others_from_nothing() -> None:
    told = observation(
        "85354-9",
        valueQuantity=None,
        component=[
            part("8480-6", valueQuantity=quantity(120, "mm[Hg]"), modifierExtension=[{}]),
            part("8462-4", valueQuantity=quantity(80, "mm[Hg]")),
        ],
    )
    reading = read(told)
    assert [o.value for o in observations(reading.batches)] == [80]
    assert reading.outcomes[0].state is State.TAKEN
    assert len(rejected(reading.batches)) == 1


def test_a_panel_of_members_holds_nothing_itself() -> None:
    told = observation("85353-1", valueQuantity=None, hasMember=[{"reference": "Observation/1"}])
    assert "panel" in read(told).outcomes[0].reasons[0]


def sampled(**more: Any) -> dict[str, Any]:
    data = {
        "origin": {"value": 1, "code": "mV", "system": "http://unitsofmeasure.org"},
        "period": 4, "factor": 0.5, "dimensions": 1, "data": "0 2 E 4\u00a0L U -2",
        **more,
    }  # fmt: skip
    return observation(code=concept("131330", MDC), valueQuantity=None, valueSampledData=data)


def test_sampled_data_is_a_waveform_with_gaps() -> None:
    (chunk,) = waveforms(read(sampled()).batches)
    assert (chunk.signal.value, chunk.channel, chunk.rate, chunk.start) == ("ecg", "II", 250, EIGHT)
    told = [None if math.isnan(each) else each for each in chunk.samples]
    assert told == [1, 2, None, 3, None, None, 0]


def test_a_waveform_comes_in_stretches_of_a_second() -> None:
    text = " ".join(["1"] * 250 + ["E"] * 250 + ["2"] * 100)
    first, last = waveforms(read(sampled(data=text)).batches)
    assert (len(first.samples), last.start, len(last.samples)) == (
        250,
        EIGHT + timedelta(seconds=2),
        100,
    )


def test_sampled_data_of_a_number_is_a_value_for_each_sample() -> None:
    data = {
        "origin": {"value": 0, "code": "/min"},
        "period": 1000,
        "dimensions": 1,
        "data": "80 E 82",
    }
    told = found(observation(valueQuantity=None, valueSampledData=data))
    assert [(o.value, o.time - EIGHT) for o in told] == [
        (80, timedelta(0)),
        (82, timedelta(seconds=2)),
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"dimensions": 2}, {"period": 0}, {"period": None}, {"period": 5000}, {"origin": None},
        {"origin": {"value": 0}}, {"data": "1 x"}, {"data": "1 1e999"}, {"data": 5},
        {"factor": "x"},
        {"data": "1_0"},
    ],
)  # fmt: skip
def test_sampled_data_that_can_not_be_read_is_refused(more: dict[str, Any]) -> None:
    assert read(sampled(**more)).outcomes[0].state is State.REFUSED


# Times


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"effectiveDateTime": "2026-03-01T09:00:00+01:00"}, EIGHT),
        ({"effectiveDateTime": "2026-03-01T08:00:00.25Z"}, EIGHT + timedelta(milliseconds=250)),
        ({"effectiveDateTime": "2026-03-01"}, datetime(2026, 2, 28, 23, tzinfo=UTC)),
        ({"effectiveDateTime": "2026-03-01T09:00:00"}, EIGHT),
        ({"effectiveInstant": "2026-03-01T08:00:00Z"}, EIGHT),
        (
            {"effectivePeriod": {"start": "2026-03-01T07:00:00Z", "end": "2026-03-01T08:00:00Z"}},
            EIGHT,
        ),
        ({"effectivePeriod": {"start": "2026-03-01T08:00:00Z"}}, EIGHT),
        ({"effectiveTiming": {"event": ["2026-03-01T08:00:00Z"]}}, EIGHT),
    ],
)
def test_a_value_is_of_the_time_when_it_was_taken(more: dict[str, Any], expected: datetime) -> None:
    told = observation(**{"effectiveDateTime": None, "issued": "2026-03-05T00:00:00Z", **more})
    assert one(told, by=reader(zone="Europe/Madrid")).time == expected


# Whose


@pytest.mark.parametrize(
    ("told", "identifier", "authority"),
    [
        ({"reference": "Patient/12"}, "12", "fhir"),
        ({"reference": "Patient/12/_history/3"}, "12", "fhir"),
        ({"reference": "https://a.example/fhir/Patient/12"}, "12", "https://a.example/fhir"),
        ({"identifier": {"system": "urn:oid:1", "value": "A7"}}, "A7", "urn:oid:1"),
        (
            {"reference": "Patient/12", "identifier": {"system": "urn:oid:1", "value": "A7"}},
            "A7",
            "urn:oid:1",
        ),
        ({"reference": "Patient?identifier=urn:oid:1|A7"}, "A7", "urn:oid:1"),
        ({"reference": "Patient?identifier=urn%3Aoid%3A1%7CA7"}, "A7", "urn:oid:1"),
        ({"identifier": {"system": BED_SYSTEM, "value": "ICU-4"}}, "ICU-4", BED),
    ],
)
def test_a_subject_is_named_in_many_ways(
    told: dict[str, Any], identifier: str, authority: str
) -> None:
    whose = subject(read(observation(subject=told)))
    assert (whose.identifier, whose.authority) == (identifier, authority)


@pytest.mark.parametrize(
    "reference", ["Patient/p1", "urn:uuid:1", "https://a.example/fhir/Patient/p1"]
)
def test_the_patient_in_the_bundle_tells_who_it_is(reference: str) -> None:
    told = bundle(patient(), observation(subject={"reference": reference}))
    told["entry"][0]["fullUrl"] = reference
    whose = subject(read(told))
    assert whose == Subject(
        identifier="4711", authority="urn:oid:1.2.3", name="Berta Vidal",
        birth_date=date(1950, 2, 3), sex="F",
    )  # fmt: skip


def test_a_contained_patient_tells_who_it_is() -> None:
    told = observation(subject={"reference": "#p1"}, contained=[patient()])
    assert subject(read(told)).identifier == "4711"


def test_a_contained_patient_without_an_identifier_is_nobody() -> None:
    told = observation(subject={"reference": "#p1"}, contained=[patient(identifier=[])])
    assert read(told).outcomes[0].state is State.REFUSED


@pytest.mark.parametrize("identifier", [
    [{"use": "old", "value": "1"}, {"value": "2", "system": "s"}],
    [{"type": concept("VN", "urn:v2"), "value": "1"}, {"value": "2", "system": "s"}],
    [
        {"type": concept("SS", "urn:v2"), "value": "1"},
        {"type": concept("MR", "urn:v2"), "value": "2", "system": "s"},
    ],
    [{"use": "temp", "value": "1"}, {"use": "usual", "value": "2", "system": "s"}],
    ["x", {"value": ""}, {"value": "2", "system": "s"}],
])  # fmt: skip
def test_the_identifier_that_lasts_is_chosen(identifier: list[Any]) -> None:
    whose = subject(read(bundle(patient(identifier=identifier), observation())))
    assert (whose.identifier, whose.authority) == ("2", "s")


def test_several_patients_in_one_bundle_are_told_apart() -> None:
    second = patient(id="p2", identifier=[{"system": "s", "value": "2"}])
    told = bundle(
        patient(), second, observation(), observation(subject={"reference": "Patient/p2"})
    )
    assert [b.subject.identifier for b in read(told).batches if b.subject] == ["4711", "2"]


def test_a_birth_date_without_a_day_is_none() -> None:
    told = patient(birthDate="1950", _birthDate={"extension": [{"url": "u", "valueDateTime": "x"}]})
    assert subject(read(bundle(told, observation()))).birth_date is None


@pytest.mark.parametrize(
    ("told", "source"),
    [
        ({"reference": "Device/m-7"}, "fhir:8480/m-7"),
        ({"identifier": {"value": "SN 7"}}, "fhir:8480/SN_7"),
        ({"display": "Acme Oximeter"}, "fhir:8480/Acme_Oximeter"),
        ({"reference": "#d"}, "fhir:8480/S7"),
        ({"reference": "urn:uuid:none"}, "fhir:8480"),
        ("x", "fhir:8480"),
    ],
)
def test_the_device_is_in_the_sources_name(told: Any, source: str) -> None:
    contained = [{"resourceType": "Device", "id": "d", "serialNumber": "S7"}]
    assert one(observation(device=told, contained=contained)).source == source


# Stays


def encounter(**more: Any) -> dict[str, Any]:
    told = {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": "Patient/p1"},
        "period": {"start": "2026-03-14T09:00:00Z"},
        "location": [{"location": {"reference": "Location/b4", "display": "Bed 4"}}],
        **more,
    }
    return {name: element for name, element in told.items() if element is not None}


def test_whoever_is_in_the_house_is_admitted_to_the_bed() -> None:
    (batch,) = read(encounter()).batches
    assert batch.movement is not None
    assert batch.subject is not None
    assert (batch.movement.kind, batch.subject.bed) == (MovementKind.ADMITTED, "Bed 4")
    assert batch.movement.time == datetime(2026, 3, 14, 9, tzinfo=UTC)


def test_the_bed_of_now_counts_by_what_its_location_is_called() -> None:
    places = [
        {"location": {"display": "Bed 1"}, "status": "completed"},
        {"location": {"reference": "Location/b4"}, "period": {"start": "2026-03-14T10:00:00Z"}},
        {"location": {"display": "Bed 9"}, "status": "planned"},
    ]
    bed = {"resourceType": "Location", "id": "b4", "name": "ICU 4"}
    (batch,) = read(bundle(bed, encounter(location=places))).batches
    assert batch.subject is not None
    assert batch.movement is not None
    assert (batch.subject.bed, batch.movement.time.hour) == ("ICU 4", 10)


def test_who_left_is_discharged_behind_what_was_measured() -> None:
    period = {"start": "2026-03-10", "end": "2026-03-14T11:00:00Z"}
    told = bundle(encounter(status="finished", period=period), observation())
    first, last = read(told).batches
    assert first.observations
    assert last.movement is not None
    assert (last.movement.kind, last.movement.time.hour) == (MovementKind.DISCHARGED, 11)


@pytest.mark.parametrize(
    "more",
    [
        {"status": "planned"},
        {"status": "cancelled"},
        {"status": "entered-in-error"},
        {"class": {"code": "AMB"}},
        {"class": {"code": "AMB"}, "status": "finished", "period": {"end": NOON.isoformat()}},
        {"class": {"code": "EMER"}, "status": "finished", "period": {"end": NOON.isoformat()}},
        {"status": "finished", "period": {"end": "2026-03-11T11:00:00Z"}},
    ],
)
def test_what_moves_nobody_is_not_taken(more: dict[str, Any]) -> None:
    reading = read(encounter(**more))
    assert reading.outcomes[0].state is State.IGNORED
    assert not reading.batches


@pytest.mark.parametrize(
    "more",
    [
        {"status": "completed"}, {"class": None}, {"class": [{"code": "IMP"}]}, {"subject": None},
        {"status": "finished", "period": None}, {"period": {"start": "x"}},
        {"modifierExtension": [{}]},
    ],
)  # fmt: skip
def test_an_encounter_that_is_none_is_refused(more: dict[str, Any]) -> None:
    assert read(encounter(**more)).outcomes[0].state is State.REFUSED


# Bundles


@pytest.mark.parametrize(
    "kind", ["transaction", "batch", "collection", "message", "searchset", "document"]
)
def test_every_kind_of_bundle_is_read(kind: str) -> None:
    assert one(bundle(observation(), kind=kind)).value == 80


def test_what_others_are_to_do_than_to_keep_is_not_done() -> None:
    told = bundle(observation())
    told["entry"][0]["request"]["method"] = "DELETE"
    assert read(told).outcomes[0].state is State.IGNORED


@pytest.mark.parametrize(
    "told",
    [
        {"type": "transaction", "entry": {}},
        {"type": None},
        {"type": "x"},
        {"type": "batch", "implicitRules": "urn:x"},
    ],
)
def test_a_bundle_that_is_none_is_refused_whole(told: dict[str, Any]) -> None:
    with pytest.raises(MalformedInput):
        read({"resourceType": "Bundle", **told})


def test_a_resource_of_another_type_is_told() -> None:
    reading = read(
        bundle({"resourceType": "Claim"}, observation(), {"resourceType": "Concepción <x>"})
    )
    assert [each.state.value for each in reading.outcomes] == ["not taken", "taken", "not taken"]
    assert len(observations(reading.batches)) == 1


def test_the_same_sent_again_is_the_same_value() -> None:
    told = bundle(patient(), observation(device={"reference": "Device/m-7"}))
    assert repr(read(told).batches) == repr(read(told).batches)


# Anything at all


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_ELEMENTS = [*observation(), *encounter(), *patient(), "component", "valueSampledData", "device",
    "dataAbsentReason", "effectivePeriod", "effectiveTiming", "valueCodeableConcept", "extension",
    "contained", "hasMember", "meta", "entry", "type", "focus", "valueString"]  # fmt: skip


_SYSTOLIC = part("8480-6", valueQuantity=quantity(120, "mm[Hg]"))
_RIGHT = [
    observation(),
    observation("85354-9", valueQuantity=None, component=[_SYSTOLIC]),
    sampled(),
    encounter(),
    patient(),
    bundle(patient(), observation()),
]


@st.composite
def _spoilt(draw: st.DrawFn) -> Any:
    """A resource that is right but for a few of its elements, at any depth."""
    told = json.loads(json.dumps(draw(st.sampled_from(_RIGHT))))
    for _ in range(draw(st.integers(1, 3))):
        place = told
        while (inner := _inner(place)) and draw(st.booleans()):
            place = draw(st.sampled_from(inner))
        if isinstance(place, list):
            place[draw(st.integers(0, len(place) - 1))] = draw(_JSON)
        else:
            names = sorted({*place, *_ELEMENTS} - {"resourceType"})
            place[draw(st.sampled_from(names))] = draw(_JSON)
    return told


def _inner(place: Any) -> list[Any]:
    held = place.values() if isinstance(place, dict) else place
    return [each for each in held if isinstance(each, dict | list) and each]


@given(
    _spoilt()
    | st.dictionaries(st.sampled_from(_ELEMENTS), _JSON).map(
        lambda told: {"resourceType": "Observation", **told}
    )
)
def test_no_json_raises_anything_but_what_is_documented(told: Any) -> None:
    try:
        reading = read(told)
    except MalformedInput:
        return
    for each in observations(reading.batches):
        assert math.isfinite(each.value)
        assert each.time.tzinfo is UTC
    for chunk in waveforms(reading.batches):
        assert 0 < len(chunk.samples) <= 2 * chunk.rate
    assert all(batch.subject or batch.rejected for batch in reading.batches)


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_but_what_is_documented(content: bytes) -> None:
    with pytest.raises(MalformedInput):
        parse(content)


# Read again


@pytest.mark.parametrize(
    ("whose", "known"),
    [
        ({"identifier": {"system": "urn:oid:1.2.3", "value": "4711"}}, True),
        ({"reference": "Patient?identifier=urn:oid:1.2.3|4711"}, True),
        ({"reference": "Patient/17"}, False),  # of which server, nobody knows any more
        ({"reference": "urn:uuid:6f1d"}, False),  # it stood beside it in the Bundle
    ],
)
def test_a_resource_alone_is_of_whom_it_names_and_not_of_whom_it_only_refers_to(
    whose: dict[str, Any], known: bool
) -> None:
    content = json.dumps(observation(subject=whose)).encode()
    (batch,) = reader().reread(content)
    assert len(batch.observations) == 1
    expected = Subject(identifier="4711", authority="urn:oid:1.2.3") if known else None
    assert batch.subject == expected
