"""Open alarms as facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from types import MappingProxyType

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Condition, Direction, Priority, Score
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring.evidence.case import Case, spans_of, worse, worst_of
from sereno.scoring.pairs import covers, leading

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
    end = case.window.end
    stood = [_as_of(each, end) for each in alarms]
    known = [each for each in stood if each.active and each.raised <= end]
    back = {each.id: since for each in known if (since := _back(case, each, known, scores))}
    open_ones = [_as_shown(each, back.get(each.id), known, scores) for each in known]
    open_ones.sort(key=_urgency)
    facts: dict[object, Fact] = {}
    for alarm in leading(open_ones, case.window.end):
        fact = _with_covered(case, alarm, open_ones, back)
        if alarm.condition is Condition.SCORE:
            fact = replace(fact, spans=_behind_score(case, alarm, scores))
        key = _merge_key(alarm, fact)
        other = facts.get(key)
        facts[key] = fact if other is None else _merged(other, fact)
    return list(facts.values())


def _as_of(alarm: Alarm, at: datetime) -> Alarm:
    """The alarm as it stood: what ended later had not ended, though it was when this is written.

    One that has worsened since is told as it is now, and nothing is told to begin after the end.
    """
    passed = alarm.passed and min(alarm.passed, at)
    alarm = replace(alarm, onset=min(alarm.onset, at), passed=passed)
    if alarm.present or alarm.ended is None or alarm.ended <= at:
        return alarm
    return replace(alarm, present=True, ended=None)


def the_alarm(case: Case, alarm: Alarm, scores: Sequence[Score]) -> Fact:
    """One alarm by itself, open or closed, with when its condition ended where that is known."""
    found = alarm_facts(case, [alarm], scores)
    fact = found[0] if found else _alarm_fact(case, alarm, None)
    if not found and alarm.condition is Condition.SCORE:
        fact = replace(fact, spans=_behind_score(case, alarm, scores))
    labels = fact.labels if alarm.active else {**fact.labels, "state": "closed"}
    known = not fact.ongoing and "gone" not in labels and alarm.ended is not None
    times = {**fact.times, "ended": alarm.ended} if known and alarm.ended else fact.times
    return replace(fact, labels=labels, times=times)


def _with_covered(
    case: Case, alarm: Alarm, others: Sequence[Alarm], back: Mapping[str, datetime]
) -> Fact:
    covered = [other for other in others if covers(alarm, other, case.window.end)]
    return _joined(*(_alarm_fact(case, each, back.get(each.id)) for each in (alarm, *covered)))


def _joined(fact: Fact, *others: Fact) -> Fact:
    """`fact` with the members and samples of the others."""
    every = (fact, *others)
    members = tuple(name for each in every for name in each.members)
    return replace(fact, members=members, spans=tuple(s for each in every for s in each.spans))


def _behind_score(case: Case, alarm: Alarm, scores: Sequence[Score]) -> tuple[SampleSpan, ...]:
    """What gave points when the score was at its worst, until the alarm's condition ended."""
    end = alarm.held_until(case.window.end)
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
    signals = channels((*known.signals, *other.signals))
    return replace(_joined(known, other), signal=None, unit=None, signals=signals)


def channels(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """Each once; the systolic pressure stands for the others that come from its channel."""
    told = list(dict.fromkeys(signals))
    for systolic, others in _OF_ONE_CHANNEL.items():
        if systolic in told:
            told = [signal for signal in told if signal not in others]
    return tuple(told)


def _alarm_fact(case: Case, alarm: Alarm, back: datetime | None) -> Fact:
    """`back` is since when its condition is seen again, its delay running anew.

    Where that is before it is said to have ended it was never seen to be over.
    """
    signal, ended = alarm.signal, alarm.ended
    back = back if back is not None and ended is not None and back > ended else None
    answered = alarm.answered(case.window.end)
    moments = {"start": alarm.since, "acknowledged": answered, "returned": back}
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
        times={name: at for name, at in moments.items() if at is not None},
        labels={
            "condition": alarm.condition.value,
            "priority": alarm.priority.name.lower(),
            "operator": "none" if answered is None else "acknowledged",
            **_whereabouts(case, alarm, back),
        },
        signals=(signal,) if alarm.condition.technical and signal else (),
        ongoing=alarm.present,
        members=(alarm.id,),
        spans=_spans(case, alarm, back),
    )


def _whereabouts(case: Case, alarm: Alarm, back: datetime | None) -> dict[str, str]:
    """What became of a condition that has gone, where that is not the end of it."""
    if back is not None:
        return {"gone": "returned"}
    return {"gone": "unmeasured"} if _is_unmeasured(case, alarm) else {}


def _spans(case: Case, alarm: Alarm, back: datetime | None) -> tuple[SampleSpan, ...]:
    signal, end = alarm.signal, alarm.held_until(case.window.end)
    if back is None or alarm.ended is None:
        return spans_of(case, signal, alarm.since, end)
    first = spans_of(case, signal, alarm.since, max(alarm.since, alarm.ended))
    return (*first, *spans_of(case, signal, back, end))


def _as_shown(
    alarm: Alarm, back: datetime | None, known: Sequence[Alarm], scores: Sequence[Score]
) -> Alarm:
    """An alarm as it is seen: present once it is `back`, and with the worst so far."""
    if back is not None:
        alarm = replace(alarm, present=True)
        for other in _begun_since(alarm, known):
            alarm = _deepened(alarm, other.extreme)
    if alarm.condition is Condition.SCORE and alarm.present:
        since = alarm.onset if back is None else back
        for score in scores:
            alarm = _deepened(alarm, score.total if score.time >= since else None)
    return alarm


def _deepened(alarm: Alarm, value: float | None) -> Alarm:
    direction = alarm.direction or Direction.HIGH
    known = alarm.value if alarm.extreme is None else alarm.extreme
    if value is None or (known is not None and not worse(direction, value, known)):
        return alarm
    return replace(alarm, extreme=float(value))


def _back(
    case: Case, alarm: Alarm, known: Sequence[Alarm], scores: Sequence[Score]
) -> datetime | None:
    """Since when an alarm's condition, which had gone, is seen again.

    An alarm of another limit may know it from before the window.
    """
    since = _back_since(case, alarm, scores)
    begun = (other.onset for other in _begun_since(alarm, known))
    return None if since is None else min((since, *begun))


def _begun_since(alarm: Alarm, known: Sequence[Alarm]) -> list[Alarm]:
    """The present and as urgent alarms of other limits that began since this one went."""
    about = (alarm.condition, alarm.signal, alarm.direction)
    return [
        other
        for other in known
        if (other.condition, other.signal, other.direction) == about
        and other.present
        and other.id != alarm.id
        and other.priority >= alarm.priority
        and alarm.ended is not None
        and other.onset > alarm.ended
    ]


def _back_since(case: Case, alarm: Alarm, scores: Sequence[Score]) -> datetime | None:
    """Since when the value or score told beside an alarm shows its condition, though it had gone.

    Its delay runs meanwhile; nobody may read that it is over beside a value which says otherwise.
    """
    if alarm.present or alarm.limit is None:
        return None
    ended = alarm.ended or alarm.onset
    if alarm.condition is Condition.SCORE:
        limit = alarm.limit
        beyond = list(takewhile(lambda each: (each.total or 0) >= limit, reversed(scores)))
        return min((each.time for each in beyond if each.time > ended), default=None)
    run = _last_run_beyond(case, alarm)
    if not run or not case.fresh(run[0]):
        return None
    return min((each.time for each in run if each.time > ended), default=run[-1].time)


def _is_unmeasured(case: Case, alarm: Alarm) -> bool:
    """Whether a condition went only because its signal did: nobody saw it back in order."""
    return not alarm.present and bool(_last_run_beyond(case, alarm))


def _last_run_beyond(case: Case, alarm: Alarm) -> list[Observation]:
    """The signal's last good values, the newest first, as far back as all lie beyond the limit."""
    signal, direction, limit = alarm.signal, alarm.direction, alarm.limit
    if signal is None or direction is None or limit is None:
        return []
    earlier = (case.before[signal],) if signal in case.before else ()
    rounded, values = VITALS[signal].rounded, case.series.get(signal, earlier)
    return list(
        takewhile(lambda each: worse(direction, rounded(each.value), limit), reversed(values))
    )


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
