"""Rows of an outbox, without one."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sereno.domain.patients import Discharge, Patient, Stay
from sereno.domain.stream import Observation, WaveformChunk
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    AlarmStep,
    Condition,
    Direction,
    Priority,
    Response,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import Signal
from sereno.ports import Outgoing
from tests.fakes.clock import NOON

NAME, IDENTIFIER, SAID = "Zoraida Quintanilla", "NHC-7730112", "se quitó la sonda"
SECOND = timedelta(seconds=1)
ZORAIDA = Patient(
    id="0123456789abcdef",
    identifier=IDENTIFIER,
    authority="St. Elsewhere",
    name=NAME,
    bed="ICU 7",
    birth_date=date(1947, 4, 9),
    sex="female",
)


def value(at: int, of: float = 80.0, signal: Signal = Signal.HEART_RATE) -> Observation:
    return Observation(signal, NOON + at * SECOND, of, "sim:ward")


def measured(number: int, *values: float, **changes: Any) -> Outgoing:
    """A row with a value a second, from second `number` on."""
    given: dict[str, Any] = {
        "number": number,
        "key": sha256(str(number).encode()).hexdigest()[:32],
        "time": NOON + number * SECOND,
        "patient": ZORAIDA,
        "observations": tuple(value(number + n, each) for n, each in enumerate(values or (80.0,))),
    }
    return Outgoing(**(given | changes))


def everything(number: int = 1) -> Outgoing:
    """A row with something of every kind."""
    alarm = Alarm(
        id="a1",
        patient=ZORAIDA.id,
        condition=Condition.LIMIT,
        priority=Priority.HIGH,
        onset=NOON,
        raised=NOON + 10 * SECOND,
        present=True,
        signal=Signal.SPO2,
        direction=Direction.LOW,
        limit=90.0,
        value=84.0,
        extreme=82.0,
        acknowledged_by="enfermera.lopez",
        reason=SAID,
        source="sim:ward",
    )
    steps = (
        AlarmEvent(alarm="a1", time=NOON + 10 * SECOND, what=AlarmStep.RAISED, value=84.0),
        AlarmEvent(
            alarm="a1", time=NOON + 20 * SECOND, what=AlarmStep.ACKNOWLEDGED,
            by="enfermera.lopez", reason=SAID,
        ),
    )  # fmt: skip
    score = Score(
        kind=ScoreKind.NEWS2,
        time=NOON,
        total=7,
        lowest=7,
        highest=9,
        parts=(ScorePart(Signal.SPO2, 84.0, NOON, 3),),
        missing=(Signal.TEMPERATURE,),
        response=Response.EMERGENCY,
        red=True,
    )
    chunk = WaveformChunk(Signal.ECG, NOON, 4.0, (0.1, 0.2, float("nan"), 0.4), "sim:ward", "II")
    return measured(
        number,
        waveforms=(chunk,),
        scores=(score,),
        alarms=(alarm,),
        events=steps,
        stay=Stay(ended=Discharge(at=NOON, by="enfermera.lopez", reason=SAID)),
    )
