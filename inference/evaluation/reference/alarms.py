"""The alarms that are open at the window's end (alarms.md; evidence.md, "Kinds")."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from inference.evaluation.reference.episodes import beyond
from inference.evaluation.reference.facts import Expected
from inference.evaluation.reference.ladder import Ladder, Raised, Rung
from inference.evaluation.reference.record import Rhythm, Series, good, is_present, shown
from inference.evaluation.reference.scores import Chart, longest_true
from sereno.domain.evidence import FactKind, Form
from sereno.domain.stream import Observation, Quality, is_charted
from sereno.domain.surveillance import Direction, Priority
from sereno.domain.vitals import Signal

_LOW, _HIGH = Direction.LOW, Direction.HIGH
_NONE: Final = timedelta(0)
_TEN: Final = timedelta(seconds=10)
_FIFTEEN: Final = timedelta(seconds=15)


def _medium(limit: float, hysteresis: float, delay: timedelta = _FIFTEEN) -> Rung:
    return Rung(Priority.MEDIUM, limit, hysteresis, delay)


def _high(limit: float, hysteresis: float, delay: timedelta = _TEN) -> Rung:
    return Rung(Priority.HIGH, limit, hysteresis, delay)


_Limits = Mapping[tuple[Signal, Direction], tuple[Rung, ...]]
_HEART: Final = {_LOW: (_high(41, 2),), _HIGH: (_medium(130, 3), _high(140, 3))}
# alarms.md, "Default limits".
_LIMITS: Final[_Limits] = {
    (Signal.SPO2, _LOW): (_medium(92, 1), _high(85, 1)),
    (Signal.RESPIRATORY_RATE, _LOW): (_medium(9, 1), _high(5, 1)),
    (Signal.RESPIRATORY_RATE, _HIGH): (_medium(24, 1), _high(36, 1)),
    **{(Signal.HEART_RATE, side): rungs for side, rungs in _HEART.items()},
    **{(Signal.PULSE_RATE, side): rungs for side, rungs in _HEART.items()},
    (Signal.CUFF_SYSTOLIC, _LOW): (_high(91, 3, _NONE),),
    (Signal.CUFF_SYSTOLIC, _HIGH): (_medium(219, 3, _NONE),),
    (Signal.INVASIVE_SYSTOLIC, _LOW): (_high(91, 3),),
    (Signal.INVASIVE_SYSTOLIC, _HIGH): (_medium(219, 3, _TEN),),
    (Signal.TEMPERATURE, _LOW): (_medium(35.1, 0.1, _NONE),),
    (Signal.TEMPERATURE, _HIGH): (_medium(39.0, 0.1, _NONE),),
    (Signal.CONSCIOUSNESS, _HIGH): (_medium(0, 0, _NONE), _high(2, 0, _NONE)),
    (Signal.GLASGOW_COMA_SCALE, _LOW): (_medium(15, 0, _NONE), _high(9, 0, _NONE)),
    (Signal.GLUCOSE, _LOW): (_medium(70, 2, _NONE), _high(54, 2, _NONE)),
}
_SPO2_SCALE_2: Final = (_medium(88, 1), _high(84, 1))
_HALF_MINUTE: Final = timedelta(seconds=30)
_SCORE: Final = (_medium(4, 0, _HALF_MINUTE), _high(6, 0, _HALF_MINUTE))  # beyond 4 is 5 or more
_MOST_SILENCE: Final = timedelta(hours=12)
_UNFIT: Final = {
    "sensor_off": ({Quality.SENSOR_OFF}, _TEN),
    "implausible": ({Quality.IMPLAUSIBLE, Quality.ARTEFACT}, timedelta(seconds=60)),
}
# The systolic pressure stands for its channel.
_CHANNEL: Final = {
    Signal.CUFF_DIASTOLIC: Signal.CUFF_SYSTOLIC,
    Signal.CUFF_MEAN: Signal.CUFF_SYSTOLIC,
    Signal.INVASIVE_DIASTOLIC: Signal.INVASIVE_SYSTOLIC,
    Signal.INVASIVE_MEAN: Signal.INVASIVE_SYSTOLIC,
}
_NAMES: Final = {Priority.LOW: "low", Priority.MEDIUM: "medium", Priority.HIGH: "high"}


@dataclass(frozen=True, slots=True)
class _Open:
    """An alarm's fact and the stretch of time over which its condition held."""

    fact: Expected
    priority: Priority
    start: datetime
    end: datetime
    present: bool


def alarm_facts(
    everything: Sequence[Observation],
    series: Series,
    charts: Sequence[Chart],
    end: datetime,
    scale: int,
    form: Form = Form.HANDOVER,
) -> list[Expected]:
    """The facts of all open alarms: the most urgent first, of these what is present, then by onset.

    `everything` is what was told up to `end`, `series` the same by signal, `charts` NEWS2 whenever
    it changed.
    """
    opened = [
        alarm for signal in series for alarm in _limit_alarms(signal, series[signal], end, scale)
    ]
    opened = _without_pulse(opened)
    opened += _score_alarms(charts, end)
    opened += _unfit_alarms(series, end)
    opened += _silent_sources(everything, end)
    opened.sort(key=lambda each: (-each.priority, not each.fact.ongoing, each.start))
    if form is Form.PATIENT:
        return [
            replace(each.fact, times={**each.fact.times, "start": each.start}) for each in opened
        ]
    return [each.fact for each in opened]


def _limit_alarms(
    signal: Signal, values: Sequence[Observation], end: datetime, scale: int
) -> list[_Open]:
    found = []
    for direction in Direction:
        rungs = _LIMITS.get((signal, direction))
        if rungs and signal is Signal.SPO2 and scale == 2:
            rungs = _SPO2_SCALE_2
        if rungs and any(beyond(shown(each), direction, rungs[0].limit) for each in good(values)):
            ladder = _run(Ladder(direction, rungs), signal, values, end)
            found += [
                _limit_alarm(alarm, ladder, values, end)
                for alarm in ladder.alarms
                if not alarm.closed
            ]
    return found


def _run(ladder: Ladder, signal: Signal, values: Sequence[Observation], end: datetime) -> Ladder:
    """Let the values of one signal pass, and the time after them up to `end`."""
    rhythm = Rhythm()
    for each in values:
        if rhythm.last is not None and each.time > (old := _old(signal, rhythm, rhythm.last)):
            ladder.silence(old)
        if each.quality is Quality.GOOD:
            rhythm.heard(each.time)
            ladder.take(each.time, shown(each))
        elif each.quality is Quality.SENSOR_OFF:
            ladder.pause(each.time)
    if rhythm.last is not None and end >= (old := _old(signal, rhythm, rhythm.last)):
        ladder.silence(old)
    ladder.pass_time(end, included=True)
    return ladder


def _old(signal: Signal, rhythm: Rhythm, last: datetime) -> datetime:
    """When a signal last measured at `last` is no longer measured."""
    return last + longest_true(signal, rhythm)


def _limit_alarm(
    alarm: Raised, ladder: Ladder, values: Sequence[Observation], end: datetime
) -> _Open:
    direction = ladder.direction
    measured = good(values)
    last = measured[-1]
    still_beyond = beyond(shown(last), direction, alarm.rung.limit)
    ongoing = alarm.present or (still_beyond and is_present(last, values, end))
    times = {"start": alarm.passed or alarm.onset}
    labels = _labels("limit", alarm.rung.priority)
    worst = alarm.worst
    back = [] if alarm.present else _trailing_beyond(measured, ladder, alarm)
    if ongoing and back:
        labels["gone"], times["returned"] = "returned", back[0].time
        worse = min if direction is Direction.LOW else max
        worst = worse([worst, *(shown(each) for each in back)])
    elif not ongoing and alarm.unmeasured and still_beyond:
        labels["gone"] = "unmeasured"
    fact = Expected(
        kind=FactKind.ALARM,
        signal=last.signal,
        direction=direction,
        severity=int(alarm.rung.priority),
        value=worst,
        values={"threshold": alarm.rung.limit},
        times=times,
        labels=labels,
        ongoing=ongoing,
        required=True,
    )
    return _Open(fact, alarm.rung.priority, alarm.onset, alarm.ended or end, alarm.present)


def _trailing_beyond(
    measured: Sequence[Observation], ladder: Ladder, alarm: Raised
) -> list[Observation]:
    """The last values beyond the alarm's limit since its condition went, in order of time.

    None of them is from before a silence in which the signal was no longer measured.
    """
    found: list[Observation] = []
    since = max((each for each in (alarm.ended, ladder.lapsed) if each), default=None)
    for each in reversed(measured):
        over = beyond(shown(each), ladder.direction, alarm.rung.limit)
        if not over or (since and each.time <= since):
            break
        found.insert(0, each)
    return found


def _labels(condition: str, priority: Priority) -> dict[str, str]:
    return {"condition": condition, "priority": _NAMES[priority], "operator": "none"}


def _without_pulse(opened: Sequence[_Open]) -> list[_Open]:
    """Both may alarm on one heart: a pulse rate's alarm that the heart rate's tells is left out."""
    hearts = [each for each in opened if each.fact.signal is Signal.HEART_RATE]
    return [
        each
        for each in opened
        if each.fact.signal is not Signal.PULSE_RATE
        or not any(_tells(heart, each) for heart in hearts)
    ]


def _tells(heart: _Open, pulse: _Open) -> bool:
    return (
        heart.fact.direction is pulse.fact.direction
        and heart.start <= pulse.end
        and pulse.start <= heart.end
        and heart.priority >= pulse.priority
        and (heart.present or not pulse.present)
    )


def _score_alarms(charts: Sequence[Chart], end: datetime) -> list[_Open]:
    ladder = Ladder(_HIGH, _SCORE)
    counted: dict[Signal, int] = {}  # the last points of all that was known since the alarm began
    for chart in charts:
        ladder.pass_time(chart.time)
        current = ladder.current
        counted = {**(counted if current else {}), **chart.points}
        aged_only = current is not None and sum(counted.values()) > current.rung.limit
        ladder.take(chart.time, chart.total or 0, unmeasured=aged_only)
    ladder.pass_time(end, included=True)
    return [_score_alarm(each, charts, end) for each in ladder.alarms if not each.closed]


def _score_alarm(alarm: Raised, charts: Sequence[Chart], end: datetime) -> _Open:
    back: list[Chart] = []
    for chart in reversed(charts):
        if (
            alarm.present
            or (chart.total or 0) <= alarm.rung.limit
            or (alarm.ended and chart.time <= alarm.ended)
        ):
            break
        back.insert(0, chart)
    times = {"start": alarm.passed or alarm.onset}
    labels = _labels("score", alarm.rung.priority)
    if back:
        labels["gone"], times["returned"] = "returned", back[0].time
    fact = Expected(
        kind=FactKind.ALARM,
        severity=int(alarm.rung.priority),
        value=max([alarm.worst, *(chart.total or 0 for chart in back)]),
        times=times,
        labels=labels,
        ongoing=alarm.present or bool(back),
        required=True,
    )
    return _Open(fact, alarm.rung.priority, alarm.onset, alarm.ended or end, alarm.present)


def _unfit_alarms(series: Series, end: datetime) -> list[_Open]:
    """Sensors that are off and values that no patient has; those of one minute are one fact."""
    found = [
        (condition, onset, signal)
        for condition in _UNFIT
        for signal, values in series.items()
        if values[-1].quality in _UNFIT[condition][0]
        and (onset := _unfit_since(values, condition, end))
    ]
    found.sort(key=lambda each: (each[0], each[1]))
    return [
        _unfit(condition, list(group))
        for (condition, _), group in groupby(found, key=lambda each: (each[0], _minute(each[1])))
    ]


def _unfit_since(values: Sequence[Observation], condition: str, end: datetime) -> datetime | None:
    """Since when a signal that had been measured gives only such values; None where it does not."""
    qualities, delay = _UNFIT[condition]
    ladder = Ladder(_HIGH, (Rung(Priority.LOW, 0, 0, delay),))
    measured = False
    for each in values:
        measured = measured or each.quality is Quality.GOOD
        if measured:
            ladder.take(each.time, 1 if each.quality in qualities else 0)
    ladder.pass_time(end, included=True)
    return next((alarm.onset for alarm in ladder.alarms if alarm.present), None)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _unfit(condition: str, group: Iterable[tuple[str, datetime, Signal]]) -> _Open:
    members = list(group)
    signals = channels({signal for _, _, signal in members})
    start = min(onset for _, onset, _ in members)
    fact = Expected(
        kind=FactKind.ALARM,
        severity=1,
        signals=signals,
        times={"start": start},
        labels=_labels(condition, Priority.LOW),
        ongoing=True,
        required=True,
    )
    return _Open(fact, Priority.LOW, start, start, present=True)


def channels(signals: Collection[Signal]) -> tuple[Signal, ...]:
    """Each once; a systolic pressure stands for the others of its channel."""
    return tuple(s for s in Signal if s in signals and _CHANNEL.get(s) not in signals)


def _silent_sources(everything: Sequence[Observation], end: datetime) -> list[_Open]:
    """Sources without a word for three of their usual intervals."""
    rhythms: dict[str, Rhythm] = {}
    for each in everything:
        rhythms.setdefault(each.source, Rhythm()).heard(each.time)
    found = []
    for source, rhythm in rhythms.items():
        last = rhythm.last
        if is_charted(source) or last is None:
            continue
        if end - last >= rhythm.three(_HALF_MINUTE, _MOST_SILENCE):
            fact = Expected(
                kind=FactKind.ALARM,
                severity=2,
                times={"start": last},
                labels=_labels("source_silent", Priority.MEDIUM),
                ongoing=True,
                required=True,
            )
            found.append(_Open(fact, Priority.MEDIUM, last, end, present=True))
    return found
