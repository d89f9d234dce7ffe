"""Open alarms as facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Condition, Priority, Score
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring.evidence.case import Case, spans_of, worse, worst_of
from sereno.scoring.pairs import acknowledged, covers, leading, until

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


def alarm_facts(case: Case, alarms: Iterable[Alarm], scores: Sequence[Score]) -> list[Fact]:
    """Open alarms, the most urgent first; every one of them is a member of a fact.

    Technical ones of several signals at once are one fact; a pulse rate's joins a heart rate's.
    `scores` are those of NEWS2 by time, the one in force last.
    """
    score = scores[-1] if scores else None
    open_ones = [
        _as_shown(case, alarm, score)
        for alarm in alarms
        if alarm.active and alarm.raised <= case.window.end
    ]
    open_ones.sort(key=_urgency)
    facts: dict[object, Fact] = {}
    for alarm in leading(open_ones, case.window.end):
        fact = _with_covered(case, alarm, open_ones)
        if alarm.condition is Condition.SCORE:
            fact = replace(fact, spans=_behind_score(case, alarm, scores))
        key = _merge_key(alarm, fact)
        known = facts.get(key)
        facts[key] = fact if known is None else _merged(known, fact)
    return list(facts.values())


def _with_covered(case: Case, alarm: Alarm, others: Sequence[Alarm]) -> Fact:
    fact = _alarm_fact(case, alarm)
    covered = [
        _alarm_fact(case, other) for other in others if covers(alarm, other, case.window.end)
    ]
    return _joined(fact, *covered)


def _joined(fact: Fact, *others: Fact) -> Fact:
    """`fact` with the members and samples of the others."""
    every = (fact, *others)
    members = tuple(name for each in every for name in each.members)
    return replace(fact, members=members, spans=tuple(s for each in every for s in each.spans))


def _behind_score(case: Case, alarm: Alarm, scores: Sequence[Score]) -> tuple[SampleSpan, ...]:
    """What gave points when the score was at its worst, until the alarm's condition ended."""
    end = until(alarm, case.window.end)
    during = [each for each in scores if alarm.onset <= each.time <= end]
    if not during:
        return ()
    worst = max(during, key=lambda each: each.total or 0)  # the first of equals
    return tuple(
        span
        for part in worst.parts
        if part.points
        for span in spans_of(case, part.signal, min(part.observed, alarm.onset), end)
    )


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
    return replace(_joined(known, other), signal=None, unit=None, signals=signals)


def _channels(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """Each once; the systolic pressure stands for the others that come from its channel."""
    told = list(dict.fromkeys(signals))
    for systolic, others in _OF_ONE_CHANNEL.items():
        if systolic in told:
            told = [signal for signal in told if signal not in others]
    return tuple(told)


def _alarm_fact(case: Case, alarm: Alarm) -> Fact:
    signal = alarm.signal
    answered = acknowledged(alarm, case.window.end)
    times = {"start": alarm.onset}
    if answered is not None:
        times["acknowledged"] = answered
    value, values = _alarm_values(_caught_up(case, alarm))
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
            "operator": "none" if answered is None else "acknowledged",
            **({"gone": "unmeasured"} if _is_unmeasured(case, alarm) else {}),
        },
        signals=(signal,) if alarm.condition.technical and signal else (),
        ongoing=alarm.present,
        members=(alarm.id,),
        spans=spans_of(case, signal, alarm.onset, until(alarm, case.window.end)),
    )


def _as_shown(case: Case, alarm: Alarm, score: Score | None) -> Alarm:
    """The alarm as the present value or score beside it shows it.

    One whose condition went and is back waits for its delay to return; nobody may read that it is
    no longer present beside a value which says that it is.
    """
    if alarm.condition is Condition.SCORE:
        return _with_total(alarm, score)
    back = _is_back(case, alarm)
    return replace(alarm, present=True) if back else alarm


def _with_total(alarm: Alarm, score: Score | None) -> Alarm:
    total = None if score is None else score.total
    if total is None or alarm.limit is None or total < alarm.limit:
        return alarm
    known = alarm.value if alarm.extreme is None else alarm.extreme
    return replace(alarm, present=True, extreme=float(max(total, known or 0)))


def _is_back(case: Case, alarm: Alarm) -> bool:
    """Whether the signal's present value lies beyond the limit of an alarm."""
    last = _last_beyond(case, alarm)
    return last is not None and case.fresh(last)


def _is_unmeasured(case: Case, alarm: Alarm) -> bool:
    """Whether a condition went only because its signal did: nobody saw it back in order."""
    return not alarm.present and _last_beyond(case, alarm) is not None


def _last_beyond(case: Case, alarm: Alarm) -> Observation | None:
    """The signal's last good value, where it lies beyond the limit of an alarm."""
    signal, direction, limit = alarm.signal, alarm.direction, alarm.limit
    if signal is None or direction is None or limit is None or signal not in case.series:
        return None
    last = case.series[signal][-1]
    return last if worse(direction, VITALS[signal].rounded(last.value), limit) else None


def _caught_up(case: Case, alarm: Alarm) -> Alarm:
    """A present alarm with the worst value so far: that it grows is told late."""
    signal, direction, known = alarm.signal, alarm.direction, alarm.extreme
    if not alarm.present or signal is None or direction is None or known is None:
        return alarm
    since = [value for value in case.series.get(signal, ()) if value.time >= alarm.onset]
    worst = worst_of(direction, since) if since else None
    if worst is None or not worse(direction, worst.value, known):
        return alarm
    return replace(alarm, extreme=worst.value)


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
