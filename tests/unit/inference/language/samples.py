"""A fact of each kind, as a night shift brings them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sereno.domain.evidence import Evidence, Fact, FactKind, Severity, Window
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import VITALS, Signal

LOW, HIGH = Direction.LOW, Direction.HIGH
WINDOW = Window(datetime(2026, 11, 22, 3, 0, tzinfo=UTC), datetime(2026, 11, 22, 7, 0, tzinfo=UTC))


def at(clock: str) -> datetime:
    """That time of the night."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, 22, hour, minute, tzinfo=UTC)


def fact(kind: FactKind, signal: Signal | None = None, **parts: Any) -> Fact:
    """A fact with its unit, named F1 and serious unless told otherwise."""
    unit = VITALS[signal].unit if signal else None
    base: dict[str, Any] = {"id": "F1", "severity": Severity.SERIOUS, "unit": unit}
    return Fact(kind=kind, signal=signal, **(base | parts))


def evidence(*facts: Fact, required: bool = True) -> Evidence:
    """Evidence of those facts, all of them required or none."""
    ids = tuple(fact.id for fact in facts) if required else ()
    return Evidence(patient="p", window=WINDOW, facts=facts, required=ids)


SPO2_NOW = fact(FactKind.MEASURE, Signal.SPO2, value=93.0, times={"at": at("06:59")}, ongoing=True)
PRESSURE_NOW = fact(
    FactKind.MEASURE,
    Signal.CUFF_SYSTOLIC,
    id="F2",
    value=104.0,
    values={"diastolic": 62.0},
    times={"at": at("06:00")},
)
GROUP = fact(
    FactKind.GROUP,
    Signal.SPO2,
    value=84.0,
    direction=LOW,
    values={"threshold": 92.0, "count": 7.0},
    times={"start": at("03:12"), "at": at("05:40"), "end": at("06:50")},
    durations={"longest": timedelta(minutes=9), "total": timedelta(minutes=31)},
)
EPISODE = fact(
    FactKind.EPISODE,
    Signal.HEART_RATE,
    value=141.0,
    direction=HIGH,
    values={"threshold": 130.0},
    times={"start": at("01:30"), "at": at("04:02"), "end": at("05:40")},
    durations={"length": timedelta(hours=4, minutes=10)},
)
CHANGE = fact(
    FactKind.CHANGE,
    Signal.HEART_RATE,
    value=112.0,
    direction=HIGH,
    values={"from": 88.0, "to": 112.0},
    times={"start": at("03:00"), "end": at("07:00")},
    durations={"length": timedelta(hours=4)},
)
EXTREME = fact(
    FactKind.EXTREME, Signal.TEMPERATURE, value=39.4, direction=HIGH, times={"at": at("05:00")}
)
SCORE = fact(
    FactKind.SCORE,
    value=7.0,
    unit="{score}",
    values={"respiratory_rate": 3.0, "spo2": 2.0, "heart_rate": 2.0},
    times={"at": at("06:59")},
    labels={"score": "news2", "response": "emergency"},
)
PARTIAL = fact(
    FactKind.SCORE,
    value=5.0,
    unit="{score}",
    values={"respiratory_rate": 3.0, "spo2": 2.0, "lowest": 5.0, "highest": 11.0},
    times={"at": at("06:59")},
    labels={"score": "news2", "response": "urgent", "worst_response": "emergency"},
    signals=(Signal.CONSCIOUSNESS, Signal.TEMPERATURE),
)
ALARM = fact(
    FactKind.ALARM,
    Signal.SPO2,
    value=84.0,
    direction=LOW,
    values={"threshold": 85.0},
    times={"start": at("05:38")},
    labels={"condition": "limit", "priority": "high", "operator": "none"},
    ongoing=True,
)
SENSORS = fact(
    FactKind.ALARM,
    times={"start": at("06:10"), "acknowledged": at("06:20")},
    labels={"condition": "sensor_off", "priority": "low", "operator": "acknowledged"},
    signals=(Signal.SPO2, Signal.HEART_RATE),
    ongoing=True,
)
GAP = fact(
    FactKind.GAP,
    Signal.TEMPERATURE,
    unit=None,
    times={"start": at("03:10"), "end": at("07:00")},
    durations={"length": timedelta(hours=3, minutes=50)},
    labels={"extent": "since"},
    ongoing=True,
)
RANGES = (
    fact(FactKind.RANGE, Signal.SPO2, value=95.0, values={"lowest": 91.0, "highest": 98.0}),
    fact(
        FactKind.RANGE,
        Signal.HEART_RATE,
        id="F2",
        value=84.0,
        values={"lowest": 62.0, "highest": 118.0},
    ),
)
CONSTANT = fact(
    FactKind.RANGE,
    Signal.RESPIRATORY_RATE,
    value=16.0,
    values={"lowest": 16.0, "highest": 16.0},
)
ASKED = fact(
    FactKind.RESPONSE,
    times={"at": at("06:59")},
    labels={"score": "news2", "response": "urgent", "worst_response": "urgent"},
)
ASKED_AT_LEAST = fact(
    FactKind.RESPONSE,
    times={"at": at("06:59")},
    labels={"score": "news2", "response": "urgent", "worst_response": "emergency"},
    signals=(Signal.CONSCIOUSNESS, Signal.TEMPERATURE),
)
NOT_YET_KNOWN = fact(
    FactKind.RESPONSE,
    times={"at": at("06:59")},
    labels={"score": "news2", "response": "routine", "worst_response": "emergency"},
    signals=(Signal.SPO2,),
)


def quoted(text: str, extent: str = "whole", time: str = "03:10") -> Fact:
    """A note's words, as they may be quoted."""
    labels = {"author": "nora", "extent": extent, "text": text}
    return fact(FactKind.NOTE, severity=Severity.NORMAL, times={"at": at(time)}, labels=labels)


NOTE = quoted("family informed, wants to be called")
NOTE_IN_PART = quoted('Says "no pain".\nSpO2 99% on the old probe.', "part")
NOTE_UNQUOTED = quoted("", "none")
BESIDE = replace(
    CHANGE,
    times={"start": at("06:20"), "end": at("06:45")},
    durations={"length": timedelta(minutes=25), "within": timedelta(minutes=30)},
)
MIND_BESIDE = fact(
    FactKind.CHANGE,
    Signal.CONSCIOUSNESS,
    value=1.0,
    direction=HIGH,
    values={"from": 0.0, "to": 1.0},
    times={"start": at("04:00"), "end": at("06:00")},
    durations={"within": timedelta(hours=2)},
)
STOPPED = fact(
    FactKind.GAP,
    unit=None,
    times={"start": at("06:48"), "end": at("07:00")},
    durations={"length": timedelta(minutes=12)},
    labels={"extent": "stopped"},
    signals=(Signal.SPO2, Signal.CUFF_SYSTOLIC),
    ongoing=True,
)
INTERRUPTED = replace(STOPPED, labels={"extent": "interrupted"}, signals=(), ongoing=False)
CLOSED = replace(
    ALARM,
    times={"start": at("05:38"), "ended": at("05:52")},
    labels={**ALARM.labels, "state": "closed"},
    ongoing=False,
)
# On a card, beside a chip and the score.
ALARM_CARD = replace(ALARM, labels={**ALARM.labels, "brief": "card"})
SENSORS_CARD = replace(SENSORS, labels={**SENSORS.labels, "brief": "card"})
SCORE_CARD = replace(SCORE, labels={**SCORE.labels, "brief": "card"})
PARTIAL_CARD = replace(PARTIAL, labels={**PARTIAL.labels, "brief": "card"})
