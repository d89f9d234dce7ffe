"""What a bed's card puts into words."""

from dataclasses import replace

import pytest

from sereno.domain.evidence import Fact, FactKind
from sereno.domain.surveillance import Alarm, Condition, Priority, Score
from sereno.domain.vitals import Signal
from sereno.scoring.evidence.card import leading_fact
from tests.unit.scoring.evidence.facts import HEART, HIGH, SPO2, WINDOW, a_score, an_alarm
from tests.unit.scoring.streams import at, seen

LIMIT = an_alarm("limit", priority=Priority.MEDIUM)
WORSE = an_alarm("worse", signal=HEART, direction=HIGH, limit=140.0, value=150.0, extreme=150.0)
SILENT = an_alarm("silent", Condition.SOURCE_SILENT, priority=Priority.MEDIUM, source="monitor")
OFF = an_alarm("off", Condition.SENSOR_OFF, priority=Priority.LOW, signal=Signal.SPO2)
SCORED = an_alarm("scored", Condition.SCORE, value=7.0)
GONE = replace(LIMIT, present=False, latched=True, ended=at(minutes=200))
NOW = at(minutes=239)


def lead(*alarms: Alarm, score: Score | None = None, spo2: float = 83) -> Fact | None:
    latest = [seen(SPO2, spo2, NOW), seen(HEART, 150, NOW)]
    scores = (score,) if score else ()
    found = leading_fact("p1", WINDOW, latest, scores=scores, alarms=alarms)
    return found.facts[0] if found else None


ORDER = [
    pytest.param((LIMIT, SILENT, WORSE), 7, "heart_rate", id="the most urgent limit"),
    pytest.param((OFF, SILENT, LIMIT), 7, "spo2", id="a patient before equipment"),
    pytest.param((OFF, SILENT), 7, "source_silent", id="unwatched before what was"),
    pytest.param((OFF, SCORED), 7, "score", id="the score, not its alarm"),
    pytest.param((GONE,), 3, "score", id="what has gone is on its chip"),
    pytest.param((OFF,), 0, "sensor_off", id="a sensor before a score of nothing"),
    pytest.param((), 0, "score", id="all is calm"),
]


@pytest.mark.parametrize(("alarms", "total", "told"), ORDER)
def test_one_thing_is_told(alarms: tuple[Alarm, ...], total: int, told: str) -> None:
    fact = lead(*alarms, score=a_score(total, 100))
    assert fact is not None
    condition = fact.labels.get("condition")
    limit = fact.signal.value if condition == "limit" and fact.signal else condition
    assert ("score" if fact.kind is FactKind.SCORE else limit) == told
    assert fact.labels["brief"]


def test_the_worst_value_is_no_better_than_the_number_beside_it() -> None:
    """That an alarm's worst value grows is told late; the newest value is on the card."""
    fact = lead(LIMIT, spo2=75)
    assert fact is not None
    assert fact.value == 75


def test_with_neither_alarm_nor_score_there_is_no_line() -> None:
    assert lead() is None
