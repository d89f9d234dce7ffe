"""A small ward on paper: a calm bed, a very sick one, a silent one, one with a sensor off."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sereno.domain.patients import Patient
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    AlarmStep,
    Condition,
    Direction,
    OperatorState,
    Priority,
    Response,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import Signal
from tests.fakes.clock import HOUR, MINUTE, Hands
from tests.fakes.paper import Bed, PaperStore


def ward(clock: Hands | None = None, beds: int = 4) -> PaperStore:
    """A ward: bed 1 calm, bed 2 very sick with alarms, bed 3 silent, bed 4 with a sensor off."""
    store = PaperStore(clock or Hands())
    now = store.clock.now()
    normal = {
        Signal.HEART_RATE: 78.0, Signal.SPO2: 97.0, Signal.RESPIRATORY_RATE: 15.0,
        Signal.CUFF_SYSTOLIC: 124.0, Signal.CUFF_DIASTOLIC: 78.0, Signal.CUFF_MEAN: 93.0,
        Signal.TEMPERATURE: 36.8, Signal.CONSCIOUSNESS: 0.0, Signal.OXYGEN_GIVEN: 0.0,
    }  # fmt: skip
    sick = {
        Signal.HEART_RATE: 118.0, Signal.SPO2: 86.0, Signal.RESPIRATORY_RATE: 27.0,
        Signal.CUFF_SYSTOLIC: 94.0, Signal.CUFF_DIASTOLIC: 52.0, Signal.TEMPERATURE: 38.9,
        Signal.OXYGEN_GIVEN: 1.0, Signal.OXYGEN_FLOW: 4.0, Signal.CONSCIOUSNESS: 1.0,
        Signal.INVASIVE_SYSTOLIC: 92.0, Signal.INVASIVE_DIASTOLIC: 50.0, Signal.INVASIVE_MEAN: 64.0,
    }  # fmt: skip
    waves = (Signal.ECG, Signal.PLETH, Signal.RESPIRATION)
    missing = (Signal.CONSCIOUSNESS, Signal.TEMPERATURE)
    script = [
        Bed(_patient(1), normal, news2(0, now), waves=waves),
        Bed(_patient(2), sick, news2(9, now), waves=(*waves, Signal.PRESSURE)),
        Bed(_patient(3), normal, news2(2, now), silent=20 * MINUTE, waves=waves),
        Bed(_patient(4), normal, news2(1, now, missing), missing=frozenset({Signal.SPO2})),
    ]
    script += [
        Bed(_patient(n), normal | {Signal.HEART_RATE: 60.0 + n}, news2(n % 5, now), waves=waves)
        for n in range(5, beds + 1)
    ]
    store.beds = {bed.patient.id: bed for bed in script[:beds]}
    for alarm in _alarms(now):
        if alarm.patient in store.beds:
            store.kept_alarms[alarm.id] = alarm
            raised = AlarmEvent(
                alarm=alarm.id, time=alarm.raised, what=AlarmStep.RAISED, value=alarm.value
            )
            store.events[alarm.id] = [raised]
    return store


def news2(total: int | None, at: datetime, missing: Sequence[Signal] = ()) -> Score:
    """A NEWS2 of that total; partial where signals are missing."""
    responses = (
        (7, Response.EMERGENCY), (5, Response.URGENT), (1, Response.WARD), (0, Response.ROUTINE),
    )  # fmt: skip
    response = next(answer for least, answer in responses if (total or 0) >= least)
    parts = (
        ScorePart(Signal.RESPIRATORY_RATE, 27.0, at - MINUTE, 3),
        ScorePart(Signal.SPO2, 91.0, at - MINUTE, 3),
        ScorePart(Signal.CONSCIOUSNESS, 0.0, at - 3 * HOUR, 0, derived="gcs"),
    )
    return Score(
        kind=ScoreKind.NEWS2, time=at, total=total, lowest=total,
        highest=None if total is None else total + 3 * len(missing), parts=parts,
        missing=tuple(missing), response=response if total is not None else None,
    )  # fmt: skip


def _alarms(now: datetime) -> Iterable[Alarm]:
    yield Alarm(
        id="a-spo2", patient="p2", condition=Condition.LIMIT, priority=Priority.HIGH,
        onset=now - 6 * MINUTE, raised=now - 5 * MINUTE, present=True, signal=Signal.SPO2,
        direction=Direction.LOW, limit=88.0, value=86.0, extreme=84.0,
    )  # fmt: skip
    yield Alarm(
        id="a-rate", patient="p2", condition=Condition.LIMIT, priority=Priority.MEDIUM,
        onset=now - 9 * MINUTE, raised=now - 8 * MINUTE, present=True, signal=Signal.HEART_RATE,
        direction=Direction.HIGH, limit=110.0, value=118.0,
        operator=OperatorState.ACKNOWLEDGED, acknowledged_by="luis",
        acknowledged_at=now - 7 * MINUTE, reason="Doctor informed",
    )  # fmt: skip
    yield Alarm(
        id="a-silent", patient="p3", condition=Condition.SOURCE_SILENT, priority=Priority.MEDIUM,
        onset=now - 20 * MINUTE, raised=now - 19 * MINUTE, present=True, source="sim:ward",
    )  # fmt: skip
    yield Alarm(
        id="a-off", patient="p4", condition=Condition.SENSOR_OFF, priority=Priority.LOW,
        onset=now - 3 * MINUTE, raised=now - 2 * MINUTE, present=True, signal=Signal.SPO2,
    )  # fmt: skip


def _patient(number: int) -> Patient:
    names = ("Ana Ruiz", "James Hill", "Olga Petrova", "Chen Wei")
    return Patient(
        id=f"p{number}", identifier=f"MRN{number}", name=names[(number - 1) % 4],
        bed=f"Bed {number}", birth_date=date(1940 + 7 * number, 3, 2), sex="F",
    )  # fmt: skip
