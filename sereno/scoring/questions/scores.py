"""The scores: now, why, the highest of a period, and what the protocol asks for."""

from dataclasses import replace
from datetime import datetime, timedelta

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity
from sereno.domain.questions import Aspect, Call, Finding, Lead, Polarity, Stretch
from sereno.domain.stream import Quality
from sereno.domain.surveillance import Direction, Response, Score, ScoreKind
from sereno.domain.vitals import VITALS
from sereno.scoring.evidence.case import CORE_SIGNALS, FRESH
from sereno.scoring.evidence.scores import response_facts, score_facts
from sereno.scoring.evidence.severity import severity_of
from sereno.scoring.questions.building import finding, silent
from sereno.scoring.questions.periods import moment_of
from sereno.scoring.questions.record import Looking

AS_OF = timedelta(hours=6)  # what was measured stands for a moment this long
MOST_PARTS = 7  # the chart's parameters


def score(call: Call, looking: Looking) -> Finding:
    """NEWS2 unless qSOFA is named: in force, with what gives its points, or the highest."""
    kind = call.score or ScoreKind.NEWS2
    if call.aspect in (Aspect.HIGHEST, Aspect.LOWEST):
        return _furthest(call, looking, kind)
    period, record = call.period, looking.record
    now = period.stretch in (Stretch.UNSAID, Stretch.NOW) or not period.moment
    if (call.aspect is Aspect.WHETHER and not now) or _over_a_period(call):
        return _furthest(replace(call, aspect=Aspect.HIGHEST), looking, kind)
    moment = record.at if now else moment_of(period, record.at, looking.zone)
    found = in_force(looking, kind, moment)
    if found is None or found.total is None:
        return _unscored(looking, found)
    facts = (
        [total_fact(found, "now")] if not now or kind is ScoreKind.QSOFA else score_facts([found])
    )
    if call.aspect is Aspect.WHY:
        facts += _behind(found)
    return finding(looking, facts, _lead(call, found))


def _over_a_period(call: Call) -> bool:
    stretches = (Stretch.UNSAID, Stretch.NOW)
    return call.aspect is Aspect.WHETHER and call.period.stretch not in stretches


def in_force(looking: Looking, kind: ScoreKind, moment: datetime) -> Score | None:
    """The score in force at a moment; None where there was none, or nothing of it is measured."""
    scores = looking.record.scores(moment, moment, kind)
    return scores[-1] if scores and measured(looking, moment) else None


def measured(looking: Looking, moment: datetime) -> bool:
    """Whether anything that a score rests on was measured in the `AS_OF` before a moment.

    A score stays in force while nobody watches: it would be told as of now, hours later.
    """
    stretches = (moment - FRESH, moment), (moment - AS_OF, moment - FRESH)
    return any(
        value.quality is Quality.GOOD
        for start, end in stretches
        for value in looking.record.observations(start, end, sorted(CORE_SIGNALS))
    )


def _unscored(looking: Looking, found: Score | None) -> Finding:
    facts = score_facts([found]) if found is not None and found.kind is ScoreKind.NEWS2 else []
    return silent(looking, facts)


def _lead(call: Call, found: Score) -> Lead:
    """Whether the score lies beyond the limit asked for; not certain where a range spans it."""
    if call.aspect is not Aspect.WHETHER or call.limit is None:
        return Lead(Polarity.TOLD)
    low, high = (_beyond(call, total or 0) for total in (found.lowest, found.highest))
    if low is not high:
        return Lead(Polarity.UNCERTAIN)
    return Lead(Polarity.YES if low is not call.fine else Polarity.NO)


def _beyond(call: Call, total: float) -> bool:
    limit = call.limit or 0
    return total < limit if call.direction is Direction.LOW else total > limit


def _furthest(call: Call, looking: Looking, kind: ScoreKind) -> Finding:
    scores = looking.record.scores(looking.window.start, looking.window.end, kind)
    known = [each for each in scores if each.total is not None]
    if not known:
        return silent(looking, ())
    pick = min if call.aspect is Aspect.LOWEST else max
    best = pick(known, key=lambda each: each.total or 0)  # the first of equals
    fact = total_fact(best, call.aspect.value)
    start = max(best.time, looking.window.start)
    return finding(looking, [replace(fact, times={"at": start})], _lead(call, best))


def total_fact(found: Score, which: str) -> Fact:
    """A score's total with the time since when it held, its points and, of a partial one, range."""
    bounds = {"lowest": float(found.lowest or 0), "highest": float(found.highest or 0)}
    parts = dict(_points(found).items())
    return Fact(
        id="",
        kind=FactKind.TOTAL,
        severity=Severity.NORMAL,
        value=float(found.total or 0),
        unit="{score}",
        values={**parts, **(bounds if found.partial else {})},
        times={"at": found.time},
        labels={"score": found.kind.value, "which": which},
        signals=found.missing,
        spans=_spans(found),
    )


def _points(found: Score) -> dict[str, float]:
    (fact,) = score_facts([found])
    return {key: value for key, value in fact.values.items() if key not in ("lowest", "highest")}


def _spans(found: Score) -> tuple[SampleSpan, ...]:
    return tuple(SampleSpan(p.signal, p.observed, p.observed, 1) for p in found.parts)


def _behind(found: Score) -> list[Fact]:
    """The values that give points, the most first."""
    giving = sorted((part for part in found.parts if part.points), key=lambda part: -part.points)
    return [
        Fact(
            id="",
            kind=FactKind.MEASURE,
            severity=severity_of(part.signal, VITALS[part.signal].rounded(part.value), found.scale),
            signal=part.signal,
            value=VITALS[part.signal].rounded(part.value),
            unit=VITALS[part.signal].unit,
            times={"at": part.observed},
            spans=(SampleSpan(part.signal, part.observed, part.observed, 1),),
        )
        for part in giving[:MOST_PARTS]
    ]


def protocol(call: Call, looking: Looking) -> Finding:
    """What the NEWS2 protocol asks for by the score in force."""
    found = in_force(looking, ScoreKind.NEWS2, looking.record.at)
    if found is None or found.total is None:
        return _unscored(looking, found)
    facts = [*score_facts([found]), *response_facts([found])]
    return finding(looking, facts, _asked_for(call, found))


def _asked_for(call: Call, found: Score) -> Lead:
    """Whether the protocol asks for a response at least; not certain where that hangs on more."""
    if call.response is None or found.response is None or found.worst_response is None:
        return Lead(Polarity.TOLD)
    ranks = list(Response)
    least, most = (ranks.index(each) for each in (found.response, found.worst_response))
    asked = ranks.index(call.response)
    if (least >= asked) is not (most >= asked):
        return Lead(Polarity.UNCERTAIN)
    return Lead(Polarity.YES if least >= asked else Polarity.NO)
