"""The facts of a window, computed by plain code, and the plan of what a text must say.

docs/reference/evidence.md defines every fact in words. Only good values count; every number is
rounded half up to the vocabulary's decimals; nothing after the window's end is looked at. The
facts come in the order in which they are told: open alarms, the score, the present values and
then what happened, both as airway and breathing, circulation, disability, exposure; gaps last.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum
from itertools import pairwise
from statistics import median
from types import MappingProxyType

from sereno.domain.evidence import Evidence, Fact, FactKind, Form, SampleSpan, Severity, Window
from sereno.domain.patients import SpO2Scale
from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import (
    Alarm,
    Condition,
    Direction,
    Episode,
    OperatorState,
    Priority,
    Response,
    Score,
    ScoreKind,
)
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.scoring.news2 import CHART, spo2_points

# How many facts a handover holds before optional ones are left out: what a reader takes in.
MAX_FACTS = 14
# The worst of each that the ward card's one line holds.
MAX_LINE_FACTS = 2
# A value no older than this at the window's end is told as the present one, without its time.
FRESH = timedelta(minutes=15)
# Two intervals make a rhythm; a break of at least three usual ones, and of five minutes, is a gap.
GAP_INTERVALS = 3
SHORTEST_GAP = timedelta(minutes=5)
# Where there are too few values to know the rhythm: the longest that the NEWS2 chart leaves between
# observations at a score of 1 to 4 (Royal College of Physicians, 2017, chart 4).
GAP_WITHOUT_RHYTHM = timedelta(hours=6)
# Data that begin this long after the window does are said to.
LATE_START = timedelta(hours=1)


class Section(IntEnum):
    """ABCDE, the order in which a patient is examined and handed over (A and B as one)."""

    BREATHING = 1
    CIRCULATION = 2
    DISABILITY = 3
    EXPOSURE = 4


# Each row holds signals that tell the same thing, the preferred first; rows come in the order in
# which they are told.
_FAMILIES: tuple[tuple[Section, tuple[Signal, ...]], ...] = (
    (Section.BREATHING, (Signal.SPO2,)),
    (Section.BREATHING, (Signal.RESPIRATORY_RATE,)),
    (Section.BREATHING, (Signal.OXYGEN_FLOW, Signal.FIO2, Signal.OXYGEN_GIVEN)),
    (Section.BREATHING, (Signal.END_TIDAL_CO2,)),
    (Section.CIRCULATION, (Signal.HEART_RATE, Signal.PULSE_RATE)),
    (Section.CIRCULATION, (Signal.CUFF_SYSTOLIC, Signal.INVASIVE_SYSTOLIC)),
    (Section.CIRCULATION, (Signal.CUFF_DIASTOLIC, Signal.INVASIVE_DIASTOLIC)),
    (Section.CIRCULATION, (Signal.CUFF_MEAN, Signal.INVASIVE_MEAN)),
    (Section.DISABILITY, (Signal.CONSCIOUSNESS, Signal.GLASGOW_COMA_SCALE)),
    (Section.DISABILITY, (Signal.GLUCOSE,)),
    (Section.EXPOSURE, (Signal.TEMPERATURE,)),
)

SECTION: Mapping[Signal, Section] = MappingProxyType(
    {signal: section for section, family in _FAMILIES for signal in family}
)

# The first signal of each family that a handover should hold; its absence is said.
_CORE = frozenset(
    {
        Signal.SPO2,
        Signal.RESPIRATORY_RATE,
        Signal.HEART_RATE,
        Signal.CUFF_SYSTOLIC,
        Signal.CONSCIOUSNESS,
        Signal.TEMPERATURE,
    }
)

_CORE_SIGNALS = frozenset(
    signal for _, family in _FAMILIES if family[0] in _CORE for signal in family
)

_DIASTOLIC: Mapping[Signal, Signal] = MappingProxyType(
    {
        Signal.CUFF_SYSTOLIC: Signal.CUFF_DIASTOLIC,
        Signal.INVASIVE_SYSTOLIC: Signal.INVASIVE_DIASTOLIC,
    }
)

# From first to last value, what is worth a sentence: about one NEWS2 band of each parameter.
_NOTABLE_CHANGE: Mapping[Signal, float] = MappingProxyType(
    {
        Signal.SPO2: 3,
        Signal.RESPIRATORY_RATE: 5,
        Signal.END_TIDAL_CO2: 8,
        Signal.HEART_RATE: 15,
        Signal.PULSE_RATE: 15,
        Signal.CUFF_SYSTOLIC: 20,
        Signal.INVASIVE_SYSTOLIC: 20,
        Signal.CUFF_MEAN: 15,
        Signal.INVASIVE_MEAN: 15,
        Signal.CONSCIOUSNESS: 1,
        Signal.GLASGOW_COMA_SCALE: 2,
        Signal.GLUCOSE: 50,
        Signal.TEMPERATURE: 0.8,
    }
)

_N, _S, _C = Severity.NOTABLE, Severity.SERIOUS, Severity.CRITICAL
# 65 mmHg: the target of the Surviving Sepsis Campaign (2021).
_MEAN = ((54, _C), (64, _S), (110, Severity.NORMAL), (250, _N))

# For signals that are not in the NEWS2 chart: upper ends of the bands, and how much a value in
# each matters. GCS as severe, moderate and mild (Teasdale and Jennett); glucose as the levels of
# hypoglycaemia and the inpatient ceiling (ADA, Standards of Care in Diabetes, 2024).
_BANDS: Mapping[Signal, tuple[tuple[float, Severity], ...]] = MappingProxyType(
    {
        Signal.CUFF_MEAN: _MEAN,
        Signal.INVASIVE_MEAN: _MEAN,
        Signal.END_TIDAL_CO2: ((25, _S), (34, _N), (45, Severity.NORMAL), (55, _N), (120, _S)),
        Signal.OXYGEN_FLOW: ((0, Severity.NORMAL), (80, _N)),
        Signal.FIO2: ((21, Severity.NORMAL), (100, _N)),
        Signal.OXYGEN_GIVEN: ((0, Severity.NORMAL), (1, _N)),
        Signal.CONSCIOUSNESS: ((0, Severity.NORMAL), (4, _C)),
        Signal.GLASGOW_COMA_SCALE: ((8, _C), (12, _S), (14, _N), (15, Severity.NORMAL)),
        Signal.GLUCOSE: ((53, _C), (69, _S), (180, Severity.NORMAL), (250, _N), (1500, _S)),
    }
)
# What stands for a row of the NEWS2 chart.
_ROWS: Mapping[Signal, Signal] = MappingProxyType(
    {Signal.PULSE_RATE: Signal.HEART_RATE, Signal.INVASIVE_SYSTOLIC: Signal.CUFF_SYSTOLIC}
)

# The NEWS2 parameter that each signal stands for.
_PARAMETER: Mapping[Signal, Signal] = MappingProxyType(
    {
        **_ROWS,
        Signal.OXYGEN_FLOW: Signal.OXYGEN_GIVEN,
        Signal.FIO2: Signal.OXYGEN_GIVEN,
        Signal.GLASGOW_COMA_SCALE: Signal.CONSCIOUSNESS,
    }
)

_ALARM_SEVERITY: Mapping[Priority, Severity] = MappingProxyType(
    {Priority.HIGH: _C, Priority.MEDIUM: _S, Priority.LOW: _N}
)
_RESPONSE_SEVERITY: Mapping[Response, Severity] = MappingProxyType(
    {
        Response.ROUTINE: Severity.NORMAL,
        Response.WARD: _N,
        Response.URGENT_WARD: _S,
        Response.URGENT: _S,
        Response.EMERGENCY: _C,
    }
)


def rounded(signal: Signal, value: float) -> float:
    """`value` rounded half up (away from zero) to the vocabulary's decimals for `signal`."""
    step = Decimal(1).scaleb(-VITALS[signal].decimals)
    return float(Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP))


def told_beyond(signal: Signal, value: float, threshold: float, direction: Direction) -> float:
    """`value` rounded, with as many further decimals (three at most) as keep it beyond the limit.

    91.6 lies below 92, and rounded to 92 would not.
    """
    for extra in range(4):
        step = Decimal(1).scaleb(-VITALS[signal].decimals - extra)
        told = float(Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP))
        if told < threshold if direction is Direction.LOW else told > threshold:
            return told
    return rounded(signal, value)


def severity_of(signal: Signal, value: float, scale: int = 1) -> Severity:
    """How much `value` (rounded) matters: its NEWS2 points, 0 NORMAL to 3 CRITICAL.

    `scale` is the SpO2 scale in force; on scale 2, what lies above the target range matters only
    on oxygen and is left to the score. Signals outside the chart have bands of their own, or are
    NORMAL.
    """
    if signal is Signal.SPO2:
        return Severity(spo2_points(value, SpO2Scale(scale), oxygen=False))
    column = CHART.get(_ROWS.get(signal, signal))
    if column is not None:
        return Severity(column.points(value))
    bands = _BANDS.get(signal, ())
    return next((severity for upper, severity in bands if value <= upper), Severity.NORMAL)


@dataclass(frozen=True, slots=True)
class _Case:
    """What the builders of facts share: the window and its good values, by signal and time."""

    window: Window
    series: Mapping[Signal, tuple[Observation, ...]]
    scale: int

    def severity(self, signal: Signal, value: float) -> Severity:
        return severity_of(signal, value, self.scale)

    def count(self, signal: Signal, start: datetime, end: datetime) -> int:
        return sum(start <= value.time <= end for value in self.series.get(signal, ()))

    def fresh(self, moment: datetime) -> bool:
        return self.window.end - moment <= FRESH


def gather(  # noqa: PLR0913 - all that a patient's record holds, each by its name
    patient: str,
    window: Window,
    observations: Iterable[Observation],
    *,
    scores: Sequence[Score] = (),
    episodes: Sequence[Episode] = (),
    alarms: Sequence[Alarm] = (),
    form: Form = Form.HANDOVER,
    zone: str = "UTC",
) -> Evidence:
    """The facts about `patient` (opaque id) in `window`, in the order in which to tell them.

    `observations` of any quality, `scores` by time with the one in force at the window's start
    first, `episodes` and `alarms` that overlap the window, as the store gives them. Works for a
    value a second and for a value an hour; without any good value the only fact is that there
    is none, beside open alarms.
    """
    kept = tuple(score for score in scores if score.time <= window.end)
    news2 = tuple(score for score in kept if score.kind is ScoreKind.NEWS2)
    series = _good_series(window, observations)
    case = _Case(window, series, news2[-1].scale if news2 else 1)
    facts = [
        *_alarm_facts(case, alarms),
        *_score_facts(news2),
        *_signal_facts(case, episodes),
        *_gap_facts(case, news2[-1] if news2 else None),
    ]
    chosen, required = _plan(facts, form)
    return Evidence(patient=patient, window=window, facts=chosen, required=required, zone=zone)


def _good_series(
    window: Window, observations: Iterable[Observation]
) -> dict[Signal, tuple[Observation, ...]]:
    by_signal: dict[Signal, list[Observation]] = defaultdict(list)
    for value in observations:
        inside = window.start <= value.time <= window.end
        if inside and value.quality is Quality.GOOD and _told(value.signal):
            by_signal[value.signal].append(value)
    return {
        signal: tuple(sorted(values, key=lambda value: (value.time, value.version, value.source)))
        for signal, values in by_signal.items()
    }


def _told(signal: Signal) -> bool:
    return VITALS[signal].kind is not Kind.WAVEFORM


# --- the plan ------------------------------------------------------------------------------------


def _plan(facts: Sequence[Fact], form: Form) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Which facts stay, numbered in order, and the ids of those that a text must state."""
    must = [_required(fact) for fact in facts]
    if form is Form.LINE:
        worst = sorted(range(len(facts)), key=lambda i: (-_weight(facts[i]), i))
        keep = {i for i in worst[:MAX_LINE_FACTS] if must[i] or facts[i].severity > 0}
        must = [i in keep for i in range(len(facts))]
    else:
        optional = sorted(
            (i for i in range(len(facts)) if not must[i]), key=lambda i: (-facts[i].severity, i)
        )
        room = max(0, MAX_FACTS - sum(must))
        keep = {i for i in range(len(facts)) if must[i]} | set(optional[:room])
    chosen = tuple(replace(facts[i], id=f"F{n}") for n, i in enumerate(sorted(keep), start=1))
    flags = [must[i] for i in sorted(keep)]
    return chosen, tuple(fact.id for fact, flag in zip(chosen, flags, strict=True) if flag)


def _required(fact: Fact) -> bool:
    """Open alarms, the score, gaps and the core vital signs always; the rest from SERIOUS on."""
    always = fact.kind in (FactKind.ALARM, FactKind.SCORE, FactKind.GAP)
    present = fact.kind in (FactKind.MEASURE, FactKind.CHANGE) and fact.signal in _CORE_SIGNALS
    return always or present or fact.severity >= Severity.SERIOUS


def _weight(fact: Fact) -> float:
    """What leads in one line: the score first, then by severity."""
    return 10.0 if fact.kind is FactKind.SCORE else float(fact.severity)


# --- alarms and scores ---------------------------------------------------------------------------


def _alarm_facts(case: _Case, alarms: Iterable[Alarm]) -> list[Fact]:
    """Open alarms, the most urgent first; technical ones of several signals at once as one."""
    open_ones = [alarm for alarm in alarms if alarm.active and alarm.raised <= case.window.end]
    open_ones.sort(key=lambda alarm: (-alarm.priority, alarm.onset, alarm.id))
    facts: dict[object, Fact] = {}
    for alarm in open_ones:
        fact = _alarm_fact(case, alarm)
        key = _merge_key(alarm, fact)
        known = facts.get(key)
        facts[key] = fact if known is None else _merged(known, fact)
    return list(facts.values())


def _merge_key(alarm: Alarm, fact: Fact) -> object:
    """The same for sensors of one minute that went wrong in one way and have the same answer."""
    if alarm.condition not in (Condition.SENSOR_OFF, Condition.IMPLAUSIBLE):
        return alarm.id
    minutes = tuple(_minute(moment) for _, moment in sorted(fact.times.items()))
    return (*sorted(fact.labels.items()), *minutes, fact.ongoing)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _merged(known: Fact, other: Fact) -> Fact:
    signals = tuple(dict.fromkeys((*known.signals, *other.signals)))
    return replace(
        known, signal=None, unit=None, signals=signals, spans=(*known.spans, *other.spans)
    )


def _alarm_fact(case: _Case, alarm: Alarm) -> Fact:
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
        spans=_spans(case, signal, alarm.onset, max(alarm.onset, until)),
    )


def _acknowledged(case: _Case, alarm: Alarm) -> datetime | None:
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
    threshold = rounded(signal, limit)
    told = None if worst is None else told_beyond(signal, worst, threshold, direction)
    return told, {"threshold": threshold}


def _spans(
    case: _Case, signal: Signal | None, start: datetime, end: datetime
) -> tuple[SampleSpan, ...]:
    if signal is None:
        return ()
    return (SampleSpan(signal, start, end, case.count(signal, start, end)),)


def _score_facts(scores: Sequence[Score]) -> list[Fact]:
    if not scores:
        return []
    last = scores[-1]
    labels = {"score": last.kind.value}
    if last.response is not None:
        labels["response"] = last.response.value
    if last.total is None:
        labels["not_scored"] = last.not_scored or "no_data"
    values = {
        _PARAMETER.get(part.signal, part.signal).value: float(part.points)
        for part in last.parts
        if part.points
    }
    times = {"at": last.time}
    if last.total is not None and last.partial:
        values |= {"lowest": float(last.lowest or 0), "highest": float(last.highest or 0)}
    first = scores[0]
    if _comparable(first, last):
        values["from"] = float(first.total or 0)
        times["from"] = first.time
    return [
        Fact(
            id="",
            kind=FactKind.SCORE,
            severity=_RESPONSE_SEVERITY.get(last.response or Response.ROUTINE, Severity.NORMAL),
            value=None if last.total is None else float(last.total),
            unit="{score}" if last.total is not None else None,
            values=values,
            times=times,
            labels=labels,
            signals=() if last.total is None else last.missing,
            spans=tuple(
                SampleSpan(part.signal, part.observed, part.observed, 1) for part in last.parts
            ),
        )
    ]


def _comparable(first: Score, last: Score) -> bool:
    """Whether two scores rest on the same parameters and differ."""
    scored = first.total is not None and last.total is not None
    return scored and first.total != last.total and not first.missing and not last.missing


# --- what the signals show -----------------------------------------------------------------------


def _signal_facts(case: _Case, episodes: Sequence[Episode]) -> list[Fact]:
    """Present values from A to E, then what happened, from A to E."""
    runs = _runs(case, episodes)
    now: list[Fact] = []
    events: list[Fact] = []
    for section in Section:
        leading = _leading(case, section)
        for signal in leading:
            change = _change(case, signal)
            latest = change or _measure(case, signal)
            (events if change else now).append(latest)
            abnormal = [fact for key, fact in runs.items() if key[0] is signal]
            extreme = None if abnormal else _extreme(case, signal, latest)
            events += [*abnormal, *([extreme] if extreme else [])]
        events += [
            fact
            for (signal, *_), fact in runs.items()
            if SECTION.get(signal) is section
            and signal not in leading
            and not _covered(signal, fact, runs)
        ]
    return now + events


def _leading(case: _Case, section: Section) -> list[Signal]:
    """Of each family, the signal that speaks for it.

    That is the preferred one, unless only another one has a fresh value. Diastolic is told with
    systolic; mean stands in where there is no systolic.
    """
    chosen: list[Signal] = []
    for family_section, family in _FAMILIES:
        known = [signal for signal in family if signal in case.series]
        if family_section is not section or not known:
            continue
        fresh = [signal for signal in known if case.fresh(case.series[signal][-1].time)]
        chosen.append((fresh or known)[0])
    has_systolic = any(signal in _DIASTOLIC for signal in chosen)
    redundant = set(_DIASTOLIC.values())
    if has_systolic:
        redundant |= {Signal.CUFF_MEAN, Signal.INVASIVE_MEAN}
    return [signal for signal in chosen if signal not in redundant]


def _measure(case: _Case, signal: Signal) -> Fact:
    last = case.series[signal][-1]
    value = rounded(signal, last.value)
    values, spans = _diastolic(case, last)
    return Fact(
        id="",
        kind=FactKind.MEASURE,
        severity=case.severity(signal, value),
        signal=signal,
        value=value,
        unit=VITALS[signal].unit,
        values=values,
        times={"at": last.time},
        ongoing=case.fresh(last.time),
        spans=(SampleSpan(signal, last.time, last.time, 1), *spans),
    )


def _diastolic(
    case: _Case, systolic: Observation
) -> tuple[dict[str, float], tuple[SampleSpan, ...]]:
    """The diastolic pressure of the same moment, which is told with the systolic one."""
    signal = _DIASTOLIC.get(systolic.signal)
    pair = (
        [value for value in case.series.get(signal, ()) if value.time == systolic.time]
        if signal
        else []
    )
    if signal is None or not pair:
        return {}, ()
    span = SampleSpan(signal, systolic.time, systolic.time, 1)
    return {"diastolic": rounded(signal, pair[-1].value)}, (span,)


def _change(case: _Case, signal: Signal) -> Fact | None:
    """From the first good value of the window to the last, where that is a notable step.

    The medians of the first and the last third of the values must have moved the same way, by
    half a step or more: two stray values make no trend.
    """
    values = case.series[signal]
    step = _NOTABLE_CHANGE.get(signal)
    first, last = (rounded(signal, values[i].value) for i in (0, -1))
    moved = last - first
    if step is None or len(values) < 2 or abs(moved) < step:
        return None
    third = max(1, len(values) // 3)
    before = median(value.value for value in values[:third])
    after = median(value.value for value in values[-third:])
    if (after - before) * moved < 0 or abs(after - before) < step / 2:
        return None
    start, end = values[0].time, values[-1].time
    return Fact(
        id="",
        kind=FactKind.CHANGE,
        severity=max(Severity.NOTABLE, case.severity(signal, last)),
        signal=signal,
        direction=Direction.HIGH if moved > 0 else Direction.LOW,
        value=last,
        unit=VITALS[signal].unit,
        values={"from": first, "to": last},
        times={"start": start, "end": end},
        durations={"length": end - start},
        ongoing=case.fresh(end),
        spans=(SampleSpan(signal, start, end, len(values)),),
    )


def _extreme(case: _Case, signal: Signal, latest: Fact) -> Fact | None:
    """The window's worst value where it matters more than the latest one; the first of equals."""
    if VITALS[signal].kind is Kind.ORDINAL or signal not in _NOTABLE_CHANGE:
        return None
    values = case.series[signal]
    lowest = min(values, key=lambda value: (value.value, value.time))
    highest = max(values, key=lambda value: (value.value, -value.time.timestamp()))
    sides = ((lowest, Direction.LOW), (highest, Direction.HIGH))
    worst, direction = max(
        sides, key=lambda side: case.severity(signal, rounded(signal, side[0].value))
    )
    value = rounded(signal, worst.value)
    severity = case.severity(signal, value)
    told = {latest.value, latest.values.get("from")}
    if severity <= latest.severity or value in told:
        return None
    return Fact(
        id="",
        kind=FactKind.EXTREME,
        severity=severity,
        signal=signal,
        direction=direction,
        value=value,
        unit=VITALS[signal].unit,
        times={"at": worst.time},
        spans=(SampleSpan(signal, worst.time, worst.time, 1),),
    )


# --- episodes ------------------------------------------------------------------------------------

_Key = tuple[Signal, Direction, float]


def _runs(case: _Case, episodes: Sequence[Episode]) -> dict[_Key, Fact]:
    """One fact for each signal, direction and threshold: an episode, or a group of several."""
    by_key: dict[_Key, list[Episode]] = defaultdict(list)
    for episode in episodes:
        seen = _as_of(case, episode)
        if seen is not None:
            by_key[seen.signal, seen.direction, seen.threshold].append(seen)
    facts = {}
    for key, found in by_key.items():
        found.sort(key=lambda episode: (episode.start, episode.id))
        facts[key] = _episode(case, found[0]) if len(found) == 1 else _group(case, found)
    return facts


def _covered(signal: Signal, fact: Fact, runs: Mapping[_Key, Fact]) -> bool:
    """Whether a preferred signal of the same family tells the same already."""
    family = next((family for _, family in _FAMILIES if signal in family), (signal,))
    preferred = family[: family.index(signal)]
    return any(key[0] in preferred and key[1] is fact.direction for key in runs)


def _as_of(case: _Case, episode: Episode) -> Episode | None:
    """The episode as it was known at the window's end; None where it does not touch the window."""
    end = case.window.end
    if episode.start > end or episode.last < case.window.start:
        return None
    if episode.last <= end:
        going_on = episode.end is None or episode.end > end
        return replace(episode, end=None if going_on else episode.end)
    return _cut_short(case, episode)


def _cut_short(case: _Case, episode: Episode) -> Episode:
    """An episode that outlasts the window: its abnormal values up to the window's end."""
    low = episode.direction is Direction.LOW
    beyond = [
        value
        for value in case.series.get(episode.signal, ())
        if value.time >= episode.start
        and (value.value < episode.threshold if low else value.value > episode.threshold)
    ]
    if not beyond:
        return replace(episode, last=max(episode.start, case.window.start), end=None)
    worst = (min if low else max)(beyond, key=lambda value: value.value)
    known = episode.extreme_time <= case.window.end
    return replace(
        episode,
        last=beyond[-1].time,
        end=None,
        extreme=episode.extreme if known else worst.value,
        extreme_time=episode.extreme_time if known else worst.time,
    )


def _episode(case: _Case, episode: Episode) -> Fact:
    signal = episode.signal
    threshold = rounded(signal, episode.threshold)
    extreme = told_beyond(signal, episode.extreme, threshold, episode.direction)
    times = {"start": episode.start, "at": episode.extreme_time}
    if not episode.ongoing:
        times["end"] = episode.last
    return Fact(
        id="",
        kind=FactKind.EPISODE,
        severity=max(Severity.NOTABLE, case.severity(signal, extreme)),
        signal=signal,
        direction=episode.direction,
        value=extreme,
        unit=VITALS[signal].unit,
        values={"threshold": threshold},
        times=times,
        durations={"length": episode.duration},
        ongoing=episode.ongoing,
        members=(episode.id,),
        spans=_spans(case, signal, episode.start, episode.last),
    )


def _group(case: _Case, episodes: Sequence[Episode]) -> Fact:
    first, last = episodes[0], episodes[-1]
    signal, direction = first.signal, first.direction
    low = direction is Direction.LOW
    worst = (min if low else max)(episodes, key=lambda episode: episode.extreme)
    longest = max(episodes, key=lambda episode: episode.duration)
    threshold = rounded(signal, first.threshold)
    extreme = told_beyond(signal, worst.extreme, threshold, direction)
    ongoing = any(episode.ongoing for episode in episodes)
    total = sum((episode.duration for episode in episodes), timedelta())
    return Fact(
        id="",
        kind=FactKind.GROUP,
        severity=max(Severity.NOTABLE, case.severity(signal, extreme)),
        signal=signal,
        direction=direction,
        value=extreme,
        unit=VITALS[signal].unit,
        values={"threshold": threshold, "count": float(len(episodes))},
        times={"start": first.start, "at": worst.extreme_time, "end": last.last},
        durations={"longest": longest.duration, "total": total},
        ongoing=ongoing,
        members=tuple(episode.id for episode in episodes),
        spans=tuple(
            span
            for episode in episodes
            for span in _spans(case, signal, episode.start, episode.last)
        ),
    )


# --- gaps ----------------------------------------------------------------------------------------


def _gap_facts(case: _Case, score: Score | None) -> list[Fact]:
    window = case.window
    if not case.series:
        return [_gap("nothing", window.start, window.end, Severity.SERIOUS)]
    first = min(values[0].time for values in case.series.values())
    last = max(values[-1].time for values in case.series.values())
    facts = []
    if first - window.start >= LATE_START:
        facts.append(_gap("before", window.start, first, Severity.NOTABLE))
    core = [(family[0], _family_values(case, family)) for _, family in _FAMILIES]
    core = [(lead, values) for lead, values in core if lead in _CORE]
    facts += [fact for lead, values in core for fact in _breaks(case, lead, values, last)]
    if window.end - last >= _longest_usual(values for _, values in core if values):
        facts.append(_gap("since", last, window.end, Severity.SERIOUS))
    unmeasured = tuple(lead for lead, values in core if not values)
    unsaid = tuple(lead for lead in unmeasured if score is None or lead not in score.missing)
    if unsaid:
        facts.append(
            replace(_gap("never", window.start, window.end, Severity.NOTABLE), signals=unsaid)
        )
    return facts


def _family_values(case: _Case, family: Sequence[Signal]) -> tuple[Observation, ...]:
    values = (value for signal in family for value in case.series.get(signal, ()))
    return tuple(sorted(values, key=lambda value: value.time))


def _usual(values: Sequence[Observation]) -> timedelta:
    """The shortest break that counts as a gap in `values`."""
    times = sorted({value.time for value in values})
    if len(times) < 3:
        return GAP_WITHOUT_RHYTHM
    rhythm = median((b - a).total_seconds() for a, b in pairwise(times))
    return max(SHORTEST_GAP, GAP_INTERVALS * timedelta(seconds=rhythm))


def _longest_usual(families: Iterable[Sequence[Observation]]) -> timedelta:
    """The break after which all is silent: the least of what counts for any of them."""
    return min((_usual(values) for values in families), default=GAP_WITHOUT_RHYTHM)


def _breaks(
    case: _Case, lead: Signal, values: Sequence[Observation], last_of_all: datetime
) -> list[Fact]:
    """The longest gap between two values, with how many there were, and the one at the end."""
    if not values:
        return []
    least = _usual(values)
    inner = [(a.time, b.time) for a, b in pairwise(values) if b.time - a.time >= least]
    facts = []
    if inner:
        start, end = max(inner, key=lambda gap: (gap[1] - gap[0], -gap[0].timestamp()))
        gap = _gap("between", start, end, Severity.NOTABLE, lead)
        facts.append(replace(gap, values={"count": float(len(inner))}))
    stopped = values[-1].time
    if case.window.end - stopped >= least and last_of_all - stopped >= SHORTEST_GAP:
        facts.append(_gap("since", stopped, case.window.end, Severity.NOTABLE, lead))
    return facts


def _gap(
    extent: str, start: datetime, end: datetime, severity: Severity, signal: Signal | None = None
) -> Fact:
    return Fact(
        id="",
        kind=FactKind.GAP,
        severity=severity,
        signal=signal,
        times={"start": start, "end": end},
        durations={"length": end - start},
        labels={"extent": extent},
        ongoing=extent in ("since", "never", "nothing"),
        spans=() if signal is None else (SampleSpan(signal, start, end, 0),),
    )
