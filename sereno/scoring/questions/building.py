"""What the tools share: findings put together, and facts that only answers have."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sereno.domain.evidence import Evidence, Fact, FactKind, SampleSpan, Severity, Window
from sereno.domain.questions import Finding, Lead, Outcome, Polarity, Topic
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring.evidence.case import Case, worst_of
from sereno.scoring.evidence.signals import measure_of
from sereno.scoring.questions.record import Looking, newest_of

# What is told of a record that does not hold what was asked for: that much of what it does hold.
HELD = (
    Topic.SATURATION, Topic.BREATHING, Topic.HEART, Topic.PRESSURE, Topic.CONSCIOUSNESS,
    Topic.TEMPERATURE,
)  # fmt: skip


def finding(
    looking: Looking,
    facts: Sequence[Fact],
    lead: Lead,
    outcome: Outcome = Outcome.ANSWERED,
) -> Finding:
    """The facts numbered in the order given, all of which a text must state.

    Clock times are told as seen at the moment of the question, so that none is taken for another
    day's.
    """
    record, start = looking.record, min(looking.window.start, looking.record.at)
    named = tuple(replace(fact, id=f"F{number}") for number, fact in enumerate(facts, 1))
    evidence = Evidence(
        patient=record.patient.id,
        window=Window(start, record.at),
        facts=named,
        required=tuple(fact.id for fact in named),
        zone=record.zone,
    )
    return Finding(outcome=outcome, lead=lead, evidence=evidence)


def told(looking: Looking, facts: Sequence[Fact]) -> Finding:
    """Facts without a lead; that the record does not say, where there are none."""
    return finding(looking, facts, Lead(Polarity.TOLD)) if facts else silent(looking, ())


def silent(looking: Looking, facts: Sequence[Fact], topics: Sequence[Topic] = HELD) -> Finding:
    """That the record does not say, with `facts`, else with the last of what it does hold."""
    held = list(facts) or list(latest(looking, topics))
    return finding(looking, held, Lead(Polarity.SILENT), Outcome.NOT_RECORDED)


def latest(looking: Looking, topics: Sequence[Topic], end: datetime | None = None) -> list[Fact]:
    """The last value of each topic that has any, with its time."""
    facts = (last_value(looking, topic, end or looking.record.at) for topic in topics)
    return [fact for fact in facts if fact is not None]


def last_value(looking: Looking, topic: Topic, end: datetime) -> Fact | None:
    """The last good value of a topic up to `end`.

    It is never told as the present one, so that its time is always said.
    """
    signals = topic.signals
    case = looking.last([*signals, *_beside(signals)], end)
    if case is None or not any(signal in case.series for signal in signals):
        return None
    return replace(measure_of(case, newest_of(case, signals)), ongoing=False)


def _beside(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """The diastolic pressures that are told with systolic ones."""
    return Topic.DIASTOLIC.signals if Signal.CUFF_SYSTOLIC in signals else ()


def silence(
    signal: Signal, start: datetime, end: datetime, *, since: bool, source: Signal | None = None
) -> Fact:
    """That a signal was not measured from `start` to `end`; `since`: nor has been up to now."""
    return Fact(
        id="",
        kind=FactKind.GAP,
        severity=Severity.NOTABLE,
        signal=signal,
        values={} if since else {"count": 1.0},
        times={"start": start, "end": end},
        durations={"length": end - start},
        labels={"extent": "since" if since else "between"},
        ongoing=since,
        spans=(SampleSpan(source or signal, start, end, 0),),
    )


def within(case: Case, signal: Signal, direction: Direction, limit: float) -> Fact:
    """That no value of a signal lay beyond a limit: how many there were, and the furthest."""
    values = case.series[signal]
    worst = worst_of(direction, values)
    return Fact(
        id="",
        kind=FactKind.WITHIN,
        severity=Severity.NORMAL,
        signal=signal,
        direction=direction,
        value=VITALS[signal].rounded(worst.value),
        unit=VITALS[signal].unit,
        values={"threshold": limit, "count": float(len(values))},
        times={"start": values[0].time, "end": values[-1].time, "at": worst.time},
        spans=(SampleSpan(signal, values[0].time, values[-1].time, len(values)),),
    )


def ended(episode: Fact) -> list[Fact]:
    """When an episode that is over was last seen; nothing of one that goes on."""
    return [] if episode.ongoing else [replace(episode, kind=FactKind.ENDED)]


def lasted(group: Fact) -> Fact:
    """How long the episodes of a group lasted in all."""
    return replace(group, kind=FactKind.LASTED)
