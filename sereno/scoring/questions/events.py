"""Episodes beyond a limit: whether, when, how long, how often; and that there was none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from sereno.domain.evidence import Fact, FactKind
from sereno.domain.questions import Aspect, Call, Finding, Lead, Polarity, Stretch, Topic
from sereno.domain.surveillance import Direction, Episode
from sereno.domain.vitals import Consciousness, Signal
from sereno.scoring.episodes import Threshold
from sereno.scoring.evidence.case import Case
from sereno.scoring.evidence.episodes import (
    Run,
    RunKey,
    episode_fact,
    episodes_of,
    runs_of,
    told_already,
)
from sereno.scoring.evidence.signals import measure_of
from sereno.scoring.questions.building import (
    ended,
    finding,
    last_value,
    lasted,
    silence,
    silent,
    within,
)
from sereno.scoring.questions.record import Looking
from sereno.scoring.questions.usual import usual_limit
from sereno.scoring.readings import FULL_GCS, OXYGEN_SET, ROOM_AIR_FIO2, greatest_age

BEFORE = timedelta(hours=6)  # an episode that runs into the period is told whole, from up to here


def episodes(call: Call, looking: Looking) -> Finding:
    """What lay beyond the limit in the period; else that nothing did, as far as was measured."""
    facts: list[Fact] = []
    quiet: list[Fact] = []
    for topic in call.topics:
        for direction in _directions(call, topic):
            found, none = _of_topic(call, looking, topic, direction)
            facts, quiet = facts + found, quiet + none
    if facts:
        return finding(looking, facts, _lead_of(call, facts))
    if not any(fact.kind is FactKind.WITHIN for fact in quiet):
        last = [last_value(looking, topic, looking.record.at) for topic in call.topics]
        return silent(looking, [*(fact for fact in last if fact is not None)])
    lacking = any(fact.kind is FactKind.GAP for fact in quiet)
    return finding(looking, quiet, _none_lead(call, lacking=lacking))


def _lead_of(call: Call, facts: Sequence[Fact]) -> Lead:
    if call.aspect is Aspect.HOW_OFTEN:
        return Lead(Polarity.COUNT, int(facts[0].values.get("count", 1)))
    if call.aspect is Aspect.WHETHER:
        return Lead(Polarity.NO if call.fine else Polarity.YES)
    return Lead(Polarity.TOLD)


def _none_lead(call: Call, *, lacking: bool) -> Lead:
    """A plain no only where what was measured leaves no room for another answer."""
    if call.fine:
        return Lead(Polarity.TOLD if lacking else Polarity.YES)
    if call.aspect is Aspect.HOW_OFTEN and not lacking:
        return Lead(Polarity.COUNT, 0)
    return Lead(Polarity.NONE_RECORDED if lacking else Polarity.NO)


def _directions(call: Call, topic: Topic) -> list[Direction]:
    if call.direction is not None:
        return [call.direction]
    return [side for side in Direction if usual_limit(topic, side, 1) is not None]


def threshold_of(
    call: Call, topic: Topic, signal: Signal, direction: Direction, scale: int
) -> Threshold | None:
    """The limit asked about, in the way of `signal`: a coma scale falls as consciousness does."""
    if signal is Signal.GLASGOW_COMA_SCALE and topic is Topic.CONSCIOUSNESS:
        return Threshold(signal, Direction.LOW, FULL_GCS)
    if topic is Topic.CONSCIOUSNESS:
        return Threshold(signal, Direction.HIGH, Consciousness.ALERT)
    if signal is Signal.FIO2 and call.limit is None:
        return Threshold(signal, Direction.HIGH, ROOM_AIR_FIO2)
    limit = usual_limit(topic, direction, scale) if call.limit is None else call.limit
    return None if limit is None else Threshold(signal, direction, limit)


def _of_topic(
    call: Call, looking: Looking, topic: Topic, direction: Direction
) -> tuple[list[Fact], list[Fact]]:
    """The facts of what lay beyond, and of what did not."""
    case = looking.case(topic.signals)
    runs: dict[RunKey, Run] = {}
    quiet: list[Fact] = []
    for signal in topic.signals:
        threshold = threshold_of(call, topic, signal, direction, case.scale)
        if threshold is None or signal not in case.series:
            continue
        found = runs_of(case, _beyond(looking, threshold))
        runs |= found
        if not found:
            quiet.append(within(case, signal, threshold.direction, threshold.value))
    spoken = [signal for signal in topic.signals if signal in case.series][:1]
    told = [
        run for key, run in runs.items() if key[0] in spoken or not told_already(key, runs, spoken)
    ]
    facts = [fact for run in told for fact in _told_of(call, case, run)]
    return facts, [*quiet, *_unmeasured(call, case, looking, topic)]


def _told_of(call: Call, case: Case, run: Run) -> list[Fact]:
    """The run, with what it does not tell: how long in all, when the last began and ended."""
    if call.aspect is Aspect.WHEN:
        last = episode_fact(case, run.episodes[-1])
        several = [] if len(run.episodes) == 1 else [last]
        return [run.fact, *several, *ended(last)]
    if len(run.episodes) > 1 and call.aspect is Aspect.HOW_LONG:
        return [run.fact, lasted(run.fact)]
    return [run.fact]


def _beyond(looking: Looking, threshold: Threshold) -> list[Episode]:
    """The episodes that overlap the window, as they stand at its end."""
    start, end = looking.window.start, looking.window.end
    found = looking.record.observations(start - BEFORE, end, [threshold.signal])
    values = [each for each in found if each.quality.value == "good"]
    return [each for each in episodes_of(values, threshold, end) if each.last >= start]


def _unmeasured(call: Call, case: Case, looking: Looking, topic: Topic) -> list[Fact]:
    """The longest silence of a topic in the window that leaves room for what nobody saw."""
    window, name = looking.window, topic.signals[0]
    times = sorted(value.time for s in topic.signals for value in case.series.get(s, ()))
    if not times:
        return []
    # What lay before the first value of all is no silence of somebody who is watched.
    start = window.start if call.period.stretch is not Stretch.ALL else times[0]
    edges = [start, *times, window.end]
    start, end = max(pairwise(edges), key=lambda pair: pair[1] - pair[0])
    if end - start <= greatest_age(name):
        return []
    since = end == window.end and end == looking.record.at
    return [silence(name, start, end, since=since)]


def now(call: Call, looking: Looking) -> Finding:
    """Whether the present value of a topic lies beyond the limit."""
    facts = []
    beyond = False
    for topic in call.topics:
        for fact in _present(looking, topic):
            facts.append(fact)
            beyond = beyond or _is_beyond(call, looking, topic, fact)
    current = [
        fact
        for fact in facts
        if fact.signal and looking.record.at - fact.times["at"] <= greatest_age(fact.signal)
    ]
    if not current:
        return silent(looking, facts)
    return finding(looking, current, Lead(Polarity.YES if beyond is not call.fine else Polarity.NO))


def _present(looking: Looking, topic: Topic) -> list[Fact]:
    """The last value of a topic; of oxygen those of one set, of which any may say that it flows."""
    if topic is not Topic.OXYGEN:
        fact = last_value(looking, topic, looking.record.at)
        return [] if fact is None or fact.value is None else [fact]
    case = looking.last(topic.signals, looking.record.at)
    known = [] if case is None else [measure_of(case, signal) for signal in case.series]
    newest = max((fact.times["at"] for fact in known), default=looking.record.at)
    together = [fact for fact in known if newest - fact.times["at"] <= OXYGEN_SET]
    return [replace(fact, ongoing=False) for fact in together]


def _is_beyond(call: Call, looking: Looking, topic: Topic, fact: Fact) -> bool:
    score = looking.score
    for direction in _directions(call, topic):
        signal = fact.signal
        if signal is None or fact.value is None:
            continue
        threshold = threshold_of(call, topic, signal, direction, score.scale if score else 1)
        if threshold is not None and threshold.beyond(fact.value):
            return True
    return False
