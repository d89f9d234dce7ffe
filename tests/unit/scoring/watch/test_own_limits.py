"""Limits set for one patient."""

import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from sereno.domain.errors import InvalidEntry
from sereno.domain.surveillance import Condition, Direction, Limit, OwnLimit, Priority
from sereno.scoring.watch import Watch
from sereno.scoring.watch_state import Memory
from tests.unit.scoring.streams import PATIENT, at, seen, stream
from tests.unit.scoring.watch.rounds import HR, SPO2, alarm_about


def test_a_patients_own_limit_goes_before_the_default_and_judges_at_once() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 115, at())])
    limit = Limit(
        signal=HR, direction=Direction.HIGH, value=110, priority=Priority.MEDIUM,
        delay=timedelta(0),
    )  # fmt: skip
    (alarm,) = watch.set_limit(limit, "dr", at(1)).alarms
    assert (alarm.limit, alarm.value) == (110, 115)
    assert limit in watch.limits
    findings = watch.set_limit(replace(limit, value=120), "dr", at(2))
    assert [event.what for event in findings.events] == ["gone", "closed"]


def test_a_limit_of_ones_own_is_kept_with_who_set_it_when_and_why() -> None:
    limit = Limit(signal=SPO2, direction=Direction.LOW, value=88, priority=Priority.MEDIUM)
    watch = Watch(PATIENT)
    watch.set_limit(limit, "dr", at(1), "known COPD")
    assert watch.limits == Watch.restore(PATIENT, watch.snapshot()).limits
    (kept,) = Memory.read(watch.snapshot()).limits
    assert kept == OwnLimit(limit=limit, by="dr", at=at(1), reason="known COPD")


def test_a_more_urgent_limit_of_ones_own_may_lie_within_the_milder_one() -> None:
    limit = Limit(
        signal=SPO2, direction=Direction.LOW, value=95, priority=Priority.HIGH, delay=timedelta(0)
    )
    watch = Watch(PATIENT)
    watch.set_limit(limit, "dr", at())
    watch.observe(stream(SPO2, [93] * 3))
    alarm = alarm_about(watch, Condition.LIMIT, SPO2)
    assert (alarm.priority, alarm.limit) == (Priority.HIGH, 95)


def test_a_state_that_did_not_say_who_set_a_limit_goes_on_with_it() -> None:
    """An upgrade forgets no limit, and no alarm."""
    limit = Limit(signal=SPO2, direction=Direction.LOW, value=88, priority=Priority.MEDIUM)
    watch = Watch(PATIENT)
    watch.set_limit(limit, "dr", at(1), "known COPD")
    packed = json.loads(watch.snapshot())
    place = [each.name for each in fields(Memory)].index("limits")
    packed[0], packed[place] = 4, [own[0] for own in packed[place]]
    old = json.dumps(packed).encode()

    assert Watch.restore(PATIENT, old).limits == watch.limits
    assert Memory.read(old).limits == [OwnLimit(limit=limit)]


@pytest.mark.parametrize(
    "change", [{"value": 1000}, {"hysteresis": -1}, {"delay": timedelta(seconds=-1)}]
)
def test_a_senseless_limit_is_refused(change: dict[str, Any]) -> None:
    limit = Limit(signal=HR, direction=Direction.HIGH, value=110, priority=Priority.MEDIUM)
    with pytest.raises(InvalidEntry):
        Watch(PATIENT).set_limit(replace(limit, **change), "dr", at())
