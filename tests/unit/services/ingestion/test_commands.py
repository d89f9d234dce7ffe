"""What clinicians enter is carried out by the writer, or refused with the reason."""

from dataclasses import replace
from typing import Any

import pytest

from sereno.domain.errors import StorageError
from sereno.domain.patients import SpO2Scale
from sereno.domain.surveillance import OperatorState
from sereno.domain.vitals import Signal
from sereno.ports import CommandKind
from sereno.services.foundation import Foundation, lease_of
from tests.fakes.clock import NOON
from tests.fakes.streams import ANA, SECOND, Refusing, ScriptedSource, beats
from tests.unit.services.ingestion.running import DAY, heart_rates, ingestion, stopped_when

pytestmark = pytest.mark.anyio

LIMIT: dict[str, Any] = {
    "signal": "heart_rate", "direction": "high", "value": 120, "priority": 2,
    "hysteresis": 2, "delay": 10, "latching": False, "reason": "asked for by the ward",
}  # fmt: skip


async def test_commands_are_carried_out_by_the_writer(foundation: Foundation) -> None:
    await ingestion(foundation, ScriptedSource([beats([30] * 30, signal=Signal.SPO2)])).run()
    ana = foundation.store.find("MRN-0042")
    alarm = foundation.store.alarms()[0]
    asked: dict[CommandKind, dict[str, Any]] = {
        CommandKind.ACKNOWLEDGE: {"alarm": alarm.id, "reason": "probe moved"},
        CommandKind.NOTE: {"text": "family called"},
        CommandKind.CHART: {"values": [["consciousness", 1, (NOON + 30 * SECOND).isoformat()]]},
        CommandKind.SPO2_SCALE: {"scale": 2},
        CommandKind.SET_LIMIT: LIMIT,
    }
    ids = [foundation.commands.submit(kind, ana.id, "nurse", it) for kind, it in asked.items()]

    await stopped_when(
        ingestion(foundation), lambda: all(foundation.commands.outcome(i) == "" for i in ids)
    )

    known = foundation.store.alarm(alarm.id)
    assert known.operator is OperatorState.ACKNOWLEDGED
    assert (known.acknowledged_by, known.reason) == ("nurse", "probe moved")
    assert [n.text for n in foundation.store.notes(ana.id, NOON - DAY, NOON + DAY)] == [
        "family called"
    ]
    assert foundation.store.latest(ana.id)[Signal.CONSCIOUSNESS].value == 1
    assert foundation.store.find(ana.id).spo2_scale is SpO2Scale.SCALE_2
    assert foundation.leases.holder(lease_of(ana.id)) is None


REFUSED = [
    ({"alarm": "none such", "reason": "x"}, CommandKind.ACKNOWLEDGE, "no such alarm"),
    ({}, CommandKind.ACKNOWLEDGE, "can not be read"),
    ({"scale": 3}, CommandKind.SPO2_SCALE, "can not be read"),
    (
        {"values": [["heart_rate", 80, (NOON + 61 * SECOND).isoformat()]]},
        CommandKind.CHART,
        "yet to come",
    ),
    (
        LIMIT | {"signal": "spo2", "direction": "low", "value": 900},
        CommandKind.SET_LIMIT,
        "enter 30 to 100 %",
    ),
    ({each: LIMIT[each] for each in LIMIT if each != "delay"}, CommandKind.SET_LIMIT, "be read"),
    ({"values": [["heart_rate", "fast", NOON.isoformat()]]}, CommandKind.CHART, "be read"),
]


@pytest.mark.parametrize(("payload", "kind", "reason"), REFUSED)
async def test_a_command_that_can_not_be_carried_out_is_refused_with_the_reason(
    foundation: Foundation, payload: dict[str, Any], kind: CommandKind, reason: str
) -> None:
    ana = foundation.store.admit(ANA)
    command = foundation.commands.submit(kind, ana.id, "nurse", payload)

    await stopped_when(ingestion(foundation), lambda: foundation.commands.outcome(command))

    assert reason in (foundation.commands.outcome(command) or "")


async def test_a_command_that_meets_a_busy_database_waits_and_is_carried_out_later(
    foundation: Foundation,
) -> None:
    ana = foundation.store.admit(ANA)
    values = {"values": [["heart_rate", 88, NOON.isoformat()]]}
    command = foundation.commands.submit(CommandKind.CHART, ana.id, "nurse", values)
    store = Refusing(foundation.store, [])
    store.errors_of["sift"] = [StorageError("the database is busy; try again")]

    await stopped_when(
        ingestion(replace(foundation, store=store)),
        lambda: foundation.commands.outcome(command) is not None,
    )

    assert foundation.commands.outcome(command) == ""
    assert heart_rates(foundation) == [88]
