"""What a text that explains an alarm must state (evidence.md, "The evidence of an alarm")."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from inference.evaluation.reference.alarms import channels
from inference.evaluation.reference.episodes import (
    beyond,
    stretches,
    stretches_fact,
    threshold_of,
)
from inference.evaluation.reference.facts import Expected
from inference.evaluation.reference.record import CORE, FAMILIES, by_signal, good, known, shown
from inference.evaluation.reference.scores import (
    Chart,
    charts_of,
    oxygen_in_force,
    response_fact,
    scale_of,
    score_fact,
)
from inference.evaluation.reference.severity import severity
from inference.evaluation.reference.values import Severity, change, measure, speakers
from sereno.domain.evidence import FactKind, Window
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import Alarm, Condition, Direction
from sereno.domain.vitals import VITALS, Kind, Signal

_HALF_HOUR: Final = timedelta(minutes=30)
_TWO_HOURS: Final = timedelta(hours=2)
_AFTER: Final = timedelta(minutes=10)
_DAY: Final = timedelta(hours=24)
_MOST_CHANGES: Final = 3


@dataclass(frozen=True, slots=True)
class _Record:
    """An alarm, what was told of its patient up to `end`, and how much values matter."""

    alarm: Alarm
    end: datetime
    told: Sequence[Observation]
    matters: Severity

    @property
    def near(self) -> datetime:
        """Where what surrounds the onset ends."""
        return min(self.alarm.onset + _AFTER, self.end)

    def good(self, start: datetime, end: datetime) -> list[Observation]:
        """The good values of that stretch."""
        return [each for each in good(self.told) if start <= each.time <= end]

    @property
    def window(self) -> list[Observation]:
        """Those of the text's window."""
        return self.good(self.near - _TWO_HOURS, self.end)


def explained(
    observations: Iterable[Observation],
    alarm: Alarm,
    end: datetime,
    patient: Patient | None = None,
) -> tuple[Expected, ...]:
    """What the text about `alarm` as of `end` must say; the alarm's own life is taken as given.

    `observations` are all that was told of the patient, of any quality and in any order.
    """
    told = [each for each in known(observations, end) if _numeric(each)]
    scale = scale_of(patient)
    charts = charts_of(good(told), end, scale)
    oxygen = oxygen_in_force(charts)
    record = _Record(
        alarm, end, told, lambda each: severity(each.signal, shown(each), scale, oxygen=oxygen)
    )
    if alarm.condition.technical:
        facts = [_alarm(record, charts), *_silence(record), *_values(record, ())]
    else:
        changes = _changes(record)
        score = score_fact(charts, Window(record.near - _HALF_HOUR, end), patient)
        scored = [each for each in (score, response_fact(score)) if each and alarm.active]
        lead = _stretch(record, alarm.limit) or _alarm(record, charts)
        facts = [lead, *_before(record, scale), *changes, *scored, *_values(record, changes)]
    return tuple(replace(each, required=True) for each in facts)


def _numeric(each: Observation) -> bool:
    return VITALS[each.signal].kind is not Kind.WAVEFORM


def _before(record: _Record, scale: int) -> list[Expected]:
    """Of an alarm that has worsened, the same beyond the threshold of an episode of that side."""
    alarm = record.alarm
    usual = threshold_of(alarm.signal, alarm.direction, scale)
    if alarm.passed is None or usual == alarm.limit:
        return []
    found = _stretch(record, usual)
    return [found] if found else []


def _stretch(record: _Record, limit: float | None) -> Expected | None:
    """The episodes beyond a limit on the alarm's side that reach into the time since its onset."""
    alarm = record.alarm
    if alarm.signal is None or alarm.direction is None or limit is None:
        return None
    if record.end - alarm.onset > _DAY:
        return None
    own = [each for each in record.window if each.signal is alarm.signal]
    found = [
        each
        for each in stretches(own, alarm.direction, limit, record.end)
        if each.samples[-1].time >= alarm.onset
    ]
    if not found:
        return None
    fact = stretches_fact(found, alarm.direction, limit, record.matters)
    return replace(fact, severity=max(1, fact.severity))


def _changes(record: _Record) -> list[Expected]:
    """The three most severe of the other families: of a stream in half an hour, else in two."""
    end = record.near
    wide = by_signal(record.good(end - _TWO_HOURS, end))
    narrow = by_signal(record.good(end - _HALF_HOUR, end))
    until = by_signal(each for each in record.told if each.time <= end)
    found = []
    for family, speaker in speakers(wide, until, end).items():
        if speaker is None or record.alarm.signal in FAMILIES[family]:
            continue
        stream = narrow.get(speaker.signal, [])
        of, within = (stream, _HALF_HOUR) if len(stream) >= 3 else (speaker.values, _TWO_HOURS)
        moved = change(replace(speaker, values=of), record.matters)
        if moved is not None:
            found.append(replace(moved, durations={"within": within}, ongoing=False))
    return sorted(found, key=lambda each: -each.severity)[:_MOST_CHANGES]


def _values(record: _Record, changes: Sequence[Expected]) -> list[Expected]:
    """The last value of each core family and of oxygen, unless a change ends with it."""
    series, everything = by_signal(record.window), by_signal([*record.told, *_unknown(record)])
    told = {(each.signal, each.times["end"]) for each in changes}
    found = []
    for family, speaker in speakers(series, everything, record.end).items():
        if speaker is None or family not in (*CORE, "oxygen"):
            continue
        if (speaker.signal, speaker.values[-1].time) not in told:
            fact = measure(speaker, series, record.matters)
            found.append(replace(fact, ongoing=speaker.present and record.alarm.active))
    return found


def _unknown(record: _Record) -> list[Observation]:
    """A mark past the end for each signal that the equipment's alarm is about: not known now."""
    alarm = record.alarm
    if not alarm.condition.technical or not alarm.present:
        return []
    past = record.end + timedelta.resolution
    return [Observation(signal, past, 0.0, "", Quality.SENSOR_OFF) for signal in _about(record)]


def _about(record: _Record) -> list[Signal]:
    """One signal, those that the source had told last before the onset, or all."""
    alarm, series = record.alarm, by_signal(record.window)
    if alarm.signal is not None:
        return [alarm.signal]
    if alarm.condition is Condition.MONITORING_STOPPED:
        return list(series)
    before = by_signal(each for each in record.window if each.time <= alarm.onset)
    return [signal for signal, values in before.items() if values[-1].source == alarm.source]


def _silence(record: _Record) -> list[Expected]:
    """Since when, or from when to when, nothing came of what the alarm is about."""
    alarm, about = record.alarm, _about(record)
    heard = [
        each.time
        for each in record.window
        if each.signal in about or (alarm.source and each.source == alarm.source)
    ]
    before = [each for each in heard if each <= alarm.onset]
    after = [each for each in heard if each > alarm.onset]
    if not before or bool(after) is alarm.present or alarm.condition is Condition.CLOCK_WRONG:
        return []
    start, end = max(before), min(after, default=record.end)
    everything = set(about) == {each.signal for each in record.window}
    return [
        Expected(
            kind=FactKind.GAP,
            severity=1,
            times={"start": start, "end": end},
            durations={"length": end - start},
            labels={"extent": "stopped" if alarm.present else "interrupted"},
            signals=() if everything else channels(about),
            ongoing=alarm.present,
        )
    ]


def _alarm(record: _Record, charts: Sequence[Chart]) -> Expected:
    """The alarm as it is given, with its worst value as of `end`."""
    alarm, back = record.alarm, _back(record, charts)
    times, labels = {"start": alarm.since}, {
        "condition": alarm.condition.value,
        "priority": alarm.priority.name.lower(),
        "operator": "none",
    }  # fmt: skip
    if not alarm.active:
        labels["state"] = "closed"
    if back is not None:
        labels["gone"], times["returned"] = "returned", back
    elif _unmeasured(record):
        labels["gone"] = "unmeasured"
    elif not alarm.present and alarm.ended is not None:
        times["ended"] = alarm.ended
    limit = alarm.condition is Condition.LIMIT and alarm.signal is not None
    return Expected(
        kind=FactKind.ALARM,
        severity=int(alarm.priority),
        signal=alarm.signal,
        direction=alarm.direction,
        value=_worst(record, charts, goes_on=alarm.present or back is not None),
        values={"threshold": alarm.limit or 0.0} if limit else {},
        times=times,
        labels=labels,
        signals=(alarm.signal,) if alarm.condition.technical and alarm.signal else (),
        ongoing=alarm.present or back is not None,
    )


def _back(record: _Record, charts: Sequence[Chart]) -> datetime | None:
    """Since when what had gone of a score's alarm is told again, its delay still running."""
    alarm = record.alarm
    if alarm.condition is not Condition.SCORE or alarm.present or not alarm.active:
        return None
    since = None
    for chart in reversed(charts):
        gone = alarm.ended is not None and chart.time <= alarm.ended
        if gone or sum(chart.points.values()) < (alarm.limit or 0):
            break
        since = chart.time
    return since


def _unmeasured(record: _Record) -> bool:
    """Whether the last good value of a condition that has gone still lay beyond the limit."""
    alarm = record.alarm
    own = [each for each in record.window if each.signal is alarm.signal]
    if alarm.present or not own or alarm.direction is None or alarm.limit is None:
        return False
    return beyond(shown(own[-1]), alarm.direction, alarm.limit)


def _worst(record: _Record, charts: Sequence[Chart], *, goes_on: bool) -> float | None:
    """The worst value since the onset; of the equipment none."""
    alarm = record.alarm
    known = alarm.value if alarm.extreme is None else alarm.extreme
    if alarm.condition.technical or known is None:
        return None
    if alarm.condition is Condition.SCORE:
        until = record.end if goes_on else alarm.ended or record.end
        during = [each for each in charts if alarm.onset <= each.time <= until]
        return max([known, *(float(sum(each.points.values())) for each in during)])
    since = [
        shown(each)
        for each in record.window
        if each.signal is alarm.signal and alarm.present and each.time >= alarm.onset
    ]
    worst = min if alarm.direction is Direction.LOW else max
    return worst([*since, VITALS[alarm.signal].rounded(known) if alarm.signal else known])
