"""One period or moment compared with another: a signal by its median or value, else NEWS2."""

from datetime import timedelta
from statistics import median

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity, Window
from sereno.domain.questions import Call, Finding, Lead, Period, Polarity, Stretch, Topic
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Direction, Score, ScoreKind
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.scoring.questions.building import finding, latest, silent
from sereno.scoring.questions.periods import moment_of, window_of
from sereno.scoring.questions.record import Looking
from sereno.scoring.questions.scores import AS_OF, measured

TREND = timedelta(hours=12)  # how far back "is it rising" looks where no period is said


def compare(call: Call, looking: Looking) -> Finding:
    """How it differs, with whether that is what was asked for."""
    if not call.topics:
        return _scores(call, looking)
    facts = [fact for topic in call.topics if (fact := _signals(call, looking, topic))]
    if not facts:
        return silent(looking, latest(looking, call.topics))
    by_scale = facts[0].signal is Signal.GLASGOW_COMA_SCALE  # of consciousness: lower is worse
    topic = Topic.COMA_SCALE if by_scale else call.topics[0]
    return finding(looking, facts, _lead(call, facts[0], topic))


def _lead(call: Call, fact: Fact, topic: Topic | None) -> Lead:
    wanted = wanted_way(call, topic)
    if wanted is None:
        return Lead(Polarity.TOLD)
    return Lead(Polarity.YES if fact.direction is wanted else Polarity.NO)


def wanted_way(call: Call, topic: Topic | None) -> Direction | None:
    """Which way it must have gone for a yes; None where nothing of the kind is asked."""
    if call.direction is not None:
        return call.direction
    if call.worse is None:
        return None
    low = topic is not None and topic.worse_when_low
    return Direction.LOW if low is call.worse else Direction.HIGH


def sides(call: Call, looking: Looking) -> tuple[Window, Window, bool]:
    """The later and the earlier window, and whether they are moments."""
    record, zone = looking.record, looking.zone
    against = call.against
    if against is None:
        start = (
            looking.window.start if call.period.stretch is not Stretch.UNSAID else record.at - TREND
        )
        return Window(record.at - AS_OF, record.at), Window(start, record.at), True
    if against.stretch is Stretch.BEFORE:
        later = looking.window
        return later, Window(later.start - timedelta(hours=against.hours), later.start), False
    earlier = window_of(against, record.at, zone)
    if against.moment:
        ends = [moment_of(each, record.at, zone) for each in (call.period, against)]
        last, first = (Window(end - AS_OF, end) for end in ends)
        return last, first, True
    if call.period.stretch is Stretch.UNSAID:
        return _matching(against, looking), earlier, False
    return looking.window, earlier, False


def _matching(against: Period, looking: Looking) -> Window:
    """What is compared with a period of before where nothing else is said."""
    record = looking.record
    if against.stretch is Stretch.TODAY:
        return window_of(Period(stretch=Stretch.TODAY), record.at, looking.zone)
    ended = window_of(against, record.at, looking.zone).end
    if ended < record.at:
        return Window(ended, record.at)
    return Window(record.at - AS_OF, record.at)


def _signals(call: Call, looking: Looking, topic: Topic) -> Fact | None:
    later, earlier, moments = sides(call, looking)
    for signal in topic.signals:
        now = looking.case((signal,), later).series.get(signal, ())
        before = looking.case((signal,), earlier).series.get(signal, ())
        if now and before:
            if call.against is None:
                return _fact(signal, (now[-1],), (before[0],))
            if moments or VITALS[signal].kind is Kind.ORDINAL:
                return _fact(signal, (now[-1],), (before[-1],))
            return _fact(signal, now, before)
    return None


def _fact(signal: Signal, now: tuple[Observation, ...], before: tuple[Observation, ...]) -> Fact:
    vital = VITALS[signal]
    value, earlier = (vital.rounded(median(e.value for e in each)) for each in (now, before))
    return Fact(
        id="",
        kind=FactKind.COMPARISON,
        severity=Severity.NORMAL,
        signal=signal,
        direction=_way(value, earlier),
        value=value,
        unit=vital.unit,
        values={"before": earlier},
        times={
            "before_start": before[0].time,
            "before_end": before[-1].time,
            "start": now[0].time,
            "end": now[-1].time,
        },
        labels={"by": "value" if len(now) == len(before) == 1 else "median"},
        spans=tuple(
            SampleSpan(signal, each[0].time, each[-1].time, len(each)) for each in (before, now)
        ),
    )


def _way(value: float, before: float) -> Direction | None:
    if value == before:
        return None
    return Direction.HIGH if value > before else Direction.LOW


def _scores(call: Call, looking: Looking) -> Finding:
    later, earlier, moments = sides(call, looking)
    kind = call.score or ScoreKind.NEWS2
    now, before = (_score(looking, kind, each, moment=moments) for each in (later, earlier))
    if call.against is None:
        before = _score(looking, kind, Window(earlier.start, earlier.start), moment=True)
    if now is None or before is None:
        return silent(looking, ())
    fact = _score_fact(kind, now, before, (later, earlier), moments=moments)
    if _uncertain(now, before):
        return finding(looking, [fact], Lead(Polarity.UNCERTAIN))
    return finding(looking, [fact], _lead(call, fact, None))


def _score(looking: Looking, kind: ScoreKind, window: Window, *, moment: bool) -> Score | None:
    """The score in force at the window's end, or the highest of it."""
    if moment and not measured(looking, window.end):
        return None
    start = window.end if moment else window.start
    found = looking.record.scores(start, window.end, kind)
    known = [each for each in found if each.total is not None]
    return max(known, key=lambda each: each.total or 0, default=None)


def _uncertain(now: Score, before: Score) -> bool:
    """Whether what is missing could turn the comparison round: other parameters are missing."""
    if set(now.missing) == set(before.missing):
        return False
    apart = (now.lowest or 0) > (before.highest or 0) or (before.lowest or 0) > (now.highest or 0)
    return not apart


def _score_fact(
    kind: ScoreKind, now: Score, before: Score, windows: tuple[Window, Window], *, moments: bool
) -> Fact:
    later, earlier = windows
    value, former = float(now.total or 0), float(before.total or 0)
    bounds = {"highest": float(now.highest or 0)} if now.partial else {}
    bounds |= {"before_highest": float(before.highest or 0)} if before.partial else {}
    return Fact(
        id="",
        kind=FactKind.COMPARISON,
        severity=Severity.NORMAL,
        direction=_way(value, former),
        value=value,
        unit="{score}",
        values={"before": former, **bounds},
        times={
            "before_start": earlier.end if moments else earlier.start,
            "before_end": earlier.end,
            "start": later.end if moments else later.start,
            "end": later.end,
        },
        labels={"by": "value" if moments else "highest", "score": kind.value},
        signals=now.missing,
        spans=_spans(before, now),
    )


def _spans(*scores: Score) -> tuple[SampleSpan, ...]:
    return tuple(
        SampleSpan(part.signal, part.observed, part.observed, 1)
        for each in scores
        for part in each.parts
    )
