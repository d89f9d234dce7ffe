"""The evidence of a text that explains one alarm: what it is about, and what else went on then.

docs/reference/evidence.md, "The evidence of an alarm", defines it in words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sereno.domain.evidence import Evidence, Fact, FactKind, SampleSpan, Severity, Window
from sereno.domain.patients import SpO2Scale
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Condition, Score, ScoreKind
from sereno.domain.vitals import Signal
from sereno.scoring.episodes import Threshold
from sereno.scoring.evidence.alarms import channels, the_alarm
from sereno.scoring.evidence.case import CORE_SIGNALS, FAMILIES, Case, Section
from sereno.scoring.evidence.episodes import episodes_of, runs_of
from sereno.scoring.evidence.scores import response_facts, score_facts
from sereno.scoring.evidence.signals import change_of, measure_of, speakers
from sereno.scoring.limits import thresholds_for
from sereno.scoring.readings import OXYGEN

# What a stream did "at the same time": half an hour, which ends ten minutes after the onset, so
# that both what led there and the first answer lie in it. Its thirds are ten minutes long, enough
# for a median that two stray values do not move.
SURROUNDINGS = timedelta(minutes=30)
AFTER_ONSET = timedelta(minutes=10)
# What is taken in rounds changes from one to the next: at a score of 5 they come every hour (Royal
# College of Physicians, 2017, chart 4), so that two hours hold two of them, and a delay.
ROUNDS = timedelta(hours=2)
# With fewer values than these in half an hour a signal is taken in rounds.
FEWEST = 3
MOST_CHANGES = 3  # told beside an alarm: more is a handover
# Whose last value is told.
TOLD = CORE_SIGNALS.union(OXYGEN)
# A stretch is found anew from every value of it; what has lasted longer is told by its onset.
LONGEST_STRETCH = timedelta(hours=24)


def window_of(alarm: Alarm, end: datetime) -> Window:
    """The window of an alarm's text: from the rounds before it to `end`, which is no future one."""
    return Window(_surrounded(alarm, end) - ROUNDS, end)


def surroundings_of(alarm: Alarm, end: datetime) -> Window:
    """The half hour around the onset, nothing of it later than `end`."""
    until = _surrounded(alarm, end)
    return Window(until - SURROUNDINGS, until)


def _surrounded(alarm: Alarm, end: datetime) -> datetime:
    return min(alarm.onset + AFTER_ONSET, end)


def explain(
    alarm: Alarm,
    end: datetime,
    observations: Iterable[Observation],
    *,
    scores: Sequence[Score] = (),
    zone: str = "UTC",
) -> Evidence:
    """What an alarm is about as of `end`, in the order in which it is told; all of it required.

    `observations` of any quality hold the first two hours of the window, its last two, and of its
    last 24 the alarm's own signal, and what `TOLD` names and the last two lack. `scores` are by
    time, the first the one in force where the half hour around the onset begins. Of a closed alarm
    `end` is when its condition ended.
    """
    window = window_of(alarm, end)
    news2 = [each for each in scores if each.kind is ScoreKind.NEWS2 and each.time <= end]
    known = tuple(observations)
    case = _as_lost(Case.of(window, known, news2[-1] if news2 else None), alarm)
    if alarm.condition.technical:
        facts = [the_alarm(case, alarm, news2), *_silence(case, alarm), *_values(case, alarm, ())]
    else:
        changes = _changes(alarm, end, known, news2[-1] if news2 else None)
        facts = [_lead(case, alarm, news2), *_before(case, alarm), *changes]
        if alarm.active:
            facts += score_facts(news2)
        facts += _values(case, alarm, changes)
        if alarm.active:  # what is over asks for nothing
            facts += response_facts(news2)
    numbered = tuple(replace(fact, id=f"F{n}") for n, fact in enumerate(facts, start=1))
    required = tuple(fact.id for fact in numbered)
    return Evidence(
        patient=alarm.patient, window=window, facts=numbered, required=required, zone=zone
    )


def _lead(case: Case, alarm: Alarm, scores: Sequence[Score]) -> Fact:
    """How long and how far its signal lay beyond its limit; where that is not known, the alarm."""
    return _stretch(case, alarm, alarm.limit) or the_alarm(case, alarm, scores)


def _before(case: Case, alarm: Alarm) -> list[Fact]:
    """Of an alarm that worsened what it was about before: beyond the threshold of an episode.

    One value past a more urgent limit is no stray one where the hour around it was not in order.
    """
    if alarm.passed is None:
        return []
    about = (alarm.signal, alarm.direction)
    usual = thresholds_for(SpO2Scale(case.scale))
    limits = [each.value for each in usual if (each.signal, each.direction) == about]
    found = [_stretch(case, alarm, limit) for limit in limits if limit != alarm.limit]
    return [fact for fact in found if fact is not None]


def _stretch(case: Case, alarm: Alarm, limit: float | None) -> Fact | None:
    """The episodes beyond a limit on the alarm's side since its onset, as one fact."""
    signal, direction = alarm.signal, alarm.direction
    if signal is None or direction is None or limit is None:
        return None
    if case.window.end - alarm.onset > LONGEST_STRETCH:
        return None
    threshold = Threshold(signal, direction, limit)
    found = episodes_of(case.series.get(signal, ()), threshold, case.window.end)
    runs = runs_of(case, [each for each in found if each.last >= alarm.onset])
    return next((run.fact for run in runs.values()), None)


def _changes(
    alarm: Alarm, end: datetime, known: Sequence[Observation], score: Score | None
) -> list[Fact]:
    """What else changed then, the most severe first: a stream within half an hour, rounds in two.

    Of a score's alarm everything is something else.
    """
    near = surroundings_of(alarm, end)
    wide = Window(near.end - ROUNDS, near.end)
    short, long = (Case.of(each, known, score) for each in (near, wide))
    own = _family(alarm.signal)
    facts = []
    for section in Section:
        for signal in speakers(long, section):
            if signal in own:
                continue
            streams = len(short.series.get(signal, ())) >= FEWEST
            of, within = (short, SURROUNDINGS) if streams else (long, ROUNDS)
            change = change_of(of, signal)
            if change is not None:
                lasting = {**change.durations, "within": within}
                facts.append(replace(change, durations=lasting, ongoing=False))
    return sorted(facts, key=lambda fact: -fact.severity)[:MOST_CHANGES]


def _family(signal: Signal | None) -> frozenset[Signal]:
    """What tells the same as `signal`."""
    return frozenset(
        each for _, family in FAMILIES if signal is not None and signal in family for each in family
    )


def _values(case: Case, alarm: Alarm, changes: Sequence[Fact]) -> list[Fact]:
    """The last values of the core signals and of oxygen that no change has told.

    Those of a closed alarm are told with their time: they are no present ones.
    """
    told = {(fact.signal, fact.times["end"]) for fact in changes}
    last = {
        signal: case.series[signal][-1]
        for section in Section
        for signal in speakers(case, section)
        if signal in TOLD
    }
    return [
        replace(measure_of(case, signal), ongoing=alarm.active and case.fresh(value))
        for signal, value in last.items()
        if (signal, value.time) not in told
    ]


def _as_lost(case: Case, alarm: Alarm) -> Case:
    """What the equipment's alarm is about is not known at present, however fresh it looks."""
    if not alarm.condition.technical or not alarm.present:
        return case
    lately = case.window.end + timedelta.resolution  # later than any value
    return replace(case, lost={**case.lost, **dict.fromkeys(_about(case, alarm), lately)})


def _about(case: Case, alarm: Alarm) -> list[Signal]:
    """The signals that an alarm of the equipment is about, as far as they had been measured.

    Of a source those whose last good value before the onset was its own.
    """
    if alarm.signal is not None:
        return [alarm.signal]
    if alarm.condition is Condition.MONITORING_STOPPED:
        return list(case.series)
    return [
        signal
        for signal, values in case.series.items()
        if (before := [each for each in values if each.time <= alarm.onset])
        and before[-1].source == alarm.source
    ]


def _silence(case: Case, alarm: Alarm) -> list[Fact]:
    """Since when, or from when to when, nothing came of what the alarm is about."""
    signals = _about(case, alarm)
    values = [
        each
        for signal, series in case.series.items()
        for each in series
        if signal in signals or (alarm.source and each.source == alarm.source)
    ]
    before = [each.time for each in values if each.time <= alarm.onset]
    after = [each.time for each in values if each.time > alarm.onset]
    if not before or alarm.condition is Condition.CLOCK_WRONG:
        return []
    if alarm.present and not after:
        return [_gap(case, "stopped", max(before), case.window.end, signals)]
    if not alarm.present and after:
        return [_gap(case, "interrupted", max(before), min(after), signals)]
    return []


def _gap(
    case: Case, extent: str, start: datetime, end: datetime, signals: Sequence[Signal]
) -> Fact:
    """Without a name where everything that was measured is missing."""
    named = () if set(signals) == set(case.series) else channels(signals)
    return Fact(
        id="",
        kind=FactKind.GAP,
        severity=Severity.NOTABLE,
        signals=named,
        times={"start": start, "end": end},
        durations={"length": end - start},
        labels={"extent": extent},
        ongoing=extent == "stopped",
        spans=tuple(SampleSpan(signal, start, end, 0) for signal in signals),
    )
