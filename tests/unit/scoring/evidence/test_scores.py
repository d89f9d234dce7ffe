"""The score in force, what it was before and what it may be at most."""

import pytest

from sereno.domain.evidence import FactKind, Severity
from sereno.domain.surveillance import Response, Score, ScorePart
from sereno.domain.vitals import Signal
from tests.unit.scoring.evidence.facts import BREATHS, SPO2, TEMPERATURE, a_score, every, of, only
from tests.unit.scoring.streams import START, at, seen


def test_the_score_in_force_is_told_with_its_parts_by_parameter() -> None:
    parts = (
        ScorePart(BREATHS, 26, at(minutes=200), 3),
        ScorePart(SPO2, 97, at(minutes=200), 0),
        ScorePart(Signal.FIO2, 40, at(minutes=190), 2, "fio2"),
        ScorePart(Signal.GLASGOW_COMA_SCALE, 14, at(minutes=180), 3, "gcs"),
    )
    fact = only(of([], scores=[a_score(8, 200, parts=parts)]), FactKind.SCORE)
    assert fact.value == 8
    assert fact.values == {"respiratory_rate": 3, "oxygen_given": 2, "consciousness": 3}
    assert [span.signal for span in fact.spans] == [part.signal for part in parts]


def test_a_score_is_compared_with_the_one_at_the_start_of_the_window() -> None:
    scores = [a_score(3, -10), a_score(5, 60), a_score(7, 200), a_score(9, 300)]
    fact = only(of([], scores=scores), FactKind.SCORE)
    assert (fact.value, fact.values["from"]) == (7, 3)
    assert fact.times["from"] == at(minutes=-10)


def test_a_partial_score_tells_its_range_and_no_trend() -> None:
    partial = a_score(5, 200, missing=(TEMPERATURE,), highest=8)
    fact = only(of([], scores=[a_score(3, 0), partial]), FactKind.SCORE)
    assert (fact.values["lowest"], fact.values["highest"]) == (5, 8)
    assert "from" not in fact.values
    assert fact.signals == (TEMPERATURE,)


@pytest.mark.parametrize(
    ("total", "least", "highest", "worst", "severity", "why"),
    [
        (0, "routine", 11, "emergency", Severity.NOTABLE, "nobody knows that all is well"),
        (2, "ward", 5, "urgent", Severity.NOTABLE, "what is certain"),
        (5, "urgent", 11, "emergency", Severity.SERIOUS, "what is certain, and no more"),
        (8, "emergency", 11, "emergency", Severity.CRITICAL, "never less than what is certain"),
    ],
)
def test_a_partial_score_tells_the_least_and_the_most_that_it_may_ask_for(
    total: int, least: str, highest: int, worst: str, severity: Severity, why: str
) -> None:
    score = a_score(total, 200, missing=(TEMPERATURE,), highest=highest, response=Response(least))
    fact = only(of([], scores=[score]), FactKind.SCORE)
    assert (fact.labels["response"], fact.labels["worst_response"]) == (least, worst)
    assert fact.severity is severity, why


def test_a_whole_score_tells_one_response() -> None:
    score = a_score(0, 200, response=Response.ROUTINE)
    fact = only(of([], scores=[score]), FactKind.SCORE)
    assert "worst_response" not in fact.labels
    assert fact.severity is Severity.NORMAL


@pytest.mark.parametrize(("why", "label"), [("under_16", "under_16"), (None, "no_data")])
def test_a_patient_who_is_not_scored(why: str | None, label: str) -> None:
    score = a_score(None, 0, response=None, not_scored=why)
    fact = only(of([], scores=[score]), FactKind.SCORE)
    assert (fact.value, fact.labels["not_scored"]) == (None, label)


@pytest.mark.parametrize(
    ("score", "labels", "missing"),
    [
        pytest.param(a_score(5, 200), ("urgent", "urgent"), (), id="whole"),
        pytest.param(
            a_score(5, 200, missing=(TEMPERATURE,), highest=8),
            ("urgent", "emergency"), (TEMPERATURE,), id="what is missing may ask for more",
        ),
        pytest.param(
            a_score(8, 200, missing=(TEMPERATURE,), highest=11, response=Response.EMERGENCY),
            ("emergency", "emergency"), (), id="what is missing changes nothing",
        ),
    ],
)  # fmt: skip
def test_what_the_protocol_asks_for_is_as_certain_as_the_score(
    score: Score, labels: tuple[str, str], missing: tuple[Signal, ...]
) -> None:
    fact = only(of([], scores=[a_score(1, 0), score]), FactKind.RESPONSE)
    assert (fact.labels["response"], fact.labels["worst_response"]) == labels
    assert fact.signals == missing


@pytest.mark.parametrize("scores", [[], [a_score(None, 200, response=None)]])
def test_nothing_is_asked_for_where_nothing_is_scored(scores: list[Score]) -> None:
    assert every(of([], scores=scores), FactKind.RESPONSE) == []


@pytest.mark.parametrize(("oxygen", "severity"), [(2, Severity.CRITICAL), (0, Severity.NORMAL)])
def test_on_scale_2_a_high_saturation_matters_on_oxygen(oxygen: int, severity: Severity) -> None:
    known = {SPO2: 3 if oxygen else 0, Signal.OXYGEN_GIVEN: oxygen}
    score = a_score(
        sum(known.values()),
        0,
        scale=2,
        parts=tuple(ScorePart(signal, 97, START, points) for signal, points in known.items()),
    )
    found = of([seen(SPO2, 97, at(hours=4))], scores=[score])
    assert only(found, FactKind.MEASURE).severity is severity
