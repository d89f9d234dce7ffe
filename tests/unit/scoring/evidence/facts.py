"""A record to gather facts from, and short ways to ask for them."""

from collections.abc import Iterable
from typing import Any

from sereno.domain.evidence import Evidence, Fact, FactKind, Window
from sereno.domain.stream import Observation
from sereno.domain.surveillance import (
    Alarm,
    Condition,
    Direction,
    Episode,
    Priority,
    Response,
    Score,
    ScoreKind,
)
from sereno.domain.vitals import Signal
from sereno.scoring.evidence import gather
from tests.unit.scoring.streams import START, at, seen, stream

WINDOW = Window(START, at(hours=4))
SPO2, HEART, BREATHS = Signal.SPO2, Signal.HEART_RATE, Signal.RESPIRATORY_RATE
TEMPERATURE, SYSTOLIC = Signal.TEMPERATURE, Signal.CUFF_SYSTOLIC
LOW, HIGH = Direction.LOW, Direction.HIGH


def of(observations: Iterable[Observation], **record: Any) -> Evidence:
    return gather("p1", WINDOW, observations, **record)


def only(evidence: Evidence, kind: FactKind, signal: Signal | None = None) -> Fact:
    (found,) = every(evidence, kind, signal)
    return found


def every(evidence: Evidence, kind: FactKind, signal: Signal | None = None) -> list[Fact]:
    return [
        fact
        for fact in evidence.facts
        if fact.kind is kind and (signal is None or fact.signal is signal)
    ]


def hourly(signal: Signal, *values: float) -> list[Observation]:
    return [seen(signal, value, at(hours=n)) for n, value in enumerate(values)]


def every_minute(signal: Signal, value: float, minutes: int = 241) -> list[Observation]:
    return stream(signal, [value] * minutes, step=60)


def an_episode(
    name: str,
    signal: Signal,
    direction: Direction,
    threshold: float,
    start: float,
    last: float,
    extreme: float,
    *,
    end: float | None = -1,
) -> Episode:
    """From `start` to `last` minutes; it ends there unless `end` says otherwise."""
    return Episode(
        id=name,
        signal=signal,
        direction=direction,
        threshold=threshold,
        start=at(minutes=start),
        last=at(minutes=last),
        end=None if end is None else at(minutes=last if end == -1 else end),
        extreme=extreme,
        extreme_time=at(minutes=(start + last) / 2),
    )


def a_score(total: int | None, when: float, **parts: Any) -> Score:
    base: dict[str, Any] = {"response": Response.URGENT, "lowest": total, "highest": total}
    return Score(kind=ScoreKind.NEWS2, time=at(minutes=when), total=total, **(base | parts))


def an_alarm(name: str, condition: Condition = Condition.LIMIT, **parts: Any) -> Alarm:
    limit: dict[str, Any] = (
        {"signal": SPO2, "direction": LOW, "limit": 85.0, "value": 84.0, "extreme": 79.0}
        if condition is Condition.LIMIT
        else {}
    )
    base: dict[str, Any] = {
        "id": name,
        "patient": "p1",
        "condition": condition,
        "priority": Priority.HIGH,
        "onset": at(minutes=100),
        "raised": at(minutes=101),
        "present": True,
    }
    return Alarm(**(base | limit | parts))
