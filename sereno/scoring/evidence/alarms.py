"""Open alarms as facts."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from sereno.domain.evidence import Fact, FactKind, Severity
from sereno.domain.surveillance import Alarm, Condition, OperatorState, Priority
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring.evidence.case import Case, spans_of

_ALARM_SEVERITY: Mapping[Priority, Severity] = MappingProxyType(
    {
        Priority.HIGH: Severity.CRITICAL,
        Priority.MEDIUM: Severity.SERIOUS,
        Priority.LOW: Severity.NOTABLE,
    }
)


_OF_ONE_CHANNEL: Mapping[Signal, frozenset[Signal]] = MappingProxyType(
    {
        Signal.CUFF_SYSTOLIC: frozenset({Signal.CUFF_DIASTOLIC, Signal.CUFF_MEAN}),
        Signal.INVASIVE_SYSTOLIC: frozenset({Signal.INVASIVE_DIASTOLIC, Signal.INVASIVE_MEAN}),
    }
)


def alarm_facts(case: Case, alarms: Iterable[Alarm]) -> list[Fact]:
    """Open alarms, the most urgent first; technical ones of several signals at once as one."""
    open_ones = [alarm for alarm in alarms if alarm.active and alarm.raised <= case.window.end]
    open_ones.sort(key=_urgency)
    facts: dict[object, Fact] = {}
    for alarm in open_ones:
        fact = _alarm_fact(case, alarm)
        key = _merge_key(alarm, fact)
        known = facts.get(key)
        facts[key] = fact if known is None else _merged(known, fact)
    return list(facts.values())


def _urgency(alarm: Alarm) -> tuple[object, ...]:
    """The more urgent first; of them the present ones, patient before equipment, then by onset."""
    return (
        -alarm.priority,
        not alarm.present,
        alarm.condition.technical,
        alarm.onset,
        alarm.id,
    )


def _merge_key(alarm: Alarm, fact: Fact) -> object:
    """The same for sensors of one minute that went wrong in one way and have the same answer."""
    if alarm.condition not in (Condition.SENSOR_OFF, Condition.IMPLAUSIBLE):
        return alarm.id
    minutes = tuple(_minute(moment) for _, moment in sorted(fact.times.items()))
    return (*sorted(fact.labels.items()), *minutes, fact.ongoing)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _merged(known: Fact, other: Fact) -> Fact:
    signals = _channels((*known.signals, *other.signals))
    return replace(
        known, signal=None, unit=None, signals=signals, spans=(*known.spans, *other.spans)
    )


def _channels(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """Each once; the systolic pressure stands for the others that come from its channel."""
    told = list(dict.fromkeys(signals))
    for systolic, others in _OF_ONE_CHANNEL.items():
        if systolic in told:
            told = [signal for signal in told if signal not in others]
    return tuple(told)


def _alarm_fact(case: Case, alarm: Alarm) -> Fact:
    signal = alarm.signal
    acknowledged = _acknowledged(case, alarm)
    times = {"start": alarm.onset}
    if acknowledged is not None:
        times["acknowledged"] = acknowledged
    value, values = _alarm_values(alarm)
    until = case.window.end if alarm.present or alarm.ended is None else alarm.ended
    return Fact(
        id="",
        kind=FactKind.ALARM,
        severity=_ALARM_SEVERITY[alarm.priority],
        signal=signal,
        direction=alarm.direction,
        value=value,
        unit=VITALS[signal].unit if signal else None,
        values=values,
        times=times,
        labels={
            "condition": alarm.condition.value,
            "priority": alarm.priority.name.lower(),
            "operator": "none" if acknowledged is None else "acknowledged",
        },
        signals=(signal,) if alarm.condition.technical and signal else (),
        ongoing=alarm.present,
        spans=spans_of(case, signal, alarm.onset, max(alarm.onset, until)),
    )


def _acknowledged(case: Case, alarm: Alarm) -> datetime | None:
    """When it was acknowledged, as of the window's end."""
    at = alarm.acknowledged_at
    answered = alarm.operator is OperatorState.ACKNOWLEDGED
    return at if answered and at is not None and at <= case.window.end else None


def _alarm_values(alarm: Alarm) -> tuple[float | None, dict[str, float]]:
    """The worst value and the limit; of a technical alarm neither."""
    worst = alarm.value if alarm.extreme is None else alarm.extreme
    if alarm.condition is Condition.SCORE:
        return worst, {}
    signal, limit, direction = alarm.signal, alarm.limit, alarm.direction
    if alarm.condition.technical or signal is None or limit is None or direction is None:
        return None, {}
    threshold = VITALS[signal].rounded(limit)
    told = None if worst is None else VITALS[signal].rounded(worst)
    return told, {"threshold": threshold}
