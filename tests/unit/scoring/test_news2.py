"""NEWS2 against the chart, case by case, and against a brute-force reading of it."""

import itertools
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.patients import Patient, SpO2Scale
from sereno.domain.surveillance import Response
from sereno.domain.vitals import Consciousness, Signal
from sereno.scoring import news2
from tests.unit.scoring.streams import ON_SCALE_2, PATIENT, START, at, readings

RR, SPO2, O2 = Signal.RESPIRATORY_RATE, Signal.SPO2, Signal.OXYGEN_GIVEN
SBP, HR, ACVPU, TEMP = (
    Signal.CUFF_SYSTOLIC,
    Signal.HEART_RATE,
    Signal.CONSCIOUSNESS,
    Signal.TEMPERATURE,
)
WELL = {RR: 16.0, SPO2: 97.0, O2: 0.0, SBP: 120.0, HR: 72.0, ACVPU: 0.0, TEMP: 37.0}

# The chart as printed (RCP 2017, chart 1): points, and the values that give them, both included.
CHART = {
    RR: [(3, 0, 8), (1, 9, 11), (0, 12, 20), (2, 21, 24), (3, 25, 70)],
    SBP: [(3, 40, 90), (2, 91, 100), (1, 101, 110), (0, 111, 219), (3, 220, 300)],
    HR: [(3, 20, 40), (1, 41, 50), (0, 51, 90), (1, 91, 110), (2, 111, 130), (3, 131, 250)],
    TEMP: [(3, 300, 350), (1, 351, 360), (0, 361, 380), (1, 381, 390), (2, 391, 420)],
}
SPO2_1 = [(3, 50, 91), (2, 92, 93), (1, 94, 95), (0, 96, 100)]
SPO2_2_AIR = [(3, 50, 83), (2, 84, 85), (1, 86, 87), (0, 88, 100)]
SPO2_2_OXYGEN = [
    (3, 50, 83), (2, 84, 85), (1, 86, 87), (0, 88, 92), (1, 93, 94), (2, 95, 96), (3, 97, 100),
]  # fmt: skip


def points(values: dict[Signal, float], patient: Patient = PATIENT) -> dict[Signal, int]:
    """Points by parameter."""
    score = news2.score(readings(values), patient, START)
    return {part.signal: part.points for part in score.parts}


@pytest.mark.parametrize("signal", CHART)
def test_every_value_of_the_chart_gives_its_points(signal: Signal) -> None:
    step = 10 if signal is TEMP else 1
    for expected, low, high in CHART[signal]:
        for value in range(low, high + 1):
            assert points({signal: value / step})[signal] == expected, value / step


@pytest.mark.parametrize(
    ("column", "patient", "oxygen"),
    [
        (SPO2_1, PATIENT, 0.0),
        (SPO2_1, PATIENT, 1.0),
        (SPO2_2_AIR, ON_SCALE_2, 0.0),
        (SPO2_2_OXYGEN, ON_SCALE_2, 1.0),
    ],
)
def test_every_saturation_of_both_scales_gives_its_points(
    column: list[tuple[int, int, int]], patient: Patient, oxygen: float
) -> None:
    for expected, low, high in column:
        for value in range(low, high + 1):
            assert points({SPO2: value, O2: oxygen}, patient)[SPO2] == expected, value


@pytest.mark.parametrize(
    ("signal", "value", "expected", "why"),
    [
        (ACVPU, Consciousness.ALERT, 0, "alert"),
        (ACVPU, Consciousness.NEW_CONFUSION, 3, "new confusion counts as not alert"),
        (ACVPU, Consciousness.VOICE, 3, "responds to voice"),
        (ACVPU, Consciousness.PAIN, 3, "responds to pain"),
        (ACVPU, Consciousness.UNRESPONSIVE, 3, "unresponsive"),
        (O2, 1, 2, "any oxygen"),
        (O2, 0, 0, "air"),
    ],
)
def test_consciousness_and_oxygen(signal: Signal, value: float, expected: int, why: str) -> None:
    assert points({signal: value})[signal] == expected, why


@pytest.mark.parametrize(
    ("signal", "value", "expected", "why"),
    [
        (SPO2, 91.5, 2, "half rounds up, to 92"),
        (SPO2, 91.49, 3, "less than half rounds down, to 91"),
        (HR, 130.5, 3, "to 131"),
        (HR, 40.5, 1, "to 41"),
        (RR, 20.5, 2, "to 21"),
        (SBP, 90.5, 2, "to 91"),
        (TEMP, 38.05, 1, "to 38.1, though the float lies below"),
        (TEMP, 38.04, 0, "to 38.0"),
        (TEMP, 35.05, 1, "to 35.1"),
        (TEMP, (100.4 - 32) * 5 / 9, 0, "100.4 F is 38.0 C"),
        (TEMP, (100.5 - 32) * 5 / 9, 1, "100.5 F is 38.06 C"),
    ],
)
def test_values_are_rounded_half_up_to_the_charts_step(
    signal: Signal, value: float, expected: int, why: str
) -> None:
    assert points({signal: value})[signal] == expected, why


@pytest.mark.parametrize(
    ("total", "red", "expected"),
    [
        (0, False, Response.ROUTINE),
        (1, False, Response.WARD),
        (4, False, Response.WARD),
        (3, True, Response.URGENT_WARD),
        (4, True, Response.URGENT_WARD),
        (5, False, Response.URGENT),
        (6, True, Response.URGENT),
        (7, False, Response.EMERGENCY),
        (20, True, Response.EMERGENCY),
    ],
)
def test_the_response_follows_the_total_and_the_single_red_score(
    total: int, red: bool, expected: Response
) -> None:
    assert Response.to(total, red=red) is expected


def test_the_published_cases(shared_data: Path) -> None:
    cases = json.loads((shared_data / "scores" / "news2.json").read_text())
    assert len(cases) == 19
    for case in cases:
        given_ = case["input"]
        values = {
            RR: given_["rr"], SPO2: given_["spo2"], O2: float(given_["on_oxygen"]),
            TEMP: given_["temp"], SBP: given_["sbp"], HR: given_["hr"],
            ACVPU: float(given_["acvpu_not_alert"]),
        }  # fmt: skip
        patient = ON_SCALE_2 if given_["scale2"] else PATIENT
        score = news2.score(readings(values), patient, START)
        assert score.total == case["expected_total"], case["id"]
        assert not score.partial


def test_scale_2_is_used_on_an_order_alone() -> None:
    copd = {**WELL, SPO2: 89.0}
    assert news2.score(readings(copd), PATIENT, START).scale == 1
    assert news2.score(readings(copd), PATIENT, START).total == 3
    assert news2.score(readings(copd), ON_SCALE_2, START).scale == 2
    assert news2.score(readings(copd), ON_SCALE_2, START).total == 0


def test_a_missing_parameter_makes_it_partial_and_is_never_normal() -> None:
    score = news2.score(readings({k: v for k, v in WELL.items() if k is not RR}), PATIENT, START)
    assert score.partial
    assert (score.missing, score.total, score.lowest, score.highest) == ((RR,), 0, 0, 3)
    assert score.response is Response.ROUTINE
    assert score.worst_response is Response.URGENT_WARD


def test_unknown_oxygen_is_missing_too_and_can_not_be_red() -> None:
    score = news2.score(readings({k: v for k, v in WELL.items() if k is not O2}), PATIENT, START)
    assert (score.missing, score.lowest, score.highest) == ((O2,), 0, 2)
    assert score.worst_response is Response.WARD


def test_on_scale_2_unknown_oxygen_leaves_the_saturation_open_too() -> None:
    values = {k: v for k, v in WELL.items() if k is not O2}
    score = news2.score(readings(values), ON_SCALE_2, START)
    assert (score.lowest, score.highest) == (0, 5)
    assert score.worst_response is Response.URGENT


def test_with_nothing_known_there_is_no_total() -> None:
    score = news2.score({}, PATIENT, START)
    assert (score.total, score.response) == (None, None)
    assert (score.lowest, score.highest, len(score.missing)) == (0, 20, 7)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"birth_date": date(2010, 3, 2)}, "under_16"),
        ({"birth_date": date(2010, 3, 1)}, None),
        ({"birth_date": None}, None),
        ({"pregnant": True}, "pregnant"),
        ({"pregnant": False}, None),
        ({"pregnant": None}, None),
    ],
)
def test_it_is_not_scored_under_16_or_in_pregnancy(
    change: dict[str, object], expected: str | None
) -> None:
    score = news2.score(readings(WELL), replace(PATIENT, **change), START)  # type: ignore[arg-type]
    assert score.not_scored == expected
    assert (score.total is None) == (expected is not None)
    assert not score.partial
    assert (score.worst_response is None) == (expected is not None)


# An independent reading of the chart: every way to complete what is known, added up.

_BANDS = {
    RR: [0, 1, 2, 3],
    SBP: [0, 1, 2, 3],
    HR: [0, 1, 2, 3],
    TEMP: [0, 1, 2, 3],
    ACVPU: [0, 3],
}


def _look_up(column: list[tuple[int, int, int]], value: int) -> int:
    return next(points for points, low, high in column if low <= value <= high)


def _by_hand(signal: Signal, value: float) -> int:
    if signal is ACVPU:
        return 3 if value else 0
    return _look_up(CHART[signal], round(value * 10) if signal is TEMP else int(value))


def _saturation(value: int, oxygen: int, scale: SpO2Scale) -> int:
    if scale is SpO2Scale.SCALE_1:
        return _look_up(SPO2_1, value)
    return _look_up(SPO2_2_OXYGEN if oxygen else SPO2_2_AIR, value)


def _completions(known: dict[Signal, float], scale: SpO2Scale) -> set[tuple[int, bool]]:
    """Total and red of every whole score that what is known could be part of."""
    saturations = [int(known[SPO2])] if SPO2 in known else list(range(80, 101))
    oxygens = [int(known[O2])] if O2 in known else [0, 1]
    gas = {
        (_saturation(spo2, oxygen, scale), 2 * oxygen) for spo2 in saturations for oxygen in oxygens
    }
    others = [
        [_by_hand(signal, known[signal])] if signal in known else bands
        for signal, bands in _BANDS.items()
    ]
    return {
        (spo2 + oxygen + sum(rest), max(spo2, *rest) == 3)
        for (spo2, oxygen), *rest in itertools.product(gas, *others)
    }


known_values = st.fixed_dictionaries(
    {},
    optional={
        RR: st.integers(4, 40).map(float),
        SPO2: st.integers(70, 100).map(float),
        O2: st.sampled_from([0.0, 1.0]),
        SBP: st.integers(60, 240).map(float),
        HR: st.integers(30, 180).map(float),
        ACVPU: st.integers(0, 4).map(float),
        TEMP: st.integers(330, 410).map(lambda tenths: tenths / 10),
    },
)


@given(known=known_values, patient=st.sampled_from([PATIENT, ON_SCALE_2]))
def test_the_range_holds_every_completion_and_its_ends_are_reached(
    known: dict[Signal, float], patient: Patient
) -> None:
    score = news2.score(readings(known), patient, START)
    completions = _completions(known, patient.spo2_scale)
    totals = [total for total, _ in completions]
    assert (score.lowest, score.highest) == (min(totals), max(totals))
    order = list(Response)
    responses = sorted((Response.to(total, red=red) for total, red in completions), key=order.index)
    assert score.worst_response is responses[-1]
    if known:
        assert score.total == score.lowest
        assert score.response is responses[0]


@given(known=known_values)
def test_parts_and_missing_make_up_the_chart(known: dict[Signal, float]) -> None:
    score = news2.score(readings(known), PATIENT, START)
    assert len(score.parts) + len(score.missing) == 7
    assert {part.signal for part in score.parts} | set(score.missing) == set(news2.PARAMETERS)


def test_each_part_names_the_measurement_it_rests_on() -> None:
    score = news2.score(readings(WELL, at(minutes=3)), PATIENT, at(minutes=5))
    assert [(part.signal, part.value) for part in score.parts] == [
        (signal, WELL[signal]) for signal in news2.PARAMETERS
    ]
    assert {part.observed for part in score.parts} == {at(minutes=3)}
