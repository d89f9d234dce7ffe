"""NEWS2, computed by hand and against published cases."""

import json
from datetime import date
from pathlib import Path

import pytest

from inference.evaluation.reference import Expected
from sereno.domain.evidence import FactKind
from sereno.domain.patients import Patient, SpO2Scale
from sereno.domain.stream import Observation
from sereno.domain.vitals import Signal
from tests.unit.inference.evaluation.told import HOUR, MINUTE, at, facts, values

CALM = {
    Signal.RESPIRATORY_RATE: 16.0, Signal.SPO2: 97.0, Signal.OXYGEN_GIVEN: 0.0,
    Signal.CUFF_SYSTOLIC: 120.0, Signal.HEART_RATE: 70.0, Signal.CONSCIOUSNESS: 0.0,
    Signal.TEMPERATURE: 37.0,
}  # fmt: skip
PATIENT = Patient(id="p", identifier="p")
COPD = Patient(
    id="p", identifier="p", spo2_scale=SpO2Scale.SCALE_2, spo2_scale_ordered_by="a doctor"
)


def chart(first: float = 0, **levels: float) -> list[Observation]:
    """A whole chart at one moment, calm but for `levels`."""
    told = CALM | {Signal(name): level for name, level in levels.items()}
    return [each for signal, level in told.items() for each in values(signal, level, first=first)]


def score(told: list[Observation], end: float = 1, **options: Patient) -> Expected:
    [fact] = facts(told, end, FactKind.SCORE, **options)
    return fact


@pytest.mark.parametrize(
    ("signal", "level", "points"),
    [
        ("respiratory_rate", 8, 3), ("respiratory_rate", 8.5, 1), ("respiratory_rate", 11, 1),
        ("respiratory_rate", 12, 0), ("respiratory_rate", 20, 0), ("respiratory_rate", 21, 2),
        ("respiratory_rate", 24, 2), ("respiratory_rate", 25, 3), ("spo2", 91, 3),
        ("spo2", 91.5, 2), ("spo2", 93, 2), ("spo2", 94, 1), ("spo2", 95, 1), ("spo2", 96, 0),
        ("oxygen_given", 1, 2), ("cuff_systolic", 90, 3), ("cuff_systolic", 91, 2),
        ("cuff_systolic", 100, 2), ("cuff_systolic", 101, 1), ("cuff_systolic", 110, 1),
        ("cuff_systolic", 111, 0), ("cuff_systolic", 219, 0), ("cuff_systolic", 220, 3),
        ("heart_rate", 40, 3), ("heart_rate", 41, 1), ("heart_rate", 50, 1), ("heart_rate", 51, 0),
        ("heart_rate", 90, 0), ("heart_rate", 91, 1), ("heart_rate", 110, 1),
        ("heart_rate", 111, 2), ("heart_rate", 130, 2), ("heart_rate", 131, 3),
        ("consciousness", 1, 3), ("consciousness", 4, 3), ("temperature", 35.0, 3),
        ("temperature", 35.1, 1), ("temperature", 36.0, 1), ("temperature", 36.1, 0),
        ("temperature", 38.0, 0), ("temperature", 38.05, 1), ("temperature", 39.0, 1),
        ("temperature", 39.1, 2),
    ],
)  # fmt: skip
def test_the_chart(signal: str, level: float, points: int) -> None:
    fact = score(chart(**{signal: level}))
    assert (fact.value, fact.values) == (points, {signal: points} if points else {})


@pytest.mark.parametrize(
    ("level", "oxygen", "points"),
    [(83, 0, 3), (85, 0, 2), (87, 0, 1), (88, 0, 0), (97, 0, 0), (92, 1, 0), (93, 1, 1), (95, 1, 2),
     (97, 1, 3)],
)  # fmt: skip
def test_scale_2(level: float, oxygen: int, points: int) -> None:
    assert score(chart(spo2=level, oxygen_given=oxygen), patient=COPD).value == points + 2 * oxygen


@pytest.mark.parametrize(
    ("levels", "response"),
    [
        ({}, "routine"),
        ({"heart_rate": 100}, "ward"),
        ({"heart_rate": 140}, "urgent_ward"),
        ({"heart_rate": 140, "spo2": 93}, "urgent"),
        ({"heart_rate": 140, "spo2": 91, "temperature": 38.5}, "emergency"),
    ],
)
def test_the_response(levels: dict[str, float], response: str) -> None:
    assert score(chart(**levels)).labels == {"response": response}


def test_a_partial_score_tells_its_range_and_both_responses() -> None:
    told = [each for each in chart(heart_rate=100) if each.signal is not Signal.TEMPERATURE]
    fact = score(told)
    assert fact.values == {"heart_rate": 1, "lowest": 1, "highest": 4}
    assert fact.labels == {"response": "ward", "worst_response": "urgent_ward"}
    assert (fact.signals, fact.severity) == ((Signal.TEMPERATURE,), 1)


def test_unknown_oxygen_can_not_give_three_points() -> None:
    told = [each for each in chart() if each.signal is not Signal.OXYGEN_GIVEN]
    fact = score(told)
    assert fact.labels == {"response": "routine", "worst_response": "ward"}
    assert fact.values == {"lowest": 0, "highest": 2}


def test_unknown_oxygen_leaves_the_saturation_open_on_scale_2() -> None:
    told = [each for each in chart(spo2=97) if each.signal is not Signal.OXYGEN_GIVEN]
    fact = score(told, patient=COPD)
    assert fact.values == {"lowest": 0, "highest": 5}
    assert fact.signals == (Signal.OXYGEN_GIVEN,)  # the saturation is measured


@pytest.mark.parametrize(
    ("seconds", "missing"),
    [
        (75 * MINUTE - 1, 0),
        (75 * MINUTE, 4),  # respiratory rate, saturation, pressure and heart rate
        (6 * HOUR - 1, 4),
    ],
)
def test_values_grow_too_old(seconds: float, missing: int) -> None:
    assert len(score(chart(), seconds).signals) == missing


def test_nothing_is_known_after_six_hours() -> None:
    assert score(chart(), 6 * HOUR).labels == {"not_scored": "no_data"}


def test_a_stream_grows_old_after_five_minutes() -> None:
    told = values(Signal.HEART_RATE, *[100] * 5, every=1)
    assert score(told, 4 + 5 * MINUTE - 1).value == 1
    assert score(told, 4 + 5 * MINUTE).labels == {"not_scored": "no_data"}
    assert score(told[:4], 10 * MINUTE).value == 1  # three intervals are no stream yet


@pytest.mark.parametrize(
    ("first", "second", "apart", "points"),
    [
        (("heart_rate", 70), ("pulse_rate", 140), 59, 0),
        (("heart_rate", 70), ("pulse_rate", 140), 60, 3),
        (("cuff_systolic", 120), ("invasive_systolic", 80), 15 * MINUTE - 1, 0),
        (("cuff_systolic", 120), ("invasive_systolic", 80), 15 * MINUTE, 3),
        (("consciousness", 0), ("glasgow_coma_scale", 14), 1, 3),
        (("consciousness", 0), ("glasgow_coma_scale", 14), 0, 0),
        (("oxygen_given", 1), ("fio2", 21), 5 * MINUTE, 2),
        (("oxygen_given", 1), ("fio2", 21), 5 * MINUTE + 1, 0),
        (("oxygen_given", 0), ("oxygen_flow", 2), 1, 2),
    ],
)
def test_which_signal_counts(
    first: tuple[str, float], second: tuple[str, float], apart: float, points: int
) -> None:
    told = values(Signal(first[0]), first[1])
    told += values(Signal(second[0]), second[1], first=apart)
    assert score(told, apart).value == points


@pytest.mark.parametrize(
    ("patient", "reason"),
    [
        (Patient(id="p", identifier="p", birth_date=date(2010, 1, 2)), "under_16"),
        (Patient(id="p", identifier="p", pregnant=True), "pregnant"),
    ],
)
def test_who_is_not_scored(patient: Patient, reason: str) -> None:
    fact = score(chart(), patient=patient)
    assert (fact.labels, fact.value) == ({"not_scored": reason}, None)


def test_the_score_at_the_windows_start_is_told_where_it_differs() -> None:
    told = chart() + chart(HOUR, heart_rate=100)
    [fact] = facts(told, HOUR, FactKind.SCORE, start=MINUTE)
    assert (fact.values, fact.times) == ({"heart_rate": 1, "from": 0}, {"from": at(0)})
    [fact] = facts(told, HOUR + MINUTE, FactKind.SCORE, start=HOUR)
    assert fact.times == {}


def test_without_a_value_there_is_no_score() -> None:
    assert not facts(values(Signal.GLUCOSE, 100), MINUTE, FactKind.SCORE)


def test_published_cases(shared_data: Path) -> None:
    path = shared_data / "scores" / "news2.json"
    if not path.is_file():
        pytest.skip(f"no cases in {path}")
    for case in json.loads(path.read_text()):
        given = case["input"]
        told = chart(
            respiratory_rate=given["rr"], spo2=given["spo2"], oxygen_given=given["on_oxygen"],
            temperature=given["temp"], cuff_systolic=given["sbp"], heart_rate=given["hr"],
            consciousness=given["acvpu_not_alert"],
        )  # fmt: skip
        patient = COPD if given["scale2"] else PATIENT
        assert score(told, patient=patient).value == case["expected_total"], case["id"]
