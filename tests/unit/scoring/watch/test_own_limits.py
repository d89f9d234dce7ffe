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
from tests.unit.scoring.watch.rounds import CUFF, HR, SPO2, alarm_about


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


@pytest.mark.parametrize("version", [4, 5, 6, 7, 8, 9])
def test_a_state_of_an_earlier_version_goes_on(version: int) -> None:
    """An upgrade forgets no limit, and no alarm; version 4 did not say who had set a limit."""
    limit = Limit(signal=SPO2, direction=Direction.LOW, value=88, priority=Priority.MEDIUM)
    watch = Watch(PATIENT)
    watch.set_limit(limit, "dr", at(1), "known COPD")
    watch.observe([seen(CUFF, 80)])
    set_by_dr = OwnLimit(limit=limit, by="dr", at=at(1), reason="known COPD")
    packed = json.loads(watch.snapshot())
    names = [each.name for each in fields(Memory)]
    assert packed.pop(names.index("late")) == []
    place = names.index("scores")
    packed[place] = [each[:-1] for each in packed[place]]  # when it was told anew
    place = names.index("channels")
    if version < 9:
        packed[place] = [each[:-1] for each in packed[place]]  # whose value it has
    place = names.index("limits")
    if version == 4:
        packed[place] = [own[0] for own in packed[place]]
    place = names.index("courses")
    if version < 8:
        packed[place] = [[start, *reach, *told] for start, reach, _, *told in packed[place]]
    if version < 7:
        for slot in packed[names.index("slots")]:
            slot[4] = [[priority, hold[:4]] for priority, hold in slot[4]]
        packed[names.index("points")] = ["spo2"]  # what a score's alarm did not know
    packed[0] = version
    if version < 6:
        packed.insert(names.index("episodes") + 1, ["p1-a1"])  # alarms that waited to be told
    old = json.dumps(packed).encode()

    restored = Watch.restore(PATIENT, old)
    assert restored.limits == watch.limits
    assert restored.latest == watch.latest
    (own,) = Memory.read(old).limits
    assert own == (OwnLimit(limit=limit) if version == 4 else set_by_dr)


@pytest.mark.parametrize(
    "change", [{"value": 1000}, {"hysteresis": -1}, {"delay": timedelta(seconds=-1)}]
)
def test_a_senseless_limit_is_refused(change: dict[str, Any]) -> None:
    limit = Limit(signal=HR, direction=Direction.HIGH, value=110, priority=Priority.MEDIUM)
    with pytest.raises(InvalidEntry):
        Watch(PATIENT).set_limit(replace(limit, **change), "dr", at())
