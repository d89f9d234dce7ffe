"""Values: the latest, how far they ranged, the highest and lowest, when they were last measured."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from statistics import median

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity
from sereno.domain.questions import Aspect, Call, Finding, Lead, Polarity, Stretch, Topic
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.scoring.evidence.case import Case, worst_of
from sereno.scoring.evidence.gaps import gap_facts
from sereno.scoring.evidence.signals import extreme_fact, measure_of
from sereno.scoring.questions.building import (
    HELD,
    finding,
    last_value,
    latest,
    silence,
    silent,
    told,
)
from sereno.scoring.questions.periods import moment_of
from sereno.scoring.questions.record import Looking

# A value asked for at a moment is the last one up to then, if it is no older than this.
AT_A_MOMENT = timedelta(hours=6)


def vitals(call: Call, looking: Looking) -> Finding:
    """The latest value of each topic, or how it ranged over the period that is asked for."""
    topics = call.topics or HELD
    if call.aspect is Aspect.RANGE:
        facts = [fact for topic in topics for fact in _spread(looking, topic)]
        return _answered(looking, facts, topics)
    record, period = looking.record, call.period
    end = moment_of(period, record.at, looking.zone) if period.moment else looking.window.end
    facts = latest(looking, topics, end)
    if period.stretch not in (Stretch.UNSAID, Stretch.NOW):
        oldest = end - AT_A_MOMENT if period.moment else looking.window.start
        facts = [fact for fact in facts if fact.times["at"] >= oldest]
    return _answered(looking, facts, topics)


def _answered(looking: Looking, facts: list[Fact], topics: tuple[Topic, ...]) -> Finding:
    """The facts; without any, that there are none, and when there last was one."""
    if facts:
        return told(looking, facts)
    return silent(looking, absence(looking, topics))


def absence(looking: Looking, topics: tuple[Topic, ...]) -> list[Fact]:
    """When each topic was last measured before a period in which it was not."""
    return latest(looking, topics)


def _spread(looking: Looking, topic: Topic) -> list[Fact]:
    case = looking.case(topic.signals)
    known = [signal for signal in topic.signals if signal in case.series]
    return [_spread_fact(case, signal) for signal in known[:1] if _graded(signal)] or [
        replace(measure_of(case, signal), ongoing=False) for signal in known[:1]
    ]


def _graded(signal: Signal) -> bool:
    return VITALS[signal].kind is not Kind.ORDINAL


def _spread_fact(case: Case, signal: Signal) -> Fact:
    values, vital = case.series[signal], VITALS[signal]
    if len(values) == 1:
        return replace(measure_of(case, signal), ongoing=False)
    levels = sorted(value.value for value in values)
    return Fact(
        id="",
        kind=FactKind.SPREAD,
        severity=Severity.NORMAL,
        signal=signal,
        value=vital.rounded(median(levels)),
        unit=vital.unit,
        values={
            "lowest": vital.rounded(levels[0]),
            "highest": vital.rounded(levels[-1]),
            "count": float(len(values)),
        },
        times={"start": values[0].time, "end": values[-1].time},
        spans=(SampleSpan(signal, values[0].time, values[-1].time, len(values)),),
    )


def extremes(call: Call, looking: Looking) -> Finding:
    """The highest or lowest value of each topic in the period, with its time."""
    direction = Direction.LOW if call.aspect is Aspect.LOWEST else Direction.HIGH
    facts = [
        fact for topic in call.topics if (fact := furthest(looking, topic, direction)) is not None
    ]
    return _answered(looking, facts, call.topics)


def furthest(looking: Looking, topic: Topic, direction: Direction) -> Fact | None:
    """The value of a topic that went furthest, of whichever signal; of equal ones the first."""
    case = looking.case(topic.signals)
    worst = [worst_of(direction, values) for values in case.series.values()]
    if not worst:
        return None
    pick = min if direction is Direction.LOW else max
    return extreme_fact(case, direction, pick(worst, key=lambda each: each.value))


def gaps(call: Call, looking: Looking) -> Finding:
    """When each topic was last measured and how long ago; or what is not measured."""
    if call.aspect in (Aspect.MISSING, Aspect.WHETHER) and not call.topics:
        return _missing(looking)
    if call.aspect is Aspect.WHETHER:
        return _was_measured(call, looking)
    if call.aspect is Aspect.HOW_LONG:
        return told(looking, [fact for topic in call.topics for fact in _longest(looking, topic)])
    if not call.topics:
        return told(looking, latest(looking, HELD))
    return told(looking, [each for topic in call.topics for each in _last_measured(looking, topic)])


def _last_measured(looking: Looking, topic: Topic) -> list[Fact]:
    last = last_value(looking, topic, looking.record.at)
    if last is None or last.signal is None:
        return []
    if last.times["at"] == looking.record.at:
        return [last]
    since = silence(
        topic.signals[0], last.times["at"], looking.record.at, since=True, source=last.signal
    )
    return [last, since]


def _longest(looking: Looking, topic: Topic) -> list[Fact]:
    """The longest silence of a topic in the window."""
    case, window = looking.case(topic.signals), looking.window
    times = sorted(each.time for values in case.series.values() for each in values)
    edges = [window.start, *times, window.end]
    start, end = max(pairwise(edges), key=lambda pair: pair[1] - pair[0])
    return [silence(topic.signals[0], start, end, since=False)] if times else []


def _missing(looking: Looking) -> Finding:
    signals = [signal for signal in Signal if VITALS[signal].kind is not Kind.WAVEFORM]
    case = looking.case(signals)
    facts = [
        fact
        for fact in gap_facts(case, None)
        if fact.labels["extent"] in ("since", "never", "nothing", "between")
    ]
    polarity = Polarity.YES if facts else Polarity.NO
    return finding(looking, facts or latest(looking, HELD), Lead(polarity))


def _was_measured(call: Call, looking: Looking) -> Finding:
    """Whether a topic was measured in the period."""
    facts = [fact for topic in call.topics for fact in _spread_or_last(looking, topic)]
    inside = [fact for fact in facts if fact.times["at"] >= looking.window.start]
    if not facts:
        return silent(looking, ())
    return finding(looking, inside or facts, Lead(Polarity.YES if inside else Polarity.NO))


def _spread_or_last(looking: Looking, topic: Topic) -> list[Fact]:
    fact = last_value(looking, topic, looking.window.end)
    return [] if fact is None else [fact]
