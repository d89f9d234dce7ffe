"""What the command line says an alarm is about."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sereno.cli.alarms import text
from sereno.domain.surveillance import Alarm, Condition, Direction, Priority
from sereno.domain.vitals import Signal

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
SCORE = Alarm(
    id="a", patient="p", condition=Condition.SCORE, priority=Priority.MEDIUM, onset=NOON,
    raised=NOON, present=True, limit=5.0, value=6.0, extreme=8.0,
)  # fmt: skip
RATE = replace(
    SCORE, condition=Condition.LIMIT, signal=Signal.HEART_RATE, direction=Direction.HIGH,
    limit=140.0, value=150.0, extreme=180.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("alarm", "said", "why"),
    [
        (SCORE, "NEWS2 8, 5 or more", "the total has fallen to 6 since, and the alarm holds"),
        (replace(SCORE, limit=7.0), "NEWS2 8, 7 or more", "the more urgent one"),
        (replace(SCORE, extreme=None), "NEWS2 6, 5 or more", "it has only begun"),
        (RATE, "heart rate 180 /min, above 140", "a limit is passed, a trigger is reached"),
        (
            replace(SCORE, condition=Condition.MONITORING_STOPPED, extreme=None, value=None),
            "monitoring stopped",
            "nothing is measured there",
        ),
    ],
)
def test_an_alarm_is_told_with_its_worst_and_what_raised_it(
    alarm: Alarm, said: str, why: str
) -> None:
    assert text(alarm) == said, why
