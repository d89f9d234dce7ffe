"""What was not measured, as facts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from statistics import median
from types import MappingProxyType

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity
from sereno.domain.surveillance import Score
from sereno.domain.vitals import Signal
from sereno.scoring.evidence.case import CORE, FAMILIES, Case
from sereno.scoring.readings import STREAM_AGE, greatest_age

# A break of at least three usual intervals is a gap. In a stream none is shorter than these: it is
# missed within minutes; an arterial line, which is flushed and moved, later.
GAP_INTERVALS = 3
STREAM_INTERVAL = timedelta(minutes=2)  # monitors send every second or once a minute
SHORTEST_IN_STREAM: Mapping[Signal, timedelta] = MappingProxyType(
    {
        Signal.SPO2: STREAM_AGE,
        Signal.RESPIRATORY_RATE: STREAM_AGE,
        Signal.HEART_RATE: STREAM_AGE,
        Signal.PULSE_RATE: STREAM_AGE,
        Signal.INVASIVE_SYSTOLIC: timedelta(minutes=30),
    }
)
# Where there are too few values to know the rhythm: the longest that the NEWS2 chart leaves between
# observations at a score of 1 to 4 (Royal College of Physicians, 2017, chart 4).
GAP_WITHOUT_RHYTHM = timedelta(hours=6)
# Two values have one interval, which is no rhythm yet.
RHYTHM_NEEDS = 2
# Signals that stop within this of each other have stopped together.
TOGETHER = timedelta(minutes=5)
# Data that begin this long after the window does are said to.
LATE_START = timedelta(hours=1)

_Channel = tuple[Signal, str]  # a signal of a source
_time = attrgetter("time")


@dataclass(frozen=True, slots=True)
class _Track:
    """When a family spoke, and with each moment the shortest silence after it that is a gap."""

    lead: Signal
    spoken: Sequence[tuple[datetime, timedelta]]

    def silences(self) -> Iterator[tuple[datetime, datetime]]:
        """The gaps between two values."""
        for (start, least), (end, _) in pairwise(self.spoken):
            if end - start >= least:
                yield start, end


def gap_facts(case: Case, score: Score | None) -> list[Fact]:
    """Where nothing was measured: at all, late, in between, at the end, or of some signals."""
    window = case.window
    if not case.series:
        return [_gap("nothing", window.start, window.end, Severity.SERIOUS)]
    first = min(values[0].time for values in case.series.values())
    last = max(values[-1].time for values in case.series.values())
    tracks = [_track(case, family) for _, family in FAMILIES if family[0] in CORE]
    facts = []
    if first - window.start >= LATE_START:
        facts.append(_gap("before", window.start, first, Severity.NOTABLE))
    facts += [fact for track in tracks for fact in _breaks(case, track, last)]
    ends = [track.spoken[-1] for track in tracks if track.spoken]
    least = min((least for _, least in ends), default=GAP_WITHOUT_RHYTHM)
    if window.end - last >= least:
        facts.append(_gap("since", last, window.end, Severity.SERIOUS))
    missing = () if score is None or score.total is None else score.missing
    never = tuple(track.lead for track in tracks if not track.spoken and track.lead not in missing)
    if never:
        unmeasured = _gap("never", window.start, window.end, Severity.NOTABLE)
        facts.append(replace(unmeasured, signals=never))
    return facts


def _track(case: Case, family: Sequence[Signal]) -> _Track:
    values = [value for signal in family for value in case.series.get(signal, ())]
    values.sort(key=_time)
    times: dict[_Channel, list[datetime]] = defaultdict(list)
    for value in values:
        times[value.signal, value.source].append(value.time)
    usual = _usual([value.time for value in values])
    least = {channel: _least(channel, own, usual) for channel, own in times.items()}
    spoken = [(value.time, least[value.signal, value.source]) for value in values]
    return _Track(family[0], spoken)


def _usual(times: Sequence[datetime]) -> timedelta | None:
    """The median of the intervals between times; None where there are too few to know."""
    intervals = [(b - a).total_seconds() for a, b in pairwise(times) if b > a]
    return timedelta(seconds=median(intervals)) if len(intervals) >= RHYTHM_NEEDS else None


def _least(channel: _Channel, times: Sequence[datetime], usual: timedelta | None) -> timedelta:
    """The shortest silence after a value of `channel` that is a gap; `usual` is its family's.

    What is taken in rounds is not missed while its last value still counts towards NEWS2: an hour
    and a delay, or six hours of what changes slowly. The chart asks for rounds every hour from a
    score of 5, every four to six hours below (Royal College of Physicians, 2017, chart 4), so that
    readings every five minutes that become hourly ones leave no gap.
    """
    if usual is None:
        return GAP_WITHOUT_RHYTHM
    signal, _ = channel
    own, shortest = _usual(times), greatest_age(signal)
    if own is not None and own <= STREAM_INTERVAL:
        shortest = SHORTEST_IN_STREAM.get(signal, shortest)
    return max(shortest, GAP_INTERVALS * usual)


def _breaks(case: Case, track: _Track, last_of_all: datetime) -> list[Fact]:
    """The longest gap between two values, with how many there were, and the one at the end."""
    if not track.spoken:
        return []
    inner = list(track.silences())
    facts = []
    if inner:
        start, end = max(inner, key=lambda gap: gap[1] - gap[0])  # the first of equals
        gap = _gap("between", start, end, Severity.NOTABLE, track.lead)
        facts.append(replace(gap, values={"count": float(len(inner))}))
    end, (stopped, least) = case.window.end, track.spoken[-1]
    if end - stopped >= least and last_of_all - stopped >= TOGETHER:
        facts.append(_gap("since", stopped, end, Severity.NOTABLE, track.lead))
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
