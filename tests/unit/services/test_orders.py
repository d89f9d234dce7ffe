"""An order is carried out as it was given, whoever reads it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.domain.errors import Conflict
from sereno.domain.patients import Discharge, Patient
from sereno.domain.surveillance import Direction, Limit, Priority
from sereno.domain.vitals import Signal
from sereno.scoring.limits import default_limits
from sereno.services.orders import check_here, limit_in, written
from tests.fakes.clock import NOON

ANA = Patient(id="p", identifier="MRN-0042")
GONE = replace(ANA, discharged=Discharge(at=NOON, by="nurse", reason="gone home"))
MOMENT = timedelta.resolution
ODD = Limit(
    signal=Signal.TEMPERATURE,
    direction=Direction.HIGH,
    value=38.3,
    priority=Priority.HIGH,
    hysteresis=0.2,
    delay=timedelta(seconds=2.5),
    latching=True,
)


@pytest.mark.parametrize("limit", [*default_limits(), ODD])
def test_a_limit_is_read_as_it_was_written(limit: Limit) -> None:
    assert limit_in(json.loads(json.dumps(written(limit)))) == limit


@pytest.mark.parametrize("part", written(ODD))
def test_a_limit_of_which_a_part_is_missing_is_not_made_up(part: str) -> None:
    payload = written(ODD)
    del payload[part]
    with pytest.raises(KeyError):
        limit_in(payload)


@pytest.mark.parametrize(
    ("patient", "after", "why"),
    [
        (ANA, MOMENT, "they are here"),
        (GONE, -MOMENT, "it was taken while they were here"),
        (GONE, 0 * MOMENT, "likewise, at the last moment"),
    ],
)
def test_a_value_of_who_was_here_may_be_entered(
    patient: Patient, after: timedelta, why: str
) -> None:
    try:
        check_here(patient, NOON + after)
    except Conflict as refused:
        raise AssertionError(why) from refused


def test_a_value_of_who_was_gone_is_refused_with_the_remedy() -> None:
    with pytest.raises(Conflict, match="readmit them before you enter a value"):
        check_here(GONE, NOON + MOMENT)
