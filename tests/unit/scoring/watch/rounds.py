"""What the tests of the watch share: what goes in, and short ways to ask what it found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Condition, ScoreKind
from sereno.domain.vitals import Signal
from sereno.scoring.watch import Findings, Watch
from tests.unit.scoring.streams import at, seen

SPO2, HR, PR, RR = (
    Signal.SPO2,
    Signal.HEART_RATE,
    Signal.PULSE_RATE,
    Signal.RESPIRATORY_RATE,
)
CUFF, LINE, TEMP = Signal.CUFF_SYSTOLIC, Signal.INVASIVE_SYSTOLIC, Signal.TEMPERATURE
ACVPU, O2 = Signal.CONSCIOUSNESS, Signal.OXYGEN_GIVEN
WELL = {RR: 16, SPO2: 97, O2: 0, CUFF: 120, HR: 72, ACVPU: 0, TEMP: 37.0}


def round_of(when: datetime, **changes: float) -> list[Observation]:
    """A full set of observations, as a nurse charts them."""
    named = {Signal(name): value for name, value in changes.items()}
    return [seen(signal, value, when, source="chart") for signal, value in (WELL | named).items()]


def news2(findings: Findings) -> list[tuple[int | None, int | None, int | None]]:
    return [
        (score.total, score.lowest, score.highest)
        for score in findings.scores
        if score.kind is ScoreKind.NEWS2
    ]


def happened(findings: Findings) -> list[tuple[str, float, str]]:
    return [(e.alarm, (e.time - at()).total_seconds(), e.what) for e in findings.events]


def alarm_about(watch: Watch, condition: Condition, signal: Signal | None = None) -> Alarm:
    (found,) = (
        alarm
        for alarm in watch.latest.alarms
        if alarm.condition is condition and alarm.signal is signal
    )
    return found


def merged(*streams: Sequence[Observation]) -> list[Observation]:
    return sorted((each for found in streams for each in found), key=lambda each: each.time)


def of_source(source: str, *streams: Sequence[Observation]) -> list[Observation]:
    return [replace(each, source=source) for each in merged(*streams)]


def all_of(findings: Sequence[Findings]) -> tuple[Any, ...]:
    """What was told in the end: scores and events in order, the last of everything else."""
    return (
        [score for each in findings for score in each.scores],
        {episode.id: episode for each in findings for episode in each.episodes},
        {alarm.id: alarm for each in findings for alarm in each.alarms},
        [event for each in findings for event in each.events],
    )
