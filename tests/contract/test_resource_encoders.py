"""What every ResourceEncoder must do: of FHIR R4, the one in connectors/fhir/encoding.py."""

import base64
import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fhir import encoding, mapping
from sereno.domain.patients import Discharge, Patient
from sereno.domain.review import Opinion, Review
from sereno.domain.stream import Observation, Quality, WaveformChunk
from sereno.domain.surveillance import (
    Alarm,
    Condition,
    Direction,
    OperatorState,
    Priority,
    Response,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.ports import ResourceEncoder
from tests.contract.store.test_notes_and_summaries import summary
from tests.fakes.clock import HOUR, MINUTE, NOON
from tests.fakes.resources import check, loinc

ENCODER: ResourceEncoder = encoding
ANA = Patient(id="p1", identifier="77", name="Pérez, Ana María", bed="9", sex="F")
NUMERIC = [signal for signal, row in VITALS.items() if row.kind is not Kind.WAVEFORM]
WAVES = [signal for signal, row in VITALS.items() if row.kind is Kind.WAVEFORM]
PRESSURES = (*mapping.PRESSURE_PARTS, *mapping.INVASIVE_PARTS)
VALUES = st.floats(-1e6, 1e6) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 1e-9])


@given(st.sampled_from(NUMERIC), VALUES, st.sampled_from(Quality), st.integers(1, 9))
def test_any_value_of_any_signal_is_a_valid_observation(
    signal: Signal, value: float, quality: Quality, version: int
) -> None:
    one = Observation(signal, NOON, value, "monitor", quality, version)
    told = ENCODER.value("id", "p1", one, "d1")
    check(told)
    assert told["status"] == ("corrected" if version > 1 else "final")
    assert told["meta"]["versionId"] == str(version)
    valued = [name for name in told if name.startswith("value")]
    assert bool(valued) == (quality is Quality.GOOD and math.isfinite(value))
    if "valueQuantity" in told:
        assert told["valueQuantity"]["value"] == pytest.approx(value, abs=1e-6)
        assert told["valueQuantity"]["code"] == VITALS[signal].unit
    assert told["device"]["identifier"]["value"] == "monitor"


@pytest.mark.parametrize("signal", NUMERIC)
def test_what_is_written_means_the_same_to_who_reads(signal: Signal) -> None:
    told = ENCODER.value("id", "p1", Observation(signal, NOON, 1.0, "m"), None)
    for coding in told["code"]["coding"]:
        assert mapping.signal_of(coding["system"], coding["code"]) is signal


@given(
    st.lists(st.sampled_from(PRESSURES[:3]), min_size=1, max_size=3, unique=True)
    | st.lists(st.sampled_from(PRESSURES[3:]), min_size=1, max_size=3, unique=True),
    st.sampled_from(Quality),
)
def test_a_pressure_is_one_observation_whatever_parts_are_there(
    signals: list[Signal], quality: Quality
) -> None:
    parts = [Observation(each, NOON, 90.0, "m", quality) for each in signals]
    told = ENCODER.pressures("id", "p1", parts, "d1")
    check(told)
    valued = [part for part in told["component"] if "valueQuantity" in part]
    assert len(valued) == (len(parts) if quality is Quality.GOOD else 0)
    if signals[0] in mapping.PRESSURE_PARTS:
        assert loinc(told) == {"85354-9"}
    assert told["meta"]["versionId"] == str(len(parts))


@given(st.sampled_from(WAVES), st.lists(VALUES, min_size=1, max_size=40), st.floats(1, 1000))
def test_a_waveform_is_sampled_data(signal: Signal, samples: list[float], rate: float) -> None:
    samples = [each if math.isfinite(each) else math.nan for each in samples]
    chunk = WaveformChunk(signal, NOON, rate, samples, "m", "II")
    told = ENCODER.waveform("id", "p1", chunk, "d1")
    check(told)
    data = told["valueSampledData"]
    back = [math.nan if each == "E" else float(each) for each in data["data"].split()]
    assert back == pytest.approx(samples, abs=1e-6, nan_ok=True)
    assert data["period"] == pytest.approx(1000 / rate, abs=1e-6)
    if signal is Signal.ECG:
        assert told["code"]["coding"] == [{"system": mapping.MDC, "code": "131330"}]


PART = ScorePart(Signal.GLASGOW_COMA_SCALE, 14.0, NOON, 3, derived="gcs")
WHOLE = Score(
    kind=ScoreKind.NEWS2, time=NOON, total=3, lowest=3, highest=3, parts=(PART,),
    response=Response.URGENT_WARD, red=True,
)  # fmt: skip


def test_a_score_tells_its_parts_and_what_it_misses() -> None:
    told = ENCODER.score("id", "p1", WHOLE)
    check(told)
    assert (told["status"], told["valueQuantity"]["value"]) == ("final", 3)
    (part,) = told["component"]
    assert part["extension"] == [{"url": encoding.POINTS, "valueInteger": 3}]
    assert part["valueQuantity"]["value"] == 14
    partial = replace(WHOLE, highest=6, missing=(Signal.TEMPERATURE,))
    told = ENCODER.score("id", "p1", partial)
    check(told)
    assert told["status"] == "preliminary"
    ((low, high),) = [
        (each["valueRange"]["low"]["value"], each["valueRange"]["high"]["value"])
        for each in told["extension"]
    ]
    assert (low, high) == (3, 6)
    assert told["component"][1]["dataAbsentReason"]


def test_what_is_not_scored_says_why() -> None:
    none = Score(
        kind=ScoreKind.NEWS2, time=NOON, total=None, lowest=None, highest=None,
        not_scored="under_16",
    )  # fmt: skip
    told = ENCODER.score("id", "p1", none)
    check(told)
    assert told["dataAbsentReason"]["text"] == "under_16"
    assert "valueQuantity" not in told


PATIENTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"name": [{"text": "Pérez, Ana María", "family": "Pérez", "given": ["Ana", "María"]}]}),
    ({"name": "Ana Pérez"}, {"name": [{"text": "Ana Pérez"}]}),
    ({"name": None, "sex": None}, {"name": None, "gender": None}),
    ({"sex": "male"}, {"gender": "male"}),
    ({"sex": "X"}, {"gender": "unknown"}),
    ({"birth_date": date(1947, 3, 3)}, {"birthDate": "1947-03-03"}),
]


@pytest.mark.parametrize(("parts", "expected"), PATIENTS)
def test_a_patient_tells_what_is_known(parts: dict[str, Any], expected: dict[str, Any]) -> None:
    told = ENCODER.patient(replace(ANA, **parts))
    check(told)
    assert {name: told.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("authority", "expected"),
    [
        ("urn:oid:1.2", ("urn:oid:1.2", None)),
        ("https://clinic.example/mrn", ("https://clinic.example/mrn", None)),
        ("Hospital", (None, "Hospital")),
        ("", (None, None)),
        ("bed", (mapping.BED_SYSTEM, None)),
    ],
)
def test_an_identifier_is_of_whom_it_was_told(
    authority: str, expected: tuple[str | None, str | None]
) -> None:
    told = ENCODER.patient(replace(ANA, authority=authority))
    check(told)
    first, ours = told["identifier"]
    assert (first.get("system"), first.get("assigner", {}).get("display")) == expected
    assert ours["value"] == ANA.id


def test_another_version_is_told_by_another_tag() -> None:
    one, same, other = (
        ENCODER.patient(replace(ANA, bed=bed, name=name))["meta"]["versionId"]
        for bed, name in (("9", "Ana"), ("8", "Ana"), ("9", "Eva"))
    )
    assert one == same != other


def test_a_stay_ends_with_the_discharge() -> None:
    told = ENCODER.encounter(ANA)
    check(told)
    assert (told["status"], "period" in told) == ("in-progress", False)
    gone = replace(ANA, discharged=Discharge(at=NOON, by="luis", reason="home"))
    told = ENCODER.encounter(gone)
    check(told)
    assert (told["status"], told["period"]) == ("finished", {"end": "2026-03-14T12:00:00Z"})


def alarm(**parts: Any) -> Alarm:
    base: dict[str, Any] = {
        "condition": Condition.LIMIT, "priority": Priority.HIGH, "present": True,
        "signal": Signal.SPO2, "direction": Direction.LOW, "limit": 90.0,
    }  # fmt: skip
    return Alarm(id="p1-a7", patient="p1", onset=NOON - MINUTE, raised=NOON, **(base | parts))


@pytest.mark.parametrize("condition", Condition)
@pytest.mark.parametrize("priority", Priority)
def test_any_alarm_is_a_flag(condition: Condition, priority: Priority) -> None:
    for signal in (Signal.SPO2, None):
        told = ENCODER.flag(alarm(condition=condition, priority=priority, signal=signal), None)
        check(told)
        assert told["status"] == "active"
        assert told["code"]["text"]
    assert ENCODER.acknowledgement(alarm()) is None


def test_an_alarm_that_is_over_has_its_end_and_its_acknowledgement() -> None:
    over = alarm(
        present=False, ended=NOON + MINUTE, operator=OperatorState.ACKNOWLEDGED,
        acknowledged_by="luis", acknowledged_at=NOON + HOUR, reason="seen", latched=True,
    )  # fmt: skip
    flag = ENCODER.flag(over, None)
    check(flag)
    assert (flag["status"], flag["period"]["end"]) == ("inactive", "2026-03-14T13:00:00Z")
    told = ENCODER.acknowledgement(over)
    assert told
    check(told)
    assert told["payload"] == [{"contentString": "seen"}]
    assert told["about"][0]["reference"] == "Flag/p1-a7"


DECISIONS = [
    (None, None, ("current", "preliminary"), "SpO2 baja."),
    (Opinion.ACCEPTED, None, ("current", "final"), "SpO2 baja."),
    (Opinion.EDITED, "Más tranquila.", ("current", "amended"), "Más tranquila."),
    (Opinion.REJECTED, None, ("entered-in-error", "entered-in-error"), "SpO2 baja."),
]


@pytest.mark.parametrize(("opinion", "edit", "states", "text"), DECISIONS)
def test_a_summary_stands_as_was_decided(
    opinion: Opinion | None, edit: str | None, states: tuple[str, str], text: str
) -> None:
    its = summary(ANA, "s1")
    review = opinion and Review(
        id="r", summary="s1", patient="p1", written=its.created, at=NOON + HOUR, by="nora",
        opinion=opinion, text=edit,
    )  # fmt: skip
    told = ENCODER.document(its, [review] if review else [])
    check(told)
    assert (told["status"], told["docStatus"]) == states
    attachment = told["content"][0]["attachment"]
    assert base64.b64decode(attachment["data"]).decode() == text
    assert attachment["size"] == len(text.encode())
    assert told["contained"][0]["deviceName"][0]["name"] == "Sereno, small"


def test_times_are_told_to_the_microsecond() -> None:
    odd = Observation(Signal.SPO2, NOON + timedelta(microseconds=1), 97.0, "m")
    told = ENCODER.value("id", "p1", odd, None)
    assert told["effectiveDateTime"] == "2026-03-14T12:00:00.000001Z"
